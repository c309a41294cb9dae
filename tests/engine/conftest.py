"""Every engine, for the tests that hold for all of them; and small tables."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retold.engine.local import LocalEngine

try:
    from retold.engine.spark import SparkEngine
except ImportError:
    SparkEngine = None
except Exception:  # MissingExtraError
    SparkEngine = None

AnyEngine: TypeAlias = object
ENGINES = ["local", pytest.param("spark", marks=pytest.mark.skipif(
    SparkEngine is None or shutil.which("java") is None, reason="needs PySpark and Java"))]  # fmt: skip


def write_table(path: Path, **columns: list) -> Path:
    """A Parquet file with these columns."""
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """One Spark session for all tests: starting one takes seconds."""
    with SparkEngine(tmp_path_factory.mktemp("spark"), "local[2]", 1_000) as engine:
        yield engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyEngine]:
    """Each engine in turn."""
    if request.param == "spark":
        yield request.getfixturevalue("spark")
        return
    with LocalEngine(tmp_path / "scratch") as local:
        yield local
