"""Web archives (WARC) → `Article`s: each page that was fetched and answered with HTML."""

import io
import zlib
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPException, parse_headers

from msgspec import Struct

from retold.errors import InputError, MissingExtraError
from retold.model import Reject
from retold.read.batch import Note
from retold.read.decoding import decode_bytes
from retold.read.options import ReadOptions
from retold.read.streams import Readable, Source, gunzip_bytes
from retold.read.tables import Draft, Event

_SKIP_BYTES = 1_000_000
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


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


def read_warc(source: Source, path: str | None, options: ReadOptions) -> Iterator[Event]:
    """For each HTML page that the archive holds with status 200 an article, or why it is none; the rest is counted.

    One record in memory at a time. An archive that was cut gives what stands before the cut; then the cut is told.
    The address is the page's own canonical one, else the one it was fetched from.
    """
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as e:
        raise MissingExtraError(
            f"{source.name} is a web archive, which fastwarc reads; pip install 'retold[library]'"
        ) from e
    if not source.head:
        raise InputError(f"{source.name} is empty; expected WARC records")
    pages = passed_over = 0
    fault = None
    try:
        records = ArchiveIterator(_Forward(source.stream), record_types=WarcRecordType.response, parse_http=False)
        for record in records:
            url = record.headers.get("WARC-Target-URI")
            length = record.content_length
            if not url or not length:
                fault = fault or "holds a record without address or content"
                continue
            url = url.strip("<>")
            where = f"{source.name}: {url}"
            if length > options.max_file_bytes:
                yield Reject(where, f"{where} is {length // 1_000_000} MB long, more than any article; left out")
                continue
            block = record.reader.read(length)
            if len(block) < length:
                fault = "ends in the middle of a record"
                break
            try:
                answer = _parse_answer(block, where, options.max_file_bytes)
                if answer is None or answer.status != 200 or answer.content_type not in _PAGE_TYPES:
                    passed_over += 1
                    continue
                pages += 1
                yield from _read_page(answer, url, where, path)
            except InputError as e:
                yield Reject(where, str(e))
    except OSError as e:  # of the reader of records, for a header that is none
        fault = f"can't be read from some record on ({e})"
    except BaseException as e:  # what the reader raises where it is at its wits' end is no Exception
        if type(e).__name__ != "PanicException":
            raise
        fault = "can't be read from some record on"
    if passed_over:
        yield Note(path or "-", f"{passed_over} record{'s' * (passed_over > 1)} passed over that hold no page")
    if fault := source.fault or fault:
        yield Reject(
            path or "-", f"{source.name} {fault}, after {pages} page{'s' * (pages != 1)}; get a whole copy of it"
        )
    elif not pages:
        yield Reject(path or "-", f"{source.name} holds no web page; expected records of type response with text/html")


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
    stream = io.BytesIO(block)
    words = stream.readline(4096).split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        return None
    try:
        headers: Message = parse_headers(stream)
    except HTTPException:
        return None
    body = stream.read()
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        body = _join_chunks(body)
    body = _unpack(body, (headers.get("Content-Encoding") or "").strip().lower(), where, max_bytes)
    return _Answer(int(words[1]), headers.get_content_type(), headers.get_content_charset(), body)


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
