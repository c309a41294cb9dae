"""Web archives (WARC) → `Article`s: each page that was fetched and answered with HTML."""

import io
import re
import zlib
from collections.abc import Callable, Iterator

from msgspec import Struct

from retold.errors import InputError, MissingExtraError
from retold.model import Article, Reject
from retold.read.batch import Note
from retold.read.decoding import decode_bytes
from retold.read.options import ReadOptions
from retold.read.streams import Readable, Source, gunzip_bytes
from retold.read.tables import Draft, Event

_SKIP_BYTES = 1_000_000
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_EXPECTED = "expected records of type response with text/html"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


class _Forward:
    """A stream as the reader of records wants it: it asks where it is, and may skip ahead."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._at = stream, 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._at += len(data)
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        left = offset if whence == 1 else offset - self._at
        if whence == 2 or left < 0:
            raise io.UnsupportedOperation("seek")
        while left > 0 and (skipped := len(self.read(min(left, _SKIP_BYTES)))):
            left -= skipped
        return self._at

    def close(self) -> None:
        pass


class _Answer(Struct, frozen=True):
    """What a server answered: its status, the type and charset it names, and the body as it was before any packing."""

    status: int
    content_type: str
    charset: str | None
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.content_type in _PAGE_TYPES


class _Record(Struct, frozen=True):
    """One record of the archive that holds an answer: its number among them from 1, its address; what was answered,
    None where that is no HTTP; or why it can't be read. With `is_last` nothing after it can."""

    number: int
    url: str
    answer: _Answer | None = None
    reason: str | None = None
    is_last: bool = False


def read_warc(source: Source, path: str | None, options: ReadOptions) -> Iterator[Event]:
    """For each HTML page that the archive holds with status 200 an article, or why it is none; the rest is counted.

    One record in memory at a time. An archive that was cut gives what stands before the cut; then the cut is told.
    The address is the page's own canonical one, else the one it was fetched from.
    """
    pages = passed_over = 0
    fault = None
    for record in _walk_records(source, options.max_file_bytes):
        where = f"{source.name}: {record.url}"
        if record.reason and record.url:
            yield Reject(where, record.reason)
        elif record.reason:
            fault = record.reason if record.is_last else fault or record.reason
        elif record.answer is None or not record.answer.is_page:
            passed_over += 1
        else:
            pages += 1
            try:
                yield from _read_page(record.answer, record.url, where, path)
            except InputError as e:
                yield Reject(where, str(e))
    if passed_over:
        yield Note(path or "-", f"{passed_over} record{'s' * (passed_over > 1)} passed over that hold no page")
    if fault:
        yield Reject(
            path or "-", f"{source.name} {fault}, after {pages} page{'s' * (pages != 1)}; get a whole copy of it"
        )
    elif not pages:
        yield Reject(path or "-", f"{source.name} holds no web page; {_EXPECTED}")


def read_pages(
    source: Source, path: str | None, max_bytes: int, detect: Callable[[str], str | None]
) -> Iterator[tuple[int, Article | str]]:
    """The same for archives of millions of pages, by the reader that takes a fraction of the time (`pages.py`): numbers
    of records that hold an answer, from 1, each with its article or why it is none. What holds no page is passed over.
    """
    from retold.read.pages import read_page

    pages = number = 0
    for record in _walk_records(source, max_bytes):
        number = record.number
        where = f"{source.name}: {record.url}"
        if record.reason:
            pages += 1
            yield number, record.reason if record.url else f"{source.name} {record.reason}; get a whole copy of it"
        elif record.answer is not None and record.answer.is_page:
            pages += 1
            answer = record.answer
            try:
                yield number, read_page(answer.body, where, path, record.url, answer.charset, detect)
            except InputError as e:
                yield number, str(e)
    if not pages:
        yield number + 1, f"{source.name} holds no web page; {_EXPECTED}"


