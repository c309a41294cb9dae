"""Groups the quotations of a story: which are readings of one utterance, and which fuse two."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import TypeAlias

from msgspec import Struct

from retold.model import Passage
from retold.relate.encoder import Encoder
from retold.trace.crossing import CrossingConfig, find_fused, match_across
from retold.trace.likeness import (
    LikenessConfig,
    Utterance,
    are_apart,
    are_marked_apart,
    compare_utterances,
    find_candidates,
    have_same_speaker,
    is_for_body,
    join_by_passages,
)

TWIN_WORDS = 4
"""Fewer words ("No comment") may be the same without being one utterance."""

SAMPLE = 8
"""So many quotations of one family are tried at a place in the order of the reports."""


_EDGE, _ANY = -1, -2


class GroupingConfig(Struct, frozen=True):
    """When quotations are readings of one utterance. Shares are of idf weight, from 0 to 1.

    `least`: likeness of a quotation to its best relative in the family (anything from 0.4 to 0.6 gave the same families
    on the stories at hand). `same_article`: share of the smaller that two quotations of one article have in common if
    they tell one utterance twice. A reading of another article fuses two quotations if it has at least `told` of each;
    of two in marks of `long_words` words or more, `part` of each. `beside`: share of the smaller that two tellings have
    in common if they stand beside a quotation of the same speaker that both articles have. `sole`, `sole_unknown`,
    `sole_other`: see `_join_sole_holders`. `short_stems`: with fewer content stems an
    utterance may stand for another without a common word though one of the two is in marks.
    """

    least: float = 0.50
    same_article: float = 0.60
    told: float = 0.25
    part: float = 0.75
    long_words: int = 8
    beside: float = 0.3
    sole: float = 0.4
    sole_unknown: float = 0.5
    short_stems: int = 4
    sole_other: float = 0.7
    likeness: LikenessConfig = LikenessConfig()
    crossing: CrossingConfig = CrossingConfig()


def group_utterances(
    utterances: Sequence[Utterance],
    passages: Sequence[Passage],
    config: GroupingConfig,
    encoder: Encoder | None = None,
) -> list[list[int]]:
    """The families, as lists of numbers of `utterances` (which are in the order of their rank).

    Pairs come from inverted indexes and passages and are taken best first (best link, as in Memetracker's phrase graph,
    Leskovec et al. 2009); a family never holds two quotations of one article that say different things, which bars
    chains. A quotation that fuses two of another article stands in both families. What is left is joined by its place
    between joined neighbours. Cost: O(candidate pairs · log); equal quotations are compared once.
    """
    first = _find_twins(utterances)
    joined: dict[tuple[int, int], float] = {}
    for (n, m), worth in join_by_passages(utterances, passages).items():
        pair = (min(first[n], first[m]), max(first[n], first[m]))
        if pair[0] != pair[1]:
            joined[pair] = max(worth, joined.get(pair, 0.0))
    kept = sorted(set(first))
    fused: list[tuple[int, int]] = []
    number = {n: k for k, n in enumerate(kept)}
    some = [utterances[n] for n in kept]
    known = {(number[n], number[m]): worth for (n, m), worth in joined.items()}
    scores = {
        (kept[k], kept[h]): compare_utterances(some[k], some[h], known.get((k, h), 0.0), config.likeness)
        for k, h in find_candidates(some, known, config.least, config.likeness)
        if some[k].language == some[h].language or None in (some[k].language, some[h].language)
    }
    if len({u.language for u in some if u.language}) > 1:
        crossed = match_across(some, config.crossing, encoder)
        scores |= {(kept[k], kept[h]): worth for (k, h), worth in crossed.items()}
        fused = [(kept[k], kept[h]) for k, h in find_fused(some, crossed)]

    def rate(n: int, m: int) -> float:
        n, m = sorted((first[n], first[m]))
        return 1.0 if n == m else scores.get((n, m), 0.0)

    grouping = _Grouping(utterances, rate, config)
    for n, twin in enumerate(first):
        grouping.join(twin, n)
    alike = sorted((p for p in scores if scores[p] >= config.least), key=lambda pair: (-scores[pair], pair))
    inside = [(n, m) for n, m in alike if utterances[n].article == utterances[m].article]
    for n, m in alike:
        if utterances[n].article != utterances[m].article:
            grouping.join(n, m)
    _join_sole_holders(grouping)
    _join_between_neighbours(grouping)
    for n, m in inside:
        grouping.join(n, m)
    grouping.guests += [(guest, host) for guest, host in fused if grouping.family[guest] != grouping.family[host]]
    return grouping.list_families()


def _find_twins(utterances: Sequence[Utterance]) -> list[int]:
    """For each quotation the first one with the same words and speaker: a story that many copied is compared once."""
    seen: dict[tuple[tuple[str, ...], str | None], int] = {}
    return [
        seen.setdefault((tuple(u.norms), u.speaker), n) if len(u.terms) >= TWIN_WORDS else n
        for n, u in enumerate(utterances)
    ]


class _Grouping:
    """Families under construction: which quotation is in which, which is in another besides, and what may be joined."""

    def __init__(
        self, utterances: Sequence[Utterance], rate: Callable[[int, int], float], config: GroupingConfig
    ) -> None:
        self.utterances = utterances
        self.rate = rate
        self.config = config
        self.family = list(range(len(utterances)))
        self.members = {n: [n] for n in self.family}
        self.guests: list[tuple[int, int]] = []

    def join(self, n: int, m: int) -> None:
        """Makes the families of two quotations one, or makes the one a guest in the other's family if it fuses two.

        Where an article has two quotations that say different things and both are told in one quotation of another
        article, most articles decide whether these are parts of one utterance or two utterances fused; of equally many
        the earlier. What stands in one post or turn of a transcript is one utterance: it is the words as spoken.
        """
        one, other = self.members[self.family[n]], self.members[self.family[m]]
        if one is other:
            return
        clashes = list(self._find_clashes(one, other))
        if not clashes:
            self._merge(n, m)
            return
        spoken = [k for k in (*one, *other) if self.utterances[k].is_document]
        wholes: set[int] = set()
        for x, y in clashes:
            fusing = {k for k in (n, m) if self._is_fused(x, y, k)} | {k for k in spoken if self._are_told(x, y, k)}
            if not fusing:
                return
            wholes |= fusing
        parts = {x for x, _ in clashes}
        if self._articles(one) & self._articles(other) != self._articles(parts):
            return
        alike = {k for k in (*one, *other) if self._is_fused(*clashes[0], k)}
        if any(self.utterances[k].is_document for k in wholes) or self._prefers(wholes | alike, parts):
            self._merge(n, m)
            return
        for guest, host in ((n, m), (m, n)):
            if guest in wholes and not self.holds_article(host, guest):
                self.guests.append((guest, host))

    def _prefers(self, ones: set[int], others: set[int]) -> bool:
        """Whether more articles have the ones than the others; of equally many, whether the first published has."""
        one, other = len(self._articles(ones)), len(self._articles(others))
        if one != other:
            return one > other
        return min(self.utterances[k].rank[0] for k in ones) < min(self.utterances[k].rank[0] for k in others)

    def _merge(self, n: int, m: int) -> None:
        into, gone = sorted((self.family[n], self.family[m]))
        self.members[into] = sorted(self.members[into] + self.members[gone])
        for k in self.members.pop(gone):
            self.family[k] = into

    def _articles(self, numbers: Iterable[int]) -> set[str]:
        return {self.utterances[k].article for k in numbers}

    def _find_clashes(self, one: Sequence[int], other: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The pairs of quotations of one article, one in each family, that say different things."""
        by_article: dict[str, list[int]] = defaultdict(list)
        for n in one:
            by_article[self.utterances[n].article].append(n)
        for m in other:
            for n in by_article.get(self.utterances[m].article, ()):
                if share_of(self.utterances[n], self.utterances[m]) < self.config.same_article:
                    yield n, m

    def _is_fused(self, n: int, m: int, whole: int) -> bool:
        x, y, z = self.utterances[n], self.utterances[m], self.utterances[whole]
        if z.article == x.article:
            return False
        if _is_long_direct(x, self.config) and _is_long_direct(y, self.config):
            return min(share_of(x, z), share_of(y, z)) >= self.config.part
        if min(share_marked(x, z), share_marked(y, z)) < self.config.told:
            return False
        if min(self.rate(n, whole), self.rate(m, whole)) < self.config.least:
            return False
        return z.is_document or _are_apart_in(x, y, z)  # of a post, one may have the ends and one the middle

    def _are_told(self, n: int, m: int, whole: int) -> bool:
        """Whether a post or turn tells a part of both: what links them to it may be another article's reading."""
        x, y, z = self.utterances[n], self.utterances[m], self.utterances[whole]
        return z.article != x.article and min(share_marked(x, z), share_marked(y, z)) >= self.config.told

    def holds_article(self, n: int, m: int) -> bool:
        """Whether the family of `n` already has a quotation of the article of `m`."""
        return self.utterances[m].article in self._articles(self.members[self.family[n]])

    def list_families(self) -> list[list[int]]:
        """The families with their guests, by their first own member."""
        rows = {n: set(row) for n, row in self.members.items()}
        for guest, host in self.guests:
            if not self.holds_article(host, guest):
                rows[self.family[host]].add(guest)
        return [sorted(rows[n]) for n in sorted(rows)]


