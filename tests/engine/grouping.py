"""A corpus grouped into stories by the kernels and their SQL, on DuckDB alone: what the engines do in stages."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from retold.annotate.annotation import FoundArticle
from retold.engine.kernels import Kernel
from retold.engine.linking import LinkKernel, select_links, select_stories
from retold.engine.rating import (
    CorpusCounts,
    IndexKernel,
    RateKernel,
    RatingConfig,
    TermsKernel,
    select_all_pairs,
    select_candidates,
    select_term_counts,
)
from retold.engine.tables import FOUND
from retold.relate.packing import make_found_profile, pack_profile

WITH_PROFILES = """\
SELECT c.a, c.b, x.profile AS profile_a, y.profile AS profile_b
FROM candidates c JOIN found x ON x.article = c.a JOIN found y ON y.article = c.b"""


def make_found(found: Sequence[FoundArticle]) -> pa.Table:
    """FOUND of some articles, numbered from 1; what the profiles are told by, and no more."""
    rows = [
        {"article": n, "outlet": one.article.outlet, "profile": pack_profile(make_found_profile(one))}
        for n, one in enumerate(found, 1)
    ]
    return pa.Table.from_pylist(rows, schema=FOUND)


def run(kernel: Kernel, table: pa.Table, rows: int = 1000) -> pa.Table:
    """What a kernel makes of a table that is handed to it in batches."""
    batches = [out for batch in table.to_batches(max_chunksize=rows) for out in kernel(batch)]
    return pa.Table.from_batches(batches, schema=kernel.schema)


def group(
    found: pa.Table,
    config: RatingConfig,
    reprints: Sequence[tuple[int, int]] = (),
    rows: int = 1000,
    all_pairs: bool | None = None,
) -> dict[int, int]:
    """The story of each article. `reprints`: (article, representative)."""
    copies = [article for article, representative in reprints if article != representative]
    with duckdb.connect() as db:
        db.register("found", found)
        db.register(
            "reprints",
            pa.table({"article": [a for a, _ in reprints], "representative": [r for _, r in reprints]}).cast(
                pa.schema([("article", pa.int64()), ("representative", pa.int64())])
            ),
        )
        chosen = found.filter(pa.array([id_ not in set(copies) for id_ in found["article"].to_pylist()]))
        db.register("terms", run(TermsKernel(), chosen, rows))
        counts = CorpusCounts.read(chosen.num_rows, db.sql(select_term_counts(config)).to_arrow_table())
        db.register("postings", run(IndexKernel(counts, config), chosen, rows))
        if all_pairs is None:
            all_pairs = chosen.num_rows <= config.stories.compare_all_up_to
        candidates = select_all_pairs() if all_pairs else select_candidates(config)
        db.register("candidates", db.sql(candidates).to_arrow_table())
        likenesses = run(RateKernel(counts, config), db.sql(WITH_PROFILES).to_arrow_table(), rows)
        db.register("likenesses", likenesses)
        db.register("components", find_components(likenesses))
        links = db.sql(f"SELECT * FROM ({select_links()}) ORDER BY component").to_arrow_table().combine_chunks()
        db.register("linked", run(LinkKernel(counts, config), links, max(1, links.num_rows)))
        return {article: story for story, article in db.sql(select_stories()).fetchall()}


def find_components(likenesses: pa.Table) -> pa.Table:
    """Which articles hang together by good pairs."""
    parent: dict[int, int] = {}

    def find(x: int) -> int:
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x

    for row in likenesses.to_pylist():
        if row["odds"] is not None and row["odds"] > 0:
            one, other = find(row["a"]), find(row["b"])
            parent[max(one, other)] = min(one, other)
    rows = [{"component": find(x), "node": x} for x in sorted(parent)]
    return pa.Table.from_pylist(rows, schema=pa.schema([("component", pa.int64()), ("node", pa.int64())]))
