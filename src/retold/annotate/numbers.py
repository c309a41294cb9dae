"""Figures as they are written: tokens with offsets, phrases of the language's lists, and numbers in digits or words."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from retold.languages.language import Facts
from retold.model import Span

T = TypeVar("T")

_DASHES = frozenset("-‐‑–—−")
_MAX_DIGITS = 18  # longer runs are identifiers; they would also make the arithmetic slow


class Token(NamedTuple):
    """A word, a figure or a single sign. `value` is set for figures in digits; `tight`: no blank stands before it."""

    norm: str
    text: str
    start: int
    end: int
    value: Decimal | None
    tight: bool


class Quantity(NamedTuple):
    """A number read from tokens `[start, end)`; `scaled`: a magnitude word ("million") took part."""

    end: int
    value: Decimal
    in_words: bool
    scaled: bool
    is_rounded: bool


@lru_cache(maxsize=64)
def _token_pattern(decimal: str, groups: tuple[str, ...]) -> re.Pattern[str]:
    """Figures in the language's style. Addresses come first, so that no figure is read inside one."""
    group = "|".join(re.escape(g) for g in groups)
    figure = rf"\d{{1,3}}(?:(?:{group})\d{{3}})+(?!\d)(?:{re.escape(decimal)}\d+)?" if groups else r"(?!)"
    return re.compile(
        rf"(?P<address>https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[#@]\w+)"
        rf"|(?P<figure>{figure}|\d+(?:{re.escape(decimal)}\d+)?)"
        r"|(?P<word>(?:[^\W\d_]\.){2,}|[^\W\d_]{1,3}[$]|[^\W\d_]\w*(?:['’][^\W\d_]+)*)"
        r"|(?P<sign>[^\w\s])"
    )


def find_tokens(text: str, span: Span, facts: Facts) -> tuple[Token, ...]:
    """The tokens of `text` inside `span`, with offsets into `text`. Linear.

    >>> [t.norm for t in find_tokens("He paid $2,300 for 23cm.", Span(0, 24), Facts())]
    ['he', 'paid', '$', '2,300', 'for', '23', 'cm', '.']
    """
    tokens: list[Token] = []
    drop = str.maketrans("", "", "".join(facts.groups))
    last = -1
    for match in _token_pattern(facts.decimal, facts.groups).finditer(text, span.start, span.end):
        raw = match.group()
        value = None
        if match.lastgroup == "figure" and len(raw) <= _MAX_DIGITS:
            value = Decimal(raw.translate(drop).replace(facts.decimal, "."))
        norm = "-" if raw in _DASHES else raw.casefold().replace("’", "'")
        tokens.append(Token(norm, raw, match.start(), match.end(), value, match.start() == last))
        last = match.end()
    return tuple(tokens)


class Phrases(Generic[T]):
    """A list of phrases, to be looked for before or after a token; the longest one wins."""

    def __init__(self, entries: Iterable[tuple[str, T]], facts: Facts) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        self._by_last: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, payload in entries:
            words = tuple(t.norm for t in find_tokens(phrase, Span(0, len(phrase)), facts))
            self._by_first.setdefault(words[0], []).append((words, payload))
            self._by_last.setdefault(words[-1], []).append((words, payload))
        for table in (self._by_first, self._by_last):
            for found in table.values():
                found.sort(key=lambda entry: -len(entry[0]))

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, T] | None:
        """The phrase that begins at token `at`: the token after it, and what it stands for."""
        if at >= len(tokens):
            return None
        for words, payload in self._by_first.get(tokens[at].norm, ()):
            if len(words) == 1 or tuple(t.norm for t in tokens[at : at + len(words)]) == words:
                return at + len(words), payload
        return None

    def match_before(self, tokens: Sequence[Token], at: int) -> tuple[int, T] | None:
        """The phrase that ends just before token `at`: its first token, and what it stands for."""
        if at <= 0 or at > len(tokens):
            return None
        for words, payload in self._by_last.get(tokens[at - 1].norm, ()):
            start = at - len(words)
            if start >= 0 and tuple(t.norm for t in tokens[start:at]) == words:
                return start, payload
        return None


