"""What an engine runs: pure functions from a batch of rows to batches of rows, the same on every engine."""

from collections.abc import Iterator
from typing import Protocol

import pyarrow as pa

REASON = "reason"
"""The column in which a kernel says why a record came to nothing. Such rows are written to the rejects."""


class Kernel(Protocol):
    """A function RecordBatch → RecordBatches that can be pickled, is made once and called for many batches.

    The rows that come out depend on the row that went in and on nothing else, for an engine may cut batches anywhere,
    run them anywhere, and run them twice. It never raises for a bad record: that is a row with a `reason`. What is slow
    to set up (a parser) is set up at the first call and is left out when the kernel is pickled.
    """

    @property
    def schema(self) -> pa.Schema:
        """The columns of what comes out."""
        ...

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """What becomes of some rows."""
        ...


class GroupKernel(Protocol):
    """The same over groups: every batch holds all the rows of some groups (equal keys), sorted."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of what comes out."""
        ...

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """What becomes of the rows of one or more whole groups."""
        ...


def explain(error: BaseException) -> str:
    """What a reject says of an error that nobody foresaw, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
