"""The dates, times and figures of an article, each with its span, normal form and role.

Typed extraction over the language's lists (`[facts]` in its file) and two small grammars, `numbers` and `dates`; no
general finder of dates or quantities, because on news those read months into names and lose units.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import structs

from retold.annotate.dates import DateGrammar, read_date, read_year
from retold.annotate.numbers import Phrases, Quantity, Token, find_tokens, format_number, read_number
from retold.annotate.words import stem_word
from retold.languages.language import Facts, Language
from retold.model import Article, FactKind, FactMention, FactRole, Published, Sentence, Span

_MARKED = re.compile(r"[“„«][^“”„«»\n]{1,3000}[”»“]|\"[^\"\n]{1,3000}\"|‘[^‘\n]{1,3000}?’(?!\w)")
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
        self.ages = Phrases(((p, True) for p in facts.age_before), facts)
        self.photo = Phrases(((p, True) for p in facts.photo), facts)
        self.publication = Phrases(((p, True) for p in facts.publication), facts)


_GRAMMARS: dict[str, tuple[Language, FactGrammar]] = {}


def fact_grammar(language: Language) -> FactGrammar:
    """The grammar of `language`, made once for each language file."""
    held = _GRAMMARS.get(language.code)
    if held is None or held[0] is not language:
        held = _GRAMMARS[language.code] = (language, FactGrammar(language))
    return held[1]


def find_facts(article: Article, sentences: Sequence[Sentence], language: Language) -> tuple[FactMention, ...]:
    """The dates, times, numbers, amounts, shares and scores of `article`, in order, none overlapping another.

    In: the sentences of its title, headings and body; captions and bylines are looked at besides, for their dates.
    Out: spans in code points of `article.text`; a number's takes in the unit or the noun it counts where that is next.
    Weekday names and relative words are counted from `article.published` alone; without it they stay open
    (`weekday:monday`). Linear in the length of the text.

    >>> from retold.languages import load_language
    >>> text = "Some 30 patients were moved in March 2030."
    >>> article = Article("a1", text, "")
    >>> found = find_facts(article, [Sentence(Span(0, len(text)), "body", 0)], load_language("en"))
    >>> [(m.kind, m.value, m.unit, m.is_rounded) for m in found]
    [('number', '30', 'patient', True), ('date', '2030-03', None, False)]
    """
    grammar = fact_grammar(language)
    found: list[FactMention] = []
    marked = _marked_spans(article)
    for sentence in sentences:
        found += _find_in(article, sentence.span, grammar, sentence.role in ("title", "heading"), marked)
    for zone in article.zones:
        if zone.role in ("caption", "byline"):
            role: FactRole = "photo" if zone.role == "caption" else "publication"
            inside = _find_in(article, zone.span, grammar, False, ())
            found += [structs.replace(m, role=role) for m in inside if role == "photo" or m.kind in ("date", "time")]
    return tuple(sorted(found, key=lambda m: m.span))


def _marked_spans(article: Article) -> tuple[Span, ...]:
    """What stands in quotation marks: the quotations where they are known already, else whatever marks enclose."""
    known = [span for q in article.quotations if q.kind == "direct" for span in q.content]
    if article.quotations:
        return tuple(sorted(known))
    return tuple(Span(*m.span()) for m in _MARKED.finditer(article.text))


def _find_in(
    article: Article, span: Span, grammar: FactGrammar, is_headline: bool, marked: Sequence[Span]
) -> list[FactMention]:
    tokens = find_tokens(article.text, span, grammar.facts)
    inside = [m for m in marked if m.overlaps(span)]
    found: list[FactMention] = []
    at = 0
    while at < len(tokens):
        # Who is quoted speaks of the day of speaking, which nothing tells.
        spoken = any(m.start <= tokens[at].start < m.end for m in inside)
        end, mention = _read_at(tokens, at, grammar, None if spoken else article.published, is_headline)
        if mention is not None:
            role = _role_of(mention, tokens, at, grammar, inside)
            found.append(structs.replace(mention, role=role))
        at = max(end, at + 1)
    return found


def _role_of(
    mention: FactMention, tokens: Sequence[Token], at: int, grammar: FactGrammar, marked: Sequence[Span]
) -> FactRole:
    """Whose date it is: words inside marks speak of their own time; a photograph and a page have theirs."""
    if any(m.overlaps(mention.span) for m in marked):
        return "quotation"
    if mention.kind not in ("date", "time"):
        return "event"
    for i in range(max(0, at - 20), at):
        if grammar.photo.match(tokens, i) is not None and (i + 1 < len(tokens) and at - i <= 8):
            return "photo"
        if grammar.publication.match(tokens, i) is not None and at - i <= 4:
            return "publication"
        if tokens[i].norm in grammar.facts.writing and not any(m.start <= tokens[i].start < m.end for m in marked):
            return "writing"
    return "event"


def _make(
    kind: FactKind, value: str, tokens: Sequence[Token], start: int, end: int, unit: str | None = None
) -> tuple[int, FactMention]:
    return end, FactMention(kind, Span(tokens[start].start, tokens[end - 1].end), value, unit=unit)


def _read_at(
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
        skip = _identifier_end(tokens, at, grammar, is_headline)
        if skip:
            return skip, None
        year = read_year(tokens, at, grammar.dates)
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
    next_counts = after is not None and after.text.islower() and after.norm not in grammar.language.words.stop
    return at + 1 if is_capital and not in_lists and not next_counts else 0


def _read_fraction(tokens: Sequence[Token], at: int, grammar: FactGrammar) -> tuple[int, FactMention] | None:
    """ "half of", "a third of", "two-thirds of": a share, and never an exact one."""
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
    """ "between 20C and 45C": one range."""
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
    if end < len(tokens) and tokens[end].norm in facts.fraction_after:  # "three of the patients"
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
        other = read_number(tokens, end + 2, facts)  # "70 votes to 29"
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
        if (
            can_score
            and whole
            and (bare or in_score)
            and sign is None
            and kind == "number"
            and (low > other.value or in_score)
        ):
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
    if unit is None and kind == "number" and _is_age(tokens, at, end, grammar):
        unit = "year"
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


def _is_age(tokens: Sequence[Token], at: int, end: int, grammar: FactGrammar) -> bool:
    """ "Tom Hale, 71, who …", "aged 71"."""
    if grammar.ages.match_before(tokens, at) is not None:
        return True
    if at < 2 or end != at + 1 or tokens[at - 1].norm not in (",", "(") or not tokens[at].text.isdigit():
        return False
    closes = end >= len(tokens) or tokens[end].norm in (",", ".", ")", ";")
    return closes and tokens[at - 2].text[0].isupper() and int(tokens[at].text) < 120
