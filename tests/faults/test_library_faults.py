"""Files that can't be used: each gives a message that says what to do, and loses nothing."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.errors import (
    LibraryCorruptError,
    LibraryError,
    LibraryFullError,
    LibraryLockedError,
    LibraryMissingError,
    LibraryVersionError,
)
from retold.evidence import CompareConfig
from retold.library import LibraryConfig, open_library

CONFIG = LibraryConfig(CompareConfig(annotate=AnnotateConfig(parse=False)), batch_articles=4)
RETOLD = Path(sys.executable).with_name("retold")


@pytest.fixture
def path(tmp_path: Path, shared: ModuleType) -> Path:
    path = tmp_path / "news.db"
    with open_library(path, create=True, config=CONFIG) as library:
        library.add(shared.load_reports(6))
    return path


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissingError, match="retold build"):
        open_library(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(LibraryError, match="folder"):
        open_library(tmp_path, create=True)
    with pytest.raises(LibraryError, match="make it first"):
        open_library(tmp_path / "no" / "news.db", create=True)


@pytest.mark.parametrize("read_only", [True, False])
def test_no_database(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "news.db"
    path.write_text("This is a letter, no database. " * 400)
    before = path.read_bytes()
    with pytest.raises(LibraryCorruptError, match="under another name"):
        open_library(path, read_only=read_only)
    assert path.read_bytes() == before


def test_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE articles (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(LibraryCorruptError, match="another program"):
        open_library(path, create=True)
    assert path.read_bytes() == before


def test_damaged_in_the_middle(path: Path, shared: ModuleType) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 3 : len(data) // 2] = b"\xa5" * (len(data) // 2 - 4096 * 3)
    path.write_bytes(data)
    with pytest.raises(LibraryCorruptError, match="damaged"), open_library(path, config=CONFIG) as library:
        library.add(shared.load_reports(12, seed=2))


def test_newer_schema(path: Path, shared: ModuleType) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = shared.read_content(path)
    for read_only in (True, False):
        with pytest.raises(LibraryVersionError, match="Update Retold"):
            open_library(path, read_only=read_only)
    assert shared.read_content(path) == before


def test_locked_by_another_program(path: Path, shared: ModuleType) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_library(path, config=CONFIG, wait_s=0.1) as library:
        with pytest.raises(LibraryLockedError, match="run this again"):
            library.add(shared.load_reports(8))
        assert library.count().articles == 6
        other.execute("ROLLBACK")
        assert len(library.add(shared.load_reports(8)).articles) == 2
    other.close()


def test_two_builds_at_once(path: Path, shared: ModuleType) -> None:
    def feed() -> object:
        yield from shared.load_reports(7)
        with open_library(path, config=CONFIG) as other, pytest.raises(LibraryLockedError, match="being built"):
            other.add([])

    with open_library(path, config=CONFIG) as library:
        library.add(feed())


def test_disk_full(path: Path, tmp_path: Path, shared: ModuleType) -> None:
    reports = shared.load_reports(40)
    with open_library(path, config=CONFIG) as library:
        pages = library._connection.execute("PRAGMA page_count").fetchone()[0]
        library._connection.execute(f"PRAGMA max_page_count = {pages + 60}")
        with pytest.raises(LibraryFullError, match="make room"):
            library.add(reports)
        assert library.search("said")
        kept = library.count().articles
    assert 6 < kept < 40
    with open_library(path, config=CONFIG) as library:
        library.add(reports)
    with open_library(tmp_path / "whole.db", create=True, config=CONFIG) as library:
        library.add(reports)
    assert shared.read_content(path) == shared.read_content(tmp_path / "whole.db")


def test_reading_only_writes_nothing(path: Path) -> None:
    with open_library(path, read_only=True) as library, pytest.raises(LibraryError, match="without read_only"):
        library.add([])


def test_the_command_says_it_and_exits_with_3(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    path.write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    for arguments in (["stories", str(path)], ["build", str(path), "-o", str(path)], ["search", str(path), "dam"]):
        done = subprocess.run([RETOLD, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 3
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("retold: ")
