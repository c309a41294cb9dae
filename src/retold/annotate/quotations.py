"""Article → quotations: direct, mixed and indirect, with source, cue and content.

Marks come first (`marks`, `contexts`): a statement in marks is a direct quotation. Paragraphs that hold a mark or a
possible cue are parsed, direct quotations masked (`parse`, `clauses`); the rest is never parsed. Where no parser is
installed, `rules` alone find who says what. Speakers are another room's.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.clauses import Clause, complement_of, find_clauses, read_lead_in, span_of
from retold.annotate.contexts import Context, find_contexts, find_sentence_ends
from retold.annotate.cues import CueIndex, index_cues
from retold.annotate.datelines import skip_dateline
from retold.annotate.marks import find_marked
from retold.annotate.parse import Parse, Parser, Piece
from retold.annotate.rules import Attribution, read_head, read_indirect, read_signed_line, read_tail
from retold.annotate.transcripts import Turn, find_turns
from retold.annotate.words import find_words
from retold.languages import Language
from retold.model import READ_ROLES, Article, Quotation, QuotationKind, Sentence, Span, Zone

# A fragment in marks that no cue governs counts as somebody's words from this length on: shorter ones are as often
# scare quotes and names (of 2 to 3 words with no cue near, 59 % are quotations; of 4 to 7, 93 %).
FRAGMENT_WORDS = 4
# A shorter paragraph below a colon is as often an item of a list.
BLOCK_WORDS = 6
_LIST_LINK = re.compile(r"[,;]?\s*(?:[^\W\d_]{1,4}\s)?")


class Paragraph(Struct, frozen=True):
    """A zone that is read, the marked text that touches it, and what of it goes to the parser (None: nothing).
    `turn`: the whole paragraph is one speaker's turn in a transcript."""

    zone: Zone
    contexts: tuple[Context, ...]
    sentences: tuple[Span, ...]
    pieces: tuple[Piece, ...] | None
    turn: Turn | None = None


class _Draft(Struct, frozen=True):
    """A quotation before it has an id."""

    kind: QuotationKind
    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    confidence: float
    outers: tuple[Span, ...] = ()

    @property
    def extent(self) -> Span:
        return Span(self.content[0].start, self.content[-1].end)


def find_quotations(
    article: Article, sentences: Sequence[Sentence], language: Language, parser: Parser | None
) -> tuple[Quotation, ...]:
    """The quotations of one article whose zones are set, in order of their content. `speaker` is left None.

    Cost: linear in the text, plus the parser's for paragraphs that hold a mark or a cue.
    """
    return next(iter(find_quotations_batch([(article, sentences)], language, parser)))


def find_quotations_batch(
    articles: Iterable[tuple[Article, Sequence[Sentence]]], language: Language, parser: Parser | None
) -> tuple[tuple[Quotation, ...], ...]:
    """The same over many articles of one language, parsed in one stream."""
    cues = index_cues(language)
    listed = list(articles)
    prepared = [_prepare(article, sentences, language, cues) for article, sentences in listed]
    parses: dict[tuple[int, int], Parse] = {}
    if parser is not None:
        wanted = [
            (i, k, paragraph.pieces)
            for i, paragraphs in enumerate(prepared)
            for k, paragraph in enumerate(paragraphs)
            if paragraph.pieces is not None
        ]
        for (i, k, _), parse in zip(wanted, parser.parse(pieces for _, _, pieces in wanted), strict=True):
            parses[i, k] = parse
    found = []
    for i, (article, _) in enumerate(listed):
        drafts = _read_article(
            article.text, prepared[i], [parses.get((i, k)) for k in range(len(prepared[i]))], language, cues
        )
        found.append(_number(article.id, [_drop_blanks(article.text, draft) for draft in drafts]))
    return tuple(found)


