"""What the commands that compare have in common: reading inputs, and printing what was found."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from retold.document import EvidenceDocument, encode_document
from retold.errors import RetoldError
from retold.evidence import CompareConfig, compare_articles
from retold.present.lettering import clean_line
from retold.read import Batch, Note

_RECORD = re.compile(r":\d+$")
_VALUES = re.compile(r"'[^']*'|\d[\w:.+-]*")
"""What differs between two notes of one kind: a value that is quoted, a date, a number."""


def say(message: str) -> None:
    """One line for the person, on standard error; what it takes from an input can't steer the terminal."""
    click.echo(f"retold: {clean_line(message)}", err=True)


def say_notes(batch: Batch) -> None:
    """What a person should know of the inputs, and what was set aside."""
    for line in fold_notes(batch.notes):
        say(line)
    for reject in batch.rejects:
        say(f"set aside: {reject.reason}")


def fold_notes(notes: Iterable[Note]) -> Iterator[str]:
    """A line a note; where a file, or an address, has the same to say of many, one line with how many more. Linear.

    >>> list(fold_notes([Note("a.csv:1", "has no date"), Note("a.csv:2", "has no date"), Note("b.txt", "is short")]))
    ['a.csv:1 has no date (and 1 more like it)', 'b.txt is short']
    """
    first: dict[tuple[str, str], Note] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for note in notes:
        source = "" if "://" in note.input else _RECORD.sub("", note.input)
        kind = (source, _VALUES.sub("0", note.text))
        first.setdefault(kind, note)
        counts[kind] += 1
    for kind, note in first.items():
        more = counts[kind] - 1
        yield f"{note.input} {note.text}" + (f" (and {more:,} more like it)" if more else "")


def compare_batch(batch: Batch, config: CompareConfig) -> EvidenceDocument:
    """Compares what was read; what was set aside and what is missing is said on standard error."""
    say_notes(batch)
    document = compare_articles(batch.articles, config, batch.rejects, say)
    for reject in document.rejects[len(batch.rejects) :]:
        say(f"set aside: {reject.reason}")
    return document


def print_document(document: EvidenceDocument, *, as_json: bool, html: Path | None) -> None:
    """The evidence as JSON or as the report, and the page where one is asked for."""
    if html is not None:
        write_page(document, html)
    if as_json:
        sys.stdout.buffer.write(encode_document(document))
        sys.stdout.buffer.flush()
        return
    from rich.console import Console

    from retold.present.terminal import print_report

    print_report(document, Console(file=sys.stdout))


def print_explanation(document: EvidenceDocument, id_: str, *, as_json: bool) -> None:
    """Why the finding of this id is what it is, as text or JSON. Raises `click.UsageError` for an id there is not."""
    from retold.present.explanation import UnknownFindingError, explain_finding, render_explanation

    try:
        explanation = explain_finding(document, id_)
    except UnknownFindingError as e:
        raise click.UsageError(f"--explain: {e}") from e
    if as_json:
        write_json(explanation)
    else:
        click.echo(render_explanation(explanation), nl=False)


def write_json(value: msgspec.Struct) -> None:
    """Any value of Retold as JSON on standard output, as the evidence document is written."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n")
    sys.stdout.buffer.flush()


def write_page(document: EvidenceDocument, path: Path) -> None:
    """Writes the self-contained page. Raises `RetoldError` where the file can't be written."""
    from retold.present.html import render_page

    try:
        path.write_text(render_page(document), "utf-8")
    except OSError as e:
        raise RetoldError(
            f"the page can't be written to {path}: {e.strerror}. Name a file in a folder you may write to."
        ) from e


def exit_code(inputs: Sequence[str], document: EvidenceDocument) -> int:
    """0 where at least one article was read, else 3: nothing could be done."""
    return 0 if document.articles else 3
