"""Narration readings: what the narrator of one article tells as known, and another article attributes."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace
from rapidfuzz.distance import LCSseq

from retold.annotate.words import join_words
from retold.languages import choose_language
from retold.model import AnnotatedArticle, Passage, Place, Span
from retold.relate.weights import Term, Weights, find_terms
from retold.trace.likeness import Utterance, rank_article


class NarrationConfig(Struct, frozen=True):
    """When narration tells an utterance: from this idf-weighted share of the smaller in the larger, with this cosine.

    Or, instead of the cosine, `in_order` of the shorter's words in the same order, at least `order_words`. Below
    `least_words` words or `least_shared` content stems in common nothing is claimed. In another language: a passage of
    `translated` points, of whose sentence the quotation makes up `translated_share`. A clause that no passage
    joins to the utterance, as half a long sentence is, needs `clause_cosine` and `clause_contained` in one of
    `tellings` of its readings.
    """

    cosine: float = 0.33
    contained: float = 0.40
    in_order: float = 0.60
    order_words: int = 7
    least_words: int = 4
    least_shared: int = 3
    clause_cosine: float = 0.40
    clause_contained: float = 0.45
    tellings: int = 4
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
        told_in[chosen].add(article)
    parts: dict[str, list[Span]] = defaultdict(list)
    for article, span in best:
        parts[article].append(span)
    tellings = {  # by language, for each group: not again for each article
        code: [_choose_tellings(group, utterances, code, config) for group in groups]
        for code in {a.article.language for a in articles}
    }
    for annotated in articles:
        article = annotated.article.id
        quoted = [utterances[m] for m in by_article[article]]
        untold = {n: row for n, row in enumerate(tellings[annotated.article.language]) if article not in told_in[n]}
        for chosen, span in _find_clauses(annotated, quoted, parts[article], untold, weights, config):
            told[chosen].append((rank_article(annotated), article, span))
    return dict(told)


def _find_clauses(
    annotated: AnnotatedArticle,
    quoted: Sequence[Utterance],
    parts: Sequence[Span],
    untold: Mapping[int, Sequence[Utterance]],
    weights: Weights,
    config: NarrationConfig,
) -> list[tuple[int, Span]]:
    """The narrator's clauses that tell a family of which the article has no reading yet (`untold`: some readings of
    each), the best for each."""
    article = annotated.article
    taken, joint = _find_taken(annotated, quoted), _compile_joint(article.language)
    sentences = [sentence.span for sentence in annotated.sentences if sentence.role == "body"]
    spans = [span for sentence in sentences for span in _cut_clauses(article.text, sentence, taken, joint)]
    pieces = [(s, find_terms(article, s, weights)) for s in spans if not any(s.overlaps(part) for part in parts)]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, (_, terms) in enumerate(pieces):
        for stem in sorted({term.stem for term in terms if term.is_content}):
            holders[stem].append(at)
    strict = replace(config, cosine=config.clause_cosine, contained=config.clause_contained, in_order=2.0)
    found: list[tuple[float, int, int]] = []
    for n, tellings in untold.items():
        for telling in tellings:
            counts = Counter(at for stem in telling.by_stem for at in holders.get(stem, ()))
            for at in sorted(at for at, count in counts.items() if count >= config.least_shared):
                score = _rate(telling, pieces[at][1], strict)
                if score:
                    found.append((score, n, at))
    chosen: dict[int, int] = {}
    for _, n, at in sorted(found, key=lambda row: (-row[0], row[1:])):
        if n not in chosen and at not in chosen.values():
            chosen[n] = at
    return sorted((n, pieces[at][0]) for n, at in chosen.items())


def _choose_tellings(
    group: Sequence[int], utterances: Sequence[Utterance], language: str | None, config: NarrationConfig
) -> list[Utterance]:
    """Some readings of a family in this language, no two in the same words: of many reports most have the same."""
    first: dict[tuple[str, ...], Utterance] = {}
    for m in group:
        if utterances[m].language == language and len(first) < config.tellings:
            first.setdefault(tuple(utterances[m].norms), utterances[m])
    return list(first.values())


def _cut_clauses(text: str, sentence: Span, taken: Sequence[Span], joint: re.Pattern[str]) -> list[Span]:
    """What the narrator says in a sentence, cut where a clause is joined to the one before."""
    if any(span.overlaps(sentence) for span in taken):
        return []  # what stands beside a quotation mostly tells who speaks
    cuts = (match.start() for match in joint.finditer(text, sentence.start, sentence.end))
    edges = [sentence.start, *cuts, sentence.end]
    return [trimmed for a, b in pairwise(edges) if (trimmed := _trim(text, Span(a, b))) is not None]


@cache
def _compile_joint(code: str | None) -> re.Pattern[str]:
    joiners = join_words(choose_language(code).names.joiners) or r"(?!)"
    return re.compile(rf"[;:]\s|\s[–—-]\s|,\s(?=(?:{joiners})\s)")


def _find_taken(annotated: AnnotatedArticle, quoted: Sequence[Utterance]) -> list[Span]:
    """What stands in a quotation or a citation, or tells who speaks."""
    taken = [u.quotation.extent for u in quoted]
    taken += [s for u in quoted for s in (u.quotation.cue, u.quotation.source) if s]
    return taken + [citation.span for citation in annotated.article.citations]


def _find_part(annotated: AnnotatedArticle, quoted: Sequence[Utterance], place: Place) -> Span | None:
    """The sentence of the passage, or what of it stands in no quotation and no citation, without the final mark."""
    sentence = next((s for s in annotated.sentences if s.span.overlaps(place.span)), None)
    if sentence is None or sentence.role != "body":
        return None
    taken = _find_taken(annotated, quoted)
    pieces, at = [], sentence.span.start
    for span in sorted(span for span in taken if span.overlaps(sentence.span)):
        pieces.append(Span(at, max(at, span.start)))
        at = max(at, span.end)
    pieces.append(Span(at, max(at, sentence.span.end)))
    piece = max(pieces, key=lambda p: (min(p.end, place.span.end) - max(p.start, place.span.start), -p.start))
    if min(piece.end, place.span.end) <= max(piece.start, place.span.start):
        return None
    return _trim(annotated.article.text, piece)


def _trim(text: str, piece: Span) -> Span | None:
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
