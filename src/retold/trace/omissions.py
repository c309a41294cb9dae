"""What a retelling left out of the report it derives from, and what it has beyond it, as spans of whole clauses."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from retold.annotate.datelines import skip_dateline
from retold.annotate.words import Word, find_words, stem_word
from retold.languages import choose_language
from retold.model import (
    Addition,
    AnnotatedArticle,
    Change,
    Derivation,
    Family,
    Label,
    Omission,
    OmissionKind,
    Passage,
    Place,
    Quotation,
    Reading,
    Sentence,
    Span,
)
from retold.trace.coverage import Coverage
from retold.trace.profiles import sort_key

WORD_FOR_WORD: frozenset[Label] = frozenset(
    {"verbatim", "elided", "truncated", "spliced", "extended", "overlapping", "altered"}
)
"""Labels whose edits cover all that the later reading took: with the others the narrator tells the rest."""


class OmissionsConfig(Struct, frozen=True):
    """How small a thing counts. All in words.

    `part_words`, `part_content`: what is left of a sentence that was otherwise carried; fewer are a matter of style.
    `told_share`: a sentence with less than this share of its content words carried was left out (or added) whole; a
    name in common carries no statement. `dropped_share`: a reading without a counterpart counts as dropped where the
    passages cover less of it. `title_share`: a title with so many of its words in the other article is told.
    `clause_share`: a part that makes up so much of its sentence is a statement of its own, less is a qualifier.
    """

    part_words: int = 3
    part_content: int = 2
    told_share: float = 0.2
    dropped_share: float = 0.5
    title_share: float = 0.5
    clause_share: float = 0.5


class _Pair(Struct, frozen=True):
    """One derivation between two articles at hand, with what says that something was carried over."""

    source: AnnotatedArticle
    copy: AnnotatedArticle
    passages: tuple[tuple[Span, Span], ...]
    readings: tuple[tuple[Reading, tuple[Reading, ...]], ...]


def find_omissions(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Sequence[Reading],
    changes: Sequence[Change],
    passages: Sequence[Passage],
    derivations: Sequence[Derivation],
    config: OmissionsConfig,
) -> tuple[tuple[Omission, ...], tuple[Addition, ...]]:
    """What each article left out of every article at hand that it derives from, and what it has that none of them has.

    Sentences of title, headings and body are held against the passages and the shared families of the pair; what
    neither covers is left out. `statement`: a sentence of the narrator, or a clause of one that tells as much as the
    rest. `quotation`: a whole reading. `quote_part`: words of a quotation that was otherwise carried, from the edits of
    its change where there is one. `qualifier`: the rest of a sentence otherwise carried. `attribution`: who said it,
    where the copy tells it as its own. Additions are whole sentences, joined within a paragraph; a phrase that cites is
    none. Both in text order, by the id of the copy. O((sentences + passages) of the pair) for each derivation.
    """
    by_id = {a.article.id: a for a in articles}
    sources: dict[str, list[str]] = {}
    for derivation in derivations:
        if derivation.from_ in by_id and derivation.to in by_id and derivation.from_ != derivation.to:
            sources.setdefault(derivation.to, []).append(derivation.from_)
    wanted = {(min(s, c), max(s, c)) for c, ids in sources.items() for s in ids}
    by_pair: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        one, other = passage.from_.article, passage.to.article
        if (min(one, other), max(one, other)) in wanted:
            by_pair.setdefault((min(one, other), max(one, other)), []).append(passage)
    by_reading = {reading.id: reading for reading in readings}
    told: dict[str, dict[str, list[Reading]]] = {}
    for family in families:
        for id_ in family.readings:
            if id_ in by_reading:
                told.setdefault(family.id, {}).setdefault(by_reading[id_].article, []).append(by_reading[id_])
    edited: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.from_ is not None and change.to is not None:
            edited.setdefault((change.from_, change.to), []).append(change)
    omissions: list[Omission] = []
    additions: list[Addition] = []
    for copy in sorted(sources):
        pairs = [_make_pair(by_id[s], by_id[copy], by_pair, told) for s in sorted(set(sources[copy]))]
        for pair in pairs:
            omissions += _find_left_out(pair, edited, config)
        additions += _find_added(by_id[copy], pairs, config)
    omissions.sort(key=lambda o: (o.article, sort_key(by_id[o.span_in.article]), o.span_in.span, o.what))
    return tuple(dict.fromkeys(omissions)), tuple(additions)


def _make_pair(
    source: AnnotatedArticle,
    copy: AnnotatedArticle,
    by_pair: Mapping[tuple[str, str], Sequence[Passage]],
    told: Mapping[str, Mapping[str, Sequence[Reading]]],
) -> _Pair:
    s, c = source.article.id, copy.article.id
    spans = sorted(
        (p.from_.span, p.to.span) if p.from_.article == s else (p.to.span, p.from_.span)
        for p in by_pair.get((min(s, c), max(s, c)), ())
    )
    readings: dict[str, Reading] = {}
    partners: dict[str, dict[str, Reading]] = {}
    for rows in told.values():
        for reading in rows.get(s, ()):
            readings[reading.id] = reading
            partners.setdefault(reading.id, {}).update((r.id, r) for r in rows.get(c, ()))
    rows_in_order = sorted(readings.values(), key=lambda r: (r.span, r.id))
    return _Pair(
        source,
        copy,
        tuple(spans),
        tuple((r, tuple(sorted(partners[r.id].values(), key=lambda p: (p.span, p.id)))) for r in rows_in_order),
    )


def _find_left_out(
    pair: _Pair, edited: Mapping[tuple[str, str], Sequence[Change]], config: OmissionsConfig
) -> list[Omission]:
    """The omissions along one derivation."""
    article = pair.source.article
    quotations = {q.id: q for q in article.told}
    carried = Coverage(len(article.text), (span for span, _ in pair.passages))
    dropped = Coverage(len(article.text))
    shared: list[Span] = []  # readings that the copy has in some form
    found: dict[Span, OmissionKind] = {}
    for reading, partners in pair.readings:
        quotation = quotations.get(reading.quotation or "")
        if partners:
            shared.append(reading.span)
            _mark_reading(reading, partners, pair, edited, carried)
            if quotation is not None and all(r.form == "narration" for r in partners):
                span = _find_attribution(quotation)
                if span is not None:
                    found[span] = "attribution"
        elif quotation is not None and carried.share(reading.span) < config.dropped_share:
            span = (
                reading.span
                if quotation.kind == "direct"
                else _widen(reading.span, pair.source.sentences, config.clause_share)
            )
            found[span] = "quotation"
            dropped.add(span)
            if quotation.kind == "direct" and quotation.cue is not None:
                dropped.add(_widen(quotation.cue, pair.source.sentences, 0.0))  # "said X, the …" goes with it
    # another way to name a speaker, or to say that he said it, leaves nothing out
    neutral = Coverage(len(article.text), [s for q in article.told for s in (q.source, q.cue) if s is not None])
    for zone in article.zones:
        if zone.role == "body":
            neutral.add(Span(zone.span.start, skip_dateline(article.text, zone.span)))
    spoken = Coverage(len(article.text), (part for q in article.told for part in q.content if q.kind != "indirect"))
    told_words, stems = _join_sentences(pair.copy), _find_stems(pair.copy)
    for sentence in pair.source.sentences:
        if dropped.share(sentence.span) >= config.dropped_share or _is_told_title(pair.source, sentence, stems, config):
            continue
        for span, what in _find_uncovered(pair.source, sentence, shared, carried, neutral, spoken, config):
            for part in _find_left(span, dropped, neutral, pair.source, config):
                if _join_words(article.text, part) not in told_words:  # too short for a passage, but there
                    found.setdefault(part, what)
    copy = pair.copy.article.id
    return [Omission(copy, Place(article.id, span), what) for span, what in sorted(found.items())]


def _mark_reading(
    reading: Reading,
    partners: Sequence[Reading],
    pair: _Pair,
    edited: Mapping[tuple[str, str], Sequence[Change]],
    carried: Coverage,
) -> None:
    """Marks what of a shared reading was carried: by the edits of its changes, else by the passages, else all of it."""
    exact: list[Span] = []  # the partners whose edits say to the word what they kept; those of a paraphrase don't
    kept: list[Span] = []
    for partner in partners:
        for change in edited.get((reading.id, partner.id), ()):
            if change.edits and change.label in WORD_FOR_WORD:
                exact.append(partner.span)
                kept += [e.from_ for e in change.edits if e.op in ("equal", "replace")]
    if exact:
        elsewhere = [mine for mine, theirs in pair.passages if not any(theirs.overlaps(span) for span in exact)]
        carried.remove(reading.span)
        for span in [*kept, *elsewhere]:
            carried.add(span)
    elif carried.share(reading.span) == 0:
        carried.add(reading.span)  # told in words too different for a passage


def _find_uncovered(
    annotated: AnnotatedArticle,
    sentence: Sentence,
    shared: Sequence[Span],
    carried: Coverage,
    neutral: Coverage,
    spoken: Coverage,
    config: OmissionsConfig,
) -> list[tuple[Span, OmissionKind]]:
    """What of one sentence the copy has not: the whole of it, or the runs of words that are long enough."""
    text = annotated.article.text
    words = find_words(text, sentence.span)
    content = [w for w in words if _is_content(annotated, w)]
    if not content:
        return []
    told = [w for w in content if carried.has(w.span.start)]
    is_untold = len(told) < config.told_share * len(content) and not _is_told(told, config)
    if is_untold and not any(span.overlaps(sentence.span) for span in shared):
        return [(sentence.span, "statement")] if len(content) >= config.part_content else []
    found: list[tuple[Span, OmissionKind]] = []

    def state(word: Word) -> tuple[bool, bool]:
        at = word.span.start
        return carried.has(at) or neutral.has(at), spoken.has(at)

    for (is_told, is_spoken), group in groupby(words, state):
        run = list(group)
        if is_told or len(run) < config.part_words:
            continue
        weight = sum(_is_content(annotated, w) for w in run)
        if weight < (1 if is_spoken else config.part_content):
            continue  # of what somebody said, every clause counts
        what: OmissionKind = "quote_part" if is_spoken else "qualifier"
        if not is_spoken and weight >= config.clause_share * len(content):
            what = "statement"
        found.append((Span(run[0].span.start, run[-1].span.end), what))
    return found


def _find_left(
    span: Span, dropped: Coverage, neutral: Coverage, annotated: AnnotatedArticle, config: OmissionsConfig
) -> list[Span]:
    """`span` without the readings that are listed on their own."""
    if not dropped.share(span):
        return [span]
    left: list[Span] = []
    words = find_words(annotated.article.text, span)
    for is_listed, group in groupby(words, lambda word: dropped.has(word.span.start)):
        run = list(group)
        own = [w for w in run if not neutral.has(w.span.start) and _is_content(annotated, w)]
        if not is_listed and len(own) >= config.part_content:
            left.append(Span(run[0].span.start, run[-1].span.end))
    return left


def _is_told(told: Sequence[Word], config: OmissionsConfig) -> bool:
    """Whether a short run in a long sentence is a statement told, rather than a name in common."""
    return len(told) > config.part_content


def _find_added(copy: AnnotatedArticle, pairs: Sequence[_Pair], config: OmissionsConfig) -> list[Addition]:
    """The sentences that none of the sources has, joined within a paragraph."""
    article = copy.article
    told = Coverage(len(article.text), (span for pair in pairs for _, span in pair.passages))
    for pair in pairs:
        for _, partners in pair.readings:
            for partner in partners:
                told.add(partner.span)
    cited = Coverage(len(article.text), (citation.span for citation in article.citations))
    stems = frozenset[str]().union(*(_find_stems(pair.source) for pair in pairs))
    source_words = [_join_sentences(pair.source) for pair in pairs]
    found: list[Addition] = []
    last: Sentence | None = None
    for sentence in copy.sentences:
        words = [w for w in find_words(article.text, sentence.span) if _is_content(copy, w)]
        own = [w for w in words if not cited.has(w.span.start)]
        held = [w for w in own if told.has(w.span.start)]
        is_new = len(own) >= config.part_content and len(held) < config.told_share * len(own)
        is_told = is_new and any(_join_words(article.text, sentence.span) in words for words in source_words)
        if not is_new or is_told or _is_told_title(copy, sentence, stems, config):
            last = None
            continue
        span = sentence.span
        if last is not None and last.paragraph == sentence.paragraph and found:
            found[-1] = Addition(article.id, Span(found[-1].span.start, span.end))
        else:
            found.append(Addition(article.id, span))
        last = sentence
    return found


def _is_told_title(
    annotated: AnnotatedArticle, sentence: Sentence, stems: frozenset[str], config: OmissionsConfig
) -> bool:
    """Whether the other article has the words of a title somewhere: a title sums up what stands below it."""
    if sentence.role != "title":
        return False
    language = choose_language(annotated.article.language)
    words = [w for w in find_words(annotated.article.text, sentence.span) if _is_content(annotated, w)]
    return sum(stem_word(w.norm, language) in stems for w in words) >= config.title_share * len(words)


def _join_words(text: str, span: Span) -> str:
    return " ".join(["", *(word.norm for word in find_words(text, span)), ""])


def _join_sentences(annotated: AnnotatedArticle) -> str:
    return "|".join(_join_words(annotated.article.text, s.span) for s in annotated.sentences)


def _find_stems(annotated: AnnotatedArticle) -> frozenset[str]:
    language = choose_language(annotated.article.language)
    words = (w for s in annotated.sentences for w in find_words(annotated.article.text, s.span))
    return frozenset(stem_word(word.norm, language) for word in words)


def _find_attribution(quotation: Quotation) -> Span | None:
    """Who said it, with the cue where the two stand together."""
    if quotation.source is None:
        return quotation.cue
    if quotation.cue is None:
        return quotation.source
    both = Span(min(quotation.source.start, quotation.cue.start), max(quotation.source.end, quotation.cue.end))
    return quotation.source if any(both.overlaps(part) for part in quotation.content) else both


def _widen(span: Span, sentences: Sequence[Sentence], least_share: float) -> Span:
    """The whole sentence, where most of it is the statement: an indirect one left out takes its speaker along."""
    touched = [s.span for s in sentences if s.span.overlaps(span)]
    if not touched:
        return span
    whole = Span(min(touched[0].start, span.start), max(touched[-1].end, span.end))
    return whole if span.end - span.start >= least_share * (whole.end - whole.start) else span


def _is_content(annotated: AnnotatedArticle, word: Word) -> bool:
    return word.norm not in choose_language(annotated.article.language).words.stop