def _prepare(
    article: Article, sentences: Sequence[Sentence], language: Language, cues: CueIndex
) -> tuple[Paragraph, ...]:
    text = article.text
    zones = [zone for zone in article.zones if zone.role in READ_ROLES]
    below = [zone for zone in zones if zone.role != "title"]  # a reporter's short question looks like a heading
    said = {id(below[turn.paragraph]): turn for turn in find_turns(text, [zone.span for zone in below])}
    read = [Span(z.span.start, z.span.start) if said.get(id(z)) else z.span for z in zones]
    marked = find_marked(text, read, language)
    ends = find_sentence_ends(sentences, marked)
    paragraphs = []
    first_mark, first_end, first_sentence = 0, 0, 0
    for zone in zones:
        turn = said.get(id(zone))
        if turn is not None:
            paragraphs.append(Paragraph(zone, (), (), None, turn))
            continue
        while first_mark < len(marked) and marked[first_mark].outer.end <= zone.span.start:
            first_mark += 1
        while first_end < len(ends) and ends[first_end] <= zone.span.start:
            first_end += 1
        while first_sentence < len(sentences) and sentences[first_sentence].span.end <= zone.span.start:
            first_sentence += 1
        last_mark, last_end, last_sentence = first_mark, first_end, first_sentence
        while last_mark < len(marked) and marked[last_mark].outer.start < zone.span.end:
            last_mark += 1
        while last_end < len(ends) and ends[last_end] <= zone.span.end:
            last_end += 1
        while last_sentence < len(sentences) and sentences[last_sentence].span.start < zone.span.end:
            last_sentence += 1
        contexts = find_contexts(
            text, zone.span, zone.role, marked[first_mark:last_mark], ends[first_end:last_end], cues, language
        )
        inside = tuple(s.span for s in sentences[first_sentence:last_sentence])
        begin = skip_dateline(text, zone.span) if zone.role == "body" else zone.span.start
        pieces = _cut_pieces(text, Span(begin, zone.span.end), contexts, language)
        needed = any(not p.is_masked and cues.pattern.search(p.text) for p in pieces) or any(
            not c.is_statement and not c.is_name for c in contexts
        )
        needed = needed or (bool(pieces) and not pieces[-1].is_masked and pieces[-1].text.rstrip().endswith(":"))
        paragraphs.append(Paragraph(zone, contexts, inside, pieces if needed else None))
    return tuple(paragraphs)


def _cut_pieces(text: str, span: Span, contexts: Sequence[Context], language: Language) -> tuple[Piece, ...]:
    """The paragraph with each statement in marks replaced by the language's stand-in."""
    pieces: list[Piece] = []
    at = span.start
    stand_in = language.parser.stand_in if language.parser else ""
    for context in contexts:
        if not context.is_statement:
            continue
        if context.outer.start > at:
            pieces.append(Piece(text[at : context.outer.start], Span(at, context.outer.start)))
        pieces.append(Piece(stand_in, context.outer, is_masked=True))
        inside = context.outer.cut(text).rstrip("\"”’'»“")[-1:]
        after = context.after.cut(text).lstrip()
        goes_on = bool(after) and after[0] not in ".!?"
        if inside and inside in ",.!?…—–-" and after[:1] != ",":
            mark = "," if goes_on else "."
            pieces.append(Piece(mark, Span(context.outer.end - 1, context.outer.end)))
        at = context.outer.end
    if at < span.end:
        pieces.append(Piece(text[at : span.end], Span(at, span.end)))
    return tuple(pieces)


