"""Wordings that some articles of a story share against the others: what textual criticism calls indicative errors."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from retold.model import Place, Span
from retold.trace.profiles import Profile, Utterance

LEAST_NAME_CHARS = 5
"""Shorter words one letter apart are two words more often than one misspelt."""

LEAST_FIGURE_CHARS = 3
ROUNDING_SHARE = 0.05
"""Figures so near are two versions of one count; smaller ones are too often about different things."""


class Variant(Struct, frozen=True):
    """`words` stand in the articles of `holders` where `others` have something else; `places`: where, by article."""

    words: str
    instead: str
    holders: tuple[str, ...]
    others: tuple[str, ...]
    places: tuple[Place, ...]


def find_variants(profiles: Mapping[str, Profile]) -> dict[str, tuple[Variant, ...]]:
    """The variants each article holds together with at least one more, by article id.

    Of quotations: words in marks that were put in another's place; a cut is no variant. Of the rest: words one letter
    away from the one that more articles have, and that no other article has. Each reading is compared with the one that
    most articles have: linear in the readings.
    """
    found = [*_in_quotations(profiles), *_in_spelling(profiles), *_in_figures(profiles)]
    by_article: dict[str, list[Variant]] = {}
    for variant in found:
        for holder in variant.holders:
            by_article.setdefault(holder, []).append(variant)
    return {id_: tuple(variants) for id_, variants in by_article.items()}


def _in_quotations(profiles: Mapping[str, Profile]) -> list[Variant]:
    families: dict[str, dict[str, Utterance]] = {}
    for id_, profile in profiles.items():
        for family, utterance in profile.utterances.items():
            if utterance.marked:
                families.setdefault(family, {})[id_] = utterance
    found: list[Variant] = []
    for family in sorted(families):
        rows = families[family]
        if len(rows) < 3:
            continue
        usual = _usual(rows.values())
        replaced: dict[tuple[tuple[int, ...], tuple[int, ...], int], list[str]] = {}
        unchanged: dict[str, set[int]] = {}
        for id_, utterance in rows.items():
            here = set(range(len(usual)))
            for op in Levenshtein.opcodes(usual, utterance.marked):
                if op.tag != "equal":
                    here -= set(range(op.src_start, op.src_end))
                if op.tag == "replace" and op.src_end - op.src_start <= 4 and op.dest_end - op.dest_start <= 4:
                    old, new = usual[op.src_start : op.src_end], utterance.marked[op.dest_start : op.dest_end]
                    replaced.setdefault((old, new, op.src_start), []).append(id_)
            unchanged[id_] = here
        for (old, new, start), holders in sorted(replaced.items()):
            others = [i for i in rows if i not in holders and unchanged[i] >= set(range(start, start + len(old)))]
            if len(holders) >= 2 and others:
                found.append(
                    Variant(
                        _spell(new, profiles[holders[0]]),
                        _spell(old, profiles[others[0]]),
                        tuple(holders),
                        tuple(others),
                        tuple(Place(h, rows[h].span) for h in holders),
                    )
                )
    return found


def _usual(utterances: Iterable[Utterance]) -> tuple[int, ...]:
    """The words in marks that most articles have; the longer, then the smaller, of as many."""
    count: dict[tuple[int, ...], int] = {}
    for utterance in utterances:
        count[utterance.marked] = count.get(utterance.marked, 0) + 1
    return max(count, key=lambda words: (count[words], len(words), words))


def _spell(words: Sequence[int], profile: Profile) -> str:
    """The words as the article writes them."""
    text = profile.article.article.text
    size = len(words)
    for at in range(len(profile.words) - size + 1):
        if profile.words[at : at + size] == tuple(words):
            return text[profile.spans[at].start : profile.spans[at + size - 1].end]
    return "…"


def _in_spelling(profiles: Mapping[str, Profile]) -> list[Variant]:
    """Names written in a way that only some have. Deletion neighbourhoods make it linear in the story's vocabulary."""
    articles_of: dict[int, list[str]] = {}
    place: dict[tuple[int, str], Span] = {}
    form: dict[int, str] = {}
    for id_, profile in profiles.items():
        text = profile.article.article.text
        for number, span in zip(profile.words, profile.spans, strict=True):
            if (number, id_) not in place:
                place[number, id_] = span
                articles_of.setdefault(number, []).append(id_)
                form.setdefault(number, span.cut(text))
    near: dict[str, list[int]] = {}
    for number in sorted(form):
        word = form[number].casefold()
        if len(word) >= LEAST_NAME_CHARS and word.isalpha() and form[number][0].isupper():
            for cut in {word, *(word[:i] + word[i + 1 :] for i in range(len(word) - 1))}:  # not the ending: inflection
                near.setdefault(cut, []).append(number)
    pairs = {
        (a, b)
        for group in near.values()
        for a in group
        for b in group
        if len(articles_of[a]) < len(articles_of[b]) and form[a][-1:].casefold() == form[b][-1:].casefold()
    }
    found: list[Variant] = []
    for a, b in sorted(pairs):
        holders, others = articles_of[a], articles_of[b]
        if len(holders) >= 2 and not set(holders) & set(others) and Levenshtein.distance(form[a], form[b]) == 1:
            places = tuple(Place(h, place[a, h]) for h in holders)
            found.append(Variant(form[a], form[b], tuple(holders), tuple(others), places))
    return found


def _in_figures(profiles: Mapping[str, Profile]) -> list[Variant]:
    """Figures near to another that no article has besides: one digit off, ten times as much, or a rounding of it."""
    articles_of: dict[str, dict[str, Span]] = {}
    for id_, profile in profiles.items():
        text = profile.article.article.text
        for span in profile.spans:
            digits = span.cut(text).replace(",", "")
            if len(digits) >= LEAST_FIGURE_CHARS and digits.replace(".", "").isdigit():
                articles_of.setdefault(digits, {}).setdefault(id_, span)
    found: list[Variant] = []
    for a in sorted(articles_of):
        holders = articles_of[a]
        for b in sorted(articles_of):
            others = articles_of[b]
            if len(holders) < 2 or a == b or set(holders) & set(others) or not _is_near(a, b):
                continue
            if len(holders) >= len(others) and _count_zeros(a) <= _count_zeros(b):
                continue  # what most have may simply be so; but nobody counts in round figures
            if len(holders) >= len(others) == 1:
                continue  # one that stands alone is the odd one out
            places = tuple(Place(h, span) for h, span in holders.items())
            found.append(Variant(a, b, tuple(holders), tuple(others), places))
    return found


def _count_zeros(figure: str) -> int:
    return len(figure) - len(figure.rstrip("0"))


def _is_near(a: str, b: str) -> bool:
    if len(a) == len(b) == 4 and {a[:2], b[:2]} <= {"19", "20"}:
        return False  # two years, more often than one written wrong
    one, other = float(a), float(b)
    return Levenshtein.distance(a, b) == 1 or abs(one - other) <= ROUNDING_SHARE * max(one, other)
