"""Labelled pairs of readings (tests/cases/trace/changes.jsonl): label, flags and severity of each, one test a pair.

A case gives the content of both readings ("||" where a cue interrupts it), their forms and cues; the article around is
made here. `fails`: a known failure, with its reason.
"""

from pathlib import Path

import msgspec
import pytest

from retold.model import Change, ReadingForm, Span, Speaker, SpeakerKind
from retold.trace.changes import compare_wordings
from retold.trace.wordings import Wording, make_wording


class Case(msgspec.Struct, frozen=True):
    comment: str
    earlier: str
    later: str
    forms: tuple[ReadingForm, ReadingForm]
    cues: tuple[str, str]
    derived: bool
    label: str
    flags: tuple[str, ...]
    severity: str
    speakers: tuple[tuple[str, SpeakerKind] | None, tuple[str, SpeakerKind] | None] | None = None
    fails: str | None = None


_FILE = Path(__file__).parents[1] / "cases" / "trace" / "changes.jsonl"
CASES = tuple(msgspec.json.decode(line, type=Case) for line in _FILE.read_text("utf-8").splitlines())


def build_wording(content: str, form: ReadingForm, cue: str, speaker: Speaker | None) -> Wording:
    """The reading in a sentence of its own, with its cue, as an article would have it."""
    text = "Overview.\n\n"
    marks = ("“", "”") if form == "direct" else ("", "")
    spans = []
    cue_span = None
    if form in ("indirect", "mixed"):
        cue_span = Span(len(text) + 4, len(text) + 4 + len(cue))
        text += f"She {cue} that "
    for i, part in enumerate(content.split("||")):
        text += f" she {cue}. " if i else ""
        text += marks[0]
        spans.append(Span(len(text), len(text) + len(part)))
        text += part + marks[1]
    if form == "direct":
        cue_span = Span(len(text) + 5, len(text) + 5 + len(cue))
        text += f" she {cue}."
    start = len("Overview.\n\n")
    return make_wording(text, form, tuple(spans), "en", cue=cue_span, speaker=speaker, around=Span(start, len(text)))


def compare_case(case: Case) -> Change:
    who = case.speakers or (("Ilse Varga", "person"), ("Ilse Varga", "person"))
    speakers = [Speaker(s[0], s[0], s[1]) if s else None for s in who]
    earlier = build_wording(case.earlier, case.forms[0], case.cues[0], speakers[0])
    later = build_wording(case.later, case.forms[1], case.cues[1], speakers[1])
    return compare_wordings(earlier, later, is_derived=case.derived)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(c, id=f"{i}-{c.label}", marks=[pytest.mark.xfail(reason=c.fails, strict=True)] if c.fails else [])
        for i, c in enumerate(CASES, 1)
    ],
)
def test_case(case: Case) -> None:
    change = compare_case(case)
    assert (change.label, change.flags, change.severity) == (case.label, case.flags, case.severity), change.why


def test_most_cases_are_faithful() -> None:
    faithful = sum(c.severity == "none" for c in CASES)
    assert len(CASES) >= 120
    assert faithful * 2 >= len(CASES)
