"""What finding copies in a corpus costs and misses, against the plain ways to do it.

    python benchmarks/corpus.py MAKE_CORPUS.PY --work FOLDER [--articles 100000] [--only copies,reprints,skew,scale]

MAKE_CORPUS.PY writes synthetic articles of which it is known who copied what (articles.parquet, truth.parquet). Each
measurement runs in a process of its own; CPU is that process's and its children's, memory its peak. Ratios are between
processes of one call.

copies    fingerprints, pairs and components: Retold, a plain DuckDB script, 25-character n-grams (passim 2's way)
reprints  near-duplicates: Retold, rensa, datasketch
skew      Retold, where one story stands in 5 % of all articles besides
scale     Retold on ten times as many articles
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

KINDS = ("verbatim", "edited", "reprint")
Result = dict[str, float]


def main() -> None:
    """Runs what is asked for and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("make_corpus", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--only", default="copies,reprints,skew,scale")
    given = parser.parse_args()
    wanted = given.only.split(",")
    base = make(given.make_corpus, given.work, given.articles)
    if "copies" in wanted:
        ours = measure("Retold", find_copies, base)
        plain = measure("DuckDB, plainly", find_copies_plainly, base)
        print(f"  CPU {ours['cpu'] / plain['cpu']:.2f} × that of the plain script")
        small = make(given.make_corpus, given.work, min(10_000, given.articles))
        ours = measure("Retold, 10,000", find_copies, small)
        grams = measure("25-character n-grams, 10,000", find_copies_by_characters, small)
        print(f"  CPU {ours['cpu'] / grams['cpu']:.2f} × that of 25-character n-grams")
    if "reprints" in wanted:
        ours = measure("Retold", find_reprints, base)
        peer = measure("rensa", find_reprints_by_rensa, base)
        print(f"  CPU {ours['cpu'] / peer['cpu']:.2f} × rensa's")
        small = make(given.make_corpus, given.work, min(10_000, given.articles))
        measure("datasketch, 10,000", find_reprints_by_datasketch, small)
    if "skew" in wanted:
        skewed = add_reprints(base, given.work / f"skewed-{given.articles}")
        plain = measure("Retold, all of reuse", find_all_reuse, base)
        ours = measure("Retold, all of reuse, with one story in 5 %", find_all_reuse, skewed)
        print(f"  CPU {ours['cpu'] / plain['cpu']:.2f} ×, time {ours['wall'] / plain['wall']:.2f} ×")
    if "scale" in wanted:
        small = measure("Retold", find_copies, base)
        large = measure("Retold, ten times", find_copies, make(given.make_corpus, given.work, 10 * given.articles))
        print(f"  CPU {large['cpu'] / small['cpu']:.1f} × for ten times as many")


def make(script: Path, work: Path, articles: int) -> Path:
    """The synthetic corpus of that size, written once."""
    folder = work / f"corpus-{articles}"
    if not (folder / "truth.parquet").exists():
        subprocess.run([sys.executable, str(script), str(articles), str(folder)], check=True)
    return folder


def measure(name: str, run: Callable[[Path, Path], Result], corpus: Path) -> Result:
    """What a function finds and takes, in a process of its own. The first run, on a few articles, warms caches up."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measure, args=(run, corpus, queue))
    process.start()
    result: Result = queue.get()
    process.join()
    figures = ", ".join(f"{key} {value:,.4g}" for key, value in result.items())
    print(f"{name:45} {figures}", flush=True)
    return result


def _measure(run: Callable[[Path, Path], Result], corpus: Path, queue: "multiprocessing.Queue[Result]") -> None:
    out = corpus / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    started = time.time()
    found = run(corpus, out)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    shutil.rmtree(out, ignore_errors=True)
    cpu = sum(use.ru_utime + use.ru_stime for use in usage)
    queue.put({"cpu": cpu, "wall": time.time() - started, "peak_mb": usage[0].ru_maxrss / 1024, **found})


def count_found(corpus: Path, pairs: Path, kinds: tuple[str, ...] = KINDS) -> Result:
    """Which share of the planted copies is among the pairs (`a` < `b`), by kind."""
    import duckdb

    rows = duckdb.execute(
        "SELECT t.kind, avg(CASE WHEN p.a IS NULL THEN 0 ELSE 1 END) FROM read_parquet(?) t "
        "LEFT JOIN (SELECT DISTINCT a, b FROM read_parquet(?)) p ON p.a = t.src AND p.b = t.dst GROUP BY t.kind",
        [str(corpus / "truth.parquet"), str(pairs)],
    ).fetchall()
    return {kind: share for kind, share in sorted(rows) if kind in kinds}


def find_copies(corpus: Path, out: Path) -> Result:
    """Fingerprints of equal information, pairs within the cap, components of three and more shared."""
    from retold.engine.fingerprints import FingerprintKernel, FingerprintsConfig
    from retold.engine.local import LocalEngine
    from retold.engine.reuse import count_words, read_frequencies
    from retold.engine.sharing import PairKernel

    config = FingerprintsConfig()
    with LocalEngine(out / "scratch", 2_000) as engine:
        articles = engine.sql(
            "SELECT id, CAST(ts // 86400 AS INTEGER) AS day, text FROM read",
            read=engine.read([corpus / "articles.parquet"]),
        )
        sample = engine.sql(f"SELECT id, text FROM articles WHERE id % {config.sample_one_in} = 0", articles=articles)
        frequencies = read_frequencies(engine, count_words(engine, sample, config))
        engine.write_parquet(engine.map_batches(articles, FingerprintKernel(config, frequencies)), out / "prints")
        engine.write_parquet(
            engine.partition_sort_map(
                engine.read([out / "prints"]),
                ["fp"],
                ["day", "article"],
                PairKernel(config.cap, config.window_days),
                least_rows=2,
            ),
            out / "met",
        )
        met = engine.read([out / "met"])
        pairs = engine.sql("SELECT a, b, COUNT(*) AS shared FROM met WHERE NOT is_hot GROUP BY a, b", met=met)
        found = engine.write_parquet(pairs, out / "pairs")
        strong = engine.sql("SELECT a, b FROM pairs WHERE shared >= 3", pairs=engine.read([out / "pairs"]))
        engine.write_parquet(engine.components(strong), out / "components")
    return {"pairs": found, **count_found(corpus, out / "pairs" / "*.parquet")}


def find_copies_plainly(corpus: Path, out: Path) -> Result:
    """Winnowed 8-word fingerprints in 2 to 50 articles, by GROUP BY, HAVING and a self-join; union-find in Python."""
    import duckdb
    from numba import njit

    from retold.engine.lexer import cut_words, mix_bits, read_bytes

    @njit
    def print_all(data, offsets, prints, rows):  # type: ignore[no-untyped-def]
        longest = 0
        for a in range(len(offsets) - 1):
            longest = max(longest, offsets[a + 1] - offsets[a])
        words, nothing = np.empty(longest // 2 + 2, np.uint64), np.empty(0, np.int64)
        total = 0
        for a in range(len(offsets) - 1):
            n = cut_words(data, offsets[a], offsets[a + 1], words, nothing, nothing)
            grams = np.empty(max(n - 7, 0), np.uint64)
            for i in range(n - 7):
                gram = np.uint64(0)
                for j in range(8):
                    gram = gram * np.uint64(0x9E3779B97F4A7C15) + words[i + j]
                grams[i] = mix_bits(gram)
            kept = np.unique(np.array([grams[i : i + 4].min() for i in range(max(0, n - 10))], np.uint64))
            for value in kept:
                prints[total], rows[total] = value, a
                total += 1
        return total

    schema = pa.schema([("fp", pa.int64()), ("article", pa.int64())])
    with pq.ParquetWriter(out / "prints.parquet", schema) as writer:
        for batch in pq.ParquetFile(corpus / "articles.parquet").iter_batches(5_000, columns=["id", "text"]):
            data, offsets = read_bytes(batch.column(1))
            prints, rows = np.empty(len(data), np.uint64), np.empty(len(data), np.int32)
            n = print_all(data, offsets, prints, rows)
            owners = batch.column(0).to_numpy()[rows[:n]]
            writer.write_batch(pa.record_batch([prints[:n].view(np.int64), owners], schema=schema))
    connection = duckdb.connect(config={"memory_limit": "2GB", "threads": 2, "temp_directory": str(out / "spill")})
    connection.execute(f"""
        CREATE TABLE kept AS SELECT fp FROM '{out}/prints.parquet' GROUP BY fp HAVING count(*) BETWEEN 2 AND 50;
        CREATE TABLE rows AS SELECT fp, article FROM '{out}/prints.parquet' SEMI JOIN kept USING (fp);
        COPY (
          SELECT x.article AS a, y.article AS b, count(*) AS shared
          FROM rows x JOIN rows y ON x.fp = y.fp AND x.article < y.article GROUP BY a, b
        ) TO '{out}/pairs.parquet'""")
    parents: dict[int, int] = {}

    def find(x: int) -> int:
        while parents.setdefault(x, x) != x:
            parents[x] = parents[parents[x]]
            x = parents[x]
        return x

    for a, b in connection.execute(f"SELECT a, b FROM '{out}/pairs.parquet' WHERE shared >= 3").fetchall():
        parents[find(a)] = find(b)
    (found,) = connection.execute(f"SELECT count(*) FROM '{out}/pairs.parquet'").fetchone() or (0,)
    return {"pairs": found, **count_found(corpus, out / "pairs.parquet")}


def find_copies_by_characters(corpus: Path, out: Path) -> Result:
    """Every run of 25 letters and digits, in 2 to 50 articles: how passim 2 makes candidates (Smith et al. 2014)."""
    import duckdb
    from numba import njit

    from retold.engine.lexer import mix_bits, read_bytes

    @njit
    def print_all(data, offsets, prints, rows):  # type: ignore[no-untyped-def]
        total = 0
        for a in range(len(offsets) - 1):
            letters = np.empty(offsets[a + 1] - offsets[a], np.uint64)
            n = 0
            for i in range(offsets[a], offsets[a + 1]):
                letter = data[i] | np.uint8(32)
                if 97 <= letter <= 122 or 48 <= letter <= 57:
                    letters[n] = letter
                    n += 1
            for i in range(n - 24):
                gram = np.uint64(0)
                for j in range(25):
                    gram = gram * np.uint64(0x9E3779B97F4A7C15) + letters[i + j]
                prints[total], rows[total] = mix_bits(gram), a
                total += 1
        return total

    schema = pa.schema([("fp", pa.int64()), ("article", pa.int64())])
    with pq.ParquetWriter(out / "prints.parquet", schema) as writer:
        for batch in pq.ParquetFile(corpus / "articles.parquet").iter_batches(5_000, columns=["id", "text"]):
            data, offsets = read_bytes(batch.column(1))
            prints, rows = np.empty(len(data), np.uint64), np.empty(len(data), np.int32)
            n = print_all(data, offsets, prints, rows)
            owners = batch.column(0).to_numpy()[rows[:n]]
            writer.write_batch(pa.record_batch([prints[:n].view(np.int64), owners], schema=schema))
    connection = duckdb.connect(config={"memory_limit": "4GB", "threads": 2, "temp_directory": str(out / "spill")})
    connection.execute(f"""
        CREATE TABLE kept AS SELECT fp FROM (SELECT DISTINCT fp, article FROM '{out}/prints.parquet')
          GROUP BY fp HAVING count(*) BETWEEN 2 AND 50;
        CREATE TABLE rows AS SELECT DISTINCT fp, article FROM '{out}/prints.parquet' SEMI JOIN kept USING (fp);
        COPY (
          SELECT x.article AS a, y.article AS b, count(*) AS shared
          FROM rows x JOIN rows y ON x.fp = y.fp AND x.article < y.article GROUP BY a, b
        ) TO '{out}/pairs.parquet'""")
    (found,) = connection.execute(f"SELECT count(*) FROM '{out}/pairs.parquet'").fetchone() or (0,)
    return {"pairs": found, **count_found(corpus, out / "pairs.parquet")}


def find_reprints(corpus: Path, out: Path) -> Result:
    """Sketches, what agrees in a band, the exact share of that."""
    from retold.engine.local import LocalEngine
    from retold.engine.reprints import JaccardKernel, ReprintsConfig, SketchKernel
    from retold.engine.reuse import ALIKE, attach_texts
    from retold.engine.sharing import PairKernel

    config = ReprintsConfig()
    with LocalEngine(out / "scratch", 2_000) as engine:
        articles = engine.sql(
            "SELECT id, CAST(ts // 86400 AS INTEGER) AS day, text FROM read",
            read=engine.read([corpus / "articles.parquet"]),
        )
        engine.write_parquet(engine.map_batches(articles, SketchKernel(config)), out / "sketches")
        met = engine.partition_sort_map(
            engine.read([out / "sketches"]), ["fp"], ["day", "article"], PairKernel(config.crowd, 30), least_rows=2
        )
        pairs = engine.sql(ALIKE, met=met)
        alike = engine.map_batches(pairs, JaccardKernel(config), attach_texts(articles))
        engine.write_parquet(alike, out / "alike")
    return judge_reprints(corpus, pq.read_table(out / "alike").select(["a", "b"]))


def find_reprints_by_rensa(corpus: Path, out: Path) -> Result:
    """rensa's MinHash and its index, with as many bands of as many values, over the same shingles."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=126, num_bands=42)
    found: list[tuple[int, int]] = []
    for n, text in enumerate(iterate_texts(corpus)):
        sketch = RMinHash(num_perm=126, seed=42)
        sketch.update(list_shingles(text))
        found += [(other, n) for other in index.query(sketch)]
        index.insert(n, sketch)
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return judge_reprints(corpus, pa.table({"a": pairs[:, 0], "b": pairs[:, 1]}))


def find_reprints_by_datasketch(corpus: Path, out: Path) -> Result:
    """datasketch's MinHash of 128 values and its index, over the same shingles."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    found: list[tuple[int, int]] = []
    for n, text in enumerate(iterate_texts(corpus)):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([shingle.encode() for shingle in list_shingles(text)])
        found += [(other, n) for other in index.query(sketch)]
        index.insert(n, sketch)
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return judge_reprints(corpus, pa.table({"a": pairs[:, 0], "b": pairs[:, 1]}))


def iterate_texts(corpus: Path):  # type: ignore[no-untyped-def]
    """The texts of a corpus; the number of each is its id."""
    for batch in pq.ParquetFile(corpus / "articles.parquet").iter_batches(5_000, columns=["text"]):
        yield from batch.column(0).to_pylist()


def list_shingles(text: str) -> list[str]:
    """The runs of five words of a text."""
    words = text.lower().replace(".", "").split()
    return [" ".join(words[n : n + 5]) for n in range(max(1, len(words) - 4))]


def judge_reprints(corpus: Path, pairs: pa.Table) -> Result:
    """Of the planted pairs that share half of their shingles, which share is found. The truth is worked out exactly."""
    truth = corpus / "alike.json"
    if not truth.exists():
        texts = list(iterate_texts(corpus))
        planted = [row for row in pq.read_table(corpus / "truth.parquet").to_pylist() if row["kind"] == "reprint"]
        alike = []
        for row in planted:
            a, b = set(list_shingles(texts[row["src"]])), set(list_shingles(texts[row["dst"]]))
            if len(a & b) >= 0.5 * len(a | b):
                alike.append((row["src"], row["dst"]))
        truth.write_text(json.dumps(alike))
    wanted = {tuple(pair) for pair in json.loads(truth.read_text())}
    found = set(zip(pairs["a"].to_pylist(), pairs["b"].to_pylist(), strict=True))
    return {"pairs": len(found), "alike": len(wanted), "recall": len(wanted & found) / max(1, len(wanted))}


def add_reprints(corpus: Path, folder: Path) -> Path:
    """The same corpus, and one of its stories again and again: as often as makes 5 % of all articles."""
    if (folder / "truth.parquet").exists():
        return folder
    folder.mkdir(parents=True)
    table = pq.read_table(corpus / "articles.parquet")
    story = table.slice(17, 1).to_pylist()[0]
    words = story["text"].split()
    rng = np.random.default_rng(3)
    count = round(len(table) * 0.05 / 0.95)
    rows = {"id": [], "outlet": [], "ts": [], "text": []}  # type: ignore[var-annotated]
    for n in range(count):
        changed = [w if rng.random() > 0.02 else str(rng.choice(words)) for w in words]
        rows["id"].append(len(table) + n)
        rows["outlet"].append(f"outlet{n % 1000}")
        rows["ts"].append(story["ts"] + n)
        rows["text"].append(" ".join(changed))
    more = pa.table(rows, schema=table.schema)
    pq.write_table(pa.concat_tables([table, more]), folder / "articles.parquet", row_group_size=5_000)
    shutil.copy(corpus / "truth.parquet", folder / "truth.parquet")
    return folder


def find_all_reuse(corpus: Path, out: Path) -> Result:
    """`retold corpus --reuse-only` as it is run, and what of the planted copies stands in its passages."""
    import duckdb

    from retold.engine.corpus import CorpusConfig, build_corpus, open_folder
    from retold.engine.local import LocalEngine

    folder = out / "corpus"
    with open_folder(folder), LocalEngine(folder / "_work" / "scratch", 2_000) as engine:
        build_corpus([str(corpus / "articles.parquet")], folder, engine, CorpusConfig(findings=None))
    duckdb.execute(
        f"""COPY (
          SELECT least(x.record, y.record) - 1 AS a, greatest(x.record, y.record) - 1 AS b
          FROM read_parquet('{folder}/passages/**/*.parquet') p
          JOIN read_parquet('{folder}/articles/**/*.parquet') x ON x.id = p.a
          JOIN read_parquet('{folder}/articles/**/*.parquet') y ON y.id = p.b
        ) TO '{out}/pairs.parquet'"""
    )
    (clusters,) = duckdb.execute(
        f"SELECT max(articles) FROM read_parquet('{folder}/reprints/**/*.parquet')"
    ).fetchone() or (0,)
    return {"largest_cluster": clusters or 0, **count_found(corpus, out / "pairs.parquet")}


if __name__ == "__main__":
    main()
