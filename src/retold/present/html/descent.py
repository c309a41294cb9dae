"""The line of descent as a drawing: each report a step below and to the right of the one before it in time."""

from typing import Final

from msgspec import Struct

from retold.model import Derivation
from retold.present import words
from retold.present.ledger import Ledger, StoryView
from retold.present.lettering import shorten_line
from retold.present.timeline import describe_published

STEP_PX: Final = 96
SPAN_PX: Final = 780
NOTE_PX: Final = 80
ROW_PX: Final = 44
EDGE_PX: Final = 17
LABEL_PX: Final = 280
LABEL_CHARS: Final = 34
MOST_ROWS: Final = 24
"""More reports than this don't make a drawing that can be read: then those that most others derive from stand in it."""


class Node(Struct, frozen=True):
    """A report, or (`is_hollow`) an origin that is not at hand; x and y in pixels. `more`: how many reports that derive
    from it are not drawn."""

    name: str
    note: str
    x: int
    y: int
    is_hollow: bool
    article: str = ""
    more: str = ""


class Edge(Struct, frozen=True):
    """A derivation: `path` is an SVG path, and its note stands at x, y; `number`: its place in the list below."""

    path: str
    note: str
    x: int
    y: int
    is_stated: bool
    number: int
    title: str


class Drawing(Struct, frozen=True):
    """What the template draws, in pixels."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    is_whole: bool = True


def draw_descent(story: StoryView, ledger: Ledger) -> Drawing:
    """Lay out the derivations of a story as a staircase in order of time. A line leaves its report downwards and comes
    to the later one from the left, where no name stands.

    O(n²) in the reports of one story.
    """
    parents: dict[str, list[tuple[str, Derivation]]] = {article.id: [] for article in story.articles}
    absent: dict[str, str] = {}
    for derivation in story.derivations:
        origin = derivation.from_ if derivation.from_ in parents else None
        if origin is None:
            origin = f"absent {derivation.from_ or derivation.from_outlet}"
            absent.setdefault(origin, ledger.name_origin(derivation))
        if origin != derivation.to:
            parents[derivation.to].append((origin, derivation))
    order = [*absent, *(article.id for article in story.articles)]
    every = _order_rows(order, parents)
    rows = _choose_rows(every, parents)
    kept = set(rows)
    more = dict.fromkeys(rows, 0)
    for node, ways in parents.items():
        for origin in {origin for origin, _ in ways if origin in kept and node not in kept}:
            more[origin] += 1
    parents = {node: [one for one in ways if one[0] in kept] for node, ways in parents.items() if node in kept}
    step = min(STEP_PX, SPAN_PX // max(len(rows), 1))
    at: dict[str, tuple[int, int]] = {}
    y = 0
    for place, node in enumerate(rows):
        extra = max(len(parents.get(node, ())) - 1, 0) * EDGE_PX
        at[node] = (12 + place * step, y + extra + ROW_PX // 2)
        y += ROW_PX + extra
    published = {article.id: describe_published(article.published) for article in story.articles}
    nodes = tuple(
        Node(
            name=shorten_line(absent.get(node) or ledger.name(node), LABEL_CHARS),
            note=published.get(node, ""),
            x=at[node][0],
            y=at[node][1],
            is_hollow=node in absent,
            article="" if node in absent else node,
            more=words.AND_MORE.format(reports=words.count_noun(more[node], "report")) if more[node] else "",
        )
        for node in rows
    )
    numbers = {id(one): number for number, one in enumerate(story.derivations, 1)}
    titles = {
        id(one): f"{ledger.name_origin(one)} → {ledger.name(one.to)}: "
        f"{words.DERIVATIONS[one.kind]} {one.probability:.2f}"
        for one in story.derivations
    }
    edges = tuple(
        Edge(path, note, x, y, one.kind == "stated", numbers[id(one)], titles[id(one)])
        for node in rows
        for path, note, x, y, one in _draw_edges(at, node, parents.get(node, []), step)
    )
    return Drawing(12 + max(len(rows) - 1, 0) * step + LABEL_PX, y, nodes, edges, len(rows) == len(every))


def _draw_edges(
    at: dict[str, tuple[int, int]], node: str, parents: list[tuple[str, Derivation]], step: int
) -> list[tuple[str, str, int, int, Derivation]]:
    x, y = at[node]
    edges = []
    # The nearest parent's elbow meets the middle of the circle; the others pass above and come down on it.
    for number, (parent, derivation) in enumerate(sorted(parents, key=lambda one: at[one[0]], reverse=True)):
        from_x, from_y = at[parent]
        level = y - number * EDGE_PX
        if from_x > x:  # one of two reports that cite each other
            path = f"M{from_x - 7} {from_y}H{x}V{y + 7}"
        elif number == 0:
            path = f"M{from_x} {from_y + 7}V{level}H{x - 7}"
        else:
            path = f"M{from_x} {from_y + 7}V{level}H{x - 2}V{y - 7}"
        note = f"{words.DERIVATIONS[derivation.kind]} {derivation.probability:.2f}"
        note = note if step >= NOTE_PX and from_x < x else ""
        edges.append((path, note, x - 12, level - 4, derivation))
    return edges


def _choose_rows(rows: list[str], parents: dict[str, list[tuple[str, Derivation]]]) -> list[str]:
    """What is drawn of many reports: those with the most descendants, so that what they derive from is drawn too."""
    if len(rows) <= MOST_ROWS:
        return rows
    below: dict[str, set[str]] = {node: set() for node in rows}
    for node in rows:
        seen, waiting = {node}, [node]
        while waiting:
            for origin, _ in parents.get(waiting.pop(), ()):
                if origin not in seen:
                    seen.add(origin)
                    waiting.append(origin)
                    below[origin].add(node)
    place = {node: n for n, node in enumerate(rows)}
    inner = sorted((node for node in rows if below[node]), key=lambda node: (-len(below[node]), place[node]))
    kept = set(inner[:MOST_ROWS])
    return [node for node in rows if node in kept]


def _order_rows(order: list[str], parents: dict[str, list[tuple[str, Derivation]]]) -> list[str]:
    """Reports in order of time; an origin that is not at hand stands just above the first report that leads to it."""
    rows: list[str] = []
    for node in order:
        if node in parents:
            rows.extend(dict.fromkeys(one for one, _ in parents[node] if one not in parents and one not in rows))
            rows.append(node)
    return rows
