"""What the tools are asked with and answer with: frozen values, from which the schemas that a client sees are made.

Every finding names its article, `start` and `end` (half-open, code points of the text as it was given or as it stands
in the library) and the exact characters between them.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from retold.model import (
    DerivationKind,
    EditOp,
    EvidenceKind,
    FactKind,
    Flag,
    Label,
    OmissionKind,
    Published,
    QuotationKind,
    ReadingForm,
    Severity,
    SpeakerKind,
    Verdict,
)

Count: TypeAlias = Annotated[int, Meta(ge=1, le=200, description="So many at most; the next ones come with `cursor`.")]
Cursor: TypeAlias = Annotated[
    str, Meta(max_length=100, description="`next_cursor` of an answer, for what follows it; the rest as in that call.")
]
Name: TypeAlias = Annotated[str, Meta(max_length=500)]


class ArticleIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report: `text`, or the `path` of a file or folder on the server's machine. What is given beside a text goes
    before what the text says of itself."""

    text: Annotated[str, Meta(description="The whole text, paragraphs apart by an empty line.")] | None = None
    path: Annotated[str, Meta(max_length=4000, description="A file or folder below an allowed folder.")] | None = None
    id: Annotated[str, Meta(max_length=200, description="What findings call it; a1, a2, … where left out.")] | None = (
        None
    )
    outlet: Annotated[str, Meta(max_length=500, description="Who published it.")] | None = None
    published: Annotated[str, Meta(max_length=60, description="ISO 8601 date of publication.")] | None = None
    title: Annotated[str, Meta(max_length=1000)] | None = None
    url: Annotated[str, Meta(max_length=4000, description="Its address; it is not fetched.")] | None = None


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a question is about: exactly one of `articles`, `comparison` and `story`."""

    articles: Annotated[tuple[ArticleIn, ...], Meta(min_length=1, max_length=200)] | None = None
    comparison: (
        Annotated[
            str, Meta(max_length=60, description="`comparison` of an earlier answer: the same articles, sent once.")
        ]
        | None
    ) = None
    story: (
        Annotated[
            str,
            Meta(max_length=4000, description="A story of the library: its id, or one of its articles' id or address."),
        ]
        | None
    ) = None
    limit: Count = 25
    cursor: Cursor | None = None


Finding: TypeAlias = Literal["changes", "derivations", "passages", "omissions", "additions"]


class CompareIn(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Compare the reports of an event."""

    findings: Annotated[Finding, Meta(description="Which findings to list; all are counted.")] = "changes"
    severity: Annotated[Severity, Meta(description="Only changes of this severity or graver.")] = "none"
    article: Annotated[Name, Meta(description="Only findings about this article.")] | None = None


