"""Article text made fit to be shown: nothing in it may steer a terminal, turn the line around or break a layout."""

import unicodedata
from typing import Final

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_JOINERS: Final = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")  # spelling, in Persian and in emoji
_TURNERS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_block(text: str) -> str:
    r"""Text with its lines kept: controls and marks that turn the line show as U+FFFD, invisible ones go.

    For text that is shown, never for text that offsets point into. O(n).

    >>> clean_block("a\x1b[31mb\u202e\u00adc\r\nd")
    'a�[31mb�c\nd'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if lines.isprintable():
        return lines
    return "".join(_clean_character(character) for character in lines)


def clean_line(text: str) -> str:
    r"""`clean_block` on one line: every run of blanks, line ends among them, is one space.

    >>> clean_line(" one\n\ttwo ")
    'one two'
    """
    return " ".join(clean_block(text).split())


def clean_run(text: str) -> str:
    """`clean_line` for a piece of a line: a blank at its start or end stays, as one space."""
    line = clean_line(text)
    if not line:
        return " " if text and clean_block(text).isspace() else ""
    return (" " if text[0].isspace() else "") + line + (" " if text[-1].isspace() else "")


def shorten_line(text: str, chars: int) -> str:
    """`clean_line` in at most `chars` characters: the middle words are left out, with […] in their place.

    >>> shorten_line("one two three four five six", 20)
    'one two […] six'
    """
    line = clean_line(text)
    if len(line) <= chars:
        return line
    half = (chars - 5) // 2
    head, tail = line[: half + 1], line[-half - 1 :]
    head = head[: head.rfind(" ")] if " " in head else head[:half]
    tail = tail[tail.find(" ") + 1 :] if " " in tail else tail[-half:]
    return f"{head} […] {tail}"


def _clean_character(character: str) -> str:
    if character in "\n\t" or character in _JOINERS or character.isprintable():
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Cf" and character not in _TURNERS:
        return ""
    return _REPLACEMENT if category in {"Cc", "Cf", "Cs"} else character
