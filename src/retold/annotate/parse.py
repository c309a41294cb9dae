"""The guest that parses sentences: spaCy, met in this room and in `network` only. Everything beyond it sees `Parse`,
plain values.

Only tagger and parser are loaded (names, lemmas and the attribute ruler are left out: half the loading time, a fifth of
the parsing time), and `network` runs them where it can. Direct quotations are masked before parsing: a stand-in word
takes the place of the marks and what they hold, so that the frame around ("…," said X, adding: "…") is a short sentence
that the parser gets right.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from retold.errors import MissingExtraError
from retold.languages import Language
from retold.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_BLANK = re.compile(r"\s")
_COLUMNS = ["IDX", "LENGTH", "HEAD", "DEP"]
# Paragraphs that stand in memory as the parser's own documents at one time.
_AT_ONCE = 2048


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


class Parse(Struct, frozen=True, dict=True):
    """The nodes of one paragraph, in order."""

    nodes: tuple[Node, ...]

    @cached_property
    def _dependents(self) -> list[tuple[int, ...]]:
        listed: list[list[int]] = [[] for _ in self.nodes]
        for k, node in enumerate(self.nodes):
            if node.head != k:
                listed[node.head].append(k)
        return [tuple(some) for some in listed]

    def children(self, i: int) -> tuple[int, ...]:
        """The nodes that depend on node `i`, in order."""
        return self._dependents[i]

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
        self._network = import_module("retold.annotate.network").load_network(self._pipeline)
        self._relations: dict[int, str] = {}

    def parse(self, paragraphs: Iterable[Sequence[Piece]]) -> Iterator[Parse]:
        """One parse a paragraph, in order; cost is that of tagging and parsing, linear in tokens."""
        listed = [tuple(pieces) for pieces in paragraphs]
        for at in range(0, len(listed), _AT_ONCE):
            some = listed[at : at + _AT_ONCE]
            # A tab or a line separator would be a word of its own; a blank in its place leaves all offsets as they are.
            texts = [_BLANK.sub(" ", "".join(piece.text for piece in pieces)) for pieces in some]
            for pieces, text, (doc, tags) in zip(some, texts, self._read(texts), strict=True):
                yield Parse(self._make_nodes(pieces, text, doc, tags))

    def _read(self, texts: Sequence[str]) -> Iterator[tuple["Doc", Sequence[str]]]:
        """Each text parsed, and the tags of its tokens."""
        if self._network is None:
            for doc in self._pipeline.pipe(texts, batch_size=64):
                yield doc, [token.tag_ for token in doc]
            return
        docs = [self._pipeline.make_doc(text) for text in texts]
        labels = self._pipeline.get_pipe("tagger").labels
        tags = {i: [labels[tag] for tag in numbers.tolist()] for i, numbers in self._network.read(docs)}
        for i, doc in enumerate(docs):
            yield doc, tags.get(i, ())

    def _make_nodes(self, pieces: Sequence[Piece], text: str, doc: "Doc", tags: Sequence[str]) -> tuple[Node, ...]:
        rows = doc.to_array(_COLUMNS).astype("int64").tolist()  # one call, not eight a token
        relations = self._relations
        heads = [i + row[2] for i, row in enumerate(rows)]
        edges = find_edges(heads)
        nodes: list[Node] = []
        which, passed = 0, 0  # the piece we are in, and the characters of pieces before it
        for i, (at, size, _, number) in enumerate(rows):
            while which < len(pieces) - 1 and at >= passed + len(pieces[which].text):
                passed += len(pieces[which].text)
                which += 1
            piece = pieces[which]
            span = piece.span
            if not piece.is_masked:
                start = span.start + at - passed
                span = Span(start, min(start + size, span.end))
            relation = relations.get(number)
            if relation is None:
                relation = relations[number] = doc[i].dep_
            nodes.append(Node(text[at : at + size], span, tags[i], relation, heads[i], *edges[i], piece.is_masked))
        return tuple(nodes)


def find_edges(heads: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last index of each node's subtree, from each node's head (a root's is its own). Linear.

    >>> find_edges([1, 1, 3, 1])
    [(0, 0), (0, 3), (2, 2), (2, 3)]
    """
    left, right = list(range(len(heads))), list(range(len(heads)))
    for i in range(len(heads)):  # in order, so that who has been reached once has been reached by its first
        above = heads[i]
        while left[above] > i:
            left[above] = i
            above = heads[above]
    for i in range(len(heads) - 1, -1, -1):
        above = heads[i]
        while right[above] < i:
            right[above] = i
            above = heads[above]
    return list(zip(left, right, strict=True))


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
