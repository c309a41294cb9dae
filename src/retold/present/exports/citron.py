"""BBC Citron's annotation format: one JSON file an article, to train or measure its quote extractor with.

After `docs/data_format.md` of Citron: `text`, `quotes` (`cue`, `sources`, `contents`, `coreferences`, `confidence`,
`id`) and `coreference_groups`; offsets count code points, as Python does. Citron's contents hold their quotation marks,
ours don't: a mark that stands beside a direct content is taken in.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from retold.languages import Language, choose_language
from retold.model import Article, Quotation, Span, Speaker
from retold.present.exports.names import Losses, make_xml_name
from retold.present.exports.parts import Part
from retold.present.exports.streams import Node, drop_none, encode_json

_NAME_CHARS: Final = 80
"""File names stay below what file systems allow, whatever the id is."""

_POINTS: Final = frozenset(",.;:!?…")


def write(parts: Iterable[Part], folder: Path, losses: Losses) -> None:
    """A file an article; Citron reads the folder as it is. Linear; memory holds one part, and a name an article."""
    taken: set[str] = set()
    for part in parts:
        mentions = _sort_mentions(part.document.speakers)
        names = {speaker.id: speaker.name for speaker in part.document.speakers}
        for article in part.document.articles:
            name = _choose_name(article.id, taken)
            node = describe_article(article, mentions[article.id], names, losses)
            (folder / f"{name}.json").write_bytes(encode_json(node, losses) + b"\n")


def describe_article(article: Article, mentions: dict[str, list[Span]], names: dict[str, str], losses: Losses) -> Node:
    """An article as Citron has it. `mentions`: of each speaker (id) the spans that mention them here; `names` by id.

    A quotation without a cue has no place there: Citron finds a quotation by its cue.
    """
    language = choose_language(article.language)
    quotes: list[Node] = []
    for quotation in article.quotations:
        if quotation.cue is None:
            losses.count("quotations without a cue, left out as Citron's format has no place for them")
            continue
        contents = [_take_in_marks(span, article.text, language) for span in quotation.content]
        if quotation.kind != "direct":
            contents = list(quotation.content)
        named = _find_name(quotation, mentions, names, article.text)
        quotes.append(
            drop_none(
                {
                    "id": quotation.id,
                    "cue": _write_span(quotation.cue, article.text),
                    "contents": [_write_span(span, article.text) for span in contents],
                    "confidence": f"{quotation.confidence:.4f}",
                }
            )
            | {
                "sources": [_write_span(quotation.source, article.text)] if quotation.source else [],
                "coreferences": [_write_span(named, article.text)] if named else [],
            }
        )
    groups = [[_write_span(span, article.text) for span in spans] for spans in mentions.values()]
    return {"text": article.text, "quotes": quotes, "coreference_groups": groups}


def _sort_mentions(speakers: Iterable[Speaker]) -> dict[str, dict[str, list[Span]]]:
    """Article → speaker → the spans that name them there."""
    found: dict[str, dict[str, list[Span]]] = defaultdict(dict)
    for speaker in speakers:
        for place in sorted(set(speaker.mentions)):
            if place.span.start < place.span.end:
                found[place.article].setdefault(speaker.id, []).append(place.span)
    return found


def _find_name(quotation: Quotation, mentions: dict[str, list[Span]], names: dict[str, str], text: str) -> Span | None:
    """The mention that names a quotation's speaker best, where the source is another: the name, else the fullest."""
    speaker = quotation.speaker or ""
    spans = mentions.get(speaker)
    if not spans:
        return None
    best = max(spans, key=lambda span: (names.get(speaker, "") in span.cut(text), span.end - span.start, -span.start))
    return None if quotation.source is not None and quotation.source.overlaps(best) else best


def _take_in_marks(span: Span, text: str, language: Language) -> Span:
    openers = {opener for opener, _ in language.marks.pairs}
    closers = {mark for _, ends in language.marks.pairs for mark in ends.split(" ")}
    before = max((len(mark) for mark in openers if text.endswith(mark, 0, span.start)), default=0)
    point = int(text[span.end : span.end + 1] in _POINTS)  # the comma that belongs to the host sentence
    after = max((len(mark) for mark in closers if text.startswith(mark, span.end + point)), default=0)
    return Span(span.start - before, span.end + point + after if after else span.end)


def _write_span(span: Span, text: str) -> Node:
    return {"start": span.start, "end": span.end, "text": span.cut(text)}


def _choose_name(id_: str, taken: set[str]) -> str:
    """A file name of an id that no other file has, on file systems too where capitals make no difference."""
    plain = make_xml_name("article", id_)[:_NAME_CHARS]
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain}-{number}"
    taken.add(name.lower())
    return name
