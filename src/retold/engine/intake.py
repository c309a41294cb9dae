"""Shards → articles: what a corpus is read by. What is damaged is refused with its reason, never mended."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec
import pyarrow as pa
from msgspec import Struct

from retold.engine.kernels import REASON
from retold.engine.shards import Shard, open_table
from retold.engine.tables import ARTICLES
from retold.errors import InputError
from retold.library.keys import find_page, identify_article
from retold.model import Article, Published
from retold.read.language import detect_language
from retold.read.options import FIELDS, ReadOptions
from retold.read.streams import Source
from retold.read.tables import Cell, Draft, Origin, parse_record, read_record

if TYPE_CHECKING:
    from retold.engine.identify import CompiledIdentifier

_ID_BITS = 63  # a column of whole numbers with a sign has so many
_EPOCH = date(1970, 1, 1)
_READ = pa.schema([*ARTICLES, pa.field(REASON, pa.string())])
_SHARD_LIST = list[Shard]

Found: TypeAlias = "tuple[int, Article | str]"
"""A record's number, and its article or why it is none."""


class _Lines(Protocol):
    """A stream that is read line by line."""

    def readline(self, size: int, /) -> bytes: ...


class IntakeLimits(Struct, frozen=True):
    """What is too much of one record, and how much is handed on at once."""

    text_chars: int = 1_000_000
    """The longest reports and live blogs stay below it; of more than 120,000 only the beginning is annotated anyway."""
    field_chars: int = 10_000
    """Of a title, a byline, an outlet's name, an address: longer ones are a page in the wrong column."""
    record_bytes: int = 16_000_000
    """Of one line or page."""
    sample_chars: int = 500
    """Of a text, by which its language is told where it isn't given: a fifth of the time of a whole text, and on clean
    news the same answer."""
    batch_rows: int = 1_000
    batch_chars: int = 8_000_000
    """Of text: with `batch_rows`, what is in memory at a time."""