def format_number(value: Decimal) -> str:
    """The normal form of a number: plain digits, no needless zeros.

    >>> format_number(Decimal("7.60")), format_number(Decimal("8.76E+10"))
    ('7.6', '87600000000')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_words(tokens: Sequence[Token], at: int, facts: Facts) -> tuple[int, Decimal] | None:
    """Number words below a magnitude: "twenty-one", "twenty one", "five"."""
    if at >= len(tokens) or tokens[at].norm not in facts.numbers:
        return None
    value = facts.numbers[tokens[at].norm]
    end = at + 1
    if 20 <= value < 100:
        after = end + 1 if end < len(tokens) and tokens[end].norm == "-" else end
        if after < len(tokens) and 0 < facts.numbers.get(tokens[after].norm, 0) < 10:
            return after + 1, Decimal(value + facts.numbers[tokens[after].norm])
    elif 100 <= value < 1000 and end < len(tokens) and 0 < facts.numbers.get(tokens[end].norm, 0) < 100:
        rest = _read_words(tokens, end, facts)  # languages whose hundreds are words of their own
        if rest is not None:
            return rest[0], value + rest[1]
    return end, Decimal(value)


def read_number(tokens: Sequence[Token], at: int, facts: Facts) -> Quantity | None:
    """The number that begins at token `at`, in digits ("2.6 million") or words ("two hundred and five").

    Costs a look at the tokens it covers. None where no number begins.

    >>> facts = Facts(numbers={"two": 2, "five": 5}, magnitudes={"hundred": 100}, number_joiners=frozenset({"and"}))
    >>> text = "two hundred and five"
    >>> read_number(find_tokens(text, Span(0, len(text)), facts), 0, facts).value
    Decimal('205')
    """
    token = tokens[at]
    if token.value is not None:
        end, value, rounded, scaled = at + 1, token.value, False, False
        while end < len(tokens) and tokens[end].norm in facts.magnitudes and _is_magnitude(tokens, end, facts):
            value *= facts.magnitudes[tokens[end].norm]
            rounded = rounded or tokens[end].norm in facts.round_magnitudes
            scaled = True
            end += 1
        return Quantity(end, value, False, scaled, rounded)
    return _read_word_number(tokens, at, facts)


def _read_word_number(tokens: Sequence[Token], at: int, facts: Facts) -> Quantity | None:
    total, group, rounded, scaled = Decimal(0), Decimal(0), False, False
    end = at
    last_scale: int | None = None
    if tokens[at].norm in facts.number_articles:
        if at + 1 >= len(tokens) or facts.magnitudes.get(tokens[at + 1].norm, 0) < 2 or len(tokens[at + 1].norm) < 3:
            return None
        group, end = Decimal(1), at + 1
    read_any = end > at
    for _ in range(24):  # longer is no number anyone writes
        words = _read_words(tokens, end, facts)
        if words is not None and (not read_any or last_scale is not None):
            if last_scale is not None and words[1] >= last_scale:
                break
            group += words[1]
            end, read_any, last_scale = words[0], True, None
            continue
        if end < len(tokens) and read_any and len(tokens[end].norm) > 2 and tokens[end].norm in facts.magnitudes:
            scale = facts.magnitudes[tokens[end].norm]
            rounded = rounded or tokens[end].norm in facts.round_magnitudes
            if scale >= 1000:
                total, group = total + (group or 1) * scale, Decimal(0)
            else:
                group *= scale
            end, last_scale, scaled = end + 1, scale, True
            continue
        if end + 1 < len(tokens) and last_scale is not None and tokens[end].norm in facts.number_joiners:
            words = _read_words(tokens, end + 1, facts)
            if words is not None and words[1] < last_scale < 10**6:
                group += words[1]
                end, last_scale = words[0], None
                continue
        break
    return Quantity(end, total + group, True, scaled, rounded) if read_any else None


def _is_magnitude(tokens: Sequence[Token], at: int, facts: Facts) -> bool:
    """Whether the word after a figure scales it. One that is a unit too ("m") does so only tight at the figure, and
    before a counted thing, a currency, or after a currency sign."""
    token = tokens[at]
    if len(token.norm) > 2:
        return True
    if not token.tight and len(token.norm) == 1:
        return False
    if token.norm not in facts.units:
        return True
    if at >= 2 and tokens[at - 2].text.upper() in facts.currency_signs:
        return True
    follows = tokens[at + 1] if at + 1 < len(tokens) else None
    return follows is not None and (
        follows.norm in facts.currencies or any(follows.norm.endswith(ending) for ending in facts.plural_endings)
    )
