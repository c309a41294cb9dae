r"""Names, dates and texts in the forms that other formats can hold: XML names, IRIs, XML Schema dates.

What a format can't hold is replaced one code point for one, never left out, so that offsets go on pointing at the same
characters; the replacements are counted and told.
"""

import re
from collections import Counter
from datetime import date
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct

from retold.model import Place, Published, Span

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_NOT_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_ESCAPES: Final = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;",
}  # fmt: skip
_XML_SPECIAL: Final = re.compile('[&<>"\r\n\t]')
_XML_IN_TEXT: Final = frozenset('"\n\t')
_NOT_NAME: Final = re.compile(r"_(?=x[0-9A-F]+_)|[^A-Za-z0-9._-]")
_DATES: Final = (
    ("gYear", re.compile(r"(?!0000)\d{4}", re.ASCII)),
    ("gYearMonth", re.compile(r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)),
    ("date", re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)),
    (
        "dateTime",
        re.compile(
            r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?",
            re.ASCII,
        ),
    ),
)
_DAY_CHARS: Final = len("2031-05-04")
_TO_THE_MINUTE: Final = re.compile(r"T\d\d:\d\d(?!:)")
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_NUMBER_HOST: Final = re.compile(r"[0-9a-f:.]+")
_URL_CHARACTERS: Final = "!$%&'()*+,/:;=?@~"
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Losses:
    """What a format had no place for, counted by reason: told at the end, never passed over in silence."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, reason: str, times: int = 1) -> None:
        """`times` more of what `reason` says."""
        if times:
            self._counts[reason] += times

    def lines(self) -> tuple[str, ...]:
        """A line a reason, in the order in which they came up."""
        return tuple(f"{reason}: {number:,}" for reason, number in self._counts.items())


class Moment(Struct, frozen=True):
    """A time of publication as XML Schema writes it: `value`, and the name of its type (`date`, `dateTime` …)."""

    value: str
    type: str


def clean_text(text: str, losses: Losses) -> str:
    """`text` without halves of characters, which no file in UTF-8 can hold. Same length. O(n)."""
    if text.isascii():
        return text
    cleaned, replaced = SURROGATES.subn(REPLACEMENT, text)
    losses.count("halves of characters (lone surrogates) written as U+FFFD", replaced)
    return cleaned


def escape_xml(text: str, losses: Losses, *, is_attribute: bool = False) -> str:
    r"""`text` for an XML document, its mark-up and carriage returns escaped so that a parser reads back the same.

    Characters that XML 1.0 has no way to write (controls, U+FFFE, lone surrogates) become U+FFFD and are counted. O(n).

    >>> escape_xml('<a>\r & "b"\x00', Losses())
    '&lt;a&gt;&#13; &amp; "b"�'
    """
    cleaned, replaced = _NOT_XML.subn(REPLACEMENT, text)
    losses.count("characters that XML can't hold, written as U+FFFD", replaced)
    kept = frozenset() if is_attribute else _XML_IN_TEXT
    return _XML_SPECIAL.sub(lambda m: m[0] if m[0] in kept else _XML_ESCAPES[m[0]], cleaned)


def write_attributes(attributes: dict[str, str | None], losses: Losses) -> str:
    """Attributes of an XML element, each with a blank before it; those that are None are left out.

    >>> write_attributes({"n": "<1>", "when": None}, Losses())
    ' n="&lt;1&gt;"'
    """
    return "".join(
        f' {name}="{escape_xml(value, losses, is_attribute=True)}"'
        for name, value in attributes.items()
        if value is not None
    )


def make_xml_name(kind: str, id_: str) -> str:
    """An id as a name that XML allows (an NCName), different for different ids and readable where it can be.

    Any other character is written `_xHEX_`, after ISO 9075-14; `kind` begins the name, as many ids begin with a digit.

    >>> make_xml_name("article", "a/7")
    'article.a_x2F_7'
    """
    return f"{kind}.{_NOT_NAME.sub(lambda m: f'_x{ord(m[0]):X}_', id_)}"


def make_iri(scope: str, id_: str) -> str:
    """What a thing without an address of its own is called in linked data. `scope`: where the id is unique.

    >>> make_iri("4f2a", "r 1")
    'urn:retold:4f2a:r%201'
    """
    parts = (SURROGATES.sub(REPLACEMENT, part) for part in (scope, id_) if part)
    return "urn:retold:" + ":".join(quote(part, safe="") for part in parts)


def point_at(scope: str, place: Place) -> str:
    """An IRI of characters of an article's text: the fragment of RFC 5147 for plain text, in code points.

    >>> point_at("", Place("a1", Span(4, 9)))
    'urn:retold:a1#char=4,9'
    """
    return f"{make_iri(scope, place.article)}#char={place.span.start},{place.span.end}"


def clean_url(url: str | None) -> str | None:
    """A web address as a valid IRI, None for what is none: only http and https are named in an export. A name and
    password in it are left out.

    >>> clean_url("https://post.example/a b?<c>"), clean_url("javascript:alert(1)")
    ('https://post.example/a%20b?%3Cc%3E', None)
    """
    try:
        parts = urlsplit(SURROGATES.sub(REPLACEMENT, url or "").strip())
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        return None
    is_number = ":" in host
    if parts.scheme not in {"http", "https"} or not (_NUMBER_HOST if is_number else _HOST).fullmatch(host):
        return None
    place = (f"[{host}]" if is_number else host) + ("" if port is None else f":{port}")
    path, query, fragment = (
        _STRAY_PERCENT.sub("%25", quote(piece, safe=_URL_CHARACTERS))
        for piece in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, place, path, query, fragment))


def write_moment(published: Published | None) -> Moment | None:
    """When an article was published, for XML Schema, whose times have seconds; None for what is no date.

    >>> write_moment(Published("2031-05-04T07:45+01:00", "minute", "metadata"))
    Moment(value='2031-05-04T07:45:00+01:00', type='dateTime')
    """
    if published is None:
        return None
    for name, pattern in _DATES:
        if pattern.fullmatch(published.value) and (len(published.value) < _DAY_CHARS or _is_day(published.value)):
            return Moment(_TO_THE_MINUTE.sub(lambda m: f"{m[0]}:00", published.value), name)
    return None


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value[:_DAY_CHARS])
    except ValueError:
        return False
    return True


def cut_words(text: str, spans: tuple[Span, ...]) -> str:
    """The words of a quotation or reading; parts that a cue splits are joined by a blank."""
    return " ".join(span.cut(text) for span in spans)
