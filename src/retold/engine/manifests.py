"""A manifest a stage: which parts of it are finished, what they were made from, and by which Retold."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from retold import __version__
from retold.errors import CorpusError

FORMAT = 1
"""Of the folders and tables of a corpus; another one is refused."""
NAME = "_manifest.json"
"""Engines pass over files that begin with an underscore."""


class Part(Struct, frozen=True):
    """A finished part of a stage: a folder of Parquet files. `made_from`: what it is made of, as a digest. `holds`: of
    a part of the articles that was read from several shards, these; else it is called after its shard."""

    rows: int
    made_from: str = ""
    holds: tuple[str, ...] = ()


class Manifest(Struct, frozen=True):
    """What a stage's folder holds. `settings`: what decided its rows besides its input, as JSON."""

    format: int
    retold: str
    stage: str
    settings: msgspec.Raw
    parts: dict[str, Part]


def read_manifest(folder: Path, settings: Struct | None) -> Manifest:
    """The manifest of a stage, an empty one where it has not begun. `settings` None: whatever they were.

    Raises `CorpusError` where it was written in another format or under other settings, or can't be read.
    """
    path = folder / NAME
    if not path.exists():
        return Manifest(FORMAT, __version__, folder.name, _write_settings(settings), {})
    try:
        data = path.read_bytes()
        found = msgspec.json.decode(data, type=Manifest)
    except (OSError, msgspec.DecodeError) as e:
        raise CorpusError(f"{path} can't be read ({e}); remove {folder}, and the same command makes it anew") from e
    if found.format != FORMAT:
        raise CorpusError(
            f"{folder} is of a corpus in format {found.format}, and this Retold ({__version__}) writes format "
            f"{FORMAT}; make it anew in another folder: retold corpus INPUT… -o OTHER/"
        )
    if settings is not None and msgspec.json.decode(found.settings) != msgspec.to_builtins(settings):
        raise CorpusError(
            f"{folder} was made with other settings than those asked for now; give these again, or another folder: "
            "-o OTHER/"
        )
    return found if settings is None else replace(found, settings=_write_settings(settings))


def _write_settings(settings: Struct | None) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(settings, order="deterministic"))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes it so that it is there as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f".{NAME}.tmp"
    with waiting.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=2))
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(folder / NAME)


def make_digest(parts: Iterable[str]) -> str:
    """16 hexadecimal digits for some texts in their order.

    >>> make_digest(["a", "b"]) == make_digest(["a", "b"]) != make_digest(["ab"])
    True
    """
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
