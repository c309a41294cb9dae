"""What an index finds an article by: the terms that tell most of it, and some of its runs of words."""

import heapq
from collections.abc import Iterator

from retold.relate.stories import Vectors

RUN_WEIGHT = 0.1
"""What sharing a run of words is worth in an index, beside terms that weigh by their rareness."""


def choose_terms(vectors: Vectors, index_terms: int) -> Iterator[tuple[str, str, float]]:
    """The kind of each index term (`t`, or `k`: a name in the form that another language shares), the term, and what
    sharing it is worth. Words and names in the same form are different terms.

    The weightiest are chosen, by rareness, place and repetition: the rarest of all would be words that no other
    article has. One in four is a name in the form that another language shares.
    """
    places = {**vectors.profile.words, **vectors.profile.names}
    of_names = index_terms // 4
    terms = heapq.nsmallest(index_terms - of_names, ((-x * places[t], "t", t, x) for t, x in vectors.terms.items()))
    names = heapq.nsmallest(of_names, ((-x, "k", t, x) for t, x in vectors.keys.items()))
    return ((kind, term, weight) for _, kind, term, weight in (*terms, *names))


def choose_runs(vectors: Vectors, run_share: int) -> Iterator[int]:
    """One in so many of the runs of an article, the same ones in every article; as signed numbers of 64 bits."""
    return (run - (1 << 64) if run >= 1 << 63 else run for run in sorted(vectors.profile.runs) if run % run_share == 0)
