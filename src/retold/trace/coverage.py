"""Which characters of an article are accounted for: marked span by span, read back word by word."""

from collections.abc import Iterable

from retold.model import Span


class Coverage:
    """A flag for every character of one article. Marking and unmarking are linear in the span.

    >>> seen = Coverage(10, [Span(2, 5)])
    >>> seen.remove(Span(3, 4))
    >>> [seen.has(at) for at in (2, 3, 4, 5)], seen.share(Span(0, 4))
    ([True, False, True, False], 0.25)
    """

    def __init__(self, chars: int, spans: Iterable[Span] = ()) -> None:
        self._flags = bytearray(chars)
        for span in spans:
            self.add(span)

    def add(self, span: Span) -> None:
        """Marks the characters of `span`."""
        self._flags[span.start : span.end] = b"\1" * (span.end - span.start)

    def remove(self, span: Span) -> None:
        """Takes the marks off the characters of `span`."""
        self._flags[span.start : span.end] = bytes(span.end - span.start)

    def has(self, at: int) -> bool:
        """Whether the character at `at` is marked."""
        return bool(self._flags[at])

    def share(self, span: Span) -> float:
        """The share of the characters of `span` that are marked; 0 for an empty span."""
        return sum(self._flags[span.start : span.end]) / max(1, span.end - span.start)
