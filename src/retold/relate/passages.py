"""Passages: what two articles say in words that are related, sentence by sentence and, inside them, part by part."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct
from rapidfuzz.distance import LCSseq

from retold.languages import choose_language
from retold.model import AnnotatedArticle, Passage, PassageKind, Place, Span
from retold.relate.anchors import cut_main_piece, find_anchors, find_text_anchors
from retold.relate.encoder import Encoder
from retold.relate.pairs import PairsConfig, choose_pairs, score_pairs
from retold.relate.residue import Residue, find_residues
from retold.relate.translations import Line, TranslationsConfig, choose_lines, rate_lines
from retold.relate.weights import Term, Unit, Weights, cut_units, find_terms


class PassagesConfig(Struct, frozen=True):
    """How far a passage reaches, and what of a quotation's rest is looked for.

    `hole_words`: so many words (`hole_content` content words, where the other side has one) without a counterpart stay
    outside the passage: omitted or added. `least_shared`: a part shares so many content stems besides who says it.
    `near_verbatim`: share of words in common and in order. `residue_words`: a shorter rest of a quotation is not looked
    for; `no_home`: what is as like another sentence as this is not taken for such a rest.
    """

    pairs: PairsConfig = PairsConfig()
    translations: TranslationsConfig = TranslationsConfig()
    hole_words: int = 4
    hole_content: int = 3
    least_shared: int = 2
    near_verbatim: float = 0.70
    residue_words: int = 3
    no_home: float = 0.28


class _Part(Struct, frozen=True):
    """Terms `a[0]`…`a[1]` of one unit are told by terms `b[0]`…`b[1]` of the other (both ends included)."""

    a: tuple[int, int]
    b: tuple[int, int]


def find_passages(
    a: AnnotatedArticle,
    b: AnnotatedArticle,
    weights: Weights,
    config: PassagesConfig,
    encoder: Encoder | None = None,
) -> tuple[Passage, ...]:
    """The spans of `a` and `b` that say the same in related words, in the order of `a`; `from_` is always in `a`.

    Only title, heading and body sentences are looked at. `find_passages(b, a)` gives the same passages, turned round.
    Cosine over idf-weighted stems finds pairs of sentences; neighbours in order lift weak pairs (monotone chaining);
    what a quotation has left over is tried against the indirect speech beside its copy (residual rule). Inside a pair,
    words in common order (LCS) decide which parts are related; a clause that only one side has stays outside the spans.
    Cost: an inverted index over stems; near linear in the words where few stems are shared, n·m where all.
    """
    if _sort_key(b) < _sort_key(a):
        found = [(y, x, kind, score) for x, y, kind, score in _relate(b, a, weights, config, encoder)]
    else:
        found = _relate(a, b, weights, config, encoder)
    found.sort()
    return tuple(
        Passage(f"{a.article.id}-{b.article.id}.m{n}", Place(a.article.id, x), Place(b.article.id, y), kind, score)
        for n, (x, y, kind, score) in enumerate(found, 1)
    )


def find_coverage(article: str, passages: Sequence[Passage], other: str | None = None) -> tuple[Span, ...]:
    """Which parts of `article` (an id) are told in `other` (in any article by default): disjoint spans, in order.

    What is left of a sentence is what was omitted or added. O(p log p) in the passages.
    """
    places = [(p.from_, p.to) for p in passages] + [(p.to, p.from_) for p in passages]
    spans = sorted(x.span for x, y in places if x.article == article and other in (None, y.article))
    out: list[Span] = []
    for span in spans:
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)


def _sort_key(annotated: AnnotatedArticle) -> tuple[str, str]:
    return annotated.article.rank, annotated.article.id


_Found = tuple[Span, Span, PassageKind, float]


def _relate(
    a: AnnotatedArticle, b: AnnotatedArticle, weights: Weights, config: PassagesConfig, encoder: Encoder | None
) -> list[_Found]:
    units_a, units_b = cut_units(a, weights), cut_units(b, weights)
    if None not in (a.article.language, b.article.language) and a.article.language != b.article.language:
        return _translate(a, b, units_a, units_b, config.translations, encoder)
    pairs = choose_pairs(units_a, units_b, score_pairs(units_a, units_b, config.pairs), config.pairs)
    found: list[_Found] = []
    for pair in pairs:
        ua, ub = units_a[pair.a], units_b[pair.b]
        parts = _split_parts(ua, ub, match_terms(ua, ub), _find_edges(a, ua), _find_edges(b, ub), config)
        told_a, told_b = _find_told(a, ua), _find_told(b, ub)
        found += [
            _describe(ua, ub, part, config) for part in parts if _is_telling(ua, ub, part, told_a, told_b, config)
        ]
    spans = [(x, y) for x, y, _, _ in found]
    found += _tell_rests(a, b, find_residues(a, b, spans, config.residue_words), units_b, units_a, weights, config)
    turned = find_residues(b, a, [(y, x) for x, y in spans], config.residue_words)
    found += [(y, x, kind, score) for x, y, kind, score in _tell_rests(b, a, turned, units_a, units_b, weights, config)]
    return found


def _translate(
    a: AnnotatedArticle,
    b: AnnotatedArticle,
    units_a: Sequence[Unit],
    units_b: Sequence[Unit],
    config: TranslationsConfig,
    encoder: Encoder | None,
) -> list[_Found]:
    """The sentences that tell the same in two languages, whole: of a sentence's parts nothing is known."""
    units: list[list[Unit]] = []
    lines: list[list[Line]] = []
    for annotated, every in ((a, units_a), (b, units_b)):
        text, language = annotated.article.text, choose_language(annotated.article.language)
        units.append([unit for unit in every if unit.span.end - unit.span.start >= config.least_chars])
        lines.append(
            [
                Line(
                    cut_main_piece(annotated, unit.span),
                    find_text_anchors(unit.span.cut(text), language) | find_anchors(annotated, [unit.span]),
                )
                for unit in units[-1]
            ]
        )
    points = rate_lines(lines[0], lines[1], config, encoder)
    return [
        (_span(units[0][i].terms), _span(units[1][k].terms), "translation", round(min(1.0, worth), 4))
        for i, k, worth in choose_lines(points, config.least_alone if encoder is None else config.least, config)
    ]


