"""The web, asked politely: robots.txt, one request at a time with a pause for each host, nothing asked twice that has
not changed, and never an answer that is longer, slower or further away than allowed."""

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from threading import Timer
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from msgspec import Struct
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.response import HTTPResponse

from retold.errors import InputError
from retold.read.guard import GuardedHTTPConnection, GuardedHTTPSConnection, PrivateAddressError
from retold.read.options import FetchOptions
from retold.read.robots import RobotsFile, read_robots
from retold.read.streams import gunzip_bytes

_BLOCK_BYTES = 65536
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_PACKINGS = frozenset({"", "identity", "gzip", "x-gzip"})
_OUT_OF_ORDER_S = 300.0  # how long a site whose robots.txt can't be had is left alone
_ROBOTS_S = 86400.0  # how long a robots.txt holds (RFC 9309)
_FIRST_WAIT_S = 2.0  # then 4, 8 …, where the server doesn't say how long
_ADVICE = {
    401: "it asks for a log-in: save the page from your browser and give that file",
    402: "it asks for payment: save the page from your browser and give that file",
    403: "it refuses programs: save the page from your browser and give that file",
    404: "check the address",
    410: "the page was taken down",
    429: "it asks for fewer requests: try again later",
    451: "it is withheld for legal reasons",
}
_HOST = re.compile(r"[\w.:%-]+", re.ASCII)
_UNSAFE = re.compile(r"[^!-~]+")


class FetchError(InputError):
    """A page that can't be had. `passes`: whether it may be had later, so that it is worth another visit."""

    def __init__(self, message: str, passes: bool = False) -> None:
        super().__init__(message)
        self.passes = passes


class Validator(Struct, frozen=True, order=True):
    """What the server gave at `found_at`, where redirects from `url` end, to ask by whether the page has changed."""

    url: str
    found_at: str
    etag: str | None = None
    last_modified: str | None = None


class Fetched(Struct, frozen=True):
    """An answer. `asked`: where the page was looked for, `url`: where it was found in the end; `is_unchanged`: it is as
    it was at the last visit, and there is no data. `data` is unpacked; the server says `charset` and `content_type`."""

    asked: str
    url: str
    data: bytes = b""
    content_type: str = ""
    charset: str | None = None
    is_unchanged: bool = False
    validator: Validator | None = None


class _Answer(Struct, frozen=True):
    """One answer to one request, before redirects are followed."""

    status: int
    headers: dict[str, str]
    data: bytes = b""


