"""The listed phrases in a wording: modals, quantifiers, hedges, words that deny, and the words they belong to.

What every search for a change of meaning starts from (`meanings.py`, `degrees.py`, `participants.py`,
`differences.py`).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from retold.annotate.forms import fold_word
from retold.languages import Language, load_language
from retold.model import Flag
from retold.trace.folding import Unit

HEAD_REACH_WORDS = 5
"""How far behind a modal, quantifier or degree word the word it belongs to may stand."""


class Finding(Struct, frozen=True, order=True):
    """A flag and the words that call for it."""

    flag: Flag
    why: str


class Phrase(Struct, frozen=True):
    """A listed phrase found at units `[start, end)`, its classes, and the key of the word it belongs to."""

    start: int
    end: int
    words: str
    classes: frozenset[str]
    head: str | None


@lru_cache(maxsize=256)
def _index(
    phrases: tuple[tuple[str, str], ...], language_code: str
) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    language = load_language(language_code)
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, group in phrases:
        words = tuple(fold_word(w, language) for w in phrase.split())
        by_first.setdefault(words[0], []).append((words, group))
    return {first: tuple(sorted(found, key=lambda f: (-len(f[0]), f))) for first, found in sorted(by_first.items())}


def find_phrases(units: Sequence[Unit], groups: dict[str, tuple[str, ...]], language: Language) -> tuple[Phrase, ...]:
    """Where the phrases of `groups` (class → phrases) stand, longest first, in order. Linear.

    >>> from retold.languages import load_language
    >>> from retold.model import Span
    >>> from retold.trace.folding import fold_tokens
    >>> from retold.trace.wordings import find_tokens
    >>> en, text = load_language("en"), "they have to leave"
    >>> units = fold_tokens(find_tokens(text, (Span(0, 18),), en), en)
    >>> [(p.words, p.head) for p in find_phrases(units, en.changes.modals, en)]
    [('have to', 'leav')]
    """
    index = _index(tuple((p, group) for group in sorted(groups) for p in sorted(groups[group])), language.code)
    found: list[Phrase] = []
    i = 0
    while i < len(units):
        fitting = [
            (words, group)
            for words, group in index.get(units[i].word, ())
            if all(i + k < len(units) and units[i + k].word == w for k, w in enumerate(words))
            and not any(units[i + k].is_after_break for k in range(1, len(words)))
        ]
        if not fitting:
            i += 1
            continue
        longest = len(fitting[0][0])
        classes = frozenset(group for words, group in fitting if len(words) == longest)
        found.append(Phrase(i, i + longest, " ".join(fitting[0][0]), classes, _find_head(units, i + longest, language)))
        i += longest
    return tuple(found)


def _find_head(units: Sequence[Unit], start: int, language: Language) -> str | None:
    """The key of the next content word in the same clause."""
    for k in range(start, min(len(units), start + HEAD_REACH_WORDS)):
        unit = units[k]
        if unit.is_after_break and k > start:
            return None
        if unit.is_content and unit.number is None and unit.word not in language.changes.negations:
            return unit.key
    return None


def _without(
    phrases: Iterable[Phrase], units: Sequence[Unit], exceptions: tuple[str, ...], language: Language
) -> tuple[Phrase, ...]:
    spans = [(p.start, p.end) for p in find_phrases(units, {"": exceptions}, language)] if exceptions else []
    return tuple(p for p in phrases if not any(a < p.end and p.start < b for a, b in spans))


def find_modals(units: Sequence[Unit], language: Language) -> tuple[Phrase, ...]:
    """Modal phrases. A month is no modal ("in May")."""
    found = find_phrases(units, language.changes.modals, language)
    kept = (
        p
        for p in found
        if not (units[p.start].is_capital and p.start and units[p.start - 1].sentence == units[p.start].sentence)
    )
    return _without(kept, units, language.changes.not_modals, language)


def find_quantifiers(units: Sequence[Unit], language: Language) -> tuple[Phrase, ...]:
    """Quantifiers. No superlative ("the most serious"), no "some" before a figure ("some 30")."""
    found = _without(
        find_phrases(units, language.changes.quantifiers, language), units, language.changes.not_quantifiers, language
    )
    kept = []
    for p in found:
        before = units[p.start - 1].word if p.start else ""
        after = units[p.end] if p.end < len(units) else None
        if (
            p.words == "most"
            and (before in ("the", "'s", "a") or before in language.names.pronouns)
            and (after is None or after.word != "of")
        ):
            continue
        if after is not None and after.number is not None and "all" not in p.classes and "both" not in p.classes:
            continue
        kept.append(p)
    return tuple(kept)


def find_hedges(units: Sequence[Unit], language: Language) -> tuple[Phrase, ...]:
    """What makes a statement less certain."""
    groups = {"hedge": language.changes.hedges, "intention": language.changes.intentions}
    return _without(find_phrases(units, groups, language), units, language.changes.not_hedges, language)


def find_negations(units: Sequence[Unit], language: Language) -> frozenset[int]:
    """The indices of the words that deny. "Not only" and an answering "No," deny nothing."""
    twofold = [(p.start, p.end) for p in find_phrases(units, {"": language.changes.double_negatives}, language)]
    return frozenset(
        i
        for i, u in enumerate(units)
        if u.word in language.changes.negations
        and not any(a <= i < b for a, b in twofold)
        and not (u.word == "no" and i + 1 < len(units) and units[i + 1].is_after_break)
    )


def content_keys(units: Iterable[Unit]) -> frozenset[str]:
    """The keys of the content words."""
    return frozenset(u.key for u in units if u.is_content)


def measure_overlap(earlier: Sequence[Unit], later: Sequence[Unit]) -> float:
    """Share of the shorter side's content words that the other side has too, 0 to 1."""
    one, two = content_keys(earlier), content_keys(later)
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def choose_sentences(earlier: Sequence[Unit], later: Sequence[Unit]) -> tuple[Unit, ...]:
    """The sentences of the earlier reading that the later one tells; all of them where none stands out."""
    wanted = content_keys(later)
    chosen: set[int] = set()
    nearest = (0.0, 0)  # share of its words that the later reading has, and which sentence
    for sentence in sorted({u.sentence for u in earlier}):
        own = content_keys(u for u in earlier if u.sentence == sentence)
        shared = own & wanted
        nearest = max(nearest, (len(shared) / max(1, len(own)), sentence), key=lambda n: n[0])
        if len(shared) >= 2 or (shared and len(shared) * 4 >= len(own)):
            chosen.add(sentence)
    if not chosen and nearest[0] > 0:
        chosen.add(nearest[1])
    return tuple(u for u in earlier if u.sentence in chosen) if chosen else tuple(earlier)


class Telling(Struct, frozen=True):
    """One side of a paraphrase: the words compared, the sentence around them with the cue, the cue's own words, and the
    article's text."""

    units: tuple[Unit, ...]
    around: tuple[Unit, ...] = ()
    cue: tuple[Unit, ...] = ()
    text: str = ""


def keep_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a flag, the first, in the order of flags."""
    found: dict[Flag, Finding] = {}
    for finding in findings:
        found.setdefault(finding.flag, finding)
    return tuple(found[flag] for flag in sorted(found))
