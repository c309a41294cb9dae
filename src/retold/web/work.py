"""Comparing and checking for a server: one at a time, in a thread, within a time."""

from collections.abc import Callable
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from retold.check import CheckReport, check_draft
from retold.document import EvidenceDocument
from retold.errors import RetoldError
from retold.evidence import CompareConfig, compare_articles
from retold.model import Article
from retold.styles import StyleProfile

TIME_LIMIT_S: Final = 90.0
"""A page that asks for more than this is answered that it is too much. The thread can't be stopped: it goes on to its
end, and the next one waits for it; the limits on what is read keep that short."""
_Result = TypeVar("_Result")
_TURN: Final = anyio.CapacityLimiter(1)


class TooSlowError(RetoldError):
    """A comparison took longer than a page waits for."""


async def work(task: Callable[[], _Result]) -> _Result:
    """Does a task when its turn comes. Raises `TooSlowError`."""
    try:
        with anyio.fail_after(TIME_LIMIT_S):
            return await anyio.to_thread.run_sync(task, abandon_on_cancel=True, limiter=_TURN)
    except TimeoutError as error:
        raise TooSlowError(
            f"this took longer than {TIME_LIMIT_S:.0f} seconds; nothing was stored. Give fewer or shorter texts, or "
            "use the command line: retold compare …"
        ) from error


def compare_texts(articles: tuple[Article, ...], config: CompareConfig) -> tuple[EvidenceDocument, tuple[str, ...]]:
    """The evidence document, and what was missing on the way."""
    missing: list[str] = []
    return compare_articles(articles, config, missing=missing.append), tuple(missing)


def check_text(
    draft: Article, sources: tuple[Article, ...], profile: StyleProfile, config: CompareConfig
) -> tuple[CheckReport, tuple[str, ...]]:
    """The findings about a draft, and what was missing on the way."""
    missing: list[str] = []
    return check_draft(draft, sources, profile, config, missing.append), tuple(missing)
