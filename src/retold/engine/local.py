"""The engine of one machine: DuckDB sorts, joins and groups within the memory it is given; kernels run in this process.

What DuckDB hands out and takes back are Arrow batches, which no one copies. A kernel's rows are written as Parquet
before a query may read them.
"""

import errno
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from retold.engine.components import COMPONENTS, join_edges, make_batches
from retold.engine.engine import Attachment
from retold.engine.folders import list_files, make_waiting, put_in_place
from retold.engine.groups import cut_groups
from retold.engine.kernels import REASON, GroupKernel, Kernel
from retold.engine.shelf import Shelf
from retold.engine.sieve import Sieve
from retold.errors import EngineError

_BATCH_ROWS = 8_192
_SORTED_ROWS = 131_072
_QUERY_ROWS = 16_384
"""Of a row group that DuckDB writes: it holds one in memory for each thread, and rows may hold texts."""
_GROUPED_ROWS = 1_024
"""Rows of groups may hold texts, and the rows of a batch are in memory twice while it is cut."""
_FILE_ROWS = 1_000_000
"""A Parquet file of a stage has no more rows than that."""
_GROUP_BYTES = 64_000_000
"""Rows are gathered up to so many bytes before they are written as one row group."""
_SHARE_OF_DUCKDB = 0.55
"""Of the memory asked for, what DuckDB may use: the rest is for the interpreter, its kernels and Arrow's batches."""
_LEAST_MB = 400


class Query(Struct, frozen=True):
    """A table that a query makes."""

    text: str


class Mapped(Struct, frozen=True):
    """A table that a kernel makes of another."""

    batches: Callable[[], Iterator[pa.RecordBatch]]
    schema: pa.Schema


LocalTable: TypeAlias = Query | Mapped