def _read_article(
    text: str,
    paragraphs: Sequence[Paragraph],
    parses: Sequence[Parse | None],
    language: Language,
    cues: CueIndex,
) -> list[_Draft]:
    drafts: list[_Draft] = []
    placed: dict[Span, int] = {}  # where the draft of a marked text stands, which may run on over paragraphs
    for k, (paragraph, parse) in enumerate(zip(paragraphs, parses, strict=True)):
        if paragraph.turn is not None:
            turn = paragraph.turn
            drafts.append(_Draft("direct", (turn.content,), None, turn.source, 0.9))
            continue
        if k and not paragraph.contexts and paragraph.zone.role == "body":
            above = paragraphs[k - 1]
            signed = read_signed_line(text, paragraph.zone.span)
            last = drafts[-1] if drafts and above.zone.span.contains(drafts[-1].extent) else None
            if signed is not None and last is not None and last.kind == "direct" and last.source is None:
                drafts[-1] = replace(last, source=signed, confidence=0.8)
                continue
            block = _read_block(text, paragraph, above, parses[k - 1], language, cues)
            if block is not None:
                drafts.append(block)
                continue
        frames = {c.outer: Span(c.before.start, c.after.end) for c in paragraph.contexts if c.is_statement}
        clauses = find_clauses(parse, cues, language, frames) if parse is not None else ()
        direct = _read_statements(text, paragraph, parse, clauses, language, cues)
        if direct and direct[0].cue is None and direct[0].source is None and k:
            direct[0] = _read_lead_in(text, direct[0], paragraph, paragraphs[k - 1], parses[k - 1], cues, language)
        for draft in direct:
            at = next((placed[o] for o in draft.outers if o in placed), None)
            if at is None:
                at = len(drafts)
                drafts.append(draft)
            elif drafts[at].source is None:
                drafts[at] = replace(drafts[at], cue=draft.cue, source=draft.source, confidence=draft.confidence)
            placed.update(dict.fromkeys(draft.outers, at))
        others = (
            _read_clauses(text, paragraph, parse, clauses, language, cues)
            if parse is not None
            else _read_by_rules(text, paragraph, language, cues)
        )
        drafts.extend(_add_fragments(text, paragraph, parse, others, language, cues))
    return _carry_on(drafts, paragraphs)


def _read_block(
    text: str, paragraph: Paragraph, above: Paragraph, parse: Parse | None, language: Language, cues: CueIndex
) -> _Draft | None:
    """A block quotation or a post without marks: the paragraph below "…, saying:" or "X wrote on her page:"."""
    content = _trim(text, paragraph.zone.span)
    prose = len(find_words(text, content)) >= BLOCK_WORDS and text[content.end - 1] in ".!?…"
    if not prose or not text[above.zone.span.start : above.zone.span.end].rstrip().endswith(":") or parse is None:
        return None
    lead = read_lead_in(parse, cues)
    if lead is None or lead.source is None or above.contexts:
        return None
    entry = cues.verbs.get(parse.nodes[lead.cue[0]].text.lower())
    holds = any(c.cue[0] == lead.cue[0] and c.content is not None for c in find_clauses(parse, cues, language))
    if entry is None or "quote" not in entry[1].frames or holds:
        return None
    return _Draft("direct", (content,), span_of(parse, lead.cue), span_of(parse, lead.source), 0.7)


def _read_statements(
    text: str,
    paragraph: Paragraph,
    parse: Parse | None,
    clauses: Sequence[Clause],
    language: Language,
    cues: CueIndex,
) -> list[_Draft]:
    """The direct quotations of a paragraph, those that their cue interrupts joined."""
    by_outer: dict[Span, Clause] = {}
    if parse is not None:
        for clause in clauses:
            if clause.masked is not None:
                by_outer.setdefault(parse.nodes[clause.masked].span, clause)
    drafts: list[_Draft] = []
    last_context: Context | None = None
    for context in paragraph.contexts:
        if not context.is_statement:
            continue
        cue, source, confidence = _attribute(text, context, by_outer.get(context.outer), parse, language, cues)
        content = context.marked.content
        before = drafts[-1] if drafts else None
        if before is not None and last_context is not None and _joins(text, before, last_context, context, cue, cues):
            drafts[-1] = replace(
                before,
                content=before.content + tuple(_trim(text, s) for s in content),
                source=before.source or source,
                outers=(*before.outers, context.marked.outer),
            )
        else:
            drafts.append(
                _Draft(
                    "direct", tuple(_trim(text, s) for s in content), cue, source, confidence, (context.marked.outer,)
                )
            )
        last_context = context
    return drafts


