"""`retold check`: every quotation of a draft against its sources, the exit status that a newsroom's system reads, and
what people really hand to it."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, cast

import pytest

from retold.cli import main
from retold.errors import RetoldError
from retold.model import Flag, Label, Severity
from retold.styles import known_profiles, load_profile

SOURCE = """Old mill at Fennick to be saved

The old mill at Fennick will be saved, the county said on Monday.

"We will repair the roof before winter, and we will not ask the village for a penny," said Ada Wexley, the county's \
surveyor.

"The wheel has to wait. Nobody can say for how long," she said.

Children of the village school had written 60 letters.
"""
FAITHFUL = """County saves mill

"We will repair the roof before winter, and we will not ask the village for a penny," Ada Wexley said.

Wexley, the surveyor of the county, said that the wheel had to wait.
"""
ALTERED = """County saves mill

"We will repair the roof before spring, and we will ask the village for a penny," Ada Wexley said.
"""
CUT = """County saves mill

"We will repair the roof before winter," Ada Wexley said.
"""
MENDED = """County saves mill

"We will repair the roofs before winter, and we will not ask the village for a penny," Ada Wexley said.
"""
BRACKETED = """County saves mill

"[The county] will repair the roof before winter, and we will not ask the village for a penny," Ada Wexley said.
"""
ELSEWHERE = """Ferry runs again

"The ferry is as good as new and twice as loud," said Jorn Pallis, who steers it.
"""


class Match(TypedDict):
    article: str
    span: list[int]
    label: str
    flags: list[str]


class Finding(TypedDict):
    id: str
    label: str
    flags: list[str]
    severity: str
    judgement: str
    content: list[list[int]]
    words: list[str]
    ground: str
    rule: str | None
    match: Match | None
    others: list[Match]


class Report(TypedDict):
    profile: str
    counts: dict[str, int]
    sources: list[dict[str, str]]
    findings: list[Finding]


class Run:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        assert "Traceback" not in err, err
        assert "bug in Retold" not in err, err

    @property
    def report(self) -> Report:
        return cast(Report, json.loads(self.out))


Check = Callable[..., Run]


@pytest.fixture
def check(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Check:
    """Runs a check of one text, without the parser, in a folder with the source."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source.txt").write_text(SOURCE, "utf-8")

    def run(draft: str | None, *arguments: str, stdin: str = "", against: tuple[str, ...] = ("source.txt",)) -> Run:
        if draft is not None:
            (tmp_path / "draft.txt").write_text(draft, "utf-8")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as done:
            main(["check", "-" if draft is None else "draft.txt", "--against", *against, "--no-parse", *arguments])
        out, err = capsysbinary.readouterr()
        return Run(int(done.value.code or 0), out.decode(), err.decode())

    return run


def test_faithful_draft_passes(check: Check) -> None:
    run = check(FAITHFUL, "--json")
    assert (run.code, run.err) == (0, "")
    first = run.report["findings"][0]
    assert (first["label"], first["severity"], first["judgement"]) == ("verbatim", "none", "allowed")
    assert run.report["counts"]["breach"] == 0


def test_altered_quotation_fails_and_says_what_changed(check: Check) -> None:
    run = check(ALTERED, "--json")
    assert run.code == 1
    (finding,) = run.report["findings"]
    assert finding["id"] == "k1"
    assert (finding["label"], finding["severity"], finding["judgement"]) == ("altered", "major", "breach")
    assert "negation" in finding["flags"]
    match = finding["match"]
    assert match is not None
    assert match["article"] == run.report["sources"][0]["id"]
    assert SOURCE[slice(*match["span"])].startswith("We will repair")
    assert [ALTERED[start:end] for start, end in finding["content"]] == finding["words"]


def test_list_shows_the_words_in_80_columns(check: Check) -> None:
    run = check(ALTERED)
    assert run.code == 1
    assert "[-winter-] {+spring+}" in run.out
    assert "▲ breach   line 3   Ada Wexley   altered, major" in run.out
    assert "source.txt, line 5" in run.out
    assert max(map(len, run.out.splitlines())) <= 80


def test_fail_on_minor_takes_questions_too(check: Check) -> None:
    assert check(ELSEWHERE).code == 0
    run = check(ELSEWHERE, "--fail-on", "minor")
    assert run.code == 1
    assert "not found in the sources" in run.out
    assert check(FAITHFUL, "--fail-on", "minor").code == 0


