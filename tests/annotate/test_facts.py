"""Dates, times and figures are found with the right span, normal form and role, and nothing else is."""

import json
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.annotate.facts import find_facts
from retold.annotate.numbers import find_tokens, format_number, read_number
from retold.languages import load_language
from retold.model import Article, FactMention, Published, Quotation, Sentence, Span, Zone

EN = load_language("en")
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases" / "annotate" / "facts.jsonl").read_text("utf-8").splitlines()
]


def published(value: str | None) -> Published | None:
    if value is None:
        return None
    return Published(value, "minute" if "T" in value else "day" if len(value) == 10 else "year", "metadata")


def find(text: str, day: str | None = None) -> tuple[FactMention, ...]:
    article = Article("a1", text, "", published=published(day))
    return find_facts(article, [Sentence(Span(0, len(text)), "body", 0)], EN)


def flags_of(mention: FactMention) -> list[str]:
    role = [] if mention.role == "event" else [mention.role]
    bound = {"at_least": ["atleast"], "at_most": ["atmost"], None: ["rounded"] if mention.is_rounded else []}
    return role + bound[mention.bound]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_mentions_of_a_sentence(case: dict) -> None:
    found = find(case["text"], case.get("published"))
    assert [
        {"kind": m.kind, "text": m.span.cut(case["text"]), "value": m.value, "flags": flags_of(m)} for m in found
    ] == case["expect"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("44 guests were moved", "guest"),
        ("two council halls were shut", "hall"),
        ("about 2,500 people left", "person"),
        ("538 tremors in 48 hours", "tremor"),
        ("three of the nurses left", "nurs"),
        ("a 23cm rise", "centimetre"),
        ("70 mph winds", "mile per hour"),
        ("12 were injured", None),
        ("a 68-year-old sailor", "age"),
        ("Tom Orde, 68, said", "age"),
        ("for 20 years", "year"),
    ],
)
def test_unit_is_what_is_counted(text: str, unit: str | None) -> None:
    assert find(text)[0].unit == unit


def test_weekday_is_never_counted_from_a_photograph() -> None:
    text = "The council met on Monday.\n\nThe hall, pictured on June 18, 2022"
    caption = Zone("caption", Span(28, len(text)))
    article = Article("a1", text, "", zones=(Zone("body", Span(0, 26)), caption))
    found = find_facts(article, [Sentence(Span(0, 26), "body", 0)], EN)
    assert [(m.value, m.role) for m in found] == [("weekday:monday", "event"), ("2022-06-18", "photo")]


def test_byline_gives_a_publication_date_and_no_figures() -> None:
    text = "15 January, 3 pages"
    article = Article("a1", text, "", zones=(Zone("byline", Span(0, len(text))),))
    assert [(m.kind, m.role) for m in find_facts(article, [], EN)] == [("date", "publication")]


def test_quotations_at_hand_decide_what_is_quoted() -> None:
    text = "'It failed in 2028,' he said in 2026."
    quotation = Quotation("a1.q1", "direct", (Span(1, 18),))
    article = Article("a1", text, "", quotations=(quotation,))
    found = find_facts(article, [Sentence(Span(0, len(text)), "body", 0)], EN)
    assert [(m.value, m.role) for m in found] == [("2028", "quotation"), ("2026", "event")]


UNITS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(n: int) -> str:
    """An independent speller: the reader must give its number back."""
    if n < 20:
        return UNITS[n]
    if n < 100:
        return TENS[n // 10] + (f"-{UNITS[n % 10]}" if n % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            rest = n % size
            joint = " and " if rest and size == 100 else " "
            return f"{spell(n // size)} {name}" + (joint + spell(rest) if rest else "")
    raise AssertionError(n)


@given(st.integers(1, 10**12 - 1))
def test_number_words_round_trip(n: int) -> None:
    text = spell(n)
    tokens = find_tokens(text, Span(0, len(text)), EN.facts)
    number = read_number(tokens, 0, EN.facts)
    assert number is not None
    assert (number.value, number.end) == (n, len(tokens))


@given(st.decimals(0, 10**9, places=2))
def test_figures_round_trip(value: Decimal) -> None:
    text = f"{value:,}"
    tokens = find_tokens(text, Span(0, len(text)), EN.facts)
    number = read_number(tokens, 0, EN.facts)
    assert number is not None
    assert Decimal(format_number(number.value)) == value


WORDISH = st.lists(
    st.sampled_from(
        [
            *"$5-–,.%/:“”é",
            *[
                "31",
                "2017",
                "million",
                "to",
                "May",
                "Monday",
                "two",
                "hundred",
                "and",
                "between",
                "half",
                "of",
                "15",
                "00",
            ],
            *["a", "dozen", "2,300", "ago", "years", "9.30", "am", "\n"],
        ]
    )
)


@given(st.one_of(st.text(max_size=200), WORDISH.map(" ".join), WORDISH.map("".join)))
@settings(max_examples=300)
def test_spans_lie_inside_in_order_and_apart(text: str) -> None:
    found = find(text, "2031-03-04")
    assert all(0 <= m.span.start < m.span.end <= len(text) for m in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    assert all(m.value for m in found)


def test_long_texts_take_linear_time() -> None:
    line = 'On Monday, 31 of the 2,300 tenants paid $6.1 million, he said, between 5 and 7 May 2031 "or so". '
    text = line * 10_000
    step = len(line)
    article = Article("a1", text, "")
    sentences = [Sentence(Span(i, i + step), "body", 0) for i in range(0, len(text), step)]
    begun = time.process_time()
    assert len(find_facts(article, sentences, EN)) >= 40_000
    assert time.process_time() - begun < 30
