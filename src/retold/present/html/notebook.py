"""What a notebook shows of an article, a ledger and a descent: pieces of HTML that need nothing else.

Styles stand in the elements, because notebooks and the sites that show them take style sheets away. Letters and lines
have the colour of the text around them, so that they are read on light and dark ground alike; washes are translucent.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.model import Article, Quotation, Span
from retold.present import words
from retold.present.html.columns import split_paragraphs
from retold.present.html.descent import Drawing, draw_descent
from retold.present.html.environment import build_environment
from retold.present.html.rows import Row, build_row
from retold.present.ledger import Ledger, StoryView
from retold.present.lettering import shorten_line
from retold.present.timeline import describe_published

MOST_CHARS: Final = 60_000
"""Of a longer article the beginning is shown: a notebook keeps what it shows in its file."""
MOST_ROWS: Final = 40
MOST_STORIES: Final = 8
_HUES: Final = ("0,114,178", "230,159,0", "0,158,115", "204,121,167", "86,180,233", "213,94,0", "148,138,84")
"""Colours that people who see few tell apart (Okabe and Ito 2008), the last one for whoever comes after."""


class Voice(Struct, frozen=True):
    """A speaker in the key of an article: the number at its marks, and its colour (red, green, blue)."""

    number: int
    name: str
    hue: str
    count: int


class Mark(Struct, frozen=True):
    """Characters of a paragraph; of a quotation where there is a `voice`. `number`: at the last of its characters."""

    text: str
    voice: Voice | None = None
    note: str = ""
    is_last: bool = False


class Block(Struct, frozen=True):
    role: str
    marks: tuple[Mark, ...]


class StoryPart(Struct, frozen=True):
    """A story's ledger and descent as the template takes them."""

    view: StoryView
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    drawing: Drawing | None
    unlinked: tuple[str, ...]
    more: str


def render_article(article: Article, speakers: Mapping[str, str]) -> str:
    """An article with its quotations marked, each speaker in one colour and with one number. `speakers`: id → name.

    O(n) in the text and the quotations.
    """
    voices = _number_voices(article, speakers)
    blocks = []
    for role, span in split_paragraphs(article):
        if span.start >= MOST_CHARS:
            break
        blocks.append(Block(role, tuple(_cut_marks(article, span, voices))))
    return _render(
        "article",
        article=article,
        published=describe_published(article.published),
        voices=tuple(dict.fromkeys(voices.values())),
        blocks=tuple(blocks),
        is_cut=len(article.text) > MOST_CHARS,
    )


def render_ledger(document: EvidenceDocument) -> str:
    """Who said what in which report, a table a story. O(n) in the findings."""
    return _render("ledgers", **_view_stories(document, with_rows=True, with_drawing=False))


def render_descent(document: EvidenceDocument) -> str:
    """Who retold whom, a drawing a story: inline SVG. O(n²) in the reports of one story."""
    return _render("descents", **_view_stories(document, with_rows=False, with_drawing=True))


def render_comparison(document: EvidenceDocument) -> str:
    """The descent and the ledger of each story, under its title and counts."""
    return _render("comparison", **_view_stories(document, with_rows=True, with_drawing=True))


def render_text(text: str) -> str:
    """A text as it stands, in letters of one width."""
    return _render("text", text=text)


def _render(macro: str, **given: object) -> str:
    module = build_environment().get_template("notebook.html.jinja").module
    return str(getattr(module, macro)(**given)).strip()


def _view_stories(document: EvidenceDocument, *, with_rows: bool, with_drawing: bool) -> dict[str, object]:
    """The first stories with their gravest utterances, and how much more there is: all of it is on the page."""
    ledger = Ledger(document)
    views = ledger.view_stories()
    parts = tuple(
        StoryPart(
            view,
            tuple(ledger.name(article.id) for article in view.articles),
            tuple(build_row(family, view, ledger, (), "", has_panels=False) for family in view.shared[:MOST_ROWS])
            if with_rows
            else (),
            draw_descent(view, ledger) if with_drawing and view.derivations else None,
            ledger.write_unlinked(view),
            _count_rest(view.shared[MOST_ROWS:]),
        )
        for view in views[:MOST_STORIES]
    )
    return {"stories": parts, "more": _count_rest(views[MOST_STORIES:])}


def _count_rest(rest: tuple[object, ...]) -> str:
    return words.MORE.format(count=len(rest)) if rest else ""


def _number_voices(article: Article, speakers: Mapping[str, str]) -> dict[str | None, Voice]:
    """A voice for each speaker of the article, in the order in which they are first quoted; None: the unknown ones."""
    counts: dict[str | None, int] = {}
    for quotation in article.quotations:
        speaker = quotation.speaker if quotation.speaker in speakers else None
        counts[speaker] = counts.get(speaker, 0) + 1
    known = [speaker for speaker in counts if speaker is not None]
    voices: dict[str | None, Voice] = {
        speaker: Voice(n + 1, shorten_line(speakers[speaker], 80), _HUES[min(n, len(_HUES) - 1)], counts[speaker])
        for n, speaker in enumerate(known)
    }
    if None in counts:
        voices[None] = Voice(0, words.SPEAKER_UNKNOWN, "128,128,128", counts[None])
    return voices


def _cut_marks(article: Article, paragraph: Span, voices: Mapping[str | None, Voice]) -> list[Mark]:
    parts = [(span, q) for q in article.quotations for span in q.content if span.overlaps(paragraph)]
    cuts = {paragraph.start, paragraph.end}
    for span, _ in parts:
        cuts.update(at for at in (span.start, span.end) if paragraph.start < at < paragraph.end)
    marks = []
    for start, end in pairwise(sorted(cuts)):
        run = Span(start, end)
        over = [(span, quotation) for span, quotation in parts if span.contains(run)]
        if not over:
            marks.append(Mark(run.cut(article.text)))
            continue
        # Of quotations within quotations the inner one says whose words these are.
        span, quotation = min(over, key=lambda one: (one[0].end - one[0].start, one[0]))
        voice = voices[quotation.speaker if quotation.speaker in voices else None]
        is_last = run.end == quotation.extent.end
        marks.append(Mark(run.cut(article.text), voice, _describe(quotation, article, voice), is_last))
    return marks


def _describe(quotation: Quotation, article: Article, voice: Voice) -> str:
    cue = f" · {shorten_line(quotation.cue.cut(article.text), 40)}" if quotation.cue else ""
    kind = words.KINDS[quotation.kind] if quotation.told else words.ATTITUDE
    return f"{voice.name}{cue} · {kind} · {quotation.id}"
