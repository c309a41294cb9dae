"""The mentions of a story's articles with the words around them, and where those of two articles may be compared."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import product

from msgspec import Struct

from retold.annotate.words import Word, find_words, stem_word
from retold.languages import Language, choose_language, known_languages, load_language
from retold.model import AnnotatedArticle, FactKind, FactMention, Family, Passage, Reading, Span
from retold.trace.values import is_close, is_measure, relate_units


class FactsConfig(Struct, frozen=True):
    """How alike the words around two mentions must be. A false conflict costs more than a missed one, so the bar rises
    with what the verdict claims; the values come from the labelled cases in `tests/cases/trace`.
    """

    window_words: int = 9
    """Content words looked at on each side of a mention, in its sentence."""
    near_words: int = 3
    """Of these, the ones that count as next to it."""
    differ_share: float = 0.3
    """Least share of the smaller window that is found in the other, for a conflict between like units."""
    differ_open_share: float = 0.45
    """The same where a unit is missing or another, and for dates."""
    differ_slip_share: float = 0.2
    """The same for figures that differ as a slip of copying would have it (46 and 64, 2,300 and 23,000)."""
    differ_shared_words: int = 2
    """Least number of content words shared by both windows, for a conflict."""
    differ_doubtful_share: float = 0.6
    """Least share where the thing has another name, or the reports are more than `same_state_days` apart."""
    told_twice_pairs: int = 250_000
    """Most pairs of mentions of two articles that are looked through for statements no passage joins."""
    same_state_days: int = 1
    """Reports further apart may tell of a later state (a count that rose) and both be right."""


class Mention(Struct, frozen=True):
    """A mention with the words around it, nearest first, as stems."""

    article: str
    fact: FactMention
    sentence: int
    around: tuple[str, ...]
    near: frozenset[str]
    beside: frozenset[str]
    tolls: frozenset[int]
    """Which groups of words for what befell people (died, was hurt) stand beside it."""
    language: str | None
    days: tuple[FactMention, ...]
    """The days that its sentence names."""
    day: int
    """Of publication, counted from the year 1; 0 where it is not known."""

    @property
    def key(self) -> tuple[str, Span]:
        return self.article, self.fact.span


class Region(Struct, frozen=True, order=True):
    """Two aligned runs of sentences (first, one past the last), the lower article id first."""

    a: str
    b: str
    a_run: tuple[int, int]
    b_run: tuple[int, int]
    is_aligned: bool = True


def _language_of(article: AnnotatedArticle) -> Language | None:
    code = article.article.language
    return load_language(code) if code in known_languages() else None


def _published_ordinal(article: AnnotatedArticle) -> int:
    published = article.article.published
    if published is None or published.precision not in ("day", "minute"):
        return 0
    try:
        return date.fromisoformat(published.value[:10]).toordinal()
    except ValueError:
        return 0


def gather_mentions(article: AnnotatedArticle, config: FactsConfig) -> tuple[Mention, ...]:
    """The mentions of an article that can be compared, each with its surroundings."""
    language = _language_of(article)
    day = _published_ordinal(article)
    starts = [s.span.start for s in article.sentences]
    dates: dict[int, list[FactMention]] = {}
    for fact in article.facts:
        if fact.kind == "date" and (fact.precision == "day" or fact.unit == "weekday" or fact.value.count("-") == 3):
            dates.setdefault(bisect_left(starts, fact.span.start + 1) - 1, []).append(fact)
    stems: dict[int, list[tuple[str, Span]]] = {}
    toll_of = _number_tolls(article.article.language)
    gathered: list[Mention] = []
    for fact in (*article.facts, *_find_names(article, language)):
        at = bisect_left(starts, fact.span.start + 1) - 1
        if at < 0 or fact.role not in ("event", "quotation") or not article.sentences[at].span.contains(fact.span):
            continue
        if at not in stems:
            stems[at] = _content_stems(article.article.text, article.sentences[at].span, language)
        before = [s for s, span in stems[at] if span.end <= fact.span.start][::-1][: config.window_words]
        after = [s for s, span in stems[at] if span.start >= fact.span.end][: config.window_words]
        near = frozenset(before[: config.near_words] + after[: config.near_words])
        beside = frozenset(before[:1] + after[:1])
        tolls = frozenset(toll_of[stem] for stem in beside if stem in toll_of)
        around = tuple(dict.fromkeys(before + after))
        days = tuple(dates.get(at, ()))
        gathered.append(
            Mention(article.article.id, fact, at, around, near, beside, tolls, article.article.language, days, day)
        )
    return tuple(sorted(gathered, key=lambda m: m.fact.span))


@cache
def _number_tolls(code: str | None) -> dict[str, int]:
    """The stems of words for deaths and for injuries, by the number of their group."""
    language = choose_language(code)
    return {stem_word(word, language): n for n, words in enumerate(language.facts.tolls) for word in words}


def _find_names(article: AnnotatedArticle, language: Language | None) -> list[FactMention]:
    """Runs of two or more capitalised words ("Alder Road"), for names that differ by a slip. Function words never begin
    or join one."""
    text = article.article.text
    stop, places = (language.words.stop, language.facts.place_heads) if language is not None else ((), ())
    found: list[FactMention] = []
    for sentence in article.sentences:
        run: list[Word] = []
        for word in (*find_words(text, sentence.span), None):
            begins = word is not None and text[word.span.start].isupper() and word.norm not in stop
            if word is not None and begins and (not run or text[run[-1].span.end : word.span.start] == " "):
                run.append(word)
                continue
            if len(run) > 1:
                span = Span(run[0].span.start, run[-1].span.end)
                kind: FactKind = "place" if run[-1].norm in places else "name"
                found.append(FactMention(kind, span, " ".join(w.norm for w in run)))
            run = [word] if word is not None and begins else []
    return found


def _content_stems(text: str, span: Span, language: Language | None) -> list[tuple[str, Span]]:
    stop = language.words.stop if language is not None else frozenset()
    words = [w for w in find_words(text, span) if w.norm not in stop and w.norm[0].isalpha()]
    return [(stem_word(w.norm, language) if language is not None else w.norm, w.span) for w in words]


def share_words(a: Mention, b: Mention) -> tuple[float, int, int]:
    """How much of the smaller surroundings is found in the other; how many words; how many of those stand near both."""
    shared = set(a.around) & set(b.around)
    least = min(len(a.around), len(b.around))
    return (len(shared) / least if least else 0.0), len(shared), len(a.near & b.near)


def are_alike(a: Mention, b: Mention) -> bool:
    """Whether enough words are shared for two dates or times that are close to be of one happening: one is enough for
    times at the same minute of two hours where that is no quarter, which two happenings seldom have in common."""
    _, words, near = share_words(a, b)
    is_odd = a.fact.kind == "time" == b.fact.kind and not {a.fact.value[3:5], b.fact.value[3:5]} & _QUARTERS
    return words >= 3 or (words >= 2 and near >= 1) or (words >= 1 and is_odd)


_QUARTERS = frozenset({"", "00", "15", "30", "45"})


def find_regions(
    articles: dict[str, AnnotatedArticle],
    passages: Sequence[Passage],
    families: Sequence[Family],
    readings: Sequence[Reading],
    pairs: Sequence[tuple[str, str]],
) -> list[Region]:
    """Where mentions may be compared. A passage may end just before the figure it is about: whole sentences count."""
    aligned = [((p.from_.article, p.from_.span), (p.to.article, p.to.span)) for p in passages]
    by_id = {r.id: r for r in readings}
    for family in families:
        told: dict[str, list[tuple[str, Span]]] = {}
        for id_ in family.readings:
            if id_ in by_id:
                told.setdefault(by_id[id_].article, []).append((by_id[id_].article, by_id[id_].span))
        for a, b in pairs:
            if a in told and b in told:
                aligned += product(told[a], told[b])
    regions: set[Region] = set()
    for x, y in aligned:
        if x[0] == y[0] or x[0] not in articles or y[0] not in articles:
            continue
        (a, a_span), (b, b_span) = sorted((x, y))
        runs = _run(articles[a], a_span), _run(articles[b], b_span)
        if runs[0][0] < runs[0][1] and runs[1][0] < runs[1][1]:
            regions.add(Region(a, b, *runs))
    return sorted(regions)


def find_told_twice(
    articles: dict[str, AnnotatedArticle],
    mentions: dict[str, tuple[Mention, ...]],
    aligned: Sequence[Region],
    pairs: Sequence[tuple[str, str]],
    config: FactsConfig,
) -> list[Region]:
    """Sentences that no passage joins and that still tell one thing: the leads of two reports of one event, and
    sentences that count the same thing beside the same words. A conflict needs more there."""
    known = {(r.a, r.b, r.a_run, r.b_run) for r in aligned}
    found: set[Region] = set()
    leads = {id_: _find_lead(article) for id_, article in articles.items()}
    for a, b in sorted(pairs):
        if articles[a].article.language != articles[b].article.language:
            continue
        runs = {(leads[a], leads[b])} if leads[a] is not None and leads[b] is not None else set()
        if len(mentions[a]) * len(mentions[b]) <= config.told_twice_pairs:
            for x, y in product(mentions[a], mentions[b]):
                if is_same_amount(x, y):
                    runs.add((x.sentence, y.sentence))
                elif _count_the_same(x, y) or is_toll(x, y):
                    _, words, near = share_words(x, y)
                    if (words >= 2 and near >= 1) or is_toll(x, y):
                        runs.add((x.sentence, y.sentence))
                elif is_close(x.fact, y.fact) and (x.beside & y.beside or are_alike(x, y)):
                    runs.add((x.sentence, y.sentence))
        for first, second in runs:
            if first is not None and second is not None:
                region = Region(a, b, (first, first + 1), (second, second + 1), False)
                if (a, b, region.a_run, region.b_run) not in known:
                    found.add(region)
    return sorted(found)


def is_toll(a: Mention, b: Mention) -> bool:
    """Whether both figures count those who died, or who were hurt: of one event there is one such number, whatever
    the counted are called ("three men died", "killed four workers")."""
    return bool(a.tolls & b.tolls) and all(
        m.fact.kind == "number" and m.fact.unit is not None and not is_measure(m.fact.unit) for m in (a, b)
    )


def is_same_amount(a: Mention, b: Mention) -> bool:
    """Whether both are one exact amount of money: two sentences of two reports that have it tell of one thing."""
    return a.fact.kind == "money" == b.fact.kind and (a.fact.value, a.fact.unit) == (b.fact.value, b.fact.unit)


def _count_the_same(a: Mention, b: Mention) -> bool:
    if a.fact.kind != b.fact.kind:
        return False
    if a.fact.kind in ("money", "percent"):
        return a.fact.unit == b.fact.unit
    counted = not is_measure(a.fact.unit) and not is_measure(b.fact.unit)
    return a.fact.kind == "number" and counted and relate_units(a.fact.unit, b.fact.unit) in ("same", "generic")


def _find_lead(article: AnnotatedArticle) -> int | None:
    """The first sentence of the body that is one; a dateline or a byline left in the body is shorter."""
    text = article.article.text
    bodies = (i for i, s in enumerate(article.sentences) if s.role == "body" and len(s.span.cut(text).split()) >= 8)
    return next(bodies, None)


def _run(article: AnnotatedArticle, span: Span) -> tuple[int, int]:
    first = bisect_left([s.span.end for s in article.sentences], span.start + 1)
    last = bisect_left([s.span.start for s in article.sentences], span.end)
    return first, last
