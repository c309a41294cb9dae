"""A library file as a notebook holds it: its lists are rows, and its stories are comparisons."""

import os
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from retold import library
from retold.api.articles import Article, Articles, tell_number
from retold.api.comparison import Comparison
from retold.api.notices import warn_caller
from retold.errors import LibraryError, LibraryMissingError
from retold.library import (
    AddReport,
    ArticleHit,
    LibraryConfig,
    NameCount,
    Progress,
    QuotationHit,
    StoryOrder,
    StorySummary,
)
from retold.library.file import WAIT_FOR_LOCK_S
from retold.rows import Rows


class Library(library.Library):
    """A library file that is open. Use it in a `with` statement, or close it.

    `count()` says how much is in it, `list_rejects()` what was set aside, `is_outdated` whether another Retold made it.
    """

    def add(
        self,
        items: "Iterable[library.Item | Article]",
        report: Callable[[Progress], None] | None = None,
        *,
        regroup: bool = False,
    ) -> AddReport:
        """Puts in what is new (articles from `retold.read`, or of one's own), groups it into stories and traces those.

        What is known already changes nothing. `regroup`: groups all articles anew.
        """
        beside: tuple[library.Item, ...] = (*items.rejects, *items.notes) if isinstance(items, Articles) else ()
        plain = (item.value if isinstance(item, Article) else item for item in items)
        return super().add(chain(plain, beside), report, regroup=regroup)

    def stories(
        self, order: StoryOrder = "newest", limit: int = 20, least_articles: int = 2, offset: int = 0
    ) -> Rows[StorySummary]:
        """Stories of at least so many articles: `newest`, most `retold` or most `altered` first."""
        return Rows(StorySummary, super().stories(order, limit, least_articles, offset))

    def search(self, text: str, limit: int = 20) -> Rows[ArticleHit]:
        """Articles with all the words of `text` in any inflection, the best first; words in "marks" as they stand."""
        return Rows(ArticleHit, super().search(text, limit))

    def list_quotations(
        self, speaker: str | None = None, words: str | None = None, limit: int = 1000
    ) -> Rows[QuotationHit]:
        """Quotations by date: of a `speaker`, with certain `words`, or both, each with what became of it there."""
        return Rows(QuotationHit, super().list_quotations(speaker, words, limit))

    def list_speakers(self, limit: int = 100, offset: int = 0, words: str = "") -> Rows[NameCount]:
        """Named speakers, the most quoted first; `words`: that their names hold."""
        return Rows(NameCount, super().list_speakers(limit, offset, words))

    def list_outlets(self, limit: int = 100, offset: int = 0) -> Rows[NameCount]:
        """Outlets, those with the most reports first."""
        return Rows(NameCount, super().list_outlets(limit, offset))

    def open_story(self, id_: str) -> Comparison:
        """What was found in a story. `id_`: the story's id, or the id or address of one of its articles. Raises
        `UnknownStoryError`, a child of `RetoldError`."""
        return Comparison(self.read_story(id_))

    def __repr__(self) -> str:
        try:
            counts = self.count()
        except LibraryError:  # it is closed, or the file is gone
            return f"Library({str(self.path)!r})"
        return (
            f"Library({str(self.path)!r}: {tell_number(counts.articles, 'article')} of "
            f"{tell_number(counts.outlets, 'outlet')}, {tell_number(counts.stories, 'story', 'stories')}, "
            f"{tell_number(counts.quotations, 'quotation')})"
        )


def open_library(
    path: str | Path, *, create: bool = False, read_only: bool = False, config: LibraryConfig | None = None
) -> Library:
    """Opens the library at `path`, made first where `create` says so and there is none.

    `config`: the settings it is made with. Raises the children of `LibraryError`, each saying what to do: no file, no
    library, a newer schema, locked, full. Where a parser is not installed a warning tells.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with open_library(Path(folder.name) / "news.db", create=True) as news:
    ...     report = news.add([Article.from_text('The dam broke. "We saw it coming," said Ada Lund.', outlet="Post")])
    ...     [hit.content for hit in news.list_quotations(speaker="Lund")]
    ['We saw it coming']
    >>> folder.cleanup()
    """
    try:
        return Library(
            Path(path),
            create=create,
            read_only=read_only,
            config=config,
            missing=warn_caller,
            wait_s=WAIT_FOR_LOCK_S,
        )
    except LibraryMissingError as error:
        raise LibraryMissingError(
            f"there is no library at {path}; to have one made: retold.open_library({os.fspath(path)!r}, create=True)"
        ) from error
