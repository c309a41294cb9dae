"""What a comparison found, as a notebook holds it: rows, tables, drawings, and what became of one quotation."""

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from retold.api.articles import Article, Articles, tell_number
from retold.api.steps import Step, find_families, trace_families
from retold.document import EvidenceDocument, decode_document, encode_document
from retold.present.explanation import UnknownFindingError, explain_finding, render_explanation
from retold.present.findings import (
    AdditionRow,
    Change,
    CitationRow,
    Derivation,
    EvidenceRow,
    FactRow,
    Family,
    OmissionRow,
    PassageRow,
    Quotation,
    Reading,
    Speaker,
)
from retold.present.tables import TableWriter, make_tables
from retold.rows import Rows
from retold.trace.replay import replay_changes, replay_derivations

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_INDENT: Final = 13
_LEAST_DIFFERENCE: Final = 1e-6


class Shown(str):
    """A text that shows as it is, also as the last line of a notebook's cell; `html` is how a notebook draws it."""

    html: str

    def __new__(cls, text: str, html: str) -> "Shown":
        shown = super().__new__(cls, text)
        shown.html = html
        return shown

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.html


class Comparison:
    """Everything found in some articles. `document` is the evidence document, of which all else is a view.

    `print(comparison)` is the report of the command line; in a notebook it shows the descent and the ledger.
    """

    def __init__(self, document: EvidenceDocument) -> None:
        self.document = document
        self._writer = TableWriter(document)

    @classmethod
    def from_json(cls, data: bytes | str) -> "Comparison":
        """What `to_json`, or `retold … --json`, wrote. Raises `InputError` where it is no evidence document."""
        return cls(decode_document(data.encode() if isinstance(data, str) else data))

    @cached_property
    def articles(self) -> Articles:
        """The articles in the order given, each with its quotations."""
        by_article: dict[str, list[Quotation]] = {}
        for quotation in self.quotations:
            by_article.setdefault(quotation.article, []).append(quotation)
        views = (Article(a, Rows(Quotation, by_article.get(a.id, ()))) for a in self.document.articles)
        return Articles(views, self.document.rejects)

    @cached_property
    def quotations(self) -> Rows[Quotation]:
        """Every quotation, article by article, with its words and its speaker's name."""
        return Rows(Quotation, self._writer.quotations())

    @cached_property
    def speakers(self) -> Rows[Speaker]:
        """Who is quoted, over all the articles."""
        return Rows(Speaker, self._writer.speakers())

    @cached_property
    def families(self) -> Rows[Family]:
        """The utterances, each with how many readings it has."""
        return Rows(Family, self._writer.families())

    @cached_property
    def readings(self) -> Rows[Reading]:
        """Each report's version of each utterance."""
        return Rows(Reading, self._writer.readings())

    @cached_property
    def changes(self) -> Rows[Change]:
        """What happened from a reading to a later one."""
        return Rows(Change, self._writer.changes())

    @cached_property
    def derivations(self) -> Rows[Derivation]:
        """Who retold whom."""
        return Rows(Derivation, self._writer.derivations())

    @cached_property
    def evidence(self) -> Rows[EvidenceRow]:
        """What speaks for and against each derivation."""
        return Rows(EvidenceRow, self._writer.evidence())

    @cached_property
    def facts(self) -> Rows[FactRow]:
        """Dates, figures, names and places that two or more reports give."""
        return Rows(FactRow, self._writer.facts())

    @cached_property
    def passages(self) -> Rows[PassageRow]:
        """Where two reports say the same in related words."""
        return Rows(PassageRow, self._writer.passages())

    @cached_property
    def omissions(self) -> Rows[OmissionRow]:
        """What a report left out of the one it derives from."""
        return Rows(OmissionRow, self._writer.omissions())

    @cached_property
    def additions(self) -> Rows[AdditionRow]:
        """What a report has and the one it derives from has not."""
        return Rows(AdditionRow, self._writer.additions())

    @cached_property
    def citations(self) -> Rows[CitationRow]:
        """Where a report names another outlet as its source."""
        return Rows(CitationRow, self._writer.citations())

    @property
    def tables(self) -> dict[str, Rows[Struct]]:
        """Every table by name: what `to_pandas` and the other conversions, and `retold export`, write."""
        return {name: table.read() for name, table in make_tables(self.document).items()}

    def to_arrow(self) -> "dict[str, pyarrow.Table]":
        """Every table by name, for pyarrow."""
        return {name: rows.to_arrow() for name, rows in self.tables.items()}

    def to_pandas(self) -> "dict[str, pandas.DataFrame]":
        """Every table by name, for pandas."""
        return {name: rows.to_pandas() for name, rows in self.tables.items()}

    def to_polars(self) -> "dict[str, polars.DataFrame]":
        """Every table by name, for polars."""
        return {name: rows.to_polars() for name, rows in self.tables.items()}

    def to_json(self) -> bytes:
        """The evidence document: what `retold compare … --json` prints, byte for byte."""
        return encode_document(self.document)

    def to_html(self) -> str:
        """The self-contained page: what `retold compare … --html` writes."""
        from retold.present.html import render_page

        return render_page(self.document)

    @property
    def ledger(self) -> Shown:
        """Who said what in which report, and how it was changed there: a table in a notebook, else text."""
        from retold.present.html.notebook import render_ledger
        from retold.present.terminal import render_part

        return Shown(render_part(self.document, "ledger"), render_ledger(self.document))

    @property
    def descent(self) -> Shown:
        """Who retold whom: a drawing in a notebook, else text."""
        from retold.present.html.notebook import render_descent
        from retold.present.terminal import render_part

        return Shown(render_part(self.document, "descent"), render_descent(self.document))

    def explain(self, what: "str | Change | Derivation | Step") -> Shown:
        """Why a change or a derivation (or its id, "c3", "d1") is what it is, and whether the evidence gives it again.

        Raises `RetoldError` for an id that there is not, or a document of another version whose settings this one does
        not know. Cost: that of comparing the readings of one story.
        """
        from retold.present.html.notebook import render_text

        id_ = what if isinstance(what, str) else what.change if isinstance(what, Step) else what.id
        if id_ is None:
            raise UnknownFindingError("this reading is the first at hand: it is held against no other")
        text = render_explanation(explain_finding(self.document, id_))
        text += f"\n{'Replayed':<{_INDENT}}{_replay(self.document, id_)}\n"
        return Shown(text, render_text(text))

    def trace(self, what: "str | Quotation | Reading | Family | Change") -> Rows[Step]:
        """What became of a quotation: a row for each report's reading, the first one first, then who dropped it.

        `what`: a row of this comparison, an id ("a1.q2", "f1", "r4", "c3"), or words that stand in a reading: then all
        the utterances that hold them. Raises `RetoldError` where there is none.
        """
        return Rows(Step, trace_families(self.document, find_families(self.document, what)))

    def __str__(self) -> str:
        from retold.present.terminal import render_report

        return render_report(self.document)

    def __repr__(self) -> str:
        counts = Counter(change.severity for change in self.document.changes)
        found = (
            tell_number(len(self.document.articles), "article"),
            tell_number(sum(len(article.quotations) for article in self.document.articles), "quotation"),
            f"{tell_number(len(self.document.changes), 'change')} of which {counts['major']:,} major and "
            f"{counts['minor']:,} minor",
            tell_number(len(self.document.derivations), "derivation"),
        )
        return f"Comparison({', '.join(found)})"

    def _repr_html_(self) -> str:
        from retold.present.html.notebook import render_comparison

        return render_comparison(self.document)


def _replay(document: EvidenceDocument, id_: str) -> str:
    """Whether the finding comes out of its evidence again. Only its own story is gone through."""
    derivation = next((d for d in document.derivations if d.id == id_), None)
    if derivation is not None:
        (again,) = replay_derivations(msgspec.structs.replace(document, derivations=(derivation,)))
        same = abs(again.probability - derivation.probability) < _LEAST_DIFFERENCE
        return "from its evidence alone: the same probability." if same else f"gives {again.probability:.2f}."
    change = next(c for c in document.changes if c.id == id_)
    home = next(f.story for f in document.families if f.id == change.family)
    story = tuple(s for s in document.stories if s.id == home)
    found = replay_changes(msgspec.structs.replace(document, stories=story))
    same = any(msgspec.structs.replace(one, id=change.id) == change for one in found)
    return (
        "from the texts and the settings in the document: the same label, flags and severity."
        if same
        else "this version of Retold decides otherwise; the document was written by another, or has been edited."
    )
