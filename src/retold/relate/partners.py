"""Which articles of a large story are held against each other sentence by sentence: the nearest ones of each."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from heapq import nlargest
from itertools import combinations
from typing import TypeVar

from msgspec import Struct

from retold.languages import choose_language
from retold.model import AnnotatedArticle
from retold.relate.weights import Weights

_RUN_WORDS = 4

Mark = TypeVar("Mark", bound=Hashable)


class PartnersConfig(Struct, frozen=True):
    """`all_up_to`: in a story of no more articles every two are compared. `partners`: in a larger one each article is
    compared with so many, those that share most; enough that every reading and every source has company."""

    all_up_to: int = 32
    partners: int = 10


def choose_partners(
    articles: Sequence[AnnotatedArticle], weights: Weights, config: PartnersConfig
) -> list[tuple[AnnotatedArticle, AnnotatedArticle]]:
    """The pairs of articles worth a search for passages, in the order of `articles`.

    Every pair of a story of up to `all_up_to` articles. In a larger one: for each article those that share most words
    and runs of four words, and every one whose outlet it cites; articles in different languages share no words, so all
    of those count. O(n²) in operations on sets kept as bits, O(n) in pairs to be compared.
    """
    if len(articles) <= config.all_up_to:
        return list(combinations(articles, 2))
    shared = count_shared([frozenset(_find_marks(annotated, weights)) for annotated in articles])
    of_outlet: dict[str, list[int]] = defaultdict(list)
    of_language: dict[str | None, list[int]] = defaultdict(list)
    for n, annotated in enumerate(articles):
        of_language[annotated.article.language].append(n)
        if annotated.article.outlet:
            of_outlet[_bare(annotated.article.outlet, annotated)].append(n)
    kept: set[tuple[int, int]] = set()
    for n, annotated in enumerate(articles):
        row = shared[n]
        row[n] = -1
        chosen = set(nlargest(min(config.partners, len(row) - 1), range(len(row)), key=row.__getitem__))
        for outlet in {_bare(citation.outlet, annotated) for citation in annotated.article.citations}:
            chosen.update(of_outlet.get(outlet, ()))
        for language, found in of_language.items():
            if language != annotated.article.language:
                chosen.update(found)
        kept |= {(min(n, m), max(n, m)) for m in chosen if m != n}
    return [(articles[n], articles[m]) for n, m in sorted(kept)]


def count_shared(marks: Sequence[frozenset[Mark]]) -> list[list[int]]:
    """How many members each two of some sets have in common; of a set with itself 0.

    A set is one number with a bit for each member that another set has too: of two such numbers the common bits are
    counted a machine word at a time. O(members + sets² · shared members / 64).

    >>> count_shared([frozenset({"a", "b"}), frozenset({"b"}), frozenset()])
    [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    """
    counts = Counter(mark for found in marks for mark in found)
    numbers: dict[Mark, int] = {}
    bits: list[int] = []
    for found in marks:
        row = bytearray(len(numbers) + len(found) + 1)
        for mark in found:
            if counts[mark] > 1:
                row[numbers.setdefault(mark, len(numbers))] = 1
        bits.append(int(bytes(row[::-1]).translate(_DIGITS) or b"0", 2))
    shared = [[0] * len(marks) for _ in marks]
    for n, m in combinations(range(len(marks)), 2):
        shared[n][m] = shared[m][n] = (bits[n] & bits[m]).bit_count()
    return shared


_DIGITS = bytes([48, 49]) + bytes(range(2, 256))


def _find_marks(annotated: AnnotatedArticle, weights: Weights) -> Iterator[tuple[str, ...]]:
    """What an article is told by: its content stems, and its runs of words inside a sentence."""
    for unit in weights.units.get(annotated.article.id, ()):
        yield from ((stem,) for stem in sorted(unit.stems))
        row = [term.norm for term in unit.terms]
        yield from (tuple(row[i : i + _RUN_WORDS]) for i in range(len(row) - _RUN_WORDS + 1))


def _bare(outlet: str, annotated: AnnotatedArticle) -> str:
    """An outlet's name without case and article ("the Herald")."""
    articles = choose_language(annotated.article.language).names.articles
    return " ".join(word for word in outlet.casefold().split() if word not in articles)
