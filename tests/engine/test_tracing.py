"""What a corpus finds in a story is what a comparison of its reports finds, as a document and as rows."""

import pickle
import random
import zlib
from collections.abc import Sequence
from functools import cache

import pytest
from msgspec.structs import replace

pa = pytest.importorskip("pyarrow")

from retold.annotate.annotation import AnnotateConfig, ParserShelf, find_in_articles  # noqa: E402
from retold.annotate.bounds import cut_long_report  # noqa: E402
from retold.document import EvidenceDocument  # noqa: E402
from retold.engine.annotation import UnnestKernel  # noqa: E402
from retold.engine.codes import SPARE_BITS, write_code  # noqa: E402
from retold.engine.documents import pack_document, unpack_document  # noqa: E402
from retold.engine.isolation import Isolated  # noqa: E402
from retold.engine.tables import CHANGES, DERIVATIONS, FAMILIES, LEFT_OUT, READINGS, TRACED  # noqa: E402
from retold.engine.tracing import StoryConfig, TraceKernel, select_story_rows  # noqa: E402
from retold.errors import CorpusError  # noqa: E402
from retold.evidence import CompareConfig, compare_articles  # noqa: E402
from retold.model import Article  # noqa: E402
from retold.relate.packing import pack_found  # noqa: E402
from retold.relate.stories import StoriesConfig  # noqa: E402

from .. import stories  # noqa: E402

COMPARE = CompareConfig(annotate=AnnotateConfig(parse=False), stories=StoriesConfig(bias=1000.0))
"""So that a comparison, too, takes the reports for one story, whatever they tell."""
CONFIG = StoryConfig(COMPARE)
NAMES = stories.NAMES[3:6]
INPUT = pa.schema(
    [
        ("story", pa.int64()),
        ("article", pa.int64()),
        ("text", pa.string()),
        ("found", pa.binary()),
        ("parser", pa.string()),
        ("representative", pa.int64()),
    ]
)


def make_key(number: int) -> int:
    """An id as a corpus gives them: what is beyond 48 bits is no part of the code."""
    return (number << SPARE_BITS) + number % 7


def read_key(code: str) -> int:
    return make_key(int(code[1:], 16))


@cache
def load_story(name: str) -> tuple[Article, ...]:
    """The reports of a story in the order of its document, under the ids that a corpus gives."""
    articles = [
        replace(article, id=write_code(make_key(1000 * NAMES.index(name) + n)))
        for n, article in enumerate(stories.load_articles(name), 1)
    ]
    return tuple(sorted(articles, key=lambda a: (a.published is None, a.published.value if a.published else "", a.id)))


def make_rows(articles: Sequence[Article], config: CompareConfig = COMPARE) -> list[dict[str, object]]:
    read = [cut_long_report(article, config.longest_report_chars) for article in articles]
    found = find_in_articles(read, ParserShelf(config.annotate))
    return [
        {"article": read_key(a.id), "text": a.text, "found": pack_found(one)}
        for a, one in zip(articles, found, strict=True)
    ]


@cache
def load_rows() -> pa.RecordBatch:
    """Three stories, one after the other; the rows of each in some order."""
    rows = []
    for number, name in enumerate(NAMES):
        own = [row | {"story": number} for row in make_rows(load_story(name))]
        rows += random.Random(number).sample(own, len(own))
    return pa.RecordBatch.from_pylist(rows, schema=INPUT)


@cache
def trace() -> pa.Table:
    return pa.Table.from_batches(list(TraceKernel(CONFIG)(load_rows())), schema=TRACED)


@cache
def compare(name: str) -> EvidenceDocument:
    return compare_articles(load_story(name), COMPARE)


def test_the_document_is_that_of_a_comparison() -> None:
    for row, name in zip(trace().to_pylist(), NAMES, strict=True):
        texts = {article.id: article.text for article in load_story(name)}
        expected = compare(name)
        assert unpack_document(row["document"], texts, COMPARE) == expected
        assert pack_document(expected, COMPARE) == row["document"]
        assert (row["articles"], row["left_out"], row["reason"]) == (len(texts), [], None)
        assert expected.changes
        assert expected.derivations


