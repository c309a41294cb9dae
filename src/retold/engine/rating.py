"""Which articles of a corpus report one event: rare terms make candidate pairs, and each pair gets its log-odds from
`retold.relate.stories`, as in a comparison and in a library.

    FOUND → TermsKernel → select_term_counts → CorpusCounts → IndexKernel → select_candidates → RateKernel → `linking`

The SQL is what DuckDB and Spark have in common; the names of its tables are those of this page. Of near-duplicates only
one representative goes this way: a wire story in a thousand papers is one article here.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from retold.engine.kernels import REASON, explain
from retold.engine.tables import LIKENESSES, POSTINGS, TERMS
from retold.relate.packing import unpack_profile
from retold.relate.postings import RUN_WEIGHT, choose_runs, choose_terms
from retold.relate.profiles import Profile
from retold.relate.stories import Background, StoriesConfig, Vectors, rate_pair, weigh_profile

_EPOCH = 719_163
"""1970-01-01, as profiles count days."""
_UNIT = 1000
"""Weights are whole numbers in SQL, so that sums are the same in whatever order an engine adds."""
_CACHED = 1000


class RatingConfig(Struct, frozen=True):
    """How candidates are found; `stories` says how they are judged.

    `least_count`: a term that fewer articles have counts as if one had it, which saves counting most terms.
    `index_terms`, `run_share`, `least_shared`, `candidates`: as in a library. `postings`: of more articles that have a
    term within two windows, each finds the `next_of_many` ones only. `window_days`: no further apart are two articles
    that are held against each other, where both are dated: about where days cost what they cost at most.
    """

    stories: StoriesConfig = StoriesConfig()
    least_count: int = 2
    index_terms: int = 32
    run_share: int = 16
    postings: int = 60
    next_of_many: int = 2
    least_shared: int = 2
    candidates: int = 20
    window_days: int = 10


RATING = RatingConfig()


@lru_cache(maxsize=1 << 16)
def _hash_term(kind: str, term: str) -> int:
    """A signed number of 64 bits for a term of a kind, odd for frequent words alone: of ten million terms, hardly ever
    two have the same."""
    number = int.from_bytes(blake2b(f"{kind}\0{term}".encode(), digest_size=8).digest(), "big", signed=True)
    return number | 1 if kind == "frequent" else number & ~1


def _list_terms(profile: Profile) -> Iterator[tuple[str, Iterable[str]]]:
    """The terms of an article as they are counted. A `term` is a word or a name: most articles have it as either."""
    yield "term", {**profile.words, **profile.names}
    yield "name", profile.names
    yield "frequent", profile.frequent
    yield "number", profile.numbers
    yield "key", profile.keys
    yield "outlet", (profile.outlet or "",)


class TermsKernel:
    """FOUND (`article`, `profile`) → TERMS: each term of each article once."""

    @property
    def schema(self) -> pa.Schema:
        return TERMS

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        articles: list[int] = []
        hashes: list[int] = []
        for article, data in zip(*(batch.column(name).to_pylist() for name in ("article", "profile")), strict=True):
            if data is None:
                continue
            found = sorted(_hash_term(kind, t) for kind, terms in _list_terms(unpack_profile(data)) for t in terms)
            articles += [article] * len(found)
            hashes += found
        yield pa.RecordBatch.from_arrays([pa.array(articles, pa.int64()), pa.array(hashes, pa.int64())], schema=TERMS)


def select_term_counts(config: RatingConfig = RATING) -> str:
    """SQL: `terms` → how many articles have each. The rare ones are left out, which is most of them; of frequent words
    there are few."""
    return f"""\
