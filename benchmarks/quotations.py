"""Scores the quotation stage on PolNeAR's brat files: `python benchmarks/quotations.py DATA [--part dev] [--peer]`.

DATA is the folder that holds `polnear/data/{train,dev}/{text,attributions}`. Other people's corpus, for measuring only.

Definitions
- A gold attribution has source, cue and content spans; so has a quotation of ours. All spans are trimmed of blanks,
  quotation marks and closing punctuation at both ends, and of a leading "that" (PolNeAR counts it in, we don't).
- Spans of one attribution between which no word stands are one span (PolNeAR cuts content at sentence ends).
- exact: the trimmed spans of two attributions are the same. overlap: Jaccard of their characters is at least 0.5.
  Gold and ours are matched one to one, best overlap first, for each of source, cue and content by itself.
- direct spans: content spans of 4 words or more that stand wholly in quotation marks, each by itself; exact F1. Their
  source and cue: of the spans matched, the share whose source (cue) overlaps the gold one; where gold has none, ours
  may be anything.
- An article with several annotators: scored against each, averaged.
- speed: articles per CPU second of zones, sentences, quotations and speakers, the parser loaded beforehand.
"""

import argparse
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.marks import find_marked
from retold.annotate.words import find_words
from retold.languages import load_language
from retold.model import Article, Span

Spans = tuple[tuple[int, int], ...]
Attribution = dict[str, Spans]
_EDGES = " \n\t\r\"“”„«»‘’'.,;:–—-!?…()[]"


