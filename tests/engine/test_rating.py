"""Stories of a corpus, by kernels and SQL, are those of a comparison; a wire story in many papers is one article."""

import pickle
import random
from functools import cache

import pytest
from msgspec.structs import replace

pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")

from retold.annotate.annotation import (  # noqa: E402
    AnnotateConfig,
    FoundArticle,
    ParserShelf,
    find_in_articles,
    resolve_articles,
)
from retold.engine.linking import LinkKernel  # noqa: E402
from retold.engine.rating import CorpusCounts, IndexKernel, RateKernel, RatingConfig, TermsKernel  # noqa: E402
from retold.engine.tables import FOUND, LIKENESSES  # noqa: E402
from retold.relate.packing import unpack_profile  # noqa: E402
from retold.relate.stories import StoriesConfig, count_terms, group_stories, weigh_profile  # noqa: E402

from .. import stories  # noqa: E402
from .grouping import group, make_found, run  # noqa: E402

CONFIG = RatingConfig()
NAMES = stories.NAMES[:12]


@cache
def load_found() -> tuple[FoundArticle, ...]:
    """The articles of several stories thrown together; those of one outlet and language stand anywhere."""
    articles = [a for name in NAMES for a in stories.load_articles(name)]
    numbered = [replace(article, id=f"a{n}") for n, article in enumerate(articles, 1)]
    return find_in_articles(numbered, ParserShelf(AnnotateConfig(parse=False)))


def list_groups(story_of: dict[int, int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for article, story in sorted(story_of.items()):
        groups.setdefault(story, []).append(article)
    return sorted(groups.values())


@cache
def group_as_comparison() -> list[list[int]]:
    annotated = resolve_articles(load_found())
    return sorted(sorted(int(a[1:]) for a in story.articles) for story in group_stories(annotated))


def test_all_pairs_give_the_stories_of_a_comparison() -> None:
    assert list_groups(group(make_found(load_found()), CONFIG)) == group_as_comparison()
    assert 3 < len(group_as_comparison()) < len(load_found())


def test_the_index_finds_what_all_pairs_find() -> None:
    assert list_groups(group(make_found(load_found()), CONFIG, all_pairs=False)) == group_as_comparison()


def test_batches_and_order_make_no_difference() -> None:
    found = make_found(load_found())
    shuffled = found.take(random.Random(3).sample(range(found.num_rows), found.num_rows))
    whole = group(found, CONFIG, all_pairs=False)
    assert group(shuffled, CONFIG, rows=7, all_pairs=False) == whole
    assert all(story == min(a for a in whole if whole[a] == story) for story in whole.values())


def test_few_or_many_holders_of_a_term() -> None:
    """Where every block is too large it is walked along, and neighbours still hang together."""
    strict = RatingConfig(postings=4, next_of_many=4)
    pairs = group(make_found(load_found()), strict, all_pairs=False)
    of_comparison = group_as_comparison()
    together = {frozenset((a, b)) for g in of_comparison for a in g for b in g if a < b}
    found = {frozenset((a, b)) for g in list_groups(pairs) for a in g for b in g if a < b}
    assert found <= together
    assert len(found) > len(together) / 2


def test_reprints_join_the_story_of_their_representative() -> None:
    found = make_found(load_found())
    alone = group(found, CONFIG)
    rows = found.to_pylist()
    copies = [rows[0] | {"article": 1000 + n} for n in range(300)]
    more = pa.Table.from_pylist([*copies, *rows], schema=FOUND)
    reprints = [(1, 1), *((1000 + n, 1) for n in range(300))]
    grouped = group(more, CONFIG, reprints)
    assert {a: s for a, s in grouped.items() if a < 1000} == alone
    assert {s for a, s in grouped.items() if a >= 1000} == {alone[1]}


def test_what_was_not_annotated_has_no_story() -> None:
    found = make_found(load_found()[:3])
    failed = pa.Table.from_pylist([*found.to_pylist(), {"article": 77, "reason": "it raised"}], schema=FOUND)
    assert sorted(group(failed, CONFIG)) == [1, 2, 3]


def test_counts_are_those_of_a_comparison() -> None:
    """With the terms of one article left out, which count as seen once."""
    found = make_found(load_found())
    profiles = [unpack_profile(data) for data in found["profile"].to_pylist()]
    background = count_terms(profiles)
    terms = run(TermsKernel(), found, 5)
    counted = terms.group_by("term").aggregate([([], "count_all")]).rename_columns(["term", "articles"])
    frequent = pc.not_equal(pc.bit_wise_and(counted["term"], 1), 0)
    counts = CorpusCounts.read(len(profiles), counted.filter(pc.or_(frequent, pc.greater(counted["articles"], 1))))
    for profile in profiles:
        assert counts.weigh(profile, StoriesConfig()) == weigh_profile(profile, background, StoriesConfig())
    empty = CorpusCounts.read(0, counted.slice(0, 0))
    assert empty.weigh(profiles[0], StoriesConfig()).profile == profiles[0]


def make_counts() -> CorpusCounts:
    return CorpusCounts.read(40, pa.table({"term": pa.array([], pa.int64()), "articles": pa.array([], pa.int64())}))


def test_a_pair_that_cannot_be_rated_is_set_aside() -> None:
    one, other = make_found(load_found()[:2])["profile"].to_pylist()
    batch = pa.RecordBatch.from_pylist(
        [
            {"a": 1, "b": 2, "profile_a": one, "profile_b": b"no profile"},
            {"a": 1, "b": 3, "profile_a": one, "profile_b": one},
            {"a": 1, "b": 4, "profile_a": one, "profile_b": other},
        ]
    )
    kernel = pickle.loads(pickle.dumps(RateKernel(make_counts())))
    rows = pa.Table.from_batches(list(kernel(batch)), schema=LIKENESSES).to_pylist()
    assert rows[0]["odds"] is None
    assert rows[0]["reason"]
    assert rows[1]["odds"] > 0
    assert rows[1]["b"] == 3


def test_a_component_that_cannot_be_linked_is_left_apart() -> None:
    schema = pa.schema(
        [("component", pa.int64()), ("article", pa.int64()), ("profile", pa.binary()), ("other", pa.int64()),
         ("odds", pa.float64())]
    )  # fmt: skip
    data = make_found(load_found()[:1])["profile"][0].as_py()
    batch = pa.RecordBatch.from_pylist(
        [
            {"component": 1, "article": 1, "profile": data},
            {"component": 1, "article": 5, "profile": b"no profile"},
            {"component": 1, "article": 1, "other": 5, "odds": 1.0},
            {"component": 7, "article": 7, "other": 9, "odds": 2.0},
            {"component": 7, "article": 9, "profile": data},
            {"component": 7, "article": 7, "profile": data},
        ],
        schema=schema,
    )
    rows = [row for out in LinkKernel(make_counts())(batch) for row in out.to_pylist()]
    assert [(row["story"], row["article"], row["reason"] is None) for row in rows] == [
        (1, 1, False), (5, 5, False), (7, 7, True), (7, 9, True),
    ]  # fmt: skip


def test_the_index_is_pickled() -> None:
    kernel = pickle.loads(pickle.dumps(IndexKernel(make_counts())))
    found = make_found(load_found()[:2])
    rows = run(kernel, found).to_pylist()
    assert {row["article"] for row in rows} == {1, 2}
    assert all(row["weight"] > 0 for row in rows)
    assert {(row["day"] is None) == (row["week"] is None) for row in rows} == {True}
