"""The manual pages: one for each command, as the commands are, and such that `man` shows them."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from retold.cli.main import root
from retold.cli.manual import main, write_pages

ROOT = Path(__file__).parents[2]
PAGES = write_pages()


def test_every_command_and_option_has_its_place() -> None:
    context = click.Context(root, info_name="retold")
    names = root.list_commands(context)
    assert set(PAGES) == {"retold.1", *(f"retold-{name}.1" for name in names)}
    for name in names:
        command = root.get_command(context, name)
        assert command is not None
        page = PAGES[f"retold-{name}.1"].replace("\\-", "-")
        assert f"retold-{name}(1)" in PAGES["retold.1"].replace("\\-", "-")
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(flag in page for flag in option.opts), f"{name} {option.opts}"
        assert f"retold {name}" in page.split(".SH EXAMPLES")[1]


def test_the_pages_in_the_tree_are_those_of_the_commands() -> None:
    there = {path.name: path.read_text("utf-8") for path in (ROOT / "man").glob("*.1")}
    assert there.keys() == PAGES.keys(), "run: make man"
    stale = [name for name, page in PAGES.items() if there[name] != page]
    assert not stale, "run: make man"


def test_the_wheel_puts_them_where_man_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"] == {"man": "share/man/man1"}


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
@pytest.mark.parametrize("name", ["retold.1", "retold-compare.1", "retold-search.1"])
def test_troff_has_nothing_to_say_against_them(name: str) -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww"], input=PAGES[name], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    shown = re.sub(".\b", "", done.stdout)  # bold letters are struck twice
    assert "EXAMPLES\n" in shown
    assert "retold compare original.txt" in shown or name == "retold-search.1"


def test_writing_takes_out_pages_of_commands_that_are_gone(tmp_path: Path) -> None:
    tmp_path.joinpath("retold-gone.1").write_text("")
    tmp_path.joinpath("other.1").write_text("")
    assert main([str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*PAGES, "other.1"}
    assert main([]) == 2
