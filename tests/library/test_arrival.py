"""The order of arrival: above the size up to which all is weighed anew, reports that come later find their stories."""

import sqlite3
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from retold.library import LibraryConfig, open_library
from retold.library import library as library_module
from retold.model import Article
from retold.read.batch import hash_text
from retold.relate.stories import StoriesConfig


@pytest.fixture
def indexed(config: LibraryConfig, monkeypatch: pytest.MonkeyPatch) -> LibraryConfig:
    """Candidates come from the index, the counts stay as they were, and nothing is traced: this is about grouping."""
    monkeypatch.setattr(library_module, "trace_waiting", lambda *_: ())
    stories = StoriesConfig(compare_all_up_to=0)
    return replace(config, compare=replace(config.compare, stories=stories), regroup_up_to=0, regroup_growth=100.0)


def group(path: Path, config: LibraryConfig, *parts: list[Article]) -> set[frozenset[str]]:
    with open_library(path, create=True, config=config) as library:
        for part in parts:
            library.add(part)
    stories: dict[int, set[str]] = {}
    with sqlite3.connect(path) as connection:
        for story, sha256 in connection.execute("SELECT story_id, sha256 FROM articles WHERE is_latest = 1"):
            stories.setdefault(story, set()).add(sha256)
    return {frozenset(articles) for articles in stories.values()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_between_two_counts_the_order_decides_nothing(
    tmp_path: Path, reports: list[Article], indexed: LibraryConfig, seed: int
) -> None:
    mixed = Random(seed).sample(reports, len(reports))
    first, rest = mixed[:28], mixed[28:]
    whole = group(tmp_path / "whole.db", indexed, first, rest)
    assert group(tmp_path / "parts.db", indexed, first, rest[9:], rest[4:9], rest[:4]) == whole
    assert group(tmp_path / "single.db", indexed, first, *([report] for report in reversed(rest))) == whole
    assert 1 < len(whole) < len(reports)


def test_more_copies_than_a_term_may_have_are_one_story(
    tmp_path: Path, reports: list[Article], indexed: LibraryConfig
) -> None:
    """Every term of the copies is too common for the index, so each finds only those whose keys are next to its own."""
    few = replace(indexed, postings=8, candidates=4)
    texts = [f"{reports[0].text}\n\nCopy {n} of forty was printed for reader number {n * 7919}." for n in range(40)]
    copies = [Article("", text, hash_text(text), language="en") for text in texts]
    found = group(tmp_path / "news.db", few, copies[:25], copies[25:], reports[10:14])
    assert frozenset(copy.sha256 for copy in copies) in found
