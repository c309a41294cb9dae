"""Pages that a script fills: the article in the data that the script is given."""

import html
import json
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from msgspec.structs import replace

from retold.model import Published, ZoneRole
from retold.read.blocks import Block, make_key, split_lines
from retold.read.dates import parse_published
from retold.read.metadata import PageMetadata, clean_text, fold_names, parse_json, web_address
from retold.read.tables import Json

_TITLE = ("headline", "headlines", "title", "heading", "name")
_BODY = ("articleBody", "body", "content", "blocks", "paragraphs", "text", "html", "bodyHtml", "body_html", "story",
         "elements", "components", "sections", "content_elements")  # fmt: skip
_TEXT = ("html", "text", "content", "value", "paragraph", "body", "children", "data", "items")
_BYLINE = ("authors", "author", "byline", "contributors", "creator", "credits")
_PUBLISHED = ("datePublished", "publishedAt", "published_at", "publishDate", "publicationDate", "firstPublished",
              "firstPublishedAt", "published", "publishedDate", "pubDate", "first_publish_date", "publish_date",
              "display_date", "date", "createdAt")  # fmt: skip
_OUTLET = ("publisher", "publication", "site", "outlet", "brand", "source")
_URL = ("canonicalUrl", "canonical", "canonical_url", "url", "webUrl", "permalink")
_IMAGE = ("leadImage", "image", "mainImage", "heroImage", "featuredImage", "lead_image")
_READ_TYPE = re.compile(r"paragraph|text|^p$|html|quote|list|head|^h[1-6]$|section|body", re.IGNORECASE)
_HEADING_TYPE = re.compile(r"^(?:h[2-6]|sub)?-?head|^h[2-6]$|subtitle", re.IGNORECASE)
_PICTURE_TYPE = re.compile(r"image|photo|figure|picture|gallery", re.IGNORECASE)
_ASSIGNED = re.compile(r"[\w$\])]\s*=\s*(?=\{\s*\"|\[\s*\{)")
_MOST_ASSIGNED = 20  # in one script
_LEAST_CHARS = 200  # of a body; teasers of other articles are shorter
_MOST_DEPTH = 14
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKUP = re.compile(r"</?(?:p|br|h[1-6]|div|li|a|em|strong|span|figure)\b", re.IGNORECASE)


def find_state_article(
    root: HtmlElement, metadata: PageMetadata, must_match: bool = False
) -> tuple[PageMetadata, list[Block]] | None:
    """What the page says of itself, and the blocks of its article with the captions, from the JSON in its scripts; None
    where none holds an article. The object with the longest body under a title is taken; `must_match`: under the page's
    own title, as a short report may stand beside the data of others. Linear in the scripts."""
    best: tuple[int, dict[str, Json], list[Block]] | None = None
    for data in _list_states(root):
        for record in _walk(data, 0):
            title = _take_title(record)
            if title is None or (must_match and not _is_alike(title, metadata.title)):
                continue
            for key in _BODY:
                blocks = list(_read_body(record.get(key), 0)) if key in record else []
                length = sum(len(block.text) for block in blocks if block.role is None)
                if length >= _LEAST_CHARS and (best is None or length > best[0]):
                    best = (length, record, blocks)
    if best is None:
        return None
    _, record, blocks = best
    metadata = _add_record(metadata, record)
    lead = next((block for key in _IMAGE for block in _read_picture(record.get(key))), None)
    title = make_key(metadata.title or "")
    kept = [block for block in blocks if make_key(block.text) != title]
    return metadata, ([lead] if lead and lead not in kept else []) + kept


def _list_states(root: HtmlElement) -> Iterator[Json]:
    for script in root.iter("script"):
        source = (script.text_content() or "").strip()
        if len(source) < _LEAST_CHARS:
            continue
        if "json" in (script.get("type") or "").lower():
            yield parse_json(source)
        else:
            yield from _list_assigned(source)


