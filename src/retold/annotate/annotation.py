"""The annotate stage as a whole: articles as read → annotated articles, one at a time or many in one parser stream."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.bounds import cut_long_paragraphs, set_runs_aside
from retold.annotate.citations import find_citations, find_outlet
from retold.annotate.facts import find_facts
from retold.annotate.parse import Parser, load_parser
from retold.annotate.quotations import find_quotations_batch
from retold.annotate.sentences import find_sentences
from retold.annotate.speakers import resolve_speakers
from retold.annotate.zones import find_zones
from retold.errors import MissingExtraError
from retold.languages import Language, choose_language
from retold.model import AnnotatedArticle, Article, Sentence


class AnnotateConfig(Struct, frozen=True):
    """`parse`: use the language's parser where it is installed; without it quotations come from marks and rules."""

    parse: bool = True


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

    def names(self) -> dict[str, str | None]:
        """Language → the parser used and its version, for the record of the run."""
        return {code: parser.name if parser else None for code, parser in sorted(self._parsers.items())}


def annotate_articles(articles: Sequence[Article], parsers: ParserShelf) -> tuple[AnnotatedArticle, ...]:
    """Zones, sentences, quotations, speakers, citations and facts of each article, in the order given.

    The outlets of all the articles count as outlets in each. Cost: linear in the text, and the parser's.
    """
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
    outlets = frozenset(article.outlet for article, _, _ in zoned if article.outlet)
    annotated: dict[int, AnnotatedArticle] = {}
    for code in sorted({language.code for _, _, language in zoned}):
        language = choose_language(code)
        which = [i for i, (_, _, own) in enumerate(zoned) if own.code == code]
        parser = parsers.find(language) if language.cues.verbs else None
        batches = find_quotations_batch([zoned[i][:2] for i in which], language, parser)
        for i, found in zip(which, batches, strict=True):
            article, sentences, _ = zoned[i]
            quotations, speakers, profiles = resolve_speakers(article, found, language, outlets)
            citations = find_citations(article, sentences, language, outlets)
            article = replace(article, quotations=quotations, citations=citations)
            facts = find_facts(article, sentences, language)
            annotated[i] = AnnotatedArticle(article, sentences, speakers, profiles, facts)
    return tuple(annotated[i] for i in range(len(zoned)))
