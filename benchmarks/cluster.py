"""Whether a cluster gives the rows that one machine gives, also where it loses a worker.

    python benchmarks/cluster.py MAKE_CORPUS.PY --work FOLDER [--articles 20000] [--findings]

Three corpora of the same synthetic articles: on DuckDB; on a Spark cluster of two worker processes on this machine; and
on such a cluster of which one worker is killed once it is at work. Every table is compared row by row. Needs Java.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

MASTER = "local-cluster[2,1,1536]"
WORKER = "CoarseGrainedExecutorBackend"


def main() -> None:
    """Makes the three corpora and compares them; exit status 1 where a row differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("make_corpus", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--findings", action="store_true", help="Stories and quotations, too.")
    given = parser.parse_args()
    source = given.work / f"corpus-{given.articles}"
    if not (source / "truth.parquet").exists():
        subprocess.run([sys.executable, str(given.make_corpus), str(given.articles), str(source)], check=True)
    options = ["--no-parse"] if given.findings else ["--reuse-only"]
    articles = str(source / "articles.parquet")
    local, spark, maimed = (given.work / name for name in ("on-local", "on-spark", "on-spark-maimed"))
    run([articles, "-o", str(local), *options])
    run([articles, "-o", str(spark), "--engine", "spark", "--master", MASTER, *options])
    run([articles, "-o", str(maimed), "--engine", "spark", "--master", MASTER, *options], kill=True)
    differing = [name for other in (spark, maimed) for name in compare(local, other)]
    print("every table has the same rows" if not differing else f"tables that differ: {', '.join(differing)}")
    sys.exit(bool(differing))


def run(arguments: list[str], *, kill: bool = False) -> None:
    """`retold corpus` with these arguments, into a new folder."""
    shutil.rmtree(arguments[arguments.index("-o") + 1], ignore_errors=True)
    started = time.time()
    process = subprocess.Popen(
        [sys.executable, "-m", "retold", "corpus", *arguments],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SPARK_HOME": find_spark()},
    )
    killed = kill and kill_worker(process)
    status = process.wait()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"exit {status}, {time.time() - started:.0f} s, {usage.ru_utime + usage.ru_stime:.0f} CPU-s so far", end="")
    print(f", {killed}" if kill else "", flush=True)
    if status:
        sys.exit(f"the run failed: retold corpus {' '.join(arguments)}")


def find_spark() -> str:
    import pyspark

    return str(Path(pyspark.__file__).parent)


def kill_worker(process: "subprocess.Popen[bytes]") -> str:
    """Kills one of the two workers when fingerprints are being paired."""
    folder = Path(process.args[process.args.index("-o") + 1])  # type: ignore[index,union-attr,arg-type]
    while process.poll() is None:
        if (folder / "_work" / "sketches").exists():
            time.sleep(3)
            workers = list_descendants(process.pid)
            if workers:
                os.kill(workers[0], 9)
                return f"killed worker {workers[0]}"
        time.sleep(0.5)
    return "no worker was killed"


def list_descendants(root: int) -> list[int]:
    """The worker processes that a run has begun."""
    parents, names = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                names[int(entry.name)] = (entry / "cmdline").read_bytes()
            except OSError:
                continue
    found = []
    for pid in sorted(parents):
        above = pid
        while above in parents and above != root:
            above = parents[above]
        if above == root and WORKER.encode() in names[pid] and b"java" in names[pid].split(b"\0", 1)[0]:
            found.append(pid)
    return found


def compare(one: Path, other: Path) -> list[str]:
    """The tables of which a row stands in one corpus alone."""
    differing = []
    connection = duckdb.connect()
    names = {f.name for folder in (one, other) for f in folder.iterdir() if f.name != "_work"}
    for name in sorted(names):
        present = [any((folder / name).rglob("*.parquet")) for folder in (one, other)]
        if not all(present):
            if any(present):
                differing.append(name)
            continue
        a, b = (f"SELECT * FROM read_parquet('{folder / name}/**/*.parquet')" for folder in (one, other))
        (rows,) = connection.execute(
            f"SELECT count(*) FROM (({a}) EXCEPT ALL ({b})) UNION ALL SELECT count(*) FROM (({b}) EXCEPT ALL ({a})) "
            "ORDER BY 1 DESC"
        ).fetchone() or (0,)
        if rows:
            differing.append(name)
    return differing


if __name__ == "__main__":
    main()
