"""`retold compare INPUT…`"""

import sys
from pathlib import Path
from typing import Literal

import click

from retold.cli.reading import make_read_options, reading_options


@click.command("compare")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the evidence document instead of the report.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the report as one self-contained page.",
)
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
@click.option(
    "--breadth",
    type=click.Choice(["said", "all"]),
    default="said",
    help="Which attributions to list: what was said, or all, also what somebody wants, opposes, praises.",
    show_default=True,
)
@click.option("--explain", metavar="ID", help="Print why one finding (c3, d1) is what it is, instead of the report.")
@reading_options
def command(
    inputs: tuple[str, ...],
    as_json: bool,
    html: Path | None,
    no_parse: bool,
    breadth: Literal["said", "all"],
    explain: str | None,
    text_column: str | None,
    outlet_column: str | None,
    date_column: str | None,
    allow_private: bool,
) -> int:
    """Compare the reports of an event.

    INPUT is a file (.txt, .html, .jsonl with one article a line, .csv, .parquet, .warc, each also gzipped), a folder of
    them, a web address, a feed or sitemap, or - for standard input. Only addresses and feeds are fetched.

    \b
    Exit status: 0 done, also where some input was set aside, 2 misuse, 3 no report could be read.

    \b
    Examples:
      retold compare original.txt retelling.txt
      retold compare reports/ --html report.html
      retold compare original.txt retelling.txt --explain c1
      retold compare reports.csv.gz https://post.example/dam --text-column body
      cat reports.jsonl | retold compare - --json
    """
    from retold.annotate.annotation import AnnotateConfig
    from retold.cli.output import compare_batch, exit_code, print_document, print_explanation
    from retold.evidence import CompareConfig
    from retold.read import read_inputs

    if explain is not None and html is not None:
        raise click.UsageError("--explain prints one finding and writes no page; give it without --html.")
    options = make_read_options(text_column, outlet_column, date_column, allow_private)
    batch = read_inputs(inputs, sys.stdin.buffer, options)
    document = compare_batch(batch, CompareConfig(annotate=AnnotateConfig(parse=not no_parse, breadth=breadth)))
    if explain is not None:
        print_explanation(document, explain, as_json=as_json)
        return exit_code(inputs, document)
    print_document(document, as_json=as_json, html=html)
    return exit_code(inputs, document)