def _find_told(annotated: AnnotatedArticle, unit: Unit) -> frozenset[int]:
    """Term numbers of what is told, as against who says it: terms in no source and no cue of a quotation."""
    sayings = [span for q in annotated.article.told for span in (q.source, q.cue) if span and span.overlaps(unit.span)]
    return frozenset(n for n, t in enumerate(unit.terms) if not any(t.span.overlaps(span) for span in sayings))


def _is_telling(
    ua: Unit, ub: Unit, part: _Part, told_a: frozenset[int], told_b: frozenset[int], config: PassagesConfig
) -> bool:
    """Whether a part shares more than the name and role of who speaks: two reports may both quote a spokesman."""
    mine, theirs = range(part.a[0], part.a[1] + 1), range(part.b[0], part.b[1] + 1)
    stems_a = {ua.terms[n].stem for n in mine if n in told_a and ua.terms[n].is_content}
    stems_b = {ub.terms[n].stem for n in theirs if n in told_b and ub.terms[n].is_content}
    if len(stems_a & stems_b) >= config.least_shared:
        return True
    norms = [ua.terms[n].norm for n in mine if n in told_a]
    return len(norms) >= config.hole_words and norms == [ub.terms[n].norm for n in theirs if n in told_b]


def _tell_rests(
    a: AnnotatedArticle,
    b: AnnotatedArticle,
    residues: Sequence[Residue],
    units_b: Sequence[Unit],
    units_a: Sequence[Unit],
    weights: Weights,
    config: PassagesConfig,
) -> list[_Found]:
    """Keeps the residues whose indirect quotation has no better home; beside the copy even without a common word."""
    told: list[_Found] = []
    for residue in residues:
        rest, indirect = find_terms(a.article, residue.rest, weights), find_terms(b.article, residue.told, weights)
        score = compare_terms(rest, indirect)
        if score == 0 and not residue.is_beside:
            continue
        elsewhere = max(
            (compare_terms(unit.terms, indirect) for unit in units_a if not unit.span.overlaps(residue.rest)),
            default=0.0,
        )
        if elsewhere <= max(score, config.no_home):
            told.append((residue.rest, residue.told, "paraphrase", score))
    return told


