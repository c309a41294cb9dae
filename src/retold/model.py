"""What flows from stage to stage: frozen values, in the words of the vocabulary. Imports nothing of retold.

Offsets are half-open `[start, end)` in Unicode code points of `Article.text`, which is never changed after reading.
The values serialise, as they are, to the evidence document: `Place(article, span)` is how one article's finding
points at another's characters; `from_` is the JSON key `from`.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

ZoneRole: TypeAlias = Literal["title", "body", "heading", "caption", "byline", "about", "furniture", "duplicate"]
QuotationKind: TypeAlias = Literal["direct", "indirect", "mixed"]
ReadingForm: TypeAlias = Literal["direct", "indirect", "mixed", "narration"]
SpeakerKind: TypeAlias = Literal["person", "organization", "state", "group", "anonymous", "unknown"]
PassageKind: TypeAlias = Literal["verbatim", "near_verbatim", "paraphrase", "translation"]
Label: TypeAlias = Literal[
    "translated", "requoted", "paraphrased", "verbatim", "elided", "partial", "truncated", "spliced", "extended",
    "overlapping", "altered", "added", "dropped",
]  # fmt: skip
Flag: TypeAlias = Literal[
    "unmarked", "mid_sentence", "typographic", "bracketed", "minor_wording", "near_verbatim", "reordered",
    "negation", "modality", "certainty", "quantifier", "number", "name", "participant", "weakened", "strengthened",
    "reattributed", "speaker_widened", "speaker_narrowed", "attribution_dropped", "cue_changed", "context_dropped",
]  # fmt: skip
Severity: TypeAlias = Literal["none", "minor", "major"]
EditOp: TypeAlias = Literal["equal", "delete", "insert", "replace"]
OmissionKind: TypeAlias = Literal["statement", "quotation", "quote_part", "qualifier", "attribution"]
FactKind: TypeAlias = Literal["date", "time", "number", "money", "percent", "score", "name", "place"]
FactRole: TypeAlias = Literal["event", "publication", "photo", "writing", "quotation"]
Verdict: TypeAlias = Literal["agree", "differ", "less_precise", "rounded", "ambiguous"]
DerivationKind: TypeAlias = Literal["stated", "inferred"]
EvidenceKind: TypeAlias = Literal[
    "citation", "timestamp", "containment", "narration_reuse", "shared_error", "shared_translation", "order",
    "residue", "link", "credit",
]  # fmt: skip
Precision: TypeAlias = Literal["year", "month", "day", "minute"]
PublishedFrom: TypeAlias = Literal["metadata", "text", "url"]

READ_ROLES: frozenset[str] = frozenset({"title", "heading", "body"})
"""The zones that everything after cleaning looks at."""


class Span(Struct, frozen=True, array_like=True, order=True):
    """`[start, end)`, half-open, in code points of one article's text. Serialises as `[start, end]`.

    >>> Span(2, 5).cut("retold")
    'tol'
    """

    start: int
    end: int

    def cut(self, text: str) -> str:
        """The characters of `text` it covers."""
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside (equal spans do)."""
        return self.start <= other.start and other.end <= self.end


class Place(Struct, frozen=True, order=True):
    """A span in a named article."""

    article: str
    span: Span


class Zone(Struct, frozen=True):
    """A span of an article with a role. The zones of an article are in order and don't overlap."""

    role: ZoneRole
    span: Span


class Published(Struct, frozen=True, rename={"from_": "from"}):
    """When an article was published: ISO 8601 `value` as exact as `precision` says, and where it was read from."""

    value: str
    precision: Precision
    from_: PublishedFrom


class Quotation(Struct, frozen=True):
    """An attribution of words or thought in one article.

    `content` of a direct quotation lies between the marks (several spans where the cue interrupts it); of an indirect
    or mixed one it is the complement clause without its "that" and its full stop. `within` is the id of the quotation
    this one is nested in. `speaker` is the id of a `Speaker`, or None for unknown. `told`: the report tells what was
    said or held to be so; where it is False it tells of an attitude (what somebody wants, opposes, praises, is blamed
    for), which is listed and no reading of an utterance.
    """

    id: str
    kind: QuotationKind
    content: tuple[Span, ...]
    cue: Span | None = None
    source: Span | None = None
    speaker: str | None = None
    within: str | None = None
    confidence: float = 1.0
    told: bool = True

    @property
    def extent(self) -> Span:
        """From the first character of the content to its last."""
        return Span(self.content[0].start, self.content[-1].end)


class Citation(Struct, frozen=True):
    """An article naming another outlet as where its report comes from; `article`: that report, where it is at hand."""

    span: Span
    outlet: str
    article: str | None = None


