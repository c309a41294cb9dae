"""Who retells whom: small labelled cases of descent, and what has to hold of every answer."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from retold.model import (
    AnnotatedArticle,
    Citation,
    Derivation,
    Evidence,
    Family,
    Passage,
    Published,
    Reading,
    Span,
    Zone,
)
from retold.trace.derivations import DerivationsConfig, find_derivations, link_citations, replay
from retold.trace.links import is_later, is_same_outlet
from retold.trace.profiles import make_profiles
from retold.trace.weighing import Case, weigh_nearness

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "trace" / "descent.toml").read_text("utf-8"))
CONFIG = DerivationsConfig()
Tell = Callable[..., tuple[tuple[AnnotatedArticle, ...], tuple[Family, ...], tuple[Reading, ...], tuple[Passage, ...]]]


def name_edge(derivation: Derivation) -> str:
    """As the cases write it."""
    if derivation.from_ is None:
        return f"={derivation.from_outlet}>{derivation.to}"
    return f"{'?' if derivation.from_.startswith('hidden:') else derivation.from_}>{derivation.to}"


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_descent(case: dict[str, list[str]], tell_story: Tell) -> None:
    found = find_derivations(*tell_story(case["articles"]), CONFIG)
    edges = sorted(name_edge(d) for d in found)
    for pair in case.get("never", []):
        one, other = pair.split("-")
        assert not {f"{one}>{other}", f"{other}>{one}"} & set(edges)
    assert edges == sorted(case["want"])


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_order_of_input_decides_nothing_and_evidence_replays(case: dict[str, list[str]], tell_story: Tell) -> None:
    articles, families, readings, passages = tell_story(case["articles"])
    found = find_derivations(articles, families, readings, passages, CONFIG)
    random = Random(7)
    for _ in range(3):
        shuffled = [random.sample(part, len(part)) for part in (articles, families, readings, passages)]
        assert find_derivations(*shuffled, CONFIG) == found
    lengths = {a.article.id: len(a.article.text) for a in articles}
    for derivation in found:
        assert derivation.probability == replay(derivation.evidence, CONFIG.prior)
        assert derivation.evidence
        for piece in derivation.evidence:
            assert piece.why
            for place in piece.spans:
                assert 0 <= place.span.start < place.span.end <= lengths[place.article]


def test_ten_copies_of_one_report(tell_story: Tell) -> None:
    rows = [{"id": "a0", "text": "original", "outlet": "The Quay Herald", "published": "2031-04-07T09:00Z"}]
    rows += [
        {
            "id": f"b{n}",
            "text": "faithful",
            "outlet": f"Outlet {n}",
            "published": "2031-04-07T12:00Z",
            "cite": "The Quay Herald",
        }
        for n in range(10)
    ]
    found = find_derivations(*tell_story(rows), CONFIG)
    assert sorted(name_edge(d) for d in found) == [f"a0>b{n}" for n in range(10)]


def test_passages_count_whichever_way_they_run(tell_story: Tell) -> None:
    articles, families, readings, passages = tell_story(
        [{"id": "a", "text": "original", "outlet": "Herald"}, {"id": "b", "text": "faithful", "cite": "Herald"}]
    )
    turned = tuple(Passage(p.id, p.to, p.from_, p.kind, p.score) for p in passages)
    assert find_derivations(articles, families, readings, turned, CONFIG) == find_derivations(
        articles, families, readings, passages, CONFIG
    )


def test_without_families_a_citation_still_counts(tell_story: Tell) -> None:
    articles, _, _, passages = tell_story(
        [{"id": "a", "text": "original", "outlet": "Herald"}, {"id": "b", "text": "faithful", "cite": "Herald"}]
    )
    assert [name_edge(d) for d in find_derivations(articles, (), (), passages, CONFIG)] == ["a>b"]
    assert find_derivations((), (), (), (), CONFIG) == ()


def test_inherited_wording_shows_the_nearest_source(tell_story: Tell) -> None:
    quotation = "[f1|Ines Corrado|We count the heads first, then the beams, and the cost comes after]"
    altered = quotation.replace("beams", "timbers").replace("cost", "bill")
    rest = (
        '"[f2|Tam Ridley|I was on the far side with my tea and I heard nothing at all]," said Tam Ridley. '
        "{f3|Tam Ridley|The riggers would be paid for the week}, he said."
    )
    lede = "The tallest crane of the yard folded at the knee and lay down on the slip."
    report = f'Crane down\n\n{lede}\n\n"{quotation}," said Ines Corrado.\n\n{rest}'
    retold = f'Crane falls\n\n{lede}\n\n"{altered}," Ines Corrado said.\n\n{rest}'
    again = f'Riggers wait\n\nThe yard is shut.\n\n"{altered}," Ines Corrado said.\n\n{rest}'
    rows = [
        {"id": "a", "text": report, "outlet": "Herald", "published": "2031-04-07T09:00Z"},
        {"id": "b", "text": retold, "outlet": "Gannet", "published": "2031-04-07T10:00Z"},
        {"id": "c", "text": again, "outlet": "Times", "published": "2031-04-07T11:00Z"},
    ]
    found = {d.to: d for d in find_derivations(*tell_story(rows), CONFIG)}
    assert found["b"].from_ == "a"
    if "c" in found:  # abstaining is allowed; the first report is not
        assert found["c"].from_ == "b"


def test_a_large_story_stays_cheap(tell_story: Tell) -> None:
    """The sources looked at are bounded: 150 reports of one story, and each article has one source at most."""
    texts = ["original", "faithful", "rewrite", "witness", "onlooker", "longer_copy"]
    rows = [{"id": f"r{n:03}", "text": texts[n % len(texts)], "outlet": f"Outlet {n}"} for n in range(150)]
    articles, families, readings, _ = tell_story(rows, with_passages=False)
    found = find_derivations(articles, families, readings, (), CONFIG)
    copies = [d.to for d in found]
    assert len(copies) == len(set(copies))
    assert all(d.from_ != d.to for d in found)


def test_ten_uncited_copies_of_one_report(tell_story: Tell) -> None:
    """All go back to the first; which of several equal copies one was taken from, nobody can tell."""
    rows = [{"id": "a0", "text": "original", "outlet": "Herald", "published": "2031-04-07T09:00Z"}]
    rows += [
        {"id": f"b{n}", "text": "faithful", "outlet": f"Outlet {n}", "published": "2031-04-07T12:00Z"}
        for n in range(10)
    ]
    found = find_derivations(*tell_story(rows), CONFIG)
    assert all(d.to != "a0" for d in found)
    assert all(d.from_ in ("a0", "hidden:1") for d in found)


def test_replay_is_the_logistic_of_the_sum() -> None:
    pieces = (Evidence("citation", 2.0, (), "so it says"), Evidence("order", -0.5, (), "another order"))
    assert replay(pieces, -1.5) == 0.5
    assert replay((), -20.0) == 0.0
    assert replay(pieces, 0.0) < replay(pieces[:1], 0.0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("2031-05-02T09:01Z", "minute"), ("2031-05-02T09:00Z", "minute"), True),
        (("2031-05-02T10:00+02:00", "minute"), ("2031-05-02T09:00Z", "minute"), False),
        (("2031-05-02", "day"), ("2031-05-02T09:00Z", "minute"), False),
        (("2031", "year"), ("2030-12-31", "day"), True),
        (("2031-05", "month"), ("2031", "year"), False),
    ],
)
def test_is_later_compares_as_exactly_as_both_allow(
    one: tuple[str, str], other: tuple[str, str], expected: bool
) -> None:
    first, second = (Published(value, precision, "metadata") for value, precision in (one, other))
    assert is_later(first, second) is expected
    assert not is_later(None, second)
    assert not is_later(first, None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The Quay Herald", "Quay Herald", True),
        ("the Herald", "The Quay Herald", True),
        ("CNA", "Corvane News Agency", True),
        ("www.quayherald.example/today", "The Quay Herald", True),
        ("Quay Herald", "Quay Gazette", False),
        ("News", "Corvane News Agency", True),
        ("", "The Quay Herald", False),
    ],
)
def test_is_same_outlet(one: str, other: str, expected: bool) -> None:
    articles = frozenset({"the", "a"})
    assert is_same_outlet(one, other, articles) is expected
    assert is_same_outlet(other, one, articles) is expected


def test_citations_are_linked_also_where_they_are_relayed(tell_story: Tell) -> None:
    rows = [
        {"id": "a", "text": "original", "outlet": "The Quay Herald"},
        {"id": "b", "text": "faithful", "outlet": "Morning Gannet", "cite": "The Quay Herald"},
        {"id": "c", "text": "rewrite", "outlet": "Times", "cite": "Morning Gannet", "relay": "The Quay Herald"},
        {"id": "d", "text": "witness", "outlet": "Wharf Weekly", "cite": "The Lantern Post"},
    ]
    linked = link_citations(*tell_story(rows), CONFIG)
    assert {id_: [c.article for c in found] for id_, found in linked.items()} == {
        "a": [],
        "b": ["a"],
        "c": ["b", "a"],
        "d": [None],
    }


def test_the_nearest_of_two_sources_is_told_by_words_that_only_it_has(tell_story: Tell) -> None:
    texts = {
        "near": [
            "we count the heads before we count the cost of it all",
            "nobody went up to look at the chain that day",
        ],
        "far": [
            "we count the heads before we count the cost of it all",
            "not a soul has gone to check any of the links",
        ],
        "copy": ["count the heads before we count the cost", "nobody went up to look at the chain that day at noon"],
    }
    rows = [
        {"id": id_, "outlet": id_.title(), "text": "Yard\n\n" + "\n\n".join(f"{t.capitalize()}." for t in parts)}
        for id_, parts in texts.items()
    ]
    articles, families, readings, _ = tell_story(rows)
    profiles = make_profiles(articles, families, readings)
    rivals = [Case(id_, "copy", (), 1.0, 0.0, False) for id_ in ("far", "near")]
    far, near = weigh_nearness(rivals, profiles, CONFIG)
    assert near.odds > 1.0 > far.odds
    assert replay(near.evidence, 1.0) > 0.5 > replay(far.evidence, -1.0)
    assert weigh_nearness(rivals[:1], profiles, CONFIG) == rivals[:1]


@pytest.mark.parametrize(("line", "edge"), [("Updated at 18.10", "a>b"), ("By Lena Orr", "=Herald>b")])
def test_a_page_that_says_it_was_updated_may_be_the_source_of_an_earlier_one(
    line: str, edge: str, tell_story: Tell
) -> None:
    rows = [
        {"id": "a", "text": "faithful", "outlet": "Herald", "published": "2031-04-07T18:10Z"},
        {"id": "b", "text": "rewrite", "outlet": "Gannet", "published": "2031-04-07T09:00Z", "cite": "Herald"},
    ]
    articles, families, readings, passages = tell_story(rows)
    changed = []
    for annotated in articles:
        article = annotated.article
        if article.id == "a":
            start = len(article.text) + 1
            zone = Zone("furniture", Span(start, start + len(line)))
            article = replace(article, text=f"{article.text}\n{line}", zones=(*article.zones, zone))
        changed.append(replace(annotated, article=article))
    assert name_edge(find_derivations(changed, families, readings, passages, CONFIG)[0]) == edge


def test_what_a_cited_report_cites_in_turn_is_left_to_it(tell_story: Tell) -> None:
    """The copy has nothing from the first report that the one between them lacks."""
    rows = [
        {"id": "a", "text": "original", "outlet": "Herald"},
        {"id": "b", "text": "faithful", "outlet": "Gannet", "cite": "Herald"},
        {"id": "c", "text": "rewrite", "outlet": "Times", "cite": "Gannet"},
    ]
    articles, families, readings, passages = tell_story(rows)
    last = articles[2].article
    start = last.text.index("Work has")
    cited = (Citation(Span(start, start + 4), "Herald"), *last.citations)
    articles = (*articles[:2], replace(articles[2], article=replace(last, citations=cited)))
    edges = {name_edge(d) for d in find_derivations(articles, families, readings, passages, CONFIG)}
    assert edges == {"a>b", "b>c"}


def test_reports_that_cite_each_other_are_linked_both_ways(tell_story: Tell) -> None:
    rows = [
        {"id": "a", "text": "original", "outlet": "The Quay Herald", "cite": "Morning Gannet"},
        {"id": "b", "text": "faithful", "outlet": "Morning Gannet", "cite": "The Quay Herald"},
    ]
    linked = link_citations(*tell_story(rows), CONFIG)
    assert {id_: {c.article for c in found} for id_, found in linked.items()} == {"a": {"b"}, "b": {"a"}}
