"""The evidence document as a plain report for a terminal, a file or a pipe.

Everything is built from `rich.text.Text`, which has no markup, out of cleaned text: no word of an article can style
the report or steer the terminal. Severity is always a word; colour only goes with it.
"""

import io
from typing import Final, Literal

from rich.console import Console
from rich.text import Text

from retold.document import EvidenceDocument
from retold.model import Article, Change, Derivation, Fact, Severity, Span
from retold.present import words
from retold.present.ledger import QUOTE_CHARS, FamilyView, Ledger, ReadingView, StoryView, name_story
from retold.present.lettering import clean_line, clean_run, shorten_line
from retold.present.pieces import build_pieces, drop_marks, is_readable, mark_interruptions
from retold.present.timeline import describe_published

WIDTH_COLUMNS: Final = 80
"""Width where the output is no terminal, so that a piped report is the same everywhere."""
MAX_WIDTH_COLUMNS: Final = 100
"""Longer lines are hard to read, however wide the terminal."""
SHOWN_ITEMS: Final = 8
"""Left-out, added, dropped and once-said items a report; the rest is counted, and stands on the page and in --json."""
SHOWN_EVIDENCE: Final = 4
NAME_CHARS: Final = 60
REASON_CHARS: Final = 300

_STYLES: Final[dict[Severity, str]] = {"none": "", "minor": "yellow", "major": "bold red"}


def print_report(document: EvidenceDocument, console: Console) -> None:
    """Print the report of `document` on `console`: descent, ledger, what was left out and added, facts, a story each.

    80 columns and no escape sequences where the console is no terminal; no colour under NO_COLOR, where the word diff
    is written `[-removed-]` `{+added+}`. O(n) in the size of the document.
    """
    is_coloured = console.is_terminal and console.color_system is not None and not console.no_color
    limit = MAX_WIDTH_COLUMNS if console.is_terminal else WIDTH_COLUMNS
    for line in _Report(document, min(console.width, limit), is_coloured).build():
        console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)


def render_report(document: EvidenceDocument, width: int = WIDTH_COLUMNS, colour: bool = False) -> str:
    """The report as text: `width` columns, with ANSI styles where `colour`, else with none."""
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        _environ={},  # the bytes depend on the arguments alone
    )
    for line in _Report(document, width, colour).build():
        console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)
    return file.getvalue()


def render_part(document: EvidenceDocument, part: Literal["descent", "ledger"], width: int = WIDTH_COLUMNS) -> str:
    """One part of the report as plain text: who retold whom, or who said what, of every story in turn."""
    report = _Report(document, width, False)
    stories = report.ledger.view_stories()
    for number, story in enumerate(stories):
        if len(stories) > 1:
            report._add(Text(story.title))
        (report._add_descent if part == "descent" else report._add_ledger)(story)
        if number + 1 < len(stories):
            report._blank()
    return "\n".join(line.plain.rstrip() for line in report.lines).strip("\n") + "\n"


