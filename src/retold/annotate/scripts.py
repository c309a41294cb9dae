"""Names written in two alphabets: what Мейв Толланд, Мэйв Толланд and Maeve Tolland have in common.

A name is written in Latin letters by its language's table (`names.latin`, after the national systems), then folded to
its consonants in classes that spellings and transliterations mix up (c and k, j and dzh, g and h, v and w and f). Two
names are one where every word of the shorter has its like in the longer, one consonant more, less or other allowed in
words long enough for it. The fold is coarse: it joins only names of one story, and never two of one language.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from retold.languages import Language, choose_language, known_languages, load_language
from retold.languages.palladius import are_syllables, read_palladius

LEAST_HEARD = 5
LEAST_RESPELT = 3
LEAST_FUZZY = 4
"""A word with so many consonants may differ by one of them."""
_VOWELS = re.compile(r"[aeiouy]+")
_CLASSES = (
    ("chr", "kr"), ("chl", "kl"), ("tch", "s"), ("dzh", "g"), ("dj", "g"), ("sch", "s"), ("shch", "s"), ("sh", "s"),
    ("ch", "s"), ("zh", "g"), ("kh", "g"), ("gh", "g"), ("ph", "v"), ("th", "t"), ("ts", "s"), ("tz", "s"), ("ck", "k"),
    ("ng", "n"), ("nh", "n"), ("x", "ks"), ("q", "k"), ("w", "v"), ("f", "v"), ("z", "s"), ("j", "g"), ("h", "g"),
)  # fmt: skip


_SILENT = (
    (r"^kn", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"ight", "it"), (r"gh", ""), (r"(?<=[aeo])w(?![aeiouy])", "o"),
    (r"mb$", "m"), (r"alk", "ok"), (r"^eu", "iu"),
)  # fmt: skip
"""Letters of English names that other languages don't hear, and write by ear."""

_HEARD = ((r"ch", "k"), (r"rz", "zh"), (r"x", "s"), (r"^u(?=[aeio])", "w"), (r"^[iy]e", "e"), (r"^h", ""))
"""What one spelling can stand for besides: Michael, Andrzej, Xie, Уокер, Єрмак, and an h that is not written."""


class WrittenName(Struct, frozen=True):
    """A name as words, and the language of the article that writes it."""

    words: tuple[str, ...]
    language: str | None


def write_latin(word: str, language: Language) -> str:
    """A word in Latin letters, small ones, by the language's table; what is Latin already stays, without accents.

    >>> from retold.languages import load_language
    >>> write_latin("Щербань", load_language("uk")), write_latin("Åsa", load_language("en"))
    ('shcherban', 'asa')
    """
    written = word.casefold()
    for letters, latin in language.names.latin:
        written = written.replace(letters, latin)
    plain = unicodedata.normalize("NFKD", written)
    return "".join(c for c in plain if not unicodedata.combining(c) and (c.isalnum() or c == "-"))


@lru_cache(maxsize=16384)
def fold_sounds(latin: str) -> str:
    """The consonants of a Latin word in classes, doubles once; a vowel at the start counts as one "a".

    >>> fold_sounds("maeve"), fold_sounds("meiv"), fold_sounds("jonas"), fold_sounds("ionas")
    ('mv', 'mv', 'gns', 'gns')
    """
    word = re.sub(r"^[iy](?=[aeou])", "j", latin.replace("-", ""))
    word = re.sub(r"c(?=[eiy])", "s", word)
    for letters, sound in _CLASSES:
        word = word.replace(letters, sound)
    word = word.replace("c", "k")
    opened = "a" if _VOWELS.match(word) else ""
    return opened + re.sub(r"(.)\1+", r"\1", _VOWELS.sub("", word))


@lru_cache(maxsize=16384)
def hear_word(latin: str) -> tuple[str, ...]:
    """The sounds of a Latin word, as `fold_sounds` has them first, then those it has where letters are silent or stand
    for another sound.

    >>> hear_word("michael"), hear_word("knight")
    (('msl', 'mkl'), ('kngt', 'nt'))
    """
    silent = latin
    for letters, sound in _SILENT:
        silent = re.sub(letters, sound, silent)
    spelt = [latin, silent, *(re.sub(letters, sound, latin) for letters, sound in _HEARD)]
    return tuple(dict.fromkeys(fold_sounds(word) for word in spelt if word))


@lru_cache(maxsize=4096)
def hear_name(name: str) -> frozenset[str]:
    """The keys by which a name is found again in another alphabet, by every language's table that has its letters.

    Only long ones: five consonants and more, so that no two outlets meet by chance.

    >>> bool(hear_name("Скерра курьер") & hear_name("Skerra Courier"))
    True
    """
    words = re.findall(r"[^\W\d_]+", name.casefold())
    codes = [c for c in known_languages() if load_language(c).names.latin] if not name.isascii() else [""]
    found = set()
    for code in codes:
        language = choose_language(code or None)
        written = [write_latin(word, language) for word in words]
        for row in (written, [word.replace("j", "y") for word in written]):  # a "y" is a "j" in half of the languages
            key = " ".join(map(fold_sounds, row))
            if len(key.replace(" ", "")) >= LEAST_HEARD:
                found.add(key)
    return frozenset(found)


