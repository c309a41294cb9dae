"""`retold serve` as people type it: what it says when it can't."""

import socket
import sys
from pathlib import Path

import pytest

from retold.cli import main


def fail(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as done:
        main(["serve", *arguments])
    assert done.value.code == 3
    return capsys.readouterr().err


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fastapi", reason="the page's packages are not installed: pip install 'retold[web]'")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"port {port} is taken" in fail(capsys, "--port", port)


def test_a_file_of_another_program_is_left_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("fastapi", reason="the page's packages are not installed: pip install 'retold[web]'")
    path = tmp_path / "notes.db"
    path.write_bytes(b"no database, but somebody's notes " * 40)
    assert "notes.db" in fail(capsys, str(path))
    assert path.read_bytes().startswith(b"no database")


def test_a_missing_package_is_named_with_what_brings_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "fastapi" or name.startswith("retold.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    error = fail(capsys)
    assert "retold[web]" in error
