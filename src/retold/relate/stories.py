"""Which articles report one event: pairs rated by their words, names, figures, copied runs and days, then linked."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, log1p, sqrt

from msgspec import Struct

from retold.model import AnnotatedArticle, Story
from retold.relate.profiles import Profile, make_profile


class StoriesConfig(Struct, frozen=True):
    """What makes two articles one story: weights, in log-odds, of features from 0 to 1; the sum with `bias` decides.

    A reader of two articles has no collection to learn from how rare a word is. So each term counts as if
    `prior_articles` more had been read, of which the share named had it: `word_share`, `frequent_share` (of a word that
    many reports have), `name_share`, `number_share`. Names weigh little among few articles, where a decoy has the same
    actors, and up to `rare_names` more where a collection shows them to be rare. The weights were fitted by hand, in
    round figures, on pairs of labelled news stories (benchmarks/stories.py).
    """

    prior_articles: float = 60.0
    word_share: float = 0.04
    frequent_share: float = 0.25
    name_share: float = 0.03
    number_share: float = 0.03
    words: float = 8.0
    names: float = 0.5
    rare_names: float = 2.5
    lead: float = 4.0
    runs: float = 1.0
    numbers: float = 1.3
    citation: float = 1.0
    """One of the two cites the other's outlet, and no other article at hand comes from it."""
    bias: float = -5.35
    keys: float = 7.0
    cross_numbers: float = 5.0
    cross_bias: float = -5.5
    runs_enough: int = 50
    """So many shared runs tell no more than fewer."""
    free_days: int = 2
    cost_a_day: float = 0.2
    days_cost_most: float = 3.0
    """Reports of one event come within days of it; a follow-up may come later, so days weigh and don't forbid."""
    unrelated: float = -4.0
    """What a pair counts that shares no rare term, so was never rated."""
    compare_all_up_to: int = 200
    candidates: int = 40
    postings: int = 120
    """Above `compare_all_up_to` articles, only the `candidates` articles are rated for each that share the rarest terms
    with it; a term in more than `postings` articles finds none."""


