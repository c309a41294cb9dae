"""The Python API: what comes in, what comes out, and what is said where something is wrong."""

import contextlib
import inspect
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retold
from retold.api import reading
from retold.demo import REPORTS
from retold.document import encode_document
from retold.errors import InputError, MissingExtraError
from retold.evidence import CompareConfig, compare_articles
from retold.read import Note, read_inputs

ORIGINAL = (
    "Seelby bridge to close\n\n"
    "The bridge over the Aln will close for repairs, the town said on Monday.\n\n"
    '"The bridge is safe today, but it must be closed before the spring flood," said Ada Lund, the town engineer. '
    '"Nobody should worry about the school bus."\n\n'
    'The work may cost 4.2 million crowns, said Per Holm, the mayor. "We have the money," Holm said.\n'
)
COPY = (
    "Bridge in Seelby closes\n\n"
    "The bridge over the Aln will close for repairs, the Seelby Post reports.\n\n"
    '"The bridge must be closed before the spring flood," said Ada Lund, the town engineer.\n\n'
    'The work may cost 2.4 million crowns, said Per Holm, the mayor. "We have the money," Holm said.\n'
)


@pytest.fixture(scope="module")
def comparison() -> retold.Comparison:
    return retold.compare(
        retold.Article.from_text(ORIGINAL, outlet="Seelby Post", published="2031-03-03T09:00Z"),
        retold.Article.from_text(COPY, outlet="Vale Mail", published="2031-03-04T07:00Z"),
        parse=False,
    )


def test_rows_show_words_and_names(comparison: retold.Comparison) -> None:
    texts = {article.id: article.text for article in comparison.articles}
    assert [article.id for article in comparison.articles] == ["a1", "a2"]
    assert {"Ada Lund", "Per Holm"} <= {quotation.speaker for quotation in comparison.quotations}
    for quotation in comparison.quotations:
        parts = [span.split(":") for span in quotation.spans]
        assert quotation.text == " ".join(texts[quotation.article][int(a) : int(b)] for a, b in parts)
        assert (quotation.start, quotation.end) == (int(parts[0][0]), int(parts[-1][1]))
    (own,) = [a.quotations for a in comparison.articles if a.id == "a2"]
    assert own == tuple(q for q in comparison.quotations if q.article == "a2")
    assert own


def test_changes_follow_the_derivation(comparison: retold.Comparison) -> None:
    assert [(d.from_report, d.to_report, d.kind) for d in comparison.derivations] == [
        ("Seelby Post", "Vale Mail", "stated")
    ]
    changed = {(c.label, c.to_text) for c in comparison.changes if c.speaker == "Per Holm"}
    assert ("verbatim", "We have the money") in changed
    assert all(c.from_report == "Seelby Post" for c in comparison.changes if c.to_reading and c.from_reading)


def test_trace_takes_words_ids_and_rows(comparison: retold.Comparison) -> None:
    by_words = retold.trace("closed before the spring FLOOD", comparison)
    quotation = next(q for q in comparison.quotations if "spring flood" in q.text)
    assert by_words == retold.trace(quotation, comparison) == retold.trace(quotation.id, comparison)
    (family,) = {step.family for step in by_words}
    assert by_words == comparison.trace(family)
    assert by_words == comparison.trace(next(f for f in comparison.families if f.id == family))
    first, *later = by_words
    assert (first.report, first.label, first.from_report) == ("Seelby Post", None, None)
    assert later
    assert all(step.label and step.from_report == "Seelby Post" for step in later)
    with pytest.raises(retold.RetoldError, match="nothing said here fits"):
        comparison.trace("words that nobody said")


def test_every_reading_has_a_step(comparison: retold.Comparison) -> None:
    steps = [step for family in comparison.families for step in comparison.trace(family)]
    assert {(s.article, s.start, s.end) for s in steps if s.text is not None} == {
        (r.article, r.start, r.end) for r in comparison.readings
    }
    assert {s.change for s in steps if s.change} == {c.id for c in comparison.changes}


