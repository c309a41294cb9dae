"""A sieve for keys that occur but once: most of a corpus's fingerprints, which nobody needs to sort."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_BITS_A_KEY = 6
_MOST_BITS = 1 << 31


class Sieve:
    """Which keys were added twice, of whole numbers that are hashes. It may say so of one that was not, never the other
    way round: with six bits a key of one in seven.

    Two bit maps of one hash function (Bloom 1970, counting to two): 2 × 6 bits a key, and 512 MB at the most.
    """

    def __init__(self, keys: int) -> None:
        size = 1 << max(10, (keys * _BITS_A_KEY - 1).bit_length())
        size = min(size, _MOST_BITS)
        self._mask = np.uint64(size - 1)
        self._once = np.zeros(size // 64, np.uint64)
        self._twice = np.zeros(size // 64, np.uint64)

    def add(self, keys: NDArray[np.int64]) -> None:
        """Counts some keys."""
        _add(keys, self._once, self._twice, self._mask)

    def find_repeated(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of those that were added twice, or may have been."""
        places = np.empty(len(keys), np.int64)
        return places[: _find(keys, self._twice, self._mask, places)]


@njit(cache=True)
def _add(keys: NDArray[np.int64], once: NDArray[np.uint64], twice: NDArray[np.uint64], mask: np.uint64) -> None:
    for key in keys:
        at = np.uint64(key) & mask
        word = at >> np.uint64(6)
        bit = np.uint64(1) << (at & np.uint64(63))
        if once[word] & bit:
            twice[word] |= bit
        else:
            once[word] |= bit


@njit(cache=True)
def _find(keys: NDArray[np.int64], twice: NDArray[np.uint64], mask: np.uint64, places: NDArray[np.int64]) -> int:
    n = 0
    for i in range(len(keys)):
        at = np.uint64(keys[i]) & mask
        if (twice[at >> np.uint64(6)] >> (at & np.uint64(63))) & np.uint64(1):
            places[n] = i
            n += 1
    return n
