"""The documentation is run: what README and docs tell people to type works, and prints what they show."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retold.demo import REPORTS
from retold.read import read_inputs

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CUT = "[…]"  # a line that stands for lines left out
RETOLD = Path(sys.executable).with_name("retold")


def find_commands() -> dict[str, list[str]]:
    """Command line → the lines that some page shows as its output."""
    found: dict[str, list[str]] = {}
    for page in PAGES:
        for block in re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            shown: list[str] = []
            for line in block.splitlines():
                if line.startswith("$ "):
                    shown = found.setdefault(line.removeprefix("$ "), [])
                elif line.strip() not in {"", CUT}:
                    shown.append(line)
    return found


COMMANDS = find_commands()


def test_readme_shows_commands() -> None:
    assert "retold demo" in COMMANDS
    assert any("--json" in command for command in COMMANDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the documentation's commands are given: the story that comes with the package."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(REPORTS, folder / "reports")
    shutil.copy(REPORTS / "reports.jsonl", folder)
    original, retelling = read_inputs([str(folder / "reports.jsonl")]).articles[:2]
    folder.joinpath("original.txt").write_text(original.text, "utf-8")
    folder.joinpath("retelling.txt").write_text(retelling.text, "utf-8")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs_and_prints_what_is_shown(command: str, folder: Path) -> None:
    assert "retold " in command
    line = re.sub(r"\bretold(?= )", f"'{RETOLD}'", command)
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    missing = [shown for shown in COMMANDS[command] if shown not in printed]
    assert not missing, "the documentation shows lines that the command does not print"


def test_every_command_is_documented() -> None:
    help_text = subprocess.run([RETOLD, "--help"], capture_output=True, encoding="utf-8", check=True).stdout
    names = re.findall(r"^  ([a-z][a-z-]*)  ", help_text.partition("Commands:")[2], re.MULTILINE)
    assert {"compare", "demo", "schema"} <= set(names)
    documented = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert [name for name in names if f"retold {name}" not in documented] == []


def test_every_command_has_an_example() -> None:
    from retold.cli.main import _COMMANDS  # the table the group loads its commands from

    for name in _COMMANDS:
        shown = subprocess.run([RETOLD, name, "--help"], capture_output=True, encoding="utf-8", check=True).stdout
        assert re.search(rf"Examples?:\n\s+retold {name}", shown), f"`retold {name} --help` ends without an example"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not re.match(r"https?://", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
