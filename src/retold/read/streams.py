"""Bytes as they come: files, standard input and answers, gzipped or not, never more of them than asked for."""

import io
import zlib
from typing import TYPE_CHECKING, Protocol

from retold.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK_BYTES = 65536
HEAD_BYTES = 65536
_GZIP = b"\x1f\x8b"


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes: ...


class GunzipReader(io.RawIOBase):
    """What a gzipped stream holds, all its members, a block at a time: a bomb costs only what is read of it.

    It never raises for damage: the stream ends there, and `fault` says what is wrong. What came before is good, and
    the reader of the format decides whether that is of use.
    """

    def __init__(self, packed: Readable) -> None:
        super().__init__()
        self._packed = packed
        self._waiting = b""
        self._member = zlib.decompressobj(31)
        self._is_fresh = True  # whether nothing of the current member was read yet
        self._done = False
        self.fault: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._inflate(len(view))
        view[: len(data)] = data
        return len(data)

    def _inflate(self, size: int) -> bytes:
        while not self._done:
            if not self._waiting:
                self._waiting = self._packed.read(_BLOCK_BYTES)
                if not self._waiting:
                    self._finish(None if self._is_fresh else "ends in the middle of its compressed data")
                    break
            if self._is_fresh:
                self._waiting = self._waiting.lstrip(b"\0")  # archives are padded with zeros
                if not self._waiting:
                    continue
            try:
                data = self._member.decompress(self._waiting, size)
            except zlib.error:
                self._finish("is damaged: its compressed data can't be unpacked from some point on")
                break
            self._is_fresh = False
            self._waiting = self._member.unconsumed_tail or self._member.unused_data
            if self._member.eof:
                self._member, self._is_fresh = zlib.decompressobj(31), True
            if data:
                return data
        return b""

    def _finish(self, fault: str | None) -> None:
        self._done, self.fault = True, fault


class _Rejoined(io.RawIOBase):
    """A stream whose head was read already, with the head before it again."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        super().__init__()
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        if self._head:
            data, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            data = self._rest.read(len(view))
        view[: len(data)] = data
        return len(data)


class Source:
    """One file, standard input or answer, opened: its first bytes, a stream of all of them, and whether it is whole."""

    def __init__(self, raw: Readable, name: str) -> None:
        self.name = name
        magic = raw.read(2)
        whole = io.BufferedReader(_Rejoined(magic, raw), _BLOCK_BYTES)
        self._gunzip = GunzipReader(whole) if magic == _GZIP else None
        opened = io.BufferedReader(self._gunzip, _BLOCK_BYTES) if self._gunzip else whole
        self.head = opened.read(HEAD_BYTES)
        self.stream = io.BufferedReader(_Rejoined(self.head, opened), _BLOCK_BYTES)

    @property
    def is_gzipped(self) -> bool:
        return self._gunzip is not None

    @property
    def fault(self) -> str | None:
        """What is wrong with the compressed data read so far; None where nothing is."""
        return self._gunzip.fault if self._gunzip else None

    def read_whole(self, max_bytes: int) -> bytes:
        """All of it. Raises `InputError` where that is more than `max_bytes` or the compressed data is damaged."""
        data = self.stream.read(max_bytes + 1)
        if self.fault:
            raise InputError(f"{self.name} {self.fault}; get a whole copy of it")
        if len(data) > max_bytes:
            unpacked = " once unpacked" if self.is_gzipped else ""
            raise InputError(
                f"{self.name} holds more than {max_bytes // 1_000_000} MB{unpacked}, too much for one article; "
                "if it holds many, give them as .jsonl, .csv, .parquet or .warc"
            )
        return data


def gunzip_bytes(data: bytes, max_bytes: int, name: str) -> bytes:
    """`data` unpacked where it is gzipped, itself where not; `name` is for messages.

    Raises `InputError` where it unpacks to more than `max_bytes`, or is damaged.

    >>> import gzip
    >>> gunzip_bytes(gzip.compress(b"dam"), 100, "x"), gunzip_bytes(b"dam", 100, "x")
    (b'dam', b'dam')
    """
    return Source(io.BytesIO(data), name).read_whole(max_bytes)
