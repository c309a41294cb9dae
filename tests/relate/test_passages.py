"""Passages: which sentences belong together, how far a passage reaches, and what has to hold of every answer."""

import hashlib
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.model import AnnotatedArticle, Article, Citation, Passage, Quotation, Sentence, Span, Zone, ZoneRole
from retold.relate.pairs import score_pairs
from retold.relate.passages import PassagesConfig, find_coverage, find_passages
from retold.relate.weights import Unit, cut_units, find_terms, weigh_stems

CONFIG = PassagesConfig()


def make_article(
    name: str,
    sentences: Sequence[str],
    quotations: Sequence[tuple[str, str, str | None]] = (),
    roles: dict[int, ZoneRole] | None = None,
    citations: Sequence[str] = (),
    sources: Sequence[str] = (),
    language: str = "en",
) -> AnnotatedArticle:
    """One sentence a paragraph; quotations as (kind, content, speaker), found in the text by their words."""
    text = "\n\n".join(sentences)
    rows, zones, at = [], [], 0
    for n, sentence in enumerate(sentences):
        span = Span(at, at + len(sentence))
        role = (roles or {}).get(n, "body")
        zones.append(Zone(role, span))
        if role in ("title", "heading", "body"):
            rows.append(Sentence(span, role, n))
        at = span.end + 2
    found = tuple(
        Quotation(f"{name}.q{n}", kind, (span_of(text, content),), speaker=speaker)  # type: ignore[arg-type]
        for n, (kind, content, speaker) in enumerate(quotations, 1)
    )
    found += tuple(
        Quotation(f"{name}.s{n}", "direct", (Span(1, text.index(",”")),), source=span_of(text, source))
        for n, source in enumerate(sources)
    )
    article = Article(
        name,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        language=language,
        zones=tuple(zones),
        quotations=found,
        citations=tuple(Citation(span_of(text, words), "The Beacon") for words in citations),
    )
    return AnnotatedArticle(article, tuple(rows))


