"""Which articles are compared sentence by sentence: all in a small story, the nearest in a large one."""

from itertools import combinations
from random import Random

from retold.annotate.sentences import find_sentences
from retold.model import AnnotatedArticle, Article, Citation, Span, Zone
from retold.relate.partners import PartnersConfig, choose_partners, count_shared
from retold.relate.weights import weigh_stems

WORDS = [f"{a}{b}{c}" for a in "bdfg" for b in "aeiou" for c in ("lt", "nk", "rm", "st", "vo")]
SMALL = PartnersConfig(all_up_to=4, partners=3)


def make_articles(groups: int, size: int) -> list[AnnotatedArticle]:
    """Groups of articles that share a text of their own."""
    random = Random(3)
    articles = []
    for g in range(groups):
        shared = [random.choice(WORDS) for _ in range(40)]
        for n in range(size):
            words = shared + [random.choice(WORDS) for _ in range(20)]
            text = " ".join(words).capitalize() + "."
            id_ = f"g{g}n{n}"
            article = Article(id_, text, f"{g:02d}{n:02d}", outlet=f"The {id_} Post", language="en")
            articles.append(AnnotatedArticle(article, find_sentences(article, (Zone("body", Span(0, len(text))),))))
    return articles


def name(pairs: list[tuple[AnnotatedArticle, AnnotatedArticle]]) -> set[tuple[str, str]]:
    return {(a.article.id, b.article.id) for a, b in pairs}


def test_small_story_has_every_pair() -> None:
    articles = make_articles(1, 4)
    assert choose_partners(articles, weigh_stems(articles), SMALL) == list(combinations(articles, 2))


def test_nearest_are_kept_and_the_work_grows_with_the_articles() -> None:
    articles = make_articles(6, 4)
    found = name(choose_partners(articles, weigh_stems(articles), SMALL))
    same = {(a.article.id, b.article.id) for a, b in combinations(articles, 2) if a.article.id[:2] == b.article.id[:2]}
    assert same <= found
    assert len(found) <= SMALL.partners * len(articles)
    assert len(found) < len(articles) * (len(articles) - 1) / 2


def test_cited_outlet_and_other_language_are_always_compared() -> None:
    articles = make_articles(6, 4)
    last = articles[-1].article
    cites = Article(
        last.id, last.text, last.sha256, outlet=last.outlet, language="en",
        citations=(Citation(Span(0, 4), "G0N0 Post"),),
    )  # fmt: skip
    foreign = Article("f", articles[0].article.text, "zz", language="uk")
    articles = [*articles[:-1], AnnotatedArticle(cites, articles[-1].sentences), AnnotatedArticle(foreign)]
    found = name(choose_partners(articles, weigh_stems(articles), SMALL))
    assert ("g0n0", last.id) in found
    assert sum("f" in pair for pair in found) == len(articles) - 1


def test_shared_members_are_counted_as_sets_would() -> None:
    random = Random(11)
    sets = [frozenset(random.sample(WORDS, random.randint(0, 30))) for _ in range(40)]
    counted = count_shared(sets)
    for (n, one), (m, other) in combinations(enumerate(sets), 2):
        assert counted[n][m] == counted[m][n] == len(one & other)
