"""What is exported: evidence documents, one after the other, with ids that are unique over all of them.

A library is read story by story, so that memory holds one story however many there are.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from retold import __version__
from retold.document import SCHEMA_VERSION, EvidenceDocument
from retold.errors import InputError, LibraryError, UnknownStoryError
from retold.model import Article, Place, Reading, Reject, Span, Story
from retold.present.exports.names import make_iri, point_at

if TYPE_CHECKING:
    from retold.library import Library

_PAGE_STORIES = 5000
_SCOPE_CHARS = 12


class Part(Struct, frozen=True):
    """One document of an export. Its ids are unique within `scope`; a library's ids are unique by themselves ("")."""

    document: EvidenceDocument
    scope: str = ""

    def name(self, id_: str) -> str:
        """The IRI of what has this id."""
        return make_iri(self.scope, id_)

    def point(self, article: str, span: Span) -> str:
        """The IRI of characters of an article."""
        return point_at(self.scope, Place(article, span))


class Index:
    """A document's findings by id, as writers ask for them. O(n) to make."""

    def __init__(self, document: EvidenceDocument) -> None:
        self.articles: dict[str, Article] = {a.id: a for a in document.articles}
        self.readings: dict[str, Reading] = {r.id: r for r in document.readings}
        self.speakers = {s.id: s for s in document.speakers}
        self.quotations = {q.id: q for a in document.articles for q in a.quotations}
        self.stories = {id_: story.id for story in document.stories for id_ in story.articles}
        self.families = {f.id: f for f in document.families}
        self.family_of = {id_: f for f in document.families for id_ in f.readings}

    def find_spans(self, reading: Reading) -> tuple[Span, ...]:
        """Where the words of a reading stand: those of its quotation, without a cue that interrupts it."""
        quotation = self.quotations.get(reading.quotation or "")
        return quotation.content if quotation and quotation.extent == reading.span else (reading.span,)

    def find_speaker(self, reading: Reading) -> str | None:
        """The id of who said a reading's words, if that is known."""
        quotation = self.quotations.get(reading.quotation or "")
        family = self.family_of.get(reading.id)
        return (quotation.speaker if quotation else None) or (family.speaker if family else None)


def make_part(document: EvidenceDocument) -> Part:
    """A comparison's document as one part. Raises `InputError` where the document doesn't hang together.

    Its scope is made from all that decides the findings: version, settings, and the articles in order, with what is
    known of them; so an IRI means one thing wherever it is read. Where the files lay makes no difference. O(n).
    """
    check_document(document)
    changes = tuple(c if c.id else replace(c, id=f"c{n}") for n, c in enumerate(document.changes, 1))
    derivations = tuple(d if d.id else replace(d, id=f"d{n}") for n, d in enumerate(document.derivations, 1))
    return Part(replace(document, changes=changes, derivations=derivations), _make_scope(document))


def _make_scope(document: EvidenceDocument) -> str:
    digest = hashlib.sha256(document.retold.encode(errors="replace"))
    digest.update(msgspec.json.encode(document.config, order="deterministic"))
    for a in document.articles:
        known = (a.id, a.sha256, a.outlet, a.title, a.byline, a.url, a.language, a.published)
        digest.update(repr(known).encode(errors="backslashreplace"))
    return digest.hexdigest()[:_SCOPE_CHARS]


def check_document(document: EvidenceDocument) -> None:
    """Raises `InputError` where an id stands twice or points at nothing, or a span lies outside its article: what is
    read from a file may have been changed by hand. O(n)."""
    lengths = {article.id: len(article.text) for article in document.articles}
    quotations = [q for article in document.articles for q in article.quotations]
    known = {
        "article": _list_ids("article", (a.id for a in document.articles)),
        "quotation": _list_ids("quotation", (q.id for q in quotations)),
        "speaker": _list_ids("speaker", (s.id for s in document.speakers)),
        "reading": _list_ids("reading", (r.id for r in document.readings)),
        "family": _list_ids("family", (f.id for f in document.families)),
        "story": _list_ids("story", (s.id for s in document.stories)),
    }
    for kind, id_ in _list_references(document):
        if id_ is not None and id_ not in known[kind]:
            raise InputError(f"The evidence document names {kind} {id_!r}, which is not in it. Write it again.")
    for place in _list_places(document):
        if place.article not in lengths:
            raise InputError(f"The evidence document names article {place.article!r}, which is not in it.")
        if not 0 <= place.span.start <= place.span.end <= lengths[place.article]:
            raise InputError(
                f"The evidence document has characters {place.span.start} to {place.span.end} of article "
                f"{place.article!r}, which has {lengths[place.article]}. Its text was changed; write it again."
            )


