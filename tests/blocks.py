"""The blocks of code in the documentation, and what runs them: a shell small enough to keep Retold in this process.

A fence says what becomes of a block: `console` and `sh` lines are run, `python` is executed, `pycon` compared, `json`,
`toml`, `sql` and `sparql` read; one with `title="x.txt"` is first written to the file of that name. What can't run here
has `<!-- not run: the reason -->` before it; of its commands Retold's own are parsed still.
"""

import glob
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from retold.cli import main

_FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>.+?) -->\n+)?^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_OPERATORS = {"|", "||", "&&", ">", ">>", "<"}
_BIN = Path(sys.executable).parent


class Block(NamedTuple):
    """One fence of a page. `reason`: why it is not run; `line`: where it begins, from 1; `follows`: whether nothing but
    blanks lies between it and the block before."""

    language: str
    title: str | None
    text: str
    reason: str | None
    line: int
    follows: bool


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: bytes
    err: str


def find_blocks(page: str) -> list[Block]:
    """The fences of a page in their order.

    >>> find_blocks('<!-- not run: a server -->\\n```sh\\nretold serve\\n```\\n')[0].reason
    'a server'
    """
    blocks, end = [], 0
    for match in _FENCE.finditer(page):
        language, _, rest = match["info"].strip().partition(" ")
        title = re.search(r'title="([^"]+)"', rest)
        text = re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        follows = bool(blocks) and not page[end : match.start()].strip()
        line = page.count("\n", 0, match.start("info")) + 1
        blocks.append(Block(language, title and title[1], text, match["reason"], line, follows))
        end = match.end()
    return blocks


def list_commands(block: Block) -> list[tuple[str, list[str]]]:
    """The commands of a `console` or `sh` block, each with the lines that are shown as its output. A backslash at
    the end of a line carries it on."""
    commands: list[tuple[str, list[str]]] = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if block.language == "sh":
            if line.strip() and not line.lstrip().startswith("#"):
                commands.append((line, []))
        elif line.startswith("$ "):
            commands.append((line.removeprefix("$ "), []))
        elif line.strip():
            commands[-1][1].append(line)
    return commands


def parse_line(line: str) -> list[list[str]]:
    """The words of each simple command of a line, without where they read from or write to.

    >>> parse_line("cat x.jsonl | retold compare - --json > e.json  # a comment")
    [['cat', 'x.jsonl'], ['retold', 'compare', '-', '--json']]
    """
    return [words for _, words, _ in _split(line)]


def run_line(line: str, code: int = 0) -> Done:
    """Runs a line in the working folder, Retold in this process and anything else as a program. `code`: what `$?` is.

    Pipes, files and `||`, `&&` are understood; what else a shell can do is left to one.
    """
    if re.search(r"[`;(]|\$\w|\w=\S+ +retold", line):
        path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, env={**os.environ, "PATH": path}, check=False)
        return Done(done.returncode, done.stdout, done.stderr.decode())
    printed, errors, piped = b"", "", b""
    for operator, words, files in _split(line.replace("$?", str(code))):
        if (operator == "||" and code == 0) or (operator == "&&" and code != 0):
            continue
        given = piped if operator == "|" else Path(files["<"]).read_bytes() if "<" in files else b""
        done = _run(words, given)
        code, errors, piped = done.code, errors + done.err, done.out
        printed = b"" if operator == "|" else printed
        for mark, mode in ((">", "wb"), (">>", "ab")):
            if mark in files:
                with Path(files[mark]).open(mode) as file:
                    file.write(done.out)
                piped = b""
        printed += piped
    return Done(code, printed, errors)


def _split(line: str) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Simple commands: the operator before each, its words, and the files by the mark that names them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&<>")
    lexer.whitespace_split = True
    operator, words, files, mark = "", [], {}, ""
    for word in lexer:
        if word in {">", ">>", "<"}:
            mark = word
        elif word in _OPERATORS:
            yield operator, words, files
            operator, words, files = word, [], {}
        elif mark:
            files[mark], mark = word, ""
        else:
            words += sorted(glob.glob(word)) or [word] if "*" in word else [word]
    yield operator, words, files


def _install(package: Path) -> None:
    """What `pip install ./PACKAGE` comes to, without the network: from now on Retold is a program that sees it."""
    project = tomllib.loads(package.joinpath("pyproject.toml").read_text("utf-8"))["project"]
    info = package / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [
        f"[{g}]\n" + "".join(f"{n} = {v}\n" for n, v in some.items()) for g, some in project["entry-points"].items()
    ]
    info.joinpath("entry_points.txt").write_text("".join(lines), "utf-8")
    os.environ["PYTHONPATH"] = str(package.absolute())


def _ask(words: list[str]) -> Done:
    """What `curl` gets from `retold serve news.db`, without the socket."""
    from starlette.testclient import TestClient

    from retold.web.app import create_app

    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    body = next(
        (Path(words[n + 1].removeprefix("@")).read_bytes() for n, word in enumerate(words) if word == "-d"), None
    )
    library = Path("news.db")
    if not library.exists():
        run_line("retold build reports/ -o news.db")
    address = next(word for word in words if word.startswith("http://127.0.0.1:8321/"))
    with TestClient(create_app(library), base_url="http://127.0.0.1:8321") as client:
        answer = client.request("GET" if body is None else "POST", address, content=body, headers=headers)
    return Done(0 if answer.status_code == 200 else 22, answer.content, answer.text if answer.is_error else "")


def _run(words: list[str], given: bytes) -> Done:
    if words[:2] == ["pip", "install"] and words[2].startswith("./"):
        _install(Path(words[2]))
        return Done(0, b"", "")
    if words[0] == "curl":
        return _ask(words[1:])
    if words[0] == "retold" and "PYTHONPATH" in os.environ:
        words = [sys.executable, "-m", *words]
    if words[0] != "retold":
        done = subprocess.run(words, input=given, capture_output=True, timeout=60, check=False)
        return Done(done.returncode, done.stdout, done.stderr.decode())
    out, errors, before = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(errors):
            main(words[1:])
    except SystemExit as e:
        code = e.code if isinstance(e.code, int) else 0
    finally:
        sys.stdin = before
    out.flush()
    return Done(code, out.buffer.getvalue(), errors.getvalue())