class _Report:
    """The lines of one report, each no wider than `width` columns."""

    def __init__(self, document: EvidenceDocument, width: int, is_coloured: bool) -> None:
        self.document = document
        self.ledger = Ledger(document)
        self.width = max(width, 24)
        self.is_coloured = is_coloured
        self.lines: list[Text] = []
        self._measure = Console(file=io.StringIO(), width=self.width, color_system=None, _environ={})

    def build(self) -> list[Text]:
        stories, single = self.ledger.view_stories(), self.ledger.find_single_articles()
        self._add_summary(stories, single)
        for number, story in enumerate(stories, 1):
            self._add_story(story, number, len(stories))
        if single and stories:
            self._blank()
            self._rule()
            self._add(Text(words.SINGLE_REPORTS, "bold"))
        if not stories:
            for article in single:
                self._add_quotations(article)
        else:
            for article in single:
                title = f" “{shorten_line(article.title, NAME_CHARS)}”" if article.title else ""
                count = words.count_noun(len(article.quotations), "quotation")
                self._add(Text(f"{self.ledger.name(article.id)}{title}, {count}"), 2)
        return self.lines

    # Sections

    def _add_summary(self, stories: tuple[StoryView, ...], single: tuple[Article, ...]) -> None:
        counts = [words.count_noun(len(self.document.articles), "report")]
        if stories:
            counts.append(words.count_noun(len(stories), "story"))
        if single and stories:
            counts.append(f"{len(single)} on {'its' if len(single) == 1 else 'their'} own")
        self._add(Text(" · ".join(counts)))
        if self.document.rejects:
            self._add(Text(f"{words.count_noun(len(self.document.rejects), 'input')} set aside:"))
            for reject in self.document.rejects[:SHOWN_ITEMS]:
                self._add(Text(shorten_line(reject.reason, REASON_CHARS)), 2, 4)
            self._add_more(len(self.document.rejects) - SHOWN_ITEMS, 2)
        if not self.document.articles:
            self._add(Text(words.NO_ARTICLES))

    def _add_story(self, story: StoryView, number: int, count: int) -> None:
        self._blank()
        self._rule("═")
        label = f"Story {number} of {count}: " if count > 1 else ""
        self._add(Text(f"{label}{story.title}", "bold"))
        self._add(Text(" · ".join(story.counts)))
        self._blank()
        for article in story.articles:
            title = f"  “{shorten_line(article.title, NAME_CHARS)}”" if article.title else ""
            self._add(Text(f"{self.ledger.name(article.id)}  {describe_published(article.published)}{title}"), 2, 4)
        self._add_descent(story)
        self._add_ledger(story)
        self._add_left_out(story)
        self._add_facts(story)

    def _add_descent(self, story: StoryView) -> None:
        self._head(words.DESCENT)
        for derivation in story.derivations:
            self._add_derivation(derivation)
        for line in self.ledger.write_unlinked(story):
            self._add(Text(line), 2, 4)

    def _add_derivation(self, derivation: Derivation) -> None:
        line = Text(f"{self.ledger.name_origin(derivation)} → {self.ledger.name(derivation.to)}")
        line.append(f"   {words.DERIVATIONS[derivation.kind]}   {derivation.probability:.2f}")
        self._append_id(line, derivation.id)
        self._add(line, 2, 4)
        for evidence in derivation.evidence[:SHOWN_EVIDENCE]:
            self._add(Text(clean_line(evidence.why) or words.EVIDENCE[evidence.kind]), 6, 8)
        self._add_more(len(derivation.evidence) - SHOWN_EVIDENCE, 6)

    def _add_ledger(self, story: StoryView) -> None:
        self._head(words.LEDGER)
        self._add(Text(words.FIDELITY, "dim"), 2)
        if story.shared:
            self._add(Text(words.write_tally(story.tally)), 2)
        else:
            self._add(Text(words.NO_FAMILIES), 2)
        for family in story.shared:
            self._blank()
            self._add(Text(family.speaker, "bold"), 2)
            for reading in family.readings:
                self._add_reading(family, reading)
        self._add_dropped(story)
        self._add_single(story)

    def _add_reading(self, family: FamilyView, view: ReadingView) -> None:
        name = self.ledger.name(view.article.id)
        if not view.changes:
            note = words.ORIGIN_READING if view is family.readings[0] else words.OTHER_READING
            self._add(Text(name).append(f"   {note}, {words.FORMS[view.reading.form]}"), 4, 6)
            self._add(Text(self.ledger.quote_reading(view.reading)), 6)
        for change in view.changes:
            line = Text(name).append("   ")
            if change.label == "verbatim" and not change.flags and change.severity == "none":
                self._add(line.append(change.label), 4, 6)
                continue
            self._add(self._describe_change(line, change), 4, 6)
            earlier = self.ledger.readings.get(change.from_ or "")
            if earlier and (earlier.article != family.readings[0].article.id or len(view.changes) > 1):
                self._add(Text(words.RELATIVE.format(name=self.ledger.name(earlier.article)), "dim"), 6)
            self._add(self._write_diff(change, view), 6)
            self._add(Text(clean_line(change.why) or f"{change.label}: {words.LABELS[change.label]}", "italic"), 6)

    def _describe_change(self, line: Text, change: Change) -> Text:
        line.append(change.label, "bold" if change.severity != "none" else "")
        line.append("   ")
        line.append(words.write_severity(change.severity), _STYLES[change.severity])
        if change.flags:
            line.append(f"   {'; '.join(words.FLAGS[flag] for flag in change.flags)}")
        self._append_id(line, change.id)
        return line

    def _append_id(self, line: Text, id_: str) -> None:
        """What `--explain` asks for."""
        if id_:
            line.append(f"   {clean_line(id_)}", "dim")

    def _write_diff(self, change: Change, view: ReadingView) -> Text:
        earlier = self.ledger.readings.get(change.from_ or "")
        article = self.ledger.articles.get(earlier.article) if earlier else None
        pieces = build_pieces(change, article.text if article else "", view.article.text, view.reading.span)
        if not is_readable(pieces):
            pieces = drop_marks(pieces)
        opening, closing = ("“", "”") if view.reading.form == "direct" else ("", "")
        if opening:
            pieces = mark_interruptions(pieces)
        line = Text(opening)
        for piece in pieces:
            text = clean_run(piece.text)
            if piece.kind == "removed":
                line.append(text, "red strike") if self.is_coloured else line.append(f"[-{text}-]")
            elif piece.kind == "added":
                line.append(text, "green underline") if self.is_coloured else line.append(f"{{+{text}+}}")
            else:
                line.append(text, "dim" if piece.kind == "aside" else "")
        return line.append(closing)

    def _add_dropped(self, story: StoryView) -> None:
        by_article: dict[str, list[str]] = {}
        for family in (*story.shared, *story.single):
            for change in family.dropped:
                reading = self.ledger.readings.get(change.from_ or "")
                if reading and change.article:
                    text = shorten_line(self.ledger.quote_reading(reading), NAME_CHARS)
                    heavy = "" if change.severity == "none" else f" ({words.write_severity(change.severity)})"
                    by_article.setdefault(change.article, []).append(f"{family.speaker}: {text}{heavy}")
        if by_article:
            self._blank()
        for article, texts in by_article.items():
            line = f"{self.ledger.name(article)}   dropped {len(texts)}: {'; '.join(texts[:SHOWN_ITEMS])}"
            more = len(texts) - SHOWN_ITEMS
            self._add(Text(line + (f"; {words.MORE.format(count=more)}" if more > 0 else "")), 2, 6)

    def _add_single(self, story: StoryView) -> None:
        if not story.single:
            return
        self._blank()
        self._add(Text(words.SAID_ONCE), 2)
        for article in story.articles:
            families = [one for one in story.single if one.readings[0].article.id == article.id]
            if families:
                self._add(Text(f"{self.ledger.name(article.id)}   {len(families)}"), 4)
            for family in families[:SHOWN_ITEMS]:
                change = next((change for change in family.readings[0].changes), None)
                line = Text(f"{family.speaker}: ")
                line.append(shorten_line(self.ledger.quote_reading(family.readings[0].reading), QUOTE_CHARS))
                if change:
                    line.append(f"   {change.label}")
                    if change.severity != "none":
                        line.append(f"   {words.write_severity(change.severity)}", _STYLES[change.severity])
                self._add(line, 6, 8)
            self._add_more(len(families) - SHOWN_ITEMS, 6)

    def _add_left_out(self, story: StoryView) -> None:
        self._head(words.LEFT_OUT)
        if not story.omissions and not story.additions:
            self._add(Text(words.NO_OMISSIONS), 2)
        for article in story.articles:
            omissions = [one for one in story.omissions if one.article == article.id]
            additions = [one for one in story.additions if one.article == article.id]
            origins = tuple(dict.fromkeys(self.ledger.name(one.span_in.article) for one in omissions))
            if omissions:
                line = f"{self.ledger.name(article.id)}   {words.LEFT_OUT_OF.format(name=words.join_names(origins))}"
                self._add(Text(f"{line}: {len(omissions)}"), 2, 4)
            for omission in omissions[:SHOWN_ITEMS]:
                origin = "" if len(origins) == 1 else f"{self.ledger.name(omission.span_in.article)}, "
                quote = self.ledger.quote_place(omission.span_in)
                self._add(Text(f"- {origin}{words.OMISSIONS[omission.what]}: {quote}"), 4, 6)
            self._add_more(len(omissions) - SHOWN_ITEMS, 4)
            if additions:
                self._add(Text(f"{self.ledger.name(article.id)}   added: {len(additions)}"), 2, 4)
            for addition in additions[:SHOWN_ITEMS]:
                self._add(Text(f"+ {self.ledger.quote_place(addition)}"), 4, 6)
            self._add_more(len(additions) - SHOWN_ITEMS, 4)

    def _add_facts(self, story: StoryView) -> None:
        self._head(words.FACTS)
        if not story.facts:
            self._add(Text(words.NO_FACTS), 2)
        for fact in story.facts:
            if fact.verdict == "differ":
                self._add(Text(f"{words.VERDICTS[fact.verdict]}, {words.FACT_KINDS[fact.kind]}", "bold"), 2)
                for reading in fact.readings:
                    text = f"{self.ledger.name(reading.article)}   {self.ledger.quote_place(reading)}"
                    self._add(Text(f"{text} = {shorten_line(reading.value, NAME_CHARS)}"), 4, 6)
        for fact in story.facts:
            if fact.verdict not in {"differ", "agree"}:
                self._add(Text(self._describe_fact(fact)), 2, 4)
        agreeing = sum(fact.verdict == "agree" for fact in story.facts)
        if agreeing:
            self._add(Text(f"{words.count_noun(agreeing, 'fact')} agree{'s' if agreeing == 1 else ''}"), 2)

    def _describe_fact(self, fact: Fact) -> str:
        readings = (f"{self.ledger.name(one.article)} {self.ledger.quote_place(one)}" for one in fact.readings)
        return f"{words.VERDICTS[fact.verdict]}, {words.FACT_KINDS[fact.kind]}: {'; '.join(readings)}"

    def _add_quotations(self, article: Article) -> None:
        self._blank()
        self._rule("═")
        self._add(Text(name_story((article,)) or self.ledger.name(article.id), "bold"))
        self._add(Text(f"{self.ledger.name(article.id)} · {describe_published(article.published)}"))
        self._head(words.LEDGER)
        if not article.quotations:
            self._add(Text(words.NO_QUOTATIONS), 2)
        for quotation in article.quotations:
            source = f" (“{self._cut(article, quotation.source)}”)" if quotation.source else ""
            cue = f" {self._cut(article, quotation.cue)}" if quotation.cue else ""
            line = Text(self.ledger.name_speaker(quotation.speaker), "bold")
            kind = words.KINDS[quotation.kind] if quotation.told else words.ATTITUDE
            self._add(line.append(f"{source}{cue}   {kind}", ""), 2, 4)
            self._add(Text(self.ledger.quote_quotation(quotation, article)), 4)

    # Lines

    def _cut(self, article: Article, span: Span) -> str:
        return clean_line(span.cut(article.text))

    def _add(self, line: Text, indent: int = 0, hanging: int | None = None) -> None:
        """One paragraph, wrapped; `indent` columns before its first line, `hanging` before the others."""
        hanging = indent if hanging is None else hanging
        rows = line.wrap(self._measure, self.width - max(indent, hanging), overflow="fold")
        for number, row in enumerate(rows):
            row.rstrip()
            self.lines.append(Text(" " * (hanging if number else indent)).append_text(row))

    def _add_more(self, count: int, indent: int) -> None:
        if count > 0:
            self._add(Text(words.MORE.format(count=count), "dim"), indent)

    def _head(self, title: str) -> None:
        self._blank()
        self._add(Text(title.upper(), "bold"))

    def _rule(self, character: str = "─") -> None:
        self.lines.append(Text(character * self.width))

    def _blank(self) -> None:
        self.lines.append(Text(""))
