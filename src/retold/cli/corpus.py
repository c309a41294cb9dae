"""`retold corpus INPUT… -o OUT/`"""

import re
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retold.cli.reading import make_read_options, reading_options

if TYPE_CHECKING:
    from retold.engine.corpus import CorpusConfig, CorpusReport
    from retold.read import ReadOptions

_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*(MB|GB|M|G|)", re.IGNORECASE)
_STAGES = {
    "articles": "reading articles",
    "fingerprints": "fingerprints",
    "reprints": "reprints",
    "pairs": "pairs that share something",
    "passages": "aligning passages",
    "quotations": "who said what",
    "stories": "grouping stories",
    "families": "tracing stories",
    "rejects": "what was set aside",
}


class _Memory(click.ParamType[int]):
    """An amount of memory → megabytes."""

    name = "memory"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = _MEMORY.fullmatch(value.strip())
        if match is None:
            self.fail(f"{value!r} is no amount of memory; write it like 2GB or 800MB", param, ctx)
        return round(float(match[1]) * (1 if match[2].upper().startswith("M") else 1000))


@click.command("corpus")
@click.argument("inputs", nargs=-1, metavar="INPUT…", type=click.Path())
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="OUT/",
    help="The folder of the corpus; made if there is none.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="DuckDB on this machine, or Spark.",
)
@click.option("--master", metavar="URL", help="The Spark master: spark://HOST:7077, yarn, local[4] …")
@click.option(
    "--memory",
    "memory_mb",
    type=_Memory(),
    default="2GB",
    show_default=True,
    help="What the run may use besides its --workers; on Spark the driver, and each executor.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes that find quotations and trace stories, of 400 MB each with the parser. [default: one a core]",
)
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
@click.option("--reuse-only", is_flag=True, help="Find what is shared, and not who said what: a hundred times quicker.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@reading_options
def command(
    inputs: tuple[str, ...],
    folder: Path,
    engine_name: str,
    master: str | None,
    memory_mb: int,
    workers: int | None,
    no_parse: bool,
    reuse_only: bool,
    as_json: bool,
    text_column: str | None,
    outlet_column: str | None,
    date_column: str | None,
    allow_private: bool,
) -> int:
    """Find what millions of articles share, who said what in them, and what became of it: as Parquet tables.

    INPUT is a .jsonl, .parquet or .warc file (.jsonl and .warc also gzipped), or a folder of them. OUT/ gets a folder a
    table: articles, passages, reprints, boilerplate, quotations, speakers, citations, stories, families, changes,
    derivations, rejects. A run that was cut short goes on where it stopped; run again with more input, only what is
    new is read.

    \b
    Exit status: 0 done, 1 done but some records were set aside, 2 misuse, 3 failed.

    \b
    Examples:
      retold corpus 2031/*.warc.gz -o corpus/ --memory 8GB
      retold corpus news.parquet --text-column body -o corpus/ --reuse-only
      retold corpus /data/news -o /data/corpus --engine spark --master spark://10.0.0.5:7077
    """
    from retold.annotate.annotation import AnnotateConfig
    from retold.cli.output import say, write_json
    from retold.errors import MissingExtraError
    from retold.evidence import CompareConfig

    if master is not None and engine_name != "spark":
        raise click.UsageError("--master is for --engine spark.")
    if workers is not None and engine_name == "spark":
        raise click.UsageError("--workers is for --engine local; Spark's executors have as many as they have cores.")
    if not inputs and not folder.exists():
        raise click.UsageError(f"there is no corpus at {folder} to go on with; give an INPUT.")
    try:
        from retold.engine.corpus import CorpusConfig
        from retold.engine.findings import FindingsConfig
    except ImportError as e:
        raise MissingExtraError(
            f"a corpus needs DuckDB, numba, PyArrow and others, and {e.name} is missing; pip install 'retold[corpus]'"
        ) from e
    compare = CompareConfig(annotate=AnnotateConfig(parse=not no_parse))
    config = CorpusConfig(findings=None if reuse_only else FindingsConfig(compare))
    options = make_read_options(text_column, outlet_column, date_column, allow_private)
    try:
        report = _build(inputs, folder, engine_name, master, memory_mb, workers, config, options)
    except KeyboardInterrupt:
        say(f"stopped; what was finished is in {folder}, and the same command goes on from there")
        raise
    if as_json:
        write_json(report)
    else:
        click.echo(
            f"{report.new:,} new, {report.known:,} known, {report.rejects:,} set aside · {folder} holds "
            + (
                ", ".join(f"{rows:,} {name}" for name, rows in report.tables.items() if rows and name != "rejects")
                or "nothing"
            )
        )
    if report.rejects:
        say(f"set aside: {report.rejects:,} records, each with its reason in {folder / 'rejects'}")
    if inputs and report.rejects and not report.tables["articles"]:
        return 3
    return 1 if report.rejects else 0


def _build(
    inputs: tuple[str, ...],
    folder: Path,
    engine_name: str,
    master: str | None,
    memory_mb: int,
    workers: int | None,
    config: "CorpusConfig",
    options: "ReadOptions",
) -> "CorpusReport":
    from rich.console import Console

    from retold.engine.corpus import build_corpus, open_folder

    console = Console(file=sys.stderr)
    with ExitStack() as stack:
        stack.enter_context(open_folder(folder))
        status = stack.enter_context(console.status("starting")) if console.is_terminal else None

        def tell(stage: str) -> None:
            if status is not None:
                status.update(_STAGES.get(stage, stage))

        scratch = folder / "_work" / "scratch"
        if engine_name == "spark":
            from retold.engine.spark import SparkEngine

            spark = stack.enter_context(SparkEngine(scratch, master, memory_mb))
            return build_corpus(inputs, folder, spark, config, options, tell, workers=1)
        import os

        from retold.engine.local import LocalEngine

        cores = os.cpu_count() or 1
        local = stack.enter_context(LocalEngine(scratch, memory_mb, cores))
        return build_corpus(inputs, folder, local, config, options, tell, workers=workers or cores)
