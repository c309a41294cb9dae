"""What every request passes before anything looks at it: host, origin, size; and what every answer carries.

The server listens on this machine alone, but every page in the reader's browser can send requests to it. A foreign page
that got its own name to point here (DNS rebinding) fails at the Host header; one that posts a form fails at the origin,
and at the token, which it can't read.
"""

import hmac
import secrets
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retold.web.problems import answer_problem

MAX_BODY_BYTES: Final = 12_000_000
"""A dozen long reports as files; a book is none of our business."""
HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none at all browsers give the origin of our own forms as "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Token:
    """A secret of this run of the server, which only pages of its own origin can read and send back."""

    def __init__(self) -> None:
        self.value = secrets.token_urlsafe(24)

    def fits(self, given: str | None) -> bool:
        """Whether a request proves that it comes from one of our pages."""
        return given is not None and hmac.compare_digest(given.encode(), self.value.encode())


class Guard:
    """ASGI middleware round the whole application. `hosts`: names besides this machine's own that may be asked for."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = frozenset(), max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._app, self._hosts, self._most = app, HOSTS | hosts, max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    out.setdefault("cache-control", "no-store")
            await send(message)

        problem = self._find_problem(scope, headers)
        if problem is not None:
            await answer_problem(*problem)(scope, receive, send_guarded)
            return
        if scope["method"] == "HEAD":  # answered as GET is; the server leaves the body out
            scope = {**scope, "method": "GET"}
        await self._app(scope, _Limited(receive, self._most).receive, send_guarded)

    def _find_problem(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _cut_port(hosts[0]) not in self._hosts:
            return 421, "Wrong host", "Open the page under the address that `retold serve` printed."
        if scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            origin, site = headers.get("origin"), headers.get("sec-fetch-site")
            if (origin is not None and origin != f"{scope['scheme']}://{hosts[0]}") or site in {
                "cross-site",
                "same-site",
            }:
                return 403, "Foreign origin", "This was sent from a page of another site; nothing was done."
            length = headers.get("content-length")
            if length is not None and (not length.isdigit() or int(length) > self._most):
                return 413, "Too large", f"At most {self._most // 1_000_000} MB can be sent at a time."
        return None


class TooLargeError(HTTPException):
    """More bytes came than may come."""

    def __init__(self) -> None:
        super().__init__(413, "More was sent than can be taken at a time; nothing was done.")


class _Limited:
    """A request's body that is counted as it comes: chunked ones don't say their length."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise TooLargeError
        return message


def _cut_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name.lower() if colon and (port.isdigit() or not port) and name not in {"", "["} else host.lower()
