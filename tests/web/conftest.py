"""A server over the story that comes with Retold, made once for all tests of the pages."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the page's packages are not installed: pip install 'retold[web]'")

from fastapi.testclient import TestClient

from retold.demo import REPORTS
from retold.library import open_library
from retold.read import read_inputs
from retold.web.app import create_app

sys.path.append(str(Path(__file__).parent))  # the tests import `markup` and `settings`, which stand beside them

from settings import BASE, CONFIG


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "news.db"
    with open_library(path, create=True, config=CONFIG) as opened:
        opened.add(read_inputs([str(REPORTS)]).articles)
    return path


@pytest.fixture(scope="session")
def story(library: Path) -> str:
    with open_library(library, read_only=True) as opened:
        return opened.stories()[0].id


@pytest.fixture(scope="session")
def articles(library: Path, story: str) -> tuple[str, ...]:
    with open_library(library, read_only=True) as opened:
        return tuple(article.id for article in opened.read_story(story).articles)


@pytest.fixture(scope="session")
def client(library: Path) -> Iterator[TestClient]:
    with TestClient(create_app(library), base_url=BASE) as opened:
        yield opened


@pytest.fixture
def empty() -> Iterator[TestClient]:
    """A server without a library file, as `retold serve` alone starts it."""
    with TestClient(create_app(config=CONFIG), base_url=BASE) as opened:
        yield opened
