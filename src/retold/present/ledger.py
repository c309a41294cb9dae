"""One story as it is read: reports in order of time, utterances in order of weight. What terminal and page share.

Nothing is judged here; the findings of the document are looked up, sorted and counted.
"""

from collections import Counter

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.model import (
    Addition,
    Article,
    Change,
    Derivation,
    Fact,
    FactReading,
    Family,
    Omission,
    Passage,
    Place,
    Quotation,
    Reading,
    Severity,
    Speaker,
    Story,
)
from retold.present import words
from retold.present.lettering import clean_line, shorten_line
from retold.present.timeline import describe_dates, sort_articles

_WEIGHT: dict[Severity, int] = {"major": 0, "minor": 1, "none": 2}
QUOTE_CHARS = 160
_NAME_CHARS = 60
_TITLE_CHARS = 160


class ReadingView(Struct, frozen=True):
    """A reading and the changes that led to it (two where it fuses two earlier ones, none where it is the first)."""

    reading: Reading
    article: Article
    changes: tuple[Change, ...]

    @property
    def severity(self) -> Severity:
        """The heaviest of its changes."""
        return min((change.severity for change in self.changes), key=_WEIGHT.__getitem__, default="none")


class FamilyView(Struct, frozen=True):
    """One utterance: who said it, each report's reading in order of time, and the reports that dropped it."""

    family: Family
    speaker: str
    readings: tuple[ReadingView, ...]
    dropped: tuple[Change, ...]

    @property
    def severity(self) -> Severity:
        """The heaviest of its readings."""
        return min((reading.severity for reading in self.readings), key=_WEIGHT.__getitem__, default="none")

    @property
    def is_shared(self) -> bool:
        """Whether more than one report has a reading of it."""
        return len({view.article.id for view in self.readings}) > 1


class StoryView(Struct, frozen=True):
    """Everything found about one story, in the order in which it is shown."""

    story: Story
    title: str
    articles: tuple[Article, ...]
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    dates: str
    derivations: tuple[Derivation, ...]
    unlinked: tuple[tuple[str, ...], ...]
    shared: tuple[FamilyView, ...]
    single: tuple[FamilyView, ...]
    omissions: tuple[Omission, ...]
    additions: tuple[Addition, ...]
    facts: tuple[Fact, ...]
    passages: tuple[Passage, ...]

    @property
    def tally(self) -> dict[Severity, int]:
        """How many readings of shared utterances fall in each severity, by their heaviest change."""
        count = Counter(view.severity for family in self.shared for view in family.readings if view.changes)
        return {severity: count[severity] for severity in _WEIGHT}

    @property
    def counts(self) -> tuple[str, ...]:
        """How many reports, of which outlets, in which languages, from when to when."""
        unnamed = sum(not article.outlet for article in self.articles)
        outlets = words.count_noun(len(self.outlets), "outlet") if self.outlets else ""
        if unnamed:
            outlets = words.AND_UNKNOWN.format(outlets=outlets, count=unnamed) if outlets else words.OUTLET_UNKNOWN
        names = ", ".join(words.name_language(clean_line(code)) for code in self.languages)
        languages = (
            f"{words.count_noun(len(self.languages), 'language')} ({names})" if names else words.LANGUAGE_UNKNOWN
        )
        return (words.count_noun(len(self.articles), "report"), outlets, languages, self.dates)


