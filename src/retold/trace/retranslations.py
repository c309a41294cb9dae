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

    Only where an article in another language (of a copy's own language, for what came back) has the utterance in marks
    and is not dated after the two. O(shared utterances · articles · words).
    """
    source, copy = profiles[sharing.source], profiles[sharing.copy]
    languages = _find_language(source), _find_language(copy)
    if None in languages:
        return []
    if languages[0] == languages[1]:
        foreign = [p for p in profiles.values() if _find_language(p) not in (None, languages[1])]
        rows = _compare(source, copy, [p for p in foreign if not _is_later(p, copy) and not _is_later(p, source)], config)
        same, other = (tuple(f for f, share in rows if test(share)) for test in (config.is_same, config.is_other))
        names = f"{copy.name} and {source.name}"
        return [
            *_make(config.shared, config.shared_most, same, f"{names} have {{}} in one translation", (source, copy), spans_shown),
            *_make(config.apart, config.apart_most, other, f"{names} have {{}} in two translations", (source, copy), spans_shown),
        ]
    return []


def _find_language(profile: Profile) -> str | None:
    return profile.article.article.language


def _is_later(profile: Profile, other: Profile) -> bool:
    return False


def _compare(
    source: Profile, copy: Profile, foreign: Sequence[Profile], config: RetranslationsConfig
) -> list[tuple[str, float]]:
    return []


def _make(
    each: float, most: float, families: Sequence[str], why: str, sides: Sequence[Profile], spans_shown: int
) -> list[Evidence]:
    return []
