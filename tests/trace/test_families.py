"""Quotation families: which quotations are readings of one utterance, and what has to hold of every answer."""

import hashlib
import re
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from retold.model import AnnotatedArticle, Article, Citation, Place, Published, Quotation, Sentence, Span, Speaker, Zone
from retold.relate.passages import PassagesConfig, find_passages
from retold.relate.voices import find_voices
from retold.relate.weights import weigh_stems
from retold.trace.families import FamiliesConfig, find_families
from retold.trace.likeness import (
    LikenessConfig,
    Utterance,
    compare_utterances,
    find_candidates,
    longest_run,
    make_utterance,
)

TAG = re.compile(r"\{([a-z]+)(?::([A-Z][a-z]*))? ([^{}]*)\}")
KINDS = {"d": "direct", "i": "indirect", "m": "mixed"}
PEOPLE = {"Holt": "person", "Brandt": "person", "Sund": "person", "Council": "organization"}


def make_article(name: str, tagged: str, published: str | None = None) -> AnnotatedArticle:
    """A sentence a line; `{d:Holt words}` is a direct quotation by Holt (i indirect, m mixed; the speaker may be left
    out), `{s words}` the source of the quotation before."""
    text = ""
    sentences: list[Sentence] = []
    quotations: list[Quotation] = []
    for line in tagged.strip().split("\n"):
        start = len(text)
        at = 0
        for match in TAG.finditer(line):
            text += line[at : match.start()]
            span = Span(len(text), len(text) + len(match.group(3)))
            text += match.group(3)
            at = match.end()
            tag, who = match.group(1), match.group(2)
            if tag == "s":
                last = quotations.pop()
                quotations.append(Quotation(last.id, last.kind, last.content, None, span, last.speaker))
            else:
                ref = f"{name}.q{len(quotations) + 1}"
                quotations.append(Quotation(ref, KINDS[tag], (span,), speaker=who))  # type: ignore[arg-type]
        text += line[at:]
        sentences.append(Sentence(Span(start, len(text)), "body", len(sentences)))
        text += "\n"
    article = Article(
        name,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        language="en",
        zones=tuple(Zone("body", s.span) for s in sentences),
        published=Published(published, "day", "metadata") if published else None,
        quotations=tuple(quotations),
    )
    speakers = tuple(Speaker(p, p, k, (Place(name, Span(0, 1)),)) for p, k in PEOPLE.items())  # type: ignore[arg-type]
    return AnnotatedArticle(article, tuple(sentences), speakers)


def group(*articles: AnnotatedArticle) -> list[list[str]]:
    """The families as sorted lists: quotation ids, and `article: words` for narration."""
    weights = weigh_stems(articles)
    passages = [p for a, b in combinations(articles, 2) for p in find_passages(a, b, weights, PassagesConfig())]
    families, readings = find_families(articles, passages, FamiliesConfig())
    texts = {a.article.id: a.article.text for a in articles}
    names = {r.id: r.quotation or f"{r.article}: {r.span.cut(texts[r.article])}" for r in readings}
    assert sorted(names) == sorted(r for f in families for r in f.readings)  # each reading stands in one family
    return sorted(sorted(names[r] for r in f.readings) for f in families)


BEES = "“{d:Holt Our bees died in a single night and nobody has come to look at the hives},” said Runa Holt."
MILL = "“{d:Brandt The mill belongs to the orchestra now},” said Ilse Brandt."
SCHOOL = "The council said {i:Council the school roof would be mended before the frost}."


def test_direct_indirect_and_partial_readings_of_one_utterance() -> None:
    a = make_article("a", f"{BEES}\n{MILL}\n{SCHOOL}")
    b = make_article(
        "b",
        "Ms Holt said {i:Holt the bees had died within one night and that no one had looked at her hives}.\n"
        "Brandt said {m:Brandt the mill “belongs to the orchestra now”}.\n"
        "{i:Council Before frost comes, the roof of the school would be mended}, according to the council.",
    )
    c = make_article("c", "“{d:Holt Nobody has come to look at the hives},” she said.")
    assert group(a, b, c) == [["a.q1", "b.q1", "c.q1"], ["a.q2", "b.q2"], ["a.q3", "b.q3"]]


