"""The stages that find what is shared: frequencies → fingerprints and sketches → reprints → pairs → passages."""

from collections.abc import Iterator
from functools import partial
from typing import Generic, TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from retold.engine.alignment import AlignKernel, AlignmentConfig
from retold.engine.engine import Attachment, Engine
from retold.engine.fingerprints import CountWordsKernel, FingerprintKernel, FingerprintsConfig, Frequencies
from retold.engine.reprints import JaccardKernel, ReprintsConfig, SketchKernel
from retold.engine.sharing import PairKernel
from retold.engine.stages import Stage, Tables

Table = TypeVar("Table")

_FIRST = "first"
"""The one part of the words: how frequent they are is counted in the first articles, again as long as these are few.
Counted anew, every fingerprint is another."""

ALIKE = """\
SELECT DISTINCT a, b FROM (
  SELECT a, b FROM met WHERE NOT is_hot
  UNION ALL
  SELECT center AS a, b FROM (
    SELECT h.center, m.b, ROW_NUMBER() OVER (PARTITION BY m.b ORDER BY COUNT(*) DESC, h.center) AS place
    FROM met m JOIN (SELECT a, MIN(b) AS center FROM met WHERE is_hot GROUP BY a) h ON h.a = m.a
    WHERE m.is_hot AND m.b > h.center
    GROUP BY h.center, m.b
  ) crowd
  WHERE place <= 3
) candidates"""
"""What agrees in a band; of a crowd everyone with one of it, the three that the most bands of his lead to."""

_CLUSTERS = """\
WITH placed AS (
  SELECT c.node, c.component, COUNT(*) OVER (PARTITION BY c.component) AS articles,
    ROW_NUMBER() OVER (
      PARTITION BY c.component ORDER BY CASE WHEN a.day IS NULL THEN 1 ELSE 0 END, a.day, c.node
    ) AS place
  FROM components c JOIN articles a ON a.id = c.node
)
SELECT m.node AS article, r.node AS representative, m.articles
FROM placed m JOIN placed r ON r.component = m.component AND r.place = 1"""

_COLLAPSED = "SELECT article, representative FROM reprints WHERE article <> representative AND articles > {over}"

_WITHOUT_REPRINTS = """\
SELECT f.fp, f.article, f.day
FROM fingerprints f
LEFT JOIN collapsed c ON c.article = f.article
LEFT JOIN (
  SELECT o.article, o.fp FROM fingerprints o JOIN (SELECT DISTINCT representative FROM collapsed) r
  ON r.representative = o.article
) shown ON shown.article = c.representative AND shown.fp = f.fp
WHERE c.article IS NULL OR shown.fp IS NULL"""
"""Of a reprint in a crowd of them only what its representative has not: so nothing that it adds is lost."""

_HOT = """\
SELECT m.a AS fp, COUNT(*) AS articles, COUNT(DISTINCT a.outlet) AS outlets, MIN(a.day) AS first_day,
  MAX(a.day) AS last_day, MIN(m.b) AS example
FROM met m JOIN articles a ON a.id = m.b
WHERE m.is_hot
GROUP BY m.a"""

_IS_TOLD = "outlets >= {outlets} AND articles <= {each} * outlets"
"""Of a hot fingerprint: many outlets have it, none of them all the time. So it is a quotation, not boilerplate."""

_SHARED = """\
SELECT a, b, CAST(SUM(shared) AS BIGINT) AS shared FROM (
  SELECT a, b, COUNT(*) AS shared FROM met WHERE NOT is_hot GROUP BY a, b
  UNION ALL
  SELECT LEAST(article, earlier) AS a, GREATEST(article, earlier) AS b, COUNT(*) AS shared
  FROM (
    SELECT m.b AS article,
      LAG(m.b) OVER (PARTITION BY m.a ORDER BY CASE WHEN x.day IS NULL THEN 1 ELSE 0 END, x.day, m.b) AS earlier
    FROM met m JOIN hot h ON h.fp = m.a JOIN articles x ON x.id = m.b
    WHERE m.is_hot AND {is_told}
  ) chained
  WHERE earlier IS NOT NULL
  GROUP BY article, earlier
  UNION ALL
  SELECT LEAST(article, representative) AS a, GREATEST(article, representative) AS b, 0 AS shared FROM collapsed
) pairs
GROUP BY a, b"""
"""Who shares how many fingerprints: below the cap everyone with everyone; above it, of what is told, each with the one
before; a reprint in a crowd of them with its representative."""


