"""Records of tables → `Article`s: JSONL, one record a line, and what every table's reader shares, with passim's names
of the columns understood."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TypeAlias

from msgspec import Struct

from retold.errors import InputError
from retold.model import Article, Published, Reject
from retold.read.batch import Note, hash_text, replace_surrogates
from retold.read.dates import find_date_in_url, parse_published
from retold.read.decoding import decode_bytes, is_other_encoding
from retold.read.language import detect_language, fold_language
from retold.read.options import Columns, ReadOptions
from retold.read.streams import Source

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Cell: TypeAlias = "Json | date"
"""What one column of a record holds: JSON, and in Parquet also dates and times."""

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"), (int, "a number"), (float, "a number"), (str, "a string"), (list, "a list"),
    (dict, "an object"), (date, "a date"),
)  # fmt: skip
_SHOWN_COLUMNS = 12
_LEAST_EPOCH_S = 10**8  # 1973; a smaller number is no time stamp
_LEAST_EPOCH_MS = 10**11


class Draft(Struct, frozen=True):
    """An article on its way: where it was read, for messages, and the article, its id "" until one is given."""

    where: str
    article: Article


Event: TypeAlias = Draft | Reject | Note
"""What reading comes upon, in order."""


class Origin(Struct, frozen=True):
    """Where records come from: their file's name in messages, its path, its encoding, the columns' names, and what
    tells the language of a text where no column does."""

    name: str
    path: str | None
    encoding: str | None
    columns: Columns = Columns()
    detect: Callable[[str], str | None] = detect_language


def read_jsonl(source: Source, path: str | None, options: ReadOptions) -> Iterator[Event]:
    """For each line that is not blank an article, or why it is none, and notes. One line in memory at a time.

    `text` is required; `id` is kept (a number as its digits) or, where there is none, given later. Optional:
    `outlet` or `series`, `published` or `date`, `url`, `title`, `byline`, `language`, under other names by
    `options.columns`. Other keys are ignored. Lines end at line feeds only: U+2028 and its like may stand inside a JSON
    string. A file that isn't UTF-8 from its start is decoded as a whole.

    >>> import io
    >>> line = b'{"id": 7, "text": "One.", "series": "The Post", "date": "2032-01-14"}'
    >>> [(draft.where, draft.article.id, draft.article.outlet)
    ...  for draft in read_jsonl(Source(io.BytesIO(line), "x.jsonl"), None, ReadOptions())]
    [('x.jsonl:1', '7', 'The Post')]
    """
    encoding = "utf-8"
    if is_other_encoding(source.head):
        decoded = decode_bytes(source.read_whole(options.max_file_bytes), source.name)
        if decoded.note:
            yield Note(path or "-", decoded.note)
        lines: Iterator[str | bytes | None] = iter(decoded.text.split("\n"))
        encoding = decoded.encoding
    else:
        lines = _read_lines(source, options.max_file_bytes)
    origin = Origin(source.name, path, encoding, options.columns)
    found = number = 0
    for number, line in enumerate(lines, start=1):
        where = f"{source.name}:{number}"
        if line is None:
            found += 1
            limit = f"{options.max_file_bytes // 1_000_000} MB"
            yield Reject(where, f"{where} is longer than {limit}, more than any article; put one article a line")
        elif line.strip():
            found += 1
            yield from _read_line(line, where, origin)
    if source.fault:
        yield Reject(source.name, f"{source.name} {source.fault}, after line {number}; get a whole copy of it")
    elif not found:
        yield Reject(path or "-", f"{source.name} is empty; expected one JSON object a line")


def _read_lines(source: Source, max_bytes: int) -> Iterator[bytes | None]:
    """The lines of a stream; None for one that is too long. The last one of a stream that was cut is left out."""
    first = True
    while line := source.stream.readline(max_bytes + 1):
        if len(line) > max_bytes and not line.endswith(b"\n"):
            while (rest := source.stream.readline(max_bytes)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif not (source.fault and not line.endswith(b"\n")):
            yield line.removeprefix(b"\xef\xbb\xbf") if first else line
        first = False


def _read_line(line: str | bytes, where: str, origin: Origin) -> Iterator[Event]:
    try:
        text, note = _decode_line(line, where) if isinstance(line, bytes) else (line, None)
        if note:
            yield Note(where, note)
        yield from read_record(parse_record(text, where), where, origin)
    except InputError as e:
        yield Reject(where, str(e))


def _decode_line(line: bytes, where: str) -> tuple[str, str | None]:
    """A line's characters, and a note where it isn't UTF-8 like those before it."""
    try:
        return line.decode(), None
    except UnicodeDecodeError:
        decoded = decode_bytes(line, where)
        return decoded.text, decoded.note


def read_record(record: Mapping[str, Cell], where: str, origin: Origin) -> Iterator[Event]:
    """The article that one record of a table holds, and notes on it. Linear in its text.

    Raises `InputError` where it holds no text, or something that is not of the kind its column should hold.
    """
    notes: list[str] = []
    columns = origin.columns
    values = {
        field: _take_string(record, columns.names(field)[0], where, notes, is_text=field == "text")
        for field in ("text", "url", "title", "byline", "language")
    }
    text = values["text"]
    if text is None:
        raise InputError(explain_missing_text(record, where, columns))
    if not text.strip():
        raise InputError(f'{where}: "{columns.names("text")[0]}" is empty; expected the article\'s text')
    url, language = values["url"], values["language"]
    published = _take_published(record, columns.names("published"), where, notes)
    article = Article(
        id=_take_id(record, columns.names("id")[0], where, notes),
        text=text,
        sha256=hash_text(text),
        path=origin.path,
        url=url,
        encoding=origin.encoding,
        outlet=next(
            (o for name in columns.names("outlet") if (o := _take_string(record, name, where, notes))),
            None,
        ),
        title=values["title"],
        byline=values["byline"],
        language=(fold_language(language) if language else None) or origin.detect(text),
        published=published or (find_date_in_url(url) if url else None),
    )
    yield Draft(where, article)
    for note in notes:
        yield Note(where, note)


def explain_missing_text(names: Mapping[str, Cell], where: str, columns: Columns, kind: str = "key") -> str:
    """What to say of a record or a table without the column that its articles' text should be in."""
    shown = ", ".join(sorted(replace_surrogates(name) for name in names)[:_SHOWN_COLUMNS]) or "none"
    if kind == "key" and not columns.text:
        return f'{where} has no text; its keys: {shown}. Name the article\'s text "text", or its key with --text-column'
    wanted = columns.names("text")[0]
    return f'{where} has no {kind} "{wanted}"; {kind}s: {shown}. Name the one that holds the text with --text-column'


