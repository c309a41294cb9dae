"""`retold import OUT/ -o news.db`"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

if TYPE_CHECKING:
    from retold.engine.slices import Slice
    from retold.library import Item

_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", re.ASCII)
_SHOWN = 20


class ImportReport(Struct, frozen=True):
    """What an import did. `chosen`: so many articles fit; `annotated`: so many came with what was found in them. The
    rest is as in the report of a build."""

    chosen: int = 0
    annotated: int = 0
    articles: tuple[str, ...] = ()
    known: int = 0
    new_versions: int = 0
    rejects: int = 0
    stories: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class _Day(click.ParamType[date]):
    """A day, a month or a year → its first day, or its last one."""

    name = "date"

    def __init__(self, *, last: bool) -> None:
        self._last = last

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        match = _DATE.fullmatch(value.strip())
        try:
            if match is None:
                raise ValueError
            year, month, day = int(match[1]), match[2], match[3]
            if day or not self._last:
                return date(year, int(month or 1), int(day or 1))
            following = date(year + 1, 1, 1) if month in (None, "12") else date(year, int(month) + 1, 1)
            return following - timedelta(days=1)
        except ValueError:
            self.fail(f"{value!r} is no date; write it like 2031-05-09, 2031-05 or 2031", param, ctx)


@click.command("import")
@click.argument("folder", metavar="OUT/", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "library",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The library file; made if there is none.",
)
@click.option("--since", type=_Day(last=False), metavar="DATE", help="Of this day (UTC), month or year, and later.")
@click.option("--until", type=_Day(last=True), metavar="DATE", help="Of this day, month or year, and earlier.")
@click.option("--outlet", "outlets", multiple=True, metavar="NAME", help="Of this outlet; may be given again.")
@click.option(
    "--query", metavar="WORDS", help='With all these words in text or title, as they are written; phrases in "marks".'
)
@click.option(
    "--story", "stories", multiple=True, metavar="ID", help="Of the story of this number; may be given again."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="The first N by date, and no more.")
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone, for what has not been annotated yet.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(
    folder: Path,
    library: Path,
    since: date | None,
    until: date | None,
    outlets: tuple[str, ...],
    query: str | None,
    stories: tuple[str, ...],
    limit: int | None,
    no_parse: bool,
    as_json: bool,
) -> int:
    """Put a part of a corpus into a library, to be read, searched and served.

    OUT/ is a folder that retold corpus made. What was found in its articles is taken over, so that nothing is annotated
    twice; the library groups and traces them as if it had been built from them. All that is asked holds together; of
    several outlets or stories one is enough. What is in the library already changes nothing.

    \b
    Exit status: 0 done, 1 nothing fits, or some articles were set aside, 2 misuse, 3 failed.

    \b
    Examples:
      retold import corpus/ -o march.db --since 2031-03 --until 2031-03
      retold import corpus/ -o bridge.db --query 'bridge "swing span"' --outlet "Pellmouth Argus"
    """
    from retold.cli.output import say, write_json
    from retold.errors import MissingExtraError

    try:
        from retold.engine.slices import Selection, Slice, write_patterns
    except ImportError as e:
        raise MissingExtraError(
            f"a corpus needs DuckDB, numba, PyArrow and others, and {e.name} is missing; pip install 'retold[corpus]'"
        ) from e
    if query is not None and not write_patterns(query):
        raise click.UsageError("--query needs a word.")
    if since and until and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}.")
    selection = Selection(since, until, outlets, query or "", stories, limit)
    with Slice(folder, selection) as chosen:
        if chosen.undated:
            say(f"{chosen.undated:,} articles that fit otherwise are of no known day, and are left out")
        if chosen.size:
            return _add(chosen, library, no_parse=no_parse, as_json=as_json)
        say(f"nothing fits; {folder} holds {chosen.describe_corpus()}")
    if as_json:
        write_json(ImportReport())
    return 1


def _add(chosen: "Slice", path: Path, *, no_parse: bool, as_json: bool) -> int:
    from retold.annotate.annotation import AnnotateConfig
    from retold.cli.library import open_to_add, show_progress
    from retold.cli.output import say, write_json
    from retold.evidence import CompareConfig
    from retold.model import Reject

    without_parser = CompareConfig(annotate=AnnotateConfig(parse=False))
    rejects: list[Reject] = []

    def read(config: CompareConfig) -> "Iterator[Item]":
        for item in chosen.read(config):
            if isinstance(item, Reject):
                rejects.append(item)
            yield item

    # a new library is made with the settings of the corpus, so that nothing has to be annotated again
    no_parse = no_parse or (not path.exists() and chosen.agrees_with(without_parser))
    with open_to_add(path, no_parse=no_parse) as library:
        config = library.config.compare
        for text in chosen.explain(config):
            say(text)
        annotated = chosen.count_annotated(config)
        try:
            with show_progress(chosen.size) as tell:
                added = library.add(read(config), tell)
        except KeyboardInterrupt:
            say(f"stopped; what was read is in {path}, and the same command goes on from there")
            raise
        counts = library.count()
    for reject in rejects[:_SHOWN]:
        say(f"set aside: {reject.reason}")
    if len(rejects) > _SHOWN:
        say(f"and {len(rejects) - _SHOWN} more; all stand in the table rejects of {path}")
    for text in added.notes:
        say(text)
    if as_json:
        about = (added.articles, added.known, added.new_versions, added.rejects, added.stories, added.notes)
        write_json(ImportReport(chosen.size, annotated, *about))
    else:
        click.echo(
            f"{len(added.articles):,} new, {added.known:,} known, {len(rejects):,} set aside · {path} holds "
            f"{counts.articles:,} articles of {counts.outlets:,} outlets in {counts.stories:,} stories, with "
            f"{counts.quotations:,} quotations"
        )
    return 1 if rejects else 0
