"""A library that another Retold made: it is read and added to as it is, and done anew on request."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from retold.errors import LibraryVersionError
from retold.library import LibraryConfig, open_library
from retold.model import Article
from retold.relate.packing import pack_profile, unpack_profile

Dump = Callable[[Path], dict[str, list[tuple[object, ...]]]]


def make_older(path: Path) -> None:
    """As a Retold left it that had other weights and knew less of an article, and no mark of its method."""
    with sqlite3.connect(path) as connection:
        (stored,) = connection.execute("SELECT value FROM settings WHERE name = 'compare'").fetchone()
        settings = json.loads(stored)
        settings["stories"] |= {"bias": -20.0, "gone": 1.0}
        del settings["stories"]["linkage"]
        connection.execute("UPDATE settings SET value = ? WHERE name = 'compare'", (json.dumps(settings),))
        connection.execute("DELETE FROM settings WHERE name = 'method'")
        for key, data in connection.execute("SELECT article_id, profile FROM findings").fetchall():
            older = msgspec.structs.replace(unpack_profile(data), dates=frozenset(), lead=frozenset())
            connection.execute("UPDATE findings SET profile = ? WHERE article_id = ?", (pack_profile(older), key))


@pytest.fixture
def older(tmp_path: Path, reports: list[Article], config: LibraryConfig) -> Path:
    path = tmp_path / "older.db"
    with open_library(path, create=True, config=config) as library:
        library.add(reports[:24])
        assert not library.is_outdated
    make_older(path)
    return path


def test_it_opens_and_is_added_to_by_its_own_weights(older: Path, reports: list[Article]) -> None:
    with open_library(older, read_only=True) as library:
        assert library.is_outdated
        assert library.stories()
    with open_library(older) as library:
        assert len(library.add(reports[24:]).articles) > 0
        assert library.is_outdated
        assert library.config.compare.stories.bias == -20.0


def test_regrouped_it_is_as_if_made_anew(
    older: Path, tmp_path: Path, reports: list[Article], config: LibraryConfig, content: Dump
) -> None:
    with open_library(older) as library:
        library.add(reports, regroup=True)
        assert not library.is_outdated
        assert library.config.compare == config.compare
    with open_library(tmp_path / "fresh.db", create=True, config=config) as library:
        library.add(reports)
    assert content(older) == content(tmp_path / "fresh.db")


def test_settings_of_ones_own_stay(tmp_path: Path, reports: list[Article], config: LibraryConfig) -> None:
    compare = config.compare
    own = msgspec.structs.replace(compare, stories=msgspec.structs.replace(compare.stories, bias=-9.0))
    with open_library(tmp_path / "own.db", create=True, config=LibraryConfig(own)) as library:
        library.add(reports[:8])
        assert not library.is_outdated
        library.add((), regroup=True)
        assert library.config.compare.stories.bias == -9.0


def test_what_cannot_be_read_says_so(older: Path) -> None:
    with sqlite3.connect(older) as connection:
        connection.execute("UPDATE settings SET value = '{\"stories\": 7}' WHERE name = 'compare'")
    with pytest.raises(LibraryVersionError, match="Nothing was changed"):
        open_library(older)
