"""Fourteen pages as outlets build them, in invented words: what is read of each, to the paragraph and the minute.

`may` in an expectation lists lines that belong to the page but are neither report nor mistake (a standfirst, a line
that invites to read more): they may stand in the text or not; where they do, the annotate stage judges them.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from retold.model import Article
from retold.read import read_inputs

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))


@cache
def _load(name: str) -> tuple[Article, dict[str, object]]:
    (article,) = read_inputs([str(PAGES / f"{name}.html")]).articles
    return article, json.loads((PAGES / f"{name}.json").read_text("utf-8"))


def _list_blocks(article: Article, *roles: str | None) -> list[str]:
    """The blocks of the assembled text that have one of the roles; None for those of which the page says nothing."""
    found, at = [], 0
    by_start = {zone.span.start: zone.role for zone in article.zones}
    for block in article.text.split("\n\n"):
        if by_start.get(at) in roles:
            found.append(block)
        at += len(block) + 2
    return found


def test_there_are_pages_of_all_kinds() -> None:
    assert len(NAMES) >= 12


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", ["title", "byline", "outlet", "language", "url"])
def test_what_the_page_says_of_itself(name: str, field: str) -> None:
    article, expected = _load(name)
    assert getattr(article, field) == expected[field]


@pytest.mark.parametrize("name", NAMES)
def test_minute_of_publication(name: str) -> None:
    article, expected = _load(name)
    assert article.published is not None
    assert (article.published.value, article.published.precision) == (expected["published"], "minute")


@pytest.mark.parametrize("name", NAMES)
def test_body_to_the_paragraph(name: str) -> None:
    article, expected = _load(name)
    may = expected.get("may", [])
    assert [block for block in _list_blocks(article, None) if block not in may] == expected["body"]


@pytest.mark.parametrize("name", NAMES)
def test_captions_and_headings(name: str) -> None:
    article, expected = _load(name)
    assert _list_blocks(article, "caption") == expected["captions"]
    may = expected.get("may", [])
    assert [block for block in _list_blocks(article, "heading") if block not in may] == expected.get("headings", [])
    assert _list_blocks(article, "title") == [expected["title"]]
    assert all(
        block in expected.get("bylines", []) or expected["byline"] in block for block in _list_blocks(article, "byline")
    )