class ReadKernel:
    """Rows of `SHARDS` → rows of `ARTICLES` with a `reason` column; where that says something, `input` and `record`
    say of what, and the rest is null.

    The readers of `retold build` decide what is an article: the same text, outlet, date, title and language. But where
    those mend (a damaged byte read as U+FFFD, a file in an old code page, a text cut to what can be annotated), this
    refuses: nobody reads a thousand notes. `id`: 63 bits of what `identify_article` goes by. Streams: memory holds one
    batch of the output and one record, however long the file.
    """

    def __init__(self, options: ReadOptions | None = None, limits: IntakeLimits | None = None) -> None:
        self.options = options or ReadOptions()
        self.limits = limits or IntakeLimits()
        self._identifier: CompiledIdentifier | None = None

    def __reduce__(self) -> "tuple[type[ReadKernel], tuple[ReadOptions, IntakeLimits]]":
        return ReadKernel, (self.options, self.limits)

    @property
    def schema(self) -> pa.Schema:
        """The columns of what comes out: those of an article, and `reason`."""
        return _READ

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The records of some shards, in their order."""
        rows: list[tuple[str, int, Article | str]] = []
        chars = 0
        for shard in msgspec.convert(batch.to_pylist(), _SHARD_LIST):
            for number, found in self._read_shard(shard):
                rows.append((shard.input, number, found))
                chars += len(found if isinstance(found, str) else found.text)
                if len(rows) >= self.limits.batch_rows or chars >= self.limits.batch_chars:
                    yield _make_batch(rows)
                    rows, chars = [], 0
        if rows:
            yield _make_batch(rows)

    def _read_shard(self, shard: Shard) -> Iterator[Found]:
        number = (shard.first or 1) - 1
        try:
            if shard.reason is not None:
                raise InputError(shard.reason)
            _check_version(shard)
            for number, found in self._read_records(shard):
                yield number, found if isinstance(found, str) else self._check(found, f"{shard.input}:{number}")
        except InputError as e:
            yield number + 1, str(e)
        except (OSError, pa.ArrowException) as e:
            reason = str(e).split("\n", 1)[0][:200]
            yield number + 1, f"{shard.input} can't be read from record {number + 1} on ({reason}); get a whole copy"

    def _read_records(self, shard: Shard) -> Iterator[Found]:
        if shard.kind == "parquet":
            yield from self._read_parquet(shard)
        elif shard.kind == "jsonl":
            yield from self._read_lines(shard)
        else:
            from retold.read.warc import read_pages

            with Path(shard.input).open("rb") as file:
                limits = self.limits
                source = Source(file, shard.input)
                yield from read_pages(source, shard.input, limits.record_bytes, self._detect())

    def _detect(self) -> Callable[[str], str | None]:
        from retold.engine.identify import CompiledIdentifier

        if self._identifier is None:
            self._identifier = CompiledIdentifier()
        return partial(detect_language, sample_chars=self.limits.sample_chars, identifier=self._identifier)

    def _check(self, article: Article, where: str) -> Article | str:
        """The article, or what is too much about it."""
        limits = self.limits
        for field in ("title", "byline", "outlet", "url", "language"):
            value: str | None = getattr(article, field)
            if value is not None and len(value) > limits.field_chars:
                return _explain_length(where, f'a "{field}"', len(value), limits.field_chars)
        if len(article.text) > limits.text_chars:
            return _explain_length(where, "a text", len(article.text), limits.text_chars)
        return article

    # --- tables

    def _read_lines(self, shard: Shard) -> Iterator[Found]:
        most = self.limits.record_bytes
        with Path(shard.input).open("rb") as file:
            if shard.start is None:
                source = Source(file, shard.input)
                lines = _list_lines(source.stream, None, most)
            else:
                source = None
                file.seek(shard.start)
                lines = _list_lines(file, (shard.end or shard.start) - shard.start, most)
            origin = Origin(shard.input, shard.input, "utf-8", self.options.columns, self._detect())
            number = 0
            for number, line in enumerate(lines, shard.first or 1):
                where = f"{shard.input}:{number}"
                if source and source.fault and not line.endswith(b"\n"):
                    number -= 1  # half a line
                    break
                if len(line) > most:
                    yield number, f"{where} is longer than {most // 1_000_000} MB, more than any article"
                    continue
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if line.strip():
                    yield number, _read_line(line, where, origin)
            if source and source.fault:
                yield number + 1, f"{shard.input} {source.fault}, after line {number}; get a whole copy of it"

    def _read_parquet(self, shard: Shard) -> Iterator[Found]:
        columns = self.options.columns
        origin = Origin(shard.input, shard.input, None, columns, self._detect())
        with open_table(shard.input) as table:
            named = frozenset(table.schema_arrow.names)
            wanted = [name for field in FIELDS[1:] for name in columns.names(field) if name in named]
            groups = list(range(shard.start or 0, shard.end or table.metadata.num_row_groups))
            number = shard.first or 1
            batches = table.iter_batches(
                batch_size=self.limits.batch_rows, row_groups=groups, columns=wanted, use_threads=False
            )
            for batch in batches:
                cells = [_list_cells(column) for column in batch.columns]
                for row in zip(*cells, strict=True):
                    where = f"{shard.input}:{number}"
                    yield number, _read_row(dict(zip(batch.schema.names, row, strict=True)), where, origin)
                    number += 1


def _check_version(shard: Shard) -> None:
    """Raises `InputError` where the file isn't the one that was cut: its line ends would be elsewhere."""
    status = Path(shard.input).stat()
    if (status.st_size, status.st_mtime_ns) != (shard.size, shard.modified_ns):
        raise InputError(f"{shard.input} has changed since this run began; run it again")


def _explain_length(where: str, what: str, chars: int, most: int) -> str:
    return f"{where} has {what} of {chars:,} characters, more than any article's ({most:,} at most)"


def _list_lines(stream: _Lines, left: int | None, most: int) -> Iterator[bytes]:
    """The lines of a stream, or of its next `left` bytes; of one longer than `most` bytes just more than so many."""
    while left is None or left > 0:
        line = stream.readline(most + 1)
        if not line:
            return
        size = len(line)
        end = line
        while len(end) > most and not end.endswith(b"\n"):
            end = stream.readline(most + 1)
            size += len(end)
        left = left and left - size
        yield line


