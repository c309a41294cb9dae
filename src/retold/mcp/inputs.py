"""What a client gives → articles: texts as they are, and files below the folders that the server may read."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from retold.errors import InputError
from retold.mcp.values import ArticleIn
from retold.model import Article
from retold.read import ReadOptions, detect_language, stream_inputs
from retold.read.batch import hash_text, replace_surrogates
from retold.read.dates import find_date_in_url, parse_published
from retold.read.walk import asks_web, is_foreign

MAX_ARTICLES: Final = 200
MAX_CHARS: Final = 2_000_000
"""Of all texts together: what one comparison takes a minute for. A library takes any number."""
MAX_FILE_BYTES: Final = 16_000_000
_TOO_MANY: Final = (
    f"and one call takes {MAX_ARTICLES} articles and {MAX_CHARS:,} characters at most. Give fewer, or build a library "
    "of them (retold build FOLDER -o news.db), start the server with it (retold mcp news.db), and ask by `story`"
)


class Given(Struct, frozen=True):
    """The articles, each with an id of its own, and what a client should know of the inputs."""

    articles: tuple[Article, ...]
    notes: tuple[str, ...]


def read_given(given: Sequence[ArticleIn], allowed: Sequence[Path]) -> Given:
    """Articles of everything given, in its order. Nothing is stored, and nothing is fetched.

    `allowed`: the folders below which a path may lie; links are followed first, so none leads out of them. Raises
    `InputError` for what can't be taken at all; what can't be read of a folder or table is named in the notes.
    """
    found: list[Article] = []
    notes: list[str] = []
    for number, one in enumerate(given):
        where = f"articles[{number}]"
        if (one.text is None) == (one.path is None):
            raise InputError(f"{where} needs either `text` or `path`; give exactly one of the two")
        if one.text is not None:
            articles: tuple[Article, ...] = (_make_article(one, one.text, where),)
        else:
            articles, said = _read_path(one, allowed, where)
            notes += said
        found += articles
    if len(found) > MAX_ARTICLES:
        raise InputError(f"these are {len(found)} articles, {_TOO_MANY}")
    chars = sum(len(article.text) for article in found)
    if chars > MAX_CHARS:
        raise InputError(f"these are {chars:,} characters, {_TOO_MANY}")
    if not found:
        raise InputError("none of this could be read as an article: " + "; ".join(notes))
    return Given(_name_all(found), tuple(notes))


def _make_article(one: ArticleIn, text: str, where: str) -> Article:
    text = replace_surrogates(text)
    if not text.strip():
        raise InputError(f"{where}.text is empty; give the report's whole text")
    article = Article(one.id or "", text, hash_text(text), language=detect_language(text))
    return _add_known(article, one, where)


def _add_known(article: Article, one: ArticleIn, where: str) -> Article:
    published = parse_published(one.published) if one.published else None
    if one.published and published is None:
        raise InputError(
            f"{where}.published is {one.published[:40]!r}; expected ISO 8601, as 2032, 2032-01-14 or 2032-01-14T17:20Z"
        )
    url = one.url or article.url
    return replace(
        article,
        outlet=one.outlet or article.outlet,
        title=one.title or article.title,
        url=url,
        published=published or article.published or (find_date_in_url(url) if url else None),
    )


def _read_path(one: ArticleIn, allowed: Sequence[Path], where: str) -> tuple[tuple[Article, ...], list[str]]:
    path = find_allowed(one.path or "", allowed, where)
    notes: list[str] = []
    articles: list[Article] = []
    for item in stream_inputs(
        [str(path)],
        ReadOptions(max_file_bytes=MAX_FILE_BYTES),
        on_note=lambda note: notes.append(f"{note.input} {note.text}"),
    ):
        if isinstance(item, Article):
            articles.append(item)
        else:
            notes.append(f"set aside: {item.reason}")
        if len(articles) > MAX_ARTICLES:
            raise InputError(f"{where}.path holds more than {MAX_ARTICLES} articles, {_TOO_MANY}")
    if len(articles) > 1 and (one.id or one.outlet or one.published or one.title or one.url):
        raise InputError(
            f"{where}.path holds {len(articles)} articles, so id, outlet, published, title and url can't be those of "
            "all; leave them out, or name one file"
        )
    return tuple(_add_known(replace(article, id=one.id or article.id), one, where) for article in articles), notes


def find_allowed(given: str, allowed: Sequence[Path], where: str) -> Path:
    """The file or folder that a path means, if it lies below one of the folders; raises `InputError` if not.

    A relative path is looked for in each of them. What lies outside is refused in the same words whether it is there
    or not.
    """
    if not allowed:
        raise InputError(
            f"{where}.path: this server reads no files. Give the text itself as `text`, or start the server with: "
            "retold mcp --allow FOLDER"
        )
    folders = ", ".join(map(str, allowed))
    refused = InputError(
        f"{where}.path is not below a folder that this server may read ({folders}). Name a file there, or give the "
        "text itself as `text`"
    )
    if "://" in given or given.strip() in {"", "-"} or "\0" in given:
        raise InputError(
            f"{where}.path must be a file or folder below {folders}. Addresses are not fetched: give the text itself "
            "as `text`, and its address as `url`"
        )
    candidates = [Path(given)] if os.path.isabs(given) else [folder / given for folder in allowed]
    real = [Path(os.path.realpath(one)) for one in candidates]
    inside = [one for one in real if any(one.is_relative_to(folder) for folder in allowed)]
    if not inside:
        raise refused
    path = next((one for one in inside if one.exists()), None)
    if path is None:
        raise InputError(f"{where}.path: there is no {given[:200]} in {folders}")
    for one in [path, *(path.rglob("*") if path.is_dir() else ())]:
        if not any(Path(os.path.realpath(one)).is_relative_to(folder) for folder in allowed):
            raise refused  # a link out of the folder
    if path.is_file() and asks_web(str(path)) and not is_foreign(path):
        raise InputError(
            f"{where}.path: {given[:200]} is a feed or a list of addresses, and this server fetches nothing"
        )
    return path


def _name_all(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Ids as they were given, a1, a2, … for the others. Raises `InputError` for an id that is there twice."""
    given = [article.id for article in articles if article.id]
    doubled = sorted({id_ for id_ in given if given.count(id_) > 1})
    if doubled:
        raise InputError(f"two articles have the id {doubled[0]!r}; give each its own, or none")
    free = (f"a{number}" for number in range(1, 2 * len(articles) + 1) if f"a{number}" not in set(given))
    return tuple(article if article.id else replace(article, id=next(free)) for article in articles)
