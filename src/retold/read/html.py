"""A web page → `Article`: the body by trafilatura, what the page says of itself by `metadata.py`, and the captions,
which trafilatura drops, put back where they stood."""

import logging
from collections import deque
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from msgspec import Struct

from retold.errors import InputError
from retold.model import Article, Span, Zone, ZoneRole
from retold.read.batch import hash_text
from retold.read.decoding import Decoded
from retold.read.language import detect_language
from retold.read.metadata import PageMetadata, is_aside, read_element_text, read_metadata

# Unheard, its errors would come out on standard error beside our own message for the same page.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

_BLOCKS = frozenset({"p", "head", "item", "list", "quote", "row", "table", "div", "code"})
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head"})
_KEY_CHARS = 80  # of a block's letters, enough to find it in the page
_BYLINE_BLOCKS = 3  # how many blocks from the top a byline is looked for in
_BYLINE_WORDS = 4  # that may stand beside the names in a byline ("By …, health correspondent")


class _Block(Struct, frozen=True):
    """A paragraph of the article to be: its role, None where the page doesn't tell."""

    text: str
    role: ZoneRole | None = None


def read_html(decoded: Decoded, name: str, path: str | None, url: str | None = None) -> tuple[Article, tuple[str, ...]]:
    """The article on a web page, and notes on it; `url`: where it was fetched from.

    Its text is assembled, one block a paragraph with a blank line between: title, then headings, paragraphs and
    captions in the page's order. `zones` holds what the markup tells (title, heading, caption, byline) and leaves the
    rest to the annotate stage. Offsets point into that text, not into the page. Linear but for the extraction.

    Raises `InputError` where the page has no text that looks like an article's.
    """
    root = _parse_page(decoded.text, name)
    metadata = read_metadata(root, url)
    blocks = _drop_title(_extract_blocks(root, name), metadata.title)
    if not blocks:
        raise InputError(
            f"{name} holds no article text that could be found; is it a page that a script fills, or behind a paywall? "
            "Save it from the browser once it has loaded, or give the article as .txt"
        )
    blocks = _mark_byline(_place_captions(root, blocks, metadata.title), metadata.byline)
    text, zones = _assemble(([_Block(metadata.title, "title")] if metadata.title else []) + blocks)
    notes = (
        (f"gives its date as {metadata.unread_date!r}, which is no valid date; it is left out",)
        if metadata.unread_date
        else ()
    )
    return _build_article(decoded, path, metadata, text, zones), notes


def _build_article(
    decoded: Decoded, path: str | None, metadata: PageMetadata, text: str, zones: tuple[Zone, ...]
) -> Article:
    return Article(
        id="",
        text=text,
        sha256=hash_text(text),
        path=path,
        url=metadata.url,
        encoding=decoded.encoding,
        outlet=metadata.outlet,
        title=metadata.title,
        byline=metadata.byline,
        language=metadata.language or detect_language(text),
        published=metadata.published,
        zones=zones,
    )


def _parse_page(source: str, name: str) -> HtmlElement:
    # Handed over as UTF-8 bytes with the encoding named: as a string, lxml refuses pages that declare one.
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as e:
        raise InputError(f"{name} can't be read as a web page ({e}); give the article as .txt") from e


def _extract_blocks(root: HtmlElement, name: str) -> list[_Block]:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    try:
        document = bare_extraction(root, include_comments=False, with_metadata=False)
        if not isinstance(document, Document) or document.body is None:
            return []
        return list(_walk_blocks(document.body))
    except Exception as e:  # any page at all must end in a message, whatever the extractor trips over
        raise InputError(f"{name} defeats the extraction of its text ({e}); give the article as .txt") from e


def _walk_blocks(element: HtmlElement) -> Iterator[_Block]:
    """The paragraphs under an element of trafilatura's tree; text between blocks is a paragraph too."""
    loose = element.text or ""
    for child in element:
        if child.tag not in _BLOCKS:
            loose += _inline_text(child) + (child.tail or "")
            continue
        yield from _split_lines(loose)
        loose = child.tail or ""
        if child.tag == "row":
            cells = [" ".join(cell.itertext()) for cell in child]
            yield from _split_lines(" | ".join(" ".join(cell.split()) for cell in cells if cell.strip()))
        elif any(inner.tag in _BLOCKS for inner in child.iterdescendants()):
            yield from _walk_blocks(child)
        else:
            yield from _split_lines(_inline_text(child), "heading" if child.tag == "head" else None)
    yield from _split_lines(loose)


