"""A kernel in worker processes: what kills or hangs one is set aside, everything else comes out as it would have."""

import contextlib
import multiprocessing
import pickle
import signal
import time
import weakref
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

import pyarrow as pa

from retold.engine.kernels import Kernel, explain
from retold.errors import EngineError

_START_S = 120.0
"""A worker that has not come up by then won't: it imports, and waits for nothing."""


class Fragile(Kernel, Protocol):
    """A kernel that may take its process with it, and says what then becomes of the rows."""

    @property
    def group(self) -> str | None:
        """The column by which rows of equal value stay together; None: every row stands for itself."""
        ...

    def reject(self, rows: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        """What stands for a row, or for the rows of one group, of which nothing comes."""
        ...


class WorkerError(EngineError):
    """Worker processes can't be started at all: nothing is wrong with the records."""


class Isolated:
    """The kernel `kernel`, run in `workers` processes; its rows, in the order in which it alone would give them.

    A worker takes some `rows` rows (whole groups) at a time. Where it dies, raises or takes longer than `timeout_s`,
    they are tried again in halves, down to one row or group, in a fresh worker; one that fails by itself becomes what
    the kernel's `reject` makes of it. `memory_mb` bounds what a worker may allocate (where the system can: Linux).
    Not for several threads at once. `close`, or leaving it as a context, ends the workers; they end with this process
    too.

    Cost: that of the kernel, and of handing rows over as Arrow streams (under a thousandth of what annotation takes); a
    record that kills costs log2(rows) starts of a worker.
    """

    def __init__(
        self,
        kernel: Fragile,
        workers: int = 1,
        timeout_s: float = 300.0,
        memory_mb: int | None = None,
        rows: int = 64,
    ) -> None:
        self.kernel, self.workers, self.rows = kernel, workers, rows
        self.timeout_s, self.memory_mb = timeout_s, memory_mb
        self._idle: list[_Worker] = []
        self._finalizer = weakref.finalize(self, _stop_all, self._idle)

    def __reduce__(self) -> tuple[type["Isolated"], tuple[Fragile, int, float, int | None, int]]:
        return Isolated, (self.kernel, self.workers, self.timeout_s, self.memory_mb, self.rows)

    def __enter__(self) -> "Isolated":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def schema(self) -> pa.Schema:
        return self.kernel.schema

    def close(self) -> None:
        """Ends the workers. A later call starts new ones."""
        _stop_all(self._idle)

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        waiting = deque(_cut(batch, self.kernel.group, self.rows))
        busy: dict[Connection, _Worker] = {}
        done: dict[int, tuple[int, list[pa.RecordBatch]]] = {}
        at = 0
        try:
            while waiting or busy or done:
                while waiting and len(busy) < self.workers:
                    worker = self._idle.pop() if self._idle else _Worker(self.kernel, self.memory_mb)
                    worker.give(batch, waiting.popleft(), self.timeout_s)
                    busy[worker.connection] = worker
                for worker in _wait_for_some(busy):
                    del busy[worker.connection]
                    result = worker.take(self.schema)
                    if isinstance(result, str):
                        worker.kill()
                        self._set_aside(batch, worker.task, result, waiting, done)
                    else:
                        done[worker.task[0]] = (worker.task[-1], result)
                        self._idle.append(worker)
                while at in done:
                    at, batches = done.pop(at)
                    yield from batches
        finally:
            for worker in busy.values():
                worker.kill()

    def _set_aside(
        self,
        batch: pa.RecordBatch,
        task: "Task",
        reason: str,
        waiting: deque["Task"],
        done: dict[int, tuple[int, list[pa.RecordBatch]]],
    ) -> None:
        if len(task) > 2:
            middle = len(task) // 2
            waiting.extendleft((task[middle:], task[: middle + 1]))
        else:
            start, end = task
            done[start] = (end, [self.kernel.reject(batch.slice(start, end - start), reason)])


Task = tuple[int, ...]
"""Where the units of some rows begin, and last where they end: a unit is a row, or the rows of a group."""


def _cut(batch: pa.RecordBatch, group: str | None, rows: int) -> Iterator[Task]:
    """Tasks of about so many rows, of at least one unit each."""
    edges = list(range(batch.num_rows + 1))
    if group is not None:
        values = batch.column(group).to_pylist()
        edges = [n for n in edges if n in (0, len(values)) or values[n] != values[n - 1]]
    first = 0
    for n in range(1, len(edges)):
        if edges[n] - edges[first] >= rows or n == len(edges) - 1:
            yield tuple(edges[first : n + 1])
            first = n


def _wait_for_some(busy: dict[Connection, "_Worker"]) -> list["_Worker"]:
    """The workers that have answered, died or run out of time: at least one."""
    patience = min(worker.deadline for worker in busy.values()) - time.monotonic()
    ready = set(wait(list(busy), max(0.0, patience)))
    now = time.monotonic()
    return [worker for worker in busy.values() if worker.connection in ready or worker.deadline <= now]


class _Worker:
    """One process that runs a kernel. It owns nothing that outlives it."""

    def __init__(self, kernel: Fragile, memory_mb: int | None) -> None:
        context = multiprocessing.get_context("spawn")  # forking a process with threads (Arrow's, DuckDB's) can hang
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, pickle.dumps(kernel), memory_mb), daemon=True
        )
        self.task: Task = ()
        self.deadline = 0.0
        self.process.start()
        theirs.close()  # so that the worker's death is the end of what can be read
        try:
            if not self.connection.poll(_START_S):
                raise EOFError
            message = self.connection.recv()
        except EOFError:
            message = f"it ended before it began ({self._tell_end()})"
        if message is not None:
            self.kill()
            raise WorkerError(f"a worker process can't run {type(kernel).__name__}: {message}")

    def give(self, batch: pa.RecordBatch, task: Task, timeout_s: float) -> None:
        self.task, self.deadline, self._timeout_s = task, time.monotonic() + timeout_s, timeout_s
        with contextlib.suppress(OSError):  # it has died meanwhile: `take` finds out
            self.connection.send_bytes(_write(batch.schema, [batch.slice(task[0], task[-1] - task[0])]))

    def take(self, schema: pa.Schema) -> list[pa.RecordBatch] | str:
        """What came of the task; where nothing did, why."""
        try:
            if not self.connection.poll():
                return f"it took longer than {self._timeout_s:g} s"
            answer: bytes | str = self.connection.recv()
        except (EOFError, OSError):
            return f"the process that read it was ended ({self._tell_end()})"
        return answer if isinstance(answer, str) else list(pa.ipc.open_stream(answer))

    def _tell_end(self) -> str:
        self.process.join(_JOIN_S)
        code = self.process.exitcode
        if code is None or code >= 0:
            return f"exit status {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def kill(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


_JOIN_S = 5.0


def _stop_all(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().kill()


def _write(schema: pa.Schema, batches: list[pa.RecordBatch]) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _serve(connection: Connection, pickled: bytes, memory_mb: int | None) -> None:
    """What a worker does until there is nobody left to work for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent has been told, and ends its workers
    try:
        if memory_mb is not None:
            _bound_memory(memory_mb)
        kernel: Kernel = pickle.loads(pickled)
        connection.send(None)
    except Exception as e:
        connection.send(explain(e))
        return
    while True:
        try:
            batches = list(pa.ipc.open_stream(connection.recv_bytes()))
        except (EOFError, OSError):
            return
        try:
            answer: bytes | str = _write(kernel.schema, [out for batch in batches for out in kernel(batch)])
        except Exception as e:
            answer = explain(e)
        try:
            connection.send(answer)
        except OSError:  # nobody is left to hear it
            return


def _bound_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
