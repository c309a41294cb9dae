"""What stands beside a page's article (menus, teasers, comments, consent), found by its links and its names and taken
out of the tree: the quick extractor of archives keeps more of it than the one for single pages."""

import re
from collections import Counter
from functools import lru_cache
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

_COMMENTS_CLASS = re.compile(  # however much stands in them
    r"(?:^|\s)(?:comments?(?:[-_]+(?:area|list|section|wrapper|container|thread))?|disqus[-_]thread|respond)(?:$|\s)",
    re.IGNORECASE,
)
_PANEL_CLASS = re.compile(  # whatever stands in them
    r"(?:^|[-_\s])(?:ads?|advert\w*|cookies?|consent|gdpr|newsletter|sign-?up|comments?(?:-\w+)?|author-(?:bio|box|info)|"
    r"about-author|visually-hidden|sr-only|screen-reader|outbrain|taboola|footer)(?:$|[-_\s])|(?:^|\s)foot(?:$|\s)",
    re.IGNORECASE,
)
_BOX_CLASS = re.compile(  # where there is a link in them: an article's first lines may be called a teaser too
    r"(?:^|[-_\s])(?:popup|overlay|subscri\w+|related\w*|recirc\w*|recommend\w*|teasers?|cards?|promos?|"
    r"puff\w*|most-\w+|trending|popular|read-?(?:more|next)|inline-links?|more-\w+|share\w*|sharing|social|follow\w*|"
    r"sidebar|side-bar|rail|widget-area|tags?(?:-list|-links)?|topics?(?:-list)?|topic-list|breadcrumbs?|ticker|carousel|"
    r"nav|navbar|navigation|menu|masthead|links-block|stor(?:ies|y)-links?)(?:$|[-_\s\d])|(?:^|\s)widget(?:$|\s)",
    re.IGNORECASE,
)
_WHOLE = frozenset({"html", "body", "main"})
_KEPT = _WHOLE | {"article", "figure", "h1", "time"}
_HEADING_TAGS = ("h2", "h3", "h4", "h5", "h6")
_HEADINGS = etree.XPath("//h2|//h3|//h4|//h5|//h6")
_RUNNING = etree.XPath("descendant::text()[string-length(.) > 60][not(ancestor::a)]", smart_strings=False)
_UNLINKED = etree.XPath("descendant::text()[not(ancestor::a)]", smart_strings=False)
_NAMED = etree.XPath("//*[@class or @id]")
_MOST_SHARE = 0.5  # of the page's running text: what holds more is the article, whatever its class is called
LEAST_LINKS = 3
"""That make a list or a row of links."""
_LINKED_SHARE = 0.5  # of a list's characters
LABEL_CHARS = 200
"""A paragraph that is longer says more than where to read on."""
_TEASER_SHARE = 0.3  # of a small box's characters that are its link
_BOXES = frozenset({"div", "li", "section", "aside"})
_CARD_CHARS = 700  # a teaser is shorter, picture and all


def remove_boxes(root: HtmlElement, title: str) -> None:
    """Takes out of the tree what is plainly no part of the article called `title`. About linear."""
    _drop_lists(root)
    _drop_cards(root, title)
    _drop_boxes(root)
    _drop_teasers(root)


def count_running(element: HtmlElement) -> int:
    """The characters of its text that are neither link nor label, whatever element they stand in."""
    return sum(map(len, _RUNNING(element)))


def is_linked(element: HtmlElement) -> bool:
    """Whether most of what an element shows is links."""
    others = sum(len(text.strip()) for text in _UNLINKED(element))
    return others < (1 - _LINKED_SHARE) * len(element.text_content().strip())


def _drop_lists(root: HtmlElement) -> None:
    """Without lists, cells and rows that hold links to other pages and little else."""
    rows = Counter(link.getparent() for link in root.iter("a"))
    elements = [*root.iter("ul", "ol", "td"), *(row for row, links in rows.items() if links >= LEAST_LINKS)]
    for element in elements:
        if is_linked(element) and _may_go(element) and sum(1 for _ in element.iter("a")) >= LEAST_LINKS:
            element.drop_tree()


def _drop_cards(root: HtmlElement, title: str) -> None:
    """Without teasers of other reports: the smallest containers of a heading that is a link."""
    headings = [heading for heading in _HEADINGS(root) if _is_link(heading)]
    linked = frozenset(headings)
    for heading in headings:
        if _fold(heading.text_content()) == _fold(title):
            continue
        card = heading
        while (above := card.getparent()) is not None and above.tag not in _WHOLE:
            others = any(inner is not heading and inner in linked for inner in above.iter(*_HEADING_TAGS))
            if others or len(above.text_content()) > _CARD_CHARS:
                break
            card = above
        if card.getparent() is not None and next(card.iter("h1"), None) is None:
            card.drop_tree()


def _is_link(heading: HtmlElement) -> bool:
    above = heading.getparent()
    if above is not None and above.tag == "a":
        return True
    link = next(heading.iter("a"), None)
    return link is not None and 2 * len(link.text_content()) > len(heading.text_content())


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _drop_boxes(root: HtmlElement) -> None:
    """Without what is called a box beside the article, unless it holds the title, or all that are called so together
    hold most of the page's running text: then the paragraphs themselves happen to be called so."""
    boxes: dict[str, list[HtmlElement]] = {}
    for element in _NAMED(root):
        names = element.get("class") or ""
        kind = _tell_box(names, element.get("id") or "")
        if kind is None or (kind == "links" and next(element.iter("a"), None) is None) or not _may_go(element):
            continue
        if kind == "comments":
            element.drop_tree()
        elif element.tag != "p" or len(element.text_content()) <= LABEL_CHARS:
            boxes.setdefault(names, []).append(element)
    most = _MOST_SHARE * count_running(root)
    for alike in boxes.values():
        if sum(map(count_running, alike)) <= most:
            for element in alike:
                if element.getparent() is not None:
                    element.drop_tree()


@lru_cache(4096)
def _tell_box(names: str, identifier: str) -> Literal["comments", "panel", "links"] | None:
    both = f"{names} {identifier}"
    if _COMMENTS_CLASS.search(both):
        return "comments"
    if _PANEL_CLASS.search(both):
        return "panel"
    return "links" if _BOX_CLASS.search(both) else None


def _drop_teasers(root: HtmlElement) -> None:
    """Without small boxes of a link that has its line to itself, with a picture or a sentence beside it."""
    for link in list(root.iter("a")):
        box = link.getparent()
        if box is None or box.tag not in _BOXES or (link.tail or "").strip() or (box.text or "").strip():
            continue
        chars = len(link.text_content().strip())
        whole = len(box.text_content().strip())
        if whole <= _CARD_CHARS and chars > _TEASER_SHARE * whole and _may_go(box) and not _is_sentence(box):
            box.drop_tree()


def _is_sentence(box: HtmlElement) -> bool:
    """Whether text of the box itself runs between its elements."""
    return any((child.tail or "").strip() for child in box)


def _may_go(element: HtmlElement) -> bool:
    return element.tag not in _KEPT and element.getparent() is not None and next(element.iter("h1"), None) is None
