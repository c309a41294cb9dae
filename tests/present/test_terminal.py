"""The plain report: everything the document holds, in 80 columns, with nothing that could steer a terminal."""

import io
import re

import msgspec
import pytest
from hostile import NASTY, build_hostile
from rich.cells import cell_len
from rich.console import Console

from retold.document import EvidenceDocument
from retold.model import Article, Fact, FactReading, Omission, Place, Quotation, Span, Story
from retold.present.terminal import SHOWN_ITEMS, print_report, render_report


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_every_section_tells_what_the_document_holds(document: EvidenceDocument) -> None:
    report = squeeze(render_report(document))
    for words in (
        "6 reports · 1 story · 1 on its own",
        "1 input set aside",
        "5 reports · 4 outlets and 1 unknown · 2 languages (English, Ukrainian) · 12–14 Mar 2024",
        "LINE OF DESCENT",
        "Harbour Gazette → Skyline Daily stated 0.98 cites “Harbour Gazette reports”",
        "Coastal Wire (not at hand) → Порт сьогодні stated 0.95",
        "a common origin not at hand (1) → a3.txt inferred 0.55",
        "between Radio Fjord and Harbour Gazette, Skyline Daily, Порт сьогодні and a3.txt: unknown.",
        "WHO SAID WHAT",
        "11 readings compared: 6 major, 1 minor, 4 none",
        "Skyline Daily truncated ▲ major nothing shows the cut; cut inside a sentence",
        "tested [-and that will not be done before June-]”",
        "first marks in [-January-] {+February+}. We",
        "relative to Skyline Daily, the earlier report at hand",
        "Skyline Daily verbatim",
        "a3.txt dropped 2: Mara Lindqvist: “I am not going to guess who is to blame”",
        "Said in one report only",
        "LEFT OUT AND ADDED",
        "- part of a quotation: “We asked for money in the same week”",
        "+ “Our reporter counted",
        "differ, date Harbour Gazette “Tuesday” = 2024-03-12 a3.txt “Wednesday” = 2024-03-13",
        "rounded, figure: Harbour Gazette “9,300 vehicles”; Skyline Daily “Some 9,000 vehicles”",
        "1 fact agrees",
        "Reports on their own Harbour Gazette “Frost expected in the hills”, 2 quotations",
    ):
        assert words in report


def test_every_label_in_use_is_shown(document: EvidenceDocument) -> None:
    report = render_report(document)
    assert all(change.label in report for change in document.changes)


def test_heavier_changes_come_first(document: EvidenceDocument) -> None:
    report = render_report(document)
    assert report.index("January.") < report.index("guess who is to blame")
    assert report.index("▲ major") < report.index("Skyline Daily   verbatim")


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_asked(document: EvidenceDocument, width: int) -> None:
    report = render_report(document, width)
    assert max(cell_len(line) for line in report.splitlines()) <= width
    assert "\x1b" not in report
    assert not any(line.endswith(" ") for line in report.splitlines())


def test_colour_only_goes_with_the_words(document: EvidenceDocument) -> None:
    coloured = render_report(document, 80, colour=True)
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "▲ major" in bare
    assert "[-" not in bare
    assert max(cell_len(line) for line in bare.splitlines()) <= 80


def test_a_pipe_is_plain_and_eighty_wide(document: EvidenceDocument) -> None:
    file = io.StringIO()
    print_report(document, Console(file=file, width=200, _environ={}))
    assert file.getvalue() == render_report(document)


def test_no_color_is_kept(document: EvidenceDocument) -> None:
    file = io.StringIO()
    environment = {"NO_COLOR": "1", "TERM": "xterm-256color"}
    print_report(document, Console(file=file, width=80, force_terminal=True, _environ=environment))
    assert "[-January-] {+February+}" in file.getvalue()
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", file.getvalue())


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_words_steer_nothing(nasty: str) -> None:
    report = render_report(build_hostile(nasty))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", report)
    assert max(cell_len(line) for line in report.splitlines()) <= 80


def test_rich_markup_in_a_text_is_text() -> None:
    report = render_report(build_hostile(NASTY[6]), 80, colour=True)
    assert "[red]red[/red]" in report


def test_one_article_lists_who_said_what(document: EvidenceDocument) -> None:
    article = next(one for one in document.articles if one.id == "a6")
    alone = EvidenceDocument("0.1.0", 1, {}, (article,), document.speakers, (Story("s1", ("a6",)),))
    report = squeeze(render_report(alone))
    assert "Olav Reed (“Olav Reed, who runs the county weather desk”) said direct" in report
    assert "“Cover your seedlings on Thursday night”" in report
    assert "Speaker unknown (“He”) expects indirect three cold nights" in report


def test_nothing_at_all_says_what_to_do() -> None:
    assert "retold compare" in render_report(EvidenceDocument("0.1.0", 1, {}, ()))


def test_long_lists_are_counted_not_printed(document: EvidenceDocument) -> None:
    spans = [Span(start, start + 20) for start in range(0, 200, 10)]
    omissions = tuple(Omission("a2", Place("a1", span), "statement") for span in spans)
    report = render_report(msgspec.structs.replace(document, omissions=omissions))
    assert report.count("- statement:") == SHOWN_ITEMS
    assert f"… and {len(spans) - SHOWN_ITEMS} more" in report


def test_a_huge_title_and_facts_of_other_stories_do_not_spread(document: EvidenceDocument) -> None:
    giant = msgspec.structs.replace(document.articles[0], title="x" * 100_000)
    other = Fact("name", "differ", (FactReading("a6", Span(0, 5), "elsewhere"),))
    changed = msgspec.structs.replace(
        document, articles=(giant, *document.articles[1:]), facts=(*document.facts, other)
    )
    report = render_report(changed)
    assert len(report) < 12_000
    assert "elsewhere" not in report


def test_the_order_of_the_articles_in_a_story_is_time(document: EvidenceDocument) -> None:
    turned = tuple(
        msgspec.structs.replace(story, articles=tuple(reversed(story.articles))) for story in document.stories
    )
    assert render_report(msgspec.structs.replace(document, stories=turned)) == render_report(document)


def test_unknown_ids_do_not_break_the_report() -> None:
    article = Article("a1", "Some words.", "", quotations=(Quotation("q", "direct", (Span(0, 4),), speaker="p9"),))
    report = render_report(
        EvidenceDocument("0.1.0", 1, {}, (article,), omissions=(Omission("a9", Place("a8", Span(0, 1)), "statement"),))
    )
    assert "Speaker unknown" in report
