"""`retold demo`: the story that comes with the package, its report and its page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from retold.cli.demo import command
from retold.demo import REPORTS
from retold.read import read_inputs


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False)


def test_story_reads_without_a_remark() -> None:
    batch = read_inputs([str(REPORTS)])
    assert len(batch.articles) == 5
    assert batch.rejects == batch.notes == ()
    assert all(a.outlet and a.title and a.published and a.published.precision == "minute" for a in batch.articles)


def test_page_is_written_and_named_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run()
    page = tmp_path / "retold-demo.html"
    assert result.stdout.splitlines()[-1] == f"Page: {page}"
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_page_goes_to_the_temporary_folder_where_the_current_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "retold-demo.html").mkdir()  # stands in for a folder without write permission, which root doesn't heed
    monkeypatch.chdir(tmp_path)
    page = Path(run().stdout.splitlines()[-1].removeprefix("Page: "))
    assert page.is_file()
    assert tmp_path not in page.parents
    page.unlink()
    page.parent.rmdir()


def test_json_is_alone_on_standard_output_and_tells_the_story(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run("--json", "--html", str(page))
    assert str(page) in result.stderr
    evidence = json.loads(result.stdout)
    outlets = {a["id"]: (a["outlet"], a["published"]["value"][:4]) for a in evidence["articles"]}
    stories = sorted(sorted({outlets[a] for a in story["articles"]}) for story in evidence["stories"])
    assert [("Vellin Courier", "2024")] in stories  # the decoy stands alone
    derived = {(outlets[d["from"]][0], outlets[d["to"]][0], d["kind"]) for d in evidence["derivations"]}
    assert derived == {
        ("Vellin Courier", "Ardane Ledger", "inferred"),
        ("Vellin Courier", "Daily Lantern", "inferred"),
        ("Daily Lantern", "Coast Evening News", "stated"),
    }
    readings = {r["id"]: r["article"] for r in evidence["readings"]}
    flags = {
        flag
        for c in evidence["changes"]
        if c["to"] and outlets[readings[c["to"]]][0] == "Daily Lantern"
        for flag in (c["label"], *c["flags"])
    }
    assert {"altered", "requoted", "modality", "quantifier", "number", "reattributed", "mid_sentence"} <= flags
