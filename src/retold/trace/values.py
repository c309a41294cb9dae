"""Whether two normal forms of one fact say the same: figures, amounts, shares, scores, times and dates.

What is compared here is values alone; that two mentions are of one fact is decided before (`retold.trace.facts`).
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias
from unicodedata import normalize

from rapidfuzz.distance import DamerauLevenshtein

from retold.model import FactMention, Verdict

UnitRelation: TypeAlias = Literal["same", "convertible", "generic", "open", "other", "never"]

_FACTORS: dict[str, dict[str, str]] = {
    "duration": {
        "second": "1", "minute": "60", "hour": "3600", "day": "86400", "week": "604800", "fortnight": "1209600",
        "month": "2629800", "year": "31557600", "decade": "315576000", "century": "3155760000",
    },
    "length": {
        "millimetre": "0.001", "centimetre": "0.01", "metre": "1", "kilometre": "1000", "inch": "0.0254",
        "foot": "0.3048", "yard": "0.9144", "mile": "1609.344",
    },
    "mass": {"gram": "0.001", "kilogram": "1", "tonne": "1000", "pound": "0.45359237", "ounce": "0.028349523"},
    "volume": {"litre": "1", "gallon": "4.2"},
    "area": {
        "square metre": "1", "square foot": "0.09290304", "hectare": "10000", "acre": "4046.8564",
        "square kilometre": "1000000", "square mile": "2589988.11",
    },
    "speed": {"kilometre per hour": "1", "mile per hour": "1.609344"},
    "power": {"kilowatt": "1", "megawatt": "1000", "gigawatt": "1000000"},
    "temperature": {"celsius": "1", "fahrenheit": "1"},
    "angle": {"degree": "1"},
    "age": {"age": "1"},
}  # fmt: skip
_MEASURES: dict[str, tuple[str, Decimal]] = {
    unit: (dimension, Decimal(factor)) for dimension, units in _FACTORS.items() for unit, factor in units.items()
}
_ABOUT = Decimal("0.15")
"""How far a signalled rounding ("about 40") may lie from the figure, as a share of it; twice that is left open."""
_SILENT = Decimal("0.05")
"""How far an unsignalled one (52,000 for 51,970) may."""
_CONVERTED = Decimal("0.03")


def is_measure(unit: str | None) -> bool:
    """Whether the unit is of measurement, and not a thing that is counted."""
    return unit in _MEASURES


def relate_units(a: str | None, b: str | None) -> UnitRelation:
    """How the units of two figures stand to each other: `generic` is persons against any counted thing.

    >>> relate_units("hour", "day"), relate_units("person", "guest"), relate_units("metre", "guest")
    ('convertible', 'generic', 'never')
    """
    if a == b:
        return "open" if a is None else "same"
    if a is None or b is None:
        return "open"
    if a in _MEASURES and b in _MEASURES:
        return "convertible" if _MEASURES[a][0] == _MEASURES[b][0] else "never"
    if a in _MEASURES or b in _MEASURES:
        return "never"
    return "generic" if "person" in (a, b) else "other"


def is_slip(a: FactMention, b: FactMention) -> bool:
    """Whether two figures differ as a slip of copying makes them differ: one digit, two exchanged, a zero more.

    >>> from retold.model import Span
    >>> is_slip(FactMention("number", Span(0, 2), "46"), FactMention("number", Span(0, 2), "64"))
    True
    """
    x, y = (m.value.rpartition(" ")[2].replace(".", "") for m in (a, b))
    if not (x.isdigit() and y.isdigit()) or min(len(x), len(y)) < 2 or x == y:
        return False
    if x.rstrip("0") == y.rstrip("0"):
        return abs(len(x) - len(y)) <= 3
    return len(x) == len(y) and DamerauLevenshtein.distance(x, y) == 1


NEAR_RATIO = 1.25


def is_near(a: FactMention, b: FactMention) -> bool:
    """Whether the larger of two figures is at most a quarter more: far apart they are more often of two things.

    >>> from retold.model import Span
    >>> is_near(FactMention("percent", Span(0, 3), "51"), FactMention("percent", Span(0, 3), "49"))
    True
    """
    try:
        low, high = sorted((float(a.value), float(b.value)))
    except ValueError:
        return False
    return low > 0 and high <= NEAR_RATIO * low


def is_close(a: FactMention, b: FactMention) -> bool:
    """Whether two dates or times are equal, or so close that one may be a slip for the other: the day before or after
    in one month, a year beside it or with its digits exchanged, the hour before or after with the same minutes.

    >>> from retold.model import Span
    >>> is_close(FactMention("date", Span(0, 4), "1897"), FactMention("date", Span(0, 4), "1879"))
    True
    """
    if a.kind != b.kind or a.kind not in ("date", "time"):
        return False
    if a.value == b.value:
        return True
    if a.kind == "time":
        first, second = a.value.rstrip("?"), b.value.rstrip("?")
        return first[3:5] == second[3:5] and abs(int(first[:2]) - int(second[:2])) == 1
    one, other = _fields(a.value), _fields(b.value)
    if one is None or other is None or (one[2] is None) != (other[2] is None):
        return False
    if one[2] is not None and other[2] is not None:
        return one[:2] == other[:2] and abs(one[2] - other[2]) == 1
    if one[0] is None or other[0] is None or one[1] != other[1]:
        return False
    return abs(one[0] - other[0]) == 1 or DamerauLevenshtein.distance(str(one[0]), str(other[0])) == 1


def is_telling(mention: FactMention) -> bool:
    """Whether a figure is one that hardly two things of one report share: an amount, or two digits that are no zeros.

    >>> from retold.model import Span
    >>> is_telling(FactMention("number", Span(0, 3), "214")), is_telling(FactMention("number", Span(0, 3), "200"))
    (True, False)
    """
    if mention.kind == "money":
        return True
    return mention.kind in ("number", "percent") and sum(map(str.isdigit, mention.value.rstrip("0"))) >= 2


def compare_values(a: FactMention, b: FactMention) -> Verdict | None:
    """Whether two mentions of one kind, taken to be of one fact, agree in value. Symmetric; None where the two have
    nothing in common that could be compared (a weekday and a year).

    >>> from retold.model import Span
    >>> exact = FactMention("number", Span(0, 2), "44", unit="guest")
    >>> compare_values(exact, FactMention("number", Span(0, 7), "40", unit="guest", is_rounded=True))
    'rounded'
    """
    if a.kind == "date":
        return _compare_dates(a, b)
    if a.kind in ("name", "place"):
        return _compare_names(a.value.split(), b.value.split())
    if a.value == b.value and (a.unit == b.unit or not (is_measure(a.unit) and is_measure(b.unit))):
        return "agree"
    if a.kind == "time":
        return _compare_times(a.value, b.value)
    if a.kind == "score":
        return "agree" if a.value.split("-") == b.value.split("-")[::-1] else "differ"
    if a.kind == "money" and a.unit != b.unit:
        return "ambiguous"
    return _compare_figures(a, b)


def _compare_names(a: list[str], b: list[str]) -> Verdict | None:
    """Names of which one word is another by a slip differ ("Alder Road", "Elder Road"); of others nothing is known."""
    other = [(x, y) for x, y in zip(a, b, strict=False) if x != y]
    if len(a) != len(b) or len(other) != 1:
        return "agree" if a == b else None
    x, y = other[0]
    plain = [re.sub(r"[\u0300-\u036f]", "", normalize("NFD", word)) for word in (x, y)]
    if min(len(x), len(y)) < 4 or plain[0] == plain[1] or x.startswith(y) or y.startswith(x):
        return None
    return "differ" if DamerauLevenshtein.distance(x, y) <= 2 and x[-1] == y[-1] else None


def _compare_times(a: str, b: str) -> Verdict:
    if a.endswith("?") or b.endswith("?"):
        first, second = (int(v[:2]) % 12 * 60 + int(v[3:5]) for v in (a, b))
        return "less_precise" if first == second else "differ"
    return "differ"


def _bounds(mention: FactMention) -> tuple[Decimal, Decimal] | None:
    try:
        low, _, high = mention.value.rpartition(" ")[2].partition("..")
        return Decimal(low), Decimal(high or low)
    except InvalidOperation:
        return None


def _grain(value: Decimal) -> Decimal:
    """The place of the last digit that is not zero: 31,000 is told to the thousand."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if value and isinstance(exponent, int) else Decimal(1)


