"""`context_dropped`: a condition, concession, purpose, question or limit of a statement that is gone and not told."""

from collections.abc import Sequence

from retold.languages import Language
from retold.trace.folding import Unit, say_units
from retold.trace.phrases import Finding, Phrase, choose_sentences, content_keys, find_phrases

CLAUSE_WORDS = 8
"""How much of a clause after "if" or "but" is looked at."""
LEAST_LIMITED_WORDS = 2
"""So many content words make a part of a sentence a statement of its own."""
TOLD_SHARE = 0.3
"""A clause counts as told where this share of its content words stands in the later sentence."""


def find_context_flags(
    earlier: Sequence[Unit], later: Sequence[Unit], around: Sequence[Unit], language: Language
) -> tuple[Finding, ...]:
    """What the later reading's sentence (`around`, with `later`) does not tell of a clause that limits the statement.

    Only sentences of the earlier reading that the later one tells, and a concession right after them, are looked at.
    """
    told = (*later, *around)
    chosen = choose_sentences(earlier, later)
    sentences = sorted({u.sentence for u in chosen})
    is_only = len({u.sentence for u in earlier}) == 1
    for sentence in sentences:
        units = [u for u in earlier if u.sentence == sentence]
        why = _find_lost_clause(units, later, told, language, is_only=is_only)
        if why:
            return (Finding("context_dropped", why),)
    after = [u for u in earlier if sentences and u.sentence == sentences[-1] + 1]
    opening = [m for m in find_phrases(after[:2], language.changes.contexts, language) if "concession" in m.classes]
    if (
        opening
        and opening[0].start == 0
        and not _is_told(after[opening[0].end :], told)
        and not _has_marker(told, opening[0].classes, language)
    ):
        return (Finding("context_dropped", f"the reservation after it (“{say_units(after)}”) is gone"),)
    return ()


def find_cut_context(cut: Sequence[Unit], around: Sequence[Unit], language: Language) -> tuple[Finding, ...]:
    """The same for words cut out of a sentence of a quotation (`cut`: what that sentence lost)."""
    markers = [m for m in find_phrases(cut, language.changes.contexts, language) if _opens_clause(cut, m, language)]
    for marker in markers:
        clause = _clause(cut, marker)
        if clause and not _is_told(clause, around):
            return (Finding("context_dropped", f"“{say_units(cut[marker.start :])}” is gone"),)
    return ()


def _opens_clause(units: Sequence[Unit], marker: Phrase, language: Language) -> bool:
    """ "asked if" opens no condition, nor does "nothing but" a concession."""
    if marker.words == "but":
        follows = units[marker.end].word if marker.end < len(units) else ""
        before = units[marker.start - 1].word if marker.start else ""
        return (
            marker.start == 0
            or units[marker.start].is_after_break
            or (follows in language.changes.auxiliaries and before not in language.changes.but_idioms)
        )
    return True


def _clause(units: Sequence[Unit], marker: Phrase) -> list[Unit]:
    clause: list[Unit] = []
    for k in range(marker.end, min(len(units), marker.end + CLAUSE_WORDS)):
        if units[k].is_after_break and k > marker.end and len(content_keys(clause)) >= 1:
            break
        clause.append(units[k])
    return clause


def _is_told(clause: Sequence[Unit], told: Sequence[Unit]) -> bool:
    keys = content_keys(clause)
    return not keys or len(keys & content_keys(told)) >= TOLD_SHARE * len(keys)


def _has_marker(
    units: Sequence[Unit],
    classes: frozenset[str],
    language: Language,
    opener: str = "",
    besides: Sequence[Unit] = (),
) -> bool:
    """Whether a clause of these classes is told, in these or other words; those that stand `besides` the clause (which
    `opener` opens) in the earlier sentence ("by Friday, if …") tell something else."""
    data = language.changes
    groups = {c: (*data.contexts[c], *data.told_contexts.get(c, ())) for c in classes}
    known = {p.words for p in find_phrases(besides, groups, language)} - {opener}
    return any(
        p.words not in known and (not p.start or units[p.start - 1].word not in data.auxiliaries)  # "had given"
        for p in find_phrases(units, groups, language)
    )


def _is_of_untold(units: Sequence[Unit], marker: Phrase, told: Sequence[Unit], language: Language) -> bool:
    """Whether what the clause limits is itself a part of the sentence that is not told at all ("40 boats would move
    and the board would pay their fees until October"): with the statement its limit went."""
    start = marker.start
    while start and not units[start].is_after_break and units[start - 1].word not in language.changes.joiners:
        start -= 1
    limited = content_keys(units[start : marker.start])
    return start > 0 and len(limited) >= LEAST_LIMITED_WORDS and not limited & content_keys(told)


def _find_lost_clause(
    units: Sequence[Unit], later: Sequence[Unit], told: Sequence[Unit], language: Language, *, is_only: bool
) -> str | None:
    data = language.changes
    for marker in find_phrases(units, data.contexts, language):
        before = units[marker.start - 1].word if marker.start else ""
        if not _opens_clause(units, marker, language) or before in data.questions:
            continue
        clause = _clause(units, marker)
        inside = range(marker.start, marker.end + len(clause))
        rest = [u for k, u in enumerate(units) if k not in inside]
        if _has_marker(told, marker.classes, language, marker.words, rest):
            continue
        if _is_of_untold(units, marker, told, language):
            continue
        if marker.words == "but" and len(content_keys(later) - content_keys(units)) >= len(content_keys(clause)):
            continue  # as many words are new: it may be told in those
        is_concession = "concession" in marker.classes
        if is_concession and content_keys(clause) and _is_told(clause, later) and not _is_told(rest, told):
            return f"“{say_units(rest)}”, which it qualifies, is gone"
        if not is_only and not content_keys(rest) & content_keys(later):
            continue
        if (not clause and "limit" in marker.classes) or not _is_told(clause, told):
            return f"“{say_units(units[marker.start :])}” is gone"
    return None