def test_a_dropped_not_is_the_same_utterance() -> None:
    a = make_article("a", "“{d:Holt We will not sell the lower meadow},” Holt said.")
    b = make_article("b", "“{d:Holt We will sell the lower meadow},” Holt said.")
    assert group(a, b) == [["a.q1", "b.q1"]]


def test_different_persons_share_a_family_only_for_words_in_marks() -> None:
    a = make_article("a", f"{BEES}\nHolt said {{i:Holt the meadow was too wet for hay}}.")
    b = make_article(
        "b",
        BEES.replace("Holt", "Sund") + "\nSund said {i:Sund the meadow had been too wet for barley}.",
    )
    assert group(a, b) == [["a.q1", "b.q1"], ["a.q2"], ["b.q2"]]


def test_a_common_formula_makes_no_family() -> None:
    a = make_article("a", "“{d:Holt We owe it to our children to keep the lake clean},” Holt said.")
    b = make_article("b", "“{d:Holt We owe it to our aunts, who carried every stone of the chapel uphill},” Holt said.")
    assert group(a, b) == [["a.q1"], ["b.q1"]]


def test_the_frame_decides_where_a_fragment_echoes() -> None:
    a = make_article(
        "a",
        f"{MILL}\n"
        "Holt told the carters to “{m:Holt stop blocking our lane}”.\n"
        "“{d:Holt The carters should read the deeds of 1802, and the dairy stop blocking our lane},” Holt said.",
    )
    b = make_article(
        "b",
        f"{MILL}\n"
        "She asked the carters to “{m:Holt stop the lane blockade}”.\n"
        "“{d:Holt The carters should read the deeds of 1802},” Holt said.",
    )
    assert group(a, b) == [["a.q1", "b.q1"], ["a.q2", "b.q2"], ["a.q3", "b.q3"]]


def test_what_an_outlet_is_cited_for_belongs_to_no_family() -> None:
    lead = "{i Runa Holt said the bees of the upper valley starved}, {s the Beacon} reported."
    outer = make_article("a", lead + "\nHolt said {i:Holt the bees of the upper valley starved}.")
    source = outer.article.quotations[0].source
    assert source is not None
    cited = replace(outer, article=replace(outer.article, citations=(Citation(source, "The Beacon"),)))
    assert group(outer) == [["a.q1", "a.q2"]]
    assert group(cited) == [["a.q2"]]


def test_two_utterances_that_one_quotation_fuses_both_have_it() -> None:
    a = make_article(
        "a",
        "Instruments showed {i:Holt 412 tremors under the glacier}, Holt said.\n"
        "Holt added that {i:Holt the ice had sunk nine metres since spring}.",
        "2031-05-01",
    )
    b = make_article(
        "b",
        "Holt said {i:Holt instruments had shown 412 tremors and the ice had sunk nine metres since spring}.",
        "2031-05-02",
    )
    assert group(a, b) == [["a.q1", "b.q1"], ["a.q2", "b.q1"]]


def test_fragments_of_one_utterance_stay_together_where_most_have_it_whole() -> None:
    whole = "“{d:Sund The lighthouse lamp failed twice in March, and the keeper rowed out with lanterns},” Sund said."
    a, b = make_article("a", whole), make_article("b", "At noon: " + whole)
    c = make_article(
        "c",
        "Sund said {i:Sund the lighthouse lamp had failed twice}.\n"
        "Sund said {i:Sund the keeper rowed out with lanterns}.",
    )
    assert group(a, b, c) == [["a.q1", "b.q1", "c.q1", "c.q2"]]


def test_order_finds_what_words_do_not() -> None:
    a = make_article("a", f"{BEES}\nHolt said {{i:Holt she was content with what the keepers did}}.\n{MILL}")
    b = make_article("b", f"{BEES}\nHolt said {{i:Holt the wardens’ response had satisfied her}}.\n{MILL}")
    c = make_article("c", f"{MILL}\n{SCHOOL}\nHolt said {{i:Holt the wardens’ response had satisfied her}}.")
    assert ["a.q2", "b.q2"] in group(a, b)
    assert ["a.q2"] in group(a, c)


