"""The labelled stories are what their tagged sources say, stay inside the closed sets, and cover them."""

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from retold import model


def load_compiler() -> ModuleType:
    """`compile_stories.py` stands beside this file and is no installed package."""
    spec = importlib.util.spec_from_file_location("compile_stories", Path(__file__).with_name("compile_stories.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


compiler = load_compiler()
FOLDERS = compiler.story_folders()
GOLD = [json.loads((folder / "gold.json").read_text("utf-8")) for folder in FOLDERS]
CHANGES = [change for gold in GOLD for change in gold["changes"]]
COMPARED = [change for change in CHANGES if change["from"] and change["to"]]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_recompiling_gives_the_committed_files(folder: Path) -> None:
    texts, gold = compiler.compile_story(folder)
    assert compiler.dump(gold) == (folder / "gold.json").read_text("utf-8")
    for name, text in texts.items():
        assert text == (folder / f"{name}.txt").read_text("utf-8")


def test_every_label_and_flag_is_in_the_closed_set_and_in_use() -> None:
    labels = Counter(change["label"] for change in CHANGES)
    flags = Counter(flag for change in CHANGES for flag in change["flags"])
    assert set(labels) == set(get_args(model.Label))
    assert set(flags) == set(get_args(model.Flag))
    assert min(labels.values()) >= 2
    assert min(flags.values()) >= 2


def test_faithful_retellings_are_the_majority() -> None:
    faithful = sum(change["severity"] == "none" for change in COMPARED)
    assert faithful / len(COMPARED) >= 0.6


def test_meaning_flags_are_major_and_faithful_labels_without_flags_are_none() -> None:
    meaning = {"negation", "modality", "certainty", "quantifier", "number", "name", "participant"}
    meaning |= {"weakened", "strengthened", "reattributed"}
    for change in COMPARED:
        if meaning & set(change["flags"]) or change["label"] == "spliced":
            assert change["severity"] == "major", change
        elif change["label"] in {"verbatim", "partial", "elided", "paraphrased"} and not change["flags"]:
            assert change["severity"] == "none", change


def test_the_reader_is_told_the_times_in_half_of_the_stories() -> None:
    dated = [all(article["published"] for article in gold["articles"].values()) for gold in GOLD]
    assert abs(2 * sum(dated) - len(GOLD)) <= 1


def test_a_changed_tag_shows(tmp_path: Path) -> None:
    source = FOLDERS[0]
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    article = next(iter(json.loads((source / "labels.json").read_text("utf-8"))["articles"]))
    tagged = tmp_path / f"{article}.tag.txt"
    tagged.write_text("A line more.\n" + tagged.read_text("utf-8"), "utf-8")
    _, gold = compiler.compile_story(tmp_path)
    assert gold["quotations"] != GOLD[0]["quotations"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<q1.c>Wet", "never closed"),
        ("Wet</q1.c>", "closes nothing"),
        ("<q1.c> Wet</q1.c>", "blank"),
        ("<z tittle>Rain</z>", "is no role"),
        ("<q1.x>Wet</q1.x>", "is no tag"),
    ],
)
def test_a_slip_in_the_tags_is_refused(source: str, message: str) -> None:
    with pytest.raises(compiler.StoryError, match=message):
        compiler.cut_tags(source)


def test_an_unknown_flag_is_refused(tmp_path: Path) -> None:
    source = FOLDERS[0]
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    labels = json.loads((source / "labels.json").read_text("utf-8"))
    labels["changes"][0]["flags"] = ["rephrased"]
    (tmp_path / "labels.json").write_text(json.dumps(labels), "utf-8")
    with pytest.raises(compiler.StoryError, match="'rephrased' is no flag"):
        compiler.compile_story(tmp_path)
