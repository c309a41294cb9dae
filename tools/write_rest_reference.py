"""Writes docs/reference/rest.md from the server's own OpenAPI description: `python tools/write_rest_reference.py`.

A test holds the page to the description.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from retold.model import Flag, Label, Severity
from retold.web.app import create_app

sys.path.insert(0, str(Path(__file__).parent))
from write_document_reference import describe_schema_type, list_keys

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "rest.md"
GLOSSARY = (
    (get_args(Flag), "[flag](../glossary.md#flags)"),
    (get_args(Label), "[label](../glossary.md#labels-of-a-change)"),
    (get_args(Severity), "[severity](../glossary.md#severity)"),
)
HEAD = """\
<!-- written by tools/write_rest_reference.py -->

# REST

What `retold serve` answers to programs, under `/api/v1` of the address that it prints. The running server gives the
same as OpenAPI 3.1 at `/api/v1/openapi.json`. Lists take `limit` and `offset`; the next page is in the `Link` header,
the total, where it is known, in `X-Total-Count`. How to ask, and how it is kept safe: [the page](../serve.md#rest).

Errors are [Problem](#problem) details (RFC 9457) with a status of 400 (misuse), 403, 404, 409, 413, 421, 422 or 503.
"""


def write_pages() -> dict[Path, str]:
    """The page by its path."""
    description = create_app().openapi()
    operations = [(path, verb, what) for path, verbs in description["paths"].items() for verb, what in verbs.items()]
    rows = [
        f"| [`{verb.upper()} {path}`](#{make_anchor(path, verb)}) | {write_text(what).partition('. ')[0].rstrip('.')} |"
        for path, verb, what in operations
    ]
    schemas = description["components"]["schemas"]
    parts = [HEAD.rstrip(), "\n".join(["| | |", "|---|---|", *rows])]
    parts += [write_operation(path, verb, what, schemas) for path, verb, what in operations]
    parts.append("## Values")
    parts += write_schemas(schemas)
    return {PAGE: "\n\n".join(parts) + "\n"}


def make_anchor(path: str, verb: str) -> str:
    """The id of an operation's heading."""
    return "-".join([verb, *path.replace("{", "").replace("}", "").strip("/").split("/")[2:]])


def write_operation(path: str, verb: str, what: dict[str, object], schemas: dict[str, dict[str, object]]) -> str:
    """What it is for, what it takes, what it answers."""
    parts = [f"### {verb.upper()} {path} {{ #{make_anchor(path, verb)} }}", write_text(what)]
    parameters = what.get("parameters", [])
    assert isinstance(parameters, list)
    if parameters:
        rows = [f"| `{one['name']}` | {describe(one['schema'])} | {write_about(one)} |" for one in parameters]
        parts.append("\n".join(["| parameter | type | |", "|---|---|---|", *rows]))
    body = what.get("requestBody")
    if isinstance(body, dict):
        parts.append(f"Takes, as JSON: {describe(next(iter(body['content'].values()))['schema'])}.")
    answers = what["responses"]
    assert isinstance(answers, dict)
    answer = next(iter(answers["200"]["content"].values()))["schema"]
    named = schemas[str(answer["$ref"]).rsplit("/", 1)[-1]]
    parts.append(f"Answers: {describe(answer if 'properties' in named else named)}.")
    return "\n\n".join(parts)


def write_text(what: dict[str, object]) -> str:
    """A description in one line."""
    return " ".join(str(what.get("description", "")).partition(">>>")[0].split())


def write_about(parameter: dict[str, object]) -> str:
    """What a parameter is for, and what it is where it isn't given."""
    schema = parameter["schema"]
    assert isinstance(schema, dict)
    about = [str(parameter.get("description") or schema.get("description") or "")]
    if parameter["in"] == "path":
        about.append("In the path.")
    elif parameter.get("required"):
        about.append("Required.")
    elif schema.get("default") not in {None, ""}:
        about.append(f"Default: `{schema['default']}`.")
    return " ".join(part for part in about if part)


def write_schemas(schemas: dict[str, dict[str, object]]) -> Iterator[str]:
    """The values that are no part of the evidence document, which has a page of its own."""
    known = {*list_keys(), "Span", "HTTPValidationError", "ValidationError"}
    for name, schema in sorted(schemas.items()):
        properties = schema.get("properties")
        if name in known or not isinstance(properties, dict):
            continue
        rows = [f"| `{key}` | {describe(one)} |" for key, one in properties.items()]
        yield "\n".join([f"### {name}", "", write_text(schema), "", "| key | type |", "|---|---|", *rows])


def describe(schema: object) -> str:
    """A type, with links to this page or to that of the document."""
    text = describe_schema_type(schema, "#{name}")
    for values, link in GLOSSARY:
        text = text.replace(", ".join(f"`{value}`" for value in sorted(values)), link)
    for name in list_keys():
        text = text.replace(f"(#{name.lower()})", f"(document.md#{name.lower()})")
    return text


if __name__ == "__main__":
    for page, text in write_pages().items():
        page.write_text(text, "utf-8")
