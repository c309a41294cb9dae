"""How much two quotations look like readings of one utterance: words, runs, speaker, and passages that join them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct
from rapidfuzz.distance import LCSseq

from retold.languages import choose_language
from retold.model import AnnotatedArticle, Passage, Quotation, Span, SpeakerKind
from retold.relate.weights import Term, Weights, find_terms
from retold.trace.wordings import find_marked_parts

_CLOSING = " \n\"'”’»"
_OPENING = frozenset("\"'“‘«„‹”’")


MANY_PAIRS = 100_000
"""Pairs of equal words above which the longest run is found by an automaton: below, a table is quicker."""


class LikenessConfig(Struct, frozen=True):
    """What each sign is worth; likeness runs from 0 to about 1.5.

    `full_weight`: so much shared weight (a stem that stands once in the story weighs 1) makes words count in full, less
    counts in proportion: one rare name in common says little. `passage`: added where a passage joins the two (order and
    the residual rule speak through it). `same_speaker`, `other_speaker`, `other_person`: added for the speakers.
    `reattributed_share`, `reattributed_words`: words in marks of different persons match only from here.
    `whole`: what a run of `whole_run` words that is nearly all of the shorter is worth at least, common words or not.
    `marked_apart`: added for two longer quotations in marks that share no run of `marked_run` words and less than
    `marked_share` of the shorter's words in order: marks promise the speaker's words, so those are two utterances.
    """

    full_weight: float = 1.6
    passage: float = 0.30
    same_speaker: float = 0.12
    other_speaker: float = -0.12
    other_person: float = -0.60
    run_words: int = 3
    run: float = 0.15
    reattributed_share: float = 0.80
    reattributed_words: int = 4
    whole_run: int = 5
    whole: float = 0.60
    marked_run: int = 4
    marked_share: float = 0.45
    marked_apart: float = -0.30


class Utterance(Struct, frozen=True):
    """One quotation as it is matched: its terms, the stems with their weights, and who speaks.

    `marked`: the words that stand in marks, all of a direct quotation, none of an indirect one.
    `behalf`: of who is called a spokesman, the words that tell whose (none: "its spokesman"); of others None.
    `name_words`: of the speaker's name; `is_named`: there is one, and not only a role. `is_question`: in marks, and
    asked. `is_document`: direct and without marks, as a post or a turn in a transcript is.
    """

    article: str
    quotation: Quotation
    terms: tuple[Term, ...]
    marked: tuple[Term, ...]
    by_stem: Mapping[str, float]
    weight: float
    length: float
    speaker: str | None
    speaker_kind: SpeakerKind
    rank: tuple[str, str, Span]
    is_question: bool = False
    is_document: bool = False
    language: str | None = None
    anchors: frozenset[str] = frozenset()
    pieces: tuple[str, ...] = ()
    behalf: frozenset[str] | None = None
    name_words: frozenset[str] = frozenset()
    is_named: bool = True

    @property
    def norms(self) -> list[str]:
        """Its words in the form they are compared by."""
        return [term.norm for term in self.terms]


def make_utterance(
    annotated: AnnotatedArticle, quotation: Quotation, weights: Weights, kinds: Mapping[str, SpeakerKind]
) -> Utterance:
    """Reads one quotation's content spans as terms. Linear in its words."""
    article = annotated.article
    terms = tuple(term for span in quotation.content for term in find_terms(article, span, weights))
    by_stem = {term.stem: term.weight for term in terms if term.is_content}
    stems = sorted(by_stem)
    marked = terms if quotation.kind == "direct" else ()
    if quotation.kind == "mixed":
        language = choose_language(article.language)
        parts = [part for span in quotation.content for part in find_marked_parts(article.text, span, language)]
        marked = tuple(t for t in terms if any(part.overlaps(t.span) for part in parts)) or terms
    return Utterance(
        article.id,
        quotation,
        terms,
        marked,
        by_stem,
        sum(by_stem[s] for s in stems),
        sum(by_stem[s] ** 2 for s in stems) ** 0.5,
        quotation.speaker,
        kinds.get(quotation.speaker or "", "unknown"),
        (*rank_article(annotated), quotation.extent),
        quotation.kind == "direct" and _is_asked(article.text, quotation.extent),
        quotation.kind == "direct" and article.text[: quotation.extent.start].rstrip()[-1:] not in _OPENING,
    )


def _is_asked(text: str, extent: Span) -> bool:
    return text[max(extent.start, extent.end - 3) : extent.end + 1].rstrip(_CLOSING).endswith("?")


def rank_article(annotated: AnnotatedArticle) -> tuple[str, str]:
    """A key that orders articles by content, never by arrival: first published first, undated ones last."""
    published = annotated.article.published
    return (published.value if published else "~", annotated.article.rank)


