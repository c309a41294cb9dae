"""Whole reprints: articles that are one text with little changed, found by sketches of their shingles.

A wire story stands in a thousand papers. Compared with each other they are half a million pairs that say one thing;
cut off as too frequent, the story is gone. So reprints are found first and stand together as one cluster, of which one
article, its representative, is compared with the rest of the corpus.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from retold.engine.fingerprints import NO_DAY
from retold.engine.lexer import Bytes, Offsets, Words, cut_words, mix_bits, read_bytes

_BASE = np.uint64(0x9E3779B97F4A7C15)
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_Rows: TypeAlias = NDArray[np.int32]


class ReprintsConfig(Struct, frozen=True):
    """When two texts are one: `least_share` of all their shingles (runs of `shingle_words` words) are in both, as
    Jaccard counts.

    `bands` of `rows` values each: two texts that share half of their shingles agree in one band in 996 of 1,000 cases
    (1 - (1 - J**rows)**bands). `crowd`: of more articles that agree in a band each is compared with one of them, not
    with each other. `collapse_over`: a cluster of more articles is represented by one where the corpus is compared.
    """

    shingle_words: int = 5
    bands: int = 42
    rows: int = 3
    least_share: float = 0.5
    crowd: int = 20
    collapse_over: int = 20


class SketchKernel(Struct, frozen=True):
    """Articles → the bands of their sketches, as rows like those of fingerprints: `fp`, `article`, `day`.

    One-permutation hashing (Li, Owen & Zhang 2012) with optimal densification (Shrivastava 2017): each shingle is
    hashed once, whatever the number of bands. A text without a word has no rows. Linear.
    """

    config: ReprintsConfig

    @property
    def schema(self) -> pa.Schema:
        """A row a band and article."""
        return pa.schema([("fp", pa.int64()), ("article", pa.int64()), ("day", pa.int32())])

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The sketches of a batch."""
        config = self.config
        data, offsets = read_bytes(batch.column("text"))
        keys = np.empty(batch.num_rows * config.bands, np.uint64)
        owners = np.empty(batch.num_rows * config.bands, np.int32)
        n = _sketch_all(data, offsets, config.shingle_words, config.bands, config.rows, keys, owners)
        ids = batch.column("id").to_numpy(zero_copy_only=False)
        days = batch.column("day").fill_null(NO_DAY).to_numpy(zero_copy_only=False)
        yield pa.record_batch(
            [keys[:n].view(np.int64), ids[owners[:n]].astype(np.int64), days[owners[:n]].astype(np.int32)],
            schema=self.schema,
        )


class JaccardKernel(Struct, frozen=True):
    """Pairs with their texts (`a`, `b`, `text_a`, `text_b`) → those that are reprints, with the share in common."""

    config: ReprintsConfig

    @property
    def schema(self) -> pa.Schema:
        """`share`: of all shingles of the two, what both have."""
        return pa.schema([("a", pa.int64()), ("b", pa.int64()), ("share", pa.float64())])

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The reprints among some pairs. Linear in the texts, with a sort of each one's shingles."""
        data_a, offsets_a = read_bytes(batch.column("text_a"))
        data_b, offsets_b = read_bytes(batch.column("text_b"))
        shares = np.empty(batch.num_rows)
        _compare_all(data_a, offsets_a, data_b, offsets_b, self.config.shingle_words, shares)
        kept = pa.array(np.flatnonzero(shares >= self.config.least_share))
        yield pa.record_batch(
            [batch.column("a").take(kept), batch.column("b").take(kept), pa.array(shares).take(kept)],
            schema=self.schema,
        )


@njit(cache=True)
def hash_shingles(words: Words, n: int, size: int, shingles: Words) -> int:
    """Writes the hash of every run of `size` of the first `n` words; how many. A shorter text is one shingle."""
    if n == 0:
        return 0
    size = min(size, n)
    top = np.uint64(1)
    for _ in range(size - 1):
        top *= _BASE
    rolling = np.uint64(0)
    for i in range(size):
        rolling = rolling * _BASE + words[i]
    shingles[0] = mix_bits(rolling)
    for i in range(size, n):
        rolling = (rolling - words[i - size] * top) * _BASE + words[i]
        shingles[i - size + 1] = mix_bits(rolling)
    return n - size + 1


@njit(cache=True)
def _sketch_all(data: Bytes, offsets: Offsets, size: int, bands: int, rows: int, keys: Words, owners: _Rows) -> int:
    longest = 0
    for a in range(len(offsets) - 1):
        longest = max(longest, offsets[a + 1] - offsets[a])
    words = np.empty(longest // 2 + 2, np.uint64)
    shingles = np.empty(longest // 2 + 2, np.uint64)
    nothing = np.empty(0, np.int64)
    bins = bands * rows
    lowest = np.empty(bins, np.uint64)
    full = np.empty(bins, np.uint64)
    total = 0
    for a in range(len(offsets) - 1):
        n = cut_words(data, offsets[a], offsets[a + 1], words, nothing, nothing)
        n = hash_shingles(words, n, size, shingles)
        if n == 0:
            continue
        lowest[:] = _EMPTY
        for i in range(n):
            at = np.int64(((shingles[i] >> np.uint64(32)) * np.uint64(bins)) >> np.uint64(32))
            lowest[at] = min(lowest[at], shingles[i])
        for i in range(bins):
            at = np.int64(i)
            step = np.uint64(i)
            while lowest[at] == _EMPTY:  # lend a value from a bin that the number of this one decides on
                step = mix_bits(step + _BASE)
                at = np.int64(step % np.uint64(bins))
            full[i] = lowest[at]
        for band in range(bands):
            key = np.uint64(band)
            for i in range(rows):
                key = mix_bits(key * _BASE + full[band * rows + i])
            keys[total] = key
            owners[total] = a
            total += 1
    return total


@njit(cache=True)
def _compare_all(
    data_a: Bytes, offsets_a: Offsets, data_b: Bytes, offsets_b: Offsets, size: int, shares: NDArray[np.float64]
) -> None:
    for i in range(len(shares)):
        a = _list_shingles(data_a, offsets_a[i], offsets_a[i + 1], size)
        b = _list_shingles(data_b, offsets_b[i], offsets_b[i + 1], size)
        both = 0
        x = 0
        y = 0
        while x < len(a) and y < len(b):
            if a[x] == b[y]:
                both += 1
                x += 1
                y += 1
            elif a[x] < b[y]:
                x += 1
            else:
                y += 1
        total = len(a) + len(b) - both
        shares[i] = both / total if total else 0.0


@njit(cache=True)
def _list_shingles(data: Bytes, start: int, end: int, size: int) -> Words:
    words = np.empty((end - start) // 2 + 2, np.uint64)
    nothing = np.empty(0, np.int64)
    n = cut_words(data, start, end, words, nothing, nothing)
    shingles = np.empty(n + 1, np.uint64)
    return np.unique(shingles[: hash_shingles(words, n, size, shingles)])
