"""`retold compare` on what people really hand to a program: whatever it is, a plain result or a clear message, never a
traceback; what can be read is compared, what can't is named in the output and on standard error."""

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from retold.cli import main
from retold.document import EvidenceDocument, decode_document

FIRST = """Footbridge at Orlen shut after storm

By Mina Toft

The footbridge at Orlen was shut on Tuesday after a storm damaged two of its piers, the town council said.

"We will not take any risk with a bridge that children cross every day," said Petra Vandel, the council's engineer.

Some 40 residents had asked for an inspection in March.
"""
SECOND = """Council closes Orlen bridge

The town council of Orlen has closed the footbridge because of storm damage, the Orlen Herald reported.

"We will not take any risk with a bridge," said Petra Vandel, an engineer.

About 40 people had asked for an inspection in March.
"""
# Generous: the slowest of these takes some 15 seconds on one core. What they guard against takes hours.
LONGEST_S = 120


class Run:
    """What one call of the command line left behind."""

    def __init__(self, code: int, out: bytes, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        assert "Traceback" not in err, err
        assert "bug in Retold" not in err, err

    @property
    def document(self) -> EvidenceDocument:
        return decode_document(self.out)

    @property
    def texts(self) -> list[str]:
        return [article.text for article in self.document.articles]

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.document.rejects]


Retold = Callable[..., Run]


