"""Article → the paragraphs that are read for quotations: what of each stands in marks, and what goes to the parser."""

from collections.abc import Sequence

from msgspec import Struct

from retold.annotate.contexts import Context, find_contexts, find_sentence_ends
from retold.annotate.cues import CueIndex
from retold.annotate.datelines import skip_dateline
from retold.annotate.dialogue import find_spoken
from retold.annotate.marks import find_marked
from retold.annotate.parse import Piece
from retold.annotate.selection import select_pieces
from retold.annotate.transcripts import Turn, find_turns
from retold.languages import Language
from retold.model import READ_ROLES, Article, Sentence, Span, Zone


class Paragraph(Struct, frozen=True):
    """A zone that is read, the marked text that touches it, and what of it goes to the parser.
    `turn`: the whole paragraph is one speaker's turn in a transcript."""

    zone: Zone
    contexts: tuple[Context, ...]
    sentences: tuple[Span, ...]
    pieces: tuple[Piece, ...]
    turn: Turn | None = None


def cut_paragraphs(
    article: Article, sentences: Sequence[Sentence], language: Language, cues: CueIndex, is_whole: bool = False
) -> tuple[Paragraph, ...]:
    """The zones of one article that are read, in order, each cut into pieces for the parser. Linear in the text.

    `is_whole`: every sentence goes to the parser, for a reader to whom more than the listed cues can attribute.
    """
    text = article.text
    zones = [zone for zone in article.zones if zone.role in READ_ROLES]
    below = [zone for zone in zones if zone.role != "title"]  # a reporter's short question looks like a heading
    said = {id(below[turn.paragraph]): turn for turn in find_turns(text, [zone.span for zone in below])}
    read = [Span(z.span.start, z.span.start) if said.get(id(z)) else z.span for z in zones]
    marked = find_spoken(text, read, find_marked(text, read, language), cues, language)
    ends = find_sentence_ends(sentences, marked)
    paragraphs = []
    first_mark, first_end, first_sentence = 0, 0, 0
    for zone in zones:
        turn = said.get(id(zone))
        if turn is not None:
            paragraphs.append(Paragraph(zone, (), (), (), turn))
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
        if not is_whole:
            pieces = select_pieces(text, pieces, ends[first_end:last_end], contexts, zone.role, cues, language)
        paragraphs.append(Paragraph(zone, contexts, inside, pieces))
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
