"""The stages that find who said what: quotations, speakers, citations; then stories, and what became of it in each."""

from collections.abc import Iterator
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from retold.engine.annotation import AnnotateKernel, UnnestKernel
from retold.engine.engine import Attachment, Engine
from retold.engine.isolation import Isolated
from retold.engine.linking import LinkKernel, select_edges, select_links, select_stories
from retold.engine.manifests import make_digest
from retold.engine.rating import (
    CorpusCounts,
    IndexKernel,
    RateKernel,
    RatingConfig,
    TermsKernel,
    select_all_pairs,
    select_candidates,
    select_term_counts,
)
from retold.engine.stages import Stage, Tables
from retold.engine.tables import (
    CHANGES,
    CITATIONS,
    DERIVATIONS,
    FAMILIES,
    LEFT_OUT,
    QUOTATIONS,
    READINGS,
    SPEAKERS,
)
from retold.engine.tracing import StoryConfig, TraceKernel, select_story_rows
from retold.evidence import CompareConfig

Table = TypeVar("Table")

_ORIGINALS = """\
SELECT f.article, f.day, f.profile FROM found f LEFT JOIN copies c ON c.article = f.article WHERE c.article IS NULL"""
_TERMS_OF_ORIGINALS = "SELECT t.* FROM terms t LEFT JOIN copies c ON c.article = t.article WHERE c.article IS NULL"
_COPIES = "SELECT article, representative FROM reprints WHERE article <> representative AND share >= {least}"

_STORIES = """\
SELECT m.story, COUNT(*) AS articles, COUNT(DISTINCT a.outlet) AS outlets, COUNT(DISTINCT a.language) AS languages,
  MIN(a.day) AS first_day, MAX(a.day) AS last_day
FROM members m JOIN articles a ON a.id = m.article
GROUP BY m.story"""

_TOLD = """\
SELECT story, COUNT(*) AS articles, CAST(SUM(article % 2147483647) AS BIGINT) AS sum_a,
  CAST(SUM(article % 1000003) AS BIGINT) AS sum_b
FROM members GROUP BY story HAVING COUNT(*) > 1"""
"""Stories of two reports and more, with sums that tell whether their articles are still the same."""
_SAME = "k.story = t.story AND k.articles = t.articles AND k.sum_a = t.sum_a AND k.sum_b = t.sum_b"


class FindingsConfig(Struct, frozen=True):
    """How findings are made; `compare`: as in a comparison. `timeout_s`: an article, or a story, that takes longer is
    set aside."""

    compare: CompareConfig = CompareConfig()
    rating: RatingConfig = RatingConfig()
    same_report: float = 0.8
    """A reprint that has so much in common with the representative of its cluster joins its story without being looked
    at. Of less, it may be the same form filled in for another day."""
    longest_whole: int = StoryConfig().longest_whole
    most_articles: int = StoryConfig().most_articles
    timeout_s: float = 600.0


