"""What a page prints for people only, where it tells programs nothing: the minute of publication, the author."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from lxml.html import HtmlElement

from retold.languages import choose_language
from retold.model import Published
from retold.read.blocks import Block
from retold.read.metadata import is_aside, read_element_text

_DATE_CLASS = re.compile(r"date|time|posted|publish|when", re.IGNORECASE)
_UPDATE_CLASS = re.compile(r"updat|modif|edited", re.IGNORECASE)
_MOST_CHARS = 100
_CLOCK = re.compile(r"(?<![\d.:/-])(\d{1,2})[:.h](\d{2})(?::\d{2})?(?![\d:])(?:\s*([ap])\.?\s?m\b\.?)?", re.IGNORECASE)
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_NAMED = re.compile(
    r"(?<!\w)(?:(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:\w+\s+)?(?P<month>[^\W\d_]{3,})\.?,?|"
    r"(?P<month_first>[^\W\d_]{3,})\.?\s+(?P<day_second>\d{1,2})(?:st|nd|rd|th)?,?)\s+(?P<year>\d{4})(?!\d)"
)
_UTC = re.compile(r"\b(?:UTC|GMT)\b")
_TOP_BLOCKS = 4
_BYLINE_WORDS = 12
_NAME = re.compile(r"(?:[^\W\d_][\w’'.-]*\s+){1,3}[^\W\d_][\w’'.-]*")


def find_printed_date(root: HtmlElement, language: str | None) -> Published | None:
    """The day and minute that a short line of the page prints: first of those that are marked as a date, then of the
    others. A line without a clock time is passed over. Months are understood in `language`. Linear in the page."""
    for text in _list_lines(root):
        published = parse_printed(text, language)
        if published:
            return published
    return None


def parse_printed(text: str, language: str | None) -> Published | None:
    """The first day in a line that also prints a time of day.

    >>> parse_printed("Posted: Tuesday, April 6, 2032, 4:35 PM", "en").value
    '2032-04-06T16:35'
    >>> parse_printed("18:25, 12 травня 2032", "uk").value
    '2032-05-12T18:25'
    """
    clock = _CLOCK.search(_ISO_DAY.sub(" ", _DAY_FIRST.sub(" ", text)))
    day = _find_day(text, language)
    if clock is None or day is None:
        return None
    hour, minute, half = int(clock[1]), int(clock[2]), (clock[3] or "").lower()
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        when = day.replace(hour=hour, minute=minute)
    except ValueError:
        return None
    return Published(when.isoformat(timespec="minutes") + ("Z" if _UTC.search(text) else ""), "minute", "metadata")


def _find_day(text: str, language: str | None) -> datetime | None:
    try:
        if match := _ISO_DAY.search(text):
            return datetime(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.search(text):
            return datetime(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    match = _NAMED.search(text)
    if match is None:
        return None
    written = f"{match['day'] or match['day_second']} {match['month'] or match['month_first']} {match['year']}"
    parsed = _parse_named(written, language)
    return parsed if parsed and parsed.year == int(match["year"]) else None


@lru_cache(4096)  # reports of one day print one date
def _parse_named(written: str, language: str | None) -> datetime | None:
    import dateparser

    settings = {"REQUIRE_PARTS": ["month"]}
    try:
        parsed = dateparser.parse(written, languages=[language] if language else None, settings=settings)
    except ValueError:  # a language that it doesn't know: then whichever of those it does know
        parsed = dateparser.parse(written, settings=settings)
    return parsed if isinstance(parsed, datetime) else None


def _list_lines(root: HtmlElement) -> Iterator[str]:
    marked: list[str] = []
    others: list[str] = []
    for element in root.iter("span", "p", "div", "time", "td", "font", "li", "small", "em", "i", "b"):
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if _UPDATE_CLASS.search(names) or any(
            _UPDATE_CLASS.search(a.get("class") or "") for a in element.iterancestors()
        ):
            continue
        is_marked = element.tag == "time" or bool(_DATE_CLASS.search(names))
        if not is_marked and len(element):
            continue
        text = read_element_text(element)
        if 8 <= len(text) <= _MOST_CHARS and any(c.isdigit() for c in text) and not is_aside(element):
            (marked if is_marked else others).append(text)
    yield from marked
    yield from others


def find_printed_byline(blocks: Sequence[Block], language: str | None) -> str | None:
    """The author that one of the first lines of the body names, as "By Ann Lee, staff writer" does."""
    for block in blocks[:_TOP_BLOCKS]:
        if len(block.text.split()) > _BYLINE_WORDS or block.text.endswith((".", "!", "?")):
            continue
        name = strip_byline(block.text, language)
        if (
            name != block.text
            and (match := _NAME.match(name))
            and (match.end() == len(name) or name[match.end()] == ",")
        ):
            return match[0]
    return None


def strip_byline(byline: str, language: str | None) -> str:
    """A byline without the words that introduce the author.

    >>> strip_byline("By Ann Lee", "en"), strip_byline("Ann Lee", "en")
    ('Ann Lee', 'Ann Lee')
    """
    for start in choose_language(language).zones.byline_starts:
        match = re.match(start, byline, re.IGNORECASE)
        rest = byline[match.end() :].strip() if match else ""
        if rest[:1].isupper():
            return rest
    return byline
