"""The last phase of a build: each story that changed is traced, and its findings become rows."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial

from retold import __version__
from retold.annotate.annotation import resolve_articles
from retold.document import EvidenceDocument
from retold.evidence import trace_stories
from retold.languages import work_around
from retold.library.documents import STORY_ID, list_parsers, read_articles
from retold.library.duplicates import find_duplicates
from retold.library.file import write
from retold.library.keys import read_code, write_code
from retold.library.rows import Rows, insert_rows, make_story_rows, shorten
from retold.library.values import LibraryConfig
from retold.model import Story
from retold.relate.packing import unpack_found, unpack_profile

_TRANSACTION_S = 0.5
"""Findings are written in transactions of about so much work: what a kill can cost, and few enough to be quick."""


def trace_waiting(
    connection: sqlite3.Connection, config: LibraryConfig, report: Callable[[int, int], None]
) -> tuple[int, ...]:
    """Traces every story that waits for it, some a transaction; hands back their keys. What is in the file of a story
    follows from its articles alone."""
    waiting = [id_ for (id_,) in connection.execute("SELECT id FROM stories WHERE is_traced = 0 ORDER BY id")]
    report(0, len(waiting))
    traced: list[tuple[int, EvidenceDocument, Rows]] = []
    started = time.monotonic()
    for n, story in enumerate(waiting, 1):
        document = work_around(partial(trace_one, connection, story, config))
        traced.append((story, document, make_story_rows(write_code("s", story), document)))
        if n == len(waiting) or time.monotonic() - started >= _TRANSACTION_S:
            _store(connection, traced, config)
            traced, started = [], time.monotonic()
            report(n, len(waiting))
    return tuple(waiting)


def trace_one(connection: sqlite3.Connection, story: int, config: LibraryConfig) -> EvidenceDocument:
    """The evidence document of one story, found anew from what is known of its articles."""
    stored = read_articles(connection, story)
    found = []
    for row in stored:
        (data,) = connection.execute("SELECT found FROM findings WHERE article_id = ?", (row[0],)).fetchone()
        found.append(unpack_found(data, row[1][: row[13]]))
    annotated = resolve_articles(found)
    return trace_stories(
        annotated,
        [Story(STORY_ID, tuple(a.article.id for a in annotated))],
        config.compare,
        list_parsers(stored, config.compare),
    )


def _store(
    connection: sqlite3.Connection, traced: Sequence[tuple[int, EvidenceDocument, Rows]], config: LibraryConfig
) -> None:
    with write(connection):
        for story, document, rows in traced:
            insert_rows(connection, rows)
            duplicates = _mark_duplicates(connection, document, config)
            dates = sorted(a.published.value for a in document.articles if a.published)
            severities = [change.severity for change in document.changes]
            first = next((a for a in document.articles if a.title), document.articles[0])
            connection.execute(
                "UPDATE stories SET title = ?, first_published = ?, last_published = ?, articles = ?, outlets = ?, "
                "duplicates = ?, retellings = ?, changes = ?, minor = ?, major = ?, retold = ?, is_traced = 1 "
                "WHERE id = ?",
                (
                    shorten(first.title or first.text),
                    dates[0] if dates else None,
                    dates[-1] if dates else None,
                    len(document.articles),
                    len({a.outlet for a in document.articles if a.outlet}),
                    duplicates,
                    len(document.derivations),
                    sum(severity != "none" for severity in severities),
                    severities.count("minor"),
                    severities.count("major"),
                    __version__,
                    story,
                ),
            )


def _mark_duplicates(connection: sqlite3.Connection, document: EvidenceDocument, config: LibraryConfig) -> int:
    """Marks the near-duplicates among a story's articles with the first of their kind; how many there are."""
    if len(document.articles) < 2:
        return 0
    keys = [read_code(article.id) for article in document.articles]
    runs = []
    for key in keys:
        (data,) = connection.execute("SELECT profile FROM findings WHERE article_id = ?", (key,)).fetchone()
        runs.append(unpack_profile(data).runs)
    found = find_duplicates(runs, config.duplicate_share)
    connection.executemany(
        "UPDATE articles SET duplicate_of_id = ? WHERE id = ?", [(keys[first], keys[n]) for n, first in found.items()]
    )
    return len(found)