class _Vectors(Struct, frozen=True):
    """A profile with its terms weighed; `words`, `names` and `keys` have length 1. `is_only`: no other article at hand
    has its outlet."""

    profile: Profile
    words: dict[str, float]
    names: dict[str, float]
    lead: dict[str, float]
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

    Method: additive log-odds over idf-weighted cosines with a smoothed background, then average linkage (UPGMA) cut
    at even odds; after the TF-IDF baselines of ECB+ (Cybulska & Vossen 2014) and news clustering (Miranda et al. 2018).
    """
    ordered = sorted(articles, key=lambda a: (a.article.rank, a.article.id))
    vectors = _weigh([make_profile(a) for a in ordered], config)
    pairs = _rate_pairs(vectors, config)
    place = {a.article.id: i for i, a in enumerate(articles)}
    clusters = [
        sorted((vectors[i].profile.id for i in cluster), key=place.__getitem__)
        for cluster in _link(len(vectors), pairs, config)
    ]
    clusters.sort(key=lambda ids: place[ids[0]])
    return tuple(Story(f"s{i + 1}", tuple(ids)) for i, ids in enumerate(clusters))


def _weigh(profiles: Sequence[Profile], config: StoriesConfig) -> list[_Vectors]:
    total = len(profiles) + config.prior_articles

    def make_scale(bags: Iterable[Iterable[str]], share: float) -> dict[str, float]:
        counts: Counter[str] = Counter()
        for bag in bags:
            counts.update(set(bag))
        return {term: -log((n + share * config.prior_articles) / total) for term, n in counts.items()}

    words = make_scale((p.words for p in profiles), config.word_share)
    frequent = make_scale((p.frequent for p in profiles), config.frequent_share)
    words = {t: min(x, frequent.get(t, x)) for t, x in words.items()}
    names = make_scale((p.names for p in profiles), config.name_share)
    numbers = make_scale((p.numbers for p in profiles), config.number_share)
    keys = make_scale((p.keys for p in profiles), config.name_share)
    outlets = Counter(p.outlet for p in profiles)
    return [
        _Vectors(
            p,
            _unit({t: w * words[t] for t, w in p.words.items()}),
            _unit({t: w * names[t] for t, w in p.names.items()}),
            {t: words[t] for t in sorted(p.title | p.lead) if t in p.words},
            {t: numbers[t] for t in sorted(p.numbers)},
            _unit({t: keys[t] for t in sorted(p.keys)}),
            outlets[p.outlet] == 1,
        )
        for p in profiles
    ]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = sqrt(sum(x * x for x in vector.values()))
    return {t: x / length for t, x in vector.items()} if length else {}


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    if len(b) < len(a):
        a, b = b, a
    return sum(x * b[t] for t, x in a.items() if t in b)


def _rate(a: _Vectors, b: _Vectors, count: int, config: StoriesConfig) -> float:
    """The log-odds that two of `count` articles report one event."""
    names = config.names + config.rare_names * count / (count + config.prior_articles)
    gap = (
        0.0 if a.profile.day is None or b.profile.day is None else abs(a.profile.day - b.profile.day) - config.free_days
    )
    extra = config.citation * (_cites(a, b) or _cites(b, a))
    extra -= min(config.days_cost_most, max(0.0, gap) * config.cost_a_day)
    shared = _share(a.numbers, b.numbers)
    runs = log1p(min(len(a.profile.runs & b.profile.runs), config.runs_enough)) / log1p(config.runs_enough)
    if a.profile.language != b.profile.language:
        odds = config.keys * sqrt(_dot(a.keys, b.keys)) + config.cross_numbers * shared + config.runs * runs
        return odds + config.cross_bias + extra
    return (
        config.words * sqrt(_dot(a.words, b.words))
        + names * sqrt(_dot(a.names, b.names))
        + config.lead * (_contain(a.lead, b.words) + _contain(b.lead, a.words)) / 2
        + config.runs * runs
        + config.numbers * shared
        + config.bias
        + extra
    )


def _cites(a: _Vectors, b: _Vectors) -> bool:
    return b.is_only and b.profile.outlet in a.profile.cites


def _share(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """How much of the figures of the article that has fewer the other has; a single one is little."""
    both = sum(x for t, x in a.items() if t in b)
    return both / (min(sum(a.values()), sum(b.values())) + 3.0)


def _contain(lead: Mapping[str, float], words: Mapping[str, float]) -> float:
    total = sum(lead.values())
    return sum(x for t, x in lead.items() if t in words) / total if total else 0.0


def _rate_pairs(vectors: Sequence[_Vectors], config: StoriesConfig) -> dict[tuple[int, int], float]:
    count = len(vectors)
    if count <= config.compare_all_up_to:
        wanted: Iterable[tuple[int, int]] = ((i, j) for i in range(count) for j in range(i + 1, count))
    else:
        wanted = sorted(_find_candidates(vectors, config))
    return {(i, j): _rate(vectors[i], vectors[j], count, config) for i, j in wanted}


def _find_candidates(vectors: Sequence[_Vectors], config: StoriesConfig) -> set[tuple[int, int]]:
    """Pairs worth rating: for each article those that share most of the weight of its rare terms."""
    index: dict[str, list[tuple[int, float]]] = {}
    for i, v in enumerate(vectors):
        for kind, bag in (("w", v.words), ("n", v.names), ("k", v.keys)):
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


def _link(count: int, pairs: Mapping[tuple[int, int], float], config: StoriesConfig) -> list[list[int]]:
    """Average linkage: joins the two clusters whose pairs have the best mean log-odds, while that is above 0."""
    members = {i: [i] for i in range(count)}
    sums: dict[int, dict[int, tuple[float, int]]] = {i: {} for i in range(count)}
    heap: list[tuple[float, int, int]] = []
    for (i, j), odds in pairs.items():
        sums[i][j] = sums[j][i] = (odds, 1)
        if odds > 0:
            heap.append((-odds, i, j))
    heapq.heapify(heap)
    fresh = count
    while heap:
        _, i, j = heapq.heappop(heap)
        if i not in members or j not in members:
            continue
        row: dict[int, tuple[float, int]] = {}
        for old in (i, j):
            for other, (odds, rated) in sums[old].items():
                if other not in (i, j):
                    before = row.get(other, (0.0, 0))
                    row[other] = (before[0] + odds, before[1] + rated)
                    del sums[other][old]
        members[fresh] = members.pop(i) + members.pop(j)
        del sums[i], sums[j]
        sums[fresh] = row
        for other, (odds, rated) in row.items():
            sums[other][fresh] = (odds, rated)
            size = len(members[fresh]) * len(members[other])
            mean = (odds + (size - rated) * config.unrelated) / size
            if mean > 0:
                heapq.heappush(heap, (-mean, other, fresh))
        fresh += 1
    return list(members.values())
