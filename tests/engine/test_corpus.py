"""Whole corpora of invented words: what is shared is found, a stop costs nothing, and every engine gives the same."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.engine.corpus import CorpusConfig, CorpusReport, build_corpus, open_folder
from retold.engine.findings import FindingsConfig
from retold.engine.local import LocalEngine
from retold.engine.manifests import NAME
from retold.errors import CorpusError, EngineError
from retold.evidence import CompareConfig

from .conftest import ENGINES, AnyEngine
from .copies import Writer, join

REUSE = CorpusConfig(findings=None)
MARKS_ALONE = CorpusConfig(findings=FindingsConfig(CompareConfig(annotate=AnnotateConfig(parse=False))))
Record = dict[str, str | None]


def write_records(path: Path, records: Sequence[Record]) -> str:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return str(path)


def report(text: str, outlet: str = "Ore Post", day: int = 1, month: int = 3) -> Record:
    return {"text": text, "outlet": outlet, "published": f"2031-{month:02}-{day:02}"}


def make_news(count: int, seed: int = 1, outlets: int = 8) -> list[Record]:
    """Reports that have nothing in common but, of each outlet, a sentence of furniture."""
    writer = Writer(seed)
    furniture = [join([writer.write_sentence()]) for _ in range(outlets)]
    return [
        report(join(writer.write_sentences(8)) + " " + furniture[n % outlets], f"Outlet {n % outlets}", n % 28 + 1)
        for n in range(count)
    ]


def build(
    inputs: Sequence[str], folder: Path, config: CorpusConfig = REUSE, engine: AnyEngine | None = None
) -> CorpusReport:
    with open_folder(folder):
        if engine is not None:
            return build_corpus(inputs, folder, engine, config)
        with LocalEngine(folder / "_work" / "scratch") as local:
            return build_corpus(inputs, folder, local, config)


def read(folder: Path, table: str, columns: str = "*") -> list[tuple]:
    files = str(folder / table / "**" / "*.parquet")
    return sorted(duckdb.connect().execute(f"SELECT {columns} FROM read_parquet('{files}')").fetchall(), key=repr)


def read_all(folder: Path) -> dict[str, list[tuple]]:
    """Every table, but for the paths of its inputs."""
    tables = [f.name for f in folder.iterdir() if f.name != "_work" and any(f.rglob("*.parquet"))]
    return {
        table: read(folder, table, "* EXCLUDE (input, path)" if table == "articles" else "*")
        for table in sorted(tables)
    }


def find_ids(folder: Path) -> dict[str, int]:
    return dict(read(folder, "articles", "text, id"))


def list_pairs(folder: Path) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in read(folder, "passages", "a, b")}


def test_who_copied_whom_is_found_and_the_furniture_is_not(tmp_path: Path) -> None:
    writer = Writer(7)
    copied = writer.write_sentences(2)
    one = report(join([*writer.write_sentences(5), *copied]), "Alder News", 3)
    other = report(join([*[writer.edit(words, 0.1) for words in copied], *writer.write_sentences(6)]), "Birch News", 4)
    news = make_news(480)
    build([write_records(tmp_path / "news.jsonl", [*news, one, other])], tmp_path / "corpus")
    ids = find_ids(tmp_path / "corpus")
    assert list_pairs(tmp_path / "corpus") == {frozenset((ids[one["text"]], ids[other["text"]]))}
    boilerplate = read(tmp_path / "corpus", "boilerplate", "outlets, articles")
    assert len(boilerplate) > 8
    assert set(boilerplate) == {(1, 60)}


def test_copies_further_apart_than_the_window_are_not_held_against_each_other(tmp_path: Path) -> None:
    sentences = [join(Writer(n).write_sentences(2)) for n in range(2)]
    undated = report(sentences[0] + " first", "A")
    undated["published"] = None
    records = [undated, report(sentences[0] + " second", "B", 5, month=9), report(sentences[1], "C", 1, month=2)]
    records.append(report(sentences[1] + " late", "D", 5, month=3))
    build([write_records(tmp_path / "news.jsonl", [*make_news(40), *records])], tmp_path / "corpus")
    ids = find_ids(tmp_path / "corpus")
    pairs = list_pairs(tmp_path / "corpus")
    assert frozenset((ids[records[0]["text"]], ids[records[1]["text"]])) in pairs
    assert frozenset((ids[records[2]["text"]], ids[records[3]["text"]])) not in pairs


def test_a_story_in_a_hundred_papers_neither_explodes_nor_vanishes(tmp_path: Path) -> None:
    writer = Writer(5)
    story = writer.write_sentences(12)
    own = [writer.write_sentence() for _ in range(100)]
    reprints = [report(join([*story, own[n]]), f"Paper {n}", n % 9 + 1) for n in range(100)]
    quoting = report(join([*writer.write_sentences(6), story[3]]), "Quoter", 9)
    copying = report(join([*writer.write_sentences(6), own[40]]), "Copier", 9)
    build(
        [write_records(tmp_path / "news.jsonl", [*make_news(60, outlets=60), *reprints, quoting, copying])],
        tmp_path / "corpus",
    )
    folder = tmp_path / "corpus"
    ids = find_ids(folder)
    clusters = read(folder, "reprints", "article, representative, articles")
    assert {article for article, _, _ in clusters} == {ids[r["text"]] for r in reprints}
    (representative,) = {r for _, r, _ in clusters}
    assert representative == min(ids[r["text"]] for r in reprints if r["published"] == "2031-03-01")
    assert {n for _, _, n in clusters} == {100}
    pairs = list_pairs(folder)
    assert {frozenset((representative, ids[r["text"]])) for r in reprints if ids[r["text"]] != representative} <= pairs
    assert frozenset((representative, ids[quoting["text"]])) in pairs
    assert frozenset((ids[reprints[40]["text"]], ids[copying["text"]])) in pairs  # what a reprint adds is not lost
    assert len(pairs) < 200  # of 4,950 that there are


def test_a_quotation_in_a_hundred_papers_is_no_boilerplate(tmp_path: Path) -> None:
    """Above the cap, words of many outlets are told from one to the next; those of one outlet are its furniture."""
    writer = Writer(6)
    quoted = writer.write_sentence()
    quoting = [report(join([*writer.write_sentences(6), quoted]), f"Paper {n}", n // 12 + 1) for n in range(100)]
    build([write_records(tmp_path / "news.jsonl", [*make_news(60, outlets=60), *quoting])], tmp_path / "corpus")
    ids = find_ids(tmp_path / "corpus")
    pairs = list_pairs(tmp_path / "corpus")
    assert {ids[r["text"]] for r in quoting} <= set().union(*pairs)
    assert 99 <= len(pairs) < 200


def test_what_comes_later_joins_what_is_there(tmp_path: Path) -> None:
    writer = Writer(9)
    copied = join(writer.write_sentences(2))
    first = write_records(tmp_path / "a.jsonl", [*make_news(60, 1), report(copied + " one", "A")])
    second = write_records(tmp_path / "b.jsonl", [*make_news(30, 2), report(copied + " two", "B")])
    third = write_records(tmp_path / "c.jsonl", [*make_news(30, 3), report(copied + " three", "C")])
    one, other = tmp_path / "one", tmp_path / "other"
    assert build([first], one).new == 61
    assert (build([first, second], one).new, build([third], one).new) == (31, 31)
    build([first], other)
    assert build([second, third], other).new == 62
    assert read_all(one) == read_all(other)
    ids = find_ids(one)
    trio = [ids[f"{copied} {end}"] for end in ("one", "two", "three")]
    assert {frozenset(pair) for pair in (trio[:2], trio[1:], trio[::2])} <= list_pairs(one)


def test_words_counted_in_a_few_articles_are_counted_again(tmp_path: Path) -> None:
    """Who tries three articles first gets, in the end, what one run over all of them gives."""
    news = make_news(80)
    few = write_records(tmp_path / "few.jsonl", news[:3])
    rest = write_records(tmp_path / "rest.jsonl", news[3:])
    build([few], tmp_path / "grown")
    build([rest], tmp_path / "grown")
    build([few, rest], tmp_path / "whole")
    assert read_all(tmp_path / "grown") == read_all(tmp_path / "whole")


def test_a_run_without_anything_new_writes_nothing(tmp_path: Path) -> None:
    news = write_records(tmp_path / "a.jsonl", make_news(30))
    folder = tmp_path / "corpus"
    build([news], folder, MARKS_ALONE)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}
    assert build([news], folder, MARKS_ALONE).new == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")} == before


def test_who_said_what_can_be_found_after_a_first_look(
    stories: tuple[str, dict[str, list[tuple]]], tmp_path: Path
) -> None:
    path, whole = stories
    build([path], tmp_path / "corpus", REUSE)
    assert "quotations" not in read_all(tmp_path / "corpus")
    build([path], tmp_path / "corpus", MARKS_ALONE)
    assert read_all(tmp_path / "corpus") == whole


def test_a_story_that_grows_is_traced_anew_and_no_other(
    stories: tuple[str, dict[str, list[tuple]]], tmp_path: Path
) -> None:
    path, whole = stories
    lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text("".join(lines[:25]), encoding="utf-8")
    second.write_text("".join(lines[25:]), encoding="utf-8")
    folder = tmp_path / "corpus"
    build([str(first)], folder, MARKS_ALONE)
    assert "Morv" not in repr(read(folder, "changes"))
    build([str(second)], folder, MARKS_ALONE)
    grown = read_all(folder)
    for table in ("quotations", "speakers", "members", "stories", "families", "readings", "changes", "derivations"):
        assert grown[table] == whole[table], table
    traced = sorted((folder / "_work" / "told").glob("*/*.parquet"))
    stories_traced = [duckdb.execute(f"SELECT story FROM '{path}'").fetchall() for path in traced]
    assert len(stories_traced) == 2
    assert not set(stories_traced[0]) & set(stories_traced[1])


def test_an_article_that_comes_twice_is_one(tmp_path: Path) -> None:
    news = make_news(20)
    first = write_records(tmp_path / "a.jsonl", [*news, news[3], news[3]])
    second = write_records(tmp_path / "b.jsonl", [news[5], *make_news(2, 4)])
    done = build([first, second], tmp_path / "corpus")
    assert (done.new, done.known) == (22, 3)
    assert len(find_ids(tmp_path / "corpus")) == 22
    assert build([first, second], tmp_path / "corpus").known == 0


class _Stopping:
    """An engine that is stopped at one of its writes, as if the machine had gone."""

    def __init__(self, engine: LocalEngine, writes: int) -> None:
        self._engine, self._left = engine, writes

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def write_parquet(self, table: object, folder: Path, rejects: Path | None = None) -> int:
        self._left -= 1
        if self._left < 0:
            folder.with_name(f".{folder.name}.tmp").mkdir(parents=True)
            (folder.with_name(f".{folder.name}.tmp") / "part-00000.parquet").write_bytes(b"PAR1 half of a file")
            raise KeyboardInterrupt
        return self._engine.write_parquet(table, folder, rejects)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, list[tuple]]]:
    """Reports with quotations, and the corpus that they become."""
    folder = tmp_path_factory.mktemp("stories")
    said = "“The ferry at Morv stays in harbour until the pier is mended,” said harbour master Ilse Brandvik."
    told = "“The ferry at Morv stays in harbour,” harbour master Ilse Brandvik said, the Ore Post reports."
    records = make_news(24)
    records += [
        report(f"Morv ferry laid up\n\n{said} Nobody was hurt when the pier at Morv gave way on Monday.", day=4)
    ]
    records += [report(f"Ferry at Morv laid up\n\n{told} The pier at Morv gave way on Monday.", "Tern Daily", 5)]
    records += [{"text": None, "outlet": "Void"}]
    path = write_records(folder / "news.jsonl", records)
    build([path], folder / "whole", MARKS_ALONE)
    return path, read_all(folder / "whole")


@pytest.mark.parametrize("writes", range(0, 40, 3))
def test_a_run_that_is_stopped_anywhere_goes_on_to_the_same_corpus(
    writes: int, stories: tuple[str, dict[str, list[tuple]]], tmp_path: Path
) -> None:
    path, whole = stories
    folder = tmp_path / "corpus"
    with open_folder(folder), LocalEngine(folder / "_work" / "scratch") as local, stopped():
        build_corpus([path], folder, _Stopping(local, writes), MARKS_ALONE)
    build([path], folder, MARKS_ALONE)
    assert read_all(folder) == whole


@contextmanager
def stopped() -> Iterator[None]:
    with suppress(KeyboardInterrupt):
        yield


def test_stories_and_what_became_of_quotations_are_tables(stories: tuple[str, dict[str, list[tuple]]]) -> None:
    whole = stories[1]
    assert {"quotations", "speakers", "stories", "members", "families", "readings", "changes", "derivations"} <= set(
        whole
    )
    assert any("The ferry at Morv stays in harbour" in repr(row) for row in whole["readings"])
    assert any("truncated" in row for row in whole["changes"])
    assert len(whole["derivations"]) == 1
    ((stage, _, record, article, reason),) = whole["rejects"]
    assert (stage, record, article) == ("articles", 27, None)
    assert "text" in reason


@pytest.mark.parametrize("engine", ENGINES[1:], indirect=True)
def test_every_engine_makes_the_same_rows(
    engine: AnyEngine, stories: tuple[str, dict[str, list[tuple]]], tmp_path: Path
) -> None:
    path, whole = stories
    build([path], tmp_path / "corpus", MARKS_ALONE, engine)
    assert read_all(tmp_path / "corpus") == whole


def test_a_folder_that_is_none_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("private")
    with pytest.raises(CorpusError, match="holds other things than a corpus"):
        build([], tmp_path)
    with pytest.raises(CorpusError, match="is a file"):
        build([], tmp_path / "letters.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_corpus_of_another_format_or_of_other_settings_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    news = write_records(tmp_path / "a.jsonl", make_news(10))
    build([news], folder)
    path = folder / "passages" / NAME
    known = path.read_text()
    path.write_text(known.replace('"format": 1', '"format": 99'))
    with pytest.raises(CorpusError, match=r"in format 99, and this Retold .* another folder"):
        build([news], folder)
    path.write_text(known[: len(known) // 2])
    with pytest.raises(CorpusError, match=r"can't be read .* remove"):
        build([news], folder)
    path.write_text(known)
    other = CorpusConfig(findings=None, reuse=type(REUSE.reuse)(told_outlets=3))
    with pytest.raises(CorpusError, match="other settings"):
        build([news], folder, other)


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    with (
        open_folder(tmp_path / "c"),
        pytest.raises(CorpusError, match="another run is writing"),
        open_folder(tmp_path / "c"),
    ):
        pass


def test_a_table_that_lost_a_file_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    news = write_records(tmp_path / "a.jsonl", make_news(20))
    build([news], folder)
    whole = read_all(folder)
    for path in (folder / "passages" / "all").iterdir():
        path.unlink()
    (folder / "passages" / "all").rmdir()
    build([news], folder)
    assert read_all(folder) == whole


def test_too_little_memory_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"100 MB of memory are too little .* --memory 400MB"):
        LocalEngine(tmp_path, 100)
    assert not list(tmp_path.iterdir())


def test_what_is_poisoned_is_set_aside_and_everything_else_is_as_without_it(tmp_path: Path) -> None:
    news = make_news(190)
    lines = [json.dumps(record).encode() for record in news]
    poison = [
        b'{"text": null}',
        b'{"text": "' + b"\xff\xfe broken" + b'"}',
        json.dumps({"text": "Short.", "title": "t" * 5_000_000}).encode(),
        b'{"text": "cut of',
        b"",
        b"[1, 2]",
        b'{"text": ""}',
        b"\x00\x00\x00",
    ]
    for n, record in enumerate(poison):
        lines.insert(20 * n + 7, record)
    clean, mixed = tmp_path / "clean.jsonl", tmp_path / "mixed.jsonl"
    clean.write_bytes(b"\n".join(json.dumps(record).encode() for record in news))
    mixed.write_bytes(b"\n".join(lines))
    build([str(clean)], tmp_path / "one")
    done = build([str(mixed)], tmp_path / "other")
    assert done.rejects == len(poison) - 1  # an empty line is none
    one, other = read_all(tmp_path / "one"), read_all(tmp_path / "other")
    assert {row[1] for row in other.pop("rejects")} == {str(mixed)}
    columns = "* EXCLUDE (input, path, record)"
    assert read(tmp_path / "one", "articles", columns) == read(tmp_path / "other", "articles", columns)
    del one["articles"], other["articles"]
    assert one == other