def test_quotation_that_no_source_has_is_a_question_never_invented(check: Check) -> None:
    run = check(ELSEWHERE, "--json")
    (finding,) = run.report["findings"]
    assert finding["match"] is None
    assert (finding["label"], finding["judgement"]) == ("added", "question")
    assert "invent" not in run.out.lower() + check(ELSEWHERE).out.lower()
    assert "fabricat" not in run.out.lower()


def test_draft_from_standard_input(check: Check) -> None:
    assert check(None, "--json", stdin=ALTERED).report["findings"] == check(ALTERED, "--json").report["findings"]


def test_words_of_a_speech_without_marks_are_a_question(check: Check, tmp_path: Path) -> None:
    (tmp_path / "speech.txt").write_text(
        "Address of the surveyor\n\nWe will repair the roof before winter. The wheel has to wait.\n", "utf-8"
    )
    run = check('Mill\n\n"The wheel has to wait," Ada Wexley said.\n', "--json", against=("speech.txt",))
    (finding,) = run.report["findings"]
    assert (finding["label"], finding["judgement"]) == ("requoted", "question")
    assert run.code == 0


def test_another_speaker_is_a_breach(check: Check) -> None:
    run = check('Mill\n\n"The wheel has to wait. Nobody can say for how long," said Odo Brask, the miller.\n', "--json")
    (finding,) = run.report["findings"]
    assert "reattributed" in finding["flags"]
    assert finding["judgement"] == "breach"
    assert run.code == 1


