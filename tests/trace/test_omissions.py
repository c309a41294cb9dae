"""What a retelling left out and what it added, over invented pairs of reports."""

from collections.abc import Callable

import msgspec

from retold.model import (
    Addition,
    AnnotatedArticle,
    Change,
    Derivation,
    Edit,
    Family,
    Omission,
    Passage,
    Reading,
    Span,
)
from retold.trace.omissions import OmissionsConfig, find_omissions

Story = tuple[tuple[AnnotatedArticle, ...], tuple[Family, ...], tuple[Reading, ...], tuple[Passage, ...]]
Tell = Callable[..., Story]
CONFIG = OmissionsConfig()

REPORT = """
Lighthouse keeper's cottage sold to a choir

The keeper's cottage on Gannet Head was sold on Monday to a choir from the mainland to pay for a new roof on the tower.

"[f1|Una Marr|We sang in it for an hour, and the windows hummed. Then we signed]," said Una Marr, the conductor.

{f2|Dov Pell|The roof had leaked since the spring storms}, Dov Pell said.

"[f3|Dov Pell|I shall miss the kettle more than the light]," said Dov Pell.

A ferry calls at the rock twice a week, weather allowing, and brings paraffin and newspapers.
"""
COPY = """
Choir buys cottage

The keeper's cottage on Gannet Head was sold on Monday to a choir from the mainland, <Herald|the Herald reports>.

"[f1|Una Marr|We sang in it for an hour, and the windows hummed]," said Una Marr.

<f2>

The choir was founded by nine dentists in a tram depot. It has won the silver bowl at Carrick four times.

It has never won the gold one.
"""


def find(
    tell: Tell, copy: str, *, others: tuple[str, ...] = (), drop_changes: bool = True, report: str = REPORT
) -> tuple[Story, tuple[Omission, ...], tuple[Addition, ...]]:
    texts = [report, *others]
    rows = [{"id": f"a{n}", "text": text} for n, text in enumerate(texts)] + [{"id": "b", "text": copy}]
    story = tell(rows)
    articles, families, readings, passages = story
    derivations = [Derivation(f"a{n}", None, "b", "inferred", 0.9, ()) for n in range(len(texts))]
    omissions, additions = find_omissions(articles, families, readings, (), passages, derivations, CONFIG)
    return story, omissions, additions


def read(story: Story, omissions: tuple[Omission, ...]) -> list[tuple[str, str]]:
    texts = {a.article.id: a.article.text for a in story[0]}
    return [(o.what, o.span_in.span.cut(texts[o.span_in.article])) for o in omissions]


def test_what_a_copy_left_out(tell_story: Tell) -> None:
    story, omissions, _ = find(
        tell_story, COPY.replace("<f2>", "{f2|Dov Pell|The roof has leaked since spring}, Pell said.")
    )
    found = read(story, omissions)
    assert ("quotation", "I shall miss the kettle more than the light") in found
    assert ("quote_part", "Then we signed") in found
    assert ("qualifier", "to pay for a new roof on the tower") in found
    statement = "A ferry calls at the rock twice a week, weather allowing, and brings paraffin and newspapers."
    assert ("statement", statement) in found
    carried = "The keeper's cottage on Gannet Head was sold on Monday"
    assert not any(carried in text or "windows hummed" in text for _, text in found)


def test_spans_lie_in_the_source_and_are_trimmed(tell_story: Tell) -> None:
    story, omissions, additions = find(tell_story, COPY.replace("<f2>", ""))
    texts = {a.article.id: a.article.text for a in story[0]}
    assert omissions
    assert additions
    for article, span in [(o.span_in.article, o.span_in.span) for o in omissions] + [("b", a.span) for a in additions]:
        text = span.cut(texts[article])
        assert text
        assert text == text.strip()
    assert all(o.article == "b" and o.span_in.article == "a0" for o in omissions)
    spans = [o.span_in.span for o in omissions]
    assert spans == sorted(spans)
    assert not any(a.overlaps(b) for n, a in enumerate(spans) for b in spans[n + 1 :])


def test_an_indirect_statement_left_out_takes_its_speaker_along(tell_story: Tell) -> None:
    story, omissions, _ = find(tell_story, COPY.replace("<f2>", ""))
    assert ("quotation", "The roof had leaked since the spring storms, Dov Pell said.") in read(story, omissions)


