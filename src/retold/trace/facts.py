"""Whether the articles of a story agree in their dates and figures, compared only where they tell the same.

Two figures of one topic are no conflict; two figures for one thing are. So mentions are paired inside aligned passages
and the readings of a family (besides, the leads of two reports, and sentences that count one thing beside the same
words, where a conflict needs more); what agrees or is a rounding is taken out first, and only what is left over, with
the same unit and the same words around it, can differ.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from msgspec import Struct

from retold.model import AnnotatedArticle, Fact, FactKind, FactReading, Family, Passage, Reading, Span, Verdict
from retold.trace.mentions import (
    FactsConfig,
    Mention,
    are_alike,
    find_regions,
    find_told_twice,
    gather_mentions,
    is_same_amount,
    is_toll,
    share_words,
)
from retold.trace.values import (
    UnitRelation,
    compare_values,
    is_close,
    is_measure,
    is_near,
    is_slip,
    is_telling,
    relate_units,
)

__all__ = ["FactsConfig", "compare_facts"]

_Told: TypeAlias = dict[tuple[FactKind, str | None, str], list[Mention]]
_TOLD_LIMIT = 50  # places of one figure looked at: an article that has it more often has it as a refrain


MOST_PAIRS = 900
"""Two passages with thirty figures and names each are tables or noise, where neighbours are no sign of one fact."""


class _Link(Struct, frozen=True):
    """Two mentions taken to be of one fact. `is_other_day`: their sentences name days that can't be one, so that both
    may be right; then nothing that agrees with either differs from the other."""

    verdict: Verdict
    score: float
    a: Mention
    b: Mention
    is_other_day: bool = False

    @property
    def order(self) -> tuple[float, tuple[str, Span], tuple[str, Span]]:
        return -self.score, self.a.key, self.b.key


def compare_facts(
    articles: Sequence[AnnotatedArticle],
    passages: Sequence[Passage],
    families: Sequence[Family],
    readings: Sequence[Reading],
    config: FactsConfig,
    pairs: Sequence[tuple[str, str]] | None = None,
) -> tuple[Fact, ...]:
    """The facts that two or more articles of one story give, each with a verdict and everyone's reading.

    In: the articles with their mentions (`AnnotatedArticle.facts`), and what is aligned between them. Out: one fact for
    each group of readings that agree; one for each two groups of which one rounds the other, is less precise or can't
    be held against it; and, where two values can't both be true, one for each two articles that give them. Sorted; the
    order of the inputs changes nothing. Cost: linear in passages, times the mentions in their sentences squared.

    `pairs`: the articles (ids) to hold against each other; every two where not given.

    Photographs', publication and writing dates take no part: they are dates of something else.
    """
    by_id = {article.article.id: article for article in articles}
    mentions = {id_: gather_mentions(article, config) for id_, article in sorted(by_id.items())}
    links: dict[tuple[str, str], dict[tuple[Span, Span], _Link]] = {}
    chosen = list(combinations(sorted(by_id), 2)) if pairs is None else sorted({(min(p), max(p)) for p in pairs})
    regions = find_regions(by_id, passages, families, readings, chosen)
    for region in regions + find_told_twice(by_id, mentions, regions, chosen, config):
        found = links.setdefault((region.a, region.b), {})
        a = _cut(mentions[region.a], region.a_run)
        b = _cut(mentions[region.b], region.b_run)
        for link in _link(a, b, config, region.is_aligned):
            found.setdefault((link.a.fact.span, link.b.fact.span), link)
    kept: list[_Link] = []
    for (first, second), found in sorted(links.items()):
        kept += _settle(list(found.values()), mentions[first], mentions[second])
    return _merge(kept, mentions)


def _cut(mentions: Sequence[Mention], run: tuple[int, int]) -> Sequence[Mention]:
    """The mentions of a run of sentences."""
    first = bisect_left(mentions, run[0], key=lambda m: m.sentence)
    return mentions[first : bisect_left(mentions, run[1], key=lambda m: m.sentence)]


def _link(
    a_mentions: Sequence[Mention], b_mentions: Sequence[Mention], config: FactsConfig, is_aligned: bool
) -> Iterable[_Link]:
    """Every pair in an aligned region that could be of one fact, with what its values say."""
    if len(a_mentions) * len(b_mentions) > MOST_PAIRS:
        return
    is_only_percent = all(sum(m.fact.kind == "percent" for m in row) == 1 for row in (a_mentions, b_mentions))
    for a in a_mentions:
        for b in b_mentions:
            if a.fact.kind != b.fact.kind:
                continue
            has_units = a.fact.kind in ("number", "percent")
            units: UnitRelation = relate_units(a.fact.unit, b.fact.unit) if has_units else "same"
            if units == "never":
                continue
            verdict = compare_values(a.fact, b.fact)
            if verdict is None or (a.fact.kind in ("name", "place") and (verdict == "agree" or not is_aligned)):
                continue  # a name that both have is no news
            share, words, near = share_words(a, b)
            if is_toll(a, b) and verdict in ("agree", "differ"):
                fits = not {a.fact.unit, b.fact.unit} & {*a.around, *b.around}
            elif a.language != b.language:
                fits = _fits_across(a, b, a_mentions, b_mentions, verdict)
            elif verdict == "differ" and a.fact.kind == "percent" and not is_aligned and not is_only_percent:
                fits = False  # "58 % in cash and 42 % in paper": which of them is meant can't be told
            elif verdict == "differ":
                fits = _fits_conflict(a, b, units, config, is_aligned) or _are_shares_sold(a, b, a_mentions, b_mentions)
            elif verdict == "ambiguous":
                fits = words >= 2 and near >= 1 and units in ("same", "convertible")
            elif units in ("same", "convertible"):
                fits = verdict == "agree" or words >= 1
            elif units == "other":  # a figure that few things share, or another thing: two batches are not two nights
                digits = min(len(m.fact.value.rstrip("0")) for m in (a, b))
                fits = words >= (1 if digits >= 3 else 2) and digits >= 2
            else:
                fits = words >= (1 if verdict == "agree" else 2)
            if fits:
                is_other_day = verdict == "differ" and a.fact.kind != "date" and _tell_other_days(a, b)
                yield _Link(verdict, share + near / 4, a, b, is_other_day)


def _tell_other_days(a: Mention, b: Mention) -> bool:
    """Whether both sentences name days, and none of the one could be a day of the other."""
    return bool(a.days and b.days) and all(compare_values(x, y) == "differ" for x in a.days for y in b.days)


def _fits_conflict(a: Mention, b: Mention, units: UnitRelation, config: FactsConfig, is_aligned: bool) -> bool:
    """Whether two values that can't both be true stand in one place of one statement."""
    share, words, near = share_words(a, b)
    is_bare = a.fact.kind not in ("number", "money", "percent") or units in ("open", "generic", "other")
    least = config.differ_open_share if is_bare else config.differ_share
    if units == "other" and {a.fact.unit, b.fact.unit} & {*a.around, *b.around}:
        return False  # both things are told of: "some pouches of the two batches", "some of the 900 pouches"
    if units == "other" or abs(a.day - b.day) > config.same_state_days > 0 < a.day * b.day:
        # Another word for the thing, or a later state of it: only a statement that is otherwise the same tells.
        least = config.differ_doubtful_share
        if words <= config.differ_shared_words:
            return False
    if is_close(a.fact, b.fact) and are_alike(a, b):
        return True
    if a.fact.kind == "date" and not a.beside & b.beside:
        return False  # the day it happened and the day it was said stand in one sentence
    if words < max(1, min(config.differ_shared_words, len(a.around), len(b.around))):
        return False
    if not is_aligned:
        least = max(least, config.differ_open_share)
    if is_slip(a.fact, b.fact) and units in ("same", "generic") and share >= config.differ_slip_share:
        return True
    return share >= least and (near >= 1 or share >= config.differ_doubtful_share)


