"""A library opens in Datasette as it is: its foreign keys, labels and text indexes are recognised."""

import asyncio
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from retold.cli import main
from retold.library import LibraryConfig, build_metadata, describe_tables, list_columns, open_library
from retold.model import Article

pytest.importorskip("datasette")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, reports: list[Article], config: LibraryConfig) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "news.db"
    with open_library(path, create=True, config=config) as library:
        library.add(reports[:12])
    return path


def ask(path: Path, *addresses: str, metadata: dict[str, Any] | None = None) -> list[Any]:
    """What Datasette answers, as JSON, or as a page for addresses that don't end in .json."""
    from datasette.app import Datasette

    async def run() -> list[Any]:
        datasette = Datasette([str(path)], metadata=metadata)
        await datasette.invoke_startup()
        answers = [await datasette.client.get(address) for address in addresses]
        assert [answer.status_code for answer in answers] == [200] * len(answers)
        return [a.json() if ".json" in at else a.text for a, at in zip(answers, addresses, strict=True)]

    return asyncio.run(run())


def test_every_table_opens_and_its_keys_and_indexes_are_seen(path: Path) -> None:
    (database,) = ask(path, "/news.json")
    tables = {table["name"]: table for table in database["tables"]}
    assert tables["articles"]["fts_table"] == "articles_fts"
    assert tables["quotations"]["fts_table"] == "quotations_fts"
    incoming = {(key["other_table"], key["other_column"]) for key in tables["articles"]["foreign_keys"]["incoming"]}
    assert {("quotations", "article_id"), ("readings", "article_id"), ("derivations", "to_article_id")} <= incoming
    for name, table in tables.items():
        for key in table["foreign_keys"]["outgoing"]:
            assert key["other_table"] in tables, f"{name}.{key['column']} leads nowhere"
    ask(path, *(f"/news/{name}" for name in tables))


def test_foreign_keys_show_names(path: Path) -> None:
    (quotations, articles) = ask(
        path, "/news/quotations.json?_labels=on&_shape=objects", "/news/articles.json?_labels=on&_shape=objects"
    )
    labelled = [row["speaker_id"]["label"] for row in quotations["rows"] if row["speaker_id"]]
    assert labelled
    assert all(" " in label for label in labelled)
    assert all(row["article_id"]["label"] for row in quotations["rows"])
    assert all(row["outlet_id"]["label"] and row["story_id"]["label"] for row in articles["rows"])


def test_search_works_from_the_page(path: Path, reports: list[Article]) -> None:
    place = (reports[0].title or "").split(" in ")[1].split()[0]
    page, found, said = ask(
        path,
        "/news/articles",
        f"/news/articles.json?_search={place}&_shape=array",
        "/news/quotations.json?_search=everybody&_shape=array",
    )
    assert 'name="_search"' in page
    assert found
    assert all(place in row["text"] for row in found)
    assert all("everybody" in row["content"] for row in said)


def test_every_table_and_column_of_the_schema_is_described(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        there = {
            name: {row[1] for row in connection.execute(f'PRAGMA table_xinfo("{name}")')}
            for name in names
            if "_fts" not in name
        }
    assert {name: set(columns) for name, columns in list_columns().items()} == there
    tables = describe_tables()
    assert set(tables) == set(there)
    for name, table in tables.items():
        assert set(table.columns) <= there[name], f"{name} describes a column that it has not"
        for column in there[name]:
            text = table.describe(column)
            assert text.endswith("."), f"{name}.{column}: {text!r}"
        named = {*table.facets, *table.sortable, table.label, table.sort, table.sort_desc} - {None}
        assert named <= there[name]


def test_no_words_are_printed_for_a_library_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no library", "utf-8")
    for name, told in (("none.db", "there is no library at"), ("notes.txt", "is damaged or no library")):
        with pytest.raises(SystemExit) as done:
            main(["schema", "--datasette", str(tmp_path / name)])
        out, err = capsys.readouterr()
        assert (done.value.code, out) == (3, "")
        assert told in err


def test_datasette_opens_it_with_words_labels_and_facets(
    path: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as done:
        main(["schema", "--datasette", str(path)])
    assert not done.value.code
    metadata = json.loads(capsys.readouterr().out)
    assert metadata == build_metadata("news")
    shown = [name for name, table in describe_tables().items() if not table.is_internal]
    database, changes, readings, *pages = ask(
        path,
        "/news.json",
        "/news/changes.json?_shape=objects&_labels=on",
        "/news/readings.json?_shape=objects",
        *(f"/news/{name}" for name in shown),
        metadata=metadata,
    )
    hidden = {table["name"] for table in database["tables"] if table["hidden"]}
    assert {name for name, table in describe_tables().items() if table.is_internal} <= hidden
    assert not hidden & set(shown)
    for name, page in zip(shown, pages, strict=True):
        assert describe_tables()[name].about in re.sub(r"&#(39|x27);", "'", page), name
    assert set(changes["facet_results"]) == {"severity", "label"}
    assert {row["value"] for row in changes["facet_results"]["severity"]["results"]} <= {"none", "minor", "major"}
    assert changes["rows"][0]["to_reading_id"] is None or changes["rows"][0]["to_reading_id"]["label"]
    assert readings["rows"]


def test_the_questions_that_come_with_it_are_answered(path: Path) -> None:
    metadata = build_metadata("news")
    (page,) = ask(path, "/news", metadata=metadata)
    for name in (
        "most_altered_speakers",
        "who_retold_whom",
        "what_became_of_a_speakers_words",
        "where_reports_disagree",
    ):
        assert f"/news/{name}" in page
    with sqlite3.connect(path) as connection:
        (speaker,) = connection.execute("SELECT name FROM speakers WHERE kind = 'person' ORDER BY id").fetchone()
    retold, altered, said, _ = ask(
        path,
        "/news/who_retold_whom.json?_shape=array",
        "/news/most_altered_speakers.json?_shape=array",
        f"/news/what_became_of_a_speakers_words.json?_shape=array&speaker={speaker.split()[-1]}",
        "/news/where_reports_disagree.json?_shape=array",
        metadata=metadata,
    )
    assert all(row["later"] and row["reports"] for row in retold)
    assert all(row["major"] > 0 for row in altered)
    assert said
    assert all(speaker.split()[-1] in row["speaker"] for row in said)


def test_words_of_facts_are_those_of_the_report(path: Path) -> None:
    rows = ask(path, "/news/where_reports_disagree.json?_shape=array", metadata=build_metadata("news"))[0]
    with sqlite3.connect(path) as connection:
        texts = [text for (text,) in connection.execute("SELECT text FROM articles")]
    for row in rows:
        assert any(row["words"] in text for text in texts)
