"""The engine of a cluster: Spark sorts, joins and groups; the kernels run in its Python workers as they do elsewhere.

Spark plans, moves rows and does again what a lost machine had done. This only says in its words what a stage is.
"""

import itertools
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from retold.engine.components import SPREAD
from retold.engine.engine import Attachment
from retold.engine.folders import list_files, make_waiting, put_in_place
from retold.engine.groups import cut_groups
from retold.engine.kernels import REASON, GroupKernel, Kernel
from retold.errors import EngineError, MissingExtraError

try:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema
except ImportError as e:
    raise MissingExtraError("--engine spark needs PySpark, which is not installed; pip install 'retold[spark]'") from e

_BATCH_ROWS = 8_192
_CONNECT_S = 10.0
_MOST_ROUNDS = 100
_GLOB = re.compile(r"[\\\[\]{}*?]")
"""What Spark takes for a pattern in a path that it reads."""


class SparkEngine:
    """A Spark session. Use it in a `with` statement.

    `master`: as Spark writes it; `local[*]` where none is given and no spark-submit has given one. `scratch`: a folder
    that every machine of the cluster sees under the same path, as the corpus has to be. `memory_mb`: of the driver and
    of each executor, where the session is begun here. Raises `EngineError` where there is no Java or the master doesn't
    answer.
    """

    name = "spark"
    is_distributed = True

    def __init__(self, scratch: Path, master: str | None = None, memory_mb: int = 2_000) -> None:
        _check_java()
        if master is not None:
            _check_master(master)
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = Path(tempfile.mkdtemp(prefix="engine-", dir=scratch))
        self._numbers = itertools.count()
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("retold corpus")
        is_submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # as spark-submit tells the Python that it begins
        for name, value in _list_settings(master, memory_mb, self._scratch, is_submitted=is_submitted).items():
            builder = builder.config(name, value)
        with _explain_errors():
            self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("ERROR")

    def __enter__(self) -> "SparkEngine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def read(self, folders: Sequence[Path]) -> DataFrame:
        """The rows of some Parquet folders or files."""
        with _explain_errors():
            return self._session.read.parquet(*(_GLOB.sub(r"\\\g<0>", _locate(folder)) for folder in folders))

    def sql(self, text: str, **tables: DataFrame) -> DataFrame:
        """A query over tables, which stand as views while it is looked at."""
        with _explain_errors():
            for name, table in tables.items():
                table.createOrReplaceTempView(name)
            return self._session.sql(text)

    def map_batches(
        self, table: DataFrame, kernel: Kernel, attached: Sequence[Attachment[DataFrame]] = ()
    ) -> DataFrame:
        """Every row through a kernel, a task a partition."""

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from kernel(batch)

        return self._attach(table, attached).mapInArrow(run, from_arrow_schema(kernel.schema))

    def partition_sort_map(
        self,
        table: DataFrame,
        keys: Sequence[str],
        order: Sequence[str],
        kernel: GroupKernel,
        least_rows: int = 1,
        attached: Sequence[Attachment[DataFrame]] = (),
    ) -> DataFrame:
        """A shuffle by the keys, a sort within each partition, and the kernel over its groups."""
        names = tuple(keys)

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in cut_groups(batches, names):
                yield from kernel(batch)

        ordered = self._attach(table, attached).repartition(*keys).sortWithinPartitions(*keys, *order)
        return ordered.mapInArrow(run, from_arrow_schema(kernel.schema))

    def _attach(self, table: DataFrame, attached: Sequence[Attachment[DataFrame]]) -> DataFrame:
        """By joins, which Spark divides."""
        for one in attached:
            query = f"SELECT t.*, s.{one.column} AS {one.name} FROM rows t JOIN source s ON s.{one.id} = t.{one.key}"
            table = self.sql(query, rows=table, source=one.source)
        return table

    def components(self, edges: DataFrame) -> DataFrame:
        """By label propagation. Each round is written down, so that a machine lost in a late one costs no early one."""
        arcs = self._keep(self.sql(SPREAD.both_ways, edges=edges))
        labels = self._keep(self.sql(SPREAD.first, arcs=arcs))
        for _ in range(_MOST_ROUNDS):
            renewed = self._keep(self.sql(SPREAD.round, arcs=arcs, labels=labels))
            (row,) = self.collect(self.sql(SPREAD.changed, labels=labels, renewed=renewed))
            labels = renewed
            if not row["n"]:
                return self.sql("SELECT node, label AS component FROM labels", labels=labels)
        raise EngineError(f"the components of a graph were not found in {_MOST_ROUNDS} rounds; write to the developers")

    def write_parquet(self, table: DataFrame, folder: Path, rejects: Path | None = None) -> int:
        """Written under a name of its own, which is then changed to that of the folder."""
        if rejects is not None:
            table = self._keep(table)
            aside = table.where(f"{REASON} IS NOT NULL")
            if not aside.isEmpty():
                self._write(aside, rejects)
            else:
                shutil.rmtree(rejects, ignore_errors=True)
            table = table.where(f"{REASON} IS NULL").drop(REASON)
        return self._write(table, folder)

    def collect(self, table: DataFrame) -> list[dict[str, int | str | None]]:
        """The rows of a small table."""
        with _explain_errors():
            return [row.asDict() for row in table.collect()]

    def _keep(self, table: DataFrame) -> DataFrame:
        """The table, worked out and written down."""
        folder = self._scratch / f"table-{next(self._numbers)}"
        self._write(table, folder)
        return self.read([folder])

    def _write(self, table: DataFrame, folder: Path) -> int:
        waiting = make_waiting(folder)
        with _explain_errors():
            table.write.mode("overwrite").option("compression", "zstd").parquet(_locate(waiting))
        put_in_place(waiting, folder)
        return sum(pq.read_metadata(path).num_rows for path in list_files(folder))


