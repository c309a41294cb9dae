"""Pages of web archives, read at corpus scale: what is found of each, and that the body is no worse than what
trafilatura finds."""

import gzip
import importlib.util
import json
import random
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("resiliparse")
pytest.importorskip("fastwarc")

from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura import extract

from retold.errors import InputError
from retold.model import Article
from retold.read.language import detect_language
from retold.read.pages import read_page
from retold.read.streams import Source
from retold.read.warc import read_pages

from . import archives
from . import invented as pages
from .test_html import PIECES

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
URL = "https://post.example/2032/01/14/dam"
_WORD = re.compile(r"\w+")
_HARD = ("print",)  # pages on which one line more than trafilatura takes is known and told in docs/corpus.md


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@cache
def _read_frozen(name: str) -> tuple[Article, dict[str, object], bytes]:
    data = (PAGES / f"{name}.html").read_bytes()
    expected = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    return read_page(data, name, None, expected["url"]), expected, data


def _score(text: str, body: list[str], may: list[str]) -> tuple[float, float]:
    """Recall and precision of words: what of the body was found, and how much of what was found belongs to the page's
    report."""
    given, must, allowed = (
        Counter(word.casefold() for word in _WORD.findall(part)) for part in (text, " ".join(body), " ".join(may))
    )
    wrong = (given - must - allowed).total()
    return (given & must).total() / must.total(), 1 - wrong / max(1, given.total())


def _take_body(article: Article) -> str:
    """The text without what is told apart in it as furniture or as a note on the author."""
    text = article.text
    for zone in reversed(article.zones):
        if zone.role in ("furniture", "about"):
            text = text[: zone.span.start] + text[zone.span.end :]
    return text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", ["title", "byline", "outlet", "language", "url"])
def test_what_a_frozen_page_says_of_itself(name: str, field: str) -> None:
    article, expected, _ = _read_frozen(name)
    assert getattr(article, field) == expected[field]


@pytest.mark.parametrize("name", NAMES)
def test_minute_of_a_frozen_page(name: str) -> None:
    article, expected, _ = _read_frozen(name)
    assert article.published is not None
    assert article.published.value == expected["published"]


@pytest.mark.parametrize("name", NAMES)
def test_every_paragraph_of_a_frozen_page_is_a_block_in_its_order(name: str) -> None:
    article, expected, _ = _read_frozen(name)
    blocks = article.text.split("\n\n")
    assert [block for block in blocks if block in expected["body"]] == expected["body"]
    captions = [zone.span.cut(article.text) for zone in article.zones if zone.role == "caption"]
    assert captions == expected["captions"]


def test_the_body_of_frozen_pages_is_no_worse_than_trafilaturas() -> None:
    scores: dict[str, list[tuple[float, float]]] = {"own": [], "peer": []}
    for name in NAMES:
        article, expected, data = _read_frozen(name)
        may = [expected["title"], expected["byline"] or ""]
        for key in ("may", "captions", "headings", "bylines"):
            may += expected.get(key, [])
        own = _score(_take_body(article), expected["body"], may)
        peer = _score(extract(data, include_comments=False) or "", expected["body"], may)
        scores["own"].append(own)
        scores["peer"].append(peer)
        assert own[0] >= peer[0], name
        assert own[1] >= min(peer[1], 0.94), name
    for part in (0, 1):
        assert sum(one[part] for one in scores["own"]) >= sum(one[part] for one in scores["peer"])


def test_the_body_in_layouts_of_real_size_is_no_worse_than_trafilaturas() -> None:
    sys.modules.setdefault("reports", _load("reports"))
    for page in _load("page_layouts").make_pages(16, 3):
        article = read_page(page.source, page.url, None, page.url)
        own = _score(_take_body(article), page.must, page.may)
        peer = _score(extract(page.source, include_comments=False) or "", page.must, page.may)
        assert own[0] == 1 >= peer[0], page.layout
        assert own[1] >= min(peer[1], 0.97) or page.layout == "old", page.layout
        assert all(f"{caption}\n\n" in article.text for caption in page.captions), page.layout
        assert article.title == page.article.title
        assert article.published is not None


