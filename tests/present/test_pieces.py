"""The pieces of a change rebuild both readings, whatever the edits are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.document import EvidenceDocument
from retold.model import Change, Edit, Span
from retold.present.pieces import build_earlier_pieces, build_pieces, drop_marks

EARLIER = "They must not leave before noon, she said, and they will not."
LATER = "They may leave at noon, and they will not, he thinks."


def rebuild_later(pieces) -> str:  # type: ignore[no-untyped-def]
    return "".join(piece.text for piece in pieces if piece.kind in {"same", "added", "aside"})


def test_every_change_of_the_sample_rebuilds_its_later_reading(document: EvidenceDocument) -> None:
    texts = {article.id: article.text for article in document.articles}
    readings = {reading.id: reading for reading in document.readings}
    checked = 0
    for change in document.changes:
        if change.from_ and change.to:
            earlier, later = readings[change.from_], readings[change.to]
            before, after = texts[earlier.article], texts[later.article]
            pieces = build_pieces(change, before, after, later.span)
            assert rebuild_later(pieces) == later.span.cut(after)
            assert drop_marks(pieces)[0].text == later.span.cut(after)
            cut = build_earlier_pieces(change, before, after, earlier.span)
            assert "".join(piece.text for piece in cut) == earlier.span.cut(before)
            checked += 1
    assert checked >= 10


spans = st.tuples(st.integers(0, len(LATER)), st.integers(0, len(LATER))).map(lambda ends: Span(min(ends), max(ends)))
edits = st.builds(Edit, st.sampled_from(["equal", "delete", "insert", "replace"]), spans, spans)


@given(st.lists(edits, max_size=8).map(tuple), spans)
def test_no_edits_however_wrong_change_the_words(edits: tuple[Edit, ...], later: Span) -> None:
    change = Change("f1", "r1", "r2", "altered", edits=edits)
    assert rebuild_later(build_pieces(change, EARLIER, LATER, later)) == later.cut(LATER)


@pytest.mark.parametrize(
    ("op", "from_", "to", "shown"),
    [
        ("replace", "must", "may", "They [must] {may}"),
        ("delete", "before", "", "They [before]"),
        ("insert", "", "may", "They {may}"),
    ],
)
def test_removed_words_stand_apart(op: str, from_: str, to: str, shown: str) -> None:
    start = LATER.index("may")
    at = EARLIER.index(from_) if from_ else 0
    edit = Edit(op, Span(at, at + len(from_)), Span(start, start + len(to)))  # type: ignore[arg-type]
    marks = {"removed": "[{}]", "added": "{{{}}}"}
    pieces = build_pieces(Change("f1", "r1", "r2", "altered", edits=(edit,)), EARLIER, LATER, Span(0, start + len(to)))
    assert "".join(marks.get(piece.kind, "{}").format(piece.text) for piece in pieces) == shown


def test_words_between_the_compared_ones_are_the_narrators() -> None:
    first, second = LATER.index("and they"), LATER.index("he thinks")
    edit = Edit("equal", Span(0, 4), Span(0, 4))
    last = Edit("equal", Span(5, 9), Span(second, len(LATER)))
    pieces = build_pieces(Change("f1", "r1", "r2", "altered", edits=(edit, last)), EARLIER, LATER, Span(0, len(LATER)))
    assert [piece.kind for piece in pieces] == ["same", "aside", "same"]
    assert LATER[first : first + 8] in pieces[1].text