def _are_shares_sold(a: Mention, b: Mention, a_mentions: Sequence[Mention], b_mentions: Sequence[Mention]) -> bool:
    """Whether two percentages, near in value, stand beside one and the same amount
    of money: "takes 62 % for 480 million", "480 million buy a stake of 58 %", whatever else the two call it."""
    if not (a.fact.kind == "percent" == b.fact.kind and a.fact.unit == b.fact.unit and is_near(a.fact, b.fact)):
        return False
    return any(is_same_amount(x, y) for x in a_mentions for y in b_mentions)


def _fits_across(
    a: Mention, b: Mention, a_mentions: Sequence[Mention], b_mentions: Sequence[Mention], verdict: Verdict
) -> bool:
    """Across languages there are no words to hold together: the only figures of their kind and unit, or like values."""
    if verdict in ("agree", "rounded", "less_precise"):
        return True

    def alike(m: Mention, to: Mention) -> bool:
        measured = is_measure(m.fact.unit), is_measure(to.fact.unit)
        return (
            m.fact.kind == to.fact.kind
            and measured[0] == measured[1]
            and (not measured[0] or m.fact.unit == to.fact.unit)
        )

    return alike(a, b) and sum(alike(m, a) for m in a_mentions) == 1 and sum(alike(m, b) for m in b_mentions) == 1


def _settle(links: Sequence[_Link], a_mentions: Sequence[Mention], b_mentions: Sequence[Mention]) -> list[_Link]:
    """The links of two articles that stand: what agrees explains its mentions, and only the unexplained can differ."""
    other_days = {(k.a.sentence, k.b.sentence) for k in links if k.is_other_day}
    a_told, b_told = _index(a_mentions), _index(b_mentions)
    kept: list[_Link] = []
    explained: set[tuple[str, Span]] = set()
    for verdicts in (("agree",), ("rounded", "less_precise"), ("ambiguous",), ("differ",)):
        taken: set[tuple[str, Span]] = set()
        for link in sorted((k for k in links if k.verdict in verdicts), key=lambda k: k.order):
            keys = {link.a.key, link.b.key}
            if verdicts != ("agree",) and keys & explained:
                continue
            if verdicts == ("differ",):
                # Two days, each with a figure of its own, are no conflict of days either.
                is_other_day = link.a.fact.kind == "date" and (link.a.sentence, link.b.sentence) in other_days
                if is_other_day or keys & taken or _is_told_elsewhere(link, a_told, b_told):
                    continue
            kept.append(link)
            taken |= keys
        explained |= taken
    return kept


