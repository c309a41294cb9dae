"""Every word and phrase that a reader sees, for the terminal and the page alike, read from one file of words.

The word of the vocabulary (`truncated`) is always shown; the phrase says in a newsroom's terms what it means. `en.toml`
beside this file is the one to read, to mend, or to copy for another language.
"""

import tomllib
from collections.abc import Mapping
from gettext import c2py
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct

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


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of words. `plural`: which of a noun's forms goes with a count n, as in gettext."""

    language: str
    plural: str
    months: tuple[str, ...]
    nouns: dict[str, tuple[str, ...]]
    labels: dict[Label, str]
    flags: dict[Flag, str]
    severities: dict[Severity, str]
    omissions: dict[OmissionKind, str]
    fact_kinds: dict[FactKind, str]
    verdicts: dict[Verdict, str]
    derivations: dict[DerivationKind, str]
    evidence: dict[EvidenceKind, str]
    passages: dict[PassageKind, str]
    forms: dict[ReadingForm, str]
    kinds: dict[QuotationKind, str]
    speakers: dict[SpeakerKind, str]
    zones: dict[ZoneRole, str]
    carrying: dict[str, str]
    languages: dict[str, str]
    rules: dict[Label, str]
    rules_beside: dict[Label, str]
    text: dict[str, str]


def read_words(text: str) -> Words:
    """A file of words, checked: unknown tables, labels and flags are refused. Raises `msgspec.ValidationError`."""
    return msgspec.convert(tomllib.loads(text), Words)


WORDS: Final = read_words(files("retold.present.words").joinpath("en.toml").read_text("utf-8"))
LABELS: Final = WORDS.labels
FLAGS: Final = WORDS.flags
SEVERITIES: Final = WORDS.severities
SEVERITY_SHAPES: Final[dict[Severity, str]] = {"none": "", "minor": "△", "major": "▲"}
OMISSIONS: Final = WORDS.omissions
FACT_KINDS: Final = WORDS.fact_kinds
VERDICTS: Final = WORDS.verdicts
DERIVATIONS: Final = WORDS.derivations
EVIDENCE: Final = WORDS.evidence
PASSAGES: Final = WORDS.passages
FORMS: Final = WORDS.forms
KINDS: Final = WORDS.kinds
SPEAKERS: Final = WORDS.speakers
ZONES: Final = WORDS.zones
LANGUAGES: Final = WORDS.languages
CARRYING: Final = WORDS.carrying
CARRYING_SHAPES: Final = {"origin": "●", "carried": "●", "left_out": "○", "unknown": "·"}
MONTHS: Final = WORDS.months
RULES: Final = WORDS.rules
RULES_BESIDE: Final = WORDS.rules_beside
SAY: Final[Mapping[str, str]] = WORDS.text
"""Phrases by name: templates print these, and what the code needs of them stands below."""

ATTITUDE: Final = SAY["attitude"]
DESCENT: Final = SAY["descent"]
LEDGER: Final = SAY["ledger"]
LEFT_OUT: Final = SAY["left_out"]
PLACE: Final = SAY["place"]
FACTS: Final = SAY["facts"]
REPORTS: Final = SAY["reports"]
SINGLE_REPORTS: Final = SAY["single_reports"]
SAID_ONCE: Final = SAY["said_once"]
SPEAKER_UNKNOWN: Final = SAY["speaker_unknown"]
ORIGIN_UNKNOWN: Final = SAY["origin_unknown"]
DATE_UNKNOWN: Final = SAY["date_unknown"]
HIDDEN_ORIGIN: Final = SAY["hidden_origin"]
NOT_AT_HAND: Final = SAY["not_at_hand"]
ORIGIN_READING: Final = SAY["origin_reading"]
FIRST: Final = SAY["first"]
ALSO: Final = SAY["also"]
OTHER_READING: Final = SAY["other_reading"]
NO_DERIVATION: Final = SAY["no_derivation"]
NO_DERIVATION_ALONE: Final = SAY["no_derivation_alone"]
OTHER_REPORTS: Final = SAY["other_reports"]
NO_FAMILIES: Final = SAY["no_families"]
NO_QUOTATIONS: Final = SAY["no_quotations"]
NO_FACTS: Final = SAY["no_facts"]
NO_OMISSIONS: Final = SAY["no_omissions"]
NO_ARTICLES: Final = SAY["no_articles"]
FIDELITY: Final = SAY["fidelity"]
RELATIVE: Final = SAY["relative"]
LEFT_OUT_OF: Final = SAY["left_out_of"]
NOT_DERIVED: Final = SAY["not_derived"]
MORE: Final = SAY["more"]
LATER: Final = SAY["later"]
RULE: Final = SAY["rule"]
RULE_FIRST: Final = SAY["rule_first"]
RULE_BESIDE: Final = SAY["rule_beside"]
AND_UNKNOWN: Final = SAY["and_unknown"]
OUTLET_UNKNOWN: Final = SAY["outlet_unknown"]
LANGUAGE_UNKNOWN: Final = SAY["language_unknown"]
AND_MORE: Final = SAY["and_more"]
COMPARED: Final = SAY["compared"]
_PLURAL: Final = c2py(WORDS.plural)


def count_noun(count: int, noun: str) -> str:
    """
    >>> count_noun(1, "report"), count_noun(2, "report"), count_noun(2, "story")
    ('1 report', '2 reports', '2 stories')
    """
    return WORDS.nouns[noun][_PLURAL(count)].format(count=count)


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
    return f"{COMPARED.format(readings=count_noun(sum(tally.values()), 'reading'))} {parts}"


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
