"""Addresses of articles: one for all the twins of a page (AMP, print, mobile, shared with tracking), and a key to tell
by whether two are the same. Pure: nothing is asked."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid",
    "igshid", "igsh", "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "cmpid", "cmp", "campaign_id", "ocid", "icid",
    "ito", "ftag", "smid", "smtyp", "xtor", "ref", "ref_src", "ref_url", "referrer", "referer", "source_id",
    "partner", "guccounter", "guce_referrer", "guce_referrer_sig", "taid", "sref", "sharetoken", "share", "spm",
    "sfnsn", "rss", "feedtype", "__twitter_impression", "_openstat", "from_source", "wt.mc_id", "wt_mc", "wtmc",
    "mkt_tok", "vero_id", "oly_enc_id", "oly_anon_id", "s_cid", "nlid", "cid_source", "amp_js_v", "amp_gsa", "usqp",
    "aoh",
})  # fmt: skip
_TRACKING_PREFIXES = ("utm_", "at_", "pk_", "mtm_", "hsa_", "ns_", "_hs", "stm_")
_TWIN = frozenset({"amp", "outputtype", "print", "printable", "printer", "printerfriendly"})
_TWIN_VALUES = {
    "view": ("print", "amp"), "format": ("print", "amp"), "mode": ("print", "amp"), "version": ("print", "amp"),
    "type": ("print", "amp"), "page": ("print",), "action": ("print",), "tpl": ("print",),
}  # fmt: skip
_TWIN_END = re.compile(r"(?:/(?:amp|print|printable|amp\.html|print\.html)/?|\.amp)$", re.IGNORECASE)
_AMP_HTML = re.compile(r"\.amp(?=\.html?$)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:amp/|[a-z]+/)?(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+/.*)$", re.ASCII)
_TWIN_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|print)\.(?=[^.]+\.)")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str, html: str | None = None) -> str:
    """The one address of the page at `url`, which `html` (its source, if at hand) may name itself.

    The page's `rel=canonical` counts where it names a page of the same site, not just the site; so a copy of another
    outlet's report keeps an address of its own. Then: an AMP cache's address becomes the outlet's; host in small
    letters, without a default port; without fragment, tracking parameters, and what asks for the AMP or print twin.
    What is no web address comes back as it is. Linear.

    >>> canonical_url("HTTPS://Post.example:443/dam?utm_source=x&id=7#top")
    'https://post.example/dam?id=7'
    >>> canonical_url("https://post.example/dam/amp/", '<link rel="canonical" href="/2032/dam">')
    'https://post.example/2032/dam'
    """
    return pick_canonical(url, _find_canonical(html) if html else None)


def pick_canonical(url: str, named: str | None) -> str:
    """The cleaned form of `named`, the canonical address that the page at `url` names, where that can be believed;
    else of `url`. It can't where it lies on another site, or is the front page while `url` is not.

    >>> pick_canonical("https://m.post.example/dam", "https://post.example/")
    'https://m.post.example/dam'
    """
    own = _clean(url)
    if not named:
        return own
    try:
        there = _split(_clean(urljoin(url.strip(), named), is_named=True))
    except ValueError:
        return own
    here = _split(own)
    if there is None or here is None:
        return own
    is_front = there.path in ("", "/") and not there.query
    if is_front and (here.path not in ("", "/") or here.query):
        return own
    return urlunsplit(there) if _is_same_site(there.netloc, here.netloc) else own


def address_key(url: str) -> str:
    """What the addresses of one page have in common, to compare and to index, not to open: the canonical address
    without scheme, `www.`, `m.`, `amp.`, and a slash at its end, parameters in order.

    >>> address_key("http://www.post.example/dam/?b=1&a=2") == address_key("https://m.post.example/dam?a=2&b=1#x")
    True
    """
    parts = _split(_clean(url))
    if parts is None:
        return url
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    path = quote(unquote(parts.path.rstrip("/")), safe="/")
    return _site(parts.netloc) + path + (f"?{query}" if query else "")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _clean(url: str, is_named: bool = False) -> str:
    """`is_named`: by the page itself as its canonical address, so that "/amp" at its end is no twin's mark."""
    parts = _split(url)
    if parts is None or parts.hostname is None:
        return url
    if (cached := _leave_amp_cache(parts)) is not None:
        return _clean(cached)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    port = parts.port if parts.port != _DEFAULT_PORTS[parts.scheme] else None
    path = (parts.path if is_named else _AMP_HTML.sub("", _TWIN_END.sub("", parts.path))) or "/"
    kept = [piece for piece in parts.query.split("&") if piece and not _is_dropped(piece)]
    return urlunsplit((parts.scheme, host + (f":{port}" if port else ""), path, "&".join(kept), ""))


def _is_dropped(piece: str) -> bool:
    """Whether a parameter says who shared the page, or asks for its twin."""
    key, _, value = unquote(piece).partition("=")
    key = key.lower()
    return (
        key in _TRACKING
        or key.startswith(_TRACKING_PREFIXES)
        or key in _TWIN
        or value.lower() in _TWIN_VALUES.get(key, ())
    )


def _leave_amp_cache(parts: SplitResult) -> str | None:
    """The outlet's address in that of an AMP cache: cdn.ampproject.org/c/s/…, google.com/amp/s/…"""
    host = parts.hostname or ""
    is_cache = host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org"
    is_viewer = re.fullmatch(r"(?:www\.)?google\.[a-z.]+", host) is not None and parts.path.startswith("/amp/")
    if not (is_cache or is_viewer):
        return None
    match = _AMP_CACHE.match(parts.path)
    if match is None:
        return None
    scheme = "https" if match["secure"] else "http"
    return f"{scheme}://{match['rest']}" + (f"?{parts.query}" if parts.query else "")


def _site(host: str) -> str:
    return _TWIN_HOST.sub("", host.lower())


def _is_same_site(one: str, other: str) -> bool:
    one, other = _site(one), _site(other)
    return one == other or one.endswith("." + other) or other.endswith("." + one)


_LINK = re.compile(r"<link\b[^>]{0,2000}>", re.IGNORECASE)
_REL_CANONICAL = re.compile(r"""\brel\s*=\s*["']?[^"'>]*\bcanonical\b""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def _find_canonical(html: str) -> str | None:
    from html import unescape

    for link in _LINK.finditer(html):
        href = _HREF.search(link[0]) if _REL_CANONICAL.search(link[0]) else None
        if href:
            named = unescape(next(group for group in href.groups() if group is not None)).strip()
            return named or None
    return None
