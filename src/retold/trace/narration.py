"""Narration readings: what the narrator of one article tells as known, and another article attributes."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from rapidfuzz.distance import LCSseq

from retold.model import AnnotatedArticle, Passage, Place, Span
from retold.relate.weights import Term, Weights, find_terms
from retold.trace.likeness import Utterance, rank_article


class NarrationConfig(Struct, frozen=True):
    """When narration tells an utterance: from this idf-weighted share of the smaller in the larger, with this cosine.

    Or, instead of the cosine, `in_order` of the shorter's words in the same order, at least `order_words`. Below
    `least_words` words or `least_shared` content stems in common nothing is claimed. In another language: a passage of
    `translated` points, of whose sentence the quotation makes up `translated_share`.
    """

    cosine: float = 0.33
    contained: float = 0.40
    in_order: float = 0.60
    order_words: int = 7
    least_words: int = 4
    least_shared: int = 3
    translated: float = 0.18
    translated_share: float = 0.5


Told = tuple[tuple[str, str], str, Span]
"""(rank of the article, its id, the span that tells the utterance)"""


def find_narration(
    articles: Sequence[AnnotatedArticle],
    utterances: Sequence[Utterance],
    groups: Sequence[Sequence[int]],
    passages: Sequence[Passage],
    weights: Weights,
    config: NarrationConfig,
) -> dict[int, list[Told]]:
    """For each group (by number), the unattributed parts of sentences that tell it, in articles that don't attribute.

    A passage shows where to look: it must join a quotation of the group to words that stand in no quotation (those in
    an outer one count as the narrator's). Titles and headings are left out: they announce, they are no reading.
    O(passages · quotations per article).
    """
    known = {a.article.id: a for a in articles}
    groups_of: dict[int, list[int]] = defaultdict(list)
    for n, group in enumerate(groups):
        for m in group:
            groups_of[m].append(n)
    told_in = [{utterances[m].article for m in group} for group in groups]
    by_article: dict[str, list[int]] = defaultdict(list)
    for m, utterance in enumerate(utterances):
        by_article[utterance.article].append(m)
    best: dict[tuple[str, Span], tuple[float, int]] = {}
    for passage in passages:
        for here, there in ((passage.from_, passage.to), (passage.to, passage.from_)):
            if here.article not in known or there.article not in known:
                continue
            part = _find_part(known[there.article], [utterances[m] for m in by_article[there.article]], there)
            if part is None:
                continue
            terms = find_terms(known[there.article].article, part, weights)
            for m in by_article[here.article]:
                free = [n for n in groups_of[m] if there.article not in told_in[n]]
                if not free or not any(here.span.overlaps(span) for span in utterances[m].quotation.content):
                    continue
                if passage.kind == "translation":
                    score = _rate_translation(utterances[m], here, terms, passage.score, config)
                else:
                    score = _rate(utterances[m], terms, config)
                key = (there.article, part)
                if score and (key not in best or (score, -free[0]) > (best[key][0], -best[key][1])):
                    best[key] = (score, free[0])
    told: dict[int, list[Told]] = defaultdict(list)
    for (article, span), (_, chosen) in sorted(best.items()):
        told[chosen].append((rank_article(known[article]), article, span))
    return dict(told)


def _find_part(annotated: AnnotatedArticle, quoted: Sequence[Utterance], place: Place) -> Span | None:
    """The sentence of the passage, or what of it stands in no quotation and no citation, without the final mark."""
    sentence = next((s for s in annotated.sentences if s.span.overlaps(place.span)), None)
    if sentence is None or sentence.role != "body":
        return None
    taken = [u.quotation.extent for u in quoted]
    taken += [s for u in quoted for s in (u.quotation.cue, u.quotation.source) if s]
    taken += [citation.span for citation in annotated.article.citations]
    pieces, at = [], sentence.span.start
    for span in sorted(span for span in taken if span.overlaps(sentence.span)):
        pieces.append(Span(at, max(at, span.start)))
        at = max(at, span.end)
    pieces.append(Span(at, max(at, sentence.span.end)))
    piece = max(pieces, key=lambda p: (min(p.end, place.span.end) - max(p.start, place.span.start), -p.start))
    if min(piece.end, place.span.end) <= max(piece.start, place.span.start):
        return None
    text = annotated.article.text
    start, end = piece.start, piece.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")%"):
        end -= 1
    return Span(start, end) if start < end else None


def _rate_translation(
    utterance: Utterance, here: Place, terms: Sequence[Term], points: float, config: NarrationConfig
) -> float:
    covered = sum(
        max(0, min(here.span.end, s.end) - max(here.span.start, s.start)) for s in utterance.quotation.content
    )
    is_most = covered >= config.translated_share * (here.span.end - here.span.start)
    return points if is_most and points >= config.translated and len(terms) >= config.least_words else 0.0


def _rate(utterance: Utterance, terms: Sequence[Term], config: NarrationConfig) -> float:
    by_stem = {term.stem: term.weight for term in terms if term.is_content}
    common = sorted(by_stem.keys() & utterance.by_stem.keys())
    if len(common) < config.least_shared or len(terms) < config.least_words:
        return 0.0
    shared = sum(by_stem[s] for s in common)
    length = sum(by_stem[s] ** 2 for s in sorted(by_stem)) ** 0.5
    cosine = sum(by_stem[s] * utterance.by_stem[s] for s in common) / (length * utterance.length)
    contained = shared / min(utterance.weight, sum(by_stem[s] for s in sorted(by_stem)))
    in_order = LCSseq.similarity(utterance.norms, [term.norm for term in terms])
    is_told_in_order = in_order >= max(config.order_words, config.in_order * min(len(utterance.terms), len(terms)))
    if contained >= config.contained and (cosine >= config.cosine or is_told_in_order):
        return float(cosine + contained + 0.001 * in_order)
    return 0.0
