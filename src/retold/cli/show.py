"""`retold show news.db STORY`"""

from pathlib import Path

import click

from retold.cli.library import file_argument


@click.command("show")
@file_argument
@click.argument("story", metavar="STORY")
@click.option("--json", "as_json", is_flag=True, help="Print the evidence document instead of the report.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the story's changes as comma-separated values.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the report as one self-contained page.",
)
@click.option("--explain", metavar="ID", help="Print why one finding (c3, d1) is what it is, instead of the report.")
def command(library: Path, story: str, as_json: bool, as_csv: bool, html: Path | None, explain: str | None) -> int:
    """Show one story of a library, as `retold compare` shows it.

    STORY is its id, or as much of it as is unambiguous; or the id or address of one of its reports.

    \b
    Examples:
      retold show news.db s4f2a
      retold show news.db https://example.org/dam --json
    """
    from retold.cli.library import print_list
    from retold.cli.output import print_document, print_explanation, say
    from retold.library import list_changes, open_library

    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    with open_library(library, read_only=True) as opened:
        document = opened.read_story(story)
        duplicates = opened.list_duplicates(story)
    if explain is not None:
        print_explanation(document, explain, as_json=as_json)
    elif as_csv:
        print_list(list_changes(document), (), as_json=False, as_csv=True, empty="")
    else:
        for copy, first in duplicates:
            say(f"{copy.name} has nearly the text of {first.name}")
        print_document(document, as_json=as_json, html=html)
    return 0
