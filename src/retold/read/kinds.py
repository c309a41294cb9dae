"""Which kind of file an input is, by its name or by how it starts."""

import re
from typing import Literal, TypeAlias

from retold.errors import InputError
from retold.read.delimited import find_delimiter
from retold.read.parquet import MAGIC as PARQUET
from retold.read.tables import is_record

Kind: TypeAlias = Literal["text", "html", "jsonl", "csv", "parquet", "warc", "feed"]

KINDS: dict[str, Kind] = {
    ".txt": "text", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".pq": "parquet", ".warc": "warc",
    ".xml": "feed", ".rss": "feed", ".atom": "feed", ".opml": "feed",
}  # fmt: skip
READ = ".txt, .html, .htm, .jsonl, .csv, .parquet and .warc"
UNREAD = {  # they decode as text, but as an article they would be nonsense
    ".json": "put one article a line into a .jsonl file: {\"id\": \"…\", \"text\": \"…\"}",
}  # fmt: skip
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|article|main|div|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_FEED_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype[^>]*>\s*)*"
    r"<(?:rss|feed|rdf:rdf|opml|urlset|sitemapindex|(?:\w+:)(?:feed|urlset|sitemapindex))[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = {
    "parquet": ("a Parquet table", ".parquet"),
    "warc": ("a web archive", ".warc"),
    "html": ("a web page", ".html"),
    "jsonl": ("a file of JSON records", ".jsonl"),
    "feed": ("a feed or a list of addresses", ".xml"),
}
_WARC = b"WARC/"
_START_CHARS = 4096


def sniff_kind(head: bytes, text_column: str = "text") -> Kind:
    """The kind of an input by its first bytes. A table of commas is told by the column for the text.

    >>> sniff_kind(b"id;text"), sniff_kind(b'{"id": 1}'), sniff_kind(b"<rss version='2.0'>"), sniff_kind(b"It rained.")
    ('csv', 'jsonl', 'feed', 'text')
    """
    certain = _find_certain(head)
    if certain:
        return certain
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    first = text.lstrip().split("\n", 1)[0]
    if is_record(first):
        return "jsonl"
    if _HTML_START.match(text):
        return "html"
    names = [name.strip().strip('"') for name in first.split(find_delimiter(first))]
    return "csv" if len(names) > 1 and text_column in names else "text"


def check_kind(head: bytes, kind: Kind, name: str) -> None:
    """Raises `InputError` where a file is plainly of another kind than its name says."""
    certain = _find_certain(head)
    if certain is None and kind in ("html", "csv") and is_record(head.decode("utf-8", "replace").lstrip("\ufeff")):
        certain = "jsonl"
    if certain is None or certain == kind:
        return
    what, extension = _NAMES[certain]
    raise InputError(f"{name} is {what}, not what its name says; rename it to end in {extension}")


def _find_certain(head: bytes) -> Kind | None:
    if head.startswith(PARQUET) and b"\0" in head:
        return "parquet"
    if head.startswith(_WARC):
        return "warc"
    text = head.decode("utf-8", "replace").lstrip("\ufeff")[:_START_CHARS]
    if _FEED_START.match(text):
        return "feed"
    return "html" if _PAGE_START.match(text) else None
