"""Long lists a page at a time: what a cursor says, and that it belongs to the question it is given with."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from retold.errors import InputError

Row = TypeVar("Row")
_CURSOR: Final = re.compile(r"(\d{1,9})\.([0-9a-f]{8})")


class Paged(Protocol):
    """A question with a page."""

    @property
    def limit(self) -> int: ...

    @property
    def cursor(self) -> str | None: ...


class Page(Struct, Generic[Row], frozen=True):
    """Some rows of a list; `total`: so many are in all of it. `next_cursor` None: these are the last."""

    rows: tuple[Row, ...]
    total: int
    next_cursor: str | None


def cut_page(rows: Sequence[Row], asked: Paged, about: str | None = None) -> Page[Row]:
    """The rows of the page that is asked for; `about`: the comparison that they are of. Raises `InputError` for a
    cursor of another question or comparison."""
    start = read_offset(asked, about)
    end = start + asked.limit
    return Page(tuple(rows[start:end]), len(rows), write_cursor(asked, end, about) if end < len(rows) else None)


def read_offset(asked: Paged, about: str | None = None) -> int:
    """How many rows the pages before had."""
    if asked.cursor is None:
        return 0
    match = _CURSOR.fullmatch(asked.cursor)
    if match is None:
        raise InputError(
            f"cursor {asked.cursor[:40]!r} is none of this server's; give `next_cursor` of an answer, or leave it out"
        )
    if match[2] != _sign(asked, about):
        raise InputError("this cursor belongs to another question; leave it out, or ask the same as before")
    return int(match[1])


def write_cursor(asked: Paged, offset: int, about: str | None = None) -> str:
    """What to ask with for the rows from `offset` on."""
    return f"{offset}.{_sign(asked, about)}"


def _sign(asked: Paged, about: str | None) -> str:
    """Marks the question, apart from its page: articles and the comparison of them are one."""
    assert isinstance(asked, Struct)
    question = msgspec.to_builtins(asked)
    for name in ("cursor", "limit", "articles", "comparison"):
        question.pop(name, None)
    data = msgspec.json.encode((type(asked).__name__, about, question), order="deterministic")
    return hashlib.sha256(data).hexdigest()[:8]
