"""One address for all the twins of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.read.addresses import address_key, canonical_url, pick_canonical


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://post.example/dam?utm_source=x&utm_medium=y&id=7&fbclid=z", "https://post.example/dam?id=7"),
        ("https://post.example/dam?q=a%20b&b=1&a=2", "https://post.example/dam?q=a%20b&b=1&a=2"),
        ("HTTP://POST.example:80/Dam#c", "http://post.example/Dam"),
        ("http://post.example:8080", "http://post.example:8080/"),
        ("https://post.example/2032/dam/amp/", "https://post.example/2032/dam"),
        ("https://post.example/dam.amp.html", "https://post.example/dam.html"),
        ("https://post.example/dam?amp=1", "https://post.example/dam"),
        ("https://post.example/dam?outputType=amp&x=1", "https://post.example/dam?x=1"),
        ("https://post.example/dam/print", "https://post.example/dam"),
        ("https://post.example/dam?view=print", "https://post.example/dam"),
        ("https://post.example/gallery?view=3", "https://post.example/gallery?view=3"),
        ("https://post-example.cdn.ampproject.org/c/s/post.example/dam/amp", "https://post.example/dam"),
        ("https://www.google.com/amp/s/post.example/dam.amp.html", "https://post.example/dam.html"),
        ("https://www.google.com/amp/post.example/dam", "http://post.example/dam"),
        ("https://post.example/revamp", "https://post.example/revamp"),
        ("mailto:desk@post.example", "mailto:desk@post.example"),
        ("https://post.example:x/", "https://post.example:x/"),
        ("", ""),
    ],
)
def test_address_without_page(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<link rel="canonical" href="https://www.post.example/a?id=1&amp;utm_source=b">', "https://www.post.example/a?id=1"),
        ("<LINK HREF=/a REL=canonical>", "https://m.post.example/a"),
        ("<link rel='alternate canonical' href='../b'>", "https://m.post.example/2032/b"),
        ('<link rel="canonical" href="https://other.example/a">', "https://m.post.example/2032/dam"),  # a copy
        ('<link rel="canonical" href="https://post.example/">', "https://m.post.example/2032/dam"),  # a mistake
        ('<link rel="canonical" href="https://post.example/products/amp">', "https://post.example/products/amp"),
        ('<link rel="amphtml" href="/a">', "https://m.post.example/2032/dam"),
        ('<link rel="canonical" href="">', "https://m.post.example/2032/dam"),
        ('<link rel="canonical" href="http://[">', "https://m.post.example/2032/dam"),
    ],
)  # fmt: skip
def test_page_names_its_own_address(link: str, expected: str) -> None:
    assert canonical_url("https://m.post.example/2032/dam/amp", f"<html><head>{link}</head>") == expected


def test_front_page_may_name_itself() -> None:
    assert pick_canonical("https://post.example/?utm_source=x", "https://post.example/") == "https://post.example/"


TWINS = [
    "https://www.post.example/2032/dam/?a=1&b=2",
    "http://post.example/2032/dam?b=2&a=1#comments",
    "https://amp.post.example/2032/dam/amp?a=1&b=2&utm_campaign=c",
    "https://m.post.example/2032/dam/print?b=2&a=1",
    "https://post.example/2032/d%61m?a=1&b=2",
]


@pytest.mark.parametrize("twin", TWINS)
def test_twins_have_one_key(twin: str) -> None:
    assert address_key(twin) == address_key(TWINS[0]) == "post.example/2032/dam?a=1&b=2"


def test_other_pages_have_other_keys() -> None:
    others = [
        "https://post.example/2032/dam?id=1",
        "https://post.example/2032/dam?id=2",
        "https://post.example/2032/Dam",
    ]
    others += [
        "https://news.post.example/2032/dam?id=1",
        "https://m.example/2032/dam",
        "https://other.example/2032/dam",
    ]
    assert len({address_key(url) for url in others}) == len(others)


@given(st.text(max_size=40) | st.text("htps:/.?&=#ampcdn[]@%-", max_size=60).map("https://a.example/".__add__))
def test_any_text_has_an_address_that_stays(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert address_key(url) == address_key(once)
