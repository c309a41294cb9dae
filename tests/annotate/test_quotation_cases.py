"""Labelled cases of who said what: kind, content, cue, source, speaker, nesting, over the hard cases of English news.

Each line of `tests/cases/annotate/quotations/*.jsonl` is one short article in invented words. `expect` lists every
quotation in it: a substring that occurs once, or `[substring, occurrence]` counted from 0. A key that is missing is not
checked; `null` means that there is none to be found. A line that the tool still gets wrong stands in
`known-failures.jsonl` with the reason, as a strict xfail: mended, it must move to its place.
"""

import json
import re
from pathlib import Path
from typing import NotRequired, TypeAlias, TypedDict

import pytest

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.languages import load_language
from retold.model import AnnotatedArticle, Article, Quotation, Span, Zone

FOLDER = Path(__file__).parents[1] / "cases/annotate/quotations"
TRIMMED = " \u00a0\t\n\"'“”‘’„«».,;:!?…`—–-"
"""What may stand at either end of a content span without making it another one: marks, blanks, punctuation."""

Where: TypeAlias = str | tuple[str, int]


class Expected(TypedDict):
    kind: str
    content: list[Where]
    cue: NotRequired[Where | None]
    source: NotRequired[Where | None]
    speaker: NotRequired[str | None]
    is_whole_name: NotRequired[bool]
    within: NotRequired[int | None]


class Case(TypedDict):
    label: str
    comment: str
    text: str
    title: NotRequired[bool]
    expect: list[Expected]


def read_cases(name: str) -> list[Case]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


KNOWN = read_cases("known-failures")
GOOD = [case for name in ("in-the-wild", "synthetic", "speakers", "run-on", "negative") for case in read_cases(name)]
PARAMETERS = [pytest.param(case, id=case["label"]) for case in GOOD] + [
    pytest.param(case, id=case["label"], marks=pytest.mark.xfail(strict=True, reason=case["comment"])) for case in KNOWN
]


@pytest.fixture(scope="session")
def parsers() -> ParserShelf:
    shelf = ParserShelf(AnnotateConfig())
    if shelf.find(load_language("en")) is None:
        pytest.skip("the English parser is not installed: pip install 'retold[en]'")
    return shelf


def annotate_case(case: Case, parsers: ParserShelf) -> AnnotatedArticle:
    """One article of the case: a zone a line, so that only the attribution is judged."""
    text = case["text"]
    lines = [Span(*match.span()) for match in re.finditer(r"[^\n]+", text)]
    zones = tuple(Zone("title" if case.get("title") and i == 0 else "body", span) for i, span in enumerate(lines))
    return annotate_articles([Article("a1", text, "", language="en", zones=zones)], parsers)[0]


def locate(text: str, where: Where) -> Span:
    wanted, index = (where, None) if isinstance(where, str) else (where[0], where[1])
    starts = [match.start() for match in re.finditer(rf"(?={re.escape(wanted)})", text)]
    assert starts, f"{wanted!r} does not occur"
    assert index is not None or len(starts) == 1, f"{wanted!r} occurs {len(starts)} times: give an index"
    return Span(starts[index or 0], starts[index or 0] + len(wanted))


def trim(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start] in TRIMMED:
        start += 1
    while end > start and text[end - 1] in TRIMMED:
        end -= 1
    return Span(start, end)


def fold_name(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w-]+", name.casefold().replace("’", "'")))


def compare(case: Case, annotated: AnnotatedArticle) -> list[str]:
    """What differs between the expectation and the findings, a line each; nothing where they agree."""
    # attitudes are weighed, and no part of these cases: see test_odds
    text, found = annotated.article.text, list(annotated.article.told)
    names = {s.id: s.name for s in annotated.speakers}
    wanted = [[trim(text, locate(text, where)) for where in expected["content"]] for expected in case["expect"]]
    matches: list[Quotation | None] = []
    left = list(found)
    for spans in wanted:
        best = max(left, key=lambda q: _likeness(text, q, spans), default=None)
        if best is not None and _likeness(text, best, spans) > 0:
            left.remove(best)
            matches.append(best)
        else:
            matches.append(None)
    differences = [f"not expected: {q.kind} {[s.cut(text) for s in q.content]}" for q in left]
    for expected, spans, match in zip(case["expect"], wanted, matches, strict=True):
        what = expected["content"][0]
        if match is None:
            differences.append(f"not found: {what}")
            continue
        got = [trim(text, s) for s in match.content]
        if got != spans:
            differences.append(f"content: {[s.cut(text) for s in spans]} found as {[s.cut(text) for s in got]}")
        if match.kind != expected["kind"]:
            differences.append(f"kind of {what}: {expected['kind']} found as {match.kind}")
        for part, place in (("cue", match.cue), ("source", match.source)):
            if part in expected:
                where = expected["cue"] if part == "cue" else expected["source"]
                if (where is None) != (place is None) or (
                    where is not None and place is not None and not locate(text, where).overlaps(place)
                ):
                    differences.append(f"{part} of {what}: {where} found as {place and place.cut(text)}")
        if "speaker" in expected:
            name, speaker = expected["speaker"], names[match.speaker] if match.speaker else None
            theirs, ours = fold_name(name or ""), fold_name(speaker or "")
            if not theirs <= ours or (ours and (name is None or ("is_whole_name" in expected and ours != theirs))):
                differences.append(f"speaker of {what}: {name} found as {speaker}")
        if "within" in expected:
            outer = expected["within"]
            holder = matches[outer] if outer is not None else None
            if match.within != (holder.id if holder is not None else None):
                differences.append(f"within of {what}: {outer} found as {match.within}")
    return differences


def _likeness(text: str, quotation: Quotation, spans: list[Span]) -> float:
    """Shared characters over joint characters of the contents."""
    mine = {i for s in quotation.content for i in range(*_ends(trim(text, s)))}
    theirs = {i for s in spans for i in range(*_ends(s))}
    return len(mine & theirs) / max(1, len(mine | theirs))


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


@pytest.mark.parametrize("case", PARAMETERS)
def test_case(case: Case, parsers: ParserShelf) -> None:
    assert compare(case, annotate_case(case, parsers)) == []


def test_cases_are_many_and_told_apart() -> None:
    cases = [*GOOD, *KNOWN]
    assert len(cases) >= 430
    assert len({case["label"] for case in cases}) == len(cases)
    assert len({case["text"] for case in cases}) == len(cases)
    assert all(case["comment"] for case in KNOWN)
    assert not any(case["expect"] for case in read_cases("negative"))
