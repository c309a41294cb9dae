"""What the later reports left out, as a table: each statement of an earlier report, and who carries it."""

from collections import defaultdict
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from retold.model import Omission, Passage, Place, Span
from retold.present.ledger import Ledger, StoryView

Carrying: TypeAlias = Literal["origin", "carried", "left_out", "unknown"]
COVERED_SHARE: Final = 0.5
"""A passage carries a statement where it covers half of it."""


class MatrixRow(Struct, frozen=True):
    """One statement, and what each report (in the story's order) does with it. `what`: the kinds of the omissions."""

    omission: Omission
    cells: tuple[Carrying, ...]

    @property
    def left_out(self) -> int:
        """How many reports left it out."""
        return self.cells.count("left_out")

    def name_cells(self, kind: Carrying, story: StoryView, ledger: Ledger) -> tuple[str, ...]:
        """The names of the reports that do the same with it."""
        return tuple(ledger.name(a.id) for a, cell in zip(story.articles, self.cells, strict=True) if cell == kind)


def build_matrix(story: StoryView, ledger: Ledger) -> tuple[MatrixRow, ...]:
    """A row for each statement that some report left out, what most left out first; then as it stands in the text.

    "Carried" needs a passage; a report without one that does not derive from the statement's own is unknown: it may
    never have had it. O(omissions · passages of the article).
    """
    left: dict[Place, dict[str, Omission]] = defaultdict(dict)
    for omission in story.omissions:
        left[omission.span_in].setdefault(omission.article, omission)
    beside: dict[str, list[tuple[Span, str]]] = defaultdict(list)
    for passage in story.passages:
        for own, other in _both_ways(passage):
            beside[own.article].append((own.span, other.article))
    rank = {article.id: place for place, article in enumerate(story.articles)}
    rows = []
    for place, by_article in left.items():
        carriers = {other for span, other in beside[place.article] if _covers(span, place.span)}
        cells: list[Carrying] = []
        for article in story.articles:
            if article.id == place.article:
                cells.append("origin")
            elif article.id in by_article:
                cells.append("left_out")
            else:
                cells.append("carried" if article.id in carriers else "unknown")
        rows.append(MatrixRow(next(iter(by_article.values())), tuple(cells)))
    rows.sort(key=lambda row: (-row.left_out, rank.get(row.omission.span_in.article, 0), row.omission.span_in.span))
    return tuple(rows)


def _both_ways(passage: Passage) -> tuple[tuple[Place, Place], tuple[Place, Place]]:
    return (passage.from_, passage.to), (passage.to, passage.from_)


def _covers(span: Span, part: Span) -> bool:
    shared = min(span.end, part.end) - max(span.start, part.start)
    return shared >= COVERED_SHARE * (part.end - part.start)
