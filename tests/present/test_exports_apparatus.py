"""TEI: valid against the Guidelines' own schema, and read back what was found."""

import re
from pathlib import Path

import pytest
from exporting import EMPTY, build_hard, build_odd, write
from lxml import etree

from retold.document import EvidenceDocument
from retold.present.exports import make_part
from retold.present.exports.names import REPLACEMENT

TEI = "{http://www.tei-c.org/ns/1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "tei-apparatus.rng"))


def read(data: bytes) -> etree._Element:
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    assert SCHEMA.validate(root), SCHEMA.error_log
    ids = [element.get(ID) for element in root.iter() if element.get(ID)]
    assert len(set(ids)) == len(ids)
    for element in root.iter():
        for name in ("wit", "who", "ana", "corresp", "source", "target"):
            for pointer in (element.get(name) or "").split():
                assert not pointer.startswith("#") or pointer[1:] in ids, f"{pointer} points at nothing"
    return root


def test_each_reading_stands_under_its_outlet(document: EvidenceDocument, tmp_path: Path) -> None:
    part = make_part(document)
    root = read(write("tei", document, tmp_path)[0])
    witnesses = {w.get(ID): w.findtext(f"{TEI}orgName") for w in root.iter(f"{TEI}witness")}
    articles = {article.id: article for article in document.articles}
    readings = {reading.id: reading for reading in document.readings}
    found = {}
    for element in root.iter(f"{TEI}lem", f"{TEI}rdg"):
        if element.get(ID):
            found[element.get(ID).removeprefix("reading.")] = element
    assert found.keys() == {id_ for family in document.families for id_ in family.readings}
    for id_, element in found.items():
        article = articles[readings[id_].article]
        assert witnesses[element.get("wit").removeprefix("#")] == article.outlet
        assert element.text == readings[id_].span.cut(article.text)
        (point,) = element.get("source").split()[1:]
        name, start, end = re.fullmatch(r"(.*)#char=(\d+),(\d+)", point).groups()
        assert name == part.name(article.id)
        assert article.text[int(start) : int(end)] == element.text


def test_the_apparatus_tells_what_became_of_the_words(document: EvidenceDocument, tmp_path: Path) -> None:
    root = read(write("tei", document, tmp_path)[0])
    by_id = {element.get(ID): element for element in root.iter(f"{TEI}lem", f"{TEI}rdg")}
    for change in document.changes:
        if change.to is not None:
            analysis = by_id[f"reading.{change.to}"].get("ana").split()
            assert {f"#label.{change.label}", f"#severity.{change.severity}"} <= set(analysis)
            assert {f"#flag.{flag}" for flag in change.flags} <= set(analysis)
    dropped = [e for e in root.iter(f"{TEI}rdg") if e.get("type") == "dropped"]
    assert len(dropped) == sum(change.to is None for change in document.changes)
    assert not any(element.text for element in dropped)
    assert by_id["reading.r1"].tag == f"{TEI}lem"  # comes from none at hand
    assert [p.get(ID) for p in root.iter(f"{TEI}p") if p.get(ID)] == [f"family.{f.id}" for f in document.families]
    names = {p.get(ID): p.findtext(f"{TEI}persName") for p in root.iter(f"{TEI}person")}
    (said,) = (p[0] for p in root.iter(f"{TEI}p") if p.get(ID) == "family.f3")
    assert names[said.get("who").removeprefix("#")] == "Teodor Vance"


def test_what_a_report_retells_is_told_with_it(document: EvidenceDocument, tmp_path: Path) -> None:
    root = read(write("tei", document, tmp_path)[0])
    told = {
        (bibl.get(ID), item.get("target"), item.findtext(f"{TEI}bibl/{TEI}publisher"), item.get("subtype"),
         float(item.get("cert")))
        for bibl in root.iter(f"{TEI}bibl")
        for item in bibl.findall(f"{TEI}relatedItem")
    }  # fmt: skip
    ids = {article.id for article in document.articles}
    assert told == {
        (f"article.{d.to}", f"#article.{d.from_}" if d.from_ in ids else None, d.from_outlet if not d.from_ else None,
         d.kind, d.probability)
        for d in document.derivations
    }  # fmt: skip


def test_an_outlet_with_two_reports_is_one_witness(document: EvidenceDocument, tmp_path: Path) -> None:
    from msgspec.structs import replace

    articles = tuple(replace(a, outlet="Harbour Gazette") if a.id == "a2" else a for a in document.articles)
    root = read(write("tei", replace(document, articles=articles), tmp_path)[0])
    first = next(root.iter(f"{TEI}listWit"))
    assert [w.findtext(f"{TEI}orgName") for w in first].count("Harbour Gazette") == 1
    (witness,) = (w for w in first if w.findtext(f"{TEI}orgName") == "Harbour Gazette")
    assert len(list(witness.iter(f"{TEI}bibl"))) == 2


def test_reports_of_unknown_outlets_are_a_witness_each(document: EvidenceDocument, tmp_path: Path) -> None:
    """One witness can't have two readings of a place; and such reports are told apart by their files."""
    from msgspec.structs import replace

    nameless = {a.id: replace(a, outlet=None, path=f"reports/{a.id}.txt") for a in document.articles}
    root = read(write("tei", replace(document, articles=tuple(nameless.values())), tmp_path)[0])
    witnesses = {w.get(ID): w for w in root.iter(f"{TEI}witness")}
    assert len(witnesses) == len(document.articles)
    assert {w.text for w in witnesses.values()} == {f"Outlet unknown: {id_}.txt" for id_ in nameless}
    readings = {reading.id: reading.article for reading in document.readings}
    for element in root.iter(f"{TEI}lem", f"{TEI}rdg"):
        if element.get(ID):
            witness = witnesses[element.get("wit").removeprefix("#")]
            assert witness.text == f"Outlet unknown: {readings[element.get(ID).removeprefix('reading.')]}.txt"


def test_what_xml_cannot_hold_is_replaced_and_told(tmp_path: Path) -> None:
    document = build_odd()
    data, report = write("tei", document, tmp_path)
    root = read(data)
    article, quotation = document.articles[0], document.articles[0].quotations[0]
    wanted = re.sub("[\x00\x0b\ufffe\ud800]", REPLACEMENT, quotation.content[0].cut(article.text))
    assert [e.text for e in root.iter(f"{TEI}lem")] == [wanted]
    assert "\r" in wanted  # a carriage return comes back as itself
    assert any("XML" in line for line in report.losses)


@pytest.mark.parametrize("documents", [[], EMPTY])
def test_empty(documents: list, tmp_path: Path) -> None:
    root = read(write("tei", documents, tmp_path)[0])
    assert "no story" in "".join(root.itertext())


def test_hostile(tmp_path: Path) -> None:
    for hard in build_hard():
        root = read(write("tei", hard, tmp_path)[0])
        assert len(list(root.iter(f"{TEI}app"))) == len(hard.families)


def test_dates_are_those_of_xml_schema(document: EvidenceDocument, tmp_path: Path) -> None:
    root = read(write("tei", document, tmp_path)[0])
    dates = {d.get("when") for d in root.iter(f"{TEI}date")}
    assert dates == {"2024-03-12T09:30:00+00:00", "2024-03-12T17:05:00+00:00", "2024-03-13", "2024-03-14"}
