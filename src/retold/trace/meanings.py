"""Flags of meaning: what a later reading says otherwise, in words a reader can check.

Two ways in. Inside marks every differing block counts (`find_block_flags`): a quotation may not change. In a
paraphrase only what can be tied to words that both readings share counts (`find_paraphrase_flags`): a "not", a modal or
a figure is compared where it stands before the same word, between the same neighbours, or is the only one on either
side. Where a retelling is too free to tie anything, nothing is flagged: a false alarm costs more than a miss.
"""

from collections.abc import Sequence
from itertools import pairwise

from retold.annotate.forms import make_key
from retold.languages import Language
from retold.trace.alignment import Block, align_words
from retold.trace.degrees import find_degree_flags
from retold.trace.figures import find_figure_flags
from retold.trace.folding import Unit, say_units
from retold.trace.participants import find_name_flags, find_swap, find_turned_subject
from retold.trace.phrases import (
    Finding,
    Phrase,
    Telling,
    choose_sentences,
    content_keys,
    find_hedges,
    find_modals,
    find_negations,
    find_phrases,
    find_quantifiers,
    keep_first,
    measure_overlap,
)

NEGATION_REACH_WORDS = 3
DENIED_REACH_WORDS = 6
BLOCK_WORDS = 9
"""A replaced stretch longer than this ties nothing together."""
LEAST_OVERLAP = 0.4
"""Share of the shorter reading's content words that both have, from which a shared head ties a word on either side."""
CLOSE_OVERLAP = 0.6
"""From here a lone modal or quantifier on either side needs no shared head."""


def _negated_keys(units: Sequence[Unit], negations: frozenset[int]) -> tuple[dict[str, int], frozenset[str]]:
    """(content key → the negation it stands under, keys that stand under none)."""
    under: dict[str, int] = {}
    bare: set[str] = set()
    for i, unit in enumerate(units):
        if not unit.is_content:
            continue
        k = i - 1
        found = None
        while k >= 0 and i - k <= NEGATION_REACH_WORDS and not units[k + 1].is_after_break:
            if k in negations:
                found = k
                break
            k -= 1
        if found is None:
            bare.add(unit.key)
        else:
            under.setdefault(unit.key, found)
    return under, frozenset(bare)


def find_paraphrase_flags(earlier: Telling, later: Telling, language: Language) -> tuple[Finding, ...]:
    """Flags of meaning between a reading and its retelling in other words. O(n·m) in words."""
    if [u.word for u in earlier.units] == [u.word for u in later.units]:
        return keep_first(_find_certainty(earlier, later, 1.0, language))  # only the cues can differ
    chosen = choose_sentences(earlier.units, later.units)
    side = Telling(chosen, earlier.around, earlier.cue, earlier.text)
    overlap = measure_overlap(chosen, later.units)
    blocks = align_words(
        [u.key for u in chosen],
        [u.key for u in later.units],
        ([u.key for u in chosen], [u.key for u in later.units]),
        language.changes.function | language.changes.auxiliaries,
    )
    tied = _tied_blocks(blocks, chosen)
    modality = _find_modality(side, later, tied, overlap, language)
    findings = [
        *_find_negation(side, later, language),
        *modality,
        *_find_quantifier(side, later, tied, overlap, language),
        *_find_certainty(side, later, overlap, language, with_modals=not modality),
        *(
            Finding("number", why)
            for why in find_figure_flags(chosen, later.units, (*earlier.units, *earlier.around), overlap, language)
        ),
        *find_degree_flags(side, later, overlap, language),
        *find_name_flags(side, later, tied, overlap, language),
        *find_swap(side, later, overlap, language),
        *find_turned_subject(side, later, language),
    ]
    return keep_first(findings)


def _tied_blocks(blocks: Sequence[Block], earlier: Sequence[Unit]) -> tuple[Block, ...]:
    """Replaced blocks short enough, with an equal content word right beside them."""
    found = []
    for i, block in enumerate(blocks):
        if block.op != "replace" or block.b - block.a > BLOCK_WORDS or block.d - block.c > BLOCK_WORDS:
            continue
        beside = [b for b in blocks[max(0, i - 1) : i + 2] if b.op == "equal"]
        if any(u.is_content for b in beside for u in earlier[b.a : b.b]):
            found.append(block)
    return tuple(found)


