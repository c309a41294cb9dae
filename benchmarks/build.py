"""Measures the library: `python benchmarks/build.py [MAKE_CORPUS] [--articles N] [--parse] [--folder FOLDER]`.

MAKE_CORPUS is a script that is called with N and a folder and writes `articles.parquet` there (id, outlet, ts, text);
where it is given, every other article comes from it, the rest from the templates in `reports.py`. Prints articles per
CPU second by stage, peak memory, growth from a quarter of the articles to all of them, what adding 100 costs there and
in an empty file, and search times on the idle file and while a build runs.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from reports import make_reports
from retold.annotate.annotation import AnnotateConfig
from retold.evidence import CompareConfig
from retold.library import Library, LibraryConfig, Progress, open_library
from retold.model import Article, Published
from retold.read.batch import hash_text
from retold.read.language import detect_language

MORE = 100
SEARCHES = 400
STAGES = ("read", "index", "rate", "group", "trace")


def read_corpus(path: Path, start: int, count: int) -> Iterator[Article]:
    """Articles of a generated corpus, as a reader of tables hands them on."""
    import pyarrow.parquet as pq

    at = 0
    for batch in pq.ParquetFile(path).iter_batches(batch_size=500, columns=["outlet", "ts", "text"]):
        for row in batch.to_pylist():
            at += 1
            if start < at <= start + count:
                published = Published(
                    datetime.fromtimestamp(row["ts"], UTC).strftime("%Y-%m-%dT%H:%MZ"), "minute", "metadata"
                )
                text = row["text"]
                yield Article(
                    "", text, hash_text(text), outlet=row["outlet"], language=detect_language(text), published=published
                )


def mix(count: int, corpus: Path | None, seed: int, start: int = 0) -> Iterator[Article]:
    """`count` articles, every other one from the corpus."""
    if corpus is None:
        yield from make_reports(count, seed)
        return
    others = read_corpus(corpus, start, count // 2)
    for n, article in enumerate(make_reports(count - count // 2, seed)):
        yield article
        if n < count // 2:
            yield next(others)


def warm_up(*, parse: bool) -> None:
    """Loads what is loaded once a process, so that it isn't measured."""
    with tempfile.TemporaryDirectory() as folder, open_file(Path(folder) / "warm.db", parse=parse) as library:
        library.add(make_reports(20, seed=9))
    detect_language("Qa lomiter desonka ravipol")


def open_file(path: Path, *, parse: bool) -> Library:
    """The library, made if there is none."""
    return open_library(path, create=True, config=LibraryConfig(CompareConfig(annotate=AnnotateConfig(parse=parse))))


def build(path: Path, articles: Iterator[Article], *, parse: bool) -> dict[str, float]:
    """Adds articles; CPU seconds by stage and in all, and peak memory in MiB."""
    marks: dict[str, float] = {}

    def tell(progress: Progress) -> None:
        marks[progress.phase] = time.process_time()

    warm_up(parse=parse)
    with open_file(path, parse=parse) as library:
        started = time.process_time()
        report = library.add(articles, tell)
        ended = time.process_time()
    figures = {"articles": float(len(report.articles)), "total": ended - started}
    before = started
    for stage in STAGES:
        figures[stage] = marks.get(stage, before) - before
        before = marks.get(stage, before)
    return figures | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def search(path: Path, seed: int, seconds: float) -> list[float]:
    """Milliseconds that searches took, of one to three words as they stand in the articles."""
    dice = random.Random(seed)
    words = [w.strip('.,"') for a in make_reports(200, seed=1) for w in a.text.split() if len(w) > 3]
    took: list[float] = []
    until = time.monotonic() + seconds
    with open_library(path, read_only=True) as library:
        while len(took) < SEARCHES or time.monotonic() < until:
            query = " ".join(dice.choices(words, k=dice.randint(1, 3)))
            started = time.perf_counter()
            library.search(query, 20)
            took.append((time.perf_counter() - started) * 1000)
            time.sleep(0.01)
    return took


def run_worker(*arguments: str) -> dict[str, float]:
    """One measurement in a process of its own, so that its memory is its own."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Runs the measurements in turn and prints one line each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("make_corpus", nargs="?", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--parse", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--worker", nargs=4)
    given = parser.parse_args()
    if given.worker:
        name, count, seed, corpus = given.worker
        articles = mix(int(count), Path(corpus) if corpus != "-" else None, int(seed), start=1_000_000 * (seed == "2"))
        print(json.dumps(build(Path(name), articles, parse=given.parse)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        measure(given, given.folder or Path(temporary))


def measure(given: argparse.Namespace, folder: Path) -> None:
    """The figures of the docstring, in its order."""
    flags = ["--parse"] if given.parse else []
    corpus = "-"
    if given.make_corpus:
        subprocess.run([sys.executable, given.make_corpus, str(given.articles), folder], check=True)
        corpus = str(folder / "articles.parquet")
    small, large, empty = folder / "small.db", folder / "large.db", folder / "empty.db"
    runs = {}
    for path, count in ((small, given.articles // 4), (large, given.articles)):
        path.unlink(missing_ok=True)
        runs[path] = figures = run_worker(*flags, "--worker", str(path), str(count), "1", corpus)
        stages = ", ".join(f"{stage} {count / max(0.01, figures[stage]):,.0f}" for stage in STAGES)
        print(
            f"{count:,} articles: {count / figures['total']:.1f} per CPU second ({stages}), {figures['memory']:.0f} MiB"
        )
        sys.stdout.flush()
    growth = runs[large]["total"] / runs[small]["total"] / 4
    print(f"growth to four times the articles: {growth:.2f} of linear; file {large.stat().st_size / 1e6:.0f} MB")
    idle = search(large, 1, 0)
    child = subprocess.Popen(
        [sys.executable, __file__, *flags, "--worker", str(large), "1500", "3", "-"], stdout=subprocess.DEVNULL
    )
    busy: list[float] = []
    while child.poll() is None:
        busy += search(large, len(busy), 2)
    for name, took in (("idle", idle), ("while building", busy)):
        took.sort()
        print(
            f"search {name}: median {statistics.median(took):.1f} ms, p99 {took[int(len(took) * 0.99)]:.1f} ms "
            f"({len(took)} searches)"
        )
    print(f"median while building / idle: {statistics.median(busy) / statistics.median(idle):.2f}")
    empty.unlink(missing_ok=True)
    fresh = run_worker(*flags, "--worker", str(empty), str(MORE), "4", "-")
    added = run_worker(*flags, "--worker", str(large), str(MORE), "4", "-")
    print(
        f"adding {MORE}: {added['total']:.1f} s, to an empty file {fresh['total']:.1f} s: "
        f"ratio {added['total'] / fresh['total']:.2f}"
    )


if __name__ == "__main__":
    main()
