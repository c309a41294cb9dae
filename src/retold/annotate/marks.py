"""Quotation marks: which characters open, which close, and what stands between them.

A broken mark costs its paragraph, never the article: pairing starts afresh in every paragraph, and only a mark left
open at the end of one is carried on where the next paragraph opens again (the rule for quotations of several
paragraphs).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from retold.languages import Language
from retold.languages.language import Marks
from retold.model import Span

# How far a possible apostrophe is looked after, and how deep marks nest: bounds that keep hostile paragraphs linear.
LOOK_AHEAD_CHARS = 600
DEEPEST_NESTING = 4


class Marked(Struct, frozen=True):
    """Text in quotation marks. `content`: between the marks, one span a paragraph. `outer`: with the marks.

    `is_closed` is False where the closing mark is missing and the end of the paragraph stands in for it. `paragraph`
    and `last_paragraph` are indices into the paragraphs given. Marks nested inside are not listed.
    """

    content: tuple[Span, ...]
    outer: Span
    paragraph: int
    last_paragraph: int
    is_closed: bool = True

    @property
    def extent(self) -> Span:
        """From the first character between the marks to the last."""
        return Span(self.content[0].start, self.content[-1].end)


class _Scheme(Struct, frozen=True):
    """A language's marks, made ready for scanning."""

    pattern: re.Pattern[str]
    closers: dict[str, str]
    apostrophes: frozenset[str]
    after_opener: str


@lru_cache
def _scheme(marks: Marks) -> _Scheme:
    closers = dict(marks.pairs)
    characters = set(closers) | {c for ends in closers.values() for c in ends}
    pattern = re.compile("[" + "".join(re.escape(c) for c in sorted(characters)) + "]")
    return _Scheme(pattern, closers, marks.apostrophes, marks.after_opener)


class _Half(Struct, frozen=True):
    """A pair found in one paragraph, or one whose closing mark is missing (`close` None)."""

    open: int
    close: int | None


def find_marked(text: str, paragraphs: Sequence[Span], language: Language) -> tuple[Marked, ...]:
    """All text in outermost quotation marks, in order. Linear in the text.

    >>> from retold.languages import load_language
    >>> text = "“It’s late,” she said."
    >>> [m.extent.cut(text) for m in find_marked(text, [Span(0, len(text))], load_language("en"))]
    ['It’s late,']
    """
    found: list[Marked] = []
    carried: tuple[list[Span], int, int] | None = None  # content so far, where it opened, in which paragraph
    for i, paragraph in enumerate(paragraphs):
        halves = _pair_marks(text, paragraph, language)
        for half in halves:
            if carried is not None and half is halves[0]:
                content, opened, first = carried
                carried = None
                if half.open == _first_visible(text, paragraph):
                    end = half.close if half.close is not None else _trim_end(text, paragraph)
                    content = [*content, Span(half.open + 1, end)]
                    if half.close is None and _opens(text, paragraphs, i + 1, language):
                        carried = (content, opened, first)
                    else:
                        closed = half.close is not None
                        found.append(Marked(tuple(content), Span(opened, end + closed), first, i, closed))
                    continue
                found.append(Marked(tuple(content), Span(opened, content[-1].end), first, i - 1, False))
            if half.close is not None:
                found.append(Marked((Span(half.open + 1, half.close),), Span(half.open, half.close + 1), i, i))
            elif _opens(text, paragraphs, i + 1, language):
                carried = ([Span(half.open + 1, _trim_end(text, paragraph))], half.open, i)
            elif half.open == _first_visible(text, paragraph) or text[paragraph.start : half.open].rstrip()[-1:] in ":,":
                end = _trim_end(text, paragraph)
                found.append(Marked((Span(half.open + 1, end),), Span(half.open, end), i, i, is_closed=False))
    return tuple(m for m in found if m.content[0].start < m.content[-1].end and all(s.start <= s.end for s in m.content))


