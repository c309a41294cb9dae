"""Transcripts: `NAME: what the speaker says`, turn by turn, with no quotation marks or with marks that never close."""

import re
from collections.abc import Sequence

from msgspec import Struct

from retold.model import Span

# "ANN LEE, Harbour Editor: …": who speaks is introduced once.
_ROLE = r"(?:,\s[^:\n.!?\"“”]{2,60})?):\s+(?=\S)"
_LOUD = re.compile(
    r"[\"“”'‘’«]?\s*((?:[^\W\d_a-zß-öø-ÿ][^\Wa-zß-öø-ÿ\d_.'’-]*[.,'’-]?\s?){1,5}(?:\([^)\n]{1,60}\))?" + _ROLE
)
_PLAIN = re.compile(r"[\"“”'‘’«]?\s*([^\W\d_a-z][\w.'’-]*(?:\s[^\W\d_a-z][\w.'’-]*){0,3}" + _ROLE)
# A lone "Name:" may be a label of the narrator's; turns come in numbers.
LEAST_LOUD_TURNS = 2
LEAST_PLAIN_TURNS = 3


class Turn(Struct, frozen=True):
    """One speaker's turn: the paragraph's index, who speaks, and what is said, without marks at the ends."""

    paragraph: int
    source: Span
    content: Span


def find_turns(text: str, paragraphs: Sequence[Span]) -> tuple[Turn, ...]:
    """The turns of a transcript in an article; none where it holds no transcript. Linear.

    >>> text = "MAYOR LIND: We open on Friday.\\nREPORTER: Why not today?"
    >>> [t.source.cut(text) for t in find_turns(text, [Span(0, 30), Span(31, len(text))])]
    ['MAYOR LIND', 'REPORTER']
    """
    loud = _match(text, paragraphs, _LOUD)
    if len(loud) >= LEAST_LOUD_TURNS:
        return loud
    plain = _match(text, paragraphs, _PLAIN)
    names = {turn.source.cut(text).casefold() for turn in plain}
    return plain if len(plain) >= LEAST_PLAIN_TURNS and 2 <= len(names) < len(plain) else ()


def _match(text: str, paragraphs: Sequence[Span], pattern: re.Pattern[str]) -> tuple[Turn, ...]:
    turns = []
    for i, paragraph in enumerate(paragraphs):
        match = pattern.match(text, paragraph.start, min(paragraph.end, paragraph.start + 120))
        if match is None:
            continue
        end = paragraph.end
        while end > match.end() and (text[end - 1].isspace() or text[end - 1] in '"”’»'):
            end -= 1
        start, last = match.span(1)
        if match.end() < end:
            turns.append(Turn(i, Span(start, start + len(text[start:last].rstrip())), Span(match.end(), end)))
    return tuple(turns)
