"""Chinese names in Cyrillic letters read back into pinyin: Чжан Цзюнь is Zhang Jun, and no table of letters says so."""

from functools import cache, lru_cache
from importlib.resources import files
from itertools import product

LONGEST_NAME_CHARS = 40
MOST_READINGS = 64
LONGEST_SYLLABLE_CHARS = 6


@cache
def _load() -> tuple[dict[int, str], dict[str, tuple[str, ...]]]:
    """Letters that stand for those of the table, and syllable → its pinyin. Apart from "e" after hard consonants, which
    Ukrainian does not tell from the soft one, a syllable has one reading."""
    lines = files("retold.languages").joinpath("palladius.tsv").read_text("utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    letters = {ord(one): other for one, _, other in (pair.partition("=") for pair in rows[0].split())}
    found: dict[str, tuple[str, ...]] = {}
    for row in rows[1:]:
        syllable, pinyin = row.split("\t")
        found[syllable] = (*found.get(syllable, ()), *pinyin.split())
        soft = syllable.replace("э", "е")
        if soft != syllable:
            found[soft] = (*found.get(soft, ()), *pinyin.split())
    return letters, found


@lru_cache(maxsize=8192)
def read_palladius(words: tuple[str, ...]) -> frozenset[str]:
    """The pinyin that a name can stand for, its words written as one and without tones; empty where any of its words is
    no run of Chinese syllables. Exponential in ambiguous syllables, of which a name has few.

    >>> sorted(read_palladius(("Чжан", "Цзюнь")))
    ['zhangjun']
    >>> read_palladius(("Мэйв", "Толланд"))
    frozenset()
    """
    if not words or sum(map(len, words)) > LONGEST_NAME_CHARS:
        return frozenset()
    read = [_read_word(word.casefold()) for word in words]
    if not all(read) or any(len(some) > MOST_READINGS for some in read):
        return frozenset()
    return frozenset("".join(parts) for parts in product(*map(sorted, read)))


def _read_word(word: str) -> frozenset[str]:
    letters, syllables = _load()
    plain = word.translate(letters)
    plain = "".join(c for c in plain if c.isalpha() and c != "ъ")
    reached: list[set[str]] = [{""}, *(set[str]() for _ in plain)]
    for at in range(len(plain)):
        if not reached[at] or len(reached[at]) > MOST_READINGS:
            continue
        for end in range(at + 1, min(len(plain), at + LONGEST_SYLLABLE_CHARS) + 1):
            for pinyin in syllables.get(plain[at:end], ()):
                reached[end] |= {before + pinyin for before in reached[at]}
    return frozenset(reached[len(plain)])


@lru_cache(maxsize=8192)
def are_syllables(word: str) -> bool:
    """Whether a word, in Cyrillic or Latin letters, can be a run of Chinese syllables.

    >>> are_syllables("Лицзянь"), are_syllables("Lijian"), are_syllables("Bright")
    (True, True, False)
    """
    if not word.isascii():
        return bool(_read_word(word.casefold()))
    plain, pinyin = word.casefold(), _list_pinyin()
    reached = [True] + [False] * len(plain)
    for at in range(len(plain)):
        if reached[at]:
            for end in range(at + 1, min(len(plain), at + LONGEST_SYLLABLE_CHARS) + 1):
                reached[end] = reached[end] or plain[at:end] in pinyin
    return reached[len(plain)]


@cache
def _list_pinyin() -> frozenset[str]:
    return frozenset(pinyin for some in _load()[1].values() for pinyin in some)
