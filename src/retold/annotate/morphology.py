"""The guest room of the morphological analyser (pymorphy3): what cases a word can stand in, and its basic form.

Optional: a language names its package and dictionary; where they are not installed every question is answered with
"unknown", and the frames and names fall back on the order of words and on endings alone.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol

from msgspec import Struct

from retold.languages import Language

_SPLIT = re.compile(r"[ ,]")
_NOMINAL = frozenset({"NOUN", "ADJF", "NPRO", "NUMR", "PRTF"})
_NAME_TAGS = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Abbr"})
_TENSES = frozenset({"past", "pres", "futr", "impr"})
_LEAST_SCORE = 0.02
LONGEST_CACHE = 50_000


class _Tag(Protocol):
    POS: str | None
    case: str | None
    gender: str | None
    number: str | None


class _Reading(Protocol):
    tag: _Tag
    score: float
    normal_form: str
    word: str

    def inflect(self, grammemes: Iterable[str]) -> "_Reading | None": ...


class _Analyser(Protocol):
    def parse(self, word: str) -> "list[_Reading]": ...
    def word_is_known(self, word: str) -> bool: ...


class WordForms(Struct, frozen=True):
    """What one written word can be. `cases`: the cases of its nominal readings (`nomn`, `gent`, …), empty where it has
    none; `is_finite`: a finite verb or an adverbial participle; `is_place`: a place's name and nobody's."""

    cases: frozenset[str] = frozenset()
    is_noun: bool = False
    is_finite: bool = False
    is_adverb: bool = False
    is_preposition: bool = False
    is_adjective: bool = False
    is_infinitive: bool = False
    is_common: bool = False
    is_place: bool = False


def find_forms(word: str, language: Language) -> WordForms | None:
    """What `word` can be in `language`; None where no analyser for it is installed. Cached by word.

    >>> from retold.languages import load_language
    >>> find_forms("anything", load_language("en")) is None
    True
    """
    if language.morphology is None:
        return None
    return _find_forms(word.casefold(), language.morphology.package, language.morphology.dictionary)


def is_common_noun(word: str, language: Language) -> bool:
    """Whether the analyser knows a word as a noun and as nobody's name; False where there is none."""
    forms = find_forms(word, language)
    return forms is not None and forms.is_common


@lru_cache(maxsize=LONGEST_CACHE)
def _find_forms(word: str, package: str, dictionary: str) -> WordForms | None:
    analyser = _load(package, dictionary)
    if analyser is None:
        return None
    cases: set[str] = set()
    seen: set[str] = set()
    noun = finite = infinitive = False
    common: list[bool] = []
    places: list[bool] = []
    for reading in analyser.parse(word):
        if reading.score < _LEAST_SCORE:
            continue
        tag = reading.tag
        seen.add(tag.POS or "")
        if tag.POS in _NOMINAL and tag.case:
            cases.add(tag.case)
        noun = noun or tag.POS in {"NOUN", "NPRO"}
        # a few verbs of the Ukrainian dictionary have their infinitive without its tag
        is_bare = tag.POS == "INFN" or (tag.POS == "VERB" and not _TENSES & set(_SPLIT.split(str(tag))))
        infinitive = infinitive or is_bare
        if tag.POS == "NOUN":
            places.append("Geox" in _SPLIT.split(str(tag)))
            common.append(not _NAME_TAGS & set(_SPLIT.split(str(tag))))
        finite = finite or (tag.POS in {"VERB", "GRND"} and not is_bare)
    is_adjective = not noun and bool(seen & {"ADJF", "PRTF"})
    is_common = bool(common) and all(common) and analyser.word_is_known(word)
    is_place = bool(places) and all(places)
    return WordForms(
        frozenset(cases), noun, finite, "ADVB" in seen, seen == {"PREP"}, is_adjective, infinitive, is_common, is_place
    )


def find_basic_forms(word: str, language: Language, tag_words: Iterable[str] = ()) -> tuple[str, ...]:
    """The nominatives that an inflected noun or name can come from, the likeliest first; () where none is known.

    `tag_words`: grammemes that a reading must have, where one has them (`Surn`, `Name`)."""
    if language.morphology is None:
        return ()
    return _find_basic(
        word.casefold(), language.morphology.package, language.morphology.dictionary, tuple(sorted(tag_words))
    )


@lru_cache(maxsize=LONGEST_CACHE)
def _find_basic(word: str, package: str, dictionary: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    analyser = _load(package, dictionary)
    if analyser is None:
        return ()
    found: dict[str, None] = {}
    readings = [r for r in analyser.parse(word) if r.tag.POS in _NOMINAL]
    if wanted:
        readings = [r for r in readings if r.tag.number != "plur"]  # names are one person's
    fitting = [r for r in readings if set(wanted) & set(_SPLIT.split(str(r.tag)))]
    for reading in fitting or readings:
        if reading.tag.case == "nomn":
            found.setdefault(word)
            continue
        wanted_forms = {"nomn", reading.tag.number or "sing"}
        if reading.tag.gender:
            wanted_forms.add(reading.tag.gender)
        form = reading.inflect(wanted_forms) or reading.inflect({"nomn"})
        if form is not None:
            found.setdefault(form.word)
    for reading in fitting or readings:
        found.setdefault(reading.normal_form)
    return tuple(found)


@cache
def _load(package: str, dictionary: str) -> _Analyser | None:
    if package != "pymorphy3":
        return None
    try:
        import pymorphy3

        analyser: _Analyser = pymorphy3.MorphAnalyzer(lang=dictionary)
    except (ImportError, ValueError, OSError):
        return None
    return analyser
