"""What a row is called: keys made from content, so that the same articles give the same rows in whatever order."""

import hashlib
import re

from retold.model import Article
from retold.read.addresses import address_key

_KEY_BITS = 48
"""Keys stay below 2**53, where every program that reads JSON still tells two apart."""

_TWIN_FORM = re.compile(
    r"https?://(?:amp|print|m|mobile)\.|/(?:amp|print|printable)(?:\.html?)?/?(?:$|\?)|\.amp(?:\.html?)?(?:$|\?)|"
    r"[?&](?:amp|print|printable|outputtype)(?:=|&|$)|[?&](?:view|output|mode|format|version)=(?:amp|print)\b|"
    r"\.cdn\.ampproject\.org/",
    re.IGNORECASE,
)


def make_key(*parts: str | None, bits: int = _KEY_BITS) -> int:
    """A whole number of so many bits (64 at most) for some texts: the same in every file and run. Of two lengths, the
    shorter is how the longer begins.

    >>> make_key("a", None) == make_key("a", None) != make_key("a", "")
    True
    """
    text = "\0".join("\1" if part is None else part for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big") >> (64 - bits)


def write_code(prefix: str, key: int) -> str:
    """The key as people and documents write it: `a` or `s` and twelve hexadecimal digits."""
    return f"{prefix}{key:0{_KEY_BITS // 4}x}"


def read_code(code: str) -> int:
    """The key of a code that `write_code` wrote."""
    return int(code[1:], 16)


def is_code(text: str, prefix: str) -> bool:
    """Whether a text is a code with this prefix.

    >>> is_code("a00000000001f", "a"), is_code("a1", "a")
    (True, False)
    """
    return re.fullmatch(rf"{prefix}[0-9a-f]{{{_KEY_BITS // 4}}}", text) is not None


def find_page(url: str | None) -> str | None:
    """The page that an address leads to, the same for its AMP, print and mobile twins; None where it is no web address.

    >>> find_page("https://www.example.org/a-1/amp?utm_source=x") == find_page("http://example.org/a-1/")
    True
    """
    if not url or not url.lower().startswith(("http://", "https://")):
        return None
    return address_key(url)


def is_twin_form(url: str | None) -> bool:
    """Whether an address asks for the AMP, print or mobile form of a page.

    >>> is_twin_form("https://example.org/a/amp"), is_twin_form("https://www.example.org/a?utm_source=x")
    (True, False)
    """
    return url is not None and _TWIN_FORM.search(url) is not None


def identify_article(article: Article, page: str | None, bits: int = _KEY_BITS) -> int:
    """What makes an article this one and no other: its page and text; without a page, its text and where and when it
    was printed; without these, its text and the name of its file. The same input read twice gives the same key."""
    if page is not None:
        return make_key("page", page, article.sha256, bits=bits)
    published = article.published.value if article.published else None
    if published is None and article.outlet is None and article.path is not None:
        return make_key("file", article.sha256, article.path.replace("\\", "/").rsplit("/", 1)[-1], bits=bits)
    return make_key("text", article.sha256, article.outlet, published, bits=bits)


_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`′ʹ", "'"))


def fold_text(text: str) -> str:
    """A text as searches compare it: case, ё and the forms of the apostrophe make no difference.

    >>> fold_text("З’їзд"), fold_text("Ёлка")
    ("з'їзд", 'елка')
    """
    return text.translate(_APOSTROPHES).casefold().replace("ё", "е")
