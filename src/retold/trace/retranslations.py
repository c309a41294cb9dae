"""Translations as evidence of who retold whom: one translation that two reports share, two that were made apart, and
words that went into another language and came back.

Two people who translate a sentence seldom choose the same words, so reports that have a foreigner's words alike took
them from one translation; where the words differ, each was made from the original or from another translation. And a
report that has in its own language other words than the original, though that was at hand in this very language, had
them by way of a report in another one.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from rapidfuzz.distance import LCSseq

from retold.model import Evidence, Place
from retold.trace.links import came_later
from retold.trace.profiles import Profile, Utterance
from retold.trace.sharing import Sharing


class RetranslationsConfig(Struct, frozen=True):
    """`shared`, `apart`, `returned`: log-odds for each quotation, up to the `…_most`.

    Quotations of `least_words` words in marks and more count. `same`: share of the longer's words, in order, that two
    of one translation have in common; `other`: share below which the words are others; between the two nothing is said.
    `like_size`: the shorter has at least this share of the longer's words, else it is a cut.
    """

    shared: float = 0.6
    shared_most: float = 2.4
    apart: float = -0.8
    apart_most: float = -2.4
    returned: float = 1.0
    returned_most: float = 3.0
    least_words: int = 7
    same: float = 0.9
    other: float = 0.6
    like_size: float = 0.7


def weigh_translations(
    sharing: Sharing, profiles: Mapping[str, Profile], config: RetranslationsConfig, spans_shown: int
) -> list[Evidence]:
    """What the translations of the utterances that both articles have in marks say for the derivation.

    Of two articles in one language: where an article in another one has the utterance in marks and is not dated after
    them. Of two in different languages: where an article in the copy's language has it so. Which of the languages was
    spoken is not known, so each case speaks for or against the pair alone. O(shared utterances · articles · words).
    """
    source, copy = profiles[sharing.source], profiles[sharing.copy]
    one, two = _find_language(source), _find_language(copy)
    if one is None or two is None:
        return []
    if one != two:
        natives = [p for p in profiles.values() if _find_language(p) == two and p.id != copy.id]
        back = [f for f in _list_shared(source, copy) if _has_returned(f, copy, natives, config)]
        why = f"{copy.name} has {{}} in other words than reports in its own language, as if translated back"
        return _tell(config.returned, config.returned_most, back, why, (source, copy), spans_shown)
    foreign = [p for p in profiles.values() if _find_language(p) not in (None, two)]
    same, other = [], []
    for family in _list_shared(source, copy):
        share = _compare(source.utterances[family], copy.utterances[family], config)
        if share is None or not any(_may_be_origin(p, family, (source, copy), config) for p in foreign):
            continue
        if share >= config.same:
            same.append(family)
        elif share <= config.other:
            other.append(family)
    names = f"{source.name} and {copy.name} have {{}} of another language"
    sides = (source, copy)
    return [
        *_tell(config.shared, config.shared_most, same, f"{names} in one translation", sides, spans_shown),
        *_tell(config.apart, config.apart_most, other, f"{names} in two translations", sides, spans_shown),
    ]


def _find_language(profile: Profile) -> str | None:
    return profile.article.article.language


def _list_shared(source: Profile, copy: Profile) -> list[str]:
    both = [f for f in copy.utterances if f in source.utterances]
    marked = [f for f in both if copy.utterances[f].marked and source.utterances[f].marked]
    return sorted(marked, key=lambda f: (copy.utterances[f].span, f))


def _compare(one: Utterance, two: Utterance, config: RetranslationsConfig) -> float | None:
    """The share of the longer's words in marks that both have in order; None: too short, or one of them is cut."""
    short, long = sorted((len(one.marked), len(two.marked)))
    if short < config.least_words or short < config.like_size * long:
        return None
    return LCSseq.similarity(one.marked, two.marked) / long


def _may_be_origin(profile: Profile, family: str, sides: Sequence[Profile], config: RetranslationsConfig) -> bool:
    utterance = profile.utterances.get(family)
    if utterance is None or len(utterance.marked) < config.least_words - 2:  # fewer words do in some languages
        return False
    return not any(came_later(profile.article, side.article) for side in sides)


def _has_returned(family: str, copy: Profile, natives: Sequence[Profile], config: RetranslationsConfig) -> bool:
    """Whether every earlier report in the copy's language has the utterance whole and in other words."""
    known = [p for p in natives if family in p.utterances and not came_later(p.article, copy.article)]
    shares = [_compare(p.utterances[family], copy.utterances[family], config) for p in known]
    return bool(shares) and all(share is not None and share <= config.other for share in shares)


def _tell(
    each: float, most: float, families: Sequence[str], why: str, sides: Sequence[Profile], spans_shown: int
) -> list[Evidence]:
    if not families:
        return []
    weight = max(most, each * len(families)) if each < 0 else min(most, each * len(families))
    places = [Place(p.id, p.utterances[f].span) for f in families for p in sides][:spans_shown]
    count = "1 quotation" if len(families) == 1 else f"{len(families)} quotations"
    return [Evidence("shared_translation", round(weight, 4), tuple(places), why.format(count))]
