"""A kernel that does as its rows say: worker processes import it, so it stands in a file of its own."""

import os
import signal
import time
from collections.abc import Iterator

import pyarrow as pa

SCHEMA = pa.schema([("id", pa.int64()), ("doubled", pa.int64()), ("process", pa.int64()), ("reason", pa.string())])


class Fragile:
    """Doubles numbers. A row's `does` may be to die, to hang, to raise, to take all memory, or `twice`: two rows."""

    def __init__(self, group: str | None = None) -> None:
        self.group = group

    @property
    def schema(self) -> pa.Schema:
        return SCHEMA

    def reject(self, rows: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        return pa.RecordBatch.from_pylist([{"id": rows.column("id")[0].as_py(), "reason": reason}], schema=SCHEMA)

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        for row in batch.to_pylist():
            if row["does"] == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            elif row["does"] == "exit":
                os._exit(3)
            elif row["does"] == "hang":
                time.sleep(600)
            elif row["does"] == "raise":
                raise ValueError("no such\nnumber")
            elif row["does"] == "fill":
                bytearray(1 << 40)
            out = [{"id": row["id"], "doubled": 2 * row["id"], "process": os.getpid()}]
            yield pa.RecordBatch.from_pylist(out * (2 if row["does"] == "twice" else 1), schema=SCHEMA)


class Unloadable(Fragile):
    """Can be pickled here, and not be loaded where it is to run."""

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return int, ("no number",)
