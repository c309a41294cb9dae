"""A corpus: a folder of tables that is made from inputs a stage at a time, on any engine, and goes on where it stopped.

inputs → articles → (reuse) fingerprints, reprints, passages
                  → (findings) quotations, speakers, citations → stories → families, changes, derivations
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from retold.engine.engine import Engine
from retold.engine.findings import Findings, FindingsConfig
from retold.engine.intake import ReadKernel
from retold.engine.manifests import make_digest
from retold.engine.reuse import Reuse, ReuseConfig
from retold.engine.shards import SHARDS, cut_shards
from retold.engine.stages import AS_READ, DISTINCT, WORK, Stage, Tables
from retold.errors import CorpusError
from retold.read.options import ReadOptions

Table = TypeVar("Table")
Row: TypeAlias = dict[str, object]

_UNREADABLE = "unreadable"

_REPEATS = """\
SELECT n.id, n.input, n.record
FROM (
  SELECT id, input, record, ROW_NUMBER() OVER (PARTITION BY id ORDER BY input, record) AS place FROM articles
) n
LEFT JOIN (SELECT DISTINCT id FROM known) k ON k.id = n.id
WHERE n.place > 1 OR k.id IS NOT NULL"""

_WITHOUT_REPEATS = """\
SELECT a.* FROM articles a
LEFT JOIN repeats r ON r.id = a.id AND r.input = a.input AND r.record = a.record
WHERE r.id IS NULL"""


_ASIDE_OF_INPUTS = """\
SELECT '{stage}' AS stage, input, record, CAST(NULL AS BIGINT) AS article, reason FROM aside"""
_ASIDE_OF_ARTICLES = """\
SELECT '{stage}' AS stage, a.input, a.record, s.{key} AS article, s.reason
FROM aside s LEFT JOIN articles a ON a.id = s.{key}"""
_KEYS = {"found": "article", "likenesses": "a", "linked": "article", "traced": "story"}
"""Of each stage that may set something aside, the column that says what: a story is called after an article of it."""

_NOTHING_ASIDE = """\
SELECT 'articles' AS stage, input, record, id AS article, input AS reason FROM articles WHERE 1 = 0"""

_NO_SHARD: Row = dict.fromkeys(SHARDS.names)


class CorpusConfig(Struct, frozen=True):
    """Every setting of a corpus. `findings` None: what is shared, without who said what."""

    reuse: ReuseConfig = ReuseConfig()
    findings: FindingsConfig | None = FindingsConfig()


class CorpusReport(Struct, frozen=True):
    """What a run did, and what the corpus now holds: rows by table."""

    new: int
    known: int
    rejects: int
    tables: dict[str, int]


def build_corpus(
    inputs: Sequence[str],
    folder: Path,
    engine: Engine[Table],
    config: CorpusConfig,
    options: ReadOptions | None = None,
    tell: Callable[[str], None] | None = None,
    *,
    workers: int = 1,
) -> CorpusReport:
    """Reads what is new among `inputs` into the corpus at `folder`, and makes every table that this changes.

    May be killed at any moment: the next run, with whatever inputs, goes on from the last part that was finished. Of
    no new inputs it finishes what waits. `tell` hears what is being done. `workers`: processes that annotate and trace,
    of each machine. The folder has been opened with `open_folder`. Raises `CorpusError` where the folder is
    something else, of another format or of other settings; `EngineError` where the engine can't go on.

    Cost: near linear in the articles; see docs/performance.md.
    """
    return _Build(folder, engine, config, options, tell or (lambda stage: None), workers).run(inputs)


@contextmanager
def open_folder(folder: Path) -> Iterator[None]:
    """Makes sure that a folder is a corpus, or becomes one, and that this run alone writes to it."""
    if folder.exists() and not folder.is_dir():
        raise CorpusError(f"{folder} is a file; give a folder for the corpus: -o OUT/")
    try:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / WORK).is_dir():
            raise CorpusError(f"{folder} holds other things than a corpus; give an empty or a new folder: -o OUT/")
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        lock = (folder / WORK / "lock").open("a")
    except OSError as e:
        raise CorpusError(f"{folder} can't be written to ({e.strerror}); give another folder: -o OUT/") from e
    with lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows has none; two runs at once then meet at a folder that is there already
            pass
        except BlockingIOError as e:
            raise CorpusError(f"another run is writing to {folder}; wait for it, or end it") from e
        shutil.rmtree(folder / WORK / "scratch", ignore_errors=True)  # of a run that was killed
        try:
            yield
        except OSError as e:
            raise CorpusError(
                f"{folder} can't be written to any more ({e.strerror or e}); mend that, and run the same command again"
            ) from e


class _Build(Generic[Table]):
    def __init__(
        self,
        folder: Path,
        engine: Engine[Table],
        config: CorpusConfig,
        options: ReadOptions | None,
        tell: Callable[[str], None],
        workers: int,
    ) -> None:
        self._folder, self._engine, self._tell = folder, engine, tell
        self._tables = Tables(folder, engine)
        self._kernel = ReadKernel(options)
        self._options = options
        self._articles: Stage[Table] = self._tables.open("articles", options or ReadOptions())
        self._rejects: Stage[Table] = self._tables.open("rejects", options or ReadOptions())
        self._reuse = Reuse(self._tables, self._articles, config.reuse)
        self._findings = (
            Findings(self._tables, self._articles, self._reuse.reprints, config.findings, workers)
            if config.findings
            else None
        )

    def run(self, inputs: Sequence[str]) -> CorpusReport:
        known_rows = self._articles.rows
        self._tell("articles")
        known = self._read_articles(inputs)
        if self._articles.rows:
            for stage in self._reuse.run():
                self._tell(stage)
            if self._findings is not None:
                for stage in self._findings.run():
                    self._tell(stage)
        self._tell("rejects")
        self._gather_rejects()
        tables = {stage.name: stage.rows for stage in self._tables.opened if WORK not in stage.folder.parts}
        return CorpusReport(self._articles.rows - known_rows, known, self._rejects.rows, tables)

    def _read_articles(self, inputs: Sequence[str]) -> int:
        """Reads the shards that were not read yet; how many articles of them were there already."""
        rows = cut_shards(inputs, self._options, apart=self._folder).to_pylist() if inputs else []
        sound = {make_digest([repr(sorted(row.items()))]): row for row in rows if row["reason"] is None}
        self._note_unreadable(rows)
        self._read_lost(sound)
        held = self._articles.holds
        fresh = {name: [name] for name in sound if name not in held}
        if self._engine.is_distributed and fresh:
            fresh = {make_digest(fresh): list(fresh)}
        known = sum(self._drop_repeats(part) for part in self._articles.parts)
        for name, some in fresh.items():
            self._read_part(name, AS_READ, [sound[shard] for shard in some], some)
            known += self._drop_repeats(name)
        return known

    def _note_unreadable(self, rows: Sequence[Row]) -> None:
        """One part for the files that can't be read: those of this run, and of earlier ones those not given now."""
        aside, given = self._articles.aside / _UNREADABLE, {row["input"] for row in rows}
        broken: list[Row] = [row for row in rows if row["reason"] is not None]
        if aside.is_dir():
            known = self._engine.collect(
                self._engine.sql("SELECT input, reason FROM aside", aside=self._engine.read([aside]))
            )
            broken += [dict(row) for row in known if row["input"] not in given]
        if broken or _UNREADABLE in self._articles.parts:
            broken.sort(key=lambda row: str(row["input"]))
            self._read_part(_UNREADABLE, make_digest([str(row["reason"]) for row in broken]), broken, ())

    def _read_lost(self, sound: Mapping[str, Row]) -> None:
        """Reads again the parts whose folder somebody has removed; before anything new, for what was made of them holds
        the articles that they had, those which come again included."""
        lost = self._articles.list_lost()
        for part, held in lost.items():
            if not sound.keys() >= set(held):
                raise CorpusError(
                    f"{self._articles.folder / part} is gone, which held articles; give the inputs again that they "
                    f"were read from: retold corpus INPUT… -o {self._folder}"
                )
            self._read_part(part, AS_READ, [sound[shard] for shard in held], held)
        for part in lost:
            self._drop_repeats(part)

    def _read_part(self, name: str, made_from: str, shards: Sequence[Row], held: Sequence[str]) -> None:
        waiting = self._folder / WORK / "shards" / f"{name}.parquet"
        waiting.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([{**_NO_SHARD, **shard} for shard in shards], SHARDS), waiting)
        try:
            self._articles.make_part(
                name,
                made_from,
                lambda: self._engine.map_batches(self._engine.read([waiting]), self._kernel),
                sets_aside=True,
                holds=held,
            )
        finally:
            waiting.unlink()

    def _drop_repeats(self, part: str) -> int:
        """Leaves out of a part what it has twice, and what an earlier part has; how many that were."""
        if self._articles.tell_origin(part) != AS_READ:
            return 0
        engine = self._engine
        earlier = [name for name in self._articles.parts if self._articles.tell_origin(name) == DISTINCT]
        own = engine.sql("SELECT id, input, record FROM articles", articles=self._articles.read([part]))
        known = engine.sql("SELECT id FROM articles", articles=self._articles.read(earlier or [part]))
        if not earlier:
            known = engine.sql("SELECT id FROM known WHERE 1 = 0", known=known)
        listed = self._folder / WORK / "shards" / f"{part}-repeats"
        count = engine.write_parquet(engine.sql(_REPEATS, articles=own, known=known), listed)
        if count:
            self._articles.make_part(
                part,
                DISTINCT,
                lambda: engine.sql(
                    _WITHOUT_REPEATS, articles=self._articles.read([part]), repeats=engine.read([listed])
                ),
                holds=self._articles.list_held(part),
            )
        else:
            self._articles.change_origin(part, DISTINCT)
        shutil.rmtree(listed)
        return count

    def _gather_rejects(self) -> None:
        """One table of all that was set aside, with the stage that did."""
        engine = self._engine
        wanted = []
        for stage in self._tables.opened:
            if not stage.list_aside():
                continue
            rows = engine.read(stage.list_aside())
            if stage is self._articles:
                wanted.append(engine.sql(_ASIDE_OF_INPUTS.format(stage=stage.name), aside=rows))
                continue
            query = _ASIDE_OF_ARTICLES.format(stage=stage.name, key=_KEYS[stage.name])
            wanted.append(engine.sql(query, aside=rows, articles=self._articles.read()))
        if not wanted and self._rejects.rows:  # what could not be read can be read now
            wanted.append(engine.sql(_NOTHING_ASIDE, articles=self._articles.read()))
        if wanted:
            names = {f"aside{n}": table for n, table in enumerate(wanted)}
            # a file that grew is read anew, and what was set aside of it once is set aside again
            union = "SELECT DISTINCT * FROM (" + " UNION ALL ".join(f"SELECT * FROM {name}" for name in names) + ") s"
            self._rejects.make_whole(
                [stage for stage in self._tables.opened if stage is not self._rejects],
                lambda: engine.sql(union, **names),
            )
