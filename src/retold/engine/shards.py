"""Inputs → shards: pieces of files, each small enough to be read by itself, in parallel and again after a stop."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import pyarrow as pa
from msgspec import Struct

from retold.errors import InputError
from retold.read.decoding import find_file_kind
from retold.read.kinds import KINDS, check_kind
from retold.read.options import ReadOptions
from retold.read.streams import Source
from retold.read.tables import Cell, explain_missing_text
from retold.read.walk import find_extension

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

SHARDS = pa.schema(
    [
        pa.field("input", pa.string(), nullable=False),  # the path as given
        pa.field("kind", pa.string()),  # jsonl, parquet or warc; null where the file is none of them
        pa.field("size", pa.int64()),  # of the file, in bytes: with `modified_ns`, which version of it this is
        pa.field("modified_ns", pa.int64()),  # since 1970
        pa.field("start", pa.int64()),  # bytes (jsonl) or row groups (parquet), half-open; null: the whole file
        pa.field("end", pa.int64()),
        pa.field("first", pa.int64()),  # number of its first record in the file, from 1
        pa.field("reason", pa.string()),  # why the file can't be read; the rest is null then
    ]
)
"""One row a shard, or a file that can't be read, sorted by (`input`, `first`)."""

SHARD_BYTES = 32_000_000
"""Of JSONL, and of a Parquet table's columns once unpacked: some seconds of work, so that a stop loses little and a
corpus of 1 TB is 30,000 rows."""
_CHUNK_BYTES = 1 << 20
_READ = (".jsonl", ".ndjson", ".parquet", ".pq", ".warc")
_EXPECTED = "a .jsonl, .jsonl.gz, .parquet, .warc or .warc.gz file, or a folder of them"
_PARQUET_MAGIC = b"PAR1"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")

ShardKind: TypeAlias = Literal["jsonl", "parquet", "warc"]


class Shard(Struct, frozen=True):
    """One row of `SHARDS`."""

    input: str
    kind: ShardKind | None = None
    size: int | None = None
    modified_ns: int | None = None
    start: int | None = None
    end: int | None = None
    first: int | None = None
    reason: str | None = None


def cut_shards(
    inputs: Sequence[str],
    options: ReadOptions | None = None,
    shard_bytes: int = SHARD_BYTES,
    apart: Path | None = None,
) -> pa.Table:
    """The inputs of a corpus, cut into shards (`SHARDS`): Parquet by row groups, JSONL at line ends, web archives and
    what is gzipped whole.

    A folder stands for the files in it and below; names that begin with a full stop or an underscore are passed over,
    as what engines leave beside their tables is called so. A file that is named twice is read once. What can't be read
    is a row with its `reason`, which `ReadKernel` hands on to the rejects. The order of `inputs` doesn't matter. Plain
    JSONL is read once to count its lines (a GB a second), of other files only the directory or the first bytes.
    `apart`: a folder that is passed over, as a corpus may lie among its inputs.

    >>> cut_shards(["no-such.jsonl"])["reason"].to_pylist()
    ['no-such.jsonl does not exist; give a .jsonl, .jsonl.gz, .parquet, .warc or .warc.gz file, or a folder of them']
    """
    options = options or ReadOptions()
    shards = [
        shard
        for path, reason in _list_files(inputs, apart)
        for shard in _cut_file(path, reason, options, max(1, shard_bytes))
    ]
    rows = sorted(shards, key=lambda shard: (shard.input, shard.first or 0))
    columns = [pa.array([getattr(row, field.name) for row in rows], field.type) for field in SHARDS]
    return pa.Table.from_arrays(columns, schema=SHARDS)


def _list_files(inputs: Sequence[str], apart: Path | None) -> Iterator[tuple[str, str | None]]:
    """The files that the inputs stand for, each once, and why one is none."""
    seen: set[str] = set()
    skipped = None if apart is None else os.path.realpath(apart)
    for given in sorted(set(inputs)):
        if not os.path.exists(given):
            yield given, f"{_show(given)} does not exist; give {_EXPECTED}"
            continue
        faults: list[tuple[str, str]] = []
        found = list(_walk_folder(given, faults, skipped)) if os.path.isdir(given) else [given]
        yield from faults
        if not found and not faults:
            yield given, f"{_show(given)} is a folder without a file; give {_EXPECTED}"
        for path in found:
            if (identity := os.path.realpath(path)) not in seen:
                seen.add(identity)
                yield path, None


def _walk_folder(folder: str, faults: list[tuple[str, str]], skipped: str | None) -> Iterator[str]:
    def set_aside(error: OSError) -> None:
        path = str(error.filename)
        faults.append((path, f"{_show(path)} can't be read ({error.strerror}); check its permissions"))

    for parent, folders, files in os.walk(folder, onerror=set_aside):
        if os.path.realpath(parent) == skipped:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        yield from (str(Path(parent, name)) for name in sorted(files) if not name.startswith((".", "_")))


