"""A web page → `Article`, for archives of millions of them, in a fraction of the time of `html.py`, which asks more of
a page. resiliparse (Bevendorff et al. 2018) finds the body, once what is plainly no part of it was taken away."""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from html import unescape
from typing import Literal, TypeAlias

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from msgspec.structs import replace

from retold.errors import InputError, MissingExtraError
from retold.languages import choose_language
from retold.model import Article, ZoneRole
from retold.read.batch import hash_text
from retold.read.blocks import Block, assemble, make_key, split_lines
from retold.read.captions import find_captions
from retold.read.decoding import Decoded, check_text, decode_bytes, find_file_kind
from retold.read.html import drop_title, mark_byline
from retold.read.language import detect_language
from retold.read.metadata import PageMetadata, is_aside, read_element_text, read_metadata
from retold.read.prepare import open_tables
from retold.read.printed import find_printed_byline, find_printed_date, parse_printed, strip_byline
from retold.read.state import find_state_article

Detect: TypeAlias = Callable[[str], str | None]
"""Text → language, None where it is unclear."""

_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe", "form", "button", "select", "dialog", "nav",
           "amp-ad", "amp-sidebar", "amp-consent")  # fmt: skip
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
_LEAST_LINKS = 3
_LINKED_SHARE = 0.5  # of a list's characters
_LABEL_CHARS = 200  # a paragraph that is longer says more than where to read on
_TEASER_SHARE = 0.3  # of a small box's characters that are its link
_BOXES = frozenset({"div", "li", "section", "aside"})
_CARD_CHARS = 700  # a teaser is shorter, picture and all
_SHORT_CHARS = 300  # a shorter body may be what a page shows while its scripts load
_LEAST_CHARS = 100  # of a body; what is shorter than a sentence is what was left of an article taken for a box
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)  # lxml's own asks Python for each element's class
_CAPTION_MARK = "\ue000"  # for private use: no page's text holds it
_MARKUP = re.compile(r"<(/?)(p|h[1-6]|ul|ol|li|pre|br)\b[^>]*>")
_FOOT_CHARS = 30  # of "Contact", "About us"
_TOP_BLOCKS = 4
_DATELINE_CHARS = 100
_KICKER_CHARS = 60  # above the title, longer lines are no section's name


def read_page(
    data: bytes, name: str, path: str | None, url: str, declared: str | None = None, detect: Detect = detect_language
) -> Article:
    """The article on the page that was fetched from `url`, as `read_html` builds it: title, then paragraphs, headings
    and captions in the page's order, a blank line between two. `declared`: the charset that its server names;
    `detect` tells the language of the text where the page doesn't. Linear.

    Raises `InputError` where the page has no text that looks like an article's.
    """
    decoded = _decode(data, name, declared)
    try:
        metadata, blocks = _read_decoded(decoded.text, name, url, detect)
    except InputError:
        raise
    except Exception as e:  # any page at all must end in a message, whatever a step of the reading trips over
        raise InputError(f"{name} defeats the reading of its page ({e})") from e
    text, zones = assemble(([Block(metadata.title, "title")] if metadata.title else []) + blocks)
    check_text(text, name)
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
        language=metadata.language,
        published=metadata.published,
        zones=zones,
    )


def _decode(data: bytes, name: str, declared: str | None) -> Decoded:
    """UTF-8, as nearly all pages are, without a look at each character; else as the page or its server declares.
    Nothing is guessed: of a million pages nobody checks the guesses."""
    if b"\0" not in data and not data.startswith(BOM_UTF8) and find_file_kind(data) is None:
        try:
            return Decoded(data.decode(), "utf-8")
        except UnicodeDecodeError:
            pass
    return decode_bytes(data, name, is_html=True, declared=declared, may_guess=False)


