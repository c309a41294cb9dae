"""Looks cues up: which words may introduce what is said, and whether text holds one at all."""

import re
from functools import lru_cache

from msgspec import Struct

from retold.annotate.words import join_words
from retold.languages import Language
from retold.languages.language import Cues, Verb


class CueIndex(Struct, frozen=True):
    """A language's cues by form. `verbs`: form → (lemma, verb). `pattern` finds every possible cue in running text."""

    verbs: dict[str, tuple[str, Verb]]
    pattern: re.Pattern[str]
    source_follows: re.Pattern[str]
    rated: re.Pattern[str]
    """A rating verb with its linker behind it: "put … at", "spoke of … as"."""


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
    phrases, words = cues.source_follows, (*_spell(verbs), *cues.nouns, *cues.adjectives)
    nothing = r"(?!)"
    rated = [rf"(?:{join_words(r.forms)})\s[^.!?]{{0,120}}?\b{re.escape(r.linker)}" for r in cues.ratings]
    return CueIndex(
        verbs,
        re.compile(r"\b" + (join_words([*phrases, *words]) or nothing) + r"\b", re.IGNORECASE),
        re.compile(r"\b" + (join_words(phrases) or nothing) + r"\b", re.IGNORECASE),
        re.compile(r"\b(?:" + ("|".join(rated) or nothing) + r")\b", re.IGNORECASE),
    )


def _spell(verbs: dict[str, tuple[str, Verb]]) -> list[str]:
    """The forms of the verbs, with the word that each needs behind it ("put it")."""
    return [
        form if verb.separable or not need else f"{form} {need}"
        for form, (_, verb) in verbs.items()
        for need in verb.needs or ("",)
    ]
