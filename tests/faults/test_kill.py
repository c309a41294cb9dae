"""A build that is killed, at whatever moment, and run again ends with the file of one that was not."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

BUILDER = Path(__file__).with_name("builder.py")
KILLS = int(os.environ.get("RETOLD_KILLS", "4"))
"""So many random moments; `RETOLD_KILLS=50` is what a release is tested with."""


def run(reports: Path, path: Path, statement: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(BUILDER), str(reports), str(path), str(statement)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory, shared: ModuleType) -> Path:
    path = tmp_path_factory.mktemp("inputs") / "reports.jsonl"
    records = [
        {"text": a.text, "outlet": a.outlet, "url": a.url, "published": a.published.value}
        for a in shared.load_reports(12, seed=3)
    ]
    records.insert(7, {"outlet": "an article without text"})
    records.append({**records[2], "text": records[2]["text"].replace("said", "told us")})  # a later version
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


@pytest.fixture(scope="module")
def whole(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    path = tmp_path_factory.mktemp("whole") / "news.db"
    done = run(inputs, path, 0)
    assert done.returncode == 0, done.stderr
    return path, int(done.stdout)


def test_killed_at_any_statement_and_resumed(
    inputs: Path, whole: tuple[Path, int], tmp_path: Path, shared: ModuleType
) -> None:
    wanted = shared.read_content(whole[0])
    assert len(wanted["articles"]) == 13
    assert len(wanted["rejects"]) == 1
    dice = random.Random(os.environ.get("RETOLD_KILLS"))
    for trial in range(KILLS):
        path = tmp_path / f"{trial}.db"
        moment = dice.randint(1, whole[1] - 1)
        killed = run(inputs, path, moment)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        if trial % 2:  # a second kill, at the beginning of the resumed build
            run(inputs, path, dice.randint(1, 400))
        assert run(inputs, path, 0).returncode == 0
        assert shared.read_content(path) == wanted, f"killed before statement {moment} of {whole[1]}"


def test_killed_by_the_clock_and_resumed_by_another_build(
    inputs: Path, whole: tuple[Path, int], tmp_path: Path, shared: ModuleType
) -> None:
    retold = Path(sys.executable).with_name("retold")
    folder = tmp_path / "input"
    folder.mkdir()
    shutil.copy(inputs, folder)
    path = tmp_path / "news.db"
    command = [str(retold), "build", str(folder), "--no-parse", "-o", str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
        time.sleep(0.8)
        build.kill()
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr  # one record was set aside
    content, wanted = shared.read_content(path), shared.read_content(whole[0])
    paths = {str(inputs), str(folder / inputs.name)}
    for one in (content, wanted):  # where it was read from is another place
        one["articles"] = [tuple(v for v in row if v not in paths) for row in one["articles"]]
        one["findings"] = [row[::2] for row in one["findings"]]
        del one["rejects"]
    assert content == wanted
