from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retold.engine.shelf import Shelf


@pytest.mark.parametrize("kind", [pa.string(), pa.binary(), pa.large_string()])
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.one_of(st.none(), st.text(max_size=9)), max_size=30),
    st.lists(st.integers(0, 40), max_size=30),
    st.integers(1, 7),
)
def test_what_is_fetched_is_what_was_put_there(
    kind: pa.DataType, tmp_path: Path, values: dict[int, str | None], wanted: list[int], rows: int
) -> None:
    encoded = {k: v.encode() if v is not None and kind == pa.binary() else v for k, v in values.items()}
    table = pa.table({"key": pa.array(list(encoded), pa.int64()), "value": pa.array(list(encoded.values()), kind)})
    shelf = Shelf(tmp_path / "shelf", table.to_batches(max_chunksize=rows))
    known = [*encoded, 7, -9]
    keys = [known[n % len(known)] for n in wanted]
    found, is_there = shelf.fetch(np.array(keys, np.int64))
    shelf.close()
    assert is_there.tolist() == [encoded.get(key) is not None for key in keys]
    assert [v for v, there in zip(found.to_pylist(), is_there, strict=True) if there] == [
        encoded[key] for key in keys if encoded.get(key) is not None
    ]
