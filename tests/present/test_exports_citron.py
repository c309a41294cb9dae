"""Citron's format: its schema, and spans that a reader built as Citron's own is takes to the same words."""

from pathlib import Path

import jsonschema
import pytest
from exporting import build_hard, build_odd, read_json, write_folder

from retold.document import EvidenceDocument
from retold.model import Article, Place, Quotation, Span, Speaker, Story
from retold.present.exports import export_parts, find_format, make_part
from retold.present.exports.names import SURROGATES

SPAN = {
    "type": "object",
    "required": ["start", "end", "text"],
    "additionalProperties": False,
    "properties": {"start": {"type": "integer", "minimum": 0}, "end": {"type": "integer"}, "text": {"type": "string"}},
}
SPANS = {"type": "array", "items": SPAN}
SCHEMA = {  # after docs/data_format.md of Citron
    "type": "object",
    "required": ["text", "quotes"],
    "additionalProperties": False,
    "properties": {
        "text": {"type": "string"},
        "coreference_groups": {"type": "array", "items": {**SPANS, "minItems": 1}},
        "quotes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["cue", "sources", "contents"],
                "additionalProperties": False,
                "properties": {
                    "cue": SPAN,
                    "sources": SPANS,
                    "contents": {**SPANS, "minItems": 1},
                    "coreferences": SPANS,
                    "confidence": {"type": "string", "pattern": r"^[01]\.\d{4}$"},
                    "id": {"type": "string"},
                },
            },
        },
    },
}


def read(data: bytes) -> dict:
    annotation = read_json(data)
    jsonschema.validate(annotation, SCHEMA)
    for span in list_spans(annotation):
        assert annotation["text"][span["start"] : span["end"]] == span["text"] != ""
    return annotation


def list_spans(annotation: dict) -> list[dict]:
    groups = [span for group in annotation["coreference_groups"] for span in group]
    quotes = [
        span
        for quote in annotation["quotes"]
        for span in (quote["cue"], *quote["sources"], *quote["contents"], *quote["coreferences"])
    ]
    return groups + quotes


TEXT = """"We shall rebuild it," said the mayor. Ada Lund spoke at noon. She added that “it is late”."""


def find(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


ARTICLE = Article(
    "a1", TEXT, "0" * 64, language="en",
    quotations=(
        Quotation("a1.q1", "direct", (find("We shall rebuild it"),), find("said"), find("the mayor"), "p1",
                  confidence=0.93),
        Quotation("a1.q2", "mixed", (find("“it is late”"),), find("added"), find("She"), "p1"),
        Quotation("a1.q3", "direct", (find("it is late"),), None, None),
    ),
)  # fmt: skip


def build() -> EvidenceDocument:
    names = tuple(Place("a1", find(words)) for words in ("the mayor", "Ada Lund", "She"))
    return EvidenceDocument(
        "0.1.0", 1, {}, (ARTICLE,), (Speaker("p1", "Ada Lund", "person", names),), (Story("s1", ("a1",)),)
    )


def test_a_quote_has_cue_source_content_and_its_marks(tmp_path: Path) -> None:
    (data,) = write_folder("citron", build(), tmp_path).values()
    annotation = read(data)
    first, second = annotation["quotes"]
    assert [span["text"] for span in first["contents"]] == ['"We shall rebuild it,"']
    assert (first["cue"]["text"], first["sources"][0]["text"]) == ("said", "the mayor")
    assert [span["text"] for span in first["coreferences"]] == ["Ada Lund"]
    assert first["confidence"] == "0.9300"
    assert second["contents"][0]["text"] == ARTICLE.quotations[1].content[0].cut(TEXT)
    assert [[span["text"] for span in group] for group in annotation["coreference_groups"]] == [
        ["the mayor", "Ada Lund", "She"]
    ]


def test_what_has_no_cue_is_counted(tmp_path: Path) -> None:
    report = export_parts([make_part(build())], find_format("citron"), str(tmp_path / "out"))
    assert report.losses == ("quotations without a cue, left out as Citron's format has no place for them: 1",)


def test_tokens_of_a_reader_like_citrons(document: EvidenceDocument, tmp_path: Path) -> None:
    """Citron's parser finds a span's first and last token by its characters, in spaCy's tokens."""
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    checked = 0
    for data in write_folder("citron", document, tmp_path).values():
        annotation = read(data)
        doc = nlp(annotation["text"])
        token_at = {token.idx + i: token.i for token in doc for i in range(len(token) + len(token.whitespace_))}
        for span in list_spans(annotation):
            taken = doc[token_at[span["start"]] : token_at[span["end"] - 1] + 1]
            assert span["text"] in taken.text
            checked += 1
    assert checked > 10


def test_odd_and_hostile(tmp_path: Path) -> None:
    for number, hard in enumerate(build_hard()):
        (tmp_path / str(number)).mkdir()
        files = write_folder("citron", hard, tmp_path / str(number))
        assert len(files) == len(hard.articles)
        for article, data in zip(hard.articles, [read(d)["text"] for d in files.values()], strict=True):
            assert len(data) == len(article.text)
        assert all(name.isascii() and "/" not in name and len(name) < 100 for name in files)
    text = read(next(iter(write_folder("citron", build_odd(), tmp_path).values())))["text"]
    assert text == SURROGATES.sub("\ufffd", build_odd().articles[0].text)