def trim(text: str, spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans without blanks, marks and punctuation at the ends, or a leading "that"."""
    kept = []
    for start, end in spans:
        for _ in range(2):
            while start < end and text[start] in _EDGES:
                start += 1
            while end > start and text[end - 1] in _EDGES:
                end -= 1
            if re.match(r"that\s", text[start : start + 5], re.IGNORECASE):
                start += 4
        if start < end:
            kept.append((start, end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(kept):
        if joined and not re.search(r"\w", text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def read_brat(path: Path, text: str) -> list[Attribution]:
    """The attributions of one annotator's file."""
    spans: dict[str, list[tuple[int, int]]] = {}
    events: list[dict[str, list[str]]] = []
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("\t")
        if line.startswith("T") and len(fields) >= 2:
            spans[fields[0]] = [
                (int(a), int(b)) for a, b in (part.split()[-2:] for part in fields[1].split(" ", 1)[1].split(";"))
            ]
        elif line.startswith("E") and len(fields) >= 2:
            roles: dict[str, list[str]] = defaultdict(list)
            for item in fields[1].split():
                role, _, reference = item.partition(":")
                roles[re.sub(r"\d+$", "", role)].append(reference)
            events.append(roles)
    found = []
    for event in events:
        attribution = {
            role.lower(): trim(text, (s for ref in event.get(role, []) for s in spans.get(ref, [])))
            for role in ("Source", "Cue", "Content")
        }
        if attribution["content"]:
            found.append(attribution)
    return found


def jaccard(a: Spans, b: Spans) -> float:
    x = {i for s, e in a for i in range(s, e)}
    y = {i for s, e in b for i in range(s, e)}
    return len(x & y) / len(x | y) if x or y else 0.0


def count_matches(gold: list[Spans], ours: list[Spans]) -> tuple[int, int]:
    """(exact, overlap) matches, one to one."""
    exact = sum((Counter(gold) & Counter(ours)).values())
    pairs = []
    for i, g in enumerate(gold):
        for j, o in enumerate(ours):
            if g and o and g[0][0] < o[-1][1] and o[0][0] < g[-1][1]:
                v = jaccard(g, o)
                if v >= 0.5:
                    pairs.append((-v, i, j))
    used_gold: set[int] = set()
    used_ours: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in used_gold and j not in used_ours:
            used_gold.add(i)
            used_ours.add(j)
    return exact, len(used_gold)


def in_marks(text: str) -> list[tuple[int, int]]:
    language = load_language("en")
    lines = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    return [(s.start, s.end) for m in find_marked(text, lines, language) for s in m.content]


def direct_spans(
    text: str, attributions: list[Attribution], marked: list[tuple[int, int]]
) -> dict[tuple[int, int], Attribution]:
    found = {}
    for attribution in attributions:
        for s, e in attribution["content"]:
            if len(find_words(text, Span(s, e))) >= 4 and any(a <= s and e <= b for a, b in marked):
                found[s, e] = attribution
    return found


def measure(text: str, gold: list[Attribution], ours: list[Attribution], counts: Counter[str], weight: float) -> None:
    for role in ("source", "cue", "content"):
        g = [a[role] for a in gold if a[role]]
        o = [a[role] for a in ours if a[role]]
        exact, overlap = count_matches(g, o)
        counts[f"{role}_gold"] += weight * len(g)
        counts[f"{role}_ours"] += weight * len(o)
        counts[f"{role}_exact"] += weight * exact
        counts[f"{role}_overlap"] += weight * overlap
    marked = in_marks(text)
    g_direct, o_direct = direct_spans(text, gold, marked), direct_spans(text, ours, marked)
    counts["direct_gold"] += weight * len(g_direct)
    counts["direct_ours"] += weight * len(o_direct)
    for span in g_direct.keys() & o_direct.keys():
        counts["direct_exact"] += weight
        for role in ("source", "cue"):
            want, got = g_direct[span][role], o_direct[span][role]
            counts[f"direct_{role}"] += weight * (not want or jaccard(want, got) > 0)


def print_f1(name: str, hits: float, ours: float, gold: float) -> None:
    f1 = 2 * hits / (ours + gold) if ours + gold else 0.0
    print(f"{name}_f1: {f1:.3f} (precision {hits / max(ours, 1e-9):.3f}, recall {hits / max(gold, 1e-9):.3f})")


def report(counts: Counter[str], seconds: float, articles: int) -> None:
    for role in ("source", "cue", "content"):
        for kind in ("exact", "overlap"):
            hits, ours, gold = counts[f"{role}_{kind}"], counts[f"{role}_ours"], counts[f"{role}_gold"]
            print_f1(f"{role}_{kind}", hits, ours, gold)
    hits = counts["direct_exact"]
    print_f1("direct_exact", hits, counts["direct_ours"], counts["direct_gold"])
    print(f"direct_source: {counts['direct_source'] / max(hits, 1e-9):.3f}")
    print(f"direct_cue: {counts['direct_cue'] / max(hits, 1e-9):.3f}")
    print(f"articles_per_cpu_second: {articles / seconds:.1f}")


def load(folder: Path) -> list[tuple[str, str, list[list[Attribution]]]]:
    loaded = []
    annotations = defaultdict(list)
    for path in sorted((folder / "attributions").glob("*.ann")):
        annotations[path.stem.rsplit("_", 1)[0]].append(path)
    for name, paths in sorted(annotations.items()):
        text = (folder / "text" / f"{name}.txt").read_text("utf-8")
        loaded.append((name, text, [read_brat(path, text) for path in paths]))
    return loaded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", default="dev", choices=["train", "dev"])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--no-parse", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.data / "polnear" / "data" / arguments.part
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: name the folder that holds polnear/data")
    corpus = load(folder)[: arguments.limit]
    shelf = ParserShelf(AnnotateConfig(parse=not arguments.no_parse))
    shelf.find(load_language("en"))
    articles = [Article(name, text, name, language="en") for name, text, _ in corpus]
    started = time.process_time()
    annotated = annotate_articles(articles, shelf)
    seconds = time.process_time() - started
    counts: Counter[str] = Counter()
    for result, (_, text, annotators) in zip(annotated, corpus, strict=True):
        ours = [
            {
                "content": trim(text, ((s.start, s.end) for s in q.content)),
                "cue": trim(text, [(q.cue.start, q.cue.end)] if q.cue else []),
                "source": trim(text, [(q.source.start, q.source.end)] if q.source else []),
            }
            for q in result.article.quotations
        ]
        for gold in annotators:
            measure(text, gold, ours, counts, 1 / len(annotators))
    report(counts, seconds, len(articles))


if __name__ == "__main__":
    main()
