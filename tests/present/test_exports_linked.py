"""Linked data: PROV-O read by rdflib and the prov package, schema.org and ClaimReview against schema.org's terms."""

import json
from pathlib import Path

import pytest
from exporting import EMPTY, build_hard, build_odd, read_json, write

from retold.document import EvidenceDocument
from retold.present.exports import make_part
from retold.present.exports.names import SURROGATES

rdflib = pytest.importorskip("rdflib")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
RETOLD = rdflib.Namespace("urn:retold:term:")
SCHEMA = rdflib.Namespace("https://schema.org/")


def read_provenance(data: bytes) -> "rdflib.Graph":
    assert isinstance(read_json(data), dict)
    graph = rdflib.Graph()
    graph.parse(data=data, format="json-ld")
    for triple in graph:
        for term in triple:
            if isinstance(term, rdflib.URIRef):
                assert term.n3()  # raises nothing and warns of nothing: a valid IRI
                if str(term).startswith(str(PROV)):
                    assert term in rdflib.namespace.PROV, f"{term} is no term of PROV-O"
    return graph


def test_derivations_are_said(document: EvidenceDocument, tmp_path: Path) -> None:
    part = make_part(document)
    graph = read_provenance(write("prov", document, tmp_path)[0])
    name = {article.id: rdflib.URIRef(part.name(article.id)) for article in document.articles}
    said = {(later, earlier) for later, earlier in graph.subject_objects(PROV.wasDerivedFrom) if later in name.values()}
    at_hand = {(name[d.to], name[d.from_]) for d in document.derivations if d.from_ in name}
    assert at_hand <= said
    assert len(said) == len(document.derivations)
    assert {later for later, _ in graph.subject_objects(PROV.wasQuotedFrom)} <= {later for later, _ in said} | {
        rdflib.URIRef(part.name(r.id)) for r in document.readings
    }


def test_only_what_is_stated_or_verbatim_was_quoted(document: EvidenceDocument, tmp_path: Path) -> None:
    part = make_part(document)
    graph = read_provenance(write("prov", document, tmp_path)[0])
    articles = {reading.id: reading.article for reading in document.readings}
    verbatim = {
        (articles[c.from_], articles[c.to]) for c in document.changes if c.label == "verbatim" and c.from_ and c.to
    }
    quoted = {(str(later), str(earlier)) for later, earlier in graph.subject_objects(PROV.wasQuotedFrom)}
    for derivation in part.document.derivations:
        (node,) = [rdflib.URIRef(part.name(derivation.id))]
        (earlier,) = graph.objects(node, PROV.entity)
        is_quoted = (part.name(derivation.to), str(earlier)) in quoted
        assert is_quoted == (derivation.kind == "stated" or (derivation.from_, derivation.to) in verbatim)
        assert float(next(graph.objects(node, RETOLD.probability))) == derivation.probability
        weights = {float(next(graph.objects(e, RETOLD.weight))) for e in graph.objects(node, RETOLD.evidence)}
        assert weights == {piece.weight for piece in derivation.evidence}
    along = {(d.from_, d.to) for d in document.derivations}
    for change in part.document.changes:
        if change.from_ and change.to:
            pair = part.name(change.to), part.name(change.from_)
            is_along = (articles[change.from_], articles[change.to]) in along
            assert (pair in quoted) == (is_along and change.label == "verbatim")


def test_the_prov_package_reads_it(document: EvidenceDocument, tmp_path: Path) -> None:
    model = pytest.importorskip("prov.model")
    pytest.importorskip("prov.serializers.provrdf")
    part = make_part(document)
    path = tmp_path / "prov.jsonld"
    path.write_bytes(write("prov", document, tmp_path)[0])
    read = model.ProvDocument.deserialize(str(path), format="rdf", rdf_format="json-ld")
    derived = {
        (record.args[0].uri, record.args[1].uri)
        for record in read.get_records(model.ProvDerivation)
        if record.args[0] and record.args[1]
    }
    assert {
        (part.name(d.to), part.name(d.from_))
        for d in document.derivations
        if d.from_ in {article.id for article in document.articles}
    } <= derived
    entities = {record.identifier.uri for record in read.get_records(model.ProvEntity)}
    assert {part.name(a.id) for a in document.articles} | {part.name(r.id) for r in document.readings} <= entities
    agents = list(read.get_records(model.ProvAgent))
    assert len(agents) >= len(document.speakers) + len({a.outlet for a in document.articles if a.outlet})
    again = model.ProvDocument.deserialize(content=read.serialize(format="json"), format="json")
    assert again == read


