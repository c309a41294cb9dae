"""`retold stories news.db`"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from retold.cli.library import file_argument, list_options

if TYPE_CHECKING:
    from retold.library import StoryOrder


@click.command("stories")
@file_argument
@click.option(
    "--order",
    type=click.Choice(["newest", "retold", "altered"]),
    default="newest",
    show_default=True,
    help="Newest, most retold or most altered first.",
)
@click.option("--all", "with_single", is_flag=True, help="List stories of a single report too.")
@list_options
def command(library: Path, order: "StoryOrder", with_single: bool, limit: int, as_json: bool, as_csv: bool) -> int:
    """List the stories of a library.

    \b
    Examples:
      retold stories news.db
      retold stories news.db --order altered --csv
    """
    from retold.cli.library import format_date, print_list
    from retold.library import StorySummary, open_library

    with open_library(library, read_only=True) as opened:
        rows = opened.stories(order, limit, 1 if with_single else 2)

    def describe(row: StorySummary) -> str:
        copies = "copies" if row.duplicates > 1 else "copy"
        grave = [
            f"{n} {word}" for n, word in ((row.major, "major"), (row.minor, "minor"), (row.duplicates, copies)) if n
        ]
        return f"{row.title or ''}" + (f" ({', '.join(grave)})" if grave else "")

    print_list(
        rows,
        (
            ("id", lambda row: row.id),
            ("last report", lambda row: format_date(row.last_published)),
            ("# reports", lambda row: str(row.articles)),
            ("# outlets", lambda row: str(row.outlets)),
            ("# retold", lambda row: str(row.retellings)),
            ("title (changes)", describe),
        ),
        as_json=as_json,
        as_csv=as_csv,
        empty=f"{library} has no story of two reports or more yet; --all lists single ones, retold build adds reports.",
    )
    return 0
