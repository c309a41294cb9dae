"""Speakers of many reports brought together: the quick ways find what an obvious slow one does."""

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from retold.languages import load_language
from retold.model import AnnotatedArticle, Article, Place, Profile, Span, Speaker
from retold.relate.speakers import MISSPELT_CHARS, find_misspelt, join_speakers


@given(st.lists(st.text("abl ", min_size=7, max_size=12), max_size=30, unique=True))
def test_names_a_letter_apart_are_found_as_by_comparing_all(names: list[str]) -> None:
    expected = [
        (x, y)
        for x, y in combinations(sorted(names), 2)
        if min(len(x), len(y)) >= MISSPELT_CHARS and DamerauLevenshtein.distance(x, y) <= 1
    ]
    assert find_misspelt(names) == expected


def make_article(number: int, people: list[Profile]) -> AnnotatedArticle:
    id_ = f"a{number}"
    speakers = tuple(
        Speaker(f"{id_}.{p.id}", " ".join(p.names[0]) if p.names else p.id, "person", (Place(id_, Span(n, n + 1)),))
        for n, p in enumerate(people)
    )
    profiles = tuple(Profile(f"{id_}.{p.id}", p.names, p.roles, p.titles) for p in people)
    return AnnotatedArticle(Article(id_, "x" * 20, f"{number:04d}"), (), speakers, profiles)


def test_people_of_many_reports_are_one_each_whatever_the_order() -> None:
    mayor = frozenset({"mayor"})
    known = [
        Profile("p1", (("wendy", "tallboy"),), (mayor,), frozenset({"mayor"})),
        Profile("p1", (("wendy", "talboy"),)),  # a slip
        Profile("p1", (("tallboy",),)),
        Profile("p1", (), (mayor,)),
        Profile("p1", (("oskar", "brindle"),), (frozenset({"driver"}),)),
        Profile("p1", (("w", "tallboy"),)),
    ]
    articles = [make_article(n, [known[n % len(known)]]) for n in range(60)]
    shuffled = list(articles)
    Random(5).shuffle(shuffled)
    en = load_language("en")
    joined, speakers = join_speakers(articles, en)
    assert [s.name for s in speakers] == ["wendy tallboy", "oskar brindle"]
    assert [len(s.mentions) for s in speakers] == [50, 10]
    assert all(len(annotated.speakers) == 1 for annotated in joined)
    assert join_speakers(shuffled, en)[1] == speakers


def test_two_names_a_letter_apart_in_one_report_are_two_people() -> None:
    one = make_article(1, [Profile("p1", (("marta", "ellinor"),)), Profile("p2", (("marta", "elinor"),))])
    assert len(join_speakers([one], load_language("en"))[1]) == 2
    other = make_article(2, [Profile("p1", (("marta", "elinor"),))])
    assert len(join_speakers([one, other], load_language("en"))[1]) == 1
