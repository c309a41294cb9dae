"""Which language a text is in, cheaply: stop words of the languages Retold knows decide before a model is loaded."""

import re
from collections import Counter
from functools import cache
from typing import Protocol

from retold.languages import known_languages, load_language

SAMPLE_CHARS = 8000
_LETTERS = re.compile(r"[^\W\d_]+")
_LEAST_LETTERS = 6  # below this a name or a number in words is as likely as a sentence
_LEAST_STOP_WORDS = 8
_LEAST_STOP_SHARE = 0.25  # English news has .40 to .53; a doubt costs a second of CPU, a wrong answer the article
_DOMINANCE = 2.0  # times as many stop words that no other known language has, as the next language has of its own
_LEAST_PROBABILITY = 0.5
_FOREIGN_SHARE = 0.01  # of its letters: names in the other language stand in any report
_LEAST_OWN_LETTERS = 120  # in so many letters one of a language's own is sure to come
# The languages news is written in that the detector tells apart well. Fewer candidates, fewer exotic answers for a
# short or mixed text.
_CANDIDATES = (
    *("ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi"),
    *("hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nl", "no", "pl", "pt", "ro", "ru"),
    *("sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "uz", "vi", "zh"),
)
_PRIMARY_SUBTAG = re.compile(r"([A-Za-z]{2})(?:[-_.@].*)?", re.DOTALL)


class Identifier(Protocol):
    """What tells the likeliest language of a text, and its probability."""

    def classify(self, instance: str) -> tuple[str, float]: ...


def fold_language(tag: str) -> str | None:
    """A language tag of metadata as ISO 639-1; None where it is none, so that the text itself is asked.

    >>> fold_language("en-GB"), fold_language("uk_UA"), fold_language("English")
    ('en', 'uk', None)
    """
    match = _PRIMARY_SUBTAG.fullmatch(tag.strip())
    return match[1].lower() if match else None


def detect_language(text: str, sample_chars: int = SAMPLE_CHARS, identifier: Identifier | None = None) -> str | None:
    """The language of `text` as ISO 639-1, from its first `sample_chars` characters; None where that is unclear.

    Stop words that only one of the known languages has decide where they clearly dominate (about 1 ms). py3langid
    (Lui and Baldwin 2012) is loaded for the rest only: its model costs about a second of CPU, once a process.
    `identifier` is asked in its place.

    >>> detect_language("The mayor said that the bridge would be closed, and that nobody had been hurt in it.")
    'en'
    """
    sample = text[:sample_chars]
    words = [word.casefold() for word in _LETTERS.findall(sample)]
    if sum(map(len, words)) < _LEAST_LETTERS:
        return None
    found = _detect_by_stop_words(words)
    if found is not None and _fits_letters(words, found):
        return found
    found = _detect_by_model(sample, identifier or load_identifier())
    return found if found not in known_languages() or _fits_letters(words, found) else None


def _fits_letters(words: list[str], code: str) -> bool:
    """Whether the letters of a text can be this language's: Bulgarian has no ы, Belarusian an ў."""
    data = load_language(code).words
    letters = "".join(words)
    foreign = sum(map(letters.count, frozenset(data.foreign_letters)))
    if foreign > _FOREIGN_SHARE * len(letters):
        return False
    return (
        not data.own_letters
        or len(letters) < _LEAST_OWN_LETTERS
        or any(letter in letters for letter in data.own_letters)
    )


def _detect_by_stop_words(words: list[str]) -> str | None:
    languages = _stop_words()
    counts = Counter(words)
    hits = dict.fromkeys(known_languages(), 0)
    found = [(codes, times) for word, times in counts.items() if (codes := languages.get(word))]
    for codes, times in found:
        if len(codes) == 1:
            hits[codes[0]] += times
    ranked = sorted(hits, key=lambda code: (-hits[code], code))
    best = ranked[0]
    rival = max((hits[code] for code in ranked[1:]), default=0)
    total = sum(times for codes, times in found if best in codes)
    if total < max(_LEAST_STOP_WORDS, _LEAST_STOP_SHARE * len(words)) or hits[best] < max(1, _DOMINANCE * rival):
        return None
    return best


@cache
def _stop_words() -> dict[str, tuple[str, ...]]:
    """Each stop word, and the languages that have it."""
    languages: dict[str, tuple[str, ...]] = {}
    for code in known_languages():
        for word in load_language(code).words.stop:
            languages[word] = (*languages.get(word, ()), code)
    return languages


def _detect_by_model(sample: str, identifier: Identifier) -> str | None:
    code, probability = identifier.classify(sample)
    return code if probability >= _LEAST_PROBABILITY else None


@cache
def load_identifier() -> Identifier:
    """py3langid with the languages that news is written in, loaded once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES)
    result: Identifier = identifier
    return result
