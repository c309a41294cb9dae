"""Properties of changes, and which reading each reading is compared with."""

import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retold.model import (
    AnnotatedArticle,
    Article,
    Change,
    Derivation,
    Family,
    Published,
    Quotation,
    Reading,
    ReadingForm,
    Span,
    Speaker,
)
from retold.trace.changes import compare_wordings, find_changes, rate_severity
from retold.trace.wordings import Wording, choose_language, find_tokens, make_wording

EN = choose_language("en")
VOCABULARY = (
    "the a not no can must all some of 31 thirty one River Mara boats boat closed close, probably if … [it] sh*t don't "
    "was very almost 3.4m said. and"
)
TEXTS = st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=14).map(" ".join)
FORMS = st.sampled_from(("direct", "indirect", "narration"))


def word_it(text: str, form: ReadingForm = "direct", language: str = "en") -> Wording:
    return make_wording(text, form, (Span(0, len(text)),), language, around=Span(0, len(text)))


def norms(text: str) -> list[str]:
    return [t.norm for t in find_tokens(text, (Span(0, len(text)),), EN)]


def words_in(change: Change, text: str, side: str, ops: tuple[str, ...]) -> list[str]:
    found = []
    for edit in change.edits:
        span = edit.from_ if side == "from" else edit.to
        if edit.op in ops:
            found.extend(t.norm for t in find_tokens(text, (span,), EN))
    return found


@given(TEXTS, TEXTS, FORMS, FORMS)
def test_edits_rebuild_both_readings(old: str, new: str, form: ReadingForm, later_form: ReadingForm) -> None:
    change = compare_wordings(word_it(old, form), word_it(new, later_form))
    assert words_in(change, new, "to", ("equal", "insert", "replace")) == norms(new)
    assert words_in(change, old, "from", ("equal", "delete", "replace")) == norms(old)


@given(TEXTS, TEXTS)
def test_edits_lie_in_order_and_say_what_they_do(old: str, new: str) -> None:
    change = compare_wordings(word_it(old), word_it(new))
    for edit in change.edits:
        assert 0 <= edit.from_.start <= edit.from_.end <= len(old)
        assert 0 <= edit.to.start <= edit.to.end <= len(new)
        assert (edit.from_.start == edit.from_.end) == (edit.op == "insert")
        assert (edit.to.start == edit.to.end) == (edit.op == "delete")
        if edit.op == "equal":
            assert len(norms(edit.from_.cut(old))) == len(norms(edit.to.cut(new)))
    starts = [(e.from_.start, e.to.start) for e in change.edits]
    assert starts == sorted(starts)


@given(TEXTS)
def test_a_reading_compared_with_itself_is_verbatim(text: str) -> None:
    change = compare_wordings(word_it(text), word_it(text))
    assert (change.label, change.flags, change.severity) == ("verbatim", (), "none")


@given(TEXTS, TEXTS)
def test_verbatim_means_the_same_words(old: str, new: str) -> None:
    change = compare_wordings(word_it(old), word_it(new))
    if "*" not in old + new:
        assert (change.label == "verbatim") == (norms(old) == norms(new))


@given(TEXTS)
def test_a_faithful_copy_told_without_marks_changes_no_meaning(text: str) -> None:
    change = compare_wordings(word_it(text, "indirect"), word_it(text, "indirect"))
    assert change.label == "paraphrased"
    assert set(change.flags) <= {"near_verbatim"}


@given(TEXTS, TEXTS, st.booleans())
def test_same_input_same_change(old: str, new: str, is_derived: bool) -> None:
    first, second = (compare_wordings(word_it(old), word_it(new), is_derived=is_derived) for _ in range(2))
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
    assert first.severity == rate_severity(first.label, frozenset(first.flags), is_derived=is_derived)


@settings(max_examples=30)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_characters_are_compared_without_failing(old: str, new: str) -> None:
    for form in ("direct", "mixed", "indirect", "narration"):
        change = compare_wordings(word_it(old, form), word_it(new, form))
        assert change.label


def test_long_readings_align_in_bounded_time() -> None:
    old = " ".join(f"word{i % 700} the" for i in range(2500))
    new = " ".join(f"word{(i * 7) % 700} the" for i in range(2500))
    start = time.process_time()
    compare_wordings(word_it(old), word_it(new))
    assert time.process_time() - start < 4.0  # about 0.7 s: the rest is for slow machines


