"""Captions of pictures: the extractor of the body drops them, or takes them for paragraphs. Here they are found in the
page, and put back where they stood."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from retold.read.blocks import Block, make_key
from retold.read.metadata import is_aside, read_element_text

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head"})
_KEY_CHARS = 80  # of a block's letters, enough to find it in the page
_PICTURES = frozenset({"img", "amp-img", "picture", "video", "amp-video"})
_CAPTION_CLASS = re.compile(r"(?:^|[-_])(?:caption|captions|cutline)(?:$|[-_])|[a-z]Caption\b|(?:^|[-_])caption[A-Z]")
_PICTURE_CLASS = re.compile(r"(?:^|[-_])(?:photo|image|img|picture|foto|figure|media)(?:$|[-_])", re.IGNORECASE)
_VIDEO_CLASS = re.compile(r"video", re.IGNORECASE)
_NAMED = etree.XPath("descendant::*[(@class or @itemprop) and not(self::figcaption or self::img)]")
_MOST_CHARS = 600  # of a caption; what is longer and only called so holds more than one
_NEAR = 3  # levels up within which a picture stands that a caption belongs to


def place_captions(root: HtmlElement, blocks: Sequence[Block], title: str | None) -> list[Block]:
    """The blocks with the captions of the article's pictures before what follows them in the page.

    A caption counts where it stands in the element that holds the article, or between its title and its last block.
    Linear in the page but for finding each block in it.
    """
    page, found = _flatten_page(root)
    captions = {key: (at, text, inside) for at, text, inside in reversed(found) if (key := make_key(text))}
    keys = [make_key(block.text) for block in blocks]
    starts, cursor = [], 0
    for key in keys:
        at = page.find(key[:_KEY_CHARS], cursor)
        starts.append(at if at >= 0 else cursor)
        cursor = max(cursor, at)
    title_at = page.find(make_key(title)[:_KEY_CHARS]) if title else -1
    first = title_at if 0 <= title_at < starts[0] else starts[0]
    printed = frozenset(keys)
    waiting = deque(
        sorted(
            (at, text)
            for key, (at, text, is_inside) in captions.items()
            if (is_inside or first <= at <= cursor) and key not in printed
        )
    )
    placed: list[Block] = []
    for start, key, block in zip(starts, keys, blocks, strict=True):
        while waiting and waiting[0][0] <= start:
            placed.append(Block(waiting.popleft()[1], "caption"))
        placed.append(Block(block.text, "caption") if key in captions else block)
    return placed + [Block(text, "caption") for _, text in waiting]


def _flatten_page(root: HtmlElement) -> tuple[str, list[tuple[int, str, bool]]]:
    """The letters and digits of the page in one string, and its captions: where in it, the text, whether inside the
    element that holds the article."""
    pieces: list[str] = []
    length = unseen = 0
    captions = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            unseen += element.tag in _UNSEEN
            if is_caption(element) and not is_aside(element) and (text := read_element_text(element)):
                captions.append((length, text, _is_inside_article(element)))
        else:
            unseen -= element.tag in _UNSEEN
        shown = element.text if event == "start" else element.tail
        if shown and not unseen:
            pieces.append(make_key(shown))
            length += len(pieces[-1])
    return "".join(pieces), captions


def is_caption(element: HtmlElement) -> bool:
    """Whether an element is the caption of a picture: by its tag, by microdata, or by a class that says so next to a
    picture. A class that only speaks of pictures counts for text that stands alone with one."""
    if not isinstance(element.tag, str):
        return False
    if element.tag == "figcaption" or element.get("itemprop") == "caption":
        return element.tag != "meta" and not _holds(element, "figcaption")
    names = (element.get("class") or "").split()
    if not names or element.tag in ("figure", "img") or any(_VIDEO_CLASS.search(name) for name in names):
        return False
    is_named = any(_CAPTION_CLASS.search(name) for name in names)
    if not is_named and not any(_PICTURE_CLASS.search(name) for name in names):
        return False
    if any(_is_picture(inner) or (inner is not element and is_caption(inner)) for inner in element.iter()):
        return False
    text = read_element_text(element)
    if not text or len(text) > _MOST_CHARS or any(a.tag == "figcaption" for a in element.iterancestors()):
        return False
    for ancestor in list(element.iterancestors())[:_NEAR]:
        if any(_is_picture(inner) for inner in ancestor.iter()):
            # by a mere "photo-title", only what has the picture to itself
            return is_named or len(read_element_text(ancestor)) <= 2 * len(text)
    return False


def find_captions(root: HtmlElement) -> list[HtmlElement]:
    """The elements of a page that are captions, by the tests of `is_caption` on those that could be one."""
    named = [e for e in _NAMED(root) if e.get("itemprop") == "caption" or _may_name_caption(e.get("class") or "")]
    return [e for e in (*root.iter("figcaption"), *named) if is_caption(e)]


@lru_cache(4096)
def _may_name_caption(classes: str) -> bool:
    return any(_CAPTION_CLASS.search(name) or _PICTURE_CLASS.search(name) for name in classes.split())


def _holds(element: HtmlElement, tag: str) -> bool:
    return any(inner is not element for inner in element.iter(tag))


def _is_picture(element: HtmlElement) -> bool:
    return element.tag in _PICTURES


def _is_inside_article(element: HtmlElement) -> bool:
    return any(a.tag == "article" or a.get("itemprop") == "articleBody" for a in element.iterancestors())


def iterate_headings(root: HtmlElement) -> Iterator[str]:
    """The keys of the sub-headings that the page prints."""
    for heading in root.iter("h2", "h3", "h4", "h5"):
        if not is_aside(heading) and (key := make_key(read_element_text(heading))):
            yield key
