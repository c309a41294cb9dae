"""The rows of the ledger table: one a family, a cell a report, and what opens under the row."""

from msgspec import Struct

from retold.model import Article, Change, Flag, Place, Quotation, Reading, Severity
from retold.present import words
from retold.present.html.columns import Pair, cut_around
from retold.present.ledger import FamilyView, Ledger, ReadingView, StoryView
from retold.present.lettering import clean_line, shorten_line
from retold.present.pieces import Piece, build_earlier_pieces, build_pieces, drop_marks, is_readable
from retold.present.rules import write_rule

HEAD_CHARS = 150
_GRAVEST: dict[Severity, int] = {"major": 0, "minor": 1, "none": 2}


class Wording(Struct, frozen=True):
    """The words of one reading, with the sentence around them and who is said to have said them."""

    name: str
    form: str
    attribution: str
    before: str
    pieces: tuple[Piece, ...]
    after: str
    is_quoted: bool
    language: str | None
    place: str


class Panel(Struct, frozen=True):
    """What opens under a row: a change with its two wordings, or a first reading in full."""

    anchor: str
    title: str
    later: Wording | None
    earlier: Wording | None = None
    label: str = ""
    gloss: str = ""
    severity: Severity = "none"
    flags: tuple[str, ...] = ()
    names: tuple[Flag, ...] = ()
    why: str = ""
    relative: str = ""
    rule: str = ""
    confidence: float | None = None
    pair: str = ""
    id: str = ""
    ends: tuple[str, str] | None = None


class Entry(Struct, frozen=True):
    """One line of a cell; `anchor` is the panel it opens, `id` its change ("": compared with none)."""

    word: str
    note: str
    severity: Severity
    anchor: str
    id: str = ""
    article: str = ""


class Cell(Struct, frozen=True):
    """What one report has of a family."""

    name: str
    entries: tuple[Entry, ...]


class Group(Struct, frozen=True):
    """Entries that say the same, each with the name of its report."""

    word: str
    note: str
    severity: Severity
    members: tuple[tuple[str, Entry], ...]