def test_explanations_are_replayed(comparison: retold.Comparison) -> None:
    for change in comparison.changes:
        text = retold.explain(change, comparison)
        assert text.startswith(f"{change.id}  {change.label}")
        assert "the same label, flags and severity" in text
    for derivation in comparison.derivations:
        assert "the same probability" in comparison.explain(derivation)
    assert repr(text) == str(text)
    with pytest.raises(retold.RetoldError, match="there are changes c1 to"):
        comparison.explain("c999")


def test_an_edited_document_does_not_replay(comparison: retold.Comparison) -> None:
    data = comparison.to_json().replace(b'"label": "verbatim"', b'"label": "altered"')
    edited = retold.Comparison.from_json(data)
    change = next(c for c in edited.changes if "We have the money" in (c.to_text or ""))
    assert change.label == "altered"
    assert "decides otherwise" in edited.explain(change)


def test_a_document_comes_back_whole(comparison: retold.Comparison) -> None:
    again = retold.Comparison.from_json(comparison.to_json())
    assert again.changes == comparison.changes
    assert retold.compare(again) is again
    assert retold.compare(comparison.document).document is comparison.document
    with pytest.raises(InputError, match="no evidence document"):
        retold.Comparison.from_json("{}")


def test_it_is_the_document_of_the_command_line() -> None:
    batch = read_inputs([str(REPORTS)])
    document = compare_articles(batch.articles, CompareConfig(), batch.rejects)
    articles = retold.read(REPORTS)
    assert [article.value for article in articles] == list(batch.articles)
    compared = retold.compare(articles)
    assert encode_document(compared.document) == encode_document(document)
    assert encode_document(retold.compare(compared.articles).document) == encode_document(document), (
        "compared once more: the same"
    )


def test_inputs_mix(tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(COPY, "utf-8")
    one = retold.Article.from_text(ORIGINAL, outlet="Seelby Post")
    record = {"id": "x1", "text": COPY, "outlet": "Vale Mail"}
    mixed = retold.compare([one, one], str(path), path, record, parse=False)
    assert [article.id for article in mixed.articles] == ["a1", "a2", "x1"], "what is given twice is read once"
    assert [article.name for article in mixed.articles] == ["Seelby Post", "copy.txt", "Vale Mail"]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_are_read(library: str) -> None:
    frames = pytest.importorskip(library)
    frame = frames.DataFrame(
        {"body": [ORIGINAL, COPY, None], "outlet": ["Seelby Post", None, "x"], "published": ["2031-03-03", None, None]}
    )
    with pytest.warns(UserWarning, match="row 3 has no "):
        articles = retold.read(frame, text_column="body")
    assert [(a.text, a.outlet, a.published) for a in articles] == [
        (ORIGINAL, "Seelby Post", "2031-03-03"),
        (COPY, None, None),
    ]
    renamed = frame.rename(columns={"body": "text"})[:2] if library == "pandas" else frame.rename({"body": "text"})[:2]
    assert len(retold.compare(renamed, parse=False).articles) == 2


def test_a_date_of_a_data_frame_is_read() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": [ORIGINAL, COPY], "date": pandas.to_datetime(["2031-03-03 09:00", None])})
    assert [(article.published or "")[:10] for article in retold.read(frame)] == ["2031-03-03", ""]


def test_a_missing_parser_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(language: object) -> None:
        raise MissingExtraError("there is no parser; pip install 'retold[en]'")

    monkeypatch.setattr("retold.annotate.annotation.load_parser", fail)
    with pytest.warns(UserWarning, match=r"pip install 'retold\[en\]'") as told:
        retold.compare({"text": ORIGINAL, "language": "en"}, {"text": COPY, "language": "en"})
    assert [warning.filename for warning in told] == [__file__], "it points at the call"


def test_a_warning_points_at_the_call_and_steers_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ORIGINAL, "utf-8")
    given = (str(tmp_path / "a.txt"), str(tmp_path / "no\x1b[31m-such.txt"))
    for call in (
        lambda: retold.read(*given),
        lambda: retold.compare(*given, parse=False),
        lambda: retold.explain("c1", *given, parse=False),
    ):
        with warnings.catch_warnings(record=True) as told, contextlib.suppress(retold.RetoldError):
            warnings.simplefilter("always")
            call()
        assert [warning.filename for warning in told] == [__file__]
        assert "such.txt does not exist" in str(told[0].message)
        assert "\x1b" not in str(told[0].message)


