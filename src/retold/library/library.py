"""The library: one file that articles are put into, and that stories, quotations and searches are read from."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec
from msgspec.structs import replace

from retold.annotate.annotation import ParserShelf
from retold.document import EvidenceDocument
from retold.errors import LibraryError, LibraryLockedError, LibraryVersionError, UnknownStoryError
from retold.evidence import CompareConfig
from retold.languages import list_language_plugins, work_around
from retold.library import file, listings, outlets, search
from retold.library.documents import read_article, read_document
from retold.library.grouping import place_articles
from retold.library.intake import Intake, add_batch, fold_notes
from retold.library.keys import find_page, is_code, read_code, write_code
from retold.library.likeness import Likeness, renew_background
from retold.library.listings import Listing, NameCount, NameKind, StoryFilter
from retold.library.method import is_outdated, renew_method, store_method
from retold.library.outlets import Outlet
from retold.library.tracing import trace_waiting
from retold.library.values import (
    AddReport,
    ArticleHit,
    BuildPhase,
    LibraryConfig,
    LibraryCounts,
    Progress,
    QuotationHit,
    StoryOrder,
    StorySummary,
)
from retold.model import Article, Reject
from retold.read.batch import Note
from retold.relate.packing import PackedArticle

if TYPE_CHECKING:
    from retold.read.fetch import Validator

Item = Article | PackedArticle | Reject | Note
"""What is put in: an article, also with what was found in it before; or an input that was set aside, or a note on one,
to stand in the file."""


def open_library(
    path: str | Path,
    *,
    create: bool = False,
    read_only: bool = False,
    config: LibraryConfig | None = None,
    missing: Callable[[str], None] | None = None,
    wait_s: float = file.WAIT_FOR_LOCK_S,
) -> "Library":
    """Opens the library at `path`, made first where `create` says so and there is none.

    `config`: the settings it is made with; of one that exists they stand in the file, and others are refused. `missing`
    is told, once a language, where a parser is not installed. `wait_s`: for how long another program may write.
    Raises the children of `LibraryError`, each saying what to do: no file, no library, a newer schema, locked, full.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> text = 'The dam broke on Monday. "We saw it coming," said Ada Lund.'
    >>> with open_library(Path(folder.name) / "news.db", create=True) as library:
    ...     report = library.add([Article("a1", text, "0" * 64, language="en")])
    ...     len(report.articles), [hit.excerpt for hit in library.search("dams")][0][:14]
    (1, 'The [[dam]] br')
    >>> folder.cleanup()
    """
    return Library(Path(path), create=create, read_only=read_only, config=config, missing=missing, wait_s=wait_s)


class Library:
    """A library file that is open. Use it in a `with` statement, or close it."""

    def __init__(
        self,
        path: Path,
        *,
        create: bool,
        read_only: bool,
        config: LibraryConfig | None,
        missing: Callable[[str], None] | None,
        wait_s: float,
    ) -> None:
        self.path = path
        self._read_only = read_only
        self._connection = file.connect(path, create=create, read_only=read_only, wait_s=wait_s)
        try:
            with file.explain_errors(path):
                self.config = self._agree_on_config(config)
        except BaseException:
            self._connection.close()
            raise
        self._parsers = ParserShelf(self.config.compare.annotate, missing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file. Nothing is lost without it."""
        self._connection.close()

    def add(
        self, items: Iterable[Item], report: Callable[[Progress], None] | None = None, *, regroup: bool = False
    ) -> AddReport:
        """Puts in what is new, groups it into stories and traces those that changed.

        What is known already changes nothing. May be killed at any moment: the next `add`, of whatever, goes on from
        there and ends with the same file. `report` is told how far it is. `regroup`: rates and groups all articles
        anew, so that the order in which they came decides nothing, however many there are; a library that another
        Retold made (`is_outdated`) is grouped and traced anew by this one. One `add` at a time; readers need not wait.

        Cost: that of annotating what is new, and of tracing the stories it comes into.
        """
        if self._read_only:
            raise LibraryError(f"{self.path} was opened to be read; open it without read_only to add to it")
        tell = report or (lambda progress: None)
        known = {f"{p.name} is set aside: {p.fault}" for p in list_language_plugins() if p.fault is not None}
        with file.explain_errors(self.path), self._take_turn():
            counts = self._take_in(items, tell)
            connection, config = self._connection, self.config

            def tell_of(phase: BuildPhase) -> Callable[[int, int], None]:
                return lambda done, total: tell(Progress(phase, done, total))

            if regroup and is_outdated(connection, config.compare):
                self.config = config = replace(config, compare=renew_method(connection, config.compare))
            renew_background(connection, config, is_wanted=regroup)
            likeness = Likeness(connection, config)
            likeness.index(tell_of("index"))
            likeness.rate(tell_of("rate"))
            place_articles(connection, likeness, tell_of("group"))
            stories = trace_waiting(connection, config, tell_of("trace"))
        broken = tuple(f"{p.name} is set aside: {p.fault}" for p in list_language_plugins() if p.fault is not None)
        return replace(
            counts,
            stories=tuple(write_code("s", story) for story in stories),
            notes=(*counts.notes, *(note for note in broken if note not in known)),
        )

    @property
    def is_outdated(self) -> bool:
        """Whether its articles were grouped and traced by another Retold; `add(…, regroup=True)` does it anew."""
        with file.explain_errors(self.path):
            return is_outdated(self._connection, self.config.compare)

    def stories(
        self, order: StoryOrder = "newest", limit: int = 20, least_articles: int = 2, offset: int = 0
    ) -> tuple[StorySummary, ...]:
        """Stories of at least so many articles: `newest`, most `retold` or most `altered` first."""
        with file.explain_errors(self.path):
            return listings.list_stories(self._connection, order, limit, least_articles, offset)

    def filter_stories(self, wanted: StoryFilter, limit: int = 20, offset: int = 0) -> Listing:
        """One page of the stories that fit a filter, with the times of their reports, and how many there are."""
        with file.explain_errors(self.path), self._read_at_once():
            return listings.filter_stories(self._connection, wanted, limit, offset)

    def list_names(self, kind: NameKind, limit: int = 200) -> tuple[str, ...]:
        """The names of outlets or languages, the most frequent first."""
        with file.explain_errors(self.path):
            return listings.list_names(self._connection, kind, limit)

    def list_speakers(self, limit: int = 100, offset: int = 0, words: str = "") -> tuple[NameCount, ...]:
        """Named speakers, the most quoted first; `words`: that their names hold."""
        with file.explain_errors(self.path):
            return listings.list_speakers(self._connection, limit, offset, words)

    def list_outlets(self, limit: int = 100, offset: int = 0) -> tuple[NameCount, ...]:
        """Outlets, those with the most reports first."""
        with file.explain_errors(self.path):
            return listings.list_outlets(self._connection, limit, offset)

    def describe_outlet(self, name: str, reports: int = 50) -> Outlet | None:
        """Whom an outlet retells, who retells it, and what became of words on the way; its last `reports` reports. None
        where the library has no report of it."""
        with file.explain_errors(self.path), self._read_at_once():
            return outlets.describe_outlet(self._connection, name, reports)

    def read_story(self, id_: str) -> EvidenceDocument:
        """The evidence document of a story, as a comparison of its articles finds it. `id_`: the story's id, as much of
        it as is unambiguous, or the id or address of one of its articles. Raises `UnknownStoryError`."""
        with file.explain_errors(self.path), self._read_at_once():
            story = search.find_story(self._connection, id_)
            (is_traced, retold) = self._connection.execute(
                "SELECT is_traced, retold FROM stories WHERE id = ?", (story,)
            ).fetchone()
            if not is_traced:
                raise LibraryError(
                    f"story {write_code('s', story)} has not been traced yet: a build is running or was cut short. "
                    f"Wait for it, or finish it with: retold build -o {self.path}"
                )
            return read_document(self._connection, story, self.config.compare, retold)

    def read_article(self, id_: str) -> Article:
        """One article with its zones and quotations. `id_`: its whole id, as `search` and documents have it. Raises
        `UnknownStoryError` where there is none of this id."""
        with file.explain_errors(self.path), self._read_at_once():
            found = read_article(self._connection, read_code(id_)) if is_code(id_, "a") else None
        if found is None:
            raise UnknownStoryError(f"the library has no article {id_[:60]}; `search` finds the ids of articles")
        return found

    def list_duplicates(self, id_: str) -> tuple[tuple[Article, Article], ...]:
        """The near-duplicates in a story, each with the earlier report that it is one text with, as read."""
        document = self.read_story(id_)
        by_id = {article.id: article for article in document.articles}
        with file.explain_errors(self.path):
            rows = self._connection.execute(
                "SELECT code, duplicate_of_id FROM articles WHERE story_id = ? AND duplicate_of_id IS NOT NULL "
                "ORDER BY published IS NULL, published, id",
                (search.find_story(self._connection, id_),),
            ).fetchall()
        pairs = [(code, write_code("a", first)) for code, first in rows]
        return tuple((by_id[code], by_id[first]) for code, first in pairs if code in by_id and first in by_id)

    def find_story(self, id_: str) -> str:
        """The whole id of the story that `id_` stands for, as in `read_story`."""
        with file.explain_errors(self.path):
            return write_code("s", search.find_story(self._connection, id_))

    def search(self, text: str, limit: int = 20) -> tuple[ArticleHit, ...]:
        """Articles with all the words of `text` in any inflection, the best first; words in "marks" as they stand."""
        with file.explain_errors(self.path), self._read_at_once():
            return tuple(search.search_articles(self._connection, text, limit))

    def list_quotations(
        self, speaker: str | None = None, words: str | None = None, limit: int = 1000
    ) -> tuple[QuotationHit, ...]:
        """Quotations by date: of a `speaker`, with certain `words`, or both, each with what became of it there."""
        with file.explain_errors(self.path), self._read_at_once():
            return tuple(search.list_quotations(self._connection, speaker, words, limit))

    def knows(self, url: str) -> bool:
        """Whether an article of the page at `url` is in it."""
        with file.explain_errors(self.path):
            page = find_page(url)
            row = self._connection.execute("SELECT 1 FROM articles WHERE page = ? LIMIT 1", (page,)).fetchone()
            return row is not None

    def read_visits(self) -> "tuple[Validator, ...]":
        """What servers said of pages when they were last read, for asking them whether a page has changed."""
        with file.explain_errors(self.path):
            from retold.read.fetch import Validator

            rows = self._connection.execute("SELECT url, found_at, etag, last_modified FROM visits ORDER BY url")
            return tuple(Validator(*row) for row in rows)

    def keep_visits(self, visits: "Iterable[Validator]") -> None:
        """Stores the same, once the articles that were read there are in the file."""
        rows = [(v.url, v.found_at, v.etag, v.last_modified) for v in visits]
        with file.explain_errors(self.path), file.write(self._connection):
            self._connection.executemany("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?)", rows)

    def list_rejects(self) -> tuple[Reject, ...]:
        """The inputs that were set aside, with their reasons."""
        with file.explain_errors(self.path):
            rows = self._connection.execute("SELECT input, reason FROM rejects ORDER BY input, reason")
            return tuple(Reject(*row) for row in rows)

    def count(self) -> LibraryCounts:
        """How much is in it."""
        with file.explain_errors(self.path), self._read_at_once():
            one = self._connection.execute(
                "SELECT (SELECT count(*) FROM articles WHERE is_latest = 1), (SELECT count(*) FROM articles), "
                "(SELECT count(*) FROM stories), (SELECT count(*) FROM outlets), (SELECT count(*) FROM quotations), "
                "(SELECT count(*) FROM rejects)"
            ).fetchone()
            return LibraryCounts(*one)

    def list_parsers(self) -> Mapping[str, str | None]:
        """Language → parser, of those used since it was opened."""
        return self._parsers.names()

    def _take_in(self, items: Iterable[Item], tell: Callable[[Progress], None]) -> AddReport:
        today = datetime.now(UTC).date().isoformat()
        intakes: list[Intake] = []
        rejects = done = 0
        tell(Progress("read", 0, None))
        for batch in _cut_batches(items, self.config):
            articles = [item for item in batch if isinstance(item, Article | PackedArticle)]
            beside = [item for item in batch if isinstance(item, Reject | Note)]
            if beside:
                with file.write(self._connection):
                    for item in beside:
                        table, values = (
                            ("rejects (input, reason)", (item.input, item.reason))
                            if isinstance(item, Reject)
                            else ("notes (input, text)", (item.input, item.text))
                        )
                        self._connection.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", values)
                rejects += sum(isinstance(item, Reject) for item in beside)
            intakes.append(
                work_around(partial(add_batch, self._connection, articles, self._parsers, self.config, today))
            )
            done += len(articles)
            tell(Progress("read", done, None))
        return AddReport(
            tuple(code for intake in intakes for code in intake.new),
            sum(intake.known for intake in intakes),
            sum(intake.new_versions for intake in intakes),
            rejects,
            notes=fold_notes([note for intake in intakes for note in intake.notes]),
        )

    def _agree_on_config(self, wanted: LibraryConfig | None) -> LibraryConfig:
        row = self._connection.execute("SELECT value FROM settings WHERE name = 'compare'").fetchone()
        if row is None:
            config = wanted or LibraryConfig()
            if not self._read_only:
                with file.write(self._connection):
                    store_method(self._connection, config.compare)
            return config
        try:
            stored = msgspec.json.decode(row[0], type=CompareConfig)
        except msgspec.ValidationError as e:
            raise LibraryVersionError(
                f"{self.path} was made with settings that this Retold doesn't know ({e}). Nothing was changed. Update "
                "Retold (pip install -U retold), or build another file"
            ) from e
        if wanted is not None and wanted.compare != stored:
            raise LibraryVersionError(
                f"{self.path} was made with other settings ({_say_difference(stored, wanted.compare)}); findings of "
                "both would not compare. Use the same settings, or build another file"
            )
        return replace(wanted or LibraryConfig(), compare=stored)

    @contextmanager
    def _take_turn(self) -> Iterator[None]:
        """One build at a time. A lock that the system itself takes away from a process that is killed."""
        try:
            import fcntl
        except ImportError:  # Windows: two builds at once fail with a message at the first row both want to write
            yield
            return
        name = f"{self.path}-building"
        while True:
            with open(name, "ab") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise LibraryLockedError(
                        f"{self.path} is being built by another process. Wait until it is done, then run this again"
                    ) from error
                if not _is_same_file(name, lock.fileno()):
                    continue  # the one who had it took the file away in between
                try:
                    yield
                finally:
                    os.unlink(name)
                return

    @contextmanager
    def _read_at_once(self) -> Iterator[None]:
        """Several statements that see one state of the file, whatever is written meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _is_same_file(name: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(name), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _cut_batches(items: Iterable[Item], config: LibraryConfig) -> Iterator[list[Item]]:
    batch: list[Item] = []
    chars = 0
    for item in items:
        batch.append(item)
        article = item.article if isinstance(item, PackedArticle) else item
        chars += len(article.text) if isinstance(article, Article) else 0
        if len(batch) >= config.batch_articles or chars >= config.batch_chars:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def _say_difference(stored: CompareConfig, wanted: CompareConfig) -> str:
    one, other = msgspec.to_builtins(stored), msgspec.to_builtins(wanted)
    return "; ".join(f"{name}: {one[name]} there, {other[name]} here" for name in one if one[name] != other[name])