def _compare_figures(a: FactMention, b: FactMention) -> Verdict:
    first, second = _bounds(a), _bounds(b)
    if first is None or second is None:
        return "ambiguous"
    if a.unit != b.unit and is_measure(a.unit) and is_measure(b.unit):
        return _compare_converted(a, b, first, second)
    if first[0] != first[1] or second[0] != second[1]:
        return "ambiguous" if first[0] <= second[1] and second[0] <= first[1] else "differ"
    x, y = first[0], second[0]
    if x == y:
        return "agree"
    if a.bound is not None and b.bound is not None:
        return "ambiguous" if max(x, y) <= 2 * min(x, y) else "differ"
    if a.bound is not None or b.bound is not None:
        bounded, limit, value = (a, x, y) if a.bound is not None else (b, y, x)
        other = b if bounded is a else a
        return _compare_bound(bounded.bound, limit, value, other.is_rounded)
    if a.is_rounded or b.is_rounded:
        return _compare_signalled(x, y, a.is_rounded, b.is_rounded)
    return _compare_silent(x, y)


def _compare_bound(bound: str | None, limit: Decimal, value: Decimal, is_rounded: bool) -> Verdict:
    gap = value - limit if bound == "at_least" else limit - value
    near = max(_grain(limit), abs(limit) / 4)
    if gap < 0:
        slack = max(_grain(value) / 2, abs(value) * _SILENT) if is_rounded else Decimal(0)
        return "ambiguous" if -gap <= slack else "differ"
    return "rounded" if gap <= near else "ambiguous"