def _find_negation(earlier: Telling, later: Telling, language: Language) -> list[Finding]:
    one = _drop_doubled(earlier.units, find_negations(earlier.units, language), language)
    two = _drop_doubled(later.units, find_negations(later.units, language), language)
    if len(one) == len(two) or (_is_denied(earlier.units, one) and _is_denied(later.units, two)):
        return []
    under_one, bare_one = _negated_keys(earlier.units, one)
    under_two, bare_two = _negated_keys(later.units, two)
    reversals = language.changes.reversals
    turned_one = {u.word for u in (*earlier.units, *earlier.cue) if u.word in reversals}
    turned_two = {u.word for u in (*later.units, *later.cue) if u.word in reversals}
    turned_one |= _find_negative_forms(earlier.units, later.units, language)
    turned_two |= _find_negative_forms(later.units, earlier.units, language)
    if len(one) > len(two) and not turned_two - turned_one:
        lost = sorted(
            k
            for k, at in under_one.items()
            if k in bare_two and k not in under_two and k not in bare_one and _is_kept(earlier, at, later, language)
        )
        if lost:
            at = under_one[lost[0]]
            return [Finding("negation", f"“{_say(earlier.units, at)}” is gone")]
    if len(two) > len(one) and not turned_one - turned_two:
        new = sorted(
            k
            for k, at in under_two.items()
            if k in bare_one and k not in under_one and k not in bare_two and _is_kept(later, at, earlier, language)
        )
        if new:
            return [Finding("negation", f"“{_say(later.units, under_two[new[0]])}” is new")]
    return []


def _drop_doubled(units: Sequence[Unit], negations: frozenset[int], language: Language) -> frozenset[int]:
    """The negations without those behind "unless": "unless it is not paid" is "as long as it is paid"."""
    doubled: set[int] = set()
    for i, unit in enumerate(units):
        if unit.word in language.changes.negative_conditions:
            k = i + 1
            while k < len(units) and not units[k].is_after_break and k not in negations:
                k += 1
            doubled |= {k} & negations
    return negations - doubled


def _is_kept(side: Telling, at: int, other: Telling, language: Language) -> bool:
    """Whether what the negation at `at` denies stands on the other side too: "no anchor may be dropped" and "anchors
    must stay away" share the anchor, not what is denied of it. A "no" denies its noun and what is said of that."""
    told = content_keys((*other.units, *other.around))
    denied: list[str] = []
    for k in range(at + 1, min(len(side.units), at + 1 + DENIED_REACH_WORDS)):
        if side.units[k].is_after_break and k > at + 1:
            break
        if side.units[k].is_content and side.units[k].number is None:
            denied.append(side.units[k].key)
    wanted = 2 if side.units[at].word in language.changes.negative_determiners else 1
    return all(key in told for key in denied[:wanted])


def _is_denied(units: Sequence[Unit], negations: frozenset[int]) -> bool:
    """Whether every sentence that carries content denies something: then no single "not" can be told apart."""
    return {units[i].sentence for i in negations} >= {u.sentence for u in units if u.is_content}


def _find_negative_forms(units: Sequence[Unit], others: Sequence[Unit], language: Language) -> set[str]:
    """Words that deny a word of the other side by a prefix: "unanswered" beside "answer"."""
    keys = content_keys(others)
    return {
        u.word
        for u in units
        for prefix in language.changes.negative_prefixes
        if u.word.startswith(prefix) and make_key(u.word.removeprefix(prefix), language) in keys
    }


def _say(units: Sequence[Unit], at: int, words: int = 3) -> str:
    return say_units(units[at : at + words], words)


def _pair_by_head(one: Sequence[Phrase], two: Sequence[Phrase]) -> list[tuple[Phrase, Phrase]]:
    return [(p, q) for p in one for q in two if p.head is not None and p.head == q.head]


def _in_block(phrases: Sequence[Phrase], start: int, end: int) -> list[Phrase]:
    return [p for p in phrases if start <= p.start and p.end <= end]


def _find_conflict(
    one: Sequence[Phrase],
    two: Sequence[Phrase],
    tied: Sequence[Block],
    overlap: float,
    keys: frozenset[str],
    *,
    needs_head: bool,
) -> tuple[Phrase, Phrase] | None:
    """Two phrases of classes that exclude each other, tied by their head, their place, or being the only ones.

    `needs_head`: their place ties them only where a word that one of them belongs to stands on both sides.
    """
    two = (
        [q for q in two if not any(p.classes & q.classes and p.head != q.head for p in one)]
        if len(one) > len(two)
        else two
    )
    by_head = _pair_by_head(one, two)
    agreed = {p.head for p, q in by_head if p.classes & q.classes}
    for p, q in by_head:
        if not p.classes & q.classes and p.head not in agreed:
            return p, q
    for block in tied:
        here, there = _in_block(one, block.a, block.b), _in_block(two, block.c, block.d)
        heads = {p.head for p in (*here, *there)}
        if (
            here
            and there
            and (heads & keys or not needs_head)
            and not any(p.classes & q.classes for p in here for q in there)
        ):
            return here[0], there[0]
    is_tied = overlap >= CLOSE_OVERLAP or (
        overlap >= LEAST_OVERLAP and one and two and one[0].head in keys and two[0].head in keys
    )
    if len(one) == len(two) == 1 and is_tied and not one[0].classes & two[0].classes:
        return one[0], two[0]
    return None


