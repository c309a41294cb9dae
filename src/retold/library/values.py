"""What a library is asked with and answers with: frozen values."""

from typing import Literal, TypeAlias

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.evidence import CompareConfig
from retold.model import QuotationKind, Severity, SpeakerKind

StoryOrder: TypeAlias = Literal["newest", "retold", "altered"]
BuildPhase: TypeAlias = Literal["read", "index", "rate", "group", "trace"]


class LibraryConfig(Struct, frozen=True):
    """Every setting of a library that could change what is in it; `compare` stands in the file and is kept.

    `regroup_up_to`: up to so many articles every build weighs all words anew and rates every pair again, so that
    nothing depends on the order of arrival. Above, that is done whenever the library has grown by `regroup_growth`
    times; between, new articles are weighed by the counts of the last time.
    `index_terms`: so many of an article's weightiest terms find it candidates; one run of words in `run_share` does
    too. `postings`: of more articles of three weeks that have a term, each finds the next ones only. `least_shared`: so
    many terms a pair must share. `candidates`: so many are rated for each article.
    """

    compare: CompareConfig = CompareConfig()
    regroup_up_to: int = 1000
    regroup_growth: float = 1.25
    index_terms: int = 32
    run_share: int = 16
    postings: int = 60
    least_shared: int = 2
    candidates: int = 20
    twin_share: float = 0.9
    """An AMP or print form with so much of its words in common with the page is the same article."""
    duplicate_share: float = 0.7
    """Two reports that have so much of their runs of seven words in common are near-duplicates."""
    batch_articles: int = 64
    batch_chars: int = 4_000_000


class AddReport(Struct, frozen=True):
    """What one `add` did. `articles`: the codes of those that are new; `stories`: of those made or changed."""

    articles: tuple[str, ...] = ()
    known: int = 0
    new_versions: int = 0
    rejects: int = 0
    stories: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Progress(Struct, frozen=True):
    """How far a phase of a build is; `total` None where that is unknown."""

    phase: BuildPhase
    done: int
    total: int | None


class StorySummary(Struct, frozen=True):
    """One story in a list. `duplicates`: reports that are one text with an earlier one but for a little;
    `retellings`: its derivations; `changes`: those of `minor` or `major` severity."""

    id: str
    title: str | None
    first_published: str | None
    last_published: str | None
    articles: int
    outlets: int
    duplicates: int
    retellings: int
    changes: int
    minor: int
    major: int
    is_traced: bool


class ArticleHit(Struct, frozen=True):
    """An article that a search found; `excerpt` with the words found between `[[` and `]]`."""

    id: str
    story: str | None
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    excerpt: str
    score: float


class QuotationHit(Struct, frozen=True):
    """A quotation with who printed it when, and what became of it there.

    `label` and `severity`: relative to the earlier reading at hand (`earlier_outlet`), None where there is none.
    """

    id: str
    story: str | None
    speaker: str | None
    speaker_kind: SpeakerKind | None
    kind: QuotationKind
    content: str
    outlet: str | None
    published: str | None
    article: str
    title: str | None
    url: str | None
    label: str | None = None
    flags: tuple[str, ...] = ()
    severity: Severity | None = None
    earlier_outlet: str | None = None


class LibraryCounts(Struct, frozen=True):
    """How much is in a library."""

    articles: int
    versions: int
    stories: int
    outlets: int
    quotations: int
    rejects: int


class ChangeRow(Struct, frozen=True):
    """One change of a story as a line of a table: who changed what, from whose report."""

    id: str
    label: str
    flags: tuple[str, ...]
    severity: Severity
    speaker: str | None
    earlier_outlet: str | None
    earlier_words: str | None
    later_outlet: str | None
    later_words: str | None
    why: str


def list_changes(document: EvidenceDocument) -> tuple[ChangeRow, ...]:
    """The changes of a document as lines of a table, in its order. Linear."""
    articles = {article.id: article for article in document.articles}
    readings = {reading.id: reading for reading in document.readings}
    speakers = {speaker.id: speaker.name for speaker in document.speakers}
    families = {family.id: speakers.get(family.speaker or "") for family in document.families}

    def tell(reading_id: str | None, article_id: str | None = None) -> tuple[str | None, str | None]:
        reading = readings.get(reading_id or "")
        if reading is None:
            return (articles[article_id].name if article_id else None), None
        article = articles[reading.article]
        return article.name, reading.span.cut(article.text)

    return tuple(
        ChangeRow(c.id, c.label, c.flags, c.severity, families[c.family], *tell(c.from_), *tell(c.to, c.article), c.why)
        for c in document.changes
    )
