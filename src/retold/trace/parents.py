"""Which earlier reading each reading is compared with, and which were added or dropped on the way."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from retold.languages import choose_language
from retold.model import AnnotatedArticle, Derivation, Family, Reading
from retold.trace.folding import fold_tokens
from retold.trace.phrases import content_keys
from retold.trace.wordings import Wording, find_tokens

_FORM_RANK = {"indirect": 1, "narration": 2}
_STRANGE, _AKIN = 0.25, 0.6
"""Shares of a reading's content words: with less it is not compared where another earlier reading has more."""


class ParentsConfig(Struct, frozen=True):
    """`least_probability`: a derivation below it links no readings (more likely wrong than right)."""

    least_probability: float = 0.5


class Succession(Struct, frozen=True):
    """A reading (id) and the one it comes from. `from_` None: added; `to` None: dropped by `article`."""

    family: str
    from_: str | None
    to: str | None
    is_derived: bool
    article: str | None = None


def find_successions(
    articles: Sequence[AnnotatedArticle],
    families: Sequence[Family],
    readings: Mapping[str, Reading],
    wordings: Mapping[str, Wording],
    derivations: Sequence[Derivation],
    config: ParentsConfig,
) -> tuple[Succession, ...]:
    """For each family, in order: one succession a reading, then what was dropped. O(readings²) a family."""
    words_in_marks: Counter[str] = Counter()
    for id_, wording in wordings.items():
        words_in_marks[readings[id_].article] -= _fullness(wording)[1]
    order = _Order(articles, words_in_marks, derivations, config)
    found: list[Succession] = []
    for family in families:
        members = [readings[r] for r in family.readings if r in wordings]
        found.extend(_succeed(family, members, wordings, order))
    return tuple(found)


class _Order:
    """What is known of who came first: sources by derivation, ancestors, times; else a guess from who was retold."""

    def __init__(
        self,
        articles: Sequence[AnnotatedArticle],
        words_in_marks: Mapping[str, int],
        derivations: Sequence[Derivation],
        config: ParentsConfig,
    ) -> None:
        self.articles = {a.article.id: a.article for a in articles}
        self.sources: dict[str, list[str]] = {id_: [] for id_ in self.articles}
        self.origins: dict[str, set[str]] = {id_: set() for id_ in self.articles}  # outlets cited, hidden origins
        for d in derivations:
            if d.to in self.articles and d.from_ not in self.articles and d.probability >= config.least_probability:
                self.origins[d.to].add((d.from_outlet or d.from_ or "").casefold())
        strong = [d for d in derivations if d.from_ in self.articles and d.to in self.articles and d.from_ != d.to]
        rank = {"stated": 0, "inferred": 1}
        for d in sorted(strong, key=lambda d: (rank[d.kind], -d.probability, self.articles[d.from_ or ""].rank)):
            if d.probability >= config.least_probability and d.from_ is not None:
                self.sources[d.to].append(d.from_)
        self.ancestors = {id_: self._climb(id_) for id_ in self.articles}
        copies = Counter(source for sources in self.sources.values() for source in sources)
        self.place = {
            id_: (
                sum(id_ not in self.ancestors[up] for up in self.ancestors[id_]),
                -copies[id_],
                -words_in_marks.get(id_, 0),
                self.time(id_) or "~",
                article.rank,
            )
            for id_, article in self.articles.items()
        }
        """Sorts articles that neither a derivation nor their times put in order: first what retells least, and what
        most others took up; of those what quotes most; then by content (no evidence, but the same on every run)."""

    def _climb(self, id_: str) -> frozenset[str]:
        seen: set[str] = set()
        queue = list(self.sources[id_])
        while queue:
            up = queue.pop()
            if up not in seen:
                seen.add(up)
                queue.extend(self.sources[up])
        return frozenset(seen)

    def time(self, id_: str) -> str | None:
        """The time of publication as far as both sides of a comparison give it; ISO 8601 sorts as text."""
        published = self.articles[id_].published
        return published.value if published else None

    def is_before(self, one: str, two: str) -> bool:
        """Whether `one` came before `two`: by derivation (but for a cycle), else by time, else by their places.

        Reports as a whole are put in order, not reading by reading: one that came first did so with all it has.
        """
        is_source, is_copy = one in self.ancestors[two], two in self.ancestors[one]
        if is_source != is_copy:
            return is_source
        a, b = self.time(one), self.time(two)
        if a is not None and b is not None:
            shortest = min(len(a), len(b))  # a day doesn't tell against a minute of it
            if a[:shortest] != b[:shortest]:
                return a < b
        return self.place[one] < self.place[two]