def _read_decoded(source: str, name: str, url: str, detect: Detect) -> tuple[PageMetadata, list[Block]]:
    root = _parse(source, name)
    metadata = read_metadata(root, url)
    blocks = _extract_blocks(root, metadata.title)
    if metadata.language is None:
        text = "\n".join(block.text for block in blocks)
        metadata = replace(metadata, language=detect(text))
    if metadata.published is None or metadata.published.precision != "minute":
        metadata = _add_printed_date(root, metadata)
    blocks = _finish(blocks, metadata)
    if _count(blocks) < _SHORT_CHARS:
        # parsed anew: the scripts were taken out of the other, and perhaps the article with a box
        if state := find_state_article(_parse(source, name), metadata, must_match=bool(blocks)):
            metadata, blocks = state
        elif _count(blocks) < _LEAST_CHARS:
            blocks = _finish(_extract_blocks(_parse(source, name), metadata.title, is_strict=False), metadata) or blocks
    if not blocks:
        raise InputError(f"{name} holds no article text that could be found")
    byline = metadata.byline or find_printed_byline(blocks, metadata.language)
    metadata = replace(metadata, byline=byline and strip_byline(byline, metadata.language))
    return metadata, _mark_about(mark_byline(blocks, metadata.byline), metadata.byline)


def _mark_about(blocks: list[Block], byline: str | None) -> list[Block]:
    """A short last paragraph that begins with the author's name tells about the author."""
    last = blocks[-1]
    is_short = len(blocks) > _TOP_BLOCKS and last.role is None and len(last.text) <= _LABEL_CHARS
    if not (byline and is_short and last.text.startswith(byline) and last.text != byline):
        return blocks
    return [*blocks[:-1], Block(last.text, "about")]


def _add_printed_date(root: HtmlElement, metadata: PageMetadata) -> PageMetadata:
    published = metadata.published
    printed = find_printed_date(root, metadata.language)
    if printed and (published is None or printed.value.startswith(published.value)):
        return replace(metadata, published=printed)
    return metadata


def _count(blocks: list[Block]) -> int:
    """The characters of the paragraphs among some blocks."""
    return sum(len(block.text) for block in blocks if block.role is None)


def _parse(source: str, name: str) -> HtmlElement:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as e:
        raise InputError(f"{name} can't be read as a web page ({e})") from e
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":  # the rest of the page would be missing unsaid
        raise InputError(f"{name} can't be read as a web page: its elements stand too deep in one another")
    return root


def _extract_blocks(root: HtmlElement, title: str | None, is_strict: bool = True) -> list[Block]:
    """The paragraphs, headings and captions of the page's article. Changes the tree."""
    try:
        from resiliparse.extract.html2text import extract_plain_text
    except ImportError as e:
        raise MissingExtraError("pages of web archives are read by resiliparse; pip install 'retold[corpus]'") from e
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    if is_strict:
        _drop_lists(root)
        _drop_cards(root, title or "")
        _drop_boxes(root)
        _drop_teasers(root)
    _mark_captions(root)
    _keep_lists(root)
    open_tables(root)
    _part_cells(root)
    markup = extract_plain_text(
        etree.tostring(root, encoding="unicode", method="html"),
        preserve_formatting="minimal_html",
        main_content=True,
        list_bullets=False,
        alt_texts=False,
        comments=False,
        post_meta=False,
    )
    return list(_split_markup(markup))


def _mark_captions(root: HtmlElement) -> None:
    """Each caption of the article's pictures becomes a paragraph with a mark, so that it comes out where it stands."""
    for element in find_captions(root):
        text = "" if is_aside(element) else read_element_text(element)
        tail = element.tail
        element.clear()
        element.tag, element.tail = "p", tail
        element.text = text and _CAPTION_MARK + text
        figure = next((a for a in element.iterancestors("figure", "table")), None)
        if figure is not None:  # which the extractor passes over
            for part in (figure, *figure.iterdescendants()):
                if part.tag in ("figure", "table", "tbody", "tr", "td"):
                    part.tag = "div"


def _drop_lists(root: HtmlElement) -> None:
    """Without lists, cells and rows that hold links to other pages and little else."""
    rows = Counter(link.getparent() for link in root.iter("a"))
    elements = [*root.iter("ul", "ol", "td"), *(row for row, links in rows.items() if links >= _LEAST_LINKS)]
    for element in elements:
        if _is_linked(element) and _may_go(element) and sum(1 for _ in element.iter("a")) >= _LEAST_LINKS:
            element.drop_tree()


def _keep_lists(root: HtmlElement) -> None:
    """The extractor takes every list without numbers for a menu; those that say something become lists with numbers."""
    for element in root.iter("ul"):
        if element.text_content().strip() and not _is_linked(element):
            element.tag = "ol"


