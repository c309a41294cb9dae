"""Texts on disk that are fetched by key: what a join with wide rows would hold in memory, or write again and again."""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class Shelf:
    """The values (strings or bytes) of a column, by whole numbers that differ, in one file.

    Memory: 24 bytes a value. A value is read where it stands, which takes a microsecond or two while the system has the
    file in its cache. The file lasts as long as its folder.
    """

    def __init__(self, path: Path, batches: Iterable[pa.RecordBatch]) -> None:
        """`batches` of two columns: the keys and the values. A null value is not kept."""
        keys: list[NDArray[np.int64]] = []
        sizes: list[NDArray[np.int64]] = []
        self._type: pa.DataType | None = None
        with path.open("wb") as file:
            for batch in batches:
                kept = batch.filter(batch.column(1).is_valid())
                values = kept.column(1)
                self._type = values.type
                data = values.cast(pa.large_binary())
                _, offsets, content = data.buffers()
                ends = np.frombuffer(offsets, np.int64)[data.offset : data.offset + len(data) + 1]
                if content is not None and len(data):
                    file.write(memoryview(content)[ends[0] : ends[-1]])
                keys.append(kept.column(0).to_numpy())
                sizes.append(np.diff(ends))
        size = np.concatenate([np.zeros(0, np.int64), *sizes])
        key = np.concatenate([np.zeros(0, np.int64), *keys])
        order = np.argsort(key, kind="stable")
        self._keys, self._sizes = key[order], size[order]
        self._starts = (np.cumsum(size) - size)[order]
        self._file = os.open(path, os.O_RDONLY)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    def fetch(self, keys: NDArray[np.int64]) -> tuple[pa.Array, NDArray[np.bool_]]:
        """The value for each of `keys`, empty where there is none, and whether there is one."""
        if not len(self._keys):
            return pa.array([""] * len(keys), self._type or pa.string()), np.zeros(len(keys), np.bool_)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        is_there = self._keys[at] == keys
        sizes = np.where(is_there, self._sizes[at], 0)
        parts: list[bytes] = []
        last_key, last = None, b""
        for key, size, start in zip(keys.tolist(), sizes.tolist(), self._starts[at].tolist(), strict=True):
            if key != last_key:  # pairs stand in the order of one of their articles
                last_key, last = key, os.pread(self._file, size, start) if size else b""
            parts.append(last)
        offsets = np.zeros(len(keys) + 1, np.int64)
        np.cumsum(sizes, out=offsets[1:])
        content = pa.py_buffer(b"".join(parts))
        large = pa.large_string() if self._type in (pa.string(), pa.large_string()) else pa.large_binary()
        found = pa.Array.from_buffers(large, len(keys), [None, pa.py_buffer(offsets), content])
        return found.cast(self._type), is_there
