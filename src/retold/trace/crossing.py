"""Quotations told in two languages: which can be one utterance, without a dictionary.

What needs no translation anchors them: who speaks, figures and dates, names by their sound, words that sound alike in
both languages (most words of two Slavic ones), and the commonest words of news by a small table (`relate.anchors`).
Then length, marks and place in the report; and the vectors of an encoder, where one is installed, by how far they stand
above those of the quotations beside. A pair counts only where it is the best of both its quotations, or stands between
pairs that are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log

from msgspec import Struct

from retold.relate.encoder import Encoder
from retold.trace.likeness import Utterance, are_apart


class CrossingConfig(Struct, frozen=True):
    """What each sign is worth, and from where on two quotations are one utterance (`least`); `margin`: by how much a
    pair must be better than any other of either quotation in the same two reports. `least_sole`: from where on the last
    two of one speaker are one."""

    least: float = 0.50
    least_sole: float = 0.34
    margin: float = 0.03
    same_speaker: float = 0.18
    other_person: float = -0.20
    figure: float = 0.30
    most_figures: float = 0.45
    other_figures: float = -0.10
    words: float = 0.75
    full_words: float = 2.5
    same_kind: float = 0.08
    length: float = 0.12
    place: float = 0.14
    neighbour: float = 0.10
    question: float = 0.05
    vectors: float = 8.0
    slight: float = 0.03
    """Worth of a unit of cosine that stands more than slightly above the usual one between the two reports' quotations,
    where there is an encoder; half of it is lost for one below the usual."""
    usual: float = 0.80
    usual_weight: int = 4
    """What the usual cosine is taken for before any was seen, and how much that counts: some reports have only two."""


def match_across(
    utterances: Sequence[Utterance], config: CrossingConfig, encoder: Encoder | None = None
) -> dict[tuple[int, int], float]:
    """The pairs (lower number first) of quotations in different languages that can be one utterance, with their worth.

    For each two reports in two languages all their quotations are compared: O(quotations²) of the story.
    """
    cosines = _compare_vectors(utterances, encoder) if encoder is not None else None
    by_article: dict[str, list[int]] = defaultdict(list)
    for n, utterance in enumerate(utterances):
        by_article[utterance.article].append(n)
    counts: dict[str, int] = defaultdict(int)
    for utterance in utterances:
        for anchor in utterance.anchors:
            counts[anchor] += 1
    weights = {anchor: 1 / (1 + log(count)) for anchor, count in counts.items()}
    found: dict[tuple[int, int], float] = {}
    for one, other in combinations(sorted(by_article.values()), 2):
        codes = utterances[one[0]].language, utterances[other[0]].language
        if None not in codes and codes[0] != codes[1]:
            for pair, worth in _match_reports(utterances, one, other, weights, cosines, config).items():
                found[min(pair), max(pair)] = worth
    return found


def find_fused(utterances: Sequence[Utterance], matched: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Quotations (guest, host) that also tell what another quotation of the report they match told: the host has no
    match there, stands right beside the guest's own match and shares a figure with the guest that the match lacks."""
    pairs = [(a, b) for n, m in matched for a, b in ((n, m), (m, n))]
    taken: dict[tuple[int, str], int] = {(a, utterances[b].article): b for a, b in pairs}
    found = []
    for guest, own in sorted(pairs):
        for host in (own - 1, own + 1):
            if not 0 <= host < len(utterances) or utterances[host].article != utterances[own].article:
                continue
            if (host, utterances[guest].article) in taken or are_apart(utterances[host], utterances[guest]):
                continue
            shared = utterances[host].anchors & utterances[guest].anchors - utterances[own].anchors
            if any(a[0] == "=" for a in shared):
                found.append((guest, host))
    return found


def _match_reports(
    utterances: Sequence[Utterance],
    one: Sequence[int],
    other: Sequence[int],
    weights: Mapping[str, float],
    cosines: Sequence[Sequence[float]] | None,
    config: CrossingConfig,
) -> dict[tuple[int, int], float]:
    rated: dict[tuple[int, int], float] = {}
    ratio = _length_ratio(utterances, one, other)
    above = _rise_above(cosines, one, other, config) if cosines is not None else None
    for i, n in enumerate(one):
        for k, m in enumerate(other):
            apart = abs(i / max(1, len(one) - 1) - k / max(1, len(other) - 1))
            worth = _rate(utterances[n], utterances[m], weights, ratio, config)
            rated[n, m] = worth + config.place * (1 - apart) + _read_rise(above, (n, m), config)
    first = _take_best(rated, config)
    place = {n: i for row in (one, other) for i, n in enumerate(row)}
    for (n, m), worth in rated.items():
        near = [
            (x, y)
            for x, y in first
            if (x, y) != (n, m) and abs(place[x] - place[n]) == 1 and place[y] - place[m] == place[x] - place[n]
        ]
        rated[n, m] = worth + config.neighbour * len(near)
    taken = _take_best(rated, config)
    return taken | _take_sole(utterances, one, other, rated, taken, config)


