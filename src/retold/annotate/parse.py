"""The guest that parses sentences: spaCy, met in this room only. Everything beyond it sees `Parse`, plain values.

Only tagger and parser are loaded (names, lemmas and the attribute ruler are left out: half the loading time, a fifth of
the parsing time). Direct quotations are masked before parsing: a stand-in word takes the place of the marks and what
they hold, so that the frame around ("…," said X, adding: "…") is a short sentence that the parser gets right.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from msgspec import Struct

from retold.errors import MissingExtraError
from retold.languages import Language
from retold.model import Span

_BLANK = re.compile(r"\s")


class Node(Struct, frozen=True):
    """A token of a parse: its span in the article, its Penn tag, its relation to `head` (an index; its own for a root),
    and the subtree's first and last index (`left`, `right`, both inclusive). `is_masked`: stands for a quotation."""

    text: str
    span: Span
    tag: str
    relation: str
    head: int
    left: int
    right: int
    is_masked: bool = False


class Parse(Struct, frozen=True):
    """The nodes of one paragraph, in order."""

    nodes: tuple[Node, ...]

    def children(self, i: int) -> tuple[int, ...]:
        """The nodes that depend on node `i`, in order."""
        return tuple(
            k for k in range(self.nodes[i].left, self.nodes[i].right + 1) if self.nodes[k].head == i and k != i
        )

    def cut(self, first: int, last: int) -> Span:
        """The span from node `first` to node `last`, both inclusive."""
        return Span(self.nodes[first].span.start, self.nodes[last].span.end)


class Piece(Struct, frozen=True):
    """Text handed to the parser, and the span it stands for. `is_masked`: the text is a stand-in."""

    text: str
    span: Span
    is_masked: bool = False


class Parser(Protocol):
    """What the quotation stage asks of a parser."""

    name: str

    def parse(self, paragraphs: Iterable[Sequence[Piece]]) -> Iterator[Parse]:
        """One parse a paragraph, in order."""


class SpacyParser:
    """A spaCy pipeline, loaded from an installed package, as a `Parser`."""

    def __init__(self, package: str) -> None:
        module = import_module(package)
        self._pipeline = module.load(exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])
        self.name = f"{package} {module.__version__}"

    def parse(self, paragraphs: Iterable[Sequence[Piece]]) -> Iterator[Parse]:
        """One parse a paragraph, in order; cost is that of tagging and parsing, linear in tokens."""
        listed = [tuple(pieces) for pieces in paragraphs]
        # A tab or a line separator would be a word of its own; a blank in its place leaves all offsets as they are.
        texts = (_BLANK.sub(" ", "".join(piece.text for piece in pieces)) for pieces in listed)
        for pieces, doc in zip(listed, self._pipeline.pipe(texts, batch_size=64), strict=True):
            nodes: list[Node] = []
            which, passed = 0, 0  # the piece we are in, and the characters of pieces before it
            for token in doc:
                while which < len(pieces) - 1 and token.idx >= passed + len(pieces[which].text):
                    passed += len(pieces[which].text)
                    which += 1
                piece = pieces[which]
                if piece.is_masked:
                    span = piece.span
                else:
                    start = piece.span.start + token.idx - passed
                    span = Span(start, min(start + len(token.text), piece.span.end))
                nodes.append(
                    Node(
                        token.text,
                        span,
                        token.tag_,
                        token.dep_,
                        token.head.i,
                        token.left_edge.i,
                        token.right_edge.i,
                        piece.is_masked,
                    )
                )
            yield Parse(tuple(nodes))


def load_parser(language: Language) -> Parser:
    """The parser of a language's extra.

    Raises `MissingExtraError`, naming the `pip install`, where it isn't installed, and where the language has none.
    """
    parser = language.parser
    if parser is None:
        raise MissingExtraError(f"there is no parser for {language.name}: quotations come from marks and rules alone")
    if find_spec(parser.package) is None or find_spec("spacy") is None:
        raise MissingExtraError(
            f"the parser for {language.name} is not installed, so indirect quotations come from rules alone; "
            f"`pip install 'retold[{parser.extra}]'` brings it"
        )
    return SpacyParser(parser.package)
