"""Annotation as a kernel: what a comparison finds, whatever the batch, and an article that fails alone is set aside."""

import pickle
from collections.abc import Sequence
from functools import cache

import pytest
from msgspec.structs import replace

pa = pytest.importorskip("pyarrow")

from retold.annotate.annotation import AnnotateConfig, FoundArticle, ParserShelf, annotate_articles  # noqa: E402
from retold.engine import annotation  # noqa: E402
from retold.engine.annotation import AnnotateKernel, UnnestKernel, make_article  # noqa: E402
from retold.engine.codes import SPARE_BITS, write_code  # noqa: E402
from retold.engine.isolation import Isolated  # noqa: E402
from retold.engine.tables import ARTICLES, CITATIONS, FOUND, QUOTATIONS, SPEAKERS  # noqa: E402
from retold.evidence import CompareConfig  # noqa: E402
from retold.library import keys  # noqa: E402
from retold.library.keys import identify_article  # noqa: E402
from retold.model import Article  # noqa: E402
from retold.relate.packing import unpack_found, unpack_profile  # noqa: E402

from .. import stories  # noqa: E402

CONFIG = CompareConfig(annotate=AnnotateConfig(parse=False))
NAMES = stories.NAMES[:4]


def make_row(key: int, article: Article) -> dict[str, object]:
    published = article.published
    return {
        "id": key,
        "text": article.text,
        "sha256": article.sha256,
        "outlet": article.outlet,
        "language": article.language,
        "published": published.value if published else None,
        "published_precision": published.precision if published else None,
        "published_from": published.from_ if published else None,
        "day": (key >> SPARE_BITS) % 7,
        "zones": [{"role": z.role, "start": z.span.start, "end": z.span.end} for z in article.zones],
    }


@cache
def load_batch() -> pa.RecordBatch:
    rows = [article for name in NAMES for article in stories.load_articles(name)]
    return pa.RecordBatch.from_pylist(
        [make_row((7 * n + 1) << SPARE_BITS, a) for n, a in enumerate(rows)], schema=ARTICLES
    )


def annotate(*batches: pa.RecordBatch) -> pa.Table:
    kernel = AnnotateKernel(CONFIG)
    return pa.Table.from_batches([out for batch in batches for out in kernel(batch)], schema=FOUND)


def test_found_is_what_a_comparison_finds() -> None:
    batch = load_batch()
    table = annotate(batch)
    given = [make_article(row) for row in batch.to_pylist()]
    for row, article in zip(table.to_pylist(), given, strict=True):
        (annotated,) = annotate_articles([article], ParserShelf(CONFIG.annotate))
        assert write_code(row["article"]) == article.id
        found = unpack_found(row["found"], article.text)
        assert (found.article.outlet, found.sentences) == (annotated.article.outlet, annotated.sentences)
        assert row["outlet"] == annotated.article.outlet
        assert row["day"] == (row["article"] >> SPARE_BITS) % 7
        assert unpack_profile(row["profile"]).id == article.id
        assert [q["id"] for q in row["quotations"]] == [q.id for q in annotated.article.quotations]
        names = {speaker.id: speaker.name for speaker in annotated.speakers}
        for told, quotation in zip(row["quotations"], annotated.article.quotations, strict=True):
            assert told["speaker_name"] == names.get(quotation.speaker or "")
            assert told["words"] == " … ".join(article.text[span["start"] : span["end"]] for span in told["content"])
        assert [(c["outlet"], c["span"]["start"]) for c in row["citations"]] == [
            (c.outlet, c.span.start) for c in annotated.article.citations
        ]
    assert sum(map(len, table["quotations"].to_pylist())) > 50


def test_batches_make_no_difference() -> None:
    batch = load_batch()
    whole = annotate(batch)
    assert annotate(*(batch.slice(n, 3) for n in range(0, batch.num_rows, 3))).equals(whole)
    assert annotate(batch.take(pa.array(range(batch.num_rows)[::-1]))).sort_by("article").equals(whole)


def test_what_raises_is_set_aside_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = load_batch()
    whole = annotate(batch).to_pylist()
    poisoned = batch["sha256"][4].as_py()
    find = annotation.find_in_articles

    def stumble(articles: Sequence[Article], parsers: ParserShelf) -> tuple[FoundArticle, ...]:
        if any(article.sha256 == poisoned for article in articles):
            raise RecursionError("too deep\nby far")
        return find(articles, parsers)

    monkeypatch.setattr(annotation, "find_in_articles", stumble)
    rows = annotate(batch).to_pylist()
    assert rows[4].pop("reason") == "RecursionError: too deep by far"
    assert rows[4].pop("article") == batch["id"][4].as_py()
    assert not any(rows[4].values())
    assert rows[:4] + rows[5:] == whole[:4] + whole[5:]


def test_what_is_no_article_is_set_aside() -> None:
    batch = load_batch().slice(0, 3)
    rows = batch.to_pylist()
    rows[1] = rows[1] | {"text": None}
    found = annotate(pa.RecordBatch.from_pylist(rows, schema=ARTICLES)).to_pylist()
    assert [row["reason"] is None for row in found] == [True, False, True]
    assert "text" in found[1]["reason"]


def test_of_a_long_text_the_beginning_is_read() -> None:
    (row,) = load_batch().slice(0, 1).to_pylist()
    short = AnnotateKernel(replace(CONFIG, longest_report_chars=300))
    (found,) = short(pa.RecordBatch.from_pylist([row], schema=ARTICLES))
    (quotations,) = found["quotations"].to_pylist()
    assert all(span["end"] <= 300 for q in quotations for span in q["content"])
    assert found["found"][0].as_py() != annotate(load_batch().slice(0, 1))["found"][0].as_py()


def test_lists_become_tables() -> None:
    table = annotate(load_batch())
    nested = table.to_pylist()
    for column, schema in (("quotations", QUOTATIONS), ("speakers", SPEAKERS), ("citations", CITATIONS)):
        kernel = UnnestKernel(column, schema)
        assert kernel.schema == schema
        flat = pa.Table.from_batches([out for batch in table.to_batches() for out in kernel(batch)]).to_pylist()
        assert flat == [{"article": row["article"]} | thing for row in nested for thing in row[column]]


def test_a_reject_has_no_lists() -> None:
    kernel = AnnotateKernel(CONFIG)
    reject = kernel.reject(load_batch().slice(2, 1), "it took longer than 3 s")
    assert reject.to_pylist()[0]["reason"] == "it took longer than 3 s"
    assert reject["article"].to_pylist() == load_batch()["id"].to_pylist()[2:3]
    (none,) = UnnestKernel("quotations", QUOTATIONS)(reject)
    assert none.num_rows == 0


def test_it_is_pickled_without_its_parsers() -> None:
    kernel = AnnotateKernel(CONFIG)
    batch = load_batch().slice(0, 2)
    first = list(kernel(batch))
    assert list(pickle.loads(pickle.dumps(kernel))(batch)) == first
    assert len(pickle.dumps(kernel)) < 10_000


def test_codes_are_those_of_a_library() -> None:
    article = stories.load_articles(NAMES[0])[0]
    assert write_code(identify_article(article, None, 63)) == keys.write_code("a", identify_article(article, None))


def test_workers_find_the_same() -> None:
    with Isolated(AnnotateKernel(CONFIG), rows=8) as isolated:
        assert pa.Table.from_batches(list(isolated(load_batch())), schema=FOUND).equals(annotate(load_batch()))
