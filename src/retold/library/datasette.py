"""What a library's tables and columns hold, in words, and the metadata that Datasette opens a library with.

The words are data (`tables.toml`), for Datasette and for the documentation alike.
"""

import sqlite3
import tomllib
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from retold.library.file import list_migrations

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
_QUERIES: Final = {
    "most_altered_speakers": (
        "Speakers whose words were altered most",
        "Changes of major severity, by the speaker of the utterance.",
        "SELECT s.name AS speaker, count(*) AS major FROM changes c JOIN families f ON f.id = c.family_id "
        "JOIN speakers s ON s.id = f.speaker_id WHERE c.severity = 'major' GROUP BY s.name ORDER BY major DESC, s.name",
    ),
    "who_retold_whom": (
        "Which outlet retold which",
        "Derivations between reports in the library, by outlet.",
        "SELECT coalesce(a.name, d.from_outlet) AS earlier, b.name AS later, count(*) AS reports FROM derivations d "
        "LEFT JOIN articles x ON x.id = d.from_article_id LEFT JOIN outlets a ON a.id = x.outlet_id "
        "JOIN articles y ON y.id = d.to_article_id LEFT JOIN outlets b ON b.id = y.outlet_id "
        "GROUP BY earlier, later ORDER BY reports DESC, earlier, later",
    ),
    "what_became_of_a_speakers_words": (
        "What became of a speaker's words",
        "Quotations of speakers whose name holds some letters, by date, with the gravest change that led to each.",
        "SELECT a.published, o.name AS outlet, s.name AS speaker, q.content, c.label, c.severity, c.why "
        "FROM quotations q JOIN speakers s ON s.id = q.speaker_id JOIN articles a ON a.id = q.article_id "
        "LEFT JOIN outlets o ON o.id = a.outlet_id LEFT JOIN readings r ON r.quotation_id = q.id "
        "LEFT JOIN changes c ON c.to_reading_id = r.id "
        "WHERE s.search_name LIKE '%' || lower(:speaker) || '%' AND a.is_latest = 1 AND q.told = 1 "
        "ORDER BY a.published, a.id, q.number",
    ),
    "where_reports_disagree": (
        "Where reports disagree",
        "Facts whose versions differ, with the characters that each report gives.",
        'SELECT f.kind, o.name AS outlet, substr(a.text, r.start + 1, r."end" - r.start) AS words, r.value, '
        "a.title AS report FROM facts f JOIN fact_readings r ON r.fact_id = f.id JOIN articles a "
        "ON a.id = r.article_id LEFT JOIN outlets o ON o.id = a.outlet_id WHERE f.verdict = 'differ' "
        "ORDER BY f.id, r.number",
    ),
}


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """One table in words. `label`: the column that stands for a row elsewhere; `facets`, `sort`, `sort_desc` and
    `sortable`: how it opens; `is_internal`: only a later build has use for it."""

    about: str
    columns: dict[str, str]
    label: str | None = None
    facets: tuple[str, ...] = ()
    sort: str | None = None
    sort_desc: str | None = None
    sortable: tuple[str, ...] = ()
    is_internal: bool = False

    def describe(self, column: str) -> str:
        """What a column holds: as it is told for this table, else for all that have it. Raises `KeyError`."""
        return self.columns[column] if column in self.columns else _load()[0][column]


def describe_tables() -> dict[str, Table]:
    """Every table of a library, in the order in which a person reads them.

    >>> describe_tables()["quotation_spans"].describe("start")
    'First character of the span: code points of articles.text, from 0.'
    """
    return _load()[1]


@cache
def list_columns() -> dict[str, tuple[str, ...]]:
    """The columns of each table of a library, as its schema has them; text indexes left out."""
    connection = sqlite3.connect(":memory:")
    for _, sql in list_migrations():
        connection.executescript(sql)
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        if "_fts" not in name
    ]
    found = {
        name: tuple(row[1] for row in connection.execute(f'PRAGMA table_xinfo("{name}")').fetchall()) for name in names
    }
    connection.close()
    return found


def build_metadata(database: str) -> dict[str, Json]:
    """Metadata for Datasette 0.65: descriptions, labels, facets, order, and some questions ready to be asked.

    `database`: the file's name without its ending, which Datasette calls it by.
    """
    columns = list_columns()
    tables: dict[str, Json] = {}
    for name, table in describe_tables().items():
        shown: dict[str, Json] = {"description": table.about}
        shown["columns"] = {column: table.describe(column) for column in columns[name]}
        named = {"label_column": table.label, "sort": table.sort, "sort_desc": table.sort_desc}
        shown |= {key: value for key, value in named.items() if value is not None}
        if table.facets:
            shown["facets"] = list(table.facets)
        if table.sortable:
            shown["sortable_columns"] = list(table.sortable)
        if table.is_internal:
            shown["hidden"] = True
        tables[name] = shown
    queries: dict[str, Json] = {
        name: {"title": title, "description": about, "sql": sql} for name, (title, about, sql) in _QUERIES.items()
    }
    return {
        "title": "Retold",
        "description": "Who said what in each report of an event, what became of each quotation from report to report, "
        "and who retold whom. Fidelity is relative to the earlier report at hand, never to what was spoken.",
        "databases": {
            database: {
                "description": "A library of articles. Spans are half-open, in code points of articles.text.",
                "tables": tables,
                "queries": queries,
            }
        },
    }


@cache
def _load() -> tuple[dict[str, str], dict[str, Table]]:
    text = resources.files("retold.library").joinpath("tables.toml").read_text("utf-8")
    data = tomllib.loads(text)
    shared = msgspec.convert(data.pop("shared"), dict[str, str])
    return shared, msgspec.convert(data, dict[str, Table])
