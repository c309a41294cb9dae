"""Measures the grouping of articles into stories on labelled sets: `python benchmarks/stories.py DATA [CASES]`.

DATA is a folder with `ecbplus`, `basil` and `tgcontest` (each may be missing, which is said). CASES is a folder of
story folders with a `gold.json` each. Prints one line a set: B³ F1, precision and recall, or F1 over pairs; also for
invented look-alikes (lookalikes.py): one form filled in for many events.

Beside each figure stands that of a peer in the same run, where scikit-learn is installed: TF-IDF over words and pairs
of words, average linkage over cosine distances, cut at the distance best for that very set (which flatters it).
"""

import csv
import hashlib
import html
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

from msgspec import structs

from lookalikes import make_lookalikes, make_series
from retold.annotate.citations import find_citations
from retold.annotate.sentences import find_sentences
from retold.annotate.zones import find_zones
from retold.languages import known_languages, load_language
from retold.model import AnnotatedArticle, Article, Published
from retold.relate.stories import StoriesConfig, group_stories

TOKEN = re.compile(r'<token t_id="\d+" sentence="(\d+)" number="\d+">([^<]*)</token>')
Labelled = list[tuple[AnnotatedArticle, str]]


def annotate(
    name: str, text: str, published: str | None = None, code: str = "en", outlet: str | None = None
) -> AnnotatedArticle:
    date = Published(published, "day" if len(published) <= 10 else "minute", "metadata") if published else None
    language = load_language(code if code in known_languages() else "en")
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = Article(name, text, digest, outlet=outlet, language=code, published=date)
    article = structs.replace(article, zones=find_zones(article, language))
    sentences = find_sentences(article, article.zones)
    outlets = frozenset() if outlet is None else frozenset({outlet})
    article = structs.replace(article, citations=find_citations(article, sentences, language, outlets))
    return AnnotatedArticle(article, sentences)


def read_ecbplus(folder: Path) -> Labelled:
    """The two events of each topic, one in the `ecb` files and one in the `ecbplus` files, are two stories."""
    found: Labelled = []
    for path in sorted(folder.glob("ECB+/*/*.xml")):
        sentences: dict[int, list[str]] = {}
        for number, word in TOKEN.findall(path.read_text("utf-8")):
            sentences.setdefault(int(number), []).append(html.unescape(word))
        lines = [" ".join(words) for _, words in sorted(sentences.items()) if words[:2] != ["http", ":"]]
        text = re.sub(r" ([.,;:!?)'])", r"\1", "\n\n".join(lines))
        topic, _, rest = path.stem.partition("_")
        found.append((annotate(path.stem, text), topic + ("plus" if rest.endswith("plus") else "")))
    return found


def read_basil(folder: Path) -> Labelled:
    found: Labelled = []
    for path in sorted(folder.glob("articles/*/*.json")):
        row = json.loads(path.read_text("utf-8"))
        text = "\n\n".join([row["title"], *(" ".join(lines) for lines in row["body-paragraphs"])])
        found.append((annotate(path.stem, text, row.get("date") or None), row["triplet-uuid"]))
    return found


def read_pairs(folder: Path, code: str) -> list[tuple[Labelled, bool]]:
    """The judged pairs of all pools of a language."""
    found: list[tuple[Labelled, bool]] = []
    for path in sorted(folder.glob(f"{code}_*.tsv")):
        for row in csv.DictReader(path.read_text("utf-8").splitlines(keepends=True), delimiter="\t"):
            if row["GOLDEN:quality"] not in ("OK", "BAD"):
                continue
            is_same = row["GOLDEN:quality"] == "OK"
            texts = [f"{row[f'INPUT:{side}_title']}\n\n{row[f'INPUT:{side}_text']}" for side in ("first", "second")]
            pair = [(annotate(str(i), text, code=code), str(0 if is_same else i)) for i, text in enumerate(texts)]
            found.append((pair, is_same))
    return found


def read_case(folder: Path) -> Labelled:
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    return [
        (
            annotate(
                name,
                (folder / f"{name}.txt").read_text("utf-8"),
                row.get("published") or None,
                row.get("lang", "en"),
                row.get("outlet"),
            ),
            str(row.get("story", 1)),
        )
        for name, row in gold["articles"].items()
    ]


def label(items: Labelled) -> list[str]:
    stories = group_stories([article for article, _ in items], StoriesConfig())
    of = {name: story.id for story in stories for name in story.articles}
    return [of[article.article.id] for article, _ in items]


def count_pairs(items: Labelled) -> tuple[int, int, int]:
    """True positives, predicted and gold pairs."""
    labels = label(items)
    both = [(labels[i] == labels[j], items[i][1] == items[j][1]) for i, j in combinations(range(len(items)), 2)]
    return sum(p and g for p, g in both), sum(p for p, _ in both), sum(g for _, g in both)


def f1(hits: int, predicted: int, gold: int) -> float:
    return 2 * hits / (predicted + gold) if predicted + gold else 0.0


