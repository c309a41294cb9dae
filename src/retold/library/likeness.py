"""The second phase of a build: which articles may report one event. An index in the file finds candidates for each new
article; each pair gets its log-odds from `retold.relate.stories`.

How rare a word is, is counted over the whole library and then stands: the count is made anew when the library has
grown, not with every article, so that a new article costs what its own candidates cost.
"""

import heapq
import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from retold.library.file import write
from retold.library.keys import make_key
from retold.library.values import LibraryConfig
from retold.relate.packing import unpack_profile
from retold.relate.postings import RUN_WEIGHT, choose_runs, choose_terms
from retold.relate.profiles import Profile
from retold.relate.stories import Background, Vectors, count_terms, rate_pair, weigh_profile

_DAYS = 7
_UNDATED = -1
_CACHED = 4000
"""So many weighed profiles are kept in memory, some 50 KB each."""
_INDEX_BATCH, _RATE_BATCH = 500, 100


def renew_background(connection: sqlite3.Connection, config: LibraryConfig, *, is_wanted: bool = False) -> None:
    """Counts the terms of all articles anew where the library has grown enough, and lets every pair be rated again.

    `is_wanted`: also where it has grown by little. One transaction. Linear in the library where it does something,
    else a look.
    """
    count, digest = connection.execute(
        "SELECT count(*), coalesce(sum(id & 0xffffffff), 0) FROM articles WHERE is_latest = 1"
    ).fetchone()
    known, known_digest = connection.execute("SELECT articles, digest FROM backgrounds").fetchone() or (0, 0)
    is_due = is_wanted or count <= config.regroup_up_to or count >= known * config.regroup_growth
    if not count or digest == known_digest or not is_due:
        return
    counts = count_terms(_read_profiles(connection))
    kept = _drop_singles(counts)
    with write(connection):
        connection.execute("DELETE FROM backgrounds")
        connection.execute(
            "INSERT INTO backgrounds (articles, digest, counts) VALUES (?, ?, ?)",
            (count, digest, zlib.compress(msgspec.msgpack.encode(kept), 1)),
        )
        connection.execute("DELETE FROM postings")
        connection.execute("DELETE FROM likenesses")
        connection.execute("UPDATE articles SET stage = 0 WHERE is_latest = 1")


def _drop_singles(counts: Background) -> Background:
    """The counts without those that say "once", which is what a term counts that isn't in them: most terms."""

    def drop(bag: dict[str, int], *others: dict[str, int]) -> dict[str, int]:
        return {t: n for t, n in sorted(bag.items()) if n + sum(other.get(t, 0) for other in others) > 1}

    return Background(
        counts.articles,
        drop(counts.words, counts.names),
        dict(sorted(counts.frequent.items())),
        drop(counts.names, counts.words),
        drop(counts.numbers),
        drop(counts.keys),
        drop(counts.outlets),
    )


def _read_profiles(connection: sqlite3.Connection) -> Iterator[Profile]:
    for (data,) in connection.execute(
        "SELECT f.profile FROM findings f JOIN articles a ON a.id = f.article_id WHERE a.is_latest = 1"
    ):
        profile = unpack_profile(data)
        yield replace(profile, runs=frozenset())