def _compare_signalled(x: Decimal, y: Decimal, x_rounded: bool, y_rounded: bool) -> Verdict:
    gap, size = abs(x - y), max(abs(x), abs(y))
    grain = max(_grain(v) for v, rounded in ((x, x_rounded), (y, y_rounded)) if rounded)
    if gap <= min(max(grain / 2, size * _SILENT), size * _ABOUT):
        return "rounded"
    return "ambiguous" if gap <= size * _ABOUT * 2 else "differ"


def _compare_silent(x: Decimal, y: Decimal) -> Verdict:
    """Neither is signalled: the coarser may still be a true rounding of the finer."""
    fine, coarse = (x, y) if _grain(x) < _grain(y) else (y, x)
    grain = _grain(coarse)
    gap, size = abs(fine - coarse), max(abs(x), abs(y))
    if _grain(fine) < grain and gap <= grain:
        if gap <= grain / 2 and gap <= size * _SILENT:
            return "rounded"
        if gap <= grain / 2 and gap <= size * _ABOUT and (size >= 1000 or fine != int(fine)):
            return "ambiguous"
        if coarse < fine and gap <= size * _SILENT and size >= 100:
            return "ambiguous"  # cut off instead of rounded
    return "differ"


def _compare_converted(
    a: FactMention, b: FactMention, first: tuple[Decimal, Decimal], second: tuple[Decimal, Decimal]
) -> Verdict:
    if "fahrenheit" in (a.unit, b.unit):
        first, second = ((_to_celsius(v[0], m), _to_celsius(v[1], m)) for m, v in ((a, first), (b, second)))
        factors = Decimal(1), Decimal(1)
    else:
        factors = _MEASURES[a.unit or ""][1], _MEASURES[b.unit or ""][1]
    low = first[0] * factors[0], second[0] * factors[1]
    high = first[1] * factors[0], second[1] * factors[1]
    if low[0] == low[1] and high[0] == high[1]:
        return "agree"
    gap, size = max(abs(low[0] - low[1]), abs(high[0] - high[1])), max(map(abs, high))
    grain = max(_grain(first[0]) * factors[0], _grain(second[0]) * factors[1])
    if gap <= max(grain / 2, size * _CONVERTED) and gap <= size * _ABOUT:
        return "rounded"
    # A length of time in another unit is seldom exact.
    is_time = _MEASURES[a.unit or ""][0] == "duration"
    return "ambiguous" if gap <= size * (_ABOUT * 3 if is_time else _ABOUT) else "differ"