def _attribute(
    text: str, context: Context, clause: Clause | None, parse: Parse | None, language: Language, cues: CueIndex
) -> tuple[Span | None, Span | None, float]:
    if clause is not None and parse is not None and clause.source is not None:
        return span_of(parse, clause.cue), _keep_hyphens(text, span_of(parse, clause.source)), clause.confidence
    found: Attribution | None = (
        read_tail(text, context.after, cues, language) if context.after.cut(text).strip() else None
    )
    if found is None and context.before.cut(text).strip():
        found = read_head(text, context.before, cues, language)
    if found is not None:
        return found.cue, found.source, found.confidence
    if clause is not None and parse is not None:
        return span_of(parse, clause.cue), None, clause.confidence
    return None, None, 0.75 if context.marked.is_closed else 0.5


def _joins(text: str, before: _Draft, last: Context, context: Context, cue: Span | None, cues: CueIndex) -> bool:
    """Whether this statement goes on with the last one: its cue stands between them, and this has none of its own."""
    between = text[last.outer.end : context.outer.start]
    if cues.pattern.search(between) is None or before.cue is None:
        return False
    stands_between = last.outer.end <= before.cue.start < context.outer.start
    if not stands_between:
        return False
    if cue == before.cue:
        return True
    return cue is None and not context.before.cut(text).strip()


def _read_lead_in(
    text: str,
    draft: _Draft,
    paragraph: Paragraph,
    above: Paragraph,
    parse: Parse | None,
    cues: CueIndex,
    language: Language,
) -> _Draft:
    """A statement that opens its paragraph and names nobody, where `X said:` ends the paragraph above."""
    if text[paragraph.zone.span.start : draft.outers[0].start].strip() or not above.sentences:
        return draft
    if not text[above.zone.span.start : above.zone.span.end].rstrip().endswith(":"):
        return draft
    lead = read_lead_in(parse, cues) if parse is not None else None
    if lead is not None and parse is not None and lead.source is not None:
        return replace(draft, cue=span_of(parse, lead.cue), source=span_of(parse, lead.source), confidence=0.8)
    found = read_head(text, above.sentences[-1], cues, language)
    return draft if found is None else replace(draft, cue=found.cue, source=found.source, confidence=0.75)


def _carry_on(drafts: Sequence[_Draft], paragraphs: Sequence[Paragraph]) -> list[_Draft]:
    """A statement that names nobody goes on with whoever the sentence right before it quotes: it takes over cue and
    source from there."""
    sentences = [s for paragraph in paragraphs for s in paragraph.sentences]
    alone = {
        c.outer
        for paragraph in paragraphs
        for c in paragraph.contexts
        if c.is_statement and c.before.start == c.before.end and c.after.start == c.after.end
    }
    ordered = sorted(drafts, key=lambda d: (d.extent.start, d.extent.end))
    at = 0
    for i, draft in enumerate(ordered):
        while at < len(sentences) and sentences[at].end <= draft.extent.start:
            at += 1
        if draft.kind != "direct" or draft.source is not None or draft.cue is not None or at == 0:
            continue
        if not any(outer in alone for outer in draft.outers):
            continue
        before = sentences[at - 1]
        for other in reversed(ordered[max(0, i - 4) : i]):
            if other.source is None:
                continue
            parts = [other.extent, other.source, *([other.cue] if other.cue else [])]
            if any(part.overlaps(before) for part in parts):
                ordered[i] = replace(draft, cue=other.cue, source=other.source, confidence=0.75)
                break
    return ordered