@pytest.fixture
def retold(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Retold:
    def run(*arguments: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as done:
            main([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return Run(int(done.value.code or 0), out, err.decode())

    return run


@pytest.fixture
def good(tmp_path: Path) -> list[Path]:
    """Two reports that are well and good."""
    paths = [tmp_path / "first.txt", tmp_path / "second.txt"]
    for path, text in zip(paths, (FIRST, SECOND), strict=True):
        path.write_text(text, "utf-8")
    return paths


def make_record(id_: str | None, text: str = FIRST) -> bytes:
    return json.dumps({"id": id_, "text": text} if id_ else {"text": text}).encode() + b"\n"


# What is set aside: file name, content, words of the reason
UNREADABLE = {
    "empty file": ("x.txt", b"", "is empty"),
    "blank file": ("x.txt", b" \r\n\t\n ", "is empty"),
    "mark and nothing else": ("x.txt", b"\xef\xbb\xbf", "is empty"),
    "binary": ("x.txt", bytes(range(256)) * 40, "binary file"),
    "picture": ("x.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "PNG image"),
    "word document": ("x.txt", b"PK\x03\x04" + b"word/document.xml" * 9, "Word document"),
    "control characters": ("x.txt", b"ab\x01\x02\x03" * 50, "control characters"),
    "wrong mark": ("x.txt", b"\xff\xfe\x00\xd8A\x00", "utf-16"),
    "empty page": ("x.html", b"<html><body></body></html>", "no article text"),
    "page without text": ("x.html", b"<script>let a = 1</script>", ""),
    "table without a text": ("x.csv", b"id,body\n1,Hello\n", "--text-column"),
    "invalid line": ("x.jsonl", b'{"id": "a", "text": \n', "not valid JSON"),
    "line of another kind": ("x.jsonl", b"[1, 2]\n", "a list"),
    "missing key": ("x.jsonl", b'{"id": "a", "txt": "Hello."}\n', "has no text"),
    "text of another kind": ("x.jsonl", b'{"id": "a", "text": 5}\n', "a number"),
    "empty text": ("x.jsonl", b'{"id": "a", "text": ""}\n', "is empty"),
    "blank text": ("x.jsonl", b'{"id": "a", "text": " \\n "}\n', "is empty"),
    "nested without end": ("x.jsonl", b'{"id": "a", "text": ' + b"[" * 200_000, "JSON"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_input_is_named_and_the_others_are_compared(
    case: str, retold: Retold, tmp_path: Path, good: list[Path]
) -> None:
    name, content, words = UNREADABLE[case]
    (tmp_path / name).write_bytes(content)
    run = retold("compare", tmp_path / name, *good, "--no-parse", "--json")
    assert run.code == 0
    assert run.texts == [FIRST, SECOND]
    assert run.document.families
    assert run.document.derivations
    (reason,) = run.reasons
    assert name in reason
    assert words in reason
    assert name in run.err
    assert words in run.err

    report = retold("compare", tmp_path / name, *good, "--no-parse")
    assert report.code == 0
    assert "1 input set aside" in report.out.decode()
    assert " ".join(reason.split())[:20] in " ".join(report.out.decode().split())


@pytest.mark.parametrize("case", UNREADABLE)
def test_nothing_readable_is_a_failure(case: str, retold: Retold, tmp_path: Path) -> None:
    name, content, words = UNREADABLE[case]
    (tmp_path / name).write_bytes(content)
    run = retold("compare", tmp_path / name, "--json")
    assert run.code == 3
    assert words in run.err
    assert run.document.articles == ()
    assert retold("compare", tmp_path / name).code == 3


def test_paths_that_lead_nowhere(retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.pdf").write_bytes(b"%PDF-1.7")
    run = retold(
        "compare", *good, tmp_path / "gone.txt", tmp_path / "empty", tmp_path / "other", "ftp://example.org/a",
        "--no-parse", "--json",
    )  # fmt: skip
    assert run.code == 0
    assert len(run.texts) == 2
    for words in (
        "gone.txt does not exist",
        "empty is a folder without an article",
        "is no address that can be fetched",
    ):
        assert any(words in reason for reason in run.reasons)
        assert words in run.err
    assert len(run.reasons) == 4
    assert retold("compare", tmp_path / "gone.txt").code == 3
    assert retold("compare", tmp_path / "empty").code == 3


@pytest.mark.parametrize(
    "arguments", [["compare"], ["compare", "--jsno", "a.txt"], ["compere", "a.txt"], ["compare", "a.txt", "--html"]]
)
def test_misuse(retold: Retold, arguments: list[str]) -> None:
    run = retold(*arguments)
    assert run.code == 2
    assert run.out == b""
    assert run.err


def test_page_that_cannot_be_written(retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    run = retold("compare", *good, "--no-parse", "--html", tmp_path / "no" / "such" / "page.html")
    assert run.code == 3
    assert "page.html" in run.err


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_encoding_is_recognised_and_said(retold: Retold, tmp_path: Path, good: list[Path], encoding: str) -> None:
    text = FIRST.replace('"We', "“We").replace('day,"', "day,”").replace("Mina Toft", "Élodie Brûlé")
    (tmp_path / "x.txt").write_bytes(text.encode(encoding))
    run = retold("compare", tmp_path / "x.txt", good[1], "--no-parse", "--json")
    assert run.code == 0
    assert run.texts == [text, SECOND]
    known = run.document.articles[0].encoding
    assert known
    assert encoding == "utf-8-sig" or f"read as {known}" in run.err


def test_text_without_a_quotation(retold: Retold, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rain fell on the hills.\n\nThe river rose by a metre in April.\n")
    (tmp_path / "b.txt").write_text("Rain fell on all the hills.\n\nThe river rose by a metre.\n")
    run = retold("compare", tmp_path / "a.txt", tmp_path / "b.txt", "--json", "--no-parse")
    assert (run.code, run.err) == (0, "")
    assert all(article.quotations == () for article in run.document.articles)
    assert retold("compare", tmp_path / "a.txt", tmp_path / "b.txt", "--no-parse").out


def test_one_article_only(retold: Retold, good: list[Path]) -> None:
    run = retold("compare", good[0], "--json", "--no-parse")
    assert run.code == 0
    assert len(run.document.articles[0].quotations) >= 1
    assert run.document.changes == run.document.derivations == run.document.passages == ()
    assert "Vandel" in retold("compare", good[0], "--no-parse").out.decode()


def test_same_article_twice(retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    run = retold("compare", good[0], good[0], good[1], "--json", "--no-parse")
    assert run.code == 0
    assert len(run.texts) == 2
    assert "more than once" in run.err
    (tmp_path / "copy.txt").write_text(FIRST, "utf-8")
    run = retold("compare", good[0], tmp_path / "copy.txt", "--json", "--no-parse")
    assert run.code == 0
    assert run.texts == [FIRST, FIRST]
    assert {change.label for change in run.document.changes} <= {"verbatim", "paraphrased"}
    assert {change.severity for change in run.document.changes} <= {"none", "minor"}
    assert run.document.omissions == run.document.additions == ()


def test_ids_twice_and_bad_lines(retold: Retold, good: list[Path]) -> None:
    lines = [
        make_record("one"), make_record("one", SECOND), b"{broken\n", b'{"id": "two"}\n', make_record("three", SECOND),
        make_record("one"), b"\n", make_record(None, SECOND + "It is to open in May.\n"),
    ]  # fmt: skip
    run = retold("compare", "-", "--json", "--no-parse", stdin=b"".join(lines))
    assert run.code == 0
    ids = [article.id for article in run.document.articles]
    assert ids[:2] == ["one", "three"]
    assert len(set(ids)) == 3
    assert len(run.reasons) == 4
    for reason in run.reasons:
        assert reason[:40] in run.err


HOSTILE = {
    "control characters": FIRST.replace("bridge", "bri\x1b[31mdge\x07").replace("storm", "sto\x0brm\x0c"),
    "right to left": FIRST.replace("Orlen", "אורלן").replace("bridge", "\u202ebridge\u202c")
    + "\nשלום “עולם” אמר דן.\n",
    "zero width": FIRST.replace("e", "e\u200b").replace("bridge", "bri\u00addge").replace('"We', '\u200d"We\ufeff'),
    "combining": FIRST.replace("o", "o" + "\u0301" * 30),
    "line ends": FIRST.replace("\n\n", "\r\n\r\r\n\u2028\u2029\x85\v"),
    "emoji": FIRST.replace("bridge", "🌉👩‍🚒🏴\U000e0067\U000e007f").replace('"', '🗨\ufe0f"'),
    "lonely marks": FIRST + '"\n”“\n\'\n«\n"" "" \n“”\n„\n…”\n',
    "marks without end": FIRST.replace('."', ".") + "“" * 50 + " so it goes, said Vandel.\n",
    "markup": FIRST + '<script>alert(1)</script> "<b>No</b>," said <i>Vandel</i>. &amp; {{ 7 * 7 }} [red]x[/red]\n',
    "one character": "x",
    "one mark": '"',
    "one line": " ".join(FIRST.split()),
    "title alone": "Footbridge shut",
    "replacement": FIRST.replace("storm", "st\ufffdrm"),
    "beyond the plane": FIRST.replace("storm", "𝓼𝓽𝓸𝓻𝓶 \U0010ffff"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_odd_characters_are_only_characters(case: str, retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    """Through every stage and every surface, with the parser where it is installed."""
    path = tmp_path / "x.txt"
    path.write_bytes(HOSTILE[case].encode())
    run = retold("compare", path, good[1], "--json", "--html", tmp_path / "page.html")
    assert run.code == 0
    assert run.texts == [HOSTILE[case], SECOND]
    page = (tmp_path / "page.html").read_text("utf-8")
    report = retold("compare", path, good[1]).out.decode()
    for steering in ("\x1b", "\x07", "\u202e"):
        assert steering not in report
        assert steering not in page
    assert "<script>alert" not in page


def test_names_and_keys_cannot_steer_the_terminal(retold: Retold, good: list[Path]) -> None:
    record = json.dumps({"id": "\x1b[2Jx", "\x1b]0;y\x07": "Hello."})
    run = retold("compare", "-", "--no-parse", stdin=record.encode() + b"\n" + make_record("fine"))
    assert run.code == 0
    assert "\x1b" not in run.err + run.out.decode()


# One line of very much: (what the line is made of, repeated to the size)
LONG = {
    "words": "the minister said that the bridge of Orlen would be closed and 12 cars were warned ",
    "sentences": "The minister said that the bridge would close. Petra Vandel warned 12 drivers on Monday. ",
    "quotations": '"We will not take any risk with it," said Petra Vandel. ',
    "marks": '"',
    "marks in pairs": "“”",
    "marks apart": '" ',
    "no blanks": "bridge",
    "hyphens": "a-",
    "capitals": "Petra Vandel ",
    "dots": ".",
    "figures": "12 ",
    "blanks": " ",
}
MEGABYTES_20 = 20 * 1024 * 1024


@pytest.mark.parametrize("case", ["words", "no blanks", "marks"])
def test_twenty_megabytes_in_one_line(case: str, retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    path = tmp_path / "long.txt"
    text = LONG[case] * (MEGABYTES_20 // len(LONG[case]))
    path.write_text(text, "utf-8")
    started = time.process_time()
    run = retold("compare", path, *good, "--json")
    assert time.process_time() - started < LONGEST_S
    assert run.code == 0
    document = run.document
    assert document.articles[0].text == text
    assert len(document.articles) == 3
    assert [change for change in document.changes if change.from_ and change.to]  # the good ones are compared
    (reason,) = run.reasons
    assert "only its first" in reason
    assert "only its first" in run.err
    covered = sum(zone.span.end - zone.span.start for zone in document.articles[0].zones)
    assert covered >= len(text.replace(" ", ""))


@pytest.mark.parametrize("case", LONG)
def test_long_line_through_every_stage(case: str, retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Bridge\n\n" + LONG[case] * (30_000 // len(LONG[case])) + "end.\n", "utf-8")
    started = time.process_time()
    run = retold("compare", path, *good, "--json", "--no-parse", "--html", tmp_path / "page.html")
    assert time.process_time() - started < LONGEST_S / 2
    assert run.code == 0
    assert run.reasons == []
    assert retold("compare", path, *good, "--no-parse").code == 0


def test_ten_thousand_marks_in_one_paragraph(retold: Retold, tmp_path: Path, good: list[Path]) -> None:
    path = tmp_path / "marks.txt"
    path.write_text("Bridge\n\n" + "He said \"no\" and “yes” to 'it'. " * 1700 + '"' * 300, "utf-8")
    started = time.process_time()
    run = retold("compare", path, *good, "--json")
    assert time.process_time() - started < LONGEST_S
    assert run.code == 0


def test_bug_is_told_without_a_traceback(
    good: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("r17")

    monkeypatch.setattr("retold.cli.output.compare_articles", fail)
    monkeypatch.delenv("RETOLD_DEBUG", raising=False)
    with pytest.raises(SystemExit) as done:
        main(["compare", str(good[0])])
    assert done.value.code == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "bug in Retold" in err
    assert "KeyError: 'r17'" in err
    assert "RETOLD_DEBUG=1" in err
    assert "Traceback" not in err
    monkeypatch.setenv("RETOLD_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["compare", str(good[0])])
