"""Stories of a corpus → what became of their quotations: the trace stage as a kernel over whole stories."""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.annotation import FoundArticle, resolve_articles
from retold.annotate.bounds import cut_long_report, restore_text
from retold.document import EvidenceDocument
from retold.engine.annotation import Row, make_span
from retold.engine.codes import write_code
from retold.engine.documents import pack_document
from retold.engine.kernels import REASON, explain
from retold.engine.linking import split_groups
from retold.engine.tables import TRACED
from retold.evidence import CompareConfig, explain_cut, trace_stories
from retold.languages import choose_language
from retold.model import Article, Change, Derivation, Family, Place, Reading, Story
from retold.relate.packing import unpack_found

STORY_ID = "s1"
"""What a story is called in its own document, as in that of a comparison that finds one story."""


class StoryConfig(Struct, frozen=True):
    """How stories are traced. Of a story of more than `longest_whole` articles whole reprints are left to their
    representative. Of what is left, no more than the first `most_articles` by date are held against each other: a
    thousand take a minute, and what hangs together in larger numbers is a topic."""

    compare: CompareConfig = CompareConfig()
    longest_whole: int = 200
    most_articles: int = 1000


STORIES = StoryConfig()


def select_story_rows() -> str:
    """SQL: `stories` (story, article), `found` and `reprints` (article, representative) → what `TraceKernel` reads, for
    stories of two or more articles, but for `text` and `found`, which are attached."""
    return """\
SELECT s.story, s.article, f.parser, COALESCE(r.representative, s.article) AS representative
FROM stories s
JOIN (SELECT story FROM stories GROUP BY story HAVING COUNT(*) > 1) told ON told.story = s.story
JOIN found f ON f.article = s.article
LEFT JOIN reprints r ON r.article = s.article"""


class _Report(Struct, frozen=True):
    """One article of a story."""

    key: int
    parser: str | None
    whole: Article
    found: FoundArticle

    @property
    def order(self) -> tuple[bool, str, int]:
        """By date, those of no date last; of one date by content."""
        published = self.found.article.published
        return published is None, published.value if published else "", self.key


