"""`retold export news.db|INPUT… --to FORMAT OUT`"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from retold.cli.reading import make_read_options, reading_options

if TYPE_CHECKING:
    from retold.model import Reject
    from retold.present.exports import ExportReport, Format, Part
    from retold.read import ReadOptions

_SQLITE = b"SQLite format 3\0"
_SHOWN_REJECTS = 20
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T[\d:.+Z-]*)?)?)?")


class _FormatName(click.ParamType):  # type: ignore[type-arg]
    """A format, told by its name; the names are looked up when one is given, so that --help stays quick."""

    name = "format"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> "Format":
        from retold.errors import RetoldError
        from retold.present.exports import find_format

        try:
            return find_format(value)
        except RetoldError as e:
            self.fail(str(e), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from retold.present.exports import FORMATS

        return [CompletionItem(f.name, help=f.what) for f in FORMATS if f.name.startswith(incomplete)]


def _offer_tables(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from retold.present.exports.tables_csv import list_tables

    return [name for name in list_tables() if name.startswith(incomplete)]


@click.command("export")
@click.argument("inputs", nargs=-1, required=True, metavar="LIBRARY|INPUT…", type=click.Path())
@click.argument("out", metavar="OUT", type=click.Path())
@click.option(
    "--to",
    "format_",
    required=True,
    type=_FormatName(),
    metavar="FORMAT",
    help="csv, parquet, web-annotation, prov, schema.org, claimreview, tei, graphml or citron.",
)
@click.option(
    "--table",
    metavar="NAME",
    help="Of csv or parquet write this one table, as one file.",
    shell_complete=_offer_tables,
)
@click.option("--story", metavar="ID", help="Of a library write this one story.")
@click.option("--since", metavar="DATE", default="", help="Of a library write stories with a report since then.")
@click.option(
    "--until", metavar="DATE", default="", help="… whose last report is not later (2031, 2031-05, 2031-05-04)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
@reading_options
def command(
    inputs: tuple[str, ...],
    out: str,
    format_: "Format",
    table: str | None,
    story: str | None,
    since: str,
    until: str,
    as_json: bool,
    no_parse: bool,
    text_column: str | None,
    outlet_column: str | None,
    date_column: str | None,
    allow_private: bool,
) -> int:
    """Write findings in a format that other programs read.

    From a library that `retold build` made; from an evidence document (`retold compare … --json`, a file or -); or from
    inputs as `retold compare` takes them. OUT is a file; for csv, parquet and citron a folder; - is standard output,
    where the format is one file. It appears whole or not at all.

    \b
    csv             tables, one file each             parquet      the same tables, typed
    web-annotation  W3C Web Annotations (JSON-LD)     prov         W3C PROV-O (JSON-LD)
    schema.org      NewsArticle, Quotation (JSON-LD)  claimreview  ClaimReview stubs that rate nothing
    tei             TEI critical apparatus            graphml      who retold whom, for Gephi
    citron          BBC Citron's JSON, one file an article

    \b
    Exit status: 0 done, 1 done but some input was set aside, 2 misuse, 3 nothing could be written.

    \b
    Examples:
      retold export news.db --to graphml news.graphml
      retold export news.db --story s4f2a --to tei dam.xml
      retold export original.txt retelling.txt --to csv tables/
      retold export news.db --to csv --table quotations - | head
    """
    from retold.cli.output import say, write_json
    from retold.present.exports import check_place, export_parts

    _check(inputs, out, format_, table, as_json=as_json, since=since, until=until)
    check_place(out, is_folder=format_.is_folder and table is None)
    rejects: list[Reject] = []
    is_whole = True
    with ExitStack() as opened:
        parts = _open_library(inputs, story, since, until, rejects, opened)
        if parts is None:
            if story is not None or since or until:
                raise click.UsageError("--story, --since and --until choose from a library; the input is none.")
            options = make_read_options(text_column, outlet_column, date_column, allow_private)
            part, is_whole = _read(inputs, options, parse=not no_parse)
            if part is None:
                say("there is no article to export; nothing was written")
                return 3
            parts = iter((part,))
        report = export_parts(parts, format_, out, table)
    for reject in rejects[:_SHOWN_REJECTS]:
        say(f"set aside: {reject.reason}")
    if len(rejects) > _SHOWN_REJECTS:
        say(f"set aside: {len(rejects) - _SHOWN_REJECTS:,} more")
    for line in report.losses:
        say(line)
    if not report.stories:
        say("there was no story to write: the export is valid, and empty")
    if as_json:
        write_json(report)
    elif out != "-":
        click.echo(_describe(report))
    return 0 if is_whole and not rejects else 1


def _check(
    inputs: Sequence[str], out: str, format_: "Format", table: str | None, *, as_json: bool, since: str, until: str
) -> None:
    """Raises `click.UsageError` for what can't go well, before any work is done for it."""
    if format_.is_folder and out == "-" and table is None:
        table_too = "" if format_.name == "citron" else ", or a --table"
        raise click.UsageError(f"{format_.name} is a folder of files, which - can't hold; name a folder{table_too}.")
    if as_json and out == "-":
        raise click.UsageError("--json says what was written, and - is where it is written; name a file.")
    if table is not None:
        if format_.name not in {"csv", "parquet"}:
            raise click.UsageError(f"--table is for csv and parquet; {format_.name} has no tables.")
        from retold.errors import RetoldError
        from retold.present.exports.tables_csv import check_table

        try:
            check_table(table)
        except RetoldError as e:
            raise click.UsageError(f"--table: {e}") from e
    for option, date in (("--since", since), ("--until", until)):
        if date and not _DATE.fullmatch(date):
            raise click.UsageError(f"{option}: {date!r} is no date; write it like 2031, 2031-05 or 2031-05-04.")
    path = Path(out)
    if out != "-" and any(_is_same(path, Path(name)) for name in inputs if name != "-"):
        raise click.UsageError(f"{out} is an input too; an export would replace it. Name another place.")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _open_library(
    inputs: Sequence[str], story: str | None, since: str, until: str, rejects: "list[Reject]", opened: ExitStack
) -> "Iterator[Part] | None":
    """The stories of the library that is the input; None where the input is none."""
    if not any(_is_library(name) for name in inputs):
        return None
    if len(inputs) > 1:
        raise click.UsageError("a library is exported by itself; retold build puts articles into it first.")
    from retold.library import open_library
    from retold.present.exports import read_parts

    library = opened.enter_context(open_library(inputs[0], read_only=True))
    return read_parts(library, story, since, until, rejects)


