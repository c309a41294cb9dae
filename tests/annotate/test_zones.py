"""Zones: what each line of an article is, and that nothing is lost on the way."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.annotate.zones import find_zones
from retold.languages import load_language
from retold.model import Article, Span, Zone

EN = load_language("en")
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases/annotate/zones.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case: dict[str, Any]) -> None:
    article = Article("a1", case["text"], "", outlet=case["outlet"], title=case["title"])
    found = [(zone.role, zone.span.cut(article.text)) for zone in find_zones(article, EN)]
    for role, text in case["expect"]:
        assert (role, text) in found


LINES = st.sampled_from(
    ["Bridge shut", "The bridge was shut, she said.", "• Puzzles", "Photo: a quay", "By Ann Lee", "", " ",
     "Read more: x", "“Why?” he asked.", "About the writer", "Ann Lee is a reporter for the Gazette.",
     "a\tb", "?", "Is it safe?", "©"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n", "\u2028"]))
def test_zones_cover_every_visible_character_in_order(lines: list[str], end: str) -> None:
    text = end.join(lines)
    zones = find_zones(Article("a1", text, ""), EN)
    covered: set[int] = set()
    last = 0
    for zone in zones:
        assert last <= zone.span.start < zone.span.end <= len(text)
        last = zone.span.end
        covered.update(range(zone.span.start, zone.span.end))
    assert all(char.isspace() or i in covered for i, char in enumerate(text))


@given(st.text(max_size=300))
def test_any_text_is_covered(text: str) -> None:
    zones = find_zones(Article("a1", text, ""), EN)
    covered = {i for zone in zones for i in range(zone.span.start, zone.span.end)}
    assert all(char.isspace() or i in covered for i, char in enumerate(text))


def test_zones_of_the_reader_stay() -> None:
    text = "Bridge shut\n\nBy Ann Lee\n\nThe bridge was shut. It is old.\n\nThe quay at dawn"
    given_zones = (Zone("title", Span(0, 11)), Zone("caption", Span(58, len(text))))
    zones = find_zones(Article("a1", text, "", zones=given_zones), EN)
    assert [zone.role for zone in zones] == ["title", "byline", "body", "caption"]
    assert zones[3].span == Span(58, len(text))


def test_a_body_zone_of_the_reader_is_cut_into_lines() -> None:
    text = "One is here.\nTwo is here."
    zones = find_zones(Article("a1", text, "", zones=(Zone("body", Span(0, len(text))),)), EN)
    assert [zone.span.cut(text) for zone in zones] == ["One is here.", "Two is here."]


def test_a_language_without_data_gives_title_and_body() -> None:
    from retold.languages.language import Language

    text = "Міст закрито\n\nМіст закрили у вівторок після удару крана, повідомив порт."
    zones = find_zones(Article("a1", text, ""), Language("xx", "none"))
    assert [zone.role for zone in zones] == ["title", "body"]
