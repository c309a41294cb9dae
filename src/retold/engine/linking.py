"""Rated pairs of a corpus → stories: what hangs together is linked as in a comparison, a component at a time.

    LIKENESSES → select_edges → components → select_links → LinkKernel → select_stories

Two articles of different components have no good pair between them, so each component can be linked by itself.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from retold.engine.kernels import REASON, explain
from retold.engine.rating import RATING, CorpusCounts, RatingConfig, VectorsShelf
from retold.engine.tables import LINKED
from retold.relate.linkage import link_pairs
from retold.relate.packing import unpack_profile


def select_edges() -> str:
    """SQL: `likenesses` → the pairs (a, b) by which articles hang together."""
    return "SELECT a, b FROM likenesses WHERE odds > 0"


def select_links() -> str:
    """SQL: `components` (node, component), `likenesses` and `found` → what `LinkKernel` reads, by component: a row
    an article with its profile, a row a pair with its odds."""
    return """\
SELECT c.component, c.node AS article, f.profile, CAST(NULL AS BIGINT) AS other, CAST(NULL AS DOUBLE) AS odds
FROM components c JOIN found f ON f.article = c.node
UNION ALL
SELECT c.component, l.a AS article, NULL AS profile, l.b AS other, l.odds
FROM likenesses l JOIN components c ON c.node = l.a JOIN components d ON d.node = l.b
WHERE c.component = d.component AND l.odds IS NOT NULL"""


def select_stories() -> str:
    """SQL: `found`, `linked` and `reprints` (article, representative) → the story of every article: that of its
    representative; one of its own where nothing else fits. A story is called after the smallest id of those linked."""
    return """\
SELECT COALESCE(l.story, r.representative, f.article) AS story, f.article
FROM found f
LEFT JOIN reprints r ON r.article = f.article
LEFT JOIN linked l ON l.article = COALESCE(r.representative, f.article)
WHERE f.reason IS NULL"""


class LinkKernel:
    """Components, as `select_links` gives them → LINKED: each article with its story. For groups of `component`.

    The judgement and its cost are those of `retold.relate.linkage`: near linear in the pairs, and at most 256 ratings
    for two groups that meet. A component that can't be linked leaves its articles alone, with a `reason` each.
    """

    group: str | None = "component"

    def __init__(self, counts: CorpusCounts, config: RatingConfig = RATING) -> None:
        self._counts, self._config = counts, config

    @property
    def schema(self) -> pa.Schema:
        return LINKED

    def reject(self, rows: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        """A component that is not linked: every article is a story of its own."""
        articles = sorted(set(rows.column("article").to_pylist()))
        return pa.RecordBatch.from_pylist([{"story": a, "article": a, REASON: reason} for a in articles], schema=LINKED)

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        shelf = VectorsShelf(self._counts, self._config.stories)
        for rows in split_groups(batch, "component"):
            try:
                yield pa.RecordBatch.from_pylist(self._link(rows, shelf), schema=LINKED)
            except Exception as e:
                yield self.reject(rows, explain(e))

    def _link(self, rows: pa.RecordBatch, shelf: VectorsShelf) -> list[dict[str, object]]:
        listed = rows.select(["article", "profile", "other", "odds"]).to_pylist()
        profiles: dict[int, bytes] = {row["article"]: row["profile"] for row in listed if row["profile"] is not None}
        # Where linkage needs an order, it is that of a comparison: by content
        by_content = {article: unpack_profile(data).sha256 for article, data in profiles.items()}
        members = sorted(profiles, key=lambda article: (by_content[article], article))
        place = {article: n for n, article in enumerate(members)}
        pairs: dict[tuple[int, int], float] = {}
        for row in listed:
            if row["odds"] is not None:
                one, other = place[row["article"]], place[row["other"]]
                pairs[min(one, other), max(one, other)] = row["odds"]

        def rate(i: int, j: int) -> float:
            a, b = members[i], members[j]
            return shelf.rate((a, profiles[a]), (b, profiles[b]))

        groups = link_pairs(len(members), pairs, rate, self._config.stories.linkage, self._counts.articles)
        stories = sorted(sorted(members[n] for n in group) for group in groups)
        return [{"story": story[0], "article": article} for story in stories for article in story]


def split_groups(batch: pa.RecordBatch, column: str) -> Iterator[pa.RecordBatch]:
    """The groups of a batch: rows that stand together and have one value there."""
    values: Sequence[int] = batch.column(column).to_pylist()
    start = 0
    for n in range(1, len(values) + 1):
        if n == len(values) or values[n] != values[start]:
            yield batch.slice(start, n - start)
            start = n
