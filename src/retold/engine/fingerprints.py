"""Fingerprints: what two articles that share a passage have in common, however little of it was left as it was.

A gram is the shortest run of words that tells enough: from each word on, as many as are needed for `bits` of
information by how frequent they are in this corpus. Rare words make it two words long, common ones eight. So a gram is
shared by chance as seldom everywhere, and is no longer than that takes: an edited copy keeps more of them whole than of
grams of eight words, and words that everyone uses make no noise, as they do in grams of four.

Of the grams, those with the lowest hash in every `window` are kept (winnowing: Schleimer, Wilkerson & Aiken 2003).
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from retold.engine.lexer import Bytes, Offsets, Words, cut_words, mix_bits, read_bytes

_BASE = np.uint64(0x9E3779B97F4A7C15)
PARTS = 16
"""Bits are counted in sixteenths."""

Bits = NDArray[np.int32]


class FingerprintsConfig(Struct, frozen=True):
    """What a gram is, and what is too frequent to tell anything.

    `bits`: what a gram tells, at the least; a gram of so many is met by chance once in 2**bits places. `window`: one
    gram of so many that follow each other is kept; a copied run of that many grams is never missed. `least_words`,
    `most_words`: how long a gram may be. `cap`: a fingerprint that more articles have (within `window_days`) pairs
    none of them; it is boilerplate. `sample_one_in`: the frequencies are counted in one article of so many (in all, of
    a small corpus); `known_words`: of so many words, those most frequent; any other tells as much as the last of these.
    """

    bits: float = 30.0
    window: int = 4
    least_words: int = 2
    most_words: int = 8
    cap: int = 50
    window_days: int = 30
    sample_one_in: int = 16
    sample_all_up_to: int = 2_000
    known_words: int = 16_384


class Frequencies(Struct, frozen=True):
    """How much each word tells: a hash table of `words`, open addressing, 0 for empty; `bits` in sixteenths.

    `unknown`: what a word that is not in it tells.
    """

    words: Words
    bits: Bits
    unknown: int

    @classmethod
    def count(cls, words: Words, counts: NDArray[np.int64], total: int) -> "Frequencies":
        """From the number of times that each of some words was met among `total`. `words` differ, in any order."""
        size = 1 << max(4, int(2 * len(words)).bit_length())
        order = np.lexsort((words, -counts))
        told = -np.log2(np.minimum(counts[order] / max(total, 2), 0.5))
        bits = np.rint(told * PARTS).astype(np.int32)
        table, values = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        _fill(words[order], bits, table, values)
        # of a word never met, nothing is known but that it is no more frequent than the rarest that was
        return cls(table, values, int(bits[-1]) if len(bits) else PARTS * 8)


class CountWordsKernel(Struct, frozen=True):
    """Articles → their words with counts, for the frequencies: `id`, `text` → `word`, `count`."""

    @property
    def schema(self) -> pa.Schema:
        """`word`: its hash; `count`: how often this batch has it."""
        return pa.schema([("word", pa.int64()), ("count", pa.int64())])

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The words of a batch, each once. Linear."""
        data, offsets = read_bytes(batch.column("text"))
        found: Words = np.empty(len(data) + batch.num_rows + 1, np.uint64)
        words, counts = np.unique(found[: _cut_all(data, offsets, found)], return_counts=True)
        yield pa.record_batch([words.view(np.int64), counts.astype(np.int64)], schema=self.schema)