def _find_modality(
    earlier: Telling, later: Telling, tied: Sequence[Block], overlap: float, language: Language
) -> list[Finding]:
    one, two = find_modals(earlier.units, language), find_modals(later.units, language)
    by_cue = {c for p in find_phrases(later.cue, language.changes.modal_cues, language) for c in p.classes}
    by_cue_before = {c for p in find_phrases(earlier.cue, language.changes.modal_cues, language) for c in p.classes}
    keys = content_keys(earlier.units) & content_keys(later.units)
    conflict = _find_conflict(one, two, tied, overlap, keys, needs_head=True)
    if conflict and not (conflict[0].classes & by_cue or conflict[1].classes & by_cue_before):
        return [Finding("modality", f"“{conflict[0].words}” became “{conflict[1].words}”")]
    if conflict or overlap < LEAST_OVERLAP:
        return []
    binding = {"obligation", "advice", "request"}
    hedged_two = find_hedges(later.units, language) or find_hedges(later.around, language)
    all_two = {c for p in find_modals(later.around, language) for c in p.classes}
    for p in one:
        if (
            not p.classes & (binding | {"possibility"})
            or p.classes == {"possibility"}
            or p.classes & {"future"}
            or "ability" in p.classes
            or p.head is None
        ):
            continue
        if p.head in content_keys(later.units) and not (all_two | by_cue) & p.classes and not two:
            if "possibility" in p.classes and (hedged_two or by_cue & {"possibility"} or _is_hedged(later, language)):
                continue
            if p.classes & binding and (by_cue & (binding | {"future"})):
                continue
            return [Finding("modality", f"“{p.words}” is gone")]
    all_one = {c for p in find_modals(earlier.around, language) for c in p.classes}
    for q in two:
        if (
            not q.classes & (binding | {"possibility"})
            or q.classes == {"possibility"}
            or q.classes & {"future"}
            or "ability" in q.classes
            or q.head is None
        ):
            continue
        stands = next((i for i, u in enumerate(earlier.units) if u.is_content and u.key == q.head), None)
        if stands is None or one or (all_one | by_cue_before) & q.classes:
            continue
        if q.classes & binding and _is_order(earlier.units, stands, language):
            continue
        if "possibility" in q.classes and find_hedges((*earlier.units, *earlier.cue), language):
            continue
        return [Finding("modality", f"“{q.words}” is new")]
    return []


def _is_order(units: Sequence[Unit], at: int, language: Language) -> bool:
    """Whether the word at `at` opens its clause, as an imperative does ("Stay away", "Please do not travel")."""
    k = at - 1
    while k >= 0 and not units[k + 1].is_after_break and units[k].sentence == units[at].sentence:
        if units[k].word not in language.changes.negations and units[k].word not in language.changes.order_openers:
            return False
        k -= 1
    return True


def _find_quantifier(
    earlier: Telling, later: Telling, tied: Sequence[Block], overlap: float, language: Language
) -> list[Finding]:
    one, two = find_quantifiers(earlier.units, language), find_quantifiers(later.units, language)
    values = {u.number for u in (*earlier.units, *later.units) if u.number is not None}
    if 2 in values:  # "both" may stand for "two"
        one, two = (tuple(p for p in side if "both" not in p.classes) for side in (one, two))
    keys = content_keys(earlier.units) & content_keys(later.units)
    conflict = _find_conflict(one, two, tied, overlap, keys, needs_head=False)
    if conflict:
        return [Finding("quantifier", f"“{conflict[0].words}” became “{conflict[1].words}”")]
    if overlap < LEAST_OVERLAP:
        return []
    partial = {"most", "few", "half"}
    classes_one = {c for p in one for c in p.classes}
    classes_two = {c for p in two for c in p.classes}
    keys_one, keys_two = content_keys(earlier.units), content_keys(later.units)
    for p in one:
        if p.classes & partial and not classes_two and p.head in keys_two and not _has_figure(later.units):
            return [Finding("quantifier", f"“{p.words}” is gone")]
    for q in two:
        if (
            q.classes & {"all", "most", "few"}
            and not classes_one
            and q.head in keys_one
            and (not _has_figure(earlier.units) or ("all" in q.classes and _has_share(earlier.units, later.units)))
            and _is_attributive(later.units, q, language)
        ):
            return [Finding("quantifier", f"“{q.words}” is new")]
    return []


