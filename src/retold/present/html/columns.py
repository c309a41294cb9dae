"""Two reports side by side: their texts cut into runs, so that passages can be lit and linked."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from retold.model import Article, Passage, PassageKind, Place, Span, ZoneRole
from retold.present import words
from retold.present.ledger import Ledger, StoryView
from retold.present.timeline import describe_published

PAIR_BUDGET_CHARS: Final = 400_000
"""Pairs that no derivation joins are set out up to this many characters of text, so that a page stays a page."""
MAP_WIDTH: Final = 1000


class Run(Struct, frozen=True):
    """Characters that share everything. `anchors`: the passages that begin here; `twin`: where the link leads."""

    text: str
    anchors: tuple[str, ...] = ()
    twin: str = ""
    note: str = ""
    is_marked: bool = False


class Paragraph(Struct, frozen=True):
    role: ZoneRole
    runs: tuple[Run, ...]


class Column(Struct, frozen=True):
    """One of the two texts."""

    name: str
    published: str
    language: str | None
    paragraphs: tuple[Paragraph, ...]


class Band(Struct, frozen=True):
    """A passage on the map of the two texts: an SVG polygon."""

    points: str
    anchor: str


class PairEntry(Struct, frozen=True):
    """Two reports (ids, the earlier first) that can be read beside each other: what joins them."""

    ids: tuple[str, str]
    relation: str
    passages: tuple[Passage, ...]


class Pair(Struct, frozen=True):
    """The earlier report beside the later one; `count` passages join them, `share` of the later text is in both."""

    anchor: str
    earlier: Column
    later: Column
    bands: tuple[Band, ...]
    count: int
    share: float
    relation: str
    ids: tuple[str, str]


def pair_texts(story: StoryView, ledger: Ledger, prefix: str) -> tuple[tuple[Pair, ...], int]:
    """The pairs that a derivation joins, then those that only passages join; and how many of these were left out.

    O(text) a pair.
    """
    listed = list_pairs(story, ledger)
    budget, shown, hidden = PAIR_BUDGET_CHARS, [], 0
    for entry in listed:
        if entry.relation == words.NOT_DERIVED:
            budget -= sum(len(ledger.articles[id_].text) for id_ in entry.ids)
            if budget < 0:
                hidden += 1
                continue
        shown.append(entry)
    pairs = tuple(
        _build_pair(story, ledger, entry.ids, entry.passages, f"{prefix}t{number}", entry.relation)
        for number, entry in enumerate(shown, 1)
    )
    return pairs, hidden


def list_pairs(story: StoryView, ledger: Ledger) -> tuple[PairEntry, ...]:
    """The pairs that a derivation joins, then those that only passages join, most carried first. O(passages)."""
    rank = {article.id: place for place, article in enumerate(story.articles)}
    by_pair = _find_passages(story, ledger)
    derived = {
        (one.from_, one.to): f"{words.DERIVATIONS[one.kind]} {one.probability:.2f}"
        for one in story.derivations
        if one.from_ in rank and one.to in rank and one.from_ != one.to
    }
    joined = {frozenset(ends) for ends in derived}
    others = [ends for ends in by_pair if frozenset(ends) not in joined and ends[0] != ends[1]]
    others.sort(key=lambda ends: (-_count_carried(by_pair[ends], ends[1]), rank[ends[0]], rank[ends[1]]))
    return tuple(
        PairEntry(
            (earlier, later),
            derived.get((earlier, later), words.NOT_DERIVED),
            tuple(by_pair.get((earlier, later)) or by_pair.get((later, earlier)) or ()),
        )
        for earlier, later in [*derived, *others]
    )


def pair_two(story: StoryView, ledger: Ledger, earlier: str, later: str, anchor: str) -> Pair:
    """Two reports (ids) of a story beside each other, whether anything joins them or not. O(text)."""
    entry = next((one for one in list_pairs(story, ledger) if set(one.ids) == {earlier, later}), None)
    relation = entry.relation if entry and entry.ids == (earlier, later) else words.NOT_DERIVED
    return _build_pair(story, ledger, (earlier, later), entry.passages if entry else (), anchor, relation)


def _build_pair(
    story: StoryView, ledger: Ledger, ids: tuple[str, str], passages: Sequence[Passage], anchor: str, relation: str
) -> Pair:
    earlier, later = (ledger.articles[id_] for id_ in ids)
    turned = [(one, one.from_, one.to) if one.from_.article == ids[0] else (one, one.to, one.from_) for one in passages]
    turned.sort(key=lambda one: (one[2].span, one[1].span))
    left = [(one.span, f"{anchor}m{n}e", f"{anchor}m{n}l", _note(p)) for n, (p, one, _) in enumerate(turned, 1)]
    right = [(one.span, f"{anchor}m{n}l", f"{anchor}m{n}e", _note(p)) for n, (p, _, one) in enumerate(turned, 1)]
    gone = [one.span_in.span for one in story.omissions if one.article == ids[1] and one.span_in.article == ids[0]]
    new = [one.span for one in story.additions if one.article == ids[1]]
    bands = tuple(
        Band(_draw_band(one.span, len(earlier.text), other.span, len(later.text)), f"{anchor}m{n}l")
        for n, (_, one, other) in enumerate(turned, 1)
    )
    share = _count_carried(passages, ids[1]) / max(len(later.text), 1)
    columns = (_build_column(ledger, earlier, left, gone), _build_column(ledger, later, right, new))
    return Pair(anchor, *columns, bands, len(turned), min(share, 1.0), relation, ids)


def _find_passages(story: StoryView, ledger: Ledger) -> dict[tuple[str, str], list[Passage]]:
    """The passages by pair, the earlier report first; and what was said in both where no passage joins the two, for a
    translation or other words still lead from one text to the other. O(passages + changes · passages of a pair)."""
    rank = {article.id: place for place, article in enumerate(story.articles)}
    found: dict[tuple[str, str], list[Passage]] = {}
    for passage in story.passages:
        first, second = sorted((passage.from_.article, passage.to.article), key=rank.__getitem__)
        found.setdefault((first, second), []).append(passage)
    for change in ledger.document.changes:
        one, other = ledger.readings.get(change.from_ or ""), ledger.readings.get(change.to or "")
        if (
            one is None
            or other is None
            or one.article == other.article
            or not {one.article, other.article} <= set(rank)
        ):
            continue
        first, second = sorted((one.article, other.article), key=rank.__getitem__)
        known = found.setdefault((first, second), [])
        spans = {one.article: one.span, other.article: other.span}
        if not any(place.span.overlaps(spans[place.article]) for p in known for place in (p.from_, p.to)):
            kind: PassageKind = "translation" if change.label == "translated" else "paraphrase"
            ends = Place(one.article, one.span), Place(other.article, other.span)
            known.append(Passage(change.id, *ends, kind, change.confidence))
    return {ends: passages for ends, passages in found.items() if passages}


def _note(passage: Passage) -> str:
    return words.PASSAGES[passage.kind]


def _build_column(
    ledger: Ledger, article: Article, links: Sequence[tuple[Span, str, str, str]], marks: Sequence[Span]
) -> Column:
    used: set[str] = set()
    paragraphs = []
    for role, span in split_paragraphs(article):
        cuts = {span.start, span.end}
        for one in (*(link[0] for link in links), *marks):
            cuts.update(at for at in (one.start, one.end) if span.start < at < span.end)
        places = sorted(cuts)
        runs = []
        for start, end in pairwise(places):
            run = Span(start, end)
            over = [link for link in links if link[0].contains(run)]
            # Of passages that overlap here, the shortest says most about these characters.
            link = min(over, key=lambda one: (one[0].end - one[0].start, one[0]), default=None)
            is_marked = any(mark.contains(run) for mark in marks)
            if link is None:
                runs.append(Run(run.cut(article.text), is_marked=is_marked))
                continue
            fresh = tuple(one[1] for one in over if one[1] not in used)
            used.update(fresh)
            runs.append(Run(run.cut(article.text), fresh, link[2], link[3], is_marked))
        paragraphs.append(Paragraph(role, tuple(runs)))
    return Column(ledger.name(article.id), describe_published(article.published), article.language, tuple(paragraphs))


def split_paragraphs(article: Article) -> list[tuple[ZoneRole, Span]]:
    """The lines of an article that are not blank, cut where the zone changes, each with its role. O(lines · zones)."""
    paragraphs: list[tuple[ZoneRole, Span]] = []
    for line in re.finditer(r"[^\r\n\u2028\u2029]+", article.text):
        at = line.start()
        for zone in article.zones:
            start, end = max(zone.span.start, at), min(zone.span.end, line.end())
            if start < end:
                paragraphs.append(("body", Span(at, start)))
                paragraphs.append((zone.role, Span(start, end)))
                at = end
        paragraphs.append(("body", Span(at, line.end())))
    return [(role, span) for role, span in paragraphs if span.cut(article.text).strip()]


def cut_around(article: Article, place: Place, chars: int = 200) -> tuple[str, str]:
    """What stands before and after a place in its paragraph, at most `chars` characters either side."""
    text = article.text
    start = max(text.rfind("\n", 0, place.span.start) + 1, 0)
    end = text.find("\n", place.span.end)
    before, after = text[start : place.span.start], text[place.span.end : end if end >= 0 else len(text)]
    if len(before) > chars:
        before = "… " + before[-chars:].partition(" ")[2]
    if len(after) > chars:
        after = after[:chars].rpartition(" ")[0] + " …"
    return before, after


def _count_carried(passages: Sequence[Passage], article: str) -> int:
    """Characters of `article` that stand in a passage, each counted once."""
    spans = sorted((one.to if one.to.article == article else one.from_).span for one in passages)
    total = at = 0
    for span in spans:
        total += max(span.end - max(span.start, at), 0)
        at = max(at, span.end)
    return total


def _draw_band(earlier: Span, earlier_chars: int, later: Span, later_chars: int) -> str:
    a, b = (round(at / max(earlier_chars, 1) * MAP_WIDTH, 1) for at in (earlier.start, earlier.end))
    c, d = (round(at / max(later_chars, 1) * MAP_WIDTH, 1) for at in (later.start, later.end))
    return f"{a},8 {b},8 {d},48 {c},48"
