"""Writes the reference part of docs/api.md from the docstrings: `python tools/write_api_reference.py`.

What stands above the line with the name of this file is written by hand, and stays. A test holds the page to it.
"""

import inspect
import re
from functools import cached_property
from pathlib import Path

import retold
from retold import api
from retold.api.articles import Articles
from retold.api.comparison import Comparison, Shown
from retold.api.library import Library
from retold.api.steps import Step
from retold.api.verbs import Input
from retold.document import EvidenceDocument
from retold.library import ArticleHit, NameCount, QuotationHit, StorySummary
from retold.present.findings import COLUMNS
from retold.present.tables import make_tables
from retold.rows import Rows, list_columns

PAGE = Path(__file__).parent.parent / "docs" / "api.md"
MARKER = "<!-- written by tools/write_api_reference.py -->"
VERBS = ("read", "compare", "find_quotations", "trace", "explain", "open_library")
HOLDERS = (api.Article, Articles, Comparison, Library, Rows, Shown)
ELSEWHERE = {"Path": "pathlib", "Struct": "msgspec"}
KINDS = {
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "flag": "true or false",
    "texts": "list of texts",
}
LIBRARY_ROWS = {
    "list_quotations": QuotationHit,
    "stories": StorySummary,
    "search": ArticleHit,
    "list_speakers, list_outlets": NameCount,
}


def write_page(page: str) -> str:
    """The whole page: the part written by hand as it is, and the reference below it."""
    return f"{page.partition(MARKER)[0]}{MARKER}\n\n{write_reference()}"


def write_reference() -> str:
    """Verbs, then what they hand back, then the tables."""
    parts = ["## Verbs", *(write_function(getattr(api, name), f"retold.{name}") for name in VERBS)]
    parts += ["## What they hand back", *(write_class(kind) for kind in HOLDERS)]
    parts.append(f"### retold.RetoldError\n\n{write_text(retold.RetoldError.__doc__)}")
    parts += ["## Tables", TABLES]
    names = {kind: name for name, kind in vars(api).items() if name in api.__all__ and isinstance(kind, type)}
    for table in make_tables(EvidenceDocument("", 1, {}, ())).values():
        public = f" Its rows are `retold.{names[table.kind]}`." if table.kind in names else ""
        parts.append(f"### {table.name}\n\n{write_text(table.kind.__doc__)}{public}\n\n{write_columns(table.kind)}")
    parts.append(f"### Steps of trace\n\n{write_text(Step.__doc__)}\n\n{write_columns(Step)}")
    parts += ["## Rows of a library"]
    for methods, row in LIBRARY_ROWS.items():
        fields = ", ".join(f"`{column.name}`" for column in list_columns(row))
        parts.append(
            f"**{', '.join(f'`{m}`' for m in methods.split(', '))}**: {write_text(row.__doc__)} Columns: {fields}."
        )
    return "\n\n".join(parts) + "\n"


TABLES = (
    "The tables of `Comparison`, of `to_pandas()` and of `retold export`. A column with ○ may be empty. Offsets are\n"
    "in code points of the article's text; a list of texts is a list in Arrow, pandas and polars."
)


def write_function(function: object, name: str) -> str:
    """A heading with the signature, and the docstring."""
    assert callable(function)
    return f"### {name}\n\n```text\n{write_signature(function, name)}\n```\n\n{write_text(function.__doc__)}"


def write_class(kind: type) -> str:
    """A class with its own public members; fields of rows stand with the tables."""
    name = f"retold.{kind.__name__}" if kind.__name__ in api.__all__ else kind.__name__
    parts = [f"### {name}\n\n{write_text(kind.__doc__)}"]
    for member, value in vars(kind).items():
        if member.startswith("_"):
            continue
        if isinstance(value, property | cached_property):
            parts.append(f"- `.{member}`: {write_line(value.__doc__)}")
        elif isinstance(value, classmethod):
            parts.append(write_member(getattr(kind, member), f"{kind.__name__}.{member}"))
        elif inspect.isfunction(value):
            parts.append(write_member(value, f".{member}"))
    return parts[0] + ("\n\n" + "\n".join(parts[1:]) if parts[1:] else "")


def write_member(function: object, name: str) -> str:
    """A method in a list: its signature in one line, and what it does."""
    signature = " ".join(write_signature(function, name).split()).replace("( ", "(").replace(", )", ")")
    return f"- `{signature}`: {write_line(function.__doc__)}"


def write_signature(function: object, name: str) -> str:
    """Names, types and defaults; a line each where they don't fit in one."""
    assert callable(function)
    signature = inspect.signature(function)
    parts = [str(parameter) for parameter in map(write_parameter, signature.parameters.values()) if parameter != "self"]
    names = list(signature.parameters.values())
    star = next((n for n, p in enumerate(names) if p.kind is p.KEYWORD_ONLY), None)
    if star is not None and not any(p.kind is p.VAR_POSITIONAL for p in names):
        parts.insert(star - (names[0].name == "self"), "*")
    back = f" -> {write_type(signature.return_annotation)}"
    line = f"{name}({', '.join(parts)}){back}"
    return line if len(line) <= 100 else "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){back}"])


def write_parameter(parameter: inspect.Parameter) -> str:
    """One parameter; `self` has no type."""
    if parameter.name == "self":
        return "self"
    star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{star}{parameter.name}: {write_type(parameter.annotation)}{default}"


def write_type(annotation: object) -> str:
    """A type as it is written in the source, without the modules it is from."""
    if annotation is Input or annotation == Input:
        return "Input"
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:retold|collections|typing|pathlib)(?:\.[a-z_]\w*)*\.(?=[A-Z])", "", text)


def write_columns(kind: type) -> str:
    """The columns of a table as a table."""
    rows = [
        f"| `{column.name}`{' ○' if column.may_be_empty else ''} | {KINDS[column.kind]} | {COLUMNS[column.name]} |"
        for column in list_columns(kind)
    ]
    return "\n".join(["| column | | |", "|---|---|---|", *rows])


def write_text(docstring: str | None) -> str:
    """A docstring as Markdown: its examples become blocks that run by themselves."""
    text, *examples = re.split(r"\n\n(?=>>> )", inspect.cleandoc(docstring or ""))
    return "\n\n".join([text, *(f"```pycon\n{write_imports(example)}{example}\n```" for example in examples)])


def write_imports(example: str) -> str:
    """The imports that an example needs outside its module."""
    words = set(re.findall(r"\w+", example))
    lines = [f">>> from {module} import {name}\n" for name, module in ELSEWHERE.items() if name in words]
    names = [name for name in api.__all__ if name in words]
    return "".join([*lines, f">>> from retold import {', '.join(names)}\n" if names else ""])


def write_line(docstring: str | None) -> str:
    """A docstring without its examples, in one line."""
    return " ".join(inspect.cleandoc(docstring or "").partition("\n\n>>>")[0].split())


if __name__ == "__main__":
    PAGE.write_text(write_page(PAGE.read_text("utf-8")), "utf-8")
