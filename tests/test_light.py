"""What is not needed is not loaded: importing Retold and asking for help stay quick."""

import subprocess
import sys

import click
import pytest

from retold.cli.main import root

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
    assert not loaded & {*HEAVY, "rich", "jinja2", "asyncio"}


def test_help_loads_no_command() -> None:
    """And what it says of each is what the command says of itself."""
    loaded = list_modules("from retold.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass")
    assert not loaded & {"msgspec", "asyncio", "email"}
    context = click.Context(root)
    words = " ".join(root.get_help(context).split())
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        assert f"{name} {command.get_short_help_str(limit=300)}" in words


def test_schema_needs_no_stage() -> None:
    loaded = list_modules("from retold.cli import main\ntry:\n    main(['schema'])\nexcept SystemExit:\n    pass")
    assert not loaded & {*HEAVY, "rich", "jinja2"}
