"""The shape of a language file: one struct a section, so that a missing or misspelt key fails at loading, by name."""

from msgspec import Struct


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """How words are compared. `stop`: function words, without weight. `suffixes`: (ending, replacement), longest first,
    for the light stemmer that finds related sentences; it decides no label."""

    stop: frozenset[str] = frozenset()
    suffixes: tuple[tuple[str, str], ...] = ()
    suffix_stem_chars: int = 3


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """One language: what the stages look up instead of knowing it. `code` is ISO 639-1."""

    code: str
    name: str
    words: Words = Words()
