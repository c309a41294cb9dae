"""Questions to the library file that only the page asks: filtered lists, speakers, outlets. Reading, never writing."""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from retold.library import StoryOrder, StorySummary
from retold.library.file import connect, explain_errors
from retold.library.search import write_query

STORY_ORDERS: dict[StoryOrder, str] = {
    "newest": "s.last_published IS NULL, s.last_published > :now, s.last_published DESC, s.id",
    "retold": "s.retellings DESC, s.articles DESC, s.last_published DESC, s.id",
    "altered": "s.major DESC, s.minor DESC, s.last_published DESC, s.id",
}
_FIELDS = (
    "s.code, s.title, s.first_published, s.last_published, s.articles, s.outlets, s.duplicates, s.retellings, "
    "s.changes, s.minor, s.major, s.is_traced"
)
_Z95 = 1.959964
Value: TypeAlias = str | int | float | None
Direction: TypeAlias = Literal["by", "of"]


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
    """A name with how often it occurs, and in how many stories."""

    name: str
    kind: str
    quotations: int
    stories: int


class Share(Struct, frozen=True):
    """`count` of `total`, with the 95 % interval of the share (Wilson 1927)."""

    name: str
    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.count / self.total if self.total else 0.0


class Tie(Struct, frozen=True):
    """How often one outlet's reports derive from another's; `outlet` None: an origin that is not at hand."""

    outlet: str | None
    stated: int
    inferred: int
    stories: int


class Fidelity(Struct, frozen=True):
    """What became of readings on the way, relative to the earlier reports at hand: in words and counts, no score."""

    readings: int
    stories: int
    severities: tuple[Share, ...]
    labels: tuple[Share, ...]


class OutletArticle(Struct, frozen=True):
    """A report of an outlet in its list."""

    id: str
    title: str | None
    published: str | None
    story: str | None
    reports: int


class Outlet(Struct, frozen=True):
    """Everything that is known of an outlet. `retells`: whom it retells; `retold_by`: who retells it; `own`: what
    became of others' words in its reports; `others`: what became of its words in others'."""

    name: str
    articles: int
    stories: int
    first: str | None
    last: str | None
    retells: tuple[Tie, ...]
    retold_by: tuple[Tie, ...]
    own: Fidelity
    others: Fidelity
    reports: tuple[OutletArticle, ...]


@contextmanager
def ask(path: Path) -> Iterator["Questions"]:
    """Questions to the library at `path`, over a connection that is closed after them."""
    with explain_errors(path), closing(connect(path, create=False, read_only=True)) as connection:
        yield Questions(connection)


def measure_share(name: str, count: int, total: int) -> Share:
    """A share with its Wilson interval, which is honest for few cases too.

    >>> few = measure_share("major", 1, 2)
    >>> round(few.low, 2), round(few.high, 2)
    (0.09, 0.91)
    """
    if not total:
        return Share(name, 0, 0, 0.0, 1.0)
    share, z2 = count / total, _Z95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return Share(name, count, total, max(0.0, middle - half), min(1.0, middle + half))