def _read_line(line: bytes, where: str, origin: Origin) -> Article | str:
    try:
        text = line.decode()
    except UnicodeDecodeError as e:
        return _explain_bytes(where, e)
    try:
        return _read_record(parse_record(text, where), where, origin, b"\\u" in line)
    except InputError as e:
        return str(e)


def _explain_bytes(where: str, error: UnicodeDecodeError, column: str | None = None) -> str:
    of = f' in "{column}"' if column else ""
    return f"{where} is no UTF-8{of}: byte {error.object[error.start]:#04x} at {error.start}; convert it with iconv"


def _list_cells(column: pa.Array) -> "list[Cell | ValueError]":
    """The values of a column; for one that is none (bytes for a text, a date in the year 20000), the error."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":  # finer than a date of Python
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        return [_decode_cell(cell) if isinstance(cell, bytes) else cell for cell in column.to_pylist()]
    except (ValueError, OverflowError):
        return [_take_cell(cell) for cell in column]


def _take_cell(cell: pa.Scalar) -> "Cell | ValueError":
    try:
        value: Cell | bytes = cell.as_py()
    except UnicodeDecodeError as e:
        return e
    except (ValueError, OverflowError) as e:
        return ValueError(str(e))
    return _decode_cell(value) if isinstance(value, bytes) else value


def _decode_cell(cell: bytes) -> "str | UnicodeDecodeError":
    try:
        return cell.decode()
    except UnicodeDecodeError as e:
        return e


def _read_row(row: "Mapping[str, Cell | ValueError]", where: str, origin: Origin) -> Article | str:
    cells: dict[str, Cell] = {}
    for name, cell in row.items():
        if isinstance(cell, UnicodeDecodeError):
            return _explain_bytes(where, cell, name)
        if isinstance(cell, ValueError):
            return f'{where}: "{name}" can\'t be read ({cell})'
        cells[name] = cell
    try:
        return _read_record(cells, where, origin, False)
    except InputError as e:
        return str(e)


def _read_record(record: Mapping[str, Cell], where: str, origin: Origin, has_escapes: bool) -> Article | str:
    if has_escapes:  # "\\ud83d" may stand in JSON alone, and be no character
        for field in FIELDS:
            for name in origin.columns.names(field):
                value = record.get(name)
                if isinstance(value, str) and not _is_text(value):
                    return f'{where} has half a character in "{name}" (a lone surrogate); write it anew'
    return next(event.article for event in read_record(record, where, origin) if isinstance(event, Draft))


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


# --- rows


def count_day(published: Published | None) -> int | None:
    """The day of publication since 1970-01-01 in UTC; None where that is unknown, as of a month.

    >>> count_day(Published("1970-01-02T00:30+01:00", "minute", "metadata")), count_day(None)
    (0, None)
    """
    if published is None or published.precision not in ("day", "minute"):
        return None
    try:
        if published.precision == "day":
            return (date.fromisoformat(published.value) - _EPOCH).days
        when = datetime.fromisoformat(published.value)
        return ((when.astimezone(UTC) if when.tzinfo else when).date() - _EPOCH).days
    except (ValueError, OverflowError):  # an offset of 99 hours; the year 1 less an hour
        return None


def _make_batch(rows: list[tuple[str, int, Article | str]]) -> pa.RecordBatch:
    records = [_make_row(source, number, found) for source, number, found in rows]
    columns = [pa.array([record.get(field.name) for record in records], field.type) for field in _READ]
    return pa.RecordBatch.from_arrays(columns, schema=_READ)


def _make_row(source: str, number: int, found: Article | str) -> dict[str, object]:
    if isinstance(found, str):
        return {"input": source, "record": number, REASON: found}
    published = found.published
    return {
        "id": identify_article(found, find_page(found.url), _ID_BITS),
        "sha256": found.sha256,
        "text": found.text,
        "title": found.title,
        "outlet": found.outlet,
        "byline": found.byline,
        "language": found.language,
        "published": published and published.value,
        "published_precision": published and published.precision,
        "published_from": published and published.from_,
        "day": count_day(published),
        "url": found.url,
        "path": found.path,
        "encoding": found.encoding,
        "zones": [{"role": zone.role, "start": zone.span.start, "end": zone.span.end} for zone in found.zones],
        "input": source,
        "record": number,
    }
