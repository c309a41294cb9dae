"""Which lines of an article are its report, and which are captions, bylines, promotion, or printed twice."""

import re
from collections.abc import Sequence

from msgspec import structs

from retold.annotate.lines import (
    FINAL_STOP,
    MARK,
    NOTICE_WORDS,
    PARAGRAPH_CHARS,
    Line,
    Rules,
    compile_rules,
    cut_lines,
    fold_line,
    is_byline,
    is_caps,
    is_caption,
    is_date_line,
    is_furniture,
    is_name,
    is_navigation,
    make_line,
    opens_quoted,
)
from retold.annotate.words import fold_words
from retold.languages import Language
from retold.model import Article, Zone, ZoneRole

TITLE_CHARS = 250
"""A first line longer than this is a paragraph."""
HEAD_LINES = 6
"""Bylines stand at most so many lines below the title."""
TAIL_LINES = 4
"""An outlet describes itself at most so many lines from the end of the report or of the lines about the author."""
REPEAT_WORDS = 5
"""A shorter title may well be how the first sentence starts: it is no duplicate there."""

_BULLET = re.compile(r"\s*[•·▪◦‣●*■►▶–—-]\s+\S|\s*[•▪◦‣●■►▶]")
_RUN_IN = re.compile(r"\s+(?=[\"'“‘«„(\[]?[^\W\d_a-zа-яёіїєґ])")
_DATELINE = re.compile(r"^[^\W\d_a-z][^.!?]{1,60}?(?:\([^()]{2,40}\)|,[^.!?]{1,40}?)?\s*[–—]|^[^\W\d_a-z].{1,60}? --? ")


def find_zones(article: Article, language: Language) -> tuple[Zone, ...]:
    """Says of every line what it is, so that what comes after looks only at the title, the headings and the body.

    Returns zones in order that don't overlap and cover every visible character: one a line, more where a title is run
    into the line below it. Zones that the reader has set (from the structure of a page) stay; only what they leave open
    is judged. Body is the answer in doubt: a paragraph lost costs its quotations, a line too many costs little.

    Linear in the text. Surface rules over lines after boilerplate removal by shallow text features (Kohlschütter,
    Fankhauser & Nejdl 2010); the phrases are in the language file.

    >>> from retold.languages import load_language
    >>> text = "Ferry stops\\n\\nBy Ann Lee\\n\\nThe ferry stopped today.\\n\\nRead more: Tides"
    >>> [zone.role for zone in find_zones(Article("a1", text, ""), load_language("en"))]
    ['title', 'byline', 'body', 'furniture']
    """
    lines = cut_lines(article)
    if not lines:
        return ()
    rules = compile_rules(language.zones)
    lines = _find_titles(lines, article, language, rules)
    lines = _split_repeats(lines, article, rules)
    lines = _find_plain(lines, article, language, rules)
    lines = _find_headings(lines, rules)
    lines = _find_tail(lines, article, rules)
    return tuple(Zone(line.role or "body", line.span) for line in lines)


def _set(line: Line, role: ZoneRole) -> Line:
    return line if line.given else structs.replace(line, role=role)


def _find_titles(lines: list[Line], article: Article, language: Language, rules: Rules) -> list[Line]:
    """Marks what stands above the title as furniture, and the title with the lines that belong to it."""
    if any(line.given == "title" for line in lines):
        return lines
    known = fold_line(article.title) if article.title else ""
    at = _find_known(lines, known)
    if at is None:
        at = 0
        while at < len(lines) - 1 and _stands_above_title(lines, at, article, language, rules):
            at += 1
        if lines[at].given or not _can_be_title(lines, at, rules):
            return lines
    out = [
        line if i >= at else _set(line, "byline" if is_byline(line, article, language, rules) and i else "furniture")
        for i, line in enumerate(lines)
    ]
    out[at] = _set(out[at], "title")
    deck = at + 1
    if deck + 1 < len(out) and _is_deck(out, deck, article, language, rules):
        out[deck] = _set(out[deck], "title")
    return out


def _find_known(lines: Sequence[Line], known: str) -> int | None:
    """The line that is the title the article came with; such a title may have the outlet's name after it."""
    if not known:
        return None
    for i, line in enumerate(lines[: HEAD_LINES + 4]):
        if not line.given and line.key and (line.key == known or (line.words >= REPEAT_WORDS and line.key in known)):
            return i
    return None