SELECT term, COUNT(*) AS articles
FROM terms
GROUP BY term
HAVING COUNT(*) >= {config.least_count} OR term % 2 <> 0"""


class CorpusCounts:
    """How many articles of a corpus have each term: what tells a rare word from a common one. 12 bytes a term."""

    def __init__(self, articles: int, terms: NDArray[np.int64], counts: NDArray[np.int32]) -> None:
        self.articles, self._terms, self._counts = articles, terms, counts

    @classmethod
    def read(cls, articles: int, counted: pa.Table) -> "CorpusCounts":
        """From what `select_term_counts` counted among `articles` articles, in whatever order."""
        terms = counted["term"].to_numpy()
        order = np.argsort(terms)
        return cls(articles, terms[order], counted["articles"].to_numpy()[order].astype(np.int32))

    def select(self, profile: Profile) -> Background:
        """The counts of the terms that an article has, as a comparison would have them."""
        kinds = [(kind, list(terms)) for kind, terms in _list_terms(profile)]
        hashes = np.array([_hash_term(kind, term) for kind, terms in kinds for term in terms], np.int64)
        found: dict[str, dict[str, int]] = {}
        if len(self._terms):
            at = np.minimum(np.searchsorted(self._terms, hashes), len(self._terms) - 1)
            counts = np.where(self._terms[at] == hashes, self._counts[at], 0).tolist()
        else:
            counts = [0] * len(hashes)
        start = 0
        for kind, terms in kinds:
            of_kind = zip(terms, counts[start : start + len(terms)], strict=True)
            found[kind] = {term: count for term, count in of_kind if count}
            start += len(terms)
        names = found["name"]
        words = {term: count - names.get(term, 0) for term, count in found["term"].items()}
        return Background(
            self.articles, words, found["frequent"], names, found["number"], found["key"], found["outlet"]
        )

    def weigh(self, profile: Profile, config: StoriesConfig) -> Vectors:
        """A profile with its terms weighed by these counts."""
        return weigh_profile(profile, self.select(profile), config)


class IndexKernel:
    """FOUND (`article`, `profile`) → POSTINGS: what the index finds each article by."""

    def __init__(self, counts: CorpusCounts, config: RatingConfig = RATING) -> None:
        self._counts, self._config = counts, config

    @property
    def schema(self) -> pa.Schema:
        return POSTINGS

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        rows: list[tuple[int, int, int | None, int | None, int]] = []
        for article, data in zip(*(batch.column(name).to_pylist() for name in ("article", "profile")), strict=True):
            if data is None:
                continue
            profile = unpack_profile(data)
            vectors = self._counts.weigh(profile, self._config.stories)
            day = None if profile.day is None else profile.day - _EPOCH
            week = None if day is None else day // self._config.window_days
            chosen = {_hash_term(k, t): weight for k, t, weight in choose_terms(vectors, self._config.index_terms)}
            chosen |= dict.fromkeys(choose_runs(vectors, self._config.run_share), RUN_WEIGHT)
            rows += [(term, article, day, week, round(weight * _UNIT)) for term, weight in sorted(chosen.items())]
        columns = list(zip(*rows, strict=True)) or [()] * len(POSTINGS)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, POSTINGS, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=POSTINGS)


def select_all_pairs() -> str:
    """SQL: `postings` → every pair of articles (a < b). For up to `compare_all_up_to` articles, as in a comparison."""
    return """\
WITH ids AS (SELECT DISTINCT article FROM postings)
SELECT x.article AS a, y.article AS b
FROM ids x JOIN ids y ON x.article < y.article"""


def select_candidates(config: RatingConfig = RATING) -> str:
    """SQL: `postings` → the pairs (a < b) that are worth rating: of each article those that share the most of the
    weight of its index terms.

    An article stands under each of its terms in the block of its own window and in that of the next, so that two no
    more than a window apart meet in one block. A block of more than `postings` articles is walked along only. Articles
    without a date stand in one block with all that share a term. Cost: at most `postings` / 2 pairs a posting.

    The rows come in an order that puts articles with the same neighbours near each other. Nothing depends on it; who
    rates them in this order has each article at hand when it comes again.
    """
    few, window, near = config.postings, config.window_days, config.next_of_many
    return f"""\
