"""The dates, times and figures of an article, each with its span, normal form and role.

Typed extraction over the language's lists (`[facts]` in its file) and two small grammars, `figures` and `dates`; no
general finder of dates or quantities, because on news those read months into names and lose units.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from msgspec import structs

from retold.annotate.figures import FactGrammar, fact_grammar, read_mention
from retold.annotate.numbers import Token, find_tokens
from retold.languages.language import Language
from retold.model import Article, FactMention, FactRole, Sentence, Span

_MARKED = re.compile(r"[“„«][^“”„«»\n]{1,3000}[”»“]|\"[^\"\n]{1,3000}\"|‘[^‘\n]{1,3000}?’(?!\w)")


def find_facts(article: Article, sentences: Sequence[Sentence], language: Language) -> tuple[FactMention, ...]:
    """The dates, times, numbers, amounts, shares and scores of `article`, in order, none overlapping another.

    In: the sentences of its title, headings and body; captions and bylines are looked at besides, for their dates.
    Out: spans in code points of `article.text`; a number's takes in the unit or the noun it counts where that is next.
    Weekday names and relative words are counted from `article.published` alone; without it they stay open
    (`weekday:monday`). Linear in the length of the text.

    >>> from retold.languages import load_language
    >>> text = "Some 40 guests were moved in April 2033."
    >>> article = Article("a1", text, "")
    >>> found = find_facts(article, [Sentence(Span(0, len(text)), "body", 0)], load_language("en"))
    >>> [(m.kind, m.value, m.unit, m.is_rounded) for m in found]
    [('number', '40', 'guest', True), ('date', '2033-04', None, False)]
    """
    grammar = fact_grammar(language)
    found: list[FactMention] = []
    marked = _marked_spans(article)
    for sentence in sentences:
        found += _find_in(article, sentence.span, grammar, sentence.role in ("title", "heading"), marked)
    for zone in article.zones:
        if zone.role in ("caption", "byline"):
            role: FactRole = "photo" if zone.role == "caption" else "publication"
            inside = _find_in(article, zone.span, grammar, False, ())
            found += [structs.replace(m, role=role) for m in inside if role == "photo" or m.kind in ("date", "time")]
    return tuple(sorted(found, key=lambda m: m.span))


def _marked_spans(article: Article) -> tuple[Span, ...]:
    """What stands in quotation marks: the quotations where they are known already, else whatever marks enclose."""
    if article.quotations:
        known: list[Span] = []
        for span in sorted(span for q in article.quotations if q.kind == "direct" for span in q.content):
            if not known or span.start >= known[-1].end:  # what is nested is inside already
                known.append(span)
        return tuple(known)
    return tuple(Span(*m.span()) for m in _MARKED.finditer(article.text))


def _find_in(
    article: Article, span: Span, grammar: FactGrammar, is_headline: bool, marked: Sequence[Span]
) -> list[FactMention]:
    tokens = find_tokens(article.text, span, grammar.facts)
    # Marked spans are in order and don't overlap, so both their ends rise.
    first = bisect_right(marked, span.start, key=lambda m: m.end)
    inside = marked[first : bisect_left(marked, span.end, key=lambda m: m.start)]
    found: list[FactMention] = []
    at = 0
    while at < len(tokens):
        if tokens[at].value is None and tokens[at].norm not in grammar.starters:
            at += 1
            continue
        # Who is quoted speaks of the day of speaking, which nothing tells.
        spoken = any(m.start <= tokens[at].start < m.end for m in inside)
        end, mention = read_mention(tokens, at, grammar, None if spoken else article.published, is_headline)
        if mention is not None:
            role = _role_of(mention, tokens, at, grammar, inside)
            found.append(structs.replace(mention, role=role))
        at = max(end, at + 1)
    return found


def _role_of(
    mention: FactMention, tokens: Sequence[Token], at: int, grammar: FactGrammar, marked: Sequence[Span]
) -> FactRole:
    """Whose date it is: words inside marks speak of their own time; a photograph and a page have theirs."""
    if any(m.overlaps(mention.span) for m in marked):
        return "quotation"
    if mention.kind not in ("date", "time"):
        return "event"
    for i in range(max(0, at - 20), at):
        if grammar.photo.match(tokens, i) is not None and (i + 1 < len(tokens) and at - i <= 8):
            return "photo"
        if grammar.publication.match(tokens, i) is not None and at - i <= 4:
            return "publication"
        if tokens[i].norm in grammar.facts.writing and not any(m.start <= tokens[i].start < m.end for m in marked):
            return "writing"
    return "event"