class QuotationsIn(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who said what in the reports."""

    article: Annotated[Name, Meta(description="Only of this article.")] | None = None
    speaker: Annotated[Name, Meta(description="Only of speakers with all these words in their name.")] | None = None
    kind: QuotationKind | None = None


class TraceIn(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of a quotation: exactly one of `quotation`, `words`, and `article` with `start`."""

    quotation: Annotated[Name, Meta(description="Its id, as a1.q2.")] | None = None
    words: Annotated[str, Meta(max_length=2000, description="Words in a row that one of its readings has.")] | None = (
        None
    )
    article: Annotated[Name, Meta(description="The article that `start` is an offset of.")] | None = None
    start: Annotated[int, Meta(ge=0, description="A character inside the quotation.")] | None = None


class ConflictsIn(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the reports disagree."""

    verdicts: Annotated[
        tuple[Verdict, ...], Meta(min_length=1, description="`agree` and `rounded` list what does not conflict.")
    ] = ("differ",)
    kinds: Annotated[tuple[FactKind, ...], Meta(description="Only facts of these kinds; none: of all.")] = ()


class SearchIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Find reports or quotations in the library."""

    words: Annotated[
        str, Meta(max_length=400, description='All of these words, in any inflection; in "marks" as they stand.')
    ] = ""
    speaker: Annotated[str, Meta(max_length=300, description="Quotations of this speaker.")] = ""
    find: Annotated[Literal["articles", "quotations"], Meta(description="A speaker has quotations only.")] = "articles"
    limit: Count = 10
    cursor: Cursor | None = None


class Excerpt(Struct, frozen=True):
    """Characters of an article: `text` is exactly what stands from `start` to `end`."""

    article: str
    start: int
    end: int
    text: str


class ArticleOut(Struct, frozen=True):
    """An article that an answer speaks of. `chars`: its length; `sha256`: of its text in UTF-8."""

    id: str
    name: str
    outlet: str | None
    title: str | None
    published: Published | None
    url: str | None
    language: str | None
    chars: int
    sha256: str


class Counts(Struct, frozen=True):
    """How many findings of each sort there are, whatever is listed."""

    quotations: int
    changes: int
    major: int
    minor: int
    derivations: int
    passages: int
    omissions: int
    additions: int
    conflicts: int


class EditOut(Struct, frozen=True, rename={"from_": "from"}):
    """Words left out, put in or replaced on the way from one reading to the next."""

    op: EditOp
    from_: Excerpt
    to: Excerpt


class ChangeOut(Struct, frozen=True, rename={"from_": "from"}):
    """What happened from a reading to a later one, always relative to the earlier reading at hand. `from` null: the
    later one has no counterpart. `to` null: `dropped_by` has no reading of it."""

    id: str
    family: str
    speaker: str | None
    label: Label
    flags: tuple[Flag, ...]
    severity: Severity
    confidence: float
    why: str
    from_: Excerpt | None
    to: Excerpt | None
    dropped_by: str | None
    edits: tuple[EditOut, ...]


class EvidenceOut(Struct, frozen=True):
    """One reason for a derivation; `weight` in natural log-odds."""

    kind: EvidenceKind
    weight: float
    why: str
    spans: tuple[Excerpt, ...]


class DerivationOut(Struct, frozen=True, rename={"from_": "from"}):
    """`to` retells `from` (an article, or "hidden:1" for an origin not at hand), or the outlet `from_outlet`."""

    id: str
    from_: str | None
    from_outlet: str | None
    to: str
    kind: DerivationKind
    probability: float
    evidence: tuple[EvidenceOut, ...]


class PassageOut(Struct, frozen=True, rename={"from_": "from"}):
    """Two spans that say the same in related words."""

    id: str
    from_: Excerpt
    to: Excerpt
    kind: str
    score: float


class OmissionOut(Struct, frozen=True):
    """What `article` left out of a report that it derives from."""

    article: str
    what: OmissionKind
    left_out: Excerpt


class AdditionOut(Struct, frozen=True):
    """What a report has and those that it derives from have not."""

    added: Excerpt


class Answer(Struct, frozen=True, kw_only=True):
    """What every answer about articles holds. `comparison`: give it instead of the articles in the next call (null for
    a story of the library). `notes`: what was set aside or is missing. `total`: so many in all pages."""

    comparison: str | None
    notes: tuple[str, ...]
    total: int
    next_cursor: str | None


class CompareOut(Answer, frozen=True, kw_only=True):
    """The articles, how many findings there are, and those that were asked for."""

    articles: tuple[ArticleOut, ...]
    stories: tuple[tuple[str, ...], ...]
    counts: Counts
    changes: tuple[ChangeOut, ...] = ()
    derivations: tuple[DerivationOut, ...] = ()
    passages: tuple[PassageOut, ...] = ()
    omissions: tuple[OmissionOut, ...] = ()
    additions: tuple[AdditionOut, ...] = ()


class QuotationOut(Struct, frozen=True):
    """Who (`source`, resolved to `speaker`) said (`cue`) what (`content`: several spans where the cue interrupts)."""

    id: str
    article: str
    kind: QuotationKind
    content: tuple[Excerpt, ...]
    cue: Excerpt | None
    source: Excerpt | None
    speaker: str | None
    speaker_kind: SpeakerKind | None
    within: str | None
    confidence: float | None


class QuotationsOut(Answer, frozen=True, kw_only=True):
    """Quotations in the order of the articles and of their text."""

    articles: tuple[ArticleOut, ...]
    quotations: tuple[QuotationOut, ...]


class ReadingOut(Struct, frozen=True):
    """One article's version of what was said; `changes`: those that led to it, none where it is the first at hand."""

    id: str
    quotation: str | None
    outlet: str | None
    published: Published | None
    form: ReadingForm
    words: Excerpt
    changes: tuple[ChangeOut, ...]


class FamilyOut(Struct, frozen=True):
    """All the readings of one utterance, and the reports that derive from one with it and have none (`dropped`)."""

    id: str
    speaker: str | None
    readings: tuple[ReadingOut, ...]
    dropped: tuple[ChangeOut, ...]


class TraceOut(Answer, frozen=True, kw_only=True):
    """The quotation families that were asked for."""

    articles: tuple[ArticleOut, ...]
    families: tuple[FamilyOut, ...]


class FactReadingOut(Struct, frozen=True):
    """One article's version of a fact: the characters, and the normal form they are compared by."""

    value: str
    words: Excerpt


class ConflictOut(Struct, frozen=True):
    """One fact as two or more articles give it."""

    kind: FactKind
    verdict: Verdict
    readings: tuple[FactReadingOut, ...]


class ConflictsOut(Answer, frozen=True, kw_only=True):
    """Facts by the verdicts that were asked for."""

    articles: tuple[ArticleOut, ...]
    conflicts: tuple[ConflictOut, ...]


class HitOut(Struct, frozen=True):
    """A report that a search found, with the first places of the words in it."""

    article: str
    story: str | None
    outlet: str | None
    title: str | None
    published: str | None
    url: str | None
    score: float
    places: tuple[Excerpt, ...]


class SaidOut(Struct, frozen=True):
    """A quotation in the library, and what became of the words there (`label` null: first at hand)."""

    quotation: QuotationOut
    story: str | None
    outlet: str | None
    published: str | None
    url: str | None
    label: str | None
    flags: tuple[str, ...]
    severity: Severity | None
    earlier_outlet: str | None


class SearchOut(Struct, frozen=True, kw_only=True):
    """What was found; more, where `next_cursor` is set."""

    articles: tuple[HitOut, ...] = ()
    quotations: tuple[SaidOut, ...] = ()
    next_cursor: str | None = None