def test_what_a_plugin_failed_with_is_noted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(ORIGINAL, "utf-8")
    note = Note("the reader plugin x (x 1)", "is set aside: ValueError: no")
    real = reading.stream_inputs

    def stream(*given: object, **named: object) -> object:
        named["on_note"](note)
        return real(*given, **named)

    monkeypatch.setattr(reading, "stream_inputs", stream)
    with pytest.warns(UserWarning, match=r"the reader plugin x \(x 1\) is set aside"):
        articles = retold.read(tmp_path / "one.txt", tmp_path / "two.txt")
    assert articles.notes.count(note) == 1


def test_one_is_told_in_the_singular() -> None:
    copy = ORIGINAL.replace("said", "admitted")
    compared = retold.compare({"text": '"We saw it coming," said Ada Lund.'}, parse=False)
    assert repr(compared).startswith("Comparison(1 article, 1 quotation, 0 changes")
    assert "quotations" in repr(retold.compare({"text": ORIGINAL}, {"text": copy}, parse=False))


def test_ids_that_clash_are_given_anew() -> None:
    one, two = retold.read({"text": ORIGINAL})[0], retold.read({"text": COPY})[0]
    assert one.id == two.id == "a1"
    compared = retold.compare(one, two, parse=False)
    assert [article.id for article in compared.articles] == ["a1", "a2"]
    assert [article.text for article in compared.articles] == [ORIGINAL, COPY]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ORIGINAL, "utf-8")
    with pytest.warns(UserWarning, match=r"no-such\.txt does not exist"):
        articles = retold.read(tmp_path / "a.txt", tmp_path / "no-such.txt")
    assert len(articles) == len(articles.rejects) == 1
    with pytest.warns(UserWarning, match=r"no-such\.txt does not exist"):
        compared = retold.compare(tmp_path / "a.txt", tmp_path / "no-such.txt", parse=False)
    assert len(compared.document.rejects) == 1


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: retold.read("no-such.txt"), "does not exist"),
        (lambda: retold.read("https://post.example/dam"), "fetch=True"),
        (lambda: retold.read("feed.xml"), "fetch=True"),
        (lambda: retold.read("One line.\nAnother."), r"Article\.from_text"),
        (lambda: retold.read({"body": "It rained."}), "text_column="),
        (lambda: retold.read({"text": 3}), "expected a string"),
        (lambda: retold.compare(), "nothing to compare"),
        (lambda: retold.compare([]), "nothing to compare"),
        (lambda: retold.compare(3), "int can't be compared"),  # type: ignore[arg-type]
        (lambda: retold.compare({3, 4}), "int can't be compared"),  # type: ignore[arg-type]
        (lambda: retold.read(["a.txt", "b.txt"]), r"retold\.read\(\*files\)"),  # type: ignore[arg-type, list-item]
        (lambda: retold.compare({"text": ORIGINAL}, breadth="every"), "expected one of said, all"),  # type: ignore[arg-type]
        (lambda: retold.find_quotations(3), "int is no article"),  # type: ignore[arg-type]
        (lambda: retold.find_quotations(""), "is empty"),
        (lambda: retold.find_quotations(__file__), "is a file"),
        (lambda: retold.find_quotations(Path("no-such.txt")), "does not exist"),
        (lambda: retold.open_library("no-such.db"), r"open_library\('no-such.db', create=True\)"),
    ],
)
def test_mistakes_are_told(call: object, told: str) -> None:
    assert callable(call)
    with pytest.raises(retold.RetoldError, match=told):
        call()


