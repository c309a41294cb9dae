"""Speech that a dash sets off: «A, – said X. – B», where the cue stands inside the marks, and paragraphs that a dash
opens instead of marks (– A, – said X. – B.). For languages that have such dashes; in others nothing changes.

A dash between commas or stops is taken for the edge of speech only where what it encloses names a cue and begins in
small letters: other dashes stand for a pause or an "is". A dash that opens a paragraph may as well be a bullet: it
opens speech where a cue stands in the paragraph behind a dash, where the paragraph above leads in with a colon, or
where the paragraph next to it is speech.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from retold.annotate.cues import CueIndex
from retold.annotate.marks import Marked
from retold.languages import Language
from retold.model import Span

LONGEST_ASIDE_CHARS = 220


def find_spoken(
    text: str, paragraphs: Sequence[Span], marked: Sequence[Marked], cues: CueIndex, language: Language
) -> tuple[Marked, ...]:
    """The marked texts with the asides inside them cut out, and the paragraphs of speech that a dash opens, in order.

    A text with an aside comes back with several contents, the aside between them. Linear.
    """
    if not language.marks.dialogue_dashes:
        return tuple(marked)
    found = [replace(m, content=_cut_asides(text, m.content, cues, language)) for m in marked]
    held = [m.outer for m in found]
    opened = [_opens_with_dash(text, p, language) for p in paragraphs]
    spoken: dict[int, Marked] = {}
    for i, paragraph in enumerate(paragraphs):
        at = opened[i]
        if at is None or any(o.start < paragraph.end and paragraph.start < o.end for o in held):
            continue
        span = Span(at, _trim_end(text, paragraph))
        inside = _cut_asides(text, (span,), cues, language)
        is_cued = len(inside) > 1 or _closing_aside(text, span, cues, language) is not None
        above = text[paragraphs[i - 1].start : paragraphs[i - 1].end].rstrip() if i else ""
        led = above.endswith(":") and cues.pattern.search(above) is not None
        if is_cued or led or (i - 1) in spoken:
            closing = _closing_aside(text, inside[-1], cues, language)
            if closing is not None:
                inside = (*inside[:-1], Span(inside[-1].start, closing))
            outer = Span(paragraph.start + _blank(text, paragraph), inside[-1].end)
            spoken[i] = Marked(inside, outer, i, i)
    return tuple(sorted([*found, *spoken.values()], key=lambda m: m.outer))


def find_aside(text: str, marked: Marked) -> Span | None:
    """What stands between the first two parts of a marked text in one paragraph: its cue and source; None: nothing."""
    for one, two in zip(marked.content, marked.content[1:], strict=False):
        between = Span(one.end, two.start)
        if "\n" not in between.cut(text):
            return between
    return None


def _blank(text: str, span: Span) -> int:
    return len(span.cut(text)) - len(span.cut(text).lstrip())


def _opens_with_dash(text: str, paragraph: Span, language: Language) -> int | None:
    """Where the words begin behind the dash that opens a paragraph."""
    at = paragraph.start + _blank(text, paragraph)
    dash = next((d for d in language.marks.dialogue_dashes if text.startswith(d, at)), None)
    if dash is None or not text[at + len(dash) : at + len(dash) + 1].isspace():
        return None
    match = re.compile(r"\s*").match(text, at + len(dash), paragraph.end)
    begin = match.end() if match is not None else paragraph.end
    first = text[begin : begin + 1]
    return begin if first.isupper() or first.isdigit() or first in '«„“"…' else None


def _trim_end(text: str, span: Span) -> int:
    return span.start + len(span.cut(text).rstrip())


@lru_cache
def _edges(dashes: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    dash = "|".join(re.escape(d) for d in dashes)
    opening = re.compile(rf"(?P<mark>[,!?…]|\.\.\.)\s*(?:{dash})\s+(?=[^\W\d_A-ZА-ЯЁІЇЄҐ])")
    closing = re.compile(rf"[.,!?:]?\s+(?:{dash})\s+|[.,]\s*(?:{dash})\s*(?=[^\W\d_])")
    return opening, closing


def _cut_asides(text: str, content: tuple[Span, ...], cues: CueIndex, language: Language) -> tuple[Span, ...]:
    """The contents without the narrator's asides."""
    opening, closing = _edges(language.marks.dialogue_dashes)
    parts: list[Span] = []
    for span in content:
        start, at = span.start, span.start
        while (match := opening.search(text, at, span.end)) is not None:
            end = closing.search(text, match.end(), min(span.end, match.end() + LONGEST_ASIDE_CHARS))
            if end is not None and _holds_cue(text[match.end() : end.start()], cues):
                keep = match.start() if match.group("mark") == "," else match.end("mark")
                parts.append(Span(start, keep))
                start = at = end.end()
            else:
                at = match.end()
        parts.append(Span(start, span.end))
    return tuple(parts)


def _closing_aside(text: str, span: Span, cues: CueIndex, language: Language) -> int | None:
    """Where speech ends before an aside that closes its paragraph: – A, – said X."""
    opening, _ = _edges(language.marks.dialogue_dashes)
    for match in opening.finditer(text, span.start, span.end):
        rest = text[match.end() : span.end]
        if len(rest) <= LONGEST_ASIDE_CHARS and _holds_cue(rest, cues):
            return match.start() if match.group("mark") == "," else match.end("mark")
    return None


def _holds_cue(aside: str, cues: CueIndex) -> bool:
    """Whether an aside names a cue among its first words, and no full sentence of its own stands before it."""
    words = re.findall(r"[\w'’ʼ-]+", aside.casefold())[:12]
    if cues.source_follows.match(aside):
        return True
    return any((entry := cues.verbs.get(w.replace("’", "'"))) is not None and "quote" in entry[1].frames for w in words)
