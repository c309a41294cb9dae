"""Tables with one record a row, their columns parted by commas, semicolons or tabs → `Article`s."""

import csv
import io
from collections.abc import Iterator
from typing import Protocol

from retold.errors import InputError
from retold.model import Reject
from retold.read.batch import Note
from retold.read.decoding import decode_bytes, is_other_encoding
from retold.read.options import ReadOptions
from retold.read.streams import Source
from retold.read.tables import Cell, Event, Origin, explain_missing_text, read_record


class _Rows(Protocol):
    """The reader of the standard library, which has no public type."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...

    def __iter__(self) -> "_Rows": ...


_DELIMITERS = (",", ";", "\t", "|")


def read_csv(source: Source, path: str | None, options: ReadOptions) -> Iterator[Event]:
    """For each row after the first, which names the columns, an article or why it is none. One row in memory at a time.

    Which character parts the columns is told by the first row; quotation marks as in RFC 4180, so that a text may hold
    line ends. An empty cell is a value that isn't given. Rows are named by the line they end on. A file that isn't
    UTF-8 from its start is decoded as a whole.
    """
    encoding = "utf-8"
    lines: io.TextIOBase
    if is_other_encoding(source.head):
        decoded = decode_bytes(source.read_whole(options.max_file_bytes), source.name)
        if decoded.note:
            yield Note(path or "-", decoded.note)
        encoding, lines = decoded.encoding, io.StringIO(decoded.text, newline="")
    else:
        # surrogateescape: a damaged byte far down becomes U+FFFD in its row instead of an end of all reading
        lines = io.TextIOWrapper(source.stream, "utf-8-sig", "surrogateescape", newline="")
    csv.field_size_limit(options.max_file_bytes)  # the module's own limit is one for the process; it starts at 128 kB
    origin = Origin(source.name, path, encoding, options.columns)
    head = source.head.decode("utf-8", "replace").lstrip("\ufeff").split("\n", 1)[0]
    rows = csv.reader(lines, delimiter=find_delimiter(head))
    names: list[str] | None = None
    found = 0
    for where, row in _read_rows(rows, source):
        if isinstance(row, str):
            yield Reject(where, row)
            return
        if names is None:
            names = [name.strip() for name in row]
            if options.columns.names("text")[0] not in names:
                columns: dict[str, Cell] = dict.fromkeys(names)
                raise InputError(explain_missing_text(columns, source.name, options.columns, "column"))
            continue
        found += 1
        try:
            yield from read_record(_name_cells(names, row, where), where, origin)
        except InputError as e:
            yield Reject(where, str(e))
    if source.fault:
        yield Reject(source.name, f"{source.name} {source.fault}, after line {rows.line_num}; get a whole copy of it")
    elif not found:
        expected = "expected a row of column names and one article a row"
        yield Reject(path or "-", f"{source.name} is empty; {expected}")


def _read_rows(rows: "_Rows", source: Source) -> Iterator[tuple[str, list[str] | str]]:
    """The rows that hold anything, each with its place, or why there are no more. One behind the reader: the last row
    of a file that was cut may be half a row, and is left out."""
    last: tuple[str, list[str]] | None = None
    while True:
        start = f"{source.name}:{rows.line_num + 1}"
        try:
            row = next(rows, None)
        except csv.Error as e:
            if last:
                yield last
            yield start, f"{start} can't be read ({e}); is a quotation mark unclosed? The rows after it were not read"
            return
        if last and not (row is None and source.fault):
            yield last
        if row is None:
            return
        last = (f"{source.name}:{rows.line_num}", row) if row else None


def find_delimiter(head: str) -> str:
    """What parts the columns in the row of their names: the character of four that stands there most often.

    >>> find_delimiter("id;text;date"), find_delimiter("text")
    (';', ',')
    """
    return max(_DELIMITERS, key=head.count)


def _name_cells(names: list[str], row: list[str], where: str) -> dict[str, Cell]:
    if len(row) > len(names):
        raise InputError(
            f"{where} has {len(row)} cells where the first row names {len(names)} columns; put a text that holds the "
            "delimiter or line ends in quotation marks"
        )
    cells = (cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for cell in row)
    return {name: cell for name, cell in zip(names, cells, strict=False) if cell}