def _locate(folder: Path) -> str:
    """A folder that every machine has mounted, whatever file system the cluster takes for its own."""
    return f"file://{folder.absolute()}"


def _list_settings(master: str | None, memory_mb: int, scratch: Path, *, is_submitted: bool = False) -> dict[str, str]:
    """What the session is begun with. Under spark-submit, the cluster, its memory and the driver's address are those
    that it was given: a driver that calls itself 127.0.0.1 is found by no other machine."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_BATCH_ROWS),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.adaptive.enabled": "true",
    }
    if master is not None:
        settings["spark.master"] = master
    if is_submitted:
        return settings
    settings["spark.driver.memory"] = f"{memory_mb}m"
    if master is not None and not master.startswith("local"):
        settings["spark.executor.memory"] = f"{memory_mb}m"
    else:
        settings["spark.driver.host"] = "127.0.0.1"
        settings["spark.driver.bindAddress"] = "127.0.0.1"
        settings["spark.sql.shuffle.partitions"] = "16"
    return settings


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if java is None:
        where = f"there is none at JAVA_HOME ({home})" if home else "`java` was not found"
        raise EngineError(f"--engine spark needs Java 17 or newer, and {where}; install it, or use --engine local")


def _check_master(master: str) -> None:
    """Spark itself would try for a minute, and then say something else."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        try:
            parts = urlsplit(f"//{address}")
            host, port = parts.hostname, parts.port or 7077
        except ValueError as e:
            raise EngineError(f"{master} is no address of a Spark master; expected spark://HOST:7077") from e
        try:
            with socket.create_connection((host or "", port), timeout=_CONNECT_S):
                return
        except OSError as e:
            reason = e.strerror or str(e)
    raise EngineError(
        f"the Spark master {master} doesn't answer ({reason}); check that it runs and can be reached from here, or use "
        "--engine local"
    )


@contextmanager
def _explain_errors() -> Iterator[None]:
    """What Spark says, in its first line: the rest is a Java stack."""
    try:
        yield
    except (PySparkException, Py4JError) as e:
        lines = [line.strip() for line in str(e).splitlines() if line.strip()]
        reason = " ".join(lines[:2])[:300]
        if "No space left" in str(e):
            raise EngineError(
                f"a disk of the cluster is full ({reason}); make room and run the same command again"
            ) from e
        raise EngineError(
            f"Spark could not go on: {reason}. What was finished is kept; run the same command again"
        ) from e
