"""The stages that find who said what: quotations, speakers, citations; then stories, and what became of it in each."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from msgspec import Struct

from retold.engine.annotation import AnnotateKernel, UnnestKernel
from retold.engine.engine import Engine
from retold.engine.isolation import Isolated
from retold.engine.stages import Stage, Tables
from retold.engine.tables import CITATIONS, QUOTATIONS, SPEAKERS
from retold.evidence import CompareConfig

Table = TypeVar("Table")


class FindingsConfig(Struct, frozen=True):
    """How findings are made; `compare`: as in a comparison. `timeout_s`: an article that takes longer is set aside."""

    compare: CompareConfig = CompareConfig()
    timeout_s: float = 300.0


class Findings(Generic[Table]):
    """Finds who said what in the articles of a corpus. Its stages in their order."""

    def __init__(
        self,
        tables: Tables[Table],
        articles: Stage[Table],
        reprints: Stage[Table],
        config: FindingsConfig,
        workers: int = 1,
    ) -> None:
        self._engine: Engine[Table] = tables.engine
        self._articles, self._reprints, self._config, self._workers = articles, reprints, config, workers
        self.found = tables.open("found", config, is_internal=True)
        self.quotations = tables.open("quotations", config)
        self.speakers = tables.open("speakers", config)
        self.citations = tables.open("citations", config)

    def run(self) -> Iterator[str]:
        """Makes what is not there yet; before each stage its name."""
        yield "quotations"
        self.annotate()

    def annotate(self) -> None:
        """What each article tells by itself."""
        engine = self._engine
        with Isolated(AnnotateKernel(self._config.compare), self._workers, self._config.timeout_s) as kernel:
            for part in self._articles.parts:
                self.found.make_part(
                    part,
                    "",
                    lambda part=part: engine.map_batches(self._articles.read([part]), kernel),  # type: ignore[misc]
                    sets_aside=True,
                )
        for stage, schema in ((self.quotations, QUOTATIONS), (self.speakers, SPEAKERS), (self.citations, CITATIONS)):
            unnest = UnnestKernel(stage.name, schema)
            for part in self.found.parts:
                stage.make_part(
                    part,
                    "",
                    lambda part=part, unnest=unnest: engine.map_batches(self.found.read([part]), unnest),  # type: ignore[misc]
                )
