"""Who retells whom in one story: every derivation with its evidence as data, in natural log-odds that add up.

A citation states it. Where nothing does, it is inferred from what a copy can't help taking along, and only if one
direction clearly fits better; two reports that quote the same words at length may have heard the same person.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

from msgspec import Struct

from retold.languages import choose_language
from retold.model import AnnotatedArticle, Citation, Derivation, Evidence, Family, Passage, Reading
from retold.relate.partners import count_shared
from retold.trace.links import Link, cites, find_links, is_same_outlet
from retold.trace.profiles import Profile, make_profiles, sort_key
from retold.trace.sharing import Sharing, find_sharing
from retold.trace.variants import find_variants
from retold.trace.weighing import (
    Case,
    DerivationsConfig,
    make_pool,
    replay,
    weigh_citation,
    weigh_nearness,
    weigh_quotations,
    weigh_runs,
    weigh_source,
)

__all__ = ["DerivationsConfig", "find_derivations", "link_citations", "replay", "trace_descent"]


class _Ground(Struct, frozen=True):
    """What the articles of one story have in common, as far as they were held against each other."""

    articles: tuple[AnnotatedArticle, ...]
    profiles: Mapping[str, Profile]
    partners: Mapping[str, tuple[str, ...]]
    sharings: Mapping[tuple[str, str], Sharing]
    links: Mapping[str, tuple[Link, ...]]


def find_derivations(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Sequence[Reading],
    passages: Sequence[Passage],
    config: DerivationsConfig,
) -> tuple[Derivation, ...]:
    """Who retells whom among the articles of one story, by the id of the copy; the order of the input decides nothing.

    Passages count for both directions, whichever way they run. Stated derivations come from citations (in "X, citing
    Y" from X); `from_outlet` stands alone where the outlet is not at hand, or not with the article that is meant.
    An article without a stated source at hand gets the one best source that the evidence bears out, or none. Articles
    that share the narrator's words where neither can be the other's source get "hidden:1", "hidden:2" …
    Every probability is `replay(evidence, config.prior)`.

    Additive log-odds with abstention; the nearest source is told by inherited cuts and variants (textual criticism's
    indicative errors; cf. the directed phrase graph of Leskovec et al. 2009). O(n²) in set operations over the
    articles, the comparing of readings only with `config.partners` sources for each article.
    """
    return _derive(_compare_articles(articles, families, readings, passages, config), config)


def _derive(ground: _Ground, config: DerivationsConfig) -> tuple[Derivation, ...]:
    ordered, profiles, partners, sharings, links = (
        ground.articles,
        ground.profiles,
        ground.partners,
        ground.sharings,
        ground.links,
    )
    links = {copy: _leave_relayed(copy, links, sharings) for copy in sorted(links)}
    derivations: list[Derivation] = []
    settled: set[str] = set()  # articles with a stated source at hand
    credited: dict[str, set[str]] = {}  # articles with a stated outlet that is not, and those outlets
    for annotated in ordered:
        copy = annotated.article.id
        for derivation in _state(copy, links[copy], profiles, sharings, config):
            derivations.append(derivation)
            if derivation.from_ is not None:
                settled.add(copy)
            else:
                credited.setdefault(copy, set()).add(derivation.from_outlet or "")
    variants = find_variants(profiles)
    pool = make_pool(profiles)
    cases: dict[tuple[str, str], Case] = {}
    for source, copy in sorted(sharings):
        cases[source, copy] = weigh_source(sharings[source, copy], profiles, pool, variants, config)
    parents = {d.to: {d.from_} for d in derivations if d.from_ is not None}
    for annotated in ordered:
        copy = annotated.article.id
        if copy in settled:
            continue
        best = _choose_source(copy, partners[copy], cases, profiles, credited, parents, config)
        if best is not None:
            parents.setdefault(copy, set()).add(best.source)
            probability = replay(best.evidence, config.prior)
            derivations.append(Derivation(best.source, None, copy, "inferred", probability, best.evidence))
    derivations.extend(_find_hidden(ordered, profiles, sharings, cases, parents, credited, config))
    return tuple(sorted(derivations, key=lambda d: (d.to, d.kind != "stated", d.from_ or "", d.from_outlet or "")))


def link_citations(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Sequence[Reading],
    passages: Sequence[Passage],
    config: DerivationsConfig,
) -> dict[str, tuple[Citation, ...]]:
    """The citations of each article, by its id and in their own order, with `article` set where the report is at hand.

    The same judgement as for derivations, and for relayed citations too. An outlet's mention of itself stays without.
    """
    return _link(_compare_articles(articles, families, readings, passages, config))


def trace_descent(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Sequence[Reading],
    passages: Sequence[Passage],
    config: DerivationsConfig,
) -> tuple[tuple[Derivation, ...], dict[str, tuple[Citation, ...]]]:
    """What `find_derivations` and `link_citations` find, with the articles held against each other once for both."""
    ground = _compare_articles(articles, families, readings, passages, config)
    return _derive(ground, config), _link(ground)


def _link(ground: _Ground) -> dict[str, tuple[Citation, ...]]:
    linked: dict[str, tuple[Citation, ...]] = {}
    for annotated in ground.articles:
        found = {link.citation: link.article for link in ground.links[annotated.article.id]}
        linked[annotated.article.id] = tuple(
            Citation(citation.span, citation.outlet, found.get(citation)) for citation in annotated.article.citations
        )
    return linked


def _compare_articles(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Sequence[Reading],
    passages: Sequence[Passage],
    config: DerivationsConfig,
) -> _Ground:
    ordered = sorted(articles, key=sort_key)
    profiles = make_profiles(ordered, families, readings)
    by_pair: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        pair = (passage.from_.article, passage.to.article)
        by_pair.setdefault((min(pair), max(pair)), []).append(passage)
    partners = _choose_partners(ordered, profiles, config)
    sharings = {
        (source, copy): find_sharing(profiles[source], profiles[copy])
        for copy, sources in partners.items()
        for source in sources
    }
    links = find_links(ordered, profiles, sharings, by_pair, config.links)
    return _Ground(tuple(ordered), profiles, partners, sharings, links)


def _choose_partners(
    articles: Sequence[AnnotatedArticle], profiles: Mapping[str, Profile], config: DerivationsConfig
) -> dict[str, tuple[str, ...]]:
    """For each article, the sources worth a closer look: those that share most, and every one whose outlet it cites.

    A superset of what could become a derivation by words in common: a pair without one shared family or run has none.
    """
    ordered = [profiles[annotated.article.id] for annotated in articles]
    runs = count_shared([frozenset(profile.narration) for profile in ordered])
    families = count_shared([frozenset(profile.utterances) for profile in ordered])
    chosen: dict[str, tuple[str, ...]] = {}
    for n, annotated in enumerate(articles):
        copy = annotated.article.id
        cited = {other.article.id for other in articles if cites(annotated.article, other.article)} - {copy}
        common = [8 * told + run for told, run in zip(families[n], runs[n], strict=True)]
        best = nlargest(config.partners, range(len(common)), key=common.__getitem__)
        near = [ordered[m].id for m in best if common[m]]
        chosen[copy] = tuple(dict.fromkeys([*near, *sorted(cited)]))
    # both directions are needed to compare them
    both: dict[str, set[str]] = {copy: set(sources) for copy, sources in chosen.items()}
    for copy, sources in chosen.items():
        for source in sources:
            both[source].add(copy)
    return {copy: tuple(sorted(sources)) for copy, sources in both.items()}


def _leave_relayed(
    copy: str, links: Mapping[str, Sequence[Link]], sharings: Mapping[tuple[str, str], Sharing]
) -> tuple[Link, ...]:
    """Without the articles that another cited article cites in turn and that gave the copy nothing which that one
    has not: the statement reached the copy through it. Of two that cite each other both stay."""
    cited = {id_: {k.article for k in row if k.article is not None and not k.is_relayed} for id_, row in links.items()}

    def reach(id_: str) -> set[str]:
        seen, queue = set[str](), [id_]
        while queue:
            for up in cited.get(queue.pop(), set()) - seen:
                seen.add(up)
                queue.append(up)
        return seen

    through = {near: reach(near) for near in cited[copy]}

    def is_reached(far: str | None) -> bool:
        return any(
            far in through[near] and near not in reach(far or "") and not _gives_more(far or "", near, copy, sharings)
            for near in cited[copy]
            if near != far
        )

    return tuple(link for link in links[copy] if not is_reached(link.article))


def _gives_more(far: str, near: str, copy: str, sharings: Mapping[tuple[str, str], Sharing]) -> bool:
    """Whether the copy has an utterance in marks from the far article that the near one lacks."""
    one, other = sharings.get((far, copy)), sharings.get((near, copy))
    if one is None or other is None:
        return False
    return bool(set(one.held) - set(other.held) - set(other.fuller) - set(other.altered) - set(other.crossing))


def _state(
    copy: str,
    links: Sequence[Link],
    profiles: Mapping[str, Profile],
    sharings: Mapping[tuple[str, str], Sharing],
    config: DerivationsConfig,
) -> list[Derivation]:
    """The derivations that an article's own citations state: one for each article, or outlet, that is not relayed."""
    grouped: dict[tuple[str | None, str | None], list[Link]] = {}
    names = frozenset(choose_language(profiles[copy].article.article.language).citations.articles)
    for link in links:
        if link.is_relayed:
            continue
        key = (link.article, None if link.article is not None else link.citation.outlet)
        if link.article is None:  # two ways to write one outlet are one outlet
            key = next((k for k in grouped if is_same_outlet(k[1], link.citation.outlet, names)), key)
            linked = [k for k in grouped if k[0] is not None]
            if any(
                is_same_outlet(profiles[k[0]].article.article.outlet, link.citation.outlet, names)
                for k in linked
                if k[0]
            ):
                continue  # another mention of an outlet whose article was found
        grouped.setdefault(key, []).append(link)
    for key in [k for k in grouped if k[0] is None]:  # the mention that was found may come second
        if any(
            k[0] is not None and is_same_outlet(profiles[k[0]].article.article.outlet, key[1], names) for k in grouped
        ):
            del grouped[key]
    found = []
    for (article, outlet), mentions in grouped.items():
        evidence = [weigh_citation(mentions, profiles[copy], config)]
        if article is not None:
            if not any(link.is_held is not False for link in mentions):
                evidence.append(
                    Evidence(
                        "citation", config.statement_lacking, (), "what the citation stands with was not found there"
                    )
                )
            if any(link.is_later for link in mentions):
                why = "the cited article is dated later: updated since, or not the one meant"
                evidence.append(Evidence("timestamp", config.statement_later, (), why))
            sharing = sharings.get((article, copy))
            if sharing is not None:
                evidence += [p for p in weigh_quotations(sharing, profiles, config) if p.weight > 0]
                evidence += weigh_runs(sharing, profiles, config)
        kept = tuple(evidence)
        name = outlet if article is None else profiles[article].article.article.outlet
        found.append(Derivation(article, name, copy, "stated", replay(kept, config.prior), kept))
    return found


def _choose_source(
    copy: str,
    sources: Sequence[str],
    cases: Mapping[tuple[str, str], Case],
    profiles: Mapping[str, Profile],
    credited: Mapping[str, set[str]],
    parents: Mapping[str, set[str]],
    config: DerivationsConfig,
) -> Case | None:
    """The one source that the evidence bears out, or none: it must be probable, beat its own reverse, and not rest on
    quotations in common alone. Of several the nearest is told by the words that only it has in common with the copy."""
    rivals: list[Case] = []
    floor = config.least_odds + (config.also_stated if copy in credited else 0.0)
    for source in sources:
        case = cases[source, copy]
        if case.is_vetoed or copy in _ancestors(source, parents):
            continue
        if _have_one_origin(credited.get(source, ()), credited.get(copy, ())):
            continue  # what both state explains what they share
        is_forward = case.odds - cases[copy, source].odds >= config.margin
        if is_forward and case.beyond >= config.beyond_quotations and case.odds >= floor - config.nearest_most:
            rivals.append(case)
    nearest = weigh_nearness(rivals, profiles, config)
    likely = sorted((case for case in nearest if case.odds >= floor), key=lambda case: -case.odds)
    if len(likely) > 1 and likely[0].odds - likely[1].odds < config.tie:
        return None  # two that are alike to a word: either may be it
    return likely[0] if likely else None


def _have_one_origin(outlets: Iterable[str], others: Iterable[str]) -> bool:
    known = sorted(others)
    return any(is_same_outlet(outlet, other, frozenset()) for outlet in sorted(outlets) for other in known)


def _ancestors(article: str, parents: Mapping[str, set[str]]) -> set[str]:
    """All that `article` goes back to, itself included: nothing may become a source of its own source."""
    seen = {article}
    queue = [article]
    while queue:
        for parent in sorted(parents.get(queue.pop(), ())):
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return seen


def _find_hidden(
    articles: Sequence[AnnotatedArticle],
    profiles: Mapping[str, Profile],
    sharings: Mapping[tuple[str, str], Sharing],
    cases: Mapping[tuple[str, str], Case],
    parents: Mapping[str, set[str]],
    credited: Mapping[str, set[str]],
    config: DerivationsConfig,
) -> list[Derivation]:
    """Common origins that no article is: groups that share the narrator's words, where no member can be the source."""
    rank = {a.article.id: i for i, a in enumerate(articles)}
    roots = [a.article.id for a in articles if a.article.id not in parents]
    group = {id_: id_ for id_ in roots}
    links: dict[str, list[Evidence]] = {}

    def find(id_: str) -> str:
        while group[id_] != id_:
            id_ = group[id_]
        return id_

    for (source, copy), case in sorted(cases.items()):
        if source not in group or copy not in group:
            continue
        reuse = weigh_runs(sharings[source, copy], profiles, config) + [
            p for p in case.evidence if p.kind == "shared_error"
        ]
        if sum(p.weight for p in reuse) >= config.common_origin:
            links.setdefault(copy, []).extend(reuse)
            links.setdefault(source, []).extend(reuse)
            one, other = sorted((find(source), find(copy)), key=rank.__getitem__)
            group[other] = one
    found: list[Derivation] = []
    members: dict[str, list[str]] = {}
    for id_ in roots:
        members.setdefault(find(id_), []).append(id_)
    number = 0
    for ids in members.values():
        without = [id_ for id_ in ids if id_ not in credited]
        if len(ids) < 2 or not without:
            continue  # all of them state their origin
        number += 1
        for id_ in without:
            kept = tuple(sorted(links[id_], key=lambda p: (-p.weight, p.why))[:1])
            found.append(Derivation(f"hidden:{number}", None, id_, "inferred", replay(kept, config.prior), kept))
    return found