def attach_texts(articles: Table) -> tuple[Attachment[Table], Attachment[Table]]:
    """The texts of both articles of a pair."""
    return Attachment("a", articles, "id", "text", "text_a"), Attachment("b", articles, "id", "text", "text_b")


def count_words(engine: Engine[Table], articles: Table, config: FingerprintsConfig) -> Table:
    """The most frequent words of some articles (`id`, `text`): `word`, `count`, and the `total` of all words."""
    return engine.sql(
        "SELECT word, CAST(SUM(count) AS BIGINT) AS count, CAST(SUM(SUM(count)) OVER () AS BIGINT) AS total "
        f"FROM counted GROUP BY word ORDER BY count DESC, word LIMIT {config.known_words}",
        counted=engine.map_batches(articles, CountWordsKernel()),
    )


def read_frequencies(engine: Engine[Table], words: Table) -> Frequencies:
    """What `count_words` counted, as the kernels take it."""
    rows = engine.collect(words)
    hashes = np.array([row["word"] for row in rows], np.int64).view(np.uint64)
    counts = np.array([row["count"] for row in rows], np.int64)
    return Frequencies.count(hashes, counts, int(rows[0]["total"] or 0) if rows else 0)


class ReuseConfig(Struct, frozen=True):
    """How copies are looked for. `told_outlets`, `told_each`: a fingerprint above the cap is a quotation and no
    boilerplate where so many outlets have it, in so many articles each at the most."""

    fingerprints: FingerprintsConfig = FingerprintsConfig()
    reprints: ReprintsConfig = ReprintsConfig()
    alignment: AlignmentConfig = AlignmentConfig()
    told_outlets: int = 20
    told_each: float = 2.0


