"""The reports of a story in order of time, and dates as people write them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from retold.model import Article, Derivation, Precision, Published
from retold.present.lettering import shorten_line
from retold.present.words import DATE_UNKNOWN, LATER, MONTHS

_PARTS: Final = {"year": 1, "month": 2, "day": 3, "minute": 3}


def sort_articles(articles: Sequence[Article], derivations: Sequence[Derivation]) -> tuple[Article, ...]:
    """Earlier reports first: none stands before one that it derives from, then by time, then as given.

    Reports that cite each other in a circle keep their order of time. O(n²) in the reports of one story.
    """
    left = list(articles)
    origins: dict[str, set[str]] = {article.id: set() for article in articles}
    for derivation in derivations:
        if derivation.to in origins and derivation.from_ in origins and derivation.from_ != derivation.to:
            origins[derivation.to].add(derivation.from_)
    ordered: list[Article] = []
    while left:
        ids = {article.id for article in left}
        free = [article for article in left if not origins[article.id] & ids] or left
        nearest = min(free, key=lambda article: _key_time(article.published))
        left.remove(nearest)
        ordered.append(nearest)
    return tuple(ordered)


def describe_published(published: Published | None) -> str:
    """A date as exact as it is known.

    >>> describe_published(Published("2024-03-12T09:30:00+00:00", "minute", "metadata"))
    '12 Mar 2024, 09:30 UTC'
    >>> describe_published(Published("2024-03", "month", "text")), describe_published(None)
    ('Mar 2024', 'date unknown')
    """
    if published is None:
        return DATE_UNKNOWN
    parts = _read_parts(published.value)
    if parts is None:
        return shorten_line(published.value, 40)
    day = _write_date(parts[: _PARTS[published.precision]])
    moment = _read_moment(published.value) if published.precision == "minute" else None
    if moment is None:
        return day
    return f"{day}, {moment:%H:%M}{_write_zone(moment)}"


def describe_moment(value: str | None) -> str:
    """The same for a date as a library's lists have it, whose length tells how exact it is.

    >>> describe_moment("2024-03-12T09:30Z"), describe_moment("2024-03")
    ('12 Mar 2024, 09:30 UTC', 'Mar 2024')
    """
    return describe_published(_date_value(value) if value else None)


def describe_span(first: str | None, last: str | None) -> str:
    """From the one date of a library's list to the other, to the day.

    >>> describe_span("2024-02-12T09:30Z", "2024-02-14T07:00Z")
    '12–14 Feb 2024'
    """
    return _write_dates([_date_value(value) for value in (first, last) if value])


def describe_gap(earlier: Published | None, later: Published | None) -> str:
    """How long after one report the next one came; "" where either time is not known to the minute.

    >>> first = Published("2024-03-12T09:30:00+00:00", "minute", "metadata")
    >>> describe_gap(first, Published("2024-03-13T12:05:00+00:00", "minute", "metadata"))
    '1 d 2 h later'
    """
    if earlier is None or later is None or {earlier.precision, later.precision} != {"minute"}:
        return ""
    first, second = _read_moment(earlier.value), _read_moment(later.value)
    if first is None or second is None or (first.tzinfo is None) != (second.tzinfo is None):
        return ""
    minutes = int((second - first).total_seconds()) // 60
    if minutes < 0:
        return ""
    days, hours = minutes // 1440, minutes // 60 % 24
    left = 0 if days else minutes % 60
    parts = (f"{days} d" if days else "", f"{hours} h" if hours else "", f"{left} min" if left else "")
    return LATER.format(gap=" ".join(part for part in parts if part) or "0 min")


def describe_dates(articles: Sequence[Article]) -> str:
    """From the first date to the last, said once where they agree.

    >>> first, last = Published("2024-02-12", "day", "text"), Published("2024-02-14", "day", "text")
    >>> describe_dates([Article("a1", "", "", published=first), Article("a2", "", "", published=last)])
    '12–14 Feb 2024'
    """
    return _write_dates([article.published for article in articles if article.published])


def _date_value(value: str) -> Published:
    precisions: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
    return Published(value, precisions.get(len(value), "minute"), "metadata")


def _write_dates(known: Sequence[Published]) -> str:
    dates = [parts[: _PARTS[one.precision]] for one in known for parts in [_read_parts(one.value)] if parts]
    if not dates:
        return DATE_UNKNOWN
    first, last = min(dates), max(dates)
    if first == last:
        return _write_date(first)
    if len(first) == len(last) == 3 and first[:2] == last[:2]:
        return f"{first[2]}–{_write_date(last)}"
    if first[0] == last[0] and len(first) > 1 and len(last) > 1:
        return f"{_write_date(first).rsplit(' ', 1)[0]} – {_write_date(last)}"
    return f"{_write_date(first)} – {_write_date(last)}"


def _key_time(published: Published | None) -> tuple[int, float]:
    """A report without a date comes after the dated ones; only a derivation moves it."""
    if published is None:
        return (1, 0.0)
    parts = _read_parts(published.value)
    if parts is None:
        return (1, 0.0)
    moment = _read_moment(published.value) if published.precision == "minute" else None
    if moment is None:
        year, month, day = (*parts, 1, 1)[:3]
        moment = datetime(year, month, day)
    return (0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _read_parts(value: str) -> tuple[int, ...] | None:
    try:
        parts = tuple(int(part) for part in value[:10].split("-"))
        year, month, day = (*parts, 1, 1)[:3]
        date(year, month, day)
    except ValueError:
        return None
    return parts


def _read_moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _write_date(parts: tuple[int, ...]) -> str:
    day = f"{parts[2]} " if len(parts) > 2 else ""
    month = f"{MONTHS[parts[1] - 1]} " if len(parts) > 1 else ""
    return f"{day}{month}{parts[0]}"


def _write_zone(moment: datetime) -> str:
    offset = moment.strftime("%z")
    return "" if not offset else " UTC" if offset in {"+0000", "-0000"} else f" UTC{offset[:3]}:{offset[3:5]}"
