"""The tables as Apache Parquet: typed columns, lists of texts as lists, texts as they are.

Rows are gathered over many stories before they are written: a row group a story would be slow to read and large.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from retold.document import EvidenceDocument
from retold.errors import MissingExtraError
from retold.present.exports.names import Losses, clean_text
from retold.present.exports.parts import Part
from retold.present.exports.tables_csv import check_table, list_tables
from retold.present.tables import make_tables
from retold.rows import Cell, make_arrow_schema

GROUP_ROWS: Final = 20_000
"""Rows held before they are written: some tens of megabytes at most, and groups that readers like."""

_Value = str | int | float | list[str] | None


def write(parts: Iterable[Part], folder: Path, losses: Losses) -> None:
    """A file a table, each typed also where it has no rows. Linear; memory holds one part and a row group a table.
    Raises `MissingExtraError` without pyarrow."""
    check_pyarrow()
    with ExitStack() as files:
        writers = [
            files.enter_context(_TableWriter(str(folder / f"{name}.parquet"), name, losses)) for name in list_tables()
        ]
        for part in parts:
            tables = make_tables(part.document)
            for writer in writers:
                writer.write(tables[writer.name].iterate_cells())


def write_table(parts: Iterable[Part], out: BinaryIO, losses: Losses, name: str) -> None:
    """One table as one file. Raises `RetoldError` for a table that there is not."""
    check_table(name)
    check_pyarrow()
    with _TableWriter(out, name, losses) as writer:
        for part in parts:
            writer.write(make_tables(part.document)[name].iterate_cells())


def check_pyarrow() -> None:
    """Raises `MissingExtraError` where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs the package pyarrow, which is not installed; pip install 'retold[library]' brings it. The "
            "same tables are written without it by --to csv"
        ) from error


class _TableWriter:
    """Rows of one table, written a row group at a time."""

    def __init__(self, out: str | BinaryIO, name: str, losses: Losses) -> None:
        import pyarrow.parquet

        self.name, self.losses = name, losses
        columns = make_tables(EvidenceDocument("", 1, {}, ()))[name].columns
        self._schema = make_arrow_schema(columns)
        self._rows: list[tuple[Cell, ...]] = []
        self._writer = pyarrow.parquet.ParquetWriter(out, self._schema)

    def __enter__(self) -> "_TableWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, rows: Iterable[tuple[Cell, ...]]) -> None:
        for row in rows:
            self._rows.append(row)
            if len(self._rows) >= GROUP_ROWS:
                self._flush()

    def _flush(self) -> None:
        import pyarrow

        if not self._rows:
            return
        columns = [[self._convert(cell) for cell in column] for column in zip(*self._rows, strict=True)]
        arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()

    def _convert(self, cell: Cell) -> _Value:
        if isinstance(cell, tuple):
            return [clean_text(text, self.losses) for text in cell]
        return clean_text(cell, self.losses) if isinstance(cell, str) else cell
