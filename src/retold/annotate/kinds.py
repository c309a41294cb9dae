"""Which organisations an article names, and of what kind: what "the company" and "the ministry" can stand for.

The article itself tells: by apposition ("Brankel, a maker of stair lifts", "the operator, Citylink"), by the last word
of the name ("Wenlow Council", "Oxlade Ltd"), by what only a body has ("Brankel's shareholders", "a spokesman for
Brankel") or by "its". A name that nothing shows to be a body's is none.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from retold.annotate.cast import Cast
from retold.annotate.names import Token, find_state, fold_name, tokenise
from retold.languages.language import Names
from retold.model import Span

# An apposition is read this far, and "its" looked for: longer ones are about something else by then.
APPOSITION_CHARS = 90
ITS_CHARS = 160


class Body(Struct, frozen=True):
    """An organisation by its name as written. `kinds`: folded nouns for what it is, with the words beside them; empty
    where only its behaviour shows that it is one."""

    name: str
    kinds: frozenset[str]


def find_bodies(cast: Cast, sources: Iterable[Span]) -> tuple[Body, ...]:
    """The organisations that an article names, in order. Linear in the names.

    `sources`: where somebody is named as a source; a name there that is no person's is a body's.
    """
    names = cast.language.names
    stands_as_source = set(sources)
    found: dict[tuple[str, ...], tuple[str, set[str], bool]] = {}
    for run, span in cast.runs:
        words = [t.text for t in run if t.text != "'s"]
        key = fold_name(words)
        if not key or find_state(words, cast.language) is not None or key[0] in names.titles or _is_outlet(key, cast):
            continue
        label, kinds, is_body = found.get(key, (" ".join(words), set(), False))
        own = _name_kinds(run, names)
        told = _apposed_kinds(cast, span)
        kinds |= own | told
        is_person = not own and cast.find_person(key, frozenset()) is not None
        is_body = not is_person and (is_body or bool(own or told) or _acts_as_body(cast, span))
        # a single name that speaks may be a surname
        is_body = is_body or (not is_person and span in stands_as_source and (len(key) > 1 or words[0].isupper()))
        found[key] = (label, kinds, is_body)
    return tuple(Body(label, frozenset(kinds)) for label, kinds, is_body in found.values() if is_body)


def _is_outlet(key: tuple[str, ...], cast: Cast) -> bool:
    """Whether a name is an outlet's: what it reports about is another body."""
    citations = cast.language.citations
    if len(key) > 1 and any(key[-1] in words for words in cast.language.names.body_endings.values()):
        return False  # a firm that publishes its own releases
    return key in cast.outlets or (len(key) > 1 and key[-1] in citations.outlet_words | citations.weak_outlet_words)


def _name_kinds(run: Sequence[Token], names: Names) -> set[str]:
    """What the name's own last word says: "Wenlow Council" is a council, "Strand Rovers" a club."""
    if len(run) < 2:
        return set()
    last = run[-1].lower
    if last in names.bodies:
        return {last}
    return {kind for kind, endings in names.body_endings.items() if last in endings}


def _apposed_kinds(cast: Cast, span: Span) -> set[str]:
    """The nouns in apposition: ", a maker of stair lifts", "the ferry operator X", "its supplier, X", "a charity
    called X"."""
    text, names = cast.article.text, cast.language.names
    kinds: set[str] = set()
    if text[span.end : span.end + 2] == ", " or text[span.end : span.end + 2] == " (":
        after = tokenise(text, Span(span.end + 2, min(len(text), span.end + APPOSITION_CHARS)))
        kinds |= _head_kinds(after, names)
    line = max(text.rfind("\n", 0, span.start), text.rfind(". ", 0, span.start), span.start - APPOSITION_CHARS, -1) + 1
    before = tokenise(text, Span(line, span.start))
    if (before and before[-1].lower in names.naming_words) or (before and before[-1].text == ","):
        before = before[:-1]
    words: list[Token] = []
    for token in reversed(before):
        if token.lower in names.articles | names.indefinite or token.text == "'s":
            head = words[0].lower if words else ""
            if head in _nouns(names):
                kinds |= {t.lower for t in words}
            break
        if not token.text[0].islower() or token.lower in names.linkers or len(words) == 4:
            break
        words.append(token)
    return kinds


