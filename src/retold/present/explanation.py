"""Why one finding is what it is: the rule, the words and the numbers, in plain English, from the document alone.

explain_finding(document, "c3") → Explanation → render_explanation(…)
"""

import textwrap
from math import exp
from typing import Final

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.errors import RetoldError
from retold.model import Article, Change, Derivation, Edit, EditOp, Evidence, Reading
from retold.present import words
from retold.present.ledger import Ledger
from retold.present.lettering import clean_line, clean_run, shorten_line
from retold.present.pieces import build_pieces, drop_marks, is_readable, mark_interruptions
from retold.present.rules import rate_flag, rate_label, write_rule
from retold.trace.replay import find_ancestors, is_derived, read_config

WIDTH_COLUMNS: Final = 80
_QUOTE_CHARS: Final = 900
_PLACE_CHARS: Final = 100
_SHOWN_PLACES: Final = 3
_INDENT: Final = 13
_EDITS: Final[dict[EditOp, str]] = {"equal": "kept", "delete": "left out", "insert": "put in", "replace": "replaced"}


class Section(Struct, frozen=True):
    """One heading of an explanation with its lines."""

    title: str
    lines: tuple[str, ...]


class Explanation(Struct, frozen=True):
    """Why one finding (`id`) is what it is: a headline, then the sections in the order in which they are read."""

    id: str
    headline: str
    sections: tuple[Section, ...]


class UnknownFindingError(RetoldError):
    """There is no change or derivation of this id; the message names those that there are."""


def explain_finding(document: EvidenceDocument, id_: str) -> Explanation:
    """The explanation of a change ("c3") or a derivation ("d1"). Raises `UnknownFindingError` for any other id."""
    for change in document.changes:
        if change.id == id_:
            return explain_change(document, change)
    for derivation in document.derivations:
        if derivation.id == id_:
            return explain_derivation(document, derivation)
    raise UnknownFindingError(f"there is no finding “{shorten_line(id_, 40)}”; {_name_range(document)}")


def explain_change(document: EvidenceDocument, change: Change) -> Explanation:
    """Which rule gave the label, what calls for each flag and for the severity, and what both readings say.

    From the stored findings and the articles' texts; nothing is decided anew. Linear in the document.
    """
    ledger = Ledger(document)
    earlier, later = (ledger.readings.get(id_ or "") for id_ in (change.from_, change.to))
    readings = ledger.readings
    derived = is_derived(document, change, readings)
    flags = frozenset(change.flags)
    family = next((f for f in document.families if f.id == change.family), None)
    severity, why = rate_label(change.label, flags, is_derived=derived)
    label_lines = [f"{change.label}: {words.LABELS[change.label]}. {write_rule(change.label)}"]
    label_lines += [_sentence(r.why) for r in change.reasons if r.flag is None]
    weighed = [f"{change.label}: {severity} ({why})."]
    flag_lines = []
    for flag in change.flags:
        reasons = "; ".join(r.why for r in change.reasons if r.flag == flag) or words.FLAGS[flag]
        weight, ground = rate_flag(flag)
        flag_lines.append(f"{flag} ({words.FLAGS[flag]}): {reasons}." if reasons != words.FLAGS[flag] else
                          f"{flag}: {reasons}.")  # fmt: skip
        weighed.append(f"{flag}: {weight} ({ground}).")
    sections = [
        Section("Speaker", (ledger.name_speaker(family.speaker if family else None),)),
        Section("Earlier", _describe_reading(earlier, ledger) or _say_none(change, ledger)),
        Section("Later", _describe_reading(later, ledger) or _say_none(change, ledger)),
        Section("Words", _write_words(change, earlier, later, ledger)),
        Section("Held against", (_describe_ground(document, change, earlier, later, ledger),)),
        Section("Label", tuple(label_lines)),
        Section("Flags", tuple(flag_lines) or ("none",)),
        Section("Severity", (f"{change.severity}: the highest that label or flags call for.", *weighed)),
        Section("Confidence", (f"{change.confidence:.2f} for label and flags (1 is sure).",)),
    ]
    headline = f"{change.label}, {words.write_severity(change.severity)}"
    return Explanation(change.id, headline, tuple(s for s in sections if s.lines))