def _read_clauses(
    text: str, paragraph: Paragraph, parse: Parse, clauses: Sequence[Clause], language: Language, cues: CueIndex
) -> list[_Draft]:
    drafts = []
    statements = [c.outer for c in paragraph.contexts if c.is_statement]
    whole = [c.content for c in clauses if c.content is not None and not c.is_object]
    for clause in clauses:
        if clause.content is None:
            continue
        if clause.is_object and any(a <= clause.cue[0] and clause.content[1] <= b for a, b in whole):
            continue  # "said staff had complained about …": one attribution, not two
        spans = [span_of(parse, clause.content)]
        if clause.second is not None:
            spans.append(span_of(parse, clause.second))
        cue = span_of(parse, clause.cue)
        source = None if clause.source is None else _keep_hyphens(text, span_of(parse, clause.source))
        draft = _make_clause_draft(text, paragraph, spans, cue, source, clause.confidence)
        if draft is None or any(s.overlaps(draft.extent) for s in statements):
            continue
        drafts.append(draft)
    return drafts


def _make_clause_draft(
    text: str, paragraph: Paragraph, spans: Sequence[Span], cue: Span | None, source: Span | None, confidence: float
) -> _Draft | None:
    """An indirect or mixed quotation; a fragment in marks that the content touches lies wholly inside."""
    fragments = [c.outer for c in paragraph.contexts if not c.is_statement and not c.is_name]
    if cue is not None and any(f.contains(cue) for f in fragments):
        return None
    content = []
    for span in spans:
        trimmed = _trim(text, span)
        for fragment in fragments:
            if fragment.overlaps(trimmed) and not (cue is not None and fragment.overlaps(cue)):
                trimmed = Span(min(trimmed.start, fragment.start), max(trimmed.end, fragment.end))
        if trimmed.start < trimmed.end:
            content.append(trimmed)
    if not content:
        return None
    is_mixed = any(f.overlaps(s) for f in fragments for s in content)
    return _Draft("mixed" if is_mixed else "indirect", tuple(sorted(content)), cue, source, confidence)


def _read_by_rules(text: str, paragraph: Paragraph, language: Language, cues: CueIndex) -> list[_Draft]:
    drafts = []
    statements = [c.outer for c in paragraph.contexts if c.is_statement]
    for sentence in paragraph.sentences:
        if any(s.overlaps(sentence) for s in statements):
            continue
        found = read_indirect(text, sentence, cues, language)
        if found is not None and found.content is not None and found.content.start < found.content.end:
            draft = _make_clause_draft(text, paragraph, [found.content], found.cue, found.source, found.confidence)
            if draft is not None:
                drafts.append(draft)
    return drafts


def _add_fragments(
    text: str,
    paragraph: Paragraph,
    parse: Parse | None,
    drafts: list[_Draft],
    language: Language,
    cues: CueIndex,
) -> list[_Draft]:
    """Fragments in marks that no clause holds yet: those that a cue governs, and the long ones."""
    added = list(drafts)
    for context in paragraph.contexts:
        if context.is_statement or context.is_name or any(s.overlaps(context.outer) for d in added for s in d.content):
            continue
        inside = context.marked.extent
        if (
            added
            and added[-1].kind == "mixed"
            and added[-1].extent.end <= context.outer.start
            and _LIST_LINK.fullmatch(text[added[-1].extent.end : context.outer.start])
        ):
            last = added[-1].content[-1]
            joined = (*added[-1].content[:-1], Span(last.start, context.outer.end))
            added[-1] = replace(added[-1], content=joined)  # "legal", "safe" and "final": one list, one quotation
            continue
        words = find_words(text, inside)
        draft = _read_label(text, paragraph, context, language, cues)
        if draft is None and parse is not None:
            at = next((i for i, n in enumerate(parse.nodes) if n.span.start >= inside.start), None)
            top = None if at is None else _top_inside(parse, at, inside)
            clause = None if top is None else complement_of(parse, top, cues, language)
            if clause is not None and clause.content is not None and clause.source is not None:
                draft = _make_clause_draft(
                    text, paragraph, [span_of(parse, clause.content)], span_of(parse, clause.cue),
                    span_of(parse, clause.source), clause.confidence,
                )  # fmt: skip
                if draft is not None and draft.kind != "mixed":
                    draft = None
        if draft is None and len(words) >= FRAGMENT_WORDS:
            sentence = next((s for s in paragraph.sentences if s.overlaps(inside)), context.outer)
            if paragraph.zone.role != "body":
                sentence = context.outer  # nobody's clause: the headline's own words stay the headline's
            outside = [s.outer for s in paragraph.contexts if s.is_statement]
            if not any(o.overlaps(sentence) for o in outside):
                draft = _make_clause_draft(text, paragraph, [sentence], None, None, 0.5)
        if draft is not None:
            added.append(draft)
    return added