def read_schema_org(data: bytes) -> tuple[list[dict], "rdflib.Graph"]:
    """The nodes, each of a type and with properties that schema.org knows, and the same as a graph."""
    schema_org = pytest.importorskip("schema_org")
    read = read_json(data)
    assert read["@context"] == "https://schema.org"

    def check(node: object, ranges: tuple[str, ...]) -> None:
        if isinstance(node, list):
            for inner in node:
                check(inner, ranges)
        elif isinstance(node, dict) and set(node) != {"@id"}:
            model = getattr(schema_org, node["@type"])
            if ranges:
                bases = {base.__name__ for base in model.__mro__}
                assert bases & set(ranges), f"{node['@type']} is none of {ranges}"
            known = {item.schema_name: item for item in model.SCHEMA_PROPERTIES}
            for base in model.__mro__:
                known |= {item.schema_name: item for item in getattr(base, "SCHEMA_PROPERTIES", ())}
            for key, value in node.items():
                if not key.startswith("@"):
                    assert key in known, f"{node['@type']} has no {key}"
                    assert known[key].superseded_by is None
                    check(value, known[key].ranges)
        elif isinstance(node, str):
            assert {"Text", "URL", "Date", "DateTime"} & set(ranges), f"{node!r} is none of {ranges}"

    for node in read["@graph"]:
        check(node, ())
    context = {"@vocab": "https://schema.org/", "url": {"@type": "@id"}, "additionalType": {"@type": "@id"}}
    graph = rdflib.Graph().parse(data=json.dumps({**read, "@context": context}), format="json-ld")
    return read["@graph"], graph


def test_articles_and_quotations(document: EvidenceDocument, tmp_path: Path) -> None:
    part = make_part(document)
    nodes, graph = read_schema_org(write("schema.org", document, tmp_path)[0])
    by_id = {node["@id"]: node for node in nodes}
    texts = {q.id: " ".join(s.cut(a.text) for s in q.content) for a in document.articles for q in a.quotations}
    for article in document.articles:
        assert by_id[part.name(article.id)]["headline"] == article.title
        for quotation in article.quotations:
            node = by_id[part.name(quotation.id)]
            assert (node["@type"], node["text"]) == ("Quotation", texts[quotation.id])
            assert node["isPartOf"] == {"@id": part.name(article.id)}
            assert node.get("spokenByCharacter") == (
                {"@id": part.name(quotation.speaker)} if quotation.speaker else None
            )
    assert len(list(graph.subjects(rdflib.RDF.type, SCHEMA.NewsArticle))) == len(document.articles)
    based = {(str(s), str(o)) for s, o in graph.subject_objects(SCHEMA.isBasedOn)}
    assert {
        (part.name(d.to), part.name(d.from_)) for d in document.derivations if part.name(d.from_ or "") in by_id
    } == based


def test_a_claim_review_rates_nothing(document: EvidenceDocument, tmp_path: Path) -> None:
    nodes, graph = read_schema_org(write("claimreview", document, tmp_path)[0])
    assert {node["@type"] for node in nodes} == {"ClaimReview"}
    for never in ("reviewRating", "author", "url", "datePublished", "reviewBody"):
        assert not any(never in node for node in nodes), never
    in_families = {r.quotation for r in document.readings}
    alone = [q for a in document.articles for q in a.told if q.id not in in_families]
    assert len(nodes) == len(document.families) + len(alone)
    for node in nodes:
        claim = node["itemReviewed"]
        assert claim["@type"] == "Claim"
        assert claim["name"] == node["claimReviewed"] != ""
        assert claim["appearance"]
    first = nodes[[f.id for f in document.families].index("f1")]
    assert [a.get("publisher", {}).get("name") for a in first["itemReviewed"]["appearance"]] == [
        "Harbour Gazette", "Skyline Daily", "Порт сьогодні", None,
    ]  # fmt: skip
    assert first["itemReviewed"]["firstAppearance"]["publisher"]["name"] == "Harbour Gazette"
    assert first["itemReviewed"]["author"]["name"] == "Mara Lindqvist"
    assert len(list(graph.subjects(rdflib.RDF.type, SCHEMA.ClaimReview))) == len(nodes)


@pytest.mark.parametrize("format_", ["prov", "schema.org", "claimreview"])
def test_empty(format_: str, tmp_path: Path) -> None:
    for documents in ([], EMPTY):
        data, _ = write(format_, documents, tmp_path)
        graph = read_provenance(data) if format_ == "prov" else read_schema_org(data)[1]
        assert not list(graph.subject_objects(PROV.wasDerivedFrom))
        assert format_ == "prov" or len(graph) == 0


def test_hostile(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number, hard in enumerate(build_hard()):
        folder = tmp_path / str(number)
        folder.mkdir()
        graph = read_provenance(write("prov", hard, folder)[0])
        assert len(set(graph.objects(None, PROV.wasDerivedFrom))) >= 2
        for format_ in ("schema.org", "claimreview"):
            nodes, _ = read_schema_org(write(format_, hard, folder)[0])
            assert nodes
            assert not [n for n in nodes if str(n.get("url", "https:")).startswith("javascript")]
    assert "does not look like a valid URI" not in caplog.text


def test_odd_words_stay_as_they_are(tmp_path: Path) -> None:
    document = build_odd()
    nodes, _ = read_schema_org(write("schema.org", document, tmp_path)[0])
    texts = [node["text"] for node in nodes if node["@type"] == "Quotation"]
    a = document.articles[0]
    assert texts[0] == SURROGATES.sub("\ufffd", a.quotations[0].content[0].cut(a.text))
