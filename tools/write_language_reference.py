"""Writes docs/reference/language-file.md from the shape of a language file: `python tools/write_language_reference.py`.

What keys mean is told by the docstrings of `retold.languages.language`. A test holds the page to them.
"""

import re
import sys
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
left out is not found; a key that doesn't exist is refused by name.
"""


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
    rows = [f"| `{key}` | {describe_schema_type(schema)} |" for key, schema in properties.items()]
    place = f"In `{path}`. " if path else ""
    return "\n".join([heading, "", f"{place}{about}", "", "| key | type |", "|---|---|", *rows])


if __name__ == "__main__":
    for page, text in write_pages().items():
        page.write_text(text, "utf-8")
