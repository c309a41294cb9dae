"""The verdicts of an evidence document once more, from the document alone: what decides can be held to its evidence.

A document holds each article's text, zones and quotations, the families, the derivations and every setting; nothing
else goes into a change. A derivation's probability is the sum of its evidence.
"""

from collections.abc import Mapping

import msgspec

from retold.annotate.sentences import find_sentences
from retold.document import EvidenceDocument
from retold.errors import RetoldError
from retold.model import AnnotatedArticle, Article, Change, Derivation, Reading
from retold.trace.changes import find_changes
from retold.trace.tracing import TraceConfig
from retold.trace.weighing import replay as weigh_evidence


def read_config(document: EvidenceDocument) -> TraceConfig:
    """The settings that a document was made with. Raises `RetoldError` where this version does not know them."""
    try:
        return msgspec.convert(document.config.get("trace", {}), TraceConfig)
    except msgspec.ValidationError as error:
        raise RetoldError(
            f"The settings in this evidence document don't fit this version of Retold ({error}). "
            f"Read it with the version that wrote it ({document.retold})."
        ) from error


def replay_changes(document: EvidenceDocument) -> tuple[Change, ...]:
    """Every change of a document, decided again: labels, flags, severities, edits and reasons, in its order.

    Cost: that of comparing the readings; nothing is searched for again.
    """
    config = read_config(document).changes
    articles = {a.id: _annotate(a, document) for a in document.articles}
    found: list[Change] = []
    for story in document.stories:
        families = [f for f in document.families if f.story == story.id]
        own = {r for family in families for r in family.readings}
        found += find_changes(
            [articles[id_] for id_ in story.articles],
            families,
            [r for r in document.readings if r.id in own],
            [d for d in document.derivations if d.to in story.articles],
            config,
        )
    return tuple(msgspec.structs.replace(change, id=f"c{n}") for n, change in enumerate(found, 1))


def replay_derivations(document: EvidenceDocument) -> tuple[Derivation, ...]:
    """Every derivation of a document with the probability that its evidence adds up to. Linear."""
    prior = read_config(document).derivations.prior
    return tuple(
        msgspec.structs.replace(d, probability=weigh_evidence(d.evidence, prior)) for d in document.derivations
    )


def find_ancestors(document: EvidenceDocument, article: str) -> frozenset[str]:
    """The articles at hand that `article` goes back to, by derivations that are more likely than not."""
    least = read_config(document).changes.least_probability
    seen: set[str] = set()
    queue = [article]
    while queue:
        copy = queue.pop()
        for d in document.derivations:
            if d.to == copy and d.from_ not in (None, copy) and d.probability >= least and d.from_ not in seen:
                seen.add(d.from_ or "")
                queue.append(d.from_ or "")
    return frozenset(seen)


def is_derived(document: EvidenceDocument, change: Change, readings: Mapping[str, Reading]) -> bool:
    """Whether the later reading stands in an article that retells the earlier one's: some labels weigh more then."""
    if change.from_ is None or change.to is None:
        return True
    return readings[change.from_].article in find_ancestors(document, readings[change.to].article)


def _annotate(article: Article, document: EvidenceDocument) -> AnnotatedArticle:
    """The article as the trace stage had it. Sentences are no findings: they follow from text and zones."""
    told = {q.speaker for q in article.told}
    speakers = tuple(s for s in document.speakers if s.id in told)
    return AnnotatedArticle(article, find_sentences(article, article.zones), speakers)
