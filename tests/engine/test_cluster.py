"""The commands of docs/cluster.md that need no cluster but one on this machine, as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .copies import Writer, join

pyspark = pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="needs Java")

PAGE = Path(__file__).parents[2] / "docs" / "cluster.md"
BLOCKS = re.findall(r"a test runs it where.*?\n```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=["local", "spark-submit"])
def test_the_commands_of_the_page_work(block: str, tmp_path: Path) -> None:
    writer = Writer(4)
    copied = join(writer.write_sentences(2))
    records = [{"text": f"{join(writer.write_sentences(4))} {copied}", "outlet": f"Outlet {n}"} for n in range(3)]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    folders = [str(Path(sys.executable).parent), str(Path(pyspark.__file__).parent / "bin")]
    done = subprocess.run(
        ["bash", "-euc", block.replace("corpus news.jsonl", "corpus news.jsonl --no-parse")],
        cwd=tmp_path,
        env={**os.environ, "PATH": os.pathsep.join([*folders, os.environ["PATH"]]), "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "3 new, 0 known, 0 set aside" in done.stdout
    assert "3 passages" in done.stdout


def test_both_blocks_were_found() -> None:
    assert len(BLOCKS) == 2