def _index(mentions: Sequence[Mention]) -> _Told:
    told: _Told = {}
    for mention in mentions:
        told.setdefault((mention.fact.kind, mention.fact.unit, mention.fact.value), []).append(mention)
    return told


def _is_told_elsewhere(link: _Link, a_told: _Told, b_told: _Told) -> bool:
    """Whether an article has the other's figure too, where it fits as well: then these two are of different things."""
    for mine, told in ((link.a, b_told), (link.b, a_told)):
        for other in told.get((mine.fact.kind, mine.fact.unit, mine.fact.value), ())[:_TOLD_LIMIT]:
            share, words, near = share_words(mine, other)
            if mine.fact.kind in ("name", "place") or (words >= 2 and share + near / 4 >= link.score):
                return True
    return False


class _Groups:
    """Mentions joined by agreement (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[tuple[str, Span], tuple[str, Span]] = {}
        self.mentions: dict[tuple[str, Span], Mention] = {}

    def add(self, mention: Mention) -> None:
        self._parent.setdefault(mention.key, mention.key)
        self.mentions[mention.key] = mention

    def find(self, key: tuple[str, Span]) -> tuple[str, Span]:
        while self._parent[key] != key:
            self._parent[key] = key = self._parent[self._parent[key]]
        return key

    def join(self, a: tuple[str, Span], b: tuple[str, Span]) -> None:
        first, second = sorted((self.find(a), self.find(b)))
        self._parent[second] = first

    def members(self) -> dict[tuple[str, Span], tuple[Mention, ...]]:
        grouped: dict[tuple[str, Span], list[Mention]] = {}
        for key in sorted(self.mentions):
            grouped.setdefault(self.find(key), []).append(self.mentions[key])
        return {root: tuple(found) for root, found in grouped.items()}


def _join_repeats(groups: _Groups, mentions: Mapping[str, Sequence[Mention]]) -> None:
    """Joins to a figure in question where else its article gives it: what title and lead both have is one figure."""
    linked: dict[tuple[str, FactKind, str | None, str], Mention] = {}
    for _, mention in sorted(groups.mentions.items()):
        linked.setdefault((mention.article, mention.fact.kind, mention.fact.unit, mention.fact.value), mention)
    for _, row in sorted(mentions.items()):
        for mention in row:
            fact = mention.fact
            first = linked.get((mention.article, fact.kind, fact.unit, fact.value))
            if first is not None and is_telling(fact):
                groups.add(mention)
                groups.join(first.key, mention.key)


def _merge(links: Sequence[_Link], mentions: Mapping[str, Sequence[Mention]]) -> tuple[Fact, ...]:
    """Facts over all articles from links between two."""
    groups = _Groups()
    for link in links:
        groups.add(link.a)
        groups.add(link.b)
        if link.verdict == "agree":
            groups.join(link.a.key, link.b.key)
    _join_repeats(groups, mentions)
    members = groups.members()
    facts: set[Fact] = set()
    for root, found in members.items():
        if len({m.article for m in found}) > 1:
            facts.add(_fact("agree", members[root]))

    def find_ends(link: _Link) -> tuple[tuple[str, Span], tuple[str, Span]]:
        ends = groups.find(link.a.key), groups.find(link.b.key)
        return min(ends), max(ends)

    doubted = {find_ends(link) for link in links if link.is_other_day}
    seen: set[tuple[Verdict, tuple[str, Span], tuple[str, Span]]] = set()
    for link in links:
        first, second = find_ends(link)
        if link.verdict == "agree" or first == second or (link.verdict == "differ" and (first, second) in doubted):
            continue
        if (link.verdict, first, second) in seen:
            continue  # many reports of one story give the same two groups
        seen.add((link.verdict, first, second))
        if link.verdict != "differ":
            facts.add(_fact(link.verdict, members[first] + members[second]))
            continue
        # One fact for each two articles: a wider one would put readings that agree under "differ".
        told = [{m.article for m in members[root]} for root in (first, second)]
        for a in sorted(told[0] - told[1]):
            for b in sorted(told[1] - told[0]):
                pair = [m for m in members[first] if m.article == a] + [m for m in members[second] if m.article == b]
                facts.add(_fact("differ", pair))
    return tuple(sorted(facts, key=lambda f: ([(r.article, r.span) for r in f.readings], f.verdict)))


def _fact(verdict: Verdict, mentions: Sequence[Mention]) -> Fact:
    ordered = sorted(mentions, key=lambda m: m.key)
    return Fact(
        ordered[0].fact.kind, verdict, tuple(FactReading(m.article, m.fact.span, m.fact.value) for m in ordered)
    )
