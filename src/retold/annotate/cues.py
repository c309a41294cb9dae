"""Looks cues up: which words may introduce what is said, and whether text holds one at all."""

import re
from functools import lru_cache

from msgspec import Struct

from retold.languages import Language
from retold.languages.language import Cues, Verb


class CueIndex(Struct, frozen=True):
    """A language's cues by form. `verbs`: form → (lemma, verb). `pattern` finds every possible cue in running text."""

    verbs: dict[str, tuple[str, Verb]]
    pattern: re.Pattern[str]
    source_follows: re.Pattern[str]


def index_cues(language: Language) -> CueIndex:
    """The index of a language's cues, built once.

    >>> from retold.languages import load_language
    >>> index_cues(load_language("en")).verbs["told"][0]
    'tell'
    """
    return _index(language.cues)


@lru_cache
def _index(cues: Cues) -> CueIndex:
    verbs: dict[str, tuple[str, Verb]] = {}
    for verb in cues.verbs:
        for form in verb.forms:
            verbs.setdefault(form, (verb.lemma, verb))
    phrases = sorted((*cues.source_follows,), key=len, reverse=True)
    words = sorted({*verbs, *cues.nouns, *cues.adjectives}, key=len, reverse=True)
    nothing = r"(?!)"
    return CueIndex(
        verbs,
        re.compile(r"\b(?:" + ("|".join(map(re.escape, [*phrases, *words])) or nothing) + r")\b", re.IGNORECASE),
        re.compile(r"\b(?:" + ("|".join(map(re.escape, phrases)) or nothing) + r")\b", re.IGNORECASE),
    )
