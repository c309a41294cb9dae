"""The forms of one word: spellings brought together, and what its inflections share."""

import re
from functools import cache, lru_cache

from retold.annotate.words import stem_word
from retold.languages import Language, load_language


@lru_cache(maxsize=64)
def _spelling_rules(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


@lru_cache(maxsize=65536)
def _respell(word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    if len(word) < 4:
        return word
    for pattern, replacement in _spelling_rules(pairs):
        word = pattern.sub(replacement, word)
    return word


@lru_cache(maxsize=16)
def _lemmas(groups: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {form: group[0] for group in groups for form in group}


@cache
def _calendar_forms(code: str) -> dict[str, str]:
    """ "sept" → "september": how months and weekdays are shortened."""
    facts = load_language(code).facts
    return {form: forms[0] for forms in (*facts.months, *facts.weekdays) for form in forms}


def fold_word(word: str, language: Language) -> str:
    """One spelling of a word: British and American, abbreviations of units.

    >>> from retold.languages import load_language
    >>> fold_word("organised", load_language("en")) == fold_word("organized", load_language("en"))
    True
    """
    data = language.changes
    word = _calendar_forms(language.code).get(word, data.same.get(word, word))
    return data.same.get(_respell(word, data.spellings), _respell(word, data.spellings))


def make_key(word: str, language: Language) -> str:
    """What the forms of one word share: its lemma where it is irregular, else a light stem.

    A doubled consonant left by the stemmer is undone ("stopped").
    """
    lemma = _lemmas(language.changes.irregular).get(word, word)
    stem = stem_word(lemma, language)
    while (shorter := stem_word(stem, language)) != stem:  # "answered" and "answer" end in the same stem
        stem = shorter
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "aeiou" else stem