def test_additions_are_joined_within_a_paragraph_and_not_over_it(tell_story: Tell) -> None:
    story, _, additions = find(tell_story, COPY.replace("<f2>", ""))
    text = story[0][-1].article.text
    assert [a.span.cut(text) for a in additions] == [
        "The choir was founded by nine dentists in a tram depot. It has won the silver bowl at Carrick four times.",
        "It has never won the gold one.",
    ]


def test_a_citing_phrase_is_no_addition(tell_story: Tell) -> None:
    copy = COPY.replace("<f2>", "<Herald|The Gannet Head Herald was first with the news>.")
    story, _, additions = find(tell_story, copy)
    text = story[0][-1].article.text
    assert not any("first with the news" in a.span.cut(text) for a in additions)


def test_added_is_what_none_of_several_sources_has(tell_story: Tell) -> None:
    second = """
    Dentists who sing

    The choir was founded by nine dentists in a tram depot. It has won the silver bowl at Carrick four times.
    """
    story, omissions, additions = find(tell_story, COPY.replace("<f2>", ""), others=(second,))
    text = story[0][-1].article.text
    assert [a.span.cut(text) for a in additions] == ["It has never won the gold one."]
    assert {o.span_in.article for o in omissions} == {"a0"}  # all that the second source says is in the copy


def test_a_whole_copy_leaves_nothing_out_and_adds_nothing(tell_story: Tell) -> None:
    _, omissions, additions = find(tell_story, REPORT)
    assert omissions == ()
    assert additions == ()


def test_the_edits_of_a_change_say_to_the_word_what_was_cut(tell_story: Tell) -> None:
    short = COPY.replace(", and the windows hummed]", "]")
    articles, families, readings, passages = tell_story([{"id": "a0", "text": REPORT}, {"id": "b", "text": short}])
    source = next(
        r for r in readings if r.article == "a0" and articles[0].article.text[r.span.start :].startswith("We sang")
    )
    copy = next(r for r in readings if r.article == "b")
    text = articles[0].article.text
    cut = Span(text.index("and the windows"), source.span.end)
    change = Change(
        "f1",
        source.id,
        copy.id,
        "truncated",
        edits=(
            Edit("equal", Span(source.span.start, cut.start - 1), copy.span),
            Edit("delete", cut, Span(copy.span.end, copy.span.end)),
        ),
    )
    derivation = Derivation("a0", None, "b", "inferred", 0.9, ())
    omissions, _ = find_omissions(articles, families, readings, (change,), passages, (derivation,), CONFIG)
    story = (articles, families, readings, passages)
    parts = [text for what, text in read(story, omissions) if what == "quote_part"]
    assert parts == ["and the windows hummed", "Then we signed"]


def test_who_said_it_is_left_out_where_the_copy_tells_it_as_its_own(tell_story: Tell) -> None:
    articles, families, readings, passages = tell_story(
        [
            {"id": "a0", "text": REPORT},
            {"id": "b", "text": COPY.replace("<f2>", "{f2|Dov Pell|The roof had leaked since spring}.")},
        ]
    )
    told = tuple(
        msgspec.structs.replace(r, form="narration", quotation=None) if r.article == "b" and r.form == "indirect" else r
        for r in readings
    )
    derivation = Derivation("a0", None, "b", "inferred", 0.9, ())
    omissions, _ = find_omissions(articles, families, told, (), passages, (derivation,), CONFIG)
    assert ("attribution", "Dov Pell said") in read((articles, families, told, passages), omissions)


def test_nothing_is_listed_where_the_source_is_not_at_hand(tell_story: Tell) -> None:
    articles, families, readings, passages = tell_story([{"id": "a0", "text": REPORT}, {"id": "b", "text": COPY}])
    elsewhere = [
        Derivation(None, "The Herald", "b", "stated", 0.9, ()),
        Derivation("hidden:1", None, "a0", "inferred", 0.9, ()),
    ]
    assert find_omissions(articles, families, readings, (), passages, elsewhere, CONFIG) == ((), ())


def test_order_of_input_decides_nothing(tell_story: Tell) -> None:
    articles, families, readings, passages = tell_story([{"id": "a0", "text": REPORT}, {"id": "b", "text": COPY}])
    derivation = Derivation("a0", None, "b", "inferred", 0.9, ())
    one = find_omissions(articles, families, readings, (), passages, (derivation,), CONFIG)
    turned = tuple(Passage(p.id, p.to, p.from_, p.kind, p.score) for p in reversed(passages))
    assert find_omissions(articles[::-1], families[::-1], readings[::-1], (), turned, (derivation,), CONFIG) == one
