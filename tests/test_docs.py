"""The documentation is run: what README and docs tell people to type works, and prints what they show."""

import doctest
import importlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import get_args
from xml.etree import ElementTree

import click
import msgspec
import pytest

import retold
from retold import model
from retold.cli.main import root
from retold.demo import REPORTS
from retold.languages.language import Language
from retold.library import list_columns
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
    """The files that pages take for granted: the story that comes with Retold, as folder, table and two texts."""
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


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
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
        lines = block.text.splitlines() if str(block.title).endswith(".jsonl") else [block.text]
        assert all(isinstance(json.loads(line), dict) for line in lines), place
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
        assert block.language == "text", (
            f"{place}: a block of {block.language or 'no language'} is neither run nor marked"
        )


@pytest.mark.parametrize("name", NAMES)
def test_every_fence_is_seen(name: str) -> None:
    """No block escapes because its fence is written another way, and no mark stands where it means nothing."""
    page = read_page(name)
    blocks = find_blocks(page)
    assert len(re.findall(r"^ *(?:```|~~~)", page, re.MULTILINE)) == 2 * len(blocks)
    assert len(re.findall(r"<!-- *not run", page)) == sum(block.reason is not None for block in blocks)


def test_most_blocks_run() -> None:
    """A mark is for what can't be run here; it must not become the easy way."""
    blocks = [
        (name, block)
        for name in NAMES
        for block in find_blocks(read_page(name))
        if block.language not in {"text", ""} and not name.startswith("docs/reference/")
    ]
    unrun = [(name, block) for name, block in blocks if block.reason]
    assert len(blocks) > 60
    assert len(unrun) < len(blocks) / 4
    assert all(len((block.reason or "").split()) >= 3 for _, block in unrun), "a mark says why"