class LocalEngine:
    """DuckDB in this process. Use it in a `with` statement: what it spills to disk goes when it is closed.

    `memory_mb`: what the whole process may use, about. `scratch`: a folder for what doesn't fit and for what waits.
    Raises `EngineError` where the memory is too little or the disk is full.
    """

    name = "local"
    is_distributed = False

    def __init__(self, scratch: Path, memory_mb: int = 2_000, threads: int = 2) -> None:
        if memory_mb < _LEAST_MB:
            raise EngineError(
                f"{memory_mb} MB of memory are too little for a corpus; give at least --memory {_LEAST_MB}MB"
            )
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = Path(tempfile.mkdtemp(prefix="engine-", dir=scratch))
        self._numbers = itertools.count()
        self._shelves: dict[tuple[str, str, str], Shelf] = {}
        self._connection = duckdb.connect(
            config={
                "memory_limit": f"{int(memory_mb * _SHARE_OF_DUCKDB)}MB",
                "threads": threads,
                "temp_directory": str(self._scratch / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )

    def __enter__(self) -> "LocalEngine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        for shelf in self._shelves.values():
            shelf.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def read(self, folders: Sequence[Path]) -> LocalTable:
        """The rows of some Parquet folders or files."""
        paths = [str(path) for folder in folders for path in list_files(folder)]
        if not paths:
            raise EngineError(f"{folders[0]} is empty; remove it, and retold corpus makes it anew from the same inputs")
        quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        return Query(f"SELECT * FROM read_parquet([{quoted}], hive_partitioning = false)")

    def sql(self, text: str, **tables: LocalTable) -> LocalTable:
        """A query over tables. Those that kernels make are worked out now."""
        views = [f"{name} AS ({self._settle(table).text})" for name, table in tables.items()]
        body = f"SELECT * FROM ({text})" if text.startswith("WITH") else text
        return Query(f"WITH {', '.join(views)} {body}" if views else text)

    def map_batches(
        self, table: LocalTable, kernel: Kernel, attached: Sequence[Attachment[LocalTable]] = ()
    ) -> LocalTable:
        """Every row through a kernel."""

        def run() -> Iterator[pa.RecordBatch]:
            for batch in self._attach(self._stream(table, _BATCH_ROWS), attached):
                yield from kernel(batch)

        return Mapped(run, kernel.schema)

    def partition_sort_map(
        self,
        table: LocalTable,
        keys: Sequence[str],
        order: Sequence[str],
        kernel: GroupKernel,
        least_rows: int = 1,
        attached: Sequence[Attachment[LocalTable]] = (),
    ) -> LocalTable:
        """One partition, sorted by DuckDB. What a sieve finds to be a group by itself is left out where it may be."""
        rows = self._settle(table)
        by = f"ORDER BY {', '.join([*keys, *order])}"

        def run() -> Iterator[pa.RecordBatch]:
            if least_rows > 1:
                batches = self._sieve(rows, keys[0], by)
            else:
                batches = self._stream(Query(f"SELECT * FROM ({rows.text}) {by}"), _GROUPED_ROWS)
            for batch in self._attach(cut_groups(batches, keys), attached):
                yield from kernel(batch)

        return Mapped(run, kernel.schema)

    def _sieve(self, rows: Query, key: str, by: str) -> Iterator[pa.RecordBatch]:
        """The sorted rows of `rows` without most of those that have a key of their own. The key is a hash."""
        keys = Query(f"SELECT {key} FROM ({rows.text})")
        ((count,),) = self._connection.sql(f"SELECT count(*) FROM ({rows.text})").fetchall()
        sieve = Sieve(count)
        for batch in self._stream(keys, _SORTED_ROWS):
            sieve.add(batch.column(0).to_numpy())

        def sift() -> Iterator[pa.RecordBatch]:
            for batch in self._stream(rows, _SORTED_ROWS):
                yield batch.take(pa.array(sieve.find_repeated(batch.column(key).to_numpy())))

        with self._connection.cursor() as cursor, _explain_errors():
            schema = cursor.sql(f"SELECT * FROM ({rows.text}) LIMIT 0").to_arrow_table().schema
            sifted = pa.RecordBatchReader.from_batches(schema, sift())
            cursor.register("sifted", sifted)
            yield from cursor.sql(f"SELECT * FROM sifted {by}").to_arrow_reader(_SORTED_ROWS)

    def _attach(
        self, batches: Iterable[pa.RecordBatch], attached: Sequence[Attachment[LocalTable]]
    ) -> Iterator[pa.RecordBatch]:
        """From shelves on disk: a join would hold the texts of all articles in memory, or write them for each pair."""
        shelves = [self._open_shelf(one) for one in attached]
        for batch in batches:
            for one, shelf in zip(attached, shelves, strict=True):
                values, is_there = shelf.fetch(batch.column(one.key).to_numpy())
                batch = batch.append_column(one.name, values)
                if not is_there.all():
                    batch = batch.filter(pa.array(is_there))
            yield batch

    def _open_shelf(self, wanted: Attachment[LocalTable]) -> Shelf:
        source = self._settle(wanted.source)
        name = (source.text, wanted.id, wanted.column)
        if name not in self._shelves:
            values = Query(f"SELECT {wanted.id}, {wanted.column} FROM ({source.text})")
            with _explain_errors():
                path = self._scratch / f"shelf-{next(self._numbers)}"
                self._shelves[name] = Shelf(path, self._stream(values, _GROUPED_ROWS))
        return self._shelves[name]

    def components(self, edges: LocalTable) -> LocalTable:
        """By union-find, in memory: some 40 bytes an edge."""

        def run() -> Iterator[pa.RecordBatch]:
            batches = list(self._stream(self.sql("SELECT a, b FROM edges", edges=edges), _SORTED_ROWS))
            table = pa.Table.from_batches(batches, pa.schema([("a", pa.int64()), ("b", pa.int64())]))
            nodes, components = join_edges(table.column("a").to_numpy(), table.column("b").to_numpy())
            yield from make_batches(nodes, components, _SORTED_ROWS)

        return Mapped(run, COMPONENTS)

    def write_parquet(self, table: LocalTable, folder: Path, rejects: Path | None = None) -> int:
        """To `part-*.parquet` files under a name of its own, which is then changed to that of the folder."""
        waiting = make_waiting(folder)
        waiting.mkdir(parents=True)
        with _explain_errors():
            if isinstance(table, Query):
                target = str(waiting / "part-00000.parquet").replace("'", "''")
                how = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_QUERY_ROWS}"
                row = self._connection.execute(f"COPY ({table.text}) TO '{target}' ({how})").fetchone()
                count = int(row[0]) if row else 0
            else:
                count = _write_batches(table.batches(), table.schema, waiting, rejects)
        put_in_place(waiting, folder)
        return count

    def collect(self, table: LocalTable) -> list[dict[str, int | str | None]]:
        """The rows of a small table."""
        return [row for batch in self._stream(table, _BATCH_ROWS) for row in batch.to_pylist()]

    def stream(self, table: LocalTable) -> Iterator[pa.RecordBatch]:
        """The rows of a table a batch at a time, in the order that its query gives them."""
        return self._stream(table, _GROUPED_ROWS)

    def _settle(self, table: LocalTable) -> Query:
        if isinstance(table, Query):
            return table
        folder = self._scratch / f"table-{next(self._numbers)}"
        self.write_parquet(table, folder)
        settled = self.read([folder])
        assert isinstance(settled, Query)
        return settled

    def _stream(self, table: LocalTable, rows: int) -> Iterator[pa.RecordBatch]:
        if isinstance(table, Mapped):
            yield from table.batches()
            return
        # a cursor of its own: a connection runs one query at a time
        with _explain_errors(), self._connection.cursor() as cursor:
            yield from cursor.sql(table.text).to_arrow_reader(rows)


def _write_batches(batches: Iterable[pa.RecordBatch], schema: pa.Schema, folder: Path, rejects: Path | None) -> int:
    if rejects is None:
        return _write_all(batches, schema, folder)
    waiting = make_waiting(rejects)
    waiting.mkdir(parents=True)
    kept = _Writer(folder, pa.schema([field for field in schema if field.name != REASON]))
    aside = _Writer(waiting, schema)
    for batch in batches:
        is_bad = batch.column(REASON).is_valid()
        if is_bad.true_count:
            aside.write(batch.filter(is_bad))
            batch = batch.filter(pc.invert(is_bad))
        kept.write(batch.select(kept.schema.names))
    count = aside.close()
    if count:
        put_in_place(waiting, rejects)
    else:
        shutil.rmtree(rejects, ignore_errors=True)
        shutil.rmtree(waiting)
    return kept.close()


def _write_all(batches: Iterable[pa.RecordBatch], schema: pa.Schema, folder: Path) -> int:
    writer = _Writer(folder, schema)
    for batch in batches:
        writer.write(batch)
    return writer.close()


class _Writer:
    """Batches → Parquet files: small ones gathered into row groups, files of a bounded number of rows."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder, self.schema = folder, schema
        # hashes don't get smaller, so nobody should wait for it
        has_text = any(not pa.types.is_primitive(field.type) for field in schema)
        self._compression = "zstd" if has_text else "lz4"
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = self._rows_in_file = self._rows = self._files = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        self._waiting.append(batch)
        self._bytes += batch.nbytes
        if self._bytes >= _GROUP_BYTES:
            self._flush()

    def close(self) -> int:
        """Finishes the last file (of a table without rows there is one, too); how many rows were written."""
        self._flush()
        if self._writer is None and not self._files:
            self._open()
        self._finish()
        return self._rows

    def _open(self) -> "pq.ParquetWriter":
        path = self.folder / f"part-{self._files:05}.parquet"
        self._files += 1
        return pq.ParquetWriter(path, self.schema, compression=self._compression, write_statistics=False)

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.Table.from_batches(self._waiting, self.schema)
        self._waiting, self._bytes = [], 0
        if self._writer is None:
            self._writer = self._open()
        self._writer.write_table(table, row_group_size=len(table))
        self._rows += len(table)
        self._rows_in_file += len(table)
        if self._rows_in_file >= _FILE_ROWS:
            self._finish()

    def _finish(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._rows_in_file = None, 0


@contextmanager
def _explain_errors() -> Iterator[None]:
    """What DuckDB and the file system say, in words that tell what to do."""
    try:
        yield
    except duckdb.OutOfMemoryException as e:
        raise EngineError(f"the memory is too little ({_shorten(e)}); give more: --memory 4GB") from e
    except OSError as e:
        if e.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise EngineError(f"{e.filename or 'the disk'} is full; make room and run the same command again") from e
        if "Out of Memory" in str(e):  # DuckDB's words, as a stream of Arrow batches hands them on
            raise EngineError(f"the memory is too little ({_shorten(e)}); give more: --memory 4GB") from e
        raise
    except duckdb.IOException as e:
        if "No space left" in str(e) or "disk" in str(e).lower():
            raise EngineError(f"the disk is full ({_shorten(e)}); make room and run the same command again") from e
        raise EngineError(f"{_shorten(e)}; check the folder and run the same command again") from e
    except duckdb.Error as e:
        if not isinstance(e, duckdb.InvalidInputException) and type(e) is not duckdb.Error:
            raise  # a fault of ours
        raise EngineError(
            f"a Parquet file is damaged ({_shorten(e)}); remove the folder it is in, and retold corpus makes it anew "
            "from the same inputs"
        ) from e


def _shorten(error: Exception) -> str:
    return " ".join(str(error).partition("\n\nLINE ")[0].split())[:200]  # not the query that it came of
