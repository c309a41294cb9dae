"""`retold export`, as people type it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from retold.cli import main
from retold.demo import REPORTS
from retold.document import EvidenceDocument, encode_document
from retold.library import open_library
from retold.present.exports import FORMATS

RETOLD = Path(sys.executable).with_name("retold")


def run(*arguments: object, code: int = 0, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """The command in this process, with its standard streams as a shell gives them."""
    out, given = io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""), io.TextIOWrapper(io.BytesIO(stdin))
    errors, before = io.StringIO(), (sys.stdin, sys.stdout, sys.stderr)
    sys.stdin, sys.stdout, sys.stderr = given, out, errors
    try:
        with pytest.raises(SystemExit) as ended:
            main(["export", *map(str, arguments)])
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    out.flush()
    done = subprocess.CompletedProcess(arguments, ended.value.code, out.buffer.getvalue().decode(), errors.getvalue())
    assert done.returncode == code, done.stderr
    assert "bug in Retold" not in done.stderr
    return done


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "news.db"
    subprocess.run([RETOLD, "build", REPORTS, "-o", path, "--no-parse"], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "evidence.json"
    command = [RETOLD, "compare", REPORTS, "--no-parse", "--json"]
    path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return path


def read_table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_library_in_every_format(news: Path, tmp_path: Path) -> None:
    for format_ in FORMATS:
        out = tmp_path / f"out-{format_.name}"
        shown = run(news, "--to", format_.name, out).stdout
        assert "2 stories, 5 articles, 23 quotations, 3 derivations" in shown
        assert out.is_dir() == format_.is_folder
        if format_.is_folder:
            assert {path.suffix for path in out.iterdir()} == {format_.ending}


def test_ids_are_those_of_the_library(news: Path) -> None:
    import sqlite3

    changes = read_table(run(news, "--to", "csv", "--table", "changes", "-").stdout)
    quotations = read_table(run(news, "--to", "csv", "--table", "quotations", "-").stdout)
    with sqlite3.connect(news) as library:
        assert {row["id"] for row in changes} == {id_ for (id_,) in library.execute("SELECT id FROM changes")}
        stored = {code for (code,) in library.execute("SELECT code FROM quotations")}
        assert {row["id"] for row in quotations} == stored
        speakers = {id_ for (id_,) in library.execute("SELECT id FROM speakers")}
    assert {row["speaker_id"] for row in quotations} - {""} <= speakers
    assert len({row["story"] for row in quotations}) == 2


def test_stories_are_chosen(news: Path, tmp_path: Path) -> None:
    with open_library(news, read_only=True) as library:
        newest = library.stories(least_articles=1)[0]
    graph = run(news, "--to", "graphml", "--story", newest.id[:6], "-").stdout
    assert graph.count("<node") == newest.articles
    for chosen, articles in ((("--since", "2025"), 4), (("--until", "2024-12"), 1), (("--since", "2025-03-05"), 4),
                             (("--since", "2026"), 0)):  # fmt: skip
        report = json.loads(run(news, "--to", "tei", *chosen, "--json", tmp_path / "x.xml").stdout)
        assert report["articles"] == articles
    assert "no date" in run(news, "--to", "tei", "--since", "May", "-", code=2).stderr
    assert "retold stories" in run(news, "--to", "tei", "--story", "zzz", tmp_path / "y.xml", code=3).stderr
    assert not (tmp_path / "y.xml").exists()


def test_inputs_evidence_and_standard_input_are_alike(evidence: Path, tmp_path: Path) -> None:
    for format_ in ("tei", "prov"):
        one = run(REPORTS, "--to", format_, "--no-parse", "-").stdout
        assert one == run(evidence, "--to", format_, "-").stdout
        assert one == run("-", "--to", format_, "-", stdin=evidence.read_bytes()).stdout
    etree.fromstring(run(REPORTS / "reports.jsonl", "--to", "tei", "--no-parse", "-").stdout.encode())


def test_an_empty_library_is_said_and_valid(tmp_path: Path) -> None:
    open_library(tmp_path / "empty.db", create=True).close()
    for format_ in FORMATS:
        done = run(tmp_path / "empty.db", "--to", format_.name, tmp_path / f"out-{format_.name}")
        assert "no story to write" in done.stderr
        assert (tmp_path / f"out-{format_.name}").exists()


def test_an_empty_document_is_valid_and_no_article_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_bytes(encode_document(EvidenceDocument("0.1.0", 1, {}, ())))
    assert "valid, and empty" in run(tmp_path / "empty.json", "--to", "prov", tmp_path / "x").stderr
    done = run(tmp_path / "none.txt", "--to", "prov", tmp_path / "y", code=3)
    assert "does not exist" in done.stderr
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "y").exists()


def test_what_was_set_aside_is_said(evidence: Path, tmp_path: Path) -> None:
    done = run(REPORTS, tmp_path / "none.txt", "--to", "graphml", "--no-parse", tmp_path / "x", code=1)
    assert done.stderr.count("set aside") == 1
    assert (tmp_path / "x").exists()


def test_a_story_not_traced_yet_is_set_aside(news: Path, tmp_path: Path) -> None:
    import shutil
    import sqlite3

    shutil.copy(news, tmp_path / "part.db")
    with sqlite3.connect(tmp_path / "part.db") as library:
        library.execute("UPDATE stories SET is_traced = 0 WHERE articles = 1")
    done = run(tmp_path / "part.db", "--to", "graphml", tmp_path / "x", code=1)
    assert "1 story, 4 articles" in done.stdout
    assert "not been traced yet" in done.stderr


def test_misuse_is_said_in_words(news: Path, evidence: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    out = tmp_path / "out"
    for arguments, words in (
        (
            (news, "--to", "docx", out),
            "csv, parquet, web-annotation, prov, schema.org, claimreview, tei, graphml, citron",
        ),
        ((news, "--to", "csv", "-"), "--table"),
        ((news, "--to", "tei", "--table", "changes", out), "no tables"),
        ((news, "--to", "csv", "--table", "changer", out), "articles, quotations"),
        ((news, "--to", "tei", "--json", "-"), "name a file"),
        ((news, "--to", "tei", news), "an input too"),
        ((evidence, "--to", "tei", evidence), "an input too"),
        ((news, evidence, "--to", "tei", out), "by itself"),
        ((evidence, "--story", "s1", "--to", "tei", out), "from a library"),
        ((news, "--to", "tei"), "Missing argument"),
        ((news, "--to", "citron", "-"), "name a folder."),
        ((news, "--to", "csv", "-"), "name a folder, or a --table."),
    ):
        assert words in " ".join(run(*arguments, code=2).stderr.split())
    for arguments, words in (
        ((news, "--to", "csv", tmp_path / "file"), "is a file"),
        ((news, "--to", "tei", tmp_path), "is a folder"),
        ((news, "--to", "citron", tmp_path), "not empty"),
        ((news, "--to", "tei", tmp_path / "no" / "x.xml"), "No such file"),
        ((tmp_path / "none.db", "--to", "tei", out), "none.db"),
        ((tmp_path / "none.txt", "--to", "tei", out), "does not exist"),
    ):
        assert words in " ".join(run(*arguments, code=3).stderr.split())
    assert not out.exists()
    assert (tmp_path / "file").read_text() == "x"


def test_a_document_that_was_changed_by_hand_is_refused(evidence: Path, tmp_path: Path) -> None:
    whole = json.loads(evidence.read_text("utf-8"))
    for change, words in (
        (lambda d: d["readings"].pop(), "names reading"),
        (lambda d: d["articles"][0].update(text="cut"), "Its text was changed"),
        (lambda d: d["articles"].append(d["articles"][0]), "twice"),
        (lambda d: d["articles"].pop(0), "which is not in it"),
        (lambda d: d.update(schema=9), "reads schema 1"),
        (lambda d: d.update(articles=7), "no evidence document"),
    ):
        document = json.loads(json.dumps(whole))
        change(document)
        (tmp_path / "changed.json").write_text(json.dumps(document))
        assert words in run(tmp_path / "changed.json", "--to", "tei", tmp_path / "x.xml", code=3).stderr
    assert not (tmp_path / "x.xml").exists()


def test_a_damaged_library_is_refused(news: Path, tmp_path: Path) -> None:
    data = news.read_bytes()
    (tmp_path / "broken.db").write_bytes(data[:4096] + bytes(len(data) - 4096))
    done = run(tmp_path / "broken.db", "--to", "graphml", tmp_path / "x", code=3)
    assert "broken.db" in done.stderr
    assert not (tmp_path / "x").exists()


def test_losses_are_said(tmp_path: Path) -> None:
    text = 'The ferry \u0001 stopped. "We ran out of fuel," said Ada Lund.'
    (tmp_path / "odd.jsonl").write_text(json.dumps({"id": "o/1", "text": text, "title": "A \u0001 ferry"}))
    done = run(tmp_path / "odd.jsonl", "--to", "graphml", "--no-parse", "-")
    etree.fromstring(done.stdout.encode())
    assert "article.o_x2F_1" in done.stdout
    assert "XML can't hold" in done.stderr


def test_help_names_every_format() -> None:
    shown = run("--help").stdout
    assert all(f.name in shown for f in FORMATS)


def test_a_pipe_that_closes_is_no_failure(news: Path) -> None:
    shell = f"set -o pipefail; '{RETOLD}' export '{news}' --to web-annotation - | head -c 10"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 10, "")