class Row(Struct, frozen=True):
    """A family: its speaker, the words of its first reading, a cell for each report."""

    anchor: str
    speaker: str
    words: str
    language: str | None
    severity: Severity
    cells: tuple[Cell, ...]
    panels: tuple[Panel, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The cells by what they say, for a story with too many reports for a column each: the gravest first, then what
        most reports have."""
        found: dict[tuple[str, str, Severity], list[tuple[str, Entry]]] = {}
        for cell in self.cells:
            for entry in cell.entries:
                found.setdefault((entry.word, entry.note, entry.severity), []).append((cell.name, entry))
        groups = [Group(*key, tuple(members)) for key, members in found.items()]
        return tuple(sorted(groups, key=lambda one: (_GRAVEST[one.severity], -len(one.members))))


def build_row(
    family: FamilyView,
    story: StoryView,
    ledger: Ledger,
    pairs: tuple[Pair, ...],
    anchor: str,
    *,
    has_panels: bool = True,
) -> Row:
    """The row of one family, with its panels; without them its entries open nothing here. O(readings · reports)."""
    panels: list[Panel] = []
    cells = []
    for article in story.articles:
        entries: list[Entry] = []
        if not has_panels:
            cells.append(Cell(ledger.name(article.id), _list_entries(article.id, family)))
            continue
        for view in family.readings:
            if view.article.id == article.id:
                entries.extend(_open_reading(view, family, ledger, pairs, anchor, panels))
        dropped = [change for change in family.dropped if change.article == article.id]
        entries.extend(_open_dropped(change, ledger, anchor, panels) for change in dropped)
        cells.append(Cell(ledger.name(article.id), tuple(entries)))
    first = family.readings[0]
    return Row(
        anchor=anchor,
        speaker=family.speaker,
        words=shorten_line(ledger.quote_reading(first.reading), HEAD_CHARS),
        language=first.article.language,
        severity=family.severity,
        cells=tuple(cells),
        panels=tuple(panels),
    )


def _list_entries(article: str, family: FamilyView) -> tuple[Entry, ...]:
    """The lines of a cell whose changes open elsewhere."""
    entries = []
    for view in family.readings:
        if view.article.id == article and not view.changes:
            entries.append(_note_first(view, family, ""))
        elif view.article.id == article:
            entries += [_note_change(change, article, "") for change in view.changes]
    return (*entries, *(_note_change(change, article, "") for change in family.dropped if change.article == article))


def _note_first(view: ReadingView, family: FamilyView, anchor: str) -> Entry:
    word = words.FIRST if view is family.readings[0] else words.ALSO
    form = "" if view.reading.form == "direct" else words.FORMS[view.reading.form]
    return Entry(word, form, "none", anchor, article=view.article.id)


def _note_change(change: Change, article: str, anchor: str) -> Entry:
    note = "; ".join(words.FLAGS[flag] for flag in change.flags) if change.to else ""
    return Entry(change.label, note, change.severity, anchor, change.id, article)


def _open_reading(
    view: ReadingView, family: FamilyView, ledger: Ledger, pairs: tuple[Pair, ...], anchor: str, panels: list[Panel]
) -> list[Entry]:
    if not view.changes:
        name = f"{anchor}p{len(panels) + 1}"
        note = words.ORIGIN_READING if view is family.readings[0] else words.OTHER_READING
        whole = (Piece("same", view.reading.span.cut(view.article.text)),)
        title = f"{ledger.name(view.article.id)}: {note}"
        panels.append(Panel(name, title, _build_wording(view.reading, view.article, whole, ledger)))
        return [_note_first(view, family, name)]
    entries = []
    for change in view.changes:
        panel = _open_change(change, view, ledger, pairs, f"{anchor}p{len(panels) + 1}")
        panels.append(panel)
        entries.append(_note_change(change, view.article.id, panel.anchor))
    return entries


def _open_change(change: Change, view: ReadingView, ledger: Ledger, pairs: tuple[Pair, ...], anchor: str) -> Panel:
    earlier = ledger.readings.get(change.from_ or "")
    origin = ledger.articles.get(earlier.article) if earlier else None
    text = origin.text if origin else ""
    pieces = build_pieces(change, text, view.article.text, view.reading.span)
    readable = is_readable(pieces)
    shown = tuple(piece for piece in pieces if piece.kind not in {"removed", "space"}) if readable else ()
    wording = None
    pair = ""
    if earlier and origin:
        cut = build_earlier_pieces(change, text, view.article.text, earlier.span)
        wording = _build_wording(earlier, origin, cut if readable else drop_marks_of(cut), ledger)
        pair = next((one.anchor for one in pairs if one.ids == (origin.id, view.article.id)), "")
    return Panel(
        anchor=anchor,
        title=ledger.name(view.article.id),
        later=_build_wording(view.reading, view.article, shown or drop_marks(pieces), ledger),
        earlier=wording,
        label=change.label,
        gloss=words.LABELS[change.label],
        severity=change.severity,
        flags=tuple(words.FLAGS[flag] for flag in change.flags),
        names=change.flags,
        why=clean_line(change.why),
        relative=words.RELATIVE.format(name=ledger.name(origin.id)) if origin else "",
        rule=write_rule(change.label),
        confidence=change.confidence,
        pair=pair,
        id=change.id,
        ends=(origin.id, view.article.id) if origin else None,
    )


def _open_dropped(change: Change, ledger: Ledger, anchor: str, panels: list[Panel]) -> Entry:
    earlier = ledger.readings.get(change.from_ or "")
    origin = ledger.articles.get(earlier.article) if earlier else None
    wording = None
    if earlier and origin:
        wording = _build_wording(earlier, origin, (Piece("same", earlier.span.cut(origin.text)),), ledger)
    panel = Panel(
        anchor=f"{anchor}p{len(panels) + 1}",
        title=ledger.name(change.article or ""),
        later=None,
        earlier=wording,
        label=change.label,
        gloss=words.LABELS[change.label],
        severity=change.severity,
        flags=tuple(words.FLAGS[flag] for flag in change.flags),
        names=change.flags,
        why=clean_line(change.why),
        relative=words.RELATIVE.format(name=ledger.name(origin.id)) if origin else "",
        rule=write_rule(change.label),
        confidence=change.confidence,
        id=change.id,
        ends=(origin.id, change.article) if origin and change.article in ledger.articles else None,
    )
    panels.append(panel)
    return _note_change(change, change.article or "", panel.anchor)


def drop_marks_of(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """An earlier reading as it stands."""
    return (Piece("same", "".join(piece.text for piece in pieces)),)


def _build_wording(reading: Reading, article: Article, pieces: tuple[Piece, ...], ledger: Ledger) -> Wording:
    quotation = ledger.quotations.get(reading.quotation or "")
    before, after = cut_around(article, Place(article.id, reading.span))
    return Wording(
        name=ledger.name(article.id),
        form=words.FORMS[reading.form],
        attribution=_write_attribution(quotation, article, ledger) if quotation else "",
        before=before,
        pieces=pieces,
        after=after,
        is_quoted=reading.form == "direct" and not before.rstrip().endswith(("“", '"', "«", "„", "‘", "'")),
        language=article.language,
        place=words.PLACE.format(start=reading.span.start, end=reading.span.end),
    )


def _write_attribution(quotation: Quotation, article: Article, ledger: Ledger) -> str:
    speaker = ledger.name_speaker(quotation.speaker)
    cue = clean_line(quotation.cue.cut(article.text)) if quotation.cue else ""
    source = clean_line(quotation.source.cut(article.text)) if quotation.source else ""
    named = f"{speaker} (“{shorten_line(source, HEAD_CHARS)}”)" if source and source != speaker else speaker
    return f"{named}, “{shorten_line(cue, HEAD_CHARS)}”" if cue else named
