"""Paths and standard input → a `Batch`: which reader each goes to, what is read only once, and the ids."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from retold.errors import InputError
from retold.model import Article, Reject
from retold.read.batch import Batch, Note
from retold.read.decoding import decode_bytes
from retold.read.tables import is_record, read_jsonl
from retold.read.text import read_text

_KINDS = {".txt": "text", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_READ = ".txt, .html, .htm and .jsonl"
_UNREAD = {  # they decode as text, but as an article they would be nonsense
    ".json": "put one article a line into a .jsonl file: {\"id\": \"…\", \"text\": \"…\"}",
    ".csv": "put one article a line into a .jsonl file: {\"id\": \"…\", \"text\": \"…\"}",
    ".tsv": "put one article a line into a .jsonl file: {\"id\": \"…\", \"text\": \"…\"}",
    ".xml": "save the article as .txt or .html",
}  # fmt: skip
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|article|main|div|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)
STDIN = "-"

_Draft = tuple[str, Article]  # where it was read from, for messages, and the article, its id "" until one is given


class _Findings:
    """What has been read so far; filled by the readers, turned into a `Batch` at the end."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.rejects: list[Reject] = []
        self.notes: list[Note] = []
        self.seen: set[str] = set()


def read_inputs(inputs: Sequence[str], stdin: BinaryIO | None = None) -> Batch:
    """All the articles in files, folders and standard input, mixed freely; what can't be read is set aside.

    A folder stands for the files in it and its sub-folders that have a known extension, in the order of their paths,
    hidden ones left out. `-` is `stdin` (the process's own by default); it and files of unknown extension are told by
    how they start: JSONL, HTML, else text. A file that is named twice is read once. An article keeps the id its record
    gives; the others are a1, a2, … in order, without those that are given. Ids are unique: a second record of an id is
    set aside. Linear in the bytes. Never raises for what the inputs are or hold.

    >>> read_inputs(["no-such.txt"]).rejects[0].reason
    'no-such.txt does not exist; give a .txt, .html, .htm or .jsonl file, a folder, or - for standard input'
    """
    findings = _Findings()
    for given in inputs:
        if given == STDIN:
            _read_stdin(stdin, findings)
        else:
            _read_path(given, findings)
    return Batch(_give_ids(findings), tuple(findings.rejects), tuple(findings.notes))


def _read_stdin(stdin: BinaryIO | None, findings: _Findings) -> None:
    if _is_repeated(STDIN, "standard input", findings):
        return
    try:
        data = (stdin or sys.stdin.buffer).read()
    except OSError as e:
        findings.rejects.append(Reject(STDIN, f"standard input can't be read ({_explain(e)})"))
        return
    _read_data(data, "standard input", None, None, findings)


def _read_path(given: str, findings: _Findings) -> None:
    name = _show_path(given)
    try:
        if os.path.isdir(given):
            _read_folder(given, findings)
            return
        if not os.path.exists(given):
            raise InputError(_explain_missing(given, name))
    except InputError as e:
        findings.rejects.append(Reject(name, str(e)))
        return
    _read_file(given, findings)


def _explain_missing(given: str, name: str) -> str:
    if re.match(r"https?://", given):
        return f"{name} is a web address; Retold fetches nothing: save the page as .html and give that file"
    known = _READ.replace(" and ", " or ")
    return f"{name} does not exist; give a {known} file, a folder, or - for standard input"


def _read_folder(folder: str, findings: _Findings) -> None:
    name = _show_path(folder)
    paths, skipped = [], 0
    for path in _list_files(folder, findings):
        if path.suffix.lower() in _KINDS:
            paths.append(path)
        else:
            skipped += 1
    if not paths:
        raise InputError(f"{name} is a folder without an article; expected files that end in {_READ}")
    if skipped:
        findings.notes.append(Note(name, f"{skipped} file{'s' * (skipped > 1)} skipped that don't end in {_READ}"))
    for path in paths:
        _read_file(str(path), findings)


