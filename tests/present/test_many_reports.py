"""A story that two hundred reports tell stays readable: what is alike stands together, and the drawing is small."""

import re

import pytest
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.model import Article, Change, Derivation, Fact, FactReading, Family, Reading, Span, Story
from retold.present.html import render_page
from retold.present.html.descent import MOST_ROWS, draw_descent
from retold.present.html.rows import build_row
from retold.present.html.stories import StoryPage, build_story
from retold.present.ledger import Ledger

REPORTS = 200
SAID = "The pump failed at noon"


def build_document() -> EvidenceDocument:
    """One origin, forty reports that copy it, and others that copy these; all have one utterance, every third cut."""
    ids = tuple(f"a{n}" for n in range(1, REPORTS + 1))
    articles = tuple(Article(id_, f"{SAID}. 14 pumps.", "0" * 64, outlet=f"Outlet {id_}", language="en") for id_ in ids)
    readings = tuple(Reading(f"r{n}", id_, Span(0, len(SAID)), "direct", None) for n, id_ in enumerate(ids, 1))
    changes = tuple(
        Change("f1", "r1", f"r{n}", "truncated", severity="major", id=f"c{n}")
        if n % 3
        else Change("f1", "r1", f"r{n}", "verbatim", id=f"c{n}")
        for n in range(2, REPORTS + 1)
    )
    derivations = tuple(
        Derivation(f"a{1 if n <= 41 else n % 40 + 2}", None, f"a{n}", "inferred", 0.9, (), id=f"d{n}")
        for n in range(2, REPORTS + 1)
    )
    return EvidenceDocument(
        "0.1.0", 1, {}, articles, stories=(Story("s1", ids),), readings=readings, changes=changes,
        families=(Family("f1", "s1", None, tuple(one.id for one in readings)),), derivations=derivations,
    )  # fmt: skip


@pytest.fixture(scope="module")
def story() -> StoryPage:
    ledger = Ledger(build_document())
    return build_story(ledger.view_stories()[0], ledger, "s1", with_texts=False)


def test_readings_that_say_the_same_stand_together(story: StoryPage) -> None:
    groups = story.rows[0].groups
    assert [(group.word, len(group.members)) for group in groups] == [
        ("truncated", 133),
        ("verbatim", 66),
        ("first at hand", 1),
    ]
    assert len({entry.id for group in groups for _, entry in group.members}) == REPORTS
    assert not story.rows[0].panels


def test_rows_say_the_same_with_panels_and_without() -> None:
    ledger = Ledger(build_document())
    view = ledger.view_stories()[0]
    whole, bare = (build_row(view.shared[0], view, ledger, (), "f1", has_panels=has) for has in (True, False))
    assert len(whole.panels) == REPORTS
    for one, other in zip(whole.cells, bare.cells, strict=True):
        assert [replace(entry, anchor="") for entry in one.entries] == list(other.entries)


def test_the_drawing_holds_what_most_derive_from(story: StoryPage) -> None:
    drawing = story.drawing
    assert len(drawing.nodes) == MOST_ROWS
    assert not drawing.is_whole
    assert drawing.nodes[0].name == "Outlet a1"
    hidden = sum(int(re.search(r"\d+", node.more)[0]) for node in drawing.nodes if node.more)
    drawn = len(drawing.edges)
    assert drawn == MOST_ROWS - 1
    assert 0 < hidden < REPORTS - drawn


def test_few_reports_are_all_drawn() -> None:
    document = build_document()
    few = replace(
        document,
        articles=document.articles[:20],
        stories=(Story("s1", document.stories[0].articles[:20]),),
        derivations=document.derivations[:19],
        readings=(),
        changes=(),
        families=(),
    )
    ledger = Ledger(few)
    drawing = draw_descent(ledger.view_stories()[0], ledger)
    assert drawing.is_whole
    assert len(drawing.nodes) == 20
    assert not any(node.more for node in drawing.nodes)


def test_every_change_opens_in_the_self_contained_page() -> None:
    page = render_page(build_document())
    opened = re.findall(r'class="open [a-z]+" href="#([a-z0-9]+)"', page)
    assert len(opened) == REPORTS
    assert all(f'id="{anchor}"' in page for anchor in opened)


def test_facts_with_a_reading_in_common_are_one() -> None:
    document = build_document()
    at = document.articles[0].text.index("14")
    said = [FactReading(f"a{n}", Span(at, at + 2), "14" if n < 3 else "15") for n in range(1, 5)]
    pairs = ((0, 2), (0, 3), (1, 2))
    facts = tuple(Fact("number", "differ", (said[a], said[b])) for a, b in pairs)
    alike = Fact("number", "agree", (said[0], said[1]))
    ledger = Ledger(replace(document, facts=(*facts, alike)))
    page = build_story(ledger.view_stories()[0], ledger, "s1", with_texts=False)
    assert [group.verdict for group in page.facts] == ["differ"]
    assert sum(len(value.names) for value in page.facts[0].values) == 4
    assert len(page.agreeing) == 1
