"""Loads language files. Adding a language is adding `<code>.toml` to this folder, or installing a package with one."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from retold.errors import RetoldError
from retold.languages.language import Language
from retold.plugins import LANGUAGES, Declared, Plugin, explain_fault, load_each

Result = TypeVar("Result")
_ASIDE: Final[dict[str, str]] = {}
"""Plugins that failed on a text, with the reason."""


@cache
def known_languages() -> tuple[str, ...]:
    """The codes of the languages that have a file, here or in a plugin, sorted.

    >>> "en" in known_languages()
    True
    """
    return tuple(sorted({*_own_languages(), *_load_guests()[0]}))


@cache
def load_language(code: str) -> Language:
    """The language with this ISO 639-1 code, read once.

    Raises `RetoldError` where there is no file for it, or where its file has a key that `Language` doesn't know.

    >>> load_language("en").name
    'English'
    """
    guest = _load_guests()[0].get(code)
    if guest is not None:
        return guest[1] if code not in _ASIDE else replace(load_language("und"), code=code, name=guest[1].name)
    if code not in _own_languages():
        raise RetoldError(f"no language file for {code!r}; there are files for {', '.join(known_languages())}")
    try:
        return _read(files("retold.languages").joinpath(f"{code}.toml"))
    except ValueError as e:
        raise RetoldError(f"languages/{code}.toml does not fit languages/language.py: {e}") from e


def choose_language(code: str | None) -> Language:
    """The language of an article: its own file where there is one, else the one for unknown languages (marks alone).

    >>> choose_language("en").name, choose_language(None).code
    ('English', 'und')
    """
    return load_language(code if code is not None and code in known_languages() else "und")


def list_language_plugins() -> tuple[Plugin, ...]:
    """The language plugins that are installed, with the faults of those that were set aside."""
    return tuple(
        plugin if plugin.fault is not None else Plugin(plugin.declared, plugin.adds, _ASIDE.get(plugin.declared.name))
        for plugin in _load_guests()[1]
    )


def work_around(work: Callable[[], Result]) -> Result:
    """What `work` gives; where it raises and gives something without one of the language plugins, that without it.

    Such a plugin is set aside for the rest of the process: texts in its language are read by their marks, and
    `list_language_plugins` tells the reason. Where no plugin is at fault, what was raised is raised. `work` is such
    that it can be begun anew. Without plugins it costs nothing.
    """
    try:
        return work()
    except RetoldError:
        raise
    except Exception as error:
        for code in sorted(_load_guests()[0].keys() - _ASIDE.keys()):
            _set_aside(code, f"it fails on a text: {explain_fault(error)}")
            try:
                return work()
            except RetoldError:
                raise
            except Exception:
                _set_aside(code, None)
        raise


def _set_aside(code: str, reason: str | None) -> None:
    """Takes a plugin's language out of use, or (None) back into it."""
    if reason is None:
        del _ASIDE[code]
    else:
        _ASIDE[code] = reason
    load_language.cache_clear()


def name_plugins(codes: Iterable[str | None]) -> dict[str, dict[str, str]]:
    """For the record of a run: language → the package that its file came with, of those that did not come with Retold.
    Empty where there is none."""
    guests = _load_guests()[0]
    known = {code for code in codes if code in guests and code not in _ASIDE}
    used = {code: guests[code][0].package for code in sorted(known)}
    return {"languages": used} if used else {}


@cache
def _own_languages() -> tuple[str, ...]:
    names = (entry.name for entry in files("retold.languages").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _load_guests() -> tuple[dict[str, tuple[Declared, Language]], tuple[Plugin, ...]]:
    found, plugins = load_each(LANGUAGES, _load_guest)
    return {declared.name: (declared, language) for declared, language in found}, plugins


def _load_guest(declared: Declared) -> tuple[Language, str]:
    """The language of a plugin: the file `<code>.toml` in the package that its entry point names."""
    code = declared.name
    if not re.fullmatch("[a-z]{2,3}", code):
        raise ValueError(f"its entry point is called {code!r}; expected the language's ISO 639 code, as es")
    if code in _own_languages():
        raise ValueError(f"{code} comes with Retold; a change to it belongs there")
    file = files(declared.value.strip()).joinpath(f"{code}.toml")
    if not file.is_file():
        raise FileNotFoundError(f"there is no {code}.toml in the package {declared.value}")
    language = _read(file)
    if language.code != code:
        raise ValueError(f"{code}.toml says that its code is {language.code!r}")
    for pattern in _list_patterns(language):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{code}.toml has an expression that is none ({error}): {pattern[:80]}") from error
    return language, language.name


def _read(file: Traversable) -> Language:
    """A language file; raises `ValueError` where it does not fit `Language`."""
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Language)


def _list_patterns(language: Language) -> Iterator[str]:
    """The regular expressions of a language: all of `zones` that is no set of words, and how an article names its own
    outlet."""
    zones = language.zones
    for field in zones.__struct_fields__:
        value: object = getattr(zones, field)
        if isinstance(value, tuple):
            yield from value
    for template in (*language.citations.own_sure, *language.citations.own):
        yield template.replace("{name}", "x")
