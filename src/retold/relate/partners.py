"""Which articles of a large story are held against each other sentence by sentence: the nearest ones of each."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from retold.languages import choose_language
from retold.model import AnnotatedArticle
from retold.relate.weights import Weights

_RUN_WORDS = 4


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
    of those count. O(n²) in set operations, O(n) in pairs to be compared.
    """
    if len(articles) <= config.all_up_to:
        return list(combinations(articles, 2))
    numbers: dict[tuple[str, ...], int] = {}
    marks = [frozenset(numbers.setdefault(mark, len(numbers)) for mark in _find_marks(a, weights)) for a in articles]
    shared = [[0] * len(articles) for _ in articles]
    for n, m in combinations(range(len(articles)), 2):
        shared[n][m] = shared[m][n] = len(marks[n] & marks[m])
    outlets = [(a.article.outlet or "").casefold() for a in articles]
    cited = [{_bare(c.outlet, a) for c in a.article.citations} for a in articles]
    kept: set[tuple[int, int]] = set()
    for n, annotated in enumerate(articles):
        others = [m for m in range(len(articles)) if m != n]
        row = shared[n]
        chosen = set(sorted(others, key=row.__getitem__, reverse=True)[: config.partners])
        chosen |= {m for m in others if outlets[m] and _bare(outlets[m], articles[m]) in cited[n]}
        chosen |= {m for m in others if articles[m].article.language != annotated.article.language}
        kept |= {(min(n, m), max(n, m)) for m in chosen}
    return [(articles[n], articles[m]) for n, m in sorted(kept)]


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
