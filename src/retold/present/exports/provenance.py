"""PROV-O as JSON-LD: articles and readings as entities, outlets and speakers as agents, derivations with evidence.

`prov:wasDerivedFrom` says that one report retells another. `prov:wasQuotedFrom` is said only where the later one states
so, or where words stand in it in marks, unchanged: a guess never becomes a quotation. How sure Retold is, and why, is
data on the qualified derivation. After PROV-O: The PROV Ontology (W3C 2013).
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from retold.model import Article, Derivation, Reading, Speaker
from retold.present.exports.names import Losses, clean_url, make_iri, write_moment
from retold.present.exports.parts import Index, Part
from retold.present.exports.streams import Json, Node, drop_none, write_nodes

CONTEXT: Final[Node] = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "retold": "urn:retold:term:",
}
_AGENTS: Final = {"person": "prov:Person", "organization": "prov:Organization", "state": "prov:Organization"}


def write(parts: Iterable[Part], out: BinaryIO, losses: Losses) -> None:
    """One graph of all parts. Linear; memory holds one part."""
    nodes = (node for part in parts for node in _describe_part(part))
    write_nodes(out, {"@context": CONTEXT}, "@graph", nodes, losses)


def _describe_part(part: Part) -> Iterator[Json]:
    document, index = part.document, Index(part.document)
    software = f"Retold {document.retold}"
    yield {"@id": _name_software(part), "@type": ["prov:Agent", "prov:SoftwareAgent"], "foaf:name": software}
    outlets = {a.outlet for a in document.articles if a.outlet} | {
        d.from_outlet for d in document.derivations if d.from_ is None and d.from_outlet
    }
    for outlet in sorted(outlets):
        yield {"@id": _name_outlet(outlet), "@type": ["prov:Agent", "prov:Organization"], "foaf:name": outlet}
    for speaker in document.speakers:
        yield _describe_speaker(part, speaker)
    for article in document.articles:
        yield _describe_article(part, article)
    yield from _describe_origins(part, index)
    verbatim = _find_verbatim(part, index)
    for derivation in document.derivations:
        yield _describe_derivation(part, index, derivation, verbatim)
    along = {(d.from_, d.to) for d in document.derivations}
    for reading in document.readings:
        yield _describe_reading(part, index, reading)
    for change in document.changes:
        earlier, later = index.readings.get(change.from_ or ""), index.readings.get(change.to or "")
        if earlier is None or later is None or (earlier.article, later.article) not in along:
            continue  # between independent reports: the same utterance, but neither was made from the other
        is_quoted = change.label == "verbatim"
        yield _qualify(
            part.name(later.id),
            part.name(earlier.id),
            part.name(change.id),
            is_quoted,
            {
                "dcterms:creator": {"@id": _name_software(part)},
                "retold:label": change.label,
                "retold:flag": list(change.flags),
                "retold:severity": change.severity,
                "retold:confidence": change.confidence,
                "rdfs:comment": change.why or None,
            },
        )


def _describe_speaker(part: Part, speaker: Speaker) -> Node:
    kind = _AGENTS.get(speaker.kind)
    return {
        "@id": part.name(speaker.id),
        "@type": ["prov:Agent", kind] if kind else ["prov:Agent"],
        "foaf:name": speaker.name,
        "retold:kind": speaker.kind,
    }


def _describe_article(part: Part, article: Article) -> Node:
    moment = write_moment(article.published)
    url = clean_url(article.url)
    return drop_none(
        {
            "@id": part.name(article.id),
            "@type": "prov:Entity",
            "dcterms:title": article.title,
            "dcterms:language": article.language,
            "dcterms:issued": {"@value": moment.value, "@type": f"xsd:{moment.type}"} if moment else None,
            "dcterms:identifier": f"sha256:{article.sha256}",
            "prov:atLocation": {"@id": url, "@type": "prov:Location"} if url else None,
            "prov:wasAttributedTo": {"@id": _name_outlet(article.outlet)} if article.outlet else None,
        }
    )


def _describe_origins(part: Part, index: Index) -> Iterator[Node]:
    """Reports that are not at hand: one that an outlet is cited for, or a common origin."""
    seen: set[str] = set()
    for derivation in part.document.derivations:
        name = _name_origin(part, index, derivation)
        if derivation.from_ in index.articles or name in seen:
            continue
        seen.add(name)
        outlet = derivation.from_outlet
        yield drop_none(
            {
                "@id": name,
                "@type": "prov:Entity",
                "rdfs:label": f"a report of {outlet}, not at hand" if outlet else "a common origin, not at hand",
                "prov:wasAttributedTo": {"@id": _name_outlet(outlet)} if outlet else None,
            }
        )


def _describe_reading(part: Part, index: Index, reading: Reading) -> Node:
    article = index.articles[reading.article]
    speaker = index.find_speaker(reading)
    words: list[Json] = [{"@id": part.point(reading.article, span)} for span in index.find_spans(reading)]
    return drop_none(
        {
            "@id": part.name(reading.id),
            "@type": "prov:Entity",
            "prov:value": " ".join(span.cut(article.text) for span in index.find_spans(reading)),
            "dcterms:isPartOf": {"@id": part.name(article.id)},
            "retold:form": reading.form,
            "retold:span": words,
            "prov:wasAttributedTo": {"@id": part.name(speaker)} if speaker else None,
        }
    )


def _describe_derivation(part: Part, index: Index, derivation: Derivation, verbatim: set[tuple[str, str]]) -> Node:
    evidence: list[Json] = [
        drop_none(
            {
                "@id": part.name(f"{derivation.id}.e{number}"),
                "@type": ["prov:Entity", "retold:Evidence"],
                "retold:kind": piece.kind,
                "retold:weight": piece.weight,
                "retold:span": [{"@id": part.point(place.article, place.span)} for place in piece.spans],
                "rdfs:comment": piece.why or None,
            }
        )
        for number, piece in enumerate(derivation.evidence, 1)
    ]
    is_quoted = derivation.kind == "stated" or (derivation.from_ or "", derivation.to) in verbatim
    return _qualify(
        part.name(derivation.to),
        _name_origin(part, index, derivation),
        part.name(derivation.id),
        is_quoted,
        {
            "dcterms:creator": {"@id": _name_software(part)},
            "retold:kind": derivation.kind,
            "retold:probability": derivation.probability,
            "retold:evidence": evidence,
        },
    )


def _qualify(later: str, earlier: str, name: str, is_quoted: bool, data: Node) -> Node:
    """One derivation, said plainly and, with its data, qualified. A quotation is a derivation of a narrower kind."""
    qualified: Node = drop_none(
        {"@id": name, "@type": "prov:Quotation" if is_quoted else "prov:Derivation", "prov:entity": {"@id": earlier}}
        | data
    )
    node: Node = {"@id": later, "prov:wasDerivedFrom": {"@id": earlier}}
    if is_quoted:
        return {**node, "prov:wasQuotedFrom": {"@id": earlier}, "prov:qualifiedQuotation": qualified}
    return {**node, "prov:qualifiedDerivation": qualified}


def _find_verbatim(part: Part, index: Index) -> set[tuple[str, str]]:
    """Pairs of articles along which some words in marks stayed as they were."""
    return {
        (index.readings[c.from_].article, index.readings[c.to].article)
        for c in part.document.changes
        if c.label == "verbatim" and c.from_ in index.readings and c.to in index.readings
    }


def _name_origin(part: Part, index: Index, derivation: Derivation) -> str:
    if derivation.from_ is None:
        return part.name(f"{index.stories.get(derivation.to, '')}:{derivation.from_outlet}")
    return part.name(derivation.from_)


def _name_outlet(outlet: str) -> str:
    """The same in every part: an outlet is one agent, whatever it publishes."""
    return make_iri("outlet", outlet)


def _name_software(part: Part) -> str:
    """Who says so: every derivation is a finding of this version, not a fact."""
    return make_iri("software", part.document.retold)
