"""What an article is about, as weighted terms: words of the title and lead, names, numbers, and long runs of words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import blake2b

from msgspec import Struct

from retold.annotate.outlets import normalise_outlet
from retold.annotate.words import Word, find_words, stem_word
from retold.languages import Language, choose_language
from retold.model import AnnotatedArticle, Sentence, Span

RUN_WORDS = 7
"""So many words in a row that two articles share are copied from one text, not formed twice by chance."""
LEAD_SENTENCES = 3
"""The first sentences of a report say what happened; those after it, the background."""
SHOUTED_CHARS = 4
COMMON_SHARE = 0.3
"""A content word that any report may use is worth this share of another."""

_CYRILLIC = dict(zip("абвгґдеёєжзиіїклмнопрстуфхцчшщыэюя", "abvhhdeeezziiiklmnoprstufhssssieua", strict=True))
_FOLDS = str.maketrans({"c": "k", "q": "k", "g": "h", "w": "v", "x": "k", "j": "z", "y": "i"})
_VOWELS = frozenset("aeiouäöüåøæéèáíóúýâêîôûàìòù")


class Profile(Struct, frozen=True):
    """One article, ready to be compared.

    `words`, `names`: term → its weight by place and repetition. `frequent`: those words that many reports have.
    `title`, `lead`: the terms of the first lines. `runs`: hashes of every run of `RUN_WORDS` words. `keys`: names
    in a form that survives transliteration. `cites`: the outlets it cites, normalised as `outlet` is.
    `day`: the day of publication, counted. `months`, `weekdays`: those that the text names, from 0. `dates`: those of
    its first lines, the month times 100 and the day.
    """

    id: str
    sha256: str
    language: str | None
    outlet: str | None
    words: dict[str, float]
    names: dict[str, float]
    numbers: frozenset[str]
    frequent: frozenset[str]
    title: frozenset[str]
    lead: frozenset[str]
    runs: frozenset[int]
    keys: frozenset[str]
    cites: frozenset[str]
    day: int | None
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()


@cache
def _stem_frequent(code: str | None) -> frozenset[str]:
    language = choose_language(code)
    return frozenset(_stem(word, language) for word in language.stories.frequent)


@cache
def _number_dates(code: str | None) -> tuple[dict[str, int], dict[str, int]]:
    """The forms of the months and of the weekdays, numbered."""
    facts = choose_language(code).facts
    months, weekdays = (
        {form: n for n, forms in enumerate(rows) for form in forms} for rows in (facts.months, facts.weekdays)
    )
    return months, weekdays


def _stem(norm: str, language: Language) -> str:
    """What a word is counted under: without its ending, or where no endings are known by its first characters.

    A longer word in capitals is a name shouted in a dateline, or an acronym that others write as a name ("Nato").
    """
    if len(norm) >= SHOUTED_CHARS and norm.isupper():
        norm = norm.casefold()
    stem = stem_word(norm, language)
    return stem[: language.stories.stem_chars] if language.stories.stem_chars else stem


def make_profile(annotated: AnnotatedArticle) -> Profile:
    """Reads off an article what its story is told by. Linear in its text.

    Names are the words that stand capitalised inside a sentence and never in small letters; a title, where every word
    may be capitalised, shows none. Articles without sentences are read whole.
    """
    article = annotated.article
    language = choose_language(article.language)
    sentences = annotated.sentences or (Sentence(Span(0, len(article.text)), "body", 0),)
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    capital: Counter[str] = Counter()
    small: set[str] = set()
    numbers: set[str] = set()
    title: set[str] = set()
    lead: set[str] = set()
    runs: set[int] = set()
    keys: dict[str, set[str]] = {}
    months: set[int] = set()
    weekdays: set[int] = set()
    dates: set[int] = set()
    month_of, weekday_of = _number_dates(article.language)
    body = 0
    has_title = any(s.role == "title" for s in sentences)
    if article.title and not has_title:
        for word in find_words(article.title):
            _count(word, language, 3.0, counts, weights, title, numbers)
    for sentence in sentences:
        words = find_words(article.text, sentence.span)
        is_title = sentence.role == "title"
        in_lead = not is_title and sentence.role == "body" and body < LEAD_SENTENCES
        body += sentence.role == "body"
        weight = 3.0 if is_title else 2.0 if in_lead else 1.0
        into = title if is_title else lead if in_lead else None
        for i, word in enumerate(words):
            stem = _count(word, language, weight, counts, weights, into, numbers)
            first = article.text[word.span.start]
            if stem is None and (first.isupper() or not language.facts.are_dates_capitalised):
                folded = word.norm.casefold()
                if folded in month_of:
                    months.add(month_of[folded])
                if folded in weekday_of:
                    weekdays.add(weekday_of[folded])
            if stem is None or is_title or sentence.role == "heading":
                continue
            if first.islower():
                small.add(stem)
            elif first.isupper() and (i > 0 or word.norm.isupper()) and _stands_inside(article.text, word.span):
                capital[stem] += 1
                keys.setdefault(stem, set()).add(make_key(word.norm))
        norms = [word.norm for word in words]
        if into is not None:
            dates |= _find_dates(norms, month_of)
        for i in range(len(norms) - RUN_WORDS + 1):
            digest = blake2b(" ".join(norms[i : i + RUN_WORDS]).encode(), digest_size=8)
            runs.add(int.from_bytes(digest.digest(), "big"))
    names = {stem: weights[stem] for stem in sorted(capital) if stem not in small}
    found = frozenset(key for stem in names for key in keys[stem] if len(key) >= 3)
    return Profile(
        article.id,
        article.sha256,
        article.language,
        normalise_outlet(article.outlet) if article.outlet else None,
        {stem: weights[stem] for stem in sorted(weights) if stem not in names},
        names,
        frozenset(numbers),
        frozenset(stem for stem in weights if stem in _stem_frequent(article.language)),
        frozenset(title),
        frozenset(lead),
        frozenset(runs),
        found,
        frozenset(normalise_outlet(citation.outlet) for citation in article.citations),
        _find_day(annotated),
        frozenset(months),
        frozenset(weekdays),
        frozenset(dates),
    )


def make_key(name: str) -> str:
    """The consonants of a name, the same for its transliterations and most of its inflected forms.

    >>> make_key("Birkeland"), make_key("Біркеланд")
    ('brklnd', 'brklnd')
    """
    latin = "".join(_CYRILLIC.get(char, char) for char in name.casefold())
    latin = latin.replace("kh", "h").replace("ch", "s").replace("sh", "s").replace("zh", "z").replace("ts", "s")
    latin = latin.replace("ph", "f").replace("th", "t").replace("ck", "k").translate(_FOLDS)
    kept: list[str] = []
    for char in latin:
        if char.isalpha() and char not in _VOWELS and (not kept or kept[-1] != char):
            kept.append(char)
    return "".join(kept)


def _stands_inside(text: str, span: Span) -> bool:
    """Whether a word follows another, not a stop or an opening mark: its capital is its own."""
    before = text[max(0, span.start - 2) : span.start]
    return bool(before) and (before[-1] in " -’'" and before[0] not in '.!?:…"“«„”\n')


def _count(
    word: Word,
    language: Language,
    weight: float,
    counts: Counter[str],
    weights: dict[str, float],
    into: set[str] | None,
    numbers: set[str],
) -> str | None:
    """Adds one word. A word in a row of mentions adds less and less: the square root of its count is what it weighs."""
    norm = word.norm
    if norm[0].isdigit():
        value = _fold_number(norm)
        if value is not None:
            numbers.add(value)
        return None
    folded = norm.casefold()
    least = language.stories.least_chars
    if not norm[0].isalpha() or norm in language.words.stop or len(norm) < least or folded in language.zones.date_words:
        return None
    if folded in language.relate.common:
        weight *= COMMON_SHARE
    stem = _stem(norm, language)
    counts[stem] += 1
    weights[stem] = max(weights.get(stem, 0.0), weight) + (0.3 if counts[stem] in (2, 3, 4) else 0.0)
    if into is not None:
        into.add(stem)
    return stem


def _fold_number(norm: str) -> str | None:
    """A number as digits, 1,900 and 1900 alike. Single digits tell nothing."""
    if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+", norm):
        norm = norm.replace(",", "").replace(".", "")
    norm = norm.replace(",", ".")
    return norm if len(norm) > 1 else None


def _find_dates(norms: Sequence[str], month_of: Mapping[str, int]) -> set[int]:
    """Days of the month, named before or after it ("8 June", "June 8th")."""
    found: set[int] = set()
    for at, norm in enumerate(norms):
        month = month_of.get(norm.casefold())
        for near in norms[max(0, at - 1) : at + 2] if month is not None else ():
            digits = re.match(r"\d{1,2}(?!\d)", near)
            if month is not None and digits and 1 <= int(digits[0]) <= 31:
                found.add(month * 100 + int(digits[0]))
    return found


def _find_day(annotated: AnnotatedArticle) -> int | None:
    published = annotated.article.published
    if published is None or published.precision not in ("day", "minute"):
        return None
    try:
        return datetime.fromisoformat(published.value[:10]).toordinal()
    except ValueError:
        return None
