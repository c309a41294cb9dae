"""Fits the weights of `retold.annotate.odds` on PolNeAR's training part: `python benchmarks/fit_odds.py DATA OUT`.

DATA is the folder that holds `polnear/data/train`; OUT is the file to write, `src/retold/languages/en.odds.tsv`. Needs
NumPy, SciPy and the English parser. Nothing of the corpus goes into OUT but single common words with their weights: a
name is "NNP" and a figure "CD" to a sign, what is mostly written with a capital is left out, and a sign counts that
occurs in ARTICLES articles or more.

Method: logistic regression with squared penalty. The target of an option is not yes or no: it is the mean of whether
its Jaccard (characters, trimmed as in `quotations.py`) with the content that an annotator gave the same cue reaches
each of STEPS, so that one model weighs both whether anything is introduced and where it ends; of several annotators,
their mean. After a first fit the signs of small weight are dropped, and the rest fitted again.

Prints how many options and signs there are. Exit 0: written; 2: misuse.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from quotation_files import LabelledText, Spans, read_labelled, trim
from quotations import jaccard
from retold.annotate.bounds import cut_long_paragraphs
from retold.annotate.cues import index_cues
from retold.annotate.drafts import Draft
from retold.annotate.odds import Weighed, weigh_paragraph
from retold.annotate.paragraphs import Paragraph
from retold.annotate.parse import Parse, load_parser
from retold.annotate.quotations import find_quotations_batch
from retold.annotate.sentences import find_sentences
from retold.annotate.zones import find_zones
from retold.languages import load_language
from retold.model import Article, Span

STEPS = (0.5, 0.7, 0.9, 0.98)
ARTICLES = 3
PENALTY = 5.0
SMALL, DROPPED = 0.04, 0.05
LEAST = 0.18
"""Where overlap F1 on dev is highest, of .15 to .27; it moves by .004 at most."""
ROUNDS = 120


def collect(corpus: Sequence[LabelledText]) -> tuple[list[tuple[str, ...]], list[float], list[int]]:
    """The signs of every option, its target, and the number of its article."""
    language = load_language("en")
    cues = index_cues(language)
    seen: list[tuple[str, Paragraph, Parse, tuple[Draft, ...], tuple[Span, ...]]] = []

    def keep(
        text: str, paragraph: Paragraph, parse: Parse, drafts: Sequence[Draft], taken: Sequence[Span]
    ) -> list[Draft]:
        seen.append((text, paragraph, parse, tuple(drafts), tuple(taken)))
        return list(drafts)

    prepared = []
    for labelled in corpus:
        article = Article(labelled.name, labelled.text, labelled.name, language="en")
        article = replace(article, zones=cut_long_paragraphs(article.text, find_zones(article, language)))
        prepared.append((article, find_sentences(article, article.zones)))
    find_quotations_batch(prepared, language, load_parser(language), keep)
    signs: list[tuple[str, ...]] = []
    targets: list[float] = []
    numbers: list[int] = []
    places = {labelled.text: number for number, labelled in enumerate(corpus)}
    for text, paragraph, parse, drafts, taken in seen:
        number = places[text]
        for one in weigh_paragraph(parse, paragraph.zone.role, drafts, taken, cues, language, None):
            signs.append(one.signs)
            targets.append(rate(one, corpus[number]))
            numbers.append(number)
    return signs, targets, numbers


def rate(one: Weighed, labelled: LabelledText) -> float:
    """How well an option fits what the annotators gave its cue, from 0 to 1."""
    content = trim(labelled.text, [(one.content.start, one.content.end)])
    total = 0.0
    for annotator in labelled.annotators:
        same_cue = [a["content"] for a in annotator if any(s < one.cue.end and one.cue.start < e for s, e in a["cue"])]
        best = max((jaccard(content, gold) for gold in same_cue if meets(content, gold)), default=0.0)
        if not same_cue:
            best = max((jaccard(content, a["content"]) for a in annotator if content == a["content"]), default=0.0)
        total += sum(best >= step for step in STEPS) / len(STEPS)
    return total / len(labelled.annotators)


def find_proper(texts: Sequence[str]) -> frozenset[str]:
    """The words that stand with a capital more often than without: names, which no sign may hold."""
    large, small = Counter[str](), Counter[str]()
    for text in texts:
        for word in re.findall(r"[^\W\d_]+", text):
            (large if word[0].isupper() else small)[word.lower()] += 1
    return frozenset(word for word in large if large[word] > small[word]) - {"i"}


def meets(a: Spans, b: Spans) -> bool:
    return bool(a and b) and a[0][0] < b[-1][1] and b[0][0] < a[-1][1]


def make_matrix(signs: Sequence[tuple[str, ...]], columns: dict[str, int]) -> csr_matrix:
    places: list[int] = []
    ends = [0]
    for some in signs:
        places.extend(sorted({columns[sign] for sign in some if sign in columns}))
        ends.append(len(places))
    return csr_matrix((np.ones(len(places)), places, ends), shape=(len(signs), len(columns)))


def fit(matrix: csr_matrix, targets: np.ndarray, penalty: float) -> np.ndarray:
    turned = matrix.T.tocsr()

    def lose(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        probabilities = 1 / (1 + np.exp(-scores))
        loss = np.logaddexp(0, scores).sum() - targets @ scores
        return loss + penalty / 2 * weights @ weights, turned @ (probabilities - targets) + penalty * weights

    return np.asarray(
        minimize(lose, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    )


def main() -> int:
    """Reads the folder named on the command line and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N articles only")
    arguments = parser.parse_args()
    corpus = read_labelled(arguments.data / "polnear" / "data" / "train")[: arguments.limit]
    if not corpus:
        print(f"no articles in {arguments.data / 'polnear' / 'data' / 'train'}", file=sys.stderr)
        return 2
    signs, targets, numbers = collect(corpus)
    spread: Counter[str] = Counter()
    held: dict[str, int] = {}
    for some, number in zip(signs, numbers, strict=True):
        for sign in some:
            if held.get(sign) != number:
                held[sign] = number
                spread[sign] += 1
    introduced = {
        sign for some, target in zip(signs, targets, strict=True) if target for sign in some if sign[:4] == "cue "
    }
    proper = find_proper([labelled.text for labelled in corpus])
    names = sorted(s for s, count in spread.items() if count >= ARTICLES and proper.isdisjoint(s.split()))
    goals = np.array(targets)
    for small in (SMALL, DROPPED):
        matrix = make_matrix(signs, {name: i for i, name in enumerate(names)})
        weights = fit(matrix, goals, PENALTY)
        pairs = [
            (name, weight)
            for name, weight in zip(names, weights, strict=True)
            if abs(weight) >= small or name in introduced
        ]
        names = [name for name, _ in pairs]
        print(f"{len(signs)} options, {matrix.shape[1]} signs, {len(names)} kept", flush=True)
    lines = [
        f"least\t{LEAST}",
        *(f"{name}\t{weight:.2f}" for name, weight in pairs if name in introduced or name[:4] != "cue "),
    ]
    arguments.out.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