class FingerprintKernel(Struct, frozen=True, dict=True):
    """Articles → their fingerprints, each once an article: `id`, `day`, `text` → `fp`, `article`, `day`.

    A day that is not known is `NO_DAY`. Cost: linear in the text; 100,000 articles of 400 words take three seconds.
    """

    config: FingerprintsConfig
    frequencies: Frequencies

    @property
    def schema(self) -> pa.Schema:
        """A row a fingerprint and article."""
        return pa.schema([("fp", pa.int64()), ("article", pa.int64()), ("day", pa.int32())])

    @cached_property
    def _limits(self) -> tuple[int, int, int, int]:
        config = self.config
        return round(config.bits * PARTS), config.least_words, config.most_words, config.window

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The fingerprints of a batch, sorted within each article."""
        data, offsets = read_bytes(batch.column("text"))
        room = int(np.diff(offsets).sum()) // 2 + batch.num_rows + 1
        prints: Words = np.empty(room, np.uint64)
        rows = np.empty(room, np.int32)
        table = self.frequencies
        n = _print_all(data, offsets, table.words, table.bits, table.unknown, *self._limits, prints, rows)
        ids = batch.column("id").to_numpy(zero_copy_only=False)
        days = batch.column("day").fill_null(NO_DAY).to_numpy(zero_copy_only=False)
        owner = rows[:n]
        yield pa.record_batch(
            [prints[:n].view(np.int64), ids[owner].astype(np.int64), days[owner].astype(np.int32)], schema=self.schema
        )


NO_DAY = -(2**31)
"""Stands for an unknown day in a column that is sorted by: below every day."""


@njit(cache=True)
def _fill(words: Words, bits: Bits, table: Words, values: Bits) -> None:
    mask = np.uint64(len(table) - 1)
    for n in range(len(words)):
        at = words[n] & mask
        while table[at] != 0:
            at = (at + np.uint64(1)) & mask
        table[at] = words[n]
        values[at] = bits[n]


@njit(cache=True)
def _cut_all(data: Bytes, offsets: Offsets, found: Words) -> int:
    n = 0
    nothing = np.empty(0, np.int64)
    for a in range(len(offsets) - 1):
        n += cut_words(data, offsets[a], offsets[a + 1], found[n:], nothing, nothing)
    return n


@njit(cache=True)
def weigh_words(words: Words, n: int, table: Words, values: Bits, unknown: int, bits: Bits) -> None:
    """Writes into `bits` what each of the first `n` words tells."""
    mask = np.uint64(len(table) - 1)
    for i in range(n):
        at = words[i] & mask
        bits[i] = unknown
        while table[at] != 0:
            if table[at] == words[i]:
                bits[i] = values[at]
                break
            at = (at + np.uint64(1)) & mask


@njit(cache=True)
def hash_grams(words: Words, n: int, bits: Bits, least_bits: int, least: int, most: int, grams: Words) -> int:
    """Writes the hash of the gram that begins at each of the first words; how many there are.

    The last words of a text, which tell too little, begin none. A text too short for one is one gram as a whole.
    """
    m = 0
    for i in range(n):
        told = 0
        j = i
        gram = np.uint64(0)
        while j < n and j - i < most and (told < least_bits or j - i < least):
            gram = gram * _BASE + words[j]
            told += bits[j]
            j += 1
        if told < least_bits and j - i < most and i > 0:
            break
        grams[m] = mix_bits(gram)
        m += 1
    return m


@njit(cache=True)
def winnow(grams: Words, n: int, window: int, kept: Words) -> int:
    """Writes the lowest of every `window` grams into `kept`, the rightmost where several are equal; how many."""
    if n == 0:
        return 0
    best = -1
    last = -1
    m = 0
    for i in range(min(window, n) - 1, n):
        if best < 0 or best < i - window + 1:
            best = max(0, i - window + 1)
            for j in range(best + 1, i + 1):
                if grams[j] <= grams[best]:
                    best = j
        elif grams[i] <= grams[best]:
            best = i
        if best != last:
            kept[m] = grams[best]
            m += 1
            last = best
    return m


@njit(cache=True)
def _print_all(
    data: Bytes,
    offsets: Offsets,
    table: Words,
    values: Bits,
    unknown: int,
    least_bits: int,
    least: int,
    most: int,
    window: int,
    prints: Words,
    rows: NDArray[np.int32],
) -> int:
    longest = 0
    for a in range(len(offsets) - 1):
        longest = max(longest, offsets[a + 1] - offsets[a])
    room = longest // 2 + 2
    words = np.empty(room, np.uint64)
    grams = np.empty(room, np.uint64)
    bits = np.empty(room, np.int32)
    nothing = np.empty(0, np.int64)
    total = 0
    for a in range(len(offsets) - 1):
        n = cut_words(data, offsets[a], offsets[a + 1], words, nothing, nothing)
        weigh_words(words, n, table, values, unknown, bits)
        m = hash_grams(words, n, bits, least_bits, least, most, grams)
        kept = np.sort(words[: winnow(grams, m, window, words)])
        for i in range(len(kept)):
            if i == 0 or kept[i] != kept[i - 1]:
                prints[total] = kept[i]
                rows[total] = a
                total += 1
    return total
