"""A draft before publication against its sources: what became of each quotation, and what the house style says to it.

The draft counts as derived from every source. Readings are found by the same families and passages as between published
reports; what these leave open is looked up word for word.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from retold import __version__
from retold.annotate.annotation import ParserShelf, annotate_articles
from retold.annotate.bounds import cut_long_report
from retold.annotate.words import find_words
from retold.evidence import CompareConfig, explain_cut
from retold.languages import choose_language
from retold.model import (
    AnnotatedArticle,
    Article,
    Edit,
    Flag,
    Label,
    Passage,
    Quotation,
    QuotationKind,
    Reading,
    ReadingForm,
    Reason,
    Reject,
    Severity,
    Span,
    Speaker,
)
from retold.relate.encoder import find_encoder
from retold.relate.passages import find_passages
from retold.relate.speakers import join_speakers
from retold.relate.weights import weigh_stems
from retold.styles import Judgement, StyleProfile
from retold.trace.changes import MAJOR_FLAGS, compare_wordings
from retold.trace.families import find_families, is_outer
from retold.trace.tracing import are_in_languages
from retold.trace.wordings import Wording, read_wording

LOOKED_UP_WORDS = 3
"""Fewer words stand in many a text by chance."""
COVERED_SHARE = 0.5
"""A passage tells a quotation where it covers half of it."""
KEPT_SHARE = 0.2
"""Words in marks of which less stands in a reading of the sources were not taken from it, whatever stands beside."""

_WEIGHT: dict[Severity, int] = {"none": 0, "minor": 1, "major": 2}
_JUDGEMENTS: tuple[Judgement, ...] = ("breach", "question", "allowed")


class Text(Struct, frozen=True):
    """A text of the check, by its id: what it is called, where it is from, and the hash of its characters."""

    id: str
    name: str
    path: str | None
    sha256: str


class Match(Struct, frozen=True):
    """A reading in a source, and what the draft's quotation is relative to it. Spans are of the source's text, but the
    `to` of the edits of the draft's."""

    article: str
    span: Span
    line: int
    form: ReadingForm
    words: tuple[str, ...]
    label: Label
    flags: tuple[Flag, ...]
    severity: Severity
    why: str
    reasons: tuple[Reason, ...]
    edits: tuple[Edit, ...]


class Finding(Struct, frozen=True):
    """One quotation of the draft: its best earlier reading (None: not found in the sources), the other ones, and the
    judgement with its ground. `words`: one string for each span of `content`. `label`, `flags` and `severity` are those
    of the match; without one "added". `rule`: the source of the profile's rule, where one decided."""

    id: str
    quotation: str
    kind: QuotationKind
    content: tuple[Span, ...]
    line: int
    speaker: str | None
    words: tuple[str, ...]
    label: Label
    flags: tuple[Flag, ...]
    severity: Severity
    judgement: Judgement
    ground: str
    rule: str | None
    match: Match | None = None
    others: tuple[Match, ...] = ()


class CheckReport(Struct, frozen=True):
    """All that was found about a draft; `findings` in the order of its text, `counts` by judgement."""

    retold: str
    schema: int
    profile: str
    profile_source: str
    draft: Text
    sources: tuple[Text, ...]
    counts: dict[Judgement, int]
    findings: tuple[Finding, ...]
    rejects: tuple[Reject, ...] = ()


_Candidate: TypeAlias = tuple[AnnotatedArticle, Reading]


def check_draft(
    draft: Article,
    sources: Sequence[Article],
    profile: StyleProfile,
    config: CompareConfig | None = None,
    missing: Callable[[str], None] | None = None,
) -> CheckReport:
    """Every quotation of `draft` against `sources`, judged by `profile`.

    Article ids must differ. `missing` is told, once each, of a parser or encoder that is not installed. The order of
    the sources decides nothing but their order in the report. Cost: linear in the sources, each compared with the
    draft.
    """
    config = config or CompareConfig()
    given = [draft, *sources]
    read = [cut_long_report(article, config.longest_report_chars) for article in given]
    rejects = tuple(explain_cut(new, old) for new, old in zip(read, given, strict=True) if new is not old)
    annotated = annotate_articles(read, ParserShelf(config.annotate, missing))
    joined, speakers = join_speakers(annotated, choose_language(draft.language))
    ground = _Ground(joined, speakers, config, missing)
    findings = [
        _judge(n, quotation, ground, profile)
        for n, quotation in enumerate((q for q in ground.draft.article.told if not is_outer(ground.draft, q)), start=1)
    ]
    counts = {judgement: sum(f.judgement == judgement for f in findings) for judgement in _JUDGEMENTS}
    texts = [Text(a.article.id, a.article.name, a.article.path, old.sha256)
             for a, old in zip(joined, given, strict=True)]  # fmt: skip
    return CheckReport(
        __version__, 1, profile.name, profile.source, texts[0], tuple(texts[1:]), counts, tuple(findings), rejects
    )


