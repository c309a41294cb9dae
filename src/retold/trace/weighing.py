"""What speaks for and against one article as the source of another, piece by piece, in natural log-odds that add up."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import exp, log

from msgspec import Struct

from retold.model import Evidence, EvidenceKind, Place
from retold.relate.partners import count_shared
from retold.trace.links import Link, LinksConfig, came_later, is_same_outlet
from retold.trace.profiles import Profile
from retold.trace.retranslations import RetranslationsConfig, weigh_translations
from retold.trace.sharing import Sharing
from retold.trace.variants import Variant


class DerivationsConfig(Struct, frozen=True):
    """What each piece of evidence weighs (natural log-odds for one article retelling another), and why so much.

    prior: of the pairs of a story few are derivations, and a false one costs more than a missed one.
    stated: the article says so itself; what is left is a citation for a side remark.
    statement_lacking, statement_later: the cited outlet's article at hand, without the statement, or dated later.
    held, held_most: a quotation of the copy that the source holds: independent reports share some too, so little each.
    cut: of those, each where the source has more: a source has more, a copy can't.
    own, own_next, own_other: quotations that the source lacks. One by a person whom the source quotes shows that the
      copy was there itself; by another person it may be an added reaction; the second tells less than the first.
    fuller: the copy has more of the same quotation: it has it from elsewhere.
    requoted: words in marks that the source tells in its own voice: mostly heard, seldom invented.
    carried, own_told: indirect statements that the source has, or lacks.
    left_out: for each nat of chance that a report lacks what both lack: a copy has no choice, another report would.
    same_cut: the copy has no word beyond where the source cut a quotation that all others give longer; less if some.
    run: for each unit of worth of the narrator's words in common, which no transcript explains. Where the copy has
      quotations of the same people beyond the source, a common origin explains them as well: `common_share` is left.
    variant: the same altered wording, misspelling or figure in both against the rest.
    same_outlet: an outlet's follow-up draws on its own earlier report; its new quotations then speak against nothing
      (`follow_up_share` of their weight is left).
    order, residue: all in the same order; all that was added stands in one block at the end. Habit can do both.
    later: the source is dated later. A veto, with which no other evidence but a citation can be reconciled.
    nearest_most: of several possible sources, at most so much for the one with which the copy shares runs of words that
      the next has not; ten to one is evidence as strong as it can be, since chance and common phrases give some too.
    least_odds: log-odds from which a derivation is told. margin: by so much one direction must beat the other; tie: by
      so much the best source must beat the next.
    beyond_quotations: so much must come from elsewhere than quotations in common, which a transcript explains.
    also_stated: where an outlet that is not at hand is stated, so much more is asked of an article at hand.
    common_origin: so much narration_reuse shows a common origin where no direction can be told.
    partners: sources looked at for one article, those that share most first: bounds the work in large stories.
    """

    prior: float = -3.0
    stated: float = 7.0
    statement_lacking: float = -1.0
    statement_later: float = -1.0
    held: float = 0.55
    held_most: float = 3.0
    cut: float = 0.4
    cut_most: float = 1.6
    own: float = -3.0
    own_next: float = -1.2
    own_other: float = -1.5
    own_other_next: float = -0.5
    own_most: float = -8.0
    fuller: float = -1.5
    crossing: float = -2.0
    requoted: float = -0.3
    carried: float = 0.25
    carried_most: float = 1.5
    own_told: float = -0.4
    own_told_most: float = -1.6
    left_out: float = 0.8
    left_out_most: float = 2.0
    same_cut: float = 0.8
    same_cut_most: float = 2.4
    same_cut_words: int = 5
    run: float = 0.5
    run_most: float = 4.0
    common_share: float = 0.3
    variant: float = 1.6
    variant_most: float = 4.0
    same_outlet: float = 3.5
    follow_up_share: float = 0.1
    order: float = 0.4
    order_least: int = 4
    residue: float = 0.4
    later: float = -12.0
    nearest_most: float = 2.0
    least_odds: float = 0.0
    margin: float = 1.0
    tie: float = 0.02
    beyond_quotations: float = 1.0
    also_stated: float = 2.0
    common_origin: float = 3.0
    partners: int = 16
    spans_shown: int = 8
    links: LinksConfig = LinksConfig()
    translations: RetranslationsConfig = RetranslationsConfig()


def replay(evidence: Sequence[Evidence], prior: float) -> float:
    """The probability that follows from the evidence: logistic(prior + sum of weights), to four places. Linear.

    >>> replay((Evidence("citation", 7.0, (), "it says so"),), -3.0)
    0.982
    """
    return round(1 / (1 + exp(-(prior + sum(piece.weight for piece in evidence)))), 4)


class Pool(Struct, frozen=True):
    """What the story offers, by family: who has it, how unlikely it is to lack it by chance (in nats; only of families
    that two or more articles have), and how many words in marks the articles have of it, sorted."""

    told_by: Mapping[str, tuple[str, ...]]
    surprise: Mapping[str, float]
    lengths: Mapping[str, tuple[int, ...]]


def make_pool(profiles: Mapping[str, Profile]) -> Pool:
    """Counts the utterances of a story. Linear in them."""
    told_by: dict[str, list[str]] = {}
    lengths: dict[str, list[int]] = {}
    for id_, profile in profiles.items():
        for family, utterance in profile.utterances.items():
            told_by.setdefault(family, []).append(id_)
            if utterance.marked:
                lengths.setdefault(family, []).append(len(utterance.marked))
    others = max(1, len(profiles) - 1)
    surprise = {f: -log(max(0.05, 1 - len(ids) / others)) for f, ids in sorted(told_by.items()) if len(ids) > 1}
    return Pool(
        {f: tuple(ids) for f, ids in told_by.items()},
        {f: nats for f, nats in surprise.items() if nats >= LEAST_SURPRISE},
        {f: tuple(sorted(counts)) for f, counts in lengths.items()},
    )


LEAST_SURPRISE = 0.05
"""What nineteen reports of twenty lack is no choice."""


class Case(Struct, frozen=True):
    """What speaks for and against one article as the source of another; `beyond` is the part of what speaks for it that
    quotations in common do not give."""

    source: str
    copy: str
    evidence: tuple[Evidence, ...]
    odds: float
    beyond: float
    is_vetoed: bool


def weigh_source(
    sharing: Sharing,
    profiles: Mapping[str, Profile],
    pool: Pool,
    variants: Mapping[str, Sequence[Variant]],
    config: DerivationsConfig,
) -> Case:
    """All that speaks for and against `sharing.source` as the source of `sharing.copy`.

    O(utterances of both, and families of the story).
    """
    source, copy = profiles[sharing.source], profiles[sharing.copy]
    evidence = weigh_quotations(sharing, profiles, config)
    evidence += weigh_selection(sharing, profiles, pool, config)
    was_there = (sharing.own_of_shared or sharing.fuller) and not _is_follow_up(source, copy)
    evidence += weigh_runs(sharing, profiles, config, config.common_share if was_there else 1.0)
    evidence += _weigh_variants(source, copy, profiles, variants, config)
    evidence += weigh_translations(sharing, profiles, config.translations, config.spans_shown)
    evidence += _weigh_order(sharing, source, copy, config)
    evidence += _weigh_outlet(source, copy, config)
    is_vetoed = came_later(source.article, copy.article)
    if is_vetoed:
        evidence.append(Evidence("timestamp", config.later, (), f"{source.name} is dated later than {copy.name}"))
    kept = tuple(evidence)
    beyond = sum(p.weight for p in kept if p.weight > 0) - _weigh_held(sharing, config)
    return Case(source.id, copy.id, kept, config.prior + sum(p.weight for p in kept), beyond, is_vetoed)


CHANCE_RUNS = 5
"""So many short runs of words two reports of one event may share that neither took from the other."""


def weigh_nearness(rivals: Sequence[Case], profiles: Mapping[str, Profile], config: DerivationsConfig) -> list[Case]:
    """Each of the possible sources of one copy, with how much nearer to the copy's words it is than the nearest other.

    The log of the ratio of the runs of words that the copy has from only one of the two. It tells sources apart, not
    whether there is any; with one there is nothing to tell. O(rivals² · words).
    """
    found: list[Case] = []
    runs = [profiles[case.source].text & profiles[case.copy].text for case in rivals]
    both = count_shared(runs)
    for n, case in enumerate(rivals):
        ratios: list[tuple[float, str, int]] = []
        for m, other in enumerate(rivals):
            if m != n:
                mine, theirs = len(runs[n]) - both[n][m], len(runs[m]) - both[n][m]
                ratios.append((log((mine + CHANCE_RUNS) / (theirs + CHANCE_RUNS)), other.source, mine))
        if not ratios:
            return list(rivals)
        ratio, nearest, count = min(ratios, key=lambda row: (row[0], profiles[row[1]].article.article.rank))
        weight = round(max(-config.nearest_most, min(config.nearest_most, ratio)), 4)
        source, name, other_name = (profiles[id_].name for id_ in (case.source, case.copy, nearest))
        why = f"{count} runs of words in {name} stand in {source} but not in {other_name}"
        evidence = (*case.evidence, Evidence("containment", weight, (), why))
        found.append(
            Case(case.source, case.copy, evidence, case.odds + weight, case.beyond + max(0.0, weight), case.is_vetoed)
        )
    return found


def weigh_citation(links: Sequence[Link], copy: Profile, config: DerivationsConfig) -> Evidence:
    """The stated part: one piece for all mentions of one outlet."""
    kind: EvidenceKind = "credit" if all(link.is_credit for link in links) else "citation"
    places = tuple(Place(copy.id, link.citation.span) for link in links)[: config.spans_shown]
    how = "carries a credit to" if kind == "credit" else "names as its source"
    return Evidence(kind, config.stated, places, f"{copy.name} {how} {links[0].citation.outlet}")


def weigh_quotations(sharing: Sharing, profiles: Mapping[str, Profile], config: DerivationsConfig) -> list[Evidence]:
    """Whether the source could have given the copy its quotations and indirect statements."""
    source, copy = profiles[sharing.source], profiles[sharing.copy]
    share = config.follow_up_share if _is_follow_up(source, copy) else 1.0
    found: list[Evidence] = []

    def add(weight: float, families: Sequence[str], why: str, *, in_source: bool = True) -> None:
        if weight:
            shown = families[: config.spans_shown // 2]
            places = [Place(copy.id, copy.utterances[f].span) for f in shown]
            if in_source:
                places += [Place(source.id, source.utterances[f].span) for f in shown if f in source.utterances]
            found.append(Evidence("containment", round(weight, 4), tuple(places), why))

    held, cut = sharing.held, sharing.cut
    why = f"{_count(held)} of {copy.name} {_agree(held, 'stands', 'stand')} in {source.name}"
    add(min(config.held_most, config.held * len(held)), held, why)
    add(min(config.cut_most, config.cut * len(cut)), cut, f"{source.name} has more of {_count(cut)} of {copy.name}")
    shared, other = sharing.own_of_shared, tuple(f for f in sharing.own if f not in sharing.own_of_shared)
    weight = _first_and_next(len(shared), config.own, config.own_next)
    weight += _first_and_next(len(other), config.own_other, config.own_other_next)
    why = f"{_count(sharing.own)} of {copy.name} {_agree(sharing.own, 'is', 'are')} not in {source.name}"
    add(max(config.own_most, weight) * share, sharing.own, why, in_source=False)
    fuller, crossing = sharing.fuller, sharing.crossing
    add(config.fuller * len(fuller), fuller, f"{copy.name} has more of {_count(fuller)} than {source.name}")
    add(config.crossing * len(crossing), crossing, f"{_count(crossing)}: each article has words that the other lacks")
    add(
        config.requoted * len(sharing.requoted),
        sharing.requoted,
        f"{copy.name} has in marks what {source.name} only tells",
    )
    carried, own_told = sharing.carried, sharing.own_told
    weight = min(config.carried_most, config.carried * len(carried))
    stand = _agree(carried, "stands", "stand")
    add(weight, carried, f"{_count(carried, 'statement')} told in {copy.name} {stand} in {source.name}")
    weight = max(config.own_told_most, config.own_told * len(own_told)) * share
    add(
        weight,
        own_told,
        f"{_count(own_told, 'statement')} told in {copy.name} {_agree(own_told, 'is', 'are')} not in {source.name}",
        in_source=False,
    )
    return found


def weigh_selection(
    sharing: Sharing, profiles: Mapping[str, Profile], pool: Pool, config: DerivationsConfig
) -> list[Evidence]:
    """Whether the copy lacks what the source left out although other articles of the story have it.

    Worth as much as it is unlikely by chance: that a report lacks what most have says more than what few have.
    """
    source, copy = profiles[sharing.source], profiles[sharing.copy]
    if not sharing.shared:
        return []
    found: list[Evidence] = []
    lacking = [f for f in pool.surprise if f not in source.utterances and f not in copy.utterances]
    if lacking:
        weight = min(config.left_out_most, config.left_out * sum(pool.surprise[f] for f in lacking))
        why = f"{copy.name} lacks {_count(lacking, 'statement')} of the story that {source.name} left out"
        places = [Place(pool.told_by[f][0], profiles[pool.told_by[f][0]].utterances[f].span) for f in lacking]
        found.append(Evidence("containment", round(weight, 4), tuple(places[: config.spans_shown]), why))
    shares = {f: _share_longer(f, source, copy, pool, config) for f in sharing.held}
    same = [f for f in sharing.held if shares[f]]
    if same:
        places = [Place(id_, profiles[id_].utterances[f].span) for f in same for id_ in (source.id, copy.id)]
        weight = min(config.same_cut_most, config.same_cut * sum(shares[f] for f in same))
        why = f"{copy.name} has no word beyond where {source.name} cut {_count(same)} that others give longer"
        found.append(Evidence("containment", round(weight, 4), tuple(places[: config.spans_shown]), why))
    return found


def _share_longer(family: str, source: Profile, copy: Profile, pool: Pool, config: DerivationsConfig) -> float:
    """The share of the other articles with this quotation that have it longer than the source."""
    lengths = pool.lengths.get(family, ())
    if family not in source.utterances or family not in copy.utterances or len(lengths) < 3:
        return 0.0
    least = len(source.utterances[family].marked) + config.same_cut_words
    return (len(lengths) - bisect_left(lengths, least)) / (len(lengths) - 2)


def weigh_runs(
    sharing: Sharing, profiles: Mapping[str, Profile], config: DerivationsConfig, share: float = 1.0
) -> list[Evidence]:
    """The narrator's words in common; `share` of their weight counts."""
    if not sharing.runs:
        return []
    best = sorted(sharing.runs, key=lambda run: (-run.worth, run.span))[: config.spans_shown]
    weight = min(config.run_most, config.run * sum(run.worth for run in sharing.runs)) * share
    words = sum(run.words for run in sharing.runs)
    source, copy = profiles[sharing.source].name, profiles[sharing.copy].name
    why = f"{words} of the reporter's own words in {copy} stand in runs in {source}"
    return [Evidence("narration_reuse", round(weight, 4), tuple(Place(sharing.copy, run.span) for run in best), why)]


