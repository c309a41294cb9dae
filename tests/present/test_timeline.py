"""Reports in order of time, and dates as people write them."""

import pytest

from retold.model import Article, Derivation, Published
from retold.present.timeline import describe_dates, describe_published, sort_articles


def report(id_: str, value: str | None = None, precision: str = "day") -> Article:
    published = Published(value, precision, "text") if value else None  # type: ignore[arg-type]
    return Article(id_, "", "", published=published)


def derive(from_: str, to: str) -> Derivation:
    return Derivation(from_, None, to, "inferred", 0.5, ())


def names(articles: tuple[Article, ...]) -> str:
    return "".join(article.id for article in articles)


def test_earlier_first_and_unknown_last() -> None:
    assert names(sort_articles([report("x"), report("b", "2024-02-02"), report("a", "2024-02-01")], [])) == "abx"


def test_moments_are_compared_across_zones() -> None:
    early = report("e", "2024-02-02T09:00:00+03:00", "minute")
    late = report("l", "2024-02-02T07:00:00+00:00", "minute")
    assert names(sort_articles([late, early], [])) == "el"


def test_no_report_stands_before_its_origin() -> None:
    articles = [report("a", "2024-02-01"), report("x")]
    assert names(sort_articles(articles, [derive("x", "a")])) == "xa"


def test_a_circle_keeps_the_order_of_time() -> None:
    articles = [report("b", "2024-02-02"), report("a", "2024-02-01")]
    assert names(sort_articles(articles, [derive("a", "b"), derive("b", "a")])) == "ab"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "date unknown"),
        ([("2024-02-13", "day")], "13 Feb 2024"),
        ([("2024-02-28", "day"), ("2024-03-01", "day")], "28 Feb – 1 Mar 2024"),
        ([("2023-12-31", "day"), ("2024-01-01", "day")], "31 Dec 2023 – 1 Jan 2024"),
        ([("2024", "year"), ("2024-05-01", "day")], "2024 – 1 May 2024"),
        ([("2024-02", "month"), ("2024-03", "month")], "Feb – Mar 2024"),
        ([("nonsense", "day")], "date unknown"),
    ],
)
def test_a_range_is_said_once(values: list[tuple[str, str]], said: str) -> None:
    assert describe_dates([report(str(n), *value) for n, value in enumerate(values)]) == said


def test_an_odd_value_is_shown_as_it_stands() -> None:
    assert describe_published(Published("last\nTuesday", "day", "text")) == "last Tuesday"
    assert describe_published(Published("2024-02-13T10:00", "minute", "text")) == "13 Feb 2024, 10:00"
    assert describe_published(Published("2024-02-13T10:00+02:00", "minute", "text")) == "13 Feb 2024, 10:00 UTC+02:00"
