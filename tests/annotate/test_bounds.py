"""What is too long to be a report, a paragraph, a sentence or a word."""

from hypothesis import given
from hypothesis import strategies as st

from retold.annotate.bounds import (
    LONGEST_PARAGRAPH_CHARS,
    LONGEST_RUN_CHARS,
    cut_long_paragraphs,
    cut_long_report,
    restore_text,
    set_runs_aside,
)
from retold.annotate.sentences import LONGEST_CHARS, find_sentences
from retold.annotate.zones import find_zones
from retold.languages import load_language
from retold.model import Article, Span, Zone

PIECES = st.lists(
    st.sampled_from(["The bridge shut. ", "a ", "\n", "\n\n", " ", "x" * 300, "-" * 500, "“", "”"]), max_size=30
)


@given(PIECES, st.integers(1, 400))
def test_cut_report_is_a_beginning_and_restores_to_the_whole(pieces: list[str], longest: int) -> None:
    whole = Article("a1", "".join(pieces), "")
    cut = cut_long_report(whole, longest)
    assert len(cut.text) <= longest or cut is whole
    assert whole.text.startswith(cut.text)
    assert cut.text or not whole.text
    restored = restore_text(cut, whole)
    assert restored.text == whole.text
    assert "".join(z.span.cut(whole.text) for z in restored.zones) == whole.text[len(cut.text) :].strip()


@given(PIECES)
def test_zones_cover_every_visible_character_whatever_is_set_aside(pieces: list[str]) -> None:
    article = set_runs_aside(Article("a1", "".join(pieces), ""))
    zones = cut_long_paragraphs(article.text, find_zones(article, load_language("en")))
    at, seen = 0, ""
    for zone in zones:
        assert at <= zone.span.start < zone.span.end
        at = zone.span.end
        seen += zone.span.cut(article.text)
        is_run = len(zone.span.cut(article.text)) >= LONGEST_RUN_CHARS and " " not in zone.span.cut(article.text)
        assert zone.role == "furniture" or not is_run
    assert "".join(seen.split()) == "".join(article.text.split())


def test_zone_of_the_reader_gives_way_to_a_run() -> None:
    text = "So " + "x" * 500 + " it said"
    found = set_runs_aside(Article("a1", text, "", zones=(Zone("caption", Span(0, len(text))),))).zones
    assert [(z.role, z.span) for z in found] == [
        ("caption", Span(0, 3)),
        ("furniture", Span(3, 503)),
        ("caption", Span(503, len(text))),
    ]


def test_long_paragraph_is_cut_after_a_sentence() -> None:
    text = "The bridge was shut. " * 3000
    zones = cut_long_paragraphs(text, [Zone("body", Span(0, len(text.rstrip())))])
    assert len(zones) > 1
    assert all(zone.span.cut(text).startswith("The") and zone.span.cut(text).endswith("shut.") for zone in zones)
    assert all(zone.span.end - zone.span.start <= LONGEST_PARAGRAPH_CHARS for zone in zones)
    endless = "bridge " * 9000
    assert len(cut_long_paragraphs(endless, [Zone("body", Span(0, len(endless) - 1))])) > 1
    assert cut_long_paragraphs("Short.", [Zone("body", Span(0, 6))]) == (Zone("body", Span(0, 6)),)


def test_sentence_without_an_end_is_cut_at_blanks() -> None:
    text = "bridge " * 2000
    zones = [Zone("body", Span(0, len(text) - 1))]
    sentences = find_sentences(Article("a1", text, ""), zones)
    assert len(sentences) == 6
    assert all(s.span.end - s.span.start <= LONGEST_CHARS for s in sentences)
    assert " ".join(s.span.cut(text) for s in sentences) == text.strip()