@pytest.mark.parametrize("page", [pages.JSON_LD, pages.META, pages.TIME])
def test_text_is_title_paragraphs_headings_and_the_caption_where_it_stood(page: str) -> None:
    article = read_page(page.encode(), "page", None, URL)
    lines = article.text.split("\n\n")
    assert lines[0] == article.title
    assert lines.count(article.title) == 1
    caption, heading = "The closed footbridge on Tuesday. Photo: Ila Moor", "A detour of six kilometres"
    assert lines.index(caption) == lines.index(heading) - 1
    zones = [(zone.role, zone.span.cut(article.text)) for zone in article.zones]
    assert [("title", article.title), ("caption", caption), ("heading", heading)] == [
        zone for zone in zones if zone[0] != "byline"
    ]
    assert "A cat in a tree" not in article.text


_PARAGRAPHS = "".join(
    f"<p>The engineer said on day {n} that the dam would hold, whatever the river might bring in the night.</p>"
    for n in range(6)
)


@pytest.mark.parametrize(
    "body",
    [
        f'<div class="card"><h1>Dam</h1>{_PARAGRAPHS}</div>',  # a box that holds the title
        f'<h1>Dam</h1><div class="story-widget">{_PARAGRAPHS}</div>',  # … most of the text
        f'<h1>Dam</h1><div class="card-body">{_PARAGRAPHS.replace("<p>", "<div>").replace("</p>", "</div>")}</div>',
        f"<h1>Dam</h1>{_PARAGRAPHS.replace('<p>', '<div class=elementor-widget><p>').replace('</p>', '</p></div>')}",
        f"<h1>Dam</h1>{_PARAGRAPHS.replace('<p>', '<p class=card-text>')}",
        f"<h1>Dam</h1>{_PARAGRAPHS.replace('<p>', '<div class=ad-0-text><p>').replace('</p>', '</p></div>')}",
        f"<h1>Dam</h1>{_PARAGRAPHS}<div id=comments>{('<p>' + 'No. I will not have it. ' * 9) * 9}</div>",
        f"<h1>Dam</h1><div class='wide-banner'>{_PARAGRAPHS}</div>",
        f'<h1>Dam</h1>{_PARAGRAPHS[:212]}<div class="paywall"><a href="/in">1</a>{_PARAGRAPHS}</div>',
        f'<h1>Dam</h1><p class="teaser">{_PARAGRAPHS[3:105]}</p>{_PARAGRAPHS}',
        f'<h2><a href="/dam">Dam</a></h2><div>{_PARAGRAPHS}</div>',  # a title that is a link to itself
        f'<div><h2><a href="/dam">Dam holds</a></h2>{_PARAGRAPHS[:200]}</div>',  # a short one
    ],
)
def test_an_article_is_not_taken_for_a_box(body: str) -> None:
    page = f"<html lang=en><head><title>Dam</title></head><body>{body}</body></html>"
    article = read_page(page.encode(), "page", None, URL)
    assert article.text.count("The engineer said on day") == body.count("The engineer said on day")
    assert "I will not have it" not in article.text


def test_what_an_article_prints_as_markup_stays_text() -> None:
    page = f"<html lang=en><h1>Dam</h1>{_PARAGRAPHS}<p>He wrote &lt;b&gt; and 3 &lt; 4 &amp;amp; so<br>on.</p></html>"
    assert read_page(page.encode(), "p", None, URL).text.endswith("He wrote <b> and 3 < 4 &amp; so\n\non.")


