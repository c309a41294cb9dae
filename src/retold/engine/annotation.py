"""Articles → what each tells by itself, many in one parser stream: the annotate stage as kernels."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from retold.annotate.annotation import FoundArticle, ParserShelf, find_in_articles, resolve_article
from retold.annotate.bounds import cut_long_report
from retold.engine.codes import write_code
from retold.engine.kernels import REASON, explain
from retold.engine.tables import FOUND
from retold.evidence import DEFAULTS, CompareConfig
from retold.languages import choose_language
from retold.model import (
    Article,
    Precision,
    Published,
    PublishedFrom,
    Quotation,
    Span,
    Speaker,
    Zone,
    ZoneRole,
)
from retold.relate.packing import pack_found, pack_profile
from retold.relate.profiles import make_profile

BATCH_ARTICLES = 64
"""So many articles share a parser stream: enough for its batches to be full, few enough to be in memory at once."""
BATCH_CHARS = 4_000_000

Row: TypeAlias = dict[str, object]


class _ZoneRow(Struct):
    role: ZoneRole
    start: int
    end: int


class _ArticleRow(Struct):
    """A row of ARTICLES, as far as it is read here. Columns that a batch hasn't are None."""

    id: int
    text: str
    sha256: str = ""
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    language: str | None = None
    published: str | None = None
    published_precision: Precision | None = None
    published_from: PublishedFrom | None = None
    url: str | None = None
    path: str | None = None
    encoding: str | None = None
    zones: tuple[_ZoneRow, ...] | None = None


def make_article(row: Row) -> Article:
    """A row of ARTICLES as the article it was made from. Raises `msgspec.ValidationError` where it is none.

    >>> make_article({"id": 31 << 15, "text": "Rain fell.", "sha256": "", "language": "en"}).id
    'a00000000001f'
    """
    known = msgspec.convert(row, _ArticleRow)
    published = None
    if known.published is not None:
        published = Published(known.published, known.published_precision or "day", known.published_from or "metadata")
    return Article(
        write_code(known.id),
        known.text,
        known.sha256,
        known.path,
        known.url,
        known.encoding,
        known.outlet,
        known.title,
        known.byline,
        known.language,
        published,
        tuple(Zone(zone.role, Span(zone.start, zone.end)) for zone in known.zones or ()),
    )


class AnnotateKernel:
    """ARTICLES → FOUND, a row each: zones, sentences, quotations, speakers and citations of each article by itself.

    Of a long text only the first `longest_report_chars` are read, as in a comparison. Cost: linear in the text, and the
    parser's. What raises on an article becomes the row's `reason`; the others of its batch are as they would be.
    """

    group: str | None = None

    def __init__(self, config: CompareConfig = DEFAULTS) -> None:
        self._config = config
        self._parsers: ParserShelf | None = None

    def __getstate__(self) -> CompareConfig:
        return self._config

    def __setstate__(self, config: CompareConfig) -> None:
        self._config, self._parsers = config, None

    @property
    def schema(self) -> pa.Schema:
        return FOUND

    def reject(self, rows: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        """The row that stands for an article of which nothing was found."""
        article = rows.column("id")[0].as_py()
        return pa.RecordBatch.from_pylist([{"article": article, REASON: reason}], schema=FOUND)

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        for some in _cut(batch.to_pylist()):
            yield pa.RecordBatch.from_pylist(self._annotate(some), schema=FOUND)

    def _annotate(self, rows: Sequence[Row]) -> list[Row]:
        """One row for each of `rows`; where one spoils the batch, each is read by itself."""
        try:
            return self._find(rows)
        except Exception as e:
            if len(rows) == 1:
                return [{"article": rows[0]["id"], REASON: explain(e)}]
            return [found for row in rows for found in self._annotate([row])]

    def _find(self, rows: Sequence[Row]) -> list[Row]:
        if self._parsers is None:
            self._parsers = ParserShelf(self._config.annotate)
        given = [cut_long_report(make_article(row), self._config.longest_report_chars) for row in rows]
        found = find_in_articles(given, self._parsers)
        return [_make_row(row, one, self._parsers) for row, one in zip(rows, found, strict=True)]


def _cut(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    some: list[Row] = []
    chars = 0
    for row in rows:
        size = len(str(row.get("text") or ""))
        if some and (len(some) == BATCH_ARTICLES or chars + size > BATCH_CHARS):
            yield some
            some, chars = [], 0
        some.append(row)
        chars += size
    if some:
        yield some


def _make_row(row: Row, found: FoundArticle, parsers: ParserShelf) -> Row:
    language = choose_language(found.article.language)
    parser = parsers.find(language) if language.cues.verbs else None
    outlet = found.article.outlet
    resolved = resolve_article(found, frozenset([outlet] if outlet else ()))
    speakers = {speaker.id: speaker for speaker in resolved.speakers}
    return {
        "article": row["id"],
        "outlet": outlet,
        "day": row.get("day"),
        "parser": parser.name if parser else None,
        "found": pack_found(found),
        "profile": pack_profile(make_profile(resolved)),
        "quotations": [_make_quotation(q, resolved.article.text, speakers) for q in resolved.article.quotations],
        "speakers": [_make_speaker(speaker) for speaker in resolved.speakers],
        "citations": [{"outlet": c.outlet, "span": make_span(c.span)} for c in resolved.article.citations],
    }


def make_span(span: Span | None) -> Row | None:
    """A span as a row has it."""
    return None if span is None else {"start": span.start, "end": span.end}


def _make_quotation(quotation: Quotation, text: str, speakers: dict[str, Speaker]) -> Row:
    speaker = speakers.get(quotation.speaker or "")
    return {
        "id": quotation.id,
        "kind": quotation.kind,
        "words": " … ".join(span.cut(text) for span in quotation.content),
        "content": [make_span(span) for span in quotation.content],
        "cue": make_span(quotation.cue),
        "source": make_span(quotation.source),
        "speaker": quotation.speaker,
        "speaker_name": speaker.name if speaker else None,
        "speaker_kind": speaker.kind if speaker else None,
        "within": quotation.within,
        "confidence": quotation.confidence,
        "told": quotation.told,
    }


def _make_speaker(speaker: Speaker) -> Row:
    return {
        "id": speaker.id,
        "name": speaker.name,
        "kind": speaker.kind,
        "mentions": [make_span(mention.span) for mention in speaker.mentions],
    }


class UnnestKernel:
    """Rows that hold a list → a row for each thing in it: FOUND → QUOTATIONS, SPEAKERS or CITATIONS.

    `keys`: columns that each row keeps. Rows without a list, or with an empty one, come to nothing. Linear, no copy in
    Python.
    """

    def __init__(self, column: str, schema: pa.Schema, keys: tuple[str, ...] = ("article",)) -> None:
        self.column, self._schema, self._keys = column, schema, keys

    @property
    def schema(self) -> pa.Schema:
        return self._schema

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        listed = batch.column(self.column)
        parents, things = pc.list_parent_indices(listed), pc.list_flatten(listed)
        columns = [
            batch.column(name).take(parents) if name in self._keys else pc.struct_field(things, name)
            for name in self._schema.names
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=self._schema)
