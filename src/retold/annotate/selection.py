"""Which sentences of a paragraph the parser has to read. The rest is settled without it.

A sentence goes to the parser where it holds words in marks that are no statement of their own, a cue, or the colon that
leads on to the next paragraph. Not every cue word in it can be one: behind an article it is a noun ("the state"), with
a capital inside a sentence a name ("the Harbour Post"), without the word it needs another verb ("went home", not "went
on"), and a noun introduces nothing where no complementiser follows ("two reports", not "a report that"). And a
statement with nothing but a name and a quoting verb beside it (`"…," said Ann Lee.`) is read by `rules` as by a parse.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from retold.annotate.contexts import Context
from retold.annotate.cues import CueIndex
from retold.annotate.parse import Piece
from retold.languages import Language
from retold.model import Span, ZoneRole

_WORD = re.compile(r"\w[\w'’-]*")
_LAST_WORD = re.compile(r"(\w[\w'’-]*),?\s+\Z")
_NAME = re.compile(r"[^\W\d_a-z][\w'’-]+")
_ABBREVIATED = re.compile(r"\b[^\W\d_a-z]\w{0,3}\.\s*\Z")
_LOOK_BACK_CHARS = 40
LONGEST_NAME_WORDS = 3


def select_pieces(
    text: str,
    pieces: Sequence[Piece],
    ends: Sequence[int],
    contexts: Sequence[Context],
    role: ZoneRole,
    cues: CueIndex,
    language: Language,
) -> tuple[Piece, ...]:
    """The pieces of those sentences that a parse is needed for, in order; () where none is.

    `ends`: where sentences end outside quotation marks. Linear in the text.
    """
    inside = {c.outer.end for c in contexts if c.is_statement and c.after.end > c.outer.end}
    # "Rep. Ann Lee": the parser tells best whether a short word's full stop ends a sentence
    borders = [end for end in ends if end not in inside and not _ABBREVIATED.search(text, max(0, end - 8), end)]
    fragments = [c.outer for c in contexts if not c.is_statement and not c.is_name]
    sentences: dict[int, list[Piece]] = {}
    for piece in pieces:
        for part in _divide(piece, borders):
            sentences.setdefault(bisect_right(borders, part.span.start), []).append(part)
    kept: list[Piece] = []
    last = max(sentences, default=0)
    for number, parts in sentences.items():
        leads_on = number == last and not parts[-1].is_masked and parts[-1].text.rstrip().endswith(":")
        whole = Span(parts[0].span.start, parts[-1].span.end)
        if leads_on or any(f.overlaps(whole) for f in fragments) or _needs_parse(parts, contexts, role, cues, language):
            kept.extend(parts)
    return tuple(kept)


def _divide(piece: Piece, borders: Sequence[int]) -> list[Piece]:
    """The piece cut where sentences end, the blanks between two left with the first."""
    if piece.is_masked or len(piece.text) != piece.span.end - piece.span.start:
        return [piece]
    parts: list[Piece] = []
    start, end = piece.span.start, piece.span.end
    for border in borders[bisect_right(borders, start) : bisect_right(borders, end)]:
        stop = border
        while stop < end and piece.text[stop - piece.span.start].isspace():
            stop += 1
        if start < stop < end:
            parts.append(_cut(piece, start, stop))
            start = stop
    return [*parts, _cut(piece, start, end)]


def _cut(piece: Piece, start: int, end: int) -> Piece:
    return Piece(piece.text[start - piece.span.start : end - piece.span.start], Span(start, end))


def _needs_parse(
    parts: Sequence[Piece], contexts: Sequence[Context], role: ZoneRole, cues: CueIndex, language: Language
) -> bool:
    first_noun = -1  # a noun introduces something only where a complementiser follows
    for part in parts:
        if part.is_masked:
            continue
        if cues.rated.search(part.text):
            return True
        for match in cues.pattern.finditer(part.text):
            if _may_introduce(part.text, match, role, cues, language):
                return not _is_settled(parts, contexts, cues, language)
            if first_noun < 0 and match.group().casefold() in language.cues.nouns:
                first_noun = part.span.start + match.start()
    return first_noun >= 0 and any(
        part.span.start + word.start() > first_noun and word.group().casefold() in language.cues.complementisers
        for part in parts
        if not part.is_masked
        for word in _WORD.finditer(part.text)
    )


def _may_introduce(text: str, match: re.Match[str], role: ZoneRole, cues: CueIndex, language: Language) -> bool:
    """Whether a cue's word can be one where it stands; a noun's is another question."""
    word = match.group()
    entry = cues.verbs.get(word.casefold())
    if entry is None:
        return word.casefold() not in language.cues.nouns
    before = _LAST_WORD.search(text, max(0, match.start() - _LOOK_BACK_CHARS), match.start())
    if before is not None:
        if role == "body" and word[0].isupper() and not word.isupper():
            return False
        if before.group(1).casefold() in language.cues.noun_openers:
            return False
    following = _WORD.search(text, match.end())
    return not entry[1].needs or (following is not None and following.group().casefold() in entry[1].needs)


def _is_settled(parts: Sequence[Piece], contexts: Sequence[Context], cues: CueIndex, language: Language) -> bool:
    """Whether a sentence is one statement and, right before or after it, a name or pronoun with a quoting verb, and
    nothing else: `"…," said Ann Lee.`, `"…," she said.`, `Ann Lee said: "…"`."""
    at = next((i for i, part in enumerate(parts) if part.is_masked), None)
    beside = [part for part in parts if not part.is_masked and len(part.text.strip()) > 1]
    if at is None or len(beside) != 1 or sum(part.is_masked for part in parts) > 1:
        return False
    context = next(c for c in contexts if c.outer == parts[at].span)
    frame, said = beside[0], beside[0].text.strip(" ,:.\n\t")
    words = said.split()
    if not 2 <= len(words) <= LONGEST_NAME_WORDS + 1 or len(context.marked.content) > 1:
        return False
    if frame.span.start < context.outer.start:
        # What stands before the frame, a dateline for one, is for the parser to tell from a name.
        if frame.span.start - context.before.start > 1 or not _quotes(words[-1], cues):
            return False
        return _is_plain_name(words[:-1], cues, language)
    if context.after.end < frame.span.start + len(frame.text.rstrip()):
        return False
    name = words[1:] if _quotes(words[0], cues) else words[:-1] if _quotes(words[-1], cues) else []
    return _is_plain_name(name, cues, language)


def _quotes(word: str, cues: CueIndex) -> bool:
    entry = cues.verbs.get(word)
    return entry is not None and "quote" in entry[1].frames and not entry[1].needs


def _is_plain_name(words: Sequence[str], cues: CueIndex, language: Language) -> bool:
    """Whether nothing but a pronoun or a name without title or initials stands here."""
    if len(words) == 1 and words[0].casefold() in language.names.pronouns:
        return True
    return bool(words) and all(
        _NAME.fullmatch(word) is not None
        and word.casefold() not in language.names.not_names
        and word.casefold() not in cues.verbs
        for word in words
    )
