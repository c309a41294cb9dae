"""Quotation marks: which characters open, which close, and what stands between them.

A broken mark costs its paragraph, never the article: pairing starts afresh in every paragraph, and only a mark left
open at the end of one is carried on where the next paragraph opens again (the rule for quotations of several
paragraphs).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

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
    closers: dict[str, tuple[str, ...]]
    apostrophes: frozenset[str]
    after_opener: str
    clipped: tuple[str, ...]


@lru_cache
def _scheme(marks: Marks) -> _Scheme:
    closers = {opener: tuple(ends.split(" ")) for opener, ends in marks.pairs}
    characters = set(closers) | {c for ends in closers.values() for c in ends}
    longest_first = sorted(characters, key=lambda c: (-len(c), c))
    pattern = re.compile("|".join(re.escape(c) for c in longest_first))
    return _Scheme(pattern, closers, marks.apostrophes, marks.after_opener, marks.clipped)


class _Half(Struct, frozen=True):
    """A pair found in one paragraph, as the spans of its marks, or one whose closing mark is missing (`close` None)."""

    open: Span
    close: Span | None


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
                if half.open.start == _first_visible(text, paragraph):
                    end = half.close.start if half.close is not None else _trim_end(text, paragraph)
                    content = [*content, Span(half.open.end, end)]
                    if half.close is None and _opens(text, paragraphs, i + 1, language):
                        carried = (content, opened, first)
                    else:
                        last = end if half.close is None else half.close.end
                        found.append(Marked(tuple(content), Span(opened, last), first, i, half.close is not None))
                    continue
                found.append(Marked(tuple(content), Span(opened, content[-1].end), first, i - 1, False))
            start = half.open.start
            if half.close is not None:
                content = [Span(half.open.end, half.close.start)]
                found.append(Marked(tuple(content), Span(start, half.close.end), i, i))
            elif _opens(text, paragraphs, i + 1, language) and _can_run_on(text, paragraph, half.open):
                carried = ([Span(half.open.end, _trim_end(text, paragraph))], start, i)
            elif start == _first_visible(text, paragraph) or text[paragraph.start : start].rstrip()[-1:] in {":", ","}:
                end = _trim_end(text, paragraph)
                found.append(Marked((Span(half.open.end, end),), Span(start, end), i, i, is_closed=False))
    return tuple(
        m for m in found if all(s.start <= s.end for s in m.content) and m.content[0].start < m.content[-1].end
    )


def _can_run_on(text: str, paragraph: Span, opened: Span) -> bool:
    """Whether a mark left open may hold a statement, rather than a word of the narrator's clause in marks."""
    before = text[paragraph.start : opened.start].rstrip()
    return not before or not before[-1].isalnum() or not text[opened.end : opened.end + 1].islower()


def _opens(text: str, paragraphs: Sequence[Span], i: int, language: Language) -> bool:
    if i >= len(paragraphs):
        return False
    first = _first_visible(text, paragraphs[i])
    return text.startswith(tuple(_scheme(language.marks).closers), first, paragraphs[i].end)


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
    stack: list[tuple[Span, str]] = []  # the marks that are still open
    for match in scheme.pattern.finditer(text, span.start, span.end):
        at, c = Span(*match.span()), match.group()
        before = text[at.start - 1] if at.start > span.start else " "
        after = text[at.end] if at.end < span.end else " "
        can_open = (
            c in scheme.closers and not before.isalnum() and (after.isalnum() or after in scheme.after_opener)
        )  # fmt: skip
        can_close = not before.isspace() and not (after.isalnum() and c in scheme.apostrophes)
        depth = next((k for k in range(len(stack) - 1, -1, -1) if c in scheme.closers[stack[k][1]]), None)
        if depth is not None and can_close and not (can_open and before in "([—–-"):
            if before.isdigit() and after == " " and _is_inch(text, at, span, c):
                continue
            if c in scheme.apostrophes and _is_possessive(text, at.start, span, scheme):
                continue
            opened = stack[depth][0]
            del stack[depth:]
            if not stack:
                halves.append(_Half(opened, at))
        elif can_open:
            if c in scheme.apostrophes and not _closes_later(text, at.start, span, scheme.closers[c]):
                continue  # an apostrophe at the start of a word ('90s, 'tis)
            if stack and (c == stack[-1][1] or len(stack) == DEEPEST_NESTING):
                stack.pop()  # it opens again: the earlier mark was never closed. Start afresh from this one
            stack.append((at, c))
    if stack and stack[0][1] not in scheme.apostrophes:
        halves.append(_Half(stack[0][0], None))
    return halves


def _is_inch(text: str, at: Span, span: Span, mark: str) -> bool:
    """Whether this straight mark behind a figure closes nothing: small letters go on, and the next one closes."""
    if mark != '"' or not text[at.end + 1 : at.end + 2].islower():
        return False
    later = text.find(mark, at.end, min(span.end, at.end + LOOK_AHEAD_CHARS))
    return later > 0 and not text[later - 1].isspace() and text[later - 1] not in "([—–-"


def _is_possessive(text: str, at: int, span: Span, scheme: _Scheme) -> bool:
    """Whether this apostrophe after s ("the parties’ view") or a clipped word ("runnin’ to") closes nothing: a better
    candidate comes later."""
    is_clipped = text.endswith(scheme.clipped, span.start, at)
    if (
        (text[at - 1] not in "sS" and not is_clipped)
        or text[at + 1 : at + 2] != " "
        or not text[at + 2 : at + 3].islower()
    ):
        return False
    end = min(span.end, at + LOOK_AHEAD_CHARS)
    for match in scheme.pattern.finditer(text, at + 1, end):
        later, c = match.start(), match.group()
        following = text[later + 1 : min(later + 2, span.end)]
        if c not in scheme.apostrophes:
            return False
        if is_clipped and following.isalnum() and text[later - 1].isspace():
            return False  # another pair opens
        if not following.isalnum():
            return text[later - 1] in ".,!?…" or not following.strip() or following in ".,;:"
    return False


def _closes_later(text: str, at: int, span: Span, closers: Sequence[str]) -> bool:
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