def find_candidates(
    utterances: Sequence[Utterance], joined: Mapping[tuple[int, int], float], least: float, config: LikenessConfig
) -> list[tuple[int, int]]:
    """The pairs (lower number first) that may be alike: by their words, by a long run, or because a passage joins them.

    A superset of the pairs that `compare_utterances` rates at `least` or higher: of what words don't bring, run and
    speaker bring at most their worth. Inverted indexes over stems and runs of `whole_run` words: O(pairs that share).
    """
    index: dict[str, list[int]] = defaultdict(list)
    runs: dict[tuple[str, ...], list[int]] = defaultdict(list)
    pairs = {pair for pair, worth in joined.items() if worth > 0}
    enough = least - config.run - config.same_speaker - 1e-9
    for m, one in enumerate(utterances):
        dot: dict[int, float] = defaultdict(float)
        shared: dict[int, float] = defaultdict(float)
        for stem in sorted(one.by_stem):
            weight = one.by_stem[stem]
            for n in index[stem]:
                other = utterances[n].by_stem[stem]
                dot[n] += weight * other
                shared[n] += min(weight, other)
            index[stem].append(m)
        for n, product in dot.items():
            # a fragment in marks may be rated by itself, in full: what is shared still limits it
            is_mixed = "mixed" in (one.quotation.kind, utterances[n].quotation.kind)
            bound = min(1.0, shared[n] / config.full_weight)
            if (bound if is_mixed else _rate_words(one, utterances[n], product, shared[n], config)) >= enough:
                pairs.add((n, m))
        norms = one.norms
        for run in sorted({tuple(norms[k : k + config.whole_run]) for k in range(len(norms) - config.whole_run + 1)}):
            pairs |= {(n, m) for n in runs[run]}
            runs[run].append(m)
    return sorted(pairs)


def _rate_words(one: Utterance, other: Utterance, dot: float, shared: float, config: LikenessConfig) -> float:
    smaller = min(one.weight, other.weight)
    if not (shared and smaller and one.length and other.length):
        return 0.0
    return (dot / (one.length * other.length) + shared / smaller) / 2 * min(1.0, shared / config.full_weight)


def join_by_passages(utterances: Sequence[Utterance], passages: Sequence[Passage]) -> dict[tuple[int, int], float]:
    """Which pairs (lower number first) a passage joins, and how well: 0 to 1. O(passages · quotations per article).

    A passage joins two quotations as far as it covers of each, or of itself, the smaller.
    """
    by_article: dict[str, list[int]] = defaultdict(list)
    for n, utterance in enumerate(utterances):
        by_article[utterance.article].append(n)
    joined: dict[tuple[int, int], float] = {}
    for passage in passages:
        left = _cover(utterances, by_article[passage.from_.article], passage.from_.span)
        right = _cover(utterances, by_article[passage.to.article], passage.to.span)
        for n, share in left:
            for m, other in right:
                pair = (min(n, m), max(n, m))
                joined[pair] = max(joined.get(pair, 0.0), min(share, other))
    return joined


def _cover(utterances: Sequence[Utterance], numbers: Sequence[int], span: Span) -> list[tuple[int, float]]:
    out = []
    for n in numbers:
        content = utterances[n].quotation.content
        inside = sum(max(0, min(span.end, c.end) - max(span.start, c.start)) for c in content)
        size = min(span.end - span.start, sum(c.end - c.start for c in content))
        if 2 * inside >= size > 0:
            out.append((n, inside / size))
    return out


def compare_utterances(one: Utterance, other: Utterance, joined: float, config: LikenessConfig) -> float:
    """How much two quotations look like readings of one utterance; `joined` is what passages say (0: none does).

    Half idf-cosine, half containment of the smaller in the larger (Leskovec et al. 2009), so that a fragment finds its
    whole and two long ones need more than a common formula. Negation has no weight: what was denied is the same
    utterance told wrongly. O(words).
    """
    smaller, larger = (one, other) if one.weight <= other.weight else (other, one)
    common = sorted(smaller.by_stem.keys() & larger.by_stem.keys())
    shared = sum(min(smaller.by_stem[s], larger.by_stem[s]) for s in common)
    dot = sum(smaller.by_stem[s] * larger.by_stem[s] for s in common)
    words = _rate_words(one, other, dot, shared, config)
    run = longest_run(smaller.norms, larger.norms) if common else 0
    words = max(words, _rate_fragment(one, other, config), _rate_fragment(other, one, config))
    shortest = min(len(u.marked if u.quotation.kind == "mixed" else u.terms) for u in (one, other))
    if run >= max(config.whole_run, 0.8 * shortest):
        words = max(words, config.whole)
    likeness = words + config.passage * joined
    if run >= config.run_words:
        likeness += config.run * min(1.0, run / 8)
    if not likeness:
        return 0.0
    if run < config.marked_run and are_marked_apart(one, other, config):
        likeness += config.marked_apart
    return likeness + _compare_speakers(smaller, larger, run, config)


