"""UTF-8 bytes → words as numbers: folded and hashed where they stand, without making a string of any of them."""

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Offsets = NDArray[np.int64]

_OFFSET_BASIS = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

_SEPARATOR, _LETTER, _IGNORED, _SINGLE = 0, 1, 2, 3

_ASCII = np.array([ord(chr(c).lower()) if chr(c).isalnum() else 0 for c in range(128)], np.uint8)
"""Each letter and digit folded; 0 for what parts words."""


@njit(cache=True, inline="always")
def mix_bits(x: np.uint64) -> np.uint64:
    """The finalizer of SplitMix64 (Steele, Lea & Flood 2014): every bit of `x` decides on every bit of the result."""
    x ^= x >> _SHIFTS[0]
    x *= _FACTORS[0]
    x ^= x >> _SHIFTS[1]
    x *= _FACTORS[1]
    return x ^ (x >> _SHIFTS[2])


@njit(cache=True)
def _read_letter(data: Bytes, i: int, end: int) -> tuple[int, int, int]:
    """The character beyond ASCII that begins at byte `i`: what it is, its folded bytes as one number, its length.

    Folded: case of Latin-1, Latin Extended-A and Cyrillic letters, and ё to е. Ignored: soft hyphens, zero-width
    characters, accents written as characters of their own. A Chinese or Japanese character is a word by itself.
    """
    a = data[i]
    if a < 0xE0:
        if i + 1 >= end:
            return _SEPARATOR, 0, 1
        b = data[i + 1]
        kind = _LETTER
        if a == 0xC2:
            kind = _LETTER if b == 0xAA or b == 0xB5 or b == 0xBA else _IGNORED if b == 0xAD else _SEPARATOR
        elif a == 0xC3:
            if b == 0x97 or b == 0xB7:
                kind = _SEPARATOR
            elif b < 0x9F:
                b += 0x20
        elif a == 0xC4 or a == 0xC5:  # pairs of an upper and a lower letter: which is even turns over at ĸ and ŉ
            shifted = (a == 0xC4 and b >= 0xB9) or (a == 0xC5 and (b < 0x89 or b >= 0xB9))
            if shifted == (b & 1 == 1) and not (a == 0xC5 and b == 0xBF):
                b += 1
                if b == 0xC0:
                    a, b = np.uint8(a + 1), np.uint8(0x80)
        elif a == 0xCC or (a == 0xCD and b < 0xB0):
            kind = _IGNORED
        elif a == 0xD0:
            if 0x90 <= b <= 0x9F:
                b += 0x20
            elif 0xA0 <= b <= 0xAF:
                a, b = np.uint8(0xD1), np.uint8(b - 0x20)
            elif b == 0x81:
                b = np.uint8(0xB5)
            elif b < 0x90:
                a, b = np.uint8(0xD1), np.uint8(b + 0x10)
        elif a == 0xD1 and b == 0x91:
            a, b = np.uint8(0xD0), np.uint8(0xB5)
        elif a == 0xD2 and b == 0x90:
            b = np.uint8(0x91)
        return kind, (int(a) << 8) | int(b), 2
    if a < 0xF0:
        if i + 2 >= end:
            return _SEPARATOR, 0, 1
        b, c = data[i + 1], data[i + 2]
        kind = _LETTER
        if a == 0xE2:
            if b == 0x80 and 0x8B <= c <= 0x8D:
                kind = _IGNORED
            elif b < 0xB0 or b == 0xB8 or b == 0xB9:
                kind = _SEPARATOR
        elif a == 0xE3:
            kind = _SEPARATOR if b == 0x80 else _SINGLE
        elif 0xE4 <= a <= 0xE9:
            kind = _SINGLE
        elif a == 0xEF and (b == 0xBB or (b == 0xBC and (c < 0x90 or 0x9A <= c < 0xA1))):
            kind = _IGNORED if b == 0xBB else _SEPARATOR
        return kind, (int(a) << 16) | (int(b) << 8) | int(c), 3
    return _SEPARATOR, 0, min(4, end - i)


@njit(cache=True)
def cut_words(data: Bytes, start: int, end: int, words: Words, starts: Offsets, ends: Offsets) -> int:
    """Writes the hash of each word of `data[start:end]` into `words`; how many there are. Linear, one pass.

    `starts`, `ends`: where each word begins and ends, in code points from `start`; left alone where they are empty.
    A word is a run of letters and digits; apostrophes and hyphens part words. Two words with the same folded letters
    have the same hash (FNV-1a 64, mixed), two others the same once in 2**64. The arrays must have room for a word at
    every second byte, and one more.
    """
    wants_offsets = starts.size > 0
    n = 0
    inside = False
    h = _OFFSET_BASIS
    i = start
    chars = 0
    word_end = 0
    while i < end:
        byte = data[i]
        length = 1
        if byte < 0x80:
            value = int(_ASCII[byte])
            if value and inside:  # most bytes of most texts, so nothing else is asked of them
                h = (h ^ np.uint64(value)) * _PRIME
                i += 1
                chars += 1
                word_end = chars
                continue
            kind = _LETTER if value else _SEPARATOR
        elif byte < 0xC2:
            kind, value = _SEPARATOR, 0
        else:
            kind, value, length = _read_letter(data, i, end)
        if kind == _LETTER:
            if not inside:
                inside = True
                h = _OFFSET_BASIS
                if wants_offsets:
                    starts[n] = chars
            h = (h ^ np.uint64(value)) * _PRIME
            word_end = chars + 1
        elif kind != _IGNORED:
            if inside:
                words[n] = mix_bits(h)
                if wants_offsets:
                    ends[n] = word_end
                n += 1
                inside = False
            if kind == _SINGLE:
                words[n] = mix_bits((_OFFSET_BASIS ^ np.uint64(value)) * _PRIME)
                if wants_offsets:
                    starts[n] = chars
                    ends[n] = chars + 1
                n += 1
        i += length
        chars += 1
    if inside:
        words[n] = mix_bits(h)
        if wants_offsets:
            ends[n] = word_end
        n += 1
    return n


def read_bytes(column: pa.Array) -> tuple[Bytes, Offsets]:
    """The bytes of a column of strings, and where each begins and the last ends. A null is an empty string.

    >>> data, offsets = read_bytes(pa.array(["ab", None, "c"]))
    >>> bytes(data[offsets[0] : offsets[-1]]), offsets.tolist()
    (b'abc', [0, 2, 2, 3])
    """
    if not len(column):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    width = np.int64 if pa.types.is_large_string(column.type) else np.int32
    _, offsets, data = column.buffers()
    cut = np.frombuffer(offsets, width)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    return (np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)), cut


def list_words(text: str) -> Words:
    """The words of one text, hashed, in order.

    >>> list(list_words("The Ёлка, don\\u2019t!") == list_words("the елка don t"))
    [True, True, True, True]
    """
    data, offsets = read_bytes(pa.array([text]))
    words = np.empty(len(data) + 1, np.uint64)
    nothing = np.empty(0, np.int64)
    return words[: cut_words(data, int(offsets[0]), int(offsets[1]), words, nothing, nothing)]
