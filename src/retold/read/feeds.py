"""Lists of articles: RSS, Atom and JSON feeds, news sitemaps and their indexes, and OPML lists of feeds → items."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urljoin

from lxml import etree
from msgspec import Struct

from retold.errors import InputError, MissingExtraError
from retold.model import Published
from retold.read.batch import replace_surrogates
from retold.read.dates import parse_published

if TYPE_CHECKING:
    from retold.read.fetch import Fetched, Fetcher

ListKind: TypeAlias = Literal["feed", "opml", "sitemap", "index"]
_LISTS: dict[str, ListKind] = {"opml": "opml", "urlset": "sitemap", "sitemapindex": "index"}
_FEEDS = frozenset({"rss", "feed", "rdf"})
_FEED_LINK = re.compile(r"application/(?:rss|atom|feed)\+(?:xml|json)", re.IGNORECASE)


class Item(Struct, frozen=True):
    """One entry of a feed or sitemap: the article's address, and what the list says of it."""

    url: str
    title: str | None = None
    published: Published | None = None


class Listing(Struct, frozen=True):
    """What a list holds: `items` are articles; `lists` are further lists (the feeds of an OPML, the sitemaps of an
    index), with their names where they have one. `outlet`: the title of a feed, or the name in a news sitemap."""

    kind: ListKind
    items: tuple[Item, ...] = ()
    lists: tuple[str, ...] = ()
    outlet: str | None = None


def fetch_listing(fetcher: "Fetcher", url: str) -> tuple["Fetched", Listing]:
    """The list at `url`, and the answer that it came in: `fetcher.keep` that once all of its items are safe.

    Raises `FetchError` where it can't be had, `InputError` where it is no list. An unchanged one has no items.
    """
    fetched = fetcher.fetch(url)
    if fetched.is_unchanged:
        return fetched, Listing("feed")
    return fetched, read_listing(fetched.data, url, fetched.url)


def read_listing(data: bytes, name: str, url: str | None = None) -> Listing:
    """What the list in `data` holds. `name` is for messages; relative addresses are taken from `url`. Linear.

    Items without a web address are left out, and further ones with the address of an earlier one.

    Raises `InputError` where it is no list; of a web page it names the feeds that the page points to.

    >>> sitemap = b"<urlset><url><loc>https://post.example/dam</loc><lastmod>2032-01-14</lastmod></url></urlset>"
    >>> read_listing(sitemap, "sitemap.xml").items[0].url
    'https://post.example/dam'
    """
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise InputError(f"{name} is empty; expected a feed")
    if start.startswith(b"{"):
        return _read_feed(data, name, url)
    root = _parse_xml(data)
    tag = _local(root) if root is not None else ""
    if root is not None and tag in _LISTS:
        kind = _LISTS[tag]
        if kind == "opml":
            return Listing("opml", lists=_unique(_list_opml(root, url)))
        if kind == "index":
            return Listing("index", lists=_unique(_resolve(_child_text(one, "loc"), url) for one in root))
        return _read_sitemap(root, url)
    if tag in _FEEDS:
        return _read_feed(data, name, url)
    if tag == "html" or re.match(rb"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", start, re.I | re.S):
        raise InputError(_explain_page(data, name, url))
    if root is None:
        return _read_feed(data, name, url)  # broken XML: its own reader mends much
    raise InputError(f"{name} is XML of another kind (<{tag[:40]}>); expected RSS, Atom, OPML or a sitemap")


def _read_feed(data: bytes, name: str, url: str | None) -> Listing:
    try:
        import fastfeedparser
    except ImportError as e:
        raise MissingExtraError(f"{name} is a feed, which fastfeedparser reads; pip install 'retold[library]'") from e
    try:
        feed = fastfeedparser.parse(data)
    except Exception as e:  # whatever a feed holds must end in a message; the reader promises no kind of error
        raise InputError(f"{name} can't be read as a feed ({str(e)[:120]}); check its address in a browser") from e
    items = []
    for entry in feed.entries:
        address = _resolve(entry.get("link"), url)
        written = entry.get("published") or entry.get("updated")
        if address:
            items.append(Item(address, _clean(entry.get("title")), _parse_utc(written)))
    return Listing("feed", _unique_items(items), outlet=_clean(feed.feed.get("title")))


def _parse_utc(written: str | None) -> Published | None:
    """The reader of feeds puts all times into UTC."""
    return parse_published(written.replace("+00:00", "Z")) if written else None


def _read_sitemap(root: etree._Element, url: str | None) -> Listing:
    items: list[Item] = []
    outlet: str | None = None
    for entry in root:
        if not isinstance(entry.tag, str) or _local(entry) != "url":
            continue
        address = _resolve(_child_text(entry, "loc"), url)
        if not address:
            continue
        news = next((child for child in entry if isinstance(child.tag, str) and _local(child) == "news"), None)
        title = written = None
        if news is not None:
            title, written = _child_text(news, "title"), _child_text(news, "publication_date")
            publication = next((c for c in news if isinstance(c.tag, str) and _local(c) == "publication"), None)
            if publication is not None:
                outlet = outlet or _clean(_child_text(publication, "name"))
        items.append(Item(address, _clean(title), parse_published(written) if written else None))
    return Listing("sitemap", _unique_items(items), outlet=outlet)


def _list_opml(root: etree._Element, url: str | None) -> Iterator[str | None]:
    for outline in root.iter("{*}outline"):
        attributes = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
        yield _resolve(attributes.get("xmlurl"), url)


def _parse_xml(data: bytes) -> etree._Element | None:
    # No entities, nothing fetched: what a stranger's XML may ask for is just its own text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False, huge_tree=False)
    try:
        return etree.fromstring(data.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _explain_page(data: bytes, name: str, url: str | None) -> str:
    """A page in place of a feed nearly always says where its feed is."""
    page = data[:200_000].decode("utf-8", "replace")
    feeds = []
    for link in re.findall(r"<link\b[^>]{0,1000}>", page, re.IGNORECASE):
        href = re.search(r"""href\s*=\s*["']?([^"'\s>]+)""", link, re.IGNORECASE)
        if href and _FEED_LINK.search(link) and (address := _resolve(href[1], url)):
            feeds.append(address)
    found = f"its feeds: {', '.join(feeds[:3])}" if feeds else "look for the address of its RSS feed"
    return f"{name} is a web page, not a feed; {found}"


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname).lower()


def _child_text(element: etree._Element, name: str) -> str | None:
    if not isinstance(element.tag, str):
        return None
    child = next((child for child in element if isinstance(child.tag, str) and _local(child) == name), None)
    return "".join(child.itertext()) if child is not None else None


def _resolve(address: str | None, base: str | None) -> str | None:
    address = (address or "").strip()
    if not address:
        return None
    try:
        address = replace_surrogates(urljoin(base, address) if base else address)
    except ValueError:
        return None
    return address if re.match(r"https?://[^\s/]", address, re.IGNORECASE) else None


def _clean(text: str | None) -> str | None:
    return " ".join(replace_surrogates(text).split()) or None if isinstance(text, str) else None


def _unique(addresses: Iterator[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for address in addresses if address))


def _unique_items(items: list[Item]) -> tuple[Item, ...]:
    first: dict[str, Item] = {}
    for item in items:
        first.setdefault(item.url, item)
    return tuple(first.values())
