"""What is handed out: the wheel holds the package and its data and nothing else, and the sdist makes the same wheel."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import retold

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SOURCES = {
    path.relative_to(ROOT / "src").as_posix()
    for path in (ROOT / "src" / "retold").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}
DATA = {
    "retold/py.typed",
    "retold/languages/en.toml",
    "retold/languages/concepts.tsv",
    "retold/profiles/default.toml",
    "retold/present/words/en.toml",
    "retold/present/html/templates/page.html.jinja",
    "retold/present/html/static/page.css",
    "retold/library/tables.toml",
    "retold/library/migrations/001.sql",
    "retold/web/static/site.js",
    "retold/demo/reports/reports.jsonl",
}


def build(kind: str, source: Path, into: Path) -> Path:
    """The file that hatchling makes, without the network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    (file,) = into.iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    version = f"retold-{retold.__version__}"
    pages = {f"{version}.data/data/share/man/man1/{path.name}" for path in (ROOT / "man").glob("*.1")}
    about = {f"{version}.dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    licences = {path.relative_to(ROOT) for glob in PROJECT["license-files"] for path in ROOT.glob(glob)}
    about |= {f"{version}.dist-info/licenses/{path.as_posix()}" for path in licences}
    assert names == SOURCES | pages | about
    assert names >= DATA
    assert len(pages) > 10
    assert wheel.name == f"{version}-py3-none-any.whl", "one wheel for every Python and machine"


def test_the_wheel_names_no_place_of_the_machine_it_was_made_on(wheel: Path) -> None:
    places = {str(ROOT).encode(), str(wheel.parent).encode(), sys.prefix.encode()}
    archive = zipfile.ZipFile(wheel)
    found = [(name, place) for name in archive.namelist() for place in places if place in archive.read(name)]
    assert not found


def test_the_sdist_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path / "source", filter="data")
    assert {f"src/{name}" for name in SOURCES} <= names
    assert names >= {"README.md", "LICENSE", "CHANGELOG.md", "constraints.txt", "tests/test_release.py", "man/retold.1"}
    assert not {name for name in names if name.startswith((".ci", ".venv", "site/", "shared"))}
    again = build("wheel", next((tmp_path / "source").iterdir()), tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()


def test_the_same_version_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"^version: (\S+)$", citation, re.MULTILINE) == [retold.__version__]
    assert re.findall(r"^license: (\S+)$", citation, re.MULTILINE) == [PROJECT["license"].split()[0]]
    assert retold.__version__ in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_pythons_are_told_alike() -> None:
    """A Python that is named was tried: docs/stability.md says how."""
    named = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)}
    page = (ROOT / "docs" / "stability.md").read_text("utf-8")
    table = page.partition("## Python versions")[2].partition("\n\nOn ")[0]
    tried = {one for row in table.splitlines() if "not run" not in row for one in re.findall(r"\b3\.\d+\b", row)}
    assert named == tried
    assert PROJECT["requires-python"] == f">={min(named, key=lambda one: int(one[2:]))}"


def test_every_extra_is_told_of_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("## Extras")[2].partition("\n## ")[0]
    rows = " ".join(re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", rows)) == set(PROJECT["optional-dependencies"])


def test_every_dependency_is_pinned() -> None:
    """What `make` installs is what is tested."""
    pinned = {
        normalise(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    }
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    asked = {normalise(re.split(r"[<>=]", one)[0]) for group in groups for one in group}
    assert not asked - pinned


def normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower().strip()
