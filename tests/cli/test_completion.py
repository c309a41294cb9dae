"""Completion as the shells ask for it: the script that `_RETOLD_COMPLETE` prints, and its answers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RETOLD = Path(sys.executable).with_name("retold")


def run(cwd: Path, **variables: str) -> str:
    environment = {**os.environ, **variables}
    done = subprocess.run([RETOLD], env=environment, cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def complete(cwd: Path, line: str) -> set[str]:
    """What bash is offered for the last word of a line."""
    words = line.split(" ")
    out = run(cwd, _RETOLD_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    return {row.partition(",")[2] for row in out.splitlines()}


def test_commands_options_and_choices(tmp_path: Path) -> None:
    assert {"compare", "corpus"} <= complete(tmp_path, "retold co")
    assert {"--json", "--html", "--no-parse"} <= complete(tmp_path, "retold compare --")
    assert complete(tmp_path, "retold compare --breadth ") == {"said", "all"}
    assert {"tei", "graphml"} <= complete(tmp_path, "retold export news.db --to ")
    assert complete(tmp_path, "retold export news.db --to csv --table qu") == {"quotations"}
    assert {"newest", "retold", "altered"} == complete(tmp_path, "retold stories news.db --order ")


@pytest.mark.parametrize(
    "line", ["retold compare re", "retold check re", "retold check a --against re", "retold show re", "retold mcp re"]
)
def test_files_are_left_to_the_shell(line: str, tmp_path: Path) -> None:
    words = line.split(" ")
    out = run(tmp_path, _RETOLD_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    assert out.strip() == "file,re"


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o nosort -F"), ("zsh", "#compdef retold"), ("fish", "complete --no-files")]
)
def test_each_shell_has_its_script(shell: str, sign: str, tmp_path: Path) -> None:
    assert sign in run(tmp_path, _RETOLD_COMPLETE=f"{shell}_source")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_with_it(tmp_path: Path) -> None:
    script = (
        'eval "$(_RETOLD_COMPLETE=bash_source retold)"; COMP_WORDS=(retold quo); COMP_CWORD=1; '
        '_retold_completion retold; echo "${COMPREPLY[@]}"; complete -p retold'
    )
    path = f"{RETOLD.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PATH": path}, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    assert first == "quotes"
    assert "_retold_completion" in second
