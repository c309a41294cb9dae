"""The pages on the Python API tell of every promised name, as its docstring does, and what they show runs."""

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import retold
from retold.demo import REPORTS
from retold.document import EvidenceDocument
from retold.present.tables import make_tables

ROOT = Path(__file__).parent.parent.parent
API, STABILITY = ROOT / "docs" / "api.md", ROOT / "docs" / "stability.md"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_api_reference", ROOT / "tools" / "write_api_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_that_of_the_docstrings(tool: ModuleType) -> None:
    page = API.read_text("utf-8")
    assert tool.write_page(page) == page, "run: python tools/write_api_reference.py"


@pytest.mark.parametrize("name", retold.__all__)
def test_every_promised_name_is_documented(name: str) -> None:
    assert f"`{name}`" in STABILITY.read_text("utf-8")
    page = API.read_text("utf-8")
    assert f"### retold.{name}\n" in page or f"Its rows are `retold.{name}`." in page
    assert (getattr(retold, name).__doc__ or "").strip()


def test_nothing_else_is_promised() -> None:
    table = STABILITY.read_text("utf-8").partition("| name |")[2].partition("\n\n")[0]
    names = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(names) == sorted(retold.__all__)


def test_every_table_is_documented_with_every_column() -> None:
    page = API.read_text("utf-8")
    for name, table in make_tables(EvidenceDocument("", 1, {}, ())).items():
        section = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == [column.name for column in table.columns]


def test_examples_of_the_reference_run() -> None:
    blocks = re.findall(r"^```pycon\n(.*?)^```", API.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    runner = doctest.DocTestRunner()
    for number, block in enumerate(blocks):
        runner.run(doctest.DocTestParser().get_doctest(block, {}, f"block {number}", str(API), 0))
    assert runner.summarize(verbose=False).failed == 0


def test_code_of_the_page_runs(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    blocks = re.findall(r"^```python\n(.*?)^```", API.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    shutil.copytree(REPORTS, tmp_path / "reports")
    environment = {**os.environ, "PYTHONWARNINGS": "error::UserWarning:__main__"}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for words in ("Comparison(5 articles", "altered", "Ada Lund said We saw it coming", "Replayed"):
        assert words in done.stdout
