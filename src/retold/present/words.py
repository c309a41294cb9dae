"""Every word and phrase that a reader sees, for the terminal and the page alike: one place to read, mend or translate.

The word of the vocabulary (`truncated`) is always shown; the phrase says in a newsroom's terms what it means.
"""

from typing import Final

from retold.model import (
    DerivationKind,
    EvidenceKind,
    FactKind,
    Flag,
    Label,
    OmissionKind,
    PassageKind,
    QuotationKind,
    ReadingForm,
    Severity,
    SpeakerKind,
    Verdict,
    ZoneRole,
)

LABELS: Final[dict[Label, str]] = {
    "verbatim": "word for word",
    "elided": "shortened, and every gap is shown",
    "partial": "a part is quoted inside the reporter’s own sentence",
    "paraphrased": "retold without quotation marks",
    "translated": "in another language",
    "overlapping": "another excerpt of the same words",
    "truncated": "cut at its start or end, and nothing shows it",
    "spliced": "separate parts joined as one, and nothing shows it",
    "extended": "all of it, with more words inside the marks",
    "altered": "words changed inside the marks",
    "requoted": "a reporter’s words put inside quotation marks",
    "added": "not in the report it derives from",
    "dropped": "not carried over",
}

FLAGS: Final[dict[Flag, str]] = {
    "unmarked": "nothing shows the cut",
    "mid_sentence": "cut inside a sentence",
    "typographic": "only marks, dashes, spaces or capitals differ",
    "bracketed": "the difference stands in [ ]",
    "minor_wording": "small wording",
    "near_verbatim": "copied without marks",
    "reordered": "order changed",
    "negation": "a “not” came or went",
    "modality": "must, can, may or will shifted",
    "certainty": "certainty changed",
    "quantifier": "all, both, most or some changed",
    "number": "a figure or date changed",
    "name": "a name changed",
    "participant": "who does what to whom changed",
    "weakened": "weakened",
    "strengthened": "strengthened",
    "reattributed": "another speaker",
    "speaker_widened": "speaker made wider",
    "speaker_narrowed": "speaker made narrower",
    "attribution_dropped": "nobody is named as having said it",
    "cue_changed": "verb of saying changed",
    "context_dropped": "a condition or limit is gone",
}

SEVERITIES: Final[dict[Severity, str]] = {"none": "none", "minor": "minor", "major": "major"}
SEVERITY_SHAPES: Final[dict[Severity, str]] = {"none": "", "minor": "△", "major": "▲"}

OMISSIONS: Final[dict[OmissionKind, str]] = {
    "statement": "statement",
    "quotation": "quotation",
    "quote_part": "part of a quotation",
    "qualifier": "condition or limit",
    "attribution": "who said it",
}

FACT_KINDS: Final[dict[FactKind, str]] = {
    "date": "date",
    "time": "time of day",
    "number": "figure",
    "money": "amount of money",
    "percent": "percentage",
    "score": "score",
    "name": "name",
    "place": "place",
}

VERDICTS: Final[dict[Verdict, str]] = {
    "agree": "agree",
    "differ": "differ",
    "less_precise": "less precise",
    "rounded": "rounded",
    "ambiguous": "ambiguous",
}

DERIVATIONS: Final[dict[DerivationKind, str]] = {"stated": "stated", "inferred": "inferred"}

EVIDENCE: Final[dict[EvidenceKind, str]] = {
    "citation": "names the outlet",
    "timestamp": "time of publication",
    "containment": "what is in both",
    "narration_reuse": "the reporter’s own words reused",
    "shared_error": "the same error",
    "shared_translation": "the same translation",
    "order": "the same order",
    "residue": "a leftover of the earlier report",
    "link": "a link",
    "credit": "a credit",
}

PASSAGES: Final[dict[PassageKind, str]] = {
    "verbatim": "word for word",
    "near_verbatim": "almost word for word",
    "paraphrase": "in other words",
    "translation": "translated",
}

FORMS: Final[dict[ReadingForm, str]] = {
    "direct": "in quotation marks",
    "indirect": "reported, without quotation marks",
    "mixed": "partly in quotation marks",
    "narration": "in the reporter’s own text",
}

KINDS: Final[dict[QuotationKind, str]] = {"direct": "direct", "indirect": "indirect", "mixed": "mixed"}
ATTITUDE: Final = "held, wanted or felt"

SPEAKERS: Final[dict[SpeakerKind, str]] = {
    "person": "person",
    "organization": "organization",
    "state": "state",
    "group": "group",
    "anonymous": "anonymous",
    "unknown": "unknown",
}

ZONES: Final[dict[ZoneRole, str]] = {
    "title": "title",
    "body": "body",
    "heading": "heading",
    "caption": "caption",
    "byline": "byline",
    "about": "about the author",
    "furniture": "page furniture",
    "duplicate": "printed again",
}

