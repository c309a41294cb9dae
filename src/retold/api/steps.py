"""One utterance followed over the reports: which families are meant, and what each report made of them."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, TypeAlias

from msgspec import Struct

from retold import model
from retold.annotate.words import find_words
from retold.document import EvidenceDocument
from retold.model import Span
from retold.present.explanation import UnknownFindingError
from retold.present.findings import Change, Family, Quotation, Reading
from retold.present.lettering import clean_line, shorten_line
from retold.present.tables import TableWriter
from retold.present.timeline import sort_articles

Traceable: TypeAlias = "str | Quotation | Reading | Family | Change"
"""What says which utterance is meant: its id or words, or a row."""


class Step(Struct, frozen=True):
    """What one report made of an utterance: its words there, and how they differ from the earlier reading at hand
    (`from_report`; None where it is the first). `text` None: the report derives from one that has it, and dropped it.
    """

    SHOWN: ClassVar[tuple[str, ...]] = (
        "report",
        "published",
        "form",
        "speaker",
        "text",
        "label",
        "flags",
        "severity",
        "from_report",
        "change",
        "why",
    )

    story: str
    family: str
    article: str
    report: str
    published: str | None
    form: model.ReadingForm | None
    speaker: str | None
    text: str | None
    start: int | None
    end: int | None
    label: model.Label | None
    flags: tuple[str, ...]
    severity: model.Severity | None
    from_report: str | None
    change: str | None
    why: str

    def __repr__(self) -> str:
        text = f"“{shorten_line(self.text, 60)}”" if self.text is not None else "—"
        return clean_line(f"Step({self.report}: {self.label or 'first'}, {text})")


def find_families(document: EvidenceDocument, what: Traceable) -> tuple[str, ...]:
    """The ids of the families meant, in the order of the document. Raises `UnknownFindingError` where there is none.

    Words are looked for in all readings, whatever their case and marks. Linear in the readings.
    """
    if isinstance(what, Family):
        return _check((what.id,), document, what.id)
    if isinstance(what, Reading | Change):
        return _check((what.family,), document, what.id)
    if isinstance(what, Quotation):
        return _check(_find_by_id(document, what.id), document, what.id)
    by_id = _find_by_id(document, what.strip())
    return _check(by_id or _find_by_words(document, what), document, what)


def trace_families(document: EvidenceDocument, families: Sequence[str]) -> Iterator[Step]:
    """A step for each reading of these families: the one that others are held against first, then in order of time,
    then those that dropped it. A reading that fuses two earlier ones has a step for each."""
    writer = TableWriter(document)
    rank = {a.id: n for n, a in enumerate(sort_articles(document.articles, document.derivations))}
    published = {row.id: row.published for row in writer.articles()}
    changes = [change for change in writer.changes() if change.family in families]
    to: dict[str | None, list[Change]] = {}
    for change in changes:
        to.setdefault(change.to_reading, []).append(change)
    readings = [reading for reading in writer.readings() if reading.family in families]
    for family in families:
        own = [reading for reading in readings if reading.family == family]
        for reading in sorted(own, key=lambda r: (r.id in to, rank[r.article], r.start)):
            changed = to.get(reading.id)
            yield from (_make_step(reading, change) for change in changed) if changed else (_make_step(reading, None),)
        dropped = [change for change in to.get(None, ()) if change.family == family and change.to_article]
        for change in sorted(dropped, key=lambda c: rank[c.to_article or ""]):
            yield _make_dropped(change, published[change.to_article or ""])


def _check(found: tuple[str, ...], document: EvidenceDocument, what: str) -> tuple[str, ...]:
    known = {family.id for family in document.families}
    kept = tuple(dict.fromkeys(id_ for id_ in found if id_ in known))
    if not kept:
        raise UnknownFindingError(
            f"nothing said here fits “{shorten_line(what, 60)}”; give words that stand in a reading, a row of this "
            "comparison, or the id of one. Quotations: .quotations; utterances: .families"
        )
    return kept


def _find_by_id(document: EvidenceDocument, id_: str) -> tuple[str, ...]:
    readings = {reading.id for reading in document.readings if id_ in (reading.id, reading.quotation)}
    return (
        *(family.id for family in document.families if family.id == id_ or readings & set(family.readings)),
        *(change.family for change in document.changes if change.id == id_),
    )


def _find_by_words(document: EvidenceDocument, words: str) -> tuple[str, ...]:
    wanted = _join_words(words)[:-1]  # the last word may be cut short
    if not wanted:
        return ()
    texts = {article.id: article.text for article in document.articles}
    readings = {r.id: r for r in document.readings}
    return tuple(
        family.id
        for family in document.families
        if any(wanted in _join_words(readings[id_].span.cut(texts[readings[id_].article])) for id_ in family.readings)
    )


def _join_words(text: str) -> str:
    return " ".join(["", *(word.norm.casefold() for word in find_words(text, Span(0, len(text)))), ""])


def _make_step(reading: Reading, change: Change | None) -> Step:
    return Step(
        reading.story,
        reading.family,
        reading.article,
        reading.report,
        reading.published,
        reading.form,
        reading.speaker,
        reading.text,
        reading.start,
        reading.end,
        change.label if change else None,
        change.flags if change else (),
        change.severity if change else None,
        change.from_report if change else None,
        change.id if change else None,
        change.why if change else "",
    )


def _make_dropped(change: Change, published: str | None) -> Step:
    return Step(
        change.story,
        change.family,
        change.to_article or "",
        change.to_report or "",
        published,
        None,
        None,
        None,
        None,
        None,
        change.label,
        change.flags,
        change.severity,
        change.from_report,
        change.id,
        change.why,
    )