def _weigh_variants(
    source: Profile,
    copy: Profile,
    profiles: Mapping[str, Profile],
    variants: Mapping[str, Sequence[Variant]],
    config: DerivationsConfig,
) -> list[Evidence]:
    shared = [v for v in variants.get(copy.id, ()) if source.id in v.holders]
    if not shared:
        return []
    weight = round(min(config.variant_most, config.variant * len(shared)), 4)
    places = tuple(place for v in shared for place in v.places if place.article in (source.id, copy.id))
    first = shared[0]
    others = ", ".join(profiles[other].name for other in first.others[:3])
    why = f"both have “{first.words}”; instead of it “{first.instead}” stands in {others}"
    return [Evidence("shared_error", weight, places[: config.spans_shown], why)]


def _weigh_order(sharing: Sharing, source: Profile, copy: Profile, config: DerivationsConfig) -> list[Evidence]:
    """In the same order; and with all that was added in one block at the end."""
    both = [f for f in copy.utterances if f in source.utterances]
    if len(both) < config.order_least:
        return []
    found: list[Evidence] = []
    both.sort(key=lambda f: (copy.utterances[f].span, f))
    starts = [source.utterances[f].span.start for f in both]
    if starts == sorted(starts):
        places = tuple(Place(copy.id, copy.utterances[f].span) for f in both)[: config.spans_shown]
        why = f"the {len(both)} statements in common stand in the same order"
        found.append(Evidence("order", config.order, places, why))
    last = copy.utterances[both[-1]].span
    told = [u.span for f, u in copy.utterances.items() if f not in source.utterances]
    after = [s.span for s in copy.article.sentences if s.span.start >= last.end and s.role == "body"]
    if after and all(span.start > last.end for span in told):
        why = f"what {copy.name} has beyond {source.name} stands in one block at the end"
        found.append(
            Evidence("residue", config.residue, tuple(Place(copy.id, s) for s in after)[: config.spans_shown], why)
        )
    return found


def _weigh_outlet(source: Profile, copy: Profile, config: DerivationsConfig) -> list[Evidence]:
    if not _is_follow_up(source, copy):
        return []
    return [
        Evidence(
            "credit", config.same_outlet, (), f"{source.article.article.outlet} published both, {source.name} first"
        )
    ]


def _is_follow_up(source: Profile, copy: Profile) -> bool:
    one, other = source.article.article, copy.article.article
    return is_same_outlet(one.outlet, other.outlet, frozenset()) and not came_later(source.article, copy.article)


def _weigh_held(sharing: Sharing, config: DerivationsConfig) -> float:
    held, cut = config.held * len(sharing.held), config.cut * len(sharing.cut)
    return min(config.held_most, held) + min(config.cut_most, cut)


def _first_and_next(count: int, first: float, following: float) -> float:
    return first + following * (count - 1) if count else 0.0


def _count(families: Sequence[str], noun: str = "quotation") -> str:
    return f"1 {noun}" if len(families) == 1 else f"{len(families)} {noun}s"


def _agree(families: Sequence[str], one: str, many: str) -> str:
    return one if len(families) == 1 else many
