"""Inputs in the order given → what is read of them: which reader each goes to, and what is read only once."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from retold.errors import InputError, MissingExtraError
from retold.languages import list_language_plugins
from retold.model import Published, Reject
from retold.read import parquet
from retold.read.batch import Note
from retold.read.decoding import decode_bytes
from retold.read.kinds import KINDS, READ, UNREAD, Kind, check_kind, sniff_kind
from retold.read.options import ReadOptions
from retold.read.readers import find_reader, is_claimed, load_readers, read_foreign
from retold.read.streams import Readable, Source
from retold.read.tables import Draft, Event, read_jsonl
from retold.read.text import read_text

if TYPE_CHECKING:
    from retold.read.web import Asker, IsKnown, Web

STDIN = "-"
SET_ASIDE = "is set aside: "
"""How the note on a plugin that can't be used begins."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_EITHER = READ.replace(" and ", " or ")


def walk_inputs(
    inputs: Sequence[str],
    options: ReadOptions,
    stdin: BinaryIO | None = None,
    fetcher: "Asker | None" = None,
    is_known: "IsKnown | None" = None,
    must_be_lists: bool = False,
) -> Iterator[Event]:
    """What reading all the inputs comes upon, in their order. Never raises for what they are or hold."""
    walk = _Walk(options, stdin, fetcher, is_known, must_be_lists)
    for plugin in (*load_readers()[1], *list_language_plugins()):
        if plugin.fault is not None:
            yield Note(plugin.name, f"{SET_ASIDE}{plugin.fault}")
    for given in inputs:
        yield from walk.read(given)


def asks_web(given: str) -> bool:
    """Whether reading an input asks the web: an address, or a file that lists some.

    >>> asks_web("https://post.example/"), asks_web("feeds.opml"), asks_web("C:/reports")
    (True, True, False)
    """
    return _ADDRESS.match(given) is not None or KINDS.get(find_extension(given)) == "feed"


class _Walk:
    def __init__(
        self,
        options: ReadOptions,
        stdin: BinaryIO | None,
        fetcher: "Asker | None",
        is_known: "IsKnown | None",
        must_be_lists: bool,
    ) -> None:
        self.options = options
        self.stdin = stdin
        self.fetcher = fetcher
        self.is_known = is_known
        self.must_be_lists = must_be_lists
        self.seen: set[str] = set()
        self._web: Web | None = None

    def read(self, given: str) -> Iterator[Event]:
        name = _show_path(given)
        if given == STDIN:
            if (note := self._note_repeated(STDIN, "standard input")) is not None:
                yield note
                return
            yield from self._read_stream(self.stdin or sys.stdin.buffer, "standard input", None, None)
        elif _ADDRESS.match(given):
            for event in self._ask_web().read_address(given, self.must_be_lists):
                yield from self._check(event)
        elif os.path.isdir(given):
            yield from self._read_folder(given, name)
        elif not os.path.exists(given):
            yield Reject(
                name, f"{name} does not exist; give a {_EITHER} file, a folder, a web address, or - for standard input"
            )
        else:
            yield from self._read_file(given)

    def _ask_web(self) -> "Web":
        from retold.read.fetch import Fetcher  # what the web needs, for addresses only
        from retold.read.web import Web

        def read_stream(raw: Readable, name: str, kind: Kind) -> Iterator[Event]:
            return self._read_stream(raw, name, name, kind)

        if self._web is None:
            fetcher = self.fetcher or Fetcher(self.options.fetch)
            self._web = Web(self.options, fetcher, self.is_known, read_stream)
        return self._web

    def _note_repeated(self, identity: str, name: str) -> Note | None:
        if identity in self.seen:
            return Note(name, "is given more than once; it is read once")
        self.seen.add(identity)
        return None

    def _read_folder(self, folder: str, name: str) -> Iterator[Event]:
        unread: list[Reject] = []
        paths, skipped = [], 0
        for path in _list_files(folder, unread):
            if KINDS.get(find_extension(path.name), "feed") != "feed" or is_foreign(path):
                paths.append(path)
            else:
                skipped += 1
        yield from unread
        if not paths:
            yield Reject(name, f"{name} is a folder without an article; expected files that end in {READ}")
            return
        if skipped:
            yield Note(name, f"{skipped} file{'s' * (skipped > 1)} skipped that don't end in {_EITHER}")
        for path in paths:
            yield from self._read_file(str(path))

    def _read_file(self, path: str) -> Iterator[Event]:
        name = _show_path(path)
        try:
            if (note := self._note_repeated(os.path.realpath(path), name)) is not None:
                yield note
                return
            extension = find_extension(path)
            if extension in UNREAD and not is_foreign(Path(path)):
                raise InputError(f"{name} ends in {extension}, which is not read; {UNREAD[extension]}")
            with Path(path).open("rb") as file:
                yield from self._read_stream(file, name, name, KINDS.get(extension), file)
        except InputError as e:
            yield Reject(name, str(e))
        except (OSError, ValueError) as e:
            yield Reject(name, f"{name} can't be read ({_explain(e)}); check its permissions and give it again")

    def _read_stream(
        self, raw: Readable, name: str, path: str | None, kind: Kind | None, file: IO[bytes] | None = None
    ) -> Iterator[Event]:
        """One file's, answer's or standard input's bytes to the reader of its kind; None where they have to tell."""
        label = path or STDIN
        try:
            source = Source(raw, name)
            untold = False
            extension = find_extension(path or "")
            reader = find_reader(extension, source.head) if extension or kind is None else None
            if reader is not None:
                for event in read_foreign(reader, source, path, self.options):
                    yield from self._check(event)
                return
            if kind is None:
                kind = sniff_kind(source.head, self.options.columns.names("text")[0])
                untold = path is not None
            elif kind != "feed":  # a feed's own reader has more to say of what is none
                check_kind(source.head, kind, name)
            for event in self._read_kind(source, kind, path, None if source.is_gzipped else file):
                yield from self._check(event)
            if untold:
                yield Note(label, f"has none of the extensions {_EITHER}; it was read as {kind}")
        except (InputError, MissingExtraError) as e:
            yield Reject(label, str(e))
        except OSError as e:
            yield Reject(label, f"{name} can't be read ({_explain(e)})")

    def _read_kind(self, source: Source, kind: Kind, path: str | None, file: IO[bytes] | None) -> Iterator[Event]:
        options = self.options
        if kind == "jsonl":
            yield from read_jsonl(source, path, options)
        elif kind == "csv":
            from retold.read.delimited import read_csv

            yield from read_csv(source, path, options)
        elif kind == "parquet":
            if file:
                file.seek(0)
            yield from parquet.read_parquet(source, path, options, file)
        elif kind == "warc":
            from retold.read.warc import read_warc

            yield from read_warc(source, path, options)
        elif kind == "feed":
            from retold.read.feeds import read_listing

            listing = read_listing(source.read_whole(options.max_file_bytes), source.name)
            yield from self._ask_web().read_items(listing)
        else:
            yield from self._read_one(source, kind, path)

    def _read_one(self, source: Source, kind: Kind, path: str | None) -> Iterator[Event]:
        """A file that is one article."""
        decoded = decode_bytes(source.read_whole(self.options.max_file_bytes), source.name, is_html=kind == "html")
        label = path or STDIN
        if decoded.note:
            yield Note(label, decoded.note)
        if kind == "html":
            from retold.read.html import read_html  # lxml and what it brings, for pages only

            article, notes = read_html(decoded, source.name, path)
            yield Draft(source.name, article)
            for note in notes:
                yield Note(label, note)
        else:
            yield Draft(source.name, read_text(decoded, path))

    def _check(self, event: Event) -> Iterator[Event]:
        """What holds for an article of whatever origin: its length, and that it isn't from tomorrow."""
        if not isinstance(event, Draft):
            yield event
            return
        chars, most = len(event.article.text), self.options.max_article_chars
        if chars > most:
            reason = f"{event.where} has {chars:,} characters, more than any article ({most:,} at most); divide it"
            yield Reject(event.where, reason)
            return
        yield event
        published = event.article.published
        if published and self.options.read_at and is_later(published, self.options.read_at):
            yield Note(event.where, f"is dated {published.value}, which is in the future; the date is kept as it is")


