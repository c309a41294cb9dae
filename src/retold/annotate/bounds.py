"""What is too long to be a report, a sentence or a word, and is therefore not read: the bounds that keep every later
stage's time in proportion to the text, whatever a file holds.

Nothing is deleted: what is not read stays in `Article.text`, in a zone of its own.
"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from retold.model import Article, Span, Zone

LONGEST_REPORT_CHARS = 120_000
"""Some twenty thousand words: more than any report. Up to this bound every stage takes seconds, even on text made to be
hard."""
LONGEST_RUN_CHARS = 400
"""A run of characters without a blank that is longer is data (an encoded image, a ruled line, a broken export). Scripts
that are written without blanks have their own stops, which end a run too."""

LONGEST_PARAGRAPH_CHARS = 20_000
"""A longer line holds several paragraphs whose ends got lost: many times what any report prints as one."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s")
_RUN = re.compile(rf"[^\s、。，．！？；：]{{{LONGEST_RUN_CHARS},}}")


def cut_long_report(article: Article, longest_chars: int = LONGEST_REPORT_CHARS) -> Article:
    """The article with its first `longest_chars` characters, cut at a blank where one is near; itself if no longer.

    >>> cut_long_report(Article("a1", "one two three", ""), 9).text
    'one two '
    """
    text = article.text
    if len(text) <= longest_chars:
        return article
    end = longest_chars
    while end > longest_chars - LONGEST_RUN_CHARS and end > 1 and not text[end - 1].isspace():
        end -= 1
    if not text[end - 1].isspace():
        end = longest_chars
    zones = tuple(zone for zone in article.zones if zone.span.end <= end)
    return replace(article, text=text[:end], zones=zones)


def restore_text(cut: Article, whole: Article) -> Article:
    """What was found in the beginning of an article, put back on the whole of it: the rest is one zone of furniture."""
    start, end = len(cut.text), len(whole.text)
    while start < end and whole.text[start].isspace():
        start += 1
    while end > start and whole.text[end - 1].isspace():
        end -= 1
    rest = (Zone("furniture", Span(start, end)),) if start < end else ()
    return replace(cut, text=whole.text, zones=cut.zones + rest)


def cut_long_paragraphs(text: str, zones: Iterable[Zone]) -> tuple[Zone, ...]:
    """The zones, with each body zone that is too long as several, cut after a sentence where one ends, else at a blank.

    What is quadratic in a paragraph (a parse without full stops, marks by the thousand) thereby stays bounded.
    """
    found: list[Zone] = []
    for zone in zones:
        start, end = zone.span.start, zone.span.end
        while zone.role == "body" and end - start > LONGEST_PARAGRAPH_CHARS:
            middle, stop = start + LONGEST_PARAGRAPH_CHARS // 2, start + LONGEST_PARAGRAPH_CHARS
            ends = [m.end() for m in _SENTENCE_END.finditer(text, middle, stop)]
            stop = ends[-1] if ends else max(text.rfind(" ", middle, stop) + 1, middle)
            found.append(Zone(zone.role, Span(start, start + len(text[start:stop].rstrip()))))
            while stop < end and text[stop].isspace():
                stop += 1
            start = stop
        if start < end:
            found.append(Zone(zone.role, Span(start, end)))
    return tuple(found)


def set_runs_aside(article: Article) -> Article:
    """The article with a zone of furniture for each run of characters that is too long to be words.

    A zone that the reader has set gives way where a run stands in it. Linear in the text.

    >>> set_runs_aside(Article("a1", "so " + "x" * 500 + " said", "")).zones
    (Zone(role='furniture', span=Span(start=3, end=503)),)
    """
    runs = [Span(*m.span()) for m in _RUN.finditer(article.text)]
    if not runs:
        return article
    zones = [Zone("furniture", run) for run in runs]
    for zone in article.zones:
        start = zone.span.start
        for run in runs:
            if run.overlaps(zone.span):
                if start < run.start:
                    zones.append(Zone(zone.role, Span(start, run.start)))
                start = max(start, run.end)
        if start < zone.span.end:
            zones.append(Zone(zone.role, Span(start, zone.span.end)))
    return replace(article, zones=tuple(sorted(zones, key=lambda zone: zone.span)))
