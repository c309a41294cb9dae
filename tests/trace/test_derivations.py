"""Who retells whom: small labelled cases of descent, and what has to hold of every answer."""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from retold.model import (
    AnnotatedArticle,
    Article,
    Citation,
    Derivation,
    Family,
    Passage,
    Published,
    Quotation,
    Reading,
    Sentence,
    Span,
    Zone,
)
from retold.relate.passages import PassagesConfig, find_passages
from retold.relate.weights import weigh_stems
from retold.trace.derivations import DerivationsConfig, find_derivations, replay

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "trace" / "descent.toml").read_text("utf-8"))
CONFIG = DerivationsConfig()
_TAG = re.compile(r"[\[{](f\d+)\|([^|]+)\|([^\]}]+)[\]}]|<([^|>]+)\|([^>]+)>|\n\n")

Story = tuple[
    tuple[AnnotatedArticle, ...], tuple[Family, ...], tuple[Reading, ...], tuple[Passage, ...]
]  # what find_derivations takes


def make_article(
    row: dict[str, str], template: str, families: dict[str, list[str]], speakers: dict[str, str]
) -> tuple[AnnotatedArticle, list[Reading]]:
    """An annotated article with its readings, from a tagged text."""
    id_ = row["id"]
    relay = f", citing <{row['relay']}|{row['relay']}>" if row.get("relay") else ""
    cite = f", <{row['cite']}|{row['cite']} reported>{relay}" if row.get("cite") else ""
    credit = f"VESSMOUTH, Monday (<{row['credit']}|{row['credit']}>) – " if row.get("credit") else ""
    tagged = template.strip().replace("@CITE@", cite).replace("@CREDIT@", credit)
    if credit and "@CREDIT@" not in template:
        head, _, body = tagged.partition("\n\n")
        tagged = f"{head}\n\n{credit}{body}"
    text, at = "", 0
    quotations: list[Quotation] = []
    readings: list[Reading] = []
    citations: list[Citation] = []
    for match in _TAG.finditer(tagged):
        text += tagged[at : match.start()]
        at = match.end()
        family, speaker, words, outlet, surface = match.groups()
        start = len(text)
        text += words or surface or "\n\n"
        span = Span(start, len(text))
        if words:
            kind = "direct" if match.group().startswith("[") else "indirect"
            quotation = Quotation(
                f"{id_}.q{len(quotations) + 1}", kind, (span,), speaker=speakers.setdefault(speaker, speaker)
            )
            quotations.append(quotation)
            readings.append(Reading(quotation.id, id_, span, kind, quotation.id))
            families.setdefault(family, []).append(quotation.id)
        elif outlet:
            citations.append(Citation(span, outlet, row.get("cite_article")))
    text += tagged[at:]
    zones, sentences = [], []
    for n, paragraph in enumerate(re.finditer(r"[^\n]+", text)):
        role = "body" if n else "title"
        zones.append(Zone(role, Span(*paragraph.span())))
        for sentence in re.finditer(r"\S.*?(?:[.?!][\"”]?(?=\s)|$)", paragraph.group()):
            start, end = (paragraph.start() + offset for offset in sentence.span())
            sentences.append(Sentence(Span(start, end), role, n))
    published = None
    if row.get("published"):
        value = row["published"]
        published = Published(value, "minute" if "T" in value else "day", "metadata")
    article = Article(
        id_,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        outlet=row.get("outlet"),
        language="en",
        published=published,
        zones=tuple(zones),
        quotations=tuple(quotations),
        citations=tuple(citations),
    )
    return AnnotatedArticle(article, tuple(sentences)), readings


def make_story(rows: Sequence[dict[str, str]]) -> Story:
    """The articles, families, readings and passages of a story of texts from the cases."""
    families: dict[str, list[str]] = {}
    speakers: dict[str, str] = {}
    made = [make_article(row, CASES["texts"].get(row["text"], row["text"]), families, speakers) for row in rows]
    articles = tuple(annotated for annotated, _ in made)
    by_id = {reading.id: reading for _, readings in made for reading in readings}
    speaker_of = {q.id: q.speaker for a in articles for q in a.article.quotations}
    weights = weigh_stems(articles)
    passages = tuple(
        passage for a, b in combinations(articles, 2) for passage in find_passages(a, b, weights, PassagesConfig())
    )
    return (
        articles,
        tuple(Family(name, "s1", speaker_of[ids[0]], tuple(ids)) for name, ids in sorted(families.items())),
        tuple(by_id.values()),
        passages,
    )


