"""Which lines of one text tell in another language what lines of another text tell: anchors, lengths, order, vectors.

Two scores are added. Of anchors: the cosine of their inverse frequencies. Of an encoder's vectors, where there is one:
their cosine. Neither is read bare, since a line may be like every line: each counts by how far it stands above the
nearest neighbours of both lines (margin, Artetxe & Schwenk 2019). Then lengths, and inside a document the order: a pair
is lifted by good pairs right before and after it. What is taken is the best of both its lines by a margin.
"""

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING

from msgspec import Struct

from retold.relate.encoder import Encoder

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_KIND_WEIGHT = {"=": 1.2, "0": 1.2, "~": 1.0, "#": 0.7, "^": 0.4}
_LONE_SHARE = 0.3
"""An anchor that the other text has nowhere says less against a pair than one that stands in another line of it."""


class TranslationsConfig(Struct, frozen=True):
    """What each sign is worth, in points; a true pair of news sentences has about 0.4, a false one below 0.

    `vectors`: a unit of margin between cosines, `anchors` one between anchor cosines, which counts for `anchors_alone`
    where there is no encoder; `neighbours`: so many of the nearest lines make the level a margin is taken above, and a
    cosine of `usual` is that of two sentences which have no more in common than the event.
    `length`: lost for lengths that differ by a factor of e, both texts' ratio allowed for. `place`: lost for standing
    at the other end of the document. `neighbour`: share of the points of the pairs right before and after that a pair
    gains. `least`, `least_alone` (without an encoder): what a pair needs; `margin`: by how much it must beat every
    other of its lines. `least_chars`: shorter lines are not looked for.
    """

    vectors: float = 10.0
    anchors: float = 0.4
    anchors_alone: float = 1.0
    neighbours: int = 2
    usual: float = 0.80
    length: float = 0.10
    place: float = 0.15
    neighbour: float = 0.35
    least: float = 0.16
    least_alone: float = 0.08
    margin: float = 0.08
    least_chars: int = 25


class Line(Struct, frozen=True):
    """A sentence: its text and its anchors."""

    text: str
    anchors: frozenset[str]


def rate_lines(
    one: Sequence[Line],
    other: Sequence[Line],
    config: TranslationsConfig,
    encoder: Encoder | None = None,
    *,
    is_ordered: bool = True,
) -> "NDArray[numpy.float64]":
    """How well each line of `one` (rows) fits each of `other` (columns), in points. O(lines of both, multiplied).

    `is_ordered`: both are documents of one event, so that places and neighbours count; else lines are just a heap.
    """
    import numpy

    if not one or not other:
        return numpy.zeros((len(one), len(other)))
    points = config.anchors_alone * _take_margin(_compare_anchors(one, other), config.neighbours, 0.0)
    if encoder is not None:
        rows, columns = (encoder.encode([line.text for line in lines]) for lines in (one, other))
        cosines = numpy.asarray(rows @ columns.T, dtype=numpy.float64).round(6)
        points *= config.anchors / config.anchors_alone
        points += config.vectors * _take_margin(cosines, config.neighbours, config.usual)
    sizes = [numpy.array([len(line.text) + 5.0 for line in lines]) for lines in (one, other)]
    ratio = sizes[0].mean() / sizes[1].mean()
    points -= config.length * numpy.abs(numpy.log(sizes[0][:, None] / (ratio * sizes[1][None, :])))
    if is_ordered:
        places = [numpy.arange(len(lines)) / max(1, len(lines) - 1) for lines in (one, other)]
        points -= config.place * numpy.abs(places[0][:, None] - places[1][None, :])
        framed = numpy.pad(numpy.clip(points, 0.0, None), 1)
        points = points + config.neighbour * (framed[:-2, :-2] + framed[2:, 2:])
    return points


def choose_lines(
    points: "NDArray[numpy.float64]", least: float, config: TranslationsConfig
) -> list[tuple[int, int, float]]:
    """The pairs (row, column, points) that are best for both their lines by the margin, in the order of the rows.

    What was taken makes way: a line whose only rival found a better partner is tried again. O(n·m) each time.
    """
    left = points.copy()
    found: list[tuple[int, int, float]] = []
    while left.size:
        taken = []
        for row in range(left.shape[0]):
            column = int(left[row].argmax())
            best = float(left[row, column])
            if best < least or int(left[:, column].argmax()) != row:
                continue
            rivals = [float(x) for x in (*left[row, :column], *left[row, column + 1 :])]
            rivals += [float(x) for x in (*left[:row, column], *left[row + 1 :, column])]
            if best >= max(rivals, default=-9.0) + config.margin:
                taken.append((row, column, best))
        if not taken:
            break
        for row, column, _ in taken:
            left[row, :] = left[:, column] = -9.0
        found += taken
    return sorted(found)


def _take_margin(cosines: "NDArray[numpy.float64]", neighbours: int, usual: float) -> "NDArray[numpy.float64]":
    """Each cosine less the mean of those of the nearest lines of both; lines that are not there have the usual one."""
    import numpy

    padded = numpy.pad(cosines, ((0, neighbours), (0, neighbours)), constant_values=usual)
    rows = numpy.sort(padded[: len(cosines)], axis=1)[:, -neighbours:].mean(axis=1)
    columns = numpy.sort(padded[:, : cosines.shape[1]], axis=0)[-neighbours:].mean(axis=0)
    above: NDArray[numpy.float64] = cosines - (rows[:, None] + columns[None, :]) / 2
    return above


def _compare_anchors(one: Sequence[Line], other: Sequence[Line]) -> "NDArray[numpy.float64]":
    import numpy

    counts = [Counter(anchor for line in lines for anchor in line.anchors) for lines in (one, other)]
    total = max(len(one), len(other))
    shared = {anchor: n for n, anchor in enumerate(sorted(counts[0].keys() & counts[1].keys()))}
    vectors = []
    for lines in (one, other):
        rows = numpy.zeros((len(lines), len(shared)))
        lengths = numpy.zeros(len(lines))
        for i, line in enumerate(lines):
            for anchor in sorted(line.anchors):
                seen = max(counts[0][anchor], counts[1][anchor])
                weight = _KIND_WEIGHT[anchor[0]] * log((total + 1) / (seen + 0.5) + 1)
                if anchor in shared:
                    rows[i, shared[anchor]] = weight
                lengths[i] += weight**2 * (1.0 if anchor in shared else _LONE_SHARE)
        vectors.append(rows / numpy.sqrt(lengths + 1e-9)[:, None])
    return numpy.asarray(vectors[0] @ vectors[1].T).round(9)
