"""Measures what becomes of quotations: `python benchmarks/changes.py [DATA]`.

DATA is a folder with `msrp/msr_paraphrase_train.txt` (pairs of sentences from two reports of one event). Of the pairs
with quotation marks on both sides, the two quotations that share most words are compared: how often the label is what
an obvious oracle over words says (the same words, one run of them, runs with a hole, …).

Then, with or without DATA, the growth: one story of 200 and of 400 reports, reworded by rule from an invented story of
the tests; CPU time of each by rules alone, the ratio (asked for: at most 2.2), time per report, and peak memory.
"""

import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.model import Article, Published, ReadingForm, Span
from retold.read.batch import hash_text
from retold.relate.stories import StoriesConfig, group_stories
from retold.trace.changes import compare_wordings
from retold.trace.tracing import TraceConfig, trace_story
from retold.trace.wordings import make_wording

STORY = Path(__file__).parent.parent / "tests" / "cases" / "stories" / "41-tallow-bridge"
SIZES = (200, 400)
MOST_RATIO = 2.2
LEAST_WORDS = 3
MARKED = re.compile(r'(?<!\w)["“]([^"“”]+)["”]')
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SHOWN_GAP = re.compile(r"\.\s?\.\s?\.|…")


def fold(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in WORD.findall(text)]


def find_form(text: str, span: Span) -> ReadingForm:
    """A quotation inside a clause: it begins with a small letter, after a word."""
    before = text[: span.start - 1].rstrip()
    return "mixed" if span.cut(text)[:1].islower() and before[-1:].isalpha() else "direct"


def find_run(words: Sequence[str], run: Sequence[str]) -> bool:
    return any(list(words[i : i + len(run)]) == list(run) for i in range(len(words) - len(run) + 1))