WITH blocks AS (
  SELECT term, week AS block, article, day, week, weight FROM postings WHERE week IS NOT NULL
  UNION ALL
  SELECT term, week + 1 AS block, article, day, week, weight FROM postings WHERE week IS NOT NULL
), small AS (
  SELECT term, block FROM blocks GROUP BY term, block HAVING COUNT(*) BETWEEN 2 AND {few}
), undated AS (
  SELECT term, COUNT(*) AS articles FROM postings GROUP BY term HAVING COUNT(*) > 1 AND COUNT(week) < COUNT(*)
), large AS (
  SELECT term, block FROM blocks GROUP BY term, block HAVING COUNT(*) > {few}
), walked AS (
  SELECT p.term, p.week, p.article, p.weight,
    ROW_NUMBER() OVER (PARTITION BY p.term, p.week ORDER BY p.article) AS place
  FROM postings p JOIN large l ON p.term = l.term AND p.week = l.block
), roamed AS (
  SELECT p.term, p.week, p.article, p.weight, ROW_NUMBER() OVER (PARTITION BY p.term ORDER BY p.article) AS place
  FROM postings p JOIN undated u ON p.term = u.term
  WHERE u.articles > {few}
), shared AS (
  SELECT x.article AS a, y.article AS b, x.weight * y.weight AS worth
  FROM small s
  JOIN blocks x ON x.term = s.term AND x.block = s.block
  JOIN blocks y ON y.term = s.term AND y.block = s.block
  WHERE x.article < y.article AND (x.week = s.block OR y.week = s.block)
    AND x.day - y.day BETWEEN {-window} AND {window}
  UNION ALL
  SELECT x.article AS a, y.article AS b, x.weight * y.weight AS worth
  FROM undated u JOIN postings x ON x.term = u.term JOIN postings y ON y.term = u.term
  WHERE u.articles <= {few} AND x.article < y.article AND (x.week IS NULL OR y.week IS NULL)
  UNION ALL
  SELECT x.article AS a, y.article AS b, x.weight * y.weight AS worth
  FROM walked x JOIN walked y ON x.term = y.term AND x.week = y.week
    AND y.place BETWEEN x.place + 1 AND x.place + {near}
  UNION ALL
  SELECT x.article AS a, y.article AS b, x.weight * y.weight AS worth
  FROM roamed x JOIN roamed y ON x.term = y.term AND y.place BETWEEN x.place + 1 AND x.place + {near}
  WHERE x.week IS NULL OR y.week IS NULL
), scored AS (
  SELECT a, b, SUM(worth) AS score FROM shared GROUP BY a, b HAVING COUNT(*) >= {config.least_shared}
), ranked AS (
  SELECT a, b, ROW_NUMBER() OVER (PARTITION BY own ORDER BY score DESC, other) AS place
  FROM (
    SELECT a, b, a AS own, b AS other, score FROM scored
    UNION ALL
    SELECT a, b, b AS own, a AS other, score FROM scored
  ) seen
), pairs AS (
  SELECT DISTINCT a, b FROM ranked WHERE place <= {config.candidates}
), anchors AS (
  SELECT article, CASE WHEN MIN(other) < article THEN MIN(other) ELSE article END AS anchor
  FROM (SELECT a AS article, b AS other FROM pairs UNION ALL SELECT b AS article, a AS other FROM pairs) met
  GROUP BY article
)
SELECT p.a, p.b
FROM pairs p JOIN anchors x ON x.article = p.a JOIN anchors y ON y.article = p.b
ORDER BY GREATEST(x.anchor, y.anchor), p.a, p.b"""


class VectorsShelf:
    """The weighed profiles of the articles seen last: an article stands in many pairs."""

    def __init__(self, counts: CorpusCounts, config: StoriesConfig) -> None:
        self.counts, self.config = counts, config
        self._known: OrderedDict[int, Vectors] = OrderedDict()

    def find(self, article: int, data: bytes) -> Vectors:
        """The vectors of an article, whose packed profile is `data`."""
        known = self._known.get(article)
        if known is not None:
            self._known.move_to_end(article)
            return known
        vectors = self._known[article] = self.counts.weigh(unpack_profile(data), self.config)
        if len(self._known) > _CACHED:
            self._known.popitem(last=False)
        return vectors

    def rate(self, one: tuple[int, bytes], other: tuple[int, bytes]) -> float:
        """The log-odds that two articles report one event."""
        a, b = sorted((one, other))
        return rate_pair(self.find(*a), self.find(*b), self.counts.articles, self.config)


class RateKernel:
    """Pairs with their profiles (a, b, profile_a, profile_b) → LIKENESSES: those whose log-odds are above `unrelated`.

    Cost: some 0.06 ms a pair, and 0.2 ms for an article that was not seen lately: a third of them in the order in which
    the candidates come, nearly all in another.
    """

    def __init__(self, counts: CorpusCounts, config: RatingConfig = RATING) -> None:
        self._counts, self._config = counts, config
        self._shelf: VectorsShelf | None = None

    def __reduce__(self) -> tuple[type["RateKernel"], tuple[CorpusCounts, RatingConfig]]:
        return RateKernel, (self._counts, self._config)

    @property
    def schema(self) -> pa.Schema:
        return LIKENESSES

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        if self._shelf is None:
            self._shelf = VectorsShelf(self._counts, self._config.stories)
        rows: list[dict[str, object]] = []
        for pair in batch.select(["a", "b", "profile_a", "profile_b"]).to_pylist():
            a, b, data_a, data_b = pair.values()
            try:
                odds = self._shelf.rate((a, data_a), (b, data_b))
            except Exception as e:
                rows.append({"a": a, "b": b, REASON: explain(e)})
                continue
            if odds > self._config.stories.unrelated:
                rows.append({"a": a, "b": b, "odds": odds})
        yield pa.RecordBatch.from_pylist(rows, schema=LIKENESSES)