def _read_label(text: str, paragraph: Paragraph, context: Context, language: Language, cues: CueIndex) -> _Draft | None:
    """`Boss: 'Nobody asked' us`: in a title or heading what stands before the colon says what comes after."""
    if paragraph.zone.role == "body":
        return None
    lead = Span(context.before.start, context.before.end)
    if not lead.cut(text).rstrip().endswith(":"):
        return None
    found = read_head(text, lead, cues, language)
    if found is None:
        return None
    return _make_clause_draft(
        text, paragraph, [Span(context.outer.start, paragraph.zone.span.end)], found.cue, found.source, 0.6
    )


def _top_inside(parse: Parse, at: int, inside: Span) -> int:
    """The highest node of the fragment that node `at` begins."""
    here = at
    while parse.nodes[here].head != here and inside.contains(parse.nodes[parse.nodes[here].head].span):
        here = parse.nodes[here].head
    return here


def _keep_hyphens(text: str, span: Span) -> Span:
    """The span with the rest of a hyphenated word that the parser divides ("Achebe-Lowe", "the co-author")."""
    start, end = span.start, span.end
    while start > 1 and text[start - 1] in "-‑" and text[start - 2].isalnum():
        start -= 2
        while start > 0 and text[start - 1].isalnum():
            start -= 1
    while end + 1 < len(text) and text[end] in "-‑" and text[end + 1].isalnum():
        end += 2
        while end < len(text) and text[end].isalnum():
            end += 1
    return Span(start, end)


def _trim(text: str, span: Span) -> Span:
    """Without blanks at the ends, and without the comma that belongs to the host sentence."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or (text[end - 1] == "," and end - start > 1)):
        end -= 1
    return Span(start, end)


def _drop_blanks(text: str, draft: _Draft) -> _Draft:
    """The draft without a source or cue that is nothing but blanks: to the parser a tab is a word like any other."""
    source, cue = (span if span is not None and span.cut(text).strip() else None for span in (draft.source, draft.cue))
    return draft if (source, cue) == (draft.source, draft.cue) else replace(draft, source=source, cue=cue)


def _number(article_id: str, drafts: Sequence[_Draft]) -> tuple[Quotation, ...]:
    """Drafts in order, doubles dropped, with ids and nesting."""
    ordered = sorted(drafts, key=lambda d: (d.extent.start, -d.extent.end, d.kind, -d.confidence))
    kept: list[_Draft] = []
    for draft in ordered:
        if any(_is_double(draft, other) for other in kept[-6:]):
            continue
        kept.append(draft)
    quotations = []
    for i, draft in enumerate(kept):
        outer = None
        for j in range(max(0, i - 6), i):
            holder = kept[j]
            if (
                holder.kind != "direct"
                and draft.cue is not None
                and holder.extent.contains(draft.cue)
                and holder.extent.contains(draft.extent)
            ):
                outer = f"{article_id}.q{j + 1}"
        quotations.append(
            Quotation(
                f"{article_id}.q{i + 1}",
                draft.kind,
                draft.content,
                draft.cue,
                draft.source,
                within=outer,
                confidence=round(draft.confidence, 2),
            )
        )
    return tuple(quotations)


def _is_double(a: _Draft, b: _Draft) -> bool:
    """Whether two drafts attribute nearly the same characters."""
    shared = min(a.extent.end, b.extent.end) - max(a.extent.start, b.extent.start)
    joint = max(a.extent.end, b.extent.end) - min(a.extent.start, b.extent.start)
    return shared > 0.8 * joint