def _are_apart_in(one: Utterance, other: Utterance, whole: Utterance) -> bool:
    """Whether what only the one shares with the whole stands all before, or all after, what only the other shares."""
    places_one = [n for n, t in enumerate(whole.terms) if t.stem in one.by_stem and t.stem not in other.by_stem]
    places_other = [n for n, t in enumerate(whole.terms) if t.stem in other.by_stem and t.stem not in one.by_stem]
    if not places_one or not places_other:
        return False
    return places_one[-1] < places_other[0] or places_other[-1] < places_one[0]


def _is_long_direct(utterance: Utterance, config: GroupingConfig) -> bool:
    return utterance.quotation.kind == "direct" and len(utterance.terms) >= config.long_words


def _join_between_neighbours(grouping: _Grouping) -> None:
    """Joins what stands between quotations that are joined already: in the order of a report, neighbours decide.

    With a word in common, a matched quotation among the next two on both sides is enough, for one speaker or an unknown
    one. Without any, or for a person and the body spoken for, the very next ones must match, and one of the two must be
    in the reporter's words: two quotations in marks without a common word are two utterances; the beginning or end of
    the report is then a neighbour only for who speaks once in both. Who speaks once in both, in the reporter's words,
    needs one matched neighbour; who goes on in both from, or to, a matched quotation of their own needs some words in
    common besides. Quotations meet in buckets by what stands around them: near linear.
    """
    utterances = grouping.utterances
    voices: Counter[tuple[str, str | None]] = Counter((u.article, u.speaker) for u in utterances if u.speaker)
    ranked: dict[tuple[int, int], float] = {}
    for key, entries in sorted(_find_places(grouping, voices).items()):
        by_family: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        for n, is_next in entries:
            by_family[grouping.family[n]].append((n, is_next))
        sample = [entry for family in sorted(by_family) for entry in by_family[family][:SAMPLE]]
        for (n, n_next), (m, m_next) in combinations(sample, 2):
            x, y = utterances[n], utterances[m]
            if grouping.family[n] == grouping.family[m] or x.article == y.article:
                continue
            is_edge = min(key[0], key[1]) < 0
            speak_once = voices[x.article, x.speaker] == voices[y.article, y.speaker] == 1
            if key[2] and not speak_once and share_of(x, y) < grouping.config.beside:
                continue
            if _may_stand_for(x, y, n_next and m_next, not is_edge or speak_once, grouping.config):
                shared = share_of(x, y) * min(x.weight, y.weight)
                ranked[n, m] = max(ranked.get((n, m), 0.0), shared + (n_next and m_next))
    for n, m in sorted(ranked, key=lambda pair: (-ranked[pair], pair)):
        if not grouping.holds_article(n, m) and not grouping.holds_article(m, n):
            grouping.join(n, m)


