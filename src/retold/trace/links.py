"""Which article at hand a citation means, if any; and which of an article's citations its report was taken from."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import Struct

from retold.annotate.words import find_words, stem_word
from retold.languages import choose_language
from retold.model import AnnotatedArticle, Article, Citation, Passage, Published, Sentence, Span, Zone
from retold.trace.profiles import Profile
from retold.trace.sharing import Sharing

_DIGITS = {"year": 4, "month": 7, "day": 10, "minute": 16}


class LinksConfig(Struct, frozen=True):
    """When an article of the cited outlet is the one meant: summed up, above 0. Weights are natural log-odds.

    An outlet publishes more than one article, and the one at hand may not be the one cited. `held`: the sentence with
    the citation has a counterpart there; `not_held`: it has none, although both are in one language. `mutual`: it cites
    the citing article's outlet in turn. `shared`: for each utterance in common, `shared_most` at most, since the event
    alone gives some. `own`: for each quotation that the citing article has and neither it nor another article that is
    cited besides. `later`: it is dated later (but originals get updated).
    `statement_score`: a weaker counterpart is chance. `statement_words`: a citation standing in a shorter sentence
    speaks of the sentence before. `statement_stems`, `statement_share`: a sentence there with so many of its content
    words, and such a share of them, is a counterpart too.
    """

    held: float = 2.5
    not_held: float = -1.0
    mutual: float = 2.0
    shared: float = 0.75
    shared_most: float = 3.0
    own: float = -0.5
    own_most: float = -1.5
    later: float = -6.0
    statement_score: float = 0.25
    statement_words: int = 4
    statement_stems: int = 3
    statement_share: float = 0.4


class Link(Struct, frozen=True):
    """A citation and the article at hand that it means (None: not at hand). `is_relayed`: "X, citing *Y*". `is_credit`:
    in a dateline or byline. `is_held` None: can't be told. `is_later`: the article found is dated later."""

    citation: Citation
    article: str | None
    is_relayed: bool = False
    is_credit: bool = False
    is_held: bool | None = None
    is_later: bool = False


def is_later(one: Published | None, other: Published | None) -> bool:
    """Whether `one` was surely published after `other`; compared as exactly as the less exact of the two is.

    >>> day, minute = Published("2031-05-02", "day", "text"), Published("2031-05-02T09:00Z", "minute", "metadata")
    >>> is_later(day, minute), is_later(Published("2031-05-03", "day", "text"), minute)
    (False, True)
    """
    if one is None or other is None:
        return False
    digits = min(_DIGITS[one.precision], _DIGITS[other.precision])
    return _moment(one)[:digits] > _moment(other)[:digits]


def came_later(one: AnnotatedArticle, other: AnnotatedArticle) -> bool:
    """Whether `one` was surely published after `other`. Of a page that says that it was updated, the date tells when it
    was last changed, not when it came out: nothing is sure then."""
    return is_later(one.article.published, other.article.published) and not _is_updated(one)


def _is_updated(annotated: AnnotatedArticle) -> bool:
    """Whether a line beside the report, or a short one in its head, says with a date or time that it was updated."""
    article = annotated.article
    return _has_notice(article.text, article.zones, article.language)


@lru_cache(maxsize=512)  # every partner of an article asks
def _has_notice(text: str, zones: tuple[Zone, ...], language: str | None) -> bool:
    phrases = choose_language(language).derivations.updates
    for at, zone in enumerate(zones):
        line = zone.span.cut(text)
        if (zone.role == "body" and at >= _HEAD_ZONES) or not any(char.isdigit() for char in line):
            continue
        words = [word.norm.casefold() for word in find_words(line)]
        if zone.role == "body" and len(words) > _NOTICE_WORDS:
            continue
        padded = " ".join(["", *words, ""])
        if any(f" {phrase} " in padded for phrase in phrases):
            return True
    return False


_HEAD_ZONES, _NOTICE_WORDS = 4, 16


def _moment(published: Published) -> str:
    if published.precision != "minute":
        return published.value
    try:
        moment = datetime.fromisoformat(published.value)
    except ValueError:
        return published.value  # as it is: ISO 8601 sorts
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()


def is_same_outlet(one: str | None, other: str | None, article_words: frozenset[str]) -> bool:
    """Whether two names are of one outlet: equal but for articles, blanks and a domain; one in the other; or initials.

    >>> is_same_outlet("The Harbour Post", "harbourpost.example", frozenset({"the"}))
    True
    >>> is_same_outlet("Harbour Post", "Evening Post", frozenset({"the"}))
    False
    """
    if not one or not other:
        return False
    a, b = _name_words(one, article_words), _name_words(other, article_words)
    if not a or not b:
        return False
    if a == b or "".join(a) == "".join(b):
        return True
    short, long = sorted((a, b), key=len)
    if len(short) == 1 and len(long) > 1:
        letters = "".join(word[0] for word in long)
        return short[0] in long or short[0] == letters
    return len(short) > 1 and set(short) <= set(long)


