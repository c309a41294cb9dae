"""The evidence to save: a whole story, or what bears on one finding of it, as one document."""

from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.model import Change, Derivation, Story
from retold.present.explanation import UnknownFindingError
from retold.present.lettering import clean_line


def cut_document(document: EvidenceDocument, finding: str) -> EvidenceDocument:
    """The part of a document that bears on one change (c…) or derivation (d…): its two reports whole, the utterance,
    and what joins the two. Raises `UnknownFindingError`."""
    for change in document.changes:
        if change.id == finding:
            return _cut_to_change(document, change)
    for derivation in document.derivations:
        if derivation.id == finding:
            return _cut_to_derivation(document, derivation)
    raise UnknownFindingError(
        f"there is no finding “{clean_line(finding)[:40]}” here; open the story and save it there"
    )


def _cut_to_change(document: EvidenceDocument, change: Change) -> EvidenceDocument:
    readings = {reading.id: reading for reading in document.readings}
    ends = [readings[id_] for id_ in (change.from_, change.to) if id_ in readings]
    articles = {end.article for end in ends} | ({change.article} if change.article else set())
    family = next(one for one in document.families if one.id == change.family)
    kept = replace(family, readings=tuple(end.id for end in ends))
    return replace(
        _cut(document, articles), families=(kept,), readings=tuple(ends), changes=(change,), derivations=tuple(
            one for one in document.derivations if one.to in articles and (one.from_ is None or one.from_ in articles)
        ),
    )  # fmt: skip


def _cut_to_derivation(document: EvidenceDocument, derivation: Derivation) -> EvidenceDocument:
    articles = {derivation.to} | {place.article for one in derivation.evidence for place in one.spans}
    if derivation.from_ is not None:
        articles.add(derivation.from_)
    articles &= {article.id for article in document.articles}
    readings = {reading.id: reading for reading in document.readings if reading.article in articles}
    changes = tuple(one for one in document.changes if one.from_ in readings and one.to in readings)
    used = {id_ for change in changes for id_ in (change.from_, change.to)}
    families = tuple(
        replace(one, readings=tuple(id_ for id_ in one.readings if id_ in used))
        for one in document.families
        if used & set(one.readings)
    )
    return replace(
        _cut(document, articles),
        families=families,
        readings=tuple(one for one in readings.values() if one.id in used),
        changes=changes,
        derivations=(derivation,),
    )


def _cut(document: EvidenceDocument, articles: set[str]) -> EvidenceDocument:
    """The document with some of its articles and the passages among them, without findings."""
    story = next((one for one in document.stories if articles <= set(one.articles)), None)
    kept = tuple(one for one in document.articles if one.id in articles)
    return replace(
        document,
        articles=kept,
        stories=(Story(story.id, tuple(one.id for one in kept)),) if story else (),
        passages=tuple(one for one in document.passages if {one.from_.article, one.to.article} <= articles),
        omissions=(),
        additions=(),
        facts=(),
        rejects=(),
    )
