"""The closed set of labels as rules, and why a severity is what it is, in plain English: what explanations quote."""

from typing import Final

from retold.model import Flag, Label, Severity
from retold.present import words
from retold.trace.changes import MAJOR_FLAGS, MINOR_FLAGS, rate_severity

LABEL_RULES: Final = words.RULES
"""In the order in which they are tried: the first that fits gives the label."""
BESIDE_RULES: Final = words.RULES_BESIDE
SHAPE_FLAGS: Final[frozenset[Flag]] = frozenset(
    {"unmarked", "mid_sentence", "bracketed", "minor_wording", "typographic"}
)
"""Flags that say how a label is to be weighed; the others weigh on their own."""


def write_rule(label: Label) -> str:
    """Which rule of the closed set a label is.

    >>> write_rule("verbatim")
    'Rule 4 of 11: both stand in marks, with the same words. No rule before it fits.'
    """
    if label in BESIDE_RULES:
        return words.RULE_BESIDE.format(rule=BESIDE_RULES[label])
    number = list(LABEL_RULES).index(label) + 1
    phrase = words.RULE if number > 1 else words.RULE_FIRST
    return phrase.format(number=number, count=len(LABEL_RULES), rule=LABEL_RULES[label])


def rate_label(label: Label, flags: frozenset[Flag], *, is_derived: bool) -> tuple[Severity, str]:
    """The severity that a label calls for, the shape of its cut and wording counted in, and why."""
    severity = rate_severity(label, flags & SHAPE_FLAGS, is_derived=is_derived)
    if label == "spliced":
        why = "what was said apart reads as one statement"
    elif label in ("requoted", "extended"):
        why = (
            "along a derivation there is nowhere else the words could come from"
            if is_derived
            else "between independent reports the later one may have heard more"
        )
    elif severity == "major" and "mid_sentence" in flags:
        why = "a cut inside a sentence, and nothing shows it"
    elif severity == "major":
        why = "a word that carries meaning changed inside the marks"
    elif label == "altered":
        why = "only small wording, or words shown in brackets"
    elif severity == "minor":
        why = "a cut at the end of a sentence, and nothing shows it"
    elif label in ("added", "dropped"):
        why = "a choice, not a change of words"
    else:
        why = "no breach by itself"
    return severity, why


def rate_flag(flag: Flag) -> tuple[Severity, str]:
    """The severity that a flag calls for by itself, and why.

    >>> rate_flag("negation")
    ('major', 'it changes what is said, or who says it')
    """
    if flag in SHAPE_FLAGS:
        return "none", "it counts through the label"
    severity = rate_severity("verbatim", frozenset({flag}), is_derived=False)
    if flag in MAJOR_FLAGS:
        return severity, "it changes what is said, or who says it"
    if flag in MINOR_FLAGS:
        return severity, "a reader should know it, but the statement itself stands"
    return severity, "it tells how, and weighs nothing"