def match_terms(ua: Unit, ub: Unit) -> list[tuple[int, int]]:
    """The terms of two units that are the same, as pairs of term numbers rising on both sides.

    Content stems in longest common order (LCS), then the equal words that touch them. O(n·m / 64) and less.
    """
    stems_a = [ua.terms[t].stem for t in ua.content]
    stems_b = [ub.terms[t].stem for t in ub.content]
    anchors: list[tuple[int, int]] = []
    for op in LCSseq.opcodes(stems_a, stems_b):
        if op.tag == "equal":
            run = range(op.src_end - op.src_start)
            anchors += [(ua.content[op.src_start + k], ub.content[op.dest_start + k]) for k in run]
    matched: list[tuple[int, int]] = []
    for n, (x, y) in enumerate(anchors):
        low = matched[-1] if matched else (-1, -1)
        run_up: list[tuple[int, int]] = []
        while x - 1 > low[0] and y - 1 > low[1] and ua.terms[x - 1].norm == ub.terms[y - 1].norm:
            x, y = x - 1, y - 1
            run_up.append((x, y))
        matched += run_up[::-1]
        matched.append(anchors[n])
        x, y = anchors[n]
        high = anchors[n + 1] if n + 1 < len(anchors) else (len(ua.terms), len(ub.terms))
        while x + 1 < high[0] and y + 1 < high[1] and ua.terms[x + 1].norm == ub.terms[y + 1].norm:
            x, y = x + 1, y + 1
            matched.append((x, y))
    return matched


def _split_parts(
    ua: Unit,
    ub: Unit,
    matched: list[tuple[int, int]],
    edges_a: tuple[frozenset[int], frozenset[int]],
    edges_b: tuple[frozenset[int], frozenset[int]],
    config: PassagesConfig,
) -> list[_Part]:
    """Cuts a pair where one side has a hole or a quotation ends, and extends the ends over what was replaced."""
    if not matched:
        return []
    runs: list[list[tuple[int, int]]] = [[matched[0]]]
    for last, this in pairwise(matched):
        is_hole = _is_hole(ua, ub, range(last[0] + 1, this[0]), range(last[1] + 1, this[1]), config)
        is_cut = any(last[0] < c <= this[0] for c in edges_a[0]) and any(last[1] < c <= this[1] for c in edges_b[0])
        if is_hole or is_cut:
            runs.append([this])
        else:
            runs[-1].append(this)
    runs = [run for run in runs if sum(ua.terms[x].is_content for x, _ in run) >= config.least_shared] or [matched]
    parts: list[_Part] = []
    for n, run in enumerate(runs):
        low = (parts[-1].a[1] + 1, parts[-1].b[1] + 1) if parts else (0, 0)
        high = (
            (runs[n + 1][0][0] - 1, runs[n + 1][0][1] - 1)
            if n + 1 < len(runs)
            else (len(ua.terms) - 1, len(ub.terms) - 1)
        )
        low_a, high_a = _clip(low[0], high[0], run[0][0], run[-1][0], edges_a[1])
        low_b, high_b = _clip(low[1], high[1], run[0][1], run[-1][1], edges_b[1])
        first_a, first_b = _extend(ua, ub, run[0], (low_a, low_b), -1, config)
        end_a, end_b = _extend(ua, ub, run[-1], (high_a, high_b), +1, config)
        parts.append(_Part((first_a, end_a), (first_b, end_b)))
    return parts


def _is_hole(ua: Unit, ub: Unit, gap_a: range, gap_b: range, config: PassagesConfig) -> bool:
    """Whether one side has words here that the other has no counterpart of. Words that only moved are no hole."""
    rest_a, rest_b = _unmoved(ua, gap_a, ub), _unmoved(ub, gap_b, ua)
    content_a, content_b = _count_content(ua, rest_a, ub), _count_content(ub, rest_b, ua)
    if min(content_a, content_b) == 0 and max(content_a, content_b) >= 2:
        return abs(len(rest_a) - len(rest_b)) >= config.hole_words
    return min(content_a, content_b) <= 1 and abs(content_a - content_b) >= config.hole_content


