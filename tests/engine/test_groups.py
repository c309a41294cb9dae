import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.engine.groups import cut_groups
from retold.errors import EngineError


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=40), st.integers(1, 9))
def test_every_group_is_whole_and_no_row_is_lost(rows: list[tuple[int, int]], size: int) -> None:
    rows.sort()
    table = pa.table({"k": pa.array([k for k, _ in rows], pa.int64()), "l": pa.array([n for _, n in rows], pa.int64())})
    found = list(cut_groups(table.to_batches(max_chunksize=size), ["k", "l"]))
    assert [tuple(row.values()) for batch in found for row in batch.to_pylist()] == rows
    seen: set[tuple[int, int]] = set()
    for batch in found:
        keys = {(row["k"], row["l"]) for row in batch.to_pylist()}
        assert not keys & seen
        seen |= keys


def test_batches_handed_out_in_another_order_are_noticed() -> None:
    first, second = pa.table({"k": [1, 1, 5, 5]}).to_batches(max_chunksize=2)
    with pytest.raises(EngineError, match=r"\(1,\) came after \(5,\)"):
        list(cut_groups([second, first], ["k"]))
