"""One mention at a time: whether a date, a share, an amount, a score or a count begins at a token, and what it says."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import structs

from retold.annotate.dates import DateGrammar, read_date, read_year
from retold.annotate.numbers import Phrases, Quantity, Token, format_number, read_number
from retold.annotate.words import stem_word
from retold.languages.language import Facts, Language
from retold.model import FactKind, FactMention, Published, Span

_CUE_REACH = 10  # tokens from a score to the word that says it is one
_NOUN_REACH = 4  # tokens from a figure to the noun it counts


class FactGrammar:
    """The lists of one language, ready to be looked up."""

    def __init__(self, language: Language) -> None:
        facts = language.facts
        self.language = language
        self.facts: Facts = facts
        self.dates = DateGrammar(facts, language.words.stop)
        self.units = Phrases(facts.units.items(), facts)
        self.currencies = Phrases(facts.currencies.items(), facts)
        self.percent = Phrases(
            [*((p, "%") for p in facts.percent), *((p, "point") for p in facts.percent_points)], facts
        )
        self.signals = Phrases(
            [
                *((p, "about") for p in facts.about),
                *((p, "at_least") for p in facts.at_least),
                *((p, "at_most") for p in facts.at_most),
            ],
            facts,
        )
        self.name_heads = Phrases(((p, True) for p in facts.name_heads), facts)
        self.ages = Phrases(((p, True) for p in (*facts.age_before, *facts.age_after)), facts)
        self.starters = frozenset(
            {*facts.numbers, *facts.number_articles, *facts.fractions, *facts.ordinals, *facts.seasons, *facts.hours}
            | {*facts.range_before, *(sign.casefold() for sign in facts.currency_signs)}
            | {*self.dates.months, *self.dates.weekdays, *(phrase.split()[0] for phrase in facts.relative)}
        )
        """The words, besides figures, that a mention can begin with."""
        self.photo = Phrases(((p, True) for p in facts.photo), facts)
        self.publication = Phrases(((p, True) for p in facts.publication), facts)


_GRAMMARS: dict[str, tuple[Language, FactGrammar]] = {}


def fact_grammar(language: Language) -> FactGrammar:
    """The grammar of `language`, made once for each language file."""
    held = _GRAMMARS.get(language.code)
    if held is None or held[0] is not language:
        held = _GRAMMARS[language.code] = (language, FactGrammar(language))
    return held[1]


def _make(
    kind: FactKind, value: str, tokens: Sequence[Token], start: int, end: int, unit: str | None = None
) -> tuple[int, FactMention]:
    return end, FactMention(kind, Span(tokens[start].start, tokens[end - 1].end), value, unit=unit)


def read_mention(
    tokens: Sequence[Token], at: int, grammar: FactGrammar, published: Published | None, is_headline: bool
) -> tuple[int, FactMention | None]:
    """The mention that begins at token `at` and the token to go on from."""
    facts = grammar.facts
    token = tokens[at]
    is_figure = token.value is not None
    dated = read_date(tokens, at, grammar.dates, published)
    if dated is not None:
        end, mention = _make(
            "time" if dated.kind == "time" else "date", dated.value, tokens, at, dated.end, dated.written
        )
        return end, structs.replace(mention, precision=dated.precision)
    if token.text.isdigit() and len(token.text) > 15:
        return at + 1, None
    if is_figure:
        year = read_year(tokens, at, grammar.dates)
        skip = _identifier_end(tokens, at, grammar, is_headline)
        if skip and (year is None or skip > year.end):
            return skip, None
        if year is not None and not _is_signalled(tokens, at, grammar):
            end, mention = _make("date", year.value, tokens, at, year.end)
            return end, structs.replace(mention, precision=year.precision)
    share = _read_fraction(tokens, at, grammar)
    if share is not None:
        return share
    if token.norm in facts.range_before:
        return _read_between(tokens, at, grammar)
    signed = token.text.upper() in facts.currency_signs
    if signed and (at + 1 >= len(tokens) or tokens[at + 1].value is None):
        return at + 1, None
    start = at + 1 if signed else at
    number = read_number(tokens, start, facts)
    if number is None:
        return at + 1, None
    if token.norm in facts.one and number.value == 1 and at and tokens[at - 1].norm in facts.one_not_before:
        return number.end, None
    return _read_figure(tokens, at, start, number, grammar)


def _is_plural(token: Token, facts: Facts) -> bool:
    return any(token.norm.endswith(ending) for ending in facts.plural_endings)


def _is_signalled(tokens: Sequence[Token], at: int, grammar: FactGrammar) -> bool:
    return grammar.signals.match_before(tokens, at) is not None


def _identifier_end(tokens: Sequence[Token], at: int, grammar: FactGrammar, is_headline: bool) -> int:
    """Where a figure that is no amount ends (telephone numbers, "9/11", "3rd", part of a name); 0 for an amount."""
    facts = grammar.facts
    token = tokens[at]
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if (
        after is not None
        and after.tight
        and (after.norm in facts.ordinal_suffixes or after.norm in facts.decade_suffixes)
    ):
        return at + 2
    if after is not None and after.tight and after.norm in ("/", ":") and at + 2 < len(tokens):
        beyond = tokens[at + 2]
        if beyond.tight and beyond.value is not None and len(token.text) <= 2:
            return at + 3
    end, parts, zeros = at + 1, 1, token.text.startswith("0") and token.text.isdigit() and len(token.text) > 1
    while end < len(tokens):
        joint = end + 1 if tokens[end].norm == "-" and tokens[end].tight else end
        if joint >= len(tokens) or tokens[joint].value is None or (joint > end and not tokens[joint].tight):
            break
        zeros = zeros or (tokens[joint].text.startswith("0") and len(tokens[joint].text) > 2)
        end, parts = joint + 1, parts + 1
    if zeros or parts >= 3:
        return end
    if at == 0:
        return 0
    before = tokens[at - 1]
    if before.norm == "+" and token.tight:
        return end
    if before.norm == "-" and before.tight and token.tight and at >= 2:
        word = tokens[at - 2]
        is_name = word.text[0].isalpha() and word.norm not in facts.year_before and word.norm not in facts.numbers
        return at + 1 if is_name else 0
    counts = after is not None and (
        _is_plural(after, facts)
        or after.norm in facts.magnitudes
        or after.norm in facts.units
        or after.norm in facts.percent
        or after.norm in facts.currencies
    )
    if counts or not token.text.isdigit() or (after is not None and after.norm == "-"):
        return 0
    if grammar.name_heads.match_before(tokens, at) is not None:
        return at + 1
    is_capital = before.text[0].isupper() and len(before.text) > 1 and at > 1 and not is_headline
    in_lists = before.norm in grammar.dates.months or before.norm in grammar.dates.weekdays
    in_lists = in_lists or before.text.upper() in facts.currency_signs or before.norm in facts.year_before
    return at + 1 if is_capital and not in_lists else 0


def _read_fraction(tokens: Sequence[Token], at: int, grammar: FactGrammar) -> tuple[int, FactMention] | None:
    """Reads "half of", "a third of", "two-thirds of": a share, and never an exact one."""
    facts = grammar.facts
    times, end = Decimal(1), at
    if tokens[at].norm in facts.numbers:
        times = Decimal(facts.numbers[tokens[at].norm])
        end = at + 1
        if end < len(tokens) and tokens[end].norm == "-":
            end += 1
    elif at and tokens[at - 1].norm in facts.fraction_not_before:
        return None
    if end + 1 >= len(tokens) or tokens[end].norm not in facts.fractions or not 0 < times < 10:
        return None
    if tokens[end + 1].norm not in facts.fraction_after:
        return None
    if end == at and at and tokens[at - 1].norm not in facts.number_articles and facts.fractions[tokens[at].norm] != 50:
        return None  # "the third of", "a tenth" only with its article
    value = times * Decimal(str(facts.fractions[tokens[end].norm]))
    done, mention = _make("percent", format_number(Decimal(round(value))), tokens, at, end + 1, "%")
    return done, structs.replace(mention, is_rounded=True)


def _read_between(tokens: Sequence[Token], at: int, grammar: FactGrammar) -> tuple[int, FactMention | None]:
    """Reads "between 15C and 30C": one range."""
    first = at + 1
    if first < len(tokens) and tokens[first].text.upper() in grammar.facts.currency_signs:
        first += 1
    low = read_number(tokens, first, grammar.facts) if first < len(tokens) else None
    if low is None or read_date(tokens, first, grammar.dates, None) or read_year(tokens, first, grammar.dates):
        return at + 1, None
    end, _, _ = _read_unit(tokens, low.end, low, grammar, look_ahead=False)
    if end >= len(tokens) or tokens[end].norm not in grammar.facts.range_and:
        return at + 1, None
    second = end + 1
    start = at + 1
    if second < len(tokens) and tokens[second].text.upper() in grammar.facts.currency_signs:
        second += 1
    high = read_number(tokens, second, grammar.facts) if second < len(tokens) else None
    if high is None:
        return at + 1, None
    sign = tokens[start].text.upper() if first > start else None
    return _finish(tokens, start, low, high, grammar, sign)


def _read_unit(
    tokens: Sequence[Token], end: int, number: Quantity, grammar: FactGrammar, look_ahead: bool = True
) -> tuple[int, FactKind, str | None]:
    """What is counted after the figure: where the mention ends, its kind, and the unit."""
    facts, stop = grammar.facts, grammar.language.words.stop
    percent = grammar.percent.match(tokens, end)
    if percent is not None:
        return percent[0], "percent", percent[1]
    money = grammar.currencies.match(tokens, end)
    if money is not None:
        return money[0], "money", money[1]
    if end < len(tokens) and tokens[end].text.upper() in facts.currency_signs:
        return end + 1, "money", facts.currency_signs[tokens[end].text.upper()]
    hyphen = end + 1 if end < len(tokens) and tokens[end].norm == "-" and tokens[end].tight else end
    unit = grammar.units.match(tokens, hyphen)
    if unit is not None and (len(tokens[hyphen].norm) > 1 or tokens[hyphen].tight or tokens[hyphen].text == "°"):
        return unit[0], "number", unit[1]
    if hyphen > end and hyphen < len(tokens) and tokens[hyphen].tight and tokens[hyphen].text[0].isalpha():
        return hyphen + 1, "number", stem_word(tokens[hyphen].norm, grammar.language)
    if not look_ahead:
        return end, "number", None
    noun = end
    if number.value == 1 and number.in_words:
        thing = tokens[end] if end < len(tokens) else None
        if thing is None or not thing.text.islower() or thing.norm in stop or _is_plural(thing, facts):
            return end, "number", None
        return end + 1, "number", facts.units.get(thing.norm) or stem_word(thing.norm, grammar.language)
    if end < len(tokens) and tokens[end].norm in facts.fraction_after:  # "three of the guests"
        noun += 1
        while noun < len(tokens) and noun < end + 3 and tokens[noun].norm in stop:
            noun += 1
    for i in range(noun, min(len(tokens), noun + _NOUN_REACH)):
        token = tokens[i]
        if not token.text[0].isalpha() or token.norm in stop:
            break
        if _is_plural(token, facts) or not facts.plural_endings:
            name = facts.units.get(token.norm) or stem_word(token.norm, grammar.language)
            return (i + 1 if i == end else end), "number", name
    return end, "number", None


def _read_figure(
    tokens: Sequence[Token], at: int, start: int, number: Quantity, grammar: FactGrammar
) -> tuple[int, FactMention | None]:
    """A figure with what follows it: a range, a score, an amount, a share, an age, a count."""
    facts = grammar.facts
    sign = tokens[at].text.upper() if start > at else None
    end = number.end
    joint = tokens[end].norm if end < len(tokens) else ""
    second = end + 1
    if second < len(tokens) and sign is not None and tokens[second].text.upper() == sign:
        second += 1
    other = read_number(tokens, second, facts) if joint and second < len(tokens) else None
    if other is not None and tokens[second].text not in facts.one:
        if joint == "-" and tokens[end].tight and tokens[end + 1].tight:
            return _finish(tokens, at, number, other, grammar, sign, can_score=True)
        in_score = _has_score_word(tokens, at, other.end, grammar)
        changes = at > 0 and tokens[at - 1].norm in facts.change_before
        if joint in facts.score_joiners and in_score and not changes and not number.in_words:
            return _finish(tokens, at, number, other, grammar, sign, can_score=True)
        if joint in facts.range_to and not changes and number.value < other.value:
            dated = read_date(tokens, second, grammar.dates, None) or read_year(tokens, second, grammar.dates)
            if dated is None:
                return _finish(tokens, at, number, other, grammar, sign)
    if joint in facts.score_words and end + 2 < len(tokens) and tokens[end + 1].norm in facts.score_joiners:
        other = read_number(tokens, end + 2, facts)  # "64 votes to 33"
        if other is not None:
            value = f"{format_number(number.value)}-{format_number(other.value)}"
            return _make("score", value, tokens, at, other.end)
    return _finish(tokens, at, number, None, grammar, sign)


def _has_score_word(tokens: Sequence[Token], start: int, end: int, grammar: FactGrammar) -> bool:
    near = (*tokens[max(0, start - _CUE_REACH) : start], *tokens[end : end + 4])
    return any(token.norm in grammar.facts.score_words for token in near)


def _finish(
    tokens: Sequence[Token],
    at: int,
    number: Quantity,
    other: Quantity | None,
    grammar: FactGrammar,
    sign: str | None,
    can_score: bool = False,
) -> tuple[int, FactMention | None]:
    """The mention of one figure, or of two that make a range or score."""
    facts = grammar.facts
    last = other or number
    end, kind, unit = _read_unit(tokens, last.end, last, grammar)
    if sign is not None:
        kind, unit, end = "money", facts.currency_signs[sign], last.end
    low = number.value
    if other is not None:
        whole = low == int(low) and other.value == int(other.value) and not number.scaled and not other.scaled
        bare = kind == "number" and (unit is None or end == last.end)
        in_score = _has_score_word(tokens, at, last.end, grammar)
        is_score = (in_score and end == last.end) or (bare and low > other.value)  # a range rises
        if can_score and whole and is_score and sign is None and kind == "number":
            value = f"{format_number(low)}-{format_number(other.value)}"
            return _make("score", value, tokens, at, other.end)
        if other.scaled and not number.scaled and low < other.value:  # "5-7 million"
            scaled = low * _scale_of(tokens, other, facts)
            low = scaled if scaled <= other.value else low
        value = f"{format_number(low)}..{format_number(other.value)}"
    else:
        value = format_number(low)
    if number.value == 1 and other is None and number.in_words and unit is None:
        return end, None  # "one" alone is a pronoun
    if kind == "number" and _is_age(tokens, at, end, unit, grammar):
        unit = "age"
    if kind == "money":
        value = f"{unit} {value}"
    done, mention = _make(kind, value, tokens, at, end, unit)
    signal = grammar.signals.match_before(tokens, at)
    after = grammar.signals.match(tokens, last.end)
    rounded = (
        number.is_rounded
        or signal is not None
        or (after is not None and after[1] == "about" and after[0] > last.end + 1)
    )
    bound = signal[1] if signal is not None else None
    mention = structs.replace(mention, is_rounded=rounded)
    if bound == "at_least":
        mention = structs.replace(mention, bound="at_least")
    elif bound == "at_most":
        mention = structs.replace(mention, bound="at_most")
    return done, mention


def _scale_of(tokens: Sequence[Token], number: Quantity, facts: Facts) -> Decimal:
    """The magnitude words at the end of a number, multiplied."""
    scale, i = Decimal(1), number.end - 1
    while i >= 0 and tokens[i].norm in facts.magnitudes:
        scale *= facts.magnitudes[tokens[i].norm]
        i -= 1
    return scale


def _is_age(tokens: Sequence[Token], at: int, end: int, unit: str | None, grammar: FactGrammar) -> bool:
    """Whether the figure is somebody's age: "Tom Orde, 68, who …", "aged 68", "a 68-year-old"."""
    if unit == "year":
        return grammar.ages.match(tokens, end) is not None
    if unit is not None:
        return False
    if grammar.ages.match_before(tokens, at) is not None:
        return True
    if at < 2 or end != at + 1 or tokens[at - 1].norm not in (",", "(") or not tokens[at].text.isdigit():
        return False
    closes = end >= len(tokens) or tokens[end].norm in (",", ".", ")", ";")
    return closes and tokens[at - 2].text[0].isupper() and int(tokens[at].text) < 120