def _unmoved(unit: Unit, gap: range, other: Unit) -> list[int]:
    return [n for n in gap if not (unit.terms[n].is_content and unit.terms[n].stem in other.stems)]


def _count_content(unit: Unit, gap: list[int], other: Unit) -> int:
    """Content terms in a gap; the rest of a name that the other side gives in part ("Lin" in "Wei Lin") is none."""
    count = 0
    for n in gap:
        beside = [unit.terms[k] for k in (n - 1, n + 1) if 0 <= k < len(unit.terms)]
        is_name_rest = unit.terms[n].is_capital and any(t.is_capital and t.stem in other.stems for t in beside)
        count += unit.terms[n].is_content and not is_name_rest
    return count


def _clip(low: int, high: int, first: int, last: int, cuts: frozenset[int]) -> tuple[int, int]:
    low = max([low] + [c for c in cuts if c <= first])
    high = min([high] + [c - 1 for c in cuts if c > last])
    return low, high


def _extend(
    ua: Unit, ub: Unit, at: tuple[int, int], limit: tuple[int, int], step: int, config: PassagesConfig
) -> tuple[int, int]:
    """Both ends go out to the limit where both sides have something there (a replacement), else neither does, except
    over the few words that belong to the end itself."""
    gap_a = range(at[0] + step, limit[0] + step, step)
    gap_b = range(at[1] + step, limit[1] + step, step)
    if not _is_hole(ua, ub, gap_a, gap_b, config):
        return limit
    end_a = limit[0] if len(gap_a) < len(gap_b) and len(gap_a) < config.hole_words else at[0]
    end_b = limit[1] if len(gap_b) < len(gap_a) and len(gap_b) < config.hole_words else at[1]
    return end_a, end_b


def _find_edges(annotated: AnnotatedArticle, unit: Unit) -> tuple[frozenset[int], frozenset[int]]:
    """Term numbers before which a stretch in quotation marks begins or ends; and the content of any quotation."""
    starts = [term.span.start for term in unit.terms]
    marks: set[int] = set()
    edges: set[int] = set()
    for quotation in annotated.article.told:
        for span in quotation.content:
            if span.overlaps(unit.span):
                places = {bisect_left(starts, span.start), bisect_left(starts, span.end)} - {0, len(starts)}
                edges |= places
                if quotation.kind == "direct":
                    marks |= places
    return frozenset(marks), frozenset(edges)


def _describe(ua: Unit, ub: Unit, part: _Part, config: PassagesConfig) -> _Found:
    terms_a, terms_b = ua.terms[part.a[0] : part.a[1] + 1], ub.terms[part.b[0] : part.b[1] + 1]
    norms_a, norms_b = [t.norm for t in terms_a], [t.norm for t in terms_b]
    kind: PassageKind
    if norms_a == norms_b:
        kind = "verbatim"
    elif 2 * LCSseq.similarity(norms_a, norms_b) / (len(norms_a) + len(norms_b)) >= config.near_verbatim:
        kind = "near_verbatim"
    else:
        kind = "paraphrase"
    score = 1.0 if kind == "verbatim" else compare_terms(terms_a, terms_b)
    return _span(terms_a), _span(terms_b), kind, score


def compare_terms(terms_a: Sequence[Term], terms_b: Sequence[Term]) -> float:
    """The idf-cosine of two runs of terms over content stems, from 0 to 1, rounded to 4 places. Linear."""
    weights_a = {t.stem: t.weight for t in terms_a if t.is_content}
    weights_b = {t.stem: t.weight for t in terms_b if t.is_content}
    dot = sum(weights_a[stem] * weights_b[stem] for stem in sorted(weights_a.keys() & weights_b.keys()))
    length = sum(weights_a[s] ** 2 for s in sorted(weights_a)) * sum(weights_b[s] ** 2 for s in sorted(weights_b))
    return round(dot / length**0.5, 4) if length else 0.0


def _span(terms: Sequence[Term]) -> Span:
    return Span(terms[0].span.start, terms[-1].span.end)