@lru_cache(maxsize=4096)  # of a family of many readings each is asked for by all the others
def _fullness(wording: Wording) -> tuple[int, int]:
    """Sorts the fullest first: in marks before not, then by the words in marks. A paraphrase's length says nothing."""
    if not wording.is_in_marks:
        return _FORM_RANK[wording.form], 0
    return 0, -len(find_tokens(wording.text, wording.marked, choose_language(wording.language)))


def _likeness(earlier: Wording, later: Wording) -> float:
    """Share of the later reading's content words that the earlier one has."""
    had, has = _content_keys(earlier), _content_keys(later)
    return len(had & has) / len(has) if has else 0.0


@lru_cache(maxsize=4096)  # asked for against every reading of the family, as is `_fullness`
def _content_keys(wording: Wording) -> frozenset[str]:
    language = choose_language(wording.language)
    return frozenset(content_keys(fold_tokens(find_tokens(wording.text, wording.spans, language), language)))


def _best(candidates: Iterable[Reading], later: Reading, wordings: Mapping[str, Wording]) -> Reading:
    """Of several readings in one article the one that the later reading is closest to; of equals the fullest."""
    return min(
        candidates,
        key=lambda r: (
            round(-_likeness(wordings[r.id], wordings[later.id]), 1),
            wordings[r.id].is_in_marks != wordings[later.id].is_in_marks,
            _fullness(wordings[r.id]),
            r.span,
            r.id,
        ),
    )


def _succeed(
    family: Family, members: Sequence[Reading], wordings: Mapping[str, Wording], order: _Order
) -> list[Succession]:
    found: list[Succession] = []
    told_in = {r.article for r in members}
    ranked = sorted(members, key=lambda r: _rank(r, wordings, order))
    for later in members:
        source = next((s for s in order.sources[later.article] if s in told_in), None)
        if source is not None:
            parent = _best((r for r in members if r.article == source), later, wordings)
            found.append(Succession(family.id, parent.id, later.id, True))
            continue
        earlier = _find_earlier(later, ranked, wordings, order)
        if earlier is not None:
            found.append(Succession(family.id, earlier.id, later.id, earlier.article in order.ancestors[later.article]))
        elif order.sources[later.article]:
            found.append(Succession(family.id, None, later.id, True))
    for article in sorted(order.sources, key=lambda id_: order.articles[id_].rank):
        if article in told_in:
            continue
        found.extend(
            Succession(family.id, reading.id, None, True, article)
            for source in order.sources[article]
            for reading in members
            if reading.article == source
        )
    return found


def _find_earlier(
    later: Reading, ranked: Sequence[Reading], wordings: Mapping[str, Wording], order: _Order
) -> Reading | None:
    """The fullest earlier reading of another article; None where this reading is the origin itself.

    Readings in articles that share a cited or hidden origin with this one go first: they are closest to what it had.
    `ranked`: all of the family, by `_rank`; the first that fits is mostly among the first.
    """
    kin = order.origins[later.article]

    def find(among: Iterable[Reading]) -> Reading | None:
        earlier = (r for r in among if r.article != later.article and order.is_before(r.article, later.article))
        return next(earlier, None)

    fullest = find(r for r in ranked if order.origins[r.article] & kin) if kin else None
    fullest = fullest or find(ranked)
    if fullest is None:
        return None
    if _likeness(wordings[fullest.id], wordings[later.id]) < _STRANGE:
        # of two excerpts of one speech the fuller may have nothing of this one
        fullest = find(r for r in ranked if _likeness(wordings[r.id], wordings[later.id]) >= _AKIN) or fullest
    return _best((r for r in ranked if r.article == fullest.article), later, wordings)


def _rank(
    reading: Reading, wordings: Mapping[str, Wording], order: _Order
) -> tuple[tuple[int, int], tuple[int, int, int, str, str], int]:
    """Fullest first; of equals the one in the report that came first as far as can be told."""
    return _fullness(wordings[reading.id]), order.place[reading.article], reading.span.start
