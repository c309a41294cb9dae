"""Packages that were never installed, put where Python looks for them: a folder with code and with what `pip` would
write of its entry points."""

import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retold import plugins
from retold.languages import loader
from retold.read import readers

EXAMPLES = Path(__file__).parents[2] / "examples"
Install = Callable[..., None]


def forget() -> None:
    """What a process has read of plugins, and of languages because of them."""
    loader._ASIDE.clear()
    caches = [plugins.find_declared, readers.load_readers, loader.known_languages, loader.load_language]
    caches += [loader._load_guests]
    for module in [m for name, m in sys.modules.items() if name.startswith("retold.")]:
        caches += [value for value in vars(module).values() if hasattr(value, "cache_clear")]
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """install(files={name: text}, group=…, name=…, value=…) or install(example="reader-plugin")."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def put(
        files: dict[str, str] | None = None,
        group: str = plugins.READERS,
        name: str = "odd",
        value: str = "odd",
        package: str = "retold-odd",
        example: str | None = None,
    ) -> None:
        points = {group: {name: value}}
        if example is not None:
            project = tomllib.loads((EXAMPLES / example / "pyproject.toml").read_text("utf-8"))["project"]
            package, points = project["name"], project["entry-points"]
            monkeypatch.syspath_prepend(EXAMPLES / example)
        for file, text in (files or {}).items():
            site.joinpath(file).parent.mkdir(parents=True, exist_ok=True)
            site.joinpath(file).write_text(text, "utf-8")
        info = site / f"{package.replace('-', '_')}-0.1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.4\nName: {package}\nVersion: 0.1.0\n", "utf-8")
        lines = [f"[{g}]\n" + "".join(f"{n} = {v}\n" for n, v in some.items()) for g, some in points.items()]
        info.joinpath("entry_points.txt").write_text("\n".join(lines), "utf-8")
        forget()

    forget()
    yield put
    monkeypatch.undo()
    for module in ("odd", "even", "retold_ninjs", "retold_es"):
        sys.modules.pop(module, None)
    forget()
