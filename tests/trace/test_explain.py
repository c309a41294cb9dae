"""What decides, explains: every finding of every invented story is decided again from its document alone, and told."""

import re
from functools import cache

import msgspec
import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.demo import REPORTS
from retold.document import EvidenceDocument, decode_document, encode_document
from retold.evidence import CompareConfig, compare_articles
from retold.languages import load_language
from retold.model import Change, Label
from retold.present.explanation import UnknownFindingError, explain_finding, render_explanation
from retold.present.rules import BESIDE_RULES, LABEL_RULES, rate_flag, rate_label
from retold.present.words import LABELS
from retold.read import read_inputs
from retold.trace.changes import rate_severity
from retold.trace.derivations import replay
from retold.trace.replay import is_derived, read_config, replay_changes, replay_derivations
from retold.trace.wordings import find_tokens

from .. import stories

DEMO = "the demo"
NAMES = [*stories.NAMES, DEMO]
_WEIGHT = {"none": 0, "minor": 1, "major": 2}


@cache
def read_document(name: str) -> EvidenceDocument:
    """A story's document as another program would have it: from its bytes."""
    articles = read_inputs([str(REPORTS)]).articles if name == DEMO else stories.load_articles(name)
    document = compare_articles(articles, CompareConfig(annotate=AnnotateConfig(parse=False)))
    return decode_document(encode_document(document))


def _strip(change: Change) -> Change:
    """The verdict and its ground, without what only numbers it."""
    return msgspec.structs.replace(change, id="")


