"""What kills, hangs or raises in a worker is set aside; everything else comes out unchanged and in order."""

import os
import pickle
import time
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")

from retold.engine.isolation import Isolated, WorkerError  # noqa: E402

from .fragile import SCHEMA, Fragile, Unloadable  # noqa: E402

ROOT = Path(__file__).parents[2]
ROWS = pa.schema([("id", pa.int64()), ("story", pa.int64()), ("does", pa.string())])


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)


def make_batch(count: int, **does: str) -> pa.RecordBatch:
    """Rows 0…, three a story; `row5="die"` says what row 5 does."""
    rows = [{"id": n, "story": n // 3, "does": does.get(f"row{n}")} for n in range(count)]
    return pa.RecordBatch.from_pylist(rows, schema=ROWS)


def run(isolated: Isolated, batch: pa.RecordBatch) -> list[dict[str, object]]:
    with isolated:
        rows = pa.Table.from_batches(list(isolated(batch)), schema=SCHEMA).to_pylist()
    return [{key: row[key] for key in ("id", "doubled", "reason")} for row in rows]


def doubled(*ids: int) -> list[dict[str, object]]:
    return [{"id": n, "doubled": 2 * n, "reason": None} for n in ids]


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_come_in_order_and_from_other_processes(workers: int) -> None:
    with Isolated(Fragile(), workers, rows=4) as isolated:
        table = pa.Table.from_batches(list(isolated(make_batch(30, row9="twice"))))
        again = pa.Table.from_batches(list(isolated(make_batch(3))))
    assert table["id"].to_pylist() == sorted([*range(30), 9])
    processes = set(table["process"].to_pylist())
    assert os.getpid() not in processes
    assert len(processes) == workers
    assert set(again["process"].to_pylist()) <= processes  # they are kept from batch to batch


def test_what_kills_is_set_aside() -> None:
    rows = run(Isolated(Fragile(), 2, rows=8), make_batch(20, row5="die", row6="exit", row11="raise"))
    assert [row for row in rows if row["reason"] is None] == doubled(*range(5), *range(7, 11), *range(12, 20))
    reasons = {row["id"]: row["reason"] for row in rows if row["reason"] is not None}
    assert set(reasons) == {5, 6, 11}
    assert "SIGKILL" in str(reasons[5])
    assert "exit status 3" in str(reasons[6])
    assert reasons[11] == "ValueError: no such number"
    assert [row["id"] for row in rows] == list(range(20))


def test_what_hangs_is_set_aside() -> None:
    started = time.monotonic()
    rows = run(Isolated(Fragile(), timeout_s=3, rows=1), make_batch(5, row2="hang"))
    assert time.monotonic() - started < 60
    assert [row for row in rows if row["reason"] is None] == doubled(0, 1, 3, 4)
    assert rows[2]["reason"] == "it took longer than 3 s"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory can be bounded on Linux")
def test_memory_is_bounded() -> None:
    rows = run(Isolated(Fragile(), memory_mb=4096), make_batch(2, row1="fill"))
    assert rows[:1] == doubled(0)
    assert "MemoryError" in str(rows[1]["reason"])


def test_a_group_is_set_aside_as_a_whole() -> None:
    rows = run(Isolated(Fragile("story"), rows=5), make_batch(12, row4="raise"))
    assert [row for row in rows if row["reason"] is None] == doubled(0, 1, 2, 6, 7, 8, 9, 10, 11)
    assert [(row["id"], row["reason"]) for row in rows if row["reason"]] == [(3, "ValueError: no such number")]


def test_nothing_comes_of_nothing() -> None:
    assert run(Isolated(Fragile()), make_batch(0)) == []


def test_a_kernel_that_cannot_be_loaded_is_no_fault_of_the_records() -> None:
    with pytest.raises(WorkerError, match="Unloadable"):
        run(Isolated(Unloadable()), make_batch(3))


def test_workers_end_when_nobody_waits_for_them() -> None:
    isolated = Isolated(Fragile(), 2, timeout_s=60, rows=1)
    rows = isolated(make_batch(6, row3="hang"))
    first = next(iter(rows)).column("process")[0].as_py()
    rows.close()  # type: ignore[attr-defined]
    isolated.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_it_is_pickled_without_its_workers() -> None:
    with Isolated(Fragile("story"), 2, 3.0, 1000, 7) as isolated:
        list(isolated(make_batch(2)))
        other = pickle.loads(pickle.dumps(isolated))
        assert (other.workers, other.timeout_s, other.memory_mb, other.rows) == (2, 3.0, 1000, 7)
        assert other.kernel.group == "story"
