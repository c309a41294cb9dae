"""Who is meant: names that became other names, and who does what to whom."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from retold.languages import Language
from retold.trace.alignment import Block
from retold.trace.folding import Unit, say_units
from retold.trace.phrases import Finding, Telling, content_keys

LEAST_OVERLAP = 0.4
SWAP_OVERLAP = 0.6
"""Names that changed places are looked for where nearly all else is the same."""


def find_turned_subject(earlier: Telling, later: Telling, language: Language) -> list[Finding]:
    """Who did it became whom it was done to: "the yard had asked" → "she had asked the yard"."""
    plain = language.changes.auxiliaries
    for i, verb in enumerate(later.units):
        k = i - 1
        while k >= 0 and later.units[k].word in plain:
            k -= 1
        subject = later.units[k].word if k >= 0 else ""
        acts = subject in language.names.pronouns and not any(
            u.word in language.changes.passives for u in later.units[k + 1 : i]
        )
        if not (verb.is_content and acts) or verb.is_name or subject in language.names.articles:
            continue
        objects = [u for u in later.units[i + 1 : i + 3] if u.is_content and not u.is_after_break][:1]
        if objects and later.units[i + 1] is not objects[0] and later.units[i + 1].word not in language.names.articles:
            continue
        for at, same in enumerate(earlier.units):
            if not objects or objects[0].key == verb.key or same.key != verb.key or same.word != verb.word:
                continue
            before = earlier.units[max(0, at - 5) : at]
            aux = [u for u in earlier.units[max(0, at - 2) : at] if u.word in language.changes.passives]
            after = {u.key for u in earlier.units[at + 1 :]}
            if objects[0].key in content_keys(before) and not aux and objects[0].key not in after and not any(
                u.word in language.names.pronouns for u in earlier.units[max(0, at - 2) : at]
            ):  # fmt: skip
                return [Finding("participant", f"“{objects[0].written}” did it before; now it is done to it")]
    return []


def find_names(units: Sequence[Unit], language: Language) -> list[Unit]:
    """The parts of names; no titles, weekdays, months."""
    calendar = {form for forms in (*language.facts.weekdays, *language.facts.months) for form in forms}
    return [
        u
        for u in units
        if u.is_name and u.is_content and u.word not in calendar and u.word not in language.names.titles
    ]


def is_near_spelling(one: str, two: str) -> bool:
    """Whether two names can be one name spelt twice: a letter or two apart.

    >>> is_near_spelling("varga", "vargas"), is_near_spelling("okoro", "lund")
    (True, False)
    """
    # The first letter is what a reader looks a name up by.
    longest = max(len(one), len(two))
    return longest >= 4 and one[:1] == two[:1] and OSA.distance(one, two) <= (1 if longest < 8 else 2)


def find_known_names(units: Sequence[Unit], language: Language) -> set[str]:
    """Names with the aliases of states and organisations brought together."""
    found = {u.key for u in units if u.is_name}
    words = f" {' '.join(u.word for u in units)} "
    groups = [(names[0], names) for names in language.names.states]
    groups += [(k, (k, *v)) for k, v in language.relate.aliases.items()]
    for key, aliases in groups:
        if any(f" {alias.casefold()} " in words or f" {alias} " in words for alias in aliases):
            found.add(f"={key}")
    return found


def find_name_flags(
    earlier: Telling, later: Telling, tied: Sequence[Block], overlap: float, language: Language
) -> list[Finding]:
    """A name in the place of another, where neither article uses the other one's."""
    if overlap < LEAST_OVERLAP:
        return []
    one, two = find_names(earlier.units, language), find_names(later.units, language)
    told = content_keys((*later.units, *later.around)) | find_known_names(later.units, language)
    known = content_keys((*earlier.units, *earlier.around))
    shared = find_known_names(earlier.units, language) & find_known_names(later.units, language)
    lost = [u for u in one if u.key not in told]
    new = [u for u in two if u.key not in known]
    if not lost or not new or any(name.startswith("=") for name in shared):
        return []
    for block in tied:
        here = [u for u in lost if any(u is v for v in earlier.units[block.a : block.b])]
        there = [u for u in new if any(u is v for v in later.units[block.c : block.d])]
        if here and there and not any(is_near_spelling(u.word, v.word) for u in here for v in there):
            if any(u.word.startswith(v.word[:4]) for u in here for v in there):
                continue  # a country and its adjective
            only_names = not any(
                u.is_content and u not in (*here, *there)
                for u in (*earlier.units[block.a : block.b], *later.units[block.c : block.d])
            )
            is_short = any(u.word.isupper() or len(u.word) < 3 for u in (*here, *there))
            if (
                only_names
                and not is_short
                and not _is_known_elsewhere(here, later.text)
                and not _is_known_elsewhere(there, earlier.text)
            ):
                return [Finding("name", f"“{say_units(here)}” became “{say_units(there)}”")]
    return []


def _is_known_elsewhere(names: Sequence[Unit], text: str) -> bool:
    """Whether an article uses a name too: then it only chose another of the bearer's names here."""
    folded = text.casefold()
    return any(u.word in folded for u in names)


def find_swap(earlier: Telling, later: Telling, overlap: float, language: Language) -> list[Finding]:
    """Two names that changed places around a verb, without a passive to explain it."""
    one, two = find_names(earlier.units, language), find_names(later.units, language)
    known = {u.key for u in (*one, *two)}  # a name that opens its sentence is told by the other reading's
    one, two = ([u for u in side.units if u.is_capital and u.key in known] for side in (earlier, later))
    if overlap < SWAP_OVERLAP or {u.key for u in one} != {u.key for u in two} or len({u.key for u in one}) != 2:
        return []
    first_one, first_two = one[0], two[0]
    passive_one, passive_two = (any(u.word == "by" for u in side.units) for side in (earlier, later))
    if first_one.key != first_two.key and passive_one == passive_two and len(one) == len(two) == 2:
        verbs = [
            next((u for u in side.units if u.at > names[0].at and u.is_content), None)
            for side, names in ((earlier, one), (later, two))
        ]
        cues = {form for verb in language.cues.verbs for form in verb.forms}
        if verbs[0] and verbs[1] and verbs[0].key == verbs[1].key and verbs[0].word not in cues:
            return [Finding("participant", f"“{first_one.written}” and “{first_two.written}” changed places")]
    return []
