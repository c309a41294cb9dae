"""Pages that a script fills: the article is in the data that the script is given, in one shape or another."""

import json

import pytest

from retold.errors import InputError
from retold.model import Article
from retold.read.decoding import Decoded
from retold.read.html import read_html

LINES = [
    "The cheese fair in Upper Wend will be held indoors this year for the first time, after last year's wheels rolled "
    "down the hill and into the lake.",
    "“Two were never found,” said the head of the dairy, Jost Abegg. “The fish are said to be very content.”",
    "The fair opens on Friday in five halls, none of which slopes, and will be closed on Monday so that they can dry.",
]


def _read(script: str, head: str = "") -> Article:
    page = (
        f"<html lang='en'><head><title>Loading</title>{head}</head><body><div id='root'></div>"
        f"<noscript>Switch scripts on</noscript>{script}</body></html>"
    )
    return read_html(Decoded(page, "utf-8"), "app.html", "app.html")[0]


def _lines(article: Article) -> list[str]:
    return article.text.split("\n\n")


STORY = {"title": "Cheese fair moves indoors", "byline": "By Rosa Kümmel", "publishedAt": "2032-08-08T08:08:00+02:00"}
LINKED = STORY | {"@type": "NewsArticle", "headline": STORY["title"], "articleBody": "\n".join(LINES)}
BLOCKS = {"page": STORY | {"content": [{"type": "text", "content": line} for line in LINES]}}
MARKUP = "".join(f"<p>{line.replace('“', '&ldquo;')}</p>" for line in LINES)
SCRIPTS = {
    "assigned": f"<script>window.__STATE__ = {json.dumps({'user': None, 'story': STORY | {'body': MARKUP}})};</script>",
    "between": f"<script>window.app = window.app || {{}}; app.env='x'; app.data={json.dumps(BLOCKS)};app.go()</script>",
    "plain": f"<script type='application/json'>{json.dumps([STORY | {'text': chr(10).join(LINES)}])}</script>",
    "linked data": f"<script type='application/ld+json'>{json.dumps(LINKED)}</script>",
}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_article_is_found_in_the_data(name: str) -> None:
    article = _read(SCRIPTS[name])
    assert _lines(article) == ["Cheese fair moves indoors", *LINES]
    assert article.byline == "Rosa Kümmel"
    assert article.published is not None
    assert article.published.value == "2032-08-08T08:08+02:00"


def test_what_stands_between_paragraphs_but_is_none_is_left_out() -> None:
    body = [
        {"type": "paragraph", "text": LINES[0]},
        {"type": "newsletter", "text": "Our letter on cheese, every Friday, free of charge and of holes."},
        {"type": "image", "caption": "The lake", "credit": "Ida Moll", "url": "l.jpg"},
        {"type": "subheading", "text": "Five halls"},
        {"type": "paragraph", "text": LINES[1]},
        {"type": "relatedLinks", "items": ["Cheese through the ages"]},
        {"type": "paragraph", "children": [{"text": LINES[2]}]},
    ]
    article = _read(f"<script type='application/json'>{json.dumps({'a': STORY | {'body': body}})}</script>")
    assert _lines(article)[1:] == [LINES[0], "The lake Ida Moll", "Five halls", *LINES[1:]]
    assert [zone.role for zone in article.zones] == ["title", "caption", "heading"]


def test_longest_body_is_the_page_and_teasers_are_not() -> None:
    teaser = {"title": "Ferry late", "text": "The ferry was late. " * 12}
    data = {"related": [teaser], "main": STORY | {"body": MARKUP}}
    article = _read(f"<script type='application/json'>{json.dumps(data)}</script>")
    assert article.title == "Cheese fair moves indoors"


def test_short_report_beside_the_data_of_another_stays_itself() -> None:
    data = json.dumps({"next": STORY | {"body": MARKUP}})
    brief = (
        "<article><h1>Ferry late</h1><p>The ferry to Hollin was late on Tuesday, the harbour master said.</p></article>"
    )
    article = _read(f"{brief}<script type='application/json'>{data}</script>")
    assert _lines(article) == ["Ferry late", "The ferry to Hollin was late on Tuesday, the harbour master said."]


def test_page_with_a_body_of_its_own_is_read_from_that() -> None:
    data = json.dumps({"x": STORY | {"body": [{"text": "Another story altogether. " * 40}]}})
    page = f"<html><head><title>Dam</title></head><body><article><h1>Dam</h1>{MARKUP}</article><script type='application/json'>{data}</script></body></html>"  # noqa: E501
    article = read_html(Decoded(page, "utf-8"), "a.html", None)[0]
    assert _lines(article)[1:] == LINES


@pytest.mark.parametrize(
    "script", ['<script>var a = {"b": [</script>', "<script type='application/json'>[[[1]]]</script>", ""]
)
def test_script_without_article_gives_the_usual_message(script: str) -> None:
    with pytest.raises(InputError, match="no article text"):
        _read(script)
