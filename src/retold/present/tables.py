"""The evidence document as flat tables, written row by row: what notebooks hold, and what CSV and Parquet files are
written from. The types of the rows stand in `retold.present.findings`.
"""

from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from msgspec import Struct

from retold import model
from retold.document import EvidenceDocument
from retold.present.findings import (
    AdditionRow,
    ArticleRow,
    Change,
    CitationRow,
    Derivation,
    EvidenceRow,
    FactRow,
    Family,
    OmissionRow,
    PassageRow,
    Quotation,
    Reading,
    RejectRow,
    Speaker,
)
from retold.rows import Cell, Column, Rows, list_columns

Row_co = TypeVar("Row_co", bound=Struct, covariant=True)


class Table(Struct, Generic[Row_co], frozen=True):
    """A table that is written when it is read: `iterate` goes through the document anew each time."""

    name: str
    kind: type[Row_co]
    iterate: Callable[[], Iterator[Row_co]]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns in order, the same for every document."""
        return list_columns(self.kind)

    def iterate_cells(self) -> Iterator[tuple[Cell, ...]]:
        """Each row as plain values in the order of the columns."""
        names = [column.name for column in self.columns]
        return (tuple(getattr(row, name) for name in names) for row in self.iterate())

    def read(self) -> Rows[Row_co]:
        """All its rows."""
        return Rows(self.kind, self.iterate())


def make_tables(document: EvidenceDocument) -> "dict[str, Table[Struct]]":
    """Every table of a document by name, in the order in which they are written out. O(n) to build; rows are made as
    they are read, in the order of the document.

    >>> make_tables(EvidenceDocument("0.1.0", 1, {}, ()))["changes"].read()[:2].to_dicts()
    []
    """
    writer = TableWriter(document)
    tables: tuple[Table[Struct], ...] = (
        Table("articles", ArticleRow, writer.articles),
        Table("quotations", Quotation, writer.quotations),
        Table("speakers", Speaker, writer.speakers),
        Table("families", Family, writer.families),
        Table("readings", Reading, writer.readings),
        Table("changes", Change, writer.changes),
        Table("derivations", Derivation, writer.derivations),
        Table("evidence", EvidenceRow, writer.evidence),
        Table("facts", FactRow, writer.facts),
        Table("passages", PassageRow, writer.passages),
        Table("omissions", OmissionRow, writer.omissions),
        Table("additions", AdditionRow, writer.additions),
        Table("citations", CitationRow, writer.citations),
        Table("rejects", RejectRow, writer.rejects),
    )
    return {table.name: table for table in tables}


_GRAVITY: Final[dict[model.Severity, int]] = {"none": 0, "minor": 1, "major": 2}


class TableWriter:
    """The document by id, and the rows of each table from it, made as they are read. O(n) to build."""

    def __init__(self, document: EvidenceDocument) -> None:
        self._document = document
        self._articles = {article.id: article for article in document.articles}
        self._stories = {id_: story.id for story in document.stories for id_ in story.articles}
        self._speakers = {speaker.id: speaker for speaker in document.speakers}
        self._readings = {reading.id: reading for reading in document.readings}
        self._families = {family.id: family for family in document.families}
        self._family_of = {id_: family for family in document.families for id_ in family.readings}
        self._quotations = {q.id: q for article in document.articles for q in article.quotations}

    def articles(self) -> Iterator[ArticleRow]:
        for a in self._document.articles:
            yield ArticleRow(
                self._stories.get(a.id),
                a.id,
                a.name,
                a.outlet,
                a.title,
                a.byline,
                _date(a),
                a.published.precision if a.published else None,
                a.language,
                a.url,
                a.path,
                a.sha256,
                len(a.text),
                len(a.quotations),
            )

    def quotations(self) -> Iterator[Quotation]:
        families = {
            r.quotation: self._family_of[r.id].id
            for r in self._document.readings
            if r.quotation and r.id in self._family_of
        }
        for a in self._document.articles:
            for q in a.quotations:
                speaker = self._speakers.get(q.speaker or "")
                yield Quotation(
                    self._stories.get(a.id),
                    a.id,
                    a.name,
                    a.outlet,
                    _date(a),
                    q.id,
                    q.kind,
                    self._name(q.speaker),
                    q.speaker,
                    speaker.kind if speaker else None,
                    " ".join(span.cut(a.text) for span in q.content),
                    q.cue.cut(a.text) if q.cue else None,
                    q.source.cut(a.text) if q.source else None,
                    q.extent.start,
                    q.extent.end,
                    tuple(f"{span.start}:{span.end}" for span in q.content),
                    families.get(q.id),
                    q.within,
                    q.told,
                    q.confidence,
                )

    def speakers(self) -> Iterator[Speaker]:
        counts: dict[str, int] = {}
        for quotation in self._quotations.values():
            counts[quotation.speaker or ""] = counts.get(quotation.speaker or "", 0) + 1
        for s in self._document.speakers:
            yield Speaker(s.id, s.name, s.kind, len(s.mentions), counts.get(s.id, 0))

    def families(self) -> Iterator[Family]:
        gravest: dict[str, model.Severity] = {}
        for change in self._document.changes:
            known = gravest.get(change.family, "none")
            gravest[change.family] = max(known, change.severity, key=_GRAVITY.__getitem__)
        for f in self._document.families:
            readings = [self._readings[id_] for id_ in f.readings]
            yield Family(
                f.story,
                f.id,
                self._name(f.speaker),
                f.speaker,
                len(readings),
                len({reading.article for reading in readings}),
                self._quote(readings[0]) if readings else "",
                gravest.get(f.id, "none"),
            )

    def readings(self) -> Iterator[Reading]:
        for f in self._document.families:
            for r in (self._readings[id_] for id_ in f.readings):
                a = self._articles[r.article]
                quotation = self._quotations.get(r.quotation or "")
                yield Reading(
                    f.story,
                    f.id,
                    r.id,
                    a.id,
                    a.name,
                    _date(a),
                    r.form,
                    self._name(quotation.speaker) if quotation else None,
                    r.quotation,
                    self._quote(r),
                    r.span.start,
                    r.span.end,
                )

    def changes(self) -> Iterator[Change]:
        for c in self._document.changes:
            family = self._families[c.family]
            earlier, later = self._readings.get(c.from_ or ""), self._readings.get(c.to or "")
            to_article = later.article if later else c.article
            yield Change(
                family.story,
                c.id,
                c.family,
                self._name(family.speaker),
                c.label,
                c.flags,
                c.severity,
                c.confidence,
                c.from_,
                earlier.article if earlier else None,
                self._articles[earlier.article].name if earlier else None,
                self._quote(earlier) if earlier else None,
                c.to,
                to_article,
                self._articles[to_article].name if to_article else None,
                self._quote(later) if later else None,
                c.why,
            )

    def derivations(self) -> Iterator[Derivation]:
        for d in self._document.derivations:
            origin = self._articles.get(d.from_ or "")
            yield Derivation(
                self._stories.get(d.to),
                d.id,
                d.from_,
                origin.name if origin else d.from_outlet,
                d.to,
                self._articles[d.to].name,
                d.kind,
                d.probability,
                tuple(dict.fromkeys(piece.kind for piece in d.evidence)),
                "; ".join(piece.why for piece in d.evidence if piece.why),
            )

    def evidence(self) -> Iterator[EvidenceRow]:
        for d in self._document.derivations:
            for piece in d.evidence:
                yield EvidenceRow(self._stories.get(d.to), d.id, piece.kind, piece.weight, piece.why)

    def facts(self) -> Iterator[FactRow]:
        for number, fact in enumerate(self._document.facts, 1):
            for r in fact.readings:
                story, report, text = self._stories.get(r.article), *self._cut(r.article, r.span)
                yield FactRow(
                    story, number, fact.kind, fact.verdict, r.article, report, text, r.value, r.span.start, r.span.end
                )

    def passages(self) -> Iterator[PassageRow]:
        for p in self._document.passages:
            (one, words), (other, told) = (self._cut(place.article, place.span) for place in (p.from_, p.to))
            yield PassageRow(
                self._stories.get(p.from_.article),
                p.id,
                p.kind,
                p.score,
                p.from_.article,
                one,
                p.from_.span.start,
                p.from_.span.end,
                words,
                p.to.article,
                other,
                p.to.span.start,
                p.to.span.end,
                told,
            )

    def omissions(self) -> Iterator[OmissionRow]:
        for o in self._document.omissions:
            place = o.span_in
            report, text = self._cut(place.article, place.span)
            story, own = self._stories.get(o.article), self._articles[o.article].name
            yield OmissionRow(
                story, o.article, own, o.what, place.article, report, text, place.span.start, place.span.end
            )

    def additions(self) -> Iterator[AdditionRow]:
        for a in self._document.additions:
            report, text = self._cut(a.article, a.span)
            yield AdditionRow(self._stories.get(a.article), a.article, report, text, a.span.start, a.span.end)

    def citations(self) -> Iterator[CitationRow]:
        for a in self._document.articles:
            for c in a.citations:
                text = c.span.cut(a.text)
                story = self._stories.get(a.id)
                yield CitationRow(story, a.id, a.name, c.outlet, c.article, text, c.span.start, c.span.end)

    def rejects(self) -> Iterator[RejectRow]:
        for reject in self._document.rejects:
            yield RejectRow(reject.input, reject.reason)

    def _name(self, speaker: str | None) -> str | None:
        known = self._speakers.get(speaker or "")
        return known.name if known and known.kind != "unknown" else None

    def _cut(self, article: str, span: model.Span) -> tuple[str, str]:
        found = self._articles[article]
        return found.name, span.cut(found.text)

    def _quote(self, reading: model.Reading) -> str:
        """The words of a reading: of a quotation its content, without a cue that interrupts it."""
        quotation = self._quotations.get(reading.quotation or "")
        text = self._articles[reading.article].text
        spans = quotation.content if quotation and quotation.extent == reading.span else (reading.span,)
        return " ".join(span.cut(text) for span in spans)


def _date(article: model.Article) -> str | None:
    return article.published.value if article.published else None
