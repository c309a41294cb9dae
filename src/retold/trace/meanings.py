"""Flags of meaning: what a later reading says otherwise, in words a reader can check.

Two ways in. Inside marks every differing block counts (`find_block_flags`): a quotation may not change. In a
paraphrase only what can be tied to words that both readings share counts (`find_paraphrase_flags`): a "not", a modal or
a figure is compared where it stands before the same word, between the same neighbours, or is the only one on either
side. Where a retelling is too free to tie anything, nothing is flagged: a false alarm costs more than a miss.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from retold.languages import Language
from retold.model import Flag
from retold.trace.alignment import Block, align_words
from retold.trace.figures import find_figure_flags
from retold.trace.folding import Unit, fold_word

HEAD_REACH_WORDS = 5
"""How far behind a modal, quantifier or degree word the word it belongs to may stand."""
NEGATION_REACH_WORDS = 3
BLOCK_WORDS = 9
"""A replaced stretch longer than this ties nothing together."""
LEAST_OVERLAP = 0.4
"""Share of the shorter reading's content words that both have, from which a shared head ties a word on either side."""
CLOSE_OVERLAP = 0.6
"""From here a lone modal or quantifier on either side needs no shared head."""


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
def _index(phrases: tuple[tuple[str, str], ...], language_code: str) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    from retold.languages import load_language

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


def _without(phrases: Iterable[Phrase], units: Sequence[Unit], exceptions: tuple[str, ...], language: Language) -> tuple[Phrase, ...]:
    spans = [(p.start, p.end) for p in find_phrases(units, {"": exceptions}, language)] if exceptions else []
    return tuple(p for p in phrases if not any(a < p.end and p.start < b for a, b in spans))


def find_modals(units: Sequence[Unit], language: Language) -> tuple[Phrase, ...]:
    """Modal phrases. A month is no modal ("in May")."""
    found = find_phrases(units, language.changes.modals, language)
    return tuple(p for p in found if not units[p.start].is_name)


def find_quantifiers(units: Sequence[Unit], language: Language) -> tuple[Phrase, ...]:
    """Quantifiers. No superlative ("the most serious"), no "some" before a figure ("some 30")."""
    found = _without(find_phrases(units, language.changes.quantifiers, language), units, language.changes.not_quantifiers, language)
    kept = []
    for p in found:
        before = units[p.start - 1].word if p.start else ""
        after = units[p.end] if p.end < len(units) else None
        if p.words == "most" and (before in ("the", "'s", "a") or before in language.names.pronouns) and (after is None or after.word != "of"):
            continue
        if "some" in p.classes and after is not None and after.number is not None:
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
    for sentence in sorted({u.sentence for u in earlier}):
        own = content_keys(u for u in earlier if u.sentence == sentence)
        shared = own & wanted
        if len(shared) >= 2 or (shared and len(shared) * 4 >= len(own)):
            chosen.add(sentence)
    return tuple(u for u in earlier if u.sentence in chosen) if chosen else tuple(earlier)


class Telling(Struct, frozen=True):
    """One side of a paraphrase: the words compared, the sentence around them with the cue, and the cue's own words."""

    units: tuple[Unit, ...]
    around: tuple[Unit, ...] = ()
    cue: tuple[Unit, ...] = ()


def find_paraphrase_flags(earlier: Telling, later: Telling, language: Language) -> tuple[Finding, ...]:
    """Flags of meaning between a reading and its retelling in other words. O(n·m) in words."""
    chosen = choose_sentences(earlier.units, later.units)
    side = Telling(chosen, earlier.around, earlier.cue)
    overlap = measure_overlap(chosen, later.units)
    blocks = align_words(
        [u.key for u in chosen],
        [u.key for u in later.units],
        ([u.key for u in chosen], [u.key for u in later.units]),
        language.changes.function | language.changes.auxiliaries,
    )
    tied = _tied_blocks(blocks, chosen)
    findings = [
        *_find_negation(side, later, language),
        *_find_modality(side, later, tied, overlap, language),
        *_find_quantifier(side, later, tied, overlap, language),
        *_find_certainty(side, later, overlap, language),
        *(Finding("number", why) for why in find_figure_flags(chosen, later.units, (*earlier.units, *earlier.around), overlap, language)),
        *_find_degree(side, later, overlap, language),
        *_find_name(side, later, tied, overlap, language),
        *_find_swap(side, later, overlap, language),
        *_find_turned_subject(side, later, language),
    ]
    return _first_of_each(findings)