def _stands_above_title(lines: Sequence[Line], at: int, article: Article, language: Language, rules: Rules) -> bool:
    line, below = lines[at], lines[at + 1]
    if line.given in ("furniture", "byline", "caption", "about"):
        return True
    if line.given:
        return False
    if is_furniture(line, language, rules) or is_caption(line, rules) or line.key in language.zones.sections:
        return True
    if is_date_line(line, language) or (
        rules.byline_starts.match(line.text) and line.words <= 8 and _can_be_title(lines, at + 1, rules)
    ):
        return True
    outlet = fold_line(article.outlet or "").removeprefix("the ")
    if outlet and line.key.removeprefix("the ") == outlet:
        return True
    # a masthead: a name of an outlet over a longer line that can be the title
    names = {word.casefold() for word in fold_words(line.text)} & language.citations.outlet_words
    return bool(names) and line.words <= 4 and is_caps(line.text) and below.words > line.words and not below.has_stop


def _can_be_title(lines: Sequence[Line], at: int, rules: Rules) -> bool:
    line = lines[at]
    if len(line.text) > TITLE_CHARS or line.words == 0 or at + 1 >= len(lines) or line.text[-1] in ",;":
        return False
    if not FINAL_STOP.search(line.text):
        return not (line.has_stop and line.words > 25)
    # some outlets end their titles with a full stop: such a line is short and stands over longer ones
    return line.words <= 16 and not _DATELINE.match(line.text) and lines[at + 1].words > 1.5 * line.words


def _is_deck(lines: Sequence[Line], at: int, article: Article, language: Language, rules: Rules) -> bool:
    """A line under the title that goes on with it: no full stop, and the report begins below."""
    line, title = lines[at], lines[at - 1]
    if line.given or line.has_stop or line.words < 4 or len(line.text) > TITLE_CHARS or line.key == title.key:
        return False
    if line.text[-1] in ":,;" or line.key.startswith(title.key) or opens_quoted(line):
        return False
    if (
        is_byline(line, article, language, rules)
        or is_furniture(line, language, rules)
        or is_caption(line, rules)
        or is_name(line, language)
        or _BULLET.match(line.text)
    ):
        return False
    return any(below.has_stop and below.words > 8 for below in lines[at + 1 : at + 4])


def _split_repeats(lines: list[Line], article: Article, rules: Rules) -> list[Line]:
    """Marks the title where it is printed again, and cuts it off where it runs into the line below it."""
    titles = [line for line in lines if line.role == "title" and line.key]
    out: list[Line] = []
    for line in lines:
        if line.given or line.role == "title":
            out.append(line)
            continue
        if any(line.key == title.key for title in titles):
            out.append(_set(line, "duplicate"))
            continue
        cut = next((end for title in titles if (end := _find_run_in(line, title, rules)) is not None), None)
        head = make_line(article.text, line.span.start, line.span.start + cut, line.gap) if cut else None
        tail = make_line(article.text, line.span.start + cut, line.span.end, False) if cut else None
        out.extend([_set(head, "duplicate"), tail] if head and tail else [line])
    return out


def _find_run_in(line: Line, title: Line, rules: Rules) -> int | None:
    """Where the title ends inside a line that starts with it and goes on with something else."""
    size = len(title.text)
    if not line.text.startswith(title.text) or len(line.text) <= size:
        return None
    if title.words < REPEAT_WORDS and not rules.caption_starts.match(line.text[size:]):
        return None
    return size if _RUN_IN.match(line.text, size) else None


def _find_plain(lines: list[Line], article: Article, language: Language, rules: Rules) -> list[Line]:
    """Furniture, captions and bylines that a line shows by itself or by the line above it."""
    first = next((i for i, line in enumerate(lines) if line.role == "title"), -1)
    out = list(lines)
    in_head, after_related = True, False
    for i, line in enumerate(out):
        if line.role is not None:
            continue
        in_head = in_head and i - first <= HEAD_LINES
        role: ZoneRole | None = None
        if is_navigation(line, language):
            role = "furniture"
        elif is_caption(line, rules) and not rules.related_starts.match(line.text):
            role = "caption"
        elif (in_head and is_byline(line, article, language, rules)) or (
            in_head and i and first >= 0 and out[i - 1].role in ("title", "byline") and is_name(line, language)
        ):
            role = "byline"
        elif is_furniture(line, language, rules):
            role = "furniture"
        elif after_related and (line.is_short or _BULLET.match(line.text)) and not opens_quoted(line):
            role = "furniture" if _goes_on(out, i) else None
        if role is None:
            in_head, after_related = in_head and line.is_short, False
            continue
        out[i] = _set(line, role)
        after_related = role == "furniture" and (
            after_related or bool(rules.related_starts.match(line.text)) or line.is_short
        )
    for i in range(len(out) - 1):
        below = out[i + 1]
        if out[i].role is None and below.role == "caption" and not below.gap and out[i].is_short:
            out[i] = _set(out[i], "caption")
    return out


