"""Flags between two languages: only what needs no dictionary. Figures, whole sentences left out, a lone "not"."""

from collections.abc import Sequence
from decimal import Decimal

from retold.languages import Language, known_languages
from retold.languages.concepts import find_concept
from retold.trace.figures import Figure, find_figures, say_figure
from retold.trace.folding import Unit, fold_tokens
from retold.trace.phrases import Finding, find_negations
from retold.trace.wordings import Wording, find_tokens

DENIED_WORDS = 2
"""How far behind a "not" the word stands that it denies."""

SHORTER_SHARE = 0.6
"""A direct quotation whose translation has fewer sentences and less than this share of the words was cut."""


def find_translation_flags(earlier: Wording, later: Wording, source: Language, target: Language) -> tuple[Finding, ...]:
    """What can be said of a translation from figures, the number of sentences and words that deny."""
    one = fold_tokens(find_tokens(earlier.text, earlier.spans, source), source)
    two = fold_tokens(find_tokens(later.text, later.spans, target), target)
    is_known = {earlier.language, later.language} <= set(known_languages())
    findings = [*_find_figures(one, two, source, target, is_known=is_known), *_find_cut(earlier, later, one, two)]
    if is_known and not any(f.flag == "unmarked" for f in findings):
        findings.extend(_find_negation(earlier, later, one, two, source, target))
    return tuple(findings)


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


def _find_cut(earlier: Wording, later: Wording, one: Sequence[Unit], two: Sequence[Unit]) -> list[Finding]:
    if earlier.form != "direct" or later.form != "direct" or not one or not two:
        return []
    sentences = one[-1].sentence + 1, two[-1].sentence + 1
    if sentences[1] < sentences[0] and len(two) < SHORTER_SHARE * len(one):
        return [Finding("unmarked", f"{sentences[0] - sentences[1]} of {sentences[0]} sentences are left out")]
    return []


def _find_negation(
    earlier: Wording, later: Wording, one: Sequence[Unit], two: Sequence[Unit], source: Language, target: Language
) -> list[Finding]:
    """Both quoted in full, and one denies where the other has no word that could."""
    if (
        earlier.form != "direct"
        or later.form != "direct"
        or not target.changes.negations
        or not source.changes.negations
    ):
        return []
    told = _deny_concept(one, two, source, target) or _deny_concept(two, one, target, source)
    if told is not None:
        return [Finding("negation", f"“{told}” is denied in one of the two only")]
    before, after = find_negations(one, source), find_negations(two, target)
    softened = any(u.word in target.changes.reversals for u in two) or any(
        u.word in source.changes.reversals for u in one
    )
    if bool(before) != bool(after) and not softened and abs(len(one) - len(two)) <= 0.4 * max(len(one), len(two)):
        return [Finding("negation", "a word that denies stands in one of the two only")]
    return []


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