def _to_celsius(value: Decimal, mention: FactMention) -> Decimal:
    return (value - 32) * 5 / 9 if mention.unit == "fahrenheit" else value


def _fields(value: str) -> tuple[int | None, int | None, int | None] | None:
    """Year, month and day of an ISO value, as far as it has them."""
    if value.startswith("--"):
        parts = value[2:].split("-")
        head: list[int | None] = [None]
    else:
        parts = value.split("-")
        head = []
    if not all(part.isdigit() for part in parts) or len(parts) + len(head) > 3:
        return None
    fields = [*head, *map(int, parts), None, None]
    return fields[0], fields[1], fields[2]


def _weekday(mention: FactMention) -> str | None:
    """The weekday a mention names or, as a full date, falls on."""
    if mention.value.startswith("weekday:"):
        return mention.value[8:]
    fields = _fields(mention.value)
    if fields is None or None in fields:
        return None
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return names[date.fromisoformat(mention.value).weekday()]


def _compare_dates(a: FactMention, b: FactMention) -> Verdict | None:
    if a.value == b.value:
        return "agree" if a.unit == b.unit or "relative" in (a.unit, b.unit) else "less_precise"
    if "relative" in (a.unit, b.unit):
        first, second = _fields(a.value), _fields(b.value)
        if first is None or second is None:  # not counted out: it could be any day, and is no year
            known = first or second
            return "ambiguous" if known is None or known[2] is not None else None
        if not _fit(first, second):
            return "ambiguous" if first[2] and second[2] else None
        return "less_precise"
    if "weekday" in (a.unit, b.unit):
        return _compare_weekdays(a, b)
    first, second = _fields(a.value), _fields(b.value)
    if first is not None and second is not None:
        if not _fit(first, second):
            return "differ"
        shared = any(x is not None and y is not None for x, y in zip(first, second, strict=True))
        return "less_precise" if shared else None
    spans = _years(a.value), _years(b.value)
    if spans[0] is None or spans[1] is None:
        return "ambiguous"
    overlap = spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
    return "less_precise" if overlap else "differ"


def _fit(a: tuple[int | None, ...], b: tuple[int | None, ...]) -> bool:
    return all(x is None or y is None or x == y for x, y in zip(a, b, strict=True))


def _years(value: str) -> tuple[int, int] | None:
    """First and last year that a date covers; None where it names no year."""
    if value.endswith("s") and value[:-1].isdigit():
        return int(value[:-1]), int(value[:-1]) + 9
    low, _, high = value.partition("/")
    if low.isdigit() and high.isdigit():
        return int(low), int(high)
    year = value.rpartition(" ")[2] if value.startswith("season:") else value[:4]
    return (int(year), int(year)) if year.isdigit() else None


def _compare_weekdays(a: FactMention, b: FactMention) -> Verdict | None:
    """A weekday alone: another name is another day; the same name is the same day only where both are counted out."""
    named, other = (a, b) if a.unit == "weekday" else (b, a)
    mine, theirs = _weekday(named), _weekday(other)
    if other.unit == "weekday":
        if mine != theirs:
            return "differ"
        return "agree" if ":" in named.value or ":" in other.value else "ambiguous"
    if theirs is not None:
        return "ambiguous" if mine == theirs else "differ"
    fields, resolved = _fields(other.value), _fields(named.value)
    if fields is None or resolved is None:
        return "ambiguous" if fields is not None and fields[2] is not None else None
    if _fit(fields, resolved):
        return "less_precise"
    return None if fields[2] is None else "ambiguous"