class Ledger:
    """The evidence document by id, with the names that its reports are shown under. O(n) to build.

    A report is named by its outlet, else by the file it came from, else by its id; where two of one story would share
    a name, both carry their id.
    """

    def __init__(self, document: EvidenceDocument) -> None:
        self.document = document
        self.articles: dict[str, Article] = {article.id: article for article in document.articles}
        self.readings: dict[str, Reading] = {reading.id: reading for reading in document.readings}
        self.speakers: dict[str, Speaker] = {speaker.id: speaker for speaker in document.speakers}
        self.quotations: dict[str, Quotation] = {
            quotation.id: quotation for article in document.articles for quotation in article.quotations
        }
        self._names = {article.id: _name_article(article) for article in document.articles}
        for story in document.stories:
            count = Counter(self._names[id_] for id_ in story.articles if id_ in self._names)
            shared = [id_ for id_ in story.articles if count[self._names.get(id_, "")] > 1]
            self._names.update({id_: f"{self._names[id_]} ({id_})" for id_ in shared})

    def name(self, article: str) -> str:
        """What a report is called, as one clean line."""
        return self._names.get(article, clean_line(article))

    def write_unlinked(self, story: StoryView) -> tuple[str, ...]:
        """Which reports no derivation joins, said plainly."""
        return words.write_unknown(tuple(tuple(map(self.name, group)) for group in story.unlinked))

    def quote_quotation(self, quotation: Quotation, article: Article) -> str:
        """What a quotation says; parts split by its cue stand in marks of their own: “…” would mean words left out."""
        parts = [clean_line(span.cut(article.text)) for span in quotation.content]
        return f"“{'” “'.join(parts)}”" if quotation.kind == "direct" else " ".join(parts)

    def name_speaker(self, speaker: str | None) -> str:
        """A speaker's name, or that it is unknown."""
        known = self.speakers.get(speaker) if speaker else None
        name = shorten_line(known.name, _NAME_CHARS) if known else ""
        return name or words.SPEAKER_UNKNOWN

    def name_origin(self, derivation: Derivation) -> str:
        """Where a derivation comes from: a report at hand, an outlet whose report is not, or a hidden common origin."""
        if derivation.from_ in self.articles:
            return self.name(derivation.from_)
        if derivation.from_ and derivation.from_.startswith("hidden:"):
            return words.HIDDEN_ORIGIN.format(number=clean_line(derivation.from_.removeprefix("hidden:")))
        outlet = shorten_line(derivation.from_outlet or derivation.from_ or "", _NAME_CHARS)
        return f"{outlet} ({words.NOT_AT_HAND})" if outlet else words.ORIGIN_UNKNOWN

    def quote_reading(self, reading: Reading) -> str:
        """The words of a reading as one clean line, in marks where the article has it in marks."""
        article = self.articles.get(reading.article)
        quotation = self.quotations.get(reading.quotation or "")
        if article is None:
            return ""
        if reading.form == "direct" and quotation is not None:
            return self.quote_quotation(quotation, article)
        text = clean_line(reading.span.cut(article.text))
        return f"“{text}”" if reading.form == "direct" else text

    def quote_place(self, place: Place | FactReading | Addition, chars: int = QUOTE_CHARS) -> str:
        """At most `chars` characters of an article, in marks unless they begin with one; "" if it is not at hand."""
        article = self.articles.get(place.article)
        text = shorten_line(place.span.cut(article.text), chars) if article else ""
        return text if text.startswith(tuple('"“«„')) else f"“{text}”"

    def view_stories(self) -> tuple[StoryView, ...]:
        """The stories of two or more reports, in the order of the document."""
        return tuple(self._view_story(story) for story in self.document.stories if len(story.articles) > 1)

    def find_single_articles(self) -> tuple[Article, ...]:
        """The reports that share no story with another, in the order of the document."""
        grouped = {id_ for story in self.document.stories if len(story.articles) > 1 for id_ in story.articles}
        return tuple(article for article in self.document.articles if article.id not in grouped)

    def _view_story(self, story: Story) -> StoryView:
        document, members = self.document, set(story.articles)
        derivations = tuple(one for one in document.derivations if one.to in members)
        articles = sort_articles(
            tuple(self.articles[id_] for id_ in story.articles if id_ in self.articles), derivations
        )
        families = self._view_families(story, articles)
        return StoryView(
            story=story,
            title=name_story(articles) or story.id,
            articles=articles,
            outlets=tuple(dict.fromkeys(clean_line(one.outlet) for one in articles if one.outlet)),
            languages=tuple(dict.fromkeys(one.language for one in articles if one.language)),
            dates=describe_dates(articles),
            derivations=_sort_derivations(derivations, articles),
            unlinked=_find_unlinked(articles, derivations),
            shared=tuple(sorted((one for one in families if one.is_shared), key=lambda one: _WEIGHT[one.severity])),
            single=tuple(one for one in families if one.readings and not one.is_shared),
            omissions=tuple(one for one in document.omissions if one.article in members),
            additions=tuple(one for one in document.additions if one.article in members),
            facts=tuple(one for one in document.facts if any(reading.article in members for reading in one.readings)),
            passages=tuple(one for one in document.passages if {one.from_.article, one.to.article} <= members),
        )

    def _view_families(self, story: Story, articles: tuple[Article, ...]) -> tuple[FamilyView, ...]:
        rank = {article.id: place for place, article in enumerate(articles)}
        incoming: dict[str, list[Change]] = {}
        dropped: dict[str, list[Change]] = {}
        for change in self.document.changes:
            if change.to is None:
                dropped.setdefault(change.family, []).append(change)
            else:
                incoming.setdefault(change.to, []).append(change)
        views = []
        for family in self.document.families:
            if family.story != story.id:
                continue
            readings = [self.readings[id_] for id_ in family.readings if id_ in self.readings]
            readings = [reading for reading in readings if reading.article in rank]
            # What others are compared with comes first, also where its article has no date and is listed last.
            readings.sort(key=lambda reading: (reading.id in incoming, rank[reading.article], reading.span))
            rows = tuple(
                ReadingView(one, self.articles[one.article], tuple(incoming.get(one.id, ()))) for one in readings
            )
            left = tuple(dropped.get(family.id, ()))
            views.append(FamilyView(family, self.name_speaker(family.speaker), rows, left))
        return tuple(views)


def name_story(articles: tuple[Article, ...]) -> str:
    """The first title that a report has, as one line; "" if none has."""
    titles = (shorten_line(article.title or "", _TITLE_CHARS) for article in articles)
    return next((title for title in titles if title), "")


def _name_article(article: Article) -> str:
    path = (article.path or "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    names = (clean_line(name) for name in (article.outlet, path, article.url, article.id) if name)
    return shorten_line(next((name for name in names if name), article.id), _NAME_CHARS)


def _sort_derivations(derivations: tuple[Derivation, ...], articles: tuple[Article, ...]) -> tuple[Derivation, ...]:
    """In order of time of the later report, then of the earlier one; what is not at hand comes first."""
    rank = {article.id: place for place, article in enumerate(articles)}
    return tuple(sorted(derivations, key=lambda one: (rank.get(one.to, 0), rank.get(one.from_ or "", -1))))


def _find_unlinked(articles: tuple[Article, ...], derivations: tuple[Derivation, ...]) -> tuple[tuple[str, ...], ...]:
    """The groups of reports that derivations join, if more than one; a shared origin that is not at hand joins too."""
    group = {article.id: article.id for article in articles}

    def find_root(node: str) -> str:
        while group.setdefault(node, node) != node:
            node = group[node]
        return node

    for derivation in derivations:
        origin = derivation.from_ or f"outlet {derivation.from_outlet}"
        group[find_root(derivation.to)] = find_root(origin)
    groups: dict[str, list[str]] = {}
    for article in articles:
        groups.setdefault(find_root(article.id), []).append(article.id)
    return tuple(tuple(ids) for ids in groups.values()) if len(groups) > 1 else ()
