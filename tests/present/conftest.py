"""The sample document, for every test of this room."""

import sys
from pathlib import Path

import pytest

from retold.document import EvidenceDocument

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode puts no folder of tests on the path


@pytest.fixture(scope="session")
def document() -> EvidenceDocument:
    from sample import build_document

    return build_document()