def rate_b_cubed(labels: Sequence[object], gold: Sequence[str]) -> tuple[float, float, float]:
    """F1, precision and recall (Bagga & Baldwin 1998)."""
    sizes, truths, both = Counter(labels), Counter(gold), Counter(zip(labels, gold, strict=True))
    precision = sum(n * n / sizes[a] for (a, _), n in both.items()) / len(gold)
    recall = sum(n * n / truths[b] for (_, b), n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall), precision, recall


def print_b_cubed(name: str, items: Labelled) -> None:
    start = time.perf_counter()
    labels, gold = label(items), [story for _, story in items]
    wall_s = time.perf_counter() - start
    score, precision, recall = rate_b_cubed(labels, gold)
    parts = f"precision {precision:.3f}, recall {recall:.3f}; {len(items)} articles, {wall_s:.1f} s"
    peers = [rate_b_cubed(found, gold) for found in cluster_by_tfidf([a.article.text for a, _ in items])]
    peer = f"; TF-IDF at its best cut {max(peers)[0]:.3f}" if peers else ""
    print(f"{name}: B3 {score:.3f} ({parts}){peer}", flush=True)


CUTS = [round(0.5 + 0.02 * n, 2) for n in range(24)]
"""The distances at which the peer is cut, of which its best one counts."""


def cluster_by_tfidf(texts: Sequence[str]) -> list[list[int]]:
    """The peer's labels at each of `CUTS`; none where scikit-learn is not installed."""
    try:
        from scipy.cluster.hierarchy import fcluster, linkage
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return []
    rows = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1).fit_transform(texts)
    tree = linkage(rows.toarray(), "average", metric="cosine")
    return [[int(n) for n in fcluster(tree, cut, "distance")] for cut in CUTS]


def rate_pairs_by_tfidf(pairs: Sequence[tuple[Labelled, bool]]) -> float | None:
    """The peer's best F1 over pairs, by one cut on the cosine of the two, all texts of the set being its collection."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return None
    texts = [article.article.text for pair, _ in pairs for article, _ in pair]
    rows = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    cosines = [float((rows[2 * i] @ rows[2 * i + 1].T).sum()) for i in range(len(pairs))]
    truth = [is_same for _, is_same in pairs]
    best = 0.0
    for cut in sorted(cosines):
        told = [cosine >= cut for cosine in cosines]
        best = max(best, f1(sum(p and g for p, g in zip(told, truth, strict=True)), sum(told), sum(truth)))
    return best


def print_lookalikes() -> None:
    """Forms filled in for other events: all together, and two events at a time."""
    for name, rows in (("many places", make_lookalikes(40)), ("one place", make_series(30))):
        items = [(annotate(str(n), row.text, row.day, row.language), row.event) for n, row in enumerate(rows)]
        print_b_cubed(f"look-alikes, {name}", items)
        two = [pair for pair in pairwise(items) if pair[0][1] != pair[1][1]]
        joined = sum(len(set(label(list(pair)))) == 1 for pair in two)
        told = [pair for pair in pairwise(items) if pair[0][1] == pair[1][1]]
        found = sum(len(set(label(list(pair)))) == 1 for pair in told)
        print(f"look-alikes, {name}, two at a time: {joined} of {len(two)} joined; one event: {found} of {len(told)}")


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    data = Path(sys.argv[1])
    if not data.is_dir():
        print(f"no folder {data}: give the folder that holds ecbplus, basil and tgcontest", file=sys.stderr)
        return 2
    for name, read in (("ecbplus", read_ecbplus), ("basil", read_basil)):
        items = read(data / name)
        if items:
            print_b_cubed(name, items)
        else:
            print(f"{name}: missing in {data}")
    for code in ("en", "ru"):
        pairs = read_pairs(data / "tgcontest", code)
        if not pairs:
            print(f"tgcontest {code}: missing in {data}")
            continue
        counts = [count_pairs(pair) for pair, _ in pairs]
        best = rate_pairs_by_tfidf(pairs)
        peer = "" if best is None else f"; TF-IDF at its best cut {best:.3f}"
        print(f"tgcontest {code}: F1 {f1(*map(sum, zip(*counts, strict=True))):.3f} ({len(counts)} pairs){peer}")
    print_lookalikes()
    for folder in map(Path, sys.argv[2:]):
        cases = [read_case(path.parent) for path in sorted(folder.glob("*/gold.json"))]
        if not cases:
            print(f"{folder}: no story folders with a gold.json")
            continue
        bare = [
            [(structs.replace(a, article=structs.replace(a.article, published=None)), s) for a, s in case]
            for case in cases
        ]
        for name, some in (("dated", cases), ("without dates", bare)):
            counts = [count_pairs(case) for case in some]
            mixed = [
                (structs.replace(a, article=structs.replace(a.article, id=f"{n}.{a.article.id}")), f"{n}.{story}")
                for n, case in enumerate(some)
                for a, story in case
            ]
            print_b_cubed(f"{folder} {name}, all thrown together", mixed)
            print(f"{folder} {name}: pair F1 {f1(*map(sum, zip(*counts, strict=True))):.3f} ({len(some)} stories)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
