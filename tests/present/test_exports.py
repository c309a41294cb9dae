"""Every format at once: what is empty, hostile, large, repeated or can't be written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from exporting import EMPTY, build_hard, write, write_folder
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.errors import RetoldError
from retold.present.exports import FORMATS, Part, export_parts, find_format, make_part
from retold.present.exports.names import Losses, clean_url, escape_xml, make_xml_name, write_moment
from retold.present.exports.network import EDGE_COLUMNS, NODE_COLUMNS
from retold.present.exports.tables_csv import list_tables
from retold.present.exports.writing import open_file, open_folder

NAMES = [format_.name for format_ in FORMATS]


def write_any(name: str, documents: EvidenceDocument | list[Part], folder: Path) -> dict[str, bytes]:
    if find_format(name).is_folder:
        return write_folder(name, documents, folder)
    return {name: write(name, documents, folder)[0]}


@pytest.mark.parametrize("name", NAMES)
def test_same_document_same_bytes(name: str, document: EvidenceDocument, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert write_any(name, document, tmp_path / "one") == write_any(name, document, tmp_path / "two")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_another_run_is_left(name: str, document: EvidenceDocument, tmp_path: Path) -> None:
    write_any(name, document, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"out-{name}"]
    (path,) = tmp_path.iterdir()
    wanted = 0o777 if path.is_dir() else 0o666
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == wanted & ~mask


@pytest.mark.parametrize("name", NAMES)
def test_hostile_words_break_nothing(name: str, tmp_path: Path) -> None:
    """What each format holds of them, its own test says; here that each writes them."""
    for number, document in enumerate(build_hard()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert all(len(data) > 0 for data in write_any(name, document, folder).values())


@pytest.mark.parametrize("name", NAMES)
def test_empty_is_written_and_counted(name: str, tmp_path: Path) -> None:
    report = export_parts([], find_format(name), str(tmp_path / "out"))
    assert (report.stories, report.articles, report.quotations) == (0, 0, 0)
    assert (tmp_path / "out").is_dir() == find_format(name).is_folder
    (tmp_path / "other").mkdir()
    files = write_any(name, EMPTY, tmp_path / "other")
    assert bool(files) == (name != "citron")  # a file an article, and there is none


@pytest.mark.parametrize("name", NAMES)
def test_failure_leaves_what_was_there(name: str, document: EvidenceDocument, tmp_path: Path) -> None:
    def fail() -> object:
        yield make_part(document)
        raise RetoldError("the library went away")

    out = tmp_path / "out"
    if not find_format(name).is_folder:
        out.write_text("what was there")
    with pytest.raises(RetoldError, match="went away"):
        export_parts(fail(), find_format(name), str(out))  # type: ignore[arg-type]
    assert not out.is_dir()
    assert not out.exists() or out.read_text() == "what was there"
    assert [path.name for path in tmp_path.iterdir()] in ([], ["out"])


def test_formats_are_named_where_there_is_none() -> None:
    assert find_format("TEI").name == "tei"
    with pytest.raises(RetoldError) as caught:
        find_format("bibtex")
    assert all(name in str(caught.value) for name in NAMES)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for out, opens, words in (
        (tmp_path / "empty", open_file, "is a folder"),
        (tmp_path / "none" / "out.xml", open_file, "No such file or directory"),
        (tmp_path / "file" / "out.xml", open_file, "Not a directory"),
        (tmp_path / "file", open_folder, "is a file"),
        (tmp_path / "full", open_folder, "not empty"),
        (tmp_path / "none" / "out", open_folder, "No such file or directory"),
        ("-", open_folder, "standard output"),
        (tmp_path / ("x" * 300), open_file, "File name too long"),
    ):
        with pytest.raises(RetoldError, match=words), opens(str(out)):
            raise AssertionError("this can't be written")
    with open_folder(str(tmp_path / "empty")) as folder:
        (folder / "a").write_text("a")
    assert (tmp_path / "empty" / "a").read_text() == "a"
    with open_file("/dev/null") as file:  # no name is put in the place of a device
        file.write(b"x")
    assert not Path("/dev/null").is_file()


def test_a_link_goes_on_pointing(tmp_path: Path) -> None:
    (tmp_path / "real.xml").write_text("old")
    (tmp_path / "real.xml").chmod(0o640)
    (tmp_path / "link.xml").symlink_to(tmp_path / "real.xml")
    with open_file(str(tmp_path / "link.xml")) as file:
        file.write(b"new")
    assert (tmp_path / "link.xml").is_symlink()
    assert (tmp_path / "real.xml").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "real.xml").stat().st_mode) == 0o640


def test_scope_is_of_what_decides_the_findings(document: EvidenceDocument) -> None:
    first, *rest = document.articles
    scope = make_part(document).scope
    assert make_part(replace(document, articles=(replace(first, path="elsewhere.txt"), *rest))).scope == scope
    for other in (
        replace(document, articles=document.articles[::-1]),  # a1, a2 … are other articles then
        replace(document, articles=(replace(first, sha256="1" * 64), *rest)),
        replace(document, articles=(replace(first, outlet="Another"), *rest)),
        replace(document, retold="9.0.0"),
        replace(document, config={"profile": "another"}),
    ):
        assert make_part(other).scope != scope


def test_names_and_addresses() -> None:
    ids = ["a", "a b", "a_b", "a_x20_b", "1", "é", "x.y", "", "a:b", "\ud800", "\x00"]
    names = [make_xml_name("article", id_) for id_ in ids]
    assert len(set(names)) == len(ids)
    assert all(name.replace(".", "").replace("_", "").replace("-", "").isalnum() and name.isascii() for name in names)
    assert clean_url("HTTPS://Post.example:8080/a?b=[c]#d#e") == "https://post.example:8080/a?b=%5Bc%5D#d%23e"
    assert clean_url("https://ada:secret@[::1]/ö") == "https://[::1]/%C3%B6"
    assert clean_url("https://пошта.example/") == "https://xn--80a1acn3a.example/"
    assert clean_url("https://post.example/100%") == "https://post.example/100%25"
    assert [clean_url(url) for url in ("data:x", "http://", "http://[", "", None, "/x")] == [None] * 6
    assert escape_xml("\ud800a", Losses()) == "\ufffda"
    assert write_moment(None) is None


def test_stories_are_streamed(tmp_path: Path) -> None:
    """The memory that a format needs does not grow with what it writes: ten times the stories, nearly the same peak.

    In processes of their own, as a peak never goes down. Without Parquet, which holds rows up to a row group.
    """
    code = (
        "import sys, resource; sys.path.insert(0, sys.argv[1])\n"
        "from exporting import build_many\n"
        "from retold.present.exports import export_parts, find_format\n"
        "for name in ('web-annotation', 'prov', 'schema.org', 'claimreview', 'tei', 'graphml', 'csv'):\n"
        "    export_parts(build_many(int(sys.argv[2]), 50), find_format(name), f'{sys.argv[3]}/{name}')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for stories in (10, 100):
        folder = tmp_path / str(stories)
        folder.mkdir()
        done = subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent), str(stories), str(folder)],
                              capture_output=True, text=True, check=True)  # fmt: skip
        peaks.append(int(done.stdout) * (1024 if sys.platform != "darwin" else 1))
    assert sum(path.stat().st_size for path in (tmp_path / "100").iterdir() if path.is_file()) > 20_000_000
    assert peaks[1] - peaks[0] < 8_000_000


def test_every_format_table_and_attribute_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text("utf-8")
    for format_ in FORMATS:
        assert f"| `{format_.name}` |" in page
        assert any(line.startswith("## ") and format_.name in line for line in page.splitlines()), format_.name
    tables = page.partition("## Tables")[2].partition("## ")[0]
    assert [name for name in list_tables() if f"`{name}`" not in tables] == []
    graph = page.partition("## GraphML")[2].partition("## ")[0]
    assert [name for name in (*NODE_COLUMNS, *EDGE_COLUMNS) if f"`{name}`" not in graph] == []
