"""Names of outlets: how two writings of one name meet, and which capitalised names are outlets at all."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from msgspec import Struct

from retold.annotate.scripts import are_scripts_apart, hear_name
from retold.annotate.words import find_words, join_words
from retold.languages import Language, known_languages, load_language
from retold.languages.language import Citations

_DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)*)\.[a-z]{2,}(?:/.*)?$", re.IGNORECASE)
_SPLIT = re.compile(r"[\s\-‐–]+")
INITIALS = 3
"""So many capitals or more stand for a name: "HPA" for the Harbour Press Agency."""
_GENERIC_LABELS = frozenset({"co", "com", "org", "net", "ac", "gov", "news"})
"""Parts of a domain name that name nobody."""
_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


@cache
def _leading_words() -> frozenset[str]:
    """The articles of all languages: "The Fell Post" is the Fell Post in a report of any language."""
    return frozenset(word for code in known_languages() for word in load_language(code).citations.articles)


def normalise_outlet(name: str) -> str:
    """The form in which two writings of one outlet's name are equal: no case, article, punctuation or domain.

    >>> normalise_outlet("The Harbour Post"), normalise_outlet("www.harbour-post.example/news")
    ('harbourpost', 'harbourpost')
    """
    name = name.strip()
    domain = _DOMAIN.match(name)
    if domain and " " not in name:
        labels = domain.group(1).split(".")
        name = next((label for label in reversed(labels) if label not in _GENERIC_LABELS), labels[-1])
    name = name.casefold().replace("&", "and")
    first, _, rest = name.partition(" ")
    if rest and first in _leading_words():
        name = rest
    return "".join(char for char in name if char.isalnum())


class Known(Struct, frozen=True):
    """The outlets that articles at hand come from: normal form → name as given; last words that name one of them."""

    names: dict[str, str]
    short: dict[str, str]
    pattern: re.Pattern[str]  # finds any of `names` in the letters of a longer name
    sounds: dict[str, str] = {}
    """How a name sounds → the one outlet at hand that sounds so: for its name in another alphabet."""
    is_plain: bool = True
    """Whether all the names are in Latin letters."""
    bodies: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()
    """What finds a document of "the federation" → the outlets that are no outlets of news and end in that noun."""

    def find(self, name: str) -> str | None:
        """The outlet that `name` is a writing of."""
        found = self.names.get(normalise_outlet(name))
        if found is None and self.sounds and not (name.isascii() and self.is_plain):
            heard = {self.sounds[key] for key in hear_name(name) if key in self.sounds}
            if len(heard) == 1 and are_scripts_apart(name, one := next(iter(heard))):
                return one
        return found

    def others(self, own: str) -> list[str]:
        """The names of all outlets but the one whose normal form is `own`."""
        return sorted(set(self.names.values()) - {self.names.get(own)})

    def may_stand_in(self, name: str) -> bool:
        """Whether some words of `name` may be a writing of an outlet: never False where `find` finds one in it."""
        if self.sounds and not (name.isascii() and self.is_plain):
            return True
        return self.pattern.search("".join(filter(str.isalnum, name.casefold().replace("&", "and")))) is not None


def know_outlets(outlets: Iterable[str], language: Language) -> Known:
    """Indexes the outlets of the articles compared by every form they are named by. Linear in the outlets.

    A short form ("the Courier" for the Fell Courier) and initials count only where a single outlet has them.
    """
    return _index_outlets(frozenset(outlets), language.code)


@lru_cache(maxsize=8)  # every article of a run asks for the same outlets
def _index_outlets(outlets: frozenset[str], code: str) -> Known:
    language = load_language(code)
    names: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    initials: dict[str, set[str]] = {}
    words = language.citations.outlet_words | language.citations.weak_outlet_words
    for outlet in sorted(outlets):
        form = normalise_outlet(outlet)
        if not form:
            continue
        names.setdefault(form, outlet)
        letters = "".join(part[0] for part in outlet.split() if part[0].isupper())
        if len(letters) >= INITIALS:
            initials.setdefault(letters.casefold(), set()).add(outlet)
        parts = [word.norm.casefold() for word in find_words(outlet)]
        parts = parts[1:] if parts and parts[0] in language.citations.articles else parts
        if len(parts) > 1 and parts[-1] in words:
            short.setdefault(parts[-1], set()).add(outlet)
    for letters, found in initials.items():
        if len(found) == 1:
            names.setdefault(letters, next(iter(found)))
    single = {word: next(iter(found)) for word, found in short.items() if len(found) == 1}
    heard: dict[str, set[str]] = {}
    for outlet in sorted(names.values()):
        for key in hear_name(outlet):
            heard.setdefault(key, set()).add(outlet)
    sounds = {key: next(iter(found)) for key, found in heard.items() if len(found) == 1}
    pattern = re.compile(join_words(names) or r"(?!)")
    return Known(names, single, pattern, sounds, all(map(str.isascii, names)), _index_bodies(names, language))


def _index_bodies(names: Mapping[str, str], language: Language) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    template = language.citations.body_documents
    bodies: dict[str, list[str]] = {}
    for outlet in sorted(set(names.values())) if template else ():
        noun = drop_suffix(outlet, language).split()[-1].casefold()
        if noun in language.names.bodies and rate_name(outlet, language) == 0:
            bodies.setdefault(noun, []).append(outlet)
    return tuple(
        (re.compile(template.replace("{body}", re.escape(noun)), re.IGNORECASE), tuple(outlets))
        for noun, outlets in bodies.items()
    )


def drop_suffix(outlet: str, language: Language) -> str:
    """A company's name without what only the law asks for.

    >>> from retold.languages import load_language
    >>> drop_suffix("Tarn Mills plc", load_language("en"))
    'Tarn Mills'
    """
    head, _, last = outlet.rpartition(" ")
    return head if head and last.casefold().strip(".") in language.citations.company_suffixes else outlet


@cache
def _fold_lists(citations: Citations) -> tuple[frozenset[str], re.Pattern[str]]:
    sure = frozenset(normalise_outlet(name) for name in citations.outlets)
    return sure, re.compile(join_words(name.casefold() for name in citations.not_outlets) or r"(?!)")


def rate_name(name: str, language: Language) -> int:
    """How surely a capitalised name is an outlet: 2 by its words, 1 where a frame of outlets must help, 0 not.

    >>> from retold.languages import load_language
    >>> en = load_language("en")
    >>> [rate_name(name, en) for name in ("Fell Gazette", "Fell Observer", "Ann Lee", "Post Office")]
    [2, 1, 0, 0]
    """
    data = language.citations
    sure, never = _fold_lists(data)
    folded = " ".join(name.split()).casefold()
    if never.search(folded):
        return 0
    if normalise_outlet(name) in sure:
        return 2
    parts = [part.strip(".,’'").casefold() for part in _SPLIT.split(name)]
    parts = [part for part in parts if part and part not in data.articles]
    if not parts:
        return 0
    last = parts[-1].removesuffix("'s").removesuffix("’s")
    if any(part in data.outlet_words for part in parts):
        return 2 if len(parts) > 1 else 1
    if len(parts) == 1 and len(last) > 5 and last.endswith(data.outlet_endings):
        return 2
    camel = _CAMEL.split(name.rsplit(maxsplit=1)[-1])
    if len(camel) > 1 and camel[-1].casefold() in data.outlet_words | data.weak_outlet_words:
        return 2
    if last in data.weak_outlet_words:
        return 1
    numbered = len(parts) > 1 and (parts[1] in data.connectors or parts[1].isdigit())  # Channel 5, Voice of the Fells
    return 1 if numbered and parts[0] in data.weak_outlet_words else 0