@pytest.mark.parametrize("tag", ["ul", "ol"])
def test_lists_that_say_something_stay_and_menus_go(tag: str) -> None:
    items = ["The gates will stay open until the end of the week.", 'Nobody may walk on <a href="/w">the wall</a>.']
    told = f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"
    menu = f"<{tag}>{''.join(f'<li><a href=/{n}>Other town {n}</a></li>' for n in range(4))}</{tag}>"
    page = f"<html lang=en><h1>Dam</h1>{_PARAGRAPHS}{told}{menu}{_PARAGRAPHS}</html>"
    blocks = read_page(page.encode(), "p", None, URL).text.split("\n\n")
    assert blocks[7:9] == ["The gates will stay open until the end of the week.", "Nobody may walk on the wall."]
    assert len(blocks) == 1 + 6 + 2 + 6


@pytest.mark.parametrize(
    ("data", "declared", "reason"),
    [
        (b"", None, "no article|empty"),
        (b"<html></html>", None, "no article"),
        (b"%PDF-1.4 not a page", None, "a PDF"),
        (b"<html>" + bytes(50) + b"</html>", None, "NUL"),
        (b"<html><p>It rained \xff\xfe all day.</p>" * 20, None, "neither UTF-8"),
        (b"<html><meta charset=utf-8><p>It rained \xc3 all day.</p>" * 20, "utf-8", "neither UTF-8"),
        (b"<html>" + b"<div><b>" * 2000 + b"It rained in Hollin for the whole of the day.", None, "too deep"),
        (("<html><p>" + "\x01\x02" * 200 + "</p></html>").encode(), None, "control characters"),
    ],
)
def test_what_is_no_page_is_refused(data: bytes, declared: str | None, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_page(data, "page", None, URL, declared)


def test_pages_in_the_encoding_that_they_or_their_server_declare() -> None:
    page = (
        "<html lang=uk><h1>Міст</h1>"
        + "<p>У Заріччі в середу відкрили міст через річку, сказав міський голова.</p>" * 6
    )
    declared = page.replace("<h1>", "<meta charset=windows-1251><h1>")
    assert read_page(declared.encode("cp1251"), "p", None, URL).encoding == "windows-1251"
    assert "Заріччі" in read_page(page.encode("cp1251"), "p", None, URL, "windows-1251").text


def test_every_record_of_an_archive_is_an_article_a_reason_or_no_page() -> None:
    ok = pages.META
    packed = gzip.compress(ok.encode())
    records = [
        archives.record(f"{URL}-1", ok),
        archives.record(f"{URL}-2", "<p></p>"),
        archives.record(f"{URL}-3", b"\x00\x01", kind="image/png"),
        archives.record(f"{URL}-4", "<html>Moved</html>", status=301),
        archives.record(f"{URL}-5", packed[:-9], Content_Encoding="gzip"),
        archives.record(f"{URL}-6", packed, Content_Encoding="gzip"),
        archives.record(f"{URL}-7", "<html>" + "<div><b>" * 3000, kind="text/html"),
        archives.record(f"{URL}-8", ok.replace("<p>", "<p>\udcff").encode("utf-8", "surrogateescape")),
        archives.record(f"{URL}-9", ok),
    ]
    found = dict(_read_archive(records))
    assert [number for number, one in found.items() if isinstance(one, Article)] == [1, 6, 9]
    assert sorted(found) == [1, 2, 5, 6, 7, 8, 9]
    assert found[1].text == found[6].text == found[9].text  # type: ignore[union-attr]
    assert all(f"{URL}-{number}" in str(found[number]) for number in (2, 5, 7, 8))


def _read_archive(records: list[bytes], cut: int | None = None) -> list[tuple[int, Article | str]]:
    import io

    data = archives.pack(records)[:cut]
    return list(read_pages(Source(io.BytesIO(data), "a.warc.gz"), "a.warc.gz", 16_000_000, detect_language))


def test_an_archive_that_was_cut_gives_what_stands_before() -> None:
    records = [archives.record(f"{URL}-{number}", pages.META) for number in range(5)]
    found = _read_archive(records, -300)
    assert [(number, isinstance(one, Article)) for number, one in found] == [
        *((number, True) for number in range(1, 5)),
        (5, False),
    ]
    assert "ends in the middle" in str(found[-1][1])


def test_an_archive_without_a_page_says_so() -> None:
    ((number, reason),) = _read_archive([archives.record(URL, b"x", kind="image/png")])
    assert (number, "holds no web page" in str(reason)) == (2, True)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from(["en", "uk", "xx", ""]))
