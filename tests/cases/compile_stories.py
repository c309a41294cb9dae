#!/usr/bin/env python3
"""Compile the tagged stories beside this file into plain articles and offsets: `compile_stories.py [SLUG ...]`.

Each `stories/NN-slug` holds `a.tag.txt`, `b.tag.txt`, … and `labels.json` (see `stories/README.md`). Written are
`a.txt`, `b.txt`, … and `gold.json`. The tags are cut out, and every name, label and flag is checked, so that a slip
of the annotator shows here and not as a wrong figure later.
"""

import json
import re
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from retold import model

STORIES = Path(__file__).parent / "stories"
TAG = re.compile(r"<(?P<close>/)?(?P<name>z|[qpkn]\d+)(?:\.(?P<part>[csu]))?(?: (?P<role>[a-z]+))?>")
CLOSED = {
    "label": get_args(model.Label),
    "flag": get_args(model.Flag),
    "severity": get_args(model.Severity),
    "kind": get_args(model.QuotationKind),
    "verdict": get_args(model.Verdict),
    "fact": get_args(model.FactKind),
    "derivation": get_args(model.DerivationKind),
    "role": get_args(model.ZoneRole),
}

Offsets = list[int]


class StoryError(Exception):
    """What is wrong in a story's tags or labels."""


@dataclass
class Tagged:
    """An article without its tags. `marks["q1.c"]`, `marks["p1"]`, … are spans in code points of `text`, in order."""

    text: str = ""
    marks: dict[str, list[Offsets]] = field(default_factory=dict)
    zones: list[dict[str, Any]] = field(default_factory=list)

    def names(self, letter: str) -> list[str]:
        """The tagged units of one letter: `["q1", "q2"]`."""
        return sorted({mark.split(".")[0] for mark in self.marks if mark[0] == letter})

    def extent(self, unit: str) -> Offsets:
        """From the first character of a unit to its last; of a quotation, of its content."""
        spans = self.marks.get(f"{unit}.c" if unit[0] == "q" else unit)
        if not spans:
            raise StoryError(f"{unit} is not tagged")
        return [spans[0][0], spans[-1][1]] if unit[0] == "q" else spans[0]


def cut_tags(source: str) -> Tagged:
    """Take the tags out of `source`; they may nest and cross.

    >>> cut = cut_tags("<z title>Rain</z> '<q1.c>Wet,</q1.c>' <q1.s>he</q1.s> <q1.u>said</q1.u>.")
    >>> cut.text, cut.marks["q1.c"], cut.zones
    ("Rain 'Wet,' he said.", [[6, 10]], [{'role': 'title', 'span': [0, 4]}])
    """
    out = Tagged()
    pending: list[tuple[str, str | None, int]] = []
    read = 0
    for tag in TAG.finditer(source):
        out.text += source[read : tag.start()]
        read = tag.end()
        name = tag["name"] + (f".{tag['part']}" if tag["part"] else "")
        if not tag["close"]:
            pending.append((name, tag["role"], len(out.text)))
            continue
        opened = next((entry for entry in reversed(pending) if entry[0] == name), None)
        if opened is None:
            raise StoryError(f"{tag[0]} closes nothing (before {out.text[-30:]!r})")
        pending.remove(opened)
        span = [opened[2], len(out.text)]
        if span[0] == span[1] or out.text[span[0]].isspace() or out.text[-1].isspace():
            raise StoryError(f"{name} is empty or begins or ends with a blank (before {out.text[-30:]!r})")
        if name == "z":
            require(opened[1], "role", "z")
            out.zones.append({"role": opened[1], "span": span})
        else:
            out.marks.setdefault(name, []).append(span)
    out.text += source[read:]
    if pending:
        raise StoryError(f"never closed: {', '.join(entry[0] for entry in pending)}")
    if stray := re.search(r"</?[a-z]\w*[^>\n]{0,12}>", out.text):
        raise StoryError(f"{stray[0]} is no tag")
    out.zones.sort(key=lambda zone: zone["span"])
    return out


def require(value: str | None, closed_set: str, where: str) -> None:
    """Refuse a value outside the closed set of that name."""
    if value not in CLOSED[closed_set]:
        raise StoryError(f"{where}: {value!r} is no {closed_set}; known: {', '.join(CLOSED[closed_set])}")