def reaches(report: CheckReport, severity: Severity) -> int:
    """How many findings reach a severity: a breach counts as major, a question as minor."""
    return report.counts["breach"] + (report.counts["question"] if severity != "major" else 0)


class _Ground:
    """What the draft's quotations are held against: the readings of each family, the passages, the sources' words."""

    def __init__(
        self,
        articles: Sequence[AnnotatedArticle],
        speakers: Sequence[Speaker],
        config: CompareConfig,
        missing: Callable[[str], None] | None,
    ) -> None:
        self.draft, self.config = articles[0], config.trace
        self.sources = sorted(articles[1:], key=lambda a: (a.article.rank, a.article.id))
        self.speakers = {s.id: s for s in speakers}
        self._by_id = {a.article.id: a for a in articles}
        weights = weigh_stems(articles)
        encoder = find_encoder(missing) if self.config.encode and are_in_languages(articles) else None
        self.passages: tuple[Passage, ...] = tuple(
            p
            for source in self.sources
            for p in find_passages(source, self.draft, weights, self.config.passages, encoder)
        )
        canonical = sorted(articles, key=lambda a: (a.article.rank, a.article.id))
        families, self.readings = find_families(canonical, self.passages, self.config.families, weights, encoder)
        by_id = {r.id: r for r in self.readings}
        self._told: dict[str, list[Reading]] = {}
        for family in families:
            members = [by_id[r] for r in family.readings]
            for own in members:
                if own.article == self.draft.article.id and own.quotation is not None:
                    self._told.setdefault(own.quotation, []).extend(m for m in members if m.article != own.article)
        self._words = {a.article.id: _Words(a.article) for a in self.sources}

    def find_candidates(self, quotation: Quotation) -> list[_Candidate]:
        """Readings in the sources of what is quoted: of its family, under a passage, and of the same words."""
        readings = [
            *self._told.get(quotation.id, ()),
            *self._find_under_passages(quotation),
            *self._find_by_words(quotation),
        ]
        told = {(r.article, r.span): r for r in readings}
        return [(self._by_id[r.article], r) for r in told.values()]

    def _find_under_passages(self, quotation: Quotation) -> list[Reading]:
        size = sum(span.end - span.start for span in quotation.content)
        return [
            self._read(self._by_id[passage.from_.article], passage.from_.span)
            for passage in self.passages
            if sum(_overlap(passage.to.span, span) for span in quotation.content) >= COVERED_SHARE * size
        ]

    def _find_by_words(self, quotation: Quotation) -> list[Reading]:
        text = self.draft.article.text
        run = [word.norm for span in quotation.content for word in find_words(text, span)]
        if quotation.kind == "indirect" or len(run) < LOOKED_UP_WORDS:
            return []
        places = ((source, self._words[source.article.id].find(run)) for source in self.sources)
        return [self._read(source, span) for source, span in places if span is not None]

    def _read(self, source: AnnotatedArticle, span: Span) -> Reading:
        """The source's quotation that stands there, else its own text as narration."""
        there = [r for r in self.readings if r.article == source.article.id and r.span.overlaps(span)]
        if there:
            return max(there, key=lambda r: (_overlap(r.span, span), -r.span.start))
        return Reading("", source.article.id, span, "narration")

    def match(self, quotation: Quotation) -> list[tuple[Match, bool]]:
        """What the quotation is relative to each candidate, best first, and whether that one stands in marks.

        Of readings in marks (the nearest to the speaker) the one it changes least is the one it was taken from.
        """
        own = Reading("", self.draft.article.id, quotation.extent, quotation.kind, quotation.id)
        later = read_wording(self.draft, own, self.speakers)
        rated: list[tuple[tuple[bool, int, int, str, Span], Match, bool]] = []
        for source, reading in self.find_candidates(quotation):
            match, is_marked = self._compare(source, reading, later)
            kept = sum(e.from_.end - e.from_.start for e in match.edits if e.op == "equal")
            if later.is_in_marks and kept < KEPT_SHARE * sum(s.end - s.start for s in later.marked):
                continue
            key = (not is_marked, _WEIGHT[match.severity], -kept, source.article.rank, reading.span)
            rated.append((key, match, is_marked))
        return [(match, is_marked) for _, match, is_marked in sorted(rated, key=lambda row: row[0])]

    def _compare(self, source: AnnotatedArticle, reading: Reading, later: Wording) -> tuple[Match, bool]:
        earlier = read_wording(source, reading, self.speakers)
        beside = [
            wording
            for other in self.readings
            if other.article == source.article.id and other.span != reading.span
            for wording in [read_wording(source, other, self.speakers)]
            if wording.is_in_marks
        ]
        change = compare_wordings(earlier, later, beside=beside, config=self.config.changes)
        text = source.article.text
        match = Match(
            source.article.id,
            reading.span,
            _count_line(text, reading.span),
            reading.form,
            _cut(text, earlier.spans),
            change.label,
            change.flags,
            change.severity,
            change.why,
            change.reasons,
            change.edits,
        )
        return match, earlier.is_in_marks

    def has_marks(self, article: str) -> bool:
        """Whether a source quotes anything: one without any mark may itself be the speech or the release."""
        return any(q.kind != "indirect" for q in self._by_id[article].article.told)