def test_the_script_is_installed() -> None:
    """Once as people call it; everything else runs in this process."""
    script = Path(sys.executable).with_name("retold")
    done = subprocess.run([script, "--version"], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == f"retold {retold.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    done = run_line(f"retold {name} --help")
    assert re.search(rf"Examples?:\n\s+retold {name}", done.out.decode()), f"`retold {name} --help` has no example"


def load_tool(name: str) -> ModuleType:
    """A script of tools/."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("write_command_reference", ()),
        ("write_document_reference", ()),
        ("write_language_reference", ()),
        ("write_rest_reference", ("fastapi", "python_multipart")),
        ("write_table_reference", ("duckdb", "numba", "pyarrow", "resiliparse", "fastwarc")),
    ],
)
def test_reference_is_that_of_the_code(name: str, needed: tuple[str, ...]) -> None:
    for package in needed:
        pytest.importorskip(package)
    for page, text in load_tool(name).write_pages().items():
        assert page.read_text("utf-8") == text, f"{page.name} is stale; run: python tools/{name}.py"


def read_section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or higher."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(
        rf"^{re.escape(heading)}(?: \{{[^\n]*\}})?\n(.*?)(?=^#{{1,{level}}} |\Z)", page, re.MULTILINE | re.DOTALL
    )
    assert found, f"there is no {heading}"
    return found[1]


def read_entries(section: str) -> set[str]:
    """The names that begin the rows of tables."""
    return {
        name for cell in re.findall(r"^\| *([^|]*)\|", section, re.MULTILINE) for name in re.findall(r"`([^`]+)`", cell)
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    section = read_section(read_page("docs/reference/commands.md"), f"## retold {name}")
    command = root.get_command(click.Context(root), name)
    assert command is not None
    options = {spelling for one in command.params if isinstance(one, click.Option) for spelling in one.opts}
    assert options <= read_entries(section)
    told = [page for page in NAMES if not page.startswith("docs/reference/") and f"retold {name}" in read_page(page)]
    assert told, f"no page but the reference tells of `retold {name}`"


GLOSSARY = {
    "## Labels of a change": model.Label,
    "## Flags": model.Flag,
    "## Severity": model.Severity,
    "## Kinds of quotations, forms of readings": model.ReadingForm,
    "## Zones": model.ZoneRole,
    "## Speakers": model.SpeakerKind,
    "## Passages": model.PassageKind,
    "## Left out": model.OmissionKind,
}


@pytest.mark.parametrize("heading", GLOSSARY)
def test_glossary_has_the_closed_sets(heading: str) -> None:
    """Every label, flag, severity, kind and role has an entry, and nothing else has."""
    first = re.findall(r"^\| `([^`]+)` \|", read_section(read_page("docs/glossary.md"), heading), re.MULTILINE)
    assert sorted(first) == sorted(get_args(GLOSSARY[heading]))


def test_glossary_has_facts_and_evidence() -> None:
    page = read_page("docs/glossary.md")
    facts = {*get_args(model.FactKind), *get_args(model.Verdict)}
    reasons = {*get_args(model.DerivationKind), *get_args(model.EvidenceKind)}
    assert read_entries(read_section(page, "## Facts")) == facts
    assert read_entries(read_section(page, "## Derivations")) == reasons


def test_glossary_has_every_term() -> None:
    """The terms are those that the types are called after."""
    terms = read_section(read_page("docs/glossary.md"), "## Terms").lower()
    kinds = ["Article", "Span", "Zone", "Story", "Quotation", "Speaker", "Citation", "Passage", "Family", "Reading"]
    for name in [
        *kinds,
        "Change",
        "Derivation",
        "outlet",
        "cue",
        "content",
        "fidelity",
        "narration",
        "profile",
        "corpus",
    ]:
        assert re.search(rf"^\| [^|]*\b{name.lower()}\b", terms, re.MULTILINE), name


def test_every_rest_path_is_documented() -> None:
    pytest.importorskip("fastapi")
    pytest.importorskip("python_multipart")
    from retold.web.app import create_app

    page = read_page("docs/reference/rest.md")
    paths = create_app().openapi()["paths"]
    assert len(paths) >= 14
    for path, verbs in paths.items():
        for verb, what in verbs.items():
            section = read_section(page, f"### {verb.upper()} {path}")
            assert {one["name"] for one in what.get("parameters", ())} <= read_entries(section)


def test_every_table_of_a_library_is_documented() -> None:
    page = read_page("docs/reference/library-tables.md")
    told = read_page("docs/library.md")
    for table, columns in list_columns().items():
        assert set(columns) <= read_entries(read_section(page, f"### {table}"))
        assert f"`{table}`" in told, f"docs/library.md doesn't tell of {table}"


def test_every_table_of_a_corpus_is_documented() -> None:
    tables = pytest.importorskip("retold.engine.tables")
    page = read_page("docs/reference/corpus-tables.md")
    for name in (
        "ARTICLES",
        "REJECTS",
        "QUOTATIONS",
        "SPEAKERS",
        "CITATIONS",
        "FAMILIES",
        "READINGS",
        "CHANGES",
        "DERIVATIONS",
    ):
        assert set(getattr(tables, name).names) <= read_entries(read_section(page, f"## {name.lower()}"))


STAGES = ("read", "annotate", "languages", "relate", "trace", "present")


@pytest.mark.parametrize("stage", STAGES)
def test_stage_pages_say_why_how_how_well_and_where_not(stage: str) -> None:
    """Why comes first; and no figure stands there that isn't told in full, with command and date, elsewhere."""
    page = read_page(f"docs/{stage}.md")
    assert 0 < page.find("Why") < 800
    assert page.index("Why") < page.index("## Measured")
    assert len(read_section(page, "## Limits").splitlines()) >= 3
    measured = read_section(page, "## Measured")
    told = read_page("docs/accuracy.md") + read_page("docs/performance.md")
    figures = re.findall(r"\b\d\.\d{2,3}\b|\b\d+ (?:ms|kB)\b", measured)
    assert len(figures) >= 3
    assert [figure for figure in figures if not re.search(rf"(?<![\d.]){re.escape(figure)}(?!\d)", told)] == []


def test_every_page_is_in_the_navigation() -> None:
    """And no page of it is missing: `mkdocs build --strict` says the same, where it is installed."""
    nav = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    named = re.findall(r"[\w/-]+\.md", nav)
    assert sorted(named) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


def make_anchors(page: str) -> set[str]:
    """The ids of a page's headings, as MkDocs makes them."""
    anchors: set[str] = set()
    for heading in re.findall(
        r"^#{1,6} (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    ):
        given = re.search(r"\{ #([\w-]+) \}", heading)
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
        anchor = given[1] if given else re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
        number = 0
        while (unique := f"{anchor}_{number}" if number else anchor) in anchors:
            number += 1
        anchors.add(unique)
    return anchors


@pytest.mark.parametrize("name", [*NAMES, "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_links_lead_somewhere(name: str) -> None:
    """Files, and headings in them; addresses elsewhere are looked at, not asked."""
    text = re.sub(r"^```.*?^```", "", read_page(name), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"(?<!`)\]\(([^)\s]+)\)", text):
        if "://" in target:
            assert re.fullmatch(r"https://[\w.-]+\.[a-z]+(/[\w./#%~-]*)?", target), f"{name}: {target}"
            continue
        file, _, anchor = target.partition("#")
        page = (ROOT / name).parent / file if file else ROOT / name
        assert page.exists(), f"{name} links to {target}, which is not there"
        if anchor and page.suffix == ".md":
            assert anchor in make_anchors(page.read_text("utf-8")), f"{name} links to {target}: no such heading"


def test_the_site_is_built_and_asks_nobody(tmp_path: Path) -> None:
    """Strictly; and no page of it names a style, script, picture or font elsewhere."""
    pytest.importorskip("material")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(build, cwd=ROOT, env=environment, check=True, timeout=120)
    for page in tmp_path.rglob("*.html"):
        fetched = re.findall(r"<(?:link|script|img|iframe)[^>]+(?:href|src)=\"?(https?:)?//", page.read_text("utf-8"))
        assert not fetched, page.name
