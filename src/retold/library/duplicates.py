"""Near-duplicates: reports of a story that are one text with little changed. They are marked, never taken out."""

from collections import defaultdict
from collections.abc import Sequence, Set

_SKETCH = 16
"""Two texts with most of their runs in common have one of their lowest runs in common, but for once in millions."""


def find_duplicates(runs: Sequence[Set[int]], least_share: float) -> dict[int, int]:
    """For each text of a sequence that is a near-duplicate the number of the first one that it is one of.

    `runs`: hashes of each text's runs of words. Two texts are near-duplicates where so large a share of all their runs
    is in both (Jaccard). Candidates share one of their lowest hashes (bottom-k sketches, Broder 1997): near linear.

    >>> find_duplicates([{1, 2, 3, 4}, {9}, {1, 2, 3, 4, 5}], 0.75)
    {2: 0}
    """
    by_low: dict[int, list[int]] = defaultdict(list)
    found: dict[int, int] = {}
    for n, own in enumerate(runs):
        lowest = sorted(own)[:_SKETCH]
        for other in sorted({other for run in lowest for other in by_low[run]}):
            if len(own & runs[other]) >= least_share * len(own | runs[other]):
                found[n] = other
                break
        else:
            for run in lowest:
                by_low[run].append(n)
    return found
