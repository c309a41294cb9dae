"""GraphML: networkx reads the graph that was found, typed."""

from pathlib import Path

import pytest
from exporting import EMPTY, build_hard, build_odd, write
from lxml import etree
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.present.exports import make_part
from retold.present.exports.network import EDGE_COLUMNS, NODE_COLUMNS

networkx = pytest.importorskip("networkx")
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
PYTHON = {"string": str, "int": int, "double": float}


def read(path: Path) -> "networkx.MultiDiGraph":
    """The graph, after what the GraphML schema asks: unique ids, keys that are declared, ends that are there."""
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(huge_tree=True))
    keys = {key.get("id") for key in root.iter(f"{GRAPHML}key")}
    ids = [element.get("id") for element in root.iter(f"{GRAPHML}node", f"{GRAPHML}edge")]
    assert len(set(ids)) == len(ids)
    nodes = {node.get("id") for node in root.iter(f"{GRAPHML}node")}
    for edge in root.iter(f"{GRAPHML}edge"):
        assert {edge.get("source"), edge.get("target")} <= nodes
    assert {data.get("key") for data in root.iter(f"{GRAPHML}data")} <= keys
    return networkx.read_graphml(path, force_multigraph=True)


def test_articles_and_derivations(document: EvidenceDocument, tmp_path: Path) -> None:
    write("graphml", document, tmp_path)
    graph = read(tmp_path / "out-graphml")
    assert graph.is_directed()
    articles = {data["article"]: data for _, data in graph.nodes(data=True) if data["kind"] == "article"}
    assert {id_: data["label"] for id_, data in articles.items()} == {a.id: a.name for a in document.articles}
    assert {data["kind"] for _, data in graph.nodes(data=True)} == {"article", "outlet", "hidden"}
    edges = {data["derivation"]: (one, other, data) for one, other, data in graph.edges(data=True)}
    for derivation in make_part(document).document.derivations:
        one, other, data = edges[derivation.id]
        assert graph.nodes[other]["article"] == derivation.to
        assert graph.nodes[one].get("article") == (derivation.from_ if derivation.from_ in articles else None)
        assert data["weight"] == data["probability"] == derivation.probability
        assert data["kind"] == derivation.kind
        assert data["log_odds"] == pytest.approx(sum(piece.weight for piece in derivation.evidence))
    one, other, data = edges["d1"]
    assert (data["changes"], data["major"]) == (6, 3)


def test_attributes_are_typed(document: EvidenceDocument, tmp_path: Path) -> None:
    write("graphml", document, tmp_path)
    graph = read(tmp_path / "out-graphml")
    for columns, items in ((NODE_COLUMNS, graph.nodes(data=True)), (EDGE_COLUMNS, graph.edges(data=True))):
        for item in items:
            for name, value in item[-1].items():
                assert type(value) is PYTHON[columns[name]]
    assert networkx.betweenness_centrality(networkx.DiGraph(graph), weight="weight")


def test_two_derivations_between_two_articles_are_two_edges(document: EvidenceDocument, tmp_path: Path) -> None:
    twice = replace(document, derivations=(document.derivations[0], replace(document.derivations[0], kind="inferred")))
    write("graphml", twice, tmp_path)
    assert [d["kind"] for *_, d in read(tmp_path / "out-graphml").edges(data=True)] == ["stated", "inferred"]


def test_empty_odd_and_hostile(tmp_path: Path) -> None:
    for documents in ([], EMPTY):
        write("graphml", documents, tmp_path)
        assert len(read(tmp_path / "out-graphml")) == 0
    _, report = write("graphml", build_odd(), tmp_path)
    assert any("XML" in line for line in report.losses)
    for hard in build_hard():
        write("graphml", hard, tmp_path)
        graph = read(tmp_path / "out-graphml")
        assert graph.number_of_edges() == len(hard.derivations)
