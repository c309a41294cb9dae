"""One story with everything a template needs: what the self-contained page and the local one have in common."""

from typing import Final

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.model import Addition, Article, Derivation, Fact, Label
from retold.present import words
from retold.present.html.columns import Pair, PairEntry, list_pairs, pair_texts
from retold.present.html.descent import Drawing, draw_descent
from retold.present.html.matrix import MatrixRow, build_matrix
from retold.present.html.rows import Row, build_row
from retold.present.ledger import FamilyView, Ledger, StoryView
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


class StoryPage(Struct, frozen=True):
    """A story with everything the template needs, anchors counted."""

    anchor: str
    view: StoryView
    drawing: Drawing
    rows: tuple[Row, ...]
    once: tuple[Once, ...]
    matrix: tuple[MatrixRow, ...]
    reports: tuple[ReportAdditions, ...]
    facts: tuple[Fact, ...]
    agreeing: tuple[Fact, ...]
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
    bytes, else with the list of them alone. O(n) in the findings, and in the text of every pair."""
    pairs, hidden = pair_texts(view, ledger, anchor) if with_texts else ((), 0)
    reports, once = [], []
    for article in view.articles:
        additions = tuple(one for one in view.additions if one.article == article.id)
        if additions:
            reports.append(ReportAdditions(ledger.name(article.id), additions))
        families = tuple(one for one in view.single if one.readings[0].article.id == article.id)
        if families:
            once.append(Once(ledger.name(article.id), families))
    return StoryPage(
        anchor=anchor,
        view=view,
        drawing=draw_descent(view, ledger),
        rows=tuple(
            build_row(family, view, ledger, pairs, f"{anchor}f{number}") for number, family in enumerate(view.shared, 1)
        ),
        once=tuple(once),
        matrix=build_matrix(view, ledger),
        reports=tuple(reports),
        facts=tuple(sorted((f for f in view.facts if f.verdict != "agree"), key=lambda fact: _FACTS[fact.verdict])),
        agreeing=tuple(fact for fact in view.facts if fact.verdict == "agree"),
        stops=_build_stops(view, ledger),
        pairs=pairs,
        hidden_pairs=hidden,
        index=() if with_texts else list_pairs(view),
    )


def list_labels(document: EvidenceDocument) -> tuple[Label, ...]:
    """The labels that occur, in the order of the vocabulary: what a legend has to explain."""
    used = {change.label for change in document.changes}
    return tuple(label for label in words.LABELS if label in used)


def _build_stops(view: StoryView, ledger: Ledger) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    for article in view.articles:
        gap = describe_gap(stops[-1].article.published, article.published) if stops else ""
        derivations = tuple(one for one in view.derivations if one.to == article.id)
        stops.append(Stop(article, ledger.name(article.id), gap, derivations))
    return tuple(stops)
