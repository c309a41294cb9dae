"""Parts of a document with a page of their own: two reports side by side, one change."""

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.errors import UnknownStoryError
from retold.model import Change
from retold.present.html.columns import Pair, pair_two
from retold.present.html.rows import Panel, Row, build_row
from retold.present.ledger import FamilyView, Ledger, StoryView
from retold.present.lettering import shorten_line


class TwoReports(Struct, frozen=True):
    """Two reports beside each other; `title` of their story."""

    title: str
    pair: Pair


class OneChange(Struct, frozen=True):
    """A change with the row it stands in, and the ids of the changes before and after it in its story ("": none)."""

    title: str
    row: Row
    panel: Panel
    previous: str
    following: str


def read_two(document: EvidenceDocument, earlier: str, later: str) -> TwoReports:
    """Two reports (ids) of one story. Raises `UnknownStoryError`."""
    ledger = Ledger(document)
    for view in ledger.view_stories():
        if {earlier, later} <= {article.id for article in view.articles} and earlier != later:
            return TwoReports(view.title, pair_two(view, ledger, earlier, later, "t1"))
    raise UnknownStoryError(
        "these are not two reports of one story; open the story, and choose two of its reports there"
    )


def read_change(document: EvidenceDocument, change: str) -> OneChange:
    """A change by its id. Raises `UnknownStoryError`."""
    ledger = Ledger(document)
    for view in ledger.view_stories():
        families = (*view.shared, *view.single)
        order = [found.id for family in families for found in _list_changes(family, view)]
        if change not in order or not change:
            continue
        at = order.index(change)
        family = next(one for one in families if change in [found.id for found in _list_changes(one, view)])
        row = build_row(family, view, ledger, (), "f1")
        return OneChange(
            view.title,
            row,
            next(panel for panel in row.panels if panel.id == change),
            order[at - 1] if at else "",
            order[at + 1] if at + 1 < len(order) else "",
        )
    raise UnknownStoryError(
        f"there is no change “{shorten_line(change, 40)}” here; open the story and choose one there"
    )


def _list_changes(family: FamilyView, view: StoryView) -> list[Change]:
    """The changes of a family in the order of its row."""
    return [
        change
        for article in view.articles
        for change in (
            *(one for reading in family.readings if reading.article.id == article.id for one in reading.changes),
            *(one for one in family.dropped if one.article == article.id),
        )
    ]
