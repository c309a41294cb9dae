"""A web page → `Article`, for archives of millions of them, in a fraction of the time of `html.py`, which asks more of
a page. resiliparse (Bevendorff et al. 2018) finds the body, once what is plainly no part of it was taken away."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from msgspec.structs import replace

from retold.errors import InputError, MissingExtraError
from retold.languages import choose_language
from retold.model import Article, ZoneRole
from retold.read.batch import hash_text
from retold.read.blocks import Block, assemble, make_key, split_lines
from retold.read.boxes import LABEL_CHARS, LEAST_LINKS, count_running, is_linked, remove_boxes
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
_SHORT_CHARS = 300  # a shorter body may be what a page shows while its scripts load
_LEAST_CHARS = 100  # of a body; what is shorter than a sentence is what was left of an article taken for a box
_LEAST_SHARE = 0.4  # of the text that runs on, in paragraphs
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
    except (InputError, MissingExtraError):
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
    is_short = len(blocks) > _TOP_BLOCKS and last.role is None and len(last.text) <= LABEL_CHARS
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
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    if is_strict:
        remove_boxes(root, title or "")
    _mark_captions(root)
    _keep_lists(root)
    open_tables(root)
    _part_cells(root)
    page = etree.tostring(root, encoding="unicode", method="html")
    blocks = list(_split_markup(_extract(page)))
    if _count(blocks) < _LEAST_SHARE * count_running(root):  # it took the article itself for something else
        blocks = list(_split_markup(_extract(page, main_content=False)))
    return blocks


def _extract(page: str, main_content: bool = True) -> str:
    try:
        from resiliparse.extract.html2text import extract_plain_text
    except ImportError as e:
        raise MissingExtraError("pages of web archives are read by resiliparse; pip install 'retold[corpus]'") from e
    markup: str = extract_plain_text(
        page,
        preserve_formatting="minimal_html",
        main_content=main_content,
        list_bullets=False,
        alt_texts=False,
        comments=False,
        post_meta=False,
    )
    return markup


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


def _keep_lists(root: HtmlElement) -> None:
    """The extractor takes every list without numbers for a menu; those that say something become lists with numbers."""
    for element in root.iter("ul"):
        if element.text_content().strip() and not is_linked(element):
            element.tag = "ol"


def _part_cells(root: HtmlElement) -> None:
    """A bar between the cells of a row of data."""
    for row in root.iter("tr"):
        for cell in [cell for cell in row.iter("td", "th") if cell.text_content().strip()][:-1]:
            bar = cell.makeelement("span")
            bar.text = " |"
            cell.append(bar)


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
    while end and len(text := blocks[end - 1].text) <= LABEL_CHARS:
        is_note = text.count(" | ") >= LEAST_LINKS - 1 or starts.match(text) or inside.search(text)
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
