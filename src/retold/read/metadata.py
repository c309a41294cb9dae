"""What a web page says of itself: outlet, title, byline, time of publication, language and address, from JSON-LD, meta
tags and `<time>`. Written for this because the extractor of the body drops the time of day."""

import html
import json
import re
from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement
from msgspec import Struct

from retold.model import Published
from retold.read.addresses import canonical_url, pick_canonical
from retold.read.batch import replace_surrogates
from retold.read.dates import find_date_in_url, parse_published
from retold.read.language import fold_language
from retold.read.tables import Json

_ARTICLE_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"})  # besides …Article
_PAGE_TYPES = frozenset({"WebPage", "ItemPage"})
_PUBLISHED_KEYS = (
    "article:published_time", "og:article:published_time", "og:published_time", "og:pubdate", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "article.published", "published_time",
    "publication_date", "publish-date", "publishdate", "pubdate", "dc.date.issued", "dcterms.created", "dcterms.date",
    "dc.date", "date",
)  # fmt: skip
_BYLINE_KEYS = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator")
_OUTLET_KEYS = ("og:site_name", "application-name", "dc.publisher", "publisher", "copyright-holder")
_TITLE_KEYS = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
_ASIDE = frozenset({"aside", "nav", "footer"})
_ASIDE_CLASS = re.compile(
    r"(?:sidebar|side-bar|side-column|related|recommend\w*|most-read|mostread|trending|popular|comments?|footer|navbar|"
    r"breadcrumbs?|newsletter|widget(?:-area)?|read-next|read-more|more-stories|jp-relatedposts|promo)(?:$|[-_])",
    re.IGNORECASE,
)
_DATED = XPath("descendant-or-self::*[@datetime]")
_WHOLE = frozenset({"html", "body", "main", "article"})
_AUTHOR_CLASS = re.compile(r"(?:^|[-_])(?:author|byline)(?:[-_]*name)?$", re.IGNORECASE)
_LOOSE_STRING = re.compile(r'"(headline|datePublished|inLanguage)"\s*:\s*("(?:[^"\\\n]|\\.)*")')
_SEPARATORS = (" | ", " - ", " – ", " — ", " :: ", " · ", " • ")


class PageMetadata(Struct, frozen=True):
    """What a page says of itself, None for what it doesn't; `unread_date`: one given but not understood."""

    outlet: str | None = None
    title: str | None = None
    byline: str | None = None
    language: str | None = None
    url: str | None = None
    published: Published | None = None
    unread_date: str | None = None


def read_metadata(root: HtmlElement, fetched_from: str | None = None) -> PageMetadata:
    """What the page under `root`, fetched from the address given, says of itself. Linear in the page.

    JSON-LD (schema.org NewsArticle and its kin; broken JSON gives what can be saved) comes before meta tags, those
    before `<time>`, that before a day in the page's address. A date is replaced by a later source only where that one
    is more exact and agrees with it.
    """
    records = list(_find_records(root))
    meta = _collect_meta(root)
    by_id = {record["@id"]: record for record in records if isinstance(record.get("@id"), str) and len(record) > 1}
    url = _find_url(root, meta)
    article = _pick_article(records, url)
    page = next((r for r in records if _types(r) & _PAGE_TYPES), {})
    url = url or web_address(article.get("url")) or web_address(article.get("mainEntityOfPage"))
    url = pick_canonical(fetched_from, url) if fetched_from else url and canonical_url(url)
    outlet = _name_of(article.get("publisher"), by_id) or _first(meta, _OUTLET_KEYS)
    outlet = outlet or _name_of(page.get("publisher"), by_id)
    outlet = outlet or _find_printed_outlet(root)
    headline = clean_text(article.get("headline")) or _first(meta, _TITLE_KEYS)
    dates = [*_find_dates(root, article, page, meta)]
    published = _pick_date(dates) or (find_date_in_url(url) if url else None)
    return PageMetadata(
        outlet=outlet,
        title=_find_title(root, headline, outlet),
        byline=_find_byline(root, article, meta, by_id),
        language=_find_language(root, article, meta),
        url=url,
        published=published,
        unread_date=dates[0][:40] if dates and not any(map(parse_published, dates)) else None,
    )


def is_aside(element: HtmlElement) -> bool:
    """Whether an element stands in navigation, a side box, the comments or the page's foot, by tag or by class."""
    return any(
        (a.tag in _ASIDE and not (a.tag == "footer" and _is_in_article(a))) or _is_aside_class(a)
        for a in element.iterancestors()
    )


def _is_in_article(element: HtmlElement) -> bool:
    return any(ancestor.tag == "article" for ancestor in element.iterancestors())


def _is_aside_class(element: HtmlElement) -> bool:
    """A container that is called a side box is one, unless it holds the page's title: then it is called after one."""
    if element.tag in _WHOLE:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return any(map(_ASIDE_CLASS.match, names)) and element.find(".//h1") is None


