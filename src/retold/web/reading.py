"""One article as it is read on its page: every paragraph with its role, every quotation marked, what became of it."""

from itertools import pairwise

from msgspec import Struct

from retold.model import Article, Change, Quotation, Severity, Span, ZoneRole
from retold.present import words
from retold.present.html.columns import split_paragraphs
from retold.present.ledger import Ledger


class Run(Struct, frozen=True):
    """Characters that share everything. `kind`: of the innermost quotation's content; `part`: "cue", "source" or ""."""

    text: str
    kind: str = ""
    part: str = ""
    number: int = 0
    is_first: bool = False


class Paragraph(Struct, frozen=True):
    role: ZoneRole
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its characters, without the blanks around them."""
        return "".join(run.text for run in self.runs).strip()


class Heard(Struct, frozen=True):
    """A quotation in the list beside the text: who, what, and the changes from an earlier report at hand."""

    number: int
    quotation: Quotation
    speaker: str
    text: str
    changes: tuple[tuple[Change, str], ...]

    @property
    def severity(self) -> Severity:
        """The heaviest of its changes."""
        found = {change.severity for change, _ in self.changes}
        return "major" if "major" in found else "minor" if "minor" in found else "none"


class Reading(Struct, frozen=True):
    """An article with its marks, its quotations, and how many characters each role has."""

    article: Article
    name: str
    paragraphs: tuple[Paragraph, ...]
    quotations: tuple[Heard, ...]
    roles: tuple[tuple[ZoneRole, int], ...]


def read_article(article: Article, ledger: Ledger) -> Reading:
    """What the page of an article shows. O(text · marks in a paragraph)."""
    heard = _list_heard(article, ledger)
    marks: list[tuple[Span, str, str, int]] = []
    for one in heard:
        q = one.quotation
        marks += [(span, q.kind, "", one.number) for span in q.content]
        marks += [(q.cue, q.kind, "cue", one.number)] if q.cue else []
        marks += [(q.source, q.kind, "source", one.number)] if q.source else []
    roles: dict[ZoneRole, int] = {}
    paragraphs, begun = [], set[int]()
    for role, span in split_paragraphs(article):
        roles[role] = roles.get(role, 0) + len(span.cut(article.text).strip())
        here = [mark for mark in marks if mark[0].overlaps(span)]
        cuts = {span.start, span.end}
        for mark, *_ in here:
            cuts.update(at for at in (mark.start, mark.end) if span.start < at < span.end)
        runs = []
        for start, end in pairwise(sorted(cuts)):
            own = Span(start, end)
            over = [mark for mark in here if mark[0].contains(own)]
            # Of what stands one in the other, the shortest says most about these characters; a cue or source before.
            innermost = min(over, key=lambda mark: (not mark[2], mark[0].end - mark[0].start, mark[3]), default=None)
            if innermost is None:
                runs.append(Run(own.cut(article.text)))
                continue
            _, kind, part, number = innermost
            is_first = not part and number not in begun
            begun.update([number] if is_first else [])
            runs.append(Run(own.cut(article.text), kind, part, number, is_first))
        paragraphs.append(Paragraph(role, tuple(runs)))
    counted = tuple((role, chars) for role in words.ZONES for chars in [roles.get(role, 0)] if chars)
    return Reading(article, ledger.name(article.id), tuple(paragraphs), heard, counted)


def _list_heard(article: Article, ledger: Ledger) -> tuple[Heard, ...]:
    readings = {reading.quotation: reading.id for reading in ledger.document.readings if reading.quotation}
    incoming: dict[str, list[tuple[Change, str]]] = {}
    for change in ledger.document.changes:
        earlier = ledger.readings.get(change.from_ or "")
        if change.to is not None:
            name = ledger.name(earlier.article) if earlier else ""
            incoming.setdefault(change.to, []).append((change, name))
    ordered = sorted(article.quotations, key=lambda q: (q.extent, q.id))
    return tuple(
        Heard(
            number,
            quotation,
            ledger.name_speaker(quotation.speaker),
            ledger.quote_quotation(quotation, article),
            tuple(incoming.get(readings.get(quotation.id, ""), ())),
        )
        for number, quotation in enumerate(ordered, 1)
    )
