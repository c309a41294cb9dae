"""The annotate stage as a whole: articles as read → annotated articles, one at a time or many in one parser stream."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.bounds import cut_long_paragraphs, set_runs_aside
from retold.annotate.citations import find_citations, find_outlet
from retold.annotate.cues import index_cues
from retold.annotate.facts import find_facts
from retold.annotate.odds import load_odds, weigh_drafts
from retold.annotate.parse import Parser, load_parser
from retold.annotate.quotations import Weigher, find_quotations_batch
from retold.annotate.scripts import are_scripts_apart
from retold.annotate.sentences import find_sentences
from retold.annotate.speakers import resolve_speakers
from retold.annotate.tongues import find_tongues, keep_only, merge_quotations
from retold.annotate.words import fold_letters
from retold.annotate.zones import find_zones
from retold.errors import MissingExtraError
from retold.languages import Language, choose_language
from retold.model import AnnotatedArticle, Article, Quotation, Sentence, Speaker


class AnnotateConfig(Struct, frozen=True):
    """`parse`: use the language's parser where it is installed; without it quotations come from marks and rules.

    `breadth` of what counts as an attribution where there is a parse: `said`, words and statements, as the frames of
    the cue lexicon read them; `all`, what somebody wants, opposes, praises or is accused of besides, weighed by `odds`.
    """

    parse: bool = True
    breadth: Literal["said", "all"] = "said"


class ParserShelf:
    """The parsers of a run, each loaded once and only when text of its language comes.

    `missing` takes the message where one is not installed, once a language; the run goes on without it.
    """

    def __init__(self, config: AnnotateConfig, missing: Callable[[str], None] | None = None) -> None:
        self._config, self._missing = config, missing
        self._parsers: dict[str, Parser | None] = {}

    def find(self, language: Language) -> Parser | None:
        """The parser for `language`, or None: not wanted, or not installed."""
        if not self._config.parse:
            return None
        if language.code not in self._parsers:
            try:
                self._parsers[language.code] = load_parser(language)
            except MissingExtraError as e:
                self._parsers[language.code] = None
                if self._missing is not None:
                    self._missing(str(e))
        return self._parsers[language.code]

    def find_weigher(self, language: Language) -> Weigher | None:
        """What weighs the frames' finds: None where the frames decide, or the language has no weights."""
        odds = load_odds(language.code) if self._config.breadth == "all" else None
        return None if odds is None else partial(weigh_drafts, cues=index_cues(language), language=language, odds=odds)

    def names(self) -> dict[str, str | None]:
        """Language → the parser used and its version, for the record of the run."""
        return {code: parser.name if parser else None for code, parser in sorted(self._parsers.items())}


class FoundArticle(Struct, frozen=True):
    """What one article tells by itself: zones, sentences, and quotations whose speakers are not named yet.

    It is what takes time to find, and depends on nothing but the article, so it may be kept.
    """

    article: Article
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]


def annotate_articles(articles: Sequence[Article], parsers: ParserShelf) -> tuple[AnnotatedArticle, ...]:
    """Zones, sentences, quotations, speakers, citations and facts of each article, in the order given.

    The outlets of all the articles count as outlets in each. Cost: linear in the text, and the parser's.
    """
    return resolve_articles(find_in_articles(articles, parsers))


def find_in_articles(articles: Sequence[Article], parsers: ParserShelf) -> tuple[FoundArticle, ...]:
    """The first half of `annotate_articles`: what each article tells by itself, in the order given."""
    zoned: list[tuple[Article, tuple[Sentence, ...], Language]] = []
    for article in articles:
        language = choose_language(article.language)
        article = set_runs_aside(article)
        zones = cut_long_paragraphs(article.text, find_zones(article, language))
        article = replace(article, zones=zones)
        title = article.title or next((z.span.cut(article.text).strip() for z in zones if z.role == "title"), None)
        byline = article.byline or next((z.span.cut(article.text).strip() for z in zones if z.role == "byline"), None)
        article = replace(article, title=title, byline=byline, outlet=find_outlet(article, language))
        zoned.append((article, find_sentences(article, zones), language))
    read = [replace(article, text=fold_letters(article.text)) for article, _, _ in zoned]  # at the same offsets
    parts: dict[str, list[tuple[int, Article]]] = {}  # by language: of an article the paragraphs that are in it
    for i, (article, (_, _, language)) in enumerate(zip(read, zoned, strict=True)):
        others = find_tongues(article, article.zones, language)
        strange = {zone.span for zones in others.values() for zone in zones}
        own = keep_only(article, [zone for zone in article.zones if zone.span not in strange]) if others else article
        parts.setdefault(language.code, []).append((i, own))
        for code, zones in others.items():
            parts.setdefault(choose_language(code).code, []).append((i, keep_only(article, zones)))
    rows: dict[int, list[tuple[Quotation, ...]]] = {}
    for code in sorted(parts):
        language = choose_language(code)
        parser = parsers.find(language) if language.cues.verbs else None
        batch = [(article, zoned[i][1]) for i, article in parts[code]]
        batches = find_quotations_batch(batch, language, parser, parsers.find_weigher(language))
        for (i, _), quotations in zip(parts[code], batches, strict=True):
            rows.setdefault(i, []).append(quotations)
    return tuple(
        FoundArticle(article, sentences, merge_quotations(article.id, rows[i]))
        for i, (article, sentences, _) in enumerate(zoned)
    )


def _call_outlet(speaker: Speaker, article: Article) -> Speaker:
    """An outlet at hand that another alphabet names goes by its own name as a speaker, too."""
    for citation in article.citations:
        said = any(citation.span.overlaps(mention.span) for mention in speaker.mentions)
        if said and are_scripts_apart(speaker.name, citation.outlet) and speaker.kind == "organization":
            return replace(speaker, name=citation.outlet)
    return speaker


def resolve_articles(found: Sequence[FoundArticle]) -> tuple[AnnotatedArticle, ...]:
    """The second half: speakers, citations and facts. The outlets of all the articles count as outlets in each."""
    outlets = frozenset(one.article.outlet for one in found if one.article.outlet)
    resolved = [resolve_article(one, outlets) for one in found]
    return tuple(
        replace(a, facts=find_facts(a.article, a.sentences, choose_language(a.article.language))) for a in resolved
    )


def resolve_article(found: FoundArticle, outlets: frozenset[str]) -> AnnotatedArticle:
    """One article's speakers and citations, without its facts. `outlets` count as outlets in it."""
    article, sentences, language = found.article, found.sentences, choose_language(found.article.language)
    quotations, speakers, profiles = resolve_speakers(article, found.quotations, language, outlets)
    citations = find_citations(article, sentences, language, outlets)
    article = replace(article, quotations=quotations, citations=citations)
    speakers = tuple(_call_outlet(speaker, article) for speaker in speakers)
    return AnnotatedArticle(article, sentences, speakers, profiles)
