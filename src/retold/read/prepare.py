"""A page made ready for the extractor of its body: without what only looks like text, tables of the layout opened."""

import copy
import re

from lxml.html import HtmlElement

_DROPPED = frozenset(
    {"noscript", "amp-ad", "amp-sidebar", "amp-consent", "amp-social-share", "amp-list", "amp-embed", "amp-analytics",
     "amp-sticky-ad", "dialog", "template"}
)  # fmt: skip
_DROPPED_CLASS = re.compile(
    r"^(?:ad|ads|advert|advertisement|ad-slot|adslot|cookie-banner|cookie-consent)$", re.IGNORECASE
)
_LEAST_CELL_CHARS = 300  # a cell of data is shorter than a cell that a page's text was put into
_LEAST_LABEL_CHARS = 3  # a single letter in a span is the first of its word
_LEAST_LINK_SHARE = 0.5
_CELLS = frozenset({"td", "th"})
_TABLE = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "center"})


def prepare_page(root: HtmlElement) -> HtmlElement:
    """A copy of the page: no advertisements that name themselves, no notes to browsers without scripts; tables that lay
    the page out become plain containers, and two line breaks in a row the end of a paragraph. Linear."""
    page = copy.deepcopy(root)
    for element in list(page.iter()):
        if isinstance(element.tag, str) and (element.tag in _DROPPED or _is_advertisement(element)):
            element.drop_tree()
    for span in page.iter("span"):
        _part_spans(span)
    open_tables(page)
    return page


def open_tables(page: HtmlElement) -> None:
    """Makes plain containers of the tables that lay the page out, without their columns of links."""
    for table in list(page.iter("table")):
        if _lays_out(table):
            _open_table(table)


def _part_spans(span: HtmlElement) -> None:
    """A blank between two labels that only the style sheet sets apart ("18:25" "1204 views")."""
    following = span.getnext()
    if following is None or following.tag != "span" or span.tail:
        return
    if min(len(span.text_content()), len(following.text_content())) >= _LEAST_LABEL_CHARS:
        span.tail = " "


def _is_advertisement(element: HtmlElement) -> bool:
    names = (element.get("class") or "").split()
    return any(map(_DROPPED_CLASS.match, names)) and len(element.text_content()) < _LEAST_CELL_CHARS


def _lays_out(table: HtmlElement) -> bool:
    if any(inner is not table for inner in table.iter("table")):
        return True
    return any(
        len(cell.text_content()) >= _LEAST_CELL_CHARS
        and (cell.find(".//br") is not None or cell.find(".//p") is not None)
        for cell in table.iter(*_CELLS)
    )


def _open_table(table: HtmlElement) -> None:
    inner = {id(element) for nested in table.iter("table") if nested is not table for element in nested.iter()}
    for element in [table, *table.iterdescendants()]:
        if element.tag not in _TABLE or id(element) in inner:
            continue
        if element.tag in _CELLS and _is_menu(element):
            element.drop_tree()
            continue
        if element.tag in _CELLS:
            _split_breaks(element)
        element.tag = "div"


def _is_menu(cell: HtmlElement) -> bool:
    """A column of links beside the text."""
    chars = len(cell.text_content().strip())
    in_links = sum(len(link.text_content().strip()) for link in cell.iter("a"))
    return 0 < chars < _LEAST_CELL_CHARS and in_links > _LEAST_LINK_SHARE * chars


def _split_breaks(cell: HtmlElement) -> None:
    """The runs of a cell between line breaks as paragraphs of their own."""
    if cell.find(".//br") is None:
        return
    runs: list[HtmlElement] = []
    run = cell.makeelement("p")
    run.text = cell.text
    cell.text = None
    for child in list(cell):
        tail, child.tail = child.tail, None
        cell.remove(child)
        if child.tag in ("br", "p", "table", "div", "h1", "h2", "h3", "ul", "ol", "blockquote"):
            runs.append(run)
            if child.tag != "br":
                runs.append(child)
            run = cell.makeelement("p")
            run.text = tail
        else:
            child.tail = tail
            run.append(child)
    for one in [*runs, run]:
        if one.tag != "p" or one.text_content().strip() or len(one):
            cell.append(one)
