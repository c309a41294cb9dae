"""Quotations in the making: spans put in shape, doubles dropped, ids and nesting given."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from retold.languages import Language
from retold.model import Quotation, QuotationKind, Span


class Draft(Struct, frozen=True):
    """A quotation before it has an id."""

    kind: QuotationKind
    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    confidence: float
    outers: tuple[Span, ...] = ()
    told: bool = True

    @property
    def extent(self) -> Span:
        return Span(self.content[0].start, self.content[-1].end)


def keep_hyphens(text: str, span: Span) -> Span:
    """The span with the rest of a hyphenated word that the parser divides ("Achebe-Lowe", "the co-author")."""
    start, end = span.start, span.end
    while start > 1 and text[start - 1] in "-‑" and text[start - 2].isalnum():
        start -= 2
        while start > 0 and text[start - 1].isalnum():
            start -= 1
    while end + 1 < len(text) and text[end] in "-‑" and text[end + 1].isalnum():
        end += 2
        while end < len(text) and text[end].isalnum():
            end += 1
    return Span(start, end)


def trim(text: str, span: Span) -> Span:
    """Without blanks at the ends, and without the comma that belongs to the host sentence."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or (text[end - 1] == "," and end - start > 1)):
        end -= 1
    return Span(start, end)


def drop_blanks(text: str, draft: Draft) -> Draft:
    """The draft without a source or cue that is nothing but blanks: to the parser a tab is a word like any other."""
    source, cue = (span if span is not None and span.cut(text).strip() else None for span in (draft.source, draft.cue))
    return draft if (source, cue) == (draft.source, draft.cue) else replace(draft, source=source, cue=cue)


NAME_CHARS = 80
"""So far behind a source the name beside it is looked for."""
_NAME_BESIDE = re.compile(
    r",\s(?P<titles>(?:[^\W\d_]+\.?\s){0,2}?)"
    r"(?P<name>[^\W\d_a-z][\w’'-]+(?:\s[^\W\d_a-z][\w’'-]*){1,3})(?=[.,;:!?)\n]|$)"
)


def add_name(text: str, draft: Draft, language: Language) -> Draft:
    """The draft with the name that stands beside a source without one: "the keeper who was there, Dr Ann Lee"."""
    source = draft.source
    if source is None or any(word[:1].isupper() for word in source.cut(text).split()[1:]):
        return draft
    match = _NAME_BESIDE.match(text, source.end, min(len(text), source.end + NAME_CHARS))
    opens = source.cut(text).split()[0].casefold()
    if match is None or opens not in language.names.articles or match["name"].split()[0].isupper():
        return draft
    if any(word.casefold().strip(".") not in language.names.titles for word in match["titles"].split()):
        return draft
    longer = Span(source.start, match.end())
    added = Span(source.end, longer.end)
    if any(span.overlaps(added) for span in draft.content) or (draft.cue is not None and draft.cue.overlaps(added)):
        return draft
    return replace(draft, source=longer)


def number_drafts(article_id: str, drafts: Sequence[Draft]) -> tuple[Quotation, ...]:
    """Drafts in order, doubles dropped, with ids and nesting."""
    ordered = sorted(drafts, key=lambda d: (d.extent.start, -d.extent.end, d.kind, -d.confidence))
    kept: list[Draft] = []
    for draft in ordered:
        if any(_is_double(draft, other) for other in kept[-6:]):
            continue
        kept.append(draft)
    quotations = []
    for i, draft in enumerate(kept):
        outer = None
        for j in range(max(0, i - 6), i):
            holder = kept[j]
            if (
                holder.kind != "direct"
                and draft.cue is not None
                and holder.extent.contains(draft.cue)
                and holder.extent.contains(draft.extent)
            ):
                outer = f"{article_id}.q{j + 1}"
        quotations.append(
            Quotation(
                f"{article_id}.q{i + 1}",
                draft.kind,
                draft.content,
                draft.cue,
                draft.source,
                within=outer,
                confidence=round(draft.confidence, 2),
                told=draft.told,
            )
        )
    return tuple(quotations)


def _is_double(a: Draft, b: Draft) -> bool:
    """Whether two drafts attribute nearly the same characters, and neither tells who said the other."""
    if any(x.cue is not None and y.cue is not None and y.extent.contains(x.cue) for x, y in ((a, b), (b, a))):
        return False
    shared = min(a.extent.end, b.extent.end) - max(a.extent.start, b.extent.start)
    joint = max(a.extent.end, b.extent.end) - min(a.extent.start, b.extent.start)
    return shared > 0.8 * joint