def _opens(text: str, paragraphs: Sequence[Span], i: int, language: Language) -> bool:
    if i >= len(paragraphs):
        return False
    first = _first_visible(text, paragraphs[i])
    return first < paragraphs[i].end and text[first] in _scheme(language.marks).closers


def _first_visible(text: str, span: Span) -> int:
    at = span.start
    while at < span.end and text[at].isspace():
        at += 1
    return at


def _trim_end(text: str, span: Span) -> int:
    end = span.end
    while end > span.start and text[end - 1].isspace():
        end -= 1
    return end


def _pair_marks(text: str, span: Span, language: Language) -> list[_Half]:
    """Outermost pairs of one paragraph, left to right; the last may lack its closing mark."""
    scheme = _scheme(language.marks)
    halves: list[_Half] = []
    stack: list[int] = []  # where the marks that are still open stand
    for match in scheme.pattern.finditer(text, span.start, span.end):
        at, c = match.start(), match.group()
        before = text[at - 1] if at > span.start else " "
        after = text[at + 1] if at + 1 < span.end else " "
        can_open = (
            c in scheme.closers and not before.isalnum() and (after.isalnum() or after in scheme.after_opener)
        )  # fmt: skip
        can_close = not before.isspace() and not (after.isalnum() and c in scheme.apostrophes)
        depth = next((k for k in range(len(stack) - 1, -1, -1) if c in scheme.closers[text[stack[k]]]), None)
        if depth is not None and can_close and not (can_open and before in "([—–-"):
            if c in scheme.apostrophes and _is_possessive(text, at, span, scheme):
                continue
            opened = stack[depth]
            del stack[depth:]
            if not stack:
                halves.append(_Half(opened, at))
        elif can_open:
            if c in scheme.apostrophes and not _closes_later(text, at, span, scheme.closers[c]):
                continue  # an apostrophe at the start of a word ('90s, 'tis)
            if stack and (c == text[stack[-1]] or len(stack) == DEEPEST_NESTING):
                stack.pop()  # it opens again: the earlier mark was never closed. Start afresh from this one
            stack.append(at)
    if stack and text[stack[0]] not in scheme.apostrophes:
        halves.append(_Half(stack[0], None))
    return halves


def _is_possessive(text: str, at: int, span: Span, scheme: _Scheme) -> bool:
    """Whether this apostrophe after s ("the parties’ view") closes nothing: a better candidate comes later."""
    if text[at - 1] not in "sS" or text[at + 1 : at + 2] != " " or not text[at + 2 : at + 3].islower():
        return False
    end = min(span.end, at + LOOK_AHEAD_CHARS)
    for match in scheme.pattern.finditer(text, at + 1, end):
        later, c = match.start(), match.group()
        following = text[later + 1 : min(later + 2, span.end)]
        if c not in scheme.apostrophes:
            return False
        if not following.isalnum():
            return text[later - 1] in ".,!?…" or not following.strip() or following in ".,;:"
    return False


def _closes_later(text: str, at: int, span: Span, closers: str) -> bool:
    for k in range(at + 2, min(span.end, at + LOOK_AHEAD_CHARS)):
        if text[k] in closers and not text[k - 1].isspace():
            following = text[k + 1] if k + 1 < span.end else " "
            if not following.isalnum():
                return True
    return False


def is_balanced(text: str, language: Language) -> bool:
    """Whether every mark that opens in `text` is closed in it.

    >>> from retold.languages import load_language
    >>> is_balanced("“Wait. What?” she asked.", load_language("en")), is_balanced("“Wait.", load_language("en"))
    (True, False)
    """
    return all(half.close is not None for half in _pair_marks(text, Span(0, len(text)), language))


def gaps(outer: Span, inside: Sequence[Span]) -> tuple[Span, ...]:
    """The parts of `outer` that no span of `inside` (in order, not overlapping) covers."""
    edges = [outer.start, *(edge for s in inside for edge in (s.start, s.end)), outer.end]
    return tuple(Span(a, b) for a, b in list(pairwise(edges))[::2] if a < b)