def are_scripts_apart(one: str, other: str) -> bool:
    """Whether one name is in Latin letters and the other is not."""
    if one.isascii() and other.isascii():
        return False
    return _is_latin(one) != _is_latin(other)


@lru_cache(maxsize=8192)
def _is_latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha())


def _sounds(name: WrittenName) -> tuple[tuple[str, ...], ...]:
    language = choose_language(name.language)
    return tuple(hear_word(write_latin(word, language)) for word in name.words)


def _find_pinyin(name: WrittenName) -> frozenset[str]:
    """What a name reads as in pinyin if it is Chinese: as written in Latin letters, read back from Cyrillic ones."""
    if all(map(_is_latin, name.words)):
        return frozenset({"".join(write_latin(word, choose_language(name.language)) for word in name.words)})
    return read_palladius(name.words) if len(name.words) > 1 else frozenset()


def are_same_name(one: WrittenName, other: WrittenName) -> bool:
    """Whether two names of different languages can be one bearer's.

    >>> are_same_name(WrittenName(("Мейв", "Толланд"), "uk"), WrittenName(("Maeve", "Tolland"), "en"))
    True
    >>> are_same_name(WrittenName(("Мейв", "Толланд"), "uk"), WrittenName(("Maeve", "Birkeland"), "en"))
    False
    """
    readings = _find_pinyin(one), _find_pinyin(other)
    if all(readings) and len(one.words) == len(other.words) > 1:
        if readings[0] & readings[1]:
            return True
        if all(all(map(are_syllables, name.words)) for name in (one, other)):
            return False  # two Chinese names, and other ones: their few consonants sound alike
    short, long = sorted((_sounds(one), _sounds(other)), key=lambda s: (len(s), s))
    if not short or (len(short) == 1 and len(short[0][0]) < 2):
        return False
    if not _alike(short[-1], long[-1]) and not (len(short) == 1 and _alike(short[0], long[0])):
        return False
    left = list(long)
    for sounds in short:
        match = next((s for s in left if _alike(sounds, s) or _abbreviates(sounds, s)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _abbreviates(sounds: Sequence[str], other: Sequence[str]) -> bool:
    """Whether an initial stands for a name."""
    return len(sounds[0]) == 1 and other[0].startswith(sounds[0])


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    if one[0] and other[0] and set(one) & set(other) - {""}:
        return True
    a, b = one[0], other[0]
    if min(len(a), len(b)) < LEAST_FUZZY - 1 or max(len(a), len(b)) < LEAST_FUZZY or a[0] != b[0]:
        return False
    return Levenshtein.distance(a, b, score_cutoff=1) <= 1


def are_respelt(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two full names in Latin letters, of one language, are one name that one of them took over from another
    alphabet letter by letter: other consonants are written, and the same are heard.

    >>> are_respelt(("Emmanuel", "Macron"), ("Emmanuel", "Makron")), are_respelt(("Joe", "Bright"), ("Dzho", "Brayt"))
    (True, True)
    >>> are_respelt(("Mark", "Lind"), ("Mark", "Land"))
    False
    """
    if len(one) != len(other) or len(one) < 2:
        return False
    pairs = [(a.casefold(), b.casefold()) for a, b in zip(one, other, strict=True)]
    differing = [(a, b) for a, b in pairs if a != b]
    if not differing or not all(a.isascii() and b.isascii() for a, b in pairs):
        return False
    return all(
        _spell_consonants(a) != _spell_consonants(b) and set(hear_word(a)) & set(hear_word(b)) - {""}
        for a, b in differing
    ) and any(len(hear_word(a)[0]) >= LEAST_RESPELT for a, _ in differing)


def _spell_consonants(latin: str) -> str:
    return re.sub(r"[aeiou]", "", latin)


def pair_names(names: Sequence[tuple[WrittenName, ...]]) -> list[tuple[int, int]]:
    """The bearers, by index, whose names in two languages are one; a bearer that could be several is left alone.

    Quadratic in the bearers, which are the speakers of one story.
    """
    fits: dict[int, list[int]] = {}
    for i, ours in enumerate(names):
        for k, theirs in enumerate(names):
            if i != k and any(a.language != b.language and are_same_name(a, b) for a in ours for b in theirs):
                fits.setdefault(i, []).append(k)
    return sorted((i, k) for i, found in fits.items() for k in found if i < k)


def same_state(one: str, other: str, languages: tuple[str | None, str | None]) -> bool:
    """Whether two countries named in two languages are one: the rows of both lists share a form."""
    rows = [_row(name, code) for name, code in zip((one, other), languages, strict=True)]
    return bool(rows[0] & rows[1])


@lru_cache(maxsize=1024)
def _row(name: str, code: str | None) -> frozenset[str]:
    folded = name.casefold()
    for row in choose_language(code).names.states:
        forms = frozenset(form.casefold() for form in row)
        if folded in forms:
            return forms
    return frozenset({folded})
