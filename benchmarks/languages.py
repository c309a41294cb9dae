"""Scores quotations in other languages: `python benchmarks/languages.py DATA [--errors K]`.

DATA is the folder that holds `adaq/ru_sentences.tsv` and `adaq/ru_tokens.tsv`. Other people's corpus, for measuring
only.

Definitions
- adaq: news sentences, each token tagged source, cue, content or none; it counts a leading "that" and the marks in, so
  that here a conjunction or mark right beside our content counts as content. Ours: the sentence is annotated as an
  article   of
  its own; a token takes the role whose span it overlaps (content before source before cue, where they nest; of several
  quotations, the first that tags it). Token F1 for each role over all tokens of the set, punctuation included, as the
  published figures are.
- --errors K: the first K sentences in which a token differs, gold above ours.

Exit 0: scored; 2: misuse, a folder is not there.
"""

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.languages import load_language
from retold.model import Article, Span, Zone

MARKS = frozenset('«»„“”"')
ROLES = ("source", "cue", "content")


def read_tokens(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Sentence id → its (token, tag)."""
    found: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["sentence_num"], []).append((row["text"], row["tags"]))
    return found


def read_sentences(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["sentence_id"]: row["sentences"] for row in csv.DictReader(file, delimiter="\t")}


def place(text: str, tokens: list[tuple[str, str]]) -> list[Span]:
    """Where the tokens stand in the sentence; a token that is written another way there stands nowhere."""
    spans, at = [], 0
    for token, _ in tokens:
        start = text.find(token, at)
        if start < 0:
            spans.append(Span(at, at))
            continue
        spans.append(Span(start, start + len(token)))
        at = start + len(token)
    return spans


def tag(text: str, tokens: list[Span], language: str, shelf: ParserShelf) -> list[str]:
    article = Article("a", text, "", language=language, zones=(Zone("body", Span(0, len(text))),))
    annotated = annotate_articles([article], shelf)[0]
    tags = ["None"] * len(tokens)
    for quotation in annotated.article.quotations:
        parts = [
            *(("source", s) for s in (quotation.source,) if s is not None),
            *(("cue", s) for s in (quotation.cue,) if s is not None),
            *(("content", s) for s in quotation.content),
        ]
        for role, span in parts:
            for i, token in enumerate(tokens):
                if tags[i] == "None" and token.start < token.end and token.overlaps(span):
                    tags[i] = role
    beside = MARKS | load_language(language).cues.complementisers
    for i, token in enumerate(tokens):
        around = {tags[k] for k in (i - 1, i + 1) if 0 <= k < len(tags)}
        if tags[i] == "None" and "content" in around and token.cut(text) in beside:
            tags[i] = "content"
    return tags


def main() -> int:
    ap = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ap.add_argument("data", type=Path)
    ap.add_argument("--errors", type=int, default=0)
    args = ap.parse_args()
    folder = args.data / "adaq"
    if not folder.is_dir():
        print(f"{folder} is not there: give the folder that holds adaq/", file=sys.stderr)
        return 2
    gold, sentences = read_tokens(folder / "ru_tokens.tsv"), read_sentences(folder / "ru_sentences.tsv")
    shelf = ParserShelf(AnnotateConfig())
    counts: Counter[str] = Counter()
    shown = 0
    for key, tokens in gold.items():
        text = sentences[key]
        ours = tag(text, place(text, tokens), "ru", shelf)
        wanted = [t for _, t in tokens]
        for want, got in zip(wanted, ours, strict=True):
            counts[f"gold {want}"] += 1
            counts[f"ours {got}"] += 1
            counts[f"both {want}"] += want == got
        if shown < args.errors and wanted != ours:
            shown += 1
            for tags in (wanted, ours):
                print(" ".join(w + {"None": ""}.get(t, "/" + t[:3]) for (w, _), t in zip(tokens, tags, strict=True)))
            print()
    for role in ROLES:
        both, mine, theirs = counts[f"both {role}"], counts[f"ours {role}"], counts[f"gold {role}"]
        f1 = 2 * both / (mine + theirs) if mine + theirs else 0.0
        print(f"adaq_ru_{role}_f1: {f1:.3f} (precision {both / max(1, mine):.3f}, recall {both / max(1, theirs):.3f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