def test_any_soup_is_an_article_or_refused(soup: str, language: str) -> None:
    article, reason = None, ""
    try:
        article = read_page(f"<html lang='{language}'>{soup}".encode(), "a.html", None, "https://a.example/b")
    except InputError as e:
        reason = str(e)
    assert "defeats" not in reason  # none of the reader's own steps trips over it
    if article:
        spans = [zone.span for zone in article.zones]
        assert spans == sorted(spans)
        assert all(span.cut(article.text).strip() for span in spans)
        assert "\ue000" not in article.text


_POISON: dict[str, tuple[str | bytes, dict[str, str], str]] = {
    "no text": ("<html><p></p></html>", {}, "no article text"),
    "not closed, nested without end": ("<html>" + "<div><b>" * 3000, {}, "too deep"),
    "a title of 5 MB": (pages.META.replace("footbridge</h1>", "x" * 5_000_000 + "</h1>"), {}, "10,000 at most"),
    "an outlet of 20 kB": (pages.META.replace("Larrow Herald", "y" * 20_000), {}, "10,000 at most"),
    "a text of a book": (pages.META.replace("reckless", "reckless " * 200_000), {}, "1,000,000 at most"),
    "invalid UTF-8": (pages.META.encode().replace(b"reckless", b"\xff\xfereckless"), {}, "neither UTF-8"),
    "a picture": (b"\x89PNG\r\n" + bytes(100), {}, "a PNG image"),
    "half a packed body": (
        gzip.compress(pages.META.encode())[:-20],
        {"Content_Encoding": "gzip"},
        "ends in the middle",
    ),
    "no packed body": (b"\x1f\x8b" + b"x" * 100, {"Content_Encoding": "gzip"}, "damaged"),
    "a page of 20 MB": (pages.META + "<p>" + "z" * 20_000_000, {}, "more than any article"),
}


@pytest.mark.parametrize("suffix", ["warc", "warc.gz"])
def test_poisoned_pages_are_set_aside_and_nothing_else_changes(tmp_path: Path, suffix: str) -> None:
    from retold.engine.intake import ReadKernel
    from retold.engine.shards import cut_shards

    def read(records: list[bytes], name: str) -> list[dict[str, object]]:
        path = tmp_path / f"{name}.{suffix}"
        path.write_bytes(archives.pack(records) if suffix.endswith("gz") else b"".join(records))
        (batch,) = cut_shards([str(path)]).to_batches()
        return [row for out in ReadKernel()(batch) for row in out.to_pylist()]

    good = [archives.record(f"{URL}-{n}", pages.META.replace("eleven drivers", f"{n} drivers")) for n in range(40)]
    clean = read(good, "clean")
    dice = random.Random(suffix)
    marked = [(record, "") for record in good]
    for name, (body, headers, reason) in _POISON.items():
        record = archives.record(f"{URL}/poison/{len(name)}", body, **headers)
        marked.insert(dice.randrange(len(marked) + 1), (record, reason))
    rows = read([record for record, _ in marked], "poisoned")
    own = ("record", "input", "path")
    assert [{k: v for k, v in row.items() if k not in own} for row in rows if row["reason"] is None] == [
        {k: v for k, v in row.items() if k not in own} for row in clean
    ]
    assert all(row["reason"] is None for row in clean)
    expected = {number: reason for number, (_, reason) in enumerate(marked, 1) if reason}
    rejects = {int(str(row["record"])): str(row["reason"]) for row in rows if row["reason"] is not None}
    assert list(rejects) == list(expected)
    for number, reason in rejects.items():
        assert expected[number] in reason