class Questions:
    """What the page asks. Cost: linear in the rows that fit, unless said otherwise."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def list_stories(self, wanted: StoryFilter, limit: int, offset: int) -> Listing:
        """One page of the stories that fit, and how many there are."""
        conditions = ["s.articles >= :least"]
        given: dict[str, Value] = {
            "least": wanted.least_articles,
            "now": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "limit": limit,
            "offset": offset,
        }
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
                "s.id IN (SELECT a.story_id FROM outlets o JOIN articles a ON a.outlet_id = o.id "
                "WHERE o.name = :outlet)"
            )
            given["outlet"] = wanted.outlet
        if wanted.language:
            conditions.append("s.id IN (SELECT story_id FROM articles WHERE language = :language)")
            given["language"] = wanted.language
        if wanted.since:
            conditions.append("s.last_published >= :since")
            given["since"] = wanted.since
        if wanted.until:
            conditions.append("substr(s.last_published, 1, 10) <= :until")
            given["until"] = wanted.until
        if wanted.severity == "major":
            conditions.append("s.major > 0")
        elif wanted.severity == "minor":
            conditions.append("s.changes > 0")
        where = " AND ".join(conditions)
        (total,) = self._connection.execute(f"SELECT count(*) FROM stories s WHERE {where}", given).fetchone()
        rows = self._connection.execute(
            f"SELECT s.id, {_FIELDS} FROM stories s WHERE {where} ORDER BY {STORY_ORDERS[wanted.order]} "
            "LIMIT :limit OFFSET :offset",
            given,
        ).fetchall()
        times: dict[int, list[str]] = defaultdict(list)
        marks = ", ".join("?" * len(rows))
        for story, published in self._connection.execute(
            f"SELECT story_id, published FROM articles WHERE story_id IN ({marks}) AND is_latest = 1 "
            "AND published IS NOT NULL ORDER BY published",
            [row[0] for row in rows],
        ):
            times[story].append(published)
        fields = StorySummary.__struct_fields__
        return Listing(
            tuple(
                StoryRow(
                    msgspec.convert(dict(zip(fields, row[1:], strict=True)), StorySummary, strict=False),
                    tuple(times[row[0]]),
                )
                for row in rows
            ),
            total,
        )

    def list_names(self, column: Literal["outlets", "languages"], limit: int = 200) -> tuple[str, ...]:
        """What a filter offers, the most frequent first."""
        sql = (
            "SELECT o.name FROM articles a JOIN outlets o ON o.id = a.outlet_id GROUP BY o.id ORDER BY count(*) DESC, 1"
            if column == "outlets"
            else "SELECT language FROM articles WHERE language IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        return tuple(name for (name,) in self._connection.execute(f"{sql} LIMIT ?", (limit,)))

    def list_speakers(self, limit: int, offset: int = 0, words: str = "") -> tuple[NameCount, ...]:
        """Named speakers, the most quoted first; `words`: that their names hold."""
        rows = self._connection.execute(
            "SELECT p.name, min(p.kind), count(q.id), count(DISTINCT p.story_id) FROM speakers p "
            "JOIN quotations q ON q.speaker_id = p.id WHERE p.kind NOT IN ('anonymous', 'unknown') "
            "AND instr(p.search_name, ?) > 0 GROUP BY p.name ORDER BY 3 DESC, 1 LIMIT ? OFFSET ?",
            (words.casefold(), limit, offset),
        )
        return tuple(NameCount(*row) for row in rows)

    def list_outlets(self, limit: int, offset: int = 0) -> tuple[NameCount, ...]:
        """Outlets, those with the most reports first; `quotations` counts reports here."""
        rows = self._connection.execute(
            "SELECT o.name, 'outlet', count(*), count(DISTINCT a.story_id) FROM articles a "
            "JOIN outlets o ON o.id = a.outlet_id WHERE a.is_latest = 1 GROUP BY o.id ORDER BY 3 DESC, 1 "
            "LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return tuple(NameCount(*row) for row in rows)

    def describe_outlet(self, name: str, reports: int = 50) -> Outlet | None:
        """Everything about one outlet; None where the library has no report of it."""
        row = self._connection.execute(
            "SELECT count(*), count(DISTINCT a.story_id), min(a.published), max(a.published) FROM outlets o "
            "JOIN articles a ON a.outlet_id = o.id WHERE o.name = ? AND a.is_latest = 1",
            (name,),
        ).fetchone()
        if not row[0]:
            return None
        articles = self._connection.execute(
            "SELECT a.code, a.title, a.published, s.code, coalesce(s.articles, 1) FROM outlets o "
            "JOIN articles a ON a.outlet_id = o.id LEFT JOIN stories s ON s.id = a.story_id "
            "WHERE o.name = ? AND a.is_latest = 1 ORDER BY a.published DESC, a.id LIMIT ?",
            (name, reports),
        )
        return Outlet(
            name,
            row[0],
            row[1],
            row[2],
            row[3],
            self._list_ties(name, "of"),
            self._list_ties(name, "by"),
            self._measure(name, "by"),
            self._measure(name, "of"),
            tuple(OutletArticle(*one) for one in articles),
        )

    def _list_ties(self, name: str, direction: Direction) -> tuple[Tie, ...]:
        """Whom an outlet retells ("of"), or who retells it ("by")."""
        own, other = ("t", "f") if direction == "of" else ("f", "t")
        beside = "coalesce(fo.name, d.from_outlet)" if direction == "of" else "to_.name"
        rows: Sequence[tuple[str | None, int, int, int]] = self._connection.execute(
            f"SELECT {beside} AS outlet, sum(d.kind = 'stated'), sum(d.kind = 'inferred'), count(DISTINCT d.story_id) "
            "FROM derivations d JOIN articles t ON t.id = d.to_article_id "
            "LEFT JOIN outlets to_ ON to_.id = t.outlet_id "
            "LEFT JOIN articles f ON f.id = d.from_article_id LEFT JOIN outlets fo ON fo.id = f.outlet_id "
            f"WHERE {own}.outlet_id IN (SELECT id FROM outlets WHERE name = ?) "
            f"AND ({other}.outlet_id IS NULL OR {other}.outlet_id != {own}.outlet_id) "
            "GROUP BY outlet ORDER BY count(*) DESC, outlet LIMIT 50",
            (name,),
        ).fetchall()
        return tuple(Tie(*row) for row in rows)

    def _measure(self, name: str, direction: Direction) -> Fidelity:
        """What became of readings in an outlet's reports ("by"), or of its readings in the reports of others ("of")."""
        of = "t" if direction == "by" else "f"
        rows = self._connection.execute(
            "SELECT c.label, c.severity, count(*) FROM changes c JOIN readings tr ON tr.id = c.to_reading_id "
            "JOIN readings fr ON fr.id = c.from_reading_id JOIN articles t ON t.id = tr.article_id "
            "JOIN articles f ON f.id = fr.article_id "
            f"WHERE {of}.outlet_id IN (SELECT id FROM outlets WHERE name = ?) AND f.outlet_id IS NOT t.outlet_id "
            "GROUP BY 1, 2",
            (name,),
        ).fetchall()
        (stories,) = self._connection.execute(
            "SELECT count(DISTINCT c.story_id) FROM changes c JOIN readings tr ON tr.id = c.to_reading_id "
            "JOIN readings fr ON fr.id = c.from_reading_id JOIN articles t ON t.id = tr.article_id "
            "JOIN articles f ON f.id = fr.article_id "
            f"WHERE {of}.outlet_id IN (SELECT id FROM outlets WHERE name = ?) AND f.outlet_id IS NOT t.outlet_id",
            (name,),
        ).fetchone()
        total = sum(count for _, _, count in rows)
        severities: dict[str, int] = defaultdict(int)
        labels: dict[str, int] = defaultdict(int)
        for label, severity, count in rows:
            severities[severity] += count
            labels[label] += count
        return Fidelity(
            total,
            stories,
            tuple(measure_share(key, severities[key], total) for key in ("major", "minor", "none")),
            tuple(
                measure_share(key, count, total) for key, count in sorted(labels.items(), key=lambda x: (-x[1], x[0]))
            ),
        )
