import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from retold.engine.fingerprints import NO_DAY
from retold.engine.sharing import PairKernel
from retold.engine.sieve import Sieve

_ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.one_of(st.just(NO_DAY), st.integers(0, 12)), st.integers(0, 30)),
    max_size=40,
    unique_by=lambda row: (row[0], row[2]),
)


def pair_plainly(rows: list[tuple[int, int, int]], cap: int, window: int) -> tuple[set, set]:
    def is_near(x: int, y: int) -> bool:
        return NO_DAY in (x, y) or abs(x - y) <= window

    hot = set()
    for fp, day, article in rows:
        own = [row for row in rows if row[0] == fp]
        if len(own) > cap and sum(is_near(day, row[1]) for row in own) > cap:
            hot.add((fp, article))
    pairs = [
        (fp, min(a, b), max(a, b))
        for fp, day, a in rows
        for fp2, day2, b in rows
        if fp == fp2 and a < b and is_near(day, day2) and (fp, a) not in hot and (fp, b) not in hot
    ]
    return set(pairs), hot


@given(_ROWS, st.integers(1, 6), st.integers(0, 5))
def test_pairs_are_those_of_the_plain_rule(rows: list[tuple[int, int, int]], cap: int, window: int) -> None:
    rows.sort()
    prints, days, articles = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    batch = pa.record_batch(
        {
            "fp": pa.array(prints, pa.int64()),
            "article": pa.array(articles, pa.int64()),
            "day": pa.array(days, pa.int32()),
        }
    )
    found = [row for out in PairKernel(cap, window)(batch) for row in out.to_pylist()]
    pairs, hot = pair_plainly(rows, cap, window)
    assert sorted((row["a"], row["b"]) for row in found if not row["is_hot"]) == sorted((a, b) for _, a, b in pairs)
    assert {(row["a"], row["b"]) for row in found if row["is_hot"]} == hot


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=200), st.integers(0, 50))
def test_the_sieve_lets_every_repeated_key_through(keys: list[int], more: int) -> None:
    column = np.array(keys + keys[:more], np.int64)
    sieve = Sieve(len(column))
    sieve.add(column)
    found = set(sieve.find_repeated(column).tolist())
    values, counts = np.unique(column, return_counts=True)
    repeated = set(values[counts > 1].tolist())
    assert {n for n, key in enumerate(column.tolist()) if key in repeated} <= found


def test_the_sieve_keeps_back_most_keys_that_occur_once() -> None:
    keys = np.random.default_rng(3).integers(-(2**63), 2**63 - 1, 20_000)
    sieve = Sieve(len(keys))
    sieve.add(keys)
    assert len(sieve.find_repeated(keys)) < 0.25 * len(keys)
