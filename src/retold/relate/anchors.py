"""What of a text needs no translation: figures and dates, names by their sound, the commonest words by a table.

An anchor is a string whose first character says its kind: `=` a figure or date as value, `~` the sound of a word, `#` a
row of `languages/concepts.tsv`; and two faint kinds, that lines are told apart by where many anchors speak together:
`0` a run of digits as written, `^` how a word begins by sound, which kindred languages share.
"""

from collections.abc import Sequence
from re import findall

from retold.annotate.inflection import cut_ending
from retold.annotate.scripts import fold_sounds, write_latin
from retold.languages import Language, choose_language
from retold.languages.concepts import find_concept
from retold.model import AnnotatedArticle, Span

LEAST_SOUNDS = 3
"""A word with fewer consonants sounds like too many others; a capitalised one may have one less among faint anchors."""

MAIN_SHARE = 0.6

OPENING_SOUNDS, LONG_SOUNDS = 4, 5
"""Of a word with `LONG_SOUNDS` consonants and more the first `OPENING_SOUNDS` are a faint anchor."""


def find_anchors(annotated: AnnotatedArticle, spans: Sequence[Span]) -> frozenset[str]:
    """The anchors of some spans of an article, without the faint ones. Linear in its facts and the words."""
    article = annotated.article
    language = choose_language(article.language)
    found = {
        f"={fact.value.split()[-1]}"
        for fact in annotated.facts
        if fact.kind not in {"name", "place"} and any(span.contains(fact.span) for span in spans)
    }
    for span in spans:
        for word in _split(span.cut(article.text)):
            if not word.isdigit():
                found |= _anchor_word(word, language)
    return frozenset(found)


def cut_pieces(annotated: AnnotatedArticle, spans: Sequence[Span]) -> tuple[str, ...]:
    """The text of some spans, cut where the sentences of the article end: what an encoder reads at one time."""
    pieces = []
    for span in spans:
        inside = [s.span for s in annotated.sentences if s.span.overlaps(span)] or [span]
        cuts = [Span(max(s.start, span.start), min(s.end, span.end)) for s in inside]
        pieces += [piece.cut(annotated.article.text) for piece in cuts]
    return tuple(piece for piece in pieces if any(c.isalnum() for c in piece))


def cut_main_piece(annotated: AnnotatedArticle, span: Span) -> str:
    """What a sentence tells: what of it stands in the quotation that makes up most of it, else all of it.

    Who says it would tell a sentence from its translation in another report; and a piece is encoded once.
    """
    pieces = [
        Span(max(span.start, content.start), min(span.end, content.end))
        for quotation in annotated.article.told
        for content in quotation.content
        if content.overlaps(span)
    ]
    longest = max(pieces, key=lambda p: (p.end - p.start, -p.start), default=span)
    main = longest if longest.end - longest.start >= MAIN_SHARE * (span.end - span.start) else span
    return main.cut(annotated.article.text)


def find_text_anchors(text: str, language: Language) -> frozenset[str]:
    """The anchors of a text by its words alone, faint ones included. Linear.

    >>> from retold.languages import load_language
    >>> english = find_text_anchors("The volcano near Skerra killed 412 people", load_language("en"))
    >>> both = english & find_text_anchors("Вулкан біля Скерри вбив 412 осіб", load_language("uk"))
    >>> sorted(anchor for anchor in both if anchor[0] != "#")
    ['0412', '~skr', '~vlkn']
    """
    found: set[str] = set()
    for word in _split(text):
        found |= {f"0{digits}" for digits in findall(r"\d+", word)}
        if word.isdigit():
            continue
        found |= _anchor_word(word, language)
        if word.casefold() not in language.words.stop:
            sounds = _sound(word, language)
            if len(sounds) >= LONG_SOUNDS:
                found.add(f"^{sounds[:OPENING_SOUNDS]}")
            elif len(sounds) == LEAST_SOUNDS - 1 and word[:1].isupper():
                found.add(f"~{sounds}")
    return frozenset(found)


def _anchor_word(word: str, language: Language) -> set[str]:
    found = set()
    concept = find_concept(word.casefold(), language.code)
    if concept is not None:
        found.add(concept)
    if word.casefold() not in language.words.stop:
        sounds = _sound(word, language)
        if len(sounds) >= LEAST_SOUNDS:
            found.add(f"~{sounds}")
    return found


def _sound(word: str, language: Language) -> str:
    return fold_sounds(write_latin(cut_ending(word, language.names), language))


def _split(text: str) -> list[str]:
    return ["".join(c for c in raw if c.isalnum() or c in "'’-").strip("'’-") for raw in text.split()]