def _read_rise(above: Mapping[tuple[int, int], float] | None, pair: tuple[int, int], config: CrossingConfig) -> float:
    if above is None:
        return 0.0
    rise = above[pair] - config.slight
    return config.vectors * rise if rise > 0 else config.vectors / 2 * min(0.0, above[pair])


def _compare_vectors(utterances: Sequence[Utterance], encoder: Encoder) -> Sequence[Sequence[float]]:
    """The cosine of each two utterances, each the mean of its sentences by their length, rounded, so that the last bits
    of a sum decide nothing."""
    import numpy

    vectors = numpy.stack(
        [
            numpy.average(encoder.encode(u.pieces or ("",)), axis=0, weights=[1 + len(p) for p in u.pieces or ("",)])
            for u in utterances
        ]
    )
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    rows: list[list[float]] = (vectors @ vectors.T).astype("float64").round(5).tolist()
    return rows


def _rise_above(
    cosines: Sequence[Sequence[float]], one: Sequence[int], other: Sequence[int], config: CrossingConfig
) -> dict[tuple[int, int], float]:
    """How far the cosine of each two quotations stands above the mean of those that either has in the other report."""

    def find_level(n: int, row: Sequence[int]) -> float:
        total = config.usual * config.usual_weight + sum(cosines[n][m] for m in row)
        return total / (config.usual_weight + len(row))

    levels = {n: find_level(n, other) for n in one} | {m: find_level(m, one) for m in other}
    return {(n, m): cosines[n][m] - (levels[n] + levels[m]) / 2 for n in one for m in other}


def _take_sole(
    utterances: Sequence[Utterance],
    one: Sequence[int],
    other: Sequence[int],
    rated: Mapping[tuple[int, int], float],
    taken: Mapping[tuple[int, int], float],
    config: CrossingConfig,
) -> dict[tuple[int, int], float]:
    """The one quotation in marks (or without) of a speaker that either report has left: short ones have few anchors."""
    done = {n for pair in taken for n in pair}
    left: dict[tuple[str, bool], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, row in enumerate((one, other)):
        for n in row:
            speaker = utterances[n].speaker
            if n not in done and speaker is not None:
                left[speaker, utterances[n].quotation.kind == "direct"][side].append(n)
    pairs = [(rows[0][0], rows[1][0]) for _, rows in sorted(left.items()) if len(rows[0]) == len(rows[1]) == 1]
    return {pair: max(config.least, rated[pair]) for pair in pairs if rated[pair] >= config.least_sole}


def _take_best(rated: Mapping[tuple[int, int], float], config: CrossingConfig) -> dict[tuple[int, int], float]:
    """The pairs that beat every other pair of either quotation, best first; what is left is tried again."""
    left = {pair: worth for pair, worth in rated.items() if worth >= config.least}
    taken: dict[tuple[int, int], float] = {}
    for (n, m), worth in sorted(left.items(), key=lambda item: (-item[1], item[0])):
        rivals = [
            w for (x, y), w in left.items() if (x == n) != (y == m) and not any(x == a or y == b for a, b in taken)
        ]
        if any(n == a or m == b for a, b in taken):
            continue
        if all(worth >= rival + config.margin for rival in rivals):
            taken[n, m] = worth
    return taken


def _length_ratio(utterances: Sequence[Utterance], one: Sequence[int], other: Sequence[int]) -> float:
    """How much longer in words one report's quotations are than the other's, on the whole."""
    sizes = [sorted(len(utterances[n].terms) for n in row) for row in (one, other)]
    middle = [row[len(row) // 2] for row in sizes]
    return min(1.4, max(0.7, middle[0] / max(1, middle[1])))


def _rate(
    one: Utterance, other: Utterance, weights: Mapping[str, float], ratio: float, config: CrossingConfig
) -> float:
    worth = config.same_speaker if one.speaker is not None and one.speaker == other.speaker else 0.0
    if are_apart(one, other):
        worth = config.other_person  # words given to somebody else, or a speaker taken for two
    figures = [{a for a in u.anchors if a[0] == "="} for u in (one, other)]
    common = figures[0] & figures[1]
    if common:
        worth += min(config.most_figures, config.figure * len(common))
    elif all(figures):
        worth += config.other_figures
    words = [{a for a in u.anchors if a[0] != "="} for u in (one, other)]
    shared = sum(weights[a] for a in sorted(words[0] & words[1]))
    smaller = min(sum(weights[a] for a in sorted(w)) for w in words) or 1.0
    # half of the anchors are sounds that only kindred languages share
    worth += config.words * min(1.0, 2 * shared / smaller) * min(1.0, shared / config.full_words)
    worth += config.same_kind * ((one.quotation.kind == "direct") == (other.quotation.kind == "direct"))
    size = abs(log(max(1, len(one.terms)) / (ratio * max(1, len(other.terms)))))
    worth += config.length * max(0.0, 1 - size)
    worth += config.question * (one.is_question and other.is_question)
    return worth
