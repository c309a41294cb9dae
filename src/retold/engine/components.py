"""Connected components: union-find over edges in memory, and the same by SQL where no one machine holds them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

COMPONENTS = pa.schema([("node", pa.int64()), ("component", pa.int64())])
"""Each node of a graph with the smallest node of its component."""


class Spread(Struct, frozen=True):
    """The queries of label propagation: every node takes the smallest label among itself and its neighbours, and then
    that of its label (pointer jumping), until nothing changes. Rounds: about the logarithm of the longest path.

    Source: hash-to-min (Rastogi et al. 2013), with the jumps of Shiloach & Vishkin 1982.
    """

    both_ways: str = "SELECT a, b FROM edges UNION SELECT b AS a, a AS b FROM edges"
    first: str = "SELECT a AS node, least(a, min(b)) AS label FROM arcs GROUP BY a"
    round: str = (
        "SELECT s.node, min(t.label) AS label FROM ("
        "  SELECT node, label FROM labels"
        "  UNION ALL SELECT arcs.a AS node, labels.label FROM arcs JOIN labels ON labels.node = arcs.b"
        ") s JOIN labels t ON t.node = s.label GROUP BY s.node"
    )
    changed: str = "SELECT count(*) AS n FROM labels o JOIN renewed r ON r.node = o.node WHERE r.label <> o.label"


SPREAD = Spread()


def join_edges(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nodes of a graph, sorted, and for each the smallest node of its component. Near linear after the sort.

    Union-find with path halving (Tarjan & van Leeuwen 1984); the smaller root stays, so the result depends on the
    edges alone.

    >>> nodes, components = join_edges(np.array([5, 3]), np.array([9, 5]))
    >>> nodes.tolist(), components.tolist()
    ([3, 5, 9], [3, 3, 3])
    """
    nodes, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    parents = np.arange(len(nodes))
    _unite(parents, places[: len(a)], places[len(a) :])
    return nodes, nodes[parents]


def make_batches(nodes: NDArray[np.int64], components: NDArray[np.int64], rows: int) -> Iterator[pa.RecordBatch]:
    """The same as rows of `COMPONENTS`."""
    for start in range(0, len(nodes), rows):
        yield pa.record_batch([nodes[start : start + rows], components[start : start + rows]], schema=COMPONENTS)


@njit(cache=True)
def _unite(parents: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
    for n in range(len(a)):
        x, y = a[n], b[n]
        while parents[x] != x:
            parents[x] = parents[parents[x]]
            x = parents[x]
        while parents[y] != y:
            parents[y] = parents[parents[y]]
            y = parents[y]
        if x < y:
            parents[y] = x
        elif y < x:
            parents[x] = y
    for n in range(len(parents)):  # a root is smaller than what hangs on it, so it is settled first
        parents[n] = parents[parents[n]]
