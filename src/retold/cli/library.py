"""What the commands on a library file have in common: opening it, lists as table, JSON or CSV, and progress."""

import csv
import io
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from retold.present.lettering import clean_line

if TYPE_CHECKING:
    from retold.library import Library, Progress

Command = TypeVar("Command", bound=Callable[..., object])
Row = TypeVar("Row", bound=msgspec.Struct)

WIDTH_COLUMNS = 100
_PHASES = {
    "read": "reading articles",
    "index": "indexing",
    "rate": "rating pairs",
    "group": "grouping",
    "trace": "tracing stories",
}


def list_options(command: Command, limit: int = 20) -> Command:
    """`--json`, `--csv` and `--limit`, which every list has."""
    for option in (
        click.option("--limit", type=click.IntRange(1), default=limit, show_default=True, help="List so many at most."),
        click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ):
        command = option(command)
    return command


def file_argument(command: Command) -> Command:
    """The library file that a command reads."""
    return click.argument("library", metavar="LIBRARY", type=click.Path(path_type=Path, dir_okay=False))(command)


def print_list(
    rows: Sequence[Row],
    columns: Sequence[tuple[str, Callable[[Row], str]]],
    *,
    as_json: bool,
    as_csv: bool,
    empty: str,
) -> None:
    """Values as a table of `columns` (heading, what stands under it), or all their fields as JSON or CSV."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    if as_json:
        data = msgspec.json.encode(rows, order="deterministic")
        sys.stdout.buffer.write(msgspec.json.format(data, indent=1) + b"\n")
        sys.stdout.buffer.flush()
    elif as_csv:
        _print_csv(rows)
    elif not rows:
        click.echo(empty)
    else:
        _print_table(rows, columns)


def _print_csv(rows: Sequence[msgspec.Struct]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    if rows:
        writer.writerow(rows[0].__struct_fields__)
    for row in rows:
        writer.writerow([_flatten(getattr(row, name)) for name in row.__struct_fields__])
    sys.stdout.buffer.write(out.getvalue().encode())
    sys.stdout.buffer.flush()


def _flatten(value: object) -> object:
    """A cell. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return int(value) if isinstance(value, bool) else value


def _print_table(rows: Sequence[Row], columns: Sequence[tuple[str, Callable[[Row], str]]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True, header_style="bold")
    for n, (heading, _) in enumerate(columns):
        is_last = n == len(columns) - 1
        table.add_column(
            heading.removeprefix("# "),
            no_wrap=not is_last,
            overflow="fold",
            justify="right" if heading[:1] == "#" else "left",
        )
    for row in rows:
        table.add_row(*(Text(clean_line(write(row))) for _, write in columns))
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH_COLUMNS
    console.print(table)


def open_to_add(path: Path, *, no_parse: bool, regroup: bool = False) -> "Library":
    """The library at `path`, made if there is none. Raises `RetoldError` where it was made with a parser and none is
    wanted now: findings of both would not compare."""
    from retold.annotate.annotation import AnnotateConfig
    from retold.cli.output import say
    from retold.errors import LibraryError
    from retold.evidence import CompareConfig
    from retold.library import LibraryConfig, open_library

    is_new = not path.exists()
    config = LibraryConfig(compare=CompareConfig(annotate=AnnotateConfig(parse=False))) if is_new and no_parse else None
    library = open_library(path, create=True, config=config, missing=say)
    if no_parse and library.config.compare.annotate.parse:
        library.close()
        raise LibraryError(f"{path} was made with a parser; leave --no-parse away, or build another file")
    if not is_new and library.is_outdated and not regroup:
        say(
            f"{path} was grouped and traced by another Retold, and goes on by its weights. To have all of it done anew "
            f"by this one: retold build -o {path} --regroup"
        )
    return library


def count_articles(inputs: Sequence[str]) -> int | None:
    """How many articles are in some inputs, for the bar; None where only reading them would tell. A look at folders,
    lines and heads of tables: a fraction of the time of reading."""
    if not sys.stderr.isatty():
        return None
    total = 0
    for name in inputs:
        path = Path(name)
        if path.is_dir():
            inner = count_articles([str(entry) for entry in path.rglob("*") if entry.is_file()])
        else:
            inner = _count_in_file(path)
        if inner is None:
            return None
        total += inner
    return total


def _count_in_file(path: Path) -> int | None:
    ending = path.suffix.lower()
    try:
        if ending in {".txt", ".html", ".htm", ".xhtml"}:
            return 1
        if ending in {".jsonl", ".ndjson"}:
            with path.open("rb") as file:
                return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        if ending == ".parquet":
            import pyarrow.parquet

            return int(pyarrow.parquet.ParquetFile(path).metadata.num_rows)
    except (OSError, ImportError, ValueError):
        return None
    return None


@contextmanager
def show_progress(articles: int | None = None) -> Iterator[Callable[["Progress"], None] | None]:
    """A bar with rate and time left, where standard error is a terminal; else nothing. `articles`: so many are to be
    read, if that is known."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress as rich_progress
    from rich.console import Console

    bar = rich_progress.Progress(
        rich_progress.SpinnerColumn(),
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn("{task.fields[rate]}"),
        rich_progress.TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
    started: dict[str, tuple[rich_progress.TaskID, float]] = {}

    def tell(progress: "Progress") -> None:
        total = progress.total if progress.phase != "read" else articles and max(articles, progress.done)
        if progress.phase not in started:
            task = bar.add_task(_PHASES[progress.phase], total=total, rate="")
            started[progress.phase] = (task, time.monotonic())
        task, since = started[progress.phase]
        rate = progress.done / max(0.001, time.monotonic() - since)
        bar.update(task, completed=progress.done, total=total, rate=f"{rate:.0f}/s")

    with bar:
        yield tell


def format_date(value: str | None) -> str:
    """A date to the minute at most, as lists have it."""
    return value[:16].replace("T", " ") if value else "undated"