@pytest.mark.parametrize("name", NAMES)
def test_changes_come_out_again(name: str) -> None:
    document = read_document(name)
    assert document.changes
    again = replay_changes(document)
    for stored, replayed in zip(document.changes, again, strict=True):
        assert (replayed.label, replayed.flags, replayed.severity) == (stored.label, stored.flags, stored.severity)
        assert replayed == stored


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_come_out_again(name: str) -> None:
    document = read_document(name)
    prior = read_config(document).derivations.prior
    assert replay_derivations(document) == document.derivations
    for derivation in document.derivations:
        assert replay(derivation.evidence, prior) == derivation.probability
        heavier = [msgspec.structs.replace(piece, weight=piece.weight + 1) for piece in derivation.evidence]
        assert replay(heavier, prior) != derivation.probability or derivation.probability in (0.0, 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_severity_is_the_highest_of_its_parts(name: str) -> None:
    document = read_document(name)
    readings = {r.id: r for r in document.readings}
    for change in document.changes:
        derived = is_derived(document, change, readings)
        flags = frozenset(change.flags)
        parts = [rate_label(change.label, flags, is_derived=derived)[0], *(rate_flag(flag)[0] for flag in flags)]
        assert max(parts, key=_WEIGHT.__getitem__) == change.severity, change
        if change.from_ and change.to:
            assert rate_severity(change.label, flags, is_derived=derived) == change.severity


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_is_told_with_its_words_and_numbers(name: str) -> None:
    document = read_document(name)
    texts = {a.id: a.text for a in document.articles}
    readings = {r.id: r for r in document.readings}
    for change in document.changes:
        explanation = explain_finding(document, change.id)
        text = " ".join(render_explanation(explanation).split())
        assert change.label in text
        assert f"{change.confidence:.2f}" in text
        assert all(flag in text for flag in change.flags)
        assert all(" ".join(reason.why.split()) in text for reason in change.reasons if reason.flag)
        for id_ in (change.from_, change.to):
            if id_ is not None:
                first = readings[id_].span.cut(texts[readings[id_].article]).split()[0]
                assert first in text
    for derivation in document.derivations:
        text = render_explanation(explain_finding(document, derivation.id))
        assert f"{derivation.probability:.4f}" in text
        assert all(f"{piece.weight:+.2f}" in text for piece in derivation.evidence)
        assert all(piece.why.split()[0] in text for piece in derivation.evidence)


def test_explanation_fits_its_width() -> None:
    document = read_document(DEMO)
    for finding in (*document.changes, *document.derivations):
        for width in (60, 80):
            longest = max(render_explanation(explain_finding(document, finding.id), width).splitlines(), key=len)
            assert len(longest) <= width


def test_ids_count_up_and_an_unknown_one_is_told_with_the_range() -> None:
    document = read_document(DEMO)
    assert [c.id for c in document.changes] == [f"c{n}" for n in range(1, len(document.changes) + 1)]
    assert [d.id for d in document.derivations] == [f"d{n}" for n in range(1, len(document.derivations) + 1)]
    with pytest.raises(UnknownFindingError, match=f"changes c1 to c{len(document.changes)} and derivations d1 to d3"):
        explain_finding(document, "c0")
    empty = msgspec.structs.replace(document, changes=(), derivations=())
    with pytest.raises(UnknownFindingError, match="no changes and no derivations"):
        explain_finding(empty, "c1")


def test_change_inside_marks_is_told_word_for_word() -> None:
    document = read_document(DEMO)
    change = next(c for c in document.changes if "modality" in c.flags)
    text = " ".join(render_explanation(explain_finding(document, change.id)).split())
    assert "[-can-] {+must+}" in text
    assert "Rule 11 of 11" in text
    assert "modality: major" in text
    assert "“can” became “must”" in text
    assert "Vellin Courier: Daily Lantern derives from it (d" in text


def test_every_label_has_its_rule_in_the_order_of_the_glossary() -> None:
    labels: list[Label] = [*LABEL_RULES, *BESIDE_RULES]
    assert sorted(labels) == sorted(LABELS)
    assert list(LABEL_RULES)[:4] == ["translated", "requoted", "paraphrased", "verbatim"]
    assert list(LABEL_RULES)[-1] == "altered"


def test_verdict_rests_on_what_the_document_holds() -> None:
    """Another word in the stored text gives another verdict: nothing else is consulted."""
    document = read_document(DEMO)
    change = next(c for c in document.changes if c.label == "verbatim" and c.to)
    reading = next(r for r in document.readings if r.id == change.to)
    article = next(a for a in document.articles if a.id == reading.article)
    word = reading.span.cut(article.text).split()[1]
    at = article.text.index(word, reading.span.start)
    text = article.text[:at] + "x" * len(word) + article.text[at + len(word) :]
    forged = tuple(msgspec.structs.replace(a, text=text) if a.id == article.id else a for a in document.articles)
    again = replay_changes(msgspec.structs.replace(document, articles=forged))
    assert next(_strip(c) for c in again if c.id == change.id).label == "altered"


@pytest.mark.parametrize("name", NAMES)
def test_why_is_a_sentence_that_names_no_words_twice(name: str) -> None:
    for change in read_document(name).changes:
        assert change.why
        assert change.why[0] == change.why[0].upper()
        assert change.why.endswith(".")
        named = re.findall("“([^”]*)”", change.why)
        assert all(named)
        reasons = [frozenset(re.findall("“([^”]*)”", part)) for part in change.why.split("; ")]
        told = [words for words in reasons if words]
        assert len(told) == len(set(told)), change.why


@pytest.mark.parametrize("name", NAMES)
def test_edits_of_a_story_rebuild_the_later_reading(name: str) -> None:
    document = read_document(name)
    texts = {a.id: a.text for a in document.articles}
    readings = {r.id: r for r in document.readings}
    english = load_language("en")
    for change in document.changes:
        if change.from_ is None or change.to is None:
            continue
        for id_, side, lost in ((change.from_, "from_", "insert"), (change.to, "to", "delete")):
            text, spans = texts[readings[id_].article], [getattr(e, side) for e in change.edits if e.op != lost]
            assert spans == sorted(spans)
            words = [t.norm for span in spans for t in find_tokens(text, (span,), english)]
            whole = [t.norm for t in find_tokens(text, (readings[id_].span,), english)]
            left = iter(whole)
            assert all(word in left for word in words), change  # in order, and nothing besides
