"""Figures and dates conflict only where two articles tell one thing, and rounding or vagueness is no conflict."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.annotate.facts import find_facts
from retold.languages import load_language
from retold.model import (
    AnnotatedArticle,
    Article,
    Fact,
    FactMention,
    Family,
    Passage,
    Place,
    Published,
    Reading,
    Sentence,
    Span,
)
from retold.trace.facts import FactsConfig, compare_facts
from retold.trace.values import compare_values

EN = load_language("en")
CONFIG = FactsConfig()
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases" / "trace" / "facts.jsonl").read_text("utf-8").splitlines()
]


def annotate(id_: str, text: str, day: str | None = None) -> AnnotatedArticle:
    """One article; each line is a sentence of its own."""
    sentences = []
    start = 0
    for line in text.split("\n"):
        if line:
            sentences.append(Sentence(Span(start, start + len(line)), "body", 0))
        start += len(line) + 1
    published = Published(day, "day", "metadata") if day else None
    article = Article(id_, text, "", language="en", published=published)
    return AnnotatedArticle(article, tuple(sentences), facts=find_facts(article, sentences, EN))


def align(*articles: AnnotatedArticle) -> tuple[Passage, ...]:
    """The whole of each article aligned to the whole of each other."""
    places = [Place(a.article.id, Span(0, len(a.article.text))) for a in articles]
    pairs = [(x, y) for i, x in enumerate(places) for y in places[i + 1 :]]
    return tuple(Passage(f"m{n}", x, y, "paraphrase", 0.5) for n, (x, y) in enumerate(pairs))


def compare(*texts: str, days: tuple[str | None, ...] = ()) -> tuple[Fact, ...]:
    days = days or (None,) * len(texts)
    articles = [annotate(id_, text, day) for id_, text, day in zip("abcdef", texts, days, strict=False)]
    return compare_facts(articles, align(*articles), (), (), CONFIG)


def verdicts(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.verdict for fact in facts]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
@pytest.mark.parametrize("is_turned", [False, True])
def test_two_sentences(case: dict, is_turned: bool) -> None:
    texts, focus = (case["a"], case["b"]), tuple(case["focus"])
    if is_turned:
        texts, focus = texts[::-1], focus[::-1]
    facts = compare(*texts)
    if case["expect"] != "differ":
        assert "differ" not in verdicts(facts)
    if case["expect"] == "none":
        return
    spans = {id_: text.index(word) for id_, text, word in zip("ab", texts, focus, strict=True)}
    covering = [
        fact.verdict
        for fact in facts
        if all(
            any(r.article == id_ and r.span.start <= at < r.span.end for r in fact.readings)
            for id_, at in spans.items()
        )
    ]
    assert case["expect"] in covering


def test_most_cases_hold_no_conflict() -> None:
    assert sum(case["expect"] == "differ" for case in CASES) * 2 < len(CASES)


def test_unaligned_sentences_are_not_compared() -> None:
    lead = "The choir of Orrel sang on the old pier again.\n"
    a = annotate("a", lead + "The boiler was last tested in April 2033.")
    b = annotate("b", lead + "Its harmonium came from a chapel in April 2031.")
    aligned = (Passage("m1", Place("a", Span(0, 20)), Place("b", Span(0, 20)), "paraphrase", 0.5),)
    assert compare_facts((a, b), aligned, (), (), CONFIG) == ()


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("The mill was founded in 1897.", "It was founded in 1879.", "differ"),
        ("The boiler was last tested in April 2033.", "The boiler, tested in April 2031, is old.", "differ"),
        ("The board will vote on 14 May.", "The board votes on 15 May.", "differ"),
        ("Deckhand Ines Corran saw it at 5.15am.", "It was Deckhand Ines Corran who saw it at 6.15 a.m.", "differ"),
        ("Three men died in the flood.", "The flood killed four farmers.", "differ"),
        ("Three men died in the flood.", "The flood killed three farmers.", "agree"),
    ],
)
def test_close_dates_and_tolls_need_no_passage(one: str, other: str, verdict: str) -> None:
    a, b = annotate("a", "Nobody had seen the like.\n" + one), annotate("b", "It rained for a week.\n" + other)
    assert verdict in verdicts(compare_facts((a, b), (), (), (), CONFIG))


def test_those_who_died_are_not_those_who_were_hurt() -> None:
    a, b = annotate("a", "Three men died in the flood."), annotate("b", "The flood injured four farmers.")
    assert "differ" not in verdicts(compare_facts((a, b), (), (), (), CONFIG))


def test_a_figure_that_an_article_gives_twice_is_one() -> None:
    a = annotate("a", "The mill will pay £3.4m.\nIts owner must find £3.4m by June.")
    b = annotate("b", "The mill will pay £4.3m.")
    (fact,) = (f for f in compare_facts((a, b), align(a, b), (), (), CONFIG) if f.verdict == "differ")
    assert [r.article for r in fact.readings] == ["a", "a", "b"]


def test_a_figure_above_is_no_cut_of_one_below() -> None:
    assert "differ" in verdicts(compare("The limit is 210,000 tonnes a year.", "The limit is 201,000 tonnes a year."))


def test_passage_that_ends_before_the_figure_still_counts() -> None:
    a = annotate("a", "The boiler was last tested in April 2033.")
    b = annotate("b", "The boiler was last tested in April 2031.")
    aligned = (Passage("m1", Place("a", Span(0, 20)), Place("b", Span(0, 20)), "verbatim", 1.0),)
    assert verdicts(compare_facts((a, b), aligned, (), (), CONFIG)) == ["differ"]


def test_leads_of_two_reports_are_compared_without_a_passage() -> None:
    a = annotate("a", "A steamer that went down with 82 souls in a blizzard has been found by divers.")
    b = annotate("b", "The steamer, which sank in a storm with 62 people on board, has been found off Orrel.")
    assert verdicts(compare_facts((a, b), (), (), (), CONFIG)) == ["differ"]


def test_readings_of_a_family_are_compared() -> None:
    text = "The lamp had burned for {} years on the quay, she said."
    a, b = annotate("a", text.format("46")), annotate("b", text.format("64"))
    readings = (Reading("r1", "a", Span(0, 40), "indirect"), Reading("r2", "b", Span(0, 40), "indirect"))
    family = Family("f1", "s1", None, ("r1", "r2"))
    facts = compare_facts((a, b), (), (family,), readings, CONFIG)
    assert [(f.verdict, [r.value for r in f.readings]) for f in facts] == [("differ", ["46", "64"])]


def test_three_articles_give_one_fact_for_each_verdict() -> None:
    facts = compare(
        "The inn moved 44 guests after the leak.",
        "The inn moved some 40 guests after the leak.",
        "The inn moved 59 guests after the leak.",
        "After the leak the inn moved 44 guests.",
    )
    seen = {(f.verdict, "".join(r.article for r in f.readings)) for f in facts}
    assert seen == {("agree", "ad"), ("rounded", "abd"), ("differ", "ac"), ("differ", "bc"), ("differ", "cd")}


def test_readings_that_agree_never_stand_under_differ() -> None:
    facts = compare(*(f"The inn moved {n} guests after the leak." for n in ("44", "44", "59", "59")))
    for fact in facts:
        if fact.verdict == "differ":
            assert len({r.value for r in fact.readings}) == len({r.article for r in fact.readings}) == 2


def test_later_reports_may_tell_a_later_state() -> None:
    early, late = "Divers say 40 boats sank off Orrel.", "By now 66 boats sank in the storm, the mayor of Orrel said."
    assert "differ" not in verdicts(compare(early, late, days=("2031-05-01", "2031-05-20")))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_order_of_the_input_changes_nothing(order: tuple[int, ...]) -> None:
    texts = (
        "The inn moved 44 guests on Monday.\nIt cost $5 million.",
        "Some 40 guests were moved by the inn on Tuesday.\nIt cost £4m.",
        "The inn moved 59 guests on Monday.\nIt cost 5 million dollars.",
    )
    articles = [annotate(id_, text) for id_, text in zip("abc", texts, strict=True)]
    passages = align(*articles)
    turned = tuple(Passage(p.id, p.to, p.from_, p.kind, p.score) for p in reversed(passages))
    want = compare_facts(articles, passages, (), (), CONFIG)
    assert want
    assert compare_facts([articles[i] for i in order], turned, (), (), CONFIG) == want


FIGURES = st.builds(
    FactMention,
    st.just("number"),
    st.just(Span(0, 1)),
    st.integers(0, 10**6).map(str),
    unit=st.sampled_from([None, "boat", "day", "hour", "person"]),
    is_rounded=st.booleans(),
    bound=st.sampled_from([None, "at_least", "at_most"]),
)
DATES = st.builds(
    FactMention,
    st.just("date"),
    st.just(Span(0, 1)),
    st.one_of(
        st.dates().map(lambda d: d.isoformat()),
        st.dates().map(lambda d: d.isoformat()[:7]),
        st.dates().map(lambda d: f"-{d.isoformat()[4:]}"),
        st.sampled_from(["1990s", "2017/2018", "season:summer", "season:summer 2031", "2017"]),
    ),
)
OPEN_DATES = st.builds(
    FactMention,
    st.just("date"),
    st.just(Span(0, 1)),
    st.sampled_from(["weekday:monday", "weekday:tuesday", "2031-05-05", "relative:day:-1"]),
    unit=st.sampled_from(["weekday", "relative"]),
)


@given(st.one_of(st.tuples(FIGURES, FIGURES), st.tuples(st.one_of(DATES, OPEN_DATES), st.one_of(DATES, OPEN_DATES))))
def test_values_compare_alike_both_ways(pair: tuple[FactMention, FactMention]) -> None:
    assert compare_values(*pair) == compare_values(*pair[::-1])


@given(st.one_of(FIGURES, DATES))
def test_a_value_agrees_with_itself(mention: FactMention) -> None:
    assert compare_values(mention, mention) == "agree"


def compare_unaligned(*texts: str) -> tuple[Fact, ...]:
    return compare_facts([annotate(id_, text) for id_, text in zip("abcdef", texts, strict=False)], (), (), (), CONFIG)


@pytest.mark.parametrize(
    ("other", "is_conflict"),
    [
        ("The new owner gets 58% of Vellmer Looms at once, and pays €480m.", True),
        ("The new owner gets 58% of Vellmer Looms at once, and pays €310m.", False),
        ("Shares in Vellmer Looms rose 4% once the price of €480m was known.", False),
        ("Of the €480m, 58% is cash and 42% paper.", False),
    ],
)
def test_two_shares_beside_one_amount_of_money(other: str, is_conflict: bool) -> None:
    facts = compare_unaligned("Corvane Mills has agreed to buy 62% of the firm for €480m in cash.", other)
    assert any(f.verdict == "differ" and f.kind == "percent" for f in facts) is is_conflict


@pytest.mark.parametrize(("time", "is_conflict"), [("5:40 a.m.", True), ("5:00 a.m.", False), ("2:40 a.m.", False)])
def test_one_minute_of_two_hours_beside_one_shared_word(time: str, is_conflict: bool) -> None:
    one = f"The chimney came down across the lane at {time.replace('5', '6')} on Monday."
    facts = compare_unaligned(one, f"The collapse, at {time.replace('2', '8')}, brought down two sheds beside it.")
    assert any(f.verdict == "differ" and f.kind == "time" for f in facts) is is_conflict
