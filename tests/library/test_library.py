"""The library: what is put in comes out again, once, whatever the order, and exactly as a comparison finds it."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.annotation import ParserShelf, annotate_articles
from retold.document import encode_document
from retold.evidence import compare_articles
from retold.library import Library, LibraryConfig, open_library
from retold.model import (
    Addition,
    Article,
    Change,
    Citation,
    Derivation,
    Evidence,
    Fact,
    FactReading,
    Family,
    Omission,
    Passage,
    Published,
    Quotation,
    Reading,
    Reject,
    Speaker,
)
from retold.read.batch import Note, hash_text
from retold.relate.stories import group_stories

Dump = Callable[[Path], dict[str, list[tuple[object, ...]]]]


def build(path: Path, config: LibraryConfig, *parts: Iterable[Article]) -> Path:
    with open_library(path, create=True, config=config) as library:
        for part in parts:
            library.add(part)
    return path


def group(library: Library) -> set[frozenset[str]]:
    return {
        frozenset(a.sha256 for a in library.read_story(story.id).articles)
        for story in library.stories(limit=1000, least_articles=1)
    }


def make(text: str, **fields: object) -> Article:
    article = Article("", text, hash_text(text), language="en")
    return replace(article, **fields)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, reports: list[Article], config: LibraryConfig) -> Path:
    return build(tmp_path_factory.mktemp("built") / "news.db", config, reports)


def test_a_story_reads_back_as_a_comparison_finds_it(built: Path, reports: list[Article]) -> None:
    given = {a.sha256: a for a in reports}
    read = 0
    with open_library(built, read_only=True) as library:
        for story in library.stories("retold", limit=100):
            document = library.read_story(story.id)
            again = compare_articles(
                [replace(given[a.sha256], id=a.id) for a in document.articles], library.config.compare
            )
            if len(again.stories) == 1:  # among few articles a comparison may divide what the library has together
                assert encode_document(document) == encode_document(again)
                read += bool(document.changes and document.derivations)
    assert read >= 2


STORED: dict[type[Struct], str] = {
    Article: "id text sha256 path url encoding outlet title byline language published zones quotations citations",
    Quotation: "id kind content cue source speaker within confidence told",
    Citation: "span outlet article",
    Speaker: "id name kind mentions",
    Passage: "id from_ to kind score",
    Family: "id story speaker readings",
    Reading: "id article span form quotation",
    Change: "family from_ to label flags severity edits confidence why article reasons id",
    Omission: "article span_in what",
    Addition: "article span",
    Fact: "kind verdict readings",
    FactReading: "article span value",
    Derivation: "from_ from_outlet to kind probability evidence id",
    Evidence: "kind weight spans why",
}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_every_field_of_the_document_has_its_column(kind: type[Struct]) -> None:
    """A field that is new in the model needs a column, and its place in `library/rows.py` and `documents.py`."""
    assert kind.__struct_fields__ == tuple(STORED[kind].split())


def test_stories_are_those_that_a_comparison_finds(built: Path, reports: list[Article], config: LibraryConfig) -> None:
    named = [replace(article, id=f"a{n}") for n, article in enumerate(reports)]
    annotated = annotate_articles(named, ParserShelf(config.compare.annotate))
    sha256 = {article.id: article.sha256 for article in named}
    wanted = {frozenset(sha256[id_] for id_ in story.articles) for story in group_stories(annotated)}
    with open_library(built, read_only=True) as library:
        assert group(library) == wanted
    assert 1 < len(wanted) < len(reports)


def test_adding_again_changes_nothing(
    built: Path, reports: list[Article], config: LibraryConfig, content: Dump
) -> None:
    before = content(built)
    with open_library(built, config=config) as library:
        report = library.add(reversed(reports))
    assert (report.articles, report.known, report.stories) == ((), len(reports), ())
    assert content(built) == before


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_arrival_decides_nothing(
    built: Path, tmp_path: Path, reports: list[Article], config: LibraryConfig, content: Dump, seed: int
) -> None:
    shuffled = Random(seed).sample(reports, len(reports))
    cut = 13 * seed
    other = build(tmp_path / "other.db", config, shuffled[:cut], shuffled[cut:])
    assert content(other) == content(built)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_versions_and_twins_come_in_any_order(
    tmp_path: Path, reports: list[Article], config: LibraryConfig, content: Dump, seed: int
) -> None:
    given = list(reports[:10])
    for n in (1, 4):
        later = reports[n].text.replace("said", "told us")
        given.append(make(later, url=reports[n].url, published=Published(f"2021-04-0{n}", "day", "metadata")))
        given.append(make(reports[n + 1].text + "\n", url=f"{reports[n + 1].url}/amp", outlet=reports[n + 1].outlet))
    shuffled = Random(seed).sample(given, len(given))
    one = build(tmp_path / "one.db", config, given)
    other = build(tmp_path / "other.db", config, *([article] for article in shuffled))
    assert content(one) == content(other)


def test_a_report_joins_founds_and_bridges(tmp_path: Path, reports: list[Article], config: LibraryConfig) -> None:
    by_event: dict[str, list[Article]] = {}
    for article in reports:
        by_event.setdefault((article.url or "").rsplit("/", 1)[-1], []).append(article)
    event, other = sorted((e for e in by_event.values() if len(e) > 2), key=len)[-2:]
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        library.add(event[:2])
        (founded,) = library.stories()
        joined = library.add(event[2:])
        (story,) = library.stories()
        assert founded.articles == 2
        assert story.articles == len(event)
        assert joined.stories == (story.id,)
        assert library.add(other).stories != joined.stories
        assert len(library.stories()) == 2


def test_a_later_version_of_a_page_is_kept_beside_the_old(tmp_path: Path, config: LibraryConfig) -> None:
    url = "https://post.example/dam"
    first = make('The Orrel dam broke. "Nobody was hurt," said Ada Lund, the mayor.', url=url)
    later = make('The Orrel dam broke. "Two people were hurt," said Ada Lund, the mayor.', url=f"{url}?utm_source=x")
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        library.add([first])
        report = library.add([later])
        assert report.new_versions == 1
        counts = library.count()
        assert (counts.articles, counts.versions, counts.stories) == (1, 2, 1)
        (story,) = library.stories(least_articles=1)
        assert [a.text for a in library.read_story(story.id).articles] == [later.text]
        assert [hit.content for hit in library.list_quotations("Ada Lund")] == ["Two people were hurt"]
        assert library.search("nobody") == ()
    with sqlite3.connect(tmp_path / "news.db") as connection:
        rows = connection.execute("SELECT version, is_latest, text FROM articles ORDER BY version").fetchall()
    assert rows == [(1, 0, first.text), (2, 1, later.text)]


@pytest.mark.parametrize("is_twin_first", [True, False])
def test_amp_and_print_twins_are_one_article(tmp_path: Path, config: LibraryConfig, is_twin_first: bool) -> None:
    body = 'The Orrel dam broke on Monday after a week of rain. "Nobody was hurt," said Ada Lund, the mayor of Orrel.'
    page = make(body, url="https://post.example/2031/dam.html")
    amp = make(f"{body}\n", url="https://amp.post.example/2031/dam.amp.html")
    printed = make(f"{body}\nPrinted from post.example", url="https://post.example/2031/dam.html?print=1")
    given = [amp, printed, page] if is_twin_first else [page, amp, printed]
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        for article in given:
            library.add([article])
        counts = library.count()
        assert (counts.articles, counts.versions, counts.stories) == (1, 3, 1)
        (story,) = library.stories(least_articles=1)
        assert [a.url for a in library.read_story(story.id).articles] == [page.url]


def test_a_version_leaves_its_story_when_the_page_tells_another(
    tmp_path: Path, reports: list[Article], config: LibraryConfig
) -> None:
    by_event: dict[str, list[Article]] = {}
    for article in reports:
        by_event.setdefault((article.url or "").rsplit("/", 1)[-1], []).append(article)
    event = max(by_event.values(), key=len)
    moved = make("Chess club wins a cup in Tarnby. The final game took nine hours.", url=event[0].url)
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        library.add(event)
        library.add([replace(moved, published=event[0].published)])
        sizes = sorted(story.articles for story in library.stories(least_articles=1))
    assert sizes == [1, len(event) - 1]


def test_near_duplicates_are_kept_and_marked(tmp_path: Path, reports: list[Article], config: LibraryConfig) -> None:
    first = reports[0]
    changed = first.text.replace("Friday", "Friday morning", 1)
    copy = make(changed, outlet="Tarnby Echo", published=Published("2021-03-09", "day", "metadata"))
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        library.add([copy, first])
        (story,) = library.stories()
        assert (story.articles, story.duplicates) == (2, 1)
        (pair,) = library.list_duplicates(story.id)
        assert [article.text for article in pair] == [copy.text, first.text]


def test_what_was_set_aside_is_in_the_file_once(tmp_path: Path, config: LibraryConfig) -> None:
    items = [Reject("a.html", "a.html holds no article"), Note("b.txt", "is read as cp1251")]
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        assert library.add(items).rejects == 1
        library.add(items)
        assert library.list_rejects() == (items[0],)


def test_a_date_to_come_is_kept_and_said(tmp_path: Path, config: LibraryConfig) -> None:
    early = make("The dam in Orrel broke after rain.", published=Published("2021-03-01", "day", "metadata"))
    late = make("A chess club wins the cup.", published=Published("2931-03-01", "day", "metadata"))
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        report = library.add([late, make("Bread is dear in Vellin."), early])
        assert any("2931-03-01" in note and "still to come" in note for note in report.notes)
        assert [s.last_published for s in library.stories(least_articles=1)] == [
            "2021-03-01",
            "2931-03-01",
            None,
        ]


def test_many_dates_to_come_are_one_line(tmp_path: Path, config: LibraryConfig) -> None:
    late = [
        make(f"Event {n} in Orrel.", path="late.jsonl", published=Published(f"293{n}-03-01", "day", "metadata"))
        for n in range(4)
    ]
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        (line,) = library.add(late).notes
    assert "2930-03-01" in line
    assert "3 more like it" in line
    with sqlite3.connect(tmp_path / "news.db") as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (4,)


def test_an_article_of_20_mb_is_stored_whole_and_read_in_part(tmp_path: Path, config: LibraryConfig) -> None:
    text = 'The dam broke in Orrel. "Nobody was hurt," said Ada Lund.\n\n' + "Water ran over the road. " * 850_000
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        (line,) = library.add([make(text, path="long.txt")]).notes
        assert "long.txt has 21,250,059 characters" in line
        (story,) = library.stories(least_articles=1)
        document = library.read_story(story.id)
    assert document.articles[0].text == text
    assert "only its first" in document.rejects[0].reason
    assert document.articles[0].zones[-1].span.end == len(text.rstrip())


def test_settings_of_another_kind_are_refused(built: Path) -> None:
    from retold.errors import LibraryVersionError

    with pytest.raises(LibraryVersionError, match="other settings"):
        open_library(built, config=LibraryConfig())


def test_readers_see_a_whole_state_while_a_build_writes(
    tmp_path: Path, reports: list[Article], config: LibraryConfig
) -> None:
    path = build(tmp_path / "news.db", config, reports[:10])
    seen: list[int] = []

    def feed() -> Iterable[Article]:
        for n, article in enumerate(reports[10:]):
            if n % 8 == 0:
                with open_library(path, read_only=True) as reader:
                    seen.append(reader.count().articles)
                    assert reader.search("closed")
                    assert all(reader.read_story(s.id) for s in reader.stories(limit=100))
            yield article

    with open_library(path, config=config) as library:
        library.add(feed())
    assert seen[0] == 10
    assert seen[-1] > seen[0]
