"""Findings as rows: a tuple of values of one kind that is also a table, for notebooks and for exports.

The columns are the fields of the rows' type, so that there is one definition of each. pandas, polars and pyarrow are
guests here, asked in only when a table of theirs is.
"""

import html
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Generic,
    Literal,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    overload,
)

import msgspec
from msgspec import Struct

from retold.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Cell: TypeAlias = str | int | float | bool | tuple[str, ...] | None
"""What a table holds. A tuple of texts is a list in Arrow, pandas and polars, and one text with blanks in CSV."""
ColumnKind: TypeAlias = Literal["text", "integer", "number", "flag", "texts"]
Row = TypeVar("Row", bound=Struct)
Other = TypeVar("Other", bound=Struct)

_KINDS: Mapping[object, ColumnKind] = {str: "text", int: "integer", float: "number", bool: "flag", tuple: "texts"}
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns a line around."""
_STYLE = '"text-align:left;vertical-align:top;white-space:normal;max-width:36em"'
_SHOWN_ROWS = 60
_LINES = 8
_LINE_CHARS = 110
_SHOWN_CHARS = 300


class Column(Struct, frozen=True):
    """A column of a table: its name and what stands in it; `may_be_empty` where a cell can be None."""

    name: str
    kind: ColumnKind
    may_be_empty: bool = False


@cache
def list_columns(kind: type[Struct]) -> tuple[Column, ...]:
    """The columns of a table of such rows: the fields of their type that are plain values, in order.

    >>> class Town(Struct):
    ...     name: str
    ...     people: int | None
    >>> list_columns(Town)[1]
    Column(name='people', kind='integer', may_be_empty=True)
    """
    columns = []
    for field in msgspec.structs.fields(kind):
        options = get_args(field.type) if get_origin(field.type) in (Union, UnionType) else (field.type,)
        (given,) = (option for option in options if option is not type(None))
        base = type(get_args(given)[0]) if get_origin(given) is Literal else (get_origin(given) or given)
        columns.append(Column(field.name, _KINDS[base], type(None) in options))
    return tuple(columns)


class Rows(tuple[Row, ...], Generic[Row]):
    """Values of one kind, in order: a tuple whose slices are rows again, and which becomes a table of other libraries.

    `kind` is the type of the rows: it names the columns also where there are none.

    >>> class Town(Struct):
    ...     name: str
    ...     people: int | None
    >>> towns = Rows(Town, [Town("Seelby", 1200), Town("Ostrow", None)])
    >>> towns
    2 × Town
      Town(name='Seelby', people=1200)
      Town(name='Ostrow', people=None)
    >>> towns[:1].to_dicts()
    [{'name': 'Seelby', 'people': 1200}]
    """

    kind: type[Row]

    def __new__(cls, kind: type[Row], values: Iterable[Row] = ()) -> "Rows[Row]":
        rows = super().__new__(cls, values)
        rows.kind = kind
        return rows

    def __getnewargs__(self) -> tuple[type[Row], tuple[Row, ...]]:
        return self.kind, tuple(self)

    @overload
    def __getitem__(self, at: SupportsIndex) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> "Rows[Row]": ...
    def __getitem__(self, at: SupportsIndex | slice) -> "Row | Rows[Row]":
        if isinstance(at, slice):
            return Rows(self.kind, super().__getitem__(at))
        return super().__getitem__(at)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table that these rows are."""
        return list_columns(self.kind)

    def where(self, **values: Cell) -> "Rows[Row]":
        """The rows whose columns have these values. Raises `InputError` for a column that there is not.

        >>> class Town(Struct):
        ...     name: str
        ...     has_port: bool
        >>> Rows(Town, [Town("Seelby", True), Town("Ostrow", False)]).where(has_port=True)
        1 × Town
          Town(name='Seelby', has_port=True)
        """
        names = [column.name for column in self.columns]
        for name in values:
            if name not in names:
                raise InputError(f"{self.kind.__name__} has no column {name!r}; columns: {', '.join(names)}")
        return Rows(self.kind, (row for row in self if all(getattr(row, n) == v for n, v in values.items())))

    def to_dicts(self) -> list[dict[str, Cell]]:
        """Each row as a dictionary of its columns: what most libraries take."""
        names = [column.name for column in self.columns]
        return [{name: getattr(row, name) for name in names} for row in self]

    def to_arrow(self) -> "pyarrow.Table":
        """The rows as a pyarrow table. Raises `MissingExtraError` where pyarrow is not installed."""
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError("Arrow tables need pyarrow; pip install 'retold[library]'") from error
        schema = make_arrow_schema(self.columns)
        return pyarrow.Table.from_pydict({c.name: self._list_cells(c) for c in self.columns}, schema=schema)

    def to_pandas(self) -> "pandas.DataFrame":
        """The rows as a pandas data frame. Raises `MissingExtraError` where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise MissingExtraError("Data frames of pandas need pandas; pip install 'retold[pandas]'") from error
        types = {"text": "string", "integer": "int64", "number": "float64", "flag": "bool", "texts": "object"}
        nullable = {**types, "integer": "Int64", "flag": "boolean"}
        return pandas.DataFrame(
            {
                c.name: pandas.Series(self._list_cells(c), dtype=(nullable if c.may_be_empty else types)[c.kind])
                for c in self.columns
            }
        )

    def to_polars(self) -> "polars.DataFrame":
        """The rows as a polars data frame. Raises `MissingExtraError` where polars is not installed."""
        try:
            import polars
        except ImportError as error:
            raise MissingExtraError("Data frames of polars need polars; pip install 'retold[polars]'") from error
        types: dict[ColumnKind, polars.DataType] = {
            "text": polars.String(),
            "integer": polars.Int64(),
            "number": polars.Float64(),
            "flag": polars.Boolean(),
            "texts": polars.List(polars.String()),
        }
        return polars.DataFrame(
            {c.name: self._list_cells(c) for c in self.columns}, schema={c.name: types[c.kind] for c in self.columns}
        )

    def _list_cells(self, column: Column) -> list[str | int | float | list[str] | None]:
        cells = [getattr(row, column.name) for row in self]
        return [list(cell) if isinstance(cell, tuple) else cell for cell in cells]

    def __repr__(self) -> str:
        lines = [f"{len(self)} × {self.kind.__name__}", *(f"  {_cut(repr(row), _LINE_CHARS)}" for row in self[:_LINES])]
        more = len(self) - _LINES
        return "\n".join([*lines, f"  … and {more:,} more"] if more > 0 else lines)

    def _repr_html_(self) -> str:
        """The rows as a table for a notebook: escaped, without colours of its own, long texts cut. A type may name the
        columns that people look at in `SHOWN`."""
        shown: tuple[str, ...] = getattr(self.kind, "SHOWN", ())
        columns = [column for column in self.columns if not shown or column.name in shown]
        head = "".join(f"<th>{html.escape(column.name)}</th>" for column in columns)
        body = "".join(
            f"<tr>{''.join(f'<td style={_STYLE}>{_show(getattr(row, c.name))}</td>' for c in columns)}</tr>"
            for row in self[:_SHOWN_ROWS]
        )
        more = len(self) - _SHOWN_ROWS
        rest = f"<p>… and {more:,} more</p>" if more > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def make_arrow_schema(columns: Iterable[Column]) -> "pyarrow.Schema":
    """The Arrow schema of a table with these columns; pyarrow must be installed."""
    import pyarrow

    types = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "texts": pyarrow.list_(pyarrow.string()),
    }
    return pyarrow.schema([pyarrow.field(c.name, types[c.kind], nullable=c.may_be_empty) for c in columns])


def _show(cell: Cell) -> str:
    text = "" if cell is None else " ".join(cell) if isinstance(cell, tuple) else str(cell)
    text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    return html.escape(_cut(text, _SHOWN_CHARS))


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 1]}…"
