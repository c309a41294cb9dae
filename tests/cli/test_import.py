"""`retold import`, as people type it."""

import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("numba")

from retold.cli import main
from retold.cli.importing import _Day
from retold.demo import REPORTS


def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    """The command in this process: starting one takes longer than what it does here."""
    out, errors, before = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO(), (sys.stdout, sys.stderr)
    sys.stdout, sys.stderr = out, errors
    try:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
    finally:
        sys.stdout, sys.stderr = before
    out.flush()
    done = subprocess.CompletedProcess(arguments, ended.value.code, out.buffer.getvalue().decode(), errors.getvalue())
    assert done.returncode == code, done.stderr
    assert "bug in Retold" not in done.stderr
    return done


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "out"
    assert "4 new" in run("corpus", REPORTS / "reports.jsonl", "-o", folder, "--no-parse", "--workers", 1).stdout
    return folder


def list_stories(path: Path) -> list[dict[str, object]]:
    stories: list[dict[str, object]] = json.loads(run("stories", path, "--all", "--json").stdout)
    return stories


def test_a_corpus_becomes_the_library_that_its_inputs_build(corpus: Path, tmp_path: Path) -> None:
    news, built = tmp_path / "news.db", tmp_path / "built.db"
    run("build", REPORTS / "reports.jsonl", "-o", built, "--no-parse")
    done = run("import", corpus, "-o", news)
    assert done.stdout.startswith("4 new, 0 known, 0 set aside")
    assert done.stderr == ""  # the library is made with the settings of the corpus: nothing is annotated anew
    assert list_stories(news) == list_stories(built)
    assert run("import", corpus, "-o", news).stdout.startswith("0 new, 4 known")
    assert list_stories(news) == list_stories(built)


def test_a_part_of_it(corpus: Path, tmp_path: Path) -> None:
    news = tmp_path / "news.db"
    report = json.loads(run("import", corpus, "-o", news, "--query", "cable", "--limit", 2, "--json").stdout)
    assert (report["chosen"], report["annotated"], len(report["articles"]), report["known"]) == (2, 2, 2, 0)
    with sqlite3.connect(news) as connection:
        texts = [text for (text,) in connection.execute("SELECT text FROM articles")]
        (outlet, published), *_ = connection.execute(
            "SELECT o.name, substr(a.published, 1, 10) FROM articles a JOIN outlets o ON o.id = a.outlet_id"
        ).fetchall()
    assert all("cable" in text.lower() for text in texts)
    day = ("--since", published, "--until", published)
    report = json.loads(run("import", corpus, "-o", news, *day, "--outlet", outlet.upper(), "--json").stdout)
    assert report["chosen"] == report["known"] == 1


def test_nothing_fits(corpus: Path, tmp_path: Path) -> None:
    news = tmp_path / "news.db"
    done = run("import", corpus, "-o", news, "--since", "1990", "--until", "1991-02", code=1)
    assert f"nothing fits; {corpus} holds 4 articles of 20" in done.stderr
    assert json.loads(run("import", corpus, "-o", news, "--query", "zzyzx", "--json", code=1).stdout)["chosen"] == 0
    assert not news.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--since", "9 May"), 2, "is no date; write it like 2031-05-09"),
        (("--until", "2031-02-30"), 2, "is no date"),
        (("--since", "2031", "--until", "2030"), 2, "is after --until"),
        (("--query", "—"), 2, "needs a word"),
        (("--limit", "0"), 2, "--limit"),
        (("--outlet", "zzyzx"), 3, "none is called"),
        (("--story", "s1"), 3, "has no story"),
    ],
)
def test_misuse(corpus: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = run("import", corpus, "-o", tmp_path / "news.db", *arguments, code=code)
    assert message in done.stderr
    assert not (tmp_path / "news.db").exists()


def test_what_is_no_corpus_and_what_is_no_library(corpus: Path, tmp_path: Path) -> None:
    assert "retold corpus INPUT" in run("import", tmp_path / "none", "-o", tmp_path / "a.db", code=3).stderr
    assert "is no corpus" in run("import", REPORTS, "-o", tmp_path / "a.db", code=3).stderr
    (tmp_path / "letters.db").write_text("Dear Ines, the ferry was late again, and nobody told us why it was.")
    assert "no library" in run("import", corpus, "-o", tmp_path / "letters.db", code=3).stderr


def test_a_library_with_other_settings(corpus: Path, tmp_path: Path) -> None:
    news = tmp_path / "news.db"
    pytest.importorskip("spacy")
    run("build", "-o", news)  # with a parser, where the corpus was made without
    done = run("import", corpus, "-o", news, "--limit", 1)
    assert "made with other settings than the library" in done.stderr
    assert done.stdout.startswith("1 new")
    assert "leave --no-parse away" in run("import", corpus, "-o", news, "--no-parse", code=3).stderr


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2032-02", "2032-02-01", "2032-02-29"),
        ("2031-12", "2031-12-01", "2031-12-31"),
        ("2031", "2031-01-01", "2031-12-31"),
        ("2031-5-9", "2031-05-09", "2031-05-09"),
        ("9998", "9998-01-01", "9998-12-31"),
    ],
)
def test_days_months_and_years(text: str, first: str, last: str) -> None:
    assert str(_Day(last=False).convert(text, None, None)) == first
    assert str(_Day(last=True).convert(text, None, None)) == last
