"""Search: any case, any inflection, ё and е, any apostrophe; and who said what."""

from pathlib import Path

import pytest

from retold.errors import LibraryError, UnknownStoryError
from retold.library import LibraryConfig, open_library
from retold.library.search import write_query
from retold.model import Article, Published
from retold.read.batch import hash_text

TEXTS = {
    "en": "The ferries were stopped in Tarnby. \"Every ferry is safe,\" said Ada O’Lund, the harbour master.",
    "uk": "З’їзд річкових капітанів відбувся у Вербівці. Капітани ухвалили нову угоду про поромну переправу.",
    "ru": "Новая ёлка сгорела в Ольховке. Жители сообщили о пожаре в полночь, счётчики сломаны.",
}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, config: LibraryConfig) -> Path:
    path = tmp_path_factory.mktemp("search") / "news.db"
    with open_library(path, create=True, config=config) as library:
        library.add(
            Article("", text, hash_text(text), language=code, outlet=f"Post {code}", title=text.split(".")[0],
                    published=Published(f"2031-03-0{n}", "day", "metadata"))
            for n, (code, text) in enumerate(TEXTS.items(), 1)
        )  # fmt: skip
    return path


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ferry", "en"), ("FERRIES tarnby", "en"), ("O'Lund", "en"), ("oʼlund", "en"), ('"ferry is safe"', "en"),
        ("з'їзд", "uk"), ("зʼЇЗД", "uk"), ("З`їзд капітанів", "uk"), ("угода", "uk"), ("переправи", "uk"),
        ("елка", "ru"), ("ЁЛКА", "ru"), ("ёлки", "ru"), ("счетчик", "ru"), ("пожары", "ru"),
    ],
)  # fmt: skip
def test_words_are_found_in_any_form(path: Path, query: str, code: str) -> None:
    with open_library(path, read_only=True) as library:
        assert [hit.outlet for hit in library.search(query)] == [f"Post {code}"]


def test_marks_find_words_as_they_stand(path: Path) -> None:
    with open_library(path, read_only=True) as library:
        assert library.search('"ferry safe"') == ()
        assert library.search('"угода"') == ()


@pytest.mark.parametrize("query", ['"', "NEAR(", "a AND", "*", "title:x", "(", "-", "'", '"" ""', "x\0y"])
def test_nothing_typed_is_an_operator(path: Path, query: str) -> None:
    with open_library(path, read_only=True) as library:
        if any(char.isalnum() for char in query):
            assert isinstance(library.search(query), tuple)
        else:
            with pytest.raises(LibraryError, match="no word"):
                library.search(query)


def test_an_excerpt_shows_what_was_found(path: Path) -> None:
    with open_library(path, read_only=True) as library:
        (hit,) = library.search("harbour")
    assert "[[harbour]] master" in hit.excerpt
    assert hit.story is not None


def test_quotations_by_speaker_and_words(path: Path) -> None:
    with open_library(path, read_only=True) as library:
        for name in ("Ada O'Lund", "o’lund", "ADA"):
            assert [hit.content for hit in library.list_quotations(name)] == ["Every ferry is safe"]
        assert library.list_quotations("Lu") == ()
        assert [hit.speaker for hit in library.list_quotations(words="ferries")] == ["Ada O’Lund"]
        assert library.list_quotations("Ada", words="капітани") == ()


def test_a_speakers_quotations_come_by_date_with_fidelity(tmp_path: Path, config: LibraryConfig) -> None:
    body = "The dam above Orrel broke on Monday after a week of rain, and 40 families had to leave the valley.\n\n"
    early = f'{body}"We must rebuild it before the winter, and we will," said Ada Lund, the mayor of Orrel.'
    late = f'{body}"We can rebuild it before the winter, and we will," said Ada Lund, the mayor of Orrel.'
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        library.add(
            Article(
                "", text, hash_text(text), language="en", outlet=outlet, published=Published(day, "day", "metadata")
            )
            for text, outlet, day in ((late, "Echo", "2021-03-03"), (early, "Post", "2021-03-01"))
        )
        first, second = library.list_quotations("Ada Lund")
        assert (first.outlet, first.label, second.outlet) == ("Post", None, "Echo")
        assert (second.label, second.severity, second.earlier_outlet) == ("altered", "major", "Post")
        assert "modality" in second.flags
        (story,) = library.stories("altered")
        assert (story.articles, story.major) == (2, 1)


def test_a_story_is_found_by_its_beginning_an_article_or_an_address(tmp_path: Path, config: LibraryConfig) -> None:
    text = "The dam above Orrel broke on Monday after a week of rain."
    with open_library(tmp_path / "news.db", create=True, config=config) as library:
        report = library.add([Article("", text, hash_text(text), url="https://post.example/dam", language="en")])
        (story,) = report.stories
        for id_ in (story, story[:6], story[1:], report.articles[0], "https://post.example/dam"):
            assert library.find_story(id_) == story
        for id_ in ("zzz", "s", "", "sffffffffffff"):
            with pytest.raises(UnknownStoryError, match="retold stories"):
                library.find_story(id_)


def test_queries_are_written_with_stems() -> None:
    assert write_query("closed bridges") == '("closed" OR "clos" *) AND ("bridges" OR "bridg" *)'
    assert write_query("12") == '("12")'
