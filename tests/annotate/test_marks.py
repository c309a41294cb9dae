"""Quotation marks, whatever comes: spans true, pairs found, time in proportion to the text."""

import gc
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.marks import find_marked, is_balanced
from retold.languages import load_language
from retold.model import Article, Span

EN = load_language("en")
MARKS = "“”\"‘’'«»„`"
PARTS = (
    *MARKS, "''", "``", "it’s ", "the ’90s ", '9" ', "boys’ ", "rope ", "said ", ", ", ". ", "\n",
    "\u200b", "\u202e", "שלום ", "\u2067", "\x00", "e\u0301", "😀",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(PARTS), max_size=60)
WORDS = st.lists(st.sampled_from(["rope", "fog", "Ann", "it’s", "9", "go"]), min_size=1, max_size=8).map(" ".join)
PAIRS = st.sampled_from(["“”", '""', "«»", "„“"])


def paragraphs_of(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    return spans


def measure_s(run: Callable[[], object], runs: int = 3) -> float:
    """CPU seconds of the fastest run, without the collector: what else goes on must not count."""
    spent = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(runs):
            started = time.process_time()
            run()
            spent.append(time.process_time() - started)
    finally:
        gc.enable()
    return max(min(spent), 1e-4)


@given(PIECES)
def test_spans_lie_in_their_paragraphs_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    paragraphs = paragraphs_of(text)
    at = 0
    for marked in find_marked(text, paragraphs, EN):
        assert at <= marked.outer.start < marked.outer.end <= len(text)
        at = marked.outer.end
        assert marked.outer.contains(marked.extent)
        assert marked.last_paragraph - marked.paragraph == len(marked.content) - 1
        inside = marked.outer.start
        for span, paragraph in zip(marked.content, paragraphs[marked.paragraph :], strict=False):
            assert inside <= span.start <= span.end
            assert paragraph.contains(span)
            inside = span.end


@given(PIECES, st.integers(0, 3))
def test_a_broken_mark_costs_its_paragraph_only(pieces: list[str], padding: int) -> None:
    broken = "".join(pieces).replace("\n", "")
    text = broken + "\n" * (padding + 1) + "Fog. “The rope held,” said Ann."
    found = [m.extent.cut(text) for m in find_marked(text, paragraphs_of(text), EN)]
    assert "The rope held," in found


@given(st.lists(st.tuples(WORDS, WORDS, PAIRS), min_size=1, max_size=6))
def test_balanced_marks_are_all_found(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{before} {pair[0]}{inside}{pair[1]}. " for before, inside, pair in parts)
    found = find_marked(text, [Span(0, len(text))], EN)
    assert [m.extent.cut(text) for m in found] == [inside for _, inside, _ in parts]
    assert all(m.is_closed for m in found)
    assert is_balanced(text, EN)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_nested_marks_are_inside_and_not_listed(parts: list[tuple[str, str]]) -> None:
    text = " ".join(f"“{outer} ‘{inner}’ so,” he said." for outer, inner in parts)
    found = find_marked(text, [Span(0, len(text))], EN)
    assert [m.extent.cut(text) for m in found] == [f"{outer} ‘{inner}’ so," for outer, inner in parts]


@given(st.lists(WORDS, min_size=2, max_size=6), st.sampled_from(['""', "“”", "‘’"]))
def test_each_paragraph_opens_and_only_the_last_closes(parts: list[str], pair: str) -> None:
    text = "\n".join(pair[0] + part for part in parts) + pair[1]
    found = find_marked(text, paragraphs_of(text), EN)
    assert [[s.cut(text) for s in m.content] for m in found] == [parts]


@given(st.text(alphabet="aé \u200b\u202e\u2067\u00a0שלום", max_size=80))
def test_invisible_and_right_to_left_characters_shift_nothing(inside: str) -> None:
    text = f"{inside} “x{inside}x,” {inside}"
    (marked,) = find_marked(text, [Span(0, len(text))], EN)
    assert marked.extent == Span(len(inside) + 2, 2 * len(inside) + 5)


@pytest.mark.parametrize("text", ["“The ​rope​ held,” said Ann.", "“החבל החזיק,” said Ann.", "\u202b“rope held”\u202c"])
def test_invisible_characters_stay_inside(text: str) -> None:
    found = find_marked(text, [Span(0, len(text))], EN)
    opened, closed = text.index("“"), text.index("”")
    assert [m.extent for m in found] == [Span(opened + 1, closed)]


@pytest.mark.parametrize(
    "unit",
    ["“", "”", '"', "'", "‘", "’", '" ', " '", "“a” ", "‘a ", "boys’ a ", ' 9" a', "“‘", "«„", "'a ", "’a", "`` ''"],
)
def test_time_grows_with_the_marks(unit: str) -> None:
    """10,000 marks in one paragraph, and 20,000."""

    def run(size: int) -> Callable[[], object]:
        text = unit * (size // sum(c in MARKS for c in unit))
        return lambda: find_marked(text, [Span(0, len(text))], EN)

    assert measure_s(run(20_000)) / measure_s(run(10_000)) < 3


@pytest.mark.parametrize(
    "unit", ["the rope “held", "rope ", '"rope," said Ann, ', "Ann ‘said’ the fog's ", "rope\u200b\u202eשל "]
)
def test_time_grows_with_a_paragraph_of_a_megabyte(unit: str) -> None:
    def run(size: int) -> Callable[[], object]:
        text = unit * (size // len(unit))
        return lambda: find_marked(text, [Span(0, len(text))], EN)

    assert measure_s(run(1_000_000)) / measure_s(run(500_000)) < 3


@pytest.mark.parametrize("unit", ["the rope “held", '"rope," said Ann, ', "Ann said the fog "])
def test_time_of_the_stage_grows_with_a_paragraph_that_never_ends(unit: str) -> None:
    """Annotation by rules alone: a paragraph without a sentence's end, and one twice as long."""
    shelf = ParserShelf(AnnotateConfig(parse=False))

    def run(size: int) -> Callable[[], object]:
        text = unit * (size // len(unit))
        return lambda: annotate_articles([Article("a1", text, "", language="en")], shelf)

    run(2_000)()
    assert measure_s(run(60_000), 1) / measure_s(run(30_000), 1) < 3


@settings(deadline=None, max_examples=60)
@given(PIECES)
def test_quotations_lie_in_the_text_whatever_the_marks(pieces: list[str]) -> None:
    text = "".join(pieces)
    (annotated,) = annotate_articles([Article("a1", text, "", language="en")], ParserShelf(AnnotateConfig(parse=False)))
    for quotation in annotated.article.quotations:
        at = 0
        for span in quotation.content:
            assert at <= span.start < span.end <= len(text)
            at = span.end
        for place in (quotation.cue, quotation.source):
            assert place is None or 0 <= place.start < place.end <= len(text)
