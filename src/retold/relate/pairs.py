"""Pairs of sentences that may tell the same: found by an index, chosen by likeness and by their neighbours."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from retold.relate.weights import Unit


class PairsConfig(Struct, frozen=True):
    """When two sentences are related. Similarities are idf-cosines from 0 to 1.

    `sure`: related on its own. `supported`: related if pairs before and after it, within `neighbour_units` sentences,
    are; `half_supported`: if those on one side are. A run of `seed_words` equal words, `seed_content` of them content
    and one of those no name, makes a pair sure from `supported` up. `least_shared`: so many content stems in common, or
    a seed, make a candidate.
    """

    sure: float = 0.40
    half_supported: float = 0.28
    supported: float = 0.16
    neighbour_units: int = 2
    seed_words: int = 4
    seed_content: int = 2
    least_shared: int = 2


class Pair(Struct, frozen=True):
    """Two units, by their places in their articles, and what speaks for them."""

    a: int
    b: int
    cosine: float
    has_seed: bool


def score_pairs(units_a: Sequence[Unit], units_b: Sequence[Unit], config: PairsConfig) -> list[Pair]:
    """Every pair of units that shares `least_shared` content stems or a seed, with its cosine.

    A superset of what alignment would accept: a pair with neither has too little in common for a passage.
    """
    index: dict[str, list[int]] = defaultdict(list)
    for j, unit in enumerate(units_b):
        for stem in sorted(unit.stems):
            index[stem].append(j)
    weights_b = [{unit.terms[t].stem: unit.terms[t].weight for t in unit.content} for unit in units_b]
    seeds_b: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j, unit in enumerate(units_b):
        for seed in sorted(_seeds(unit, config)):
            seeds_b[seed].append(j)
    pairs: list[Pair] = []
    for i, unit in enumerate(units_a):
        mine = {unit.terms[t].stem: unit.terms[t].weight for t in unit.content}
        dot: dict[int, float] = defaultdict(float)
        count: dict[int, int] = defaultdict(int)
        for stem in sorted(mine):
            places = index.get(stem, ())
            for j in places:
                dot[j] += mine[stem] * weights_b[j][stem]
                count[j] += 1
        seeded = {j for seed in _seeds(unit, config) for j in seeds_b.get(seed, ())}
        for j in sorted(dot):
            other = units_b[j]
            if (count[j] >= config.least_shared or j in seeded) and unit.length and other.length:
                cosine = dot[j] / (unit.length * other.length)
                pairs.append(Pair(i, j, cosine, j in seeded))
    return pairs


def _seeds(unit: Unit, config: PairsConfig) -> set[tuple[str, ...]]:
    terms = unit.terms
    out = set()
    for at in range(len(terms) - config.seed_words + 1):
        run = terms[at : at + config.seed_words]
        content = [term for term in run if term.is_content]
        if len(content) >= config.seed_content and not all(term.is_capital for term in content):
            out.add(tuple(term.norm for term in run))
    return out


def choose_pairs(
    units_a: Sequence[Unit], units_b: Sequence[Unit], pairs: Sequence[Pair], config: PairsConfig
) -> list[Pair]:
    """The pairs that are taken for related: the sure ones first, then those that their neighbours support.

    Each sentence goes first to its best partner; a second partner is taken where it tells something that the first
    left over. Order lifts, it never forbids: a sentence that a copy moved is found by its words.
    """
    chosen: list[Pair] = []
    covered_a: dict[int, set[int]] = defaultdict(set)
    covered_b: dict[int, set[int]] = defaultdict(set)

    def take(pair: Pair, second: float) -> None:
        ua, ub = units_a[pair.a], units_b[pair.b]
        shared_a, shared_b = _find_shared(ua, ub)
        new_a = _weigh(ua, shared_a - covered_a[pair.a]) / (_weigh(ua, shared_a) or 1.0)
        new_b = _weigh(ub, shared_b - covered_b[pair.b]) / (_weigh(ub, shared_b) or 1.0)
        if min(new_a, new_b) >= 0.5 or (max(new_a, new_b) >= 0.5 and pair.cosine >= second):
            chosen.append(pair)
            covered_a[pair.a] |= shared_a
            covered_b[pair.b] |= shared_b

    ranked = sorted(pairs, key=lambda p: (-p.cosine, p.a, p.b))
    for pair in ranked:
        if pair.cosine >= (config.supported if pair.has_seed else config.sure):
            take(pair, config.sure)
    anchors = {(pair.a, pair.b) for pair in chosen}
    for pair in ranked:
        if pair.cosine < config.supported or (pair.a, pair.b) in anchors:
            continue
        before, after = _support(pair, anchors, config)
        if before + after == 2 or (before + after == 1 and pair.cosine >= config.half_supported):
            take(pair, config.sure)
    return chosen


def _support(pair: Pair, anchors: set[tuple[int, int]], config: PairsConfig) -> tuple[int, int]:
    reach = range(0, config.neighbour_units + 1)
    steps = [(x, y) for x in reach for y in reach if x + y > 0]
    before = any((pair.a - x, pair.b - y) in anchors for x, y in steps)
    after = any((pair.a + x, pair.b + y) in anchors for x, y in steps)
    return int(before), int(after)


def _find_shared(ua: Unit, ub: Unit) -> tuple[set[int], set[int]]:
    stems = ua.stems & ub.stems
    return (
        {t for t in ua.content if ua.terms[t].stem in stems},
        {t for t in ub.content if ub.terms[t].stem in stems},
    )


def _weigh(unit: Unit, terms: set[int]) -> float:
    return sum(unit.terms[t].weight for t in sorted(terms))