def test_a_language_without_a_file_is_compared_word_by_word() -> None:
    change = compare_wordings(word_it("abc def ghi", language="xx"), word_it("abc xyz ghi", language="xx"))
    assert change.label == "altered"


def test_translated_figures_are_compared() -> None:
    old, new = word_it("We lost 31 boats.", language="en"), word_it("Втрачено 13 човнів.", language="xx")
    same = word_it("Втрачено 31 човен.", language="xx")
    assert compare_wordings(old, new).flags == ("number",)
    assert compare_wordings(old, same).severity == "none"


def test_two_quotations_in_one_pair_of_marks_are_spliced() -> None:
    first, second = "The pump failed at noon.", "Nobody slept in the old town."
    change = compare_wordings(
        word_it(first), word_it("The pump failed at noon. Nobody slept in the old town."), beside=[word_it(second)]
    )
    assert (change.label, change.severity) == ("spliced", "major")


@pytest.mark.parametrize(
    ("label", "flags", "is_derived", "severity"),
    [
        ("verbatim", (), True, "none"),
        ("partial", (), True, "none"),
        ("elided", (), True, "none"),
        ("paraphrased", (), True, "none"),
        ("truncated", ("unmarked",), True, "minor"),
        ("truncated", ("unmarked", "mid_sentence"), True, "major"),
        ("elided", ("unmarked", "mid_sentence"), True, "major"),
        ("translated", ("unmarked",), True, "minor"),
        ("altered", (), True, "major"),
        ("altered", ("minor_wording",), True, "minor"),
        ("altered", ("bracketed",), True, "minor"),
        ("spliced", ("unmarked",), True, "major"),
        ("requoted", (), True, "major"),
        ("requoted", (), False, "none"),
        ("extended", (), False, "none"),
        ("extended", ("number",), False, "major"),
        ("requoted", ("cue_changed",), False, "minor"),
        ("overlapping", (), False, "none"),
        ("verbatim", ("reattributed",), True, "major"),
        ("paraphrased", ("near_verbatim",), True, "minor"),
    ],
)
def test_severity_table(label: str, flags: tuple[str, ...], is_derived: bool, severity: str) -> None:
    assert rate_severity(label, frozenset(flags), is_derived=is_derived) == severity  # type: ignore[arg-type]


# ---- which reading each is compared with


def tell(id_: str, *quotes: str, published: str | None = None) -> AnnotatedArticle:
    """An article of direct quotations, one a paragraph."""
    text, quotations = "", []
    for i, quote in enumerate(quotes, 1):
        start = len(text) + 1
        text += f"“{quote}” said Ilse Varga.\n\n"
        cue = Span(start + len(quote) + 2, start + len(quote) + 6)
        quotations.append(Quotation(f"{id_}.q{i}", "direct", (Span(start, start + len(quote)),), cue, speaker="p1"))
    when = Published(published, "minute", "metadata") if published else None
    article = Article(id_, text, f"{id_}-hash", language="en", published=when, quotations=tuple(quotations))
    return AnnotatedArticle(article, (), (Speaker("p1", "Ilse Varga", "person"),))


def trace(
    articles: list[AnnotatedArticle], families: list[tuple[str, ...]], derivations: list[tuple[str | None, str]]
) -> dict[tuple[str | None, str | None, str | None], Change]:
    readings = [Reading(q.id, a.article.id, q.extent, "direct", q.id) for a in articles for q in a.article.quotations]
    grouped = [Family(f"f{i}", "s1", "p1", refs) for i, refs in enumerate(families, 1)]
    drawn = [Derivation(f, None, t, "stated", 0.9, ()) for f, t in derivations]
    changes = find_changes(articles, grouped, readings, drawn)
    turned = find_changes(articles[::-1], grouped, readings[::-1], drawn[::-1])
    assert msgspec.json.encode(changes) == msgspec.json.encode(turned)
    return {(c.from_, c.to, c.article): c for c in changes}


LONG, SHORT = "The dam held. The village slept.", "The dam held."


def test_the_reading_of_the_article_it_derives_from_goes_first() -> None:
    articles = [tell("a", LONG), tell("b", SHORT), tell("c", SHORT)]
    found = trace(articles, [("a.q1", "b.q1", "c.q1")], [("a", "b"), ("b", "c")])
    assert set(found) == {("a.q1", "b.q1", None), ("b.q1", "c.q1", None)}
    assert found["b.q1", "c.q1", None].label == "verbatim"


