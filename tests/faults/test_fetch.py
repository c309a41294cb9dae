"""Fetching from a server with faults: what is asked, how often, and what is refused."""

import gzip
import socket
import time
from collections.abc import Iterator

import msgspec
import pytest

from retold.errors import InputError
from retold.read import guard
from retold.read.fetch import Fetched, Fetcher, FetchError, Validator
from retold.read.options import FetchOptions

from . import site as sites
from .site import Site

QUICK = FetchOptions(allow_private=True, delay_s=0, timeout_s=0.4, total_timeout_s=0.8, retries=0, max_bytes=200_000)
PAGE = "<html><title>Dam</title><p>The dam holds, the engineer said.</p></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with sites.serve() as served:
        yield served


class Sleeper:
    """Doesn't sleep, and knows how long it should have."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


def _fetcher(sleeper: Sleeper | None = None, state: tuple[Validator, ...] = (), **changes: object) -> Fetcher:
    sleeper = sleeper or Sleeper()
    options = msgspec.structs.replace(QUICK, **changes)
    return Fetcher(options, state, sleeper.clock, sleeper.sleep)


def _refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    assert url in str(caught.value) or "robots.txt" in str(caught.value)
    return caught.value


def test_page_comes_with_what_the_server_says_of_it(site: Site) -> None:
    url = site.page("/dam?id=1", PAGE, ETag='"v1"', Last_Modified="Wed, 14 Jan 2032 10:00:00 GMT")
    fetched = _fetcher().fetch(url + "#top")
    assert fetched == Fetched(
        asked=url, url=url, data=PAGE.encode(), content_type="text/html", charset="utf-8",
        validator=Validator(url, url, '"v1"', "Wed, 14 Jan 2032 10:00:00 GMT"),
    )  # fmt: skip
    (request,) = site.asked("/dam?id=1")
    assert request.headers["user-agent"].startswith("Retold/")
    assert request.headers["host"] == f"127.0.0.1:{site.port}"


def test_gzipped_and_chunked_answers_are_unpacked(site: Site) -> None:
    packed = gzip.compress(PAGE.encode())
    assert _fetcher().fetch(site.page("/z", packed, Content_Encoding="gzip")).data == PAGE.encode()

    def chunked(request: sites.Request) -> None:
        request.handler.protocol_version = "HTTP/1.1"
        request.handler.send_response(200)
        request.handler.send_header("Transfer-Encoding", "chunked")
        request.handler.end_headers()
        request.handler.wfile.write(b"4\r\nThe \r\n3\r\ndam\r\n0\r\n\r\n")

    site.routes["/c"] = chunked
    assert _fetcher().fetch(site.url("/c")).data == b"The dam"


def test_unchanged_page_is_asked_for_by_its_tag_and_not_sent_again(site: Site) -> None:
    def answer(request: sites.Request) -> sites.Answer:
        if request.headers.get("if-none-match") == '"v1"' and "if-modified-since" in request.headers:
            return 304, {}, b""
        return 200, {"ETag": '"v1"', "Last-Modified": "Wed, 14 Jan 2032 10:00:00 GMT"}, PAGE.encode()

    site.routes["/dam"] = answer
    url = site.url("/dam")
    first = _fetcher()
    fetched = first.fetch(url)
    assert first.state == ()
    assert not first.fetch(url).is_unchanged  # not kept: a page lost in a crash is fetched again
    first.keep(fetched)
    saved = msgspec.json.encode(first.state)
    second = _fetcher(state=msgspec.json.decode(saved, type=tuple[Validator, ...]))
    assert second.fetch(url).is_unchanged
    assert len(site.asked("/dam")) == 3


def test_robots_txt_is_asked_once_and_obeyed(site: Site) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: Other\nDisallow: /")
    site.page("/a", PAGE)
    sleeper = Sleeper()
    fetcher = _fetcher(sleeper)
    fetcher.fetch(site.url("/a"))
    error = _refusal(fetcher, site.url("/private/b"))
    assert "save the page" in str(error)
    assert not error.passes
    fetcher.fetch(site.url("/a"))
    assert [request.path for request in site.requests] == ["/robots.txt", "/a", "/a"]
    assert sleeper.waits[-1] == 7.0


def test_robots_txt_is_asked_for_again_after_a_day(site: Site) -> None:
    site.page("/a", PAGE)
    sleeper = Sleeper()
    fetcher = _fetcher(sleeper)
    fetcher.fetch(site.url("/a"))
    sleeper.now += 90_000
    site.page("/robots.txt", "User-agent: *\nDisallow: /")
    _refusal(fetcher, site.url("/a"))


def test_redirect_to_a_page_that_robots_txt_excludes(site: Site) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /private")
    site.page("/private", PAGE)
    _refusal(_fetcher(), site.redirect("/a", "/private"))
    assert site.paths == ["/a"]


def test_site_whose_robots_txt_is_out_of_order_is_left_alone(site: Site) -> None:
    site.page("/robots.txt", "", 503)
    site.page("/a", PAGE)
    fetcher = _fetcher()
    for _ in range(2):
        assert _refusal(fetcher, site.url("/a")).passes
    assert [request.path for request in site.requests] == ["/robots.txt"]


def test_site_that_came_back_is_asked_again(site: Site) -> None:
    site.routes["/robots.txt"] = sites.one_after_the_other((503, {}, b""), (404, {}, b""))
    site.page("/a", PAGE)
    sleeper = Sleeper()
    fetcher = _fetcher(sleeper)
    _refusal(fetcher, site.url("/a"))
    sleeper.now += 301
    assert fetcher.fetch(site.url("/a")).data == PAGE.encode()


def test_one_host_is_asked_with_a_pause_between(site: Site) -> None:
    site.page("/a", PAGE)
    sleeper = Sleeper()
    fetcher = _fetcher(sleeper, delay_s=1.5)
    for _ in range(3):
        fetcher.fetch(site.url("/a"))
    assert sleeper.waits == [1.5, 1.5, 1.5]  # robots.txt is a request too


def test_busy_server_is_asked_again_when_it_says(site: Site) -> None:
    site.routes["/a"] = sites.one_after_the_other(
        (429, {"Retry-After": "9"}, b""), (503, {}, b""), (200, {}, PAGE.encode())
    )
    sleeper = Sleeper()
    assert _fetcher(sleeper, retries=2).fetch(site.url("/a")).data == PAGE.encode()
    assert sleeper.waits == [9.0, 4.0]


def test_server_that_asks_for_a_long_wait_is_left_for_later(site: Site) -> None:
    site.page("/a", "", 429, Retry_After="86400")
    error = _refusal(_fetcher(retries=2), site.url("/a"))
    assert error.passes
    assert "try again later" in str(error)
    assert site.paths == ["/a"]


@pytest.mark.parametrize(
    ("status", "words", "passes"),
    [
        (404, "check the address", False),
        (403, "save the page", False),
        (410, "taken down", False),
        (500, "later", True),
    ],
)
def test_status_is_told_with_what_to_do(site: Site, status: int, words: str, passes: bool) -> None:
    error = _refusal(_fetcher(), site.page("/a", "", status))
    assert str(status) in str(error)
    assert words in str(error)
    assert error.passes is passes


def test_silent_and_slow_servers_are_given_up(site: Site) -> None:
    site.routes["/silent"] = sites.hang(1.5)
    site.routes["/drip"] = sites.drip(0.1, 60)
    for path in ("/silent", "/drip"):
        start = time.monotonic()
        error = _refusal(_fetcher(), site.url(path))
        assert "takes too long" in str(error)
        assert error.passes
        assert time.monotonic() - start < 1.4


def test_answer_cut_in_the_middle_is_asked_for_again(site: Site) -> None:
    site.routes["/a"] = sites.cut(PAGE.encode(), 20)
    error = _refusal(_fetcher(retries=1), site.url("/a"))
    assert "breaks off" in str(error)
    assert site.paths == ["/a", "/a"]


def test_answer_longer_than_allowed_is_not_read_to_its_end(site: Site) -> None:
    assert "longer than 0.2 MB" in str(_refusal(_fetcher(), site.page("/big", b"x" * 300_000)))
    endless = sites.drip(0, 10_000_000)
    site.routes["/endless"] = endless
    _refusal(_fetcher(), site.url("/endless"))


def test_gzip_bomb_is_refused(site: Site) -> None:
    url = site.page("/bomb", sites.bomb(50), Content_Encoding="gzip")
    with pytest.raises(InputError, match="once unpacked"):
        _fetcher().fetch(url)


def test_half_a_gzip_is_refused(site: Site) -> None:
    url = site.page("/half", gzip.compress(PAGE.encode() * 50)[:60], Content_Encoding="gzip")
    with pytest.raises(InputError, match="in the middle"):
        _fetcher().fetch(url)


def test_redirects_are_followed_so_far(site: Site) -> None:
    end = site.page("/end", PAGE)
    for number in range(9):
        site.redirect(f"/r{number}", f"/r{number + 1}" if number < 8 else "/end")
    assert _fetcher().fetch(site.url("/r5")).url == end
    assert "more than 5 times" in str(_refusal(_fetcher(), site.url("/r0")))
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert "in a circle" in str(_refusal(_fetcher(), site.url("/a")))


@pytest.mark.parametrize("url", ["ftp://post.example/a", "file:///etc/passwd", "javascript:1", "http://", "http://[x/"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(FetchError):
        _fetcher().fetch(url)


def test_redirect_to_a_file_is_not_followed(site: Site) -> None:
    with pytest.raises(FetchError, match="only http"):
        _fetcher().fetch(site.redirect("/a", "file:///etc/passwd"))


# --- private addresses


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
             "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "[fe80::1]", "[fd00::1]", "100.64.0.1", "224.0.0.1",
             "255.255.255.255"]
)  # fmt: skip
def test_private_addresses_are_refused_however_written(host: str) -> None:
    error = _refusal(_fetcher(allow_private=False), f"http://{host}:9/a")
    assert "--allow-private" in str(error)


def _pretend_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 stands for the public internet."""
    really = guard.is_public
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1" or really(address))


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:{port}/b", "http://169.254.169.254/latest/meta-data/", "http://[::1]:{port}/"]
)
def test_redirect_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    _pretend_public(monkeypatch)
    site.page("/b", PAGE)
    url = site.redirect("/a", target.format(port=site.port))
    with pytest.raises(FetchError, match="--allow-private"):
        _fetcher(allow_private=False).fetch(url)
    assert site.paths == ["/a"]


