"""Which articles report one event: pairs rated by their words, names, figures, copied runs and days, then linked."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log, log1p, sqrt

from msgspec import Struct

from retold.model import AnnotatedArticle, Story
from retold.relate.linkage import LinkageConfig, link_pairs
from retold.relate.profiles import Profile, make_profile


class StoriesConfig(Struct, frozen=True):
    """What makes two articles one story: weights, in log-odds, of features from 0 to 1; the sum with `bias` decides.

    A reader of two articles has no collection to learn from how rare a word is. So each term counts as if
    `prior_articles` more had been read, of which the share named had it: `word_share`, `frequent_share` (of a word that
    many reports have), `name_share`, `number_share`. The weights were fitted by logistic regression on pairs of
    labelled news stories and invented ones, then searched around over all sets together, and rounded
    (benchmarks/stories.py).
    """

    prior_articles: float = 60.0
    word_share: float = 0.04
    frequent_share: float = 0.25
    name_share: float = 0.03
    number_share: float = 0.03
    terms: float = 10.0
    lead: float = 1.9
    title: float = 1.8
    title_of_few: float = 2.0
    """How much of the one's title stands in the other's first lines: two events of one kind have the body in common.
    `title_of_few` comes to it, times the share of the prior articles among all: of two articles alone nobody knows
    which words of their bodies are rare, and the title says what is new."""
    lead_names: float = 1.2
    runs: float = 2.5
    numbers: float = 1.7
    template: float = -20.0
    """Times what two texts have in common in words beyond what their names agree: the same form filled in for another
    match, town or court. Names count as other, too, where the first lines give other dates, or where both name other
    weekdays and no figure in common."""
    other_weekdays: float = -1.4
    other_months: float = -0.5
    """Both texts name weekdays, or months, and none in common."""
    citation: float = 1.35
    """One of the two cites the other's outlet, and no other article at hand comes from it."""
    same_outlet: float = -0.8
    """An outlet mostly reports an event once; what else it has of the same people is mostly another event."""
    crowd: float = 1.8
    """Times the share of the articles among these and the prior ones: what is rare among many is surely so."""
    bias: float = -6.86
    keys: float = 7.0
    cross_numbers: float = 5.0
    cross_bias: float = -5.5
    runs_enough: int = 50
    """So many shared runs tell no more than fewer."""
    free_days: int = 2
    same_day: float = 1.25
    """Published on one day or on two that follow each other: among many articles that is nothing, among a few that
    were put together the others are mostly of another time."""
    cost_a_day: float = 0.25
    days_cost_most: float = 3.0
    """Reports of one event come within days of it; a follow-up may come later, so days weigh and don't forbid."""
    unrelated: float = -5.0
    """A library doesn't keep the odds of pairs that are no likelier than that."""
    most_share: float = 0.2
    """A term that a larger share of the articles have counts as if this share had it: all may report one event."""
    compare_all_up_to: int = 200
    candidates: int = 24
    postings: int = 120
    next_of_many: int = 2
    """Above `compare_all_up_to` articles, only the `candidates` articles are rated for each that share the rarest terms
    with it. Of more than `postings` articles that have a term, each finds the next ones only: hundreds of reports of
    one event have no rare term in common, but hang together so."""
    linkage: LinkageConfig = LinkageConfig()


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

    `lead`: the terms of its first lines, `title` those of its title, `lead_names` those of them that are names.
    `is_only`: no other article at hand has its outlet. `names_sum`: what its names weigh among `terms`; `words_length`:
    the length of `terms` without them.
    """

    profile: Profile
    terms: dict[str, float]
    names: dict[str, float]
    lead: dict[str, float]
    title: dict[str, float]
    lead_names: frozenset[str]
    numbers: dict[str, float]
    keys: dict[str, float]
    is_only: bool
    names_sum: float
    words_length: float


DEFAULT = StoriesConfig()


def group_stories(articles: Sequence[AnnotatedArticle], config: StoriesConfig = DEFAULT) -> tuple[Story, ...]:
    """Groups the articles that report one event; every article is in exactly one story, alone where no other fits.

    Articles on the same topic or by the same speaker about another event stay apart. The result doesn't depend on the
    order of `articles`: stories are numbered by their first article, in the order given. Articles in different
    languages are compared by names (in a form that survives transliteration) and figures alone.

    Up to `config.compare_all_up_to` articles: quadratic. Above: an inverted index over rare terms, near linear.

    Method: additive log-odds over idf-weighted cosines with a smoothed background, then linkage by the mean of the best
    pairs (`retold.relate.linkage`), cut at even odds; after the TF-IDF baselines of ECB+ (Cybulska & Vossen 2014) and
    news clustering (Miranda et al. 2018).
    """
    ordered = sorted(articles, key=lambda a: (a.article.rank, a.article.id))
    profiles = [make_profile(a) for a in ordered]
    background = count_terms(profiles)
    vectors = [weigh_profile(p, background, config) for p in profiles]
    pairs = _rate_pairs(vectors, config)
    place = {a.article.id: i for i, a in enumerate(articles)}

    def rate(i: int, j: int) -> float:
        return rate_pair(vectors[i], vectors[j], len(vectors), config)

    groups = link_pairs(len(vectors), pairs, rate, config.linkage)
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
    unit = _unit(terms)
    return Vectors(
        profile,
        unit,
        _unit({t: w * weigh(background.names, t, config.name_share) for t, w in profile.names.items()}),
        {t: terms[t] for t in first},
        {t: terms[t] for t in first if t in profile.title},
        frozenset(t for t in first if t in profile.names),
        {t: weigh(background.numbers, t, config.number_share) for t in sorted(profile.numbers)},
        _unit({t: weigh(background.keys, t, config.name_share) for t in sorted(profile.keys)}),
        background.outlets.get(profile.outlet or "", 1) == 1,
        sum(unit[t] for t in profile.names),
        sqrt(sum(x * x for t, x in unit.items() if t not in profile.names)),
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
    extra += config.same_outlet * (a.profile.outlet is not None and a.profile.outlet == b.profile.outlet)
    if days is not None:
        extra += config.same_day * (1 - among) * (days <= 1)
        extra -= min(config.days_cost_most, max(0, days - config.free_days) * config.cost_a_day)
    shared = _share(a.numbers, b.numbers)
    runs = log1p(min(len(a.profile.runs & b.profile.runs), config.runs_enough)) / log1p(config.runs_enough)
    if a.profile.language != b.profile.language:
        odds = config.keys * sqrt(_dot(a.keys, b.keys)) + config.cross_numbers * shared + config.runs * runs
        return odds + config.cross_bias + extra
    fewer, more = (a.terms, b.terms) if len(a.terms) <= len(b.terms) else (b.terms, a.terms)
    shared_terms = [t for t in fewer if t in more]
    cosine = sum(a.terms[t] * b.terms[t] for t in shared_terms)
    return (
        config.terms * sqrt(cosine)
        + config.template * _find_template(a, b, shared_terms, cosine, among)
        + config.lead * (_contain(a.lead, b.terms) + _contain(b.lead, a.terms)) / 2
        + (config.title + config.title_of_few * (1 - among)) * _share_titles(a, b)
        + config.lead_names * _share_names(a, b)
        + config.runs * runs
        + config.numbers * shared
        + config.other_weekdays * _are_other(a.profile.weekdays, b.profile.weekdays)
        + config.other_months * _are_other(a.profile.months, b.profile.months)
        + config.crowd * among
        + config.bias
        + extra
    )


def _find_template(a: Vectors, b: Vectors, shared: Sequence[str], cosine: float, among: float) -> float:
    """How much more two texts have in common in words than in names. Among many articles words alone tell
    no event: where neither has names they count as a form, unless half of the shorter text is copied."""
    one, other = a.profile, b.profile
    if not (a.words_length and b.words_length):
        return 0.0
    if not a.names_sum and not b.names_sum:
        copied = len(one.runs & other.runs) / max(1, min(len(one.runs), len(other.runs)))
        return among * cosine * max(0.0, 1 - 2 * copied)
    if not (a.names_sum and b.names_sum):
        return 0.0
    names = [t for t in shared if t in one.names or t in other.names]
    words = (cosine - sum(a.terms[t] * b.terms[t] for t in names)) / (a.words_length * b.words_length)
    if _are_other(one.dates, other.dates) or (
        _are_other(one.weekdays, other.weekdays)
        and min(len(one.numbers), len(other.numbers)) > 1
        and not one.numbers & other.numbers
    ):
        return words
    agree = max(
        sum(a.terms[t] for t in names if t in one.names) / a.names_sum,
        sum(b.terms[t] for t in names if t in other.names) / b.names_sum,
    )
    return max(0.0, words - agree)


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


def _share_titles(a: Vectors, b: Vectors) -> float:
    """The share of the one's title that stands in the other's first lines, both ways; a little where there is none."""
    shares = [_contain(one.title, other.lead) for one, other in ((a, b), (b, a)) if one.title]
    return sum(shares) / len(shares) if shares else NO_TITLE


NO_TITLE = 0.3
"""What two titles have in common that are not at hand: between reports of one event and of two."""


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


def _find_candidates(vectors: Sequence[Vectors], config: StoriesConfig) -> set[tuple[int, int]]:
    """Pairs worth rating: for each article those that share most of the weight of its rare terms."""
    index: dict[str, list[tuple[int, float]]] = {}
    for i, v in enumerate(vectors):
        for kind, bag in (("t", v.terms), ("n", v.names), ("k", v.keys)):
            for term, x in bag.items():
                index.setdefault(kind + term, []).append((i, x))
        for run in v.profile.runs:
            index.setdefault(f"r{run}", []).append((i, 0.1))
    scores: list[defaultdict[int, float]] = [defaultdict(float) for _ in vectors]
    for term in sorted(index):
        posting = index[term]
        reach = len(posting) if len(posting) <= config.postings else config.next_of_many
        for at, (i, x) in enumerate(posting):
            row = scores[i]
            for j, y in posting[at + 1 : at + 1 + reach]:
                row[j] += x * y
    for i, row in enumerate(scores):
        for j, score in row.items():
            if j > i:
                scores[j][i] = score
    found: set[tuple[int, int]] = set()
    for i, row in enumerate(scores):
        best = heapq.nsmallest(config.candidates, row.items(), key=lambda item: (-item[1], item[0]))
        found.update((min(i, j), max(i, j)) for j, _ in best)
    return found
