import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.engine.alignment import AlignKernel, AlignmentConfig
from retold.engine.fingerprints import FingerprintsConfig

from .copies import Writer, count_words, join

WRITER = Writer(1)
FREQUENCIES = count_words([join(WRITER.write_sentences(20)) for _ in range(60)])


def align(a: str, b: str) -> list[dict]:
    batch = pa.record_batch({"a": pa.array([1]), "b": pa.array([2]), "text_a": pa.array([a]), "text_b": pa.array([b])})
    return [
        row
        for out in AlignKernel(AlignmentConfig(), FingerprintsConfig(), FREQUENCIES, np.empty(0, np.uint64))(batch)
        for row in out.to_pylist()
    ]


def count_common(a: list[str], b: list[str]) -> int:
    row = [0] * (len(b) + 1)
    for x in a:
        above = 0
        for j, y in enumerate(b):
            above, row[j + 1] = row[j + 1], above + 1 if x == y else max(row[j], row[j + 1])
    return row[-1]


def list_words(text: str) -> list[str]:
    return text.lower().replace(".", " ").replace(",", " ").replace("“", " ").replace("”", " ").split()


def test_a_copied_sentence_is_found_to_the_letter() -> None:
    writer = Writer(2)
    for _ in range(50):
        copied = [*writer.draw(3), "Qualmen", "Zitrem", *writer.draw(8)]
        a = join([*writer.write_sentences(3), copied, *writer.write_sentences(2)])
        b = join([*writer.write_sentences(5), copied, *writer.write_sentences(1)])
        found = align(a, b)
        sentence = join([copied])[:-1].lower()
        assert any(
            sentence in a[row["start_a"] : row["end_a"]].lower()
            and sentence in b[row["start_b"] : row["end_b"]].lower()
            for row in found
        )


def test_a_changed_word_and_one_put_in_do_not_end_a_passage() -> None:
    (row,) = align(
        "Before. “The dam at Orvel broke by night, and nobody downstream was warned,” she said.",
        "Elsewhere: the dam at Orvel broke by day, and nobody at all downstream was warned, he wrote.",
    )
    assert (row["words"], row["score"]) == (11, 0.7857)


def test_spans_are_code_points_and_begin_and_end_with_a_word() -> None:
    a = "😀 Ранок. «Гребля в Орвелі зламалася вночі, і нікого не попередили», — сказала вона."
    b = "Ії: гребля в Орвелі зламалася вночі, і нікого не попередили. Кінець."
    (row,) = align(a, b)
    assert a[row["start_a"] : row["end_a"]] == "Гребля в Орвелі зламалася вночі, і нікого не попередили"
    assert b[row["start_b"] : row["end_b"]] == "гребля в Орвелі зламалася вночі, і нікого не попередили"
    assert row["score"] == 1.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.25))
def test_passages_hold_what_they_say(seed: int, share: float) -> None:
    """No two overlap in `a` or in `b`; the words in common are there, and not more than there can be."""
    writer = Writer(seed)
    copied = writer.write_sentences(3)
    a = join([*writer.write_sentences(2), *copied, *writer.write_sentences(2)])
    b = join([writer.edit(words, share) for words in copied] + writer.write_sentences(2) + copied[:1])
    found = align(a, b)
    for n, row in enumerate(found):
        one, other = list_words(a[row["start_a"] : row["end_a"]]), list_words(b[row["start_b"] : row["end_b"]])
        most = count_common(one, other)
        assert 0.5 * most < row["words"] <= most
        assert row["score"] == round(row["words"] / max(len(one), len(other)), 4)
        for earlier in found[:n]:
            assert row["start_a"] >= earlier["end_a"]
            assert row["end_b"] <= earlier["start_b"] or row["start_b"] >= earlier["end_b"]


def test_texts_without_anything_in_common_have_no_passage() -> None:
    assert align("", "one two three") == []
    assert align("one two", "three four") == []
    assert align(join(Writer(8).write_sentences(10)), join(Writer(9).write_sentences(10))) == []


def test_a_phrase_repeated_a_hundred_times_ends() -> None:
    text = "round and round the Orvel mill it goes " * 100
    assert len(align(text, text)) == 1
