"""Datelines: "QUELL, Friday (Fell Press Agency) – " before the first sentence of a report."""

import re

from retold.model import Span

_DATELINE = re.compile(r"[^\W\d_a-zß-ÿ][^\Wa-z\d_]+[^–—\n.!?\"“]{0,80}?(?:\([^)\n]{1,60}\))?\s*[–—-]{1,2}\s+(?=\S)")


def skip_dateline(text: str, span: Span) -> int:
    """Where the text of a paragraph begins: after a place in capitals up to a dash, else at its start.

    >>> text = "PORT ELLEN (Agency) – The ferry is back."
    >>> text[skip_dateline(text, Span(0, len(text))) :]
    'The ferry is back.'
    """
    match = _DATELINE.match(text, span.start, span.end)
    return match.end() if match else span.start
