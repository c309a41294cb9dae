"""Which articles report one event: pairs rated by their words, names, figures, copied runs and days, then linked."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, log, log1p, sqrt

from msgspec import Struct

from retold.model import AnnotatedArticle, Story
from retold.relate.profiles import Profile, make_profile


class StoriesConfig(Struct, frozen=True):
    """What makes two articles one story: weights, in log-odds, of features from 0 to 1; the sum with `bias` decides.

    A reader of two articles has no collection to learn from how rare a word is. So each term counts as if
    `prior_articles` more had been read, of which the share named had it: `word_share`, `frequent_share` (of a word that
    many reports have), `name_share`, `number_share`. The weights were fitted by logistic regression on pairs of
    labelled news stories and invented ones, then rounded (benchmarks/stories.py).
    """

    prior_articles: float = 60.0
    word_share: float = 0.04
    frequent_share: float = 0.25
    name_share: float = 0.03
    number_share: float = 0.03
    terms: float = 9.4
    lead: float = 1.9
    lead_names: float = 1.7
    runs: float = 1.9
    numbers: float = 2.6
    other_weekdays: float = -1.4
    other_months: float = -0.7
    """Both texts name weekdays, or months, and none in common."""
    citation: float = 1.2
    """One of the two cites the other's outlet, and no other article at hand comes from it."""
    crowd: float = 1.1
    """Times the share of the articles among these and the prior ones: what is rare among many is surely so."""
    bias: float = -6.26
    keys: float = 7.0
    cross_numbers: float = 5.0
    cross_bias: float = -5.5
    runs_enough: int = 50
    """So many shared runs tell no more than fewer."""
    free_days: int = 2
    same_day: float = 0.6
    """Published on one day or on two that follow each other: among many articles that is nothing, among a few that
    were put together the others are mostly of another time."""
    cost_a_day: float = 0.2
    days_cost_most: float = 3.0
    """Reports of one event come within days of it; a follow-up may come later, so days weigh and don't forbid."""
    unrelated: float = -5.0
    """What a pair counts that shares no rare term, so was never rated."""
    linked_share: float = 0.6
    """Two groups are joined by the mean odds of this best share of their pairs, and of more the more articles there
    are: of a few reports put together, a brief one needs to resemble the full ones only; among many, all count."""
    most_share: float = 0.2
    """A term that a larger share of the articles have counts as if this share had it: all may report one event."""
    compare_all_up_to: int = 200
    candidates: int = 60
    postings: int = 120
    """Above `compare_all_up_to` articles, only the `candidates` articles are rated for each that share the rarest terms
    with it; a term in more than `postings` articles finds none."""
    chosen_of_group: int = 3
    """The groups found that way are then held against each other by so many articles of each: of hundreds of reports
    of one event each has the nearest as its candidates, and the others were never rated."""


class Background(Struct, frozen=True):
    """How many of `articles` have each term, by kind. Of a library, as counted when it was last grouped anew."""

    articles: int
    words: dict[str, int]
    frequent: dict[str, int]
    names: dict[str, int]
    numbers: dict[str, int]
    keys: dict[str, int]
    outlets: dict[str, int]


class Vectors(Struct, frozen=True):
    """A profile with its terms weighed: `terms` are its words and names alike; these, `names` and `keys` have length 1.

    `lead`: the terms of its first lines, `lead_names` those of them that are names. `is_only`: no other article at hand
    has its outlet.
    """

    profile: Profile
    terms: dict[str, float]
    names: dict[str, float]
    lead: dict[str, float]
    lead_names: frozenset[str]
    numbers: dict[str, float]
    keys: dict[str, float]
    is_only: bool


DEFAULT = StoriesConfig()


def group_stories(articles: Sequence[AnnotatedArticle], config: StoriesConfig = DEFAULT) -> tuple[Story, ...]:
    """Groups the articles that report one event; every article is in exactly one story, alone where no other fits.

    Articles on the same topic or by the same speaker about another event stay apart. The result doesn't depend on the
    order of `articles`: stories are numbered by their first article, in the order given. Articles in different
    languages are compared by names (in a form that survives transliteration) and figures alone.

    Up to `config.compare_all_up_to` articles: quadratic. Above: an inverted index over rare terms, near linear.

    Method: additive log-odds over idf-weighted cosines with a smoothed background, then linkage by the mean of the best
    pairs, cut at even odds; after the TF-IDF baselines of ECB+ (Cybulska & Vossen 2014) and news clustering (Miranda et
    al. 2018).
    """
    ordered = sorted(articles, key=lambda a: (a.article.rank, a.article.id))
    profiles = [make_profile(a) for a in ordered]
    background = count_terms(profiles)
    vectors = [weigh_profile(p, background, config) for p in profiles]
    pairs = _rate_pairs(vectors, config)
    place = {a.article.id: i for i, a in enumerate(articles)}
    groups = link_pairs(len(vectors), pairs, config)
    if len(vectors) > config.compare_all_up_to >= len(groups):
        groups = _join_groups(groups, vectors, config)
    clusters = [sorted((vectors[i].profile.id for i in group), key=place.__getitem__) for group in groups]
    clusters.sort(key=lambda ids: place[ids[0]])
    return tuple(Story(f"s{i + 1}", tuple(ids)) for i, ids in enumerate(clusters))