def _show(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _cut_file(path: str, reason: str | None, options: ReadOptions, shard_bytes: int) -> Iterator[Shard]:
    name = _show(path)
    if reason is None and name != path:
        reason = f"{name} has a name that is no UTF-8; rename it"
    if reason is not None:
        yield Shard(name, reason=reason)
        return
    try:
        extension = find_extension(path)
        if extension not in _READ or not os.path.isfile(path):
            raise InputError(f"{name} is not read at corpus scale; give {_EXPECTED}")
        status = os.stat(path)
        whole = Shard(name, size=status.st_size, modified_ns=status.st_mtime_ns)
        if extension in (".parquet", ".pq"):
            yield from _cut_parquet(whole, options, shard_bytes)
        else:
            yield from _cut_lines(whole, shard_bytes) if KINDS[extension] == "jsonl" else _cut_archive(whole)
    except InputError as e:
        yield Shard(name, reason=str(e))
    except OSError as e:
        yield Shard(name, reason=f"{name} can't be read ({e.strerror or e}); check its permissions")


def _cut_archive(whole: Shard) -> Iterator[Shard]:
    with Path(whole.input).open("rb") as file:
        source = Source(file, whole.input)
        if not source.head:
            raise InputError(f"{whole.input} {source.fault or 'is empty'}; expected WARC records")
        check_kind(source.head, "warc", whole.input)
    yield Shard(whole.input, "warc", whole.size, whole.modified_ns, first=1)


def _cut_lines(whole: Shard, shard_bytes: int) -> Iterator[Shard]:
    """A packed file whole; of a plain one ranges of bytes that end with a line, each with the number of its first."""
    name = whole.input
    with Path(name).open("rb") as file:
        source = Source(file, name)
        head = source.head
        if not head.strip():
            raise InputError(f"{name} {source.fault or 'is empty'}; expected one JSON object a line")
        if head.startswith(_WIDE_MARKS):
            raise InputError(f"{name} is in UTF-16 or UTF-32; expected UTF-8: convert it with iconv")
        if (kind := find_file_kind(head)) and "binary" not in kind:
            raise InputError(f"{name} is {kind}, not what its name says; expected one JSON object a line")
        check_kind(head, "jsonl", name)
        if source.is_gzipped:
            yield Shard(name, "jsonl", whole.size, whole.modified_ns, first=1)
            return
        file.seek(0)
        start = at = 0
        first = line = 1
        while chunk := file.read(min(_CHUNK_BYTES, shard_bytes)):
            end = chunk.rfind(b"\n") + 1
            if end and at + end - start >= shard_bytes:
                line += chunk.count(b"\n")
                yield Shard(name, "jsonl", whole.size, whole.modified_ns, start, at + end, first)
                start, first = at + end, line
            else:
                line += chunk.count(b"\n")
            at += len(chunk)
        if at > start:
            yield Shard(name, "jsonl", whole.size, whole.modified_ns, start, at, first)


def _cut_parquet(whole: Shard, options: ReadOptions, shard_bytes: int) -> Iterator[Shard]:
    """Runs of row groups."""
    name = whole.input
    with open_table(name) as table:
        columns: dict[str, Cell] = dict.fromkeys(table.schema_arrow.names)
        if options.columns.names("text")[0] not in columns:
            raise InputError(explain_missing_text(columns, name, options.columns, "column"))
        if not table.metadata.num_rows:
            raise InputError(f"{name} is empty; expected one article a row")
        start, first, size = 0, 1, 0
        rows = 0
        for at in range(table.metadata.num_row_groups):
            group = table.metadata.row_group(at)
            if size and size + group.total_byte_size > shard_bytes:
                yield Shard(name, "parquet", whole.size, whole.modified_ns, start, at, first)
                start, first, size, rows = at, first + rows, 0, 0
            size += group.total_byte_size
            rows += group.num_rows
        yield Shard(name, "parquet", whole.size, whole.modified_ns, start, table.metadata.num_row_groups, first)


def open_table(path: str) -> "ParquetFile":
    """A Parquet table, its directory read. Raises `InputError` where it is none, or only half of one."""
    from pyarrow.parquet import ParquetFile

    with Path(path).open("rb") as file:
        if not file.read(len(_PARQUET_MAGIC)).startswith(_PARQUET_MAGIC):
            raise InputError(f"{path} is no Parquet table; rename it after what it is, or write it again")
    try:
        return ParquetFile(path, buffer_size=_CHUNK_BYTES, pre_buffer=False)
    except (pa.ArrowException, ValueError) as e:  # a process that was stopped leaves a table without its directory
        reason = str(e).split("\n", 1)[0][:200]
        raise InputError(f"{path} is half a Parquet table ({reason}); write it again, or get a whole copy of it") from e
