"""The second level of comparing: contractions written out, spellings brought together, figures as numbers.

Equal folded units are the same word in another dress, so that the difference is minor at most; `key` also folds
inflection, to tell what a retelling kept.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from retold.annotate.forms import fold_word, make_key
from retold.languages import Language
from retold.model import Span
from retold.trace.wordings import Token, say_words


class Unit(Struct, frozen=True):
    """A folded word. `word`: small letters, one spelling. `key`: its stem, or "#" and its value for a figure.

    `at` is the index of its (first) token. `is_content`: neither function word, auxiliary nor punctuation.
    `written`: as the article has it; of a contraction the first unit has all of it ("can't"), the second nothing.
    """

    word: str
    key: str
    span: Span
    at: int
    sentence: int
    number: Decimal | None = None
    is_content: bool = False
    is_name: bool = False
    is_capital: bool = False
    is_after_break: bool = False
    written: str = ""


def say_units(units: Sequence[Unit], most: int = 8) -> str:
    """The units as the article writes them, for a reader; of more than `most` only the first."""
    words = [u.written for u in units if u.written]
    return say_words(words[:most]) + (" …" if len(words) > most else "")


def fold_tokens(tokens: Sequence[Token], language: Language) -> tuple[Unit, ...]:
    """Tokens as folded units. Linear.

    >>> from retold.languages import load_language
    >>> from retold.trace.wordings import find_tokens
    >>> en, text = load_language("en"), "We can't pay forty-six per cent of $7.2bn"
    >>> [u.key for u in fold_tokens(find_tokens(text, (Span(0, len(text)),), en), en)]
    ['we', 'can', 'not', 'pay', '#46', '%', 'of', '$', '#7200000000']
    """
    pieces = _expand(tokens, language)
    units: list[Unit] = []
    i = 0
    while i < len(pieces):
        value, used = _read_number(pieces, i, tokens, language)
        at, word = pieces[i]
        token, last = tokens[at], tokens[pieces[i + used - 1][0]]
        is_rest = i > 0 and pieces[i - 1][0] == at
        span = Span(token.span.start, last.span.end)
        if value is not None:
            key = f"#{_plain(value)}"
            units.append(Unit(word if used == 1 else key, key, span, at, token.sentence, value, True, False,
                              token.is_capital, token.is_after_break, _write(tokens, at, last)))  # fmt: skip
        else:
            pair = f"{word} {pieces[i + 1][1]}" if i + 1 < len(pieces) else ""
            if pair in language.changes.same:
                word, used = language.changes.same[pair].split()[0], 2
            word = fold_word(word, language)
            data = language.changes
            is_plain = word in data.function or word in data.auxiliaries or word in data.negations
            starts = i == 0 or tokens[pieces[i - 1][0]].sentence != token.sentence
            is_name = token.is_capital and not starts and word not in ("i",) and not is_plain
            units.append(Unit(word, make_key(word, language), span, at, token.sentence, None,
                              not is_plain and word != "'s", is_name,
                              token.is_capital, token.is_after_break,
                              "" if is_rest else _write(tokens, at, last)))  # fmt: skip
        i += used
    return tuple(units)


def _write(tokens: Sequence[Token], at: int, last: Token) -> str:
    words = []
    for token in tokens[at:]:
        words.append(token.written)
        if token is last:
            break
    return say_words(words)


def cut_units(units: Sequence[Unit], start: int, stop: int) -> Sequence[Unit]:
    """The units of the tokens `[start, stop)`. O(log n)."""
    return units[bisect_left(units, start, key=_at) : bisect_left(units, stop, key=_at)]


def _at(unit: Unit) -> int:
    return unit.at


def _expand(tokens: Sequence[Token], language: Language) -> list[tuple[int, str]]:
    """(token index, word) with contractions written out."""
    data = language.changes
    pieces: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        word = token.norm.casefold() if token.norm.isupper() and len(token.norm) == 1 else token.norm
        if word == "'s" and at and tokens[at - 1].norm in data.is_hosts:
            word = "is"
        if word in data.contracted:
            pieces.extend((at, part) for part in data.contracted[word].split())
            continue
        for ending, full in data.contractions:
            if word.endswith(ending) and len(word) > len(ending):
                pieces.extend([(at, word.removesuffix(ending)), (at, full)])
                break
        else:
            pieces.append((at, word))
    return pieces


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_digits(word: str, groups: Sequence[str] = ()) -> Decimal | None:
    if not word[:1].isdigit():
        return None
    if "." in groups and re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", word):
        word = word.replace(".", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word):
        word = word.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", word):
        word = word.replace(",", ".")
    try:
        return Decimal(word)
    except InvalidOperation:
        return None


def _read_number(
    pieces: list[tuple[int, str]], i: int, tokens: Sequence[Token], language: Language
) -> tuple[Decimal | None, int]:
    """The figure that begins at piece `i` and how many pieces it takes: 31, thirty-one, 12.5 billion, two hundred."""
    facts = language.facts
    word = pieces[i][1]
    value = _read_digits(word, facts.groups)
    used = 1
    while value is not None and _goes_on(pieces, i, used, tokens, language):
        value, used = value * 1000 + int(pieces[i + used][1]), used + 1
    if value is None:
        if word in facts.fractions:
            return _read_fraction(pieces, i, language)
        if word in facts.number_articles and i + 1 < len(pieces) and pieces[i + 1][1] in facts.magnitudes:
            if len(pieces[i + 1][1]) < 3:
                return None, 1
            value = Decimal(1)
        elif word in facts.numbers:
            value = Decimal(facts.numbers[word])
        else:
            return None, 1
    total = Decimal(0)
    while i + used < len(pieces):
        at, word = pieces[i + used]
        if tokens[at].is_after_break and word not in facts.magnitudes:
            break
        if word in facts.magnitudes:
            # "3.4m" is millions where the letter touches the figure; "17 m" is a length
            if len(word) == 1 and tokens[at].span.start != tokens[pieces[i + used - 1][0]].span.end:
                break
            value *= facts.magnitudes[word]
            if facts.magnitudes[word] >= 1000:
                total, value = total + value, Decimal(0)
        elif word == "and" and i + used + 1 < len(pieces) and pieces[i + used + 1][1] in facts.numbers and _is_hundreds(
            total + value
        ):  # fmt: skip
            value += facts.numbers[pieces[i + used + 1][1]]
            used += 1
        elif word in facts.numbers and _joins(value, total, facts.numbers[word]):
            value += facts.numbers[word]
        else:
            break
        used += 1
    return total + value, used


def _goes_on(pieces: list[tuple[int, str]], i: int, used: int, tokens: Sequence[Token], language: Language) -> bool:
    """Whether three more digits follow a figure written with blanks between its thousands: 1 250 000."""
    if i + used >= len(pieces) or not any(group.isspace() for group in language.facts.groups):
        return False
    (at, word), (_, first), (before, last) = pieces[i + used], pieces[i], pieces[i + used - 1]
    if not (re.fullmatch(r"\d{3}", word) and re.fullmatch(r"\d{1,3}", first) and (used == 1 or len(last) == 3)):
        return False
    return tokens[at].span.start == tokens[before].span.end + 1 and first != "0"


def _read_fraction(pieces: list[tuple[int, str]], i: int, language: Language) -> tuple[Decimal | None, int]:
    """ "Half a million", "quarter of a million": a fraction of a multiplier is a figure."""
    facts = language.facts
    k = i + 1
    while k < len(pieces) and (pieces[k][1] in facts.number_articles or pieces[k][1] in facts.fraction_after):
        k += 1
    if k == i + 1 or k >= len(pieces) or facts.magnitudes.get(pieces[k][1], 0) < 12 or len(pieces[k][1]) < 3:
        return None, 1
    share = Decimal(str(facts.fractions[pieces[i][1]])) / 100  # listed in percent
    return share * facts.magnitudes[pieces[k][1]], k + 1 - i


def _is_hundreds(value: Decimal) -> bool:
    return value >= 100 and value % 100 == 0


def _joins(value: Decimal, total: Decimal, more: int) -> bool:
    """Whether a number word goes on with the figure: twenty + one, (two) hundred + five, (two thousand) + six."""
    if value == 0:
        return total > 0
    if value >= 100:
        return value % 100 == 0 and more < 100
    return value >= 20 and value % 10 == 0 and 0 < more < 10
