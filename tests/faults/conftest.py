"""What the tests of faults share with those of the library."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def shared() -> ModuleType:
    """The conftest of the library's tests: reports, and a file's content to compare."""
    spec = importlib.util.spec_from_file_location(
        "library_conftest", Path(__file__).parents[1] / "library" / "conftest.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
