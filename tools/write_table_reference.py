"""Writes docs/reference/library-tables.md and corpus-tables.md: `python tools/write_table_reference.py`.

Those of a library come from its migrations, those of a corpus from a small one that is made of the demo story (which
needs the extra `corpus`); what they hold is told in library/tables.toml and corpus_tables.toml. A test holds the pages
to all of these.
"""

import io
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from retold.demo import REPORTS
from retold.library import describe_tables
from retold.library.file import list_migrations

if TYPE_CHECKING:
    import pyarrow as pa

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
LIBRARY, CORPUS = REFERENCE / "library-tables.md", REFERENCE / "corpus-tables.md"
WORDS = Path(__file__).with_name("corpus_tables.toml")
LIBRARY_HEAD = """\
<!-- written by tools/write_table_reference.py -->

# The tables of a library

What is in the SQLite file that `retold build` makes; how it is used: [library](../library.md). Keys are numbers made
from content; `code`, where there is one, is how people and documents write them. Spans are half-open, in code points of
`articles.text`. → names the table that a column points to, ○ marks a column that may be empty. The schema's version is
`PRAGMA user_version`: {version}.
"""
CORPUS_HEAD = """\
<!-- written by tools/write_table_reference.py -->

# The tables of a corpus

What `retold corpus … -o OUT/` writes: a folder a table, with Parquet files in it; how it is made:
[corpus](../corpus.md). Every column may be empty where a thing is unknown. Spans (`start`, `end`) are half-open, in
code points of the article's `text`. What lies in `_work/` is for the next run.
"""


def write_pages() -> dict[Path, str]:
    """Both pages by their paths."""
    return {LIBRARY: write_library(), CORPUS: write_corpus(read_corpus_schemas())}


def write_library() -> str:
    """Each table of the schema with its columns, keys and words; then those that only a later build has use for."""
    connection = sqlite3.connect(":memory:")
    version = 0
    for number, sql in list_migrations():
        connection.executescript(sql)
        version = number
    parts = [LIBRARY_HEAD.format(version=version).rstrip()]
    tables = describe_tables()
    for is_internal, title in ((False, "What people read"), (True, "What a later build goes on from")):
        parts.append(f"## {title}")
        for name, table in tables.items():
            if table.is_internal is not is_internal:
                continue
            keys = {row[3]: row[2] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')}
            rows = []
            for _, column, kind, is_required, _, key_place, _ in connection.execute(f'PRAGMA table_xinfo("{name}")'):
                target = f" → [`{keys[column]}`](#{keys[column]})" if column in keys else ""
                empty = "" if is_required or key_place else " ○"
                rows.append((f"`{column}`{empty}", f"{kind.lower()}{target}", table.describe(column)))
            parts.append(write_table(name, table.about, rows))
    connection.close()
    parts.append(
        "## Text search\n\n`articles_fts` and `quotations_fts` are FTS5 indexes over `search_title` and\n"
        "`search_text`, and over `search_content`; `retold search` uses them, and Datasette finds them by itself."
    )
    return "\n\n".join(parts) + "\n"


def read_corpus_schemas() -> dict[str, list[tuple[str, str]]]:
    """Table → its columns with their types, of a corpus that is made for this."""
    import pyarrow.parquet as pq

    from retold.cli import main

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = folder / "reports.jsonl"
        shutil.copy(REPORTS / "reports.jsonl", records)
        with records.open("a", encoding="utf-8") as file:
            file.write('{"outlet": "none, as a record without a text is set aside"}\n')
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            try:
                main(["corpus", str(records), "-o", str(folder / "corpus"), "--no-parse", "--workers", "1"])
            except SystemExit as done:
                if done.code != 1:  # as it is to be, for a record is set aside
                    raise
        found = {}
        for table in sorted((folder / "corpus").iterdir()):
            file = next(table.rglob("*.parquet"), None)
            if table.name != "_work" and file is not None:
                found[table.name] = [(field.name, write_type(field.type)) for field in pq.read_schema(file)]
        return found


def write_corpus(schemas: dict[str, list[tuple[str, str]]]) -> str:
    """Each table with its columns, in the order of the words. Raises `LookupError` for what has no words."""
    words = tomllib.loads(WORDS.read_text("utf-8"))
    everywhere = words.pop("everywhere")
    told = {(name, column) for name, table in words.items() for column in everywhere | table["columns"]}
    untold = [f"{name}.{column}" for name in schemas for column, _ in schemas[name] if (name, column) not in told]
    if untold:
        raise LookupError(f"say in {WORDS.name} what {', '.join(untold)} holds")
    parts = [CORPUS_HEAD.rstrip()]
    for name in sorted(schemas, key=list(words).index):
        about, own = words[name]["about"], everywhere | words[name]["columns"]
        parts.append(
            write_table(name, about, [(f"`{column}`", kind, own[column]) for column, kind in schemas[name]], 2)
        )
    return "\n\n".join(parts) + "\n"


def write_type(kind: "pa.DataType") -> str:
    """A type of Arrow's as people read it: `list of (start, end)`."""
    import pyarrow as pa

    if pa.types.is_list(kind):
        return f"list of {write_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        return f"({', '.join(field.name for field in kind)})"
    names = {
        "string": "text",
        "double": "number",
        "bool": "true or false",
        "int64": "whole number",
        "int32": "whole number",
    }
    return names[str(kind)]


def write_table(name: str, about: str, rows: Iterable[tuple[str, str, str]], level: int = 3) -> str:
    """A heading, what a row is, and the columns."""
    lines = [f"| {column} | {kind} | {words} |" for column, kind, words in rows]
    return "\n".join([f"{'#' * level} {name}", "", about, "", "| column | type | holds |", "|---|---|---|", *lines])


if __name__ == "__main__":
    for page, text in write_pages().items():
        page.write_text(text, "utf-8")
