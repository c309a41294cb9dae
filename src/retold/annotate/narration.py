"""The narrator's clauses → indirect and mixed quotations: what a cue introduces, and words in marks inside it."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from retold.annotate.clauses import Clause, span_of
from retold.annotate.contexts import Context
from retold.annotate.cues import CueIndex
from retold.annotate.drafts import Draft, keep_hyphens, trim
from retold.annotate.fragments import complement_of
from retold.annotate.frames import find_frames, read_head
from retold.annotate.objects import read_object
from retold.annotate.paragraphs import Paragraph
from retold.annotate.parse import Parse
from retold.annotate.rules import read_indirect
from retold.annotate.words import find_words
from retold.languages import Language
from retold.model import Span

# A fragment in marks that no cue governs counts as somebody's words from this length on: shorter ones are as often
# scare quotes and names (of 2 to 3 words with no cue near, 59 % are quotations; of 4 to 7, 93 %).
FRAGMENT_WORDS = 4
LONGEST_CLAUSE_CHARS = 2_000
"""A longer clause is text without full stops: in it each cue would hold all that follows, and the next cue with it."""
_LIST_LINK = re.compile(r"[,;]?\s*(?:[^\W\d_]{1,4}\s)?")


def read_narration(
    text: str, paragraph: Paragraph, parse: Parse, clauses: Sequence[Clause], language: Language, cues: CueIndex
) -> list[Draft]:
    """The indirect and mixed quotations of a paragraph, from the attributions in its parse."""
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
        if clause.source is not None and parse.nodes[clause.source[0]].text.lower() in language.cues.not_sources:
            continue  # "according to size"
        source = None if clause.source is None else keep_hyphens(text, span_of(parse, clause.source))
        draft = make_clause_draft(text, paragraph, spans, cue, source, clause.confidence)
        if draft is None or any(s.overlaps(draft.extent) for s in statements):
            continue
        drafts.append(draft)
    return drafts


def make_clause_draft(
    text: str, paragraph: Paragraph, spans: Sequence[Span], cue: Span | None, source: Span | None, confidence: float
) -> Draft | None:
    """An indirect or mixed quotation; a fragment in marks that the content touches lies wholly inside."""
    fragments = [c.outer for c in paragraph.contexts if not c.is_statement and not c.is_name]
    touched = [c.outer for c in paragraph.contexts if not c.is_statement]
    if cue is not None and any(f.contains(cue) for f in fragments):
        return None
    content = []
    for span in spans:
        trimmed = trim(text, span)
        for fragment in touched:
            if fragment.overlaps(trimmed) and not (cue is not None and fragment.overlaps(cue)):
                trimmed = Span(min(trimmed.start, fragment.start), max(trimmed.end, fragment.end))
        if trimmed.start < trimmed.end:
            content.append(trimmed)
    if not content or content[-1].end - content[0].start > LONGEST_CLAUSE_CHARS:
        return None
    is_mixed = any(f.overlaps(s) for f in fragments for s in content)
    return Draft("mixed" if is_mixed else "indirect", tuple(sorted(content)), cue, source, confidence)


def read_by_rules(text: str, paragraph: Paragraph, language: Language, cues: CueIndex) -> list[Draft]:
    """The same where there is no parse: the plainest frames, a sentence at a time."""
    drafts: list[Draft] = []
    statements = [c.outer for c in paragraph.contexts if c.is_statement]
    if language.cues.clauses_in_commas:
        return _read_frames(text, paragraph, statements, language, cues)
    for sentence in paragraph.sentences:
        if any(s.overlaps(sentence) for s in statements):
            continue
        found = read_indirect(text, sentence, cues, language)
        if found is not None and found.content is not None and found.content.start < found.content.end:
            draft = make_clause_draft(text, paragraph, [found.content], found.cue, found.source, found.confidence)
            if draft is not None:
                drafts.append(draft)
    return drafts


def _read_frames(
    text: str, paragraph: Paragraph, statements: Sequence[Span], language: Language, cues: CueIndex
) -> list[Draft]:
    """Every frame of words and commas in a paragraph; of a sentence with a statement in marks, what follows that."""
    drafts: list[Draft] = []
    last: Span | None = None
    for sentence in paragraph.sentences:
        begin = max([sentence.start, *(s.end for s in statements if s.overlaps(sentence))])
        is_whole = begin == sentence.start
        if begin < sentence.end:
            for found in find_frames(text, Span(begin, sentence.end), cues, language, last if is_whole else None):
                if not is_whole and (found.is_aside or any(s.end > c.start for s in statements for c in found.content)):
                    continue
                draft = make_clause_draft(text, paragraph, found.content, found.cue, found.source, found.confidence)
                if draft is not None:
                    drafts.append(draft)
        last = sentence if is_whole else None
    return drafts


def add_fragments(
    text: str,
    paragraph: Paragraph,
    parse: Parse | None,
    drafts: list[Draft],
    language: Language,
    cues: CueIndex,
    is_bold: bool = True,
) -> list[Draft]:
    """Fragments in marks that no clause holds yet: those that a cue governs, and, where `is_bold`, the long ones."""
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
                draft = make_clause_draft(
                    text, paragraph, [span_of(parse, clause.content)], span_of(parse, clause.cue),
                    span_of(parse, clause.source), clause.confidence,
                )  # fmt: skip
                if draft is not None and draft.kind != "mixed":
                    draft = None
        if draft is None and parse is None and language.cues.clauses_in_commas:
            draft = _read_object(text, paragraph, context, language, cues)
        is_led = language.names.capital_nouns and _is_led_name(text, context)
        if draft is None and is_bold and len(words) >= FRAGMENT_WORDS and not is_led:
            sentence = next((s for s in paragraph.sentences if s.overlaps(inside)), context.outer)
            if paragraph.zone.role != "body" or language.names.capital_nouns:
                sentence = context.outer  # nobody's clause: the headline's own words stay the headline's
            outside = [s.outer for s in paragraph.contexts if s.is_statement]
            if not any(o.overlaps(sentence) for o in outside):
                draft = make_clause_draft(text, paragraph, [sentence], None, None, 0.5)
        if draft is not None:
            held = next((n for n, d in enumerate(added) if d.cue is not None and d.cue == draft.cue), None)
            if held is not None and not text[added[held].extent.end : draft.extent.start].strip():
                first, last = added[held].content[:-1], added[held].content[-1]
                content = (*first, Span(last.start, draft.content[0].end), *draft.content[1:])
                added[held] = replace(added[held], kind="mixed", content=content)  # one clause, and its end in marks
            else:
                added.append(draft)
    return added


def _is_led_name(text: str, context: Context) -> bool:
    """Whether words in marks begin with a capital in the middle of a clause, where every noun has one: behind the
    narrator's noun or adjective they are the name of something."""
    inside, before = context.marked.extent.cut(text).strip().lstrip("0123456789. "), context.before.cut(text).split()
    return bool(before) and inside[:1].isupper() and before[-1][-1:].isalpha()


def _read_object(text: str, paragraph: Paragraph, context: Context, language: Language, cues: CueIndex) -> Draft | None:
    found = read_object(text, context.before, context.outer, context.after, cues, language)
    if found is None:
        return None
    told, content = found
    return make_clause_draft(text, paragraph, [content], told.cue, told.source, told.confidence)


def _read_label(text: str, paragraph: Paragraph, context: Context, language: Language, cues: CueIndex) -> Draft | None:
    """`Boss: 'Nobody asked' us`: in a title or heading what stands before the colon says what comes after."""
    if paragraph.zone.role == "body":
        return None
    lead = Span(context.before.start, context.before.end)
    if not lead.cut(text).rstrip().endswith(":"):
        return None
    found = read_head(text, lead, cues, language)
    if found is None:
        return None
    return make_clause_draft(
        text, paragraph, [Span(context.outer.start, paragraph.zone.span.end)], found.cue, found.source, 0.6
    )


def _top_inside(parse: Parse, at: int, inside: Span) -> int:
    """The highest node of the fragment that node `at` begins."""
    here = at
    while parse.nodes[here].head != here and inside.contains(parse.nodes[parse.nodes[here].head].span):
        here = parse.nodes[here].head
    return here
