"""Where sentences end: nupunkt inside each zone, and marks of quotation that a stop inside them must not break."""

import re
from collections.abc import Sequence

import nupunkt

from retold.model import READ_ROLES, Article, Sentence, Span, Zone

CHUNK_CHARS = 20_000
"""A paragraph longer than this is given to nupunkt in pieces cut at blanks: its cost stays linear, its memory small."""

LONGEST_CHARS = 2_500
"""What runs on for longer has lost its full stops and is no sentence: it is cut at blanks into pieces of this size, so
that what later stages do with a sentence, often quadratic in its words, stays bounded."""

_CLOSING = "\"”»’'“)]"
_LOWER = re.compile(r"[\"”»’')\]]*[\s,–—-]*[^\W\d_]")
_OPENERS = {"“": "”", "«": "»", "„": "“”"}


def find_sentences(article: Article, zones: Sequence[Zone]) -> tuple[Sentence, ...]:
    """Cuts the title, headings and body into sentences, never across zones.

    Returns them in order, without surrounding blanks; together they cover every visible character of those zones.
    `paragraph` is the index of the zone in `zones`. A stop inside quotation marks ends a sentence only where another
    sentence follows it: `"Why?" she asked.` and `The play “Who? Me.” opened` are one each, while a quotation of two
    sentences is two. Linear in the text.

    Method: nupunkt (Bommarito et al. 2025, after Punkt: Kiss & Strunk 2006), then joining by the marks.

    >>> text = '"Are you sure?" she said. He was.'
    >>> [s.span.cut(text) for s in find_sentences(Article("a1", text, ""), [Zone("body", Span(0, len(text)))])]
    ['"Are you sure?" she said.', 'He was.']
    """
    found: list[Sentence] = []
    for paragraph, zone in enumerate(zones):
        if zone.role in READ_ROLES:
            spans = _cut_zone(article.text, zone.span)
            found.extend(Sentence(span, zone.role, paragraph) for span in spans)
    return tuple(found)


def _cut_zone(text: str, zone: Span) -> list[Span]:
    ends: list[int] = []
    start = zone.start
    while start < zone.end:
        stop = _end_chunk(text, start, zone.end)
        ends.extend(start + end for end in _find_ends(text[start:stop]))
        if stop < zone.end and ends:
            ends.pop()  # where a piece was cut is no end of a sentence
        start = stop
    ends = [end for end in ends if end < zone.end]
    kept: list[Span] = []
    at = zone.start
    held = _find_held(text, zone, ends)
    for end in [*(e for e in ends if e not in held), zone.end]:
        span = _trim(text, at, end)
        at = end
        if span is None:
            continue
        if kept and _continues(text, kept[-1], span):
            kept[-1] = Span(kept[-1].start, span.end)
        else:
            kept.append(span)
    return [piece for span in kept for piece in _cut_long(text, span)]


def _cut_long(text: str, span: Span) -> list[Span]:
    pieces = []
    start = span.start
    while span.end - start > LONGEST_CHARS:
        stop = _end_chunk(text, start, span.end, LONGEST_CHARS)
        piece = _trim(text, start, stop)
        if piece is not None:
            pieces.append(piece)
        start = stop
    last = _trim(text, start, span.end)
    return [*pieces, last] if last is not None else pieces


def _end_chunk(text: str, start: int, end: int, chunk_chars: int = CHUNK_CHARS) -> int:
    if end - start <= chunk_chars:
        return end
    stop = start + chunk_chars
    while stop > start + chunk_chars // 2 and not text[stop - 1].isspace():
        stop -= 1
    return stop


def _find_ends(piece: str) -> list[int]:
    """Where nupunkt ends sentences. What it leaves out between two belongs to the one before."""
    spans = nupunkt.sent_spans(piece)
    ends = [int(end) for _, end in spans if 0 < end <= len(piece)]
    return sorted({*ends, len(piece)}) if piece else []


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _continues(text: str, before: Span, span: Span) -> bool:
    """Whether `span` goes on with the sentence before it: a closing mark, or small letters after one."""
    first = text[span.start]
    if first in "”»)]" or (first in "\"'’" and (span.end == span.start + 1 or text[span.start + 1] in " ,.;:!?)")):
        return True
    if first in "–—-" and re.match(r"[–—-]+\s*[^\W\d_]", text[span.start : span.end]):
        first = text[span.start : span.end].lstrip("–—- \t\u00a0")[0]  # «…?» – she asked
    if not first.islower():
        return False
    last = text[before.end - 1]
    return last in _CLOSING or last in ".!?…,;:"


def _find_held(text: str, zone: Span, ends: Sequence[int]) -> set[int]:
    """The ends that fall inside a pair of marks set in a clause: words lead up to it and words go on after it."""
    held: set[int] = set()
    if not ends:
        return held
    pairs = _pair_marks(text, zone)
    at = 0
    for opened, closed in pairs:
        while at < len(ends) and ends[at] <= opened:
            at += 1
        inside = []
        while at < len(ends) and ends[at] <= closed:
            inside.append(ends[at])
            at += 1
        if inside and _is_clause_before(text, zone, opened) and _is_clause_after(text, zone, closed):
            held.update(inside)
    return held


def _is_clause_before(text: str, zone: Span, opened: int) -> bool:
    before = text[max(zone.start, opened - 40) : opened].rstrip()
    return bool(before) and (before[-1].isalnum() or before[-1] in "’'%")


def _is_clause_after(text: str, zone: Span, closed: int) -> bool:
    after = text[closed + 1 : min(zone.end, closed + 40)]
    return bool(re.match(r"[\s,]+[^\W\d_A-ZА-ЯЁІЇЄҐ]", after))


def _pair_marks(text: str, zone: Span) -> list[tuple[int, int]]:
    """Outermost pairs of double marks in a zone, each (opening, closing). Broken marks pair with nothing."""
    pairs: list[tuple[int, int]] = []
    opened, closer = -1, ""
    for at in range(zone.start, zone.end):
        char = text[at]
        if opened >= 0 and char in closer:
            pairs.append((opened, at))
            opened = -1
        elif opened < 0 and char in _OPENERS:
            opened, closer = at, _OPENERS[char]
        elif opened < 0 and char == '"' and (at == zone.start or text[at - 1] in " (\t\u00a0—–-"):
            opened, closer = at, '"'
    return pairs
