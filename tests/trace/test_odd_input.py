"""What newsrooms do send: copies of copies, reports that quote themselves, wrong dates, marks from end to end, size."""

import random
import time

import pytest

from retold.annotate.annotation import AnnotateConfig
from retold.document import EvidenceDocument
from retold.evidence import CompareConfig, compare_articles
from retold.model import Article, Published, Span
from retold.read.batch import hash_text

BY_RULES = CompareConfig(annotate=AnnotateConfig(parse=False))
REPORT = """Mill to close in March

The last paper mill in Orde will close in March, its owner said on Monday.

"We have lost money every week for six years, and I have run out of weeks," said Petra Vance, the owner. "Nobody will \
be sent home without a month's pay."

Vance said the machines had been sold to a buyer abroad and would probably leave in April.

Tomas Reill, who speaks for the workers, said nobody had asked them. "We read it on the gate," he said.
"""
RETELLING = REPORT.replace("its owner said on Monday", "its owner said, the Orde Post reported on Monday").replace(
    ' "Nobody will be sent home without a month\'s pay."', ""
)


def make_article(id_: str, text: str, outlet: str | None = None, published: str | None = None) -> Article:
    when = Published(published, "minute", "metadata") if published else None
    return Article(id_, text, hash_text(text), outlet=outlet, language="en", published=when)


def compare(*articles: Article) -> EvidenceDocument:
    document = compare_articles(articles, BY_RULES)
    texts = {a.id: a.text for a in articles}
    articles_of = {r.id: r.article for r in document.readings}
    for reading in document.readings:
        assert 0 <= reading.span.start < reading.span.end <= len(texts[reading.article])
    for change in document.changes:  # one change a reading and family, never inside one article
        if change.from_ and change.to:
            assert articles_of[change.from_] != articles_of[change.to]
    told = [(c.family, c.to) for c in document.changes if c.to]
    assert len(told) == len(set(told))
    return document


@pytest.mark.parametrize("are_signed", [True, False])
def test_ten_copies_are_one_story_without_a_misquotation(are_signed: bool) -> None:
    document = compare(*(make_article(f"a{n}", REPORT, f"Paper {n}" if are_signed else None) for n in range(10)))
    assert [len(story.articles) for story in document.stories] == [10]
    assert {len(family.readings) for family in document.families} == {10}
    assert not [c for c in document.changes if c.severity == "major"]
    in_marks = {r.id for r in document.readings if r.form == "direct"}
    assert {c.label for c in document.changes if c.to in in_marks} <= {"verbatim"}


def test_a_report_that_quotes_itself_has_its_readings_side_by_side() -> None:
    said = "We have lost money every week for six years, and I have run out of weeks"
    again = f'{REPORT}\nIn its first edition the paper had it all: "{said}," said Petra Vance then.\n'
    document = compare(make_article("a", again, "Orde Post"), make_article("b", REPORT, "Orde Bugle"))
    assert not [c for c in document.changes if c.severity == "major"]
    articles_of = {r.id: r.article for r in document.readings}
    twice = [f for f in document.families if [articles_of[r] for r in f.readings].count("a") == 2]
    assert twice
    assert all("b" in {articles_of[r] for r in family.readings} for family in twice)


def test_a_report_that_cites_itself_derives_from_nothing() -> None:
    document = compare(make_article("a", RETELLING, "Orde Post"), make_article("b", REPORT, "Orde Bugle"))
    assert not [d for d in document.derivations if d.from_ == d.to or (d.to == "a" and d.from_outlet == "Orde Post")]


def test_without_dates_the_report_that_is_cited_came_first() -> None:
    document = compare(make_article("b", RETELLING, "Orde Bugle"), make_article("a", REPORT, "Orde Post"))
    assert [(d.from_, d.to, d.kind) for d in document.derivations] == [("a", "b", "stated")]
    articles_of = {r.id: r.article for r in document.readings}
    assert {(articles_of[c.from_], articles_of[c.to]) for c in document.changes if c.from_ and c.to} == {("a", "b")}
    assert "truncated" in {c.label for c in document.changes}


def test_dates_that_contradict_the_citation_turn_nobody_into_a_misquoter() -> None:
    document = compare(
        make_article("a", REPORT, "Orde Post", "2030-05-05T10:00Z"),
        make_article("b", RETELLING, "Orde Bugle", "2030-05-04T10:00Z"),
    )
    assert ("a", "b") not in {(d.from_, d.to) for d in document.derivations}
    assert not [c for c in document.changes if c.severity == "major"]


def test_marks_from_end_to_end_are_read_and_told_apart() -> None:
    bare = REPORT.replace('"', "")
    whole = f'"{bare.strip()}"'
    each = "\n\n".join(f'"{paragraph}"' for paragraph in bare.strip().split("\n\n"))
    document = compare(*(make_article(n, text, n.upper()) for n, text in (("a", whole), ("b", each), ("c", REPORT))))
    assert len(document.families) <= 12
    assert all(change.why for change in document.changes)


def test_hundreds_of_small_reports_of_one_story() -> None:
    pool = REPORT.split("\n\n")[2:]
    chance = random.Random(7)
    reports = []
    for n in range(150):
        told = [p.strip().replace("six", chance.choice(("six", "six", "nine"))) for p in chance.sample(pool, 2)]
        reports.append(make_article(f"a{n}", "\n\n".join([*REPORT.split("\n\n")[:2], *told]), f"Paper {n}"))
    started = time.monotonic()
    document = compare(*reports)
    assert time.monotonic() - started < 60
    assert len(document.changes) <= 3 * len(document.readings)
    numbers = [c for c in document.changes if "number" in c.flags]
    assert numbers
    assert all(c.severity == "major" for c in numbers)


@pytest.mark.parametrize("is_quoted", [True, False])
def test_a_quotation_of_five_thousand_words(is_quoted: bool) -> None:
    chance = random.Random(3)
    words = [
        "the",
        "boat",
        "river",
        "stone",
        "mayor",
        "paper",
        "mill",
        "lost",
        "found",
        "never",
        "money",
        "gate",
        "all",
    ]
    sentences = [" ".join(chance.choices(words, k=20)).capitalize() for _ in range(250)]
    shorter = [s for n, s in enumerate(sentences) if n % 50 != 7]

    def tell(said: list[str]) -> str:
        speech = ". ".join(said)
        rest = f'"{speech}," she said.' if is_quoted else f"Petra Vance said that {speech.lower().replace('.', '')}."
        return f"A speech in full\n\nPetra Vance, the owner, spoke on Monday.\n\n{rest}\n"

    started = time.monotonic()
    document = compare(make_article("a", tell(sentences), "Orde Post"), make_article("b", tell(shorter), "Bugle"))
    assert time.monotonic() - started < 30
    if is_quoted:
        longest = max(document.changes, key=lambda c: len(c.edits))
        assert longest.label in ("spliced", "extended", "altered")
        spans: list[Span] = [e.to for e in longest.edits if e.op != "delete"]
        assert spans == sorted(spans)
