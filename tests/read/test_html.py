"""Web pages: four layouts, and what goes wrong with them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.errors import InputError
from retold.model import Article, Published
from retold.read.decoding import Decoded
from retold.read.html import read_html

from . import invented as pages


def _read(page: str) -> Article:
    return read_html(Decoded(page, "utf-8"), "page.html", "page.html")[0]


def _zones(article: Article) -> list[tuple[str, str]]:
    return [(zone.role, zone.span.cut(article.text)) for zone in article.zones]


def test_json_ld_gives_everything_to_the_minute() -> None:
    article = _read(pages.JSON_LD)
    assert article.title == "Larrow footbridge shut & fenced until spring"
    assert article.outlet == "The Larrow Post"
    assert article.byline == "Mirel Roan, Jo Penn"
    assert article.language == "en"
    assert article.url == "https://larrowpost.example/news/footbridge-shut"
    assert article.published == Published("2032-01-14T17:20+02:00", "minute", "metadata")


def test_meta_tags_alone() -> None:
    article = _read(pages.META)
    assert (article.title, article.outlet) == ("Divers find cracks in footbridge", "Larrow Herald")
    assert article.byline == "Tam Orrick"
    assert article.published == Published("2032-01-14T15:20Z", "minute", "metadata")


def test_time_element_alone_and_not_the_one_of_the_update_or_the_side_box() -> None:
    article = _read(pages.TIME)
    assert article.published == Published("2032-01-14T15:45Z", "minute", "metadata")
    assert (article.outlet, article.byline) == (None, "Mirel Roan")


def test_page_that_says_nothing_of_itself() -> None:
    article = _read(pages.NOTHING)
    assert (article.outlet, article.byline, article.published, article.url) == (None, None, None, None)
    assert article.title == "Town without a bridge"
    assert article.language == "en"


@pytest.mark.parametrize("page", [pages.JSON_LD, pages.META, pages.TIME])
def test_text_is_title_paragraphs_headings_and_the_caption_where_it_stood(page: str) -> None:
    article = _read(page)
    lines = article.text.split("\n\n")
    assert lines[0] == article.title
    assert lines.count(article.title) == 1
    caption = "The closed footbridge on Tuesday. Photo: Ila Moor"
    heading = "A detour of six kilometres"
    assert lines.index(caption) == lines.index(heading) - 1
    assert ("caption", caption) in _zones(article)
    assert ("heading", heading) in _zones(article)
    assert _zones(article)[0] == ("title", article.title)
    assert (
        "“We are not going to put people on a bridge that we can't vouch for,” Ansa Teel told reporters" in article.text
    )
    assert "A cat in a tree" not in article.text
    assert [zone.span for zone in article.zones] == sorted(zone.span for zone in article.zones)


def test_byline_paragraph_is_a_zone() -> None:
    page = pages.META.replace("footbridge</h1>", "footbridge</h1><p>By Tam Orrick, transport reporter</p>")
    zones = _zones(_read(page))
    assert ("byline", "By Tam Orrick, transport reporter") in zones


def test_broken_json_ld_still_gives_the_date() -> None:
    page = pages.JSON_LD.replace('"@context":', '"@context" oops')
    assert _read(page).published == Published("2032-01-14T17:20+02:00", "minute", "metadata")


def test_a_more_exact_date_that_agrees_wins_over_a_day() -> None:
    page = pages.META.replace("2032-01-14T15:20:00Z", "2032-01-14").replace(
        'name="date" content="2032-01-14"', 'name="date" content="2032-01-14T15:20Z"'
    )
    assert _read(page).published == Published("2032-01-14T15:20Z", "minute", "metadata")


def test_address_gives_the_day_where_nothing_else_does() -> None:
    page = pages.META.replace("article:published_time", "x").replace('name="date"', 'name="y"')
    assert _read(page).published == Published("2032-01-14", "day", "url")


def test_a_date_that_is_none_is_noted() -> None:
    page = pages.NOTHING.replace("</head>", '<meta name="date" content="last week"></head>')
    article, notes = read_html(Decoded(page, "utf-8"), "page.html", None)
    assert article.published is None
    assert "'last week'" in notes[0]


@pytest.mark.parametrize(
    "page", ["<html></html>", "<html><body><script>1</script></body></html>", "<p></p>", "<!---->"]
)
def test_page_without_text_is_refused(page: str) -> None:
    with pytest.raises(InputError, match="give the article as"):
        _read(page)


_KEYS = ("@type", "@id", "@graph", "author", "publisher", "name", "url", "mainEntityOfPage", "headline", "inLanguage")
_JSON = st.recursive(
    st.none()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["NewsArticle", "#a", "2032", "https://a.example/"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*_KEYS, "datePublished")), inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({"@type": st.just("NewsArticle"), "@graph": _JSON, "author": _JSON, "publisher": _JSON}))
def test_metadata_of_any_shape_is_read_or_passed_over(record: dict[str, object]) -> None:
    script = f"<script type='application/ld+json'>{json.dumps(record)}</script>"
    article = _read(pages.NOTHING.replace("</head>", f"{script}</head>"))
    assert "The footbridge over the Larrow" in article.text
    for value in (article.outlet, article.byline, article.title, article.url):
        assert value is None or value.encode()


def test_deep_nesting_raises_nothing() -> None:
    page = pages.NOTHING.replace("reckless", "<b>" * 3000 + "reckless" + "</b>" * 3000)
    assert _read(page).text.startswith("Town without a bridge")


PIECES = (
    "<table>", "</table>", "<tr>", "<td>", "</td>", "<td class=caption>", "<br><br>", "<p>", "</p>",
    "<div class=sidebar>", "<div class='photo image'>", "</div>", "<img src=a alt='The Post'>", "<span class=date>",
    "</span>", "<h1>Dam</h1>", "<h2>Two</h2>", "12 травня 2032, 18:25", "31.02.2032 25:61", "99 Foo 0000 12:30",
    "Posted: April 6, 2032, 4:35 PM", "By Ann Lee", "<figure>", "<figcaption>", "</figcaption>", "</figure>",
    "<title>The Post: Dam</title>", "<noscript>", "</noscript>", '<script>var a = {"title": "x", "body": [',
    "<script type=application/json>", "</script>", '{"title": "T", "body": "', "<a rel=author>", '"}', "]}",
    "The dam holds, the engineer said on Tuesday. " * 12, "<div itemprop=publisher>", "<i itemprop=name>", "<amp-ad>",
    "<time datetime=2032-01-14T10:00Z>", "<time datetime=x class=published>", "<link rel=canonical href='http://['>",
    "<!--", "-->", "\x00", "&#0;", "<meta itemprop=datePublished content='2032'>", "<svg>", "<template>",
    "<div data-testid=byline>", "<center>", "</body>",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from(["en", "uk", "xx", ""]))
def test_any_soup_is_an_article_or_refused(soup: str, language: str) -> None:
    page = Decoded(f"<html lang='{language}'>{soup}", "utf-8")
    article, reason = None, ""
    try:
        article, _ = read_html(page, "a.html", None, "https://a.example/b")
    except InputError as e:
        reason = str(e)
    assert "defeats" not in reason  # none of the reader's own steps trips over it
    if article:
        spans = [zone.span for zone in article.zones]
        assert spans == sorted(spans)
        assert all(span.cut(article.text).strip() for span in spans)
        assert article.text.strip()
