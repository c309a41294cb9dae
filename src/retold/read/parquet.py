"""Parquet tables → `Article`s, some hundred rows in memory at a time."""

import tempfile
from collections.abc import Iterator
from typing import IO

from retold.errors import InputError, MissingExtraError
from retold.model import Reject
from retold.read.options import FIELDS, ReadOptions
from retold.read.streams import Source
from retold.read.tables import Cell, Event, Origin, explain_missing_text, read_record

MAGIC = b"PAR1"
_BATCH_ROWS = 256
_SPOOL_BYTES = 16_000_000
_COPY_BYTES = 1_000_000


def read_parquet(source: Source, path: str | None, options: ReadOptions, file: IO[bytes] | None) -> Iterator[Event]:
    """For each row an article or why it is none. Only the columns that are asked for are read.

    `file` is the table itself, where it can be read from any place; else `source` is copied to a temporary file first,
    as the table's directory stands at its end.

    Raises `InputError` where it is no whole Parquet file or has no column for the text.
    """
    try:
        import pyarrow.parquet
        from pyarrow.lib import ArrowException
    except ImportError as e:
        raise MissingExtraError(
            f"{source.name} is a Parquet table, which pyarrow reads; pip install 'retold[library]'"
        ) from e
    if not source.head.startswith(MAGIC):
        raise InputError(f"{source.name} is no Parquet table; rename it after what it is, or write it again")
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:
        try:
            table = pyarrow.parquet.ParquetFile(file or _copy(source, spool))
            names: dict[str, Cell] = dict.fromkeys(table.schema_arrow.names)
            if options.columns.names("text")[0] not in names:
                raise InputError(explain_missing_text(names, source.name, options.columns, "column"))
            wanted = [name for field in FIELDS for name in options.columns.names(field) if name in names]
            origin = Origin(source.name, path, None, options.columns)
            number = 0
            for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=wanted):
                for row in batch.to_pylist():
                    number += 1
                    yield from _read_row(row, f"{source.name}:{number}", origin)
        except (ArrowException, OSError, ValueError) as e:
            reason = str(e).split("\n", 1)[0][:200]
            raise InputError(
                f"{source.name} can't be read as a Parquet table ({reason}); get a whole copy of it"
            ) from e
    if not number:
        yield Reject(path or "-", f"{source.name} is empty; expected one article a row")


def _copy(source: Source, spool: IO[bytes]) -> IO[bytes]:
    while block := source.stream.read(_COPY_BYTES):
        spool.write(block)
    if source.fault:
        raise InputError(f"{source.name} {source.fault}; get a whole copy of it")
    spool.seek(0)
    return spool


def _read_row(row: dict[str, Cell], where: str, origin: Origin) -> Iterator[Event]:
    try:
        yield from read_record({name: _name_cell(cell) for name, cell in row.items()}, where, origin)
    except InputError as e:
        yield Reject(where, str(e))


def _name_cell(cell: "Cell | bytes") -> Cell:
    """A cell as the record's reader takes it: some writers store text as bytes."""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell
