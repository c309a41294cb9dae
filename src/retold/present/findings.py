"""The rows of the tables that an evidence document is flattened to: one type a table, its fields the columns.

What notebooks hold, and what CSV and Parquet files are written from. Spans are in code points of the article's text.
Ids are those of the document: over several (the stories of a library) a row is named by its story and its id together.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from msgspec import Struct

from retold import model
from retold.present.lettering import clean_line, shorten_line


class ArticleRow(Struct, frozen=True):
    """One report, without its text."""

    SHOWN: ClassVar[tuple[str, ...]] = ("id", "report", "title", "published", "language", "chars", "quotations")

    story: str | None
    id: str
    report: str
    outlet: str | None
    title: str | None
    byline: str | None
    published: str | None
    published_precision: model.Precision | None
    language: str | None
    url: str | None
    path: str | None
    sha256: str
    chars: int
    quotations: int


class Quotation(Struct, frozen=True):
    """One attribution of words, with its words and its speaker's name. Parts that a cue splits are joined by a blank;
    `spans` has each, as `start:end`."""

    SHOWN: ClassVar[tuple[str, ...]] = ("report", "id", "kind", "speaker", "text", "cue", "source")

    story: str | None
    article: str
    report: str
    outlet: str | None
    published: str | None
    id: str
    kind: model.QuotationKind
    speaker: str | None
    speaker_id: str | None
    speaker_kind: model.SpeakerKind | None
    text: str
    cue: str | None
    source: str | None
    start: int
    end: int
    spans: tuple[str, ...]
    family: str | None
    within: str | None
    told: bool
    confidence: float

    def __repr__(self) -> str:
        return clean_line(f"Quotation({self.id}: {_tell(self.speaker)}, {self.kind}, “{shorten_line(self.text, 60)}”)")


class Speaker(Struct, frozen=True):
    """One speaker over the articles of the document."""

    id: str
    name: str
    kind: model.SpeakerKind
    mentions: int
    quotations: int


class Family(Struct, frozen=True):
    """One utterance over the articles of a story. `text`: its first reading; `severity`: of its gravest change."""

    SHOWN: ClassVar[tuple[str, ...]] = ("id", "speaker", "text", "readings", "reports", "severity")

    story: str
    id: str
    speaker: str | None
    speaker_id: str | None
    readings: int
    reports: int
    text: str
    severity: model.Severity

    def __repr__(self) -> str:
        said = f"{_tell(self.speaker)}, “{shorten_line(self.text, 60)}”"
        return clean_line(f"Family({self.id}: {said}, {self.readings} readings, {self.severity})")


class Reading(Struct, frozen=True):
    """One article's version of a family."""

    SHOWN: ClassVar[tuple[str, ...]] = ("family", "id", "report", "form", "speaker", "text")

    story: str
    family: str
    id: str
    article: str
    report: str
    published: str | None
    form: model.ReadingForm
    speaker: str | None
    quotation: str | None
    text: str
    start: int
    end: int


class Change(Struct, frozen=True):
    """What happened from a reading to a later one; without `from_…` it was added, without `to_reading` dropped."""

    SHOWN: ClassVar[tuple[str, ...]] = (
        "id",
        "speaker",
        "label",
        "flags",
        "severity",
        "from_report",
        "from_text",
        "to_report",
        "to_text",
    )

    story: str
    id: str
    family: str
    speaker: str | None
    label: model.Label
    flags: tuple[str, ...]
    severity: model.Severity
    confidence: float
    from_reading: str | None
    from_article: str | None
    from_report: str | None
    from_text: str | None
    to_reading: str | None
    to_article: str | None
    to_report: str | None
    to_text: str | None
    why: str

    def __repr__(self) -> str:
        flags = f" ({', '.join(self.flags)})" if self.flags else ""
        way = f"{_tell(self.from_report) if self.from_reading else '—'} → {_tell(self.to_report)}"
        return clean_line(f"Change({self.id}: {self.label}{flags}, {self.severity}, {way})")


class Derivation(Struct, frozen=True):
    """One article retells another. `from_article` is None where that is not at hand; `evidence`: the kinds of it."""

    SHOWN: ClassVar[tuple[str, ...]] = ("id", "from_report", "to_report", "kind", "probability", "why")

    story: str | None
    id: str
    from_article: str | None
    from_report: str | None
    to_article: str
    to_report: str
    kind: model.DerivationKind
    probability: float
    evidence: tuple[str, ...]
    why: str

    def __repr__(self) -> str:
        way = f"{_tell(self.from_report or self.from_article)} → {_tell(self.to_report)}"
        return clean_line(f"Derivation({self.id}: {way}, {self.kind}, {self.probability:.2f})")


class EvidenceRow(Struct, frozen=True):
    """One piece of a derivation's evidence; `weight` in natural log-odds."""

    story: str | None
    derivation: str
    kind: model.EvidenceKind
    weight: float
    why: str


class FactRow(Struct, frozen=True):
    """One article's version of a fact; the rows of one fact share its number."""

    story: str | None
    fact: int
    kind: model.FactKind
    verdict: model.Verdict
    article: str
    report: str
    text: str
    value: str
    start: int
    end: int


class PassageRow(Struct, frozen=True):
    """Two spans that say the same in related words."""

    SHOWN: ClassVar[tuple[str, ...]] = ("id", "kind", "score", "from_report", "from_text", "to_report", "to_text")

    story: str | None
    id: str
    kind: model.PassageKind
    score: float
    from_article: str
    from_report: str
    from_start: int
    from_end: int
    from_text: str
    to_article: str
    to_report: str
    to_start: int
    to_end: int
    to_text: str


class OmissionRow(Struct, frozen=True):
    """What `article` left out of `from_article`, whose characters `start` to `end` hold it."""

    story: str | None
    article: str
    report: str
    what: model.OmissionKind
    from_article: str
    from_report: str
    text: str
    start: int
    end: int


class AdditionRow(Struct, frozen=True):
    """What `article` has and the report it derives from has not."""

    story: str | None
    article: str
    report: str
    text: str
    start: int
    end: int


class CitationRow(Struct, frozen=True):
    """An article naming another outlet as where its report comes from."""

    story: str | None
    article: str
    report: str
    cited_outlet: str
    cited_article: str | None
    text: str
    start: int
    end: int


class RejectRow(Struct, frozen=True):
    """An input that was set aside, with the reason."""

    input: str
    reason: str


def _tell(name: str | None) -> str:
    return shorten_line(name, 60) if name else "unknown"


COLUMNS: Final[Mapping[str, str]] = {
    "story": "The story's id.",
    "id": "The id, unique in the document.",
    "article": "The article's id.",
    "report": "What the article is called: its outlet, else its file, else its id.",
    "outlet": "Who published it.",
    "title": "The title.",
    "byline": "Who wrote it, as printed.",
    "published": "When it was published: ISO 8601, as exact as it is known.",
    "published_precision": "How exact that is: `year`, `month`, `day` or `minute`.",
    "language": "The code of the language (ISO 639-1).",
    "url": "The address.",
    "path": "The file it was read from.",
    "sha256": "SHA-256 of the text in UTF-8.",
    "chars": "How many code points the text has.",
    "quotations": "How many quotations there are.",
    "kind": "Which of its kinds it is; the glossary lists them.",
    "speaker": "The speaker's name; empty for unknown.",
    "speaker_id": "The speaker's id.",
    "speaker_kind": "`person`, `organization`, `state`, `group`, `anonymous` or `unknown`.",
    "text": "The words, as they stand in the article.",
    "cue": "The words that attribute (“said”).",
    "source": "How the article names the speaker there.",
    "start": "Where it begins, in code points of the article's text.",
    "end": "Where it ends (half-open).",
    "spans": "Each of its parts, as `start:end`.",
    "family": "The id of the utterance it is a reading of.",
    "within": "The id of the quotation that it is nested in.",
    "told": "Whether the report tells what was said; false for an attitude (what somebody wants, opposes, praises).",
    "confidence": "From 0 to 1.",
    "name": "The name.",
    "mentions": "How often the speaker is named or meant.",
    "readings": "How many readings there are.",
    "reports": "How many articles have a reading.",
    "severity": "`none`, `minor` or `major`.",
    "form": "`direct`, `indirect`, `mixed` or `narration`.",
    "quotation": "The id of the quotation that the reading is.",
    "label": "What happened to the words; the glossary lists the labels.",
    "flags": "What else changed; the glossary lists the flags.",
    "from_reading": "The id of the earlier reading; empty where there is none.",
    "from_article": "The earlier article's id; of a derivation also `hidden:1`, a common origin that is not at hand.",
    "from_report": "What the earlier article is called.",
    "from_text": "The words there.",
    "from_start": "Where they begin.",
    "from_end": "Where they end.",
    "to_reading": "The id of the later reading; empty where it was dropped.",
    "to_article": "The later article's id.",
    "to_report": "What the later article is called.",
    "to_text": "The words there.",
    "to_start": "Where they begin.",
    "to_end": "Where they end.",
    "why": "The reason in one sentence.",
    "probability": "From 0 to 1.",
    "evidence": "The kinds of evidence, each once.",
    "derivation": "The derivation's id.",
    "weight": "In natural log-odds; 0 only vetoes.",
    "fact": "The fact's number; its rows share it.",
    "verdict": "`agree`, `differ`, `less_precise`, `rounded` or `ambiguous`.",
    "value": "The normal form that two mentions are compared by.",
    "score": "From 0 to 1.",
    "what": "What was left out: `statement`, `quotation`, `quote_part`, `qualifier` or `attribution`.",
    "cited_outlet": "The outlet named.",
    "cited_article": "Its report's id, where that is at hand.",
    "input": "What was given.",
    "reason": "Why it was set aside.",
    "change": "The id of the change.",
}
"""What stands in a column, the same in every table that has it."""
