"""When an article was published, from its metadata or its address. Dates in running text are not read here."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from retold.model import Precision, Published, PublishedFrom

_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d?)(?:-(?P<day>\d\d?)"
    rf"(?:(?:T|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)(?P<second>:\d\d(?:[.,]\d+)?)?\s*{_ZONE})?)?)?",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(
    rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE})?",
    re.ASCII | re.IGNORECASE,
)
_SLASHED = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)(?!\d)", re.ASCII)
_NAMED_ZONE = re.compile(r"\[[^\]]*\]$")
_IN_URL = re.compile(r"/((?:19|20|21)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])", re.ASCII)


def parse_published(text: str, read_from: PublishedFrom = "metadata") -> Published | None:
    """A machine-written date or time, as exact as it is written; None where it is no valid one. Linear.

    Takes ISO 8601 from the year to the fraction of a second (also with a blank for the T, with slashes, or without
    hyphens) and RFC 2822. The offset from UTC stays as given, seconds are dropped. A time of exactly 00:00:00 is taken
    as what it nearly always is, a date that a program wrote out in full: precision "day".

    >>> parse_published("2032-01-14T17:20:31.000+0200").value
    '2032-01-14T17:20+02:00'
    >>> parse_published("2032-01").precision, parse_published("14.1.2032")
    ('month', None)
    """
    text = _SLASHED.sub(r"\1-\2-\3", _NAMED_ZONE.sub("", text.strip()), count=1)
    match = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return _parse_mail_date(text, read_from)
    year, month, day, hour, minute = match["year"], match["month"], match["day"], match["hour"], match["minute"]
    try:
        when = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0))
    except ValueError:
        return None
    seconds = re.sub(r"\D", "", match["second"] or "")
    if hour is not None and not (seconds and int(seconds) == when.hour == when.minute == 0):
        return Published(when.isoformat(timespec="minutes") + _write_zone(match["zone"]), "minute", read_from)
    chars: int
    precision: Precision
    precision, chars = ("day", 10) if day else ("month", 7) if month else ("year", 4)
    return Published(when.isoformat()[:chars], precision, read_from)


def _write_zone(zone: str | None) -> str:
    if zone is None:
        return ""
    if zone[0] not in "+-":
        return "Z"
    digits = zone[1:].replace(":", "")
    return f"{zone[0]}{digits[:2]}:{digits[2:] or '00'}"


def _parse_mail_date(text: str, read_from: PublishedFrom) -> Published | None:
    """RFC 2822, only where a time is written: without one the standard parser would invent midnight."""
    if ":" not in text or len(text) > 60:
        return None
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    value = when.isoformat(timespec="minutes").replace("+00:00", "Z")
    return Published(value, "minute", read_from)


def find_date_in_url(url: str) -> Published | None:
    """The day that an address names, as many outlets' do; None where it names none.

    >>> find_date_in_url("https://example.org/world/2032/01/14/dam").value
    '2032-01-14'
    """
    match = _IN_URL.search(url)
    return parse_published("-".join(match.groups()), "url") if match else None
