"""Scores lines found again in another language: `python benchmarks/translations.py DATA [--no-encoder]`.

DATA is the folder that holds `ntrex/`: news documents in English, Russian and Ukrainian, a sentence a line. Other
people's corpus, for measuring only.

Definitions
- all lines: each line of the one language is looked for among all lines of the other, without regard to documents or
  order. Precision at 1: the share of lines whose best-rated line is their own translation; both directions are given.
- document: each line is looked for among those of its document. As it stands, lines correspond one to one, so that its
  place alone would do; so the same is measured with a third of the lines of each side left out at random (seed 7), with
  and without order. Precision at 1 is then over the lines whose translation is left; F1 is of the pairs taken for
  translations (`choose_lines`) against all pairs that are.
- --flags: instead, the flags that are raised on lines and their translations: all of them are false, or liberties of
  the translator's. A sentence counts as a direct quotation.
- --no-encoder: anchors, lengths and order alone, as without the extra [xling]. --vectors DIR keeps vectors there and
  takes them from there: 4,000 lines take four minutes to encode. --limit N: the first N lines only.

Exit 0: scored; 2: misuse, a folder is not there.
"""

import argparse
import hashlib
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy
from numpy.typing import NDArray

from retold.languages import load_language
from retold.model import Span
from retold.relate.anchors import find_text_anchors
from retold.relate.encoder import Encoder, find_encoder
from retold.relate.translations import Line, TranslationsConfig, choose_lines, rate_lines
from retold.trace.translations import find_translation_flags
from retold.trace.wordings import make_wording

FILES = {"en": "newstest2019-src.eng.txt", "ru": "newstest2019-ref.rus.txt", "uk": "newstest2019-ref.ukr.txt"}
PAIRS = (("en", "ru"), ("en", "uk"), ("uk", "ru"))
LEFT_OUT = 1 / 3
SEED = 7


class KeptVectors:
    """An encoder whose vectors stand in a folder, a file for each set of lines."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.name, self._encoder, self._folder = encoder.name, encoder, folder
        self._known: dict[str, NDArray[numpy.float32]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def encode(self, sentences: Sequence[str]) -> NDArray[numpy.float32]:
        """Vectors from the folder, or new ones that are then kept there."""
        fresh = [s for s in dict.fromkeys(sentences) if s not in self._known]
        if fresh:
            digest = hashlib.sha256("\n".join([self.name, *fresh]).encode()).hexdigest()[:16]
            path = self._folder / f"{digest}.npy"
            rows = numpy.load(path) if path.exists() else self._encoder.encode(fresh)
            numpy.save(path, rows)
            self._known.update(zip(fresh, rows, strict=True))
        return numpy.stack([self._known[s] for s in sentences])


def read_lines(folder: Path, limit: int | None) -> tuple[dict[str, list[Line]], list[str]]:
    """Language → its lines with their anchors; and the document of each line."""
    documents = (folder / "DOCUMENT_IDS.tsv").read_text("utf-8").splitlines()[:limit]
    found = {}
    for code, name in FILES.items():
        texts = (folder / name).read_text("utf-8").split("\n")[: len(documents)]
        found[code] = [Line(text, find_text_anchors(text, load_language(code))) for text in texts]
    return found, documents


def find_precision(points: NDArray[numpy.float64]) -> tuple[float, float]:
    """Precision at 1 of rows and of columns of a square matrix whose diagonal is right."""
    right = numpy.arange(len(points))
    return float((points.argmax(1) == right).mean()), float((points.argmax(0) == right).mean())


def score_documents(
    one: list[Line],
    other: list[Line],
    documents: list[str],
    config: TranslationsConfig,
    encoder: Encoder | None,
    *,
    left_out: float,
    is_ordered: bool,
) -> tuple[float, float]:
    """Precision at 1 and F1 of the pairs chosen, document by document."""
    chance = random.Random(SEED)
    rows: dict[str, list[int]] = defaultdict(list)
    for n, document in enumerate(documents):
        rows[document].append(n)
    hits = wanted = taken = right = 0
    for lines in rows.values():
        mine = [n for n in lines if chance.random() >= left_out]
        theirs = [n for n in lines if chance.random() >= left_out]
        if not mine or not theirs:
            continue
        points = rate_lines([one[n] for n in mine], [other[n] for n in theirs], config, encoder, is_ordered=is_ordered)
        best = [theirs[int(k)] for k in points.argmax(1)]
        both = set(mine) & set(theirs)
        wanted += len(both)
        hits += sum(n == m for n, m in zip(mine, best, strict=True) if n in both)
        chosen = choose_lines(points, config.least if encoder else config.least_alone, config)
        taken += len(chosen)
        right += sum(mine[i] == theirs[k] for i, k, _ in chosen)
    return hits / wanted, 2 * right / (taken + wanted)


def count_flags(one: list[Line], other: list[Line], codes: tuple[str, str]) -> dict[str, int]:
    """How often each flag is raised on lines and their translations."""
    languages = load_language(codes[0]), load_language(codes[1])
    counts: Counter[str] = Counter()
    for lines in zip(one, other, strict=True):
        said = [
            make_wording(line.text, "direct", (Span(0, len(line.text)),), language=code)
            for line, code in zip(lines, codes, strict=True)
        ]
        counts.update(finding.flag for finding in find_translation_flags(said[0], said[1], *languages))
    return dict(sorted(counts.items()))


def main() -> int:
    ap = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ap.add_argument("data", type=Path)
    ap.add_argument("--no-encoder", action="store_true")
    ap.add_argument("--vectors", type=Path)
    ap.add_argument("--flags", action="store_true")
    ap.add_argument("--limit", type=int)
    args = ap.parse_args()
    folder = args.data / "ntrex"
    if not folder.is_dir():
        print(f"{folder} is not there: give the folder that holds ntrex/", file=sys.stderr)
        return 2
    if args.flags:
        lines, documents = read_lines(folder, args.limit)
        for pair in PAIRS:
            counts = count_flags(lines[pair[0]], lines[pair[1]], pair)
            print(f"{'-'.join(pair)}_false_flags_of_{len(documents)}: {counts}")
        return 0
    config = TranslationsConfig()
    encoder = None if args.no_encoder else find_encoder(lambda message: print(message, file=sys.stderr))
    if encoder is not None and args.vectors:
        encoder = KeptVectors(encoder, args.vectors)
    lines, documents = read_lines(folder, args.limit)
    if encoder is not None:
        for code, row in lines.items():
            start = time.process_time()
            encoder.encode([line.text for line in row])
            print(f"{code}_lines_a_cpu_second: {len(row) / max(1e-9, time.process_time() - start):.1f}")
    print(f"encoder: {encoder.name if encoder else 'none: anchors alone'}")
    for pair in PAIRS:
        one, other = (lines[code] for code in pair)
        name = "-".join(pair)
        forth, back = find_precision(rate_lines(one, other, config, encoder, is_ordered=False))
        print(f"{name}_all_p1: {forth:.3f} (back {back:.3f})")
        for label, left_out, is_ordered in (
            ("document", 0.0, True),
            ("document_third_left_out", LEFT_OUT, True),
            ("document_third_left_out_no_order", LEFT_OUT, False),
        ):
            p1, f1 = score_documents(one, other, documents, config, encoder, left_out=left_out, is_ordered=is_ordered)
            print(f"{name}_{label}_p1: {p1:.3f}, pairs_f1: {f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