def is_later(published: Published, moment: str) -> bool:
    """Whether an article is dated after `moment` (ISO 8601 with its offset), whatever time zone its date is in.

    >>> is_later(Published("2032-01-15", "day", "metadata"), "2032-01-14T09:00Z")
    False
    >>> is_later(Published("2033", "year", "metadata"), "2032-01-14T09:00Z")
    True
    """
    now = datetime.fromisoformat(moment)
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    # The farthest east is a day ahead in the calendar; a date without offset can't be told more exactly.
    padded = (
        published.value if len(published.value) >= 10 else published.value + "-01" * (3 - len(published.value) // 3)
    )
    try:
        when = datetime.fromisoformat(padded)
    except ValueError:
        return False
    slack_h = 0 if when.tzinfo else 24
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (when - now).total_seconds() > 3600 * slack_h + 300


def find_extension(path: str) -> str:
    """The extension that tells a file's kind, in small letters: of `x.JSONL.gz` it is `.jsonl`.

    >>> find_extension("a/x.JSONL.gz"), find_extension("x.gz")
    ('.jsonl', '')
    """
    name = path.replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".gz")
    return Path(name).suffix


def is_foreign(path: Path) -> bool:
    """Whether a plugin reads a file; looked into only where its extension may be a plugin's."""
    extension = find_extension(path.name)
    if not is_claimed(extension):
        return False
    try:
        with path.open("rb") as file:
            return find_reader(extension, Source(file, str(path)).head) is not None
    except OSError:
        return True  # the reading of it says what is wrong


def _list_files(folder: str, unread: list[Reject]) -> list[Path]:
    def set_aside(error: OSError) -> None:
        name = _show_path(str(error.filename))
        unread.append(Reject(name, f"{name} can't be read ({_explain(error)}); check its permissions"))

    found = []
    for parent, folders, files in os.walk(folder, onerror=set_aside):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if not name.startswith(".")]
    return sorted(found)


def _explain(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _show_path(path: str) -> str:
    """A path that can be written out: what of its bytes is no UTF-8 becomes U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not path.isascii() else path
