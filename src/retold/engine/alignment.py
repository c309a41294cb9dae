"""Pairs of articles that share a fingerprint → the passages they share, word by word.

Seeds are grams that both have (`retold.engine.fingerprints`); each grows to the run of equal words around it; runs that
follow each other in both with little between are one passage; and at its ends a passage goes on over a changed word as
long as equal ones make up for it (X-drop extension: Altschul et al. 1990).
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from retold.engine.fingerprints import PARTS, Bits, FingerprintsConfig, Frequencies, hash_grams, weigh_words
from retold.engine.lexer import Bytes, Offsets, Words, cut_words, read_bytes

_Places: TypeAlias = NDArray[np.int64]


class AlignmentConfig(Struct, frozen=True):
    """What is a passage.

    `gap_words`: runs with no more words between them, in either article, are one. `drop`: an end goes on until it is so
    many words worse than it was at best; `band`: how far it may shift. `least_words` in common, telling `least_bits`
    together, and at least `least_score` of the words of the longer side. `occurrences`: a gram that an article has
    more often seeds nothing after that. `most_furniture`: a passage of which boilerplate covers a larger share is
    boilerplate, found by the word that happens to stand before it.
    """

    gap_words: int = 6
    drop: int = 3
    band: int = 3
    least_words: int = 5
    least_bits: float = 40.0
    least_score: float = 0.5
    occurrences: int = 8
    most_furniture: float = 0.5


class AlignKernel(Struct, frozen=True):
    """Pairs with their texts (`a`, `b`, `text_a`, `text_b`) → passages, in the order of `a`.

    Spans are in code points. `words`: in common and in order; `score`: their share of the longer side. Linear in the
    texts, but for what repeats in them. `boilerplate`: its fingerprints, sorted.
    """

    config: AlignmentConfig
    grams: FingerprintsConfig
    frequencies: Frequencies
    boilerplate: Words

    @property
    def schema(self) -> pa.Schema:
        """A row a passage."""
        numbers = [pa.field(name, pa.int64()) for name in ("a", "b", "start_a", "end_a", "start_b", "end_b")]
        return pa.schema([*numbers, pa.field("words", pa.int32()), pa.field("score", pa.float64())])

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The passages of some pairs."""
        config, grams, table = self.config, self.grams, self.frequencies
        data_a, offsets_a = read_bytes(batch.column("text_a"))
        data_b, offsets_b = read_bytes(batch.column("text_b"))
        found = _align_all(
            data_a,
            offsets_a,
            data_b,
            offsets_b,
            (table.words, table.bits, table.unknown),
            (round(grams.bits * PARTS), grams.least_words, grams.most_words),
            (config.gap_words, config.drop, config.band, config.occurrences, config.least_words),
            round(config.least_bits * PARTS),
            (config.least_score, config.most_furniture),
            self.boilerplate,
        )
        pair, start_a, end_a, start_b, end_b, words, longest = found.T
        pairs = pa.array(pair)
        yield pa.record_batch(
            [
                batch.column("a").take(pairs),
                batch.column("b").take(pairs),
                *map(pa.array, (start_a, end_a, start_b, end_b)),
                pa.array(words.astype(np.int32)),
                pa.array(np.round(words / np.maximum(longest, 1), 4)),
            ],
            schema=self.schema,
        )