class Fetcher:
    """Asks the web, one request at a time. Not for several threads: that it does one thing at a time is the point.

    `state` is what it knows for conditional requests: save it, and give it to the next one. A page is asked for
    conditionally only if its validator was kept (`keep`), which the caller does once the page's content is safe: a page
    that was fetched and then lost in a crash is fetched again.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        state: Iterable[Validator] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options = options or FetchOptions()
        self._clock, self._sleep = clock, sleep
        self._validators = {validator.url: validator for validator in state}
        self._robots: dict[str, RobotsFile] = {}
        self._robots_until: dict[str, float] = {}
        self._out_of_order: dict[str, tuple[float, FetchError | None]] = {}
        self._next_at: dict[str, float] = {}
        self._tls: ssl.SSLContext | None = None

    @property
    def state(self) -> tuple[Validator, ...]:
        """All validators kept so far, by address."""
        return tuple(sorted(self._validators.values()))

    def keep(self, fetched: Fetched) -> Validator | None:
        """From now on, ask for this page only if it has changed. Returns what was kept, None where nothing can be."""
        validator = fetched.validator
        if validator:
            self._validators[validator.url] = validator
        elif not fetched.is_unchanged:
            self._validators.pop(fetched.asked, None)
        return validator

    def fetch(self, url: str) -> Fetched:
        """The page at `url`, through redirects, with waits and retries as the options say.

        Raises `FetchError` where it can't be had, with the reason and what to do.
        """
        asked = _normalise(url)
        target, visited = asked, {asked}
        validator = self._validators.get(asked)
        while True:
            if self.options.obey_robots and not self._may_read(target):
                where = f"{url} leads to {target}, which" if target != asked else url
                raise FetchError(
                    f"{where} is not to be read by programs (its site's robots.txt); save the page from your browser "
                    "and give that file"
                )
            answer = self._ask_patiently(target, validator if validator and validator.found_at == target else None)
            location = answer.headers.get("location")
            if answer.status not in _MOVED or not location:
                return self._finish(asked, target, answer)
            target = _normalise(urljoin(target, location))
            if target in visited:
                raise FetchError(f"{url} redirects in a circle; check the address in a browser")
            if len(visited) > self.options.max_redirects:
                raise FetchError(
                    f"{url} redirects more than {self.options.max_redirects} times; give the address that it ends at"
                )
            visited.add(target)

    def _finish(self, asked: str, target: str, answer: _Answer) -> Fetched:
        if answer.status == 304:
            return Fetched(asked, target, is_unchanged=True)
        if answer.status != 200:
            advice = _ADVICE.get(answer.status, "try again later" if answer.status >= 500 else "check the address")
            raise FetchError(f"{asked} answers {answer.status}; {advice}", passes=answer.status in _PASSING)
        packing = answer.headers.get("content-encoding", "").strip().lower()
        if packing not in _PACKINGS:
            raise FetchError(
                f"{asked} is sent packed as {packing[:40]!r}, though only gzip was offered; it can't be read"
            )
        content_type, _, parameters = answer.headers.get("content-type", "").partition(";")
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", parameters, re.IGNORECASE)
        etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        return Fetched(
            asked=asked,
            url=target,
            data=gunzip_bytes(answer.data, self.options.max_bytes, target),
            content_type=content_type.strip().lower(),
            charset=charset[1] if charset else None,
            validator=Validator(asked, target, etag, modified) if etag or modified else None,
        )

    # --- one request, as often as is worth it

    def _ask_patiently(self, url: str, validator: Validator | None) -> _Answer:
        """Raises `FetchError` where the last try fails too."""
        tries = self.options.retries + 1
        for number in range(1, tries + 1):
            wait_s = _FIRST_WAIT_S * 2 ** (number - 1)
            try:
                answer = self._ask(url, validator)
            except FetchError as e:
                if not e.passes or number == tries:
                    raise
            else:
                if answer.status not in _PASSING or number == tries:
                    return answer
                asked_for = read_retry_after(answer.headers.get("retry-after"))
                if asked_for is not None and asked_for > self.options.max_wait_s:
                    return answer
                wait_s = max(wait_s, asked_for or 0.0)
            host = urlsplit(url).netloc
            self._next_at[host] = max(self._next_at.get(host, 0.0), self._clock() + wait_s)
        raise AssertionError("the last try returns or raises")

    def _ask(self, url: str, validator: Validator | None = None) -> _Answer:
        """One request, after the pause that its host is due."""
        host = urlsplit(url).netloc
        wait_s = self._next_at.get(host, 0.0) - self._clock()
        if wait_s > 0:
            self._sleep(wait_s)
        try:
            return self._exchange(url, validator)
        finally:
            robots = self._robots.get(_origin(url))
            delay_s = max(self.options.delay_s, min((robots and robots.delay_s) or 0.0, self.options.max_delay_s))
            self._next_at[host] = self._clock() + delay_s

    def _exchange(self, url: str, validator: Validator | None) -> _Answer:
        options = self.options
        connection = self._open(url)
        parts = urlsplit(url)
        is_late = []

        def cut() -> None:  # a wait for bytes has its own limit, but a byte now and then keeps it going forever
            is_late.append(True)
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

        headers = {"User-Agent": options.user_agent, "Accept-Encoding": "gzip", "Accept": "*/*", "Connection": "close"}
        if validator and validator.etag:
            headers["If-None-Match"] = validator.etag
        if validator and validator.last_modified:
            headers["If-Modified-Since"] = validator.last_modified
        timer = Timer(options.total_timeout_s, cut)
        timer.daemon = True
        try:
            connection.connect()
            sock = connection.sock  # the connection lets go of it where the server will close it
            timer.start()
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers=headers, preload_content=False, decode_content=False)
            response = connection.getresponse()
            data = self._read_body(url, response)
            if is_late:
                raise TimeoutError
            return _Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, data)
        except PrivateAddressError as e:
            raise FetchError(
                f"{url} is refused: {e}, no public address; if that is meant, say so with --allow-private"
            ) from e
        except FetchError:
            raise
        except NameResolutionError as e:
            raise FetchError(f"{url}: there is no host {parts.hostname}; check the address", passes=True) from e
        except (ConnectTimeoutError, TimeoutError) as e:
            raise FetchError(f"{url} takes too long to answer; try again later", passes=True) from e
        except NewConnectionError as e:
            raise FetchError(f"{url} can't be reached; check the address and the network", passes=True) from e
        except ssl.SSLError as e:
            raise FetchError(f"{url} can't be trusted ({e.reason or e}); check the address") from e
        except (HTTPError, HTTPException, OSError, ValueError) as e:
            if is_late or "timed out" in str(e):
                raise FetchError(f"{url} takes too long to answer; try again later", passes=True) from e
            certificate = "certificate" in str(e).lower()
            reason = "can't be trusted" if certificate else "breaks off in the middle of its answer"
            raise FetchError(f"{url} {reason} ({str(e)[:120]}); try again later", passes=not certificate) from e
        finally:
            timer.cancel()
            connection.close()

    def _open(self, url: str) -> HTTPConnection:
        parts = urlsplit(url)
        host, timeout_s = parts.hostname or "", self.options.timeout_s
        connection: GuardedHTTPConnection | GuardedHTTPSConnection
        if parts.scheme == "https":
            self._tls = self._tls or ssl.create_default_context()
            connection = GuardedHTTPSConnection(host, parts.port or 443, timeout=timeout_s, ssl_context=self._tls)
        else:
            connection = GuardedHTTPConnection(host, parts.port or 80, timeout=timeout_s)
        connection.allow_private = self.options.allow_private
        return connection

    def _read_body(self, url: str, response: HTTPResponse) -> bytes:
        most = self.options.max_bytes
        too_long = f"{url} is longer than {most / 1_000_000:g} MB, more than any article; it is left out"
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > most:
            raise FetchError(too_long)
        blocks, length = [], 0
        while block := response.read1(_BLOCK_BYTES, decode_content=False):
            blocks.append(block)
            length += len(block)
            if length > most:
                raise FetchError(too_long)
        if announced.isdigit() and length < int(announced) and response.status == 200:
            raise FetchError(f"{url} breaks off in the middle of its answer; try again later", passes=True)
        return b"".join(blocks)

    # --- robots.txt

    def _may_read(self, url: str) -> bool:
        try:
            return self._find_robots(url).allows(url)
        except FetchError as e:
            raise FetchError(f"{url} was not asked for: {e}", e.passes) from e

    def _find_robots(self, url: str) -> RobotsFile:
        """The rules of the site, asked for once a day (RFC 9309): all may be read where there is no such file, nothing
        where the site is out of order."""
        origin = _origin(url)
        until, fault = self._out_of_order.get(origin, (0.0, None))
        if fault and self._clock() < until:
            raise FetchError(str(fault), passes=fault.passes)
        if origin not in self._robots or self._clock() >= self._robots_until[origin]:
            try:
                self._robots[origin] = self._fetch_robots(f"{origin}/robots.txt")
                self._robots_until[origin] = self._clock() + _ROBOTS_S
            except FetchError as e:
                self._out_of_order[origin] = (self._clock() + _OUT_OF_ORDER_S, e)
                raise
        return self._robots[origin]

    def _fetch_robots(self, url: str) -> RobotsFile:
        target = url
        for _ in range(self.options.max_redirects + 1):
            answer = self._ask_patiently(target, None)
            location = answer.headers.get("location")
            if answer.status in _MOVED and location:
                target = _normalise(urljoin(target, location))
                continue
            if answer.status >= 500 or answer.status == 429:
                raise FetchError(
                    f"{url} answers {answer.status}, so that nothing on that site may be read now; try again later",
                    passes=True,
                )
            if answer.status != 200:
                return RobotsFile()
            text = gunzip_bytes(answer.data, self.options.max_bytes, url).decode("utf-8", "replace")
            return read_robots(text, self.options.user_agent)
        return RobotsFile()


def read_retry_after(value: str | None) -> float | None:
    """How many seconds a server asks to wait: a number, or a date. None where it doesn't say.

    >>> read_retry_after("120"), read_retry_after("soon"), read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    (120.0, None, 0.0)
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _normalise(url: str) -> str:
    """The address as it is asked for: no fragment, no log-in, nothing beyond ASCII. Raises `FetchError` for others."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as e:  # UnicodeError is one
        raise FetchError(f"{url[:200]} is no web address ({e}); check it") from e
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise FetchError(f"{url[:200]} is no address that can be fetched; only http:// and https:// are")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    path, query = (_UNSAFE.sub(lambda found: quote(found[0]), part) for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, netloc, path, query, ""))
