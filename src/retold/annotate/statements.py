"""Statements in marks → direct quotations: who says them, and which of them are one."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from retold.annotate.clauses import Clause, find_clauses, read_lead_in, span_of
from retold.annotate.contexts import Context
from retold.annotate.cues import CueIndex
from retold.annotate.dialogue import find_aside
from retold.annotate.drafts import Draft, keep_hyphens, trim
from retold.annotate.frames import read_head, read_tail
from retold.annotate.paragraphs import Paragraph
from retold.annotate.parse import Parse
from retold.annotate.rules import Attribution
from retold.annotate.words import find_words
from retold.languages import Language
from retold.model import Span

# A shorter paragraph below a colon is as often an item of a list.
BLOCK_WORDS = 6
# What may join two statements under one cue: ", and,".
_LIST_LINK = re.compile(r"[,;]?\s*(?:[^\W\d_]{1,4}[,:]?\s)?")


def read_statements(
    text: str,
    paragraph: Paragraph,
    parse: Parse | None,
    clauses: Sequence[Clause],
    language: Language,
    cues: CueIndex,
) -> list[Draft]:
    """The direct quotations of a paragraph, those that their cue interrupts joined."""
    by_outer: dict[Span, Clause] = {}
    if parse is not None:
        for clause in clauses:
            if clause.masked is not None:
                by_outer.setdefault(parse.nodes[clause.masked].span, clause)
    drafts: list[Draft] = []
    last_context: Context | None = None
    for context in paragraph.contexts:
        if not context.is_statement:
            continue
        cue, source, confidence = _attribute(text, context, by_outer.get(context.outer), parse, language, cues)
        content = context.marked.content
        before = drafts[-1] if drafts else None
        if before is not None and last_context is not None and _stand_together(text, last_context, context, paragraph):
            joined = (*before.content, *(trim(text, s) for s in content))
            outers = (*before.outers, context.marked.outer)
            if before.source is None or cue is None:  # “Where is it?” “Who had it?” the porter asked.
                found = (before.cue or cue, before.source or source, max(before.confidence, confidence))
                drafts[-1] = Draft("direct", joined, *found, outers)
                last_context = context
                continue
        if (
            before is not None
            and last_context is not None
            and _joins(text, before, last_context, context, cue, cues, paragraph)
        ):
            drafts[-1] = replace(
                before,
                content=before.content + tuple(trim(text, s) for s in content),
                source=before.source or source,
                outers=(*before.outers, context.marked.outer),
            )
        else:
            drafts.append(
                Draft("direct", tuple(trim(text, s) for s in content), cue, source, confidence, (context.marked.outer,))
            )
        last_context = context
    return drafts


def _attribute(
    text: str, context: Context, clause: Clause | None, parse: Parse | None, language: Language, cues: CueIndex
) -> tuple[Span | None, Span | None, float]:
    if clause is not None and parse is not None and clause.source is not None:
        return span_of(parse, clause.cue), keep_hyphens(text, span_of(parse, clause.source)), clause.confidence
    aside = find_aside(text, context.marked) if language.marks.dialogue_dashes else None
    found: Attribution | None = None if aside is None else read_tail(text, aside, cues, language)
    if found is None and context.after.cut(text).strip():
        found = read_tail(text, context.after, cues, language)
    if found is None and context.before.cut(text).strip():
        found = read_head(text, context.before, cues, language)
    if found is not None:
        return found.cue, found.source, found.confidence
    if clause is not None and parse is not None:
        return span_of(parse, clause.cue), None, clause.confidence
    return None, None, 0.75 if context.marked.is_closed else 0.5


def _stand_together(text: str, last: Context, context: Context, paragraph: Paragraph) -> bool:
    """Whether two statements of a paragraph have nothing between them, or a mere "and"."""
    between = text[last.outer.end : context.outer.start]
    inside = paragraph.zone.span.contains(last.outer) and paragraph.zone.span.contains(context.outer)
    return inside and (not between.strip() or _LIST_LINK.fullmatch(between) is not None)


def _joins(
    text: str, before: Draft, last: Context, context: Context, cue: Span | None, cues: CueIndex, paragraph: Paragraph
) -> bool:
    """Whether this statement goes on with the last one: its cue stands between them, and this has none of its own."""
    between = text[last.outer.end : context.outer.start]
    if cues.pattern.search(between) is None or before.cue is None:
        return False
    first = context.marked.content[0].cut(text).strip()[:1]
    if between.rstrip().endswith(",") and last.marked.extent.cut(text).rstrip().endswith(",") and first.islower():
        return True  # “A,” Lind said, “b. And c,” she went on, “d.”: one sentence
    stands_between = last.outer.end <= before.cue.start < context.outer.start
    if not stands_between:
        return False
    at = max(before.cue.end, before.source.end if before.source is not None else 0)
    if any(at <= s.start and s.end <= context.outer.start and s.cut(text).strip() for s in paragraph.sentences):
        return False  # a sentence of narration stands between
    if cue == before.cue:
        return True
    return cue is None and not context.before.cut(text).strip()


def take_lead_in(
    text: str,
    draft: Draft,
    paragraph: Paragraph,
    above: Paragraph,
    parse: Parse | None,
    cues: CueIndex,
    language: Language,
) -> Draft:
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


def read_block(
    text: str, paragraph: Paragraph, above: Paragraph, parse: Parse | None, language: Language, cues: CueIndex
) -> Draft | None:
    """A block quotation or a post without marks: the paragraph below "…, saying:" or "X wrote on her page:"."""
    content = trim(text, paragraph.zone.span)
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
    return Draft("direct", (content,), span_of(parse, lead.cue), span_of(parse, lead.source), 0.7)


def extend_block(
    text: str, last: Draft | None, paragraph: Paragraph, above: Paragraph, language: Language
) -> Draft | None:
    """The post that filled the paragraph above, with this one: who wrote of herself there goes on doing so here."""
    mine = language.cues.first_person
    if last is None or last.kind != "direct" or last.outers or last.content[-1] != trim(text, above.zone.span):
        return None
    content = trim(text, paragraph.zone.span)
    if paragraph.contexts or text[content.end - 1] not in ".!?…":
        return None
    spoken = [any(w.norm in mine for w in find_words(text, span)) for span in (*last.content, content)]
    return replace(last, content=(*last.content, content)) if all(spoken) else None


def carry_on(drafts: Sequence[Draft], paragraphs: Sequence[Paragraph]) -> list[Draft]:
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
