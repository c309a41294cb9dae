"""The doors of reading: paths, addresses and standard input → articles, all at once or one after the other."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from retold.model import Article, Reject
from retold.read.batch import Batch, Note
from retold.read.options import ReadOptions
from retold.read.tables import Draft
from retold.read.walk import walk_inputs

if TYPE_CHECKING:
    from retold.read.web import Asker, IsKnown


def read_inputs(inputs: Sequence[str], stdin: BinaryIO | None = None, options: ReadOptions | None = None) -> Batch:
    """All the articles in files, folders, addresses and standard input, mixed freely; what can't be read is set aside.

    A folder stands for the files in it and its sub-folders that have a known extension, in the order of their paths,
    hidden ones left out. `-` is `stdin` (the process's own by default); it and files of unknown extension are told by
    how they start. Anything may be gzipped. A file that is named twice is read once. An article keeps the id its record
    gives; the others are a1, a2, … in order, without those that are given. Ids are unique: a second record of an id is
    set aside. Linear in the bytes. Never raises for what the inputs are or hold.

    >>> read_inputs(["no-such.txt"]).rejects[0].reason.split(";")[0]
    'no-such.txt does not exist'
    """
    drafts: list[Draft] = []
    rejects: list[Reject] = []
    notes: list[Note] = []
    for event in walk_inputs(inputs, options or ReadOptions(), stdin):
        if isinstance(event, Draft):
            drafts.append(event)
        elif isinstance(event, Reject):
            rejects.append(event)
        else:
            notes.append(event)
    articles, seconds = _give_ids(drafts)
    return Batch(articles, (*rejects, *seconds), tuple(notes))


def stream_inputs(
    inputs: Sequence[str],
    options: ReadOptions,
    *,
    stdin: BinaryIO | None = None,
    fetcher: "Asker | None" = None,
    is_known: "IsKnown | None" = None,
    must_be_lists: bool = False,
    on_note: Callable[[Note], None] | None = None,
) -> Iterator[Article | Reject]:
    """The same, one after the other: memory holds one file of text, one page or one record at a time.

    An article's id is what its record gives, "" where it gives none: the receiver names and dedupes. `fetcher` asks the
    web (one is made from `options.fetch` where none is given); what it has learnt for conditional requests is in its
    `state` once the article that it belongs to has been handed out, so that saving both together loses nothing.
    `is_known` is asked for each item of a feed or sitemap; True passes it over. With `must_be_lists` an address that
    is no feed, OPML list or sitemap is set aside, so that a page given by mistake isn't read as an article. A page
    that is unchanged since the last visit gives nothing. `on_note` hears what a person should know. Never raises for
    what the inputs are or hold.

    >>> [reject.input for reject in stream_inputs(["no-such.txt"], ReadOptions())]
    ['no-such.txt']
    """
    for event in walk_inputs(inputs, options, stdin, fetcher, is_known, must_be_lists):
        if isinstance(event, Draft):
            yield event.article
        elif isinstance(event, Reject):
            yield event
        elif on_note:
            on_note(event)


def _give_ids(drafts: list[Draft]) -> tuple[tuple[Article, ...], list[Reject]]:
    given = {draft.article.id for draft in drafts}
    free = (f"a{number}" for number in _count_up() if f"a{number}" not in given)
    first: dict[str, Draft] = {}
    articles, rejects = [], []
    for draft in drafts:
        article = draft.article
        if not article.id:
            articles.append(msgspec.structs.replace(article, id=next(free)))
        elif article.id in first:
            rejects.append(Reject(draft.where, _explain_second(draft, first[article.id])))
        else:
            first[article.id] = draft
            articles.append(article)
    return tuple(articles), rejects


def _count_up() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _explain_second(second: Draft, first: Draft) -> str:
    identifier = second.article.id
    if second.article.sha256 == first.article.sha256:
        return f'{second.where} is the same article as {first.where} (id "{identifier}", same text); it is read once'
    return (
        f'{second.where} has the id "{identifier}" of another article, {first.where}; ids must be unique: rename one '
        "of them"
    )