def _first_of_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    found: dict[Flag, Finding] = {}
    for finding in findings:
        found.setdefault(finding.flag, finding)
    return tuple(found[flag] for flag in sorted(found))


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
    one, two = find_negations(earlier.units, language), find_negations(later.units, language)
    if len(one) == len(two):
        return []
    under_one, bare_one = _negated_keys(earlier.units, one)
    under_two, bare_two = _negated_keys(later.units, two)
    reversals = language.changes.reversals
    turned_one = {u.word for u in (*earlier.units, *earlier.cue) if u.word in reversals}
    turned_two = {u.word for u in (*later.units, *later.cue) if u.word in reversals}
    if len(one) > len(two) and not turned_two - turned_one:
        lost = sorted(k for k in under_one if k in bare_two and k not in under_two and k not in bare_one)
        if lost:
            at = under_one[lost[0]]
            return [Finding("negation", f"“{_say(earlier.units, at)}” is gone")]
    if len(two) > len(one) and not turned_one - turned_two:
        new = sorted(k for k in under_two if k in bare_one and k not in under_one and k not in bare_two)
        if new:
            return [Finding("negation", f"“{_say(later.units, under_two[new[0]])}” is new")]
    return []


def _say(units: Sequence[Unit], at: int, words: int = 3) -> str:
    return " ".join(u.word for u in units[at : at + words])


def _pair_by_head(one: Sequence[Phrase], two: Sequence[Phrase]) -> list[tuple[Phrase, Phrase]]:
    return [(p, q) for p in one for q in two if p.head is not None and p.head == q.head]


def _in_block(phrases: Sequence[Phrase], start: int, end: int) -> list[Phrase]:
    return [p for p in phrases if start <= p.start and p.end <= end]


def _find_conflict(
    one: Sequence[Phrase], two: Sequence[Phrase], tied: Sequence[Block], overlap: float, keys: frozenset[str]
) -> tuple[Phrase, Phrase] | None:
    """Two phrases of classes that exclude each other, tied by their head, their place, or being the only ones."""
    two = [q for q in two if not any(p.classes & q.classes and p.head != q.head for p in one)] if len(one) > len(two) else two
    by_head = _pair_by_head(one, two)
    agreed = {p.head for p, q in by_head if p.classes & q.classes}
    for p, q in by_head:
        if not p.classes & q.classes and p.head not in agreed:
            return p, q
    for block in tied:
        here, there = _in_block(one, block.a, block.b), _in_block(two, block.c, block.d)
        if here and there and not any(p.classes & q.classes for p in here for q in there):
            return here[0], there[0]
    is_tied = overlap >= CLOSE_OVERLAP or (overlap >= LEAST_OVERLAP and one and two and one[0].head in keys and two[0].head in keys)
    if len(one) == len(two) == 1 and is_tied and not one[0].classes & two[0].classes:
        return one[0], two[0]
    return None


def _find_modality(earlier: Telling, later: Telling, tied: Sequence[Block], overlap: float, language: Language) -> list[Finding]:
    one, two = find_modals(earlier.units, language), find_modals(later.units, language)
    by_cue = {c for p in find_phrases(later.cue, language.changes.modal_cues, language) for c in p.classes}
    by_cue_before = {c for p in find_phrases(earlier.cue, language.changes.modal_cues, language) for c in p.classes}
    keys = content_keys(earlier.units) & content_keys(later.units)
    conflict = _find_conflict(one, two, tied, overlap, keys)
    if conflict and not (conflict[0].classes & by_cue or conflict[1].classes & by_cue_before):
        return [Finding("modality", f"“{conflict[0].words}” became “{conflict[1].words}”")]
    if conflict or overlap < LEAST_OVERLAP:
        return []
    binding = {"obligation", "advice", "request"}
    hedged_two = find_hedges(later.units, language) or find_hedges(later.around, language)
    all_two = {c for p in find_modals(later.around, language) for c in p.classes}
    for p in one:
        if not p.classes & (binding | {"possibility"}) or p.classes & {"future"} or "ability" in p.classes or p.head is None:
            continue
        if p.head in content_keys(later.units) and not (all_two | by_cue) & p.classes and not two:
            if "possibility" in p.classes and (hedged_two or by_cue & {"possibility"} or _is_hedged(later, language)):
                continue
            if p.classes & binding and (by_cue & (binding | {"future"})):
                continue
            return [Finding("modality", f"“{p.words}” is gone")]
    all_one = {c for p in find_modals(earlier.around, language) for c in p.classes}
    for q in two:
        if not q.classes & (binding | {"possibility"}) or q.classes & {"future"} or "ability" in q.classes or q.head is None:
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


