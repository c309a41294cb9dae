"""Places to write to: a file or a folder appears whole or not at all."""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from retold.errors import RetoldError

STDOUT = "-"


def check_place(out: str, *, is_folder: bool) -> None:
    """Raises `RetoldError` where `out` plainly can't be written: before an hour's work, not after it."""
    if out == STDOUT:
        if is_folder:
            raise RetoldError("this format is a folder of files, which standard output can't hold; name a folder")
        return
    path = Path(out)
    with _explain_errors(out):
        if is_folder and path.exists():
            if not path.is_dir():
                raise RetoldError(
                    f"{out} is a file; this format is a folder of files. Name a folder that is not there yet"
                )
            if any(path.iterdir()):
                raise RetoldError(
                    f"{out} is there already and not empty; name another folder, or take that one away first"
                )
        elif path.is_dir():
            raise RetoldError(f"{out} is a folder; this format is one file. Name the file, such as {path / 'export'}")
        folder = Path(os.path.realpath(path)).parent
        folder.stat()
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if (is_folder or not path.exists() or path.is_file()) and not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@contextmanager
def open_file(out: str) -> Iterator[BinaryIO]:
    """A file to write to, under a temporary name beside it until it is whole; an older one is replaced then. `-` is
    standard output. Raises `RetoldError` where it can't be written."""
    check_place(out, is_folder=False)
    if out == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    with _explain_errors(out):
        if path.exists() and not path.is_file():  # a pipe or a device: there is no name to put another under
            with path.open("wb") as file:
                yield file
            return
        target = Path(os.path.realpath(path))  # a link goes on pointing at the file
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            os.chmod(name, _choose_mode(target))
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def open_folder(out: str) -> Iterator[Path]:
    """A folder to write files into, under a temporary name until all are there. Raises `RetoldError` where there is
    something of that name already that is no empty folder."""
    check_place(out, is_folder=True)
    path = Path(out)
    with _explain_errors(out):
        target = Path(os.path.realpath(path))
        made = Path(tempfile.mkdtemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent))
        try:
            yield made
            made.chmod(0o777 & ~_read_umask())
            if target.exists():
                target.rmdir()
            made.rename(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


def _choose_mode(target: Path) -> int:
    """That of the file it replaces, else that of a new file: a temporary one is for its owner alone."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return 0o666 & ~_read_umask()


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _explain_errors(out: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RetoldError(
            f"{out} can't be written: {error.strerror or error}. Name a place in a folder that is there and that you "
            "may write to"
        ) from error
