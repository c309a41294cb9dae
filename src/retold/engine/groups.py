"""A sorted stream of batches, cut anew where one group of equal keys ends and the next begins."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from retold.errors import EngineError


def cut_groups(batches: Iterable[pa.RecordBatch], keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of which each holds whole groups: rows that are equal in all of `keys`.

    Raises `EngineError` where a group's rows don't stand together: an engine has handed out sorted batches in another
    order. Memory: one batch, or the largest group. Linear.

    >>> batches = pa.table({"k": [1, 1, 2, 2, 2, 3]}).to_batches(max_chunksize=3)
    >>> [batch.column("k").to_pylist() for batch in cut_groups(batches, ["k"])]
    [[1, 1], [2, 2, 2], [3]]
    """
    held: list[pa.RecordBatch] = []
    last: tuple[object, ...] | None = None
    for batch in batches:
        if not batch.num_rows:
            continue
        first = _read_keys(batch, 0, keys)
        if last is not None and first < last:
            raise EngineError(f"the engine handed out sorted rows in another order: {first} came after {last}")
        last = _read_keys(batch, batch.num_rows - 1, keys)
        start = _find_last_group(batch, keys)
        if start == 0 and held and first == _read_keys(held[0], 0, keys):
            held.append(batch)
            continue
        if start == 0:
            if held:
                yield _join(held)
            held = [batch]
            continue
        yield _join([*held, batch.slice(0, start)])
        held = [batch.slice(start)]
    if held:
        yield _join(held)


def _read_keys(batch: pa.RecordBatch, row: int, keys: Sequence[str]) -> tuple[object, ...]:
    return tuple(batch.column(key)[row].as_py() for key in keys)


def _find_last_group(batch: pa.RecordBatch, keys: Sequence[str]) -> int:
    """The row with which the last group of a batch begins."""
    start = 0
    for key in keys:
        column = batch.column(key)
        equal = pc.equal(column, column[len(column) - 1])
        unequal = pc.index(pc.cast(equal, pa.int8())[::-1], 0).as_py()
        start = max(start, 0 if unequal < 0 else len(column) - unequal)
    return start


def _join(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)
