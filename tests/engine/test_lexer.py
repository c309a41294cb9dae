import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from retold.engine.lexer import cut_words, list_words, read_bytes

_LETTERS = "abcXYZ09äÖßñŁłŽžěѐёЁжЖіІїЇєЄґҐßœ"
_PARTS = " .,-–—«»“”’'\n\t…\u00a0!?/()"
_IGNORED = "\u00ad\u200b\u0301"


def cut_plainly(text: str) -> list[tuple[str, int, int]]:
    """The same, written so that anyone sees what it does: folded word, start, end."""
    found = []
    for match in re.finditer(rf"[{_LETTERS}][{_LETTERS}{_IGNORED}]*", text):
        word = match.group()
        kept = word.rstrip(_IGNORED)
        folded = "".join(c for c in word.lower() if c not in _IGNORED).replace("ё", "е").replace("ѐ", "ѐ")
        found.append((folded, match.start(), match.start() + len(kept)))
    return found


def cut(text: str) -> list[tuple[int, int, int]]:
    data, offsets = read_bytes(pa.array([text]))
    words, starts, ends = (
        np.empty(len(data) + 1, np.uint64),
        np.empty(len(data) + 1, np.int64),
        np.empty(len(data) + 1, np.int64),
    )
    n = cut_words(data, int(offsets[0]), int(offsets[1]), words, starts, ends)
    return list(zip(words[:n].tolist(), starts[:n].tolist(), ends[:n].tolist(), strict=True))


@given(st.text(alphabet=_LETTERS + _PARTS + _IGNORED, max_size=60))
def test_words_are_those_of_the_plain_cutter(text: str) -> None:
    plain = cut_plainly(text)
    found = cut(text)
    assert [(start, end) for _, start, end in found] == [(start, end) for _, start, end in plain]
    same = {}
    for (word, _, _), (folded, _, _) in zip(found, plain, strict=True):
        assert same.setdefault(folded, word) == word
    assert len(set(same.values())) == len(same)


@given(st.text(max_size=80))
def test_any_text_gives_spans_inside_it_in_order(text: str) -> None:
    last = 0
    for _, start, end in cut(text.encode("utf-8", "replace").decode()):
        assert last <= start < end <= len(text)
        last = end


@given(st.binary(max_size=60))
def test_bytes_that_are_no_utf8_are_cut_within_their_bounds(data: bytes) -> None:
    array = np.frombuffer(data, np.uint8)
    words = np.empty(len(data) + 2, np.uint64)
    nothing = np.empty(0, np.int64)
    assert 0 <= cut_words(array, 0, len(data), words, nothing, nothing) <= len(data)


def test_letters_are_folded_as_python_folds_them() -> None:
    for code in [*range(0x41, 0x17F), *range(0x400, 0x460), 0x490]:
        letter = chr(code)
        if letter.isalpha() and len(letter.lower()) == 1 and letter not in "İŸſ":
            assert list_words(letter).tolist() == list_words(letter.lower()).tolist(), letter


def test_each_character_of_chinese_is_a_word_and_a_run_of_hangul_one() -> None:
    assert len(list_words("会议，通过")) == 4
    assert len(list_words("회의 통과")) == 2


def test_a_slice_of_a_column_is_read_where_it_stands() -> None:
    column = pa.array(["one", None, "two three", "four"])
    data, offsets = read_bytes(column.slice(1, 2))
    assert [bytes(data[a:b]) for a, b in pairwise(offsets)] == [b"", b"two three"]
    data, offsets = read_bytes(column.cast(pa.large_string()).slice(3))
    assert bytes(data[offsets[0] : offsets[1]]) == b"four"