def _join_sole_holders(grouping: _Grouping) -> None:
    """Joins what only one quotation in either of two reports speaks of.

    A short saying told in other words keeps a word or two ("He will probably appeal", "An appeal is likely"). Those
    tell where no other quotation of either report has one of them, and they make up `sole` of the shorter;
    `sole_unknown` where it is not known who speaks; `sole_other` for another speaker and for two in marks. Of stems
    that many families hold nothing is learnt: near linear.
    """
    utterances, config = grouping.utterances, grouping.config
    holders: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for n, utterance in enumerate(utterances):
        for stem in utterance.by_stem:
            holders[stem][utterance.article].add(grouping.family[n])
    pairs: set[tuple[int, int]] = set()
    for stem in sorted(holders):
        sole = {next(iter(families)) for families in holders[stem].values() if len(families) == 1}
        if not 1 < len(sole) <= 2 * SAMPLE:
            continue
        rows = [[m for m in grouping.members[f] if stem in utterances[m].by_stem][:SAMPLE] for f in sorted(sole)]
        for one, other in combinations(rows, 2):
            pairs |= {(n, m) for n, m in product(one, other) if utterances[n].article != utterances[m].article}
    ranked = []
    for n, m in sorted(pairs):
        x, y = utterances[n], utterances[m]
        share = share_of(x, y)
        if share >= _least_sole(x, y, config) and not are_marked_apart(x, y, config.likeness):
            ranked.append((-share, n, m))
    for _, n, m in sorted(ranked):
        if not grouping.holds_article(n, m) and not grouping.holds_article(m, n):
            grouping.join(n, m)


