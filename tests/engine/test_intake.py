"""Files → shards → articles: the same as `retold build` reads, whatever the cut; what is damaged is set aside."""

import gzip
import json
import pickle
import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("fastwarc")

from retold.engine.intake import IntakeLimits, ReadKernel, count_day  # noqa: E402
from retold.engine.shards import SHARDS, cut_shards  # noqa: E402
from retold.engine.tables import ARTICLES  # noqa: E402
from retold.library.keys import find_page, identify_article, make_key  # noqa: E402
from retold.model import Article, Published  # noqa: E402
from retold.read import Columns, ReadOptions, stream_inputs  # noqa: E402

Row = dict[str, object]
_PLACES = ("Hollin", "Tarn", "Quell", "Varsk", "Pell")


def _make_record(number: int) -> Row:
    dice = random.Random(number)
    place = dice.choice(_PLACES)
    text = (
        f"The ferry to {place} was late for the {number}th time, and the harbour master said that it would be late for "
        f"the rest of the year.\n\nNobody in {place} was surprised by this, “least of all me,” said the baker."
    )
    record: Row = {"id": number, "text": text, "outlet": f"The {place} Post", "date": f"2032-01-{1 + number % 28:02}"}
    if number % 3 == 0:
        record |= {
            "title": f"Ferry late again — {place}",
            "url": f"https://www.post.example/{place}/{number}?utm_source=x",
        }
    if number % 5 == 0:
        record |= {"date": 1_950_000_000 + number, "byline": "Ann Lee"}
    if number % 7 == 0:
        record |= {
            "text": f"Паром до {place} знову запізнився, і начальник порту сказав, що так буде й надалі.",
            "date": None,
        }
    return record


def _write_lines(path: Path, lines: list[bytes]) -> str:
    data = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return str(path)


def _encode(records: list[Row]) -> list[bytes]:
    return [json.dumps(record, ensure_ascii=False).encode() for record in records]


def _write_table(path: Path, records: list[Row], group_rows: int = 10) -> str:
    names = ("id", "text", "outlet", "date", "title", "url", "byline")
    columns = {name: [record.get(name) for record in records] for name in names}
    columns["ts"] = [date if isinstance(date, int) else None for date in columns["date"]]
    columns["date"] = [date if isinstance(date, str) else None for date in columns["date"]]
    pq.write_table(pa.table(columns), path, row_group_size=group_rows)
    return str(path)


def _read(inputs: list[str], shard_bytes: int = 10**9, kernel: ReadKernel | None = None) -> tuple[list[Row], list[Row]]:
    """The articles, and the rejects, in the order they came."""
    kernel = kernel or ReadKernel()
    rows: list[Row] = []
    for batch in cut_shards(inputs, kernel.options, shard_bytes).to_batches():
        for out in kernel(batch):
            assert out.schema.equals(kernel.schema)
            rows += out.to_pylist()
    return [row for row in rows if row["reason"] is None], [row for row in rows if row["reason"] is not None]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_the_articles_are_those_that_the_readers_of_build_find(tmp_path: Path, name: str) -> None:
    records = [_make_record(number) for number in range(60)]
    path = tmp_path / name
    given = _write_table(path, records) if name.endswith("parquet") else _write_lines(path, _encode(records))
    rows, rejects = _read([given])
    expected = [one for one in stream_inputs([given], ReadOptions()) if isinstance(one, Article)]
    assert not rejects
    assert len(rows) == len(expected) == 60
    for number, (row, article) in enumerate(zip(rows, expected, strict=True), 1):
        for field in ("text", "sha256", "title", "outlet", "byline", "language", "url", "path", "encoding"):
            assert row[field] == getattr(article, field), field
        published = article.published
        assert row["published"] == (published and published.value)
        assert row["published_precision"] == (published and published.precision)
        assert row["day"] == count_day(published)
        assert row["id"] == identify_article(article, find_page(article.url), 63)
        assert (row["input"], row["record"]) == (given, number)
    assert {row["language"] for row in rows} == {"en", "uk"}


def test_the_key_of_a_corpus_begins_with_that_of_a_library() -> None:
    assert make_key("a", None, bits=63) >> 15 == make_key("a", None)
    assert 0 <= make_key("b", bits=63) < 2**63


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shard_bytes=st.integers(1, 4000), seed=st.integers(0, 5))
def test_where_files_are_cut_makes_no_difference(tmp_path: Path, shard_bytes: int, seed: int) -> None:
    dice = random.Random(seed)
    lines = _encode([_make_record(number) for number in range(12)])
    for at in range(3):
        lines.insert(dice.randrange(len(lines)), b"  " if at else b"{broken")
    lines[0] = b"\xef\xbb\xbf" + lines[0]
    path = _write_lines(tmp_path / "a.jsonl", lines)
    table = _write_table(tmp_path / "a.parquet", [_make_record(number) for number in range(9)], group_rows=2)
    shards = cut_shards([table, path], shard_bytes=shard_bytes)
    assert shards.schema.equals(SHARDS)
    assert _read([path, table], shard_bytes) == _read([table, path])
    own = [shard for shard in shards.to_pylist() if shard["input"] == path]
    assert [shard["start"] for shard in own[1:]] == [shard["end"] for shard in own[:-1]]
    assert (own[0]["start"], own[-1]["end"]) == (0, (tmp_path / "a.jsonl").stat().st_size)


