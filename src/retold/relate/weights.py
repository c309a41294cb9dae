"""What a word is worth when wordings are compared: inverse frequency over the articles at hand, folded by aliases."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log
from typing import TypeAlias

from msgspec import Struct

from retold.annotate.forms import fold_word
from retold.annotate.words import find_words, stem_word
from retold.languages import Language, choose_language
from retold.model import AnnotatedArticle, Article, Sentence, Span

FUNCTION_WEIGHT = 0.02
"""What a function word adds: enough to prefer the better of two equal alignments, never enough to make one."""

COMMON_SHARE = 0.5
"""A content word that any report may use ("year", "people") is worth this share of its weight in the story: two
articles are too few to learn that it is common."""

_ACRONYM = re.compile(r"\(((?:[A-Z]\.?){2,6})\)")
_NAME_BEFORE = re.compile(r"[\w’' -]+[ -]\Z")
_NAME_WORDS, _NAME_CHARS = 8, 160  # how much before the bracket is looked at: what keeps any text linear

Aliases: TypeAlias = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""First word → (run of words that begins with it, the form that stands for the run), longest run first."""


class Term(Struct, frozen=True):
    """A word (or several that one alias stands for) at `span`: the form it is compared by, its stem and its weight.

    `is_content`: tells one sentence from another (function words don't). `is_capital`: begins as names do.
    """

    norm: str
    stem: str
    span: Span
    weight: float
    is_content: bool
    is_capital: bool


class Unit(Struct, frozen=True):
    """A sentence as terms. `content`: the numbers of its content terms; `length`: of its vector of weights by stem."""

    sentence: Sentence
    terms: tuple[Term, ...]
    content: tuple[int, ...]
    stems: frozenset[str]
    length: float

    @property
    def span(self) -> Span:
        """Where the sentence stands."""
        return self.sentence.span


class Weights(Struct, frozen=True):
    """Inverse sentence frequencies over the articles compared, scaled to 0…1, and those articles cut into units.

    A stem that none of those articles has weighs 1.
    """

    by_stem: Mapping[str, float]
    aliases: Aliases
    units: Mapping[str, tuple[Unit, ...]]


def weigh_stems(articles: Sequence[AnnotatedArticle]) -> Weights:
    """Learns what each stem is worth from the sentences of `articles`, and cuts them into units. Linear in their words.

    Sentences, not articles, are counted: two reports are enough, and the figures of 200 reports of one event don't
    differ from those of two. Smoothed idf (Spärck Jones 1972), scaled so that a stem seen once weighs 1.
    """
    aliases = _collect_aliases(articles)
    bare = Weights({}, aliases, {})
    units = {a.article.id: cut_units(a, bare) for a in articles}
    seen = Counter(stem for row in units.values() for unit in row for stem in unit.stems)
    total = sum(len(row) for row in units.values())
    top = log(1 + total / 0.5)
    by_stem = {stem: log(1 + total / (count - 0.5)) / top for stem, count in sorted(seen.items())}
    full = Weights(by_stem, aliases, {})
    common = {a.article.id: _common_stems(a.article.language) for a in articles}
    return Weights(
        by_stem,
        aliases,
        {name: tuple(_reweigh(unit, full, common[name]) for unit in row) for name, row in units.items()},
    )


def cut_units(annotated: AnnotatedArticle, weights: Weights) -> tuple[Unit, ...]:
    """The sentences of an article as terms with weights: those made with `weights`, or new ones. Linear.

    The words of a citation are left out: where a report comes from is nothing that another report retells.
    """
    known = weights.units.get(annotated.article.id)
    if known is not None:
        return known
    citations = [citation.span for citation in annotated.article.citations]
    units = []
    for sentence in annotated.sentences:
        terms = find_terms(annotated.article, sentence.span, weights)
        cited = [span for span in citations if span.overlaps(sentence.span)]
        if cited:
            terms = tuple(term for term in terms if not any(term.span.overlaps(span) for span in cited))
        if terms:
            units.append(_make_unit(sentence, terms))
    return tuple(units)


