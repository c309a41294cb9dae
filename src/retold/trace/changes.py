"""What became of each reading on its way from article to article: label, flags, severity, edits, and why.

Why rules and lists instead of a model: every finding has to name the words it stands on, the same words have to give
the same finding, and a false alarm costs a reader more than a miss. The labels are those of text-reuse and
quotation-variation studies (Simmons, Adamic & Adar 2011; Omodei et al. 2012), decided in the order of the vocabulary.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from retold.languages import Language, choose_language
from retold.model import (
    AnnotatedArticle,
    Change,
    Derivation,
    Family,
    Flag,
    Label,
    Reading,
    Reason,
    Severity,
    Span,
    Speaker,
)
from retold.trace.alignment import Block, make_edits
from retold.trace.attributions import find_cue_flags, find_speaker_flags
from retold.trace.contexts import find_context_flags, find_cut_context
from retold.trace.differences import find_block_flags, is_minor
from retold.trace.figures import find_figure_flags
from retold.trace.folding import Unit, cut_units, fold_tokens
from retold.trace.labels import Compared, Ruling, compare_tokens, is_mid_sentence, rule_marked
from retold.trace.meanings import find_paraphrase_flags
from retold.trace.parents import ParentsConfig, Succession, find_successions
from retold.trace.phrases import Finding, Telling, find_hedges, measure_overlap
from retold.trace.translations import find_translation_flags
from retold.trace.wordings import Token, Wording, find_tokens, read_wording, say_words

MAJOR_FLAGS: frozenset[Flag] = frozenset(
    {
        "negation", "modality", "certainty", "quantifier", "number", "name", "participant", "weakened", "strengthened",
        "reattributed",
    }
)  # fmt: skip
MINOR_FLAGS: frozenset[Flag] = frozenset(
    {"cue_changed", "context_dropped", "attribution_dropped", "speaker_widened", "speaker_narrowed", "near_verbatim"}
)
SHORT_HOLE_WORDS = 3
"""In a longer hole, or a whole sentence, a "not" went with the words that it denied."""
HEDGE_CUT_WORDS = 6
"""A cut this short that holds a hedge took the hedge; in a longer one it may have belonged to what went with it."""
_NAMED = re.compile("“([^”]+)”")
_MEANING_FLAGS: frozenset[Flag] = MAJOR_FLAGS - {"reattributed"}


class ChangesConfig(Struct, frozen=True):
    """`near_verbatim_words`: so many consecutive words without marks are no longer a paraphrase but a copy (the
    vocabulary's eight). `least_probability`: a derivation below it is no ground for "added" or "dropped"."""

    near_verbatim_words: int = 8
    least_probability: float = 0.5


DEFAULTS = ChangesConfig()


def rate_severity(label: Label, flags: frozenset[Flag], *, is_derived: bool) -> Severity:
    """The highest that the label or any flag calls for.

    >>> rate_severity("truncated", frozenset({"unmarked"}), is_derived=True)
    'minor'
    """
    if flags & MAJOR_FLAGS or label == "spliced":
        return "major"
    is_cut_inside = "mid_sentence" in flags
    if label in ("truncated", "translated", "elided") and is_cut_inside:
        return "major"
    if label == "altered" and (is_cut_inside or not flags & {"minor_wording", "bracketed"}):
        return "major"
    if label in ("requoted", "extended") and is_derived:
        return "major"
    if label in ("truncated", "altered") or flags & MINOR_FLAGS or "unmarked" in flags:
        return "minor"
    return "none"


def compare_wordings(
    earlier: Wording,
    later: Wording,
    *,
    family: str = "",
    from_: str | None = None,
    to: str | None = None,
    is_derived: bool = True,
    beside: Sequence[Wording] = (),
    config: ChangesConfig = DEFAULTS,
) -> Change:
    """The change from one reading to a later one. `is_derived`: the later article retells the earlier one; `beside`:
    other readings in marks of the earlier article. The edits cover what was compared: the words in marks where both
    readings have some, else all the content. O(n·m) in words.

    >>> from retold.trace.wordings import make_wording
    >>> old, new = "We will not close it.", "We will close it."
    >>> earlier, later = (make_wording(text, "direct", (Span(0, len(text)),)) for text in (old, new))
    >>> change = compare_wordings(earlier, later)
    >>> change.label, change.flags, change.severity
    ('spliced', ('mid_sentence', 'negation', 'unmarked'), 'major')
    """
    if _is_translation(earlier, later):
        case = _compare_translation(earlier, later)
    elif later.is_in_marks and earlier.is_in_marks:
        case = _compare_marked(earlier, later, is_derived=is_derived, beside=beside)
    else:
        case = _compare_told(earlier, later, config)
    language = choose_language(later.language)
    findings = [*case.findings, *find_speaker_flags(earlier, later, language), *_judge_cues(earlier, later)]
    flags = frozenset(f.flag for f in findings)
    return Change(
        family,
        from_,
        to,
        case.label,
        tuple(sorted(flags)),
        rate_severity(case.label, flags, is_derived=is_derived),
        make_edits(case.compared.blocks, case.compared.earlier, case.compared.later),
        _rate_confidence(case.label, flags, case.overlap),
        _sentence([*case.reasons, *(f.why for f in findings)]),
        reasons=_list_reasons(case, findings),
    )


class _Case(Struct, frozen=True):
    """What one of the three ways of comparing found. `overlap`: how much the two share, 0 to 1."""

    label: Label
    compared: Compared
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]
    overlap: float


