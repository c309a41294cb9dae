"""The pipeline component: quotations of a document, with who said them and how, as spans of the document.

What is found is kept in the document as plain values, so that it goes with it to other processes and into files; the
objects that `doc._.quotations` hands out are made from these.
"""

from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct
from spacy.language import Language as Pipeline
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from retold.annotate.annotation import AnnotateConfig, ParserShelf, find_in_articles, resolve_article
from retold.annotate.bounds import cut_long_report
from retold.annotate.parse import Parser
from retold.languages import Language, known_languages
from retold.model import Article, Quotation, QuotationKind, Span, SpeakerKind
from retold.pipeline.parses import DocParser, PipelineParser, has_parser, is_parsed
from retold.read import detect_language
from retold.read.batch import hash_text

NAME: Final = "retold_quotations"
KEY: Final = "quotations"
"""What the extension, the group of spans and the entry of the document's user data are called."""
_UNDETERMINED: Final = "xx"
ParseFrom: TypeAlias = Literal["doc", "again", "none"]


class DocQuotation(Struct, frozen=True):
    """One quotation of a document: what is said (`content`, several spans where the cue interrupts it), by which words
    it is introduced (`cue`) and who says it (`source`); `speaker`: the name that the source stands for in the document.

    The spans are of whole tokens; `content_chars`, `cue_chars` and `source_chars` are the exact characters (offsets in
    `doc.text`). `within`: the number, from 0, of the quotation that this one is nested in. `told` is False for an
    attitude (what somebody wants or opposes).
    """

    kind: QuotationKind
    content: tuple[DocSpan, ...]
    cue: DocSpan | None
    source: DocSpan | None
    speaker: str | None
    speaker_kind: SpeakerKind | None
    within: int | None
    confidence: float
    told: bool
    content_chars: tuple[tuple[int, int], ...]
    cue_chars: tuple[int, int] | None
    source_chars: tuple[int, int] | None

    @property
    def text(self) -> str:
        """The content as it stands, its parts with a blank between them."""
        text = self.content[0].doc.text if self.content else ""
        return " ".join(text[start:end] for start, end in self.content_chars)


class _Stored(Struct, frozen=True):
    """A quotation as it is kept in the document: JSON's kinds of values, offsets in the text."""

    kind: QuotationKind
    content: tuple[tuple[int, int], ...]
    cue: tuple[int, int] | None
    source: tuple[int, int] | None
    speaker: str | None
    speaker_kind: SpeakerKind | None
    within: int | None
    confidence: float
    told: bool


class QuotationFinder:
    """The component. A document without quotations, without words or without a parse is a document like any other."""

    def __init__(self, pipeline: Pipeline, name: str, parse: ParseFrom, language: str | None) -> None:
        self.name = name
        self._pipeline, self._parse, self._language = pipeline, parse, language

    def __call__(self, doc: Doc) -> Doc:
        """The document with `doc._.quotations` and `doc.spans["quotations"]` set."""
        rows, spans = [], []
        for number, (quotation, stored) in enumerate(self._find(doc)):
            rows.append(msgspec.to_builtins(stored, order="deterministic"))
            parts = [("CONTENT", part) for part in quotation.content]
            parts += [("CUE", quotation.cue)] if quotation.cue else []
            parts += [("SOURCE", quotation.source)] if quotation.source else []
            for label, part in parts:
                found = cut_tokens(doc, part, label, f"q{number + 1}")
                if found is not None:
                    spans.append(found)
        doc.user_data[KEY] = rows
        doc.spans[KEY] = sorted(spans, key=lambda span: (span.start, -span.end, span.label_))
        return doc

    def _find(self, doc: Doc) -> Iterator[tuple[Quotation, _Stored]]:
        text = doc.text
        if not text.strip():
            return
        language = self._language or (doc.lang_ if doc.lang_ in known_languages() else None)
        if language is None and doc.lang_ == _UNDETERMINED:
            language = detect_language(text)
        article = cut_long_report(Article("d", text, hash_text(text), language=language))
        (found,) = find_in_articles([article], _Shelf(lambda known: self._choose_parser(doc, known)))
        annotated = resolve_article(found, frozenset())
        speakers = {speaker.id: speaker for speaker in annotated.speakers}
        numbers = {quotation.id: n for n, quotation in enumerate(annotated.article.quotations)}
        for quotation in annotated.article.quotations:
            speaker = speakers.get(quotation.speaker or "")
            stored = _Stored(
                quotation.kind,
                tuple((span.start, span.end) for span in quotation.content),
                _write(quotation.cue),
                _write(quotation.source),
                speaker.name if speaker else None,
                speaker.kind if speaker else None,
                numbers.get(quotation.within or ""),
                quotation.confidence,
                quotation.told,
            )
            yield quotation, stored

    def _choose_parser(self, doc: Doc, language: Language) -> Parser | None:
        if self._parse == "none" or doc.lang_ != language.code or language.parser is None:
            return None
        own = PipelineParser(self._pipeline) if has_parser(self._pipeline) else None
        if not is_parsed(doc, language):
            return None
        return own if self._parse == "again" and own is not None else DocParser(doc, own)


