"""A slice of a corpus in a library is the library that its articles build; what is chosen is what was asked for."""

import importlib.util
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retold.annotate.annotation import AnnotateConfig
from retold.engine import slices
from retold.engine.corpus import CorpusConfig, build_corpus, open_folder
from retold.engine.findings import FindingsConfig
from retold.engine.local import LocalEngine
from retold.engine.manifests import NAME
from retold.engine.slices import Selection, Slice, SliceItem, write_patterns
from retold.engine.tables import FOUND
from retold.errors import CorpusError, EngineError
from retold.evidence import CompareConfig
from retold.library import LibraryConfig, intake, open_library
from retold.model import Article, Reject
from retold.read import ReadOptions, stream_inputs
from retold.relate.packing import PackedArticle

MARKS_ALONE = CompareConfig(annotate=AnnotateConfig(parse=False))
CONFIG = LibraryConfig(MARKS_ALONE, batch_articles=7)
Record = dict[str, str | None]


@pytest.fixture(scope="module")
def shared() -> ModuleType:
    """The conftest of the library's tests: reports, and a file's content to compare."""
    path = Path(__file__).parents[1] / "library" / "conftest.py"
    spec = importlib.util.spec_from_file_location("library_conftest", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def records(shared: ModuleType) -> list[Record]:
    """Reports of events, and what a library does something about: versions, twins, a text too long, no date or name."""
    found: list[Record] = [
        {
            "text": a.text, "outlet": a.outlet, "url": a.url, "published": a.published.value, "title": a.title,
            "language": "en",
        }
        for a in shared.load_reports(20, seed=5)
    ]  # fmt: skip
    first, second = found[0], found[1]
    return [
        *found,
        {**first, "text": f"{first['text']}\n\nThis report was corrected."},
        {**first, "url": f"{first['url']}/amp"},
        {**second, "text": f"{second['text']}\n\nMore to come."},
        {
            "text": f"{second['text']}\n\nAnn Lee is a reporter for the Fell Gazette based in Fell.",
            "language": "en",
            "published": "2031-05",
        },
        {"text": "З’їзд у Ярві відклали. «Їхати нема чим», — сказав голова.", "outlet": "Вість", "language": "uk"},
        {"text": "The quay was shut. " * 7_000, "outlet": "Quay Week", "published": "2030-01-02", "language": "en"},
        dict(found[3]),
    ]


@pytest.fixture(scope="module")
def inputs(records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("inputs")
    for n in (0, 1):
        lines = [json.dumps(record, ensure_ascii=False) for record in records[n * 14 : n * 14 + 14]]
        (folder / f"{n}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert len(records) <= 28
    return [str(folder / "0.jsonl"), str(folder / "1.jsonl")]


def make_corpus(inputs: list[str], folder: Path, config: CompareConfig | None = MARKS_ALONE) -> Path:
    with open_folder(folder), LocalEngine(folder / "_work" / "scratch") as engine:
        build_corpus(inputs, folder, engine, CorpusConfig(findings=FindingsConfig(config) if config else None))
    return folder


@pytest.fixture(scope="module")
def corpus(inputs: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two parts: one for each input."""
    folder = make_corpus(inputs, tmp_path_factory.mktemp("corpus") / "out")
    assert len([path for path in (folder / "articles").iterdir() if path.is_dir()]) == 2
    return folder


def read(folder: Path, selection: Selection | None = None, config: CompareConfig = MARKS_ALONE) -> list[SliceItem]:
    with Slice(folder, selection or Selection()) as chosen:
        items = list(chosen.read(config))
        assert len(items) == chosen.size
        return items


def list_texts(items: list[SliceItem]) -> list[str]:
    return [item.article.text for item in items if isinstance(item, PackedArticle)]


def import_into(path: Path, folder: Path, selection: Selection | None = None) -> Path:
    with Slice(folder, selection or Selection()) as chosen, open_library(path, create=True, config=CONFIG) as library:
        library.add(chosen.read(CONFIG.compare))
    return path


@pytest.fixture
def nothing_is_annotated(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an article was annotated twice")

    monkeypatch.setattr(intake, "find_in_articles", refuse)


@pytest.fixture(scope="module")
def built(inputs: list[str], shared: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    path = tmp_path_factory.mktemp("built") / "news.db"
    with open_library(path, create=True, config=CONFIG) as library:
        library.add(stream_inputs(inputs, ReadOptions()))
    content: dict[str, list[tuple]] = shared.read_content(path)
    return content


@pytest.mark.usefixtures("nothing_is_annotated")
def test_a_library_of_a_corpus_is_that_of_its_inputs(
    corpus: Path, built: dict[str, list[tuple]], shared: ModuleType, tmp_path: Path
) -> None:
    path = import_into(tmp_path / "news.db", corpus)
    content = shared.read_content(path)
    assert content == built
    assert {name for name, rows in content.items() if not rows} <= {"rejects", "visits", "facts", "fact_readings"}
    import_into(path, corpus)
    assert shared.read_content(path) == built


@pytest.mark.usefixtures("nothing_is_annotated")
def test_an_import_that_was_cut_short_goes_on(
    corpus: Path, built: dict[str, list[tuple]], shared: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "news.db"

    def stop(items: Iterator[SliceItem]) -> Iterator[SliceItem]:
        for n, item in enumerate(items):
            if n == 16:
                raise KeyboardInterrupt
            yield item

    with (
        Slice(corpus, Selection()) as chosen,
        open_library(path, create=True, config=CONFIG) as library,
        pytest.raises(KeyboardInterrupt),
    ):
        library.add(stop(chosen.read(MARKS_ALONE)))
    import_into(path, corpus, Selection(since=date(2031, 1, 1)))
    import_into(path, corpus)
    assert shared.read_content(path) == built


def test_what_has_not_been_annotated_is_now(
    inputs: list[str], built: dict[str, list[tuple]], shared: ModuleType, tmp_path: Path
) -> None:
    folder = make_corpus(inputs, tmp_path / "reuse", None)
    with Slice(folder, Selection()) as chosen:
        (note,) = chosen.explain(MARKS_ALONE)
        assert "--reuse-only" in note
        assert chosen.count_annotated(MARKS_ALONE) == 0
    assert all(isinstance(item, Article) for item in read(folder))
    assert shared.read_content(import_into(tmp_path / "news.db", folder)) == built


def test_two_articles_of_one_key_are_told_apart(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library counts on where a key is taken, and quotations are called after their article: it is annotated anew."""
    monkeypatch.setattr(intake, "identify_article", lambda article, page: 7)
    with open_library(import_into(tmp_path / "news.db", corpus, Selection(limit=4)), read_only=True) as library:
        assert library.count().versions == 4
        articles = [library.read_article(f"a{n:012x}") for n in (7, 8, 9, 10)]
    assert all(q.id.startswith(f"{article.id}.") for article in articles for q in article.quotations)
    assert articles[-1].quotations


# --- what is chosen


@pytest.fixture(scope="module")
def rows(corpus: Path) -> list[tuple[str, str | None, str | None, str]]:
    files = str(corpus / "articles" / "**" / "*.parquet")
    query = f"SELECT text, outlet, published, COALESCE(title, '') FROM read_parquet('{files}')"
    return duckdb.connect().execute(query).fetchall()


def test_a_time(corpus: Path, rows: list[tuple]) -> None:
    days = sorted(row[2][:10] for row in rows if row[2] and len(row[2]) >= 10)
    since, until = days[4], days[-6]
    wanted = {row[0] for row in rows if row[2] and len(row[2]) >= 10 and since <= row[2][:10] <= until}
    selection = Selection(date.fromisoformat(since), date.fromisoformat(until))
    found = list_texts(read(corpus, selection))
    assert set(found) == wanted
    assert 0 < len(found) == len(wanted) < len(days)
    with Slice(corpus, selection) as chosen:
        assert chosen.undated == len([row for row in rows if not row[2] or len(row[2]) < 10]) == 2


def test_in_the_order_of_their_dates_and_so_many(corpus: Path, rows: list[tuple]) -> None:
    every = read(corpus)
    dates = [a.published.value for item in every if isinstance(item, PackedArticle) and (a := item.article).published]
    assert [one for one in dates if len(one) >= 10] == sorted(one for one in dates if len(one) >= 10)
    assert read(corpus, Selection(limit=5)) == every[:5]


def test_sorted_in_lots(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = read(corpus)
    monkeypatch.setattr(slices, "_LOT_BYTES", 20_000)
    assert read(corpus) == every


def test_outlets_by_name(corpus: Path, rows: list[tuple]) -> None:
    names = sorted({row[1] for row in rows if row[1]})
    one, other = names[0], names[-1]
    found = read(corpus, Selection(outlets=(one.upper(), f" {other}")))
    assert sorted(list_texts(found)) == sorted(row[0] for row in rows if row[1] in {one, other})
    with pytest.raises(CorpusError, match=rf"none is called \"{one}x\"; near to it: \"{one}\""):
        Slice(corpus, Selection(outlets=(f"{one}x",)))
    with pytest.raises(CorpusError, match="the most articles are of"):
        Slice(corpus, Selection(outlets=("?",)))


def test_an_outlet_that_only_the_text_names(corpus: Path) -> None:
    (item,) = read(corpus, Selection(outlets=("fell gazette",)))
    assert isinstance(item, PackedArticle)
    assert item.article.outlet is None


def test_stories(corpus: Path) -> None:
    files = str(corpus / "members" / "**" / "*.parquet")
    members = duckdb.connect().execute(f"SELECT story, article FROM read_parquet('{files}')").fetchall()
    story = max(members, key=lambda row: sum(row[0] == other[0] for other in members))[0]
    own = sorted(article for of, article in members if of == story)
    assert len(own) > 2
    by_number = read(corpus, Selection(stories=(str(story),)))
    assert len(by_number) == len(own)
    code = next(item.article.id for item in by_number if isinstance(item, PackedArticle))
    assert read(corpus, Selection(stories=(str(own[-1]),))) == by_number
    assert read(corpus, Selection(stories=(code,))) == by_number
    for none in ("1", "s1", "9" * 19, "a000000000001", "x' OR TRUE"):
        with pytest.raises(CorpusError, match="has no story"):
            Slice(corpus, Selection(stories=(none,)))


@pytest.mark.parametrize(
    ("words", "least"),
    [("quay", 1), ("QUAY", 1), ("з'їзд", 1), ("quay shut", 1), ('"quay was shut"', 1), ('"shut was quay"', 0),
     ("brid", 0), ("з’їзд quay", 0), ("“more to come”", 1), ("[a-z]+", 0), ("it's' OR 1=1 --", 0)],
)  # fmt: skip
def test_words(corpus: Path, rows: list[tuple], words: str, least: int) -> None:
    found = sorted(list_texts(read(corpus, Selection(words=words))))
    assert found == sorted(row[0] for row in rows if holds_words(words, f"{row[3]}\n{row[0]}"))
    assert bool(found) == bool(least)


def holds_words(words: str, text: str) -> bool:
    """The obvious way: words side by side."""

    def split(one: str) -> list[str]:
        return re.findall(r"\w+(?:'\w+)*", one.casefold().replace("’", "'").replace("ё", "е"))

    def holds(phrase: list[str]) -> bool:
        return any(own[at : at + len(phrase)] == phrase for at in range(len(own) + 1))

    own = split(text)
    given_ = re.sub("[“”]", '"', words).split('"')
    return all(holds(split(p)) if n % 2 else all(holds([w]) for w in split(p)) for n, p in enumerate(given_) if p)


@given(st.text('ab -"еЁ.', max_size=12), st.text("ab -еЁ.", max_size=24))
def test_words_as_the_obvious_way_finds_them(words: str, text: str) -> None:
    found = [
        duckdb.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall()[0][0]
        for pattern in write_patterns(words)
    ]
    assert all(found) == holds_words(words, text)


def test_all_that_is_asked_holds_together(corpus: Path, rows: list[tuple]) -> None:
    text, outlet, published, _ = next(row for row in rows if row[1] and row[2] and len(row[2]) > 10)
    day = date.fromisoformat(published[:10])
    found = list_texts(read(corpus, Selection(day, day, (outlet,), text.split()[0])))
    assert text in found
    assert read(corpus, Selection(day, day, (outlet,), "zzyzx")) == []


# --- what is wrong


def test_other_settings_annotate_anew(corpus: Path, tmp_path: Path) -> None:
    other = CompareConfig()
    with Slice(corpus, Selection()) as chosen:
        assert not chosen.agrees_with(other)
        assert chosen.count_annotated(other) == 0
        assert "other settings" in "".join(chosen.explain(other))
        assert not list(chosen.explain(MARKS_ALONE))
    assert all(isinstance(item, Article) for item in read(corpus, config=other))
    stories = replace(MARKS_ALONE, stories=replace(MARKS_ALONE.stories, compare_all_up_to=1))  # no part in finding
    assert all(isinstance(item, PackedArticle) for item in read(corpus, config=stories))


@pytest.fixture
def copy(corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus, tmp_path / "copy"))


def test_what_was_set_aside_stays_aside(copy: Path, shared: ModuleType, tmp_path: Path) -> None:
    part = next(path for path in sorted((copy / "_work" / "found").iterdir()) if path.is_dir())
    (file,) = part.glob("*.parquet")
    table = pq.read_table(file)
    pq.write_table(table.slice(1), file)
    bad = pa.table({"article": table.column("article").slice(0, 1), "reason": ["it took longer than 600 s"]})
    aside = copy / "_work" / "aside" / "found" / part.name
    aside.mkdir(parents=True)
    nulls = {name: pa.nulls(1, FOUND.field(name).type) for name in FOUND.names if name not in bad.column_names}
    pq.write_table(pa.table({**{n: bad.column(n) for n in bad.column_names}, **nulls}), aside / "part-00000.parquet")
    (reject,) = [item for item in read(copy) if isinstance(item, Reject)]
    assert "it took longer than 600 s" in reject.reason
    assert reject.input.partition(".jsonl:")[2].isdigit()
    content = shared.read_content(import_into(tmp_path / "news.db", copy))
    assert content["rejects"] == [(reject.input, reject.reason)]


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def test_half_made(copy: Path, tmp_path: Path) -> None:
    whole = len(read(copy))
    found = next(path for path in sorted((copy / "_work" / "found").iterdir()) if path.is_dir())
    shutil.rmtree(found)  # annotated in part
    with Slice(copy, Selection()) as chosen:
        (note,) = chosen.explain(MARKS_ALONE)
        assert f"of {whole} articles have not been annotated" in note
    assert {type(item) for item in read(copy)} == {Article, PackedArticle}
    manifest = copy / "articles" / NAME
    rewrite(manifest, lambda text: text.replace('"distinct"', '"as read"', 1))  # read in part
    with Slice(copy, Selection()) as chosen:
        assert chosen.size < whole
        assert f"{whole - chosen.size} articles of {copy} are left out" in next(chosen.explain(MARKS_ALONE))
    rewrite(manifest, lambda text: text.replace('"distinct"', '"as read"'))
    with pytest.raises(CorpusError, match=f"half made.* retold corpus -o {copy}"):
        Slice(copy, Selection())
    manifest.unlink()
    with pytest.raises(CorpusError, match="has no articles yet"):
        Slice(copy, Selection())


def test_no_stories_to_choose_from(copy: Path) -> None:
    shutil.rmtree(copy / "members")
    with pytest.raises(CorpusError, match="has no stories"):
        Slice(copy, Selection(stories=("1",)))


def test_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no corpus at"):
        Slice(tmp_path / "none", Selection())
    (tmp_path / "letters.txt").write_text("private")
    with pytest.raises(CorpusError, match="is no corpus"):
        Slice(tmp_path, Selection())
    with pytest.raises(CorpusError, match="is a file"):
        Slice(tmp_path / "letters.txt", Selection())


def test_another_format_and_damage(copy: Path) -> None:
    manifest = copy / "articles" / NAME
    known = manifest.read_text("utf-8")
    manifest.write_text(known.replace('"format": 1', '"format": 99'), "utf-8")
    with pytest.raises(CorpusError, match="in format 99"):
        Slice(copy, Selection())
    manifest.write_text(known[:40], "utf-8")
    with pytest.raises(CorpusError, match="can't be read"):
        Slice(copy, Selection())
    manifest.write_text(known, "utf-8")
    file = next((copy / "articles").glob("*/*.parquet"))
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(EngineError, match=r"is damaged .* remove the folder it is in"):
        Slice(copy, Selection())
    shutil.rmtree(file.parent)
    with pytest.raises(CorpusError, match="is gone"):
        Slice(copy, Selection())


def test_a_corpus_that_is_written_to_is_not_read_and_the_other_way_round(copy: Path) -> None:
    with open_folder(copy), pytest.raises(CorpusError, match="another run is writing"):
        Slice(copy, Selection())
    with Slice(copy, Selection(limit=2)) as chosen:
        with Slice(copy, Selection(limit=1)) as other:  # two may read
            assert len(list(other.read(MARKS_ALONE))) == 1
        with pytest.raises(CorpusError), open_folder(copy):
            pass
        assert len(list(chosen.read(MARKS_ALONE))) == 2
        with open_folder(copy):  # read to its end: a run may begin while the library is still grouping
            pass


def test_tables_that_were_handed_on_alone(copy: Path) -> None:
    shutil.rmtree(copy / "_work")
    assert all(isinstance(item, Article) for item in read(copy))
