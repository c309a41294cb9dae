"""The SQLite file itself: opening it, its schema versions, and what its errors mean for a person.

Every statement on the file stands in this room. One connection writes, in short transactions; with the write-ahead log
any number of others read meanwhile, each from a consistent state.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

from retold.errors import (
    LibraryCorruptError,
    LibraryError,
    LibraryFullError,
    LibraryLockedError,
    LibraryMissingError,
    LibraryVersionError,
)

APPLICATION_ID: Final = 0x5E701D
"""Stands in the head of the file, so that `file` and Retold tell a library from another SQLite database."""
WAIT_FOR_LOCK_S: Final = 10.0
"""A build holds the file for milliseconds at a time; who waits longer waits for something else."""
CACHE_KIB: Final = 32_768
MAPPED_BYTES: Final = 1 << 31
"""After each write of another program a reader forgets the pages it holds; mapped, they cost nothing to get again."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FULL = {sqlite3.SQLITE_FULL}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def list_migrations() -> tuple[tuple[int, str], ...]:
    """The steps of the schema in order: version reached and its SQL."""
    folder = resources.files("retold.library") / "migrations"
    found = [(int(entry.name[:3]), entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name[:3].isdigit()]
    return tuple(sorted(found))


def connect(path: Path, *, create: bool, read_only: bool, wait_s: float = WAIT_FOR_LOCK_S) -> sqlite3.Connection:
    """Opens a library file, making it or bringing it to the present schema where that is allowed.

    Transactions are begun and ended by `write` alone. Raises the children of `LibraryError`: no such file, no library,
    a newer schema, locked, no room.
    """
    if not path.exists() and (read_only or not create):
        raise LibraryMissingError(f"there is no library at {path}. Make one with: retold build INPUT… -o {path}")
    if path.is_dir():
        raise LibraryError(f"{path} is a folder; name a file, such as {path / 'news.db'}")
    if not path.parent.is_dir():
        raise LibraryError(f"{path.parent} is no folder; make it first, or name a file elsewhere")
    with explain_errors(path):
        mode = "ro" if read_only else "rwc"
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=wait_s, isolation_level=None, check_same_thread=False)
        try:
            _set_up(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def _set_up(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
    version = _read_version(connection, path)
    steps = list_migrations()
    newest = steps[-1][0]
    if version > newest:
        raise LibraryVersionError(
            f"{path} was written by a newer Retold (schema {version}; this one knows up to {newest}). "
            "Nothing was changed. Update Retold: pip install -U retold"
        )
    if read_only:
        if version < newest:
            raise LibraryVersionError(
                f"{path} has schema {version}; this Retold reads {newest}. Bring it up to date with: "
                f"retold build -o {path}"
            )
        return
    if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise LibraryError(f"{path} lies where SQLite can't keep a write-ahead log; put it on a local disk")
    connection.execute("PRAGMA synchronous = NORMAL")
    for number, sql in steps:
        if number > version:
            _migrate(connection, number, sql)


def _read_version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and tables:
        raise LibraryCorruptError(
            f"{path} is a SQLite file of another program, no library of Retold. Nothing was changed; "
            "name another file after -o"
        )
    return version


def _migrate(connection: sqlite3.Connection, number: int, sql: str) -> None:
    """One step as one transaction, with the version in it: a kill leaves the schema before it or after it."""
    with write(connection):
        if int(connection.execute("PRAGMA user_version").fetchone()[0]) >= number:
            return  # another program was quicker
        for statement in _split(sql):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {number}")


def _split(sql: str) -> Iterator[str]:
    """The statements of a script. `executescript` would commit first."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def write(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it is in the file afterwards, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def explain_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into those that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error, path) from error
    except MemoryError as error:
        raise LibraryError(f"{path}: there is not enough memory for this; nothing half-written stays") from error


def _explain(error: sqlite3.Error, path: Path) -> LibraryError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return LibraryLockedError(
            f"{path} is being written by another program. Wait until it is done and run this again; what is in the "
            "file stays"
        )
    if code in _FULL:
        return LibraryFullError(
            f"{path} can't grow: the disk is full. What was added before stays; make room and run the same command "
            "again, it goes on from there"
        )
    if code in _CORRUPT:
        return LibraryCorruptError(
            f"{path} is damaged or no library ({error}). Take a backup, or build it anew under another name; "
            f'what can be read of it, "sqlite3 {path} .recover" shows'
        )
    if code == sqlite3.SQLITE_READONLY:
        return LibraryError(f"{path} may not be written to; check its permissions, and those of its folder")
    if code == sqlite3.SQLITE_CANTOPEN:
        return LibraryError(f"{path} can't be opened; check that you may read it and write to its folder")
    if code == sqlite3.SQLITE_IOERR:
        return LibraryError(f"{path} can't be read or written: {error}. Check the disk; what was added before stays")
    return LibraryError(f"{path}: {error}")
