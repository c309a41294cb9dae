"""Who shares a fingerprint with whom: pairs of articles, and the fingerprints that too many have."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from retold.engine.fingerprints import NO_DAY

_Column: TypeAlias = NDArray[np.int64]
_Days: TypeAlias = NDArray[np.int32]


class PairKernel(Struct, frozen=True):
    """Groups of equal `fp`, sorted by `day` and `article`, → pairs `a` < `b` within the window, one a row.

    A row that has more than `cap` rows within `window_days` of it, itself among them, is hot: of it comes `a` = the
    fingerprint, `b` = the article, `is_hot`. An article of unknown day is within the window of every other.

    Linear in the rows: no row is in more than `cap` pairs.
    """

    cap: int
    window_days: int

    @property
    def schema(self) -> pa.Schema:
        """`a`, `b`: two articles; of a hot row its fingerprint and article."""
        return pa.schema([("a", pa.int64()), ("b", pa.int64()), ("is_hot", pa.bool_())])

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The pairs of whole groups."""
        prints, articles, days = (batch.column(name).to_numpy() for name in ("fp", "article", "day"))
        room = _count_pairs(prints, self.cap)
        a, b, hot = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.bool_)
        n = _pair(prints, articles, days, self.cap, self.window_days, a, b, hot)
        if n:
            yield pa.record_batch([a[:n], b[:n], hot[:n]], schema=self.schema)


@njit(cache=True)
def _count_pairs(prints: _Column, cap: int) -> int:
    """How many pairs there can be at the most."""
    total = 0
    start = 0
    for i in range(1, len(prints) + 1):
        if i == len(prints) or prints[i] != prints[start]:
            size = i - start
            total += size * (size - 1) // 2 if size <= cap else size * cap
            start = i
    return total


@njit(cache=True)
def _pair(
    prints: _Column,
    articles: _Column,
    days: _Days,
    cap: int,
    window: int,
    a: _Column,
    b: _Column,
    hot: NDArray[np.bool_],
) -> int:
    n = 0
    start = 0
    crowded = np.zeros(len(prints), np.bool_)
    for end in range(1, len(prints) + 1):
        if end < len(prints) and prints[end] == prints[start]:
            continue
        if end - start > cap:
            _mark_crowded(days, start, end, cap, window, crowded)
        low = start
        for i in range(start, end):
            if crowded[i]:
                a[n], b[n], hot[n] = prints[i], articles[i], True
                n += 1
                continue
            if end - start > cap:  # no undated row is left, so those within the window are a run
                while days[i] - days[low] > window:
                    low += 1
            for j in range(low, i):
                if not crowded[j] and (days[j] == NO_DAY or days[i] - days[j] <= window):
                    a[n], b[n], hot[n] = min(articles[i], articles[j]), max(articles[i], articles[j]), False
                    n += 1
        start = end
    return n


@njit(cache=True)
def _mark_crowded(days: _Days, start: int, end: int, cap: int, window: int, crowded: NDArray[np.bool_]) -> None:
    """Which rows of a group larger than `cap` have more than so many within the window; of no day, all of them."""
    dated = start
    while dated < end and days[dated] == NO_DAY:
        crowded[dated] = True
        dated += 1
    low = high = dated
    for i in range(dated, end):
        while days[i] - days[low] > window:
            low += 1
        while high < end and days[high] - days[i] <= window:
            high += 1
        crowded[i] = (dated - start) + (high - low) > cap
