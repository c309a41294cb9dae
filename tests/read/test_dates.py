"""Dates as machines write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.read.dates import find_date_in_url, parse_published


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2032", "2032", "year"),
        ("2032-01", "2032-01", "month"),
        ("2032-1-4", "2032-01-04", "day"),
        ("20320114", "2032-01-14", "day"),
        ("2032/01/14 17:20", "2032-01-14T17:20", "minute"),
        ("2032-01-14T17:20Z", "2032-01-14T17:20Z", "minute"),
        ("2032-01-14T17:20:31.5-0330", "2032-01-14T17:20-03:30", "minute"),
        ("2032-01-14T17:20:31+02:00[Europe/Kyiv]", "2032-01-14T17:20+02:00", "minute"),
        ("20320114T172031Z", "2032-01-14T17:20Z", "minute"),
        ("2032-01-14T00:00:00Z", "2032-01-14", "day"),
        ("2032-01-14T00:00Z", "2032-01-14T00:00Z", "minute"),
        ("Wed, 14 Jan 2032 17:20:00 GMT", "2032-01-14T17:20Z", "minute"),
    ],
)
def test_value_and_precision(text: str, value: str, precision: str) -> None:
    published = parse_published(text)
    assert published is not None
    assert (published.value, published.precision, published.from_) == (value, precision, "metadata")


@pytest.mark.parametrize(
    "text",
    ["", "2032-13", "2032-02-30", "14.01.2032", "01/14/2032", "2032-01-14T25:00Z", "1700000000", "today", "٢٠٣٢"],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_published(text) is None


@given(st.one_of(st.text(max_size=40), st.from_regex(r"\A[0-9]{4}[-/][0-9]{1,2}[-/ T:+0-9]{0,20}\Z")))
def test_any_text_is_a_date_or_none(text: str) -> None:
    published = parse_published(text)
    assert published is None or published == parse_published(published.value)


def test_day_in_an_address() -> None:
    assert find_date_in_url("https://post.example/articles/12345/06/07") is None
    found = find_date_in_url("https://post.example/2032/1/4/x")
    assert found is not None
    assert (found.value, found.from_) == ("2032-01-04", "url")
