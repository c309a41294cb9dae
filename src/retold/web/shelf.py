"""What the page reads from: the library file, and the results of comparisons that were not kept."""

import queue
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct

from retold.check import CheckReport
from retold.document import EvidenceDocument
from retold.errors import UnknownStoryError
from retold.library import AddReport, Library, LibraryConfig, open_library
from retold.model import Article

Value = TypeVar("Value")
DOCUMENTS = 24
"""Stories held in memory: what a reader goes back and forth between."""
RESULTS = 12
"""Comparisons and checks held in memory; the oldest is forgotten first, all are when the server stops."""


class Comparison(Struct, frozen=True):
    """A comparison that is in memory alone; `notes`: what a person should know of its inputs."""

    document: EvidenceDocument
    articles: tuple[Article, ...]
    notes: tuple[str, ...]


class Check(Struct, frozen=True):
    """A check of a draft that is in memory alone; `articles`: the draft and its sources."""

    report: CheckReport
    articles: tuple[Article, ...]
    notes: tuple[str, ...]


class _Recent(Generic[Value]):
    """The last few values by key; safe for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[object, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: object, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


class Shelf:
    """A library file for the threads of a server: each reader has a connection of its own, one writes at a time.

    `path` None: an empty library in a temporary folder, gone when the shelf is closed. `config`: the settings a new
    library is made with.
    """

    def __init__(self, path: Path | None, config: LibraryConfig | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="retold-")) if path is None else None
        self.is_temporary = path is None
        self.path = path or Path(self._folder or ".") / "news.db"
        self._writing = threading.Lock()
        self._free: queue.LifoQueue[Library] = queue.LifoQueue()
        self._documents: _Recent[EvidenceDocument] = _Recent(DOCUMENTS)
        self.comparisons: _Recent[Comparison] = _Recent(RESULTS)
        self.checks: _Recent[Check] = _Recent(RESULTS)
        with open_library(self.path, create=True, config=config if not self.path.exists() else None) as library:
            self.config = library.config.compare

    def close(self) -> None:
        """Closes every connection; the temporary library goes."""
        while not self._free.empty():
            self._free.get().close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def lend(self) -> Iterator[Library]:
        """The library, to be read by this thread alone."""
        try:
            library = self._free.get_nowait()
        except queue.Empty:
            library = open_library(self.path, read_only=True)
        try:
            yield library
        except BaseException:
            library.close()
            raise
        self._free.put(library)

    def read_story(self, id_: str) -> EvidenceDocument:
        """The evidence document of a story, from memory where the file has not changed since."""
        key = (id_, self._stamp())
        document = self._documents.get(key)
        if document is None:
            with self.lend() as library:
                document = library.read_story(id_)
            self._documents.put(key, document)
        return document

    def add(self, articles: Sequence[Article], missing: Callable[[str], None] | None = None) -> AddReport:
        """Puts articles into the library. Raises the children of `LibraryError`."""
        with self._writing, open_library(self.path, create=True, missing=missing) as library:
            return library.add(articles)

    def remember(self, result: Comparison | Check) -> str:
        """Holds a result in memory for a while, under an id that can't be guessed."""
        id_ = secrets.token_hex(8)
        if isinstance(result, Check):
            self.checks.put(id_, result)
        else:
            self.comparisons.put(id_, result)
        return id_

    def find_comparison(self, id_: str) -> Comparison:
        """A comparison that is still in memory. Raises `UnknownStoryError`."""
        return _expect(self.comparisons.get(id_), "comparison")

    def find_check(self, id_: str) -> Check:
        """A check that is still in memory. Raises `UnknownStoryError`."""
        return _expect(self.checks.get(id_), "check")

    def _stamp(self) -> tuple[int, ...]:
        """What tells that the file has changed, without opening it."""
        found = []
        for name in (self.path, Path(f"{self.path}-wal")):
            try:
                state = name.stat()
                found += [state.st_mtime_ns, state.st_size]
            except FileNotFoundError:
                found.append(0)
        return tuple(found)


def _expect(value: Value | None, what: str) -> Value:
    if value is None:
        raise UnknownStoryError(
            f"this {what} is no longer in memory: only the last {RESULTS} are, and only while the server runs. "
            "Nothing of it was stored; make it again"
        )
    return value
