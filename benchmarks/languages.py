"""Scores quotations in other languages: `python benchmarks/languages.py DATA [--errors K]`.

DATA is the folder that holds `adaq/ru_sentences.tsv`, `adaq/ru_tokens.tsv` and `uhh-german/dev.jsonl`. Other people's
corpora, for measuring only.

Definitions
- adaq: news sentences, each token tagged source, cue, content or none; it counts a leading "that" and the marks in, so
  that here a conjunction or mark right beside our content counts as content. Ours: the sentence is annotated as an
  article of its own; a token takes the role whose span it overlaps (content before source before cue,
  where they nest; of several quotations, the first that tags it). Token F1 for each role over all tokens of the set,
  punctuation included, as the published figures are.
- uhh-german: whole articles in German, annotated as articles of their own. Direct: every annotated stretch of direct
  speech, fragments of a word or two in a clause of the narrator included, against every stretch in marks that stands in
  a quotation of ours and is no name in our reading ("in der „Möwe“ gesagt"); a stretch annotated over two pairs of
  marks counts as two; spans are equal without marks and punctuation at their ends. Speaker: of the stretches found that
  have one, our source or another mention of the speaker it was resolved to overlaps the annotated speaker by half of
  the shorter of the two. Indirect: annotated indirect and free indirect spans against ours, overlapping by half.
- --errors K: the first K sentences in which a token differs, gold above ours.

Exit 0: scored; 2: misuse, a folder is not there.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.cues import index_cues
from retold.annotate.paragraphs import cut_paragraphs
from retold.annotate.sentences import find_sentences
from retold.languages import load_language
from retold.model import Article, Quotation, Span, Zone

MARKS = frozenset('«»„“”"')
EDGES = " \n\t\"“”„«»‚‘’'.,;:!?…–—-›‹"
IN_MARKS = re.compile(r'„[^“”"„]+[“”"]|"[^"]+"|“[^”“]+”|»[^«]+«|«[^»]+»')
BETWEEN = re.compile(r"[“”«][ \n]+[„“»]")
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


def trim(text: str, start: int, end: int) -> Span:
    """Without marks, blanks and punctuation at the ends."""
    while start < end and text[start] in EDGES:
        start += 1
    while end > start and text[end - 1] in EDGES:
        end -= 1
    return Span(start, end)


def split(text: str, place: Span) -> list[Span]:
    """A stretch over several pairs of marks, cut between them."""
    ends = [place.start, *(at for m in BETWEEN.finditer(text, place.start, place.end) for at in m.span()), place.end]
    return [trim(text, start, end) for start, end in zip(ends[::2], ends[1::2], strict=True)]


def find_names(article: Article) -> set[Span]:
    """What stands in marks, with them, and names something."""
    language = load_language(article.language)
    paragraphs = cut_paragraphs(article, find_sentences(article, article.zones), language, index_cues(language))
    return {c.outer for paragraph in paragraphs for c in paragraph.contexts if c.is_name}


def share(a: Span, b: Span, of_shorter: bool) -> float:
    """How much two spans overlap: of the shorter of the two, or of both together."""
    both = max(0, min(a.end, b.end) - max(a.start, b.start))
    whole = min(a.end - a.start, b.end - b.start) if of_shorter else max(a.end, b.end) - min(a.start, b.start)
    return both / whole if whole else 0.0


def score_german(path: Path, shelf: ParserShelf) -> Counter[str]:
    """Counts over the articles of one file of uhh-german."""
    counts: Counter[str] = Counter()
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        text = row["originalText"]
        direct: dict[Span, list[Span]] = {}
        indirect: list[Span] = []
        for told in row["annotations"]:
            spans = told["quote"]["spans"]
            if not spans:
                continue
            place_ = trim(text, spans[0]["charBegin"], spans[-1]["charEnd"])
            if told["type"] == "Direct":
                named = told["speaker"]["spans"][:1]
                for part in split(text, place_):
                    direct.setdefault(part, []).extend(Span(s["charBegin"], s["charEnd"]) for s in named)
            elif told["type"] in {"Indirect", "IndirectFreeIndirect"}:
                indirect.append(place_)
        article = Article("a", text, "", language="de", zones=(Zone("body", Span(0, len(text))),))
        annotated = annotate_articles([article], shelf)[0]
        mentions = {s.id: [m.span for m in s.mentions] for s in annotated.speakers}
        names = find_names(annotated.article)
        ours: dict[Span, Quotation] = {}
        for quotation in annotated.article.quotations:
            if quotation.kind == "direct":
                marked = [(c.start, c.end) for c in quotation.content]
            else:
                counts["indirect ours"] += 1
                whole = trim(text, quotation.content[0].start, quotation.content[-1].end)
                counts["indirect both"] += any(share(whole, other, False) >= 0.5 for other in indirect)
                stretches = quotation.content if quotation.kind == "mixed" else ()
                marked = [m.span() for c in stretches for m in IN_MARKS.finditer(text, c.start, c.end)]
                marked = [(start, end) for start, end in marked if Span(start, end) not in names]
            for start, end in marked:
                ours.setdefault(trim(text, start, end), quotation)
        counts["indirect gold"] += len(indirect)
        counts["direct gold"] += len(direct)
        counts["direct ours"] += len(ours)
        counts["direct both"] += len(direct.keys() & ours.keys())
        for span in direct.keys() & ours.keys():
            if direct[span]:
                found = ours[span]
                places = [found.source] if found.source is not None else []
                places += mentions.get(found.speaker or "", [])
                counts["speaker gold"] += 1
                counts["speaker right"] += any(share(a, b, True) >= 0.5 for a in places for b in direct[span])
    return counts


def print_german(counts: Counter[str]) -> None:
    for kind in ("direct", "indirect"):
        both, ours, gold = counts[f"{kind} both"], counts[f"{kind} ours"], counts[f"{kind} gold"]
        f1 = 2 * both / (ours + gold) if ours + gold else 0.0
        print(f"uhh_de_{kind}_f1: {f1:.3f} (precision {both / max(1, ours):.3f}, recall {both / max(1, gold):.3f})")
    right, known = counts["speaker right"], counts["speaker gold"]
    print(f"uhh_de_direct_speaker: {right / max(1, known):.3f} (of {known})")


def main() -> int:
    ap = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ap.add_argument("data", type=Path)
    ap.add_argument("--errors", type=int, default=0)
    args = ap.parse_args()
    folder, german = args.data / "adaq", args.data / "uhh-german" / "dev.jsonl"
    for wanted_path in (folder, german):
        if not wanted_path.exists():
            print(f"{wanted_path} is not there: give the folder that holds adaq/ and uhh-german/", file=sys.stderr)
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
    print_german(score_german(german, shelf))
    return 0


if __name__ == "__main__":
    sys.exit(main())
