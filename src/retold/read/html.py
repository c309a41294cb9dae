"""A web page → `Article`: the body by trafilatura, what the page says of itself by `metadata.py`, and the captions,
which trafilatura drops, put back where they stood."""

import logging
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from msgspec.structs import replace

from retold.errors import InputError
from retold.model import Article, Zone
from retold.read.batch import hash_text
from retold.read.blocks import Block, assemble, make_key, split_lines
from retold.read.captions import iterate_headings, place_captions
from retold.read.decoding import Decoded
from retold.read.language import detect_language
from retold.read.metadata import PageMetadata, read_element_text, read_metadata
from retold.read.prepare import prepare_page
from retold.read.printed import find_printed_byline, find_printed_date, parse_printed, strip_byline
from retold.read.state import find_state_article

# Unheard, its errors would come out on standard error beside our own message for the same page.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

MOST_PAGE_CHARS = 10_000_000
"""Of a page's source; the extractor takes a second and some 40 MB for each million. Long live blogs have 5 million."""
_BLOCKS = frozenset({"p", "head", "item", "list", "quote", "row", "table", "div", "code"})
_BYLINE_BLOCKS = 3  # how many blocks from the top a byline is looked for in
_BYLINE_WORDS = 4  # that may stand beside the names in a byline ("By …, health correspondent")
_UNSHOWN = frozenset({"script", "style", "noscript", "template", "title"})
_KICKER_CHARS = 60  # above the title, longer lines are no section's name
_DATELINE_CHARS = 100
_LEAST_BODY_CHARS = 300  # a shorter body may be what a page shows while its scripts load


def read_html(decoded: Decoded, name: str, path: str | None, url: str | None = None) -> tuple[Article, tuple[str, ...]]:
    """The article on a web page, and notes on it; `url`: where it was fetched from.

    Its text is assembled, one block a paragraph with a blank line between: title, then headings, paragraphs and
    captions in the page's order. `zones` holds what the markup tells (title, heading, caption, byline) and leaves the
    rest to the annotate stage. Offsets point into that text, not into the page. Linear but for the extraction.

    Raises `InputError` where the page has no text that looks like an article's.
    """
    if len(decoded.text) > MOST_PAGE_CHARS:
        raise InputError(
            f"{name} is a page of {len(decoded.text):,} characters, more than any article ({MOST_PAGE_CHARS:,} at "
            "most); divide it, or give the article's text as .txt"
        )
    try:
        metadata, blocks = _read_page(decoded.text, name, url)
    except InputError:
        raise
    except Exception as e:  # any page at all must end in a message, whatever a step of the reading trips over
        raise InputError(f"{name} defeats the reading of its page ({e}); give the article as .txt") from e
    text, zones = assemble(([Block(metadata.title, "title")] if metadata.title else []) + blocks)
    notes = (
        (f"gives its date as {metadata.unread_date!r}, which is no valid date; it is left out",)
        if metadata.unread_date
        else ()
    )
    return _build_article(decoded, path, metadata, text, zones), notes


def _read_page(source: str, name: str, url: str | None) -> tuple[PageMetadata, list[Block]]:
    """What the page says of itself, and its blocks below the title. Raises `InputError` where there are none."""
    root = _parse_page(source, name)
    metadata = read_metadata(root, url)
    blocks = _extract_blocks(root, name)
    chars = min(sum(len(block.text) for block in blocks), _count_shown(root))
    if chars < _LEAST_BODY_CHARS and (
        state := find_state_article(root, metadata, must_match=bool(blocks) and chars > 0)
    ):
        metadata, blocks = state  # captions are among them
        byline = metadata.byline and strip_byline(metadata.byline, metadata.language)
        metadata = replace(metadata, byline=byline)
    else:
        metadata, blocks = _complete(root, metadata, blocks)
    if not blocks:
        raise InputError(
            f"{name} holds no article text that could be found; is it a page that a script fills, or behind a paywall? "
            "Save it from the browser once it has loaded, or give the article as .txt"
        )
    return metadata, blocks


def _count_shown(root: HtmlElement) -> int:
    """How many characters of the page stand outside of scripts: the extractor looks into those, and folds the lines."""
    return sum(
        len((element.text or "").strip()) * (element.tag not in _UNSHOWN) + len((element.tail or "").strip())
        for element in root.iter()
        if isinstance(element.tag, str)
    )


