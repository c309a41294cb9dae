"""The evidence document → what the tools list: every finding with its characters."""

from collections.abc import Iterable

from retold.document import EvidenceDocument
from retold.mcp.values import (
    AdditionOut,
    ArticleOut,
    ChangeOut,
    ConflictOut,
    Counts,
    DerivationOut,
    EditOut,
    EvidenceOut,
    Excerpt,
    FactReadingOut,
    FamilyOut,
    OmissionOut,
    PassageOut,
    QuotationOut,
    ReadingOut,
)
from retold.model import (
    Addition,
    Article,
    Change,
    Derivation,
    Fact,
    Family,
    Omission,
    Passage,
    Quotation,
    Span,
    SpeakerKind,
)


class Finds:
    """An evidence document by id. O(n) to build; each finding is written in the size of its spans."""

    def __init__(self, document: EvidenceDocument) -> None:
        self.document = document
        self.articles = {article.id: article for article in document.articles}
        self.readings = {reading.id: reading for reading in document.readings}
        self.speakers = {speaker.id: speaker for speaker in document.speakers}
        self.families = {family.id: family for family in document.families}
        self.quotations = {q.id: (article, q) for article in document.articles for q in article.quotations}
        self._incoming: dict[str, list[Change]] = {}
        self._dropped: dict[str, list[Change]] = {}
        for change in document.changes:
            if change.to is not None:
                self._incoming.setdefault(change.to, []).append(change)
            else:
                self._dropped.setdefault(change.family, []).append(change)

    def cut(self, article: str, span: Span) -> Excerpt:
        """The characters of a span."""
        return cut_article(self.articles[article], span)

    def write_articles(self, ids: Iterable[str] | None = None) -> tuple[ArticleOut, ...]:
        """The articles (all, or those of the ids), in the order of the document."""
        wanted = None if ids is None else set(ids)
        return tuple(write_article(a) for a in self.document.articles if wanted is None or a.id in wanted)

    def count(self) -> Counts:
        """How many findings of each sort there are."""
        document = self.document
        severities = [change.severity for change in document.changes]
        return Counts(
            quotations=sum(len(article.quotations) for article in document.articles),
            changes=len(document.changes),
            major=severities.count("major"),
            minor=severities.count("minor"),
            derivations=len(document.derivations),
            passages=len(document.passages),
            omissions=len(document.omissions),
            additions=len(document.additions),
            conflicts=sum(fact.verdict == "differ" for fact in document.facts),
        )

    def name_speaker(self, speaker: str | None) -> str | None:
        """A speaker's name; None for unknown."""
        known = self.speakers.get(speaker or "")
        return known.name if known is not None else None

    def write_change(self, change: Change) -> ChangeOut:
        """A change with both readings, and the edits that are more than what both have."""
        earlier, later = self.readings.get(change.from_ or ""), self.readings.get(change.to or "")
        family = self.families.get(change.family)
        edits = (
            tuple(
                EditOut(edit.op, self.cut(earlier.article, edit.from_), self.cut(later.article, edit.to))
                for edit in change.edits
                if edit.op != "equal"
            )
            if earlier is not None and later is not None
            else ()
        )
        return ChangeOut(
            change.id,
            change.family,
            self.name_speaker(family.speaker if family else None),
            change.label,
            change.flags,
            change.severity,
            change.confidence,
            change.why,
            self.cut(earlier.article, earlier.span) if earlier else None,
            self.cut(later.article, later.span) if later else None,
            change.article,
            edits,
        )

    def write_derivation(self, derivation: Derivation) -> DerivationOut:
        """A derivation with all its evidence."""
        return DerivationOut(
            derivation.id,
            derivation.from_,
            derivation.from_outlet,
            derivation.to,
            derivation.kind,
            derivation.probability,
            tuple(
                EvidenceOut(e.kind, e.weight, e.why, tuple(self.cut(p.article, p.span) for p in e.spans))
                for e in derivation.evidence
            ),
        )

    def write_passage(self, passage: Passage) -> PassageOut:
        """A passage with both its spans."""
        from_, to = passage.from_, passage.to
        return PassageOut(
            passage.id,
            self.cut(from_.article, from_.span),
            self.cut(to.article, to.span),
            passage.kind,
            passage.score,
        )

    def write_omission(self, omission: Omission) -> OmissionOut:
        """What was left out, where it stood."""
        place = omission.span_in
        return OmissionOut(omission.article, omission.what, self.cut(place.article, place.span))

    def write_addition(self, addition: Addition) -> AdditionOut:
        """What was put in."""
        return AdditionOut(self.cut(addition.article, addition.span))

    def write_conflict(self, fact: Fact) -> ConflictOut:
        """A fact as each article gives it."""
        return ConflictOut(
            fact.kind,
            fact.verdict,
            tuple(FactReadingOut(one.value, self.cut(one.article, one.span)) for one in fact.readings),
        )

    def write_quotation(self, article: Article, quotation: Quotation) -> QuotationOut:
        """A quotation with its speaker."""
        speaker = self.speakers.get(quotation.speaker or "")
        return write_quotation(article, quotation, speaker.name if speaker else None, speaker.kind if speaker else None)

    def write_family(self, family: Family) -> FamilyOut:
        """An utterance with its readings: first what others are compared with, then by date, then as they stand."""
        readings = [self.readings[id_] for id_ in family.readings if id_ in self.readings]
        rank = {article.id: n for n, article in enumerate(self.document.articles)}

        def order(id_: str) -> tuple[bool, str]:
            published = self.articles[id_].published
            return (published is None, published.value if published else "")

        readings.sort(key=lambda r: (r.id in self._incoming, *order(r.article), rank[r.article], r.span))
        return FamilyOut(
            family.id,
            self.name_speaker(family.speaker),
            tuple(
                ReadingOut(
                    reading.id,
                    reading.quotation,
                    self.articles[reading.article].outlet,
                    self.articles[reading.article].published,
                    reading.form,
                    self.cut(reading.article, reading.span),
                    tuple(self.write_change(change) for change in self._incoming.get(reading.id, ())),
                )
                for reading in readings
            ),
            tuple(self.write_change(change) for change in self._dropped.get(family.id, ())),
        )


def cut_article(article: Article, span: Span) -> Excerpt:
    """The characters of a span of an article."""
    return Excerpt(article.id, span.start, span.end, span.cut(article.text))


def write_article(article: Article) -> ArticleOut:
    """What an answer says of an article."""
    return ArticleOut(
        article.id,
        article.name,
        article.outlet,
        article.title,
        article.published,
        article.url,
        article.language,
        len(article.text),
        article.sha256,
    )


def write_quotation(
    article: Article, quotation: Quotation, speaker: str | None, kind: SpeakerKind | None
) -> QuotationOut:
    """A quotation of an article, with who is known to have said it."""

    def cut(span: Span | None) -> Excerpt | None:
        return None if span is None else cut_article(article, span)

    return QuotationOut(
        quotation.id,
        article.id,
        quotation.kind,
        tuple(cut_article(article, span) for span in quotation.content),
        cut(quotation.cue),
        cut(quotation.source),
        speaker,
        kind,
        quotation.within,
        quotation.confidence,
    )
