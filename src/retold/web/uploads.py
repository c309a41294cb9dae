"""What a person pastes, drops or names → articles: read by the same readers as everywhere, within a page's limits."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from retold.errors import InputError
from retold.model import Article, Reject
from retold.present.lettering import clean_line, shorten_line
from retold.read import Batch, FetchOptions, ReadOptions, read_inputs

MAX_TEXTS: Final = 40
MAX_CHARS: Final = 600_000
"""Of all texts together: what one comparison takes some seconds for."""
MAX_ADDRESSES: Final = 10
_ENDINGS: Final = (".txt", ".html", ".htm", ".xhtml", ".jsonl", ".ndjson", ".csv", ".tsv")
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)


class Pasted(Struct, frozen=True):
    """A text out of a box, and what it is called."""

    text: str
    outlet: str = ""
    published: str = ""
    title: str = ""


class Dropped(Struct, frozen=True):
    """A file as the browser sent it."""

    name: str
    data: bytes


class Gathered(Struct, frozen=True):
    """The articles, with ids of their own, and what a person should know of the inputs."""

    articles: tuple[Article, ...]
    notes: tuple[str, ...]


def gather_texts(
    pasted: Sequence[Pasted], dropped: Sequence[Dropped], addresses: str, *, allow_private: bool, prefix: str = "a"
) -> Gathered:
    """Articles of everything given. Nothing is stored: files are read from a temporary folder that is gone afterwards.

    Addresses go through the fetcher that refuses whatever is not public. Raises `InputError` where it is too much.
    """
    options = ReadOptions(
        fetch=FetchOptions(
            allow_private=allow_private, timeout_s=10, total_timeout_s=20, max_bytes=6_000_000, retries=0, delay_s=0.2
        ),
        max_file_bytes=12_000_000,
        max_article_chars=MAX_CHARS,
        max_items=MAX_ADDRESSES,
    )
    found: list[Article] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="retold-") as folder:
        for number, one in enumerate(pasted, 1):
            if one.text.strip():
                batch = _read_named(Path(folder), f"text {number}.txt", one.text.encode("utf-8", "replace"), options)
                found += [_name(article, one) for article in batch.articles]
                notes += _list_notes(batch)
        for file in dropped:
            name = shorten_line(file.name.replace("\\", "/").rsplit("/", 1)[-1], 80) or "file"
            if not name.lower().endswith(_ENDINGS):
                notes.append(
                    f"{name} was set aside: only {', '.join(_ENDINGS[:3])}, .jsonl and .csv files are read here"
                )
                continue
            batch = _read_named(Path(folder), name, file.data, options)
            found += batch.articles
            notes += _list_notes(batch)
    wanted = list(dict.fromkeys(_ADDRESS.findall(addresses)))
    stray = " ".join(_ADDRESS.sub(" ", addresses).split())
    if stray:
        notes.append(f"“{shorten_line(stray, 80)}” is no web address; give one that begins with https://")
    if len(wanted) > MAX_ADDRESSES:
        raise InputError(f"{len(wanted)} addresses are more than the {MAX_ADDRESSES} that are asked at a time")
    for address in wanted:
        batch = read_inputs([address], options=options)
        found += batch.articles
        notes += _list_notes(batch)
    if len(found) > MAX_TEXTS:
        raise InputError(
            f"these are {len(found)} reports; {MAX_TEXTS} at most here. Build a library of more: retold build …"
        )
    chars = sum(len(article.text) for article in found)
    if chars > MAX_CHARS:
        raise InputError(
            f"these are {chars:,} characters; {MAX_CHARS:,} at most here. The command line takes more: retold compare …"
        )
    return Gathered(tuple(replace(one, id=f"{prefix}{n}") for n, one in enumerate(found, 1)), tuple(notes))


def _read_named(folder: Path, name: str, data: bytes, options: ReadOptions) -> Batch:
    """Reads bytes as the file that they came as; only the kind goes into the name of the temporary file."""
    path = folder / f"given{Path(name).suffix.lower()}"
    path.write_bytes(data)
    batch = read_inputs([str(path)], options=options)

    def say(text: str) -> str:
        return text.replace(str(path), name)

    return Batch(
        tuple(replace(article, path=name if article.path else None) for article in batch.articles),
        tuple(Reject(say(one.input), say(one.reason)) for one in batch.rejects),
        tuple(replace(one, input=say(one.input), text=say(one.text)) for one in batch.notes),
    )


def _name(article: Article, given: Pasted) -> Article:
    """What the person wrote beside the box goes before what the text says."""
    outlet, title = shorten_line(given.outlet, 120), shorten_line(given.title, 300)
    return replace(article, outlet=outlet or article.outlet, title=title or article.title)


def _list_notes(batch: Batch) -> list[str]:
    rejects = [f"set aside: {clean_line(one.reason)}" for one in batch.rejects]
    return [f"{clean_line(one.input)} {clean_line(one.text)}" for one in batch.notes] + rejects
