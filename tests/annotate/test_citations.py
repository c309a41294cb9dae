"""Citations: outlets named as where a report comes from, and the many names that are none."""

import json
from pathlib import Path
from typing import Any

import pytest

from retold.annotate.citations import find_citations, find_outlet
from retold.annotate.outlets import normalise_outlet, rate_name
from retold.annotate.sentences import find_sentences
from retold.languages import load_language
from retold.model import Article, Span, Zone

EN = load_language("en")
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases/annotate/citations.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case: dict[str, Any]) -> None:
    zones = (Zone(case["role"], Span(0, len(case["text"]))),)
    article = Article("a1", case["text"], "", outlet=case["outlet"], zones=zones)
    found = find_citations(article, find_sentences(article, zones), EN, frozenset(case["outlets"]))
    assert [[c.span.cut(article.text), c.outlet] for c in found] == case["expect"]


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Tessa Vole is a senior reporter for the Quell Gazette based in Quell.", "Quell Gazette"),
        ("Fellweek is committed to telling it straight.", "Fellweek"),
        ("© 2032 Quell Gazette. All rights reserved.", "Quell Gazette"),
        ("Quell Gazette cover", "Quell Gazette"),
        ("Follow Tessa Vole on Twitter", None),
        ("Read more about the bridge", None),
    ],
)
def test_outlet_from_own_furniture(line: str, outlet: str | None) -> None:
    article = Article("a1", line, "", zones=(Zone("about", Span(0, len(line))),))
    assert find_outlet(article, EN) == outlet


def test_outlet_is_not_guessed_from_the_body() -> None:
    text = "The Quell Gazette is committed to peace."
    assert find_outlet(Article("a1", text, "", zones=(Zone("body", Span(0, len(text))),)), EN) is None


def test_given_outlet_wins() -> None:
    text = "Fellweek is committed to peace."
    article = Article("a1", text, "", outlet="Tern Daily", zones=(Zone("about", Span(0, len(text))),))
    assert find_outlet(article, EN) == "Tern Daily"


def test_names_meet_in_every_writing() -> None:
    forms = (
        "The Harbour Post",
        "harbour post",
        "Harbour-Post",
        "https://www.harbourpost.example/a",
        "harbourpost.co.uk",
    )
    assert {normalise_outlet(form) for form in forms} == {"harbourpost"}


@pytest.mark.parametrize("name", ["Ann Lee", "Senate", "Post Office", "Environment Agency", "Port Authority"])
def test_other_names_are_no_outlets(name: str) -> None:
    assert rate_name(name, EN) == 0
