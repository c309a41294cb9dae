"""Feeds, sitemaps and lists of feeds."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.errors import InputError
from retold.model import Published
from retold.read.feeds import Item, Listing, read_listing

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>The Larrow Post</title><link>https://post.example/</link>
<item><title>Dam &amp; bridge</title><link>https://post.example/dam?utm_source=rss</link>
 <pubDate>Wed, 14 Jan 2032 17:20:00 +0200</pubDate></item>
<item><title>Ferry late</title><link>/ferry</link></item>
<item><title>No link</title></item>
<item><title>Dam again</title><link>https://post.example/dam?utm_source=rss</link></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Вісті</title>
<entry><title>Дамба</title><link rel="alternate" href="https://visti.example/damba"/>
<published>2032-01-14T17:20:00+02:00</published><updated>2032-01-15T00:10:00Z</updated></entry></feed>""".encode()
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Post", "items":
 [{"id": "1", "url": "https://post.example/dam", "title": "Dam", "date_published": "2032-01-14T17:20:00Z"}]}"""
NEWS = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc> https://post.example/dam </loc><news:news>
 <news:publication><news:name>The Larrow Post</news:name><news:language>en</news:language></news:publication>
 <news:publication_date>2032-01-14T17:20+02:00</news:publication_date><news:title>Dam holds</news:title></news:news>
 </url><url><loc>https://post.example/old</loc><lastmod>2031-01-01</lastmod></url><url><lastmod>2031</lastmod></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://post.example/s1.xml</loc>
</sitemap><sitemap><loc>https://post.example/s2.xml</loc></sitemap></sitemapindex>"""
OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body><outline text="News">
 <outline type="rss" text="Post" xmlUrl="https://post.example/rss" htmlUrl="https://post.example/"/>
 <outline text="Visti" xmlurl="https://visti.example/atom"/><outline text="again" xmlUrl="https://post.example/rss"/>
 </outline><outline text="none"/></body></opml>"""


PUBLISHED = Published("2032-01-14T15:20Z", "minute", "metadata")


def test_rss() -> None:
    listing = read_listing(RSS, "rss", "https://post.example/feeds/rss")
    assert listing == Listing(
        "feed",
        (
            Item("https://post.example/dam?utm_source=rss", "Dam & bridge", PUBLISHED),
            Item("https://post.example/ferry", "Ferry late"),
        ),
        outlet="The Larrow Post",
    )  # fmt: skip


@pytest.mark.parametrize(("data", "title"), [(ATOM, "Дамба"), (JSON_FEED, "Dam")])
def test_atom_and_json(data: bytes, title: str) -> None:
    listing = read_listing(data, "feed")
    (item,) = listing.items
    assert item.title == title
    assert item.published is not None
    assert item.published.precision == "minute"


def test_news_sitemap_and_index() -> None:
    listing = read_listing(NEWS, "sitemap.xml")
    assert listing.outlet == "The Larrow Post"
    assert listing.items[0] == Item(
        "https://post.example/dam", "Dam holds", Published("2032-01-14T17:20+02:00", "minute", "metadata")
    )
    assert [item.url for item in listing.items] == ["https://post.example/dam", "https://post.example/old"]
    assert read_listing(INDEX, "i").lists == ("https://post.example/s1.xml", "https://post.example/s2.xml")


def test_opml_gives_each_feed_once() -> None:
    listing = read_listing(OPML, "mine.opml")
    assert listing.lists == ("https://post.example/rss", "https://visti.example/atom")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/rss.xml'></head></html>",
         "is a web page, not a feed; its feeds: https://post.example/rss.xml"),
        (b"<html><body>Down for maintenance", "look for the address"),
        (b"<note>x</note>", "another kind (<note>)"),
        (b'{"a": 1}', "can't be read as a feed"),
        (b"milk", "can't be read as a feed"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><note>&a;</note>', "another kind"),
    ],
)  # fmt: skip
def test_what_is_no_list_says_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_listing(data, "https://post.example/", "https://post.example/")
    assert words in str(caught.value)


def test_entities_are_not_followed() -> None:
    bomb = b"<!DOCTYPE x [" + b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)
    )
    data = bomb + b"]><urlset><url><loc>https://post.example/&e11;</loc></url></urlset>"
    with contextlib.suppress(InputError):
        assert all(len(item.url) < 1000 for item in read_listing(data, "x").items)
    thief = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://post.example/&a;</loc></url></urlset>'
    assert "root" not in str(read_listing(thief, "x"))


def test_feed_cut_short_gives_what_can_be_saved_or_a_reason() -> None:
    for at in range(60, len(RSS), 40):
        with contextlib.suppress(InputError):
            listing = read_listing(RSS[:at], "rss")
            assert all(item.url.startswith("https://") for item in listing.items)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60) | st.sampled_from([RSS, ATOM, NEWS, OPML]), st.integers(0, 900), st.binary(max_size=6))
def test_any_bytes_are_a_list_or_an_input_error(data: bytes, at: int, junk: bytes) -> None:
    try:
        listing = read_listing(data[:at] + junk + data[at + len(junk) :], "x")
    except InputError:
        return
    assert listing.kind in ("feed", "opml", "sitemap", "index")