def _is_library(name: str) -> bool:
    """Whether a file is one of SQLite, or is not there and called as one: then opening it says so in better words."""
    if name.endswith(".db") and not Path(name).exists():
        return True
    try:
        with open(name, "rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):
        return False


def _read(inputs: Sequence[str], options: "ReadOptions", *, parse: bool) -> "tuple[Part | None, bool]":
    """An evidence document as it stands, or the comparison of what else is given, None where there is no article; and
    whether all of the input is in it. What was set aside has been said."""
    import io

    from retold.annotate.annotation import AnnotateConfig
    from retold.cli.output import compare_batch
    from retold.document import decode_document
    from retold.evidence import CompareConfig
    from retold.present.exports import make_part
    from retold.read import read_inputs

    stdin = sys.stdin.buffer.read() if "-" in inputs else b""
    if len(inputs) == 1:
        data = stdin if inputs[0] == "-" else _read_file(inputs[0])
        if _is_document(data):
            return make_part(decode_document(data)), True
    batch = read_inputs(inputs, io.BytesIO(stdin), options)
    document = compare_batch(batch, CompareConfig(annotate=AnnotateConfig(parse=parse)))
    return make_part(document) if document.articles else None, not document.rejects


def _read_file(name: str) -> bytes:
    """The file's bytes if it may be an evidence document; a look at its start spares reading what is none."""
    try:
        with open(name, "rb") as file:
            head = file.read(200)
            return head + file.read() if _is_document(head) else b""
    except (OSError, ValueError):
        return b""


def _is_document(data: bytes) -> bool:
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and b'"retold"' in head and b'"schema"' in head


def _describe(report: "ExportReport") -> str:
    counts = (
        (report.stories, "story", "stories"),
        (report.articles, "article", "articles"),
        (report.quotations, "quotation", "quotations"),
        (report.derivations, "derivation", "derivations"),
    )
    told = ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in counts)
    return f"{report.out}: {report.format}, {told}"