def read_element_text(element: HtmlElement) -> str:
    """What an element shows, in one line: blanks folded, and one put where two elements' sentences would touch.

    >>> from lxml.html import fromstring
    >>> read_element_text(fromstring("<p>The dam.<span>Photo: <b>M</b>eridian</span></p>"))
    'The dam. Photo: Meridian'
    """
    text = ""
    for piece in element.itertext():
        touches = text and piece and text[-1] in '.!?…”"»)' and piece[0].isupper()
        text += f" {piece}" if touches else piece
    return " ".join(text.split())


# --- JSON-LD


def _find_records(root: HtmlElement) -> Iterator[dict[str, Json]]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text_content().strip():
            yield from _walk(parse_json(script.text_content()), depth=0)


def parse_json(source: str) -> Json:
    """JSON as pages write it: in comment or CDATA marks, with raw line ends, with trailing commas; if all fails, the
    few strings that matter, picked out of the wreck."""
    source = (
        re.sub(r"^\s*(?:<!--|(?://)?\s*<!\[CDATA\[)|(?:-->|(?://)?\s*\]\]>)\s*;?\s*$", "", source).strip().rstrip(";")
    )
    for attempt in (source, re.sub(r",(\s*[}\]])", r"\1", source)):
        try:
            parsed: Json = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return parsed
    saved: dict[str, Json] = {"@type": "NewsArticle"}
    for match in _LOOSE_STRING.finditer(source):
        try:
            saved.setdefault(match[1], json.loads(match[2], strict=False))
        except ValueError:
            continue
    return saved if len(saved) > 1 else None


def _walk(value: Json, depth: int) -> Iterator[dict[str, Json]]:
    if depth > 6:  # @graph in a list in an object … ; what lies deeper is about something else
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _walk(value.get(key), depth + 1)


def _types(record: dict[str, Json]) -> frozenset[str]:
    kinds = record.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(kind.rsplit("/", 1)[-1] for kind in listed if isinstance(kind, str))


def _pick_article(records: list[dict[str, Json]], url: str | None) -> dict[str, Json]:
    """The record of the page's own article: of several, the one with the page's address, else the first."""
    articles = [r for r in records if any(k.endswith("Article") or k in _ARTICLE_TYPES for k in _types(r))]
    own = [r for r in articles if url and url in (web_address(r.get("url")), web_address(r.get("mainEntityOfPage")))]
    return next(iter(own or articles), {})


def fold_names(value: Json) -> str | None:
    """The name, or names joined by a comma, in a value that names people or an organisation in whatever shape.

    >>> fold_names([{"name": "Ann Lee"}, "Bo Oak"])
    'Ann Lee, Bo Oak'
    """
    return _name_of(value, {})


def _name_of(value: Json, by_id: dict[Json, dict[str, Json]]) -> str | None:
    """The name, or names joined by a comma, of a person or organisation given as text, object, reference or list."""
    if isinstance(value, list):
        names = [name for item in value[:20] if not isinstance(item, list) and (name := _name_of(item, by_id))]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        identifier = value.get("@id")
        named = value if "name" in value or not isinstance(identifier, str) else by_id.get(identifier, {})
        given = named.get("name")
        return clean_text(given[0] if isinstance(given, list) and given else given)
    return clean_text(value)


def clean_text(value: Json) -> str | None:
    """A string of metadata in one line; None for what is none, and for an address where a name was asked for."""
    if not isinstance(value, str):
        return None
    value = " ".join(replace_surrogates(html.unescape(value)).split())
    return value if value and not value.lower().startswith(("http://", "https://", "www.")) else None


def web_address(value: Json) -> str | None:
    """The web address that a value is, or names as its `@id` or `url`; None where there is none."""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    if not isinstance(value, str) or not re.match(r"https?://\S+$", value.strip(), re.I):
        return None
    return replace_surrogates(value.strip())


# --- meta tags and elements


def _collect_meta(root: HtmlElement) -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            key = (element.get(attribute) or "").strip().lower()
            if key and content:
                meta.setdefault(key, []).append(content)
    return meta


def _first(meta: dict[str, list[str]], keys: tuple[str, ...]) -> str | None:
    return next((clean for key in keys for value in meta.get(key, ()) if (clean := clean_text(value))), None)


