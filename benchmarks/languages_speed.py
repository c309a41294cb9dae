"""How fast each language is annotated: `python benchmarks/languages_speed.py DATA`.

DATA is the folder that holds `ntrex/`: the same news documents in English, Russian and Ukrainian, so that each language
has the same quotations to find. Other people's corpus, for measuring only.

Each language's documents are annotated in one process, after a first pass over a few of them that loads everything;
the best of three passes counts. Characters a CPU second, and how many times as long a character takes as in English
with its parser. `en_rules`: English by rules alone, as the other languages are read.

Exit 0: measured; 2: misuse, a folder is not there.
"""

import argparse
import sys
import time
from pathlib import Path

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.model import Article

FILES = {"en": "newstest2019-src.eng.txt", "ru": "newstest2019-ref.rus.txt", "uk": "newstest2019-ref.ukr.txt"}
RUNS = (("en", "en", True), ("en_rules", "en", False), ("ru", "ru", True), ("uk", "uk", True))
PASSES = 3


def read_documents(folder: Path, code: str) -> list[Article]:
    """The documents of one language, a line a paragraph."""
    documents = (folder / "DOCUMENT_IDS.tsv").read_text("utf-8").splitlines()
    lines = (folder / FILES[code]).read_text("utf-8").split("\n")[: len(documents)]
    rows: dict[str, list[str]] = {}
    for document, line in zip(documents, lines, strict=True):
        rows.setdefault(document, []).append(line)
    return [Article(key, "\n\n".join(row), "", language=code) for key, row in rows.items()]


def main() -> int:
    ap = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ap.add_argument("data", type=Path)
    folder = ap.parse_args().data / "ntrex"
    if not folder.is_dir():
        print(f"{folder} is not there: give the folder that holds ntrex/", file=sys.stderr)
        return 2
    base = 0.0
    for name, code, parses in RUNS:
        articles, shelf = read_documents(folder, code), ParserShelf(AnnotateConfig(parse=parses))
        annotate_articles(articles[:5], shelf)
        took = []
        for _ in range(PASSES):
            start = time.process_time()
            annotate_articles(articles, shelf)
            took.append(time.process_time() - start)
        speed = sum(len(a.text) for a in articles) / min(took)
        base = base or speed
        print(f"{name}_chars_a_cpu_second: {speed:,.0f} ({base / speed:.2f} times as long a character as English)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