def explain_derivation(document: EvidenceDocument, derivation: Derivation) -> Explanation:
    """What speaks for and against one report retelling another: every piece of evidence with its weight, and the sum.

    From the stored findings alone. Linear in the document.
    """
    ledger = Ledger(document)
    prior = read_config(document).derivations.prior
    total = prior + sum(piece.weight for piece in derivation.evidence)
    origin, copy = ledger.name_origin(derivation), ledger.name(derivation.to)
    kind = (
        f"stated: {copy} itself names {origin} as where it has this from."
        if derivation.kind == "stated"
        else f"inferred: {copy} names no report at hand as its source; the evidence below bears this one out."
    )
    rows = [f"{prior:+.2f}  to begin with: of the pairs of a story few are derivations"]
    for piece in derivation.evidence:
        rows.append(f"{piece.weight:+.2f}  {words.EVIDENCE[piece.kind]}: {clean_line(piece.why)}")
        rows += [f"       {line}" for line in _quote_places(piece, ledger)]
    sums = (
        f"{total:+.2f} in all, in natural log-odds.",
        f"Probability 1 / (1 + e^{-total:.2f}) = {round(1 / (1 + exp(-total)), 4):.4f}.",
    )
    sections = (
        Section("From", (origin,)),
        Section("To", (copy,)),
        Section("Kind", (kind,)),
        Section("Evidence", tuple(rows)),
        Section("Sum", sums),
    )
    return Explanation(derivation.id, f"{origin} → {copy}, {derivation.kind}, {derivation.probability:.2f}", sections)


def render_explanation(explanation: Explanation, width: int = WIDTH_COLUMNS) -> str:
    """The explanation as text, `width` columns at most, without colour.

    >>> print(render_explanation(Explanation("c1", "verbatim", (Section("Label", ("the same words",)),))), end="")
    c1  verbatim
    <BLANKLINE>
    Label        the same words
    """
    rows = textwrap.wrap(f"{explanation.id}  {explanation.headline}", width, subsequent_indent="    ")
    for section in explanation.sections:
        rows.append("")
        head = section.title.ljust(_INDENT)
        for line in section.lines:
            own = len(line) - len(line.lstrip())
            rows += textwrap.wrap(
                line.strip(),
                width,
                initial_indent=head + " " * own,
                subsequent_indent=" " * (_INDENT + (own or (7 if line[:1] in "+-" and line[1:2].isdigit() else 0))),
                break_on_hyphens=False,
            )
            head = " " * _INDENT
    return "\n".join(row.rstrip() for row in rows) + "\n"


def _name_range(document: EvidenceDocument) -> str:
    parts = []
    for noun, findings in (("change", document.changes), ("derivation", document.derivations)):
        ids = [finding.id for finding in findings]
        if ids:
            parts.append(f"{noun} {ids[0]}" if len(ids) == 1 else f"{noun}s {ids[0]} to {ids[-1]}")
    return f"there are {' and '.join(parts)}" if parts else "there are no changes and no derivations here"


def _describe_reading(reading: Reading | None, ledger: Ledger) -> tuple[str, ...]:
    if reading is None:
        return ()
    line = ledger.articles[reading.article].text.count("\n", 0, reading.span.start) + 1
    head = f"{ledger.name(reading.article)}, line {line}, {words.FORMS[reading.form]}:"
    return head, shorten_line(ledger.quote_reading(reading), _QUOTE_CHARS)


def _say_none(change: Change, ledger: Ledger) -> tuple[str, ...]:
    if change.article is not None:
        return (f"{ledger.name(change.article)} has no reading of it",)
    return ("no earlier reading",)


