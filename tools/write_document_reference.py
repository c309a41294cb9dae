"""Writes docs/reference/document.md from the types of the document: `python tools/write_document_reference.py`.

Keys and types are the code's; what a key holds is told in document_keys.toml. A test holds the page to both.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
from msgspec import Struct

from retold import model
from retold.document import EvidenceDocument, build_schema
from retold.evidence import CompareConfig

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "document.md"
WORDS = Path(__file__).with_name("document_keys.toml")
HEAD = """\
<!-- written by tools/write_document_reference.py -->

# The evidence document, key by key

What `retold compare … --json` prints, one section a type; `retold schema` prints the same as JSON Schema. How it is
meant: [the evidence document](../evidence.md). Spans are `[start, end]`, half-open, in code points of the article's
`text`. Keys with ○ may be left out by other programs that write such documents; Retold writes all.
"""
SETTINGS = """\
## Settings

`config` holds every setting of the run, by stage. These are the settings of a comparison with their defaults.
"""


def write_pages() -> dict[Path, str]:
    """The page by its path."""
    return {PAGE: "\n\n".join([HEAD.rstrip(), *_write_types(), SETTINGS.rstrip(), *_write_settings()]) + "\n"}


def list_keys() -> dict[str, list[str]]:
    """Type → its keys, as they are written: all types that a document holds, itself first."""
    return {kind.__name__: [field.encode_name for field in msgspec.structs.fields(kind)] for kind in _list_kinds()}


def read_words() -> dict[str, dict[str, str]]:
    """Type → key → what it holds, with what is shared filled in."""
    words: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text("utf-8"))
    shared = words.pop("shared")
    return {kind: shared | own for kind, own in words.items()}


def describe_schema_type(schema: object, link: str = "#{name}") -> str:
    """A JSON Schema as a reader says it: `text or null`, `list of [Change](#change)`.

    >>> describe_schema_type({"anyOf": [{"type": "string"}, {"type": "null"}]})
    'text or null'
    """
    assert isinstance(schema, dict)
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return "span" if name == "Span" else f"[{name}]({link.format(name=name.lower())})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(describe_schema_type(one, link) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join("null" if one is None else f"`{one}`" if one != "" else '`""`' for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        return f"list of {describe_schema_type(items, link)}" if items else "list"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"object of {describe_schema_type(values, link)}" if isinstance(values, dict) and values else "object"
    names = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true or false",
        "null": "null",
    }
    return names.get(str(kind), "any value")


def _list_kinds() -> list[type[Struct]]:
    seen: list[type[Struct]] = []

    def visit(kind: object) -> None:
        for inner in get_args(kind):
            visit(inner)
        if isinstance(kind, type) and issubclass(kind, Struct) and kind not in seen and kind is not model.Span:
            seen.append(kind)
            for field in msgspec.structs.fields(kind):
                visit(field.type)

    visit(EvidenceDocument)
    return seen


def _write_types() -> Iterator[str]:
    words, definitions = read_words(), build_schema()["$defs"]
    assert isinstance(definitions, dict)
    for kind in _list_kinds():
        properties, required = definitions[kind.__name__]["properties"], definitions[kind.__name__].get("required", ())
        told = words[kind.__name__]
        rows = [
            f"| `{key}`{'' if key in required else ' ○'} | {describe_schema_type(schema)} | {told[key]} |"
            for key, schema in properties.items()
        ]
        yield "\n".join(
            [f"## {kind.__name__}", "", _write_docstring(kind), "", "| key | type | holds |", "|---|---|---|", *rows]
        )


def _write_settings() -> Iterator[str]:
    yield from _write_config("", CompareConfig())


def _write_config(path: str, config: Struct) -> Iterator[str]:
    """A table for each struct of settings, then those that it holds."""
    rows, inner = [], []
    for field in msgspec.structs.fields(type(config)):
        value = getattr(config, field.name)
        here = f"{path}.{field.encode_name}" if path else field.encode_name
        if isinstance(value, Struct) and type(value).__name__.endswith("Config"):
            inner.append((here, value))
        else:
            shown = msgspec.json.encode(value, order="deterministic").decode()
            rows.append(f"| `{here}` | `{shown if len(shown) <= 60 else shown[:57] + ' …'}` |")
    if rows:
        table = ["| setting | default |", "|---|---|", *rows]
        yield "\n".join([f"### {path or 'of the whole'}", "", _write_docstring(type(config)), "", *table])
    for here, value in inner:
        yield from _write_config(here, value)


def _write_docstring(kind: type) -> str:
    """Its first words as the code has them, without examples."""
    text = (kind.__doc__ or "").partition("\n\n    >>>")[0]
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(re.sub(r"`([a-z]+)_`", r"`\1`", part).replace("None", "null") for part in paragraphs)


if __name__ == "__main__":
    for page, text in write_pages().items():
        page.write_text(text, "utf-8")
