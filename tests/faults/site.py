"""A web site on this machine, with faults on order."""

import contextlib
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]
Route = Callable[["Request"], "Answer | None"]


@dataclass
class Request:
    """One request: what was asked for, with which headers, and the handler for faults in how it is answered."""

    path: str
    headers: dict[str, str]
    handler: BaseHTTPRequestHandler
    at: float = field(default_factory=time.monotonic)


class Site:
    """`routes[path]` answers; other paths are 404. `requests` is what was asked, in order."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> str:
        """Puts a page there; the names of headers with _ for -."""
        data = body if isinstance(body, bytes) else body.encode()
        named = {"Content-Type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
        self.routes[path] = lambda request: (status, named, data)
        return self.url(path)

    def redirect(self, path: str, target: str) -> str:
        return self.page(path, b"", 302, Location=target)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    @property
    def paths(self) -> list[str]:
        """What was asked, but for robots.txt."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]


@contextlib.contextmanager
def serve() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, self)
            site.requests.append(request)
            route = site.routes.get(self.path)
            answer = route(request) if route else (404, {}, b"not here")
            if answer is None:  # the route has answered in its own way
                return
            status, headers, data = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def drip(every_s: float, times: int) -> Route:
    """A page that comes a byte at a time."""

    def answer(request: Request) -> None:
        out = request.handler.wfile
        request.handler.send_response(200)
        request.handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(times):
                out.write(b"x")
                out.flush()
                time.sleep(every_s)

    return answer


def hang(for_s: float) -> Route:
    """A server that takes the request and says nothing."""

    def answer(request: Request) -> None:
        time.sleep(for_s)

    return answer


def cut(body: bytes, at: int) -> Route:
    """A page that is announced as a whole and ends in the middle."""

    def answer(request: Request) -> None:
        handler = request.handler
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:at])
        handler.close_connection = True

    return answer


def one_after_the_other(*answers: Answer) -> Route:
    """The first answer to the first request, and so on; the last one to all further ones."""
    left = list(answers)

    def answer(request: Request) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def bomb(megabytes: int) -> bytes:
    return gzip.compress(b"\0" * (megabytes * 1_000_000))
