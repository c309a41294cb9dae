"""What a notebook shows: pieces that need nothing else, deaf to markup, the same on light and dark ground."""

import re

import pytest
from hostile import NASTY, build_hostile
from test_html import Page

from retold.document import EvidenceDocument
from retold.model import Article, Quotation, Span
from retold.present import words
from retold.present.html.notebook import (
    MOST_CHARS,
    render_article,
    render_comparison,
    render_descent,
    render_ledger,
    render_text,
)
from retold.present.ledger import Ledger
from retold.present.lettering import clean_line


def name_speakers(document: EvidenceDocument) -> dict[str, str]:
    return {speaker.id: speaker.name for speaker in document.speakers}


def check_alone(piece: str) -> Page:
    """Nothing is fetched, run, or shared with the rest of the notebook."""
    page = Page(piece.replace(' xmlns="http://www.w3.org/2000/svg"', ""))
    assert not {"script", "style", "link", "img", "iframe", "a", "object"} & set(page.tags)
    assert not {"id", "class", "href", "src"} & {name for name, _ in page.attributes}
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    styles = ";".join(page.get("style"))
    assert "url(" not in styles
    # letters keep the colour of the notebook: a fixed one would vanish on a ground of its own kind
    assert not re.search(r"(?:^|;)color:", styles)
    for background in re.findall(r"background:([^;]+)", styles):
        assert background == "none" or re.fullmatch(r"rgba\(\d+,\d+,\d+,\.25\)", background)
    return page


def test_an_article_shows_every_word_and_marks_every_quotation(document: EvidenceDocument) -> None:
    speakers = name_speakers(document)
    for article in document.articles:
        page = check_alone(render_article(article, speakers))
        for line in article.text.splitlines():
            assert clean_line(line).replace(" ", "") in re.sub(r"\s", "", page.words) or article.quotations
        marked = page.get("title")
        assert {note.rpartition(" · ")[2] for note in marked} == {q.id for q in article.quotations}
        for quotation in article.quotations:
            if quotation.speaker in speakers:
                assert any(speakers[quotation.speaker] in note for note in marked)


def test_quotations_within_quotations_are_marked_as_the_inner_speakers() -> None:
    text = "He said she said it rained."
    outer = Quotation("a1.q1", "indirect", (Span(8, 26),), speaker="p1")
    inner = Quotation("a1.q2", "indirect", (Span(17, 26),), speaker="p2", within="a1.q1")
    article = Article("a1", text, "0" * 64, quotations=(outer, inner))
    page = check_alone(render_article(article, {"p1": "Per Holm", "p2": "Ada Lund"}))
    assert [note.split(" · ")[0] for note in page.get("title")] == ["Per Holm", "Ada Lund"]


def test_the_ledger_has_a_row_for_each_shared_utterance(document: EvidenceDocument) -> None:
    page = check_alone(render_ledger(document))
    shared = [family for view in Ledger(document).view_stories() for family in view.shared]
    assert shared
    assert page.tags.count("tr") == len(shared) + len(Ledger(document).view_stories())
    assert "major" in page.words


def test_the_descent_is_drawn(document: EvidenceDocument) -> None:
    page = check_alone(render_descent(document))
    drawn = [d for view in Ledger(document).view_stories() for d in view.derivations]
    assert page.tags.count("path") == len(drawn)
    assert {"currentColor", "none"} >= {*page.get("stroke"), *page.get("fill")}
    assert set(page.get("role")) == {"img"}


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_words_are_only_words(nasty: str) -> None:
    document = build_hostile(nasty)
    pieces = [render_article(a, name_speakers(document)) for a in document.articles]
    for piece in (*pieces, render_comparison(document), render_text(nasty)):
        page = check_alone(piece)
        assert "\x1b" not in piece
        assert "\u202e" not in piece
        assert "49" not in page.words.replace("1,649", "") or "7*7" not in nasty


def test_a_long_story_is_cut(document: EvidenceDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retold.present.html.notebook.MOST_ROWS", 1)
    page = check_alone(render_ledger(document))
    views = Ledger(document).view_stories()
    assert page.tags.count("tr") == 2 * len(views)
    assert all(words.MORE.format(count=len(view.shared) - 1) in page.words for view in views if len(view.shared) > 1)
    monkeypatch.setattr("retold.present.html.notebook.MOST_STORIES", 0)
    assert words.MORE.format(count=len(views)) in check_alone(render_comparison(document)).words


def test_empty_and_long() -> None:
    nothing = EvidenceDocument("", 1, {}, ())
    for piece in (render_comparison(nothing), render_ledger(nothing), render_descent(nothing)):
        assert check_alone(piece).words.strip(), "it says that there is nothing"
    long = Article("a1", "It rained.\n" * 20_000, "0" * 64)
    assert len(render_article(long, {})) < 4 * MOST_CHARS + 200_000