def count_terms(profiles: Iterable[Profile]) -> Background:
    """How many of some articles have each term: what tells a rare word from a common one. Linear."""
    words: Counter[str] = Counter()
    frequent: Counter[str] = Counter()
    names: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    outlets: Counter[str] = Counter()
    count = 0
    for p in profiles:
        count += 1
        words.update(p.words.keys())
        frequent.update(p.frequent)
        names.update(p.names.keys())
        numbers.update(p.numbers)
        keys.update(p.keys)
        outlets[p.outlet or ""] += 1
    return Background(count, words, frequent, names, numbers, keys, outlets)


def weigh_profile(profile: Profile, background: Background, config: StoriesConfig) -> Vectors:
    """The profile with its terms weighed by how rare they are in `background`. Linear in its terms.

    A term that the background does not know counts as seen in this article alone.
    """
    total = background.articles + config.prior_articles

    def weigh(counts: Mapping[str, int], term: str, share: float) -> float:
        return -log((counts.get(term, 1) + share * config.prior_articles) / total)

    def weigh_term(term: str) -> float:
        seen = max(1, background.words.get(term, 0) + background.names.get(term, 0))
        if term in background.frequent:
            return -log((seen + config.frequent_share * config.prior_articles) / total)
        return -log(min((seen + config.word_share * config.prior_articles) / total, config.most_share))

    terms = {t: weigh_term(t) for t in sorted({*profile.words, *profile.names})}
    first = sorted((profile.title | profile.lead) & terms.keys())
    return Vectors(
        profile,
        _unit(terms),
        _unit({t: w * weigh(background.names, t, config.name_share) for t, w in profile.names.items()}),
        {t: terms[t] for t in first},
        frozenset(t for t in first if t in profile.names),
        {t: weigh(background.numbers, t, config.number_share) for t in sorted(profile.numbers)},
        _unit({t: weigh(background.keys, t, config.name_share) for t in sorted(profile.keys)}),
        background.outlets.get(profile.outlet or "", 1) == 1,
    )


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = sqrt(sum(x * x for x in vector.values()))
    return {t: x / length for t, x in vector.items()} if length else {}


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    if len(b) < len(a):
        a, b = b, a
    return sum(x * b[t] for t, x in a.items() if t in b)


def rate_pair(a: Vectors, b: Vectors, count: int, config: StoriesConfig) -> float:
    """The log-odds that two of `count` articles report one event."""
    among = count / (count + config.prior_articles)
    days = None if a.profile.day is None or b.profile.day is None else abs(a.profile.day - b.profile.day)
    extra = config.citation * (_cites(a, b) or _cites(b, a))
    if days is not None:
        extra += config.same_day * (1 - among) * (days <= 1)
        extra -= min(config.days_cost_most, max(0, days - config.free_days) * config.cost_a_day)
    shared = _share(a.numbers, b.numbers)
    runs = log1p(min(len(a.profile.runs & b.profile.runs), config.runs_enough)) / log1p(config.runs_enough)
    if a.profile.language != b.profile.language:
        odds = config.keys * sqrt(_dot(a.keys, b.keys)) + config.cross_numbers * shared + config.runs * runs
        return odds + config.cross_bias + extra
    return (
        config.terms * sqrt(_dot(a.terms, b.terms))
        + config.lead * (_contain(a.lead, b.terms) + _contain(b.lead, a.terms)) / 2
        + config.lead_names * _share_names(a, b)
        + config.runs * runs
        + config.numbers * shared
        + config.other_weekdays * _are_other(a.profile.weekdays, b.profile.weekdays)
        + config.other_months * _are_other(a.profile.months, b.profile.months)
        + config.crowd * among
        + config.bias
        + extra
    )


def _cites(a: Vectors, b: Vectors) -> bool:
    return b.is_only and b.profile.outlet in a.profile.cites