def _find_quantifier(earlier: Telling, later: Telling, tied: Sequence[Block], overlap: float, language: Language) -> list[Finding]:
    one, two = find_quantifiers(earlier.units, language), find_quantifiers(later.units, language)
    values = {u.number for u in (*earlier.units, *later.units) if u.number is not None}
    if 2 in values:  # "both" may stand for "two"
        one, two = (tuple(p for p in side if "both" not in p.classes) for side in (one, two))
    keys = content_keys(earlier.units) & content_keys(later.units)
    conflict = _find_conflict(one, two, tied, overlap, keys)
    if conflict:
        return [Finding("quantifier", f"“{conflict[0].words}” became “{conflict[1].words}”")]
    if overlap < LEAST_OVERLAP:
        return []
    partial = {"most", "some", "few", "half"}
    classes_one = {c for p in one for c in p.classes}
    classes_two = {c for p in two for c in p.classes}
    keys_one, keys_two = content_keys(earlier.units), content_keys(later.units)
    for p in one:
        if p.classes & partial and not classes_two and p.head in keys_two and not _has_figure(later.units):
            return [Finding("quantifier", f"“{p.words}” is gone")]
    for q in two:
        if q.classes & {"all", "most", "few"} and not classes_one and q.head in keys_one and not _has_figure(earlier.units):
            return [Finding("quantifier", f"“{q.words}” is new")]
    return []


def _has_figure(units: Sequence[Unit]) -> bool:
    return any(u.number is not None and u.word != "one" for u in units)


def _near_keys(units: Sequence[Unit], phrase: Phrase, most: int = 2) -> frozenset[str]:
    """The content keys right before and after a phrase, in its sentence."""
    sentence = units[phrase.start].sentence
    before = [u.key for u in units[: phrase.start] if u.is_content and u.sentence == sentence][-most:]
    after = [u.key for u in units[phrase.end :] if u.is_content and u.sentence == sentence][:most]
    return frozenset((*before, *after))


def _find_certainty(earlier: Telling, later: Telling, overlap: float, language: Language) -> list[Finding]:
    one, two = find_hedges(earlier.units, language), find_hedges(later.units, language)
    soft = {"possibility"}
    cue_one = any(u.word in language.changes.hedging_cues for u in earlier.cue)
    cue_two = any(u.word in language.changes.hedging_cues for u in later.cue)
    around_one, around_two = _is_hedged(earlier, language), _is_hedged(later, language)
    # "might" is a hedge, and nothing else; "may" and "could" are judged as modals
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
            if is_main or (_near_keys(earlier.units, p) & keys and overlap >= 0.25):
                return [Finding("certainty", f"“{p.words}” is gone")]
    if (two or cue_two) and not (one or cue_one or around_one or modal_one):
        if cue_two and not two and overlap >= LEAST_OVERLAP:
            return [Finding("certainty", f"the cue “{_say(later.cue, 0)}” leaves it open")]
        future = any("future" in p.classes for p in find_modals(earlier.units, language))
        keys = content_keys(earlier.units)
        for q in two:
            if "intention" in q.classes and future:
                continue
            if _near_keys(later.units, q) & keys and overlap >= LEAST_OVERLAP:
                return [Finding("certainty", f"“{q.words}” is new")]
    return []


def _is_hedged(side: Telling, language: Language) -> bool:
    """Whether the sentence around, or a word that only may hedge, makes it less certain already."""
    everything = (*side.units, *side.around, *side.cue)
    return bool(find_hedges(side.around, language)) or bool(
        find_phrases(everything, {"": language.changes.faint_hedges}, language)
    )


