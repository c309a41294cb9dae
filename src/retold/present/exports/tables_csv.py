"""The tables as comma-separated values after RFC 4180: UTF-8, one file a table, one row a finding.

A text that a spreadsheet would take for a formula gets an apostrophe before it, as the words in it are a stranger's.
`unguard` takes it away again: no other text is changed, and none is ambiguous.
"""

import csv
import io
import re
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from retold.document import EvidenceDocument
from retold.errors import RetoldError
from retold.present.exports.names import REPLACEMENT, Losses, clean_text
from retold.present.exports.parts import Part
from retold.present.tables import make_tables
from retold.rows import Cell

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_EMPTY: Final = EvidenceDocument("", 1, {}, ())


def write(parts: Iterable[Part], folder: Path, losses: Losses) -> None:
    """A file a table, each with its heading also where it has no rows. Linear; memory holds one part."""
    with ExitStack() as files:
        writers = [
            _TableWriter(files.enter_context((folder / f"{name}.csv").open("wb")), name, losses)
            for name in list_tables()
        ]
        for part in parts:
            tables = make_tables(part.document)
            for writer in writers:
                writer.write(tables[writer.name].iterate_cells())


def write_table(parts: Iterable[Part], out: BinaryIO, losses: Losses, name: str) -> None:
    """One table as one file. Raises `RetoldError` for a table that there is not."""
    check_table(name)
    writer = _TableWriter(out, name, losses)
    for part in parts:
        writer.write(make_tables(part.document)[name].iterate_cells())


def list_tables() -> tuple[str, ...]:
    """The names of the tables, in order."""
    return tuple(make_tables(_EMPTY))


def check_table(name: str) -> None:
    """Raises `RetoldError` for a table that there is not."""
    if name not in list_tables():
        raise RetoldError(f"there is no table {name!r}; expected one of {', '.join(list_tables())}")


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> guard("=1+1"), guard("'=1+1"), guard("'Closed', they said")
    ("'=1+1", "''=1+1", "'Closed', they said")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text that `guard` was given.

    >>> unguard(guard("'=1+1"))
    "'=1+1"
    """
    return text[1:] if _GUARDED.match(text) else text


class _TableWriter:
    """Rows of one table, written part after part."""

    def __init__(self, out: BinaryIO, name: str, losses: Losses) -> None:
        self.out, self.name, self.losses = out, name, losses
        self._write_rows([[column.name for column in make_tables(_EMPTY)[name].columns]])

    def write(self, rows: Iterable[tuple[Cell, ...]]) -> None:
        self._write_rows([self._flatten(cell) for cell in row] for row in rows)

    def _write_rows(self, rows: Iterable[list[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        if text.tell():
            self.out.write(text.getvalue().encode())

    def _flatten(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, tuple):
            cell = " ".join(cell)
        if not isinstance(cell, str):
            return str(cell)
        self.losses.count("NUL characters, at which readers of CSV end, written as U+FFFD", cell.count("\0"))
        return guard(clean_text(cell.replace("\0", REPLACEMENT), self.losses))
