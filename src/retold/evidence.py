"""Articles → the evidence document: every stage in turn, and one numbering over all stories.

    read → annotate → stories → (a story at a time) speakers, passages, families, derivations, changes, … → document

`retold.document` holds the document's shape, and writes and reads it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from retold import __version__
from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.bounds import LONGEST_REPORT_CHARS, cut_long_report, restore_text
from retold.document import SCHEMA_VERSION, EvidenceDocument
from retold.languages import list_language_plugins, name_plugins, work_around
from retold.model import AnnotatedArticle, Article, Reject, Speaker, Story
from retold.relate.encoder import find_encoder, name_encoder
from retold.relate.stories import StoriesConfig, group_stories
from retold.trace.tracing import Trace, TraceConfig, are_in_languages, trace_story

Value = TypeVar("Value", bound=Struct)


class CompareConfig(Struct, frozen=True):
    """Every setting of a comparison; its values stand in the document.

    `longest_report_chars`: of a longer text only the beginning is read, and the document says so.
    """

    longest_report_chars: int = LONGEST_REPORT_CHARS
    annotate: AnnotateConfig = AnnotateConfig()
    stories: StoriesConfig = StoriesConfig()
    trace: TraceConfig = TraceConfig()


DEFAULTS = CompareConfig()


def compare_articles(
    articles: Sequence[Article],
    config: CompareConfig = DEFAULTS,
    rejects: Sequence[Reject] = (),
    missing: Callable[[str], None] | None = None,
) -> EvidenceDocument:
    """Everything Retold finds in `articles`, as one evidence document.

    `rejects` are handed through. `missing` is told, once each, of a parser or encoder that is not installed. Same
    articles, configuration and version give the same document; another order of the articles the same findings under
    other ids.
    """
    broken = _list_broken()
    document = work_around(lambda: _compare(articles, config, rejects, missing))
    fresh = tuple(Reject(name, f"{name} is set aside: {why}") for name, why in _list_broken() - broken)
    return replace(document, rejects=(*document.rejects, *sorted(fresh, key=lambda one: one.input)))


def _list_broken() -> frozenset[tuple[str, str]]:
    """The language plugins that are out of use, with the reasons."""
    return frozenset((plugin.name, plugin.fault) for plugin in list_language_plugins() if plugin.fault is not None)


def _compare(
    articles: Sequence[Article],
    config: CompareConfig,
    rejects: Sequence[Reject],
    missing: Callable[[str], None] | None,
) -> EvidenceDocument:
    parsers = ParserShelf(config.annotate, missing)
    whole = {article.id: article for article in articles}
    articles = [cut_long_report(article, config.longest_report_chars) for article in articles]
    cut = {article.id for article in articles if article is not whole[article.id]}
    rejects = [*rejects, *(explain_cut(a, whole[a.id]) for a in articles if a.id in cut)]
    annotated = annotate_articles(articles, parsers)
    stories = group_stories(annotated, config.stories)
    by_id = {a.article.id: a for a in annotated}
    if config.trace.encode and any(are_in_languages([by_id[id_] for id_ in s.articles]) for s in stories):
        find_encoder(missing)
    document = trace_stories(annotated, stories, config, parsers.names(), rejects)
    found = tuple(a if a.id not in cut else restore_text(a, whole[a.id]) for a in document.articles)
    return replace(document, articles=found)


def trace_stories(
    articles: Sequence[AnnotatedArticle],
    stories: Sequence[Story],
    config: CompareConfig,
    parsers: Mapping[str, str | None],
    rejects: Sequence[Reject] = (),
) -> EvidenceDocument:
    """What became of the quotations in each of `stories`, as one document: the last stage of `compare_articles`.

    `articles` are all those of the stories, in the order in which the document shall list them; `parsers` (language →
    parser used) and `rejects` are handed through.
    """
    by_id = {a.article.id: a for a in articles}
    languages = [a.article.language for a in articles]
    encoder = name_encoder(languages, is_wanted=config.trace.encode)
    traces = [trace_story([by_id[id_] for id_ in story.articles], config.trace) for story in stories]
    document = EvidenceDocument(
        __version__,
        SCHEMA_VERSION,
        {"parsers": dict(parsers), **encoder, **name_plugins(languages), **msgspec.to_builtins(config)},
        tuple(a.article for a in articles),
        rejects=tuple(rejects),
    )
    return _assemble(document, stories, traces)


def explain_cut(cut: Article, whole: Article) -> Reject:
    """What is said of an article of which only the beginning was read."""
    name = f"{whole.path} ({whole.id})" if whole.path else whole.id
    return Reject(
        name,
        f"{name} has {len(whole.text):,} characters; only its first {len(cut.text):,} were compared. If it holds more "
        "than one report, give each as an article of its own",
    )


class _Numbers:
    """Ids over the whole document, from ids that count anew in each story."""

    def __init__(self) -> None:
        self.speakers: dict[tuple[str, str], str] = {}
        self.counts: dict[str, int] = {}

    def give(self, prefix: str) -> str:
        """The next id with this prefix."""
        self.counts[prefix] = self.counts.get(prefix, 0) + 1
        return f"{prefix}{self.counts[prefix]}"


def _assemble(document: EvidenceDocument, stories: Sequence[Story], traces: Sequence[Trace]) -> EvidenceDocument:
    numbers = _Numbers()
    parts = [_renumber(story, trace, numbers) for story, trace in zip(stories, traces, strict=True)]
    articles = {a.article.id: a.article for part in parts for a in part.articles}
    speakers: dict[str, Speaker] = {}
    for part in parts:
        for speaker in part.speakers:
            known = speakers.get(speaker.id)
            mentions = speaker.mentions if known is None else tuple(sorted({*known.mentions, *speaker.mentions}))
            speakers[speaker.id] = replace(known or speaker, mentions=mentions)
    return replace(
        document,
        articles=tuple(articles[a.id] for a in document.articles),
        speakers=tuple(speakers.values()),
        stories=tuple(stories),
        passages=tuple(p for part in parts for p in part.passages),
        families=tuple(f for part in parts for f in part.families),
        readings=tuple(r for part in parts for r in part.readings),
        changes=tuple(c for part in parts for c in part.changes),
        omissions=tuple(o for part in parts for o in part.omissions),
        additions=tuple(a for part in parts for a in part.additions),
        facts=tuple(f for part in parts for f in part.facts),
        derivations=tuple(d for part in parts for d in part.derivations),
    )


def _renumber(story: Story, trace: Trace, numbers: _Numbers) -> Trace:
    """One story's findings under the document's ids. A person named in full is the same speaker in every story."""
    speaker_ids: dict[str, str] = {}
    for speaker in trace.speakers:
        is_named = speaker.kind in {"person", "state"} and (" " in speaker.name or speaker.kind == "state")
        key = (speaker.kind, speaker.name.casefold()) if is_named else (story.id, speaker.id)
        if key not in numbers.speakers:
            numbers.speakers[key] = numbers.give("p")
        speaker_ids[speaker.id] = numbers.speakers[key]
    reading_ids = {r.id: numbers.give("r") for r in trace.readings}
    family_ids = {f.id: numbers.give("f") for f in trace.families}
    hidden_ids = {
        d.from_: f"hidden:{numbers.give('hidden')[len('hidden') :]}"
        for d in {
            d.from_: d for d in trace.derivations if d.from_ is not None and d.from_.startswith("hidden:")
        }.values()
    }

    def rename(ids: dict[str, str], id_: str | None) -> str | None:
        return None if id_ is None else ids[id_]

    articles = tuple(
        replace(
            a,
            article=replace(
                a.article,
                quotations=tuple(replace(q, speaker=rename(speaker_ids, q.speaker)) for q in a.article.quotations),
            ),
        )
        for a in trace.articles
    )
    return replace(
        trace,
        articles=articles,
        speakers=tuple(replace(s, id=speaker_ids[s.id]) for s in trace.speakers),
        passages=tuple(replace(p, id=numbers.give("m")) for p in trace.passages),
        families=tuple(
            replace(
                f,
                id=family_ids[f.id],
                story=story.id,
                speaker=rename(speaker_ids, f.speaker),
                readings=tuple(reading_ids[r] for r in f.readings),
            )
            for f in trace.families
        ),
        readings=tuple(replace(r, id=reading_ids[r.id]) for r in trace.readings),
        changes=tuple(
            replace(
                c,
                family=family_ids[c.family],
                from_=rename(reading_ids, c.from_),
                to=rename(reading_ids, c.to),
                id=numbers.give("c"),
            )
            for c in trace.changes
        ),
        derivations=tuple(
            replace(d, from_=hidden_ids.get(d.from_, d.from_), id=numbers.give("d")) for d in trace.derivations
        ),
    )
