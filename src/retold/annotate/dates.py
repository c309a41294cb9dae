"""Dates and times of day as they are written: a span grammar over tokens, counted from the day of publication.

No general date finder is used: on news they read months into names. Only what this grammar reads is a date.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from retold.annotate.numbers import Phrases, Token, read_number
from retold.languages.language import Facts
from retold.model import Precision, Published

FIRST_YEAR, LAST_YEAR = 1000, 2199
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class FoundDate(NamedTuple):
    """A date or time over tokens `[start, end)`; `written` as in `FactMention.unit`."""

    end: int
    kind: Literal["date", "time"]
    value: str
    precision: Precision | None = None
    written: str | None = None


class DateGrammar:
    """The date words of one language, ready to be looked up."""

    def __init__(self, facts: Facts, stop: Collection[str]) -> None:
        self.stop = stop
        self.facts = facts
        self.months = {form: n for n, forms in enumerate(facts.months, 1) for form in forms}
        self.weekdays = {form: n for n, forms in enumerate(facts.weekdays) for form in forms}
        self.relative = Phrases(facts.relative.items(), facts)
        self.day_halves = Phrases([*((p, "am") for p in facts.morning), *((p, "pm") for p in facts.evening)], facts)
        self.oclock = Phrases(((p, True) for p in facts.oclock), facts)

    def is_capital(self, token: Token) -> bool:
        """Whether the token is written as the language writes names of months and weekdays."""
        return not self.facts.are_dates_capitalised or token.text[:1].isupper()

    def month(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """The month named at token `at` and the token after it (and after the full stop of a short form)."""
        if not 0 <= at < len(tokens) or tokens[at].norm not in self.months or not self.is_capital(tokens[at]):
            return None
        month = self.months[tokens[at].norm]
        is_short = tokens[at].norm != self.facts.months[month - 1][0]
        after = at + 1
        if is_short and after + 1 < len(tokens) and tokens[after].norm == "." and tokens[after].tight:
            after += 1
        return month, after

    def day(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """A day of the month ("7", "7th", "seventh") and the token after it."""
        if not 0 <= at < len(tokens):
            return None
        token = tokens[at]
        if token.norm in self.facts.ordinals:
            return self.facts.ordinals[token.norm], at + 1
        if token.value is None or not token.text.isdigit() or not 1 <= token.value <= 31:
            return None
        after = at + 1
        if after < len(tokens) and tokens[after].tight and tokens[after].norm in self.facts.ordinal_suffixes:
            after += 1
        elif after < len(tokens) and tokens[after].tight and tokens[after].text[0].isalnum():
            return None
        return int(token.value), after

    def year(self, tokens: Sequence[Token], at: int) -> int | None:
        """A bare four-digit figure that could be a year."""
        if not 0 <= at < len(tokens):
            return None
        token = tokens[at]
        if not (token.text.isdigit() and len(token.text) == 4) or not FIRST_YEAR <= int(token.text) <= LAST_YEAR:
            return None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and after.tight and after.text[0].isalnum():
            return None
        return int(token.text)


def published_day(published: Published | None) -> date | None:
    """The day of publication, where it is known to the day."""
    if published is None or published.precision not in ("day", "minute"):
        return None
    try:
        return date.fromisoformat(published.value[:10])
    except ValueError:
        return None


def _iso(year: int | None, month: int, day: int | None) -> str | None:
    """The normal form, or None for a day the calendar does not have; without its year `--03-08`, as in ISO 8601."""
    try:
        date(year or 2000, month, day or 1)
    except ValueError:
        return None
    head = "-" if year is None else f"{year:04d}"
    return f"{head}-{month:02d}" + ("" if day is None else f"-{day:02d}")


def read_date(tokens: Sequence[Token], at: int, grammar: DateGrammar, published: Published | None) -> FoundDate | None:
    """The date or time of day that begins at token `at`, or None. Looks at a bounded number of tokens.

    Value: ISO 8601, as exact as written (`2030`, `2030-03`, `2030-03-04`, `--03-04` and `--03` without a year, `14:30`
    for a time); `weekday:monday` or `relative:day:-1` where there is no day of publication to count from, `1990s`,
    `season:summer`. Weekday names and relative words are counted from `published`, never from any other date.
    """
    for reader in (_read_numeric, _read_time, _read_month_first, _read_day_first):
        found = reader(tokens, at, grammar)
        if found is not None:
            return found
    return _read_weekday(tokens, at, grammar, published) or _read_relative(tokens, at, grammar, published)


def _read_numeric(tokens: Sequence[Token], at: int, grammar: DateGrammar) -> FoundDate | None:
    """2031-03-04, 15.01.2032, 15/01/2032: a day and month that could be exchanged leave only the year."""
    parts: list[str] = []
    end, sign = at, ""
    while end < len(tokens) and len(parts) < 3:
        pieces = tokens[end].text.split(".")
        if tokens[end].value is None or (parts and not tokens[end].tight):
            return None
        parts += pieces
        end += 1
        if len(parts) < 3:
            if end >= len(tokens) or not tokens[end].tight or tokens[end].norm not in ("-", "/", "."):
                return None
            if sign and tokens[end].norm != sign:
                return None
            sign = tokens[end].norm
            end += 1
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    lengths = tuple(map(len, parts))
    if lengths[0] == 4 and max(lengths[1:]) == 2:
        year, month, day = (int(p) for p in parts)
    elif lengths[2] == 4 and max(lengths[:2]) <= 2:
        day, month, year = (int(p) for p in parts)
        if day <= 12 and month <= 12 and day != month and sign == "/":
            return FoundDate(end, "date", f"{year:04d}", "year")
        if month > 12:
            day, month = month, day
    else:
        return None
    value = _iso(year, month, day) if 1 <= month <= 12 else None
    return None if value is None else FoundDate(end, "date", value, "day")


def _read_month_first(tokens: Sequence[Token], at: int, grammar: DateGrammar) -> FoundDate | None:
    """March 8, 2024; March 8; March 2024; February."""
    named = grammar.month(tokens, at)
    if named is None:
        return None
    month, after = named
    day = grammar.day(tokens, after)
    if day is not None and tokens[after].value is not None:
        end = day[1]
        comma = end + 1 if end < len(tokens) and tokens[end].norm == "," else end
        year = grammar.year(tokens, comma)
        value = _iso(year, month, day[0])
        if value is not None:
            return FoundDate(end if year is None else comma + 1, "date", value, "day" if year else None)
    joined = after
    if after < len(tokens) and (tokens[after].norm == "," or tokens[after].norm in grammar.facts.ordinal_joiners):
        joined += 1
    year = grammar.year(tokens, joined)
    if year is not None:
        return FoundDate(joined + 1, "date", f"{year:04d}-{month:02d}", "month")
    before = tokens[at - 1].norm if at > 0 else ""
    if grammar.facts.month_before and before not in grammar.facts.month_before:
        return None
    return FoundDate(after, "date", f"--{month:02d}", None)


def _read_day_first(tokens: Sequence[Token], at: int, grammar: DateGrammar) -> FoundDate | None:
    """8 March 2024; the 8th of March; 8 March."""
    day = grammar.day(tokens, at)
    if day is None:
        return None
    after = day[1]
    if after < len(tokens) and tokens[after].norm in grammar.facts.ordinal_joiners:
        after += 1
    elif tokens[at].value is None and grammar.facts.ordinal_joiners:
        return None  # "first March" is no date
    named = grammar.month(tokens, after)
    if named is None:
        return None
    end = named[1]
    comma = end + 1 if end < len(tokens) and tokens[end].norm == "," else end
    year = grammar.year(tokens, comma)
    value = _iso(year, named[0], day[0])
    if value is None:
        return None
    end = named[1] if year is None else comma + 1
    if year is not None and end < len(tokens) and tokens[end].norm in grammar.facts.year_after:
        end += 1
    return FoundDate(end, "date", value, "day" if year else None)


def _read_weekday(
    tokens: Sequence[Token], at: int, grammar: DateGrammar, published: Published | None
) -> FoundDate | None:
    token = tokens[at]
    if token.norm not in grammar.weekdays or not grammar.is_capital(token):
        return None
    weekday = grammar.weekdays[token.norm]
    # "Monday, 15 January" and "Monday, January 15" are one date, and the full one.
    after = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].norm == ",")
    if after < len(tokens):
        dated = _read_day_first(tokens, after, grammar) or _read_month_first(tokens, after, grammar)
        if dated is not None and dated.value.count("-") >= 2 and len(dated.value) > 4:
            return dated
    day = published_day(published)
    before = [t.norm for t in tokens[max(0, at - 3) : at]]  # "by noon on Saturday"
    is_future = not grammar.facts.future_before.isdisjoint(before)
    is_open = not is_future and any(t.norm in grammar.facts.future_words for t in tokens[max(0, at - 25) : at + 25])
    if day is None or is_open or not grammar.facts.recurring_before.isdisjoint(before[-1:]):
        return FoundDate(at + 1, "date", f"weekday:{WEEKDAYS[weekday]}", None, "weekday")
    if is_future:
        day += timedelta((weekday - day.weekday()) % 7 or 7)
    else:
        day -= timedelta((day.weekday() - weekday) % 7)
    return FoundDate(at + 1, "date", day.isoformat(), "day", "weekday")


def _read_relative(
    tokens: Sequence[Token], at: int, grammar: DateGrammar, published: Published | None
) -> FoundDate | None:
    facts = grammar.facts
    if tokens[at].norm in facts.seasons and at > 0:
        year = grammar.year(tokens, at + 1)
        if year is not None:
            return FoundDate(at + 2, "date", f"season:{facts.seasons[tokens[at].norm]} {year}")
        if tokens[at - 1].norm in facts.season_before:
            return FoundDate(at + 1, "date", f"season:{facts.seasons[tokens[at].norm]}", None, "relative")
        return None
    hit = grammar.relative.match(tokens, at)
    if hit is not None:
        unit, _, offset = hit[1].partition(":")
        return _count_back(hit[0], unit, int(offset), published)
    number = read_number(tokens, at, facts) if facts.ago else None
    if number is not None and number.end + 1 < len(tokens) and tokens[number.end + 1].norm in facts.ago:
        unit = facts.units.get(tokens[number.end].norm, "")
        if unit in ("day", "week", "month", "year") and number.value < 1000:
            return _count_back(number.end + 2, unit, -int(number.value), published)
    return None


def _count_back(end: int, unit: str, offset: int, published: Published | None) -> FoundDate:
    """The date that lies `offset` units from the day of publication, no more exact than the unit."""
    unresolved = FoundDate(end, "date", f"relative:{unit}:{offset}", None, "relative")
    day = published_day(published)
    if day is None or unit == "week":
        return unresolved
    try:
        if unit == "day":
            return FoundDate(end, "date", (day + timedelta(offset)).isoformat(), "day", "relative")
        months = day.year * 12 + day.month - 1 + offset * (12 if unit == "year" else 1)
        month = date(months // 12, months % 12 + 1, 1).isoformat()
    except (OverflowError, ValueError):
        return unresolved
    if unit == "year":
        return FoundDate(end, "date", month[:4], "year", "relative")
    return FoundDate(end, "date", month[:7], "month", "relative")


def read_year(tokens: Sequence[Token], at: int, grammar: DateGrammar) -> FoundDate | None:
    """A bare year ("in 2017", "the 1957 flood", "2017-18", "1990s"), told from a count by what stands around it."""
    facts = grammar.facts
    token = tokens[at]
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    if at + 1 < len(tokens) and token.text.isdigit() and following in facts.decade_suffixes and tokens[at + 1].tight:
        if len(token.text) == 4 and token.text.endswith("0"):
            return FoundDate(at + 2, "date", f"{token.text}s")
        return None
    year = grammar.year(tokens, at)
    if year is None:
        return None
    before = tokens[at - 1].norm if at > 0 else ""
    if before == "-" and at > 1:  # "mid-2017"
        before = tokens[at - 2].norm
    if following in facts.year_after:
        return FoundDate(at + 2, "date", f"{year:04d}", "year")
    if not 1500 <= year <= 2100:
        return None
    if following in ("-", "/") and at + 2 < len(tokens) and tokens[at + 2].tight:
        last = tokens[at + 2].text
        other = int(f"{year}"[: 4 - len(last)] + last) if last.isdigit() and len(last) in (2, 4) else 0
        if year < other <= year + 120:
            return FoundDate(at + 3, "date", f"{year:04d}/{other:04d}", "year")
    counts = any(following.endswith(ending) for ending in facts.plural_endings) or following in facts.units
    counts = counts or following in facts.currencies or following in facts.magnitudes or following == "%"
    if before in facts.year_before and following not in facts.units and following != "%":
        return FoundDate(at + 1, "date", f"{year:04d}", "year")
    before_is_weak = before in facts.year_before_weak or before in ("(", "'s", ",") or before.endswith("'s")
    if before_is_weak and not counts:
        return FoundDate(at + 1, "date", f"{year:04d}", "year")
    # Counts of this size are written with a separator; nothing that could be counted follows.
    stands_alone = not following or not following[0].isalpha() or following in grammar.stop
    if facts.groups and not counts and (at == 0 or stands_alone) and year >= 1800:
        return FoundDate(at + 1, "date", f"{year:04d}", "year")
    return None


def _read_time(tokens: Sequence[Token], at: int, grammar: DateGrammar) -> FoundDate | None:
    """14:05, 9.30am, 8 p.m., nine o'clock, noon."""
    facts = grammar.facts
    token = tokens[at]
    if token.norm in facts.hours:
        return FoundDate(at + 1, "time", facts.hours[token.norm])
    hour, minute, after = -1, 0, at + 1
    exact = False
    if token.value is not None:
        clock = token.text.split(".")
        if not all(part.isdigit() for part in clock) or len(clock[0]) > 2:
            return None
        hour = int(clock[0])
        if len(clock) == 2 and len(clock[1]) == 2:
            minute = int(clock[1])
            following = tokens[after] if after < len(tokens) else None
            is_clock = following is None or not following.text[0].isalnum() or following.norm in grammar.stop
            if following is not None and following.norm in facts.percent:
                is_clock = False
            is_clock = is_clock and grammar.day_halves.match(tokens, after) is None
            if is_clock and at > 0 and tokens[at - 1].norm in facts.time_before and hour <= 24 and minute < 60:
                return FoundDate(after, "time", f"{hour:02d}:{minute:02d}" + ("?" if hour <= 12 else ""))
        elif len(clock) == 2:
            return None
        elif (
            at + 2 < len(tokens)
            and tokens[at + 1].norm == ":"
            and tokens[at + 1].tight
            and tokens[at + 2].tight
            and tokens[at + 2].text.isdigit()
            and len(tokens[at + 2].text) == 2
        ):
            minute, after, exact = int(tokens[at + 2].text), at + 3, True
            if after < len(tokens) and tokens[after].norm == ":":
                return None  # hours, minutes and seconds: a length, or a stamp
    elif 1 <= facts.numbers.get(token.norm, 0) <= 12:
        hour = facts.numbers[token.norm]
    if not 0 <= hour <= 24 or minute > 59:
        return None
    struck = grammar.oclock.match(tokens, after)
    if struck is not None:
        after, exact = struck[0], True
    half = grammar.day_halves.match(tokens, after)
    if half is not None and 1 <= hour <= 12:
        after, exact = half[0], True
        hour = hour % 12 + (12 if half[1] == "pm" else 0)
    elif half is not None and exact:
        after = half[0]
    elif struck is not None and hour <= 12:
        return FoundDate(after, "time", f"{hour:02d}:{minute:02d}?")  # morning or evening: not said
    return FoundDate(after, "time", f"{hour % 24:02d}:{minute:02d}") if exact else None
