"""Bytes → characters: which encoding a file is in, and which files are no text at all."""

import codecs
import re

from msgspec import Struct

from retold.errors import InputError

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEVER_TEXT = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich-text (RTF) document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc, .xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
)
_MAYBE_TEXT = (  # words of their own: a kind of file only where NUL bytes say so too
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image or sound file (RIFF)"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ID3", "an MP3 file"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
# What news files that are not UTF-8 are in, the most widespread first. From the full list of a hundred, the detector
# picks Mac and Maltese code pages for a French text; where two of these fit as well, the earlier one is taken.
_GUESSES = (
    *(
        "cp1252",
        "cp1251",
        "cp1250",
        "koi8_r",
        "koi8_u",
        "iso8859_2",
        "gb18030",
        "big5",
        "shift_jis",
        "euc_jp",
        "euc_kr",
    ),
    *("cp1253", "cp1254", "cp1255", "cp1256"),
)
_LATIN_1 = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"})  # windows-1252 on the web
_SAMPLE_BYTES = 65536  # what the detector sees: plenty for any encoding, and 20 MB cost no more than 64 kB
_GOOD_PER_BAD = 20  # valid characters beyond ASCII for each bad byte, from where on a file is UTF-8 with damage
_ADVICE = "save it as text (.txt, UTF-8) or as a web page (.html) and give that"


class Decoded(Struct, frozen=True):
    """A file's characters, the encoding they were read in, and what should be said about it (None for plain UTF-8)."""

    text: str
    encoding: str
    note: str | None = None


def decode_bytes(
    data: bytes, name: str, is_html: bool = False, declared: str | None = None, may_guess: bool = True
) -> Decoded:
    """The characters of `data`: nothing translated, a byte order mark not among them. Linear.

    A byte order mark decides; then UTF-8; then what its server `declared` (after the page where it says Latin-1, which
    is what servers say that were told nothing) and what a web page declares; then charset-normalizer's best guess on
    64 kB around the first byte that is not UTF-8. A file that is UTF-8 but for a few damaged bytes is read as UTF-8,
    U+FFFD for each of them. Without `may_guess` there is neither guess nor mending. `name` is the file's, for messages.

    Raises `InputError` where it is empty, not text, or in no encoding that fits.

    >>> decode_bytes(b"caf\\xc3\\xa9\\r\\n", "x.txt")
    Decoded(text='café\\r\\n', encoding='utf-8', note=None)
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _finish(name, _decode_as(data[len(mark) :], encoding, name), encoding)
    kind = find_file_kind(data)
    if kind:
        raise InputError(f"{name} is {kind}; expected text: {_ADVICE}")
    try:
        return _finish(name, data.decode(), "utf-8")
    except UnicodeDecodeError as e:
        bad_at = e.start
    for encoding, because in _list_declared(data, is_html, declared):
        try:
            return _finish(name, data.decode(encoding), encoding, because)
        except (LookupError, ValueError, AssertionError):
            pass  # declared wrongly: the bytes have the last word
    if not may_guess:
        damage = f"byte {data[bad_at]:#04x} at {bad_at}"
        raise InputError(f"{name} is neither UTF-8 ({damage}) nor in an encoding that it declares; {_ADVICE}")
    mended = data.decode("utf-8", "replace")
    bad = mended.count("\ufffd")
    if sum(not c.isascii() for c in mended) - bad >= _GOOD_PER_BAD * bad:
        check_text(mended, name)
        return Decoded(mended, "utf-8", f"is UTF-8 with {bad} damaged place{'s' * (bad > 1)}, read as \ufffd")
    encoding = _guess_encoding(data, bad_at, name)
    return _finish(name, _decode_as(data, encoding, name), encoding, "as its bytes suggest")


def _list_declared(data: bytes, is_html: bool, declared: str | None) -> list[tuple[str, str]]:
    by_page = _DECLARED.search(data, 0, 4096) if is_html else None
    found = [(declared.strip("\"' ").lower(), "as its server declares")] if declared else []
    found += [(by_page[1].decode("ascii").lower(), "as the page declares")] if by_page else []
    found = [("cp1252" if encoding in _LATIN_1 else encoding, because) for encoding, because in found]
    return sorted(found, key=lambda one: one[0] == "cp1252" and one[1] == "as its server declares")


def is_other_encoding(head: bytes) -> bool:
    """Whether the first bytes of a file are not UTF-8 (a character that the end of `head` cuts is no sign of it), or
    no text at all: then the file can't be read line by line.

    >>> is_other_encoding("Дамба".encode()[:-1]), is_other_encoding("Дамба".encode("cp1251"))
    (False, True)
    """
    if b"\0" in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or find_file_kind(head):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return True
    return False


def find_file_kind(data: bytes) -> str | None:
    """What a file is, by its first bytes, where that is no text: "a PDF", "a PNG image"; None where it may be text."""
    for magic, kind in _NEVER_TEXT:
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK\x03\x04"):
        kinds = ((b"word/", "a Word document (.docx)"), (b"opendocument.text", "an OpenDocument text (.odt)"))
        return next((kind for part, kind in kinds if part in data), "a zip archive or an Office document")
    if b"\0" not in data:
        return None
    for magic, kind in _MAYBE_TEXT:
        if data.startswith(magic):
            return kind
    return "a binary file (it has NUL bytes; if it is UTF-16 text, it lacks its byte order mark)"


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except (LookupError, ValueError) as e:
        raise InputError(f"{name} starts like {encoding} but is not throughout ({e}); {_ADVICE}") from e


def _guess_encoding(data: bytes, bad_at: int, name: str) -> str:
    from charset_normalizer import from_bytes

    start = max(0, bad_at - _SAMPLE_BYTES // 2)
    if start:  # at a line's beginning, so as not to cut a character of several bytes in two
        start = max(data.rfind(b"\n", 0, start) + 1, start - _SAMPLE_BYTES)
    ranked = [
        (round(match.chaos, 2), -match.coherence, _GUESSES.index(encoding), encoding)
        for match in from_bytes(data[start : start + _SAMPLE_BYTES], cp_isolation=list(_GUESSES))
        for encoding in {match.encoding, *match.could_be_from_charset}
        if encoding in _GUESSES
    ]
    if not ranked:
        raise InputError(f"{name} is in no encoding that could be recognised; {_ADVICE}")
    return min(ranked)[3]


def _finish(name: str, text: str, encoding: str, because: str = "as its byte order mark says") -> Decoded:
    check_text(text, name)
    return Decoded(text, encoding, None if encoding == "utf-8" else f"was read as {encoding}, {because}")


def check_text(text: str, name: str) -> None:
    """Raises `InputError` where a text is empty, or none: a fiftieth of it control characters. Linear."""
    if not text.strip():
        raise InputError(f"{name} is empty; expected an article's text")
    control = sum(1 for _ in _CONTROL.finditer(text))
    if control * 50 > len(text) or "\0" in text:
        raise InputError(f"{name} is no text (it holds control characters); {_ADVICE}")