def test_name_is_looked_up_once_and_that_address_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is checked and private when it is connected to."""
    _pretend_public(monkeypatch)
    lookups: list[str] = []
    answers = ["127.0.0.1", "127.0.0.1", "127.0.0.9"]

    def look_up(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(lookups) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    site.page("/a", PAGE)
    url = site.url("/a", host="rebind.example")
    fetcher = _fetcher(allow_private=False)
    assert fetcher.fetch(url).data == PAGE.encode()
    assert lookups == ["rebind.example"] * 2  # robots.txt and the page: once for each connection
    assert site.asked("/a")[0].headers["host"] == f"rebind.example:{site.port}"
    with pytest.raises(FetchError, match="no public address"):
        fetcher.fetch(url)


def test_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert "10.0.0.1" in str(_refusal(_fetcher(allow_private=False), "http://two.example/"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True), ("64:ff9b::8.8.8.8", True),
     ("64:ff9b::10.0.0.1", False), ("64:ff9b:1::1", False), ("2002:7f00:1::", False), ("::7f00:1", False),
     ("::", False), ("::ffff:169.254.169.254", False), ("168.63.129.16", False), ("fd00:ec2::254", False),
     ("fec0::1", False), ("240.0.0.1", False), ("ff02::1", False), ("198.18.0.1", False), ("no address", False)],
)  # fmt: skip
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert guard.is_public(address) is expected
