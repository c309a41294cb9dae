"""Flags between two languages: only what needs no dictionary. Figures, whole sentences left out, a lone "not", and a
lone modal or quantifier of another class, where both readings are of one build."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from retold.languages import Language, known_languages
from retold.languages.concepts import find_concept
from retold.model import Flag
from retold.trace.figures import Figure, find_figures, say_figure
from retold.trace.folding import Unit, fold_tokens
from retold.trace.phrases import Finding, Phrase, find_hedges, find_modals, find_negations, find_quantifiers
from retold.trace.wordings import Wording, find_tokens

DENIED_WORDS = 2
"""How far behind a "not" the word stands that it denies."""

MOST_LONGER = 1.8
"""So many times the words of one reading the other may have for the two to be of one build."""

HALF_DAY = 12

BUILD_SHARE = 0.3
"""Two readings whose words differ by a larger share are not of one build: a lone "not" may be told in other words."""

SHORT_WORDS = 16
"""A hedge is told in so many ways that only in a short statement its absence says something."""

SHORTER_SHARE = 0.75
"""A direct quotation whose translation has fewer sentences and less than this share of the content words was cut."""


def find_translation_flags(earlier: Wording, later: Wording, source: Language, target: Language) -> tuple[Finding, ...]:
    """What can be said of a translation from figures, the number of sentences and words that deny."""
    one = fold_tokens(find_tokens(earlier.text, earlier.spans, source), source)
    two = fold_tokens(find_tokens(later.text, later.spans, target), target)
    is_known = {earlier.language, later.language} <= set(known_languages())
    findings = [*_find_figures(one, two, source, target, is_known=is_known), *_find_cut(earlier, later, one, two)]
    if is_known and not any(f.flag == "unmarked" for f in findings):
        findings.extend(_find_negation(earlier, later, one, two, source, target))
    if is_known and _are_of_one_build(one, two):
        modals = find_modals(one, source), find_modals(two, target)
        quantifiers = find_quantifiers(one, source), find_quantifiers(two, target)
        denied = bool(find_negations(one, source)) or bool(find_negations(two, target))
        if not denied:  # "must not" is "cannot", and "not all" is "some"
            findings.extend(_hold_lone("modality", *modals, _FORCES))
            findings.extend(_hold_lone("quantifier", *quantifiers, _SHARES))
    if is_known and max(len(one), len(two)) <= SHORT_WORDS and _are_of_one_build(one, two):
        findings.extend(_find_hedge(one, two, source, target))
    return tuple(findings)


_FORCES: dict[str, str] = {
    "obligation": "must", "request": "ask", "ability": "can", "possibility": "can", "permission": "can",
}  # fmt: skip
"""Classes of modals that no translation takes for each other. Not so advice: "should" is told by words for both."""

_SHARES: dict[str, str] = {"all": "all", "both": "both", "most": "most", "half": "half", "few": "few", "some": "some"}


def _are_of_one_build(one: Sequence[Unit], two: Sequence[Unit]) -> bool:
    """Whether two readings have as many sentences and about as many words, so that what is in one is in the other."""
    if not one or not two or one[-1].sentence != two[-1].sentence:
        return False
    return max(len(one), len(two)) <= MOST_LONGER * min(len(one), len(two))


def _hold_lone(flag: Flag, one: Sequence[Phrase], two: Sequence[Phrase], classes: Mapping[str, str]) -> list[Finding]:
    """The one listed phrase on either side, where the two are in no class together. A phrase of no class known here
    ("should") says nothing, and leaves its reading undecided."""
    if any(not any(c in classes for c in p.classes) and p.classes != {"future"} for p in (*one, *two)):
        return []
    told = [[p for p in row if p.classes & classes.keys()] for row in (one, two)]
    if any(len(row) != 1 for row in told):
        return []
    (before,), (after,) = told
    if {classes.get(c) for c in before.classes} & {classes.get(c) for c in after.classes} - {None}:
        return []
    return [Finding(flag, f"“{before.words}” became “{after.words}”")]


def _find_hedge(one: Sequence[Unit], two: Sequence[Unit], source: Language, target: Language) -> list[Finding]:
    """A hedge of the listed ones that stands on one side only, where the other side has neither modal nor intention."""
    told = [(units, language, find_hedges(units, language)) for units, language in ((one, source), (two, target))]
    hedged = [row for row in told if row[2]]
    if len(hedged) != 1 or any(p.classes != {"hedge"} for p in hedged[0][2]):
        return []
    bare, language, _ = next(row for row in told if not row[2])
    if find_modals(bare, language) or not language.changes.hedges:
        return []
    words = hedged[0][2][0].words
    return [Finding("certainty", f"“{words}” stands in one of the two only")]


def _amounts(units: Sequence[Unit], language: Language) -> list[Figure]:
    return [f for f in find_figures(units, language) if not f.is_weak and f.value > 2]


def _find_figures(
    one: Sequence[Unit], two: Sequence[Unit], source: Language, target: Language, *, is_known: bool
) -> list[Finding]:
    """Figures that stand on one side only, as many on either side."""
    old, new = _amounts(one, source), _amounts(two, target)
    lost = [f for f in old if not any(_agree(f, g, is_known) for g in new)]
    added = [g for g in new if not any(_agree(f, g, is_known) for f in old)]
    if not lost or not added or len(lost) != len(added):
        return []
    pairs = zip(lost, added, strict=True)
    differing = [
        (f, g)
        for f, g in pairs
        if f.is_year == g.is_year
        and not (g.signal and abs(f.value - g.value) <= Decimal("0.1") * max(f.value, g.value))
        and not _converts(f, g)
        and not _is_same_hour(f, g, (one, two), (source, target))
    ]
    return [Finding("number", f"“{say_figure(f)}” became “{say_figure(g)}”") for f, g in differing[:1]]


def _agree(one: Figure, two: Figure, is_known: bool) -> bool:
    """Equal, or the same amount of another unit. Where a language has no file its "million" is not read: then figures
    agree that are some thousands of each other."""
    if one.dimension is not None and two.dimension is not None and not one.is_year and not two.is_year:
        return one.dimension == two.dimension and one.amount == two.amount
    if one.value == two.value:
        return True
    if one.dimension is not None and one.dimension == two.dimension and one.amount == two.amount:
        return True
    low, high = sorted((one.value, two.value))
    return not is_known and low > 0 and any(high == low * 1000**power for power in range(1, 5))


_LENGTHS = tuple(map(Decimal, ("1.609", "0.914", "0.3048", "2.54")))
_CONVERSIONS: dict[str, tuple[Decimal, ...]] = {
    **dict.fromkeys(("mm", "mile", "foot"), _LENGTHS), "g": (Decimal("0.4536"),), "hectare": (Decimal("0.4047"),),
}  # fmt: skip
"""Kilometres a mile, metres a yard and foot, centimetres an inch; kilograms a pound; hectares an acre."""
_CONVERSION_SLIP = Decimal("0.06")


def _converts(one: Figure, two: Figure) -> bool:
    """Whether two figures can be one measure in the units of two countries, as translators and desks convert it."""
    factors = _CONVERSIONS.get(two.dimension or "") or _CONVERSIONS.get(one.dimension or "", ())
    ratios = (one.value / two.value, two.value / one.value)
    return any(abs(ratio - factor) <= _CONVERSION_SLIP * factor for ratio in ratios for factor in factors)


def _is_same_hour(one: Figure, two: Figure, rows: Sequence[Sequence[Unit]], languages: Sequence[Language]) -> bool:
    """Whether 3 p.m. became 15:00."""
    low, high = sorted((one.value, two.value))
    if low > HALF_DAY or high != low + HALF_DAY:
        return False
    after = [row[f.at + 1].word for f, row in zip((one, two), rows, strict=True) if f.at + 1 < len(row)]
    evening = {word for language in languages for word in language.facts.evening}
    return any(word in evening or (word.isdigit() and len(word) == 2) for word in after)


def _find_cut(earlier: Wording, later: Wording, one: Sequence[Unit], two: Sequence[Unit]) -> list[Finding]:
    if earlier.form != "direct" or later.form != "direct" or not one or not two:
        return []
    sentences = one[-1].sentence + 1, two[-1].sentence + 1
    contents = [sum(unit.is_content for unit in units) for units in (one, two)]  # some languages have articles
    if sentences[1] < sentences[0] and contents[1] < SHORTER_SHARE * contents[0]:
        return [Finding("unmarked", f"{sentences[0] - sentences[1]} of {sentences[0]} sentences are left out")]
    return []


def _find_negation(
    earlier: Wording, later: Wording, one: Sequence[Unit], two: Sequence[Unit], source: Language, target: Language
) -> list[Finding]:
    """Both quoted in full, or short, and one denies where the other has no word that could."""
    is_direct = earlier.form == later.form == "direct"
    if not is_direct and max(len(one), len(two)) > SHORT_WORDS:
        return []
    if not target.changes.negations or not source.changes.negations:
        return []
    told = _deny_concept(one, two, source, target) or _deny_concept(two, one, target, source)
    if told is not None:
        return [Finding("negation", f"“{told}” is denied in one of the two only")]
    before, after = find_negations(one, source), find_negations(two, target)
    if bool(before) == bool(after) or abs(len(one) - len(two)) > BUILD_SHARE * max(len(one), len(two)):
        return []
    units, language, places = (one, source, before) if before else (two, target, after)
    bare, other = (two, target) if before else (one, source)
    if not any(units[i].word in language.cues.negations for i in places) or _denies_otherwise(units, language):
        return []
    if _denies_otherwise(bare, other) or one[-1].sentence != two[-1].sentence:
        return []
    return [Finding("negation", "a word that denies stands in one of the two only")]


def _denies_otherwise(units: Sequence[Unit], language: Language) -> bool:
    """Whether any word denies by its meaning or its form: what one language says so, another says with "not"."""
    data = language.changes
    return any(
        u.word in data.reversals or (u.word.startswith(data.negative_prefixes) and u.is_content and len(u.word) > 4)
        for u in units
    )


def _deny_concept(one: Sequence[Unit], two: Sequence[Unit], source: Language, target: Language) -> str | None:
    """A word that the one denies, whose like stands in the other in a sentence that denies nothing; None: none such."""
    denying = {u.sentence for u in two if u.word in target.changes.negations | target.changes.reversals}
    held: dict[str, set[int]] = {}
    for unit in two:
        concept = find_concept(unit.word, target.code)
        if concept is not None:
            held.setdefault(concept, set()).add(unit.sentence)
    for at, unit in enumerate(one):
        if unit.word not in source.changes.negations:
            continue
        for near in one[at + 1 : at + 1 + DENIED_WORDS]:
            concept = find_concept(near.word, source.code)
            if near.sentence != unit.sentence or concept is None:
                continue
            places = held.get(concept, set())
            again = sum(find_concept(u.word, source.code) == concept for u in one)
            if places and not places & denying and again == len(places) == 1:
                return near.word
            break
    return None