def test_two_quotations_in_marks_without_a_common_word_stay_apart() -> None:
    a = make_article("a", f"{BEES}\n“{{d:Holt Clover would have saved them}},” she said.\n{MILL}")
    b = make_article("b", f"{BEES}\n“{{d:Holt I learnt this trade from my aunt}},” she said.\n{MILL}")
    assert ["a.q2"] in group(a, b)


def test_narration_that_tells_what_another_attributes() -> None:
    a = make_article("a", f"{MILL}\nThe harbour log shows {{i:Council the crane was last inspected in March 2031}}.")
    b = make_article("b", f"The crane was last inspected in March 2029.\n{MILL}\nChickens roam the yard.")
    assert group(a, b) == [["a.q1", "b.q1"], ["a.q2", "b: The crane was last inspected in March 2029"]]


def test_no_narration_where_the_article_attributes_it_itself() -> None:
    a = make_article("a", SCHOOL)
    b = make_article("b", f"The school roof will be mended before the frost.\n{SCHOOL}")
    assert group(a, b) == [["a.q1", "b.q1"]]


def test_nothing_quoted() -> None:
    assert find_families([make_article("a", "Chickens roam the yard.")], [], FamiliesConfig()) == ((), ())


LINES = [
    BEES,
    MILL,
    SCHOOL,
    "“{d:Holt Nobody has come to look at the hives},” she said.",
    "Holt said {i:Holt no one had looked at the hives, and the mill belonged to the orchestra}.",
    "Brandt said {m:Brandt the mill “belongs to the orchestra now”}.",
    "“{d:Sund Our bees died in a single night},” said Sund.",
    "“{d The mill belongs to the town},” somebody shouted.",
    "The roof of the school will be mended before the frost.",
    "Chickens roam the yard.",
]
STORY = st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=5), min_size=1, max_size=4)


def build(story: Sequence[Sequence[str]]) -> list[AnnotatedArticle]:
    return [make_article(f"a{n}", "\n".join([f"Report number {n}.", *rows])) for n, rows in enumerate(story)]


@settings(max_examples=40, deadline=None)
@given(STORY, st.randoms(use_true_random=False))
def test_every_quotation_has_a_family_and_order_does_not_matter(story: list[list[str]], random: object) -> None:
    articles = build(story)
    found = group(*articles)
    for annotated in articles:
        for quotation in annotated.article.quotations:
            assert any(quotation.id in family for family in found)
    turned = list(articles)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert group(*turned) == found
    families, readings = find_families(articles, [], FamiliesConfig())
    assert find_families(turned, [], FamiliesConfig()) == (families, readings)


@settings(max_examples=40, deadline=None)
@given(STORY)
def test_candidates_are_a_superset_of_what_is_alike(story: list[list[str]]) -> None:
    articles = build(story)
    weights, config, least = weigh_stems(articles), LikenessConfig(), 0.5
    utterances: list[Utterance] = [
        make_utterance(a, q, weights, {"Holt": "person"}) for a in articles for q in a.article.quotations
    ]
    candidates = set(find_candidates(utterances, {}, least, config))
    for n, m in combinations(range(len(utterances)), 2):
        if compare_utterances(utterances[n], utterances[m], 0.0, config) >= least:
            assert (n, m) in candidates


@pytest.mark.parametrize(
    ("one", "other", "length"),
    [("a b c d", "x b c y", 2), ("a a a", "a a", 2), ("", "a", 0), ("a b", "c d", 0), ("a b a b c", "a b c", 3)],
)
def test_longest_run(one: str, other: str, length: int) -> None:
    assert longest_run(one.split(), other.split()) == longest_run(other.split(), one.split()) == length


def test_a_speaker_goes_on_beside_a_matched_quotation() -> None:
    """One common word is enough where the same person's next words are the same in both, and only there."""
    talk = "A tour has no end."
    other = "“{d:Sund Ice is cheaper by the sledge},” said Sund.\n“{d:Sund Foxes ate my lantern oil},” said Sund."
    told = "{i:Brandt A tour was likely}, {s Brandt} said."
    a = make_article(
        "a", f"{SCHOOL}\n{{i:Brandt Her orchestra will probably tour}}, {{s Brandt}} said.\n{MILL}\n{talk}"
    )
    assert ["a.q2", "b.q3"] in group(a, make_article("b", f"{other}\n{told}\n{MILL}\n{talk}"))
    assert ["b.q3"] in group(a, make_article("b", f"{other}\n{told}\n{talk}"))


