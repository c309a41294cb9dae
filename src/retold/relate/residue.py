"""The residual rule: what a quotation has left over is looked for in the indirect speech beside its copy."""

from collections.abc import Sequence

from msgspec import Struct

from retold.annotate.words import find_words
from retold.model import AnnotatedArticle, Quotation, Span


class Residue(Struct, frozen=True):
    """What is left of a quotation (`rest`) and the indirect quotation (`told`) of the other article that may tell it.

    `is_beside`: it stands in the same sentence as the copy of the matched part.
    """

    rest: Span
    told: Span
    is_beside: bool


def find_residues(
    a: AnnotatedArticle, b: AnnotatedArticle, found: Sequence[tuple[Span, Span]], least_words: int
) -> list[Residue]:
    """Tries the unmatched rest of each quotation of `a` against the indirect speech of `b` beside the matched part.

    `found`: the related spans so far, (of `a`, of `b`). A rest is what sentences of the quotation have uncovered, at
    least `least_words` words. Beside is the same sentence or the one before or after it; the same speaker or an unknown
    one; before the copy what stood before, after it what stood after. O(quotations · passages).
    """
    residues: list[Residue] = []
    taken: set[Span] = set()
    told_free = [q for q in b.article.told if q.kind == "indirect" and not _is_told(q, [y for _, y in found])]
    for quotation in a.article.told:
        inside = [(x, y) for x, y in found if any(x.overlaps(span) for span in quotation.content)]
        if not inside:
            continue
        for rest in _find_rests(a, quotation, [x for x, _ in found], least_words):
            best = None
            for other in told_free:
                if other.extent in taken or not _may_be_same(quotation, other):
                    continue
                for x, y in inside:
                    if (rest.start < x.start) != (other.extent.start < y.start):
                        continue
                    gap = _sentence_number(b, other.extent.start) - _sentence_number(b, y.start)
                    if abs(gap) <= 1:
                        key = (abs(gap), abs(other.extent.start - y.end), other.extent)
                        best = min(best, key) if best else key
            if best:
                taken.add(best[2])
                residues.append(Residue(rest, best[2], best[0] == 0))
    return residues


def _is_told(quotation: Quotation, covered: Sequence[Span]) -> bool:
    size = sum(span.end - span.start for span in quotation.content)
    inside = sum(max(0, min(span.end, c.end) - max(span.start, c.start)) for span in quotation.content for c in covered)
    return 2 * inside > size


def _find_rests(a: AnnotatedArticle, quotation: Quotation, covered: Sequence[Span], least_words: int) -> list[Span]:
    """The uncovered ends of the quotation's sentences, without blanks and marks; each at least `least_words` words."""
    rests: list[Span] = []
    for content in quotation.content:
        for sentence in a.sentences:
            if not sentence.span.overlaps(content):
                continue
            low, high = max(content.start, sentence.span.start), min(content.end, sentence.span.end)
            pieces, at = [], low
            for c in sorted(c for c in covered if c.overlaps(Span(low, high))):
                pieces.append(Span(at, max(at, c.start)))
                at = max(at, c.end)
            pieces.append(Span(at, max(at, high)))
            for piece in pieces:
                words = find_words(a.article.text, piece)
                if len(words) >= least_words:
                    rests.append(Span(words[0].span.start, words[-1].span.end))
    return sorted(rests, key=lambda s: (s.start - s.end, s))


def _may_be_same(one: Quotation, other: Quotation) -> bool:
    return one.speaker is None or other.speaker is None or one.speaker == other.speaker


def _sentence_number(annotated: AnnotatedArticle, at: int) -> int:
    return sum(sentence.span.start <= at for sentence in annotated.sentences)