def test_folders_hold_what_engines_leave_beside_and_files_are_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b" / "_temporary").mkdir(parents=True)
    first = _write_lines(folder / "b" / "x.jsonl", _encode([_make_record(1)]))
    _write_lines(folder / "b" / "_temporary" / "y.jsonl", _encode([_make_record(2)]))
    (folder / "_SUCCESS").write_bytes(b"")
    (folder / ".x.crc").write_bytes(b"crc")
    (folder / "notes.txt").write_text("not a table")
    (tmp_path / "link.jsonl").symlink_to(first)
    shards = cut_shards([str(folder), first, str(tmp_path / "link.jsonl")]).to_pylist()
    assert [(shard["input"], shard["reason"] is None) for shard in shards] == [
        (first, True),
        (str(folder / "notes.txt"), False),
    ]
    assert "not read at corpus scale" in str(shards[1]["reason"])


def _half_table(path: Path) -> str:
    given = _write_table(path, [_make_record(1)])
    path.write_bytes(path.read_bytes()[:-200])
    return given


def _empty_table(path: Path) -> str:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), path)
    return str(path)


def _other_columns(path: Path) -> str:
    pq.write_table(pa.table({"body": ["It rained."]}), path)
    return str(path)


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.parquet", _half_table, "half a Parquet table"),
        ("a.parquet", _empty_table, "is empty"),
        ("a.parquet", _other_columns, '"text"; columns: body'),
        ("a.parquet", lambda path: _write_lines(path, [b"{}"]), "no Parquet table"),
        ("a.jsonl", lambda path: _write_lines(path, [b""]), "is empty"),
        ("a.jsonl", lambda path: _write_table(path, [_make_record(1)]), "Parquet table"),
        ("a.jsonl", lambda path: _write_lines(path, ["{}".encode("utf-16")]), "UTF-16"),
        ("a.warc", lambda path: _write_lines(path, [b"{}"]), "no web page|can't be read"),
        ("a.warc.gz", lambda path: (path.write_bytes(b"\x1f\x8bnot gzip at all"), str(path))[1], "damaged"),
        ("a.pdf", lambda path: _write_lines(path, [b"%PDF-"]), "not read at corpus scale"),
        ("no-such.jsonl", str, "does not exist"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_reject(
    tmp_path: Path, name: str, make: Callable[[Path], str], reason: str
) -> None:
    good = _write_lines(tmp_path / "good.jsonl", _encode([_make_record(1)]))
    given = make(tmp_path / name)
    rows, rejects = _read([given, good])
    assert [row["input"] for row in rows] == [good]
    (reject,) = rejects
    assert reject["input"] == given
    assert (
        pytest.raises(AssertionError, match=reason) if False else __import__("re").search(reason, str(reject["reason"]))
    )
    assert reject["text"] is None


# What goes wrong in one record of a table: its line in JSONL, its cells in Parquet; and what the reason says.
_POISON: dict[str, tuple[bytes, Row | None, str]] = {
    "broken JSON": (b'{"text": "It rained', None, "not valid JSON"),
    "no object": (b'["It rained."]', None, "is a list"),
    "no text": (b'{"body": "It rained."}', {"text": None}, "no text"),
    "null text": (b'{"text": null}', {"text": None}, "no text"),
    "empty text": (b'{"text": " \\n "}', {"text": " \n "}, "is empty"),
    "a number for a text": (b'{"text": 7}', None, "expected a string"),
    "invalid UTF-8": (b'{"text": "It rained \xff\xfe."}', {"text": b"It rained \xff\xfe."}, "no UTF-8"),
    "invalid UTF-8 in a title": (
        b'{"text": "It rained.", "title": "\xc3"}',
        {"text": b"It rained.", "title": b"\xc3"},
        'no UTF-8|"title"',
    ),
    "a title of 5 MB": (
        b'{"text": "It rained.", "title": "' + b"x" * 5_000_000 + b'"}',
        {"text": "It rained.", "title": "x" * 5_000_000},
        "10,000 at most",
    ),
    "a text of a book": (
        b'{"text": "' + b"It rained. " * 100_000 + b'"}',
        {"text": "It rained. " * 100_000},
        "1,000,000 at",
    ),
    "half a character": (b'{"text": "It rained \\ud83d."}', None, "surrogate"),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_poisoned_lines_are_set_aside_and_nothing_else_changes(tmp_path: Path, name: str, seed: int) -> None:
    dice = random.Random(seed)
    good = _encode([_make_record(number) for number in range(200)])
    clean, _ = _read([_write_lines(tmp_path / f"clean-{name}", good)])
    marked = [(line, "") for line in good]
    for line, _, reason in _POISON.values():
        for _ in range(2):
            marked.insert(dice.randrange(len(marked) + 1), (line, reason))
    path = _write_lines(tmp_path / name, [line for line, _ in marked])
    rows, rejects = _read([path], shard_bytes=3_000_000)
    own = ("record", "input", "path", "id")  # an article without outlet and date is known by its file's name
    assert [{k: v for k, v in row.items() if k not in own} for row in rows] == [
        {k: v for k, v in row.items() if k not in own} for row in clean
    ]
    expected = {number: reason for number, (_, reason) in enumerate(marked, 1) if reason}
    assert [reject["record"] for reject in rejects] == list(expected)
    for reject in rejects:
        assert any(part in str(reject["reason"]) for part in expected[int(str(reject["record"]))].split("|"))


@pytest.mark.parametrize("kind", ["string", "large_string", "dictionary"])
def test_poisoned_rows_are_set_aside_and_nothing_else_changes(tmp_path: Path, kind: str) -> None:
    dice = random.Random(kind)
    marked: list[tuple[Row, str]] = [(_make_record(number), "") for number in range(200)]
    for _, row, reason in _POISON.values():
        if row is not None:
            marked.insert(dice.randrange(len(marked) + 1), (row, reason))

    def write(path: Path, records: list[Row]) -> str:
        columns = {}
        for name in ("text", "title", "outlet"):
            cells = [record.get(name) for record in records]
            raw = pa.array([cell.encode() if isinstance(cell, str) else cell for cell in cells], pa.binary())
            column = raw.view(pa.string())  # unchecked, as careless writers do
            columns[name] = column.cast(pa.large_string()) if kind == "large_string" else column
            if kind == "dictionary" and name == "outlet":
                columns[name] = column.dictionary_encode()
        pq.write_table(pa.table(columns), path, row_group_size=50)
        return str(path)

    (tmp_path / "clean").mkdir()
    clean, none = _read([write(tmp_path / "clean" / "a.parquet", [record for record, why in marked if not why])])
    rows, rejects = _read([write(tmp_path / "a.parquet", [record for record, _ in marked])], shard_bytes=100_000)
    assert not none
    own = ("record", "input", "path")
    assert [{k: v for k, v in row.items() if k not in own} for row in rows] == [
        {k: v for k, v in row.items() if k not in own} for row in clean
    ]
    expected = {number: reason for number, (_, reason) in enumerate(marked, 1) if reason}
    assert {int(str(reject["record"])) for reject in rejects} == set(expected)
    for reject in rejects:
        assert any(part in str(reject["reason"]) for part in expected[int(str(reject["record"]))].split("|"))


def _write_archive(path: Path, pages: list[bytes]) -> str:
    """A web archive of these pages, the first at /0."""
    records = []
    for n, page in enumerate(pages):
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://post.example/{n}\r\n"
        head += f"WARC-Date: 2031-03-04T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{n:032x}>\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
        records.append(head.encode() + body + b"\r\n\r\n")
    path.write_bytes(b"".join(records))
    return str(path)


def test_poisoned_pages_are_set_aside_and_nothing_else_changes(tmp_path: Path) -> None:
    def make_page(n: int, title: str = "Ferry late") -> bytes:
        told = f"<p>Ferry {n} was late again, the harbour master said on Monday, and nobody was told why.</p>" * 5
        return f"<html><head><title>{title}</title></head><body><article>{told}</article></body></html>".encode()

    poison = {
        b"<html><<<body <p <div>>> \x00\x01 &&& <": "NUL bytes",
        b"<html><body><article><p>" + b"\xff\xfe\xc3 bytes" * 50: "UTF-8",
        make_page(1, "t" * 5_000_000): '"title"',
        b"": "empty",
        b"<div>" * 200_000: "deep",
    }
    good = [make_page(n) for n in range(20)]
    pages = [page for n, one in enumerate(good) for page in (one, *list(poison)[n : n + 1])]
    rows, rejects = _read([_write_archive(tmp_path / "mixed.warc", pages)])
    clean, _ = _read([_write_archive(tmp_path / "clean.warc", good)])
    same = ("text", "title", "outlet", "language", "zones", "published")
    assert [[row[k] for k in same] for row in rows] == [[row[k] for k in same] for row in clean]
    assert [reject["record"] for reject in rejects] == [2, 4, 6, 8, 10]
    for reject, part in zip(rejects, poison.values(), strict=True):
        assert part in str(reject["reason"])


def test_a_packed_file_that_was_cut_gives_what_stands_before(tmp_path: Path) -> None:
    dice = random.Random(1)
    lines = [json.dumps(_make_record(n) | {"noise": dice.random()}).encode() for n in range(300)]
    path = Path(_write_lines(tmp_path / "a.jsonl.gz", lines))
    path.write_bytes(path.read_bytes()[:-2000])
    rows, rejects = _read([str(path)])
    assert 100 < len(rows) < 300
    (reject,) = rejects
    assert reject["record"] == len(rows) + 1
    assert "ends in the middle" in str(reject["reason"])


def test_a_damaged_row_group_ends_its_shard_only(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [str(_make_record(n)["text"]) + str(n) for n in range(300)]})
    pq.write_table(table, path, row_group_size=100, compression="zstd", use_dictionary=False)
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[start + 60 : start + 300] = bytes(240)
    path.write_bytes(data)
    rows, rejects = _read([str(path)], shard_bytes=1)
    assert [row["record"] for row in rows] == [*range(1, 101), *range(201, 301)]
    (reject,) = rejects
    assert reject["record"] == 101


def test_columns_of_other_names(tmp_path: Path) -> None:
    columns = {"body": ["It rained in Hollin for the whole of the day."], "paper": ["The Post"], "day": ["2032-01-14"]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    options = ReadOptions(columns=Columns(text="body", outlet="paper", published="day"))
    (row,), _ = _read([str(tmp_path / "a.parquet")], kernel=ReadKernel(options))
    assert (row["outlet"], row["published"], row["day"]) == ("The Post", "2032-01-14", 22658)


def test_batches_are_bounded_and_come_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    long = "It rained in Hollin for the whole of the day. " * 200
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for number in range(3000):
            file.write(json.dumps({"text": f"{number} {long}"}).encode() + b"\n")
    kernel = pickle.loads(pickle.dumps(ReadKernel(limits=IntakeLimits(batch_rows=400, batch_chars=1_000_000))))
    (batch,) = cut_shards([str(path)]).to_batches()
    found = kernel(batch)
    first = list(islice(found, 3))
    assert all(out.num_rows <= 400 and out.nbytes < 1_100_000 for out in first)
    assert sum(out.num_rows for out in (*first, *found)) == 3000


def test_a_file_that_changes_after_it_was_cut_is_refused(tmp_path: Path) -> None:
    path = _write_lines(tmp_path / "a.jsonl", _encode([_make_record(1)]))
    shards = cut_shards([path])
    _write_lines(Path(path), _encode([_make_record(2), _make_record(3)]))
    (out,) = ReadKernel()(shards.to_batches()[0])
    assert "has changed since" in out["reason"].to_pylist()[0]
    (tmp_path / "a.jsonl").unlink()
    (out,) = ReadKernel()(shards.to_batches()[0])
    assert "can't be read" in out["reason"].to_pylist()[0]


def test_an_article_row_has_the_columns_of_the_table() -> None:
    assert ReadKernel().schema.names == [*ARTICLES.names, "reason"]


@pytest.mark.parametrize(
    ("value", "precision", "day"),
    [
        ("1970-01-01", "day", 0),
        ("1969-12-31T23:00-02:00", "minute", 0),
        ("1970-01-02T00:30+01:00", "minute", 0),
        ("1970-01-02T00:30Z", "minute", 1),
        ("1970-01-02T00:30", "minute", 1),
        ("1970-01", "month", None),
        ("1970", "year", None),
        ("0001-01-01T00:30+09:00", "minute", None),
    ],
)
def test_days_are_those_of_utc(value: str, precision: str, day: int | None) -> None:
    assert count_day(Published(value, precision, "metadata")) == day  # type: ignore[arg-type]


def test_dates_of_every_column_type(tmp_path: Path) -> None:
    text = "It rained in Hollin for the whole of the day, and the baker said that it would go on."
    microseconds = [1_957_786_200_000_000, 2**62, None]
    columns = {"text": [f"{n}: {text}" for n in range(3)], "date": pa.array(microseconds, pa.timestamp("us", "UTC"))}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    rows, (reject,) = _read([str(tmp_path / "a.parquet")])
    assert [row["published"] for row in rows] == ["2032-01-15T13:30Z", None]
    assert reject["record"] == 2
    columns["date"] = pa.array([1_957_786_200_000_000_001, 0, None], pa.timestamp("ns"))
    pq.write_table(pa.table(columns), tmp_path / "b.parquet")
    rows, rejects = _read([str(tmp_path / "b.parquet")])
    assert not rejects
    assert rows[0]["published"] == "2032-01-15T13:30"