def _goes_on(lines: Sequence[Line], at: int) -> bool:
    """Whether a short line under a list of links is one of them, not a heading: no paragraph follows it at once."""
    if at + 1 >= len(lines) or _BULLET.match(lines[at].text):
        return True
    below = lines[at + 1]
    return below.is_short or below.role == "furniture"


def _find_headings(lines: list[Line], rules: Rules) -> list[Line]:
    """Short lines without a final stop over a paragraph; questions too, where they are put as headings."""
    out = list(lines)
    questions = sum(1 for line in out if line.role is None and _is_question(line))
    seen: set[str] = set()
    for i, line in enumerate(out):
        if line.role is not None:
            continue
        if line.words >= REPEAT_WORDS and line.key in seen:
            out[i] = _set(line, "duplicate")
            continue
        seen.add(line.key)
        below = next((other for other in out[i + 1 : i + 3] if other.role != "caption"), None)
        if below is None or below.role is not None or below.words <= 3 or _is_open_ended(line):
            continue
        if rules.headings_never.match(line.text) or (i == 0 and not line.is_short):
            continue
        if _is_question(line):
            if questions >= 2 or line.words <= 8:
                out[i] = _set(line, "heading")
        elif line.is_short and not line.has_stop and (below.words > line.words or below.has_stop):
            out[i] = _set(line, "heading")
    return out


def _is_open_ended(line: Line) -> bool:
    """A line that speaks, lists or goes on: no heading."""
    return bool(_BULLET.match(line.text)) or bool(re.match(r"[\"“„«‹–—-]", line.text)) or line.words == 0


def _is_question(line: Line) -> bool:
    return line.text.endswith("?") and line.is_short and not re.search(r"[.!?]\s", line.text)


def _find_tail(lines: list[Line], article: Article, rules: Rules) -> list[Line]:
    """The lines about the author and the outlet, slogans, and what stands among them at the end of the page."""
    out = list(lines)
    last = max(
        (i for i, line in enumerate(out) if _is_paragraph(line, article, rules) and not _is_slogan(out, i)), default=-1
    )
    sign: int | None = None  # where the end of the page begins
    for i, line in enumerate(out):
        near_end = i > last - TAIL_LINES and i >= len(out) // 3
        if line.role in ("title", "byline", "caption") or line.given:
            continue
        twice = near_end and _is_slogan(out, i)
        if twice:
            out[i] = _set(line, "furniture")
        elif (rules.about_headings.match(line.text) and line.is_short and near_end) or (
            line.role in (None, "heading") and near_end and _is_about(line, article, rules)
        ):
            out[i] = _set(line, "about")
        elif sign is not None and i > last and line.role in (None, "heading"):
            out[i] = _set(line, "furniture")
        if out[i].role in ("about", "furniture") and i >= last and sign is None:
            sign = i
    for i in range(len(out) - 1, 0, -1):
        # a short line over promotion or at the very end belongs to it: "Our pledge", "Related"
        line, below = out[i], out[i + 1] if i + 1 < len(out) else None
        if line.role not in (None, "heading") or not line.is_short or line.has_stop or MARK.search(line.text):
            continue
        if i > last and (below is None or below.role in ("furniture", "about")) and out[i - 1].role != "title":
            out[i] = _set(line, "furniture")
    return out


def _is_paragraph(line: Line, article: Article, rules: Rules) -> bool:
    """A line that belongs to the report for certain: undecided so far, and not about its author or outlet."""
    if line.role is not None:
        return line.given == "body"
    return (line.has_stop or line.words > NOTICE_WORDS) and not _is_about(line, article, rules)


def _is_slogan(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is printed twice, one under the other."""
    line = lines[at]
    if line.words < 3 or MARK.search(line.text):
        return False
    around = [lines[i] for i in (at - 1, at + 1) if 0 <= i < len(lines)]
    return any(other.key == line.key and other.role != "title" for other in around)


def _is_about(line: Line, article: Article, rules: Rules) -> bool:
    """An author's or an outlet's description of itself. A line with marks in it may be a quotation: it is none."""
    if line.words > 2 * NOTICE_WORDS or len(line.text) > PARAGRAPH_CHARS or re.search(r"[\"“”„«»]", line.text):
        return False
    if rules.about.search(line.text) and line.words <= NOTICE_WORDS * 2:
        return True
    name = _find_outlet_name(line, article)
    if name is None:
        return False
    return bool(rules.about_verbs.match(line.text[name:].lstrip()))


def _find_outlet_name(line: Line, article: Article) -> int | None:
    """Where the outlet's name ends that the line starts with."""
    if article.outlet:
        bare = article.outlet.casefold().removeprefix("the ")
        at = line.text.casefold().find(bare)
        if 0 <= at <= 4 and line.text[:at].casefold().strip() in ("", "the", "at"):
            return at + len(bare)
    return None
