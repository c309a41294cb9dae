"""Measures what the order of arrival does to stories in a library: `python benchmarks/arrival.py DATA [CASES]`.

DATA and CASES as for stories.py; all their articles go into one library. It is built in one go, and then with four
fifths at once and the rest in portions of 30, in mixed orders, always by the counts of words of the first portion: the
most that it can differ before the library counts anew. Prints how many articles have the same story both times, and B³
F1 of each against the labels. Nothing is traced, which has no part in it.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from retold.annotate.annotation import AnnotateConfig
from retold.evidence import CompareConfig
from retold.library import LibraryConfig, open_library
from retold.library import library as library_module
from retold.model import Article
from retold.read.batch import hash_text
from stories import rate_b_cubed, read_basil, read_case, read_ecbplus

PORTION, SEEDS, AT_ONCE = 30, 3, 0.81


def read_all(data: Path, cases: Sequence[Path]) -> dict[str, tuple[Article, str]]:
    labelled = [*read_ecbplus(data / "ecbplus"), *read_basil(data / "basil")]
    for folder in cases:
        for path in sorted(folder.glob("*/gold.json")):
            labelled += [(article, f"{path.parent.name} {story}") for article, story in read_case(path.parent)]
    found: dict[str, tuple[Article, str]] = {}
    for annotated, story in labelled:
        a = annotated.article
        digest = hash_text(a.text)
        found[digest] = (
            Article("", a.text, digest, outlet=a.outlet, language=a.language, published=a.published),
            story,
        )
    return found


def build(parts: Sequence[Sequence[Article]]) -> dict[str, str]:
    """The story of each article, by the hash of its text."""
    config = LibraryConfig(CompareConfig(annotate=AnnotateConfig(parse=False)), regroup_up_to=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        with open_library(path, create=True, config=config) as library:
            for part in parts:
                library.add(part)
        with sqlite3.connect(path) as connection:
            rows = connection.execute("SELECT sha256, story_id FROM articles WHERE is_latest = 1").fetchall()
    return {digest: str(story) for digest, story in rows}


def collect(stories: dict[str, str]) -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {}
    for digest, story in stories.items():
        members.setdefault(story, set()).add(digest)
    return {digest: frozenset(members[story]) for digest, story in stories.items()}


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    given = read_all(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
    if not given:
        print(f"nothing to read in {sys.argv[1]}", file=sys.stderr)
        return 2
    setattr(library_module, "trace_waiting", lambda *_: ())  # noqa: B010 (a module's name, for this run)
    for seed in range(1, SEEDS + 1):
        order = Random(seed).sample([article for article, _ in given.values()], len(given))
        cut = round(len(order) * AT_ONCE)
        parts = [order[:cut], *(order[at : at + PORTION] for at in range(cut, len(order), PORTION))]
        whole, grown = build([order]), build(parts)
        digests = sorted(whole)
        gold = [given[digest][1] for digest in digests]
        one, other = collect(whole), collect(grown)
        same = sum(one[digest] == other[digest] for digest in digests)
        scores = [rate_b_cubed([stories[d] for d in digests], gold)[0] for stories in (whole, grown)]
        print(
            f"order {seed}: {same} of {len(digests)} articles in the same story; B3 {scores[0]:.3f} in one go, "
            f"{scores[1]:.3f} in {len(parts)} portions",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
