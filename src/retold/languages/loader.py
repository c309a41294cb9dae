"""Loads language files. Adding a language is adding `<code>.toml` to this folder."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from retold.errors import RetoldError
from retold.languages.language import Language


@cache
def known_languages() -> tuple[str, ...]:
    """The codes of the languages that have a file, sorted.

    >>> "en" in known_languages()
    True
    """
    names = (entry.name for entry in files("retold.languages").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load_language(code: str) -> Language:
    """The language with this ISO 639-1 code, read once.

    Raises `RetoldError` where there is no file for it, or where its file has a key that `Language` doesn't know.

    >>> load_language("en").name
    'English'
    """
    if code not in known_languages():
        raise RetoldError(f"no language file for {code!r}; there are files for {', '.join(known_languages())}")
    text = files("retold.languages").joinpath(f"{code}.toml").read_text("utf-8")
    try:
        return msgspec.convert(tomllib.loads(text), Language)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as e:
        raise RetoldError(f"languages/{code}.toml does not fit languages/language.py: {e}") from e


def choose_language(code: str | None) -> Language:
    """The language of an article: its own file where there is one, else the one for unknown languages (marks alone).

    >>> choose_language("en").name, choose_language(None).code
    ('English', 'und')
    """
    return load_language(code if code is not None and code in known_languages() else "und")
