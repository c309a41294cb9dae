"""Addresses as inputs: pages, feeds, lists of feeds and sitemaps, from a server on this machine."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from retold.model import Article, Published, Reject
from retold.read import Note, ReadOptions, read_inputs, stream_inputs
from retold.read.feeds import Item
from retold.read.fetch import Fetcher
from retold.read.options import FetchOptions

from . import site as sites
from .site import Site

OPTIONS = ReadOptions(
    fetch=FetchOptions(allow_private=True, delay_s=0, timeout_s=1, total_timeout_s=2, retries=0, max_bytes=500_000)
)


@pytest.fixture
def site() -> Iterator[Site]:
    with sites.serve() as served:
        yield served


def _page(title: str, head: str = "") -> str:
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>"
        f"<p>{title}: the ferry to Hollin was late again on Tuesday, and the harbour master said that it would be late "
        "for the rest of May. “We have one crew where we need three,” she told the council of the island.</p>"
        "<p>The council will meet again in a week to hear what the owner of the line has to say about it.</p>"
        "</article></body></html>"
    )


def _rss(site: Site, *paths: str) -> str:
    items = "".join(
        f"<item><title>From the feed</title><link>{site.url(path)}</link>"
        "<pubDate>Wed, 14 Jan 2032 17:20:00 GMT</pubDate></item>"
        for path in paths
    )
    return f"<rss version='2.0'><channel><title>The Hollin Post</title>{items}</channel></rss>"


def _stream(
    *inputs: str, fetcher: Fetcher | None = None, is_known: Callable[[Item], bool] | None = None, lists: bool = False
) -> tuple[list[Article], list[Reject], list[str]]:
    notes: list[Note] = []
    found = list(
        stream_inputs(
            inputs,
            OPTIONS,
            fetcher=fetcher or Fetcher(OPTIONS.fetch),
            is_known=is_known,
            must_be_lists=lists,
            on_note=notes.append,
        )
    )
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Reject)], [note.text for note in notes]


def test_page_at_an_address_is_an_article(site: Site) -> None:
    url = site.page("/ferry?utm_source=x", _page("Ferry late", '<link rel="canonical" href="/ferry">'))
    (article,) = read_inputs([url, url], options=OPTIONS).articles
    assert (article.id, article.title, article.path) == ("a1", "Ferry late", None)
    assert article.url == site.url("/ferry")
    assert len(site.paths) == 1


def test_private_address_is_refused_by_default(site: Site) -> None:
    batch = read_inputs([site.page("/ferry", _page("Ferry late"))])
    assert "--allow-private" in batch.rejects[0].reason
    assert not site.requests


def test_feed_gives_its_articles_with_what_only_it_knows(site: Site) -> None:
    site.page("/a", _page("One"))
    site.page(
        "/b", _page("Two", '<meta property="og:site_name" content="Other"><meta name="date" content="2032-01-13">')
    )
    articles, rejects, _ = _stream(
        site.page("/rss", _rss(site, "/a", "/b", "/gone"), Content_Type="application/rss+xml")
    )
    assert [(a.title, a.outlet) for a in articles] == [("One", "The Hollin Post"), ("Two", "Other")]
    assert articles[0].published == Published("2032-01-14T17:20Z", "minute", "metadata")
    assert articles[1].published == Published("2032-01-13", "day", "metadata")
    assert [reject.input for reject in rejects] == [site.url("/gone")]
    assert "404" in rejects[0].reason


def test_opml_and_sitemap_index_lead_to_feeds_and_sitemaps(site: Site, tmp_path: Path) -> None:
    for path in ("/a", "/b", "/c"):
        site.page(path, _page(f"Page {path}"))
    site.page("/rss", _rss(site, "/a"))
    sitemap = f"<urlset><url><loc>{site.url('/b')}</loc></url><url><loc>{site.url('/c')}</loc></url></urlset>"
    site.page("/s.xml.gz", gzip.compress(sitemap.encode()), Content_Type="application/x-gzip")
    site.page("/index.xml", f"<sitemapindex><sitemap><loc>{site.url('/s.xml.gz')}</loc></sitemap></sitemapindex>")
    opml = tmp_path / "mine.opml"
    opml.write_text(
        f"<opml><body><outline xmlUrl='{site.url('/rss')}'/><outline xmlUrl='{site.url('/index.xml')}'/>"
        f"<outline xmlUrl='{site.url('/a')}'/></body></opml>"
    )
    articles, rejects, _ = _stream(str(opml))
    assert [article.title for article in articles] == ["Page /a", "Page /b", "Page /c"]
    assert not rejects  # the page that is listed as a feed was read already as an article of another


def test_feed_that_is_a_page_is_told_apart(site: Site) -> None:
    link = "<link rel='alternate' type='application/rss+xml' href='/rss'>"
    url = site.page("/", _page("Front page", link))
    articles, rejects, _ = _stream(url, lists=True)
    assert not articles
    assert f"is a web page, not a feed; its feeds: {site.url('/rss')}" in rejects[0].reason


def test_table_at_an_address(site: Site) -> None:
    lines = "\n".join(json.dumps({"id": n, "text": f"Report {n}."}) for n in range(2))
    articles, _, _ = _stream(site.page("/t.jsonl.gz", gzip.compress(lines.encode()), Content_Type="application/gzip"))
    assert [article.text for article in articles] == ["Report 0.", "Report 1."]


def test_known_items_are_passed_over(site: Site) -> None:
    site.page("/a", _page("One"))
    site.page("/b", _page("Two"))
    url = site.page("/rss", _rss(site, "/a", "/b"))
    articles, _, _ = _stream(url, is_known=lambda item: item.url.endswith("/a"))
    assert [article.title for article in articles] == ["Two"]
    assert site.paths == ["/rss", "/b"]


def _tagged(body: str) -> sites.Route:
    def answer(request: sites.Request) -> sites.Answer:
        tag = f'"{len(body)}"'
        unchanged = request.headers.get("if-none-match") == tag
        return (304, {}, b"") if unchanged else (200, {"ETag": tag, "Content-Type": "text/html"}, body.encode())

    return answer


def test_what_has_not_changed_gives_nothing_the_second_time(site: Site) -> None:
    site.routes["/a"] = _tagged(_page("One"))
    site.routes["/rss"] = _tagged(_rss(site, "/a"))
    fetcher = Fetcher(OPTIONS.fetch)
    assert len(_stream(site.url("/rss"), fetcher=fetcher)[0]) == 1
    again = Fetcher(OPTIONS.fetch, fetcher.state)
    articles, rejects, notes = _stream(site.url("/rss"), fetcher=again)
    assert (articles, rejects) == ([], [])
    assert notes == ["has not changed since it was last read"]
    site.routes["/a"] = _tagged(_page("One, corrected"))
    articles, _, _ = _stream(site.url("/a"), fetcher=again)
    assert [article.title for article in articles] == ["One, corrected"]


def test_feed_is_read_again_while_one_of_its_pages_may_still_come(site: Site) -> None:
    site.routes["/a"] = _tagged(_page("One"))
    site.page("/b", "", 503)
    site.routes["/rss"] = _tagged(_rss(site, "/a", "/b"))
    fetcher = Fetcher(OPTIONS.fetch)
    articles, rejects, _ = _stream(site.url("/rss"), fetcher=fetcher)
    assert (len(articles), len(rejects)) == (1, 1)
    site.routes["/b"] = _tagged(_page("Two"))
    articles, _, _ = _stream(site.url("/rss"), fetcher=Fetcher(OPTIONS.fetch, fetcher.state))
    assert [article.title for article in articles] == ["Two"]


def test_state_holds_an_article_only_once_it_was_handed_out(site: Site) -> None:
    for path in ("/a", "/b"):
        site.routes[path] = _tagged(_page(f"Page {path}"))
    site.routes["/rss"] = _tagged(_rss(site, "/a", "/b"))
    fetcher = Fetcher(OPTIONS.fetch)
    states = [
        [validator.url for validator in fetcher.state]
        for _ in stream_inputs([site.url("/rss")], OPTIONS, fetcher=fetcher)
    ]
    assert states == [[site.url("/a")], [site.url("/a"), site.url("/b")]]
    assert len(fetcher.state) == 3


@pytest.mark.parametrize(
    "declared", ["text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=none", ""]
)
def test_wrong_charset_of_the_server_does_no_harm(site: Site, declared: str) -> None:
    text = _page("Паром опоздал", "<meta charset='windows-1251'>").replace("ferry", "паром")
    (article,), _, _ = _stream(site.page("/a", text.encode("cp1251"), Content_Type=declared))
    assert article.title == "Паром опоздал"
    (article,), _, _ = _stream(site.page("/b", text.encode(), Content_Type=declared))
    assert article.title == "Паром опоздал"


def test_right_charset_of_the_server_is_believed_where_the_page_says_nothing(site: Site) -> None:
    url = site.page(
        "/a", re.sub("[“”]", '"', _page("Паром опоздал")).encode("koi8-r"), Content_Type="text/html; charset=koi8-r"
    )
    assert _stream(url)[0][0].title == "Паром опоздал"


def test_faults_of_pages_are_rejects_and_the_rest_is_read(site: Site) -> None:
    site.routes["/cut"] = sites.cut(_page("Cut").encode(), 200)
    site.routes["/hang"] = sites.hang(2)
    site.page("/bomb", sites.bomb(20), Content_Encoding="gzip")
    site.redirect("/loop", "/loop")
    site.page("/robots.txt", "User-agent: Retold\nDisallow: /secret")
    site.page("/picture", b"\x89PNG\r\n\x1a\n\0", Content_Type="image/png")
    site.page("/empty", "")
    site.page("/good", _page("Good"))
    paths = ["/cut", "/hang", "/bomb", "/loop", "/secret", "/picture", "/empty", "/good"]
    articles, rejects, _ = _stream(site.page("/rss", _rss(site, *paths)))
    assert [article.title for article in articles] == ["Good"]
    assert [reject.input for reject in rejects] == [site.url(path) for path in paths[:-1]]
    words = ["breaks off", "too long", "once unpacked", "in a circle", "robots.txt", "PNG image", "is empty"]
    assert all(word in reject.reason for word, reject in zip(words, rejects, strict=True))


def test_a_long_sitemap_is_read_in_part_and_says_so(site: Site) -> None:
    for number in range(4):
        site.page(f"/{number}", _page(f"Page {number}"))
    locations = "".join(f"<url><loc>{site.url(f'/{number}')}</loc></url>" for number in range(4))
    url = site.page("/sitemap.xml", f"<urlset>{locations}</urlset>")
    options = msgspec.structs.replace(OPTIONS, max_items=2)
    batch = read_inputs([url], options=options)
    assert len(batch.articles) == 2
    assert any("the first of 4 items" in note.text for note in batch.notes)


def test_twins_of_a_page_are_fetched_once(site: Site) -> None:
    site.page("/a", _page("One"))
    url = site.page("/rss", _rss(site, "/a", "/a?utm_source=rss", "/a/amp"))
    assert len(_stream(url)[0]) == 1
    assert site.paths == ["/rss", "/a"]


def test_many_items_of_one_feed_leave_room_for_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retold.read.web.MAX_LISTS", 2)
    for number in range(5):
        site.page(f"/{number}", _page(f"Page {number}"))
    site.page("/rss1", _rss(site, "/0", "/1", "/2", "/3"))
    site.page("/rss2", _rss(site, "/4"))
    lists = "".join(f"<outline xmlUrl='{site.url(path)}'/>" for path in ("/rss1", "/rss2", "/rss3"))
    articles, _, notes = _stream(site.page("/opml", f"<opml><body>{lists}</body></opml>"))
    assert len(articles) == 5
    assert "2 lists at most" in notes[-1]
