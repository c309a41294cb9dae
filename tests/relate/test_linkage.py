"""Linkage: groups hang together evenly, whichever pairs were looked at first, in whatever order they are numbered."""

from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retold.relate.linkage import LinkageConfig, link_pairs

CONFIG = LinkageConfig()
Pairs = dict[tuple[int, int], float]


def make_odds(sizes: list[int], inside: float, between: float, seed: int = 0) -> tuple[Pairs, list[int]]:
    """Odds of all pairs of some events, each odds a little different; and the event of each article, mixed."""
    dice = Random(seed)
    events = [event for event, size in enumerate(sizes) for _ in range(size)]
    dice.shuffle(events)
    pairs = combinations(range(len(events)), 2)
    return {(i, j): (inside if events[i] == events[j] else between) + dice.uniform(-0.2, 0.2) for i, j in pairs}, events


def link(pairs: Pairs, count: int, known: Pairs | None = None, config: LinkageConfig = CONFIG) -> set[frozenset[int]]:
    among = 1000
    groups = link_pairs(count, pairs if known is None else known, lambda i, j: pairs[i, j], config, among)
    assert sorted(n for group in groups for n in group) == list(range(count))
    return {frozenset(group) for group in groups}


def by_event(events: list[int]) -> set[frozenset[int]]:
    return {frozenset(n for n, event in enumerate(events) if event == wanted) for wanted in events}


def test_nothing_is_no_group_and_one_article_is_its_own() -> None:
    assert link_pairs(0, {}, lambda i, j: 0.0, CONFIG) == []
    assert link_pairs(2, {(0, 1): -0.1}, lambda i, j: 0.0, CONFIG) == [[0], [1]]


def test_two_close_groups_that_are_a_little_alike_stay_two() -> None:
    pairs, events = make_odds([10, 10], inside=3.0, between=0.5)
    assert link(pairs, 20) == by_event(events)
    assert len(link(pairs, 20, config=replace(CONFIG, cohesion=0.0))) == 1


def test_what_is_as_alike_between_as_inside_is_one() -> None:
    pairs, _ = make_odds([10, 10], inside=0.6, between=0.5)
    assert len(link(pairs, 20)) == 1


def test_a_few_put_together_need_not_be_close() -> None:
    pairs = {(0, 1): 6.0, (0, 2): 0.5, (1, 2): 0.4}
    assert len(link_pairs(3, pairs, lambda i, j: 0.0, CONFIG)) == 1


def test_a_chain_of_half_alike_reports_is_no_group() -> None:
    pairs = {(i, j): 1.0 if j == i + 1 else -4.0 for i, j in combinations(range(8), 2)}
    assert max(len(group) for group in link(pairs, 8)) == 2


@given(st.integers(0, 10_000), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_it_takes_one_known_pair_for_two_groups_to_be_held_against_each_other(seed: int, sizes: list[int]) -> None:
    """An index finds some pairs of an event, not all; comparing all pairs must give the same."""
    pairs, events = make_odds(sizes, inside=2.0, between=-3.0, seed=seed)
    dice = Random(seed)
    known: Pairs = {}
    for event in range(len(sizes)):
        members = [n for n, other in enumerate(events) if other == event]
        dice.shuffle(members)
        known |= {(min(pair), max(pair)): pairs[min(pair), max(pair)] for pair in pairwise(members)}
    assert link(pairs, len(events), known) == link(pairs, len(events)) == by_event(events)


@given(st.integers(0, 10_000))
def test_the_numbers_of_articles_decide_nothing(seed: int) -> None:
    dice = Random(seed)
    pairs = {pair: dice.uniform(-3.0, 2.0) for pair in combinations(range(9), 2)}
    order = dice.sample(range(9), 9)
    moved = {(min(order[i], order[j]), max(order[i], order[j])): odds for (i, j), odds in pairs.items()}
    assert {frozenset(order[n] for n in group) for group in link(pairs, 9)} == link(moved, 9)


@pytest.mark.parametrize("size", [50, 200])
def test_large_groups_are_held_against_each_other_by_a_few(size: int) -> None:
    """Two halves of one event, each rated in itself, with one known pair between them."""
    asked: list[tuple[int, int]] = []

    def rate(i: int, j: int) -> float:
        asked.append((i, j))
        return 1.8

    halves = [range(size), range(size, 2 * size)]
    near = {(i, j): 2.0 for half in halves for i, j in combinations(half, 2) if j - i <= 5}
    groups = link_pairs(2 * size, {**near, (0, size): 2.0}, rate, CONFIG, among=10 * size)
    assert len(groups) == 1
    assert len(asked) < size * CONFIG.chosen_of_group**2 / 4
