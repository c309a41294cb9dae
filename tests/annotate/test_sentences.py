"""Sentences: exact spans, inside zones, whole around quotation marks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.annotate.sentences import CHUNK_CHARS, find_sentences
from retold.model import Article, Span, Zone


def cut(text: str) -> list[str]:
    zones = [Zone("body", Span(0, len(text)))]
    return [s.span.cut(text) for s in find_sentences(Article("a1", text, ""), zones)]


@pytest.mark.parametrize(
    "parts",
    [
        ["“Are you sure?” she said.", "He was."],
        ['"Go!" he cried.', '"Stop."', "She did."],
        ["The play “Who? Me. Yes.” opened on Monday.", "It was short."],
        ["The bridge shut at 9 a.m. on Jan. 5, Dr. Vole said.", "Nobody fell."],
        ["Prof. J. K. Low of St. Ives came to the U.N. review.", "He left."],
        ["“We shall wait.", "We have time,” she said."],
        ["It cost $3.5 million.", "That is a lot."],
        ["«Чому?» – спитав він.", "Вона мовчала."],
    ],
)
def test_cut(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_never_across_zones_and_only_where_one_reads() -> None:
    text = "Bridge shut\n\nPhoto: quay. Old.\n\nIt fell. She ran"
    zones = [Zone("title", Span(0, 11)), Zone("caption", Span(13, 30)), Zone("body", Span(32, len(text)))]
    found = find_sentences(Article("a1", text, ""), zones)
    assert [(s.span.cut(text), s.role, s.paragraph) for s in found] == [
        ("Bridge shut", "title", 0),
        ("It fell.", "body", 2),
        ("She ran", "body", 2),
    ]


@given(st.text(alphabet='aB .?!"“”\n’é', max_size=200))
def test_every_visible_character_is_in_one_sentence(text: str) -> None:
    found = find_sentences(Article("a1", text, ""), [Zone("body", Span(0, len(text)))])
    covered = [i for s in found for i in range(s.span.start, s.span.end)]
    assert len(covered) == len(set(covered))
    assert all(char.isspace() or i in set(covered) for i, char in enumerate(text))
    assert all(s.span.cut(text).strip() == s.span.cut(text) != "" for s in found)


def test_a_long_paragraph_is_cut_as_a_short_one_and_in_time() -> None:
    sentence = "The bridge was shut on Tuesday after a crane struck it."
    count = CHUNK_CHARS * 3 // len(sentence)
    assert cut(" ".join([sentence] * count)) == [sentence] * count
    start = time.process_time()
    cut("word " * 200_000)
    assert time.process_time() - start < 20
