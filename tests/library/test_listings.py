"""Lists out of the library: what a filter leaves, in which order, and what is counted of speakers and outlets."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from retold.errors import LibraryError
from retold.library import LibraryConfig, StoryFilter, measure_share, open_library
from retold.model import Article


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, config: LibraryConfig, reports: list[Article]) -> Path:
    path = tmp_path_factory.mktemp("listings") / "news.db"
    with open_library(path, create=True, config=config) as library:
        library.add(reports)
    return path


def test_an_empty_filter_lists_what_the_library_lists(path: Path) -> None:
    with open_library(path, read_only=True) as library:
        stories = library.stories(limit=500)
        listing = library.filter_stories(StoryFilter(), 500)
        assert tuple(row.story for row in listing.stories) == stories
        assert listing.total == len(stories)
        assert all(len(row.times) == row.story.articles for row in listing.stories)
        assert all(a <= b for row in listing.stories for a, b in pairwise(row.times))
        parts = [library.filter_stories(StoryFilter(), 3, at) for at in range(0, listing.total, 3)]
        assert [row for part in parts for row in part.stories] == list(listing.stories)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (StoryFilter(least_articles=4), lambda one: one.articles >= 4),
        (StoryFilter(severity="major"), lambda one: one.major > 0),
        (StoryFilter(severity="minor"), lambda one: one.changes > 0),
        (StoryFilter(since="2021-03-02"), lambda one: one.last_published >= "2021-03-02"),
        (StoryFilter(until="2021-03-01"), lambda one: one.last_published[:10] <= "2021-03-01"),
        (StoryFilter(until="2021-03"), lambda one: one.last_published[:7] <= "2021-03"),
        (StoryFilter(until="2020"), lambda one: one.last_published[:4] <= "2020"),
        (StoryFilter(language="uk"), lambda one: False),
    ],
)
def test_a_filter_leaves_what_fits(path: Path, wanted: StoryFilter, fits: object) -> None:
    assert callable(fits)
    with open_library(path, read_only=True) as library:
        expected = {one.id for one in library.stories(limit=500) if fits(one)}
        found = library.filter_stories(wanted, 500)
        assert {row.story.id for row in found.stories} == expected
        assert found.total == len(expected)


def test_words_and_outlets_filter(path: Path, reports: list[Article]) -> None:
    with open_library(path, read_only=True) as library:
        outlet = library.list_names("outlets")[0]
        for row in library.filter_stories(StoryFilter(outlet=outlet, least_articles=1), 500).stories:
            assert outlet in {article.outlet for article in library.read_story(row.story.id).articles}
        place = (reports[0].title or "").split(" in ")[1].split()[0]
        assert library.filter_stories(StoryFilter(words=place, least_articles=1), 500).total >= 1
        assert library.filter_stories(StoryFilter(words="!?"), 500).total == 0


def test_outlets_and_speakers_are_counted(path: Path, reports: list[Article]) -> None:
    counts = Counter(article.outlet for article in reports)
    with open_library(path, read_only=True) as library:
        outlets = library.list_outlets(500)
        assert {one.name: one.quotations for one in outlets} == counts
        assert [one.quotations for one in outlets] == sorted(counts.values(), reverse=True)
        assert library.list_names("languages") == ("en",)
        speakers = library.list_speakers(500)
        assert speakers
        assert library.list_speakers(500, words=speakers[0].name.upper())[0] == speakers[0]
        for name, count in counts.items():
            outlet = library.describe_outlet(name or "")
            assert outlet is not None
            assert outlet.articles == count == len(outlet.reports)
            assert sum(one.count for one in outlet.own.severities) == outlet.own.readings
        assert library.describe_outlet("Nobody's Post") is None


def test_what_one_outlet_retells_another_is_retold_by(path: Path) -> None:
    with open_library(path, read_only=True) as library:
        known = {name: library.describe_outlet(name) for name in library.list_names("outlets")}
    ties = {(name, tie.outlet, tie.stories) for name, one in known.items() if one for tie in one.retells if tie.outlet}
    back = {(tie.outlet, name, tie.stories) for name, one in known.items() if one for tie in one.retold_by}
    assert {tie for tie in ties if tie[1] in known} == back
    assert back


def test_an_unknown_order_is_refused(path: Path) -> None:
    with open_library(path, read_only=True) as library, pytest.raises(LibraryError, match="no order"):
        library.stories("best")  # type: ignore[arg-type]


@pytest.mark.parametrize("count", range(11))
def test_an_interval_holds_its_share(count: int) -> None:
    share = measure_share("major", count, 10)
    assert 0 <= share.low <= share.share <= share.high <= 1
    assert share.high - share.low > 0.2