class Article(Struct, frozen=True):
    """One report, as read (`text` untouched) and, after annotation, with its zones, quotations and citations."""

    id: str
    text: str
    sha256: str
    path: str | None = None
    url: str | None = None
    encoding: str | None = None
    outlet: str | None = None
    title: str | None = None
    byline: str | None = None
    language: str | None = None
    published: Published | None = None
    zones: tuple[Zone, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    citations: tuple[Citation, ...] = ()

    @property
    def told(self) -> tuple[Quotation, ...]:
        """The quotations that tell what was said: what families, omissions and derivations are made of."""
        return tuple(q for q in self.quotations if q.told)

    @property
    def name(self) -> str:
        """What people call it in a sentence: its outlet, else its file, else its id."""
        return self.outlet or (self.path.replace("\\", "/").rsplit("/", 1)[-1] if self.path else self.id)

    @property
    def rank(self) -> str:
        """What articles are sorted by where an order is needed: their content, never their arrival or their id.

        Two printings of one text are told apart by who printed them, when and where.
        """
        published = self.published.value if self.published else ""
        return "\0".join((self.sha256, published, self.outlet or "", self.url or "", self.path or ""))


class Reject(Struct, frozen=True):
    """An input that was set aside: what it was, the reason, and what to do about it."""

    input: str
    reason: str


class Speaker(Struct, frozen=True):
    """Whom source spans name, resolved over the article and then over the story."""

    id: str
    name: str
    kind: SpeakerKind
    mentions: tuple[Place, ...] = ()


class Sentence(Struct, frozen=True):
    """One sentence of a title, heading or body zone, without surrounding blanks; `paragraph` counts from 0."""

    span: Span
    role: ZoneRole
    paragraph: int


class FactMention(Struct, frozen=True):
    """A date, time, figure, name or place as one article writes it.

    `value` is the normal form that two mentions are compared by (ISO date, decimal number, "USD 12.5e9" …), with
    `is_rounded` where the text signals it ("some 30") and `bound` where it says on which side ("at least 30"). `unit`:
    what is counted or measured ("patient", "USD"); of a date, how it was written where its value was worked out
    ("weekday", "relative").
    """

    kind: FactKind
    span: Span
    value: str
    role: FactRole = "event"
    unit: str | None = None
    precision: Precision | None = None
    is_rounded: bool = False
    bound: Literal["at_least", "at_most"] | None = None


class Profile(Struct, frozen=True):
    """What one article tells of a speaker (`id`), for finding the same one in another article.

    `names`: the forms of the name as folded words, fullest first; `roles`: for each apposition or role mention its
    folded content words; `titles`: folded titles that stood before the name.
    """

    id: str
    names: tuple[tuple[str, ...], ...] = ()
    roles: tuple[frozenset[str], ...] = ()
    titles: frozenset[str] = frozenset()


class AnnotatedArticle(Struct, frozen=True):
    """What the annotate stage hands on: the article with its findings, and what later stages need besides."""

    article: Article
    sentences: tuple[Sentence, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    profiles: tuple[Profile, ...] = ()
    facts: tuple[FactMention, ...] = ()


class Story(Struct, frozen=True):
    """The articles (ids) that report one event."""

    id: str
    articles: tuple[str, ...]


class Passage(Struct, frozen=True, rename={"from_": "from"}):
    """Two spans, one in each of two articles, that say the same in words that are related; `score` from 0 to 1."""

    id: str
    from_: Place
    to: Place
    kind: PassageKind
    score: float


class Reading(Struct, frozen=True):
    """One article's version of a family; `quotation` is None for narration."""

    id: str
    article: str
    span: Span
    form: ReadingForm
    quotation: str | None = None


class Family(Struct, frozen=True):
    """All the readings (ids) of one utterance over the articles of a story."""

    id: str
    story: str
    speaker: str | None
    readings: tuple[str, ...]


class Edit(Struct, frozen=True, rename={"from_": "from"}):
    """One step from an earlier reading's words to a later one's. An insert has an empty `from_`, a delete an empty
    `to`."""

    op: EditOp
    from_: Span
    to: Span


class Reason(Struct, frozen=True):
    """What speaks for a change's flag, in words; `flag` None: for its label."""

    flag: Flag | None
    why: str


class Change(Struct, frozen=True, rename={"from_": "from"}):
    """What happened from a reading (id) to a later one. `from_` None: added. `to` None: dropped (by `article`).

    `reasons`: what speaks for the label and for each flag, where there are words to show; `why` says them in one line.
    """

    family: str
    from_: str | None
    to: str | None
    label: Label
    flags: tuple[Flag, ...] = ()
    severity: Severity = "none"
    edits: tuple[Edit, ...] = ()
    confidence: float = 1.0
    why: str = ""
    article: str | None = None
    reasons: tuple[Reason, ...] = ()
    id: str = ""


class Omission(Struct, frozen=True):
    """What `article` left out of the report it derives from."""

    article: str
    span_in: Place
    what: OmissionKind


class Addition(Struct, frozen=True):
    """What `article` has and the report it derives from has not."""

    article: str
    span: Span


class FactReading(Struct, frozen=True):
    """One article's version of a fact: the normal form of what stands at `span`."""

    article: str
    span: Span
    value: str


class Fact(Struct, frozen=True):
    """One fact as two or more articles give it, and whether they agree."""

    kind: FactKind
    verdict: Verdict
    readings: tuple[FactReading, ...]


class Evidence(Struct, frozen=True):
    """One reason for a derivation: `weight` in natural log-odds (0: it only vetoes), the characters, a sentence."""

    kind: EvidenceKind
    weight: float
    spans: tuple[Place, ...]
    why: str


class Derivation(Struct, frozen=True, rename={"from_": "from"}):
    """`to` retells `from_`: an article id, None with `from_outlet` where that article is not at hand, or "hidden:N"."""

    from_: str | None
    from_outlet: str | None
    to: str
    kind: DerivationKind
    probability: float
    evidence: tuple[Evidence, ...]
    id: str = ""
