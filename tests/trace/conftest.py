"""Small annotated stories from tagged texts, for the tests of this stage."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from retold.model import (
    AnnotatedArticle,
    Article,
    Citation,
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

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "trace" / "descent.toml").read_text("utf-8"))
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
    quotations = [_find_frame(quotation, text) for quotation in quotations]
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


def _find_frame(quotation: Quotation, text: str) -> Quotation:
    """Who said it, where one of the two commonest frames follows: `," said X, the cook.` and `," X said.`"""
    end = quotation.extent.end
    inverted = re.compile(r'[,.]?"? (said) ([A-Z][^.\n]*)').match(text, end)
    plain = re.compile(r'[,.]?"?,? ([A-Z]\w+(?: \w+)?) (said)').match(text, end)
    if inverted:
        return msgspec.structs.replace(quotation, cue=Span(*inverted.span(1)), source=Span(*inverted.span(2)))
    if plain:
        return msgspec.structs.replace(quotation, cue=Span(*plain.span(2)), source=Span(*plain.span(1)))
    return quotation


def make_story(rows: Sequence[dict[str, str]], *, with_passages: bool = True) -> Story:
    """The articles, families, readings and passages of a story of texts from the cases."""
    families: dict[str, list[str]] = {}
    speakers: dict[str, str] = {}
    made = [make_article(row, CASES["texts"].get(row["text"], row["text"]), families, speakers) for row in rows]
    articles = tuple(annotated for annotated, _ in made)
    by_id = {reading.id: reading for _, readings in made for reading in readings}
    speaker_of = {q.id: q.speaker for a in articles for q in a.article.quotations}
    weights = weigh_stems(articles)
    passages = tuple(
        passage
        for a, b in combinations(articles, 2)
        if with_passages
        for passage in find_passages(a, b, weights, PassagesConfig())
    )
    return (
        articles,
        tuple(Family(name, "s1", speaker_of[ids[0]], tuple(ids)) for name, ids in sorted(families.items())),
        tuple(by_id.values()),
        passages,
    )


@pytest.fixture
def tell_story() -> Callable[..., Story]:
    """`make_story`: rows of id, text (or the name of one in descent.toml), outlet, published, cite, credit, relay."""
    return make_story
