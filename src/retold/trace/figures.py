"""Whether the figures, dates and units of two wordings agree; a signalled and true rounding does."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import takewhile

from msgspec import Struct

from retold.languages import Language, load_language
from retold.trace.folding import Unit, say_units

ROUNDING_SHARE = Decimal("0.1")
"""How far from the figure a signalled rounding may be: 480 → "almost 500"."""

LONGEST_SIGNAL_WORDS = 4
"""In "in the region of 30"."""


class Figure(Struct, frozen=True):
    """A figure with what it counts. `dimension` and `amount`: 72 hours and three days have the same of both."""

    value: Decimal
    at: int
    text: str
    dimension: str | None
    amount: Decimal
    currency: str | None
    head: str | None
    signal: str | None
    is_year: bool
    is_weak: bool


def find_figures(units: Sequence[Unit], language: Language) -> tuple[Figure, ...]:
    """The figures among the units, with unit, currency, and the word that signals a rounding before them."""
    by_unit = {word: (name, factor) for words, name, factor in language.changes.units for word in words}
    currencies = {**language.facts.currencies, **language.facts.currency_signs}
    found = []
    for i, unit in enumerate(units):
        if unit.number is None:
            continue
        after = next((u for u in units[i + 1 : i + 2]), None)
        currency = currencies.get(units[i - 1].word) if i else None
        for u in units[i + 1 : i + 3]:
            currency = currency or currencies.get(u.word)
        dimension, factor = by_unit.get(after.word, (None, 1)) if after else (None, 1)
        if currency:
            dimension = f"money {currency}"
        head = next((u.key for u in units[i + 1 : i + 4] if u.is_content and u.number is None), None)
        is_year = unit.word.isdigit() and len(unit.word) == 4 and 1500 <= unit.number <= 2200 and dimension is None
        found.append(
            Figure(unit.number, i, unit.word, dimension, unit.number * factor, currency, head,
                   _find_signal(units, i, currency is not None, language), is_year, unit.word in ("one",))
        )  # fmt: skip
    return tuple(found)


@cache
def _signals(code: str) -> frozenset[str]:
    language = load_language(code)
    data = language.facts
    return frozenset((*data.about, *data.at_least, *data.at_most, *language.changes.figure_signals))


def _find_signal(units: Sequence[Unit], i: int, has_currency: bool, language: Language) -> str | None:
    """The approximator right before a figure (or its currency sign)."""
    end = i - 1 if has_currency and i and units[i - 1].word in language.facts.currency_signs else i
    phrases = _signals(language.code)
    for length in range(min(LONGEST_SIGNAL_WORDS, end), 0, -1):
        phrase = " ".join(u.word for u in units[end - length : end])
        if phrase in phrases:
            return phrase
    own = takewhile(lambda u: u.number is None and not u.is_after_break, units[i + 1 : i + 6])
    after = " ".join(u.word for u in own)
    return next((p for p in language.changes.figure_signals if f" {p} " in f" {after} "), None)


def _is_bound(figure: Figure, language: Language) -> bool:
    """Whether the figure is said to be more, or less. That it is only about right says nothing else of it."""
    return figure.signal is not None and figure.signal not in language.facts.about


def _is_true_rounding(old: Figure, new: Figure, language: Language) -> bool:
    """Whether the later figure says by its signal that it is not exact, and what it says holds of the earlier one."""
    if new.signal is None:
        return False
    data = language.facts
    one, two = (old.amount, new.amount) if old.dimension == new.dimension else (old.value, new.value)
    if two == 0 or abs(one - two) > ROUNDING_SHARE * max(abs(one), abs(two)):
        return False
    if new.signal in data.at_least and new.signal not in data.at_most:
        return one >= two
    if new.signal in data.at_most and new.signal not in data.about:
        return one <= two
    if new.signal in data.at_most:
        return one <= two or abs(one - two) <= ROUNDING_SHARE * two / 2
    return True


def find_figure_flags(
    earlier: Sequence[Unit],
    later: Sequence[Unit],
    known: Sequence[Unit],
    overlap: float,
    language: Language,
    *,
    is_strict: bool = False,
) -> tuple[str, ...]:
    """Why the figures differ, one sentence a difference; empty where they agree.

    `known`: all the words of the earlier reading and its sentence: a figure that stands there is none that differs.
    `is_strict` (inside marks): any two figures that stand for each other are compared.
    """
    one, two = list(find_figures(earlier, language)), find_figures(later, language)
    everywhere = {u.number for u in known if u.number is not None}
    reasons: list[str] = []
    rest: list[Figure] = []
    for new in two:
        same = next(
            (f for f in one if f.value == new.value and (f.head == new.head or f.dimension == new.dimension)), None
        )
        same = same or next((f for f in one if f.value == new.value), None)
        if same is None and new.dimension:
            same = next((f for f in one if f.dimension == new.dimension and f.amount == new.amount), None)
        if same is not None:
            one.remove(same)
            if same.currency and new.currency and same.currency != new.currency:
                reasons.append(f"{same.text} {same.currency} became {new.text} {new.currency}")
            elif _is_bound(same, language) and not new.signal and not same.is_weak and same.text == new.text:
                was, now = _say_counted(same, earlier), _say_counted(new, later)
                reasons.append(f"“{same.signal} {was}” became “{now}”, which is more exact")
            elif same.dimension and new.dimension and _kind(same) == _kind(new) and same.amount != new.amount:
                before, after = (_say_with_unit(f, side) for f, side in ((same, earlier), (new, later)))
                reasons.append(f"“{before}” became “{after}”")
        elif is_strict or new.value not in everywhere:
            rest.append(new)
    for new in rest:
        nouns = frozenset(u.key for u in earlier if u.is_content), frozenset(u.key for u in later if u.is_content)
        old = _find_counterpart(new, one, rest, overlap, nouns, is_strict=is_strict)
        if old is None:
            continue
        one.remove(old)
        if not _is_true_rounding(old, new, language):
            reasons.append(f"“{_say_counted(old, earlier)}” became “{_say_counted(new, later)}”")
    reasons.extend(_compare_calendar(earlier, later, language))
    return tuple(reasons)


def _say_with_unit(figure: Figure, units: Sequence[Unit]) -> str:
    return say_units(units[figure.at : figure.at + 2])


def _kind(figure: Figure) -> str:
    return (figure.dimension or "").split()[0]


def _say_counted(figure: Figure, units: Sequence[Unit]) -> str:
    """The figure as the article writes it, with a currency sign that stands before it."""
    sign = units[figure.at - 1].written if figure.at else ""
    return ("" if sign.isalnum() or sign[:1] in "'’" else sign) + (units[figure.at].written or say_figure(figure))


def say_figure(figure: Figure) -> str:
    """The figure in digits."""
    return f"{figure.value:f}".rstrip("0").rstrip(".") if "." in f"{figure.value:f}" else f"{figure.value:f}"


def _find_counterpart(
    new: Figure,
    one: Sequence[Figure],
    rest: Sequence[Figure],
    overlap: float,
    nouns: tuple[frozenset[str], frozenset[str]],
    *,
    is_strict: bool,
) -> Figure | None:
    """The earlier figure that the later one stands for: of the same thing, or the only one left on either side."""
    fitting = [
        f for f in one if f.is_year == new.is_year and not (f.dimension and new.dimension and _kind(f) != _kind(new))
    ]
    if new.dimension:
        close = [f for f in fitting if f.dimension and _kind(f) == _kind(new)]
    else:
        close = [f for f in fitting if f.head is not None and f.head == new.head]
    if len(close) == 1 and (overlap >= 0.25 or is_strict):
        return close[0]
    if new.is_year and len(fitting) == 1:
        return fitting[0]
    if new.is_weak or any(f.is_weak for f in fitting):
        return None
    if len(fitting) == 1 and len(rest) == 1 and (is_strict or overlap >= 0.4):
        old = fitting[0]
        if not is_strict and (new.head in nouns[0] or old.head in nouns[1]):
            return None  # each counts something that the other reading has without a figure
        return old if is_strict or (old.dimension is None) == (new.dimension is None) else None
    return fitting[0] if is_strict and fitting and len(fitting) == len(rest) else None


def _compare_calendar(earlier: Sequence[Unit], later: Sequence[Unit], language: Language) -> list[str]:
    """A weekday or month in the place of another. A month counts only where its capital shows it to be one."""
    reasons = []
    for names, needs_capital in ((language.facts.weekdays, False), (language.facts.months, True)):
        by_form = {form: forms[0] for forms in names for form in forms}
        one, two = (
            [by_form[u.word] for u in side if u.word in by_form and (u.is_capital or not needs_capital)]
            for side in (earlier, later)
        )
        lost, new = [w for w in one if w not in two], [w for w in two if w not in one]
        if lost and new and len(two) <= len(one):
            reasons.append(f"“{lost[0].capitalize()}” became “{new[0].capitalize()}”")
    return reasons