def _least_sole(one: Utterance, other: Utterance, config: GroupingConfig) -> float:
    """How much of the shorter two quotations must share where no others speak of it; 2.0: never enough."""
    if are_apart(one, other) or one.is_question != other.is_question:
        return 2.0  # the answer, told elsewhere, has the question's words
    if one.quotation.kind == other.quotation.kind == "direct":
        return config.sole_other
    if None in (one.speaker, other.speaker):
        return config.sole_unknown
    return config.sole if one.speaker == other.speaker or is_for_body(one, other) else config.sole_other


_Places: TypeAlias = dict[tuple[int, int, str], list[tuple[int, bool]]]


def _find_places(grouping: _Grouping, voices: Counter[tuple[str, str | None]]) -> _Places:
    """Buckets of quotations by the families before and after them (-1: none there; the beginning or end of a report);
    with each, whether those are the very next ones. Who speaks once has places by one neighbour too."""
    rows: dict[str, list[int]] = defaultdict(list)
    for n, utterance in enumerate(grouping.utterances):
        rows[utterance.article].append(n)
    places: _Places = defaultdict(list)
    for row in rows.values():
        around = [_EDGE, *(grouping.family[n] for n in row), _EDGE]
        for at, n in enumerate(row, 1):
            for back, forth in product((1, 2), (1, 2)):
                if at - back >= 0 and at + forth < len(around):
                    before, after = around[at - back], around[at + forth]
                    if before != after:
                        places[before, after, ""].append((n, back == forth == 1))
            utterance = grouping.utterances[n]
            if utterance.quotation.kind == "direct" or utterance.speaker is None:
                continue
            speaks_once = voices[utterance.article, utterance.speaker] == 1
            beside = {k: grouping.utterances[row[k]].speaker for k in (at - 2, at) if 0 <= k < len(row)}
            for k, key in ((at - 2, (around[at - 1], _ANY)), (at, (_ANY, around[at + 1]))):
                if k in beside and (speaks_once or beside[k] == utterance.speaker):
                    places[*key, utterance.speaker].append((n, True))
    return places


def _may_stand_for(one: Utterance, other: Utterance, is_next: bool, is_sure: bool, config: GroupingConfig) -> bool:
    """Whether two quotations at one place in the order may be one utterance, by their speakers and words."""
    shared, is_one_voice = share_in(one, other) > 0, have_same_speaker(one, other)
    if are_apart(one, other) or are_marked_apart(one, other, config.likeness):
        return False
    if shared:
        return is_next or is_one_voice
    in_marks = [u for u in (one, other) if u.quotation.kind == "direct"]
    is_short = len(in_marks) == 1 and min(len(one.by_stem), len(other.by_stem)) < config.short_stems
    return is_next and is_sure and is_one_voice and (not in_marks or is_short)


def share_in(one: Utterance, whole: Utterance) -> float:
    """How much of the weight of one the whole has too, from 0 to 1."""
    common = sorted(one.by_stem.keys() & whole.by_stem.keys())
    return sum(one.by_stem[s] for s in common) / one.weight if one.weight else 0.0


def share_marked(one: Utterance, whole: Utterance) -> float:
    """The same, of the words in marks alone where those have more: the narrator's words around a fragment are his."""
    if one.quotation.kind != "mixed":
        return share_in(one, whole)
    marked = {term.stem: term.weight for term in one.marked if term.is_content}
    weight = sum(marked[s] for s in sorted(marked))
    shared = sum(marked[s] for s in sorted(marked.keys() & whole.by_stem.keys()))
    return max(share_in(one, whole), shared / weight if weight else 0.0)


def share_of(one: Utterance, other: Utterance) -> float:
    """How much of the smaller's weight the larger has too, from 0 to 1."""
    return share_in(one, other) if one.weight <= other.weight else share_in(other, one)