def _walk_records(source: Source, max_bytes: int) -> Iterator[_Record]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as e:
        raise MissingExtraError(
            f"{source.name} is a web archive, which fastwarc reads; pip install 'retold[library]'"
        ) from e
    if not source.head:
        raise InputError(f"{source.name} is empty; expected WARC records")
    number = 0
    fault = None
    try:
        records = ArchiveIterator(_Forward(source.stream), record_types=WarcRecordType.response, parse_http=False)
        for number, record in enumerate(records, start=1):
            url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
            length = record.content_length
            if not url or not length:
                yield _Record(number, "", reason="holds a record without address or content")
                continue
            where = f"{source.name}: {url}"
            if length > max_bytes:
                reason = f"{where} is {length // 1_000_000} MB long, more than any article; left out"
                yield _Record(number, url, reason=reason)
                continue
            block = record.reader.read(length)
            if len(block) < length:
                number -= 1
                fault = "ends in the middle of a record"
                break
            try:
                yield _Record(number, url, _parse_answer(block, where, max_bytes))
            except InputError as e:
                yield _Record(number, url, reason=str(e))
    except OSError as e:  # of the reader of records, for a header that is none
        fault = f"can't be read from some record on ({e})"
    except BaseException as e:  # what the reader raises where it is at its wits' end is no Exception
        if type(e).__name__ != "PanicException":
            raise
        fault = "can't be read from some record on"
    if fault := source.fault or fault:
        yield _Record(number + 1, "", reason=fault, is_last=True)


def _read_page(answer: _Answer, url: str, where: str, path: str | None) -> Iterator[Event]:
    from retold.read.html import read_html

    decoded = decode_bytes(answer.body, where, is_html=True, declared=answer.charset)
    if decoded.note:
        yield Note(where, decoded.note)
    article, notes = read_html(decoded, where, path, url)
    yield Draft(where, article)
    for note in notes:
        yield Note(where, note)


def _parse_answer(block: bytes, where: str, max_bytes: int) -> _Answer | None:
    """The HTTP answer in a record; None where the record holds none."""
    first = block[:4096].split(b"\n", 1)[0]
    words = first.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        return None
    end = _HEAD_END.search(block)
    headers = _read_headers(block[len(first) : end.start()] if end else block[len(first) :])
    body = block[end.end() :] if end else b""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _join_chunks(body)
    body = _unpack(body, headers.get("content-encoding", "").lower(), where, max_bytes)
    kind, _, parameters = headers.get("content-type", "").partition(";")
    charset = _CHARSET.search(parameters)
    return _Answer(int(words[1]), kind.strip().lower(), charset[1].lower() if charset else None, body)


def _read_headers(data: bytes) -> dict[str, str]:
    """Names in small letters; of a header that comes twice the first. Standard readers of mail take a hundred times as
    long for these few lines."""
    headers: dict[str, str] = {}
    for line in data.decode("latin-1").split("\n"):
        name, colon, value = line.partition(":")
        if colon and not name[:1].isspace():
            headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _join_chunks(body: bytes) -> bytes:
    """The body of a chunked answer; as it is where it isn't chunked, as some crawlers store what they have unpacked."""
    joined: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        size = body[at:end].split(b";", 1)[0].strip()
        try:
            length = int(size, 16) if end >= 0 else -1
        except ValueError:
            length = -1
        if length < 0:
            return b"".join(joined) if joined else body
        if length == 0:
            return b"".join(joined)
        joined.append(body[end + 2 : end + 2 + length])
        at = end + 2 + length + 2


def _unpack(body: bytes, packing: str, where: str, max_bytes: int) -> bytes:
    if packing in ("gzip", "x-gzip"):
        return gunzip_bytes(body, max_bytes, where)
    if packing == "deflate":
        for window_bits in (15, -15):
            try:
                unpacked = zlib.decompressobj(window_bits).decompress(body, max_bytes)
            except zlib.error:
                continue
            return unpacked
    if packing == "br":
        from fastwarc.stream_io import BrotliReader

        try:
            return bytes(BrotliReader(io.BytesIO(body)).read(max_bytes))
        except OSError:
            return body  # stored unpacked
    return body
