"""What the tests of the library share: invented reports, settings without a parser, and a file's content to compare."""

import importlib.util
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.evidence import CompareConfig
from retold.library import LibraryConfig
from retold.model import Article

REPORTS = Path(__file__).parents[2] / "benchmarks" / "reports.py"
Content = dict[str, list[tuple[object, ...]]]


def load_reports(count: int, seed: int = 1) -> list[Article]:
    spec = importlib.util.spec_from_file_location("reports", REPORTS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.make_reports(count, seed))


def read_content(path: Path) -> Content:
    """Every row of every table but the text indexes' own, which are checked instead; in no order."""
    with sqlite3.connect(path) as connection:
        for index in ("articles_fts", "quotations_fts"):
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if "_fts" not in name
        ]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


@pytest.fixture(scope="session")
def reports() -> list[Article]:
    return load_reports(40)


@pytest.fixture(scope="session")
def config() -> LibraryConfig:
    return LibraryConfig(CompareConfig(annotate=AnnotateConfig(parse=False)), batch_articles=8)


@pytest.fixture(scope="session")
def content() -> Callable[[Path], Content]:
    return read_content