def _is_translation(earlier: Wording, later: Wording) -> bool:
    return bool(earlier.language and later.language) and earlier.language != later.language


def _compare_translation(earlier: Wording, later: Wording) -> _Case:
    source, target = choose_language(earlier.language), choose_language(later.language)
    one, two = _fold(earlier, source)[0], _fold(later, target)[0]
    reason = f"told in another language ({earlier.language} → {later.language})"
    findings = find_translation_flags(earlier, later, source, target)
    return _Case("translated", compare_tokens(one, two, target), (reason,), findings, 0.5)


def _compare_marked(earlier: Wording, later: Wording, *, is_derived: bool, beside: Sequence[Wording]) -> _Case:
    language = choose_language(later.language)
    ruling = rule_marked(earlier, later, language, is_derived=is_derived, beside=beside)
    findings = (
        *(Finding(flag, "") for flag in sorted(ruling.flags)),
        *_judge_marked(ruling, earlier, later, language),
        *_judge_clauses(earlier, later, language),
    )
    return _Case(ruling.label, ruling.compared, ruling.reasons, findings, _share_equal(ruling.compared))


def _compare_told(earlier: Wording, later: Wording, config: ChangesConfig) -> _Case:
    """At least one of the two without marks: requoted, or told in the reporter's words."""
    language = choose_language(later.language)
    old_tokens, old = _fold(earlier, language)
    findings: list[Finding] = []
    if later.is_in_marks:
        label: Label = "requoted"
        reason = "words of the reporter stand in quotation marks now"
        compared = compare_tokens(old_tokens, find_tokens(later.text, later.marked, language), language)
        new = fold_tokens(compared.later, language)
    else:
        label, reason = "paraphrased", "told in the reporter's words"
        new_tokens, new = _fold(later, language)
        compared = compare_tokens(old_tokens, new_tokens, language)
        findings.extend(_find_near_verbatim(compared, config))
    findings.extend(find_paraphrase_flags(_telling(earlier, old, language), _telling(later, new, language), language))
    findings.extend(find_context_flags(old, new, _around(later, language), language))
    return _Case(label, compared, (reason,), tuple(findings), measure_overlap(old, new))


