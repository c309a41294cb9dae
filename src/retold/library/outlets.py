"""Everything the library knows of one outlet: whom it retells, who retells it, what became of words on the way."""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

_Z95 = 1.959964
Direction: TypeAlias = Literal["by", "of"]


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
    return Share(name, count, total, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def describe_outlet(connection: sqlite3.Connection, name: str, reports: int = 50) -> Outlet | None:
    """Everything about one outlet; None where the library has no report of it."""
    row = connection.execute(
        "SELECT count(*), count(DISTINCT a.story_id), min(a.published), max(a.published) FROM outlets o "
        "JOIN articles a ON a.outlet_id = o.id WHERE o.name = ? AND a.is_latest = 1",
        (name,),
    ).fetchone()
    if not row[0]:
        return None
    articles = connection.execute(
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
        _list_ties(connection, name, "of"),
        _list_ties(connection, name, "by"),
        _measure(connection, name, "by"),
        _measure(connection, name, "of"),
        tuple(OutletArticle(*one) for one in articles),
    )


def _list_ties(connection: sqlite3.Connection, name: str, direction: Direction) -> tuple[Tie, ...]:
    """Whom an outlet retells ("of"), or who retells it ("by")."""
    own, other = ("t", "f") if direction == "of" else ("f", "t")
    beside = "coalesce(fo.name, d.from_outlet)" if direction == "of" else "to_.name"
    rows: Sequence[tuple[str | None, int, int, int]] = connection.execute(
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


def _measure(connection: sqlite3.Connection, name: str, direction: Direction) -> Fidelity:
    """What became of readings in an outlet's reports ("by"), or of its readings in the reports of others ("of")."""
    of = "t" if direction == "by" else "f"
    rows = connection.execute(
        "SELECT c.label, c.severity, count(*) FROM changes c JOIN readings tr ON tr.id = c.to_reading_id "
        "JOIN readings fr ON fr.id = c.from_reading_id JOIN articles t ON t.id = tr.article_id "
        "JOIN articles f ON f.id = fr.article_id "
        f"WHERE {of}.outlet_id IN (SELECT id FROM outlets WHERE name = ?) AND f.outlet_id IS NOT t.outlet_id "
        "GROUP BY 1, 2",
        (name,),
    ).fetchall()
    (stories,) = connection.execute(
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
        tuple(measure_share(key, count, total) for key, count in sorted(labels.items(), key=lambda x: (-x[1], x[0]))),
    )
