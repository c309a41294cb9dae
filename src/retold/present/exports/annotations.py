"""W3C Web Annotations: quotations, changes and citations as notes on the characters that they are about.

Each target is selected twice: by its words with what stands round them (TextQuoteSelector), which finds them again on
the live page, and by offsets (TextPositionSelector) in the text as Retold read it. Both count code points, as the
recommendation asks. After the Web Annotation Data Model (W3C 2017).
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from retold.model import Article, Change, Citation, Quotation, Span
from retold.present.exports.names import Losses, clean_url, make_iri
from retold.present.exports.parts import Index, Part
from retold.present.exports.streams import Json, Node, drop_none, encode_json, write_list

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
CONTEXT_CHARS: Final = 32
"""So much before and after the words tells them from the same words elsewhere; Hypothesis and Apache Annotator keep as
much."""
_NAME_CHARS: Final = 24


def write(parts: Iterable[Part], out: BinaryIO, losses: Losses) -> None:
    """One AnnotationCollection with a single page. Linear; memory holds one part.

    Both are named after what they hold, so that the same annotations are the same collection wherever they are read.
    """
    digest, total = hashlib.sha256(), 0

    def name_each() -> Iterator[Json]:
        nonlocal total
        for part in parts:
            for node in _annotate(part):
                total += 1
                digest.update(encode_json(node["id"], losses) + encode_json(node["target"], losses))
                yield node

    head = encode_json({"@context": CONTEXT, "type": "AnnotationCollection", "label": "Retold"}, losses)
    page = encode_json({"type": "AnnotationPage", "startIndex": 0}, losses)
    out.write(head.removesuffix(b"}") + b',\n"first":' + page.removesuffix(b"}") + b',\n"items":[')
    write_list(out, name_each(), losses)
    name = make_iri("annotations", digest.hexdigest()[:_NAME_CHARS])  # last, as nothing is held that it is made from
    end: Node = {"id": name, "last": f"{name}:1", "total": total}
    out.write(b"]," + encode_json({"id": f"{name}:1", "partOf": name}, losses).removeprefix(b"{"))
    out.write(b",\n" + encode_json(end, losses).removeprefix(b"{") + b"\n")


def _annotate(part: Part) -> Iterator[Node]:
    index = Index(part.document)
    generator: Node = {"type": "Software", "name": f"Retold {part.document.retold}"}
    for article in part.document.articles:
        for quotation in article.quotations:
            yield {**_note_quotation(part, index, article, quotation), "generator": generator}
        for number, citation in enumerate(article.citations, 1):
            yield {**_note_citation(part, index, article, citation, number), "generator": generator}
    for change in part.document.changes:
        node = _note_change(part, index, change)
        if node is not None:
            yield {**node, "generator": generator}


def _note_quotation(part: Part, index: Index, article: Article, quotation: Quotation) -> Node:
    """Whose words these are. Words that a cue splits are several targets of one annotation."""
    speaker = index.speakers.get(quotation.speaker or "")
    body: list[Json] = [_tag(f"{quotation.kind} quotation" if quotation.told else f"{quotation.kind} attitude")]
    if speaker is not None and speaker.kind != "unknown":
        body.append({"type": "TextualBody", "purpose": "identifying", "value": speaker.name})
    if quotation.source is not None:
        body.append({**select(part, article, quotation.source), "purpose": "identifying"})
    if quotation.cue is not None:
        body.append({**select(part, article, quotation.cue), "purpose": "describing"})
    targets: list[Json] = [select(part, article, span) for span in quotation.content]
    return {
        "id": part.name(quotation.id),
        "type": "Annotation",
        "motivation": "identifying",
        "body": body,
        "target": targets[0] if len(targets) == 1 else targets,
    }


def _note_change(part: Part, index: Index, change: Change) -> Node | None:
    """What became of the words, on those of the later report; of a dropped reading on those of the earlier one."""
    earlier, later = index.readings.get(change.from_ or ""), index.readings.get(change.to or "")
    about = later or earlier
    if about is None:
        return None
    body: list[Json] = [_tag(change.label), *map(_tag, change.flags), _tag(f"severity: {change.severity}")]
    if change.why:
        body.append({"type": "TextualBody", "purpose": "describing", "value": change.why})
    if later is None and change.article in index.articles:
        body.append({"id": name_page(part, index.articles[change.article or ""]), "type": "Text"})
    elif later is not None and earlier is not None:
        body += [
            {**select(part, index.articles[earlier.article], span), "purpose": "linking"}
            for span in index.find_spans(earlier)
        ]
    targets: list[Json] = [select(part, index.articles[about.article], span) for span in index.find_spans(about)]
    return {
        "id": part.name(change.id),
        "type": "Annotation",
        "motivation": "assessing",
        "body": body,
        "target": targets[0] if len(targets) == 1 else targets,
    }


def _note_citation(part: Part, index: Index, article: Article, citation: Citation, number: int) -> Node:
    body: list[Json] = [{"type": "TextualBody", "purpose": "identifying", "value": citation.outlet}]
    if citation.article in index.articles:
        body.append({"id": name_page(part, index.articles[citation.article or ""]), "type": "Text"})
    return {
        "id": part.name(f"{article.id}.cites{number}"),
        "type": "Annotation",
        "motivation": "linking",
        "body": body,
        "target": select(part, article, citation.span),
    }


def _tag(value: str) -> Node:
    return {"type": "TextualBody", "purpose": "tagging", "value": value}


def select(part: Part, article: Article, span: Span) -> Node:
    """Characters of an article, selected by their words and by their offsets."""
    before = article.text[max(0, span.start - CONTEXT_CHARS) : span.start]
    after = article.text[span.end : span.end + CONTEXT_CHARS]
    return {
        "type": "SpecificResource",
        "source": drop_none(
            {
                "id": name_page(part, article),
                "type": "Text",
                "language": article.language,
            }
        ),
        "selector": [
            {"type": "TextQuoteSelector", "exact": span.cut(article.text), "prefix": before, "suffix": after},
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        ],
    }


def name_page(part: Part, article: Article) -> str:
    """The address of an article, which clients look for annotations of; its own IRI where it has none."""
    return clean_url(article.url) or part.name(article.id)