def _list_reasons(case: _Case, findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Of the label, then of each flag; a flag that only has the shape of the change for a reason stands without."""
    told = [Reason(None, why) for why in case.reasons]
    told += [Reason(f.flag, f.why) for f in sorted(findings, key=lambda f: f.flag) if f.why]
    return tuple(dict.fromkeys(told))


def _sentence(reasons: Sequence[str]) -> str:
    told: list[str] = []
    named: set[str] = set()
    for reason in dict.fromkeys(r for r in reasons if r):
        words = {w.casefold() for w in _NAMED.findall(reason)}
        if not words or not words <= named:  # of what happened to the same words, once is enough
            told.append(reason)
        named |= words
    text = "; ".join(told)
    return text[:1].upper() + text[1:] + "." if text else ""


def _fold(wording: Wording, language: Language) -> tuple[tuple[Token, ...], tuple[Unit, ...]]:
    tokens = find_tokens(wording.text, wording.spans, language)
    return tokens, fold_tokens(tokens, language)


def _fold_span(text: str, span: Span | None, language: Language) -> tuple[Unit, ...]:
    return () if span is None else fold_tokens(find_tokens(text, (span,), language), language)


def _cue(wording: Wording, language: Language) -> tuple[Unit, ...]:
    return _fold_span(wording.text, wording.cue, language)


def _around(wording: Wording, language: Language) -> tuple[Unit, ...]:
    return _fold_span(wording.text, wording.around, language)


def _telling(wording: Wording, units: tuple[Unit, ...], language: Language) -> Telling:
    return Telling(units, _around(wording, language), _cue(wording, language), wording.text)


def _judge_cues(earlier: Wording, later: Wording) -> tuple[Finding, ...]:
    source, target = choose_language(earlier.language), choose_language(later.language)
    return find_cue_flags(_cue(earlier, source), _cue(later, target), source, target)


def _find_near_verbatim(compared: Compared, config: ChangesConfig) -> list[Finding]:
    longest = max((b for b in compared.blocks if b.op == "equal"), key=lambda b: (b.b - b.a, -b.a), default=None)
    if longest is None or longest.b - longest.a < config.near_verbatim_words:
        return []
    words = say_words(t.written for t in compared.later[longest.c : longest.d][:6])
    return [Finding("near_verbatim", f"{longest.b - longest.a} consecutive words stand without marks (“{words} …”)")]


def _judge_marked(ruling: Ruling, earlier: Wording, later: Wording, language: Language) -> list[Finding]:
    """Flags of meaning of a change inside marks, and whether all of an alteration is minor."""
    findings: list[Finding] = []
    compared = ruling.compared
    old, new = fold_tokens(compared.earlier, language), fold_tokens(compared.later, language)
    around = (*new, *_around(later, language))
    if ruling.label == "requoted":
        whole = fold_tokens(find_tokens(earlier.text, earlier.spans, language), language)
        findings.extend(
            find_paraphrase_flags(_telling(earlier, whole, language), _telling(later, new, language), language)
        )
        findings.extend(find_context_flags(whole, new, _around(later, language), language))
        return findings
    all_minor = True
    for block in ruling.replaced:
        before, after = cut_units(old, block.a, block.b), cut_units(new, block.c, block.d)
        if ruling.label in ("altered", "spliced"):
            is_cut = block.op == "delete"
            is_whole = (ruling.label == "spliced" or is_cut) and (
                len(before) > SHORT_HOLE_WORDS or not is_mid_sentence(compared.earlier, block)
            )
            found = () if is_whole else find_block_flags(before, after, language, is_cut=is_cut)
            findings.extend(found)
            all_minor = all_minor and not found and is_minor(before, after, language)
    if ruling.label == "altered" and ruling.replaced and all_minor:
        findings.append(Finding("minor_wording", ""))
    for cut in ruling.cuts:
        if ruling.label == "partial":
            continue
        lost = _lost_of_sentence(compared, cut, old)
        findings.extend(find_cut_context(lost, around, language))
        hedges = find_hedges(lost, language)
        if any(h.start == 0 or h.end == len(lost) or len(lost) <= HEDGE_CUT_WORDS for h in hedges):
            findings.append(Finding("certainty", f"“{hedges[0].words}” is cut"))
    if ruling.label == "partial":
        findings.extend(_judge_partial(compared, around, language))
    return findings


def _judge_clauses(earlier: Wording, later: Wording, language: Language) -> list[Finding]:
    """Figures in the reporter's clauses around the marks: the quoted words may be right and the sum beside them not."""
    if later.form != "mixed":
        return []
    one, two = _fold(earlier, language)[1], _fold(later, language)[1]
    known = (*one, *_around(earlier, language))
    return [Finding("number", why) for why in find_figure_flags(one, two, known, measure_overlap(one, two), language)]


def _lost_of_sentence(compared: Compared, cut: Block, units: Sequence[Unit]) -> list[Unit]:
    """What a cut took from the sentences that are still quoted in part; whole sentences left out are not looked at."""
    kept = {compared.earlier[k].sentence for b in compared.blocks if b.op == "equal" for k in range(b.a, b.b)}
    return [u for u in cut_units(units, cut.a, cut.b) if u.sentence in kept]


def _judge_partial(compared: Compared, around: Sequence[Unit], language: Language) -> list[Finding]:
    """What the reporter's clause around a quoted run leaves out of the run's own sentence."""
    old = fold_tokens(compared.earlier, language)
    kept = [b for b in compared.blocks if b.op == "equal"]
    sentences = {compared.earlier[k].sentence for b in kept for k in range(b.a, b.b)}
    own = [u for u in old if u.sentence in sentences]
    run = [u for u in old if any(b.a <= u.at < b.b for b in kept)]
    return list(find_context_flags(own, run, around, language)) if run else []


def _share_equal(compared: Compared) -> float:
    equal = sum(b.b - b.a for b in compared.blocks if b.op == "equal")
    return equal / max(1, min(len(compared.earlier), len(compared.later)))


def _rate_confidence(label: Label, flags: frozenset[Flag], overlap: float) -> float:
    """How sure the label and flags are, from how much the two readings share. A rule of thumb, no probability."""
    if label in ("verbatim", "elided", "partial", "truncated", "extended"):
        base = 0.97
    elif label in ("altered", "spliced", "overlapping", "requoted"):
        base = 0.6 + 0.35 * overlap
    elif label == "translated":
        base = 0.7
    else:
        base = 0.55 + 0.35 * overlap
    return round(base - (0.1 if flags & _MEANING_FLAGS and label in ("paraphrased", "translated") else 0.0), 2)


def find_changes(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Sequence[Reading],
    derivations: Sequence[Derivation],
    config: ChangesConfig = DEFAULTS,
) -> tuple[Change, ...]:
    """One change for each reading that has an earlier one, and what was added or dropped along a derivation.

    The earlier reading is the one in the article that the later article derives from, else the fullest earlier one of
    another article. In the order of families and readings; independent of the order of the input otherwise.
    """
    by_id = {a.article.id: a for a in articles}
    speakers: dict[str, Speaker] = {s.id: s for a in articles for s in a.speakers}
    by_reading = {r.id: r for r in readings}
    wordings = {r.id: read_wording(by_id[r.article], r, speakers) for r in readings if r.article in by_id}
    successions = find_successions(
        articles, families, by_reading, wordings, derivations, ParentsConfig(config.least_probability)
    )
    in_marks: dict[str, list[Reading]] = {}
    for reading in sorted(readings, key=lambda r: (r.span, r.id)):
        if reading.id in wordings and wordings[reading.id].is_in_marks:
            in_marks.setdefault(reading.article, []).append(reading)
    return tuple(_make_change(s, by_reading, in_marks, wordings, config) for s in successions)


def _make_change(
    succession: Succession,
    readings: dict[str, Reading],
    in_marks: dict[str, list[Reading]],
    wordings: dict[str, Wording],
    config: ChangesConfig,
) -> Change:
    if succession.from_ is None:
        why = "The article it derives from has no such reading."
        return Change(succession.family, None, succession.to, "added", why=why)
    if succession.to is None:
        why = "The article that derives from it has no such reading."
        return Change(succession.family, succession.from_, None, "dropped", why=why, article=succession.article)
    article = readings[succession.from_].article
    beside = [wordings[r.id] for r in in_marks.get(article, ()) if r.id != succession.from_]
    return compare_wordings(
        wordings[succession.from_],
        wordings[succession.to],
        family=succession.family,
        from_=succession.from_,
        to=succession.to,
        is_derived=succession.is_derived,
        beside=beside,
        config=config,
    )