class _Words:
    """A text's words in one line, to find a run of words in it."""

    def __init__(self, article: Article) -> None:
        self._spans: list[Span] = []
        self._at: dict[int, int] = {}
        parts: list[str] = []
        length = 0
        for n, word in enumerate(find_words(article.text, Span(0, len(article.text)))):
            self._spans.append(word.span)
            self._at[length] = n
            parts.append(word.norm)
            length += len(word.norm) + 1
        self._line = " ".join(["", *parts, ""])

    def find(self, run: Sequence[str]) -> Span | None:
        """Where the run stands first."""
        at = self._line.find(" ".join(["", *run, ""]))
        if at < 0:
            return None
        first = self._at[at]
        return Span(self._spans[first].start, self._spans[first + len(run) - 1].end)


def _judge(number: int, quotation: Quotation, ground: _Ground, profile: StyleProfile) -> Finding:
    text = ground.draft.article.text
    speaker = ground.speakers.get(quotation.speaker or "")
    finding = Finding(
        f"k{number}",
        quotation.id,
        quotation.kind,
        quotation.content,
        _count_line(text, quotation.extent),
        speaker.name if speaker and speaker.kind != "unknown" else None,
        _cut(text, quotation.content),
        "added",
        (),
        "none",
        "allowed",
        "",
        None,
    )
    matches = ground.match(quotation)
    if not matches:
        judgement, rule = profile.judge("added", frozenset(), "none", quotation.kind)
        why = rule.why if rule else "not found in the sources, and told without marks"
        return replace(finding, judgement=judgement, ground=why, rule=rule.source if rule else None)
    best, is_marked = matches[0]
    judgement, rule = profile.judge(best.label, frozenset(best.flags), best.severity, quotation.kind)
    why = rule.why if rule else f"by its severity: {best.severity}"
    if best.label == "requoted" and judgement == "breach" and not ground.has_marks(best.article):
        judgement, rule = "question", None
        why = "the source has these words without marks, as a speech or a release would: are they the speaker's?"
    against = [
        m for m, marked in matches[1:] if is_marked and marked and m.severity == "major" and set(m.flags) & MAJOR_FLAGS
    ]
    if judgement == "allowed" and quotation.kind != "indirect" and against:
        judgement, rule = "question", None
        why = "the sources differ: one has these words, another has others"
    return replace(
        finding,
        label=best.label,
        flags=best.flags,
        severity=best.severity,
        judgement=judgement,
        ground=why,
        rule=rule.source if rule else None,
        match=best,
        others=tuple(match for match, _ in matches[1:]),
    )


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _count_line(text: str, span: Span) -> int:
    return text.count("\n", 0, span.start) + 1


def _cut(text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(span.cut(text) for span in spans)