def _find_degree(earlier: Telling, later: Telling, overlap: float, language: Language) -> list[Finding]:
    if overlap < 0.3:
        return []
    data = language.changes
    found: list[Finding] = []
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
            if after is None or not after.is_content or after.key not in keys or after.number is not None:
                continue
            if units[p.start].key in content_keys(rest) or any(q.classes & p.classes for q in others):
                continue
            verb = "is gone" if phrases is one else "is new"
            flag: Flag = "weakened" if flags[0 if "strong" in p.classes else 1] == "weakened" else "strengthened"
            found.append(Finding(flag, f"“{p.words} {after.word}”: the degree word {verb}"))
    found.extend(_find_scale_step(earlier.units, later.units, language))
    return found


def _find_scale_step(earlier: Sequence[Unit], later: Sequence[Unit], language: Language) -> list[Finding]:
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


def _find_turned_subject(earlier: Telling, later: Telling, language: Language) -> list[Finding]:
    """Who did it became whom it was done to: "the yard had asked" → "she had asked the yard"."""
    plain = language.changes.auxiliaries
    for i, verb in enumerate(later.units):
        k = i - 1
        while k >= 0 and later.units[k].word in plain:
            k -= 1
        subject = later.units[k].word if k >= 0 else ""
        acts = subject in language.names.pronouns and not any(u.word in language.changes.passives for u in later.units[k + 1 : i])
        if not (verb.is_content and acts):
            continue
        objects = [u for u in later.units[i + 1 : i + 3] if u.is_content and not u.is_after_break][:1]
        for at, same in enumerate(earlier.units):
            if not objects or same.key != verb.key or same.word != verb.word:
                continue
            before = [u for u in earlier.units[max(0, at - 5) : at]]
            aux = [u for u in earlier.units[max(0, at - 2) : at] if u.word in language.changes.passives]
            after = {u.key for u in earlier.units[at + 1 :]}
            if objects[0].key in content_keys(before) and not aux and objects[0].key not in after and not any(
                u.word in language.names.pronouns for u in earlier.units[max(0, at - 2) : at]
            ):  # fmt: skip
                return [Finding("participant", f"“{objects[0].word}” did it before; now it is done to it")]
    return []


def _names(units: Sequence[Unit], language: Language) -> list[Unit]:
    calendar = {*language.changes.weekdays, *language.changes.months}
    return [u for u in units if u.is_name and u.is_content and u.word not in calendar and u.word not in language.names.titles]


def is_near_spelling(one: str, two: str) -> bool:
    """Whether two names can be one name spelt twice: a letter or two apart.

    >>> is_near_spelling("tolland", "toland"), is_near_spelling("marsh", "hale")
    (True, False)
    """
    # The first letter is what a reader looks a name up by.
    from rapidfuzz.distance import OSA

    longest = max(len(one), len(two))
    return longest >= 4 and one[:1] == two[:1] and OSA.distance(one, two) <= (1 if longest < 8 else 2)


def _canonical_names(units: Sequence[Unit], language: Language) -> set[str]:
    """Names with the aliases of states and organisations brought together."""
    found = {u.key for u in units if u.is_name}
    words = f" {' '.join(u.word for u in units)} "
    groups = [(names[0], names) for names in language.names.states]
    groups += [(k, (k, *v)) for k, v in language.relate.aliases.items()]
    for key, aliases in groups:
        if any(f" {alias.casefold()} " in words or f" {alias} " in words for alias in aliases):
            found.add(f"={key}")
    return found


def _find_name(earlier: Telling, later: Telling, tied: Sequence[Block], overlap: float, language: Language) -> list[Finding]:
    if overlap < LEAST_OVERLAP:
        return []
    one, two = _names(earlier.units, language), _names(later.units, language)
    told = content_keys((*later.units, *later.around)) | _canonical_names(later.units, language)
    known = content_keys((*earlier.units, *earlier.around))
    shared = _canonical_names(earlier.units, language) & _canonical_names(later.units, language)
    lost = [u for u in one if u.key not in told]
    new = [u for u in two if u.key not in known]
    if not lost or not new or any(name.startswith("=") for name in shared):
        return []
    for block in tied:
        here = [u for u in lost if any(u is v for v in earlier.units[block.a : block.b])]
        there = [u for u in new if any(u is v for v in later.units[block.c : block.d])]
        if len(here) == len(there) == 1 and not is_near_spelling(here[0].word, there[0].word):
            if here[0].word.startswith(there[0].word[:4]):
                continue  # a country and its adjective
            if block.b - block.a <= 3 and block.d - block.c <= 3:
                return [Finding("name", f"“{here[0].word}” became “{there[0].word}”")]
    return []


