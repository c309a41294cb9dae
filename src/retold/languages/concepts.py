"""Words of one meaning in several languages: common words of news, by how they begin. For finding, never judging."""

from functools import cache, lru_cache
from importlib.resources import files

SHORT_STEM_CHARS = 3
LONGEST_ENDING_CHARS = 7
LONGEST_SHORT_ENDING_CHARS = 3


@cache
def _load() -> dict[str, dict[str, tuple[tuple[str, str], ...]]]:
    """Language → first two letters → (stem, meaning), longest stems first; a whole word ends in a blank."""
    text = files("retold.languages").joinpath("concepts.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    codes, found = rows[0], {code: dict[str, list[tuple[str, str]]]() for code in rows[0]}
    for n, row in enumerate(rows[1:]):
        for code, cell in zip(codes, row, strict=True):
            for stem in cell.split():
                whole = stem.startswith("=")
                plain = stem.removeprefix("=").replace("_", " ")
                found[code].setdefault(plain[:2], []).append((plain + " " * whole, f"#{n}"))
    return {
        code: {k: tuple(sorted(v, key=lambda e: (-len(e[0]), e))) for k, v in sorted(table.items())}
        for code, table in found.items()
    }


@lru_cache(maxsize=65536)
def find_concept(word: str, language: str) -> str | None:
    """The meaning of a word in small letters, as a row of the table; None where no row has it.

    >>> find_concept("вулкан", "uk") == find_concept("volcano", "en")
    True
    """
    for stem, meaning in _load().get(language, {}).get(word[:2], ()):
        if stem.endswith(" "):
            if word == stem[:-1]:
                return meaning
            continue
        most = LONGEST_SHORT_ENDING_CHARS if len(stem) <= SHORT_STEM_CHARS else LONGEST_ENDING_CHARS
        if word.startswith(stem) and len(word) - len(stem) <= most:
            return meaning
    return None
