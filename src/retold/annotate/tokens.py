"""Words and signs of punctuation, as the frames of words and commas read them."""

import re

from msgspec import Struct

from retold.annotate.words import fold_lookalikes
from retold.model import Span

_TOKEN = re.compile(r"(?:[^\W_]\.){1,2}(?=\s?[^\W\d_a-zа-яёіїєґ])|\w+(?:[-'’ʼ.]\w+)*|[^\w\s]", re.UNICODE)
DASHES = frozenset({"—", "–", "―", "-", "--"})
STOPS = frozenset({",", ";", ":", "(", ")", ".", "!", "?", "…"}) | DASHES
OPENING = frozenset('«„“"')


class Token(Struct, frozen=True):
    """A word or a sign of punctuation."""

    text: str
    span: Span

    @property
    def lower(self) -> str:
        return fold_lookalikes(self.text).casefold().replace("’", "'").replace("ʼ", "'")

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def tokenise(text: str, span: Span) -> list[Token]:
    """The words and signs of a stretch of text, in order. Linear."""
    return [Token(m.group(), Span(m.start(), m.end())) for m in _TOKEN.finditer(text, span.start, span.end)]
