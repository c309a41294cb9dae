"""`retold quotes news.db --speaker NAME`"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retold.cli.library import file_argument, list_options

if TYPE_CHECKING:
    from retold.library import QuotationHit


@click.command("quotes")
@file_argument
@click.option("--speaker", metavar="NAME", help="Quotations of this speaker: all the words of the name must fit.")
@click.option("--words", metavar="TEXT", help="Only quotations that hold these words.")
@partial(list_options, limit=1000)
def command(library: Path, speaker: str | None, words: str | None, limit: int, as_json: bool, as_csv: bool) -> int:
    """List the quotations of a speaker over time, with outlet and fidelity.

    Fidelity is what became of the words relative to the earlier report at hand, never to what was spoken.

    \b
    Examples:
      retold quotes news.db --speaker "Anna Berg"
      retold quotes news.db --speaker Berg --words ferry --csv
    """
    from retold.library import open_library

    if speaker is None and words is None:
        raise click.UsageError("give --speaker, --words, or both.")
    with open_library(library, read_only=True) as opened:
        hits = opened.list_quotations(speaker, words, limit)
    print_quotations(hits, as_json=as_json, as_csv=as_csv)
    return 0


def print_quotations(hits: "Sequence[QuotationHit]", *, as_json: bool, as_csv: bool) -> None:
    """Quotations as a table, JSON or CSV."""
    from retold.cli.library import format_date, print_list

    def describe(hit: "QuotationHit") -> str:
        if hit.label is None:
            return "first at hand" if hit.kind != "indirect" else "told"
        severity = f", {hit.severity}" if hit.severity != "none" else ""
        return f"{hit.label}{severity}" + (f" (from {hit.earlier_outlet})" if hit.earlier_outlet else "")

    print_list(
        hits,
        (
            ("published", lambda hit: format_date(hit.published)),
            ("outlet", lambda hit: (hit.outlet or "")[:24]),
            ("speaker", lambda hit: (hit.speaker or "unknown")[:24]),
            ("fidelity", describe),
            ("quotation", lambda hit: f"“{hit.content}”" if hit.kind == "direct" else hit.content),
        ),
        as_json=as_json,
        as_csv=as_csv,
        empty="nothing found; part of the name finds more",
    )