class Reuse(Generic[Table]):
    """Finds what articles of a corpus share. Each of its stages can be made by itself, in this order."""

    def __init__(self, tables: Tables[Table], articles: Stage[Table], config: ReuseConfig) -> None:
        self._engine: Engine[Table] = tables.engine
        self._articles, self._config = articles, config
        grams, alike = config.fingerprints, config.reprints
        self.words = tables.open("words", grams, is_internal=True)
        self.fingerprints = tables.open("fingerprints", grams, is_internal=True)
        self.sketches = tables.open("sketches", alike, is_internal=True)
        self.agreeing = tables.open("agreeing", alike, is_internal=True)
        self.alike = tables.open("alike", alike, is_internal=True)
        self.clusters = tables.open("clusters", alike, is_internal=True)
        self.reprints = tables.open("reprints", alike)
        self.met = tables.open("met", config, is_internal=True)
        self.hot = tables.open("hot", config, is_internal=True)
        self.boilerplate = tables.open("boilerplate", config)
        self.shared = tables.open("shared", config)
        self.paired = tables.open("paired", config, is_internal=True)
        self.aligned = tables.open("aligned", config, is_internal=True)
        self.passages = tables.open("passages", config)

    def run(self) -> Iterator[str]:
        """Makes what is not there yet; before each stage its name."""
        yield "fingerprints"
        self.make_fingerprints()
        yield "reprints"
        self.make_reprints()
        yield "pairs"
        self.make_pairs()
        yield "passages"
        self.make_passages()

    def make_fingerprints(self) -> None:
        """The frequencies, once; the fingerprints of each part of the articles that has none."""
        engine, config = self._engine, self._config.fingerprints
        rows, counted = self._articles.rows, int(self.words.tell_origin(_FIRST)) if self.words.parts else 0
        if not counted or (counted < config.sample_all_up_to and rows >= 2 * counted):
            one_in = config.sample_one_in if rows > config.sample_all_up_to else 1

            sample = engine.sql(
                f"SELECT id, text FROM articles WHERE id % {one_in} = 0", articles=self._articles.read()
            )
            self.words.make_part(_FIRST, str(rows), partial(count_words, engine, sample, config))
        kernel = FingerprintKernel(config, self._read_frequencies())
        for part in self._articles.parts:
            self.fingerprints.make_part(part, self.words.digest, partial(self._map_part, part, kernel))

    def make_reprints(self) -> None:
        """Sketches, what agrees in them, the reprints among that, and their clusters."""
        engine, config = self._engine, self._config
        kernel = SketchKernel(config.reprints)
        for part in self._articles.parts:
            self.sketches.make_part(part, "", partial(self._map_part, part, kernel))
        pairing = PairKernel(config.reprints.crowd, config.fingerprints.window_days)
        self.agreeing.make_whole(
            [self.sketches],
            lambda: engine.partition_sort_map(self.sketches.read(), ["fp"], ["day", "article"], pairing, least_rows=2),
        )
        self.alike.make_whole(
            [self.agreeing],
            lambda: engine.map_batches(
                engine.sql(ALIKE, met=self.agreeing.read()),
                JaccardKernel(config.reprints),
                attach_texts(self._articles.read()),
            ),
        )
        self.clusters.make_whole(
            [self.alike],
            lambda: engine.sql(
                _CLUSTERS,
                components=engine.components(engine.sql("SELECT a, b FROM alike", alike=self.alike.read())),
                articles=self._articles.read(),
            ),
        )

        with_representatives = engine.sql(
            "SELECT article AS a, representative AS b FROM clusters", clusters=self.clusters.read()
        )
        self.reprints.make_whole(
            [self.clusters],
            lambda: engine.sql(
                "SELECT c.article, c.representative, c.articles, s.share "
                "FROM clusters c JOIN shares s ON s.a = c.article",
                clusters=self.clusters.read(),
                shares=engine.map_batches(
                    with_representatives,
                    JaccardKernel(replace(config.reprints, least_share=0.0)),
                    attach_texts(self._articles.read()),
                ),
            ),
        )

    def make_pairs(self) -> None:
        """Who shares a fingerprint with whom, and what everyone has."""
        engine, config = self._engine, self._config
        collapsed = engine.sql(_COLLAPSED.format(over=config.reprints.collapse_over), reprints=self.reprints.read())

        def read_prints() -> Table:
            if not engine.collect(engine.sql("SELECT article FROM collapsed LIMIT 1", collapsed=collapsed)):
                return self.fingerprints.read()
            return engine.sql(_WITHOUT_REPRINTS, fingerprints=self.fingerprints.read(), collapsed=collapsed)

        pairing = PairKernel(config.fingerprints.cap, config.fingerprints.window_days)
        self.met.make_whole(
            [self.fingerprints, self.reprints],
            lambda: engine.partition_sort_map(read_prints(), ["fp"], ["day", "article"], pairing, least_rows=2),
        )
        self.hot.make_whole([self.met], lambda: engine.sql(_HOT, met=self.met.read(), articles=self._articles.read()))
        is_told = _IS_TOLD.format(outlets=config.told_outlets, each=config.told_each)
        self.boilerplate.make_whole(
            [self.hot], lambda: engine.sql(f"SELECT * FROM hot WHERE NOT ({is_told})", hot=self.hot.read())
        )
        self.shared.make_whole(
            [self.met, self.hot, self.reprints],
            lambda: engine.sql(
                _SHARED.format(is_told=is_told),
                met=self.met.read(),
                hot=self.hot.read(),
                collapsed=collapsed,
                articles=self._articles.read(),
            ),
        )

    def make_passages(self) -> None:
        """The words that each pair shares. Pairs that were aligned before are not aligned again."""
        engine = self._engine
        part = self.shared.digest
        known = self.paired.parts
        if part not in known:
            pairs = engine.sql("SELECT a, b FROM shared ORDER BY a, b", shared=self.shared.read())
            if known:
                pairs = engine.sql(
                    "SELECT s.a, s.b FROM pairs s LEFT JOIN paired p ON p.a = s.a AND p.b = s.b WHERE p.a IS NULL",
                    pairs=pairs,
                    paired=self.paired.read(),
                )
            self.paired.make_part(part, "", lambda: pairs)
        everywhere = np.sort(np.array(self.boilerplate.load(["fp"])["fp"], np.int64).view(np.uint64))
        kernel = AlignKernel(self._config.alignment, self._config.fingerprints, self._read_frequencies(), everywhere)
        for name in self.paired.parts:
            self.aligned.make_part(name, self.words.digest, partial(self._align_part, name, kernel))
        self.passages.make_whole(
            [self.shared, self.aligned],
            lambda: engine.sql(
                "SELECT l.* FROM aligned l JOIN shared s ON s.a = l.a AND s.b = l.b",
                aligned=self.aligned.read(),
                shared=self.shared.read(),
            ),
        )

    def _align_part(self, name: str, kernel: AlignKernel) -> Table:
        return self._engine.map_batches(self.paired.read([name]), kernel, attach_texts(self._articles.read()))

    def _map_part(self, part: str, kernel: FingerprintKernel | SketchKernel) -> Table:
        articles = self._articles.read([part])
        return self._engine.map_batches(
            self._engine.sql("SELECT id, day, text FROM articles", articles=articles), kernel
        )

    def _read_frequencies(self) -> Frequencies:
        return read_frequencies(self._engine, self.words.read())
