"""The tables: every finding stands in one, with the words it points at."""

import msgspec
import pytest
from hostile import NASTY, build_hostile

from retold.document import EvidenceDocument
from retold.present.findings import COLUMNS, Change, Quotation
from retold.present.tables import make_tables
from retold.rows import Rows

TABLES = make_tables(EvidenceDocument("", 1, {}, ()))


def test_every_finding_has_a_row(document: EvidenceDocument) -> None:
    counts = {name: len(table.read()) for name, table in make_tables(document).items()}
    assert counts == {
        "articles": len(document.articles),
        "quotations": sum(len(article.quotations) for article in document.articles),
        "speakers": len(document.speakers),
        "families": len(document.families),
        "readings": sum(len(family.readings) for family in document.families),
        "changes": len(document.changes),
        "derivations": len(document.derivations),
        "evidence": sum(len(derivation.evidence) for derivation in document.derivations),
        "facts": sum(len(fact.readings) for fact in document.facts),
        "passages": len(document.passages),
        "omissions": len(document.omissions),
        "additions": len(document.additions),
        "citations": sum(len(article.citations) for article in document.articles),
        "rejects": len(document.rejects),
    }
    assert all(counts[name] for name in ("quotations", "changes", "facts", "omissions", "additions", "passages"))


def test_words_are_those_at_the_span(document: EvidenceDocument) -> None:
    texts = {article.id: article.text for article in document.articles}
    for name in ("readings", "facts", "additions", "citations"):
        for row in make_tables(document)[name].read().to_dicts():
            text = texts[str(row["article"])]
            start, end = row["start"], row["end"]
            assert isinstance(start, int)
            assert isinstance(end, int)
            if row.get("quotation") is None:
                assert row["text"] == text[start:end]
    for row in make_tables(document)["omissions"].read().to_dicts():
        assert row["text"] == texts[str(row["from_article"])][slice(row["start"], row["end"])]  # type: ignore[misc]


def test_a_change_names_both_sides(document: EvidenceDocument) -> None:
    rows = make_tables(document)["changes"].read()
    readings = {reading.id: reading for reading in document.readings}
    for change, row in zip(document.changes, rows, strict=True):
        assert isinstance(row, Change)
        assert (row.id, row.label, row.flags, row.severity) == (change.id, change.label, change.flags, change.severity)
        assert row.from_article == (readings[change.from_].article if change.from_ else None)
        assert row.to_article == (readings[change.to].article if change.to else change.article)
        assert (row.to_text is None) == (change.to is None)


def test_a_table_is_read_again_and_again(document: EvidenceDocument) -> None:
    table = make_tables(document)["quotations"]
    assert table.read() == table.read()
    assert list(table.iterate_cells()) == [tuple(row.values()) for row in table.read().to_dicts()]
    assert isinstance(table.read(), Rows)
    assert table.kind is Quotation


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_explained_and_plain(name: str) -> None:
    columns = TABLES[name].columns
    assert columns
    assert [c.name for c in columns if c.name not in COLUMNS] == []
    assert len({c.name for c in columns}) == len(columns)
    assert TABLES[name].read() == ()


def test_an_empty_cell_stands_only_where_the_column_says_so(document: EvidenceDocument) -> None:
    for table in make_tables(document).values():
        for column in table.columns:
            if not column.may_be_empty:
                assert all(getattr(row, column.name) is not None for row in table.read()), (table.name, column.name)


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_words_are_kept_in_cells_and_harmless_in_reprs(nasty: str) -> None:
    tables = make_tables(build_hostile(nasty))
    assert tables["articles"].read().to_dicts()[0]["title"] == nasty
    for table in tables.values():
        for row in table.read():
            if table.name in {"quotations", "changes", "derivations", "families"}:
                assert repr(row).isprintable()
        assert "<script" not in table.read()._repr_html_()
    assert msgspec.json.encode(tables["quotations"].read())
