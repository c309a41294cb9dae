"""The door through which articles come in: files, folders, records, data frames, and addresses where asked for."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from retold import model
from retold.api.articles import Article, Articles
from retold.api.notices import warn_caller
from retold.api.records import Frame, PandasFrame, PolarsFrame, Record, list_records, read_mapping
from retold.errors import InputError
from retold.model import Reject
from retold.read import Columns, Note, ReadOptions, stream_inputs
from retold.read.walk import SET_ASIDE, asks_web

if TYPE_CHECKING:
    from retold.read.fetch import Fetched, Validator

_SHOWN_REASONS = 5
_LONGEST_NAME_CHARS = 1000


def read(
    *inputs: "str | os.PathLike[str] | Record | Frame",
    fetch: bool = False,
    text_column: str | None = None,
    outlet_column: str | None = None,
    date_column: str | None = None,
) -> Articles:
    """The articles in files and folders: .txt, .html, .jsonl, .csv, .parquet, .warc, each also gzipped.

    An input may also be a record with a `text`, or a data frame of pandas or polars with such rows. Addresses and feeds
    are read with `fetch=True` only. `…_column`: the columns of tables and keys of records, where they have no usual
    name. What can't be read is set aside: it stands in `rejects`, and a warning tells. Ids are those of records, else
    a1, a2, …

    Raises `InputError` where nothing could be read at all, or where an address is given without `fetch`.

    >>> articles = read({"text": "The ferry stopped on Monday, the port said.", "outlet": "Seelby Post"})
    >>> articles[0].id, articles[0].language
    ('a1', 'en')
    """
    columns = Columns(text=text_column, outlet=outlet_column, published=date_column)
    found = gather_articles(inputs, columns, fetch=fetch)
    warn_of_rejects(found)
    return Articles(map(Article, name_articles(a.value for a in found)), found.rejects, found.notes)


def gather_articles(
    inputs: "Iterable[str | os.PathLike[str] | Record | Frame]", columns: Columns, *, fetch: bool
) -> Articles:
    """What `read` reads, before ids are given and anything is said of what was set aside."""
    found: list[model.Article] = []
    rejects: list[Reject] = []
    notes: list[Note] = []
    for number, given in enumerate(inputs, 1):
        if not isinstance(given, str | os.PathLike):
            if not isinstance(given, Mapping | PandasFrame | PolarsFrame):
                raise InputError(
                    f"{type(given).__name__} can't be read; give files, folders, records or data frames, "
                    "those of a list one by one: retold.read(*files)"
                )
            records = [given] if isinstance(given, Mapping) else list_records(given)
            for row, record in enumerate(records, 1):
                where = f"record {number}" if isinstance(given, Mapping) else f"row {row}"
                try:
                    drafts, told = read_mapping(record, where, columns)
                except InputError as error:
                    rejects.append(Reject(where, _say_in_python(str(error))))
                else:
                    found += drafts
                    notes += told
            continue
        path = os.fspath(given)
        _check_path(path, fetch=fetch)
        for item in stream_inputs(
            [path], ReadOptions(columns=columns), fetcher=None if fetch else _Offline(), on_note=notes.append
        ):
            if isinstance(item, Reject):
                rejects.append(Reject(item.input, _say_in_python(item.reason)))
            else:
                found.append(item)
    return Articles(map(Article, found), rejects, dict.fromkeys(notes))  # of a plugin each input tells anew


def warn_of_rejects(articles: Articles) -> None:
    """Says what was set aside: as an error where that is all there was, else as a warning. So are plugins that can't be
    used: without them the same inputs are read otherwise."""
    for note in articles.notes:
        if note.text.startswith(SET_ASIDE):
            warn_caller(f"{note.input} {note.text}")
    if articles.rejects and not articles:
        raise InputError(f"nothing could be read: {_list_reasons(articles.rejects)}")
    if articles.rejects:
        warn_caller(f"set aside: {_list_reasons(articles.rejects)}")


def name_articles(articles: Iterable[model.Article]) -> tuple[model.Article, ...]:
    """The articles with ids of their own: the first of an id keeps it, one without gets the next of a1, a2, …; the same
    article twice is one. Linear."""
    kept: dict[tuple[str, str], model.Article] = {}
    for article in articles:
        kept.setdefault((article.id, article.rank), article)
    taken = {article.id for article in kept.values()}
    free = (name for name in _count_names() if name not in taken)
    used: set[str] = set()
    named = []
    for article in kept.values():
        own = article.id if article.id and article.id not in used else next(free)
        used.add(own)
        named.append(article if own == article.id else replace(article, id=own))
    return tuple(named)


class _Offline:
    """Stands for the web where that is not to be asked."""

    def fetch(self, url: str) -> "Fetched":
        raise InputError(f"{url} is an address; to have it fetched: retold.read(…, fetch=True)")

    def keep(self, fetched: "Fetched") -> "Validator | None":
        return None


def _count_names() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"a{number}"


def _check_path(given: str, *, fetch: bool) -> None:
    if "\n" in given or len(given) > _LONGEST_NAME_CHARS:
        raise InputError(
            "this is a text, not the name of a file; for one article: retold.Article.from_text(text), "
            "for its quotations: retold.find_quotations(text)"
        )
    if not fetch and asks_web(given):
        raise InputError(f"{given} is an address or lists some; to have them fetched: retold.read(…, fetch=True)")


def _say_in_python(reason: str) -> str:
    return reason.replace("--text-column", "text_column=")


def _list_reasons(rejects: Sequence[Reject]) -> str:
    more = len(rejects) - _SHOWN_REASONS
    shown = "; ".join(reject.reason for reject in rejects[:_SHOWN_REASONS])
    return shown + (f"; and {more:,} more, in .rejects" if more > 0 else "")
