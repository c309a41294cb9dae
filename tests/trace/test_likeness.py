"""How much two quotations look like readings of one utterance."""

import time

from hypothesis import given
from hypothesis import strategies as st

from retold.trace import likeness


@given(*[st.lists(st.sampled_from("abc"), max_size=40)] * 2)
def test_the_longest_run_is_the_same_either_way(one: list[str], other: list[str]) -> None:
    usual = likeness.longest_run(one, other)
    assert likeness._longest_run_of_many(one, other) == usual
    text = "".join(other)
    assert usual == max(j - i for i in range(len(one) + 1) for j in range(i, len(one) + 1) if "".join(one[i:j]) in text)


def test_the_longest_run_of_one_word_over_and_over_is_quick() -> None:
    started = time.process_time()
    assert likeness.longest_run(["rope"] * 20_000, ["rope"] * 19_000) == 19_000
    assert time.process_time() - started < 5