def _is_attributive(units: Sequence[Unit], phrase: Phrase, language: Language) -> bool:
    """Whether a quantifier stands right before its noun ("all of the roads"), not before a verb ("all were", "we should
    all leave")."""
    before = units[phrase.start - 1].word if phrase.start else ""
    if before in language.changes.auxiliaries or before in language.names.pronouns:
        return False
    for unit in units[phrase.end :]:
        if unit.key == phrase.head:
            return True
        if unit.word not in language.changes.function:
            return False
    return False


def _has_figure(units: Sequence[Unit]) -> bool:
    return any(u.number is not None and u.word != "one" for u in units)


def _has_share(earlier: Sequence[Unit], later: Sequence[Unit]) -> bool:
    """Whether the earlier reading gives a share in percent, below all, that the later one doesn't."""
    told = {u.number for u in later}
    return any(
        u.number is not None and u.number < 100 and u.number not in told and after.word == "%"
        for u, after in pairwise(earlier)
    )


def _opens_part(unit: Unit, language: Language) -> bool:
    return unit.is_after_break or unit.word in language.changes.joiners


def _near_keys(units: Sequence[Unit], phrase: Phrase, language: Language, most: int = 2) -> frozenset[str]:
    """The content keys right before and after a phrase, in its part of the sentence: what stands between
    two breaks or words like "and"."""
    sentence = units[phrase.start].sentence
    first, last = phrase.start, phrase.end
    while first and units[first - 1].sentence == sentence and not _opens_part(units[first], language):
        first -= 1
    while last < len(units) and units[last].sentence == sentence and not _opens_part(units[last], language):
        last += 1
    clause = [u.key for u in units[first : phrase.start] if u.is_content][-most:]
    clause += [u.key for u in units[phrase.end : last] if u.is_content][:most]
    return frozenset(clause)


def _find_certainty(
    earlier: Telling, later: Telling, overlap: float, language: Language, *, with_modals: bool = True
) -> list[Finding]:
    one, two = find_hedges(earlier.units, language), find_hedges(later.units, language)
    soft = {"possibility"}
    cue_one = any(u.word in language.changes.hedging_cues for u in earlier.cue)
    cue_two = any(u.word in language.changes.hedging_cues for u in later.cue)
    around_one, around_two = _is_hedged(earlier, language), _is_hedged(later, language)
    if with_modals:  # "might" is a hedge, and nothing else; "may" and "could" are judged as modals
        one += tuple(p for p in find_modals(earlier.units, language) if p.classes == soft)
        two += tuple(p for p in find_modals(later.units, language) if p.classes == soft)
    modal_one = any(p.classes & soft for p in find_modals(earlier.units, language))
    modal_two = any(p.classes & soft for p in find_modals(later.units, language))
    if (one or cue_one) and not (two or cue_two or around_two or modal_two):
        if cue_one and not one and overlap >= LEAST_OVERLAP:
            return [Finding("certainty", f"the cue “{_say(earlier.cue, 0)}” left it open")]
        keys = content_keys(later.units)
        for p in one:
            is_main = earlier.units[0].sentence == earlier.units[-1].sentence and not any(
                u.is_after_break for u in earlier.units[1 : p.start + 1]
            )
            is_whole = not any(u.is_after_break for u in earlier.units[1:])
            if (is_main and (is_whole or _near_keys(earlier.units, p, language, BLOCK_WORDS) & keys)) or (
                _near_keys(earlier.units, p, language) & keys and overlap >= 0.25
            ):
                return [Finding("certainty", f"“{p.words}” is gone")]
    if (two or cue_two) and not (one or cue_one or around_one or modal_one):
        if cue_two and not two and overlap >= LEAST_OVERLAP:
            return [Finding("certainty", f"the cue “{_say(later.cue, 0)}” leaves it open")]
        future = any("future" in p.classes for p in find_modals(earlier.units, language))
        keys = content_keys(earlier.units)
        for q in two:
            if "intention" in q.classes and future:
                continue
            if _near_keys(later.units, q, language) & keys and overlap >= LEAST_OVERLAP:
                return [Finding("certainty", f"“{q.words}” is new")]
    return []


def _is_hedged(side: Telling, language: Language) -> bool:
    """Whether the sentence around, or a word that only may hedge, makes it less certain already."""
    everything = (*side.units, *side.around, *side.cue)
    return bool(find_hedges(side.around, language)) or bool(
        find_phrases(everything, {"": language.changes.faint_hedges}, language)
    )
