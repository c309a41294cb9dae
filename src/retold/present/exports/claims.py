"""ClaimReview stubs: for each utterance that a fact-checker might look into, the claim, who made it, where it stands.

They rate nothing: there is no `reviewRating`, no reviewer and no address of a review. Those are a person's to add;
until then a stub is a note to work from, and no search engine takes it for a review.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from retold.model import Article
from retold.present.exports.names import Losses, cut_words, write_moment
from retold.present.exports.parts import Index, Part
from retold.present.exports.quotations import CONTEXT, describe_article, describe_speaker
from retold.present.exports.streams import Json, Node, drop_none, write_nodes


def write(parts: Iterable[Part], out: BinaryIO, losses: Losses) -> None:
    """One graph of all parts. Linear; memory holds one part."""
    nodes = (node for part in parts for node in _describe_part(part))
    write_nodes(out, {"@context": CONTEXT}, "@graph", nodes, losses)


def _describe_part(part: Part) -> Iterator[Json]:
    """A claim a family, and one for each quotation that is in none and lies in no other."""
    index = Index(part.document)
    seen: set[str] = set()
    for family in part.document.families:
        readings = [index.readings[id_] for id_ in family.readings]
        seen.update(r.quotation for r in readings if r.quotation)
        quoted = [r for r in readings if r.form != "narration"] or readings
        if not quoted:
            continue
        first = min(quoted, key=lambda r: (_date(index.articles[r.article]), family.readings.index(r.id)))
        words = cut_words(index.articles[first.article].text, index.find_spans(first))
        articles = [index.articles[id_] for id_ in dict.fromkeys(r.article for r in readings)]
        speaker = family.speaker or index.find_speaker(first)
        yield _describe_claim(part, index, family.id, words, speaker, articles)
    for article in part.document.articles:
        for quotation in article.told:
            if quotation.id not in seen and quotation.within is None:
                words = cut_words(article.text, quotation.content)
                yield _describe_claim(part, index, quotation.id, words, quotation.speaker, [article])


def _describe_claim(
    part: Part, index: Index, id_: str, words: str, speaker: str | None, articles: list[Article]
) -> Node:
    by_date = sorted(articles, key=_date)
    known = index.speakers.get(speaker or "")
    appearances: list[Json] = [describe_article(part, article) for article in by_date]
    claim: Node = drop_none(
        {
            "@type": "Claim",
            "name": words,
            "author": describe_speaker(part, known) if known and known.kind not in {"unknown", "anonymous"} else None,
            "firstAppearance": appearances[0] if _date(by_date[0]) < _NO_DATE else None,
            "appearance": appearances,
        }
    )
    return {
        "@id": part.name(f"{id_}.claim"),
        "@type": "ClaimReview",
        "claimReviewed": words,
        "itemReviewed": claim,
    }


_NO_DATE = "\N{REPLACEMENT CHARACTER}"


def _date(article: Article) -> str:
    moment = write_moment(article.published)
    return moment.value if moment else _NO_DATE