def _complete(root: HtmlElement, metadata: PageMetadata, blocks: list[Block]) -> tuple[PageMetadata, list[Block]]:
    """What the page prints but doesn't tell programs, and the roles of its blocks."""
    language = metadata.language or detect_language("\n".join(block.text for block in blocks))
    blocks = drop_title(blocks, metadata.title)
    byline = metadata.byline or find_printed_byline(blocks, language)
    published = metadata.published
    if published is None or published.precision != "minute":
        printed = find_printed_date(root, language)
        if printed and (published is None or printed.value.startswith(published.value)):
            published = printed
    metadata = replace(
        metadata,
        byline=byline and strip_byline(byline, language),
        published=published,
        unread_date=None if published else metadata.unread_date,
    )
    if blocks:
        blocks = _mark_roles(root, blocks, metadata)
        blocks = mark_byline(place_captions(root, blocks, metadata.title), metadata.byline)
    return metadata, blocks


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


def _extract_blocks(root: HtmlElement, name: str) -> list[Block]:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    try:
        document = bare_extraction(prepare_page(root), include_comments=False, with_metadata=False)
        if not isinstance(document, Document) or document.body is None:
            return []
        return list(_walk_blocks(document.body))
    except Exception as e:  # any page at all must end in a message, whatever the extractor trips over
        raise InputError(f"{name} defeats the extraction of its text ({e}); give the article as .txt") from e


def _walk_blocks(element: HtmlElement) -> Iterator[Block]:
    """The paragraphs under an element of trafilatura's tree; text between blocks is a paragraph too."""
    loose = element.text or ""
    for child in element:
        if child.tag not in _BLOCKS:
            loose += _inline_text(child) + (child.tail or "")
            continue
        yield from split_lines(loose)
        loose = child.tail or ""
        if child.tag == "row":
            cells = [" ".join(cell.itertext()) for cell in child]
            yield from split_lines(" | ".join(" ".join(cell.split()) for cell in cells if cell.strip()))
        elif any(inner.tag in _BLOCKS for inner in child.iterdescendants()):
            yield from _walk_blocks(child)
        else:
            yield from split_lines(_inline_text(child), "heading" if child.tag == "head" else None)
    yield from split_lines(loose)


def _inline_text(element: HtmlElement) -> str:
    if element.tag == "lb":
        return "\n"
    inner = "".join(_inline_text(child) + (child.tail or "") for child in element)
    return " ".join((element.text or "").split("\n")) + inner


def drop_title(blocks: list[Block], title: str | None) -> list[Block]:
    """The blocks without the title among the first: it is put above them."""
    key = make_key(title or "")
    return [block for at, block in enumerate(blocks) if at >= _BYLINE_BLOCKS or not key or make_key(block.text) != key]


def mark_byline(blocks: list[Block], byline: str | None) -> list[Block]:
    """The blocks with the role of the one near the top that holds the names of `byline` and little else."""
    names = set((byline or "").casefold().replace(",", " ").split())
    marked = list(blocks)
    for at, block in enumerate(blocks[:_BYLINE_BLOCKS]):
        words = block.text.casefold().replace(",", " ").split()
        if names and block.role is None and names <= set(words) and len(words) - len(names) <= _BYLINE_WORDS:
            marked[at] = Block(block.text, "byline")
    return marked


def _mark_roles(root: HtmlElement, blocks: list[Block], metadata: PageMetadata) -> list[Block]:
    """The sub-headings that the extractor took for paragraphs; what stands above the title; the line of the date."""
    headings = frozenset(iterate_headings(root))
    above = _list_above_title(root, metadata.title)
    day = metadata.published.value[:4] if metadata.published else None
    marked = []
    for at, block in enumerate(blocks):
        key = make_key(block.text)
        if block.role is None and key in headings:
            block = Block(block.text, "heading")
        elif block.role is None and at < _BYLINE_BLOCKS:
            is_dateline = len(block.text) <= _DATELINE_CHARS and day is not None and day in block.text
            if key in above or (is_dateline and parse_printed(block.text, metadata.language)):
                block = Block(block.text, "furniture")
        marked.append(block)
    return marked


def _list_above_title(root: HtmlElement, title: str | None) -> frozenset[str]:
    """The keys of the short lines that the page prints above its title: names of sections and the like."""
    key = make_key(title or "")
    printed = next((e for e in root.iter("h1", "h2") if key and make_key(read_element_text(e)) == key), None)
    if printed is None:
        return frozenset()
    lines = (read_element_text(e) for e in printed.itersiblings(preceding=True) if isinstance(e.tag, str))
    return frozenset(make_key(line) for line in lines if line and len(line) <= _KICKER_CHARS)
