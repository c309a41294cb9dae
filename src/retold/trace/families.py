"""Quotation families: all the readings of one utterance over the articles of a story."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from retold.model import AnnotatedArticle, Family, Passage, Quotation, Reading, SpeakerKind
from retold.relate.anchors import cut_pieces, find_anchors
from retold.relate.encoder import Encoder
from retold.relate.voices import find_voices
from retold.relate.weights import Weights, weigh_stems
from retold.trace.grouping import GroupingConfig, group_utterances
from retold.trace.likeness import Utterance, make_utterance, rank_article
from retold.trace.narration import NarrationConfig, find_narration


class FamiliesConfig(Struct, frozen=True):
    """How quotations are grouped, and when narration tells what others attribute."""

    grouping: GroupingConfig = GroupingConfig()
    narration: NarrationConfig = NarrationConfig()


def find_families(
    articles: Sequence[AnnotatedArticle],
    passages: Sequence[Passage],
    config: FamiliesConfig,
    weights: Weights | None = None,
    encoder: Encoder | None = None,
) -> tuple[tuple[Family, ...], tuple[Reading, ...]]:
    """Groups the quotations of one story into families, and finds the narration that tells what others attribute.

    Every quotation has a reading in one family, and in one more for each further utterance that it fuses; only the
    outer ones ("the Post reports that …": the source is a citation) belong to none. `weights` are learnt from the
    articles where not given; an `encoder` helps to find quotations again in other languages. Families and readings
    are ordered and numbered by content, so that neither depends on the order of `articles`. Cost: see
    `group_utterances` and `find_narration`.
    """
    articles = sorted(articles, key=rank_article)
    weights = weights or weigh_stems(articles)
    kinds: dict[str, SpeakerKind] = {s.id: s.kind for a in articles for s in a.speakers}
    bodies = _find_bodies(articles)
    voices: dict[str, frozenset[str]] = {}
    for annotated in articles:
        for speaker, whose in find_voices(annotated).items():
            voices[speaker] = voices.get(speaker, frozenset()).union(*whose)
    names = {s.id: s.name for a in articles for s in a.speakers}
    is_crossing = len({a.article.language for a in articles if a.article.language}) > 1
    utterances = [
        replace(
            make_utterance(annotated, quotation, weights, kinds),
            language=annotated.article.language,
            behalf=voices.get(quotation.speaker or ""),
            name_words=frozenset(names.get(quotation.speaker or "", "").casefold().split()),
            is_named=names.get(quotation.speaker or "", "X")[:1].isupper(),
            anchors=find_anchors(annotated, quotation.content) if is_crossing else frozenset(),
            pieces=cut_pieces(annotated, quotation.content) if is_crossing else (),
        )
        for annotated in articles
        for quotation in sorted(annotated.article.told, key=lambda q: (q.extent, q.id))
        if quotation.speaker in bodies or not is_outer(annotated, quotation)
    ]
    groups = group_utterances(utterances, passages, config.grouping, encoder)
    told = find_narration(articles, utterances, groups, passages, weights, config.narration)
    readings: list[Reading] = []
    families: list[Family] = []
    for n, group in enumerate(groups):
        members = [(utterances[m].rank, _read(utterances[m])) for m in group]
        members += [((*rank, span), Reading("", article, span, "narration")) for rank, article, span in told.get(n, ())]
        ids = []
        for _, reading in sorted(members, key=lambda member: member[0]):
            ids.append(f"r{len(readings) + 1}")
            readings.append(Reading(ids[-1], reading.article, reading.span, reading.form, reading.quotation))
        families.append(Family(f"f{n + 1}", "", _name_speaker(utterances, group), tuple(ids)))
    return tuple(families), tuple(readings)


def _read(utterance: Utterance) -> Reading:
    quotation = utterance.quotation
    return Reading("", utterance.article, quotation.extent, quotation.kind, quotation.id)


def is_outer(annotated: AnnotatedArticle, quotation: Quotation) -> bool:
    """Whether the speaker is an outlet cited ("the Post reports that …"): such a quotation belongs to no family."""
    source = quotation.source
    return source is not None and any(citation.span.overlaps(source) for citation in annotated.article.citations)


def _find_bodies(articles: Sequence[AnnotatedArticle]) -> frozenset[str]:
    """The speakers who publish an article and speak in it: of a press release and the body that issued it, the body's
    words are an utterance like any other ("the Union said"), and not a report of an outlet."""
    found = set()
    for annotated in articles:
        told = {q.speaker for q in annotated.article.told if q.speaker is not None}
        outlet = set((annotated.article.outlet or "").casefold().split())
        for speaker in annotated.speakers:
            name = set(speaker.name.casefold().split())
            if speaker.id in told and len(name) > 1 and name <= outlet:
                found.add(speaker.id)
    return frozenset(found)


def _name_speaker(utterances: Sequence[Utterance], group: Sequence[int]) -> str | None:
    """The speaker whom most readings name; of equals, the one of the first reading that is in marks, then the first."""
    named = [utterances[n] for n in group if utterances[n].speaker is not None]
    if not named:
        return None
    counts: dict[str, int] = defaultdict(int)
    for u in named:
        counts[u.speaker or ""] += 1
    return min(named, key=lambda u: (-counts[u.speaker or ""], u.quotation.kind == "indirect", u.rank)).speaker
