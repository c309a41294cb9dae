"""Candidates, likenesses and grouping: the index finds what rating every pair would, and only what is touched moves."""

import sqlite3
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from msgspec.structs import replace

from retold.library import LibraryConfig, open_library
from retold.model import Article
from retold.read.batch import hash_text
from retold.relate.packing import unpack_profile
from retold.relate.stories import StoriesConfig, count_terms, rate_pair, weigh_profile


@pytest.fixture(scope="module")
def indexed(config: LibraryConfig) -> LibraryConfig:
    """Settings under which candidates come from the index, however few articles there are."""
    stories = StoriesConfig(compare_all_up_to=0)
    return replace(config, compare=replace(config.compare, stories=stories), regroup_up_to=0, regroup_growth=100.0)


def read_pairs(path: Path) -> dict[tuple[int, int], float]:
    with sqlite3.connect(path) as connection:
        return {(a, b): odds for a, b, odds in connection.execute("SELECT * FROM likenesses") if a < b}


def rate_all(path: Path) -> dict[tuple[int, int], float]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT article_id, profile FROM findings ORDER BY article_id").fetchall()
    profiles = [unpack_profile(data) for _, data in rows]
    background = count_terms(profiles)
    vectors = [weigh_profile(profile, background, StoriesConfig()) for profile in profiles]
    return {
        (rows[i][0], rows[k][0]): rate_pair(vectors[i], vectors[k], len(vectors), StoriesConfig())
        for i, k in combinations(range(len(rows)), 2)
    }


def test_the_index_finds_every_pair_of_one_event(
    tmp_path: Path, reports: list[Article], indexed: LibraryConfig
) -> None:
    """The invariant of the candidate search: reports of one event are rated, as rating all pairs does."""
    path = tmp_path / "news.db"
    with open_library(path, create=True, config=indexed) as library:
        library.add(reports)
    with sqlite3.connect(path) as connection:
        events = {id_: url.rsplit("/", 1)[-1] for id_, url in connection.execute("SELECT id, url FROM articles")}
    found, wanted = read_pairs(path), rate_all(path)
    alike = {(a, b) for a, b in wanted if events[a] == events[b]}
    assert len(alike) > 20
    assert alike <= found.keys()
    assert all(found[pair] == pytest.approx(wanted[pair]) for pair in found)
    assert len(found) < len(wanted)


def test_what_a_new_article_does_not_touch_stays_as_it_is(
    tmp_path: Path, reports: list[Article], indexed: LibraryConfig
) -> None:
    text = "A chess club in Tarnby wins the cup. The last game took nine hours."
    other = Article("", text, hash_text(text), language="en", outlet="Tarnby Echo")
    path = tmp_path / "news.db"
    with open_library(path, create=True, config=indexed) as library:
        library.add([*reports[:-1], other])
        before = {story.id: story for story in library.stories(limit=100, least_articles=1)}
        report = library.add(reports[-1:])
        after = {story.id: story for story in library.stories(limit=100, least_articles=1)}
        joined = library.find_story(report.articles[0])
    assert joined in report.stories
    untouched = before.keys() - report.stories
    assert untouched
    assert {id_: before[id_] for id_ in untouched & after.keys()} == {
        id_: after[id_] for id_ in untouched & after.keys()
    }
    assert len(after.keys() - before.keys()) <= len(report.stories)


def test_counts_are_made_anew_when_the_library_has_grown(
    tmp_path: Path, reports: list[Article], indexed: LibraryConfig
) -> None:
    path = tmp_path / "news.db"
    sizes = []
    with open_library(path, create=True, config=replace(indexed, regroup_growth=2.0)) as library:
        for end in (8, 12, 16, 40):
            library.add(reports[:end])
            with sqlite3.connect(path) as connection:
                sizes.append(connection.execute("SELECT articles FROM backgrounds").fetchone()[0])
    assert sizes == [8, 8, 16, 40]


def test_regrouped_the_order_of_arrival_decides_nothing(
    tmp_path: Path, reports: list[Article], indexed: LibraryConfig, content: Callable[[Path], object]
) -> None:
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    with open_library(one, create=True, config=indexed) as library:
        library.add(reports)
    with open_library(other, create=True, config=indexed) as library:
        library.add(reports[25:])
        library.add(reports[10:25])
        library.add(reports[:10], regroup=True)
        assert library.add([], regroup=True).stories == ()
    assert content(one) == content(other)