def test_rows_tell_what_the_document_tells() -> None:
    tables = {
        column: pa.Table.from_batches(
            [out for batch in trace().to_batches() for out in UnnestKernel(column, schema, ("story",))(batch)]
        ).to_pylist()
        for column, schema in (
            ("families", FAMILIES), ("readings", READINGS), ("changes", CHANGES), ("derivations", DERIVATIONS),
        )
    }  # fmt: skip
    for number, name in enumerate(NAMES):
        document = compare(name)
        own = {column: [row for row in rows if row["story"] == number] for column, rows in tables.items()}
        texts = {article.id: article.text for article in document.articles}
        names = {speaker.id: speaker.name for speaker in document.speakers}
        assert [(r["id"], r["speaker_name"], tuple(r["readings"])) for r in own["families"]] == [
            (f.id, names.get(f.speaker or ""), f.readings) for f in document.families
        ]
        readings = {r["id"]: r for r in own["readings"]}
        assert list(readings) == [reading.id for reading in document.readings]
        for reading in document.readings:
            row = readings[reading.id]
            assert write_code(row["article"]) == reading.article
            assert row["words"] == reading.span.cut(texts[reading.article])
            assert reading.id in next(f.readings for f in document.families if f.id == row["family"])
        for row, change in zip(own["changes"], document.changes, strict=True):
            assert (row["from_reading"], row["to_reading"]) == (change.from_, change.to)
            assert (row["label"], tuple(row["flags"]), row["why"]) == (change.label, change.flags, change.why)
            assert [(e["op"], e["from"]["start"], e["to"]["end"]) for e in row["edits"]] == [
                (e.op, e.from_.start, e.to.end) for e in change.edits
            ]
            later = readings[change.to]["article"] if change.to else read_key(change.article or "")
            assert row["to_article"] == later
        for row, derivation in zip(own["derivations"], document.derivations, strict=True):
            from_ = row["from_hidden"] or (row["from_article"] is not None and write_code(row["from_article"]))
            assert (from_ or None, write_code(row["to_article"])) == (derivation.from_, derivation.to)
            assert [(e["kind"], len(e["spans"])) for e in row["evidence"]] == [
                (e.kind, len(e.spans)) for e in derivation.evidence
            ]


def test_a_story_that_raises_is_set_aside() -> None:
    rows = load_rows().to_pylist()
    spoiled = next(n for n, row in enumerate(rows) if row["story"] == 1)
    rows[spoiled] = rows[spoiled] | {"found": None}
    traced = list(pickle.loads(pickle.dumps(TraceKernel(CONFIG)))(pa.RecordBatch.from_pylist(rows, schema=INPUT)))
    table = pa.Table.from_batches(traced, schema=TRACED)
    assert [reason is None for reason in table["reason"].to_pylist()] == [True, False, True]
    assert table["document"].to_pylist()[1] is None
    assert table.take([0, 2]).equals(trace().take([0, 2]))


def test_of_a_large_story_reprints_are_left_to_their_representative() -> None:
    rows = [row | {"story": 0, "representative": row["article"]} for row in make_rows(load_story(NAMES[0]))]
    copy = replace(load_story(NAMES[0])[0], outlet="The Other Paper")
    copies = [replace(copy, id=write_code(make_key(500 + n))) for n in range(8)]
    first = rows[0]["article"]
    rows += [row | {"story": 0, "representative": first} for row in make_rows(copies)]
    batch = pa.RecordBatch.from_pylist(rows, schema=INPUT)
    small = StoryConfig(COMPARE, longest_whole=len(rows))
    (whole,) = TraceKernel(small)(batch)
    assert whole.to_pylist()[0]["articles"] == len(rows)
    (large,) = TraceKernel(replace(small, longest_whole=len(rows) - 1))(batch)
    (row,) = large.to_pylist()
    assert row["articles"] == len(rows) - 8
    assert row["left_out"] == [{"article": make_key(500 + n), "representative": first} for n in range(8)]
    assert row["document"] == trace()["document"][0].as_py()
    (bounded,) = TraceKernel(replace(small, longest_whole=2, most_articles=3))(batch)
    (row,) = bounded.to_pylist()
    assert row["articles"] == 3
    assert len(row["left_out"]) == len(rows) - 3
    (listed,) = UnnestKernel("left_out", LEFT_OUT, ("story",))(bounded)
    assert {r["representative"] for r in listed.to_pylist()} == {None, first}


def test_of_a_long_report_the_beginning_is_read() -> None:
    config = replace(COMPARE, longest_report_chars=500)
    articles = [replace(a, text=a.text + "\n\nMore was said." * 50) for a in load_story(NAMES[1])]
    expected = compare_articles(articles, config)
    cut = [a for a in articles if len(a.text) > 500]
    batch = pa.RecordBatch.from_pylist([row | {"story": 9} for row in make_rows(articles, config)], schema=INPUT)
    (traced,) = TraceKernel(StoryConfig(config))(batch)
    found = unpack_document(traced["document"][0].as_py(), {a.id: a.text for a in articles}, config)
    assert found == expected
    assert len(found.rejects) == len(cut) > 0


def test_stories_of_one_report_are_not_traced() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as db:
        db.register("found", pa.table({"article": [1, 2, 3], "parser": ["p", "p", None]}))
        db.register("stories", pa.table({"story": [1, 1, 3], "article": [1, 2, 3]}))
        db.register("reprints", pa.table({"article": [2], "representative": [1]}))
        rows = db.sql(f"SELECT * FROM ({select_story_rows()}) ORDER BY article").fetchall()
    assert rows == [(1, 1, "p", 1), (1, 2, "p", 1)]


def test_a_document_of_another_version_is_told() -> None:
    data = trace()["document"][0].as_py()
    with pytest.raises(CorpusError, match="another Retold"):
        unpack_document(zlib.compress(b"\x01"), {}, COMPARE)
    assert unpack_document(data, {a.id: "" for a in load_story(NAMES[0])}, COMPARE).articles[0].text == ""


def test_workers_trace_the_same() -> None:
    with Isolated(TraceKernel(CONFIG), 2, rows=1) as isolated:
        assert pa.Table.from_batches(list(isolated(load_rows())), schema=TRACED).equals(trace())
