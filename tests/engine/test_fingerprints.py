import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.engine.fingerprints import NO_DAY, FingerprintKernel, FingerprintsConfig, Frequencies, hash_grams, winnow
from retold.engine.lexer import list_words

from .copies import Writer, count_words, join

WRITER = Writer(1)
TEXTS = [join(WRITER.write_sentences(20)) for _ in range(60)]
FREQUENCIES = count_words(TEXTS)


def print_texts(texts: list[str | None]) -> list[set[int]]:
    batch = pa.record_batch(
        {
            "id": pa.array(range(len(texts)), pa.int64()),
            "day": pa.array([None] * len(texts), pa.int32()),
            "text": pa.array(texts, pa.string()),
        }
    )
    found: list[set[int]] = [set() for _ in texts]
    for out in FingerprintKernel(FingerprintsConfig(), FREQUENCIES)(batch):
        for row in out.to_pylist():
            assert row["fp"] not in found[row["article"]]
            assert row["day"] == NO_DAY
            found[row["article"]].add(row["fp"])
    return found


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40), st.integers(1, 6))
def test_one_gram_of_every_window_is_kept_the_lowest(values: list[int], window: int) -> None:
    grams = np.array(values, np.uint64)
    kept = np.empty(len(grams) + 1, np.uint64)
    found = kept[: winnow(grams, len(grams), window, kept)].tolist()
    lowest = {min(values[n : n + window]) for n in range(max(1, len(values) - window + 1)) if values}
    assert set(found) == lowest


def test_a_gram_is_as_long_as_its_words_are_frequent() -> None:
    """Grams of frequent words are longer: two texts that share few words in a row share no gram of frequent ones."""
    words = list_words("a b c d e f g h")
    grams = np.empty(8, np.uint64)

    def count_alone(bits: int) -> int:
        """How many words the first gram takes: as long as a change of the word does not change it."""
        first = None
        for end in range(8, 0, -1):
            hash_grams(words, end, np.full(8, bits, np.int32), 480, 2, 8, grams)
            if first is None:
                first = grams[0]
            elif grams[0] != first:
                return end + 1
        return 1

    assert count_alone(16 * 20) == 2
    assert count_alone(16 * 6) == 5
    assert count_alone(16 * 3) == 8


def test_a_copied_sentence_shares_a_fingerprint_wherever_it_stands() -> None:
    writer = Writer(2)
    for _ in range(100):
        copied = writer.write_sentence()
        one = join([*writer.write_sentences(5), copied, *writer.write_sentences(5)])
        other = join([*writer.write_sentences(3), copied, *writer.write_sentences(8)])
        a, b = print_texts([one, other])
        assert a & b


def test_an_edited_copy_of_three_sentences_is_hardly_ever_missed() -> None:
    writer = Writer(3)
    missed = 0
    for _ in range(200):
        copied = writer.write_sentences(3)
        edited = [writer.edit(words, 0.1) for words in copied]
        a, b = print_texts([join([*writer.write_sentences(4), *copied]), join([*edited, *writer.write_sentences(6)])])
        missed += not a & b
    assert missed <= 1


def test_texts_that_share_nothing_hardly_ever_share_a_fingerprint() -> None:
    found = print_texts(TEXTS)
    pairs = [(n, m) for n in range(len(found)) for m in range(n)]
    assert sum(bool(found[n] & found[m]) for n, m in pairs) < 0.01 * len(pairs)


@pytest.mark.parametrize("text", [None, "", " … ", "one", "one two"])
def test_texts_of_few_words_have_at_most_one(text: str | None) -> None:
    (found,) = print_texts([text])
    assert len(found) == bool(text and text.strip(" …"))


def test_results_do_not_depend_on_how_the_batches_are_cut() -> None:
    whole = print_texts(TEXTS)
    assert [print_texts([text])[0] for text in TEXTS] == whole


def test_what_decides_travels_to_another_process() -> None:
    kernel = pickle.loads(pickle.dumps(FingerprintKernel(FingerprintsConfig(), FREQUENCIES)))
    batch = pa.record_batch(
        {"id": pa.array([7], pa.int64()), "day": pa.array([3], pa.int32()), "text": pa.array(TEXTS[:1])}
    )
    (one,), (other,) = kernel(batch), FingerprintKernel(FingerprintsConfig(), FREQUENCIES)(batch)
    assert one.equals(other)
    assert set(one.column("article").to_pylist()) == {7}


def test_a_frequent_word_tells_less_than_a_rare_one_and_an_unknown_one_most() -> None:
    words = np.array([11, 12, 13], np.uint64)
    table = Frequencies.count(words, np.array([900, 90, 10]), 1000)
    told = {int(word): int(bits) for word, bits in zip(table.words, table.bits, strict=True) if word}
    assert told[11] < told[12] < told[13] <= table.unknown
    assert told[13] == round(16 * np.log2(100))