def _share(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """How much of the figures of the article that has fewer the other has; a single one is little."""
    both = sum(x for t, x in a.items() if t in b)
    return both / (min(sum(a.values()), sum(b.values())) + 3.0)


def _share_names(a: Vectors, b: Vectors) -> float:
    """The share of the names of the one's first lines that the other has, both ways; half where there are none."""
    shares = [
        sum(name in other.terms for name in one.lead_names) / len(one.lead_names)
        for one, other in ((a, b), (b, a))
        if one.lead_names
    ]
    return sum(shares) / len(shares) if shares else 0.5


def _are_other(one: frozenset[int], other: frozenset[int]) -> bool:
    return bool(one and other and not one & other)


def _contain(lead: Mapping[str, float], words: Mapping[str, float]) -> float:
    total = sum(lead.values())
    return sum(x for t, x in lead.items() if t in words) / total if total else 0.0


def _rate_pairs(vectors: Sequence[Vectors], config: StoriesConfig) -> dict[tuple[int, int], float]:
    count = len(vectors)
    if count <= config.compare_all_up_to:
        wanted: Iterable[tuple[int, int]] = ((i, j) for i in range(count) for j in range(i + 1, count))
    else:
        wanted = sorted(_find_candidates(vectors, config))
    return {(i, j): rate_pair(vectors[i], vectors[j], count, config) for i, j in wanted}


def _join_groups(groups: Sequence[list[int]], vectors: Sequence[Vectors], config: StoriesConfig) -> list[list[int]]:
    """Joins groups of which a few articles each, taken evenly, are on average of one event. Quadratic in groups."""
    count = config.chosen_of_group
    chosen = [[row[len(row) * n // count] for n in range(min(count, len(row)))] for row in map(sorted, groups)]
    pairs: dict[tuple[int, int], float] = {}
    for i, mine in enumerate(chosen):
        for j in range(i + 1, len(chosen)):
            odds = [rate_pair(vectors[a], vectors[b], len(vectors), config) for a in mine for b in chosen[j]]
            pairs[i, j] = sum(odds) / len(odds)
    return [[n for i in joined for n in groups[i]] for joined in link_pairs(len(groups), pairs, config, len(vectors))]


def _find_candidates(vectors: Sequence[Vectors], config: StoriesConfig) -> set[tuple[int, int]]:
    """Pairs worth rating: for each article those that share most of the weight of its rare terms."""
    index: dict[str, list[tuple[int, float]]] = {}
    for i, v in enumerate(vectors):
        for kind, bag in (("t", v.terms), ("n", v.names), ("k", v.keys)):
            for term, x in bag.items():
                index.setdefault(kind + term, []).append((i, x))
        for run in v.profile.runs:
            index.setdefault(f"r{run}", []).append((i, 0.1))
    scores: list[dict[int, float]] = [{} for _ in vectors]
    for term in sorted(index):
        posting = index[term]
        if 1 < len(posting) <= config.postings:
            for at, (i, x) in enumerate(posting):
                for j, y in posting[at + 1 :]:
                    scores[i][j] = scores[i].get(j, 0.0) + x * y
                    scores[j][i] = scores[j].get(i, 0.0) + x * y
    found: set[tuple[int, int]] = set()
    for i, row in enumerate(scores):
        best = heapq.nsmallest(config.candidates, row.items(), key=lambda item: (-item[1], item[0]))
        found.update((min(i, j), max(i, j)) for j, _ in best)
    return found


def link_pairs(
    count: int, pairs: Mapping[tuple[int, int], float], config: StoriesConfig, among: int | None = None
) -> list[list[int]]:
    """Agglomerates: joins the two clusters whose best pairs have the best mean log-odds, while that is above 0.

    How large a share of the pairs is looked at goes from `config.linked_share` among few articles to all of them among
    many, which is average linkage. `among`: so many there are, where these `count` are a part of them.
    O(pairs · log articles): rows of odds are kept sorted, and merged.
    """
    among = count if among is None else among
    share = config.linked_share + (1 - config.linked_share) * among / (among + config.prior_articles)
    members = {i: [i] for i in range(count)}
    odds_of: dict[int, dict[int, list[float]]] = {i: {} for i in range(count)}
    heap: list[tuple[float, int, int]] = []
    for (i, j), odds in pairs.items():
        odds_of[i][j] = odds_of[j][i] = [odds]
        if odds > 0:
            heap.append((-odds, i, j))
    heapq.heapify(heap)
    fresh = count
    while heap:
        _, i, j = heapq.heappop(heap)
        if i not in members or j not in members:
            continue
        row: dict[int, list[float]] = {}
        for old in (i, j):
            for other, rated in odds_of[old].items():
                if other not in (i, j):
                    row[other] = sorted([*row.get(other, ()), *rated], reverse=True)
                    del odds_of[other][old]
        members[fresh] = members.pop(i) + members.pop(j)
        del odds_of[i], odds_of[j]
        odds_of[fresh] = row
        for other, rated in row.items():
            odds_of[other][fresh] = rated
            best = ceil(share * len(members[fresh]) * len(members[other]))
            mean = (sum(rated[:best]) + max(0, best - len(rated)) * config.unrelated) / best
            if mean > 0:
                heapq.heappush(heap, (-mean, other, fresh))
        fresh += 1
    return list(members.values())
