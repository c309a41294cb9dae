"""Rated pairs → groups: average linkage that asks two groups to be nearly as like each other as each is in itself."""

import heapq
from collections.abc import Callable, Mapping
from math import ceil

from msgspec import Struct


class LinkageConfig(Struct, frozen=True):
    """When two groups become one. Odds are log-odds."""

    prior_articles: float = 60.0
    """Among many articles more is asked than among few; so many are half way."""
    linked_share: float = 0.6
    """Two groups are joined by the mean odds of this best share of their pairs, and of more the more articles there
    are: of a few reports put together, a brief one needs to resemble the full ones only; among many, all count."""
    cohesion: float = 0.8
    """Two groups of one event are nearly as like each other as each is in itself: what joins them must be so much of
    the mean odds inside the less close one. Two events of one kind, of ten reports each, are told apart so. Times the
    share of the articles among these and the prior ones: of a few that were put together two that copy each other
    closely are no event of their own. Below 1, or a large event would fall apart."""
    cohesion_pairs: float = 16.0
    """The odds inside a group count as if so many pairs more had been seen at even odds: of a few pairs nothing is
    known yet."""
    cohesion_most: float = 2.5
    """No odds inside a group count for more: ten copies of one report and ten of another may well be of one event."""
    chosen_of_group: int = 16
    """A large group is held against another by so many of its articles, taken evenly."""


Odds = tuple[list[float], bool]
"""The odds of the pairs between two groups that are known, best first, and whether these stand for all of them."""


def link_pairs(
    count: int,
    pairs: Mapping[tuple[int, int], float],
    rate: Callable[[int, int], float],
    config: LinkageConfig,
    among: int | None = None,
) -> list[list[int]]:
    """The groups of `count` articles, of which `pairs` (i < j) were rated; every other pair counts as not looked at.

    Joins, time and again, the two groups whose pairs have the best mean odds, less `config.cohesion` of what holds the
    less close of the two together, while that is above 0. A pair that no index found is rated by `rate` when two groups
    come up that it lies between. So it takes one good pair for two groups to be held against each other, and then all
    their pairs count, whichever were found first. `among`: so many articles there are, where these are a part of them.

    Average linkage (Sokal & Michener 1958) with a demand on cohesion. O(pairs · log articles), and at most
    `chosen_of_group`² ratings for two groups.
    """
    groups = _Groups(count, pairs, rate, config, count if among is None else among)
    heap = [(-odds, i, j) for (i, j), odds in sorted(pairs.items()) if odds > 0]
    heapq.heapify(heap)
    while heap:
        _, i, j = heapq.heappop(heap)
        if i not in groups.members or j not in groups.members:
            continue
        if groups.are_all_rated(i, j):
            joined, near = groups.join(i, j)
            rivals = [(other, joined) for other in near]
        else:
            groups.rate_all(i, j)
            rivals = [(i, j)]
        for one, other in rivals:
            odds = groups.judge(one, other)
            if odds > 0:
                heapq.heappush(heap, (-odds, one, other))
    return list(groups.members.values())


class _Groups:
    """Groups by number, with the odds between those of which a pair is known."""

    def __init__(
        self,
        count: int,
        pairs: Mapping[tuple[int, int], float],
        rate: Callable[[int, int], float],
        config: LinkageConfig,
        among: int,
    ) -> None:
        many = among / (among + config.prior_articles)
        self._share = config.linked_share + (1 - config.linked_share) * many
        self._cohesion = config.cohesion * many
        self._config = config
        self._rate = rate
        self._known = dict(pairs)
        self.members = {i: [i] for i in range(count)}
        self._inside = dict.fromkeys(range(count), 0.0)  # the sum of the odds of a group's pairs
        self._between: dict[int, dict[int, Odds]] = {i: {} for i in range(count)}
        self._fresh = count
        for (i, j), odds in sorted(pairs.items()):
            self._between[i][j] = self._between[j][i] = ([odds], True)

    def are_all_rated(self, i: int, j: int) -> bool:
        return self._between[i][j][1]

    def rate_all(self, i: int, j: int) -> None:
        rated = sorted((self._find(a, b) for a in self._choose(i) for b in self._choose(j)), reverse=True)
        self._between[i][j] = self._between[j][i] = (rated, True)

    def _find(self, a: int, b: int) -> float:
        pair = (min(a, b), max(a, b))
        if pair not in self._known:
            self._known[pair] = self._rate(*pair)
        return self._known[pair]

    def _choose(self, group: int) -> list[int]:
        row, wanted = self.members[group], self._config.chosen_of_group
        return row if len(row) <= wanted else [row[len(row) * n // wanted] for n in range(wanted)]

    def judge(self, i: int, j: int) -> float:
        rated, _ = self._between[i][j]
        best = ceil(self._share * len(rated))
        return sum(rated[:best]) / best - self._cohesion * min(self._hold(i), self._hold(j))

    def _hold(self, group: int) -> float:
        size = len(self.members[group])
        odds = self._inside[group] / (size * (size - 1) / 2 + self._config.cohesion_pairs)
        return max(0.0, min(self._config.cohesion_most, odds))

    def join(self, i: int, j: int) -> tuple[int, list[int]]:
        """The number of the joined group, and the groups of which a good pair with it is known."""
        rated, _ = self._between[i].pop(j)
        del self._between[j][i]
        fresh, self._fresh = self._fresh, self._fresh + 1
        one, other = self.members.pop(i), self.members.pop(j)
        self.members[fresh] = sorted(one + other)
        mean = sum(rated) / len(rated)
        self._inside[fresh] = self._inside.pop(i) + self._inside.pop(j) + mean * len(one) * len(other)
        rows = [(old, self._between.pop(old)) for old in (i, j)]
        row: dict[int, Odds] = {}
        for group in sorted(rows[0][1].keys() | rows[1][1].keys()):
            known = [odds_of[group] for _, odds_of in rows if group in odds_of]
            for old, odds_of in rows:
                if group in odds_of:
                    del self._between[group][old]
            odds = sorted((x for part, _ in known for x in part), reverse=True)
            row[group] = self._between[group][fresh] = (odds, len(known) == 2 and all(is_all for _, is_all in known))
        self._between[fresh] = row
        return fresh, [group for group, (odds, _) in row.items() if odds[0] > 0]