def _list_assigned(source: str) -> Iterator[Json]:
    """The objects that a script assigns, where they are written as JSON."""
    decoder = json.JSONDecoder(strict=False)
    end = 0
    for match in islice(_ASSIGNED.finditer(source), _MOST_ASSIGNED):
        if match.end() < end:  # inside the one before
            continue
        try:
            data: Json
            data, end = decoder.raw_decode(source, match.end())
        except (ValueError, RecursionError):
            continue
        yield data


def _walk(value: Json, depth: int) -> Iterator[dict[str, Json]]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(inner, dict | list):
            yield from _walk(inner, depth + 1)


def _read_body(value: Json, depth: int) -> Iterator[Block]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, str):
        yield from _read_markup(value)
    elif isinstance(value, list):
        for item in value:
            yield from _read_body(item, depth + 1)
    elif isinstance(value, dict):
        kind = next(
            (str(value[key]) for key in ("type", "_type", "kind", "component", "__typename") if key in value), ""
        )
        if _PICTURE_TYPE.search(kind):
            yield from _read_picture(value)
        elif not kind or _READ_TYPE.search(kind):
            inner = next((value[key] for key in _TEXT if value.get(key)), None)
            for block in _read_body(inner, depth + 1):
                yield Block(block.text, "heading") if _HEADING_TYPE.search(kind) and block.role is None else block


def _read_picture(value: Json) -> Iterator[Block]:
    if not isinstance(value, dict):
        return
    parts = [_unmark(part) for key in ("caption", "credit") if isinstance(part := value.get(key), str)]
    if isinstance(value.get("caption"), str) and (text := " ".join(filter(None, parts))):
        yield Block(text, "caption")


def _read_markup(text: str) -> Iterator[Block]:
    if not _MARKUP.search(text):
        yield from split_lines(html.unescape(text))
        return
    try:
        fragment = lxml_html.fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return
    for line_break in list(fragment.iter("br")):
        line_break.tail = "\n" + (line_break.tail or "")
    loose = fragment.text or ""
    for child in fragment:
        if child.tag in ("p", "div", "li", "ul", "ol", "blockquote", "figure") or child.tag in _HEADINGS:
            yield from split_lines(loose)
            role: ZoneRole | None = (
                "heading" if child.tag in _HEADINGS else "caption" if child.tag == "figure" else None
            )
            yield from split_lines(child.text_content(), role)
            loose = child.tail or ""
        else:
            loose += child.text_content() + (child.tail or "")
    yield from split_lines(loose)


def _unmark(text: str) -> str:
    return " ".join(block.text for block in _read_markup(text))


def _add_record(metadata: PageMetadata, record: dict[str, Json]) -> PageMetadata:
    """The page's own word comes first; the record says what that leaves open."""
    published = metadata.published or next(_list_dates(record), None)
    title = _take_title(record)
    return replace(
        metadata,
        title=title or metadata.title,
        byline=metadata.byline or next((name for key in _BYLINE if (name := _fold_credits(record.get(key)))), None),
        outlet=metadata.outlet or next((name for key in _OUTLET if (name := fold_names(record.get(key)))), None),
        url=metadata.url or next((url for key in _URL if (url := web_address(record.get(key)))), None),
        published=published,
        unread_date=None if published else metadata.unread_date,
    )


def _take_title(record: dict[str, Json]) -> str | None:
    for key in _TITLE:
        value = record.get(key)
        if text := clean_text(value.get("basic") if isinstance(value, dict) else value):
            return text
    return None


def _is_alike(title: str, other: str | None) -> bool:
    """Whether half of a title's words stand in the other."""
    words = set(title.casefold().split())
    return 2 * len(words & set((other or "").casefold().split())) >= len(words)


def _fold_credits(value: Json) -> str | None:
    return fold_names(value.get("by") if isinstance(value, dict) and "by" in value else value)


def _list_dates(record: dict[str, Json]) -> Iterator[Published]:
    for key in _PUBLISHED:
        value = record.get(key)
        if isinstance(value, str) and (published := parse_published(value)):
            yield published
