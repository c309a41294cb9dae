"""Plugins as they come: the examples, and ones that raise wherever one can."""

import io
import json
from pathlib import Path

import pytest

import retold
from retold.annotate.annotation import AnnotateConfig
from retold.cli import main
from retold.document import encode_document
from retold.evidence import CompareConfig, compare_articles
from retold.languages import choose_language, known_languages, work_around
from retold.library import LibraryConfig, open_library
from retold.model import Article
from retold.plugins import LANGUAGES
from retold.read import read_inputs
from retold.read.batch import hash_text

from .conftest import EXAMPLES, Install

RULES = CompareConfig(annotate=AnnotateConfig(parse=False))
SAMPLE = EXAMPLES / "reader-plugin" / "sample.json"
SPANISH = (
    "El puente de Vado cierra el lunes\n\n"
    "«El puente tiene grietas en los dos arcos», dijo la alcaldesa, Marta Ruiz, en una rueda de prensa. El portavoz de "
    "los vecinos, Juan Soler, afirmó que nadie les había avisado del cierre. «No sabíamos nada», añadió Soler."
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(done.value.code or 0), out, err


def test_the_reader_of_the_examples_reads_its_sample(install: Install) -> None:
    assert "ends in .json, which is not read" in read_inputs([str(SAMPLE)]).rejects[0].reason
    install(example="reader-plugin")
    batch = read_inputs([str(SAMPLE)])
    assert not batch.rejects
    agency, echo = batch.articles
    assert (agency.outlet, agency.byline, echo.outlet) == ("Harrow Agency", "Nell Okoro", "Lock Echo")
    assert agency.published is not None
    assert agency.published.value == "2031-05-02T09:30Z"
    assert echo.text.split("\n\n") == [
        "Nobody rang the bell",
        "The weir at Harrow will be rebuilt, the Harrow Agency reports.",
        "“We saw the water rise for two hours,” said Ada Lund.",
    ]
    document = compare_articles(batch.articles, RULES)
    assert [(d.from_, d.to) for d in document.derivations] == [(agency.id, echo.id)]
    assert "truncated" in {change.label for change in document.changes}


def test_a_reader_takes_its_own_files_only(install: Install, tmp_path: Path) -> None:
    install(example="reader-plugin")
    folder = tmp_path / "news"
    folder.mkdir()
    folder.joinpath("item.json").write_bytes(SAMPLE.read_bytes())
    folder.joinpath("package.json").write_text('{"name": "something else"}')
    folder.joinpath("report.txt").write_text("It rained in Harrow, and nobody was hurt by it.")
    batch = read_inputs([str(folder)])
    assert len(batch.articles) == 3
    assert [note.text.split(" that ")[0] for note in batch.notes] == ["1 file skipped"]
    assert "is not read" in read_inputs([str(folder / "package.json")]).rejects[0].reason
    assert len(read_inputs(["-"], io.BytesIO(SAMPLE.read_bytes())).articles) == 2


def test_the_language_of_the_examples_is_read(install: Install, tmp_path: Path) -> None:
    path = tmp_path / "vado.txt"
    path.write_text(SPANISH, "utf-8")
    assert "es" not in known_languages()
    install(example="language-plugin")
    assert choose_language("es").name == "Spanish"
    (article,) = read_inputs([str(path)]).articles
    assert article.language == "es"
    document = compare_articles([article], RULES)
    names = {speaker.id: speaker.name for speaker in document.speakers}
    found = [
        (q.kind, q.content[0].cut(SPANISH), q.cue.cut(SPANISH) if q.cue else None, names.get(q.speaker or ""))
        for q in document.articles[0].quotations
    ]
    assert found == [
        ("direct", "El puente tiene grietas en los dos arcos", "dijo", "Marta Ruiz"),
        ("indirect", "nadie les había avisado del cierre", "afirmó", "Juan Soler"),
        ("direct", "No sabíamos nada", "añadió", "Juan Soler"),
    ]
    assert document.config["languages"] == {"es": "retold-es 0.1.0"}


def test_a_library_names_the_language_that_it_was_read_with(install: Install, tmp_path: Path) -> None:
    install(example="language-plugin")
    path = tmp_path / "vado.txt"
    path.write_text(SPANISH, "utf-8")
    articles = read_inputs([str(path)]).articles
    with open_library(tmp_path / "news.db", create=True, config=LibraryConfig(RULES)) as library:
        report = library.add(articles)
        assert library.read_story(report.articles[0]).config["languages"] == {"es": "retold-es 0.1.0"}


def test_nothing_changes_where_no_plugin_is_used(install: Install) -> None:
    batch = read_inputs([str(EXAMPLES.parent / "src/retold/demo/reports/reports.jsonl")])
    before = encode_document(compare_articles(batch.articles[:2], RULES))
    install(example="reader-plugin")
    install(example="language-plugin")
    again = read_inputs([str(EXAMPLES.parent / "src/retold/demo/reports/reports.jsonl")])
    assert again == batch
    assert encode_document(compare_articles(again.articles[:2], RULES)) == before
    assert "languages" not in json.loads(before)["config"]


BROKEN = {
    "raises on import": ("raise RuntimeError('no licence')\n", "RuntimeError: no licence"),
    "leaves on import": ("raise SystemExit(4)\n", "SystemExit: 4"),
    "is no Python": ("def\n", "SyntaxError"),
    "has nothing": ("x = 1\n", "has no `extensions`"),
    "has one string": ("extensions = '.odd'\ndef read(file, name): return []\n", "has no `extensions`"),
    "has no dot": ("extensions = ('odd',)\ndef read(file, name): return []\n", "each begins with a dot"),
    "takes what is read": (
        "extensions = ('.txt',)\ndef read(file, name): return []\n",
        "must tell its own files apart",
    ),
    "can't look": ("extensions = ('.odd',)\nrecognises = 3\ndef read(file, name): return []\n", "can't be called"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_reader_that_can_not_be_loaded_is_set_aside(
    how: str, install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, why = BROKEN[how]
    install({"odd.py": code})
    path = tmp_path / "a.txt"
    path.write_text("It rained in Harrow, and nobody was hurt by it.")
    batch = read_inputs([str(path)])
    assert len(batch.articles) == 1
    (note,) = batch.notes
    assert note.input == "the reader plugin odd (retold-odd 0.1.0)"
    assert why in note.text
    status, out, _ = run(capsys, "plugins")
    assert status == 1
    assert "set aside" in " ".join(out.split())


def test_a_program_is_warned_of_a_reader_that_can_not_be_loaded(install: Install, tmp_path: Path) -> None:
    install({"odd.py": "1/0\n"})
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"It rained in Harrow, and nobody was hurt by {name}.")
    with pytest.warns(UserWarning, match="the reader plugin odd .* is set aside: ZeroDivisionError") as told:
        articles = retold.read(tmp_path / "a.txt", tmp_path / "b.txt")
    assert len(told) == 1
    assert len(articles) == 2


@pytest.mark.parametrize(
    ("body", "why", "read"),
    [
        ("raise KeyError('body')", "KeyError: 'body'", 0),
        ("yield {'text': 'It rained in Harrow.'}; raise OSError('torn')", "after 1 article: the reader plugin odd", 1),
        ("yield 7", "it gave int for a record", 0),
        ("yield {'text': 3}", '"text" is a number', 0),
        ("yield {'headline': 'x'}", "has no text", 0),
        ("return; yield", "holds no article, says the reader plugin odd", 0),
        ("raise SystemExit(1)", "SystemExit: 1", 0),
        ("file.read(-1).decode('ascii'); yield {'text': 'x'}", "UnicodeDecodeError", 0),
    ],
)
def test_a_reader_that_raises_on_a_file_is_named_and_the_run_goes_on(
    body: str, why: str, read: int, install: Install, tmp_path: Path
) -> None:
    install({"odd.py": f"extensions = ('.odd',)\ndef read(file, name):\n    {body}\n"})
    folder = tmp_path / "news"
    folder.mkdir()
    folder.joinpath("a.odd").write_text("ä", "utf-8")
    folder.joinpath("b.txt").write_text("It rained in Harrow, and nobody was hurt by it.")
    batch = read_inputs([str(folder)])
    assert len(batch.articles) == 1 + read
    (reject,) = batch.rejects
    assert why in reject.reason


def test_a_reader_whose_look_raises_is_passed_over(install: Install, tmp_path: Path) -> None:
    code = "extensions = ('.txt',)\ndef recognises(head): return head[99]\ndef read(file, name): return []\n"
    install({"odd.py": code})
    path = tmp_path / "a.txt"
    path.write_text("It rained.")
    assert [article.text for article in read_inputs([str(path)]).articles] == ["It rained."]


def test_two_readers_of_one_name_are_told_apart(install: Install) -> None:
    code = "extensions = ('.odd',)\ndef read(file, name):\n    yield {'text': 'It rained in Harrow.'}\n"
    install({"odd.py": code})
    install({"even.py": code}, value="even", package="retold-second")
    batch = read_inputs(["no-such.odd"])
    (note,) = batch.notes
    assert note.input == "the reader plugin odd (retold-second 0.1.0)"  # the first by the name of its package is used
    assert "retold-odd 0.1.0 has a plugin of this name already" in note.text


@pytest.mark.parametrize(
    ("name", "files", "why"),
    [
        ("tlh", {"odd/__init__.py": ""}, "there is no tlh.toml"),
        ("en", {"odd/__init__.py": "", "odd/en.toml": 'code = "en"\nname = "E"'}, "en comes with Retold"),
        ("Klingon", {"odd/__init__.py": ""}, "expected the language's ISO 639 code"),
        ("tlh", {"odd/__init__.py": "", "odd/tlh.toml": "code ="}, "TOMLDecodeError"),
        ("tlh", {"odd/__init__.py": "", "odd/tlh.toml": 'code = "tlh"\nname = "K"\ncue = 1'}, "unknown field `cue`"),
        ("tlh", {"odd/__init__.py": "", "odd/tlh.toml": 'code = "xx"\nname = "K"'}, "says that its code is 'xx'"),
        (
            "tlh",
            {"odd/__init__.py": "", "odd/tlh.toml": 'code = "tlh"\nname = "K"\n[zones]\nfurniture = ["("]'},
            "an expression that is none",
        ),
        ("tlh", {"odd/__init__.py": "1/0"}, "ZeroDivisionError"),
        ("tlh", {}, "No module named 'odd'"),
    ],
)
def test_a_language_that_can_not_be_loaded_is_set_aside(
    name: str, files: dict[str, str], why: str, install: Install
) -> None:
    install(files, group=LANGUAGES, name=name)
    (note,) = read_inputs(["no-such.txt"]).notes
    assert f"the language plugin {name} (retold-odd 0.1.0)" in note.input
    assert why in note.text
    assert "tlh" not in known_languages()
    assert choose_language("tlh").code == "und"


FAILING = 'code = "tlh"\nname = "K"\n[facts]\nrelative = { "hodie" = "day" }\n'
"""A language that loads, and fails where a text has the word: an offset should stand behind the unit."""


def make_failing_articles() -> list[Article]:
    text = "Weir open\n\n“The weir is open,” said Ada Lund hodie, and 12 people came to see it. It had cost 3m euros."
    return [Article(f"a{n}", text, hash_text(text) + str(n), language=code) for n, code in enumerate(("tlh", "en"))]


def test_a_language_that_fails_on_a_text_is_set_aside_and_the_run_goes_on(install: Install, tmp_path: Path) -> None:
    install({"odd/__init__.py": "", "odd/tlh.toml": FAILING}, group=LANGUAGES, name="tlh")
    assert choose_language("tlh").name == "K"
    articles = make_failing_articles()
    document = compare_articles(articles, RULES)
    (reject,) = document.rejects
    assert reject.input == "the language plugin tlh (retold-odd 0.1.0)"
    assert "it fails on a text: " in reject.reason
    assert all(article.quotations for article in document.articles)  # the one in it by its marks
    assert "languages" not in document.config
    assert compare_articles(articles, RULES).rejects == ()  # said once


def test_a_library_goes_on_without_a_language_that_fails(install: Install, tmp_path: Path) -> None:
    install({"odd/__init__.py": "", "odd/tlh.toml": FAILING}, group=LANGUAGES, name="tlh")
    with open_library(tmp_path / "news.db", create=True, config=LibraryConfig(RULES)) as library:
        report = library.add(make_failing_articles())
    assert len(report.articles) == 2
    assert any("the language plugin tlh (retold-odd 0.1.0) is set aside" in note for note in report.notes)


def test_what_no_plugin_is_to_blame_for_is_raised(install: Install) -> None:
    install(example="language-plugin")

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work_around(fail)
    assert choose_language("es").name == "Spanish"
    assert choose_language("es").cues.verbs


def test_plugins_are_listed_and_can_be_left_out(
    install: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(example="reader-plugin")
    install(example="language-plugin")
    status, out, _ = run(capsys, "plugins")
    assert status == 0
    assert "retold-ninjs 0.1.0" in out
    assert "Spanish" in out
    status, out, _ = run(capsys, "plugins", "--json")
    assert [plugin["adds"] for plugin in json.loads(out)] == ["reads .json, .ninjs", "Spanish"]
    monkeypatch.setenv("RETOLD_PLUGINS", "off")
    install({})
    assert "no plugins" in run(capsys, "plugins")[1]
    assert "es" not in known_languages()
