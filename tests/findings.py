"""The findings of a document without its ids and without its order: what must not depend on how the inputs came."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from retold.document import EvidenceDocument

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Findings: TypeAlias = dict[str, Counter[str]]


def describe_findings(document: EvidenceDocument, names: Mapping[str, str]) -> Findings:
    """Section → its findings as text, counted. Ids are replaced by what they stand for: a reading by its article and
    span, a family by its readings, a speaker by name and mentions. `names`: article id → a name that stays the same."""
    articles = dict(names)
    quotations = {
        q.id: f"{articles[a.id]} {q.kind} {[list(c) for c in map(_pair, q.content)]}"
        for a in document.articles
        for q in a.quotations
    }
    speakers = {
        s.id: f"{s.name} ({s.kind}) {sorted((articles[m.article], *_pair(m.span)) for m in s.mentions)}"
        for s in document.speakers
    }
    readings = {
        r.id: f"{articles[r.article]} {r.form} {_pair(r.span)} {quotations.get(r.quotation or '')}"
        for r in document.readings
    }
    families = {f.id: str(sorted(readings[r] for r in f.readings)) for f in document.families}
    hidden = {
        id_: "hidden from " + str(sorted(articles[d.to] for d in document.derivations if d.from_ == id_))
        for id_ in {d.from_ for d in document.derivations if d.from_ and d.from_.startswith("hidden:")}
    }
    known = articles | quotations | speakers | readings | families | hidden

    def describe(value: Value, key: str = "") -> Value:
        if isinstance(value, dict):
            return {k: describe(v, k) for k, v in value.items() if k not in {"id", "story"}}
        if isinstance(value, list):
            rows = [describe(v, key) for v in value]
            # spans and content are in order; everything else is a set
            if (
                key in {"span", "content", "cue", "source", "edits", "from", "to"}
                and rows
                and not isinstance(rows[0], str)
            ):
                return rows
            return sorted(rows, key=lambda row: msgspec.json.encode(row, order="deterministic"))
        if isinstance(value, str) and key in {
            "article", "articles", "from", "to", "speaker", "quotation", "readings", "family", "within",
        }:  # fmt: skip
            return known.get(value, value)
        return value

    plain = msgspec.json.decode(msgspec.json.encode(document))
    findings: Findings = {}
    for section in (
        "articles", "speakers", "stories", "passages", "families", "readings", "changes", "omissions", "additions",
        "facts", "derivations",
    ):  # fmt: skip
        rows = [describe(row) for row in plain[section]]
        findings[section] = Counter(msgspec.json.encode(row, order="deterministic").decode() for row in rows)
    return findings


def _pair(span: object) -> tuple[int, int]:
    start, end = msgspec.to_builtins(span)
    return start, end