def _is_linked(element: HtmlElement) -> bool:
    """Whether most of what an element shows is links."""
    others = sum(len(text.strip()) for text in _UNLINKED(element))
    return others < (1 - _LINKED_SHARE) * len(element.text_content().strip())


def _part_cells(root: HtmlElement) -> None:
    """A bar between the cells of a row of data."""
    for row in root.iter("tr"):
        for cell in [cell for cell in row.iter("td", "th") if cell.text_content().strip()][:-1]:
            bar = cell.makeelement("span")
            bar.text = " |"
            cell.append(bar)


def _may_go(element: HtmlElement) -> bool:
    return element.tag not in _KEPT and element.getparent() is not None and next(element.iter("h1"), None) is None


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
        elif element.tag != "p" or len(element.text_content()) <= _LABEL_CHARS:
            boxes.setdefault(names, []).append(element)
    most = _MOST_SHARE * _count_running(root)
    for alike in boxes.values():
        if sum(map(_count_running, alike)) <= most:
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


def _count_running(element: HtmlElement) -> int:
    """The characters of its text that are neither link nor label, whatever element they stand in."""
    return sum(map(len, _RUNNING(element)))


def _split_markup(markup: str) -> Iterator[Block]:
    """The blocks of the extractor's reduced markup."""
    role: ZoneRole | None = None
    at = 0
    line = ""
    for match in _MARKUP.finditer(markup):
        line += markup[at : match.start()]
        at = match.end()
        if match[2] == "a":
            continue
        yield from _split_text(line, role)
        line = ""
        role = "heading" if match[2][0] == "h" and not match[1] else None
    yield from _split_text(line + markup[at:], None)


def _split_text(text: str, role: ZoneRole | None) -> Iterator[Block]:
    for block in split_lines(unescape(text), role):
        if block.text.startswith(_CAPTION_MARK):
            yield Block(block.text.removeprefix(_CAPTION_MARK), "caption")
        else:
            yield block


def _finish(blocks: list[Block], metadata: PageMetadata) -> list[Block]:
    """Without the title, which is put above, what stands over it, and a "By" that has lost its name; the line of the
    date is marked."""
    key = make_key(metadata.title or "")
    title_at = next((at for at, block in enumerate(blocks) if key and make_key(block.text) == key), None)
    if title_at is not None and all(len(block.text) <= _KICKER_CHARS for block in blocks[:title_at]):
        blocks = blocks[title_at + 1 :]
    blocks = _trim_end(drop_title(blocks, metadata.title), metadata.language)
    top = [
        _mark_date(block, metadata)
        for block in blocks[:_TOP_BLOCKS]
        if len(block.text) > _FOOT_CHARS or strip_byline(f"{block.text} X", metadata.language) != "X"
    ]
    return top + blocks[_TOP_BLOCKS:]


def _mark_date(block: Block, metadata: PageMetadata) -> Block:
    published, text = metadata.published, block.text
    if block.role or published is None or len(text) > _DATELINE_CHARS or published.value[:4] not in text:
        return block
    return Block(text, "furniture") if parse_printed(text, metadata.language) else block


def _trim_end(blocks: list[Block], language: str | None) -> list[Block]:
    """Without what a page ends with: headings of what was taken away, rows of links, notes on rights and the labels
    above those."""
    starts, inside = _compile_notes(language)
    end = len(blocks)
    is_foot = False
    while end and len(text := blocks[end - 1].text) <= _LABEL_CHARS:
        is_note = text.count(" | ") >= _LEAST_LINKS - 1 or starts.match(text) or inside.search(text)
        if not (is_note or blocks[end - 1].role == "heading" or (is_foot and len(text) <= _FOOT_CHARS)):
            break
        is_foot |= bool(is_note)
        end -= 1
    return blocks[:end]


@cache
def _compile_notes(language: str | None) -> tuple[re.Pattern[str], re.Pattern[str]]:
    zones = choose_language(language).zones
    starts = "|".join(f"(?:{start})" for start in (*zones.furniture, *zones.furniture_starts)) or "(?!)"
    inside = "|".join(f"(?:{part})" for part in zones.furniture_inside) or "(?!)"
    return re.compile(rf"\W*(?:{starts})", re.IGNORECASE), re.compile(inside, re.IGNORECASE)
