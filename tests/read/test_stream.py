"""Tables, archives and packed files, read one record after the other; whole, cut, and of another kind than named."""

import datetime
import gzip
import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import msgspec
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retold.model import Article, Published, Reject
from retold.read import Columns, Note, ReadOptions, read_inputs, stream_inputs

from . import archives
from . import invented as pages

ENGLISH = "The ferry to Hollin was late again, and the harbour master said that it would be late for the rest of May.\n"


def _write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def _read(path: str, stdin: bytes | None = None, **options: object) -> tuple[list[Article], list[Reject], list[str]]:
    notes: list[Note] = []
    found = list(
        stream_inputs(
            [path],
            msgspec.structs.replace(ReadOptions(), **options),
            stdin=io.BytesIO(stdin) if stdin is not None else None,
            on_note=notes.append,
        )
    )
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Reject)], [note.text for note in notes]


def _table(path: Path, columns: dict[str, list[object]]) -> str:
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return str(path)


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.csv", "a.parquet", "a.warc"])
def test_every_kind_reads_the_same_gzipped_and_from_standard_input(tmp_path: Path, name: str) -> None:
    table = tmp_path / "t"
    _table(table, {"id": ["x"], "text": [ENGLISH], "series": ["The Post"]})
    content = {
        "a.txt": ENGLISH.encode(),
        "a.html": pages.META.encode(),
        "a.jsonl": json.dumps({"id": "x", "text": ENGLISH}).encode() + b"\n",
        "a.csv": f'id,text\nx,"{ENGLISH}"\n'.encode(),
        "a.parquet": table.read_bytes(),
        "a.warc": archives.record("https://herald.example/bridge", pages.META),
    }[name]
    plain, rejects, _ = _read(_write(tmp_path, name, content))
    assert len(plain) == 1
    assert not rejects
    packed, rejects, _ = _read(_write(tmp_path, f"{name}.gz", gzip.compress(content)))
    assert [article.text for article in packed] == [article.text for article in plain]
    piped, _, _ = _read("-", gzip.compress(content))
    assert [article.text for article in piped] == [article.text for article in plain]
    misnamed, _, _ = _read(_write(tmp_path, f"b{name[1:]}", gzip.compress(content)))  # the bytes tell
    assert [article.text for article in misnamed] == [article.text for article in plain]


def test_csv_with_other_delimiters_names_and_line_ends_in_texts(tmp_path: Path) -> None:
    rows = '\ufeffnr;paper;when;body\r\n7;"The Post";2032-01-14;"One.\r\nTwo ""quoted""; three."\r\n\r\n8;;;Four.\r\n'
    columns = Columns(id="nr", outlet="paper", published="when", text="body")
    articles, rejects, _ = _read(_write(tmp_path, "a.csv", rows), columns=columns)
    assert not rejects
    first, second = articles
    assert (first.id, first.outlet, first.text) == ("7", "The Post", 'One.\r\nTwo "quoted"; three.')
    assert first.published == Published("2032-01-14", "day", "metadata")
    assert (second.id, second.outlet, second.published, second.text) == ("8", None, None, "Four.")


def test_csv_in_another_encoding(tmp_path: Path) -> None:
    text = "Паром до острова снова опоздал, и начальник порта сказал, что так будет до конца мая. " * 5
    articles, _, notes = _read(_write(tmp_path, "a.csv", f'id,text\n1,"{text}"\n'.encode("cp1251")))
    assert articles[0].text == text
    assert "cp1251" in notes[0]


