"""What a library's articles are grouped and traced by: it stands in the file, so that its findings stay comparable, and
is exchanged for that of another Retold when a person asks for it."""

import hashlib
import sqlite3

import msgspec
from msgspec.structs import replace

from retold.evidence import CompareConfig
from retold.library.file import write
from retold.library.rows import clear_story
from retold.relate.packing import make_found_profile, pack_profile, unpack_found
from retold.relate.profiles import Profile

_BATCH = 200
_OWN = "own "
"""Marks settings that a caller chose: another Retold's defaults don't replace them."""


def write_method(config: CompareConfig) -> str:
    """A mark of what articles are grouped and traced by: of this Retold's weights and of what a profile holds."""
    usual = CompareConfig()
    is_own = (config.stories, config.trace) != (usual.stories, usual.trace)
    profile = " ".join(Profile.__struct_fields__)
    if is_own:
        return _OWN + hashlib.sha256(profile.encode()).hexdigest()[:16]
    weights = msgspec.json.encode((usual.stories, usual.trace), order="deterministic")
    return hashlib.sha256(weights + profile.encode()).hexdigest()[:16]


def is_outdated(connection: sqlite3.Connection, config: CompareConfig) -> bool:
    """Whether the library's articles were grouped and traced by another Retold. Such a library is read and added to as
    it is, by the weights it was made with."""
    known = _read_method(connection)
    return known is None or known != (write_method(config) if known.startswith(_OWN) else write_method(CompareConfig()))


def renew_method(connection: sqlite3.Connection, config: CompareConfig) -> CompareConfig:
    """Lets all articles be grouped and traced anew by this Retold; hands back the settings that stand from now on. What
    was found in each article by itself stays, and so does how that was asked for.

    May be killed: it begins anew, or the next build goes on. Linear in the articles; each is profiled again.
    """
    known = _read_method(connection) or ""
    usual = replace(CompareConfig(), annotate=config.annotate, longest_report_chars=config.longest_report_chars)
    config = config if known.startswith(_OWN) else usual
    articles = [id_ for (id_,) in connection.execute("SELECT id FROM articles ORDER BY id")]
    for at in range(0, len(articles), _BATCH):
        rows = []
        for article in articles[at : at + _BATCH]:
            text, read_chars, data = connection.execute(
                "SELECT a.text, a.read_chars, f.found FROM articles a JOIN findings f ON f.article_id = a.id "
                "WHERE a.id = ?",
                (article,),
            ).fetchone()
            rows.append((pack_profile(make_found_profile(unpack_found(data, text[:read_chars]))), article))
        with write(connection):
            connection.executemany("UPDATE findings SET profile = ? WHERE article_id = ?", rows)
    with write(connection):
        for (story,) in connection.execute("SELECT id FROM stories ORDER BY id").fetchall():
            members = [a for (a,) in connection.execute("SELECT id FROM articles WHERE story_id = ?", (story,))]
            clear_story(connection, story, members)
        connection.execute("UPDATE stories SET is_traced = 0")
        connection.execute("DELETE FROM backgrounds")
        connection.execute("UPDATE articles SET stage = 0 WHERE is_latest = 1")
        store_method(connection, config)
    return config


def store_method(connection: sqlite3.Connection, config: CompareConfig) -> None:
    """Writes the settings into the file, in the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)",
        [
            ("compare", msgspec.json.encode(config, order="deterministic").decode()),
            ("method", write_method(config)),
        ],
    )


def _read_method(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM settings WHERE name = 'method'").fetchone()
    return str(row[0]) if row else None
