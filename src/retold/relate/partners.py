"""Which articles of a large story are held against each other sentence by sentence: the nearest ones of each."""

from collections.abc import Sequence
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
    partners: int = 16


def choose_partners(
    articles: Sequence[AnnotatedArticle], weights: Weights, config: PartnersConfig
) -> list[tuple[AnnotatedArticle, AnnotatedArticle]]:
    """The pairs of articles worth a search for passages, in the order of `articles`.

    Every pair of a story of up to `all_up_to` articles. In a larger one: for each article those that share most runs of
    four words, then most words, and every one whose outlet it cites; articles in different languages share no words, so
    all of those count. O(n²) in set operations, O(n) in pairs to be compared.
    """
    everyone = list(combinations(articles, 2))
    if len(articles) <= config.all_up_to:
        return everyone
    runs = [_find_runs(a, weights) for a in articles]
    stems = [frozenset(s for unit in weights.units.get(a.article.id, ()) for s in unit.stems) for a in articles]
    outlets = [(a.article.outlet or "").casefold() for a in articles]
    cited = [{_bare(c.outlet, a) for c in a.article.citations} for a in articles]
    kept: set[tuple[int, int]] = set()
    for n, annotated in enumerate(articles):
        others = [m for m in range(len(articles)) if m != n]
        near = sorted(others, key=lambda m: (-len(runs[n] & runs[m]), -len(stems[n] & stems[m]), m))
        chosen = set(near[: config.partners])
        chosen |= {m for m in others if outlets[m] and _bare(outlets[m], articles[m]) in cited[n]}
        chosen |= {m for m in others if articles[m].article.language != annotated.article.language}
        kept |= {(min(n, m), max(n, m)) for m in chosen}
    return [(articles[n], articles[m]) for n, m in sorted(kept)]


def _find_runs(annotated: AnnotatedArticle, weights: Weights) -> frozenset[tuple[str, ...]]:
    rows = ([t.norm for t in unit.terms] for unit in weights.units.get(annotated.article.id, ()))
    return frozenset(tuple(row[i : i + _RUN_WORDS]) for row in rows for i in range(len(row) - _RUN_WORDS + 1))


def _bare(outlet: str, annotated: AnnotatedArticle) -> str:
    """An outlet's name without case and article ("the Herald")."""
    articles = choose_language(annotated.article.language).names.articles
    return " ".join(word for word in outlet.casefold().split() if word not in articles)
