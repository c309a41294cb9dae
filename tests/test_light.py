"""What is not needed is not loaded: importing Retold and asking for help stay quick."""

import subprocess
import sys

import pytest

HEAVY = ("spacy", "thinc", "numpy", "pyarrow", "duckdb", "trafilatura", "lxml", "nupunkt", "dateparser", "py3langid")


def list_modules(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after `statement`."""
    code = f"{statement}\nimport sys\nsys.stderr.write(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.split())


def test_import_is_light() -> None:
    loaded = list_modules("import retold")
    assert "retold" in loaded
    assert not loaded & {*HEAVY, "rich", "click", "jinja2", "msgspec"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["compare", "--help"]])
def test_help_is_light(arguments: list[str]) -> None:
    loaded = list_modules(
        "from retold.cli import main\n"
        "try:\n"
        f"    main({arguments!r})\n"
        "except SystemExit as e:\n"
        "    assert not e.code, e.code"
    )
    assert "click" in loaded
    assert not loaded & {*HEAVY, "rich", "jinja2"}


def test_schema_needs_no_stage() -> None:
    loaded = list_modules("from retold.cli import main\ntry:\n    main(['schema'])\nexcept SystemExit:\n    pass")
    assert not loaded & {*HEAVY, "rich", "jinja2"}