def _inline_text(element: HtmlElement) -> str:
    if element.tag == "lb":
        return "\n"
    inner = "".join(_inline_text(child) + (child.tail or "") for child in element)
    return " ".join((element.text or "").split("\n")) + inner


def _split_lines(text: str, role: ZoneRole | None = None) -> Iterator[_Block]:
    for line in text.split("\n"):
        if clean := " ".join(line.split()):
            yield _Block(clean, role)


def _drop_title(blocks: list[_Block], title: str | None) -> list[_Block]:
    """Without the title among the first blocks: it is put above them."""
    key = _key(title or "")
    return [block for at, block in enumerate(blocks) if at >= _BYLINE_BLOCKS or not key or _key(block.text) != key]


def _mark_byline(blocks: list[_Block], byline: str | None) -> list[_Block]:
    names = set((byline or "").casefold().replace(",", " ").split())
    marked = list(blocks)
    for at, block in enumerate(blocks[:_BYLINE_BLOCKS]):
        words = block.text.casefold().replace(",", " ").split()
        if names and block.role is None and names <= set(words) and len(words) - len(names) <= _BYLINE_WORDS:
            marked[at] = _Block(block.text, "byline")
    return marked


# --- captions


def _place_captions(root: HtmlElement, blocks: list[_Block], title: str | None) -> list[_Block]:
    """The blocks with the captions of the article's pictures before what follows them in the page."""
    page, found = _flatten_page(root)
    captions = {key: (at, text, inside) for at, text, inside in reversed(found) if (key := _key(text))}
    keys = [_key(block.text) for block in blocks]
    starts, cursor = [], 0
    for key in keys:
        at = page.find(key[:_KEY_CHARS], cursor)
        starts.append(at if at >= 0 else cursor)
        cursor = max(cursor, at)
    title_at = page.find(_key(title)[:_KEY_CHARS]) if title else -1
    first = title_at if 0 <= title_at < starts[0] else starts[0]
    printed = frozenset(keys)
    waiting = deque(
        sorted(
            (at, text)
            for key, (at, text, is_inside) in captions.items()
            if (is_inside or first <= at <= cursor) and key not in printed
        )
    )
    placed: list[_Block] = []
    for start, key, block in zip(starts, keys, blocks, strict=True):
        while waiting and waiting[0][0] <= start:
            placed.append(_Block(waiting.popleft()[1], "caption"))
        placed.append(_Block(block.text, "caption") if key in captions else block)
    return placed + [_Block(text, "caption") for _, text in waiting]


def _flatten_page(root: HtmlElement) -> tuple[str, list[tuple[int, str, bool]]]:
    """The letters and digits of the page in one string, and its captions: where in it, the text, whether inside the
    element that holds the article."""
    pieces: list[str] = []
    length = unseen = 0
    captions = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            unseen += element.tag in _UNSEEN
            if _is_caption(element) and not is_aside(element) and (text := read_element_text(element)):
                captions.append((length, text, _is_inside_article(element)))
        else:
            unseen -= element.tag in _UNSEEN
        shown = element.text if event == "start" else element.tail
        if shown and not unseen:
            pieces.append(_key(shown))
            length += len(pieces[-1])
    return "".join(pieces), captions


def _is_caption(element: HtmlElement) -> bool:
    return element.tag == "figcaption" or "wp-caption-text" in (element.get("class") or "").split()


def _is_inside_article(element: HtmlElement) -> bool:
    return any(a.tag == "article" or a.get("itemprop") == "articleBody" for a in element.iterancestors())


def _key(text: str) -> str:
    """What two prints of one text have in common: letters and digits in small letters."""
    return "".join(filter(str.isalnum, text.casefold()))


def _assemble(blocks: list[_Block]) -> tuple[str, tuple[Zone, ...]]:
    zones = []
    at = 0
    for block in blocks:
        if block.role:
            zones.append(Zone(block.role, Span(at, at + len(block.text))))
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in blocks), tuple(zones)
