"""Scores the quotation stage on PolNeAR: `python benchmarks/quotations.py DATA [--part dev] [--peer] [--errors K]`.

DATA is the folder that holds `polnear/data/{train,dev}/{text,attributions}` and, for the token form, also
`cofenet/polnear/valid.txt`. Other people's corpus, for measuring only.

Definitions
- A gold attribution has source, cue and content spans; so has a quotation of ours. All spans are trimmed of blanks,
  quotation marks and closing punctuation at both ends, and of a leading "that" (PolNeAR counts it in, we don't).
- What is nested in another quotation of ours is left out: PolNeAR gives a word to one attribution (--nested counts it).
- Spans of one attribution between which no word stands are one span (PolNeAR cuts content at sentence ends).
- exact: the trimmed spans of two attributions are the same. overlap: Jaccard of their characters is at least 0.5.
  Gold and ours are matched one to one, best overlap first, for each of source, cue and content by itself.
- direct spans: content spans of 4 words or more that stand wholly in quotation marks, each by itself; exact F1. Their
  source and cue: of the spans matched, the share whose source (cue) overlaps the gold one; where gold has none, ours
  may be anything. What stands in marks is what `retold.annotate.marks` pairs, for gold, ours and the peer alike.
- An article with several annotators: scored against each, averaged.
- cue coverage: the share of gold cues that hold a form of the language's cues anywhere, or are its dash of a signature
  (`"…" — Name`); `direct`: of attributions with a direct span.
- token form: the article is rebuilt from its tokens, a paragraph a line, blanks as in print, ``…'' as “…”. Gold and
  ours are token spans, each run of one tag by itself, trimmed as above (edge tokens that are marks, punctuation or
  "that"); ours as flat tags: what is nested in another quotation is left out, as one token can't have two tags. Exact
  and overlap of token spans as above, matched one to one.
- --peer: textacy's direct quotations on the same articles in the same run, scored the same way. Speed of both: articles
  per CPU second of this process, median of 3 alternating rounds, parsers loaded and warm beforehand. Ours is the whole
  annotate stage (zones, sentences, quotations, speakers, citations, facts), the peer's spaCy's whole pipeline and the
  extraction.
- --growth: CPU time of every second article and of all of them.
- --errors K: K random misses (gold content that no content of ours overlaps) and K random false finds (the reverse),
  with what stands around them; of an article with several annotators, the first. Spans: [[content]] {{cue}} <<source>>.

Exit 0: scored; 2: misuse, a folder or the peer is not there.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from quotation_files import EDGES, ROLES, Attribution, LabelledText, Spans, TaggedText, read_labelled, read_tagged, trim
from quotation_peers import load_peer, miss_peer, print_growth, print_speeds
from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.cues import index_cues
from retold.annotate.marks import find_marked
from retold.annotate.words import find_words
from retold.languages import load_language
from retold.model import Article, Quotation, Span

Counts: TypeAlias = defaultdict[str, float]

WARM_UP = 2
SEED = 20
WINDOW_CHARS = 160
OVERLAP = 0.5


def jaccard(a: Spans, b: Spans) -> float:
    x = {i for s, e in a for i in range(s, e)}
    y = {i for s, e in b for i in range(s, e)}
    return len(x & y) / len(x | y) if x or y else 0.0


def match(gold: Sequence[Spans], ours: Sequence[Spans]) -> tuple[set[int], set[int]]:
    """Indices of gold and of ours that overlap, one to one, best first."""
    pairs = []
    for i, g in enumerate(gold):
        for j, o in enumerate(ours):
            if g and o and g[0][0] < o[-1][1] and o[0][0] < g[-1][1]:
                value = jaccard(g, o)
                if value >= OVERLAP:
                    pairs.append((-value, i, j))
    used_gold: set[int] = set()
    used_ours: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in used_gold and j not in used_ours:
            used_gold.add(i)
            used_ours.add(j)
    return used_gold, used_ours


def count_role(role: str, gold: Sequence[Spans], ours: Sequence[Spans], counts: Counts, weight: float) -> None:
    counts[f"{role}_gold"] += weight * len(gold)
    counts[f"{role}_ours"] += weight * len(ours)
    counts[f"{role}_exact"] += weight * sum((Counter(gold) & Counter(ours)).values())
    counts[f"{role}_overlap"] += weight * len(match(gold, ours)[0])


def find_in_marks(text: str) -> list[tuple[int, int]]:
    """What stands between quotation marks, in order."""
    lines = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    return [(s.start, s.end) for m in find_marked(text, lines, load_language("en")) for s in m.content]


def find_direct(
    text: str, attributions: Iterable[Attribution], marked: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Attribution]:
    """The direct spans, each with its attribution."""
    return {
        (s, e): attribution
        for attribution in attributions
        for s, e in attribution["content"]
        if len(find_words(text, Span(s, e))) >= 4 and any(a <= s and e <= b for a, b in marked)
    }


def measure(text: str, gold: Sequence[Attribution], ours: Sequence[Attribution], counts: Counts, weight: float) -> None:
    for role in ROLES:
        count_role(role, [a[role] for a in gold if a[role]], [a[role] for a in ours if a[role]], counts, weight)
    marked = find_in_marks(text)
    g_direct, o_direct = find_direct(text, gold, marked), find_direct(text, ours, marked)
    counts["direct_gold"] += weight * len(g_direct)
    counts["direct_ours"] += weight * len(o_direct)
    for span in sorted(g_direct.keys() & o_direct.keys()):
        counts["direct_exact"] += weight
        for role in ("source", "cue"):
            want, got = g_direct[span][role], o_direct[span][role]
            counts[f"direct_{role}"] += weight * (not want or jaccard(want, got) > 0)


def measure_all(corpus: Sequence[LabelledText], found: Sequence[Sequence[Attribution]]) -> Counts:
    counts: Counts = defaultdict(float)
    for article, ours in zip(corpus, found, strict=True):
        for gold in article.annotators:
            measure(article.text, gold, ours, counts, 1 / len(article.annotators))
    return counts


def print_f1(name: str, hits: float, ours: float, gold: float) -> None:
    f1 = 2 * hits / (ours + gold) if ours + gold else 0.0
    print(f"{name}_f1: {f1:.3f} (precision {hits / max(ours, 1e-9):.3f}, recall {hits / max(gold, 1e-9):.3f})")


def print_roles(counts: Counts, prefix: str = "") -> None:
    for role in ROLES:
        for kind in ("exact", "overlap"):
            print_f1(f"{prefix}{role}_{kind}", counts[f"{role}_{kind}"], counts[f"{role}_ours"], counts[f"{role}_gold"])


def print_direct(counts: Counts, prefix: str = "") -> None:
    hits = counts["direct_exact"]
    print_f1(f"{prefix}direct_exact", hits, counts["direct_ours"], counts["direct_gold"])
    for role in ("source", "cue"):
        print(f"{prefix}direct_{role}: {counts[f'direct_{role}'] / max(hits, 1e-9):.3f}")


def print_coverage(corpus: Sequence[LabelledText]) -> None:
    pattern, signing = index_cues(load_language("en")).pattern, load_language("en").cues.signing
    held: Counts = defaultdict(float)
    for article in corpus:
        marked, weight = find_in_marks(article.text), 1 / len(article.annotators)
        for gold in article.annotators:
            direct = {id(a) for a in find_direct(article.text, gold, marked).values()}
            for attribution in gold:
                if attribution["cue"]:
                    cue = " ".join(article.text[s:e] for s, e in attribution["cue"])
                    for kind in ("all", "direct") if id(attribution) in direct else ("all",):
                        held[kind] += weight
                        held[f"{kind}_held"] += weight * (pattern.search(cue) is not None or cue in signing)
    for kind in ("direct", "all"):
        print(f"cue_coverage_{kind}: {held[f'{kind}_held'] / max(held[kind], 1e-9):.3f}")


def read_spans(text: str, quotation: Quotation) -> Attribution:
    places = {
        "source": [quotation.source] if quotation.source else [],
        "cue": [quotation.cue] if quotation.cue else [],
        "content": list(quotation.content),
    }
    return {role: trim(text, ((s.start, s.end) for s in spans)) for role, spans in places.items()}


def find_ours(texts: Iterable[tuple[str, str]], shelf: ParserShelf) -> list[tuple[Quotation, ...]]:
    """The quotations of each of (name, text)."""
    articles = [Article(name, text, name, language="en") for name, text in texts]
    return [found.article.quotations for found in annotate_articles(articles, shelf)]


def trim_tokens(article: TaggedText, span: tuple[int, int]) -> Spans:
    """A token span without edge tokens that are marks or punctuation, or a leading "that"."""
    words = [article.text[s:e] for s, e in article.tokens[span[0] : span[1]]]
    first, last = 0, len(words)
    while first < last and (not words[first].strip(EDGES) or words[first].lower() == "that"):
        first += 1
    while last > first and not words[last - 1].strip(EDGES):
        last -= 1
    return ((span[0] + first, span[0] + last),) if first < last else ()


def measure_tagged(corpus: Sequence[TaggedText], found: Sequence[Sequence[Quotation]]) -> Counts:
    counts: Counts = defaultdict(float)
    for article, quotations in zip(corpus, found, strict=True):
        for role in ROLES:
            gold = [trim_tokens(article, span) for span in article.gold[role]]
            ours = []
            for quotation in quotations:
                for s, e in read_spans(article.text, quotation)[role] if quotation.within is None else ():
                    inside = [k for k, (a, b) in enumerate(article.tokens) if a < e and s < b]
                    ours.append(trim_tokens(article, (inside[0], inside[-1] + 1)))
            # a source or cue that two quotations share is one tag
            count_role(role, [g for g in gold if g], sorted({o for o in ours if o}), counts, 1)
    return counts


def show(text: str, attribution: Attribution) -> str:
    """An attribution in its surroundings, on one line."""
    low = min(s for spans in attribution.values() for s, _ in spans)
    high = max(e for spans in attribution.values() for _, e in spans)
    if high - low > 8 * WINDOW_CHARS:  # a part that stands far off
        low, high = attribution["content"][0][0], attribution["content"][-1][1]
    signs: list[tuple[int, int, str]] = []
    for role, (left, right) in {"content": ("[[", "]]"), "cue": ("{{", "}}"), "source": ("<<", ">>")}.items():
        for s, e in attribution[role]:
            signs += [(s, 1, left), (e, 0, right)]
    shown, at = "", max(0, low - WINDOW_CHARS)
    for place, _, sign in sorted(signs):
        if place >= at:
            shown += text[at:place] + sign
            at = place
    shown += text[at : high + WINDOW_CHARS]
    return re.sub(r"\s*\n\s*", " ¶ ", shown)


def print_errors(corpus: Sequence[LabelledText], found: Sequence[Sequence[Attribution]], size: int) -> None:
    """Random misses and false finds, each with what of the other side touches it."""
    listed: dict[str, list[str]] = {"miss": [], "false find": []}
    for article, ours in zip(corpus, found, strict=True):
        gold = article.annotators[0]
        used = match([a["content"] for a in gold], [a["content"] for a in ours])
        for kind, these, others, matched in (
            ("miss", gold, ours, used[0]),
            ("false find", ours, gold, used[1]),
        ):
            for i, attribution in enumerate(these):
                if i in matched:
                    continue
                spans = attribution["content"]
                touching = max(others, key=lambda a: jaccard(spans, a["content"]), default=None)
                lines = [f"{article.name}\n  {show(article.text, attribution)}"]
                if touching is not None and (value := jaccard(spans, touching["content"])) > 0:
                    lines.append(f"  other side, Jaccard {value:.2f}: {show(article.text, touching)}")
                listed[kind].append("\n".join(lines))
    for kind, items in listed.items():
        chosen = random.Random(SEED).sample(items, min(size, len(items)))
        print(f"\n{len(chosen)} of {len(items)}: {kind}")
        for i, item in enumerate(chosen, 1):
            print(f"{kind} {i}: {item}")


def score_tagged(path: Path, shelf: ParserShelf) -> None:
    if not path.is_file():
        print(f"token form: no {path}, not scored")
        return
    tagged = read_tagged(path)
    counts = measure_tagged(tagged, find_ours([(a.name, a.text) for a in tagged], shelf))
    print(f"token form: {len(tagged)} articles")
    print_roles(counts, "token_")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--part", default="dev", choices=["train", "dev"])
    parser.add_argument("--limit", type=int, metavar="N", help="the first N articles only")
    parser.add_argument("--no-parse", action="store_true", help="marks and rules alone")
    parser.add_argument("--breadth", default="all", choices=["said", "all"], help="what counts as an attribution")
    parser.add_argument("--nested", action="store_true", help="count what is nested in another quotation, too")
    parser.add_argument("--peer", action="store_true", help="textacy beside it")
    parser.add_argument("--growth", action="store_true", help="CPU time of half the articles and of all")
    parser.add_argument("--errors", type=int, default=0, metavar="K", help="print K misses and K false finds")
    return parser.parse_args()


def main() -> int:
    """Reads the folder named on the command line and prints the figures."""
    arguments = read_arguments()
    folder = arguments.data / "polnear" / "data" / arguments.part
    corpus = read_labelled(folder)[: arguments.limit]
    if not corpus:
        print(f"no articles in {folder}: name the folder that holds polnear/data", file=sys.stderr)
        return 2
    if arguments.peer and (missing := miss_peer()):
        print(missing, file=sys.stderr)
        return 2
    config = AnnotateConfig(parse=not arguments.no_parse, breadth=arguments.breadth)
    shelf = ParserShelf(config, lambda message: print(message, file=sys.stderr))
    texts = [(article.name, article.text) for article in corpus]
    find_ours(texts[:WARM_UP], shelf)

    started = time.process_time()
    quotations = find_ours(texts, shelf)
    spent_s = time.process_time() - started
    found = [
        [read_spans(text, q) for q in some if q.within is None or arguments.nested]
        for (_, text), some in zip(texts, quotations, strict=True)
    ]
    counts = measure_all(corpus, found)
    print(f"{arguments.part}: {len(corpus)} articles")
    print_roles(counts)
    print_direct(counts)
    print_coverage(corpus)
    if not arguments.peer:
        print(f"articles_per_cpu_second: {len(corpus) / spent_s:.1f}")
    else:
        run_peer(corpus, lambda: find_ours(texts, shelf))
    if arguments.growth:
        half = texts[::2]
        sizes = sum(len(text) for _, text in half), sum(len(text) for _, text in texts)
        print_growth(lambda: find_ours(half, shelf), lambda: find_ours(texts, shelf), sizes)
    if arguments.part == "dev" and arguments.limit is None:
        score_tagged(arguments.data / "cofenet" / "polnear" / "valid.txt", shelf)
    if arguments.errors:
        print_errors(corpus, found, arguments.errors)
    return 0


def run_peer(corpus: Sequence[LabelledText], ours: Callable[[], object]) -> None:
    """The peer's figures, and the speed of both."""
    find = load_peer()
    texts = [article.text for article in corpus]
    result = find(texts)
    counts = measure_all(corpus, result.found)
    print(f"peer: textacy, {result.refused} articles refused for an odd number of marks")
    print_direct(counts, "peer_")
    for kind in ("exact", "overlap"):
        print_f1(f"peer_content_{kind}", counts[f"content_{kind}"], counts["content_ours"], counts["content_gold"])
    print_speeds(ours, lambda: find(texts), len(corpus))


if __name__ == "__main__":
    sys.exit(main())
