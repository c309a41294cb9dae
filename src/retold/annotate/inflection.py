"""Names and nouns that change with their case: what their forms have in common, and the form that names their bearer.

An ending table of the language (`names.case_endings`) cuts a written form down to a key that all cases of a name share;
nouns of the language's lists are found by the same key. The basic form for people to read is one that the article
itself has as a subject, else what the analyser (`morphology`) gives, else the form as written.
"""

from collections.abc import Iterable
from functools import cache, lru_cache

from retold.annotate.morphology import find_basic_forms, find_forms
from retold.annotate.words import fold_lookalikes
from retold.languages import Language, load_language
from retold.languages.language import Names

LEAST_KEY_CHARS = 2


def cut_ending(word: str, names: Names) -> str:
    """The key of a written name: small letters, without its case ending.

    >>> russian = Names(case_endings=("ой", "у", "а"), case_letters="аоуеи")
    >>> cut_ending("Бровцевой", russian), cut_ending("Бровцева", russian), cut_ending("Lind", russian)
    ('бровцев', 'бровцев', 'lind')
    """
    folded = _fold(word, names.letter_folds)
    if not names.case_endings or len(folded) <= LEAST_KEY_CHARS:
        return folded
    head, _, last = folded.rpartition("-")
    kept = last
    for ending in names.case_endings:
        left = last[: len(last) - len(ending)]
        is_root = len(left) > LEAST_KEY_CHARS or not set(names.case_letters).isdisjoint(left)
        if last.endswith(ending) and len(left) >= LEAST_KEY_CHARS and (is_root or len(ending) == 1):
            kept = left  # "Клим" is no case of a "Кл"
            break
    bare = kept.rstrip(names.case_letters)
    kept = bare if len(bare) >= LEAST_KEY_CHARS else kept
    return f"{cut_ending(head, names)}-{kept}" if head else kept


@lru_cache(maxsize=32768)
def _fold(word: str, folds: tuple[tuple[str, str], ...]) -> str:
    folded = fold_lookalikes(word).casefold().replace(".", "").replace("’", "'").replace("ʼ", "'")
    for one, other in folds:
        folded = folded.replace(one, other)
    return folded


@cache
def list_nouns(code: str) -> frozenset[str]:
    """The nouns for people and bodies that a language lists, and what is capitalised without being a name."""
    names = load_language(code).names
    lists = (names.roles, names.titles, names.bodies, names.collectives, names.kin_she, names.kin_he, names.not_names)
    return frozenset().union(*lists)


@cache
def _index_nouns(code: str) -> dict[str, str]:
    """Key → the noun of the lists that has it; of nouns that share a key the first in the alphabet."""
    names = load_language(code).names
    found: dict[str, str] = {}
    for word in sorted(list_nouns(code)):
        found.setdefault(cut_ending(word, names), word)
    return found


def find_base(word: str, language: Language) -> str:
    """A noun of the language's lists in the form it is listed in; any other word in small letters."""
    names = language.names
    folded = word.casefold().replace("’", "'").rstrip(".")
    if not names.case_endings or folded in list_nouns(language.code):
        return folded
    if len(folded) < 4:
        return folded
    for form in find_basic_forms(folded, language):
        if form in list_nouns(language.code):
            return form
    if find_forms(folded, language) is not None and word[:1].islower():
        return folded  # the analyser knows it, and as another noun
    return _index_nouns(language.code).get(cut_ending(folded, names), folded) if len(folded) > 5 else folded


def choose_written(
    forms: Iterable[tuple[str, ...]], language: Language, subjects: Iterable[tuple[str, ...]] = ()
) -> tuple[str, ...]:
    """Of the written forms of one name the one in its basic form. `forms`: the words of each; `subjects`: those that
    stand where only the basic form can."""
    plain = sorted(map(_drop_stops, subjects), key=lambda form: -len(form))
    if plain:
        return plain[0]
    listed = list(dict.fromkeys(map(_drop_stops, forms)))
    if not language.names.case_endings or not listed:
        return listed[0] if listed else ()
    longest = max(len(form) for form in listed)
    listed = [form for form in listed if len(form) == longest]
    for form in listed:
        if all(_can_be_basic(word, language) for word in form):
            return form
    return tuple(_restore(word, i, language) for i, word in enumerate(listed[0]))


def _drop_stops(form: tuple[str, ...]) -> tuple[str, ...]:
    """A full stop behind a short name ends its sentence; behind an initial it stays."""
    return tuple(w.rstrip(".") if len(w) > 2 else w for w in form)


def _can_be_basic(word: str, language: Language) -> bool:
    forms = find_basic_forms(word, language, ("Surn", "Name", "Patr"))
    if not forms:
        return not word.endswith(tuple(ending for ending, _ in language.names.genitives) or "\0")
    return _fold(word, ()) in forms


def _restore(word: str, place: int, language: Language) -> str:
    """A name in its basic form, as the analyser has it; as written where there is none."""
    tags = ("Name",) if place == 0 else ("Surn", "Patr", "Name")
    for form in find_basic_forms(word, language, tags):
        return "-".join(part[:1].upper() + part[1:] for part in form.split("-"))
    for ending, basic in language.names.genitives:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_KEY_CHARS:
            return word[: len(word) - len(ending)] + basic
    return word


def name_noun(label: str, language: Language) -> str:
    """What a speaker without a name is called, its first noun in the basic form: "министерства юстиции" is the
    министерство юстиции. Adjectives before it follow where the analyser knows how."""
    words = label.split(" ")
    for i, word in enumerate(words[:4]):
        if word[:1].isupper() and i:
            break
        base = find_base(word, language)
        forms = find_forms(word, language)
        if forms is not None and not forms.is_noun:
            continue
        if base in list_nouns(language.code) and base != word.casefold():
            lead = [_agree(w, base, language) for w in words[:i]]
            shown = base[:1].upper() + base[1:] if word[:1].isupper() else base
            return " ".join([*lead, shown, *words[i + 1 :]])
        break
    return label


def _agree(adjective: str, noun: str, language: Language) -> str:
    forms = find_basic_forms(adjective, language)
    return forms[0] if forms and adjective[:1].islower() else adjective