def _find_url(root: HtmlElement, meta: dict[str, list[str]]) -> str | None:
    links = (link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    given = (*links, *meta.get("og:url", ()), *meta.get("mainentityofpage", ()))
    return next((url for value in given if (url := web_address(value))), None)


def _find_dates(
    root: HtmlElement, article: dict[str, Json], page: dict[str, Json], meta: dict[str, list[str]]
) -> Iterator[str]:
    """Everything that is given as the time of publication, the most trustworthy first."""
    for record in (article, page):
        value = record.get("datePublished")
        if isinstance(value, str) and value.strip():
            yield replace_surrogates(value)
    for key in _PUBLISHED_KEYS:
        yield from meta.get(key, ())
    marked: list[str] = []
    plain: list[str] = []
    for element in _DATED(root):
        written = element.get("datetime").strip()
        if not written or element.tag not in ("time", "span", "abbr", "p", "div") or is_aside(element):
            continue
        names = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if "modified" in names or "updated" in names:
            continue
        is_marked = "published" in names or element.get("pubdate") is not None
        (marked if is_marked else plain).append(written)
    yield from marked
    yield from plain[:1]  # the later ones date comments and related reports


def _pick_date(dates: list[str]) -> Published | None:
    read = [published for date in dates if (published := parse_published(date))]
    if not read:
        return None
    best = read[0]
    for other in read[1:]:
        if len(other.value) > len(best.value) and other.value.startswith(best.value):
            best = other
    return best


def _find_printed_outlet(root: HtmlElement) -> str | None:
    """The publisher of microdata; else what stands beside the headline in `<title>` and is printed on the page as well,
    as an outlet's name at the page's head is."""
    for publisher in root.iter():
        if isinstance(publisher.tag, str) and publisher.get("itemprop") == "publisher":
            for named in publisher.iter():
                if isinstance(named.tag, str) and named.get("itemprop") == "name":
                    return clean_text(named.get("content")) or read_element_text(named) or None
    parts = _split_title(next((shown for title in root.iter("title") if (shown := read_element_text(title))), ""))
    if len(parts) < 2:
        return None
    printed = {text.casefold() for element in root.iter() if (text := _own_text(element))}
    if not {parts[0].casefold(), parts[-1].casefold()} <= printed:
        return None
    return min(parts[-1], parts[0], key=len)


def _split_title(title: str) -> list[str]:
    for separator in (*_SEPARATORS, ": "):
        if separator in title:
            return [part.strip() for part in title.split(separator) if part.strip()]
    return [title]


def _own_text(element: HtmlElement) -> str | None:
    """What a small element shows, or the text in place of a picture."""
    if not isinstance(element.tag, str) or element.tag in ("title", "script", "style", "option"):
        return None
    if element.tag in ("img", "amp-img"):
        return (element.get("alt") or "").strip() or None
    if len(element) > 3:
        return None
    return read_element_text(element)[:200] or None


def _find_title(root: HtmlElement, headline: str | None, outlet: str | None) -> str | None:
    """The title as printed (`<h1>`), if it is the headline that the metadata gives; else that; else `<title>`."""
    if headline:
        headline = _cut_outlet(headline, outlet)
    printed = [
        text for h1 in root.iter("h1") if not is_aside(h1) and (text := read_element_text(h1)) and text != outlet
    ]
    if headline is None:
        page_title = next((text for title in root.iter("title") if (text := read_element_text(title))), None)
        if page_title and not printed:
            return _cut_outlet(page_title, outlet)
        in_title = [text for text in printed if page_title and text.casefold() in page_title.casefold()]
        return next(iter(in_title or printed), None)
    words = set(headline.casefold().split())
    alike = [text for text in printed if 2 * len(words & set(text.casefold().split())) >= len(words)]
    return alike[0] if alike else headline


def _cut_outlet(title: str, outlet: str | None) -> str:
    for separator in _SEPARATORS:
        before, _, after = title.rpartition(separator)
        if before and outlet and after.strip().casefold() == outlet.casefold():
            return before.strip()
    start, _, rest = title.partition(": ")
    if rest and outlet and start.strip().casefold() == outlet.casefold():
        return rest.strip()
    return title


def _find_byline(
    root: HtmlElement, article: dict[str, Json], meta: dict[str, list[str]], by_id: dict[Json, dict[str, Json]]
) -> str | None:
    given = _name_of(article.get("author"), by_id) or _first(meta, _BYLINE_KEYS)
    if given:
        return given
    elements = [e for e in root.iter("a", "span", "div", "p", "address", "li") if _names_author(e) and not is_aside(e)]
    for element in elements:
        # the name itself is a link, or marked inside ("by <a>Ann Lee</a>, <span>5 min read</span>")
        inner = [e for e in element.iter() if e is not element and (e.tag == "a" or e.get("itemprop") == "name")]
        names = dict.fromkeys(text for e in inner if (text := read_element_text(e)))
        text = ", ".join(names) or read_element_text(element)
        if text and len(text) <= 120:
            return text
    return None


def _names_author(element: HtmlElement) -> bool:
    if "author" in (element.get("rel") or "").split() or "author" in (element.get("itemprop") or "").split():
        return True
    named = element.get("data-testid") or element.get("data-component") or ""
    if named.startswith(("byline", "author")) and element.find(".//time") is None:
        return True
    return any(map(_AUTHOR_CLASS.search, (element.get("class") or "").split()))


def _find_language(root: HtmlElement, article: dict[str, Json], meta: dict[str, list[str]]) -> str | None:
    given = article.get("inLanguage")
    if isinstance(given, list) and given:
        given = given[0]
    if isinstance(given, dict):
        given = given.get("alternateName") or given.get("name")
    document = next((e for e in (root, *root.iterancestors()) if e.tag == "html"), root)
    tags = (
        given,
        document.get("lang"),
        document.get("xml:lang"),
        *meta.get("og:locale", ()),
        *meta.get("content-language", ()),
    )
    return next((code for tag in tags if isinstance(tag, str) and (code := fold_language(tag))), None)