def is_record(line: str) -> bool:
    """Whether a line is, or was meant as, a record of JSONL.

    >>> is_record('{"id": 1}'), is_record('{"id": '), is_record("{sic} in the original")
    (True, True, False)
    """
    start = line.lstrip()[:200]
    return start.startswith("{") and start[1:].lstrip()[:1] in ('"', "}")


def parse_record(line: str, where: str) -> dict[str, Json]:
    """The object that one line of JSONL is. Raises `InputError` where it is none."""
    expected = 'expected one JSON object a line, as {"id": "…", "text": "…"}'
    try:
        record: Json = json.loads(line)
    except json.JSONDecodeError as e:
        raise InputError(f"{where} is not valid JSON: {e.msg} at character {e.colno}; {expected}") from e
    except (ValueError, RecursionError) as e:  # a number of thousands of digits, brackets nested thousands deep
        raise InputError(f"{where} is JSON beyond reading ({e}); {expected}") from e
    if not isinstance(record, dict):
        raise InputError(f"{where} is {_name_kind(record)}; {expected}")
    return record


def _take_string(
    record: Mapping[str, Cell], key: str, where: str, notes: list[str], *, is_text: bool = False
) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f'{where}: "{key}" is {_name_kind(value)}; expected a string. Write it in quotation marks')
    clean = replace_surrogates(value)
    if clean != value:
        notes.append(f'"{key}" holds half a surrogate pair, which is no character; read as \ufffd')
    return clean if is_text else clean.strip() or None


def _take_id(record: Mapping[str, Cell], key: str, where: str, notes: list[str]) -> str:
    value = record.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    identifier = _take_string(record, key, where, notes)
    if identifier is None:
        notes.append(f'has no "{key}"; one was given')
    return identifier or ""


def _take_published(
    record: Mapping[str, Cell], keys: tuple[str, ...], where: str, notes: list[str]
) -> Published | None:
    for key in keys:
        value = record.get(key)
        if isinstance(value, date):  # of a column with a type of its own, never of JSON
            return parse_published(value.isoformat().replace("+00:00", "Z"))
        if isinstance(value, int | float) and not isinstance(value, bool):
            if 1000 <= value <= 9999:
                return parse_published(str(int(value)))
            if value >= _LEAST_EPOCH_S and (published := _read_epoch(value)):
                return published
        written = str(value) if isinstance(value, int) else _take_string(record, key, where, notes)
        if written is None:
            continue
        published = parse_published(written)
        if published:
            return published
        notes.append(
            f'"{key}" is {written[:40]!r}, no valid date; expected ISO 8601, as "2032", "2032-01", "2032-01-14" or '
            '"2032-01-14T17:20Z". It is left out'
        )
    return None


def _read_epoch(value: float) -> Published | None:
    """Seconds, or milliseconds, since 1970."""
    try:
        when = datetime.fromtimestamp(value / 1000 if value >= _LEAST_EPOCH_MS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Published(when.strftime("%Y-%m-%dT%H:%MZ"), "minute", "metadata")


def _name_kind(value: Cell) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")
