"""ninjs (IPTC's news in JSON), versions 1 to 3 → records as Retold reads them."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO

extensions = (".json", ".ninjs")
_ITEM = re.compile(rb'"(?:body_(?:text|html|xhtml)|bodies)"\s*:')
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "li", "blockquote", "div", "br", "figcaption"}
_SKIPPED = {"script", "style"}


def recognises(head: bytes) -> bool:
    """Many things end in .json; an item has an address of its own, and a body."""
    return b'"uri"' in head and _ITEM.search(head) is not None


def read(file: BinaryIO, name: str) -> Iterator[dict[str, str | None]]:
    """A record an item. What is no ninjs raises, and Retold says so with the name of the file."""
    data = json.load(file)
    for item in data if isinstance(data, list) else [data]:
        yield {
            "id": item["uri"],
            "text": _find_text(item),
            "title": _find_headline(item),
            "byline": item.get("byline") or _first(item.get("bylines"), "byline"),
            "published": item.get("firstcreated") or item.get("versioncreated"),
            "outlet": item.get("infosource_name") or _find_source(item),
            "url": item.get("url") or (item["uri"] if item["uri"].startswith("http") else None),
            "language": item.get("language"),
        }


def _find_text(item: dict[str, Any]) -> str:
    """Title and body, plain text before markup."""
    bodies = {body.get("contenttype", "text/plain"): body.get("value", "") for body in item.get("bodies", ())}
    plain = item.get("body_text") or bodies.get("text/plain")
    marked = item.get("body_html") or item.get("body_xhtml") or bodies.get("text/html")
    body = plain or (_strip_markup(marked) if marked else "")
    title = _find_headline(item)
    return f"{title}\n\n{body}" if title and not body.startswith(title) else body


def _find_headline(item: dict[str, Any]) -> str | None:
    return item.get("headline") or _first(item.get("headlines"), "value")


def _find_source(item: dict[str, Any]) -> str | None:
    """Who sent it: a version 2 or 3 item lists its sources, one of an agency may only be signed."""
    sources = item.get("infosource") or item.get("infosources") or ()
    return _first(sources, "name") or item.get("copyrightholder")


def _first(values: Any, key: str) -> str | None:
    return next((value[key] for value in values or () if value.get(key)), None)


class _Text(HTMLParser):
    """The text of a body, an empty line between its paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in _SKIPPED
        if tag in _BLOCKS:
            self.pieces.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _SKIPPED
        if tag in _BLOCKS:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _strip_markup(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return re.sub(r" *\n[\s]*\n *", "\n\n", "".join(parser.pieces)).strip()
