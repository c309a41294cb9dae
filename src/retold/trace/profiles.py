"""What the search for derivations compares of each article: its words, those in marks apart, and its readings."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from retold.annotate.marks import find_marked
from retold.annotate.words import find_words
from retold.languages import choose_language
from retold.model import READ_ROLES, AnnotatedArticle, Family, Reading, Span

NARRATION_GRAM_WORDS = 4
"""Shorter runs are found in reports that never met ("at the end of")."""

TEXT_GRAM_WORDS = 3
"""Runs by which the words of a quotation are found again in another article, whoever is said to have spoken them."""


class Utterance(Struct, frozen=True):
    """What one article has of one family: the words in marks, those outside (indirect speech, narration), all, where.

    Words are numbers that stand for a form over the whole story. Of several readings in one article the fullest counts.
    """

    family: str
    speaker: str | None
    marked: tuple[int, ...]
    told: tuple[int, ...]
    words: tuple[int, ...]
    span: Span


class Profile(Struct, frozen=True):
    """One article, ready to be held against another.

    `words`, `spans`, `worth` and `paragraphs` run in step over its title, headings and body; the worth of a word in
    marks is 0, because a quotation may have come from elsewhere. `narration` gives, for each run of
    `NARRATION_GRAM_WORDS` words of the narrator, where it first stands; `text` holds the shorter runs of all words.
    """

    article: AnnotatedArticle
    words: tuple[int, ...]
    spans: tuple[Span, ...]
    paragraphs: tuple[int, ...]
    worth: tuple[float, ...]
    narration: Mapping[tuple[int, ...], int]
    text: frozenset[tuple[int, ...]]
    utterances: Mapping[str, Utterance]
    paragraph_count: int

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.article.article.id

    @property
    def name(self) -> str:
        """What a sentence calls the article."""
        return self.article.article.name


class _Words:
    """Numbers for the words of a story, given in the order in which the articles (sorted) have them."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.lower: set[str] = set()

    def number(self, norm: str) -> int:
        return self.numbers.setdefault(norm, len(self.numbers))


NAME_WORTH = 0.3
FUNCTION_WORTH = 0.1
SPOKEN_WORTH = 0.5
"""A narrator's word that independent reports would share anyhow counts for less than a full one: names and figures are
what the event gives to all, function words come by themselves, and indirect speech may have the speaker's words."""


def sort_key(annotated: AnnotatedArticle) -> tuple[str, str]:
    """The order of articles wherever one is needed: by content, so that the order of arrival decides nothing."""
    return annotated.article.rank, annotated.article.id


def make_profiles(
    articles: Sequence[AnnotatedArticle], families: Sequence[Family], readings: Sequence[Reading]
) -> dict[str, Profile]:
    """The profiles of the articles of one story, by id, in the order of `sort_key`. Linear in the words of all."""
    ordered = sorted(articles, key=sort_key)
    vocabulary = _Words()
    by_family: dict[str, list[tuple[str, str | None]]] = {}
    for family in families:
        for id_ in family.readings:
            by_family.setdefault(id_, []).append((family.id, family.speaker))
    by_article: dict[str, list[Reading]] = {}
    for reading in readings:
        by_article.setdefault(reading.article, []).append(reading)
    for annotated in ordered:  # a word that stands in small letters anywhere is no name
        text = annotated.article.text
        for sentence in annotated.sentences:
            words = find_words(text, sentence.span)
            vocabulary.lower.update(w.norm for w in words if text[w.span.start].islower())
    return {a.article.id: _make_profile(a, by_article.get(a.article.id, ()), by_family, vocabulary) for a in ordered}


def find_marked_spans(annotated: AnnotatedArticle) -> tuple[Span, ...]:
    """What stands in quotation marks, or is quoted directly without any (a reader's turn, a post), in order."""
    article = annotated.article
    paragraphs = [zone.span for zone in article.zones if zone.role in READ_ROLES]
    language = choose_language(article.language)
    found: set[Span] = set()
    if language.marks.pairs:
        found = {s for marked in find_marked(article.text, paragraphs, language) for s in marked.content}
    found |= {s for quotation in article.told if quotation.kind == "direct" for s in quotation.content}
    return tuple(sorted(found))


def _make_profile(
    annotated: AnnotatedArticle,
    readings: Sequence[Reading],
    by_family: Mapping[str, Sequence[tuple[str, str | None]]],
    vocabulary: _Words,
) -> Profile:
    article = annotated.article
    text = article.text
    language = choose_language(article.language)
    stop, offices = language.words.stop, language.names.roles | language.names.titles | language.names.bodies
    marked = _covered(find_marked_spans(annotated))
    spoken = _covered([s for q in article.told if q.kind != "direct" for s in q.content])
    numbers: list[int] = []
    spans: list[Span] = []
    paragraphs: list[int] = []
    worth: list[float] = []
    cited = _covered([citation.span for citation in article.citations])
    for sentence in annotated.sentences:
        for place, word in enumerate(find_words(text, sentence.span)):
            at = word.span.start
            numbers.append(vocabulary.number(word.norm))
            spans.append(word.span)
            paragraphs.append(sentence.paragraph)
            if at in marked or at in cited:
                worth.append(0.0)
                continue
            is_capital = text[at].isupper() and (place > 0 and sentence.role == "body")
            is_name = is_capital or word.norm not in vocabulary.lower or word.norm in offices
            value = FUNCTION_WORTH if word.norm in stop else NAME_WORTH if is_name else 1.0
            worth.append(value * (SPOKEN_WORTH if at in spoken else 1.0))
    narration: dict[tuple[int, ...], int] = {}
    size = NARRATION_GRAM_WORDS
    for i in range(len(numbers) - size + 1):
        if paragraphs[i] == paragraphs[i + size - 1] and all(worth[i : i + size]):
            narration.setdefault(tuple(numbers[i : i + size]), i)
    shorter = frozenset(tuple(numbers[i : i + TEXT_GRAM_WORDS]) for i in range(len(numbers) - TEXT_GRAM_WORDS + 1))
    utterances: dict[str, Utterance] = {}
    for reading in sorted(readings, key=lambda r: (r.span, r.id)):
        inside = find_words(text, reading.span)
        in_marks = tuple(vocabulary.number(w.norm) for w in inside if w.span.start in marked)
        told = tuple(vocabulary.number(w.norm) for w in inside if w.span.start not in marked)
        if reading.form == "direct":
            told = ()  # what stands between the parts of an interrupted quotation is its cue
        for family, speaker in by_family.get(reading.id, ()):
            every = tuple(vocabulary.number(w.norm) for w in inside)
            found = Utterance(family, speaker, in_marks, told, every, reading.span)
            known = utterances.get(family)
            if known is None or (len(found.marked), len(found.told)) > (len(known.marked), len(known.told)):
                utterances[family] = found
    count = len({s.paragraph for s in annotated.sentences})
    return Profile(
        annotated, tuple(numbers), tuple(spans), tuple(paragraphs), tuple(worth), narration, shorter, utterances, count
    )


def _covered(spans: Sequence[Span]) -> set[int]:
    return {i for span in spans for i in range(span.start, span.end)}
