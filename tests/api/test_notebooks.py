"""The notebooks of `examples/` run as they stand; one without pandas says what is missing, and how to get it."""

import os
import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def run(path: Path, folder: Path, **environment: str) -> list[dict[str, object]]:
    """All the outputs, in order. Raises `CellExecutionError` with the words of the error."""
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, **environment})
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {"compare-two-reports", "a-speakers-year"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert not re.search(r"/(?:home|root|work|Users)/", path.read_text("utf-8")), "paths of a machine"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    outputs = run(path, tmp_path)
    assert not [output for output in outputs if output["output_type"] == "error"]
    shown = [output["data"] for output in outputs if output["output_type"] == "execute_result"]
    html = "".join(str(data.get("text/html", "")) + str(data.get("image/svg+xml", "")) for data in shown)  # type: ignore[attr-defined]
    assert "<svg" in html
    assert html.count("<table") >= 3
    assert "▲ major" in html


def test_without_pandas_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("raise ImportError(\"No module named 'pandas'\")\n")
    with pytest.raises(nbclient.exceptions.CellExecutionError, match=r"pip install 'retold\[pandas\]'"):
        run(EXAMPLES / "compare-two-reports.ipynb", tmp_path, PYTHONPATH=str(tmp_path))
