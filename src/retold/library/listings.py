"""Lists out of the library file: stories by a filter, speakers, outlets, and the names that a filter offers."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from retold.errors import LibraryError
from retold.library.search import write_query
from retold.library.values import StoryOrder, StorySummary

_ORDERS: Final[dict[StoryOrder, str]] = {
    "newest": "s.last_published IS NULL, s.last_published > :now, s.last_published DESC, s.id",
    "retold": "s.retellings DESC, s.articles DESC, s.last_published DESC, s.id",
    "altered": "s.major DESC, s.minor DESC, s.last_published DESC, s.id",
}
_SUMMARY: Final = (
    "s.code, s.title, s.first_published, s.last_published, s.articles, s.outlets, s.duplicates, s.retellings, "
    "s.changes, s.minor, s.major, s.is_traced"
)
NameKind: TypeAlias = Literal["outlets", "languages"]
Value: TypeAlias = str | int | float | None


class StoryFilter(Struct, frozen=True):
    """Which stories are listed. `since` and `until`: ISO dates of the last report; `severity`: with such a change."""

    words: str = ""
    outlet: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    severity: str = ""
    least_articles: int = 2
    order: StoryOrder = "newest"


class StoryRow(Struct, frozen=True):
    """A story in the list, with the times of its reports (ISO, in order) for the small chart."""

    story: StorySummary
    times: tuple[str, ...]


class Listing(Struct, frozen=True):
    """One page of stories; `total`: so many fit the filter."""

    stories: tuple[StoryRow, ...]
    total: int


class NameCount(Struct, frozen=True):
    """A name with how often it occurs, and in how many stories. `quotations`: of an outlet, its reports."""

    name: str
    kind: str
    quotations: int
    stories: int


def list_stories(
    connection: sqlite3.Connection, order: StoryOrder, limit: int, least_articles: int, offset: int = 0
) -> tuple[StorySummary, ...]:
    """Stories of at least so many articles, newest, most retold or most altered first."""
    if order not in _ORDERS:
        raise LibraryError(f"stories have no order {order!r}; expected one of {', '.join(_ORDERS)}")
    given: dict[str, Value] = {"least": least_articles, "limit": limit, "offset": offset}
    return tuple(story for _, story in _select_stories(connection, "s.articles >= :least", order, given))


def filter_stories(connection: sqlite3.Connection, wanted: StoryFilter, limit: int, offset: int) -> Listing:
    """One page of the stories that fit, and how many there are. Linear in the stories that fit."""
    conditions = ["s.articles >= :least"]
    given: dict[str, Value] = {"least": wanted.least_articles, "limit": limit, "offset": offset}
    query = write_query(wanted.words) if wanted.words else ""
    if wanted.words and not query:
        return Listing((), 0)
    if query:
        conditions.append(
            "s.id IN (SELECT story_id FROM articles WHERE id IN "
            "(SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query))"
        )
        given["query"] = query
    if wanted.outlet:
        conditions.append(
            "s.id IN (SELECT a.story_id FROM outlets o JOIN articles a ON a.outlet_id = o.id WHERE o.name = :outlet)"
        )
        given["outlet"] = wanted.outlet
    if wanted.language:
        conditions.append("s.id IN (SELECT story_id FROM articles WHERE language = :language)")
        given["language"] = wanted.language
    if wanted.since:
        conditions.append("s.last_published >= :since")
        given["since"] = wanted.since
    if wanted.until:
        conditions.append("substr(s.last_published, 1, length(:until)) <= :until")
        given["until"] = wanted.until
    if wanted.severity == "major":
        conditions.append("s.major > 0")
    elif wanted.severity == "minor":
        conditions.append("s.changes > 0")
    where = " AND ".join(conditions)
    (total,) = connection.execute(f"SELECT count(*) FROM stories s WHERE {where}", given).fetchone()
    rows = _select_stories(connection, where, wanted.order, given)
    times: dict[int, list[str]] = defaultdict(list)
    marks = ", ".join("?" * len(rows))
    for story, published in connection.execute(
        f"SELECT story_id, published FROM articles WHERE story_id IN ({marks}) AND is_latest = 1 "
        "AND published IS NOT NULL ORDER BY published",
        [key for key, _ in rows],
    ):
        times[story].append(published)
    return Listing(tuple(StoryRow(story, tuple(times[key])) for key, story in rows), total)


def _select_stories(
    connection: sqlite3.Connection, where: str, order: StoryOrder, given: Mapping[str, Value]
) -> list[tuple[int, StorySummary]]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = connection.execute(
        f"SELECT s.id, {_SUMMARY} FROM stories s WHERE {where} ORDER BY {_ORDERS[order]} LIMIT :limit OFFSET :offset",
        {**given, "now": now},
    )
    fields = StorySummary.__struct_fields__
    return [
        (key, msgspec.convert(dict(zip(fields, row, strict=True)), StorySummary, strict=False)) for key, *row in rows
    ]


def list_names(connection: sqlite3.Connection, kind: NameKind, limit: int = 200) -> tuple[str, ...]:
    """What a filter offers, the most frequent first."""
    sql = (
        "SELECT o.name FROM articles a JOIN outlets o ON o.id = a.outlet_id GROUP BY o.id ORDER BY count(*) DESC, 1"
        if kind == "outlets"
        else "SELECT language FROM articles WHERE language IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    return tuple(name for (name,) in connection.execute(f"{sql} LIMIT ?", (limit,)))


def list_speakers(
    connection: sqlite3.Connection, limit: int, offset: int = 0, words: str = ""
) -> tuple[NameCount, ...]:
    """Named speakers, the most quoted first; `words`: that their names hold."""
    rows = connection.execute(
        "SELECT p.name, min(p.kind), count(q.id), count(DISTINCT p.story_id) FROM speakers p "
        "JOIN quotations q ON q.speaker_id = p.id WHERE p.kind NOT IN ('anonymous', 'unknown') "
        "AND instr(p.search_name, ?) > 0 GROUP BY p.name ORDER BY 3 DESC, 1 LIMIT ? OFFSET ?",
        (words.casefold(), limit, offset),
    )
    return tuple(NameCount(*row) for row in rows)


def list_outlets(connection: sqlite3.Connection, limit: int, offset: int = 0) -> tuple[NameCount, ...]:
    """Outlets, those with the most reports first; `quotations` counts reports here."""
    rows = connection.execute(
        "SELECT o.name, 'outlet', count(*), count(DISTINCT a.story_id) FROM articles a "
        "JOIN outlets o ON o.id = a.outlet_id WHERE a.is_latest = 1 GROUP BY o.id ORDER BY 3 DESC, 1 "
        "LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return tuple(NameCount(*row) for row in rows)
