"""Addresses → what is read at them: a page, a feed with its items, a list of feeds, a sitemap, a table."""

import io
from collections.abc import Callable, Generator, Iterator
from typing import Protocol, TypeAlias

from msgspec.structs import replace

from retold.errors import InputError, MissingExtraError
from retold.model import Article, Reject
from retold.read.addresses import address_key, canonical_url
from retold.read.batch import Note
from retold.read.decoding import decode_bytes
from retold.read.feeds import Item, Listing, read_listing
from retold.read.fetch import Fetched, FetchError, Validator
from retold.read.html import read_html
from retold.read.kinds import Kind, sniff_kind
from retold.read.options import ReadOptions
from retold.read.streams import Readable
from retold.read.tables import Draft, Event
from retold.read.text import read_text

MAX_LISTS = 500  # lists that one list may name, and those again: the largest OPML and sitemap indexes of outlets
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


class Asker(Protocol):
    """What the web is asked through: `retold.read.fetch.Fetcher`, or a stand-in of the caller's."""

    def fetch(self, url: str) -> Fetched: ...

    def keep(self, fetched: Fetched) -> Validator | None: ...


IsKnown: TypeAlias = Callable[[Item], bool]
ReadStream: TypeAlias = Callable[[Readable, str, Kind], Iterator[Event]]
_Settled: TypeAlias = Generator[Event, None, bool]
"""Events, and in the end whether all is settled: nothing that may go better at the next visit."""


class Web:
    """Reads addresses. `read_stream` reads what is neither a page nor a list, as a file of its kind."""

    def __init__(self, options: ReadOptions, fetcher: Asker, is_known: IsKnown | None, read_stream: ReadStream) -> None:
        self._options, self._fetcher = options, fetcher
        self._is_known, self._read_stream = is_known, read_stream
        self._seen: set[str] = set()  # keys of addresses: of the twins of a page the first is read
        self._lists = 0

    def read_address(self, url: str, must_be_list: bool = False) -> _Settled:
        """What is at `url`; `must_be_list`: a page there is a mistake, not an article."""
        if address_key(url) in self._seen:
            yield Note(url, "is given more than once; it is read once")
            return True
        self._seen.add(address_key(url))
        try:
            fetched = self._fetcher.fetch(url)
        except (InputError, MissingExtraError) as e:
            yield Reject(url, str(e))
            return not (isinstance(e, FetchError) and e.passes)
        if fetched.is_unchanged:
            yield Note(url, "has not changed since it was last read")
            return True
        try:
            kind = _find_kind(fetched, self._options.columns.names("text")[0])
            if kind == "feed" or must_be_list:
                is_settled = yield from self.read_items(read_listing(fetched.data, url, fetched.url))
                if is_settled:  # else its items that can't be had today would be lost with the next "not modified"
                    self._fetcher.keep(fetched)
                return is_settled
            if kind in ("html", "text"):
                yield from self._read_page(fetched, kind, Item(url), None)
            else:
                yield from self._read_stream(io.BytesIO(fetched.data), url, kind)
                self._fetcher.keep(fetched)
        except (InputError, MissingExtraError) as e:
            yield Reject(url, str(e))
        return True

    def read_items(self, listing: Listing) -> _Settled:
        """The articles that a list names, and those of the lists that it names."""
        most = self._options.max_items
        if len(listing.items) > most:
            yield Note(listing.items[0].url, f"is the first of {len(listing.items)} items; the first {most} are read")
        settled = True
        for item in listing.items[:most]:
            if address_key(item.url) in self._seen or (self._is_known and self._is_known(item)):
                continue
            self._seen.add(address_key(item.url))
            settled = (yield from self._read_item(item, listing.outlet)) and settled
        for address in listing.lists:
            if self._lists >= MAX_LISTS:
                yield Note(address, f"and what follows it is not read; {MAX_LISTS} lists at most")
                break
            if address_key(address) not in self._seen:
                self._lists += 1
                settled = (yield from self.read_address(address, must_be_list=True)) and settled
        return settled

    def _read_item(self, item: Item, outlet: str | None) -> _Settled:
        try:
            fetched = self._fetcher.fetch(item.url)
            if not fetched.is_unchanged:
                kind = _find_kind(fetched, "")
                yield from self._read_page(fetched, "text" if kind == "text" else "html", item, outlet)
        except InputError as e:
            yield Reject(item.url, str(e))
            return not (isinstance(e, FetchError) and e.passes)
        return True

    def _read_page(self, fetched: Fetched, kind: Kind, item: Item, outlet: str | None) -> Iterator[Event]:
        where = item.url
        is_html = kind == "html"
        decoded = decode_bytes(fetched.data, where, is_html, fetched.charset)
        notes: tuple[str, ...] = (decoded.note,) if decoded.note else ()
        if is_html:
            article, more = read_html(decoded, where, None, fetched.url)
            notes += more
        else:
            article = replace(read_text(decoded, None), url=canonical_url(fetched.url))
        self._fetcher.keep(fetched)
        yield Draft(where, _complete(article, item, outlet))
        for note in notes:
            yield Note(where, note)


def _complete(article: Article, item: Item, outlet: str | None) -> Article:
    """The article with what only the list says of it."""
    published = article.published
    if item.published and (published is None or item.published.value.startswith(published.value)):
        published = item.published
    return replace(article, published=published, title=article.title or item.title, outlet=article.outlet or outlet)


def _find_kind(fetched: Fetched, text_column: str) -> Kind:
    """By what the bytes say, and where they say nothing, by what the server says."""
    kind = sniff_kind(fetched.data, text_column)
    return "html" if kind == "text" and fetched.content_type in _PAGES else kind
