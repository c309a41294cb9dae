"""Differences inside marks: what one differing block changes, and whether it is minor."""

from collections.abc import Sequence

from retold.languages import Language
from retold.model import Flag
from retold.trace.degrees import find_scale_step
from retold.trace.figures import find_figure_flags
from retold.trace.folding import Unit, say_units
from retold.trace.participants import find_known_names, find_names, is_near_spelling
from retold.trace.phrases import (
    Finding,
    Phrase,
    find_hedges,
    find_modals,
    find_negations,
    find_quantifiers,
    keep_first,
)


def find_block_flags(
    earlier: Sequence[Unit], later: Sequence[Unit], language: Language, *, is_cut: bool = False
) -> tuple[Finding, ...]:
    """Flags of meaning of one differing block inside marks. `is_cut`: words were only left out."""
    found: list[Finding] = []
    if len(find_negations(earlier, language)) != len(find_negations(later, language)):
        found.append(Finding("negation", _tell(earlier, later)))
    found.extend(
        _compare_classes(
            "modality", find_modals(earlier, language), find_modals(later, language), earlier, later, ("future",)
        )
    )
    found.extend(
        _compare_classes(
            "quantifier", find_quantifiers(earlier, language), find_quantifiers(later, language), earlier, later, ()
        )
    )
    if bool(find_hedges(earlier, language)) != bool(find_hedges(later, language)):
        found.append(Finding("certainty", _tell(earlier, later)))
    if is_cut:
        return keep_first(found)
    found.extend(
        Finding("number", why) for why in find_figure_flags(earlier, later, earlier, 1.0, language, is_strict=True)
    )
    data = language.changes
    strong = data.intensifiers | data.epithets
    strong_one, strong_two = ({u.word for u in side} & strong for side in (earlier, later))
    soft_one, soft_two = ({u.word for u in side} & data.softeners for side in (earlier, later))
    if bool(strong_one) != bool(strong_two) or bool(soft_one) != bool(soft_two):
        is_weaker = bool(strong_one) > bool(strong_two) or bool(soft_two) > bool(soft_one)
        found.append(Finding("weakened" if is_weaker else "strengthened", _tell(earlier, later)))
    found.extend(find_scale_step(earlier, later, language))
    one, two = find_names(earlier, language), find_names(later, language)
    if one and two and not {u.key for u in one} & {u.key for u in two} and not all(
        any(is_near_spelling(u.word, v.word) for v in two) for u in one
    ) and not find_known_names(earlier, language) & find_known_names(later, language):  # fmt: skip
        found.append(Finding("name", _tell(earlier, later)))
    return keep_first(found)


def _compare_classes(
    flag: Flag,
    one: Sequence[Phrase],
    two: Sequence[Phrase],
    earlier: Sequence[Unit],
    later: Sequence[Unit],
    faint: tuple[str, ...],
) -> list[Finding]:
    before = [p.classes for p in one if not p.classes <= set(faint)]
    after = [p.classes for p in two if not p.classes <= set(faint)]
    if not before and not after:
        return []
    if len(one) == len(two) and all(p.classes & q.classes for p, q in zip(one, two, strict=True)):
        return []
    return [Finding(flag, _tell(earlier, later))]


def _tell(earlier: Sequence[Unit], later: Sequence[Unit]) -> str:
    one, two = (say_units(side) for side in (earlier, later))
    if not two:
        return f"“{one}” is left out"
    return f"“{one}” became “{two}”" if one else f"“{two}” is put in"


def is_minor(earlier: Sequence[Unit], later: Sequence[Unit], language: Language) -> bool:
    """Whether a differing block is inflection, spelling, function words, auxiliaries or number format only."""
    if [u.word for u in earlier] == [u.word for u in later]:
        return True
    if earlier and "".join(u.word for u in earlier) == "".join(u.word for u in later):
        return True  # written together or apart
    one = [u for u in earlier if u.is_content]
    two = [u for u in later if u.is_content]
    if sorted(u.key for u in one) == sorted(u.key for u in two):
        return True
    if len(one) != len(two):
        return False
    return all(u.key == v.key or _is_respelt(u, v) for u, v in zip(one, two, strict=True))


def _is_respelt(one: Unit, two: Unit) -> bool:
    """A name a letter or two apart, or a common word with the same letters in another order or doubled."""
    if one.is_name and two.is_name:
        return is_near_spelling(one.word, two.word)
    squeezed = (_squeeze(one.word), _squeeze(two.word))
    return squeezed[0] == squeezed[1] or (
        len(one.word) > 4 and one.word[0] == two.word[0] and sorted(one.word) == sorted(two.word)
    )


def _squeeze(word: str) -> str:
    return "".join(c for i, c in enumerate(word) if i == 0 or c != word[i - 1])