def _rate_fragment(one: Utterance, other: Utterance, config: LikenessConfig) -> float:
    """How much of the words in marks of a mixed quotation the other has: the narrator's words around may differ."""
    if one.quotation.kind != "mixed" or len(one.marked) < config.run_words:
        return 0.0
    by_stem = {term.stem: term.weight for term in one.marked if term.is_content}
    weight = sum(by_stem[s] for s in sorted(by_stem))
    shared = sum(min(by_stem[s], other.by_stem[s]) for s in sorted(by_stem.keys() & other.by_stem.keys()))
    return shared / weight * min(1.0, shared / config.full_weight) if weight else 0.0


def are_marked_apart(one: Utterance, other: Utterance, config: LikenessConfig) -> bool:
    """Whether both stand in marks and share neither a run nor most of the shorter's words in order."""
    if any(u.quotation.kind != "direct" or len(u.terms) <= config.marked_run for u in (one, other)):
        return False
    least = config.marked_share * min(len(one.terms), len(other.terms))
    return longest_run(one.norms, other.norms) < config.marked_run and LCSseq.similarity(one.norms, other.norms) < least


def _compare_speakers(smaller: Utterance, larger: Utterance, run: int, config: LikenessConfig) -> float:
    if smaller.speaker is None or larger.speaker is None:
        return 0.0
    if smaller.speaker == larger.speaker:
        return config.same_speaker
    marks = [[term.norm for term in u.marked] for u in (smaller, larger)]
    size = min(len(norms) for norms in marks)
    is_long = min(size, run) >= config.reattributed_words
    if is_long and LCSseq.similarity(*marks) >= config.reattributed_share * size:
        return 0.0
    if is_for_body(smaller, larger):
        return 0.0
    return config.other_person if are_apart(smaller, larger) else config.other_speaker


def are_apart(one: Utterance, other: Utterance) -> bool:
    """Whether two persons speak who are known and different. Who is called by a role alone may be the one named, but
    where one reports what another said these are two."""
    is_nested = one.quotation.within is not None or other.quotation.within is not None
    return (
        None not in (one.speaker, other.speaker)
        and one.speaker != other.speaker
        and one.speaker_kind == other.speaker_kind == "person"
        and (one.is_named == other.is_named or is_nested)
    )


def have_same_speaker(one: Utterance, other: Utterance) -> bool:
    """Whether both have one speaker, or one of the two is unknown, or the body whose spokesman the other is."""
    return None in (one.speaker, other.speaker) or one.speaker == other.speaker or is_for_body(one, other)


def is_for_body(one: Utterance, other: Utterance) -> bool:
    """Whether one is said by a body and the other by its spokesman: by the same mouth, told in two ways."""
    return any(
        voice.speaker_kind == "person"
        and body.speaker_kind in _BODIES
        and voice.behalf is not None
        and (not voice.behalf or bool(voice.behalf & body.name_words))
        for voice, body in ((one, other), (other, one))
    )


_BODIES: frozenset[SpeakerKind] = frozenset({"organization", "state"})


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest run of equal words. Linear in the pairs of equal words, or where those are many
    (a text of one word over and over) in the words.

    >>> longest_run("we put it in writing".split(), "they put it in a drawer".split())
    3
    """
    places: dict[str, list[int]] = defaultdict(list)
    for n, word in enumerate(other):
        places[word].append(n)
    if sum(len(places[word]) for word in one if word in places) > MANY_PAIRS:
        return _longest_run_of_many(one, other)
    best = 0
    before: dict[int, int] = {}
    for word in one:
        now = {n: before.get(n - 1, 0) + 1 for n in places.get(word, ())}
        best = max(best, max(now.values(), default=0))
        before = now
    return best


def _longest_run_of_many(one: Sequence[str], other: Sequence[str]) -> int:
    """The same by a suffix automaton of `other` (Blumer et al. 1985): one state a word and at most one more."""
    following: list[dict[str, int]] = [{}]
    shorter, lengths = [-1], [0]
    last = 0
    for word in other:
        state = len(lengths)
        following.append({})
        lengths.append(lengths[last] + 1)
        shorter.append(0)
        at = last
        while at != -1 and word not in following[at]:
            following[at][word] = state
            at = shorter[at]
        if at != -1:
            reached = following[at][word]
            if lengths[reached] != lengths[at] + 1:
                following.append(dict(following[reached]))
                lengths.append(lengths[at] + 1)
                shorter.append(shorter[reached])
                twin = len(lengths) - 1
                while at != -1 and following[at].get(word) == reached:
                    following[at][word] = twin
                    at = shorter[at]
                shorter[reached] = twin
                reached = twin
            shorter[state] = reached
        last = state
    best, at, run = 0, 0, 0
    for word in one:
        while at and word not in following[at]:
            at = shorter[at]
            run = lengths[at]
        if word in following[at]:
            at, run = following[at][word], run + 1
        best = max(best, run)
    return best
