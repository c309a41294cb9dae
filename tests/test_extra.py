"""Without the English extra: everything runs on rules, what is missing is said once, and how to get it."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.cli import main
from retold.document import encode_document
from retold.evidence import CompareConfig, compare_articles

from . import stories


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which spaCy and its model were never installed."""

    def find_other(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "spacy" or name.startswith("en_core_web") else find_spec(name, package)

    monkeypatch.setattr("retold.annotate.parse.find_spec", find_other)


@pytest.mark.usefixtures("bare")
def test_what_is_missing_is_said_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [str(path) for path in sorted((stories.FOLDER / stories.NAMES[0]).glob("?.txt"))]
    page = tmp_path / "page.html"
    with pytest.raises(SystemExit) as done:
        main(["compare", *files, "--html", str(page)])
    assert not done.value.code
    out, err = capsys.readouterr()
    assert err.count("pip install") == 1
    assert "retold[en]" in err
    assert "English" in err
    assert out
    assert page.exists()


@pytest.mark.usefixtures("bare")
def test_without_the_extra_is_as_without_parsing() -> None:
    articles = stories.load_articles(stories.NAMES[0])
    said: list[str] = []
    without = compare_articles(articles, CompareConfig(), missing=said.append)
    unparsed = compare_articles(articles, CompareConfig(annotate=AnnotateConfig(parse=False)))
    assert len(said) == 1
    assert without.config["parsers"] == {"en": None}
    for section in ("articles", "speakers", "stories", "passages", "families", "readings", "changes", "derivations"):
        assert getattr(without, section) == getattr(unparsed, section)
    assert any(q.kind == "direct" for a in without.articles for q in a.quotations)
    assert encode_document(without)


@pytest.mark.usefixtures("bare")
def test_nothing_is_said_where_no_parse_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compare", str(stories.FOLDER / stories.NAMES[0] / "a.txt"), "--no-parse", "--json"])
    assert capsys.readouterr().err == ""


def test_rules_load_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)  # importing it would raise
    articles = stories.load_articles(stories.NAMES[1])
    assert compare_articles(articles, CompareConfig(annotate=AnnotateConfig(parse=False))).families
