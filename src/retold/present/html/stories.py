"""One story with everything a template needs: what the self-contained page and the local one have in common."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.model import Addition, Article, Derivation, Fact, FactKind, Label, Place, Verdict
from retold.present import words
from retold.present.html.columns import Pair, PairEntry, list_pairs, pair_texts
from retold.present.html.descent import Drawing, draw_descent
from retold.present.html.matrix import MatrixRow, build_matrix
from retold.present.html.rows import Row, build_row
from retold.present.ledger import FamilyView, Ledger, StoryView
from retold.present.lettering import shorten_line
from retold.present.timeline import describe_gap

SHOWN_ITEMS: Final = 12
"""Left-out and added items that stand open; the rest is one click away."""
MANY_REPORTS: Final = 16
"""From so many on a table with a column a report can't be read, and each row lists the reports that have something."""
_FACTS: Final = {"differ": 0, "less_precise": 1, "rounded": 1, "ambiguous": 1}


class ReportAdditions(Struct, frozen=True):
    """What one report added."""

    name: str
    additions: tuple[Addition, ...]


class Once(Struct, frozen=True):
    """What one report alone tells."""

    name: str
    families: tuple[FamilyView, ...]


class Stop(Struct, frozen=True):
    """One report on the timeline; `gap`: how long after the one before it, where both are known to the minute."""

    article: Article
    name: str
    gap: str
    derivations: tuple[Derivation, ...]


class FactValue(Struct, frozen=True):
    """What some reports (`names`) say of a fact in the same words; `value`: the day that a date in words stands for."""

    text: str
    value: str
    language: str | None
    names: tuple[str, ...]


class FactGroup(Struct, frozen=True):
    """Facts that share a reading, so that what all reports say of one thing stands together."""

    kind: FactKind
    verdict: Verdict
    values: tuple[FactValue, ...]


class StoryPage(Struct, frozen=True):
    """A story with everything the template needs, anchors counted."""

    anchor: str
    view: StoryView
    drawing: Drawing
    rows: tuple[Row, ...]
    once: tuple[Once, ...]
    matrix: tuple[MatrixRow, ...]
    reports: tuple[ReportAdditions, ...]
    facts: tuple[FactGroup, ...]
    agreeing: tuple[FactGroup, ...]
    stops: tuple[Stop, ...]
    pairs: tuple[Pair, ...]
    hidden_pairs: int
    index: tuple[PairEntry, ...]

    @property
    def is_wide(self) -> bool:
        """Whether there are too many reports for a column each."""
        return len(self.view.articles) > MANY_REPORTS


def build_story(view: StoryView, ledger: Ledger, anchor: str, *, with_texts: bool) -> StoryPage:
    """What a page shows of a story; `with_texts`: with its pairs of texts side by side, which are most of a page's
    bytes, else with the list of them alone, and of many reports without the panels of their changes, which have a page
    each. O(n) in the findings, and in the text of every pair."""
    pairs, hidden = pair_texts(view, ledger, anchor) if with_texts else ((), 0)
    reports, once = [], []
    for article in view.articles:
        additions = tuple(one for one in view.additions if one.article == article.id)
        if additions:
            reports.append(ReportAdditions(ledger.name(article.id), additions))
        families = tuple(one for one in view.single if one.readings[0].article.id == article.id)
        if families:
            once.append(Once(ledger.name(article.id), families))
    facts = _group_facts(view, ledger)
    has_panels = with_texts or len(view.articles) <= MANY_REPORTS
    return StoryPage(
        anchor=anchor,
        view=view,
        drawing=draw_descent(view, ledger),
        rows=tuple(
            build_row(family, view, ledger, pairs, f"{anchor}f{number}", has_panels=has_panels)
            for number, family in enumerate(view.shared, 1)
        ),
        once=tuple(once),
        matrix=build_matrix(view, ledger),
        reports=tuple(reports),
        facts=tuple(sorted((f for f in facts if f.verdict != "agree"), key=lambda fact: _FACTS[fact.verdict])),
        agreeing=tuple(fact for fact in facts if fact.verdict == "agree"),
        stops=_build_stops(view, ledger),
        pairs=pairs,
        hidden_pairs=hidden,
        index=() if with_texts else list_pairs(view, ledger),
    )


def list_labels(document: EvidenceDocument) -> tuple[Label, ...]:
    """The labels that occur, in the order of the vocabulary: what a legend has to explain."""
    used = {change.label for change in document.changes}
    return tuple(label for label in words.LABELS if label in used)


def _group_facts(view: StoryView, ledger: Ledger) -> tuple[FactGroup, ...]:
    """Facts of one kind and verdict that share a reading as one, in the order of the first of each. Linear."""
    groups: list[list[Fact]] = []
    at: dict[tuple[FactKind, Verdict, Place], int] = {}
    for fact in view.facts:
        keys = [(fact.kind, fact.verdict, Place(reading.article, reading.span)) for reading in fact.readings]
        known = sorted({at[key] for key in keys if key in at})
        home = known[0] if known else len(groups)
        if not known:
            groups.append([])
        groups[home].append(fact)
        for other in known[1:]:
            groups[home] += groups[other]
            groups[other] = []
            at.update({key: home for key, place in at.items() if place == other})
        at.update(dict.fromkeys(keys, home))
    return tuple(
        FactGroup(group[0].kind, group[0].verdict, _list_values(group, view, ledger)) for group in groups if group
    )


def _list_values(facts: Sequence[Fact], view: StoryView, ledger: Ledger) -> tuple[FactValue, ...]:
    rank = {article.id: place for place, article in enumerate(view.articles)}
    readings = sorted({one for fact in facts for one in fact.readings}, key=lambda r: (rank.get(r.article, 0), r.span))
    values: dict[tuple[str, str], FactValue] = {}
    for reading in readings:
        text = ledger.quote_place(Place(reading.article, reading.span), 400)
        value = shorten_line(reading.value, 60) if facts[0].kind == "date" and reading.value not in text else ""
        article = ledger.articles.get(reading.article)
        known = values.get((text, value)) or FactValue(text, value, article.language if article else None, ())
        names = tuple(dict.fromkeys((*known.names, ledger.name(reading.article))))
        values[text, value] = replace(known, names=names)
    return tuple(values.values())


def _build_stops(view: StoryView, ledger: Ledger) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    for article in view.articles:
        gap = describe_gap(stops[-1].article.published, article.published) if stops else ""
        derivations = tuple(one for one in view.derivations if one.to == article.id)
        stops.append(Stop(article, ledger.name(article.id), gap, derivations))
    return tuple(stops)
