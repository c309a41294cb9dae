"""`retold corpus`, as it is typed."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("numba")

from click.testing import CliRunner

from retold.cli.main import root


def run(*arguments: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(root, ["corpus", *arguments], standalone_mode=False)
    found = result.return_value if result.exception is None else result.exception
    if code in (0, 1, 3) and not isinstance(found, Exception):
        assert found == code, result.output
    return result.stdout, result.stderr if not isinstance(found, Exception) else f"{type(found).__name__}: {found}"


def call(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """In a process of its own, for what ends one."""
    return subprocess.run(
        [sys.executable, "-m", "retold", "corpus", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def news(tmp_path: Path) -> str:
    said = "“The mill at Orvel stays open until the river falls,” said mayor Ilse Brandvik."
    records = [
        {
            "text": f"Mill stays open\n\n{said} The river rose on Monday.",
            "outlet": "Ore Post",
            "published": "2031-03-04",
        },
        {"text": f"Orvel mill open\n\n{said} Nobody was hurt.", "outlet": "Tern Daily", "published": "2031-03-05"},
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return str(path)


def test_a_corpus_is_made_and_a_second_run_finds_nothing_new(news: str, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    stdout, _ = run(news, "-o", str(out), "--no-parse", "--workers", "1")
    assert stdout.startswith("2 new, 0 known, 0 set aside · ")
    assert "2 quotations" in stdout
    assert {"articles", "passages", "quotations", "stories", "families", "changes"} <= {p.name for p in out.iterdir()}
    stdout, _ = run(news, "-o", str(out), "--no-parse", "--workers", "1", "--json")
    done = json.loads(stdout)
    assert (done["new"], done["tables"]["articles"]) == (0, 2)


def test_bad_records_are_counted_and_said(news: str, tmp_path: Path) -> None:
    half = tmp_path / "half.parquet"
    half.write_bytes(b"PAR1" + b"\0" * 100)
    with open(news, "a", encoding="utf-8") as file:
        file.write('{"text": null}\n{"text": "cut off\n')
    out = tmp_path / "corpus"
    stdout, stderr = run(news, str(half), str(tmp_path / "none.warc"), "-o", str(out), "--reuse-only", code=1)
    assert "2 new, 0 known, 4 set aside" in stdout
    assert f"4 records, each with its reason in {out / 'rejects'}" in stderr


def test_nothing_that_can_be_read_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "half.parquet").write_bytes(b"PAR1")
    stdout, _ = run(str(tmp_path / "half.parquet"), "-o", str(tmp_path / "corpus"), "--reuse-only", code=3)
    assert "0 new, 0 known, 1 set aside" in stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--memory", "much"], "'much' is no amount of memory; write it like 2GB or 800MB"),
        (["--memory", "50MB"], "50 MB of memory are too little for a corpus; give at least --memory 400MB"),
        (["--master", "spark://x:1"], "--master is for --engine spark."),
        (["--workers", "3", "--engine", "spark"], "--workers is for --engine local"),
        (["--engine", "flink"], "'flink' is not one of 'local', 'spark'"),
    ],
)
def test_wrong_options_are_said_at_once(arguments: list[str], said: str, news: str, tmp_path: Path) -> None:
    done = call(news, "-o", str(tmp_path / "corpus"), *arguments)
    assert done.returncode in (2, 3)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    done = call("-o", str(tmp_path / "corpus"))
    assert done.returncode == 2
    assert f"there is no corpus at {tmp_path / 'corpus'} to go on with" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_place_that_can_not_be_written_to_is_said(news: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "corpus", Path("/proc/corpus")):
        done = call(news, "-o", str(out))
        assert done.returncode == 3
        assert "give a folder for the corpus" in done.stderr or "can't be written to" in done.stderr


def test_without_java_spark_is_not_begun(news: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    done = call(news, "-o", str(tmp_path / "corpus"), "--engine", "spark")
    assert done.returncode == 3
    assert f"needs Java 17 or newer, and there is none at JAVA_HOME ({tmp_path})" in done.stderr


def test_a_master_that_does_not_answer_is_said_within_a_minute(news: str, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    started = time.monotonic()
    done = call(news, "-o", str(tmp_path / "corpus"), "--engine", "spark", "--master", "spark://127.0.0.1:1")
    assert done.returncode == 3
    assert "the Spark master spark://127.0.0.1:1 doesn't answer" in done.stderr
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("most", [500, 3_000])
def test_a_full_disk_is_said_and_what_was_finished_stays(most: int, news: str, tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    out = tmp_path / "corpus"
    script = (
        "import resource, signal, sys\n"
        "from retold.cli.main import main\n"
        "import retold.engine.corpus, retold.engine.local, retold.engine.tracing\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        f"main(['corpus', {news!r}, '-o', {str(out)!r}, '--reuse-only'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "run the same command again" in done.stderr
    stdout, _ = run(news, "-o", str(out), "--reuse-only")
    assert "holds 2 articles" in stdout