def _head_kinds(tokens: Sequence[Token], names: Names) -> set[str]:
    """The body noun that heads an apposition, with the words before it; nothing where another noun does."""
    if not tokens:
        return set()
    first = tokens[0]
    possessive = len(tokens) > 1 and any(t.text == "'s" for t in tokens[:4])
    if first.lower not in names.articles | names.indefinite and not possessive:
        return set()
    words: list[str] = []
    for token in tokens[1:]:
        if token.text in {",", "(", ")", ";", "—", "–"} or token.lower in names.linkers | names.relatives:
            break
        words.append(token.lower)
    return set(words) - {"'s"} if words and words[-1] in _nouns(names) else set()


def _nouns(names: Names) -> frozenset[str]:
    return _join_nouns(names.bodies, names.body_groups)


@lru_cache
def _join_nouns(bodies: frozenset[str], groups: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return bodies.union(*groups)


def _acts_as_body(cast: Cast, span: Span) -> bool:
    """Whether a name has what bodies have: "Brankel's shareholders", "a spokesman for Brankel", "Brankel … its"."""
    text, names = cast.article.text, cast.language.names
    after = tokenise(text, Span(span.end, min(len(text), span.end + 60)))
    if after and after[0].text == "'s":
        return any(t.lower in names.owned_by_bodies for t in after[1:4])
    line = max(text.rfind("\n", 0, span.start), span.start - 60, -1) + 1
    before = [t.lower for t in tokenise(text, Span(line, span.start))][-2:]
    if len(before) == 2 and before[0] in names.owned_by_bodies and before[1] in names.linkers:
        return True
    if not _opens_sentence(text, span) or not text[span.end : span.end + 2].strip()[:1].islower():
        return False
    stop = min([e for e in (text.find("\n", span.end), text.find(". ", span.end), span.end + ITS_CHARS) if e >= 0])
    for token in tokenise(text, Span(span.end, min(stop, len(text)))):
        if names.pronouns.get(token.lower) == "it" and token.lower in names.articles:
            return not _is_place(cast, span)  # "its": "it" alone may stand for nothing
        if token.is_capital or names.pronouns.get(token.lower) in {"he", "she"}:
            return False
    return False


def _is_place(cast: Cast, span: Span) -> bool:
    """Whether the article uses the name as a place's too: "in Wenlow"."""
    text, name = cast.article.text, span.cut(cast.article.text)
    return any(f" {word} {name}" in text for word in sorted(cast.language.names.locatives))


def _opens_sentence(text: str, span: Span) -> bool:
    before = text[: span.start].rstrip(" ")
    return not before or before[-1] in '\n.!?”"’'


def choose_body(noun: str, modifiers: Collection[str], bodies: Sequence[Body], names: Names) -> Body | None:
    """The only body that "the <modifiers> <noun>" can stand for; None where none or several can."""
    group = {other for nouns in names.body_groups if noun in nouns for other in nouns}
    exact = [b for b in bodies if noun in b.kinds]
    near = [b for b in bodies if b.kinds & group]
    if modifiers:
        told = [b for b in near or exact if set(modifiers) & b.kinds]
        if told or len(bodies) != 1 or not near:
            return told[0] if len(told) == 1 else None
    if exact:
        return exact[0] if len(exact) == 1 else None
    if near:
        return near[0] if len(near) == 1 and all(b.kinds for b in bodies) else None
    return bodies[0] if len(bodies) == 1 and not bodies[0].kinds and group else None