def _list_ids(kind: str, ids: Iterable[str]) -> frozenset[str]:
    known: set[str] = set()
    for id_ in ids:
        if id_ in known:
            raise InputError(f"The evidence document has {kind} {id_!r} twice; an id is for one. Write it again.")
        known.add(id_)
    return frozenset(known)


def _list_references(document: EvidenceDocument) -> Iterator[tuple[str, str | None]]:
    for story in document.stories:
        yield from (("article", id_) for id_ in story.articles)
    for family in document.families:
        yield from (("reading", id_) for id_ in family.readings)
        yield "speaker", family.speaker
        yield "story", family.story
    for reading in document.readings:
        yield "quotation", reading.quotation
    for change in document.changes:
        yield from (("reading", change.from_), ("reading", change.to), ("family", change.family))
        yield "article", change.article
    yield from (("article", derivation.to) for derivation in document.derivations)
    yield from (("article", omission.article) for omission in document.omissions)


def _list_places(document: EvidenceDocument) -> Iterator[Place]:
    for article in document.articles:
        for quotation in article.quotations:
            spans = (*quotation.content, quotation.cue, quotation.source)
            yield from (Place(article.id, span) for span in spans if span is not None)
        yield from (Place(article.id, citation.span) for citation in article.citations)
    for speaker in document.speakers:
        yield from speaker.mentions
    yield from (Place(reading.article, reading.span) for reading in document.readings)
    for passage in document.passages:
        yield from (passage.from_, passage.to)
    yield from (omission.span_in for omission in document.omissions)
    yield from (Place(addition.article, addition.span) for addition in document.additions)
    yield from (Place(reading.article, reading.span) for fact in document.facts for reading in fact.readings)
    for derivation in document.derivations:
        yield from (place for piece in derivation.evidence for place in piece.spans)


def read_parts(library: "Library", story: str | None, since: str, until: str, rejects: list[Reject]) -> Iterator[Part]:
    """The stories of a library whose last report is of a time from `since` to `until` (ISO, "" for open), or one
    `story`, in the order of their first report; of a whole library, in the end, the inputs that were set aside when it
    was built. A story that can't be read is added to `rejects`.

    Memory: one story, and a line a story for the order. Raises `UnknownStoryError` for a `story` that there is not.
    """
    if story is not None:
        code = library.find_story(story)
        yield Part(qualify_document(library.read_story(code), code))
        return
    for code in list_stories(library, since, until):
        try:
            document = library.read_story(code)
        except LibraryError as error:
            if type(error) not in {LibraryError, UnknownStoryError}:
                raise
            # Not traced yet, or regrouped meanwhile: the others are as good as before.
            rejects.append(Reject(code, str(error)))
            continue
        yield Part(qualify_document(document, code))
    if not since and not until:
        yield Part(EvidenceDocument(__version__, SCHEMA_VERSION, {}, (), rejects=library.list_rejects()))


def list_stories(library: "Library", since: str, until: str) -> list[str]:
    """The ids of a library's stories in the order of their first report, then of their id."""
    from retold.library import StoryFilter

    found: list[tuple[bool, str, str]] = []
    wanted = StoryFilter(since=since, until=until, least_articles=1)
    while True:
        page = library.filter_stories(wanted, _PAGE_STORIES, len(found)).stories
        for row in page:
            first = row.story.first_published
            found.append((first is None, first or "", row.story.id))
        if len(page) < _PAGE_STORIES:
            return [id_ for _, _, id_ in sorted(set(found))]


def qualify_document(document: EvidenceDocument, code: str) -> EvidenceDocument:
    """A story's document with its code before each id that counts anew in every story, as the library's own tables
    have them; its story has the code itself. Ids of articles and quotations are unique as they are. O(n)."""

    def own(id_: str) -> str:
        return f"{code}.{id_}" if id_ else id_

    def own_if(id_: str | None) -> str | None:
        return None if id_ is None else own(id_)

    articles = {article.id for article in document.articles}
    return replace(
        document,
        articles=tuple(
            replace(a, quotations=tuple(replace(q, speaker=own_if(q.speaker)) for q in a.quotations))
            for a in document.articles
        ),
        speakers=tuple(replace(s, id=own(s.id)) for s in document.speakers),
        stories=tuple(Story(code, s.articles) for s in document.stories),
        passages=tuple(replace(p, id=own(p.id)) for p in document.passages),
        families=tuple(
            replace(f, id=own(f.id), story=code, speaker=own_if(f.speaker), readings=tuple(map(own, f.readings)))
            for f in document.families
        ),
        readings=tuple(replace(r, id=own(r.id)) for r in document.readings),
        changes=tuple(
            replace(c, id=own(c.id), family=own(c.family), from_=own_if(c.from_), to=own_if(c.to))
            for c in document.changes
        ),
        derivations=tuple(
            replace(d, id=own(d.id), from_=d.from_ if d.from_ in articles else own_if(d.from_))
            for d in document.derivations
        ),
    )
