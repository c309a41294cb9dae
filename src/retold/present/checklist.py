"""What a check of a draft found, as a plain list for a terminal, a log or a pipe: breaches first."""

import textwrap
from typing import Final

from retold.check import CheckReport, Finding, Match
from retold.model import Article, Change, QuotationKind, ReadingForm
from retold.present import words
from retold.present.lettering import clean_line, clean_run, shorten_line
from retold.present.pieces import build_pieces, is_readable, mark_interruptions
from retold.styles import Judgement

WIDTH_COLUMNS: Final = 80
QUOTE_CHARS: Final = 400
ALLOWED_CHARS: Final = 60
SHOWN_OTHERS: Final = 3
_SHAPES: Final[dict[Judgement, str]] = {"breach": "▲ breach", "question": "△ question", "allowed": "allowed"}
_PLURALS: Final[dict[Judgement, str]] = {"breach": "breaches", "question": "questions", "allowed": "allowed"}


def render_checklist(report: CheckReport, texts: dict[str, Article], width: int = WIDTH_COLUMNS) -> str:
    """The findings as text in `width` columns: breaches, questions, then what is allowed, a line each.

    `texts`: the articles by the ids of the report, for the words that an edit took out.
    """
    return "\n".join(_Checklist(report, texts, width).build()) + "\n"


class _Checklist:
    def __init__(self, report: CheckReport, texts: dict[str, Article], width: int) -> None:
        self.report, self.texts, self.width = report, texts, width
        self.names = {text.id: clean_line(text.name) for text in (report.draft, *report.sources)}
        self.rows: list[str] = []

    def build(self) -> list[str]:
        report = self.report
        count = words.count_noun(len(report.sources), "source")
        self._add(f"{self.names[report.draft.id]} against {count} · profile {clean_line(report.profile)}")
        tally = ", ".join(f"{n} {j if n == 1 else _PLURALS[j]}" for j, n in report.counts.items())
        self._add(f"{words.count_noun(len(report.findings), 'quotation')}: {tally}")
        for judgement in ("breach", "question"):
            for finding in report.findings:
                if finding.judgement == judgement:
                    self._add_finding(finding)
        allowed = [f for f in report.findings if f.judgement == "allowed"]
        if allowed:
            self.rows.append("")
        for finding in allowed:
            where = f", {self.names[finding.match.article]}" if finding.match else ""
            label = finding.label if finding.match else "not found in the sources"
            text = _quote(finding.words, finding.kind, ALLOWED_CHARS)
            self._add(f"allowed    line {finding.line}   {label}{where}: {text}", 0, 4)
        return self.rows

    def _add_finding(self, finding: Finding) -> None:
        self.rows.append("")
        speaker = f"   {clean_line(finding.speaker)}" if finding.speaker else ""
        what = f"{finding.label}, {words.SEVERITIES[finding.severity]}" if finding.match else "not found in the sources"
        self._add(f"{_SHAPES[finding.judgement]}   line {finding.line}{speaker}   {what}", 0, 4)
        self._add(self._write_words(finding), 4)
        match = finding.match
        if match is not None:
            self._add(f"{self._place(match)}: {_quote(match.words, match.form, QUOTE_CHARS)}", 4)
            flags = "; ".join(words.FLAGS[flag] for flag in match.flags)
            self._add(clean_line(match.why) + (f" ({flags})" if flags else ""), 4)
        self._add(f"→ {clean_line(finding.ground)}" + (f" [{clean_line(finding.rule)}]" if finding.rule else ""), 4, 6)
        for other in finding.others[:SHOWN_OTHERS]:
            self._add(f"also {self._place(other)}: {other.label}, {words.SEVERITIES[other.severity]}", 4, 6)
        if len(finding.others) > SHOWN_OTHERS:
            self._add(words.MORE.format(count=len(finding.others) - SHOWN_OTHERS), 4)

    def _place(self, match: Match) -> str:
        return f"{self.names[match.article]}, line {match.line}"

    def _write_words(self, finding: Finding) -> str:
        """The quotation, with what it lacks of its match `[-…-]` and what it has beyond `{+…+}`."""
        match, draft = finding.match, self.texts[self.report.draft.id]
        plain = _quote(finding.words, finding.kind, QUOTE_CHARS)
        if match is None or all(edit.op == "equal" for edit in match.edits):
            return plain
        span = type(match.span)(finding.content[0].start, finding.content[-1].end)
        change = Change("", None, None, match.label, edits=match.edits)
        pieces = build_pieces(change, self.texts[match.article].text, draft.text, span)
        if not is_readable(pieces):
            return plain
        if finding.kind == "direct":
            pieces = mark_interruptions(pieces)
        shown = {"removed": "[-{}-]", "added": "{{+{}+}}"}
        text = "".join(shown.get(piece.kind, "{}").format(clean_run(piece.text)) for piece in pieces)
        return shorten_line(f"“{text}”" if finding.kind == "direct" else text, 2 * QUOTE_CHARS)

    def _add(self, text: str, indent: int = 0, hanging: int | None = None) -> None:
        following = indent if hanging is None else hanging
        self.rows += textwrap.wrap(
            text,
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * following,
            break_on_hyphens=False,
        )


def _quote(parts: tuple[str, ...], form: QuotationKind | ReadingForm, chars: int) -> str:
    """A reading's words; parts that its cue splits stand in marks of their own."""
    lines = [clean_line(part) for part in parts]
    text = "” “".join(lines) if form == "direct" else " ".join(lines)
    short = shorten_line(text, chars)
    return f"“{short}”" if form == "direct" else short