@njit(cache=True)
def _align_all(
    data_a: Bytes,
    offsets_a: Offsets,
    data_b: Bytes,
    offsets_b: Offsets,
    table: tuple[Words, Bits, int],
    gram: tuple[int, int, int],
    limits: tuple[int, int, int, int, int],
    least_bits: int,
    shares: tuple[float, float],
    boilerplate: Words,
) -> _Places:
    """Rows of pair number, start_a, end_a, start_b, end_b (code points), words in common, words of the longer side."""
    room_a = room_b = 0
    for n in range(len(offsets_a) - 1):
        room_a = max(room_a, (offsets_a[n + 1] - offsets_a[n]) // 2 + 2)
        room_b = max(room_b, (offsets_b[n + 1] - offsets_b[n]) // 2 + 2)
    words_a, starts_a, ends_a = np.empty(room_a, np.uint64), np.empty(room_a, np.int64), np.empty(room_a, np.int64)
    words_b, starts_b, ends_b = np.empty(room_b, np.uint64), np.empty(room_b, np.int64), np.empty(room_b, np.int64)
    bits_a, bits_b = np.empty(room_a, np.int32), np.empty(room_b, np.int32)
    grams_a, grams_b = np.empty(room_a, np.uint64), np.empty(room_b, np.uint64)
    found = np.empty((1024, 7), np.int64)
    total = 0
    for n in range(len(offsets_a) - 1):
        count_a = cut_words(data_a, offsets_a[n], offsets_a[n + 1], words_a, starts_a, ends_a)
        count_b = cut_words(data_b, offsets_b[n], offsets_b[n + 1], words_b, starts_b, ends_b)
        weigh_words(words_a, count_a, table[0], table[1], table[2], bits_a)
        weigh_words(words_b, count_b, table[0], table[1], table[2], bits_b)
        seeds_a = hash_grams(words_a, count_a, bits_a, gram[0], gram[1], gram[2], grams_a)
        seeds_b = hash_grams(words_b, count_b, bits_b, gram[0], gram[1], gram[2], grams_b)
        runs = _find_runs(words_a, count_a, grams_a[:seeds_a], words_b, count_b, grams_b[:seeds_b], limits[3])
        runs = _choose_runs(runs, count_a, count_b)
        for i0, i1, j0, j1, same in _join_runs(runs, words_a, count_a, words_b, count_b, limits):
            longest = max(i1 - i0, j1 - j0)
            if same < limits[4] or same < shares[0] * longest:
                continue
            if min(bits_a[i0:i1].sum(), bits_b[j0:j1].sum()) < least_bits:
                continue
            furniture = _cover(grams_a[:seeds_a], bits_a, gram, boilerplate, i0, i1)
            if furniture > shares[1] * (i1 - i0):
                continue
            if total == len(found):
                larger = np.empty((2 * total, 7), np.int64)
                larger[:total] = found
                found = larger
            found[total, 0], found[total, 1], found[total, 2] = n, starts_a[i0], ends_a[i1 - 1]
            found[total, 3], found[total, 4] = starts_b[j0], ends_b[j1 - 1]
            found[total, 5], found[total, 6] = same, longest
            total += 1
    return found[:total]


@njit(cache=True)
def _cover(grams: Words, bits: Bits, gram: tuple[int, int, int], boilerplate: Words, start: int, end: int) -> int:
    """How many of the words `start` to `end` belong to a gram that is boilerplate."""
    if len(boilerplate) == 0:
        return 0
    covered = 0
    done = start
    for i in range(max(0, start - gram[2]), min(end, len(grams))):
        at = np.searchsorted(boilerplate, grams[i])
        if at == len(boilerplate) or boilerplate[at] != grams[i]:
            continue
        told = 0
        j = i
        while j < len(bits) and j - i < gram[2] and (told < gram[0] or j - i < gram[1]):
            told += bits[j]
            j += 1
        covered += max(0, min(j, end) - max(i, done))
        done = max(done, min(j, end))
    return covered


@njit(cache=True)
def _find_runs(
    words_a: Words, count_a: int, grams_a: Words, words_b: Words, count_b: int, grams_b: Words, occurrences: int
) -> _Places:
    """The longest runs of equal words around each gram that both have: rows of start in a, start in b, length."""
    size = 16
    while size < 2 * len(grams_a):
        size *= 2
    mask = np.uint64(size - 1)
    heads = np.full(size, -1, np.int32)
    following = np.full(len(grams_a), -1, np.int32)
    for i in range(len(grams_a) - 1, -1, -1):
        at = grams_a[i] & mask
        following[i] = heads[at]
        heads[at] = i
    runs = np.empty((16, 3), np.int64)
    total = 0
    for j in range(len(grams_b)):
        i = heads[grams_b[j] & mask]
        seen = 0
        while i >= 0 and seen < occurrences:
            if grams_a[i] == grams_b[j]:
                seen += 1
                is_inside = i > 0 and j > 0 and words_a[i - 1] == words_b[j - 1] and grams_a[i - 1] == grams_b[j - 1]
                if not is_inside:  # else the gram before has made the same run
                    start, end = 0, 0
                    while i + end < count_a and j + end < count_b and words_a[i + end] == words_b[j + end]:
                        end += 1
                    while i - start > 0 and j - start > 0 and words_a[i - start - 1] == words_b[j - start - 1]:
                        start += 1
                    if end:
                        if total == len(runs):
                            larger = np.empty((2 * total, 3), np.int64)
                            larger[:total] = runs
                            runs = larger
                        runs[total, 0], runs[total, 1], runs[total, 2] = i - start, j - start, start + end
                        total += 1
            i = following[i]
    return runs[:total]


@njit(cache=True)
def _choose_runs(runs: _Places, count_a: int, count_b: int) -> _Places:
    """The longest first, each as far as no word of it is taken on either side; sorted by their place in a."""
    order = np.argsort(runs[:, 2] * -(2**40) + runs[:, 0] * 2**20 + runs[:, 1], kind="mergesort")
    taken_a, taken_b = np.zeros(count_a, np.bool_), np.zeros(count_b, np.bool_)
    chosen = np.empty((len(runs), 3), np.int64)
    total = 0
    for n in order:
        i, j, length = runs[n, 0], runs[n, 1], runs[n, 2]
        while length and (taken_a[i] or taken_b[j]):
            i, j, length = i + 1, j + 1, length - 1
        end = 0
        while end < length and not taken_a[i + end] and not taken_b[j + end]:
            end += 1
        if end < 2:
            continue
        taken_a[i : i + end] = True
        taken_b[j : j + end] = True
        chosen[total, 0], chosen[total, 1], chosen[total, 2] = i, j, end
        total += 1
    chosen = chosen[:total]
    return chosen[np.argsort(chosen[:, 0], kind="mergesort")]


@njit(cache=True)
def _join_runs(
    runs: _Places, words_a: Words, count_a: int, words_b: Words, count_b: int, limits: tuple[int, int, int, int, int]
) -> list[tuple[int, int, int, int, int]]:
    """Passages as word places: start and end in a, start and end in b, words in common."""
    gap, drop, band = limits[0], limits[1], limits[2]
    joined = [(0, 0, 0, 0, 0) for _ in range(0)]
    n = 0
    low_a = low_b = 0  # an end may not grow into the passage before
    while n < len(runs):
        i0, j0, same = runs[n, 0], runs[n, 1], runs[n, 2]
        i1, j1 = i0 + same, j0 + same
        n += 1
        while n < len(runs):
            i, j, length = runs[n, 0], runs[n, 1], runs[n, 2]
            if j < j1 or i - i1 > gap or j - j1 > gap:
                break
            same += length + _count_common(words_a[i1:i], words_b[j1:j])
            i1, j1 = i + length, j + length
            n += 1
        high_a = runs[n, 0] if n < len(runs) else count_a
        grown_a, grown_b, more = _extend(words_a, i1, high_a, words_b, j1, count_b, 1, drop, band)
        i1, j1, same = i1 + grown_a, j1 + grown_b, same + more
        grown_a, grown_b, more = _extend(words_a, i0 - 1, low_a - 1, words_b, j0 - 1, low_b - 1, -1, drop, band)
        i0, j0, same = i0 - grown_a, j0 - grown_b, same + more
        joined.append((i0, i1, j0, j1, same))
        low_a = i1
    return joined


@njit(cache=True)
def _count_common(a: Words, b: Words) -> int:
    """The length of the longest common subsequence of two short runs of words."""
    if len(a) == 0 or len(b) == 0:
        return 0
    row = np.zeros(len(b) + 1, np.int64)
    for x in a:
        above = 0
        for j in range(len(b)):
            kept = row[j + 1]
            row[j + 1] = above + 1 if x == b[j] else max(row[j], row[j + 1])
            above = kept
    return int(row[len(b)])


@njit(cache=True)
def _extend(
    words_a: Words, i: int, stop_a: int, words_b: Words, j: int, stop_b: int, step: int, drop: int, band: int
) -> tuple[int, int, int]:
    """How far a passage goes on from words `i` and `j` in direction `step`: words of a, words of b, words in common.

    An equal word counts 1, a word changed, left out or put in -1; within `band` of the diagonal.
    """
    width = 2 * band + 1
    least = -(2**30)
    scores = np.full(width, least, np.int64)
    common = np.zeros(width, np.int64)
    for k in range(band, width):  # words of b that a has not, before the first of a
        scores[k] = band - k
    best, best_a, best_b, best_common = 0, 0, 0, 0
    x = 0
    while (stop_a - (i + x * step)) * step > 0:
        renewed = np.full(width, least, np.int64)
        counted = np.zeros(width, np.int64)
        top = least
        for k in range(width):
            y = x + k - band  # the word of b across
            if y >= 0 and (stop_b - (j + y * step)) * step > 0 and scores[k] > least:
                is_same = words_a[i + x * step] == words_b[j + y * step]
                renewed[k] = scores[k] + (1 if is_same else -1)
                counted[k] = common[k] + (1 if is_same else 0)
            if k + 1 < width and scores[k + 1] - 1 > renewed[k]:  # a word of a left out
                renewed[k], counted[k] = scores[k + 1] - 1, common[k + 1]
            inside = y >= 0 and (stop_b - (j + y * step)) * step > 0
            if k > 0 and inside and renewed[k - 1] - 1 > renewed[k]:  # a word of b put in
                renewed[k], counted[k] = renewed[k - 1] - 1, counted[k - 1]
            if renewed[k] > top:
                top = renewed[k]
            if renewed[k] > best:
                best, best_a, best_b, best_common = renewed[k], x + 1, x + 1 + k - band, counted[k]
        scores, common = renewed, counted
        x += 1
        if top <= best - drop:
            break
    return best_a, best_b, best_common
