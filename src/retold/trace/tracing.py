"""The trace stage as a whole: the annotated articles of one story → everything that became of its quotations."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from retold.languages import choose_language
from retold.model import (
    Addition,
    AnnotatedArticle,
    Change,
    Derivation,
    Fact,
    Family,
    Omission,
    Passage,
    Reading,
    Speaker,
)
from retold.relate.encoder import Encoder, find_encoder
from retold.relate.partners import PartnersConfig, choose_partners
from retold.relate.passages import PassagesConfig, find_passages
from retold.relate.speakers import join_speakers
from retold.relate.weights import Weights, weigh_stems
from retold.trace.changes import ChangesConfig, find_changes
from retold.trace.derivations import DerivationsConfig, trace_descent
from retold.trace.facts import FactsConfig, compare_facts
from retold.trace.families import FamiliesConfig, find_families
from retold.trace.omissions import OmissionsConfig, find_omissions


class TraceConfig(Struct, frozen=True):
    """The settings of every stage that looks at one story. `encode`: hold reports in different languages against each
    other by an encoder's vectors too, where one is installed."""

    encode: bool = True
    partners: PartnersConfig = PartnersConfig()
    passages: PassagesConfig = PassagesConfig()
    families: FamiliesConfig = FamiliesConfig()
    derivations: DerivationsConfig = DerivationsConfig()
    changes: ChangesConfig = ChangesConfig()
    omissions: OmissionsConfig = OmissionsConfig()
    facts: FactsConfig = FactsConfig()


class Trace(Struct, frozen=True):
    """What was found in one story; ids are the story's own (`p1`, `f1`, `r1`)."""

    articles: tuple[AnnotatedArticle, ...]
    speakers: tuple[Speaker, ...] = ()
    passages: tuple[Passage, ...] = ()
    families: tuple[Family, ...] = ()
    readings: tuple[Reading, ...] = ()
    changes: tuple[Change, ...] = ()
    omissions: tuple[Omission, ...] = ()
    additions: tuple[Addition, ...] = ()
    facts: tuple[Fact, ...] = ()
    derivations: tuple[Derivation, ...] = ()


def trace_story(articles: Sequence[AnnotatedArticle], config: TraceConfig) -> Trace:
    """Families, changes, derivations, omissions, additions and facts of one story, from the articles that report it.

    The order of `articles` decides nothing but the order in which they are handed back. A story of one article has
    families of one reading and nothing else. Cost: that of the pairs compared for passages (all in a small story, the
    nearest in a large one), each linear in its words; set operations are quadratic in articles.
    """
    language = choose_language(_common_language(articles))
    joined, speakers = join_speakers(articles, language)
    weights = weigh_stems(joined)
    canonical = sorted(joined, key=lambda a: (a.article.rank, a.article.id))
    encoder = find_encoder() if config.encode and are_in_languages(articles) else None
    pairs = choose_partners(canonical, weights, config.partners)
    passages = [p for a, b in pairs for p in find_passages(a, b, weights, config.passages, encoder)]
    families, readings = find_families(canonical, passages, config.families, weights, encoder)
    derivations, citations = trace_descent(canonical, families, readings, passages, config.derivations)
    passages += _find_missing(canonical, pairs, derivations, weights, config.passages, encoder)
    joined = tuple(replace(a, article=replace(a.article, citations=citations[a.article.id])) for a in joined)
    passages = _direct(passages, derivations, canonical)
    changes = find_changes(canonical, families, readings, derivations, config.changes)
    omissions, additions = find_omissions(
        canonical, families, readings, changes, passages, derivations, config.omissions
    )
    compared = [(a.article.id, b.article.id) for a, b in pairs]
    facts = compare_facts(canonical, passages, families, readings, config.facts, compared)
    return Trace(
        joined, speakers, tuple(passages), families, readings, changes, omissions, additions, facts, derivations
    )


def _find_missing(
    articles: Sequence[AnnotatedArticle],
    pairs: Sequence[tuple[AnnotatedArticle, AnnotatedArticle]],
    derivations: Sequence[Derivation],
    weights: Weights,
    config: PassagesConfig,
    encoder: Encoder | None,
) -> list[Passage]:
    """The passages of a source and its copy that were not compared yet: what was left out can't be told without."""
    by_id = {a.article.id: a for a in articles}
    done = {frozenset((a.article.id, b.article.id)) for a, b in pairs}
    found: list[Passage] = []
    for d in derivations:
        if d.from_ in by_id and d.to in by_id and d.from_ != d.to and frozenset((d.from_, d.to)) not in done:
            done.add(frozenset((d.from_, d.to)))
            found += find_passages(by_id[d.from_], by_id[d.to], weights, config, encoder)
    return found


def are_in_languages(articles: Sequence[AnnotatedArticle]) -> bool:
    """Whether the articles are in more than one language that is known."""
    return len({a.article.language for a in articles if a.article.language is not None}) > 1


def _common_language(articles: Sequence[AnnotatedArticle]) -> str | None:
    codes = sorted(a.article.language for a in articles if a.article.language)
    return max(sorted(set(codes)), key=codes.count) if codes else None


def _direct(
    passages: Sequence[Passage], derivations: Sequence[Derivation], articles: Sequence[AnnotatedArticle]
) -> list[Passage]:
    """Passages turned so that they run from the source to the copy, else from the earlier to the later article."""
    derived = {(d.from_, d.to) for d in derivations}
    times = {a.article.id: a.article.published.value if a.article.published else "" for a in articles}
    turned = []
    for passage in passages:
        one, other = passage.from_.article, passage.to.article
        later_first = bool(times[one] and times[other]) and times[one] > times[other]
        if (other, one) in derived or ((one, other) not in derived and later_first):
            passage = replace(passage, from_=passage.to, to=passage.from_)
        turned.append(passage)
    return turned
