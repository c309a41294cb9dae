"""What reading hands on: the articles, what was set aside, and what a person should know about how it was read."""

import hashlib
import re

from msgspec import Struct

from retold.model import Article, Reject

_SURROGATE = re.compile("[\ud800-\udfff]")


class Note(Struct, frozen=True):
    """What a person should know of an input that was read: an encoding guessed, a date not understood."""

    input: str
    text: str


class Batch(Struct, frozen=True):
    """All that came of some inputs: `articles` in the order given, `rejects` with their reasons, `notes` besides."""

    articles: tuple[Article, ...] = ()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()


def hash_text(text: str) -> str:
    """The SHA-256 of the UTF-8 bytes of `text`, in hexadecimal: the same for the same text whatever file it came in."""
    return hashlib.sha256(text.encode()).hexdigest()


def replace_surrogates(text: str) -> str:
    """`text` with each lone surrogate, which no encoding can write, as one U+FFFD: offsets stay. Linear.

    >>> replace_surrogates("a" + chr(0xD800) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    return _SURROGATE.sub("\ufffd", text)
