"""Article → quotations: direct, mixed and indirect, with source, cue and content.

Marks come first (`marks`, `contexts`): a statement in marks is a direct quotation. Paragraphs that hold a mark or a
possible cue are parsed, direct quotations masked (`parse`, `clauses`); the rest is never parsed. Where no parser is
installed, `rules` alone find who says what. Speakers are another room's.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from retold.annotate.clauses import find_clauses
from retold.annotate.cues import CueIndex, index_cues
from retold.annotate.drafts import Draft, add_name, drop_blanks, number_drafts
from retold.annotate.moods import carry_moods
from retold.annotate.narration import add_fragments, read_by_rules, read_narration
from retold.annotate.paragraphs import Paragraph, cut_paragraphs
from retold.annotate.parse import Parse, Parser
from retold.annotate.rules import read_signed_line
from retold.annotate.running import read_item, run_on
from retold.annotate.statements import carry_on, extend_block, read_block, read_statements, take_lead_in
from retold.languages import Language
from retold.model import Article, Quotation, Sentence, Span

Weigher: TypeAlias = Callable[[str, Paragraph, Parse, Sequence[Draft], Sequence[Span]], list[Draft]]
"""(text, paragraph, its parse, what the frames found, the words of its direct quotations) → its other quotations."""


def find_quotations(
    article: Article, sentences: Sequence[Sentence], language: Language, parser: Parser | None
) -> tuple[Quotation, ...]:
    """The quotations of one article whose zones are set, in order of their content. `speaker` is left None.

    Cost: linear in the text, plus the parser's for paragraphs that hold a mark or a cue.
    """
    return next(iter(find_quotations_batch([(article, sentences)], language, parser)))


def find_quotations_batch(
    articles: Iterable[tuple[Article, Sequence[Sentence]]],
    language: Language,
    parser: Parser | None,
    weigh: Weigher | None = None,
) -> tuple[tuple[Quotation, ...], ...]:
    """The same over many articles of one language, parsed in one stream. `weigh`: the last word on what the frames
    found in a paragraph (`odds.weigh_drafts`); None: the frames decide."""
    cues = index_cues(language)
    listed = list(articles)
    prepared = [cut_paragraphs(article, sentences, language, cues, weigh is not None) for article, sentences in listed]
    parses: dict[tuple[int, int], Parse] = {}
    if parser is not None:
        wanted = [
            (i, k, paragraph.pieces)
            for i, paragraphs in enumerate(prepared)
            for k, paragraph in enumerate(paragraphs)
            if paragraph.pieces
        ]
        parses = {(i, k): Parse(()) for i, paragraphs in enumerate(prepared) for k in range(len(paragraphs))}
        for (i, k, _), parse in zip(wanted, parser.parse(pieces for _, _, pieces in wanted), strict=True):
            parses[i, k] = parse
    found = []
    for i, (article, _) in enumerate(listed):
        drafts = _read_article(
            article.text, prepared[i], [parses.get((i, k)) for k in range(len(prepared[i]))], language, cues, weigh
        )
        named = [add_name(article.text, drop_blanks(article.text, draft), language) for draft in drafts]
        found.append(number_drafts(article.id, named))
    return tuple(found)


def _read_article(
    text: str,
    paragraphs: Sequence[Paragraph],
    parses: Sequence[Parse | None],
    language: Language,
    cues: CueIndex,
    weigh: Weigher | None,
) -> list[Draft]:
    drafts: list[Draft] = []
    placed: dict[Span, int] = {}  # where the draft of a marked text stands, which may run on over paragraphs
    for k, (paragraph, parse) in enumerate(zip(paragraphs, parses, strict=True)):
        if paragraph.turn is not None:
            turn = paragraph.turn
            drafts.append(Draft("direct", (turn.content,), None, turn.source, 0.9))
            continue
        if k and not paragraph.contexts and paragraph.zone.role == "body":
            above = paragraphs[k - 1]
            signed = read_signed_line(text, paragraph.zone.span, language)
            last = drafts[-1] if drafts and above.zone.span.contains(drafts[-1].extent) else None
            if signed is not None and last is not None and last.kind == "direct" and last.source is None:
                drafts[-1] = replace(
                    last, cue=last.cue or signed.cue, source=signed.source, confidence=signed.confidence
                )
                continue
            item = read_item(text, paragraphs, parses, k, cues, language)
            if item is not None:
                last = drafts[-1] if drafts else None
                if last is not None and last.kind == "indirect" and (last.cue, last.source) == (item.cue, item.source):
                    drafts[-1] = replace(last, content=(*last.content, *item.content))
                else:
                    drafts.append(item)
                continue
            longer = extend_block(text, drafts[-1] if drafts else None, paragraph, above, language)
            if longer is not None:
                drafts[-1] = longer
                continue
            block = read_block(text, paragraph, above, parses[k - 1], language, cues)
            if block is not None:
                drafts.append(block)
                continue
        frames = {c.outer: Span(c.before.start, c.after.end) for c in paragraph.contexts if c.is_statement}
        clauses = find_clauses(parse, cues, language, frames) if parse is not None else ()
        direct = read_statements(text, paragraph, parse, clauses, language, cues)
        if direct and direct[0].cue is None and direct[0].source is None and k:
            direct[0] = take_lead_in(text, direct[0], paragraph, paragraphs[k - 1], parses[k - 1], cues, language)
        for draft in direct:
            at = next((placed[o] for o in draft.outers if o in placed), None)
            if at is None:
                at = len(drafts)
                drafts.append(draft)
            elif drafts[at].source is None:
                drafts[at] = replace(drafts[at], cue=draft.cue, source=draft.source, confidence=draft.confidence)
            placed.update(dict.fromkeys(draft.outers, at))
        others = (
            read_narration(text, paragraph, parse, clauses, language, cues)
            if parse is not None
            else read_by_rules(text, paragraph, language, cues)
        )
        if parse is None and language.cues.reported_moods and paragraph.zone.role == "body":
            above_it = [d for d in drafts if d.extent.end <= paragraph.zone.span.start]
            told = add_fragments(text, paragraph, parse, others, language, cues, False)
            others = [*told, *carry_moods(text, paragraph, [*direct, *told], above_it, language)]
        others = add_fragments(text, paragraph, parse, others, language, cues)
        if paragraph.zone.role == "body":
            others = [*others, *run_on(text, paragraph, parse, [*direct, *others], language)]
        if parse is not None and weigh is not None:
            others = weigh(text, paragraph, parse, others, [span for draft in direct for span in draft.content])
        drafts.extend(others)
    return carry_on(drafts, paragraphs)