@lru_cache(maxsize=4096)
def _name_words(name: str, article_words: frozenset[str]) -> tuple[str, ...]:
    bare = (
        re.sub(r"^(?:https?://)?(?:www\.)?([\w-]+)(?:\.[\w-]+)*(?:/.*)?$", r"\1", name.strip()) if "." in name else name
    )
    words = [word.norm.casefold() for word in find_words(bare)]
    return tuple(word for word in words if word not in article_words and word not in {"'s", "’s"}) or tuple(words)


def find_links(
    articles: Sequence[AnnotatedArticle],
    profiles: Mapping[str, Profile],
    sharings: Mapping[tuple[str, str], Sharing],
    passages: Mapping[tuple[str, str], Sequence[Passage]],
    config: LinksConfig,
) -> dict[str, tuple[Link, ...]]:
    """What each citation of each article means, by the id of the citing article, in text order.

    An outlet's mention of itself is left out. A citation whose `article` is already set is taken at its word.
    `sharings` and `passages` are by (source, copy) and by the sorted pair of ids. O(citations × articles of one name).
    """
    by_id = {a.article.id: a for a in articles}
    found: dict[str, tuple[Link, ...]] = {}
    for annotated in articles:
        article = annotated.article
        names = frozenset(choose_language(article.language).citations.articles)
        spoken = [s for q in article.quotations if q.kind == "direct" for s in q.content]
        cited = {other.article.id for other in articles if other is not annotated and cites(article, other.article)}
        links: list[Link] = []
        for citation in sorted(article.citations, key=lambda c: (c.span, c.outlet)):
            if is_same_outlet(citation.outlet, article.outlet, names) or any(s.overlaps(citation.span) for s in spoken):
                continue
            sentence = next((s for s in annotated.sentences if s.span.overlaps(citation.span)), None)
            is_relayed = sentence is not None and _is_relayed(article, citation, sentence)
            is_credit = sentence is None or _is_dateline(article, citation, sentence)
            if citation.article is not None:
                linked = citation.article if citation.article in by_id and citation.article != article.id else None
                held = (
                    None
                    if linked is None
                    else _is_held(annotated, citation, linked, sentence, profiles, passages, config)
                )
                late = linked is not None and came_later(by_id[linked], annotated)
                links.append(Link(citation, linked, is_relayed, is_credit, held, late))
                continue
            best: tuple[float, str, bool | None, bool] | None = None
            for other in articles:
                source = other.article
                if source.id == article.id or not is_same_outlet(citation.outlet, source.outlet, names):
                    continue
                sharing = sharings.get((source.id, article.id))
                beside = {f for id_ in cited - {source.id} for f in profiles[id_].utterances}
                own = () if sharing is None else tuple(f for f in sharing.own if f not in beside)
                score, held, late = _weigh(
                    annotated, citation, sentence, other, sharing, own, profiles, passages, config
                )
                if score > 0 and (best is None or score > best[0]):
                    best = (score, source.id, held, late)
            if best is None:
                links.append(Link(citation, None, is_relayed, is_credit))
            else:
                links.append(Link(citation, best[1], is_relayed, is_credit, best[2], best[3]))
        found[article.id] = tuple(links)
    return found


def _weigh(
    annotated: AnnotatedArticle,
    citation: Citation,
    sentence: Sentence | None,
    source: AnnotatedArticle,
    sharing: Sharing | None,
    own: Sequence[str],
    profiles: Mapping[str, Profile],
    passages: Mapping[tuple[str, str], Sequence[Passage]],
    config: LinksConfig,
) -> tuple[float, bool | None, bool]:
    article = annotated.article
    held = _is_held(annotated, citation, source.article.id, sentence, profiles, passages, config)
    if source.article.language != article.language:
        held = held or None  # that no counterpart was found over two languages says little
    score = config.held if held else 0.5 if held is None else config.not_held
    if sharing is not None:
        score += min(config.shared_most, config.shared * (sharing.shared + len(sharing.runs)))
        if source.article.language == article.language:
            score += max(config.own_most, config.own * len(own))
    late = came_later(source, annotated)
    if cites(source.article, article):  # circular citations are both listed
        score += config.mutual
    elif late:
        score += config.later
    return score, held, late


