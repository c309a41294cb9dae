"""Web Annotations: each selects the very characters, holds to the recommendation's model, and is linked data."""

import json
from pathlib import Path

import jsonschema
import pytest
from exporting import EMPTY, build_hard, build_odd, read_json, write
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.model import Span
from retold.present.exports import Part, make_part
from retold.present.exports.names import SURROGATES

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "web-annotation.schema.json").read_text("utf-8"))
CONTEXT = json.loads((Path(__file__).parent / "schemas" / "anno.context.json").read_text("utf-8"))
OA = "http://www.w3.org/ns/oa#"


def read_items(data: bytes) -> list[dict]:
    collection = read_json(data)
    jsonschema.validate(collection, SCHEMA)
    assert collection["first"]["id"] == collection["last"]
    assert collection["first"]["partOf"] == collection["id"]
    assert collection["total"] == len(collection["first"]["items"])
    return collection["first"]["items"]


def list_targets(node: dict) -> list[dict]:
    targets = node["target"] if isinstance(node["target"], list) else [node["target"]]
    return targets + [body for body in node["body"] if "selector" in body]


def check_selectors(part: Part, items: list[dict]) -> int:
    """Both selectors of each target take the characters that the finding is about, out of the text as it was read."""
    texts = {part.name(a.id): a.text for a in part.document.articles}
    texts |= {"https://x.example/%20a": part.document.articles[0].text}
    checked = 0
    for item in items:
        for target in list_targets(item):
            text = SURROGATES.sub("\ufffd", texts[target["source"]["id"]])
            quote, position = target["selector"]
            assert text[position["start"] : position["end"]] == quote["exact"]
            at = text.index(quote["prefix"] + quote["exact"] + quote["suffix"]) + len(quote["prefix"])
            assert text[at : at + len(quote["exact"])] == quote["exact"]
            checked += 1
    return checked


def test_selectors_take_the_exact_characters(document: EvidenceDocument, tmp_path: Path) -> None:
    part = make_part(document)
    items = read_items(write("web-annotation", document, tmp_path)[0])
    assert check_selectors(part, items) > 30
    by_id = {item["id"]: item for item in items}
    for article in document.articles:
        for quotation in article.quotations:
            item = by_id[part.name(quotation.id)]
            (target,) = list_targets({**item, "body": []})
            span = Span(*(target["selector"][1][key] for key in ("start", "end")))
            assert span == quotation.content[0]
            names = [b["value"] for b in item["body"] if b.get("purpose") == "identifying" and "value" in b]
            assert names == [s.name for s in document.speakers if s.id == quotation.speaker]


def test_selectors_count_code_points_of_odd_text(tmp_path: Path) -> None:
    document = build_odd()
    data, report = write("web-annotation", document, tmp_path)
    assert check_selectors(make_part(document), read_items(data)) >= 8
    assert any("surrogates" in line for line in report.losses)


def test_a_split_quotation_is_one_annotation(tmp_path: Path, document: EvidenceDocument) -> None:
    first = document.articles[0]
    halves = (Span(first.quotations[0].content[0].start, first.quotations[0].content[0].start + 10),
              Span(first.quotations[0].content[0].start + 20, first.quotations[0].content[0].end))  # fmt: skip
    quotation = replace(first.quotations[0], content=halves)
    one = replace(
        document, articles=(replace(first, quotations=(quotation, *first.quotations[1:])), *document.articles[1:])
    )
    items = read_items(write("web-annotation", one, tmp_path)[0])
    (item,) = (item for item in items if item["id"] == make_part(one).name(quotation.id))
    assert [tuple(t["selector"][1][k] for k in ("start", "end")) for t in item["target"]] == [
        (span.start, span.end) for span in halves
    ]


def test_changes_and_citations_are_told(document: EvidenceDocument, tmp_path: Path) -> None:
    part = make_part(document)
    items = {item["id"]: item for item in read_items(write("web-annotation", document, tmp_path)[0])}
    for change in part.document.changes:
        tags = [b["value"] for b in items[part.name(change.id)]["body"] if b.get("purpose") == "tagging"]
        assert tags == [change.label, *change.flags, f"severity: {change.severity}"]
    linking = [item for item in items.values() if item["motivation"] == "linking"]
    assert len(linking) == sum(len(a.citations) for a in document.articles)


def test_it_is_linked_data(document: EvidenceDocument, tmp_path: Path) -> None:
    """PyLD reads every key: what the context doesn't know would be gone."""
    jsonld = pytest.importorskip("pyld").jsonld
    collection = read_json(write("web-annotation", document, tmp_path)[0])
    asked = []

    def load(url: str, options: dict) -> dict:
        asked.append(url)
        return {"contextUrl": None, "documentUrl": url, "document": CONTEXT}

    expanded = jsonld.expand(collection, {"documentLoader": load, "base": "urn:base:"})
    assert set(asked) == {"http://www.w3.org/ns/anno.jsonld"}
    triples = jsonld.to_rdf(collection, {"documentLoader": load})["@default"]
    of_type = [t["subject"]["value"] for t in triples if t["object"]["value"] == f"{OA}Annotation"]
    assert len(set(of_type)) == len(collection["first"]["items"])
    exact = {t["object"]["value"] for t in triples if t["predicate"]["value"] == f"{OA}exact"}
    assert exact == {t["selector"][0]["exact"] for i in collection["first"]["items"] for t in list_targets(i)}
    compacted = jsonld.compact(expanded, "http://www.w3.org/ns/anno.jsonld", {"documentLoader": load})
    assert count_keys(compacted) == count_keys(collection)


def count_keys(node: object) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in list_keys(node):
        plain = key.removeprefix("@")  # "type" and "@type" are one
        counts[plain] = counts.get(plain, 0) + 1
    return counts


def list_keys(node: object) -> list[str]:
    if isinstance(node, dict):
        return [*node, *(key for value in node.values() for key in list_keys(value))]
    return [key for value in node for key in list_keys(value)] if isinstance(node, list) else []


def test_empty_and_hostile(tmp_path: Path) -> None:
    assert read_items(write("web-annotation", [], tmp_path)[0]) == []
    assert read_items(write("web-annotation", EMPTY, tmp_path)[0]) == []
    for hard in build_hard():
        assert read_items(write("web-annotation", hard, tmp_path)[0])
