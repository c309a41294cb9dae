"""Measures the page: `python benchmarks/serve.py [MAKE_CORPUS] [--articles N] [--library FILE] [--large N]`.

Builds a library as `build.py` does (rules alone, every other article from MAKE_CORPUS where it is given), with 60 more
stories of ten reports, or takes FILE where it exists. Asks a server in a process of its own over HTTP, one request at a
time, and prints for each page the milliseconds from the request to the last byte (median, 95th percentile, most) and
its size; no story is asked for twice. Then a story of N reports, with the first paint in Chromium where there is one.
"""

import argparse
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from build import build, mix
from reports import make_story
from retold.annotate.annotation import AnnotateConfig
from retold.evidence import CompareConfig, compare_articles
from retold.library import open_library

STORIES = 60
REPORTS = 10
ROUNDS = 40
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def make_library(path: Path, count: int, make_corpus: Path | None) -> None:
    """The file to serve: so many articles, and the stories of ten."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = None
        if make_corpus:
            subprocess.run([sys.executable, make_corpus, str(count), folder], check=True)
            corpus = Path(folder) / "articles.parquet"
        build(path, mix(count, corpus, 1), parse=False)
        build(path, (article for n in range(STORIES) for article in make_story(REPORTS, n)), parse=False)


def serve(path: Path, large: int) -> None:
    """The server of a measurement: prints its address, and that of a comparison of `large` reports."""
    import uvicorn

    from retold.cli.serve import _listen
    from retold.web.app import create_app
    from retold.web.shelf import Comparison

    app = create_app(path)
    articles = make_story(large)
    document = compare_articles(articles, CompareConfig(annotate=AnnotateConfig(parse=False)))
    result = app.state.desk.shelf.remember(Comparison(document, articles, ()))
    with _listen(0) as listener:
        print(listener.getsockname()[1], f"/compare/{result}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])


def measure(port: int, name: str, paths: list[str]) -> None:
    """One line: how long the paths took, and how large the largest answer was."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took, size = [], 0
    for path in paths:
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        size = max(size, len(answer.read()))
        took.append((time.perf_counter() - started) * 1000)
        if answer.status != http.HTTPStatus.OK:
            sys.exit(f"{path}: {answer.status}")
    took.sort()
    print(
        f"{name}: median {statistics.median(took):.0f} ms, p95 {took[int(len(took) * 0.95)]:.0f} ms, "
        f"most {took[-1]:.0f} ms, {size / 1000:.0f} kB ({len(took)} requests)",
        flush=True,
    )


def paint(address: str, rounds: int = 5) -> None:
    """Milliseconds to the first paint in the browser that the tests use."""
    chromium = os.environ.get("RETOLD_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("first paint: not measured, there is no Chromium")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = []
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address)
            while (started := page.evaluate(PAINT)) is None:
                page.wait_for_timeout(50)
            found.append(started)
            page.close()
        browser.close()
    print(f"first paint: median {statistics.median(found):.0f} ms, most {max(found):.0f} ms ({rounds} loads)")


def main() -> None:
    """Builds what is not there, starts the server and prints one line a page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("make_corpus", nargs="?", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--large", type=int, default=200)
    parser.add_argument("--worker", action="store_true")
    given = parser.parse_args()
    if given.worker:
        serve(given.library, given.large)
        return
    with tempfile.TemporaryDirectory() as temporary:
        path: Path = given.library or Path(temporary) / "news.db"
        if not path.exists():
            make_library(path, given.articles, given.make_corpus)
        ask(path, given.large)


def ask(path: Path, large: int) -> None:
    """The figures of the docstring, in its order."""
    with open_library(path, read_only=True) as library:
        stories = [one for one in library.stories("retold", 5_000) if REPORTS <= one.articles <= REPORTS + 2]
        counts = library.count()
        articles = [library.read_story(one.id).articles[0] for one in stories[-ROUNDS:]]
    print(f"{counts.articles:,} articles, {len(stories)} stories of {REPORTS} to {REPORTS + 2} reports")
    command = [sys.executable, __file__, "--worker", "--library", str(path), "--large", str(large)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port, address = server.stdout.readline().split()
            port_ = int(port)
            measure(port_, "stories, first", ["/stories"])
            measure(port_, "stories", [f"/stories?order={order}" for order in ("newest", "retold", "altered")] * 10)
            measure(
                port_, "stories with a word", [f"/stories?q={word}" for word in ("bridge", "storm", "harbour")] * 10
            )
            measure(port_, "stories, page 50", ["/stories?page=50"] * 20)
            half = stories[: len(stories) - ROUNDS] or stories
            measure(port_, "story", [f"/stories/{one.id}" for one in half])
            measure(port_, "story as JSON", [f"/stories/{one.id}.json" for one in half])
            measure(port_, "article", [f"/articles/{one.id}" for one in articles])
            measure(port_, "speakers", ["/speakers"] * 10)
            measure(port_, "outlets", ["/outlets"] * 10)
            outlets = sorted({one.outlet for one in articles if one.outlet})
            measure(port_, "outlet", [f"/outlets?name={one.replace(' ', '%20')}" for one in outlets])
            measure(port_, "search", [f"/search?q={word}" for word in ("bridge", "insurers", "ferry+pier")] * 10)
            measure(port_, f"story of {large} reports", [address] * 5)
            paint(f"http://127.0.0.1:{port}{address}")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
