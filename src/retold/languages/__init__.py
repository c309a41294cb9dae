"""What Retold knows of each language, as data: one TOML file a language, checked against `Language` when loaded."""

from retold.languages.language import Language
from retold.languages.loader import (
    choose_language,
    known_languages,
    list_language_plugins,
    load_language,
    name_plugins,
    work_around,
)

__all__ = [
    "Language",
    "choose_language",
    "known_languages",
    "list_language_plugins",
    "load_language",
    "name_plugins",
    "work_around",
]
