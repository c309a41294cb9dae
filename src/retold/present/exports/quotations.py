"""schema.org as JSON-LD: each article a NewsArticle, each quotation a Quotation with who said it.

`isBasedOn` says what was retold: of an article the article, of a quotation the one that its words come from. Only what
Retold holds for a derivation is said; how sure it is has no place in schema.org (`prov` has one).
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from retold.model import Article, Quotation, Speaker, SpeakerKind
from retold.present.exports.names import Losses, clean_url, cut_words, write_moment
from retold.present.exports.parts import Index, Part
from retold.present.exports.streams import Json, Node, drop_none, write_nodes

CONTEXT: Final = "https://schema.org"
_AGENTS: Final[dict[SpeakerKind, str]] = {"person": "Person", "anonymous": "Person", "unknown": "Person"}


def write(parts: Iterable[Part], out: BinaryIO, losses: Losses) -> None:
    """One graph of all parts. Linear; memory holds one part."""
    nodes = (node for part in parts for node in _describe_part(part))
    write_nodes(out, {"@context": CONTEXT}, "@graph", nodes, losses)


def _describe_part(part: Part) -> Iterator[Json]:
    index = Index(part.document)
    for speaker in part.document.speakers:
        yield describe_speaker(part, speaker)
    origins: dict[str, list[str]] = {}
    for derivation in part.document.derivations:
        if derivation.from_ in index.articles:
            origins.setdefault(derivation.to, []).append(derivation.from_ or "")
    earlier = _find_earlier(index, part)
    for article in part.document.articles:
        based_on: list[Json] = [{"@id": part.name(id_)} for id_ in dict.fromkeys(origins.get(article.id, ()))]
        yield {**describe_article(part, article), **drop_none({"isBasedOn": based_on})}
        for quotation in article.told:
            yield _describe_quotation(part, article, quotation, earlier.get(quotation.id, []))


def describe_article(part: Part, article: Article) -> Node:
    """An article as a NewsArticle, without its text."""
    moment = write_moment(article.published)
    return drop_none(
        {
            "@id": part.name(article.id),
            "@type": "NewsArticle",
            "headline": article.title,
            "url": clean_url(article.url),
            "datePublished": moment.value if moment else None,
            "inLanguage": article.language,
            "author": {"@type": "Person", "name": article.byline} if article.byline else None,
            "publisher": {"@type": "NewsMediaOrganization", "name": article.outlet} if article.outlet else None,
            "identifier": f"sha256:{article.sha256}",
        }
    )


def describe_speaker(part: Part, speaker: Speaker) -> Node:
    """A speaker as Person or Organization: schema.org has no third for who says something."""
    return {"@id": part.name(speaker.id), "@type": _AGENTS.get(speaker.kind, "Organization"), "name": speaker.name}


def _describe_quotation(part: Part, article: Article, quotation: Quotation, earlier: list[str]) -> Node:
    return drop_none(
        {
            "@id": part.name(quotation.id),
            "@type": "Quotation",
            "additionalType": f"urn:retold:term:{quotation.kind}",
            "text": cut_words(article.text, quotation.content),
            "inLanguage": article.language,
            "isPartOf": {"@id": part.name(article.id)},
            "spokenByCharacter": {"@id": part.name(quotation.speaker)} if quotation.speaker else None,
            "isBasedOn": [{"@id": part.name(id_)} for id_ in earlier],
        }
    )


def _find_earlier(index: Index, part: Part) -> dict[str, list[str]]:
    """Quotation → the quotations that its words come from, along a derivation."""
    along = {(d.from_, d.to) for d in part.document.derivations}
    found: dict[str, list[str]] = {}
    for change in part.document.changes:
        one, other = index.readings.get(change.from_ or ""), index.readings.get(change.to or "")
        if one is None or other is None or (one.article, other.article) not in along:
            continue
        if one.quotation and other.quotation and one.quotation not in found.setdefault(other.quotation, []):
            found[other.quotation].append(one.quotation)
    return found
