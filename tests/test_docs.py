"""The documentation is run: what README and docs tell people to type works, and prints what they show."""

import doctest
import importlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import click
import msgspec
import pytest

import retold
from retold.cli.main import root
from retold.demo import REPORTS
from retold.languages.language import Language
from retold.read import read_inputs
from retold.styles import StyleProfile

from .blocks import Block, find_blocks, list_commands, parse_line, run_line

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
CUT = "[…]"  # a line that stands for lines left out
COMMANDS = list(root.list_commands(click.Context(root)))
ENDLESS = {"serve", "watch", "mcp"}
OWN_TEST = {"docs/api.md"}  # tests/api/test_reference.py runs it


def read_page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that pages take for granted: the story that comes with the package, as a folder, a table and two texts."""
    shutil.copytree(REPORTS, tmp_path / "reports")
    shutil.copy(REPORTS / "reports.jsonl", tmp_path)
    original, retelling = read_inputs([str(tmp_path / "reports.jsonl")]).articles[:2]
    tmp_path.joinpath("original.txt").write_text(original.text, "utf-8")
    tmp_path.joinpath("retelling.txt").write_text(retelling.text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.delenv("PYTHONPATH")  # what a page sets is taken back
    return tmp_path


@pytest.mark.parametrize("name", [n for n in NAMES if n not in OWN_TEST and find_blocks(read_page(n))])
def test_blocks_run(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every block of a page, in order, in one folder; what a page shows as output is printed."""
    page = read_page(name)
    for needed in re.findall(r"^<!-- needs: (.+?) -->$", page, re.MULTILINE):
        for package in needed.split(", "):
            pytest.importorskip(package)
    names: dict[str, object] = {"__name__": "page"}
    printed: list[str] = []
    for block in find_blocks(page):
        place = f"{name}:{block.line}"
        if block.title:
            Path(block.title).parent.mkdir(parents=True, exist_ok=True)
            Path(block.title).write_text(block.text, "utf-8")
        if block.reason:
            check_unrun(block, place)
        elif block.language in {"console", "sh"}:
            run_commands(block, place)
        elif block.language == "python":
            exec(compile(block.text, place, "exec"), names)
            printed = capsys.readouterr().out.splitlines()
        elif block.language == "text" and block.follows and not block.title and printed:
            check_shown(block.text.splitlines(), printed, place)
        else:
            read_block(block, place)


def run_commands(block: Block, place: str) -> None:
    commands = list_commands(block)
    assert commands, f"{place}: nothing to run"
    code = 0
    for line, _ in commands:
        endless = ENDLESS & {words[1] for words in parse_line(line) if words[0] == "retold" and "--once" not in words}
        assert not endless, f"{place}: `{line}` ends when it is stopped; say so in a mark"
    for (line, shown), (following, _) in zip(commands, [*commands[1:], ("", [])], strict=True):
        done = run_line(line, code)
        code = done.code
        assert code == 0 or following == "echo $?", f"{place}: {line}\n{done.err}"
        assert "bug in Retold" not in done.err
        check_shown(shown, done.out.decode().splitlines(), f"{place}: {line}")


def check_shown(shown: list[str], printed: list[str], place: str) -> None:
    """The lines shown stand in what is printed, in that order; `[…]` is for lines left out, here or there."""
    rest = iter(printed)
    missing = [line for line in shown if line.strip() not in {"", CUT} and line not in rest]
    assert not missing, f"{place}: these lines are not printed, or not in this order"


def check_unrun(block: Block, place: str) -> None:
    """What isn't run must at least be what Retold and Python understand."""
    if block.language == "python":
        compile(block.text, place, "exec")
    for line, _ in list_commands(block) if block.language in {"console", "sh"} else ():
        for words in parse_line(line):
            for extra in re.findall(r"'retold\[([\w,]+)\]'|'\.\[([\w,]+)\]'", line):
                assert set("".join(extra).split(",")) <= EXTRAS, place
            if words[0] == "retold" and len(words) > 1 and not words[1].startswith("-"):
                command = root.get_command(click.Context(root), words[1])
                assert command, f"{place}: there is no command {words[1]}"
                command.make_parser(click.Context(command)).parse_args(words[2:])


EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])


def read_block(block: Block, place: str) -> None:
    if block.language == "pycon":
        runner = doctest.DocTestRunner()
        runner.run(doctest.DocTestParser().get_doctest(block.text, {}, place, place, block.line))
        assert runner.summarize(verbose=False).failed == 0
    elif block.language == "json":
        json.loads(block.text)
    elif block.language == "toml":
        read = tomllib.loads(block.text)
        if "rules" in read:
            msgspec.convert(read, StyleProfile)
        if "code" in read:
            msgspec.convert(read, Language)
    elif block.language == "sql":
        connection = sqlite3.connect("news.db")
        connection.execute(block.text).fetchall()
        connection.close()
    elif block.language == "sparql":
        rdflib = pytest.importorskip("rdflib")
        graph = rdflib.Graph().parse("descent.jsonld", format="json-ld")
        assert list(graph.query(block.text)), f"{place}: nothing is found"
    elif block.language == "xml":
        ElementTree.fromstring(block.text)
    else:
        assert block.language == "text", f"{place}: a block of {block.language or 'no language'} is neither run nor marked"


@pytest.mark.parametrize("name", NAMES)
def test_every_fence_is_seen(name: str) -> None:
    """No block escapes because its fence is written another way."""
    page = read_page(name)
    fences = re.findall(r"^ *```|^ *~~~", page, re.MULTILINE)
    assert len(fences) == 2 * len(find_blocks(page))
    marks = re.findall(r"<!-- not run", page)
    assert len(marks) == sum(block.reason is not None for block in find_blocks(page))
