"""A manifest a stage: which parts of it are finished, what they were made from, and by which Retold."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from retold import __version__
from retold.errors import CorpusError

FORMAT = 1
"""Of the folders and tables of a corpus; another one is refused."""
NAME = "_manifest.json"
"""Engines pass over files that begin with an underscore."""


class Part(Struct, frozen=True):
    """A finished part of a stage: a folder of Parquet files. `made_from`: what it is made of, as a digest."""

    rows: int
    made_from: str = ""


class Manifest(Struct, frozen=True):
    """What a stage's folder holds. `settings`: a digest of what decided its rows besides its input."""

    format: int
    retold: str
    stage: str
    settings: str
    parts: dict[str, Part]


def read_manifest(folder: Path, settings: str | None) -> Manifest:
    """The manifest of a stage, an empty one where it has not begun. `settings` None: whatever they were.

    Raises `CorpusError` where it was written in another format or under other settings, or can't be read.
    """
    path = folder / NAME
    if not path.exists():
        return Manifest(FORMAT, __version__, folder.name, settings or "", {})
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
    if settings is not None and found.settings != settings:
        raise CorpusError(
            f"{folder} was made with other settings than those asked for now; give these again, or another folder: "
            "-o OTHER/"
        )
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes it so that it is there as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f".{NAME}.tmp"
    with waiting.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=2))
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(folder / NAME)


def digest_settings(settings: Struct) -> str:
    """What stands in a manifest for the settings of its stage."""
    return make_digest([msgspec.json.encode(settings, order="deterministic").decode()])


def make_digest(parts: Iterable[str]) -> str:
    """16 hexadecimal digits for some texts in their order.

    >>> make_digest(["a", "b"]) == make_digest(["a", "b"]) != make_digest(["ab"])
    True
    """
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
