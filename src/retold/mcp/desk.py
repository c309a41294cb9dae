"""What a server has at hand: its library, the folders that it may read, and the last comparisons by their names."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from retold.errors import InputError
from retold.evidence import CompareConfig, compare_articles
from retold.library import Library, open_library
from retold.mcp.findings import Finds
from retold.mcp.inputs import read_given
from retold.mcp.values import Asked
from retold.model import Article

KEPT_COMPARISONS: Final = 16
"""What an assistant pages through or comes back to; each is some times the size of its texts."""


class Subject(Struct, frozen=True):
    """What a question is about, found: `comparison` is None for a story of the library."""

    finds: Finds
    comparison: str | None
    notes: tuple[str, ...]


class Desk:
    """The state of one server. Not for several threads at once: the server asks it one thing at a time."""

    def __init__(
        self, library: Path | None = None, allowed: Sequence[Path] = (), config: CompareConfig | None = None
    ) -> None:
        self.library = library
        self.allowed = tuple(folder.resolve() for folder in allowed)
        self.config = config or CompareConfig()
        self._kept: OrderedDict[str, Subject] = OrderedDict()

    def open(self) -> Library:
        """The library, to be read. Raises `InputError` where the server has none."""
        if self.library is None:
            raise InputError(
                "this server has no library. Give the articles themselves, or start it with one: retold mcp news.db "
                "(retold build FOLDER -o news.db makes it)"
            )
        return open_library(self.library, read_only=True)

    def find(self, asked: Asked) -> Subject:
        """The findings about the articles, comparison or story that a question names.

        Articles that were compared before are not compared again. Raises `InputError` where not exactly one of the
        three is given, where the comparison is forgotten and where an input can't be read.
        """
        given = [name for name in ("articles", "comparison", "story") if getattr(asked, name) is not None]
        if len(given) != 1:
            said = f"{' and '.join(given)} were given" if given else "none of them was given"
            raise InputError(f"give exactly one of `articles`, `comparison` and `story`; {said}")
        if asked.story is not None:
            with self.open() as library:
                document = library.read_story(asked.story)
            return Subject(Finds(document), None, tuple(reject.reason for reject in document.rejects))
        if asked.comparison is not None:
            kept = self._kept.get(asked.comparison)
            if kept is None:
                raise InputError(
                    f"comparison {asked.comparison!r} is not known, or was forgotten (the last {KEPT_COMPARISONS} are "
                    "kept while the server runs); give the articles again"
                )
            self._kept.move_to_end(asked.comparison)
            return kept
        inputs = read_given(asked.articles or (), self.allowed)
        return self._compare(inputs.articles, inputs.notes)

    def _compare(self, articles: tuple[Article, ...], notes: tuple[str, ...]) -> Subject:
        data = msgspec.json.encode((articles, self.config), order="deterministic")
        name = "cmp-" + hashlib.sha256(data).hexdigest()[:16]
        if name not in self._kept:
            missing: list[str] = []
            document = compare_articles(articles, self.config, missing=missing.append)
            said = (*notes, *missing, *(reject.reason for reject in document.rejects))
            self._kept[name] = Subject(Finds(document), name, said)
            if len(self._kept) > KEPT_COMPARISONS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]

    def check_library(self) -> None:
        """Raises `LibraryError` where there is no library to open."""
        if self.library is not None:
            with self.open():
                return