def test_sources_that_differ_are_a_question(check: Check, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(ALTERED + "\nThe mill is old.\n", "utf-8")
    run = check(FAITHFUL, "--json", against=("source.txt", "other.txt"))
    first = run.report["findings"][0]
    assert (first["label"], first["judgement"]) == ("verbatim", "question")
    assert "differ" in first["ground"]
    assert first["others"]


def test_order_of_the_sources_decides_nothing(check: Check, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(ALTERED + "\nThe mill is old.\n", "utf-8")
    one = check(CUT, "--json", against=("source.txt", "other.txt")).report
    two = check(CUT, "--json", against=("other.txt", "source.txt")).report
    names = [{source["id"]: source["name"] for source in report["sources"]} for report in (one, two)]
    found = [
        [(f["label"], f["flags"], f["judgement"], f["match"] and name[f["match"]["article"]]) for f in r["findings"]]
        for r, name in zip((one, two), names, strict=True)
    ]
    assert found[0] == found[1]


def test_draft_in_the_folder_of_its_sources_does_not_bear_itself_out(check: Check) -> None:
    run = check(ALTERED, "--json", against=(".",))
    assert run.code == 1
    assert "the draft itself" in run.err
    assert [source["name"] for source in run.report["sources"]] == ["source.txt"]


# House styles

JUDGED = {  # draft, profile → judgement of its first quotation
    ("mended", "default"): "question",
    ("mended", "ap"): "breach",
    ("mended", "reuters"): "question",
    ("mended", "guardian"): "allowed",
    ("bracketed", "guardian"): "allowed",
    ("bracketed", "ap"): "question",
    ("altered", "default"): "breach",
    ("altered", "ap"): "breach",
    ("altered", "reuters"): "breach",
    ("altered", "guardian"): "breach",
    ("cut", "default"): "breach",
    ("cut", "reuters"): "question",
    ("faithful", "ap"): "allowed",
}
DRAFTS = {"mended": MENDED, "bracketed": BRACKETED, "altered": ALTERED, "cut": CUT, "faithful": FAITHFUL}


@pytest.mark.parametrize(("draft", "profile"), JUDGED)
def test_house_styles(check: Check, draft: str, profile: str) -> None:
    report = check(DRAFTS[draft], "--profile", profile, "--json").report
    assert report["profile"] == profile
    finding = report["findings"][0]
    assert finding["judgement"] == JUDGED[draft, profile], finding
    assert finding["ground"]


def test_profile_of_ones_own(check: Check, tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(
        'name = "house"\ntitle = "Ours"\nsource = "our own"\n[[rules]]\nlabels = ["altered"]\njudgement = "allowed"\n'
        'why = "we do as we please"\nsource = "page 1"\n',
        "utf-8",
    )
    run = check(ALTERED, "--profile", "house.toml", "--json")
    assert run.code == 0
    assert (run.report["findings"][0]["ground"], run.report["findings"][0]["rule"]) == ("we do as we please", "page 1")


def test_profiles_name_where_each_rule_is_from() -> None:
    assert set(known_profiles()) == {"default", "reuters", "ap", "guardian"}
    for name in known_profiles():
        profile = load_profile(name)
        assert profile.name == name
        assert profile.source
        assert all(rule.why and rule.source for rule in profile.rules)
        if name != "default":
            assert "as commonly stated" in profile.source


MEANING: list[tuple[Label, frozenset[Flag], Severity]] = [
    ("altered", frozenset({"negation"}), "major"),
    ("altered", frozenset({"number", "unmarked"}), "major"),
    ("truncated", frozenset({"reattributed", "unmarked"}), "major"),
    ("spliced", frozenset({"negation", "unmarked"}), "major"),
    ("requoted", frozenset(), "major"),
    ("paraphrased", frozenset({"certainty"}), "major"),
]


@pytest.mark.parametrize("name", known_profiles())
@pytest.mark.parametrize("case", MEANING)
def test_no_profile_allows_another_meaning(name: str, case: tuple[Label, frozenset[Flag], Severity]) -> None:
    assert load_profile(name).judge(*case, "direct")[0] == "breach"


@pytest.mark.parametrize("name", known_profiles())
def test_no_profile_minds_the_same_words(name: str) -> None:
    assert load_profile(name).judge("verbatim", frozenset(), "none", "direct") == ("allowed", None)
    assert load_profile(name).judge("partial", frozenset(), "none", "mixed")[0] == "allowed"


# Bad input


def test_misuse(check: Check, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for arguments in (
        ["check"],
        ["check", "a.txt"],
        ["check", "--against", "a.txt", "b.txt"],
        ["check", "a.txt", "--x"],
    ):
        with pytest.raises(SystemExit) as done:
            main(arguments)
        assert done.value.code == 2
        assert capsysbinary.readouterr().err
    run = check(FAITHFUL, "--profile", "tabloid")
    assert run.code == 2
    assert "guardian" in run.err
    assert check(FAITHFUL, "--profile", "gone.toml").code == 2
    assert check(None, stdin=FAITHFUL, against=("-",)).code == 2
    assert check(FAITHFUL, "--fail-on", "never").code == 2


def test_options_may_stand_anywhere(check: Check, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "other.txt").write_text(ELSEWHERE, "utf-8")
    (tmp_path / "draft.txt").write_text(ALTERED, "utf-8")
    with pytest.raises(SystemExit) as done:
        main(["check", "--json", "--against", "source.txt", "other.txt", "--no-parse", "draft.txt"])
    assert done.value.code == 1
    assert len(json.loads(capsysbinary.readouterr().out)["sources"]) == 2


def test_unreadable_inputs_are_named(check: Check, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 99)
    run = check(ALTERED, "--json", against=("empty.txt", "photo.txt", "source.txt", "gone.txt"))
    assert run.code == 1
    assert len(run.report["sources"]) == 1
    assert all(name in run.err for name in ("empty.txt", "photo.txt", "gone.txt"))
    run = check(ALTERED, against=("empty.txt",))
    assert (run.code, run.out) == (3, "")
    assert "no source" in run.err
    run = check("")
    assert (run.code, run.out) == (3, "")
    assert "no draft" in run.err


def test_draft_is_one_article(check: Check, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    rows = [json.dumps({"text": text}) for text in (FAITHFUL, ALTERED)]
    (tmp_path / "two.jsonl").write_text("\n".join(rows), "utf-8")
    with pytest.raises(SystemExit) as done:
        main(["check", "two.jsonl", "--against", "source.txt"])
    assert done.value.code == 2
    assert b"2 articles" in capsysbinary.readouterr().err


def test_draft_without_a_quotation(check: Check) -> None:
    run = check("Rain fell on the hills.\n")
    assert run.code == 0
    assert "0 quotations" in run.out


def test_words_of_an_input_cannot_steer_the_terminal(check: Check) -> None:
    run = check(ALTERED.replace("spring", "spr\x1b[31ming\u202e").replace("Ada", "Ada\x07"))
    assert not any(c in run.out + run.err for c in ("\x1b", "\x07", "\u202e"))


def test_faulty_profile_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    for content in (
        "name = 5",
        "[[[",
        'name="a"\ntitle="b"\nsource="c"\n[[rules]]\njudgement="fine"\nwhy=""\nsource=""',
    ):
        path.write_text(content, "utf-8")
        with pytest.raises(RetoldError, match=r"house\.toml can't be read"):
            load_profile(str(path))