def test_independent_reports_follow_the_clock() -> None:
    articles = [tell("a", LONG, published="2031-03-02T10:00Z"), tell("b", SHORT, published="2031-03-01T10:00Z")]
    found = trace(articles, [("a.q1", "b.q1")], [])
    change = found["b.q1", "a.q1", None]
    assert (change.label, change.severity) == ("extended", "none")


def test_without_times_the_fullest_reading_is_the_origin() -> None:
    found = trace([tell("a", SHORT), tell("b", LONG)], [("a.q1", "b.q1")], [])
    assert set(found) == {("b.q1", "a.q1", None)}


def test_two_readings_in_one_article_stand_side_by_side() -> None:
    found = trace([tell("a", LONG), tell("b", SHORT, LONG)], [("a.q1", "b.q1", "b.q2")], [("a", "b")])
    assert set(found) == {("a.q1", "b.q1", None), ("a.q1", "b.q2", None)}


def test_added_and_dropped_are_told_along_a_derivation_only() -> None:
    other = "Nobody asked us."
    families = [("a.q1",), ("b.q1",)]
    assert not trace([tell("a", LONG), tell("b", other)], families, [])
    found = trace([tell("a", LONG), tell("b", other)], families, [("a", "b")])
    assert {k: c.label for k, c in found.items()} == {
        ("a.q1", None, "b"): "dropped",
        (None, "b.q1", None): "added",
    }
    assert {c.severity for c in found.values()} == {"none"}


def test_an_origin_that_is_not_at_hand_drops_nothing() -> None:
    assert not trace([tell("a", LONG), tell("b", "Nobody asked us.")], [("a.q1",), ("b.q1",)], [(None, "b")])


def test_undated_reports_are_put_in_order_as_a_whole() -> None:
    """The report that another took up came first, with all it has, also where the other's reading is the longer."""
    longer = LONG + " Nobody was on the road."
    articles = [tell("a", LONG, "We pay."), tell("b", longer, "We pay for it."), tell("c", SHORT)]
    families = [("a.q1", "b.q1", "c.q1"), ("a.q2", "b.q2")]
    found = trace(articles, families, [("a", "c")])
    assert {(from_, to) for from_, to, _ in found if from_ and to} == {
        ("a.q1", "b.q1"),
        ("a.q2", "b.q2"),
        ("a.q1", "c.q1"),
    }
    assert found["a.q1", "b.q1", None].severity == "none"


def test_two_reports_that_cite_each_other_still_come_before_a_third() -> None:
    articles = [tell("a", LONG), tell("b", "We pay."), tell("c", SHORT)]
    found = trace(articles, [("a.q1", "c.q1"), ("b.q1",)], [("a", "b"), ("b", "a")])
    assert ("a.q1", "c.q1", None) in found


@pytest.mark.parametrize(
    ("old", "new", "language", "flags"),
    [
        ("Residents must leave their homes by noon.", "Жителей просят покинуть дома до полудня.", "ru", ("modality",)),
        ("Residents must leave their homes by noon.", "Жители должны покинуть дома до полудня.", "ru", ()),
        ("Nobody should stand there.", "Никто не должен там стоять.", "ru", ()),
        ("All the boats are back in the harbour.", "Деякі човни вже повернулися в гавань.", "uk", ("quantifier",)),
        ("All the boats are back in the harbour.", "Усі човни вже повернулися в гавань.", "uk", ()),
        ("We lost 820,000 cans of fish.", "Мы потеряли 820 000 банок рыбы.", "ru", ()),
        ("We lost 820,000 cans of fish.", "Мы потеряли 820 банок рыбы.", "ru", ("number",)),
        ("The wall is 20 feet high.", "Стена высотой 6 метров.", "ru", ()),
        ("The wall is 20 feet high.", "Стена высотой 9 метров.", "ru", ("number",)),
        ("We meet at 3 p.m. on Friday.", "Мы встречаемся в пятницу в 15:00.", "ru", ()),
        ("We shall close it no later than Friday.", "Мы закроем его не позднее пятницы.", "ru", ()),
        ("We shall open the gate on Friday.", "Мы не откроем ворота в пятницу.", "ru", ("negation",)),
        ("It is impossible to open the gate.", "Ворота не открыть.", "ru", ()),
    ],
)
def test_what_is_safe_is_flagged_across_languages(old: str, new: str, language: str, flags: tuple[str, ...]) -> None:
    change = compare_wordings(word_it(old, language="en"), word_it(new, language=language))
    assert change.label == "translated"
    assert change.flags == flags
