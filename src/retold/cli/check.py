"""`retold check DRAFT --against INPUT…`"""

import os
import sys

import click
import msgspec

from retold.cli.reading import make_read_options, reading_options
from retold.errors import RetoldError
from retold.model import Article
from retold.read import Batch


class _Command(click.Command):
    """`--against` takes every argument up to the next option, so that a shell can write out a pattern after it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        is_against = False
        for argument in args:
            if argument.startswith("-") and argument != "-":
                is_against = argument == "--against" or argument.startswith("--against=")
                if argument != "--against":
                    spread.append(argument)
            elif is_against:
                spread += ["--against", argument]
            else:
                spread.append(argument)
        return super().parse_args(ctx, spread)


@click.command("check", cls=_Command)
@click.argument("draft", metavar="DRAFT", type=click.Path())
@click.option(
    "--against",
    "sources",
    multiple=True,
    required=True,
    type=click.Path(),
    metavar="INPUT…",
    help="The sources: files, folders, web addresses, or - for standard input.",
)
@click.option(
    "--profile",
    "style",
    default="default",
    show_default=True,
    metavar="NAME",
    help="House style that judges what was found: default, ap, guardian, reuters, or a .toml file.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["minor", "major"]),
    default="major",
    show_default=True,
    help="Exit with 1 where there is a breach (major), or a question too (minor).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON instead of the list.")
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
@reading_options
def command(
    draft: str,
    sources: tuple[str, ...],
    style: str,
    fail_on: str,
    as_json: bool,
    no_parse: bool,
    text_column: str | None,
    outlet_column: str | None,
    date_column: str | None,
    allow_private: bool,
) -> int:
    """Check the quotations of a draft against its sources.

    For each quotation of DRAFT (a .txt or .html file, or - for standard input) the reading in the sources that it comes
    from, what has changed, and what the house style says to that; or that the sources don't have it.

    \b
    Exit status: 0 nothing reaches --fail-on, 1 something does, 2 misuse, 3 nothing could be checked.

    \b
    Examples:
      retold check draft.txt --against interview.txt agency.html
      retold check draft.txt --against sources/ --profile ap --fail-on minor
      cat draft.txt | retold check - --against sources/ --json
    """
    from retold.annotate.annotation import AnnotateConfig
    from retold.check import check_draft, reaches
    from retold.cli.output import say, say_notes, write_json
    from retold.evidence import CompareConfig
    from retold.present.checklist import render_checklist
    from retold.read import read_inputs
    from retold.styles import load_profile

    if draft == "-" and "-" in sources:
        raise click.UsageError("standard input (-) can be the draft or a source, not both.")
    try:
        profile = load_profile(style)
    except RetoldError as e:
        raise click.UsageError(f"--profile: {e}") from e
    options = make_read_options(text_column, outlet_column, date_column, allow_private)
    draft_batch = read_inputs([draft], sys.stdin.buffer, options)
    source_batch = read_inputs(sources, sys.stdin.buffer, options)
    say_notes(draft_batch)
    say_notes(source_batch)
    if len(draft_batch.articles) > 1:
        raise click.UsageError(f"{draft} holds {len(draft_batch.articles)} articles; check one draft at a time.")
    if not draft_batch.articles:
        say("there is no draft to check")
        return 3
    own, others, dropped = _tell_apart(draft_batch.articles[0], source_batch)
    for name in dropped:
        say(f"set aside: {name} is the draft itself")
    if not others:
        say("there is no source to check against")
        return 3
    config = CompareConfig(annotate=AnnotateConfig(parse=not no_parse))
    report = check_draft(own, others, profile, config, say)
    for reject in report.rejects:
        say(f"set aside: {reject.reason}")
    if as_json:
        write_json(report)
    else:
        click.echo(render_checklist(report, {article.id: article for article in (own, *others)}), nl=False)
    return 1 if reaches(report, "minor" if fail_on == "minor" else "major") else 0


def _tell_apart(draft: Article, batch: Batch) -> tuple[Article, tuple[Article, ...], tuple[str, ...]]:
    """The draft under an id of its own, the sources without the draft's own file and text, and those by name: a draft
    in the folder of its sources would bear itself out."""
    ids = {article.id for article in batch.articles}
    own = next(id_ for id_ in ("draft", *(f"draft{n}" for n in range(2, len(ids) + 3))) if id_ not in ids)
    sources, dropped = [], []
    for article in batch.articles:
        is_same_file = bool(draft.path and article.path) and os.path.realpath(draft.path or "") == os.path.realpath(
            article.path or ""
        )
        if is_same_file or article.sha256 == draft.sha256:
            dropped.append(article.path or article.id)
        else:
            sources.append(article)
    return msgspec.structs.replace(draft, id=own), tuple(sources), tuple(dropped)
