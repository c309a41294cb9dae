"""Readers that other packages bring: which files they read, and what they hand out → articles.

A reader is anything (a module will do) with `extensions` and `read(file, name)`, and if need be `recognises(head)`.
What `read` yields are records as in a line of JSONL, so that a plugin needs nothing of Retold.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import BinaryIO, Final, cast

from msgspec import Struct

from retold.errors import InputError
from retold.model import Reject
from retold.plugins import READERS, Declared, Plugin, describe, explain_fault, load_each
from retold.read.kinds import KINDS, UNREAD
from retold.read.options import ReadOptions
from retold.read.streams import Source
from retold.read.tables import Cell, Event, Origin, read_record

_EXPECTED: Final = "docs/plugins.md says what a reader has"


class Reader(Struct, frozen=True):
    """A plugin that reads files. `extensions` in small letters with their dot; `recognises`: by the first bytes, None
    where the extension alone tells."""

    declared: Declared
    extensions: tuple[str, ...]
    read: Callable[[BinaryIO, str], Iterable[Mapping[str, Cell]]]
    recognises: Callable[[bytes], bool] | None

    def takes(self, extension: str, head: bytes) -> bool:
        """Whether a file is its to read: by extension and, where it looks, by its beginning. A reader that looks is
        asked about what has no extension, too, as standard input. What it raises counts as no."""
        if extension not in self.extensions and (extension or self.recognises is None):
            return False
        if self.recognises is None:
            return True
        try:
            return bool(self.recognises(head))
        except Exception:  # it was made for its own files, and this may be any
            return False


@cache
def load_readers() -> tuple[tuple[Reader, ...], tuple[Plugin, ...]]:
    """The readers of all plugins, once a process, and the plugins with the faults of those that were set aside."""
    found, plugins = load_each(READERS, _load)
    return tuple(reader for _, reader in found), plugins


def find_reader(extension: str, head: bytes) -> Reader | None:
    """The plugin that reads a file, the first by name where there are several; None: none does."""
    return next((reader for reader in load_readers()[0] if reader.takes(extension, head)), None)


def is_claimed(extension: str) -> bool:
    """Whether some plugin reads files of this extension."""
    return any(extension in reader.extensions for reader in load_readers()[0])


def read_foreign(reader: Reader, source: Source, path: str | None, options: ReadOptions) -> Iterator[Event]:
    """The articles that a plugin finds in a file. What it raises sets the rest of the file aside, with its name."""
    origin = Origin(source.name, path, None, options.columns)
    number = 0
    try:
        for number, record in enumerate(reader.read(cast(BinaryIO, source.stream), source.name), start=1):
            where = f"{source.name}:{number}"
            if not isinstance(record, Mapping):
                raise TypeError(f"it gave {type(record).__name__} for a record; {_EXPECTED}")
            try:
                yield from read_record(record, where, origin)
            except InputError as error:
                yield Reject(where, str(error))
    except (Exception, SystemExit) as error:
        after = f", after {number} article{'s' * (number > 1)}" if number else ""
        fault = f"{source.name} {source.fault}" if source.fault else f"{describe(reader.declared)} failed"
        yield Reject(
            source.name,
            f"{source.name} can't be read{after}: {fault} ({explain_fault(error)}); mend the file or the plugin",
        )
        return
    if source.fault:
        yield Reject(source.name, f"{source.name} {source.fault}; get a whole copy of it")
    elif not number:
        yield Reject(source.name, f"{source.name} holds no article, says {describe(reader.declared)}")


def _load(declared: Declared) -> tuple[Reader, str]:
    module, _, attribute = declared.value.partition(":")
    made: object = import_module(module.strip())
    for name in filter(None, attribute.strip().split(".")):
        made = getattr(made, name)
    extensions, read = getattr(made, "extensions", None), getattr(made, "read", None)
    recognises = getattr(made, "recognises", None)
    if isinstance(extensions, str) or not isinstance(extensions, Iterable) or not callable(read):
        raise TypeError(f'{declared.value} has no `extensions` (as (".abc",)) or no `read(file, name)`; {_EXPECTED}')
    found = tuple(sorted({str(one).lower() for one in extensions}))
    if not found or not all(one.startswith(".") and len(one) > 1 for one in found):
        raise ValueError(f"its extensions are {list(found)}; each begins with a dot, as .abc")
    if recognises is not None and not callable(recognises):
        raise TypeError(f"`recognises` of {declared.value} can't be called; {_EXPECTED}")
    taken = [one for one in found if one in KINDS or one in UNREAD]
    if taken and recognises is None:
        raise ValueError(
            f"{taken[0]} is read by Retold or of many kinds; `recognises(head)` must tell its own files apart"
        )
    return Reader(declared, found, read, recognises), f"reads {', '.join(found)}"
