"""The lines of an article, and what each of them looks like by itself."""

import re
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from retold.annotate.words import fold_words
from retold.languages import Language
from retold.languages.language import Zones
from retold.model import Article, Span, ZoneRole

HEADING_CHARS = 90
HEADING_WORDS = 14
"""A longer line without a final stop is a paragraph that lost it, not a heading."""
NOTICE_WORDS = 45
"""Promotion is short. A longer line that has a promoting phrase in it may be a paragraph about one."""
PARAGRAPH_CHARS = 2_000
"""A longer line is a paragraph, whatever it looks like: no expression is tried on it, so the cost stays linear."""

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_STOP = re.compile(r"""[.!?…。]["'”’»)\]]*\s*$""")
FINAL_STOP = re.compile(r"""[.…。]["'”’»)\]]*\s*$""")
MARK = re.compile(r"[\"“”„«»]|(?<!\w)['‘]|['’](?!\w)")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”»]?|(?<!\w)['‘][^'‘’]*['’](?!\w)")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_ONLY_LINK = re.compile(r"\W*(?:(?:https?://|www\.)\S+|\S+@\S+\.\w+)\W*$")
_TRAIL = re.compile(r"\s[›»>→/·|]\s")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


class Rules(Struct, frozen=True):
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


class Line(Struct, frozen=True):
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
            and not FINAL_STOP.search(self.text)
            and self.text[-1] not in ",;:–—-"
        )


@cache
def compile_rules(zones: Zones) -> Rules:
    def join(parts: Iterable[str], form: str) -> re.Pattern[str]:
        inner = "|".join(f"(?:{part})" for part in parts)
        return re.compile(form.format(inner or "(?!)"), re.IGNORECASE)

    return Rules(
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


def fold_line(text: str) -> str:
    """The form that two printings of one line share."""
    return " ".join(fold_words(text)).casefold()


def make_line(text: str, start: int, end: int, gap: bool, given: ZoneRole | None = None) -> Line | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    cut = text[start:end]
    key = fold_line(cut)
    return Line(Span(start, end), cut, key, key.count(" ") + 1 if key else 0, gap, given, given)


def cut_lines(article: Article) -> list[Line]:
    """The lines in order, cut where a zone of the reader starts or ends; a zone of body is cut into lines as well."""
    text, given = article.text, sorted(article.zones, key=lambda zone: zone.span)
    lines: list[Line] = []
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
            line = make_line(text, start, stop, gap, role)
            if line is not None:
                lines.append(line)
            start = stop
    return lines


def is_navigation(line: Line, language: Language) -> bool:
    """A language bar, breadcrumbs, a bar of links, a bare link."""
    if len(line.text) > PARAGRAPH_CHARS:
        return False
    words = [word.casefold() for word in line.text.replace("|", " ").replace("/", " ").replace("·", " ").split()]
    if 2 <= len(words) <= 12 and all(word in language.zones.language_labels for word in words):
        return True
    parts = len(_TRAIL.findall(f" {line.text} "))
    if parts and not line.has_stop and (parts >= 2 or line.words <= 6) and line.words <= 8 * (parts + 1):
        return not any(char.isdigit() for char in line.text) or parts >= 2
    return bool(_ONLY_LINK.match(line.text))


def is_furniture(line: Line, language: Language, rules: Rules) -> bool:
    if len(line.text) > PARAGRAPH_CHARS:
        return False
    if is_navigation(line, language) or rules.furniture.match(line.text):
        return True
    if line.words > NOTICE_WORDS:
        return False
    if rules.furniture_starts.match(line.text) or rules.related_starts.match(line.text):
        # "Read more", she said: words that the line quotes are not addressed to the reader
        return not opens_quoted(line)
    return bool(rules.furniture_inside.search(_QUOTED.sub(" ", line.text))) and not opens_quoted(line)


def opens_quoted(line: Line) -> bool:
    return line.text[0] in "\"“”„«»'‘’"


def is_caption(line: Line, rules: Rules) -> bool:
    if len(line.text) > PARAGRAPH_CHARS or line.words > 2 * NOTICE_WORDS or (opens_quoted(line) and line.has_stop):
        return False
    if rules.caption_starts.match(line.text):
        return True
    if _LINK.search(line.text):
        return False
    quoted = bool(re.search(r"[\"“”„«»]", line.text)) and line.has_stop
    if rules.caption_marks.search(line.text) or rules.caption_credits.search(line.text):
        return not quoted
    return line.words <= NOTICE_WORDS and not quoted and bool(rules.caption_inside.search(line.text))


def is_date_line(line: Line, language: Language) -> bool:
    """A line that is an outlet or a place with a date, or a date alone: "Harbour Online, 15 January"."""
    if line.words > 12 or FINAL_STOP.search(line.text) or MARK.search(line.text) or "(" in line.text:
        return False
    words = fold_words(line.text)
    dated = [i for i, word in enumerate(words) if word.casefold() in language.zones.date_words]
    has_number = any(word[0].isdigit() for word in words)
    if not has_number and len(words) > 1:
        head, _, day = line.text.rpartition(", ")
        first = day.split()[0].casefold() if day.split() else ""
        return bool(head) and is_caps(head) and first in language.zones.date_words and len(day.split()) <= 3
    if dated and (has_number or len(words) == 1):
        # what is not the date must be a name: a heading such as "What happened on 4 May" has small words in it
        return all(
            part[0].isupper() or part[0].isdigit() or part.casefold() in language.words.stop for part in _letters(line)
        ) and not any(part.casefold() in language.words.stop and part.islower() for part in _letters(line)[:1])
    return bool(re.fullmatch(r"[\d\s:./,T|Z+-]{6,40}", line.text)) and bool(_YEAR.search(line.text))


def _letters(line: Line) -> list[str]:
    return [part for part in re.findall(r"[\w’'.-]+", line.text) if part[0].isalnum()]


def is_byline(line: Line, article: Article, language: Language, rules: Rules) -> bool:
    if len(line.text) > PARAGRAPH_CHARS:
        return False
    if rules.bylines.match(line.text):
        return True
    if line.words > 20 or MARK.search(line.text) or (FINAL_STOP.search(line.text) and line.words > 10):
        return False
    if article.byline and line.key in {fold_line(article.byline), fold_line("by " + article.byline)}:
        return True
    if article.outlet and line.key.removeprefix("the ") == fold_line(article.outlet).removeprefix("the "):
        return True
    return bool(rules.byline_starts.match(line.text)) or is_date_line(line, language)


def is_name(line: Line, language: Language) -> bool:
    """Two to four capitalised words and nothing else, perhaps with a role after a comma: an author under the title."""
    name, _, rest = line.text.partition(",")
    if line.words > 9 or line.has_stop or MARK.search(line.text):
        return False
    parts = name.split()
    small = next((i for i, part in enumerate(parts) if part in language.words.stop), len(parts))
    place = parts[small + 1 :]  # "Ann Lee in Port Fell"
    if not 2 <= small <= 4 or (small < len(parts) and not (1 <= len(place) <= 3 and is_caps(" ".join(place)))):
        return False
    if any(part.casefold() in language.words.stop for part in parts[:small]):
        return False
    return all(part[0].isupper() and not part.isupper() and part[-1].isalpha() for part in parts[:small]) and (
        not rest or rest.strip()[:1].islower() or is_caps(rest)
    )


def is_caps(text: str) -> bool:
    return all(part[0].isupper() for part in text.split() if part[0].isalpha())
