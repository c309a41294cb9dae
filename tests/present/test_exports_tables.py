"""CSV and Parquet: what the csv module, DuckDB and pyarrow read is what the tables hold."""

import csv
import io
from pathlib import Path

import pytest
from exporting import EMPTY, build_hard, build_many, build_odd, write_folder
from hypothesis import given
from hypothesis import strategies as st

from retold.document import EvidenceDocument
from retold.errors import RetoldError
from retold.present.exports import export_parts, find_format, make_part
from retold.present.exports.names import SURROGATES
from retold.present.exports.tables_csv import guard, list_tables, unguard
from retold.present.tables import make_tables
from retold.rows import Cell


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def write_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    text = " ".join(cell) if isinstance(cell, tuple) else str(cell)
    return SURROGATES.sub("\ufffd", text).replace("\0", "\ufffd")


@pytest.mark.parametrize("which", ["sample", "odd", "hostile"])
def test_csv_round_trip(which: str, document: EvidenceDocument, tmp_path: Path) -> None:
    documents = {"sample": [document], "odd": [build_odd()], "hostile": list(build_hard())}[which]
    for number, one in enumerate(documents):
        (tmp_path / str(number)).mkdir()
        files = write_folder("csv", one, tmp_path / str(number))
        assert files.keys() == {f"{name}.csv" for name in list_tables()}
        for name, table in make_tables(make_part(one).document).items():
            heading, *rows = read(files[f"{name}.csv"])
            assert heading == [column.name for column in table.columns]
            wanted = [[write_cell(cell) for cell in row] for row in table.iterate_cells()]
            assert [[unguard(cell) for cell in row] for row in rows] == wanted


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    from msgspec.structs import replace

    for formula in ("=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1"):
        document = build_odd("x")
        articles = tuple(replace(a, title=formula, byline=formula) for a in document.articles)
        (tmp_path / f"{ord(formula[0])}{len(formula)}").mkdir()
        files = write_folder("csv", replace(document, articles=articles), tmp_path / f"{ord(formula[0])}{len(formula)}")
        for row in read(files["articles.csv"])[1:]:
            assert not any(cell[:1] in "=+-@\t\r＝" for cell in row if cell)
            assert formula in map(unguard, row)


@given(st.text(alphabet="'=+-@\t\r\nab＝ "))
def test_guarding_is_undone(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


def test_duckdb_reads_both_alike(document: EvidenceDocument, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    for format_ in ("csv", "parquet"):
        export_parts([make_part(document)], find_format(format_), str(tmp_path / format_))
    for name, table in make_tables(document).items():
        rows = len(table.read())
        for format_ in ("csv", "parquet"):
            path = tmp_path / format_ / f"{name}.{format_}"
            assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(rows,)], path
    found = duckdb.sql(
        f"SELECT label, len(flags), confidence FROM '{tmp_path}/parquet/changes.parquet' WHERE severity = 'major'"
    ).fetchall()
    assert found == [(c.label, len(c.flags), c.confidence) for c in document.changes if c.severity == "major"]


@pytest.mark.parametrize("which", ["sample", "odd", "hostile"])
def test_parquet_round_trip(which: str, document: EvidenceDocument, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    documents = {"sample": [document], "odd": [build_odd()], "hostile": list(build_hard())}[which]
    for number, one in enumerate(documents):
        out = tmp_path / str(number)
        export_parts([make_part(one)], find_format("parquet"), str(out))
        for name, table in make_tables(make_part(one).document).items():
            read_back = parquet.read_table(out / f"{name}.parquet")
            assert read_back.column_names == [column.name for column in table.columns]
            rows = [tuple(row.values()) for row in read_back.to_pylist()]
            assert rows == [tuple(map(clean, row)) for row in table.iterate_cells()]


def clean(cell: Cell) -> object:
    if isinstance(cell, tuple):
        return [SURROGATES.sub("\ufffd", text) for text in cell]
    return SURROGATES.sub("\ufffd", cell) if isinstance(cell, str) else cell


def test_parquet_gathers_stories_into_row_groups(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export_parts(build_many(50, 4), find_format("parquet"), str(tmp_path / "out"))
    file = parquet.ParquetFile(tmp_path / "out" / "quotations.parquet")
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (400, 1)


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_empty_has_headings(format_: str, tmp_path: Path) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow")
    files = write_folder(format_, EMPTY, tmp_path)
    assert len(files) == len(list_tables())
    if format_ == "csv":
        assert all(len(read(data)) == 1 for data in files.values())


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_one_table_is_one_file(format_: str, document: EvidenceDocument, tmp_path: Path) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow")
    export_parts([make_part(document)], find_format(format_), str(tmp_path / "one"), "changes")
    whole = write_folder(format_, document, tmp_path)
    assert (tmp_path / "one").read_bytes() == whole[f"changes.{format_}"]
    with pytest.raises(RetoldError, match="expected one of articles, quotations"):
        export_parts([make_part(document)], find_format(format_), str(tmp_path / "two"), "changer")
    assert not (tmp_path / "two").exists()
    with pytest.raises(RetoldError, match="no tables"):
        export_parts([make_part(document)], find_format("tei"), str(tmp_path / "two"), "changes")
