"""Which lines of an article are its report, and which are captions, bylines, promotion, or printed twice."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct, structs

from retold.annotate.words import find_words
from retold.languages import Language
from retold.languages.language import Zones
from retold.model import Article, Span, Zone, ZoneRole

TITLE_CHARS = 250
"""A first line longer than this is a paragraph."""
HEADING_CHARS = 90
HEADING_WORDS = 14
"""A longer line without a final stop is a paragraph that lost it, not a heading."""
NOTICE_WORDS = 45
"""Promotion is short. A longer line that has a promoting phrase in it may be a paragraph about one."""
HEAD_LINES = 6
"""Bylines stand at most so many lines below the title."""
TAIL_LINES = 4
"""An outlet describes itself at most so many lines from the end of the report or of the lines about the author."""
REPEAT_WORDS = 5
"""A shorter title may well be how the first sentence starts: it is no duplicate there."""

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_BULLET = re.compile(r"\s*[•·▪◦‣●*■►▶–—-]\s+\S|\s*[•▪◦‣●■►▶]")
_STOP = re.compile(r"""[.!?…。]["'”’»)\]]*\s*$""")
_FINAL_STOP = re.compile(r"""[.…。]["'”’»)\]]*\s*$""")
_MARK = re.compile(r"[\"“”„«»]|(?<!\w)['‘]|['’](?!\w)")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”»]?|(?<!\w)['‘][^'‘’]*['’](?!\w)")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_ONLY_LINK = re.compile(r"\W*(?:(?:https?://|www\.)\S+|\S+@\S+\.\w+)\W*$")
_TRAIL = re.compile(r"\s[›»>→/·|]\s")
_RUN_IN = re.compile(r"\s+(?=[\"'“‘«„(\[]?[^\W\d_a-zа-яёіїєґ])")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_DATELINE = re.compile(r"^[^\W\d_a-z][^.!?]{1,60}?(?:\([^()]{2,40}\)|,[^.!?]{1,40}?)?\s*[–—]|^[^\W\d_a-z].{1,60}? --? ")


class _Rules(Struct, frozen=True):
    """The expressions of a language, compiled: one for each kind of line."""

    furniture: re.Pattern[str]
    furniture_starts: re.Pattern[str]
    furniture_inside: re.Pattern[str]
    related_starts: re.Pattern[str]
    caption_starts: re.Pattern[str]
    caption_marks: re.Pattern[str]
    caption_credits: re.Pattern[str]
    caption_inside: re.Pattern[str]
    byline_starts: re.Pattern[str]
    bylines: re.Pattern[str]
    about: re.Pattern[str]
    about_headings: re.Pattern[str]
    about_verbs: re.Pattern[str]
    headings_never: re.Pattern[str]


class _Line(Struct, frozen=True):
    """One line, or what a zone of the reader left of one. `gap`: whether a blank line stands before it."""

    span: Span
    text: str
    key: str
    words: int
    gap: bool
    given: ZoneRole | None = None
    role: ZoneRole | None = None

    @property
    def has_stop(self) -> bool:
        return bool(_STOP.search(self.text))

    @property
    def is_short(self) -> bool:
        """Whether it could be a heading by its length and end."""
        return (
            self.words <= HEADING_WORDS
            and len(self.text) <= HEADING_CHARS
            and not _FINAL_STOP.search(self.text)
            and self.text[-1] not in ",;:–—-"
        )


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
    lines = _cut_lines(article)
    if not lines:
        return ()
    rules = _compile(language.zones)
    lines = _find_titles(lines, article, language, rules)
    lines = _split_repeats(lines, article, rules)
    lines = _find_plain(lines, article, language, rules)
    lines = _find_headings(lines, rules)
    lines = _find_tail(lines, article, rules)
    return tuple(Zone(line.role or "body", line.span) for line in lines)


@cache
def _compile(zones: Zones) -> _Rules:
    def join(parts: Iterable[str], form: str) -> re.Pattern[str]:
        inner = "|".join(f"(?:{part})" for part in parts)
        return re.compile(form.format(inner or "(?!)"), re.IGNORECASE)

    return _Rules(
        furniture=join(zones.furniture, r"\W*(?:{})\W*$"),
        furniture_starts=join(zones.furniture_starts, r"\W*(?:{})"),
        furniture_inside=join(zones.furniture_inside, r"(?:{})"),
        related_starts=join(zones.related_starts, r"\W*(?:{})"),
        caption_starts=join(zones.caption_starts, r"\s*(?:{})"),
        caption_marks=join(zones.caption_marks, r"(?:{})"),
        caption_credits=join(zones.caption_credits, r"(?:{})\s*$"),
        caption_inside=join(zones.caption_inside, r"(?:{})"),
        byline_starts=join(zones.byline_starts, r"\W*(?:{})"),
        bylines=join(zones.bylines, r"\W*(?:{})\W*$"),
        about=join(zones.about, r"(?:{})"),
        about_headings=join(zones.about_headings, r"\W*(?:{})\W*$"),
        about_verbs=join(zones.about_verbs, r"(?:{})"),
        headings_never=join(zones.headings_never, r"\W*(?:{})"),
    )


def _fold(text: str) -> str:
    """The form that two printings of one line share."""
    return " ".join(word.norm for word in find_words(text)).casefold()


def _make_line(text: str, start: int, end: int, gap: bool, given: ZoneRole | None = None) -> _Line | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    cut = text[start:end]
    key = _fold(cut)
    return _Line(Span(start, end), cut, key, key.count(" ") + 1 if key else 0, gap, given, given)


def _cut_lines(article: Article) -> list[_Line]:
    """The lines in order, cut where a zone of the reader starts or ends; a zone of body is cut into lines as well."""
    text, given = article.text, sorted(article.zones, key=lambda zone: zone.span)
    lines: list[_Line] = []
    at, next_zone = 0, 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        gap = "\n" in text[at:start].replace("\n", "", 1)
        at = end
        while start < end:
            while next_zone < len(given) and given[next_zone].span.end <= start:
                next_zone += 1
            zone = given[next_zone] if next_zone < len(given) and given[next_zone].span.start < end else None
            if zone is None:
                stop, role = end, None
            elif zone.span.start > start:
                stop, role = zone.span.start, None
            else:
                stop, role = min(end, zone.span.end), zone.role
            line = _make_line(text, start, stop, gap, role)
            if line is not None:
                lines.append(line)
            start = stop
    return lines


def _set(line: _Line, role: ZoneRole) -> _Line:
    return line if line.given else structs.replace(line, role=role)


def _is_navigation(line: _Line, language: Language) -> bool:
    """A language bar, breadcrumbs, a bar of links, a bare link."""
    words = [word.casefold() for word in line.text.replace("|", " ").replace("/", " ").replace("·", " ").split()]
    if 2 <= len(words) <= 12 and all(word in language.zones.language_labels for word in words):
        return True
    parts = len(_TRAIL.findall(f" {line.text} "))
    if parts and not line.has_stop and (parts >= 2 or line.words <= 6) and line.words <= 8 * (parts + 1):
        return not any(char.isdigit() for char in line.text) or parts >= 2
    return bool(_ONLY_LINK.match(line.text))


def _is_furniture(line: _Line, language: Language, rules: _Rules) -> bool:
    if _is_navigation(line, language) or rules.furniture.match(line.text):
        return True
    if line.words > NOTICE_WORDS:
        return False
    if rules.furniture_starts.match(line.text) or rules.related_starts.match(line.text):
        # "Read more", she said: words that the line quotes are not addressed to the reader
        return not _opens_quoted(line)
    return bool(rules.furniture_inside.search(_QUOTED.sub(" ", line.text))) and not _opens_quoted(line)


def _opens_quoted(line: _Line) -> bool:
    return line.text[0] in "\"“”„«»'‘’"


def _is_caption(line: _Line, rules: _Rules) -> bool:
    if line.words > 2 * NOTICE_WORDS or (_opens_quoted(line) and line.has_stop):
        return False
    if rules.caption_starts.match(line.text):
        return True
    if _LINK.search(line.text):
        return False
    quoted = bool(re.search(r"[\"“”„«»]", line.text)) and line.has_stop
    if rules.caption_marks.search(line.text) or rules.caption_credits.search(line.text):
        return not quoted
    return line.words <= NOTICE_WORDS and not quoted and bool(rules.caption_inside.search(line.text))


def _is_date_line(line: _Line, language: Language) -> bool:
    """A line that is an outlet or a place with a date, or a date alone: "Harbour Online, 15 January"."""
    if line.words > 12 or _FINAL_STOP.search(line.text) or _MARK.search(line.text):
        return False
    words = [word.norm for word in find_words(line.text)]
    dated = [i for i, word in enumerate(words) if word.casefold() in language.zones.date_words]
    has_number = any(word[0].isdigit() for word in words)
    if not has_number and len(words) > 1:
        return False
    if dated and (has_number or len(words) == 1):
        # what is not the date must be a name: a heading such as "What happened on 4 May" has small words in it
        return all(
            part[0].isupper() or part[0].isdigit() or part.casefold() in language.words.stop for part in _letters(line)
        ) and not any(part.casefold() in language.words.stop and part.islower() for part in _letters(line)[:1])
    return bool(re.fullmatch(r"[\d\s:./,T|Z+-]{6,40}", line.text)) and bool(_YEAR.search(line.text))


def _letters(line: _Line) -> list[str]:
    return [part for part in re.findall(r"[\w’'.-]+", line.text) if part[0].isalnum()]


def _is_byline(line: _Line, article: Article, language: Language, rules: _Rules) -> bool:
    if rules.bylines.match(line.text):
        return True
    if line.words > 20 or _MARK.search(line.text) or (_FINAL_STOP.search(line.text) and line.words > 10):
        return False
    if article.byline and line.key in {_fold(article.byline), _fold("by " + article.byline)}:
        return True
    if article.outlet and line.key.removeprefix("the ") == _fold(article.outlet).removeprefix("the "):
        return True
    return bool(rules.byline_starts.match(line.text)) or _is_date_line(line, language)


def _is_name(line: _Line, language: Language) -> bool:
    """Two to four capitalised words and nothing else, perhaps with a role after a comma: an author under the title."""
    name, _, rest = line.text.partition(",")
    if line.words > 9 or line.has_stop or _MARK.search(line.text):
        return False
    parts = name.split()
    small = next((i for i, part in enumerate(parts) if part in language.words.stop), len(parts))
    place = parts[small + 1 :]  # "Ann Lee in Port Fell"
    if not 2 <= small <= 4 or (small < len(parts) and not (1 <= len(place) <= 3 and _is_caps(" ".join(place)))):
        return False
    if any(part.casefold() in language.words.stop for part in parts[:small]):
        return False
    return all(part[0].isupper() and not part.isupper() and part[-1].isalpha() for part in parts[:small]) and (
        not rest or rest.strip()[:1].islower() or _is_caps(rest)
    )


def _is_caps(text: str) -> bool:
    return all(part[0].isupper() for part in text.split() if part[0].isalpha())


def _find_titles(lines: list[_Line], article: Article, language: Language, rules: _Rules) -> list[_Line]:
    """Marks what stands above the title as furniture, and the title with the lines that belong to it."""
    if any(line.given == "title" for line in lines):
        return lines
    known = _fold(article.title) if article.title else ""
    at = _find_known(lines, known)
    if at is None:
        at = 0
        while at < len(lines) - 1 and _stands_above_title(lines, at, article, language, rules):
            at += 1
        if lines[at].given or not _can_be_title(lines, at, rules):
            return lines
    out = [
        line if i >= at else _set(line, "byline" if _is_byline(line, article, language, rules) and i else "furniture")
        for i, line in enumerate(lines)
    ]
    out[at] = _set(out[at], "title")
    deck = at + 1
    if deck + 1 < len(out) and _is_deck(out, deck, article, language, rules):
        out[deck] = _set(out[deck], "title")
    return out


def _find_known(lines: Sequence[_Line], known: str) -> int | None:
    """The line that is the title the article came with; such a title may have the outlet's name after it."""
    if not known:
        return None
    for i, line in enumerate(lines[: HEAD_LINES + 4]):
        if not line.given and line.key and (line.key == known or (line.words >= REPEAT_WORDS and line.key in known)):
            return i
    return None


def _stands_above_title(lines: Sequence[_Line], at: int, article: Article, language: Language, rules: _Rules) -> bool:
    line, below = lines[at], lines[at + 1]
    if line.given in ("furniture", "byline", "caption", "about"):
        return True
    if line.given:
        return False
    if _is_furniture(line, language, rules) or _is_caption(line, rules) or line.key in language.zones.sections:
        return True
    if _is_date_line(line, language) or (
        rules.byline_starts.match(line.text) and line.words <= 8 and _can_be_title(lines, at + 1, rules)
    ):
        return True
    outlet = _fold(article.outlet or "").removeprefix("the ")
    if outlet and line.key.removeprefix("the ") == outlet:
        return True
    # a masthead: a name of an outlet over a longer line that can be the title
    names = {word.norm.casefold() for word in find_words(line.text)} & language.citations.outlet_words
    return bool(names) and line.words <= 4 and _is_caps(line.text) and below.words > line.words and not below.has_stop


def _can_be_title(lines: Sequence[_Line], at: int, rules: _Rules) -> bool:
    line = lines[at]
    if len(line.text) > TITLE_CHARS or line.words == 0 or at + 1 >= len(lines) or line.text[-1] in ",;":
        return False
    if not _FINAL_STOP.search(line.text):
        return not (line.has_stop and line.words > 25)
    # some outlets end their titles with a full stop: such a line is short and stands over longer ones
    return line.words <= 16 and not _DATELINE.match(line.text) and lines[at + 1].words > 1.5 * line.words


def _is_deck(lines: Sequence[_Line], at: int, article: Article, language: Language, rules: _Rules) -> bool:
    """A line under the title that goes on with it: no full stop, and the report begins below."""
    line, title = lines[at], lines[at - 1]
    if line.given or line.has_stop or line.words < 4 or len(line.text) > TITLE_CHARS or line.key == title.key:
        return False
    if line.text[-1] in ":,;" or line.key.startswith(title.key) or _opens_quoted(line):
        return False
    if (
        _is_byline(line, article, language, rules)
        or _is_furniture(line, language, rules)
        or _is_caption(line, rules)
        or _is_name(line, language)
        or _BULLET.match(line.text)
    ):
        return False
    return any(below.has_stop and below.words > 8 for below in lines[at + 1 : at + 4])


def _split_repeats(lines: list[_Line], article: Article, rules: _Rules) -> list[_Line]:
    """Marks the title where it is printed again, and cuts it off where it runs into the line below it."""
    titles = [line for line in lines if line.role == "title" and line.key]
    out: list[_Line] = []
    for line in lines:
        if line.given or line.role == "title":
            out.append(line)
            continue
        if any(line.key == title.key for title in titles):
            out.append(_set(line, "duplicate"))
            continue
        cut = next((end for title in titles if (end := _find_run_in(line, title, rules)) is not None), None)
        head = _make_line(article.text, line.span.start, line.span.start + cut, line.gap) if cut else None
        tail = _make_line(article.text, line.span.start + cut, line.span.end, False) if cut else None
        out.extend([_set(head, "duplicate"), tail] if head and tail else [line])
    return out


def _find_run_in(line: _Line, title: _Line, rules: _Rules) -> int | None:
    """Where the title ends inside a line that starts with it and goes on with something else."""
    size = len(title.text)
    if not line.text.startswith(title.text) or len(line.text) <= size:
        return None
    if title.words < REPEAT_WORDS and not rules.caption_starts.match(line.text[size:]):
        return None
    return size if _RUN_IN.match(line.text, size) else None


def _find_plain(lines: list[_Line], article: Article, language: Language, rules: _Rules) -> list[_Line]:
    """Furniture, captions and bylines that a line shows by itself or by the line above it."""
    first = next((i for i, line in enumerate(lines) if line.role == "title"), -1)
    out = list(lines)
    in_head, after_related = True, False
    for i, line in enumerate(out):
        if line.role is not None:
            continue
        in_head = in_head and i - first <= HEAD_LINES
        role: ZoneRole | None = None
        if _is_navigation(line, language):
            role = "furniture"
        elif _is_caption(line, rules) and not rules.related_starts.match(line.text):
            role = "caption"
        elif (in_head and _is_byline(line, article, language, rules)) or (
            in_head and i and first >= 0 and out[i - 1].role in ("title", "byline") and _is_name(line, language)
        ):
            role = "byline"
        elif _is_furniture(line, language, rules):
            role = "furniture"
        elif after_related and (line.is_short or _BULLET.match(line.text)) and not _opens_quoted(line):
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


def _goes_on(lines: Sequence[_Line], at: int) -> bool:
    """Whether a short line under a list of links is one of them, not a heading: no paragraph follows it at once."""
    if at + 1 >= len(lines) or _BULLET.match(lines[at].text):
        return True
    below = lines[at + 1]
    return below.is_short or below.role == "furniture"


def _find_headings(lines: list[_Line], rules: _Rules) -> list[_Line]:
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


def _is_open_ended(line: _Line) -> bool:
    """A line that speaks, lists or goes on: no heading."""
    return bool(_BULLET.match(line.text)) or bool(re.match(r"[\"“„«‹–—-]", line.text)) or line.words == 0


def _is_question(line: _Line) -> bool:
    return line.text.endswith("?") and line.is_short and not re.search(r"[.!?]\s", line.text)


def _find_tail(lines: list[_Line], article: Article, rules: _Rules) -> list[_Line]:
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
        if line.role not in (None, "heading") or not line.is_short or line.has_stop or _MARK.search(line.text):
            continue
        if i > last and (below is None or below.role in ("furniture", "about")) and out[i - 1].role != "title":
            out[i] = _set(line, "furniture")
    return out


def _is_paragraph(line: _Line, article: Article, rules: _Rules) -> bool:
    """A line that belongs to the report for certain: undecided so far, and not about its author or outlet."""
    if line.role is not None:
        return line.given == "body"
    return (line.has_stop or line.words > NOTICE_WORDS) and not _is_about(line, article, rules)


def _is_slogan(lines: Sequence[_Line], at: int) -> bool:
    """Whether a line is printed twice, one under the other."""
    line = lines[at]
    if line.words < 3 or _MARK.search(line.text):
        return False
    around = [lines[i] for i in (at - 1, at + 1) if 0 <= i < len(lines)]
    return any(other.key == line.key and other.role != "title" for other in around)


def _is_about(line: _Line, article: Article, rules: _Rules) -> bool:
    """An author's or an outlet's description of itself. A line with marks in it may be a quotation: it is none."""
    if line.words > 2 * NOTICE_WORDS or re.search(r"[\"“”„«»]", line.text):
        return False
    if rules.about.search(line.text) and line.words <= NOTICE_WORDS * 2:
        return True
    name = _find_outlet_name(line, article)
    if name is None:
        return False
    return bool(rules.about_verbs.match(line.text[name:].lstrip()))


def _find_outlet_name(line: _Line, article: Article) -> int | None:
    """Where the outlet's name ends that the line starts with."""
    if article.outlet:
        bare = article.outlet.casefold().removeprefix("the ")
        at = line.text.casefold().find(bare)
        if 0 <= at <= 4 and line.text[:at].casefold().strip() in ("", "the", "at"):
            return at + len(bare)
    return None