def name_edge(derivation: Derivation) -> str:
    """As the cases write it."""
    if derivation.from_ is None:
        return f"={derivation.from_outlet}>{derivation.to}"
    return f"{'?' if derivation.from_.startswith('hidden:') else derivation.from_}>{derivation.to}"


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_descent(case: dict[str, list[str]]) -> None:
    found = find_derivations(*make_story(case["articles"]), CONFIG)
    edges = sorted(name_edge(d) for d in found)
    for pair in case.get("never", []):
        one, other = pair.split("-")
        assert not {f"{one}>{other}", f"{other}>{one}"} & set(edges)
    assert edges == sorted(case["want"])


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_order_of_input_decides_nothing_and_evidence_replays(case: dict[str, list[str]]) -> None:
    articles, families, readings, passages = make_story(case["articles"])
    found = find_derivations(articles, families, readings, passages, CONFIG)
    random = Random(7)
    for _ in range(3):
        shuffled = [random.sample(part, len(part)) for part in (articles, families, readings, passages)]
        assert find_derivations(*shuffled, CONFIG) == found
    lengths = {a.article.id: len(a.article.text) for a in articles}
    for derivation in found:
        assert derivation.probability == replay(derivation.evidence, CONFIG.prior)
        assert derivation.evidence
        for piece in derivation.evidence:
            assert piece.why
            for place in piece.spans:
                assert 0 <= place.span.start < place.span.end <= lengths[place.article]


def test_ten_copies_of_one_report() -> None:
    rows = [{"id": "a0", "text": "original", "outlet": "The Quay Herald", "published": "2031-04-07T09:00Z"}]
    rows += [
        {
            "id": f"b{n}",
            "text": "faithful",
            "outlet": f"Outlet {n}",
            "published": "2031-04-07T12:00Z",
            "cite": "The Quay Herald",
        }
        for n in range(10)
    ]
    found = find_derivations(*make_story(rows), CONFIG)
    assert sorted(name_edge(d) for d in found) == [f"a0>b{n}" for n in range(10)]


def test_passages_count_whichever_way_they_run() -> None:
    articles, families, readings, passages = make_story(
        [{"id": "a", "text": "original", "outlet": "Herald"}, {"id": "b", "text": "faithful", "cite": "Herald"}]
    )
    turned = tuple(Passage(p.id, p.to, p.from_, p.kind, p.score) for p in passages)
    assert find_derivations(articles, families, readings, turned, CONFIG) == find_derivations(
        articles, families, readings, passages, CONFIG
    )


def test_without_families_a_citation_still_counts() -> None:
    articles, _, _, passages = make_story(
        [{"id": "a", "text": "original", "outlet": "Herald"}, {"id": "b", "text": "faithful", "cite": "Herald"}]
    )
    assert [name_edge(d) for d in find_derivations(articles, (), (), passages, CONFIG)] == ["a>b"]
    assert find_derivations((), (), (), (), CONFIG) == ()


def test_inherited_wording_shows_the_nearest_source() -> None:
    quotation = "[f1|Ines Corrado|We count the heads first, then the beams, and the cost comes after]"
    altered = quotation.replace("beams", "timbers").replace("cost", "bill")
    rest = (
        '"[f2|Tam Ridley|I was on the far side with my tea and I heard nothing at all]," said Tam Ridley. '
        "{f3|Tam Ridley|The riggers would be paid for the week}, he said."
    )
    lede = "The tallest crane of the yard folded at the knee and lay down on the slip."
    report = f'Crane down\n\n{lede}\n\n"{quotation}," said Ines Corrado.\n\n{rest}'
    retold = f'Crane falls\n\n{lede}\n\n"{altered}," Ines Corrado said.\n\n{rest}'
    again = f'Riggers wait\n\nThe yard is shut.\n\n"{altered}," Ines Corrado said.\n\n{rest}'
    rows = [
        {"id": "a", "text": report, "outlet": "Herald", "published": "2031-04-07T09:00Z"},
        {"id": "b", "text": retold, "outlet": "Gannet", "published": "2031-04-07T10:00Z"},
        {"id": "c", "text": again, "outlet": "Times", "published": "2031-04-07T11:00Z"},
    ]
    found = {d.to: d for d in find_derivations(*make_story(rows), CONFIG)}
    assert found["b"].from_ == "a"
    if "c" in found:  # abstaining is allowed; the first report is not
        assert found["c"].from_ == "b"


def test_a_large_story_stays_cheap() -> None:
    """The sources looked at are bounded, so that 150 reports take seconds and not minutes."""
    texts = ["original", "faithful", "rewrite", "witness", "onlooker", "longer_copy"]
    rows = [{"id": f"r{n:03}", "text": texts[n % len(texts)], "outlet": f"Outlet {n}"} for n in range(150)]
    families: dict[str, list[str]] = {}
    made = [make_article(row, CASES["texts"][row["text"]], families, {}) for row in rows]
    articles = [annotated for annotated, _ in made]
    readings = [reading for _, found in made for reading in found]
    grouped = [Family(name, "s1", None, tuple(ids)) for name, ids in sorted(families.items())]
    found = find_derivations(articles, grouped, readings, (), CONFIG)
    assert all(d.from_ is None or d.from_ != d.to for d in found)
