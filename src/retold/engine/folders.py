"""Folders of Parquet files: which files are in one, and how a new one takes the place of an old one."""

import shutil
from pathlib import Path


def list_files(folder: Path) -> list[Path]:
    """The Parquet files in a folder and below, sorted; a file is itself.

    Engines are given these and no pattern: what they take a name with `[`, `*` or `?` for is another folder, or none.
    """
    return sorted(folder.rglob("*.parquet")) if folder.is_dir() else [folder]


def make_waiting(folder: Path) -> Path:
    """Where a folder is written until it is whole; there is nothing yet."""
    waiting = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(waiting, ignore_errors=True)
    return waiting


def put_in_place(waiting: Path, folder: Path) -> None:
    """Gives a whole folder its name. Killed at any moment, the old one or the new one is there, or `recover` finds it.

    The old one is moved away first: removing its files takes a while, and half of them are worse than none.
    """
    old = _name_old(folder)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    waiting.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Takes back the old folder, where a run was killed between its going and the new one's coming."""
    old = _name_old(folder)
    if old.is_dir() and not folder.exists():
        old.rename(folder)


def _name_old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