def _write_words(change: Change, earlier: Reading | None, later: Reading | None, ledger: Ledger) -> tuple[str, ...]:
    """The later reading with what was left out `[-…-]` and put in `{+…+}`, and how many words each edit covers."""
    if earlier is None or later is None:
        return ()
    one, two = ledger.articles[earlier.article], ledger.articles[later.article]
    counts = _count_edits(change, one, two)
    if all(edit.op == "equal" for edit in change.edits):
        return (counts,) if counts else ()
    pieces = build_pieces(change, one.text, two.text, later.span)
    if not is_readable(pieces):
        pieces = drop_marks(pieces)
    if later.form == "direct":
        pieces = mark_interruptions(pieces)
    shown = {"removed": "[-{}-]", "added": "{{+{}+}}"}
    text = "".join(shown.get(piece.kind, "{}").format(clean_run(piece.text)) for piece in pieces)
    return shorten_line(f"“{text}”" if later.form == "direct" else text, _QUOTE_CHARS), counts


def _count_edits(change: Change, earlier: Article, later: Article) -> str:
    counts: dict[EditOp, list[int]] = {}
    for edit in change.edits:
        row = counts.setdefault(edit.op, [0, 0])
        row[0] += _count_words(edit, earlier, is_later=False)
        row[1] += _count_words(edit, later, is_later=True)
    parts = []
    for op, name in _EDITS.items():
        if op in counts:
            old, new = counts[op]
            parts.append(f"{old} {name} by {new}" if op == "replace" else f"{new if op == 'insert' else old} {name}")
    return f"Words {', '.join(parts)}." if parts else ""


def _count_words(edit: Edit, article: Article, *, is_later: bool) -> int:
    """Of the quoted words: a cue that interrupts them may stand inside an edit."""
    span = edit.to if is_later else edit.from_
    parts = [p for q in article.quotations if q.extent.contains(span) for p in q.content if p.overlaps(span)] or [span]
    cuts = (article.text[max(p.start, span.start) : min(p.end, span.end)] for p in dict.fromkeys(parts))
    return sum(any(c.isalnum() for c in word) for cut in cuts for word in cut.split())


def _describe_ground(
    document: EvidenceDocument, change: Change, earlier: Reading | None, later: Reading | None, ledger: Ledger
) -> str:
    """Relative to which report, and why to that one."""
    if later is None:
        known = [d for d in document.derivations if d.to == change.article and earlier and d.from_ == earlier.article]
        copy = ledger.name(change.article or "")
        return f"{copy} derives from {ledger.name(earlier.article if earlier else '')}{_cite(known)}."
    copy = ledger.name(later.article)
    if earlier is None:
        known = [d for d in document.derivations if d.to == later.article and d.from_ in ledger.articles]
        origins = words.join_names(tuple(dict.fromkeys(ledger.name_origin(d) for d in known)))
        return f"{copy} derives from {origins}{_cite(known)}, where no such reading was found."
    source = ledger.name(earlier.article)
    known = [d for d in document.derivations if d.to == later.article and d.from_ == earlier.article]
    if known:
        ground = f"{copy} derives from it{_cite(known)}"
    elif earlier.article in find_ancestors(document, later.article):
        ground = f"{copy} goes back to it, over other reports"
    else:
        ground = f"the fullest earlier reading at hand; no derivation joins {copy} and it"
    return f"{source}: {ground}. Never with what was spoken."


def _cite(derivations: list[Derivation]) -> str:
    told = ", ".join(f"{d.id} {d.kind} {d.probability:.2f}".strip() for d in derivations)
    return f" ({told})" if told else ""


def _quote_places(piece: Evidence, ledger: Ledger) -> list[str]:
    rows = [
        f"{ledger.name(place.article)}: {ledger.quote_place(place, _PLACE_CHARS)}"
        for place in piece.spans[:_SHOWN_PLACES]
    ]
    more = len(piece.spans) - _SHOWN_PLACES
    return [*rows, words.MORE.format(count=more)] if more > 0 else rows


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