def test_a_file_of_addresses_under_another_name_asks_nobody(tmp_path: Path) -> None:
    feed = tmp_path / "list"
    feed.write_text(
        '<rss version="2.0"><channel><title>x</title><item><link>http://127.0.0.1:9/a</link></item></channel></rss>'
    )
    with pytest.raises(InputError, match="fetch=True"):
        retold.read(feed)


def test_quotations_of_a_text() -> None:
    found = retold.find_quotations(ORIGINAL, parse=False)
    assert ("Ada Lund", "Nobody should worry about the school bus") in {
        (q.speaker, q.text.split(" flood ")[-1].rstrip(".")) for q in found
    }
    assert found == retold.find_quotations(retold.Article.from_text(ORIGINAL), parse=False)
    german = retold.find_quotations("„Es ist gut“, sagte Jana Roth.", language="de", parse=False)
    assert [(q.speaker, q.text) for q in german] == [("Jana Roth", "Es ist gut")]


@given(st.text(st.sampled_from('aB "“”„,.\n— said Ada Lund:'), max_size=120) | st.text(max_size=80))
@settings(max_examples=40)
def test_any_text_has_quotations_or_none(text: str) -> None:
    if not text.strip() or any("\ud800" <= c <= "\udfff" for c in text):
        return
    for quotation in retold.find_quotations(text, language="en", parse=False):
        parts = [text[int(a) : int(b)] for a, b in (span.split(":") for span in quotation.spans)]
        assert quotation.text == " ".join(parts)


def test_a_library_holds_what_the_api_reads(tmp_path: Path, comparison: retold.Comparison) -> None:
    with retold.open_library(tmp_path / "news.db", create=True) as news:
        report = news.add(comparison.articles)
        assert len(report.articles) == 2
        (story,) = news.stories()
        opened = news.open_story(story.id)
        assert [(c.label, c.from_text, c.to_text) for c in opened.changes]
        hits = news.list_quotations(speaker="Lund", words="bridge")
        assert [hit.outlet for hit in hits] == ["Seelby Post", "Vale Mail"]
        steps = retold.trace(hits[0], news)
        assert [step.report for step in steps][:2] == ["Seelby Post", "Vale Mail"]
        assert steps[0] in retold.trace("before the spring flood", news)
        with pytest.raises(retold.RetoldError, match="has the words"):
            retold.trace("nobody said this at all", news)
        assert "2 articles of 2 outlets" in repr(news)
    assert "news.db" in repr(news)


def test_rooms_named_like_verbs_are_called_in_any_order() -> None:
    """Python sets `retold.read` to the room of that name whenever it is imported: it is called all the same."""
    for first in (
        "",
        "import retold.read.inputs, retold.trace.tracing\n",
        "from retold.evidence import CompareConfig\n",
    ):
        code = (
            f"{first}import retold\n"
            "from retold import read, trace\n"
            "article = retold.read({'text': 'It rained.'})[0]\n"
            "assert article.id == 'a1' and read is retold.read and callable(trace)\n"
            "import retold.read.options\n"
            "assert retold.read.options.ReadOptions and retold.read({'text': 'x'})\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert next(iter(inspect.signature(retold.read).parameters)) == "inputs"
    assert next(iter(inspect.signature(retold.trace).parameters)) == "what"


def test_names_are_the_same_for_people_and_for_type_checkers() -> None:
    import retold.api

    assert retold.api.__all__ == retold.__all__
    source = Path(retold.__file__).read_text("utf-8")
    for name in retold.__all__:
        assert f"from retold.api import {name} as {name}\n" in source
        assert callable(getattr(retold, name))
        assert name in dir(retold)
    with pytest.raises(AttributeError, match="it has Article"):
        retold.no_such_name  # noqa: B018