class Findings(Generic[Table]):
    """Finds who said what in the articles of a corpus, and what became of it. Its stages in their order.

    `workers`: processes that annotate and trace, on each machine.
    """

    def __init__(
        self,
        tables: Tables[Table],
        articles: Stage[Table],
        reprints: Stage[Table],
        config: FindingsConfig,
        workers: int = 1,
    ) -> None:
        self._engine: Engine[Table] = tables.engine
        self._articles, self._reprints, self._workers = articles, reprints, workers
        self._config = config
        self._rating = replace(config.rating, stories=config.compare.stories)
        self.found = tables.open("found", config.compare, is_internal=True)
        self.quotations = tables.open("quotations", config.compare)
        self.speakers = tables.open("speakers", config.compare)
        self.citations = tables.open("citations", config.compare)
        self.terms = tables.open("terms", config.compare, is_internal=True)
        self.counts = tables.open("counts", self._rating, is_internal=True)
        self.postings = tables.open("postings", self._rating, is_internal=True)
        self.candidates = tables.open("candidates", self._rating, is_internal=True)
        self.likenesses = tables.open("likenesses", self._rating, is_internal=True)
        self.linked = tables.open("linked", self._rating, is_internal=True)
        self.members = tables.open("members", self._rating)
        self.stories = tables.open("stories", self._rating)
        self.told = tables.open("told", config, is_internal=True)
        self.traced = tables.open("traced", config, is_internal=True)
        self.families = tables.open("families", config)
        self.readings = tables.open("readings", config)
        self.changes = tables.open("changes", config)
        self.derivations = tables.open("derivations", config)
        self.left_out = tables.open("left_out", config)

    def run(self) -> Iterator[str]:
        """Makes what is not there yet; before each stage its name."""
        yield "quotations"
        self.annotate()
        if self.found.rows:
            yield "stories"
            self.group_stories()
            yield "families"
            self.trace_stories()

    def annotate(self) -> None:
        """What each article tells by itself."""
        with Isolated(AnnotateKernel(self._config.compare), self._workers, self._config.timeout_s) as kernel:
            for part in self._articles.parts:
                self.found.make_part(part, "", partial(self._map_part, self._articles, part, kernel), sets_aside=True)
        for stage, schema in ((self.quotations, QUOTATIONS), (self.speakers, SPEAKERS), (self.citations, CITATIONS)):
            for part in self.found.parts:
                stage.make_part(part, "", partial(self._map_part, self.found, part, UnnestKernel(stage.name, schema)))
        for part in self.found.parts:
            self.terms.make_part(part, "", partial(self._list_terms, part))

    def group_stories(self) -> None:
        """Which articles report one event; of reprints one is looked at."""
        engine, rating = self._engine, self._rating
        copies = self._read_copies()
        originals = engine.sql(_ORIGINALS, found=self.found.read(), copies=copies)
        terms = engine.sql(_TERMS_OF_ORIGINALS, terms=self.terms.read(), copies=copies)
        self.counts.make_whole(
            [self.terms, self._reprints], lambda: engine.sql(select_term_counts(rating), terms=terms)
        )
        (row,) = engine.collect(engine.sql("SELECT COUNT(*) AS n FROM originals", originals=originals))
        counts = CorpusCounts.read(int(row["n"] or 0), self.counts.load())
        self.postings.make_whole(
            [self.counts, self.found, self._reprints],
            lambda: engine.map_batches(originals, IndexKernel(counts, rating)),
        )
        is_small = self.found.rows <= rating.stories.compare_all_up_to
        self.candidates.make_whole(
            [self.postings],
            lambda: engine.sql(
                select_all_pairs() if is_small else select_candidates(rating), postings=self.postings.read()
            ),
        )
        self.likenesses.make_whole(
            [self.candidates, self.counts],
            lambda: engine.map_batches(
                self.candidates.read(),
                RateKernel(counts, rating),
                (
                    Attachment("a", self.found.read(), "article", "profile", "profile_a"),
                    Attachment("b", self.found.read(), "article", "profile", "profile_b"),
                ),
            ),
            sets_aside=True,
        )
        likenesses = self.likenesses.read()
        self.linked.make_whole(
            [self.likenesses, self.counts],
            lambda: engine.partition_sort_map(
                engine.sql(
                    select_links(),
                    components=engine.components(engine.sql(select_edges(), likenesses=likenesses)),
                    likenesses=likenesses,
                    found=originals,
                ),
                ["component"],
                ["article", "other"],
                LinkKernel(counts, rating),
            ),
            sets_aside=True,
        )
        self.members.make_whole(
            [self.linked, self.found, self._reprints],
            lambda: engine.sql(
                select_stories(),
                found=engine.sql("SELECT article, CAST(NULL AS STRING) AS reason FROM found", found=self.found.read()),
                linked=self.linked.read(),
                reprints=copies,
            ),
        )
        self.stories.make_whole(
            [self.members],
            lambda: engine.sql(_STORIES, members=self.members.read(), articles=self._articles.read()),
        )

    def trace_stories(self) -> None:
        """What became of the quotations of each story. A story whose articles were traced together before is not
        traced again."""
        engine, config = self._engine, self._config
        now = engine.sql(_TOLD, members=self.members.read())
        part = make_digest([self.members.digest, self._reprints.digest])
        known = self.told.parts
        if part not in known:
            waiting = now
            if known:
                waiting = engine.sql(
                    f"SELECT t.* FROM waiting t LEFT JOIN told k ON {_SAME} WHERE k.story IS NULL",
                    waiting=now,
                    told=self.told.read(),
                )
            self.told.make_part(part, "", lambda: waiting)
        settings = StoryConfig(config.compare, config.longest_whole, config.most_articles)
        with Isolated(TraceKernel(settings), self._workers, config.timeout_s) as kernel:
            for name in self.told.parts:
                self.traced.make_part(name, "", partial(self._trace_part, name, kernel), sets_aside=True)
        current = engine.sql(
            " UNION ALL ".join(
                f"SELECT r.* FROM traced{n} r JOIN told{n} k ON k.story = r.story JOIN now t ON {_SAME}"
                for n in range(len(self.told.parts))
            ),
            now=now,
            **{f"told{n}": self.told.read([name]) for n, name in enumerate(self.told.parts)},
            **{f"traced{n}": self.traced.read([name]) for n, name in enumerate(self.told.parts)},
        )
        for stage, schema in (
            (self.families, FAMILIES),
            (self.readings, READINGS),
            (self.changes, CHANGES),
            (self.derivations, DERIVATIONS),
            (self.left_out, LEFT_OUT),
        ):
            listed = engine.sql(f"SELECT story, {stage.name} FROM current", current=current)
            unnest = UnnestKernel(stage.name, schema, ("story",))
            stage.make_whole([self.traced, self.members], partial(engine.map_batches, listed, unnest))

    def _read_copies(self) -> Table:
        query = _COPIES.format(least=self._config.same_report)
        return self._engine.sql(query, reprints=self._reprints.read())

    def _list_terms(self, part: str) -> Table:
        profiles = self._engine.sql("SELECT article, profile FROM found", found=self.found.read([part]))
        return self._engine.map_batches(profiles, TermsKernel())

    def _map_part(self, source: Stage[Table], part: str, kernel: Isolated | UnnestKernel) -> Table:
        return self._engine.map_batches(source.read([part]), kernel)

    def _trace_part(self, name: str, kernel: Isolated) -> Table:
        engine = self._engine
        stories = engine.sql(
            "SELECT s.story, s.article FROM members s JOIN told t ON t.story = s.story",
            members=self.members.read(),
            told=self.told.read([name]),
        )
        rows = engine.sql(select_story_rows(), stories=stories, found=self.found.read(), reprints=self._read_copies())
        texts = Attachment("article", self._articles.read(), "id", "text", "text")
        found = Attachment("article", self.found.read(), "article", "found", "found")
        return engine.partition_sort_map(rows, ["story"], ["article"], kernel, attached=(texts, found))
