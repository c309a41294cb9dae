import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.engine.reprints import JaccardKernel, ReprintsConfig, SketchKernel

from .copies import Writer, join


def list_shingles(text: str, size: int = 5) -> set[tuple[str, ...]]:
    words = text.lower().replace(".", "").split()
    return {tuple(words[n : n + size]) for n in range(max(1, len(words) - size + 1))} if words else set()


def share_shingles(a: str, b: str) -> float:
    one, other = list_shingles(a), list_shingles(b)
    return len(one & other) / len(one | other) if one | other else 0.0


def compare(pairs: list[tuple[str, str]], least: float = 0.0) -> dict[int, float]:
    batch = pa.record_batch(
        {
            "a": pa.array(range(len(pairs)), pa.int64()),
            "b": pa.array(range(len(pairs)), pa.int64()),
            "text_a": pa.array([a for a, _ in pairs]),
            "text_b": pa.array([b for _, b in pairs]),
        }
    )
    (out,) = JaccardKernel(ReprintsConfig(least_share=least))(batch)
    return {row["a"]: row["share"] for row in out.to_pylist()}


def sketch(texts: list[str]) -> list[set[int]]:
    batch = pa.record_batch(
        {
            "id": pa.array(range(len(texts)), pa.int64()),
            "day": pa.array([1] * len(texts), pa.int32()),
            "text": pa.array(texts),
        }
    )
    found: list[set[int]] = [set() for _ in texts]
    for out in SketchKernel(ReprintsConfig())(batch):
        for row in out.to_pylist():
            found[row["article"]].add(row["fp"])
    return found


_TEXT = st.lists(st.sampled_from(["ab", "cd", "ef", "gh", "ij"]), max_size=14).map(" ".join)


@settings(max_examples=200)
@given(_TEXT, _TEXT)
def test_the_share_in_common_is_jaccards(a: str, b: str) -> None:
    assert compare([(a, b)])[0] == share_shingles(a, b)


def test_pairs_below_the_share_asked_for_are_left_out() -> None:
    writer = Writer(1)
    text = writer.write_sentences(10)
    half = join([*text[:5], *writer.write_sentences(5)])
    assert set(compare([(join(text), half), (join(text), join(text))], least=0.5)) == {1}


def test_two_texts_with_half_in_common_agree_in_a_band() -> None:
    """At a Jaccard index of 0.5 to 0.6, the hardest: all but a few in a thousand."""
    writer = Writer(2)
    tried = missed = 0
    while tried < 300:
        text = writer.write_sentences(20)
        edited = [writer.edit(words, 0.085) for words in text]
        if 0.5 <= share_shingles(join(text), join(edited)) < 0.6:
            a, b = sketch([join(text), join(edited)])
            tried += 1
            missed += not a & b
    assert missed <= 5


def test_texts_that_share_nothing_agree_in_no_band() -> None:
    writer = Writer(3)
    found = sketch([join(writer.write_sentences(15)) for _ in range(80)])
    assert not any(a & b for n, a in enumerate(found) for b in found[:n])


def test_short_texts_have_sketches_and_empty_ones_none() -> None:
    one, same, empty = sketch(["two words", "Two words!", " … "])
    assert one == same
    assert len(one) == ReprintsConfig().bands
    assert not empty


def test_values_of_bands_are_spread() -> None:
    writer = Writer(4)
    values = np.array(sorted(set().union(*sketch([join(writer.write_sentences(30)) for _ in range(40)]))))
    assert len(values) > 0.99 * 40 * 42
