"""Where the pages of the local server are: one place that writes every address in them."""

from urllib.parse import quote, urlencode

from retold.present.html.links import Links


def write_address(path: str, **query: str | int) -> str:
    """A path with its query, what is empty left out.

    >>> write_address("/stories", q="two dams", page=0, order="")
    '/stories?q=two+dams'
    """
    given = {name: value for name, value in query.items() if value not in ("", 0)}
    return f"{path}?{urlencode(given)}" if given else path


class LocalLinks(Links):
    """The pages round one story or comparison. `base`: its own address, such as /stories/s012…"""

    def __init__(self, base: str = "", *, is_stored: bool = True) -> None:
        self.base, self._is_stored = base, is_stored

    def article(self, article: str) -> str:
        part = quote(article, safe="")
        return f"/articles/{part}" if self._is_stored else f"{self.base}/articles/{part}"

    def texts(self, earlier: str, later: str) -> str:
        return f"{self.base}/texts/{quote(earlier, safe='')}/{quote(later, safe='')}"

    def change(self, change: str) -> str:
        return f"{self.base}/changes/{quote(change, safe='')}" if change else ""

    def pack(self, finding: str = "") -> str:
        return write_address(f"{self.base}/evidence.html", finding=finding) if self.base else ""

    def speaker(self, name: str) -> str:
        return write_address("/speakers", name=name) if self._is_stored else ""

    def outlet(self, name: str) -> str:
        return write_address("/outlets", name=name) if self._is_stored else ""