def find_terms(article: Article, span: Span, weights: Weights) -> tuple[Term, ...]:
    """The terms of any span of an article, with runs that an alias stands for as one term. Linear."""
    language = choose_language(article.language)
    stop, common = language.words.stop, _common_stems(article.language)
    words = find_words(article.text, span)
    terms: list[Term] = []
    at = 0
    while at < len(words):
        word = words[at]
        norm, stem, end = word.norm, "", at + 1
        for run, form in weights.aliases.get(word.norm, ()):
            if tuple(other.norm for other in words[at : at + len(run)]) == run:
                norm = stem = form
                end = at + len(run)
                break
        where = Span(word.span.start, words[end - 1].span.end)
        is_capital = article.text[where.start].isupper()
        if norm in stop:
            terms.append(Term(norm, norm, where, FUNCTION_WEIGHT, False, is_capital))
        else:
            stem = stem or _stem(norm, language)
            terms.append(Term(norm, stem, where, _weigh(stem, weights, common), True, is_capital))
        at = end
    return tuple(terms)


def _stem(norm: str, language: Language) -> str:
    """What the words of two reports are matched by: British or American, in words or in digits, it is one word."""
    return _write_number(norm, language.code) or stem_word(fold_word(norm, language), language)


@lru_cache(maxsize=65536)
def _write_number(norm: str, code: str) -> str | None:
    """The digits of a number of two or more that one word writes: "eighteen", "31m", "14,200"."""
    facts = choose_language(code).facts
    if norm[0].isdigit():
        digits = _DIGITS.match(norm)
        whole = norm if digits is None else digits[1]
        for sign in facts.groups:
            whole = whole.replace(sign, "")
        return whole if whole.isdigit() else None
    value = facts.numbers.get(norm, 0)
    return str(value) if value > 1 else None


_DIGITS = re.compile(r"(\d+)[^\W\d_]{1,2}$")


@cache
def _common_stems(code: str | None) -> frozenset[str]:
    language = choose_language(code)
    return frozenset(_stem(word, language) for word in language.relate.common)


def _weigh(stem: str, weights: Weights, common: frozenset[str]) -> float:
    return weights.by_stem.get(stem, 1.0) * (COMMON_SHARE if stem in common else 1.0)


def _make_unit(sentence: Sentence, terms: tuple[Term, ...]) -> Unit:
    content = tuple(n for n, term in enumerate(terms) if term.is_content)
    vector = {terms[n].stem: terms[n].weight for n in content}
    return Unit(sentence, terms, content, frozenset(vector), sum(vector[s] ** 2 for s in sorted(vector)) ** 0.5)


def _reweigh(unit: Unit, weights: Weights, common: frozenset[str]) -> Unit:
    terms = tuple(
        Term(t.norm, t.stem, t.span, _weigh(t.stem, weights, common), True, t.is_capital) if t.is_content else t
        for t in unit.terms
    )
    return _make_unit(unit.sentence, terms)


def _collect_aliases(articles: Sequence[AnnotatedArticle]) -> Aliases:
    """The aliases of the articles' languages, and those that the articles define themselves: "Full Name (FN)"."""
    forms: dict[tuple[str, ...], str] = {}
    for code in sorted({a.article.language or "" for a in articles}):
        for form, names in sorted(choose_language(code or None).relate.aliases.items()):
            forms |= {tuple(word.norm for word in find_words(name)): form for name in names}
    for annotated in articles:
        stop = choose_language(annotated.article.language).words.stop
        for match in _ACRONYM.finditer(annotated.article.text):
            letters = match.group(1).replace(".", "")
            name = _NAME_BEFORE.search(annotated.article.text, max(0, match.start() - _NAME_CHARS), match.start())
            words = [word.norm for word in find_words(name.group())][-_NAME_WORDS:] if name else []
            for start in range(len(words) - 1):
                initials = "".join(word[0] for word in words[start:] if word not in stop)
                if words[start] not in stop and initials.upper() == letters:
                    forms.setdefault(tuple(words[start:]), letters)
                    break
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for run, form in sorted(forms.items(), key=lambda item: (-len(item[0]), item)):
        by_first.setdefault(run[0], []).append((run, form))
    return {first: tuple(found) for first, found in by_first.items()}