def test_spelling_of_another_country_is_no_other_word() -> None:
    a = make_article("a", "{i:Council The harbour theatre would be modernised}, the council said.\n" + BEES)
    b = make_article("b", BEES + "\nThe council promised {i:Council a modernized harbor theater}.")
    assert ["a.q1", "b.q2"] in group(a, b)


def test_a_short_saying_in_other_words_keeps_what_only_it_speaks_of() -> None:
    rest = [make_article(name, f"{BEES}\n{MILL}\n{SCHOOL}") for name in "cdef"]
    one = make_article("a", f"Holt said {{i:Holt his client would appeal}}.\n{BEES}\n{SCHOOL}")
    other = make_article("b", f"{SCHOOL}\n{MILL}\nHolt said {{i:Holt an appeal was likely}}.")
    assert ["a.q1", "b.q3"] in group(one, other, *rest)
    by_another = make_article("b", f"{SCHOOL}\n{MILL}\nSund said {{i:Sund an appeal was likely}}.")
    assert ["a.q1", "b.q3"] not in group(one, by_another, *rest)


def test_a_question_is_no_answer() -> None:
    asked = make_article("a", f"{MILL}\n“{{d Will you replace her}}?”\n“{{d:Holt Not with one person}}.”")
    told = make_article("b", f"{SCHOOL}\nHolt said {{i:Holt she had to be replaced}}.\n{MILL}")
    assert ["a.q2", "b.q2"] not in group(asked, told)


def test_a_body_that_publishes_its_words_is_quoted_and_not_cited() -> None:
    release = make_article("a", "The Harbour Council said {i:Council the pier would shut on the first of May}.")
    report = make_article("b", "{i:Council The pier is to shut on the first of May}, {s the Harbour Council} said.")
    source = report.article.quotations[0].source
    assert source is not None
    report = replace(report, article=replace(report.article, citations=(Citation(source, "Harbour Council"),)))
    assert ["a.q1", "b.q1"] not in group(release, report)
    named = [replace(s, name="Harbour Council") if s.id == "Council" else s for s in release.speakers]
    issued = replace(release, article=replace(release.article, outlet="Harbour Council"), speakers=tuple(named))
    assert group(issued, report) == [["a.q1", "b.q1"]]


def test_half_a_long_sentence_tells_what_another_attributes() -> None:
    a = make_article("a", "Holt said {i:Holt the keeper had answered every question put to him}.\n" + MILL)
    b = make_article(
        "b",
        "Frogs sang in the ditch and geese flew by; the keeper answered some of the questions put to him.\n" + MILL,
    )
    assert ["a.q1", "b: the keeper answered some of the questions put to him"] in group(a, b)


def test_a_post_holds_the_parts_that_others_quote_apart() -> None:
    post = "{d:Holt Nine winters ago my father drove me here in a milk van. I did not ask to leave. Keep my lamp lit}"
    a = make_article("a", f"Holt wrote:\n{post}.")
    b = make_article(
        "b",
        "“{d:Holt Nine winters ago my father drove me here in a milk van … Keep my lamp lit},” said Holt.\n"
        "She says {m:Holt she “did not ask to leave”}.",
    )
    assert group(a, b) == [["a.q1", "b.q1", "b.q2"]]


def test_a_spokesman_is_told_from_who_speaks_for_himself() -> None:
    told = "{i:Holt the mill would pay up and would not appeal}, said {s Holt, a spokesman for the Tarn Mill}."
    assert find_voices(make_article("a", told)) == {"Holt": frozenset({("tarn", "mill")})}
    assert find_voices(make_article("b", "{i:Holt it would not appeal}, said {s its spokesman, Holt}.")) == {
        "Holt": frozenset()
    }
    assert find_voices(make_article("c", "{i:Holt it would not appeal}, said {s Holt, a farmer}.")) == {}
