"""Measures reading of web archives: `python benchmarks/pages.py [--pages N] [--folder FOLDER]`.

Writes N invented pages of 30 to 150 kB (`page_layouts.py`; 5,000 by default) into a .warc.gz and reads them in two
processes, one after the other: warcio + trafilatura for the body alone, and Retold's kernel, which also gives title,
outlet, byline, time, captions, language and key. Prints CPU time per page, the ratio, peak memory, and how much of the
body each found: recall, the share of the words of the report's paragraphs; precision, the share of the words given that
belong to the report (title, byline, headings and captions count as belonging).
"""

import argparse
import gzip
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from page_layouts import Page, make_pages

SEED = 5
_WORD = re.compile(r"\w+")


def write_archive(path: Path, count: int) -> None:
    """A .warc.gz with a record for each page."""
    with path.open("wb") as file:
        for page in make_pages(count, SEED):
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.source
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {page.url}\r\nWARC-Date: 2032-01-20T00:00:00Z\r\n"
                "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + answer + b"\r\n\r\n", 6))


def read_by_peer(path: str) -> Iterator[dict[str, object]]:
    """warcio (its usual loop) and trafilatura as it comes, without comments: text and no metadata."""
    import trafilatura
    from warcio.archiveiterator import ArchiveIterator

    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield {"text": trafilatura.extract(record.content_stream().read(), include_comments=False) or ""}


def read_by_retold(path: str) -> Iterator[dict[str, object]]:
    """The rows that the kernel gives."""
    from retold.engine.intake import ReadKernel
    from retold.engine.shards import cut_shards

    kernel = ReadKernel()
    for batch in cut_shards([path]).to_batches():
        for rows in kernel(batch):
            yield from rows.to_pylist()


READERS: dict[str, Callable[[str], Iterator[dict[str, object]]]] = {"peer": read_by_peer, "retold": read_by_retold}


def take_body(row: dict[str, object]) -> str:
    """The text without what is told apart in it as furniture or as a note on the author."""
    text = str(row["text"] or "")
    zones = row.get("zones")
    for zone in reversed(zones if isinstance(zones, list) else []):
        if zone["role"] in ("furniture", "about"):
            text = text[: zone["start"]] + text[zone["end"] :]
    return text


def score_body(text: str, page: Page) -> tuple[int, int, int, int]:
    """Words of the report that were found, that there are, words that don't belong, all words given."""
    given, must, may = (_count_words(part) for part in (text, " ".join(page.must), " ".join(page.may)))
    return sum((given & must).values()), sum(must.values()), sum((given - must - may).values()), sum(given.values())


def _count_words(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in _WORD.findall(text))


def score_metadata(row: dict[str, object], page: Page) -> dict[str, bool]:
    """What of a page's own word came through."""
    article, text = page.article, str(row["text"] or "")
    return {
        "title": row["title"] == article.title,
        "outlet": row["outlet"] == article.outlet,
        "minute": row["published_precision"] == "minute",
        "byline": row["byline"] is not None and str(row["byline"]) in page.may,
        "language": row["language"] == "en",
        "captions": all(caption in text for caption in page.captions),
    }


def measure(reader: str, path: str, count: int) -> None:
    """Reads the archive and prints what it took and what came of it, as JSON; the pages are made again beside it."""
    for row in READERS[reader](path):  # imports, models, compiled rules
        if row:
            break
    start = time.process_time()
    rows = list(READERS[reader](path))
    cpu_s = time.process_time() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    known: Counter[str] = Counter()
    for row, page in zip(rows, make_pages(count, SEED), strict=True):
        scores = score_body(take_body(row), page)
        for name in (page.layout, "all"):
            sums[name] = [a + b for a, b in zip(sums[name], scores, strict=True)]
        if reader == "retold":
            known.update(name for name, is_right in score_metadata(row, page).items() if is_right)
    print(json.dumps({"cpu_s": cpu_s, "peak_mb": peak_mb, "sums": sums, "known": known}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(*given.measure, given.pages)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        path = Path(folder, "pages.warc.gz")
        write_archive(path, given.pages)
        print(f"{given.pages} pages, {path.stat().st_size / given.pages / 1000:.1f} kB each as packed")
        results = {}
        for reader in READERS:
            command = [sys.executable, __file__, "--pages", str(given.pages), "--measure", reader, str(path)]
            results[reader] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for reader, result in results.items():
        print(f"{reader}: {1000 * result['cpu_s'] / given.pages:.2f} ms a page, peak {result['peak_mb']:.0f} MB")
        for name, (found, there, wrong, words) in sorted(result["sums"].items()):
            print(f"  {name:<10} recall {found / there:.4f}  precision {1 - wrong / max(1, words):.4f}")
    print(f"CPU ratio {results['peer']['cpu_s'] / results['retold']['cpu_s']:.2f}")
    shares = (f"{name} {times / given.pages:.3f}" for name, times in sorted(results["retold"]["known"].items()))
    print("known besides: " + ", ".join(shares))


if __name__ == "__main__":
    main()