class TraceKernel:
    """Rows of whole stories (story, article, text, found, parser, representative) → TRACED, a row a story.

    For groups of `story`; the order of a story's rows makes no difference. A story that raises is a row with a reason.
    Cost: that of `trace_stories`: of 200 reports 9 CPU-s, and near linear in them.
    """

    group: str | None = "story"

    def __init__(self, config: StoryConfig = STORIES) -> None:
        self._config = config

    @property
    def schema(self) -> pa.Schema:
        return TRACED

    def reject(self, rows: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        """The row that stands for a story of which nothing came."""
        return pa.RecordBatch.from_pylist([{"story": rows.column("story")[0].as_py(), REASON: reason}], schema=TRACED)

    def __call__(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        for rows in split_groups(batch, "story"):
            try:
                yield pa.RecordBatch.from_pylist([self._trace(rows)], schema=TRACED)
            except Exception as e:
                yield self.reject(rows, explain(e))

    def _trace(self, rows: pa.RecordBatch) -> Row:
        compare = self._config.compare
        apart, left_out = self._leave_copies(rows)
        reports = sorted((_read_report(row, compare) for row in apart.to_pylist()), key=lambda report: report.order)
        kept = reports[: self._config.most_articles] if len(rows) > self._config.longest_whole else reports
        left_out += [{"article": report.key} for report in reports[len(kept) :]]
        keys = {report.whole.id: report.key for report in kept}
        if len(keys) < len(kept):
            raise ValueError("two articles of the story have the same code")
        annotated = resolve_articles([report.found for report in kept])
        story = Story(STORY_ID, tuple(a.article.id for a in annotated))
        rejects = [explain_cut(r.found.article, r.whole) for r in kept if r.found.article.text != r.whole.text]
        document = trace_stories(annotated, [story], compare, _list_parsers(kept, compare), rejects)
        restored = tuple(
            restore_text(article, report.whole) if article.text != report.whole.text else article
            for article, report in zip(document.articles, kept, strict=True)
        )
        document = replace(document, articles=restored)
        return {
            "story": rows.column("story")[0].as_py(),
            "articles": len(kept),
            "document": pack_document(document, compare),
            **make_rows(document, keys),
            "left_out": left_out,
        }

    def _leave_copies(self, rows: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Row]]:
        """A story without the reprints whose representative is in it, where it is large; and what stands for these.

        Nothing of them is unpacked: of a wire story there may be ten thousand.
        """
        if len(rows) <= self._config.longest_whole:
            return rows, []
        pairs = sorted(zip(*(rows.column(name).to_pylist() for name in ("article", "representative")), strict=True))
        keys = {article for article, _ in pairs}
        copies = {article: of for article, of in pairs if of not in (None, article) and of in keys}
        is_copy = pc.is_in(rows.column("article"), pa.array(list(copies), pa.int64()))
        listed: list[Row] = [{"article": article, "representative": of} for article, of in copies.items()]
        return rows.filter(pc.invert(is_copy)), listed


def _read_report(row: Row, config: CompareConfig) -> _Report:
    key, text, data = row["article"], row["text"], row["found"]
    parser = row.get("parser")
    if not (isinstance(key, int) and isinstance(text, str) and isinstance(data, bytes)):
        raise ValueError(f"article {key} has no text, or nothing was found in it")
    whole = Article(write_code(key), text, "")
    found = unpack_found(data, cut_long_report(whole, config.longest_report_chars).text)
    whole = replace(found.article, text=text)
    return _Report(
        key,
        parser if isinstance(parser, str) else None,
        whole,
        found,
    )


def _list_parsers(reports: Sequence[_Report], config: CompareConfig) -> dict[str, str | None]:
    """Language → the parser used, as a comparison of these articles records it."""
    found: dict[str, str | None] = {}
    for report in reports:
        language = choose_language(report.found.article.language)
        if config.annotate.parse and language.cues.verbs:
            found[language.code] = report.parser
    return dict(sorted(found.items()))


def make_rows(document: EvidenceDocument, keys: Mapping[str, int]) -> Row:
    """The families, readings, changes and derivations of a document, as the lists of a row of TRACED. `keys`: the id
    in the corpus of each article of the document."""
    texts = {article.id: article.text for article in document.articles}
    speakers = {speaker.id: speaker for speaker in document.speakers}
    articles = {reading.id: keys[reading.article] for reading in document.readings}
    family_of = {reading: family.id for family in document.families for reading in family.readings}

    def make_family(family: Family) -> Row:
        speaker = speakers.get(family.speaker or "")
        return {
            "id": family.id,
            "speaker": family.speaker,
            "speaker_name": speaker.name if speaker else None,
            "speaker_kind": speaker.kind if speaker else None,
            "readings": family.readings,
        }

    def make_reading(reading: Reading) -> Row:
        return {
            "id": reading.id,
            "family": family_of.get(reading.id),
            "article": articles[reading.id],
            "span": make_span(reading.span),
            "words": reading.span.cut(texts[reading.article]),
            "form": reading.form,
            "quotation": reading.quotation,
        }

    return {
        "families": [make_family(family) for family in document.families],
        "readings": [make_reading(reading) for reading in document.readings],
        "changes": [_make_change(change, articles, keys) for change in document.changes],
        "derivations": [_make_derivation(derivation, keys) for derivation in document.derivations],
    }


def _make_change(change: Change, articles: Mapping[str, int], keys: Mapping[str, int]) -> Row:
    own = keys[change.article] if change.article else None
    return {
        "id": change.id,
        "family": change.family,
        "from_reading": change.from_,
        "to_reading": change.to,
        "from_article": articles[change.from_] if change.from_ else None,
        "to_article": articles[change.to] if change.to else own,
        "label": change.label,
        "flags": change.flags,
        "severity": change.severity,
        "confidence": change.confidence,
        "why": change.why,
        "reasons": [{"flag": reason.flag, "why": reason.why} for reason in change.reasons],
        "edits": [{"op": e.op, "from": make_span(e.from_), "to": make_span(e.to)} for e in change.edits],
    }


def _make_derivation(derivation: Derivation, keys: Mapping[str, int]) -> Row:
    from_ = derivation.from_
    is_hidden = from_ is not None and from_.startswith("hidden:")
    return {
        "id": derivation.id,
        "from_article": keys[from_] if from_ is not None and not is_hidden else None,
        "from_outlet": derivation.from_outlet,
        "from_hidden": from_ if is_hidden else None,
        "to_article": keys[derivation.to],
        "kind": derivation.kind,
        "probability": derivation.probability,
        "evidence": [
            {"kind": e.kind, "weight": e.weight, "why": e.why, "spans": [_make_place(place, keys) for place in e.spans]}
            for e in derivation.evidence
        ],
    }


def _make_place(place: Place, keys: Mapping[str, int]) -> Row:
    return {"article": keys[place.article], "span": make_span(place.span)}
