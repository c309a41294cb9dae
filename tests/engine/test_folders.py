"""The folders of a corpus: odd names, a place that is taken, one that somebody removed, inputs that come and go."""

import json
import shutil
from pathlib import Path

import pytest

from retold.engine.corpus import build_corpus, open_folder
from retold.engine.folders import put_in_place, recover
from retold.engine.local import LocalEngine
from retold.errors import CorpusError, EngineError

from .conftest import AnyEngine, write_table
from .test_corpus import REUSE, build, make_news, read, read_all, write_records


def read_rejects(folder: Path) -> list[str]:
    return [reason for (reason,) in read(folder, "rejects", "reason")] if (folder / "rejects" / "all").exists() else []


class _Distributed:
    """The local engine, saying that it divides the work by itself: then all that is new is one part."""

    is_distributed = True

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)


def test_no_character_of_a_name_is_a_pattern(tmp_path: Path) -> None:
    odd = tmp_path / "it's [a-b]*? {x,y} \\d é"
    news = make_news(30)
    (tmp_path / "plain").mkdir()
    odd.mkdir()
    build([write_records(tmp_path / "plain" / "a.jsonl", news)], tmp_path / "plain" / "corpus")
    build([write_records(odd / "a*[1].jsonl", news)], odd / "corpus [1]")
    build([str(odd)], odd / "corpus [1]")
    (tmp_path / "seen").symlink_to(odd / "corpus [1]")
    assert read_all(tmp_path / "seen") == read_all(tmp_path / "plain" / "corpus")


def test_every_engine_takes_a_name_as_it_is(engine: AnyEngine, tmp_path: Path) -> None:
    folder = tmp_path / "it's [a-b]*? {x,y} \\d é" / "all"
    folder.parent.mkdir()
    for values in ([1, 2], [3]):
        table = engine.read([write_table(tmp_path / f"{len(values)}.parquet", x=values)])
        assert engine.write_parquet(engine.sql("SELECT x FROM read", read=table), folder) == len(values)
    assert engine.collect(engine.sql("SELECT x FROM read", read=engine.read([folder]))) == [{"x": 3}]


def test_a_name_that_fits_another_as_a_pattern_does_not_read_it(tmp_path: Path) -> None:
    build([write_records(tmp_path / "a.jsonl", make_news(8))], tmp_path / "news1")
    build([write_records(tmp_path / "b.jsonl", make_news(5, 2))], tmp_path / "news?")
    assert build([str(tmp_path / "b.jsonl")], tmp_path / "news?").tables["articles"] == 5


def test_the_corpus_among_its_inputs_is_passed_over(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", make_news(12))
    assert build([str(tmp_path)], tmp_path / "corpus").new == 12
    done = build([str(tmp_path)], tmp_path / "corpus")
    assert (done.new, done.known, done.rejects) == (0, 0, 0)


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_folder_is_never_gone_for_good(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the old one is moved, between the moves, or before the old one is removed."""
    folder, waiting = tmp_path / "all", tmp_path / ".all.tmp"
    for path, text in ((folder, "old"), (waiting, "new")):
        path.mkdir()
        (path / "part").write_text(text)
    left = [step]
    move = Path.rename

    def rename(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return move(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    if step < 2:
        with pytest.raises(KeyboardInterrupt):
            put_in_place(waiting, folder)
    else:
        put_in_place(waiting, folder)
    monkeypatch.undo()
    recover(folder)
    assert (folder / "part").read_text() == ("new" if step == 2 else "old")


def test_articles_that_somebody_removed_are_read_again_where_their_inputs_are_given(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    first = write_records(tmp_path / "a.jsonl", make_news(20))
    second = write_records(tmp_path / "b.jsonl", make_news(20, 2))
    build([first, second], folder)
    whole = read_all(folder)
    for part in (folder / "articles").iterdir():
        if part.is_dir():
            shutil.rmtree(part)
    with pytest.raises(CorpusError, match=r"is gone, which held articles; give the inputs again"):
        build([], folder)
    build([first, second], folder)
    assert read_all(folder) == whole


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_again_comes_before_what_is_new(seed: int, tmp_path: Path) -> None:
    """Else an article that both have would be counted with the new part, and what was found in it with the old one."""
    folder, grown = tmp_path / "corpus", tmp_path / "grown"
    news = make_news(20, seed)
    first = write_records(tmp_path / "a.jsonl", news)
    second = write_records(tmp_path / "b.jsonl", [*make_news(5, seed + 10), *news[:3]])
    build([first], grown)
    build([first, second], grown)
    build([first], folder)
    (part,) = (path for path in (folder / "articles").iterdir() if path.is_dir())
    damaged = next(part.iterdir())
    damaged.write_bytes(damaged.read_bytes()[:200])
    with pytest.raises(EngineError, match=r"is damaged .* remove the folder it is in"):
        build([first, second], folder)
    shutil.rmtree(part)
    build([first, second], folder)
    assert read_all(folder) == read_all(grown)
    assert read(folder, "_work/fingerprints") == read(grown, "_work/fingerprints")


def test_an_engine_that_divides_the_work_itself_reads_only_what_is_new(tmp_path: Path) -> None:
    first = write_records(tmp_path / "a.jsonl", make_news(20))
    second = write_records(tmp_path / "b.jsonl", make_news(20, 2))
    folder, at_once = tmp_path / "corpus", tmp_path / "at-once"
    build([first, second], at_once)

    def grow(*inputs: str) -> tuple[int, int]:
        with open_folder(folder), LocalEngine(folder / "_work" / "scratch") as local:
            done = build_corpus(inputs, folder, _Distributed(local), REUSE)
        return done.new, done.known

    assert grow(first) == (20, 0)
    before = {path: path.stat().st_mtime_ns for path in (folder / "articles").rglob("*.parquet")}
    assert grow(first) == (0, 0)
    assert grow(first, second) == (20, 0)
    assert before.items() <= {p: p.stat().st_mtime_ns for p in (folder / "articles").rglob("*.parquet")}.items()
    assert grow(second, first) == (0, 0)
    assert read(folder, "articles") == read(at_once, "articles")


def test_a_file_that_was_mended_is_no_reject_any_more(tmp_path: Path) -> None:
    folder, half, other = tmp_path / "corpus", tmp_path / "half.jsonl", tmp_path / "other.jsonl"
    good = write_records(tmp_path / "a.jsonl", make_news(6))
    assert build([good, str(half)], folder).rejects == 1
    assert build([str(other)], folder).rejects == 2  # the first one is not forgotten
    assert build([], folder).rejects == 2
    write_records(half, make_news(4, 2))
    assert build([str(half)], folder).rejects == 1
    write_records(other, make_news(4, 3))
    done = build([str(other)], folder)
    assert (done.new, done.rejects, read_rejects(folder)) == (4, 0, [])


def test_what_is_set_aside_of_a_file_that_grows_is_counted_once(tmp_path: Path) -> None:
    folder, path = tmp_path / "corpus", tmp_path / "a.jsonl"
    records = [{"text": None}, *make_news(6)]
    write_records(path, records)
    assert build([str(path)], folder).rejects == 1
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(make_news(1, 2)[0]) + "\n")
    done = build([str(path)], folder)
    assert (done.new, done.known, done.rejects) == (1, 6, 1)
