"""The paragraphs of an article to be, and how they make its text."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from retold.model import Span, Zone, ZoneRole


class Block(Struct, frozen=True):
    """A paragraph of the article to be: its role, None where the page doesn't tell."""

    text: str
    role: ZoneRole | None = None


def make_key(text: str) -> str:
    """What two prints of one text have in common: letters and digits in small letters.

    >>> make_key("The dam, “closed”") == make_key("THE DAM 'closed'")
    True
    """
    return "".join(filter(str.isalnum, text.casefold()))


def split_lines(text: str, role: ZoneRole | None = None) -> Iterator[Block]:
    """A block for each line that holds anything, blanks folded."""
    for line in text.split("\n"):
        if clean := " ".join(line.split()):
            yield Block(clean, role)


def assemble(blocks: Sequence[Block]) -> tuple[str, tuple[Zone, ...]]:
    """The article's text, a blank line between two blocks, and a zone for each block whose role is known.

    >>> assemble([Block("Dam", "title"), Block("It holds.")])
    ('Dam\\n\\nIt holds.', (Zone(role='title', span=Span(start=0, end=3)),))
    """
    zones = []
    at = 0
    for block in blocks:
        if block.role:
            zones.append(Zone(block.role, Span(at, at + len(block.text))))
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in blocks), tuple(zones)
