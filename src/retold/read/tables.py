"""JSONL, one article a line → `Article`s, with passim's keys understood."""

import json
from collections.abc import Iterator
from typing import TypeAlias

from retold.errors import InputError
from retold.model import Article, Published
from retold.read.batch import hash_text, replace_surrogates
from retold.read.dates import find_date_in_url, parse_published
from retold.read.decoding import Decoded
from retold.read.language import detect_language, fold_language

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"), (int, "a number"), (float, "a number"), (str, "a string"), (list, "a list"),
    (dict, "an object"),
)  # fmt: skip


def read_jsonl(
    decoded: Decoded, name: str, path: str | None
) -> Iterator[tuple[str, Article | InputError, tuple[str, ...]]]:
    """For each line that is not blank: `file:line`, the article or why it is none, and notes on it. Linear.

    `text` is required; `id` is kept (a number as its digits) or, where there is none, given later. Optional:
    `outlet` or `series`, `published` or `date`, `url`, `title`, `byline`, `language`. Other keys are ignored. Lines end
    at line feeds only: U+2028 and its like may stand inside a JSON string.

    >>> line = '{"id": 7, "text": "One.", "series": "The Post", "date": "2032-01-14"}'
    >>> [(where, article.id, article.outlet)
    ...  for where, article, _ in read_jsonl(Decoded(line, "utf-8"), "x.jsonl", None)]
    [('x.jsonl:1', '7', 'The Post')]
    """
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            article, notes = _read_line(line, where, decoded.encoding, path)
            yield where, article, notes
        except InputError as e:
            yield where, e, ()


def is_record(line: str) -> bool:
    """Whether a line is, or was meant as, a record of JSONL.

    >>> is_record('{"id": 1}'), is_record('{"id": '), is_record("{sic} in the original")
    (True, True, False)
    """
    start = line.lstrip()[:200]
    return start.startswith("{") and start[1:].lstrip()[:1] in ('"', "}")


def _read_line(line: str, where: str, encoding: str, path: str | None) -> tuple[Article, tuple[str, ...]]:
    record = _parse_record(line, where)
    notes: list[str] = []
    values = {key: _take_string(record, key, where, notes) for key in ("text", "url", "title", "byline", "language")}
    text = values["text"]
    if text is None:
        keys = ", ".join(sorted(replace_surrogates(key) for key in record)[:12]) or "none"
        raise InputError(f'{where} has no text; its keys: {keys}. Name the article\'s text "text"')
    if not text.strip():
        raise InputError(f'{where}: "text" is empty; expected the article\'s text')
    url, language = values["url"], values["language"]
    published = _take_published(record, where, notes)
    article = Article(
        id=_take_id(record, where, notes),
        text=text,
        sha256=hash_text(text),
        path=path,
        url=url,
        encoding=encoding,
        outlet=_take_string(record, "outlet", where, notes) or _take_string(record, "series", where, notes),
        title=values["title"],
        byline=values["byline"],
        language=(fold_language(language) if language else None) or detect_language(text),
        published=published or (find_date_in_url(url) if url else None),
    )
    return article, tuple(notes)


def _parse_record(line: str, where: str) -> dict[str, Json]:
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


def _take_string(record: dict[str, Json], key: str, where: str, notes: list[str]) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f'{where}: "{key}" is {_name_kind(value)}; expected a string. Write it in quotation marks')
    clean = replace_surrogates(value)
    if clean != value:
        notes.append(f'"{key}" holds half a surrogate pair, which is no character; read as \ufffd')
    return clean if key == "text" else clean.strip() or None


def _take_id(record: dict[str, Json], where: str, notes: list[str]) -> str:
    value = record.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    identifier = _take_string(record, "id", where, notes)
    if identifier is None:
        notes.append('has no "id"; one was given')
    return identifier or ""


def _take_published(record: dict[str, Json], where: str, notes: list[str]) -> Published | None:
    for key in ("published", "date"):
        value = record.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
            return parse_published(str(value))
        written = _take_string(record, key, where, notes)
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


def _name_kind(value: Json) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")