def test_csv_rows_that_are_none_are_set_aside_by_line(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.csv", "id,text\n1,One.\n2,Two, three.\n3,\n4,Four.\n")
    articles, rejects, _ = _read(path)
    assert [article.id for article in articles] == ["1", "4"]
    assert [reject.input for reject in rejects] == [f"{path}:3", f"{path}:4"]
    assert "3 cells" in rejects[0].reason


def test_csv_with_an_unclosed_mark_ends_with_a_message(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.csv", 'id,text\n1,One.\n2,"Two.\n' + "3,Three.\n" * 300)
    articles, rejects, _ = _read(path, max_file_bytes=1000)
    assert [article.id for article in articles] == ["1"]
    assert "quotation mark unclosed" in rejects[0].reason
    assert rejects[0].input == f"{path}:3"


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_table_without_the_column_names_those_at_hand_and_the_option(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    if name == "a.csv":
        _write(tmp_path, name, "nr,body\n1,One.\n")
    else:
        _table(tmp_path / name, {"nr": [1], "body": ["One."]})
    articles, (reject,), _ = _read(path)
    assert not articles
    assert reject.reason == (
        f'{path} has no column "text"; columns: body, nr. Name the one that holds the text with --text-column'
    )
    assert len(_read(path, columns=Columns(text="body"))[0]) == 1


def test_parquet_with_types_of_its_own(tmp_path: Path) -> None:
    when = datetime.datetime(2032, 1, 14, 17, 20, tzinfo=datetime.UTC)
    path = _table(
        tmp_path / "a.parquet",
        {"id": [1, 2, 3], "outlet": ["P", None, "Q"], "date": [when, None, when], "text": ["One.", None, "Three."],
         "unread": [b"\xff", b"", b""]},
    )  # fmt: skip
    articles, rejects, _ = _read(path)
    assert [(a.id, a.outlet, a.text) for a in articles] == [("1", "P", "One."), ("3", "Q", "Three.")]
    assert articles[0].published == Published("2032-01-14T17:20Z", "minute", "metadata")
    assert rejects[0].input == f"{path}:2"


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [(1_957_886_400, "2032-01-16T17:20Z"), (1_957_886_400_000, "2032-01-16T17:20Z"), (2032, "2032")],
)
def test_time_stamps_in_seconds_and_milliseconds(tmp_path: Path, stamp: int, expected: str) -> None:
    path = _table(tmp_path / "a.parquet", {"id": [1], "ts": [stamp], "text": ["One."]})
    articles, _, _ = _read(path, columns=Columns(published="ts"))
    assert articles[0].published is not None
    assert articles[0].published.value == expected


def test_parquet_cut_short_or_no_parquet(tmp_path: Path) -> None:
    data = Path(_table(tmp_path / "t", {"text": [ENGLISH] * 50})).read_bytes()
    assert "get a whole copy" in _read(_write(tmp_path, "a.parquet", data[:-20]))[1][0].reason
    assert "is no Parquet table" in _read(_write(tmp_path, "b.parquet", "text"))[1][0].reason


def _archive() -> list[bytes]:
    packed = gzip.compress(pages.TIME.encode())
    chunked = f"9\r\n<html><p>\r\n{len(ENGLISH) * 9:x}\r\n{ENGLISH * 9}\r\n0\r\n\r\n"
    return [
        archives.record("https://herald.example/one", pages.META.replace("article:published_time", "x")),
        archives.record("https://post.example/gone", "<p>Not here.</p>", 404),
        archives.record("https://post.example/logo.png", b"\x89PNG", kind="image/png"),
        archives.record("https://post.example/two?utm_source=a", packed, Content_Encoding="gzip"),
        archives.record("https://post.example/three", chunked, Transfer_Encoding="chunked"),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_web_archive_gives_its_pages(tmp_path: Path, packed: bool) -> None:
    data = archives.pack(_archive()) if packed else b"".join(_archive())
    path = _write(tmp_path, "a.warc.gz" if packed else "a.warc", data)
    articles, rejects, notes = _read(path)
    assert not rejects
    assert [article.url for article in articles] == [
        "https://herald.example/2032/01/14/bridge",
        "https://post.example/two",
        "https://post.example/three",
    ]
    assert [article.title for article in articles[:2]] == ["Divers find cracks in footbridge", "Footbridge fenced off"]
    assert {article.path for article in articles} == {path}
    assert "2 records passed over" in notes[-1]


@pytest.mark.parametrize("packed", [False, True])
def test_web_archive_cut_in_the_middle_gives_what_stands_before(tmp_path: Path, packed: bool) -> None:
    records = _archive()
    data = archives.pack(records) if packed else b"".join(records)
    whole = len(archives.pack(records[:4]) if packed else b"".join(records[:4]))
    for cut_at in (whole + 30, whole + (len(data) - whole) // 2, len(data) - 20):
        articles, rejects, _ = _read(_write(tmp_path, "a.warc.gz" if packed else "a.warc", data[:cut_at]))
        assert len(articles) == 2
        assert "after 2 pages; get a whole copy" in rejects[-1].reason


def test_damaged_and_empty_archives(tmp_path: Path) -> None:
    data = b"".join(_archive())
    articles, rejects, _ = _read(_write(tmp_path, "a.warc", data[:-2000] + b"XXXX" + data[-2000:]))
    assert articles
    assert rejects
    assert "is empty" in _read(_write(tmp_path, "b.warc", ""))[1][0].reason
    assert _read(_write(tmp_path, "c.warc", "It rained."))[1]


@pytest.mark.parametrize(
    ("name", "content", "left"),
    [
        ("a.txt.gz", ENGLISH * 400, 0),
        ("a.html.gz", pages.META, 0),
        ("a.jsonl.gz", "".join(json.dumps({"id": n, "text": f"{n} {ENGLISH}"}) + "\n" for n in range(400)), 1),
        ("a.csv.gz", "id,text\n" + "".join(f'{n},"{n} {ENGLISH}"\n' for n in range(400)), 1),
    ],
)
def test_half_a_gzip_keeps_whole_records_only(tmp_path: Path, name: str, content: str, left: int) -> None:
    packed = gzip.compress(content.encode(), 0)  # so that half of the bytes is half of the content
    articles, rejects, _ = _read(_write(tmp_path, name, packed[: len(packed) // 2]))
    assert len(articles) == (0 if not left else pytest.approx(200, abs=20))
    assert all(article.text == f"{article.id} {ENGLISH}" for article in articles)
    (reject,) = rejects
    assert "in the middle of its compressed data" in reject.reason
    assert "get a whole copy" in reject.reason


def test_damaged_gzip_and_trailing_zeros(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(ENGLISH.encode()))
    assert _read(_write(tmp_path, "a.txt.gz", bytes(packed) + b"\0" * 512))[0][0].text == ENGLISH
    packed[20] ^= 0xFF
    assert "is damaged" in _read(_write(tmp_path, "b.txt.gz", bytes(packed)))[1][0].reason


def test_gzip_bomb_costs_no_more_than_the_cap(tmp_path: Path) -> None:
    bomb = gzip.compress(b"x" * 60_000_000)
    path = _write(tmp_path, "a.txt.gz", bomb)
    line = _write(tmp_path, "b.jsonl.gz", bomb)
    tracemalloc.start()
    assert "once unpacked" in _read(path, max_file_bytes=1_000_000)[1][0].reason
    assert "longer than 1 MB" in _read(line, max_file_bytes=1_000_000)[1][0].reason
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


def test_article_longer_than_allowed_is_set_aside_and_the_others_read(tmp_path: Path) -> None:
    records = [{"id": "x", "text": "word " * 4_000_000}, {"id": "y", "text": ENGLISH}]
    path = _write(tmp_path, "a.jsonl", "\n".join(map(json.dumps, records)))
    assert [len(article.text) for article in _read(path)[0]] == [20_000_000, len(ENGLISH)]
    articles, rejects, _ = _read(path, max_article_chars=1_000_000)
    assert [article.id for article in articles] == ["y"]
    assert "20,000,000 characters" in rejects[0].reason
    assert "divide it" in rejects[0].reason
    page = f"<html><body><p>{'word ' * 4_000_000}</p></body></html>"
    assert "a page of 20,000,0" in _read(_write(tmp_path, "a.html", page))[1][0].reason


def test_memory_of_a_long_table_is_that_of_a_record(tmp_path: Path) -> None:
    line = json.dumps({"id": "x", "language": "en", "text": ENGLISH * 100}) + "\n"
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        for _ in range(3000):
            file.write(line)
    tracemalloc.start()
    count = sum(1 for _ in stream_inputs([str(path)], ReadOptions()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3000
    assert path.stat().st_size > 30_000_000
    assert peak < 3_000_000


def test_date_in_the_future_is_kept_and_noted(tmp_path: Path) -> None:
    lines = [
        {"id": n, "text": ENGLISH, "date": date} for n, date in enumerate(["2032-01-14", "2032-01-16T00:00Z", "2033"])
    ]
    path = _write(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)))
    articles, _, notes = _read(path, read_at="2032-01-14T12:00Z")
    assert [a.published.value for a in articles if a.published] == ["2032-01-14", "2032-01-16T00:00Z", "2033"]
    assert [note.split(",")[0] for note in notes] == ["is dated 2032-01-16T00:00Z", "is dated 2033"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", pages.META, "is a web page, not what its name says; rename it to end in .html"),
        ("a.jsonl", pages.META, "is a web page"),
        ("a.html", b"PAR1\0\0\0\0", "is a Parquet table"),
        ("a.jsonl", b"PAR1\0\0\0\0", "is a Parquet table"),
        ("a.txt", b"WARC/1.0\r\n", "is a web archive"),
        ("a.html", '{"id": "x", "text": "One."}', "is a file of JSON records"),
        ("a.html", '<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "is a feed"),
        ("a.csv", b"%PDF-1.7 ...", "is a PDF"),
        ("a.jsonl", b"\x89PNG\r\n\x1a\n\0", "is a PNG image"),
        ("a.csv", b"", "is empty"),
        ("a.parquet", b"", "is no Parquet table"),
        ("a.csv", "id,text\n", "is empty"),
        ("a.xml", "", "is empty"),
        ("a.xml", pages.META, "is a web page, not a feed"),
        ("a.xml", "<note>Milk</note>", "XML of another kind (<note>)"),
        ("a.rss", "milk and bread", "can't be read as a feed"),
    ],
)
def test_wrong_extensions_and_empty_files(tmp_path: Path, name: str, content: str | bytes, words: str) -> None:
    articles, (reject,), _ = _read(_write(tmp_path, name, content))
    assert not articles
    assert words in reject.reason


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["a.csv", "a.parquet", "a.warc", "a.txt.gz", "a.jsonl.gz", "a.xml", "a.csv.gz", "-"]),
    seed=st.sampled_from(["csv", "parquet", "warc", "gz", "feed", "junk"]),
    cut=st.integers(0, 600),
    flip=st.integers(0, 600),
    junk=st.binary(max_size=200),
)
def test_whatever_a_file_holds_it_ends_in_articles_or_rejects(
    tmp_path: Path, kind: str, seed: str, cut: int, flip: int, junk: bytes
) -> None:
    seeds = {
        "csv": b'id,text\n1,"One."\n2,Two.\n',
        "parquet": Path(_table(tmp_path / "t", {"text": ["One."]})).read_bytes(),
        "warc": archives.record("https://post.example/a", "<p>One.</p>"),
        "gz": gzip.compress(b'{"text": "One."}\n'),
        "feed": b"<rss><channel><title>x</title></channel></rss>",
        "junk": junk,
    }
    data = bytearray(seeds[seed][: cut or None])
    if data:
        data[flip % len(data)] ^= 0x55
    if kind == "-":
        _read("-", bytes(data))
        return
    articles, rejects, _ = _read(_write(tmp_path, kind, bytes(data)))
    assert articles or rejects or seed == "feed"


def test_folder_takes_packed_files_and_tables_and_leaves_feeds(tmp_path: Path) -> None:
    _write(tmp_path, "b.txt.gz", gzip.compress(ENGLISH.encode()))
    _write(tmp_path, "a.csv", f'text\n"One. {ENGLISH}"\n')
    _write(tmp_path, "c.xml", "<rss/>")
    batch = read_inputs([str(tmp_path)])
    assert [article.id for article in batch.articles] == ["a1", "a2"]
    assert [Path(article.path or "").name for article in batch.articles] == ["a.csv", "b.txt.gz"]
    assert "1 file skipped" in batch.notes[0].text or "1 file skipped" in batch.notes[-1].text


@pytest.mark.parametrize(
    ("name", "content", "package"),
    [
        ("a.parquet", b"PAR1\0\0", "pyarrow.parquet"),
        ("a.warc", archives.record("https://post.example/a", "<p>One.</p>"), "fastwarc.warc"),
        ("a.rss", b"<rss version='2.0'><channel/></rss>", "fastfeedparser"),
    ],
)
def test_missing_package_is_named_with_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    articles, (reject,), _ = _read(_write(tmp_path, name, content))
    assert not articles
    assert "pip install 'retold[library]'" in reject.reason


def test_files_load_nothing_of_the_web_or_of_tables() -> None:
    code = (
        "import io, sys\nfrom retold.read import read_inputs\n"
        "read_inputs(['-'], io.BytesIO(b'It rained.'))\nprint(*{m.split('.')[0] for m in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {"urllib3", "fastwarc", "pyarrow", "fastfeedparser", "trafilatura", "lxml"} & set(done.stdout.split())