def _find_swap(earlier: Telling, later: Telling, overlap: float, language: Language) -> list[Finding]:
    """Two names that changed places around a verb, without a passive to explain it."""
    one, two = _names(earlier.units, language), _names(later.units, language)
    if overlap < 0.6 or {u.key for u in one} != {u.key for u in two} or len({u.key for u in one}) != 2:
        return []
    first_one, first_two = one[0], two[0]
    passive_one, passive_two = (any(u.word == "by" for u in side.units) for side in (earlier, later))
    if first_one.key != first_two.key and passive_one == passive_two and len(one) == len(two) == 2:
        between_one = content_keys(u for u in earlier.units if one[0].at < u.at < one[1].at)
        between_two = content_keys(u for u in later.units if two[0].at < u.at < two[1].at)
        if between_one & between_two:
            return [Finding("participant", f"“{first_one.word}” and “{first_two.word}” changed places")]
    return []


def find_block_flags(earlier: Sequence[Unit], later: Sequence[Unit], language: Language, *, is_cut: bool = False) -> tuple[Finding, ...]:
    """Flags of meaning of one differing block inside marks. `is_cut`: words were only left out."""
    found: list[Finding] = []
    if len(find_negations(earlier, language)) != len(find_negations(later, language)):
        found.append(Finding("negation", _tell(earlier, later)))
    found.extend(_compare_classes("modality", find_modals(earlier, language), find_modals(later, language), earlier, later, ("future",)))
    found.extend(_compare_classes("quantifier", find_quantifiers(earlier, language), find_quantifiers(later, language), earlier, later, ()))
    if bool(find_hedges(earlier, language)) != bool(find_hedges(later, language)):
        found.append(Finding("certainty", _tell(earlier, later)))
    if is_cut:
        return _first_of_each(found)
    found.extend(Finding("number", why) for why in find_figure_flags(earlier, later, earlier, 1.0, language, is_strict=True))
    data = language.changes
    strong_one, strong_two = ({u.word for u in side} & data.intensifiers for side in (earlier, later))
    soft_one, soft_two = ({u.word for u in side} & data.softeners for side in (earlier, later))
    if bool(strong_one) != bool(strong_two) or bool(soft_one) != bool(soft_two):
        is_weaker = bool(strong_one) > bool(strong_two) or bool(soft_two) > bool(soft_one)
        found.append(Finding("weakened" if is_weaker else "strengthened", _tell(earlier, later)))
    found.extend(_find_scale_step(earlier, later, language))
    one, two = _names(earlier, language), _names(later, language)
    if one and two and not {u.key for u in one} & {u.key for u in two} and not all(
        any(is_near_spelling(u.word, v.word) for v in two) for u in one
    ) and not _canonical_names(earlier, language) & _canonical_names(later, language):  # fmt: skip
        found.append(Finding("name", _tell(earlier, later)))
    return _first_of_each(found)


def _compare_classes(
    flag: Flag, one: Sequence[Phrase], two: Sequence[Phrase], earlier: Sequence[Unit], later: Sequence[Unit], faint: tuple[str, ...]
) -> list[Finding]:
    before = [p.classes for p in one if not p.classes <= set(faint)]
    after = [p.classes for p in two if not p.classes <= set(faint)]
    if not before and not after:
        return []
    if len(one) == len(two) and all(p.classes & q.classes for p, q in zip(one, two, strict=True)):
        return []
    return [Finding(flag, _tell(earlier, later))]


def _tell(earlier: Sequence[Unit], later: Sequence[Unit]) -> str:
    one, two = (" ".join(u.word for u in side[:8]) for side in (earlier, later))
    if not two:
        return f"“{one}” is left out"
    return f"“{one}” became “{two}”" if one else f"“{two}” is put in"


def is_minor(earlier: Sequence[Unit], later: Sequence[Unit], language: Language) -> bool:
    """Whether a differing block is inflection, spelling, function words, auxiliaries or number format only."""
    if [u.word for u in earlier] == [u.word for u in later]:
        return True
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
    return squeezed[0] == squeezed[1] or (len(one.word) > 4 and one.word[0] == two.word[0] and sorted(one.word) == sorted(two.word))


def _squeeze(word: str) -> str:
    return "".join(c for i, c in enumerate(word) if i == 0 or c != word[i - 1])