class _Shelf(ParserShelf):
    """Of all languages only the pipeline's has a parser here, and it is the document's."""

    def __init__(self, choose: Callable[[Language], Parser | None]) -> None:
        super().__init__(AnnotateConfig())
        self._choose = choose

    def find(self, language: Language) -> Parser | None:
        return self._choose(language)


def read_quotations(doc: Doc) -> tuple[DocQuotation, ...]:
    """The quotations that the component found in a document, in the order of their content; () where it did not run."""
    rows = msgspec.convert(doc.user_data.get(KEY, ()), tuple[_Stored, ...])
    return tuple(_read_stored(doc, row) for row in rows)


def cut_tokens(doc: Doc, span: Span, label: str, id_: str) -> DocSpan | None:
    """The tokens that some characters lie in; None where there are none."""
    found: DocSpan | None = doc.char_span(span.start, span.end, label=label, span_id=id_, alignment_mode="expand")
    return found


def make_quotation_finder(nlp: Pipeline, name: str, parse: ParseFrom, language: str | None) -> QuotationFinder:
    """What `nlp.add_pipe("retold_quotations", config={…})` makes.

    `parse`: `doc` uses the tree that the document has, and parses only those paragraphs again that it runs out of;
    `again` parses all that is read with its quotations masked, as Retold itself does; `none` goes by marks and rules.
    `language`: ISO 639-1, where the pipeline's own isn't that of the texts. Raises `ValueError` for one without a file;
    spaCy itself does so for another `parse`.
    """
    if language is not None and language not in known_languages():
        raise ValueError(f"{NAME}: language is {language!r}; there are {', '.join(known_languages())}")
    return QuotationFinder(nlp, name, parse, language)


def _write(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (span.start, span.end)


def _read_stored(doc: Doc, stored: _Stored) -> DocQuotation:
    return DocQuotation(
        stored.kind,
        tuple(part for chars in stored.content if (part := cut_tokens(doc, Span(*chars), "CONTENT", "")) is not None),
        cut_tokens(doc, Span(*stored.cue), "CUE", "") if stored.cue else None,
        cut_tokens(doc, Span(*stored.source), "SOURCE", "") if stored.source else None,
        stored.speaker,
        stored.speaker_kind,
        stored.within,
        stored.confidence,
        stored.told,
        stored.content,
        stored.cue,
        stored.source,
    )


Pipeline.factory(
    NAME,
    assigns=[f"doc._.{KEY}", "doc.spans"],
    default_config={"parse": "doc", "language": None},
    func=make_quotation_finder,
)
if not Doc.has_extension(KEY):
    Doc.set_extension(KEY, getter=read_quotations)