LANGUAGES: Final[dict[str, str]] = {"en": "English", "uk": "Ukrainian", "ru": "Russian", "de": "German", "fr": "French"}

DESCENT: Final = "Line of descent"
LEDGER: Final = "Who said what"
LEFT_OUT: Final = "Left out and added"
PLACE: Final = "characters {start}–{end}"
TIMELINE: Final = "Timeline"
CARRYING: Final = {"origin": "first here", "carried": "carries it", "left_out": "left out", "unknown": "not known"}
CARRYING_SHAPES: Final = {"origin": "●", "carried": "●", "left_out": "○", "unknown": "·"}
FACTS: Final = "Facts"
SIDE_BY_SIDE: Final = "Side by side"
REPORTS: Final = "Reports"
QUOTATIONS: Final = "Quotations"
SINGLE_REPORTS: Final = "Reports on their own"
SET_ASIDE: Final = "Set aside"
HOW_MADE: Final = "How this was made"
SAID_ONCE: Final = "Said in one report only"

SPEAKER_UNKNOWN: Final = "Speaker unknown"
ORIGIN_UNKNOWN: Final = "an unknown origin"
DATE_UNKNOWN: Final = "date unknown"
HIDDEN_ORIGIN: Final = "a common origin not at hand ({number})"
NOT_AT_HAND: Final = "not at hand"
ORIGIN_READING: Final = "the earliest reading at hand"
FIRST: Final = "first at hand"
ALSO: Final = "also here"
OTHER_READING: Final = "another reading, compared with none"
NO_DERIVATION: Final = "No derivation found between {reports}: unknown."
NO_DERIVATION_ALONE: Final = "No derivation found for {reports}: unknown."
OTHER_REPORTS: Final = "the other reports"
NO_FAMILIES: Final = "No utterance was found in more than one of these reports."
NO_QUOTATIONS: Final = "No quotation was found in this report."
NO_FACTS: Final = "No fact was found in more than one of these reports."
NO_OMISSIONS: Final = "Nothing was found left out or added along a derivation."
NO_PASSAGES: Final = "No passage was found in both texts."
NO_ARTICLES: Final = "No report could be read. Give two or more reports of one event: retold compare FIRST SECOND"
FIDELITY: Final = "Compared with the earlier report at hand, never with what was spoken."
RELATIVE: Final = "relative to {name}, the earlier report at hand"
LEFT_OUT_OF: Final = "left out of what {name} has"
NOT_DERIVED: Final = "no derivation found"
MORE_PAIRS: Final = "{count} more with passages in common, not set out here; --json has all."
MORE: Final = "… and {count} more"


def count_noun(count: int, singular: str, plural: str = "") -> str:
    """
    >>> count_noun(1, "report"), count_noun(2, "report"), count_noun(2, "story", "stories")
    ('1 report', '2 reports', '2 stories')
    """
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def name_language(code: str) -> str:
    """The English name of a language code, or the code itself."""
    return LANGUAGES.get(code, code)


def join_names(names: tuple[str, ...]) -> str:
    """
    >>> join_names(("A", "B", "C"))
    'A, B and C'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def write_severity(severity: Severity) -> str:
    """A severity as a word, with its shape.

    >>> write_severity("major")
    '▲ major'
    """
    shape = SEVERITY_SHAPES[severity]
    return f"{shape} {SEVERITIES[severity]}" if shape else f"severity {SEVERITIES[severity]}"


def write_tally(tally: dict[Severity, int]) -> str:
    """How many readings were compared, and how they came out.

    >>> write_tally({"major": 2, "minor": 0, "none": 3})
    '5 readings compared: 2 major, 0 minor, 3 none'
    """
    parts = ", ".join(f"{count} {SEVERITIES[severity]}" for severity, count in tally.items())
    return f"{count_noun(sum(tally.values()), 'reading')} compared: {parts}"


def write_unknown(groups: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """That nothing joins these groups of reports, in as few sentences as say it.

    >>> write_unknown((("A",), ("B",)))
    ('No derivation found between A and B: unknown.',)
    >>> write_unknown((("A", "B"), ("C",), ("D",)))
    ('No derivation found for C and D: unknown.',)
    """
    if len(groups) < 2:
        return ()
    alone = tuple(group[0] for group in groups if len(group) == 1)
    joined = [group for group in groups if len(group) > 1]
    if not joined:
        return (NO_DERIVATION.format(reports=join_names(alone)),)
    if len(groups) == 2:
        return (NO_DERIVATION.format(reports=f"{join_names(groups[1])} and {join_names(groups[0])}"),)
    lines = [NO_DERIVATION.format(reports=f"{join_names(group)} and {OTHER_REPORTS}") for group in joined[1:]]
    if alone:
        lines.append(NO_DERIVATION_ALONE.format(reports=join_names(alone)))
    return tuple(lines)
