"""Rows: a tuple that is a table, whatever library the table is for."""

import copy
import pickle
import re
import sys
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from retold.errors import InputError, MissingExtraError
from retold.rows import Column, Rows, list_columns


class Town(Struct, frozen=True):
    name: str
    mayor: str | None
    people: int
    boats: int | None
    height_m: float
    has_port: bool
    is_old: bool | None
    kind: Literal["town", "village"]
    rivers: tuple[str, ...]


TOWNS = Rows(
    Town,
    [
        Town("Seelby", "Per Holm", 1200, None, 12.5, True, None, "town", ("Aln", "Ost")),
        Town("Ostrow <b>", None, 90, 3, -1.0, False, True, "village", ()),
    ],
)
SURROGATE = re.compile("[\ud800-\udfff]")
DICTS = [{name: getattr(town, name) for name in Town.__struct_fields__} for town in TOWNS]


def flatten(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Lists as tuples, as Arrow and polars have no other name for them."""
    return [{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]


def test_columns_are_the_fields() -> None:
    assert list_columns(Town) == (
        Column("name", "text"),
        Column("mayor", "text", True),
        Column("people", "integer"),
        Column("boats", "integer", True),
        Column("height_m", "number"),
        Column("has_port", "flag"),
        Column("is_old", "flag", True),
        Column("kind", "text"),
        Column("rivers", "texts"),
    )


@pytest.mark.parametrize("rows", [TOWNS, TOWNS[:1], TOWNS[:0]], ids=len)
def test_tables_come_back_as_they_went(rows: Rows[Town]) -> None:
    wanted = DICTS[: len(rows)]
    assert rows.to_dicts() == wanted
    pytest.importorskip("pyarrow")
    assert flatten(rows.to_arrow().to_pylist()) == wanted
    assert rows.to_arrow().schema == TOWNS.to_arrow().schema
    pytest.importorskip("polars")
    assert flatten(rows.to_polars().to_dicts()) == wanted
    assert rows.to_polars().schema == TOWNS.to_polars().schema
    pandas = pytest.importorskip("pandas")
    frame = rows.to_pandas()
    assert list(frame.columns) == [column.name for column in rows.columns]
    back = [{k: None if v is pandas.NA else v for k, v in row.items()} for row in frame.to_dict("records")]
    assert flatten(back) == wanted
    assert [str(t) for t in frame.dtypes] == [str(t) for t in TOWNS.to_pandas().dtypes]
    assert str(frame.dtypes["boats"]) == "Int64", "a count that may be missing stays a whole number"


@given(st.lists(st.tuples(st.text(), st.text() | st.none(), st.integers(-(2**63), 2**63 - 1), st.booleans())))
def test_any_text_goes_through_arrow(cells: list[tuple[str, str | None, int, bool]]) -> None:
    pytest.importorskip("pyarrow")
    sane = [row for row in cells if not SURROGATE.search(row[0] + (row[1] or ""))]
    rows = Rows(Town, [Town(a, b, n, None, 0.5, flag, None, "town", (a,)) for a, b, n, flag in sane])
    assert flatten(rows.to_arrow().to_pylist()) == rows.to_dicts()


def test_rows_are_a_tuple() -> None:
    assert isinstance(TOWNS, tuple)
    assert TOWNS[0].name == "Seelby"
    assert TOWNS[::-1].kind is Town
    assert [town.name for town in TOWNS[1:]] == ["Ostrow <b>"]
    assert msgspec.json.decode(msgspec.json.encode(TOWNS), type=tuple[Town, ...]) == TOWNS
    for again in (pickle.loads(pickle.dumps(TOWNS)), copy.deepcopy(TOWNS)):
        assert again == TOWNS
        assert again.kind is Town


def test_rows_are_chosen_by_their_values() -> None:
    assert TOWNS.where(kind="village", has_port=False) == TOWNS[1:]
    assert TOWNS.where(boats=None).kind is Town
    with pytest.raises(InputError, match="no column 'river'; columns: name, mayor"):
        TOWNS.where(river="Aln")


def test_a_notebook_shows_words_and_no_markup() -> None:
    shown = TOWNS._repr_html_()
    assert "Ostrow &lt;b&gt;" in shown
    assert "<b>" not in shown
    assert "<th>rivers</th>" in shown
    turned = Rows(Town, [msgspec.structs.replace(TOWNS[0], name="a\x1b[31m\u202eb" + "c" * 1000)])._repr_html_()
    assert "\x1b" not in turned
    assert "\u202e" not in turned
    assert len(turned) < 2000
    assert "… and 40 more" in Rows(Town, [TOWNS[0]] * 100)._repr_html_()
    assert repr(Rows(Town)) == "0 × Town"
    assert repr(Rows(Town, [TOWNS[0]] * 11)).endswith("… and 3 more")
    assert repr(TOWNS).startswith("2 × Town\n  Town(name='Seelby', ")


@pytest.mark.parametrize(
    ("package", "method", "extra"),
    [
        ("pandas", "to_pandas", "retold[pandas]"),
        ("polars", "to_polars", "retold[polars]"),
        ("pyarrow", "to_arrow", "retold[library]"),
    ],
)
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, package: str, method: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=re.escape(f"pip install '{extra}'")):
        getattr(TOWNS, method)()
    assert TOWNS._repr_html_(), "what needs no package shows all the same"
