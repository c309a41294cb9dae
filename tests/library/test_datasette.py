"""A library opens in Datasette as it is: its foreign keys, labels and text indexes are recognised."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from retold.library import LibraryConfig, open_library
from retold.model import Article

pytest.importorskip("datasette")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, reports: list[Article], config: LibraryConfig) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "news.db"
    with open_library(path, create=True, config=config) as library:
        library.add(reports[:12])
    return path


def ask(path: Path, *addresses: str) -> list[Any]:
    """What Datasette answers, as JSON, or as a page for addresses that don't end in .json."""
    from datasette.app import Datasette

    async def run() -> list[Any]:
        datasette = Datasette([str(path)])
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