def is_subsequence(words: Sequence[str], part: Sequence[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in part)


def find_overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the one ends with what the other begins with, in three words or more."""
    return any(list(one[-n:]) == list(other[:n]) for n in range(LEAST_WORDS, min(len(one), len(other))))


def name_label(earlier: Sequence[str], later: Sequence[str], form: ReadingForm, *, shows_gap: bool) -> str:
    """The label by the words alone."""
    if earlier == later:
        return "verbatim"
    if find_run(earlier, later):
        return "partial" if form == "mixed" else "truncated"
    if find_run(later, earlier):
        return "extended"
    if is_subsequence(earlier, later):
        return "elided" if shows_gap else "spliced"
    return "overlapping" if find_overlap(earlier, later) or find_overlap(later, earlier) else "altered"


def measure_labels(path: Path) -> None:
    right, seen = Counter[str](), Counter[str]()
    wrong: Counter[tuple[str, str]] = Counter()
    pairs = 0
    for line in path.read_text("utf-8-sig").splitlines()[1:]:
        texts = line.split("\t")[3:5]
        if len(texts) < 2 or not all(any(mark in text for mark in '"“”') for text in texts):
            continue
        pairs += 1
        marked = [[Span(*m.span(1)) for m in MARKED.finditer(text)] for text in texts]
        rated = [
            (len(set(fold(a.cut(texts[0]))) & set(fold(b.cut(texts[1])))), -a.start, -b.start, a, b)
            for a in marked[0]
            for b in marked[1]
        ]
        if not rated or max(rated)[0] < LEAST_WORDS:
            continue
        *_, a, b = max(rated)
        words = fold(a.cut(texts[0])), fold(b.cut(texts[1]))
        form = find_form(texts[1], b)
        wanted = name_label(*words, form, shows_gap=SHOWN_GAP.search(b.cut(texts[1])) is not None)
        earlier = make_wording(texts[0], find_form(texts[0], a), (a,))
        found = compare_wordings(earlier, make_wording(texts[1], form, (b,)), is_derived=False).label
        seen[wanted] += 1
        right[wanted] += found == wanted
        wrong[wanted, found] += found != wanted
    total = seen.total()
    print(f"msrp: {pairs} pairs with marks on both sides, {total} with a quotation in common")
    print(f"label as the oracle's: {right.total() / total:.3f}")
    print("  " + ", ".join(f"{label} {right[label]}/{n}" for label, n in seen.most_common()))
    print("  most often otherwise: " + ", ".join(f"{a} → {b} {n}" for (a, b), n in wrong.most_common(6) if n))


SYNONYMS = (
    ("after", "following"), ("because", "since"), ("began", "started"), ("about", "around"), ("several", "some"),
    ("large", "big"), ("new", "fresh"), ("showed", "revealed"), ("more than", "over"), ("near", "close to"),
    ("the", "this"), ("town", "place"), ("year", "twelvemonth"), ("morning", "forenoon"), ("help", "aid"),
)  # fmt: skip


def reword(text: str, random: Random) -> str:
    """Every fifth paragraph goes, and words outside of quotation marks are replaced, by the draw."""
    title, *paragraphs = text.split("\n")
    kept = [title]
    for paragraph in paragraphs:
        if paragraph.strip() and random.random() < 0.2:
            continue
        parts = re.split(r'(["“][^"“”]*["”])', paragraph)
        for n in range(0, len(parts), 2):
            for old, new in SYNONYMS:
                if random.random() < 0.3:
                    parts[n] = re.sub(rf"\b{old}\b", new, parts[n])
        kept.append("".join(parts))
    return "\n".join(kept)


def make_story(size: int) -> list[Article]:
    """`size` reports of one event, a minute apart, each of an outlet of its own; the same on every machine."""
    random = Random(1)
    texts = [path.read_text("utf-8") for path in sorted(STORY.glob("?.txt"))]
    articles = []
    for n in range(size):
        text = texts[n] if n < len(texts) else reword(texts[n % len(texts)], random)
        published = Published(f"2025-03-04T{n // 60:02d}:{n % 60:02d}+00:00", "minute", "metadata")
        articles.append(
            Article(f"a{n}", text, hash_text(text), outlet=f"Outlet {n}", language="en", published=published)
        )
    return articles


def measure_story(size: int) -> None:
    """In a process of its own: prints CPU seconds, peak MiB and what was found."""
    articles = make_story(size)
    started = time.process_time()
    annotated = annotate_articles(articles, ParserShelf(AnnotateConfig(parse=False)))
    stories = group_stories(annotated, StoriesConfig())
    trace = trace_story(annotated, TraceConfig())  # as one story, whatever the grouping makes of reworded reports
    spent_s = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(spent_s, peak, len(stories), len(trace.readings), len(trace.changes), len(trace.derivations))


def measure_growth(sizes: Sequence[int] = SIZES) -> None:
    spent: list[float] = []
    for size in sizes:
        command = [sys.executable, __file__, "--story", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
        cpu_s, peak, _, readings, changes, derivations = map(float, done.stdout.split())
        spent.append(cpu_s)
        print(
            f"{size} reports: {cpu_s:.1f} CPU-s, {1000 * cpu_s / size:.0f} ms a report, "
            f"{1000 * cpu_s / (size * (size - 1) / 2):.2f} ms a pair, peak {peak:.0f} MiB; "
            f"{readings:.0f} readings, {changes:.0f} changes, {derivations:.0f} derivations",
            flush=True,
        )
    ratio = spent[-1] / spent[0]
    print(f"growth {sizes[-1]} against {sizes[0]}: {ratio:.2f} (at most {MOST_RATIO})")


def main() -> int:
    """Reads the folder named on the command line and prints the figures."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--story"]:
        measure_story(int(arguments[1]))
        return 0
    if arguments:
        path = Path(arguments[0]) / "msrp" / "msr_paraphrase_train.txt"
        if path.exists():
            measure_labels(path)
        else:
            print(f"no {path}: give the folder that holds msrp/", file=sys.stderr)
            return 2
    measure_growth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
