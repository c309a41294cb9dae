"""Writes docs/reference/language-file.md from the shape of a language file: `python tools/write_language_reference.py`.

What keys mean is told by the docstrings of `retold.languages.language`. A test holds the page to them.
"""

import json
import re
import sys
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Struct

from retold.languages.language import Language

sys.path.insert(0, str(Path(__file__).parent))
from write_document_reference import describe_schema_type

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "language-file.md"
HEAD = """\
<!-- written by tools/write_language_reference.py -->

# The language file

Every section and key of `<code>.toml`, in which all stands that Retold knows of a language. How to begin:
[add a language](../how-to/add-a-language.md); what differs between languages: [languages](../languages.md). Whatever is
left out is not found; a key that doesn't exist is refused by name. The examples are the first values in the files that
come with Retold, English where it has the key.
"""
CODES = ("en", "de", "uk", "ru", "und")
EXAMPLE_CHARS = 60


def write_pages() -> dict[Path, str]:
    """The page by its path."""
    _, definitions = msgspec.json.schema_components([Language], ref_template="#/$defs/{name}")
    parts = [HEAD.rstrip(), write_struct(Language, definitions, "## The file")]
    written = {Language.__name__}
    waiting = [(kind, f"[{name}]") for name, kind in list_structs(Language)]
    while waiting:
        kind, path = waiting.pop(0)
        if kind.__name__ not in written:
            written.add(kind.__name__)
            parts.append(write_struct(kind, definitions, f"## {kind.__name__}", path))
            waiting += [(inner, f"{path.strip('[]')}.{name}") for name, inner in list_structs(kind)]
    return {PAGE: "\n\n".join(parts) + "\n"}


def list_structs(kind: type[Struct]) -> list[tuple[str, type[Struct]]]:
    """The structs that a struct's fields hold, by the key that they stand under."""
    found = []
    for field in msgspec.structs.fields(kind):
        waiting = [field.type]
        while waiting:
            one = waiting.pop(0)
            waiting += getattr(one, "__args__", ())
            if isinstance(one, type) and issubclass(one, Struct):
                found.append((field.encode_name, one))
    return found


def write_struct(kind: type[Struct], definitions: dict[str, dict[str, object]], heading: str, path: str = "") -> str:
    """A section: where it stands, what its docstring says of it, its keys with their types."""
    about = re.sub(r"\s*\n\s*", " ", (kind.__doc__ or "").strip())
    properties = definitions[kind.__name__]["properties"]
    assert isinstance(properties, dict)
    rows = []
    for key, schema in properties.items():
        kind_of_value = describe_schema_type(schema)
        example = "" if "](#" in kind_of_value else write_example(path.strip("[]").split("."), key)
        rows.append(f"| `{key}` | {kind_of_value} | {example} |")
    place = f"In `{path}`. " if path else ""
    return "\n".join([heading, "", f"{place}{about}", "", "| key | type | for example |", "|---|---|---|", *rows])


def write_example(path: list[str], key: str) -> str:
    """The first values of a key in the first language that has it, with that language's code."""
    for code in CODES:
        tables: list[object] = [read_file(code)]
        for step in filter(None, path):
            found = [table[step] for table in tables if isinstance(table, dict) and step in table]
            tables = [one for value in found for one in (value if isinstance(value, list) else [value])]
        values = [table[key] for table in tables if isinstance(table, dict) and key in table]
        if values:
            return f"{code}: `{shorten(values[0])}`"
    return ""


def shorten(value: object) -> str:
    """As much of a value as fits into a cell, from its beginning; no bar and no backquote, which would end the cell."""
    text = json.dumps(value, ensure_ascii=False)
    text = text[1:-1] if isinstance(value, list | dict) else text
    if len(text) > EXAMPLE_CHARS:
        text = text[: text.rfind(", ", 0, EXAMPLE_CHARS) + 1 or EXAMPLE_CHARS] + " …"
    return text.replace("|", "¦").replace("`", "'")


@cache
def read_file(code: str) -> dict[str, object]:
    """A language file as it is written."""
    return tomllib.loads(resources.files("retold.languages").joinpath(f"{code}.toml").read_text("utf-8"))


if __name__ == "__main__":
    for page, text in write_pages().items():
        page.write_text(text, "utf-8")