def cites(article: Article, other: Article) -> bool:
    """Whether an article cites another one, or the outlet that published it."""
    names = frozenset(choose_language(article.language).citations.articles)
    return any(c.article == other.id or is_same_outlet(c.outlet, other.outlet, names) for c in article.citations)


def _is_held(
    annotated: AnnotatedArticle,
    citation: Citation,
    source: str,
    sentence: Sentence | None,
    profiles: Mapping[str, Profile],
    passages: Mapping[tuple[str, str], Sequence[Passage]],
    config: LinksConfig,
) -> bool | None:
    """Whether what the citation stands with is told in `source`. None: the citation stands with no statement."""
    if sentence is None:
        return None
    article = annotated.article
    area = [sentence.span]
    content = [w for w in find_words(article.text, sentence.span) if not w.span.overlaps(citation.span)]
    if len(content) < config.statement_words:
        at = annotated.sentences.index(sentence)
        stands_alone = [s.paragraph for s in annotated.sentences].count(sentence.paragraph) == 1
        if at == 0 or stands_alone:
            return None  # a credit
        area.append(annotated.sentences[at - 1].span)
    pair = (min(article.id, source), max(article.id, source))
    for passage in passages.get(pair, ()):
        mine = passage.from_ if passage.from_.article == article.id else passage.to
        if passage.score >= config.statement_score and any(mine.span.overlaps(span) for span in area):
            return True
    theirs = profiles[source].utterances
    told = (u for family, u in profiles[article.id].utterances.items() if family in theirs)
    if any(u.span.overlaps(span) for u in told for span in area):
        return True
    origin = profiles[source].article
    return _has_figure(annotated, area, origin) or _has_words(annotated, citation, area, origin, config)


def _has_figure(annotated: AnnotatedArticle, area: Sequence[Span], source: AnnotatedArticle) -> bool:
    """Whether a figure of the statement, of two digits or more that are not zeros, stands there with the same unit."""
    told = {(m.kind, m.unit, m.value) for m in source.facts if m.kind in _FIGURES}
    return any(
        (m.kind, m.unit, m.value) in told
        and sum(char.isdigit() for char in m.value.strip("0")) >= 2
        and any(m.span.overlaps(span) for span in area)
        for m in annotated.facts
    )


_FIGURES = frozenset({"number", "money", "percent"})


def _has_words(
    annotated: AnnotatedArticle,
    citation: Citation,
    area: Sequence[Span],
    source: AnnotatedArticle,
    config: LinksConfig,
) -> bool:
    """Whether one sentence there has enough of the statement's content words: a summary is often no passage."""
    language = choose_language(annotated.article.language)
    common = language.words.stop | set(language.relate.common)

    def stems(one: AnnotatedArticle, span: Span) -> set[str]:
        words = find_words(one.article.text, span)
        kept = [w for w in words if w.norm not in common and not (one is annotated and w.span.overlaps(citation.span))]
        return {stem_word(word.norm, language) for word in kept}

    wanted = set[str]().union(*(stems(annotated, span) for span in area))
    least = max(config.statement_stems, config.statement_share * len(wanted))
    return any(len(wanted & stems(source, s.span)) >= least for s in source.sentences)


def _is_relayed(article: Article, citation: Citation, sentence: Sentence) -> bool:
    """Whether another outlet in the same sentence stands between this one and the article."""
    others = [c for c in article.citations if c != citation and c.span.overlaps(sentence.span)]
    if not any(not _has_relay(article, other, sentence) for other in others):
        return False
    return _has_relay(article, citation, sentence)


def _has_relay(article: Article, citation: Citation, sentence: Sentence) -> bool:
    ends = [c.span.end for c in article.citations if c.span.end <= citation.span.start]
    start = max([sentence.span.start, *ends])
    words = [word.norm for word in find_words(article.text, Span(start, citation.span.end))]
    inside = len(find_words(article.text, citation.span))
    window = " ".join(["", *words[-(inside + 4) :], ""])
    return any(f" {phrase} " in window for phrase in choose_language(article.language).derivations.relays)


def _is_dateline(article: Article, citation: Citation, sentence: Sentence) -> bool:
    """In round brackets: "HARBOUR TOWN, Monday (Nordwire) – …", or a credit at the end."""
    before = article.text[sentence.span.start : citation.span.start].rstrip()
    inside = citation.span.cut(article.text)
    after = article.text[citation.span.end : sentence.span.end].lstrip()
    return (before.endswith("(") and after.startswith(")")) or (inside.startswith("(") and inside.endswith(")"))
