"""How well passages tell degrees of reuse: Clough & Stevenson (2011), short answers and the page they drew on.

    python benchmarks/passages.py DATA        # DATA/clough/labels.csv: source,answer,label; the texts beside it

Prints two-class (reused or not) and four-class (cut, light, heavy, non) accuracy, each answer judged by the others
(leave one out), and the time for a pair. Published: 94.7 % and 80 % (naive Bayes over n-gram and LCS features).
"""

import csv
import hashlib
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from retold.annotate.sentences import find_sentences
from retold.model import AnnotatedArticle, Article, Span, Zone
from retold.relate.passages import PassagesConfig, find_passages
from retold.relate.weights import weigh_stems

Features: TypeAlias = tuple[float, float]


def read_text(path: Path) -> AnnotatedArticle:
    """One text as an article with a single body zone: the lines are wrapped, so they are no paragraphs."""
    text = path.read_bytes().decode("utf-8", "replace")
    article = Article(path.name, text, hashlib.sha256(text.encode()).hexdigest(), language="en")
    return AnnotatedArticle(article, find_sentences(article, (Zone("body", Span(0, len(text))),)))


def measure_pair(source: AnnotatedArticle, answer: AnnotatedArticle) -> Features:
    """Shares of the answer's characters: in any passage (weighted by score), and in those that keep every word."""
    weights = weigh_stems([source, answer])
    passages = find_passages(answer, source, weights, PassagesConfig())
    size = max(1, len(answer.article.text))
    told = sum((p.from_.span.end - p.from_.span.start) * p.score for p in passages)
    kept = sum(p.from_.span.end - p.from_.span.start for p in passages if p.kind == "verbatim")
    return told / size, kept / size


def guess(case: Features, others: list[tuple[Features, str]]) -> str:
    """Not reused below the best dividing line of the others; else the reused class whose mean is nearest."""
    values = sorted({features[0] for features, _ in others})

    def count_right(line: float) -> int:
        return sum((features[0] < line) == (label == "non") for features, label in others)

    # of equally good lines the one in the widest gap
    least = max(((count_right((x + y) / 2), y - x, (x + y) / 2) for x, y in pairwise(values)))[2]
    if case[0] < least:
        return "non"
    rows: dict[str, list[Features]] = {}
    for features, label in others:
        if label != "non":
            rows.setdefault(label, []).append(features)
    means = {k: [sum(f[d] for f in v) / len(v) for d in (0, 1)] for k, v in sorted(rows.items())}
    return min(means, key=lambda k: sum((case[d] - means[k][d]) ** 2 for d in (0, 1)))


def main() -> int:
    """Reads the folder named on the command line and prints the figures."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1]) / "clough"
    if not (folder / "labels.csv").exists():
        print(f"no {folder / 'labels.csv'}: give the folder that holds clough/", file=sys.stderr)
        return 2
    cases: list[tuple[Features, str]] = []
    spent_s = 0.0
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as rows:
        for source, answer, label in csv.reader(rows):
            if not (folder / answer).exists():  # a header
                continue
            one, other = read_text(folder / source), read_text(folder / answer)
            started = time.perf_counter()
            cases.append((measure_pair(one, other), label))
            spent_s += time.perf_counter() - started
    guesses = [guess(features, cases[:n] + cases[n + 1 :]) for n, (features, _) in enumerate(cases)]
    four = sum(g == label for g, (_, label) in zip(guesses, cases, strict=True)) / len(cases)
    two = sum((g == "non") == (label == "non") for g, (_, label) in zip(guesses, cases, strict=True)) / len(cases)
    print(f"clough: {len(cases)} answers, two-class {two:.3f}, four-class {four:.3f}")
    print(f"{1000 * spent_s / len(cases):.1f} ms a pair")
    return 0


if __name__ == "__main__":
    sys.exit(main())