def compile_story(folder: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """The plain texts (by article) and the gold document of one story, from its `.tag.txt` files and `labels.json`."""
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    articles = {name: cut_tags((folder / f"{name}.tag.txt").read_text("utf-8")) for name in labels["articles"]}

    def place(reference: str) -> dict[str, Any]:
        article, _, unit = reference.partition(".")
        if article not in articles:
            raise StoryError(f"{reference}: no such article")
        try:
            return {"article": article, "span": articles[article].extent(unit)}
        except StoryError as error:
            raise StoryError(f"{article}: {error}") from None

    tagged = {f"{name}.{unit}" for name, cut in articles.items() for unit in cut.names("q")}
    check_same(tagged, labels["quotations"], "quotations tagged", "labelled")
    tagged = {f"{name}.{unit}" for name, cut in articles.items() for unit in cut.names("k")}
    check_same(tagged, labels["citations"], "citations tagged", "labelled")

    gold: dict[str, Any] = {"slug": folder.name, "articles": {}, "quotations": {}, "readings": {}}
    gold |= {"facts": [], "citations": []}
    for name, about in labels["articles"].items():
        cut = articles[name]
        gold["articles"][name] = {**about, "zones": cut.zones, "chars": len(cut.text)}
        for unit in cut.names("q"):
            label = labels["quotations"][f"{name}.{unit}"]
            require(label["kind"], "kind", f"{name}.{unit}")
            place(f"{name}.{unit}")
            ends = {what: cut.marks.get(f"{unit}.{part}", [None])[0] for what, part in (("source", "s"), ("cue", "u"))}
            gold["quotations"][f"{name}.{unit}"] = {**label, "content": cut.marks[f"{unit}.c"], **ends}

    in_families = [reading for family in labels["families"] for reading in family["readings"]]
    in_changes = [change[end] for change in labels["changes"] for end in ("from", "to") if change[end]]
    gold["readings"] = {reading: place(reading) for reading in (*in_families, *in_changes)}
    check_same(set(in_changes) - set(in_families), (), "in changes, in no family", "")
    for change in labels["changes"]:
        where = f"{change['from']} -> {change['to']}"
        require(change["label"], "label", where)
        require(change["severity"], "severity", where)
        for flag in change["flags"]:
            require(flag, "flag", where)
    for derivation in labels["derivations"]:
        require(derivation["kind"], "derivation", str(derivation))
        if ":" not in derivation["from"] and derivation["from"] not in articles:
            raise StoryError(f"{derivation}: no such article")
    for name in (*(d["to"] for d in labels["derivations"]), *(a for pair in labels["not_derived"] for a in pair)):
        if name not in articles:
            raise StoryError(f"derivations: no article {name!r}")
    gold |= {key: labels[key] for key in ("families", "changes", "derivations", "not_derived")}

    for fact in labels["facts"]:
        require(fact["kind"], "fact", str(fact))
        require(fact["verdict"], "verdict", str(fact))
        gold["facts"].append({**fact, "readings": [place(reading) for reading in fact["readings"]]})
    for reference, cited in labels["citations"].items():
        if cited["article"] is not None and cited["article"] not in articles:
            raise StoryError(f"{reference}: cites no article of the story")
        gold["citations"].append({**place(reference), "outlet": cited["outlet"], "cited": cited["article"]})
    return {name: cut.text for name, cut in articles.items()}, gold


def check_same(found: Collection[str], expected: Iterable[str], found_as: str, expected_as: str) -> None:
    """Refuse two sets of references that differ, naming the difference."""
    if differing := sorted(set(found) ^ set(expected)):
        raise StoryError(f"{found_as}/{expected_as}: {', '.join(differing)}")


def dump(gold: dict[str, Any]) -> str:
    """The text of `gold.json`."""
    return json.dumps(gold, ensure_ascii=False, indent=1) + "\n"


def story_folders(root: Path = STORIES) -> list[Path]:
    """The folders that hold a story, by name."""
    return sorted(labels.parent for labels in root.glob("*/labels.json"))


def main(slugs: list[str]) -> None:
    """Write the plain texts and `gold.json` of the stories named (all without a name)."""
    for folder in story_folders():
        if slugs and folder.name not in slugs:
            continue
        try:
            texts, gold = compile_story(folder)
        except StoryError as error:
            raise SystemExit(f"{folder.name}: {error}") from None
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, "utf-8", newline="\n")
        (folder / "gold.json").write_text(dump(gold), "utf-8", newline="\n")
        counts = (f"{len(gold[part])} {part}" for part in ("articles", "quotations", "families", "changes", "facts"))
        print(f"{folder.name}: {', '.join(counts)}")


if __name__ == "__main__":
    main(sys.argv[1:])
