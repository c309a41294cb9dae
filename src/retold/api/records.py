"""Articles that are in the program already: records with a text, and the rows of data frames."""

from collections.abc import Mapping
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from retold import model
from retold.read import Columns, Note
from retold.read.tables import Cell, Draft, Origin, read_record

Record: TypeAlias = Mapping[str, Cell]
"""An article as a record: its `text`, and what else is known, under the names that tables have."""


@runtime_checkable
class PolarsFrame(Protocol):
    """A data frame of polars, or rows."""

    def to_dicts(self) -> list[dict[str, object]]: ...


@runtime_checkable
class PandasFrame(Protocol):
    """A data frame of pandas."""

    def to_dict(self, orient: Literal["records"]) -> list[dict[str, object]]: ...


Frame: TypeAlias = PolarsFrame | PandasFrame


def list_records(frame: Frame) -> list[dict[str, object]]:
    """The rows of a data frame."""
    return frame.to_dicts() if isinstance(frame, PolarsFrame) else frame.to_dict("records")


def read_mapping(record: Mapping[str, object], where: str, columns: Columns) -> tuple[list[model.Article], list[Note]]:
    """The article that a record holds, with notes. Raises `InputError` where it holds none."""
    drafts: list[model.Article] = []
    notes: list[Note] = []
    cells: dict[str, Cell] = {name: cell for name, cell in record.items() if not _is_missing(cell)}  # type: ignore[misc]
    for event in read_record(cells, where, Origin(where, None, None, columns)):
        if isinstance(event, Draft):
            drafts.append(event.article)
        elif isinstance(event, Note):
            notes.append(event)
    return drafts, notes


def _is_missing(cell: object) -> bool:
    """Whether a data frame means by it that there is nothing: None, not a number, not a time, or pandas' own sign."""
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell)
