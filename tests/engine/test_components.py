from pathlib import Path

import networkx
import numpy as np
import pytest

from retold.engine.components import SPREAD, join_edges
from retold.engine.local import LocalEngine

from .conftest import AnyEngine, write_table


def draw_edges(seed: int) -> list[tuple[int, int]]:
    """A graph of paths, stars and loose pairs: what makes label propagation slow, and what makes it wrong."""
    rng = np.random.default_rng(seed)
    nodes = rng.choice(2**62, 120, replace=False)
    edges = [(int(nodes[n]), int(nodes[n + 1])) for n in range(30)]
    edges += [(int(nodes[40]), int(nodes[n])) for n in range(41, 60)]
    edges += [(int(a), int(b)) for a, b in rng.choice(nodes, (int(rng.integers(1, 60)), 2))]
    rng.shuffle(edges)
    return [(a, b) for a, b in edges]


def join_by_networkx(edges: list[tuple[int, int]]) -> dict[int, int]:
    graph = networkx.Graph(edges)
    return {node: min(found) for found in networkx.connected_components(graph) for node in found}


@pytest.mark.parametrize("seed", range(20))
def test_union_find_agrees_with_networkx(seed: int) -> None:
    edges = draw_edges(seed)
    a, b = (np.array(column, np.int64) for column in zip(*edges, strict=True))
    nodes, components = join_edges(a, b)
    assert dict(zip(nodes.tolist(), components.tolist(), strict=True)) == join_by_networkx(edges)


@pytest.mark.parametrize("seed", range(3))
def test_every_engine_finds_the_same_components(seed: int, engine: AnyEngine, tmp_path: Path) -> None:
    edges = draw_edges(seed)
    table = engine.read([write_table(tmp_path / "edges.parquet", a=[a for a, _ in edges], b=[b for _, b in edges])])
    found = {row["node"]: row["component"] for row in engine.collect(engine.components(table))}
    assert found == join_by_networkx(edges)


@pytest.mark.parametrize("seed", range(5))
def test_the_queries_of_label_propagation_find_them_too(seed: int, tmp_path: Path) -> None:
    """What Spark runs, run by DuckDB."""
    edges = draw_edges(seed)
    path = write_table(tmp_path / "edges.parquet", a=[a for a, _ in edges], b=[b for _, b in edges])
    with LocalEngine(tmp_path / "scratch") as engine:

        def keep(name: str, table: object) -> object:
            engine.write_parquet(table, tmp_path / name)
            return engine.read([tmp_path / name])

        arcs = keep("arcs", engine.sql(SPREAD.both_ways, edges=engine.read([path])))
        labels = keep("labels0", engine.sql(SPREAD.first, arcs=arcs))
        for n in range(1, 40):
            renewed = keep(f"labels{n}", engine.sql(SPREAD.round, arcs=arcs, labels=labels))
            (row,) = engine.collect(engine.sql(SPREAD.changed, labels=labels, renewed=renewed))
            labels = renewed
            if not row["n"]:
                break
        assert n < 20  # of a path of 30: nearer to its logarithm than to its length
        found = {row["node"]: row["label"] for row in engine.collect(labels)}
    assert found == join_by_networkx(edges)
