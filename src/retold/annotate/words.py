"""Words with their offsets, and the forms they are compared by. Every stage that compares wording uses these."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from retold.languages import Language
from retold.model import Span

_WORD = re.compile(
    r"""
    (?:[^\W\d_]\.){2,}              # U.S.  e.g.
  | \d+(?:[.,]\d+)*                 # 12.5  1,200
  | ['’]s\b                         # the possessive (or "is"): a word of its own, so that "country's" meets "country"
  | [^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*   # don't  O'Neill
  | [^\W_]+                         # F16, 3rd
  | [$€£¥₴₽%&]
    """,
    re.VERBOSE | re.UNICODE,
)


_MIXED = re.compile(r"(?=.*[a-zA-Z])(?=.*[а-яА-ЯіїєґІЇЄҐёЁ])")
_LOOKALIKES = str.maketrans("aAeEoOpPcCxXyiIKMHTBk", "аАеЕоОрРсСхХуіІКМНТВк")


_MIXED_LETTERS = re.compile(r"[a-zA-Z][а-яА-ЯіїєґІЇЄҐёЁ]|[а-яА-ЯіїєґІЇЄҐёЁ][a-zA-Z]")
_RUN = re.compile(r"[^\W\d_]+")


class Word(Struct, frozen=True):
    """A word at `span`; `norm` is the form it is compared by.

    Acronyms fold to capitals without full stops ("U.S." and "US" are one word, "us" another), all else to small
    letters with unified apostrophes; "&" is "and".
    """

    norm: str
    span: Span


def normalise_word(text: str) -> str:
    """The form a word is compared by.

    >>> normalise_word("U.N."), normalise_word("Don’t"), normalise_word("&")
    ('UN', "don't", 'and')
    """
    if text.isascii() and text.isalpha() and text.islower():
        return text
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    if not text.isascii() and _MIXED.search(text):
        text = fold_lookalikes(text)
    bare = text.replace(".", "")
    if len(bare) > 1 and bare.isalpha() and bare.isupper() and (len(bare) <= 5 or "." in text):
        return bare
    if text == "&":
        return "and"
    return text.casefold() if not bare.isalpha() or "." not in text else bare.casefold()


def fold_lookalikes(word: str) -> str:
    """A word of Cyrillic letters with the Latin ones in it that only look so made Cyrillic.

    >>> fold_lookalikes("Cкeppa") == "Скерра"
    True
    """
    return word.translate(_LOOKALIKES) if _MIXED.search(word) else word


def fold_letters(text: str) -> str:
    """A text with the look-alikes in its words made Cyrillic, at the same offsets. Linear.

    >>> fold_letters("По слoвам мэра, Bank открыт") == "По словам мэра, Bank открыт"
    True
    """
    if text.isascii() or not _MIXED_LETTERS.search(text):
        return text
    return _RUN.sub(lambda match: fold_lookalikes(match.group()), text)


def find_words(text: str, span: Span | None = None) -> tuple[Word, ...]:
    """The words of `text` inside `span` (all of it by default), in order. Linear.

    Hyphens and dashes divide, so that "large-scale" and "large scale" are the same words.

    >>> [word.norm for word in find_words("Brazil’s U.N. envoy: long-term, 12.5%")]
    ['brazil', "'s", 'UN', 'envoy', 'long', 'term', '12.5', '%']
    """
    start, end = (0, len(text)) if span is None else (span.start, span.end)
    return tuple(Word(normalise_word(m.group()), Span(m.start(), m.end())) for m in _WORD.finditer(text, start, end))


def fold_words(text: str) -> list[str]:
    """The forms alone of the words of `text`, where it doesn't matter where they stand: a third of the time.

    >>> fold_words("Brazil’s envoy")
    ['brazil', "'s", 'envoy']
    """
    return list(map(normalise_word, _WORD.findall(text)))


def join_words(words: Iterable[str]) -> str:
    """A regular expression for any of `words`, the longest that fits first; "" for none.

    Beginnings that words share stand once, so that where none begins one look at one character settles it, and not one
    a word. Cost: linear in the characters of the words.

    >>> join_words(["say", "said", "saying"])
    '(?:s(?:a(?:id|y(?:ing)?)))'
    """
    branches: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        branches.setdefault(word[:1], []).append(word[1:])
    ends_here = branches.pop("", None) is not None
    if not branches:
        return ""
    grown = (re.escape(a) + (join_words(rest) if len(rest) > 1 else re.escape(rest[0])) for a, rest in branches.items())
    return f"(?:{'|'.join(grown)})" + ("?" if ends_here else "")


@lru_cache(maxsize=65536)
def _stem(word: str, suffixes: tuple[tuple[str, str], ...], least: int) -> str:
    for ending, replacement in suffixes:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: len(word) - len(ending)] + replacement
    return word


def stem_word(norm: str, language: Language) -> str:
    """A light stem, for finding related wording only (never for a verdict).

    >>> from retold.languages import load_language
    >>> stem_word("warnings", load_language("en")), stem_word("warned", load_language("en"))
    ('warn', 'warn')
    """
    return _stem(norm, language.words.suffixes, language.words.suffix_stem_chars)