def span_of(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def relate(a: AnnotatedArticle, b: AnnotatedArticle) -> list[tuple[str, str, str]]:
    """The passages as (words of a, words of b, kind)."""
    return [
        (p.from_.span.cut(a.article.text), p.to.span.cut(b.article.text), p.kind)
        for p in find_passages(a, b, weigh_stems([a, b]), CONFIG)
    ]


HARBOUR = [
    "The harbour board will close the eastern slipway to repair its winch.",
    "Fishing crews may land their catch at the northern quay in the meantime.",
    "The repair was ordered after a cable snapped during the autumn storms.",
    "Two apprentices from the boatyard school will help the welders.",
]
CHEESE = [
    "A dairy in the Ostrel valley has won the gold medal for its smoked goat cheese.",
    "Judges praised the rind, which is washed with pear cider every second day.",
    "The farm keeps ninety goats on slopes too steep for cattle.",
]


def test_a_clause_that_the_copy_cut_stays_outside() -> None:
    a = make_article(
        "a",
        ["The mayor of Tarrow, Ilse Brandt, has said the town should buy the old mill to give the orchestra a home."],
    )
    b = make_article("b", ["The mayor of Tarrow Ilse Brandt said that the town should purchase the old mill."])
    ((mine, theirs, kind),) = relate(a, b)
    assert mine.endswith("the old mill")
    assert theirs.endswith("the old mill")
    assert kind == "near_verbatim"


def test_a_hole_in_the_middle_divides_the_passage() -> None:
    a = make_article(
        "a",
        ["The bakery in Mill Lane burnt down, the third such fire in the quarter since spring, but no baker was hurt."],
    )
    b = make_article("b", ["The bakery in Mill Lane burnt down, but no baker was hurt."])
    found = relate(a, b)
    assert [kind for _, _, kind in found] == ["verbatim", "verbatim"]
    assert "third" not in " ".join(mine for mine, _, _ in found)


@pytest.mark.parametrize(
    ("copy", "kind"),
    [
        ("The ferry to Osk will carry no cars until the ramp is mended.", "verbatim"),
        ("The ferry to Osk will take no cars until the ramp is mended.", "near_verbatim"),
        ("Until its ramp is repaired, cars cannot use the Osk ferry.", "paraphrase"),
    ],
)
def test_kinds(copy: str, kind: str) -> None:
    a = make_article("a", ["The ferry to Osk will carry no cars until the ramp is mended.", *CHEESE])
    b = make_article("b", [copy])
    assert [k for _, _, k in relate(a, b)] == [kind]


def test_neighbours_in_order_lift_a_pair_too_weak_alone() -> None:
    weak, retold = (
        "Drivers grumbled that the snow ploughs came hours too late.",
        "Callers told the radio for most of the morning that ploughs had reached the hill long after the snow.",
    )
    before, after = HARBOUR[0], HARBOUR[2]
    filler = [*CHEESE, "Nine choirs from the islands sang in the packed cathedral square."]
    alone = relate(make_article("a", [weak, *filler]), make_article("b", [retold, *HARBOUR[:1]]))
    between = relate(make_article("a", [before, weak, after, *filler]), make_article("b", [before, retold, after]))
    assert not any("ploughs" in mine for mine, _, _ in alone)
    assert any("ploughs" in mine and "ploughs" in theirs for mine, theirs, _ in between)


def test_a_moved_sentence_is_found() -> None:
    a = make_article("a", HARBOUR)
    b = make_article("b", [HARBOUR[3], *HARBOUR[:3]])
    assert sorted(mine for mine, _, _ in relate(a, b)) == sorted(sentence.rstrip(".") for sentence in HARBOUR)


def test_a_shared_name_alone_relates_nothing() -> None:
    a = make_article("a", ["Governor Henrike Solm opened the velodrome with a lap on a borrowed bicycle.", *HARBOUR])
    b = make_article("b", ["Schoolchildren wrote to Governor Henrike Solm about the polluted brook.", *CHEESE])
    assert relate(a, b) == []


def test_who_speaks_is_no_passage_by_itself() -> None:
    who = "Henrike Solm, the governor of the lower islands"
    a = make_article("a", [f"“The velodrome leaks like a basket,” said {who}.", *HARBOUR], sources=[who])
    b = make_article("b", [f"“Otters have come back to the brook,” said {who}.", *CHEESE], sources=[who])
    assert relate(a, b) == []


def test_captions_and_furniture_are_not_looked_at() -> None:
    a = make_article("a", [*HARBOUR, "Subscribe to our letter for the best of the islands every single week."])
    roles: dict[int, ZoneRole] = {0: "caption", 1: "furniture"}
    b = make_article(
        "b",
        [HARBOUR[1], "Subscribe to our letter for the best of the islands every single week.", *CHEESE],
        roles=roles,
    )
    assert relate(a, b) == []


def test_a_citation_is_no_part_of_what_is_told() -> None:
    a = make_article(
        "a", ["The quarry at Lund must stop blasting on school days to protect the bats that winter there."]
    )
    b = make_article(
        "b",
        ["The quarry at Lund must stop blasting on school days, reports the Beacon."],
        citations=["reports the Beacon"],
    )
    ((mine, theirs, kind),) = relate(a, b)
    assert mine.endswith("school days")
    assert theirs.endswith("school days")
    assert kind == "verbatim"


def test_acronyms_fold_by_the_language_and_by_the_article() -> None:
    a = make_article("a", ["The National Kelp Bureau (NKB) warned the U.S. about drifting nets.", *CHEESE])
    b = make_article("b", ["The NKB warned the United States about drifting nets."])
    ((mine, theirs, kind),) = relate(a, b)
    assert theirs == "The NKB warned the United States about drifting nets"
    assert mine.startswith("The National Kelp Bureau")
    assert kind == "near_verbatim"


def residue_case(told: str, speaker: str = "p1") -> list[tuple[str, str, str]]:
    quoted = "Our bees died in a single night. Nobody has come to look at the hives."
    a = make_article("a", [f"“{quoted}” said Runa Holt.", *HARBOUR], [("direct", quoted, "p1")])
    b = make_article(
        "b",
        [f"“Our bees died in a single night,” said Ms Holt, adding that {told}."],
        [("direct", "Our bees died in a single night", "p1"), ("indirect", told, speaker)],
    )
    return relate(a, b)


def test_the_rest_of_a_quotation_is_found_in_the_indirect_speech_beside_its_copy() -> None:
    told = "inspectors were nowhere to be seen"
    assert ("Nobody has come to look at the hives", told, "paraphrase") in residue_case(told)


def test_the_rest_is_not_given_to_another_speaker_nor_to_what_has_a_home() -> None:
    assert len(residue_case("inspectors were nowhere to be seen", "p2")) == 1
    told = "fishing crews might land their catch at the northern quay"
    assert all("hives" not in mine for mine, _, _ in residue_case(told))


def test_between_languages_the_kind_is_translation() -> None:
    a = make_article("a", ["Zirkon Plastorama 4711 Quaxolit Brumtal"])
    b = make_article("b", ["Zirkon Plastorama 4711 Quaxolit Brumtal"], language="xx")
    assert [kind for _, _, kind in relate(a, b)] == ["translation"]


def test_coverage_joins_overlapping_spans() -> None:
    a, b = make_article("a", HARBOUR), make_article("b", HARBOUR[1:3])
    passages = find_passages(a, b, weigh_stems([a, b]), CONFIG)
    told = find_coverage("a", [*passages, *passages])
    assert [span.cut(a.article.text) for span in told] == [s.rstrip(".") for s in HARBOUR[1:3]]
    assert find_coverage("a", passages, other="c") == ()


def test_empty_and_wordless_articles() -> None:
    empty = make_article("a", ["…"])
    assert relate(empty, make_article("b", HARBOUR)) == []
    assert relate(empty, make_article("b", ["!!!"])) == []


SENTENCES = st.lists(
    st.sampled_from(
        [
            *HARBOUR,
            *CHEESE,
            "The board will repair the winch of the eastern slipway, it said.",
            "Judges washed the rind with cider.",
            "A cable snapped; the board was told by crews, welders and goats.",
            "Every second day the goats eat pears.",
        ]
    ),
    min_size=1,
    max_size=7,
)


def turn(passage: Passage) -> tuple[object, ...]:
    return passage.to, passage.from_, passage.kind, passage.score


@settings(max_examples=60, deadline=None)
@given(SENTENCES, SENTENCES)
def test_spans_lie_inside_sentences_and_swapping_mirrors(one: list[str], other: list[str]) -> None:
    a = make_article("a", one, [("direct", one[0].rstrip("."), "p1")])
    b = make_article("b", other)
    weights = weigh_stems([a, b])
    there, back = find_passages(a, b, weights, CONFIG), find_passages(b, a, weights, CONFIG)
    for passage in there:
        assert any(s.span.contains(passage.from_.span) for s in a.sentences)
        assert any(s.span.contains(passage.to.span) for s in b.sentences)
        assert 0 <= passage.score <= 1
    assert sorted(map(turn, back)) == sorted((p.from_, p.to, p.kind, p.score) for p in there)
    assert weigh_stems([b, a]).by_stem == weights.by_stem


def slow_cosine(one: Unit, other: Unit) -> float:
    x = {t.stem: t.weight for t in one.terms if t.is_content}
    y = {t.stem: t.weight for t in other.terms if t.is_content}
    length = sum(w * w for w in x.values()) ** 0.5 * sum(w * w for w in y.values()) ** 0.5
    return sum(x[s] * y[s] for s in x if s in y) / length if length else 0.0


@settings(max_examples=60, deadline=None)
@given(SENTENCES, SENTENCES)
def test_candidates_are_a_superset_of_what_alignment_would_accept(one: list[str], other: list[str]) -> None:
    a, b = make_article("a", one), make_article("b", other)
    weights = weigh_stems([a, b])
    units_a, units_b = cut_units(a, weights), cut_units(b, weights)
    fast = {(p.a, p.b): p.cosine for p in score_pairs(units_a, units_b, CONFIG.pairs)}
    for i, x in enumerate(units_a):
        for j, y in enumerate(units_b):
            cosine = slow_cosine(x, y)
            if cosine >= CONFIG.pairs.supported and len(x.stems & y.stems) >= CONFIG.pairs.least_shared:
                assert fast[i, j] == pytest.approx(cosine)


def test_terms_keep_their_places() -> None:
    a = make_article("a", ["The United States of America and the U.N. met."])
    terms = find_terms(a.article, a.sentences[0].span, weigh_stems([a]))
    assert [t.span.cut(a.article.text) for t in terms if t.is_content] == ["United States of America", "U.N.", "met"]
    assert re.fullmatch(r"US UN met?", " ".join(t.stem for t in terms if t.is_content))


def test_a_number_is_one_word_in_digits_and_in_letters() -> None:
    article = make_article("a", ["Eighteen, 18, 14,200 and 31m barrels; one keg"]).article
    stems = [term.stem for term in find_terms(article, Span(0, len(article.text)), weigh_stems([])) if term.is_content]
    assert stems[:4] == ["18", "18", "14200", "31"]
    assert "1" not in stems
