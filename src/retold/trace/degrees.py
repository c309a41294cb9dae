"""Degree: what makes a statement weaker or stronger where no other flag says it."""

from collections.abc import Sequence
from functools import lru_cache

from retold.languages import Language
from retold.model import Flag
from retold.trace.folding import Unit
from retold.trace.phrases import Finding, Telling, content_keys, find_phrases

LEAST_OVERLAP = 0.3
"""Below it two tellings share too little for one missing degree word to mean anything."""
LEAST_STEP_OVERLAP = 0.2
"""A word of either on one scale ties more than a word that is missing."""


def find_degree_flags(earlier: Telling, later: Telling, overlap: float, language: Language) -> list[Finding]:
    """Degree words and steps on a scale that only one side has, before words that both have."""
    if overlap < LEAST_OVERLAP:
        return find_scale_step(earlier.units, later.units, language) if overlap >= LEAST_STEP_OVERLAP else []
    data = language.changes
    found = find_scale_step(earlier.units, later.units, language)
    groups = {"strong": tuple(sorted(data.intensifiers)), "soft": tuple(sorted(data.softeners))}
    one, two = find_phrases(earlier.units, groups, language), find_phrases(later.units, groups, language)
    keys_one, keys_two = content_keys(earlier.units), content_keys(later.units)
    for phrases, others, keys, flags in (
        (one, two, keys_two, ("weakened", "strengthened")),
        (two, one, keys_one, ("strengthened", "weakened")),
    ):
        units = earlier.units if phrases is one else later.units
        rest = later.units if phrases is one else earlier.units
        for p in phrases:
            after = units[p.end] if p.end < len(units) else None
            if p.start and units[p.start - 1].word in data.comparatives and not _is_role_word(units, p.start - 1):
                continue
            if after is None or not after.is_content or after.key not in keys or after.number is not None:
                continue
            if (
                after.word in language.facts.currency_signs
                or units[p.start].key in content_keys(rest)
                or any(q.classes & p.classes for q in others)
            ):
                continue
            verb = "is gone" if phrases is one else "is new"
            flag: Flag = "weakened" if flags[0 if "strong" in p.classes else 1] == "weakened" else "strengthened"
            found.append(Finding(flag, f"“{p.words} {after.written}”: the degree word {verb}"))
    return found


def _is_role_word(units: Sequence[Unit], at: int) -> bool:
    """Whether a comparative stands alone: "described it as almost done", not "as serious as last year"."""
    word = units[at].word
    after = units[at + 1 : at + 5]
    return word == "as" and not any(u.word == word for u in after)


def find_scale_step(earlier: Sequence[Unit], later: Sequence[Unit], language: Language) -> list[Finding]:
    """A word replaced by a weaker or stronger one of the same scale, once on either side."""
    words_one, words_two = {u.word for u in earlier}, {u.word for u in later}
    for scale in language.changes.scales:
        if not words_one & _scale_words(scale) or not words_two & _scale_words(scale):
            continue
        groups = {f"{i:02}": tuple(level.split("/")) for i, level in enumerate(scale)}
        one, two = find_phrases(earlier, groups, language), find_phrases(later, groups, language)
        if len(one) == len(two) == 1 and not one[0].classes & two[0].classes:
            flag: Flag = "weakened" if min(two[0].classes) < min(one[0].classes) else "strengthened"
            return [Finding(flag, f"“{one[0].words}” became “{two[0].words}”")]
    return []


@lru_cache(maxsize=512)
def _scale_words(scale: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for level in scale for word in level.replace("/", " ").split())
