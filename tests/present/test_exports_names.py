"""Names, addresses and texts as other formats write them: always valid, never two as one, read back as they were."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from retold.model import Published
from retold.present.exports.names import (
    REPLACEMENT,
    Losses,
    clean_url,
    escape_xml,
    make_iri,
    make_xml_name,
    write_attributes,
    write_moment,
)

ANY = st.text(st.characters(codec=None, categories=None), max_size=40) | st.text("\r\n\t \x00\ufffe\ud800<&>\"'a]")


@given(ANY)
def test_text_comes_back_from_xml(text: str) -> None:
    losses = Losses()
    root = etree.fromstring(f"<a{write_attributes({'b': text}, losses)}>{escape_xml(text, losses)}</a>".encode())
    wanted = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", REPLACEMENT, text)
    assert (root.text or "") == wanted == root.get("b")
    assert len(wanted) == len(text)
    replaced = sum(one != other for one, other in zip(text, wanted, strict=True))
    assert losses.lines() == (
        (f"characters that XML can't hold, written as U+FFFD: {2 * replaced}",) if replaced else ()
    )


@given(ANY, ANY)
def test_names_are_valid_and_of_one_id_each(one: str, other: str) -> None:
    names = [make_xml_name("article", id_) for id_ in (one, other)]
    assert (names[0] == names[1]) == (one == other)
    for name in names:
        assert etree.QName(name).localname == name  # raises ValueError for what is no NCName
        assert ":" not in name


@given(ANY)
def test_addresses_are_iris(text: str) -> None:
    for url in (f"https://post.example/{text}", f"https://post.example?{text}", f"http://{text}", text):
        cleaned = clean_url(url)
        if cleaned is not None:
            assert re.fullmatch(r"https?://[!$&'()*+,/0-9:;=?@A-Z_a-z~.%\[\]-]+(#[!$&'()*+,/0-9:;=?@A-Z_a-z~.%-]*)?",
                                cleaned, re.IGNORECASE)  # fmt: skip
            assert not re.search(r"%(?![0-9A-Fa-f]{2})", cleaned)
            assert clean_url(cleaned) == cleaned
    assert re.fullmatch(r"urn:retold(:[0-9A-Za-z_.~%-]+)*:?", make_iri("4f", text))


@given(st.dates(), st.times(), st.sampled_from(["", "Z", "+01:00", "-05:30"]))
def test_moments_are_of_xml_schema(date: object, time: object, zone: str) -> None:
    minute = f"{date.isoformat()}T{time.hour:02}:{time.minute:02}{zone}"
    moment = write_moment(Published(minute, "minute", "metadata"))
    assert (moment.value, moment.type) == (f"{minute[:16]}:00{zone}", "dateTime")
    for value, type_ in (
        (date.isoformat(), "date"),
        (date.isoformat()[:7], "gYearMonth"),
        (date.isoformat()[:4], "gYear"),
    ):
        assert write_moment(Published(value, "day", "text")) == type(moment)(value, type_)


@pytest.mark.parametrize(
    "value",
    ["", "May 2031", "2031-13", "2031-05-32", "2031-02-30", "0000", "2031-05-04T25:00", "2031-05-04 07:45", "٢٠٣١"],
)
def test_what_is_no_moment_is_none(value: str) -> None:
    assert write_moment(Published(value, "day", "text")) is None