def _list_files(folder: str, findings: _Findings) -> list[Path]:
    def set_aside(error: OSError) -> None:
        name = _show_path(str(error.filename))
        findings.rejects.append(Reject(name, f"{name} can't be read ({_explain(error)}); check its permissions"))

    found = []
    for parent, folders, files in os.walk(folder, onerror=set_aside):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if not name.startswith(".")]
    return sorted(found)


def _read_file(path: str, findings: _Findings) -> None:
    name = _show_path(path)
    try:
        if _is_repeated(os.path.realpath(path), name, findings):
            return
        suffix = Path(path).suffix.lower()
        if suffix in _UNREAD:
            raise InputError(f"{name} ends in {suffix}, which is not read; {_UNREAD[suffix]}")
        data = Path(path).read_bytes()
    except InputError as e:
        findings.rejects.append(Reject(name, str(e)))
    except (OSError, ValueError) as e:
        reason = f"{name} can't be read ({_explain(e)}); check its permissions and give it again"
        findings.rejects.append(Reject(name, reason))
    else:
        _read_data(data, name, name, _KINDS.get(suffix), findings)


def _is_repeated(identity: str, name: str, findings: _Findings) -> bool:
    if identity in findings.seen:
        findings.notes.append(Note(name, "is given more than once; it is read once"))
        return True
    findings.seen.add(identity)
    return False


def _read_data(data: bytes, name: str, path: str | None, kind: str | None, findings: _Findings) -> None:
    """One file's bytes to the reader of its `kind`; None where the bytes have to tell."""
    label = path or STDIN
    try:
        decoded = decode_bytes(data, name, is_html=kind == "html" or (kind is None and b"<" in data[:64]))
        if decoded.note:
            findings.notes.append(Note(label, decoded.note))
        if kind is None:
            kind = _sniff_kind(decoded.text)
            if path:
                findings.notes.append(Note(label, f"has none of the extensions {_READ}; it was read as {kind}"))
        if kind == "jsonl":
            for where, result, notes in read_jsonl(decoded, name, path):
                if isinstance(result, InputError):
                    findings.rejects.append(Reject(where, str(result)))
                else:
                    findings.drafts.append((where, result))
                    findings.notes += [Note(where, note) for note in notes]
        elif kind == "html":
            from retold.read.html import read_html  # lxml and what it brings, for pages only

            article, notes = read_html(decoded, name, path)
            findings.drafts.append((name, article))
            findings.notes += [Note(label, note) for note in notes]
        else:
            findings.drafts.append((name, read_text(decoded, path)))
    except InputError as e:
        findings.rejects.append(Reject(label, str(e)))


def _sniff_kind(text: str) -> str:
    if is_record(text.lstrip().split("\n", 1)[0]):
        return "jsonl"
    return "html" if _HTML_START.match(text) else "text"


def _give_ids(findings: _Findings) -> tuple[Article, ...]:
    given = {article.id for _, article in findings.drafts}
    free = (f"a{number}" for number in _count_up() if f"a{number}" not in given)
    first: dict[str, _Draft] = {}
    articles = []
    for where, article in findings.drafts:
        if not article.id:
            articles.append(msgspec.structs.replace(article, id=next(free)))
        elif article.id in first:
            findings.rejects.append(Reject(where, _explain_second(article, where, *first[article.id])))
        else:
            first[article.id] = (where, article)
            articles.append(article)
    return tuple(articles)


def _count_up() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _explain_second(article: Article, where: str, first_where: str, first: Article) -> str:
    if article.sha256 == first.sha256:
        return f'{where} is the same article as {first_where} (id "{article.id}", same text); it is read once'
    return (
        f'{where} has the id "{article.id}" of another article, {first_where}; ids must be unique: rename one of them'
    )


def _explain(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _show_path(path: str) -> str:
    """A path that can be written out: what of its bytes is no UTF-8 becomes U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not path.isascii() else path
