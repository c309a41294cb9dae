"""The promised names keep their types where they are used: a script of a user's holds under `mypy --strict`."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

SCRIPT = """
from pathlib import Path
from typing import assert_type

import retold

articles = retold.read("a.txt", Path("b.html"), {"text": "Words.", "outlet": "Seelby Post"})
assert_type(articles, retold.Articles)
assert_type(articles[0], retold.Article)
assert_type(articles[:1], retold.Articles)
comparison = retold.compare(articles)
assert_type(comparison, retold.Comparison)
assert_type(comparison.changes.where(severity="major"), retold.Rows[retold.Change])
assert_type(comparison.quotations[0], retold.Quotation)
assert_type(comparison.derivations[:2], retold.Rows[retold.Derivation])
assert_type(retold.find_quotations(Path("a.txt")), retold.Rows[retold.Quotation])
steps = retold.trace("words", comparison)
assert_type(steps[0].text, str | None)
assert_type(str(retold.explain(steps[0], comparison)), str)
with retold.open_library("news.db", create=True) as news:
    assert_type(news, retold.Library)
    news.add(articles)
    said = news.list_quotations(speaker="Lund")
    assert_type(said[0].content, str)
    retold.trace("words", news)
    said.to_pandas(), said.to_polars(), said.to_arrow()
    assert_type(news.open_story(news.stories()[0].id), retold.Comparison)
try:
    retold.read("none.txt")
except retold.RetoldError as error:
    print(error)
"""


def check(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(script, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), "script.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_a_script_holds_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    done = check(tmp_path, SCRIPT)
    assert done.returncode == 0, done.stdout
    done = check(tmp_path, SCRIPT + "retold.compare(articles, parse='no')\ncomparison.changes[0].nothing\n")
    assert done.stdout.count("error:") == 2
