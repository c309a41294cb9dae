"""Reads PolNeAR in two forms, brat standoff and CofeNet's token tags. For `benchmarks/quotations.py`."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

Spans: TypeAlias = tuple[tuple[int, int], ...]
Attribution: TypeAlias = dict[str, Spans]
"""Role ("source", "cue", "content") → its trimmed spans."""

ROLES = ("source", "cue", "content")
EDGES = " \n\t\r\"“”„«»‘’'`.,;:–—-!?…()[]"
_CURLY = {"``": "“", "''": "”", "`": "‘"}
_CLINGS_LEFT = re.compile(r"[”,.:;?!)%]|\.\.\.|'+|n't|'(?:s|re|ve|ll|d|m)", re.IGNORECASE)
_CLINGS_RIGHT = frozenset("“‘($#")


class LabelledText(Struct, frozen=True):
    """One article and what each of its annotators marked."""

    name: str
    text: str
    annotators: tuple[tuple[Attribution, ...], ...]


class TaggedText(Struct, frozen=True):
    """One annotator's article as tokens: the text rebuilt from them, their places in it, role → token spans."""

    name: str
    text: str
    tokens: tuple[tuple[int, int], ...]
    gold: dict[str, tuple[tuple[int, int], ...]]


def trim(text: str, spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans without blanks, marks and punctuation at the ends, or a leading "that"; those with no word between, joined.

    >>> trim('He said that “it is.” “So.”', [(8, 21), (22, 27)])
    ((14, 25),)
    """
    kept = []
    for start, end in spans:
        for _ in range(2):
            while start < end and text[start] in EDGES:
                start += 1
            while end > start and text[end - 1] in EDGES:
                end -= 1
            if re.match(r"that\s", text[start : start + 5], re.IGNORECASE):
                start += 4
        if start < end:
            kept.append((start, end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(kept):
        if joined and not re.search(r"\w", text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def read_brat(path: Path, text: str) -> tuple[Attribution, ...]:
    """The attributions of one annotator's file."""
    spans: dict[str, list[tuple[int, int]]] = {}
    events: list[dict[str, list[str]]] = []
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("\t")
        if line.startswith("T") and len(fields) >= 2:
            spans[fields[0]] = [
                (int(a), int(b)) for a, b in (part.split()[-2:] for part in fields[1].split(" ", 1)[1].split(";"))
            ]
        elif line.startswith("E") and len(fields) >= 2:
            roles: dict[str, list[str]] = defaultdict(list)
            for item in fields[1].split():
                role, _, reference = item.partition(":")
                roles[re.sub(r"\d+$", "", role).lower()].append(reference)
            events.append(roles)
    found = []
    for event in events:
        attribution = {
            role: trim(text, (s for ref in event.get(role, []) for s in spans.get(ref, []))) for role in ROLES
        }
        if attribution["content"]:
            found.append(attribution)
    return tuple(found)


def read_labelled(folder: Path) -> tuple[LabelledText, ...]:
    """The articles of a part, by name; `folder` holds `text` and `attributions`."""
    annotations = defaultdict(list)
    for path in sorted((folder / "attributions").glob("*.ann")):
        annotations[path.stem.rsplit("_", 1)[0]].append(path)
    found = []
    for name, paths in sorted(annotations.items()):
        text = (folder / "text" / f"{name}.txt").read_text("utf-8")
        found.append(LabelledText(name, text, tuple(read_brat(path, text) for path in paths)))
    return tuple(found)


def read_tagged(path: Path) -> tuple[TaggedText, ...]:
    """The articles of a CofeNet file: JSON lines with `id`, `tokens` and `labels`, a paragraph a line."""
    rows: dict[str, list[tuple[list[str], list[str]]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows[row["id"]].append((row["tokens"], row["labels"]))
    return tuple(_rebuild(name, paragraphs) for name, paragraphs in rows.items())


def _rebuild(name: str, paragraphs: list[tuple[list[str], list[str]]]) -> TaggedText:
    """Tokens set with the blanks that print has: the marks would be ambiguous with one on either side."""
    parts: list[str] = []
    size = 0
    tokens: list[tuple[int, int]] = []
    gold: dict[str, list[tuple[int, int]]] = {role: [] for role in ROLES}
    for words, labels in paragraphs:
        before = ""
        for word, label in zip(words, labels, strict=True):
            printed = _CURLY.get(word, word)
            blank = "" if not before or before in _CLINGS_RIGHT or _CLINGS_LEFT.fullmatch(printed) else " "
            begin, _, role = label.partition("-")
            if begin == "B":
                gold[role].append((len(tokens), len(tokens) + 1))
            elif begin == "I" and gold[role]:
                gold[role][-1] = (gold[role][-1][0], len(tokens) + 1)
            parts += [blank, printed]
            tokens.append((size + len(blank), size + len(blank) + len(printed)))
            size += len(blank) + len(printed)
            before = printed
        parts.append("\n\n")
        size += 2
    text = "".join(parts)
    return TaggedText(name, text, tuple(tokens), {role: tuple(spans) for role, spans in gold.items()})