class Likeness:
    """Indexes and rates the articles that wait for it, a batch a transaction."""

    def __init__(self, connection: sqlite3.Connection, config: LibraryConfig) -> None:
        self.connection, self.config = connection, config
        self.stories = config.compare.stories
        row = connection.execute("SELECT counts FROM backgrounds").fetchone()
        self.background: Background | None = (
            msgspec.msgpack.decode(zlib.decompress(row[0]), type=Background) if row else None
        )
        self._cache: OrderedDict[int, Vectors] = OrderedDict()

    def index(self, report: Callable[[int, int], None]) -> None:
        """Writes the rarest terms of each article into the index. `report` is told how many of how many are done."""
        waiting = self._list_waiting(0)
        report(0, len(waiting))
        for at in range(0, len(waiting), _INDEX_BATCH):
            batch = waiting[at : at + _INDEX_BATCH]
            postings = [
                (term, self._find_week(vectors), article)
                for article in batch
                for vectors in [self._weigh(article)]
                for term in self._choose_terms(vectors)
            ]
            with write(self.connection):
                self.connection.executemany(
                    "INSERT OR IGNORE INTO postings (term, week, article_id) VALUES (?, ?, ?)", sorted(postings)
                )
                self.connection.executemany("UPDATE articles SET stage = 1 WHERE id = ?", [(a,) for a in batch])
            report(at + len(batch), len(waiting))

    def rate(self, report: Callable[[int, int], None]) -> None:
        """Rates each article with its candidates. All must be indexed: then it doesn't matter who comes first."""
        waiting = self._list_waiting(1)
        report(0, len(waiting))
        for at in range(0, len(waiting), _RATE_BATCH):
            batch = waiting[at : at + _RATE_BATCH]
            rated: dict[tuple[int, int], float] = {}
            for article in batch:
                for other in self._find_candidates(article):
                    pair = (min(article, other), max(article, other))
                    if pair not in rated:
                        rated[pair] = self.rate_pair(*pair)
            rows = [(a, b, odds) for (a, b), odds in sorted(rated.items()) if odds > self.stories.unrelated]
            with write(self.connection):
                self.connection.executemany(
                    "INSERT OR IGNORE INTO likenesses (article_id, other_id, odds) VALUES (?, ?, ?)",
                    [*rows, *((b, a, odds) for a, b, odds in rows)],
                )
                self.connection.executemany("UPDATE articles SET stage = 2 WHERE id = ?", [(a,) for a in batch])
            report(at + len(batch), len(waiting))

    def _list_waiting(self, stage: int) -> list[int]:
        return [
            id_
            for (id_,) in self.connection.execute(
                "SELECT id FROM articles WHERE stage = ? AND is_latest = 1 ORDER BY id", (stage,)
            )
        ]

    def _weigh(self, article: int) -> Vectors:
        known = self._cache.get(article)
        if known is not None:
            self._cache.move_to_end(article)
            return known
        assert self.background is not None
        (data,) = self.connection.execute("SELECT profile FROM findings WHERE article_id = ?", (article,)).fetchone()
        vectors = weigh_profile(unpack_profile(data), self.background, self.stories)
        self._cache[article] = vectors
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return vectors

    def rate_pair(self, article: int, other: int) -> float:
        """The log-odds that two articles report one event, by the counts that stand."""
        assert self.background is not None
        return rate_pair(self._weigh(article), self._weigh(other), self.background.articles, self.stories)

    def _find_week(self, vectors: Vectors) -> int:
        day = vectors.profile.day
        return _UNDATED if day is None else day // _DAYS

    def _choose_terms(self, vectors: Vectors) -> dict[int, float]:
        """The keys of an article's index terms, with what sharing one is worth."""
        chosen = {make_key(kind, term): x for kind, term, x in choose_terms(vectors, self.config.index_terms)}
        return chosen | dict.fromkeys(choose_runs(vectors, self.config.run_share), RUN_WEIGHT)

    def _find_candidates(self, article: int) -> list[int]:
        """The articles that share the most of this one's rare terms, best first."""
        if self.background is not None and self.background.articles <= self.stories.compare_all_up_to:
            return [
                id_
                for (id_,) in self.connection.execute(
                    "SELECT id FROM articles WHERE is_latest = 1 AND id <> ? ORDER BY id", (article,)
                )
            ]
        vectors = self._weigh(article)
        week = self._find_week(vectors)
        limit = self.config.postings + 1
        scores: dict[int, float] = {}
        shared: dict[int, int] = {}
        for term, weight in sorted(self._choose_terms(vectors).items()):
            found = self._find_holders(term, week, limit)
            if len(found) == limit:
                found = self._find_next(term, week, article)
            for other in found:
                scores[other] = scores.get(other, 0.0) + weight * weight
                shared[other] = shared.get(other, 0) + 1
        scores.pop(article, None)
        best = heapq.nsmallest(
            self.config.candidates,
            ((-score, other) for other, score in scores.items() if shared[other] >= self.config.least_shared),
        )
        return [other for _, other in best if self._is_latest(other)]

    def _find_holders(self, term: int, week: int, limit: int) -> list[int]:
        """At most `limit` articles that have a term and can be of one event by their week."""
        if week == _UNDATED:
            rows = self.connection.execute("SELECT article_id FROM postings WHERE term = ? LIMIT ?", (term, limit))
        else:
            rows = self.connection.execute(
                "SELECT article_id FROM postings WHERE term = ? AND week IN (-1, ?, ?, ?) LIMIT ?",
                (term, week - 1, week, week + 1, limit),
            )
        return [other for (other,) in rows]

    def _find_next(self, term: int, week: int, article: int) -> list[int]:
        """Of the many articles that have a term, those of the same week whose keys are next to the article's own."""
        return [
            other
            for sign, order in (("<", "DESC"), (">", "ASC"))
            for (other,) in self.connection.execute(
                f"SELECT article_id FROM postings WHERE term = ? AND week = ? AND article_id {sign} ? "
                f"ORDER BY article_id {order} LIMIT ?",
                (term, week, article, self.stories.next_of_many),
            )
        ]

    def _is_latest(self, article: int) -> bool:
        row = self.connection.execute("SELECT is_latest FROM articles WHERE id = ?", (article,)).fetchone()
        return bool(row[0])
