"""`retold build INPUT… -o news.db`"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retold.cli.reading import make_read_options, reading_options

if TYPE_CHECKING:
    from retold.read.fetch import Fetcher


@click.command("build")
@click.argument("inputs", nargs=-1, metavar="INPUT…", type=click.Path())
@click.option(
    "-o",
    "--output",
    "library",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The library file; made if there is none.",
)
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
@click.option("--regroup", is_flag=True, help="Group all articles anew, whatever the order in which they came.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@reading_options
def command(
    inputs: tuple[str, ...],
    library: Path,
    no_parse: bool,
    regroup: bool,
    as_json: bool,
    text_column: str | None,
    outlet_column: str | None,
    date_column: str | None,
    allow_private: bool,
) -> int:
    """Add articles to a library, group them into stories, and trace these.

    INPUT is a file (.txt, .html, .jsonl, .csv, .parquet, .warc, each also gzipped), a folder, an address, a feed or
    sitemap, or - for standard input. What is in the library already changes nothing, so a build may be run again with
    more input, and goes on where one was cut short. Without INPUT it only finishes what waits.

    \b
    Exit status: 0 done, 1 done but some input was set aside, 2 misuse, 3 nothing could be done.

    \b
    Examples:
      retold build reports/ -o news.db
      retold build 2031.parquet --text-column body -o news.db
    """
    from retold.cli.library import count_articles, open_to_add, show_progress
    from retold.cli.output import fold_notes, say, write_json
    from retold.library import Item
    from retold.model import Reject
    from retold.read import Note, stream_inputs
    from retold.read.walk import asks_web

    options = make_read_options(text_column, outlet_column, date_column, allow_private)
    rejects: list[Reject] = []
    notes: list[Note] = []
    kept: list[Note] = []
    fetcher: Fetcher | None = None

    def read() -> Iterator[Item]:
        for item in stream_inputs(inputs, options, stdin=sys.stdin.buffer, fetcher=fetcher, on_note=notes.append):
            if isinstance(item, Reject):
                rejects.append(item)
            yield item
            yield from take_notes()
        yield from take_notes()

    def take_notes() -> Iterator[Note]:
        while notes:
            note = notes.pop(0)
            if not note.text.endswith("; one was given"):  # a library gives ids of its own
                kept.append(note)
                yield note

    with open_to_add(library, no_parse=no_parse, regroup=regroup) as opened:
        if any(map(asks_web, inputs)):
            from retold.read import fetch

            fetcher = fetch.Fetcher(options.fetch, opened.read_visits())
        try:
            with show_progress(count_articles(inputs)) as tell:
                report = opened.add(read() if inputs else (), tell, regroup=regroup)
        except KeyboardInterrupt:
            say(f"stopped; what was read is in {library}, and the same command goes on from there")
            raise
        if fetcher is not None:  # once what was read there is in the file
            opened.keep_visits(fetcher.state)
        counts = opened.count()
    for line in fold_notes(kept):
        say(line)
    for reject in rejects[:20]:
        say(f"set aside: {reject.reason}")
    if len(rejects) > 20:
        say(f"and {len(rejects) - 20} more; all stand in the table rejects of {library}")
    for text in report.notes:
        say(text)
    if as_json:
        write_json(report)
    else:
        parts = [f"{len(report.articles):,} new", f"{report.known:,} known"]
        if report.new_versions:
            parts.append(f"{report.new_versions:,} new versions")
        parts.append(f"{len(rejects):,} set aside")
        click.echo(
            f"{', '.join(parts)} · {library} holds {counts.articles:,} articles of {counts.outlets:,} outlets in "
            f"{counts.stories:,} stories, with {counts.quotations:,} quotations"
        )
    if inputs and rejects and not report.articles and not report.known:
        return 3
    return 1 if rejects else 0
