"""The language of each paragraph, where a report changes it: a statement in the original, a summary for other readers.

A report has one language; most paragraphs in another one are told by their letters. Those are annotated by the rules of
their own language: one without a file by its marks alone.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from retold.languages import Language
from retold.model import Article, Quotation, Zone
from retold.read.language import detect_language

LEAST_LETTERS = 60
"""A shorter paragraph may be a name, a title or a cry."""

LEAST_SHARE = 0.6
"""Of its letters: so many of another script make a paragraph one of another language."""

FOREIGN_SHARE = 0.02
"""Of its letters: more that the report's language does not have call for a look. Of single names there are fewer."""

LEAST_STOP_SHARE = 0.12
"""Of its words: with fewer function words of the report's language a look is taken. News has .25 and more."""

LEAST_WORDS = 10

_WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")


def find_tongues(article: Article, zones: Sequence[Zone], language: Language) -> dict[str, tuple[Zone, ...]]:
    """Language (ISO 639-1) → the body paragraphs in it; only languages other than the report's. Linear in the text.

    A detector is asked only about paragraphs whose letters or function words are not the report's.
    """
    found: dict[str, list[Zone]] = {}
    for zone in zones:
        if zone.role != "body" or zone.span.end - zone.span.start < LEAST_LETTERS or article.language is None:
            continue
        text = zone.span.cut(article.text)
        if is_strange(text, language):
            code = detect_language(text)
            if code is not None and code != article.language:
                found.setdefault(code, []).append(zone)
    return {code: tuple(some) for code, some in sorted(found.items())}


def is_strange(text: str, language: Language) -> bool:
    """Whether a paragraph looks as if it were in another language than this one.

    >>> from retold.languages import load_language
    >>> told = "Ми не зачинимо міст, доки його не перевірять до останнього болта, – сказала вона журналістам."
    >>> is_strange(told, load_language("en")), is_strange(told, load_language("uk"))
    (True, False)
    """
    words = _WORD.findall(text)
    letters = "".join(words).casefold()
    if len(letters) < LEAST_LETTERS or not language.words.stop:
        return False
    latin = sum(c < "\u0250" for c in letters) / len(letters)
    if (latin < 1 - LEAST_SHARE) if not language.names.latin else (latin > LEAST_SHARE):
        return True
    if sum(c in language.words.foreign_letters for c in letters) > FOREIGN_SHARE * len(letters):
        return True
    stops = sum(word.casefold() in language.words.stop for word in words)
    return len(words) >= LEAST_WORDS and stops < LEAST_STOP_SHARE * len(words)


def keep_only(article: Article, kept: Iterable[Zone]) -> Article:
    """The article with only these zones to be read."""
    wanted = frozenset(zone.span for zone in kept)
    zones = (zone if zone.span in wanted else replace(zone, role="furniture") for zone in article.zones)
    return replace(article, zones=tuple(zones))


def merge_quotations(article: str, rows: Sequence[Sequence[Quotation]]) -> tuple[Quotation, ...]:
    """The quotations found in the parts of an article, numbered anew in the order of the text."""
    if len(rows) == 1:
        return tuple(rows[0])
    listed = [(q.extent, n, q) for n, row in enumerate(rows) for q in row]
    listed.sort(key=lambda entry: (entry[0], entry[1], _number(entry[2])))
    names = {(n, q.id): f"{article}.q{k}" for k, (_, n, q) in enumerate(listed, 1)}
    return tuple(
        replace(q, id=names[n, q.id], within=None if q.within is None else names[n, q.within]) for _, n, q in listed
    )


def _number(quotation: Quotation) -> int:
    return int(quotation.id.rpartition("q")[2])
