"""Names and roles: what a source mention is made of, and the people an article introduces.

A mention is read into its parts (titles, name, role, state or body) by capitals and the language's lists; nothing here
knows a name beforehand. "Norvania's envoy, Dr Wei Lin" is a role with a state, a title and a name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.inflection import cut_ending, find_base
from retold.annotate.morphology import find_forms, is_common_noun
from retold.annotate.scripts import are_scripts_apart
from retold.annotate.words import stem_word
from retold.languages import Language
from retold.languages.language import Names
from retold.model import Span

MentionForm: TypeAlias = Literal["pronoun", "person", "role", "state", "body", "group", "unknown"]

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*\.?|,|\(|\)|;|—|–|&")
_POSSESSIVE = re.compile(r"['’]s?$")


class Mention(Struct, frozen=True):
    """A source mention taken apart. `name`: the words of the name as written, titles left out; `titles`, folded;
    `role`: folded content words of the role beside it; `head`: the mention without article, apposition and clause."""

    form: MentionForm
    span: Span
    name: tuple[str, ...] = ()
    titles: frozenset[str] = frozenset()
    role: frozenset[str] = frozenset()
    pronoun: str = ""
    head: Span | None = None
    keys: tuple[str, ...] = ()

    @property
    def folded(self) -> tuple[str, ...]:
        """The name for comparing: small letters, no full stops, no case endings."""
        return self.keys or fold_name(self.name)


class Token(Struct, frozen=True):
    """A word or a dividing mark of a mention. `base`, `key`: where words change with their case, the listed form of a
    noun, and what all forms of a name share; else empty."""

    text: str
    span: Span
    base: str = ""
    key: str = ""

    @property
    def lower(self) -> str:
        return self.base or self.text.casefold().rstrip(".").replace("’", "'")

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()


def fold_name(words: Iterable[str]) -> tuple[str, ...]:
    """Words of a name as they are compared.

    >>> fold_name(("J.", "O’Dell"))
    ('j', "o'dell")
    """
    return tuple(w.casefold().replace(".", "").replace("’", "'") for w in words)


def fold_tokens(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Words of a name as they are compared, without their case endings."""
    return tuple(key for t in tokens for key in ((t.key,) if t.key else fold_name((t.text,))))


def tokenise_forms(text: str, span: Span, language: Language) -> list[Token]:
    """`tokenise`, with the basic forms of nouns and the keys of names where the language's words have cases."""
    tokens = tokenise(text, span)
    if not language.names.case_endings:
        return tokens
    return [
        replace(t, base=find_base(t.text, language), key=cut_ending(t.text, language.names))
        if t.text[0].isalnum()
        else t
        for t in tokens
    ]


def tokenise(text: str, span: Span) -> list[Token]:
    """The words and dividing marks of a span; a possessive 's is cut off into a token of its own."""
    tokens = []
    for m in _TOKEN.finditer(text, span.start, span.end):
        word, at = m.group(), m.start()
        if word.endswith(".") and len(word) > 4 and "." not in word[:-1]:
            word = word[:-1]
        suffix = _POSSESSIVE.search(word)
        if suffix is not None and suffix.start() > 0:
            tokens.append(Token(word[: suffix.start()], Span(at, at + suffix.start())))
            tokens.append(Token("'s", Span(at + suffix.start(), at + len(word))))
        else:
            tokens.append(Token(word, Span(at, at + len(word))))
    return tokens


@lru_cache
def _fold_states(states: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    """Folded form → country, adjectives and capitals included."""
    return {form.casefold().replace(".", ""): state for state, *others in states for form in (state, *others)}


def find_state(words: Sequence[str], language: Language) -> str | None:
    """The country that these words name, by any form the language file lists."""
    kept = [w for w in words if w.casefold() not in language.names.articles]
    states = _fold_states(language.names.states)
    return states.get(" ".join(kept).casefold().replace(".", "")) or states.get(" ".join(words).casefold())


def read_mention(text: str, span: Span, language: Language, known: Counter[tuple[str, ...]]) -> Mention:
    """A source mention taken apart. `known`: the capitalised runs of the article, folded, with their counts; they tell
    where a name begins in "to the Harbour League Wei Lin". Linear in the mention."""
    names = language.names
    tokens = tokenise_forms(text, span, language)
    words = [t for t in tokens if t.text not in {",", "(", ")", ";", "—", "–"}]
    if not words:
        return Mention("unknown", span)
    if len(words) <= 2 and words[0].lower in names.pronouns and (len(words) == 1 or words[1].lower in names.reflexives):
        return Mention("pronoun", span, pronoun=names.pronouns[words[0].lower])
    if find_state([t.text for t in words], language) is not None:
        return Mention("state", span, tuple(t.text for t in words))
    found: Mention | None = None
    role: set[str] = set()
    titles: set[str] = set()
    for segment in _segments(tokens, language):
        part = _read_segment(segment, span, language, known)
        role |= part.role
        titles |= part.titles
        is_generic = found is not None and found.form == "body" and not any(w[:1].isupper() for w in found.name)
        if is_generic and found is not None and part.form == "body" and any(w[:1].isupper() for w in part.name):
            role |= {w.casefold() for w in found.name}  # "the operator, Citylink"
            found = part
        elif found is None or (part.form == "person" and (is_generic or found.form in {"role", "unknown", "group"})):
            found = part
    assert found is not None
    return replace(found, titles=frozenset(titles), role=frozenset(role))


def _segments(tokens: Sequence[Token], language: Language) -> list[list[Token]]:
    """Parts between commas, up to a relative clause."""
    parts: list[list[Token]] = [[]]
    for i, token in enumerate(tokens):
        if token.text in {",", "(", ")", ";", "—", "–"}:
            parts.append([])
            continue
        if token.lower in language.names.relatives and i and not language.names.capital_nouns:
            break
        parts[-1].append(token)
    return [part for part in parts if part] or [list(tokens)]


def _read_segment(segment: Sequence[Token], span: Span, language: Language, known: Counter[tuple[str, ...]]) -> Mention:
    names = language.names
    head_end = next(
        (i for i, t in enumerate(segment) if i and t.lower in names.linkers and not _inside_name(segment, i, names)),
        len(segment),
    )
    run = _person_run(segment, known, language)
    if run is not None:
        first, last = run
        before, after = segment[:first], segment[last + 1 :]
        titles, rest = _strip_titles(segment[first : last + 1], language)
        titles |= {t.lower for t in before if t.lower in names.titles and t.lower not in names.roles and t.is_capital}
        role = _role_words([*before, *after], language)
        if rest:
            role |= {t.lower for t in segment[first : last + 1] if t.lower in names.roles and t not in rest}
            keys = fold_tokens(rest) if any(t.key for t in rest) else ()
            return Mention("person", span, tuple(t.text for t in rest), frozenset(titles), role, keys=keys)
    words = [t.lower for t in segment]
    head = [t for t in segment[:head_end] if t.text != "'s"]
    if not head:
        return Mention("unknown", span)
    last_word = head[-1].lower
    if names.case_endings:  # what a noun governs stands behind it
        last_word = next((t.lower for t in head if is_role(t.lower, names) or t.lower in names.bodies), last_word)
    role = _role_words(segment, language)
    has_role = is_role(last_word, names) or any(w in names.roles for w in words[:head_end])
    if has_role and last_word not in names.bodies:
        return Mention("role", span, (), frozenset(), role, head=_head_span(segment, language))
    if any(w in names.collectives for w in words[:head_end]) and not any(w in names.bodies for w in words[:head_end]):
        kept = tuple(t.text for t in head if t.lower not in names.articles)
        return Mention("group", span, kept, head=_head_span(head, language))
    first = _skip_articles(segment, language)
    plain = tuple(t.text for t in segment[first:] if t.text != "'s")
    is_body = any(w in names.bodies for w in words) or any(t.is_capital for t in segment)
    return Mention("body" if is_body else "unknown", span, plain, head=_head_span(segment, language))


def _skip_articles(segment: Sequence[Token], language: Language) -> int:
    first = 0
    while first < len(segment) - 1 and segment[first].lower in language.names.articles:
        first += 1
    return first


def _head_span(segment: Sequence[Token], language: Language) -> Span:
    return Span(segment[_skip_articles(segment, language)].span.start, segment[-1].span.end)


def is_role(word: str, names: Names) -> bool:
    """Whether a folded noun says what a person is: listed, or with the ending of such nouns."""
    if word in names.roles or word in names.kin_she or word in names.kin_he:
        return True
    return len(word) > 5 and word.endswith(names.role_endings) and word not in names.bodies | names.places


def _inside_name(segment: Sequence[Token], i: int, names: Names) -> bool:
    """Whether the linker at `i` joins two capitalised words (Department of Health), where capitals tell a name."""
    return not names.capital_nouns and i + 1 < len(segment) and segment[i - 1].is_capital and segment[i + 1].is_capital


def _strip_titles(run: Sequence[Token], language: Language) -> tuple[set[str], list[Token]]:
    rest = list(run)
    titles = set()
    while len(rest) > 1 and rest[0].lower in language.names.titles:
        titles.add(rest.pop(0).lower)
    return titles, rest


def _role_words(tokens: Iterable[Token], language: Language) -> frozenset[str]:
    """Folded content words of a role: its nouns and adjectives, and whose it is."""
    stop = language.words.stop | language.names.articles | language.names.linkers
    words = set()
    for token in tokens:
        word = token.lower
        if word == "'s" or word in stop or len(word) < 2:
            continue
        state = _fold_states(language.names.states).get(word.replace(".", ""))
        words.add(state.casefold() if state and token.is_capital else word)
    return frozenset(words)


def _person_run(
    segment: Sequence[Token], known: Counter[tuple[str, ...]], language: Language
) -> tuple[int, int] | None:
    """The tokens that are a person's name with its titles; None where the segment names none."""
    names = language.names
    runs: list[tuple[int, int]] = []
    i = 0
    while i < len(segment):
        leads = not i and segment[0].lower in names.name_particles and _is_known_tail(segment, known)
        if not leads and (not segment[i].is_capital or segment[i].lower in names.articles or _describes(segment, i)):
            i += 1
            continue
        j = i
        while (
            j + 1 < len(segment)
            and (segment[j + 1].is_capital or _joins_name(segment, j + 1, names))
            and not are_scripts_apart(segment[j].text, segment[j + 1].text)
        ):
            j += 1
        runs.append((_skip_place(segment, i, j, language), j))
        i = j + 1
    is_last = len(runs) > 1 and (runs[0][0] == 0 or bool(names.case_endings))  # a role's body stands before the name
    for first, last in reversed(runs) if is_last else runs:
        person = _as_person(segment, first, last, known, language)
        if person is not None:
            return person
    return None


def _skip_place(segment: Sequence[Token], first: int, last: int, language: Language) -> int:
    """Past the place whose a role is, where names change with their case: "мер Києва Клим Бурштин"."""
    if not language.names.case_endings:
        return first
    at = next((i for i in range(first, last + 1) if not is_role(segment[i].lower, language.names)), last)
    if not at or at + 1 >= last or not is_role(segment[at - 1].lower, language.names):
        return first
    place, follows = find_forms(segment[at].text, language), find_forms(segment[at + 1].text, language)
    if place is None or follows is None or "gent" not in place.cases:
        return first
    differs = "nomn" not in place.cases and ("nomn" in follows.cases or not follows.cases)
    return at + 1 if differs or place.is_place else first


def _is_known_tail(segment: Sequence[Token], known: Counter[tuple[str, ...]]) -> bool:
    """Whether a mention is the end of a name that the article gives in full: "van der Hagen"."""
    folded = fold_tokens(segment)
    return len(folded) > 1 and any(len(key) > len(folded) and key[-len(folded) :] == folded for key in known)


def _joins_name(tokens: Sequence[Token], i: int, names: Names) -> bool:
    """Whether the word at `i` is one of the small ones inside a name ("van der" in Aurel van der Hagen)."""
    k = i
    while k < min(len(tokens), i + 3) and tokens[k].lower in names.name_particles:
        k += 1
    return i < k < len(tokens) and tokens[k].is_capital


def _describes(tokens: Sequence[Token], i: int) -> bool:
    """Whether a capital is that of a compound before a name ("Twelve-year-old Lo Wintle"), and no part of the name."""
    parts = tokens[i].text.split("-")
    following = [t for t in tokens[i + 1 : i + 3] if t.is_capital]
    return len(parts) > 1 and len(following) == 2 and all(p.islower() for p in parts[1:])


def _as_person(
    segment: Sequence[Token], first: int, last: int, known: Counter[tuple[str, ...]], language: Language
) -> tuple[int, int] | None:
    names = language.names
    if last + 1 < len(segment) and segment[last + 1].text == "'s":
        return None  # "Norvania's envoy": whose, not who
    while first < last and segment[first].lower in names.not_names:
        first += 1  # "on Friday Lind said"
    run = segment[first : last + 1]
    folded = fold_tokens(run)
    titled = run[0].lower in names.titles
    before = segment[first - 1].lower if first else ""
    while (
        len(run) > 1 and not titled and (run[0].lower in names.roles or (len(run) > 2 and is_role(run[0].lower, names)))
    ):
        run, first = run[1:], first + 1  # "Council leader", "Director Lind"
    while len(run) > 1 and names.capital_nouns and is_role(run[0].lower, names):
        run, first = run[1:], first + 1
    if names.capital_nouns and first and is_role(segment[first - 1].lower, names):
        before = segment[first - 1].lower  # "die Küsterin Marte Lohfink": the article is the role's
    if len(run) > 2 and names.case_endings and is_common_noun(run[0].text, language):
        run, first = run[1:], first + 1  # a role that opens its sentence
    titles, rest = _strip_titles(run, language)
    if titles and rest and rest[-1].lower not in names.bodies:
        return first, last
    if (before in names.articles or before in names.linkers) and not titled:
        # "the Harbour League Wei Lin": only what the article knows as a name by itself
        for k in range(max(first + 1, last - 2), last + 1):
            tail = fold_tokens(segment[k : last + 1])
            if len(tail) >= 2 and known[tail] > 0 and fold_tokens(segment[first:k]) != ():
                return k, last
        return None
    if (
        any(t.lower in names.bodies or t.lower in names.places for t in run)
        or find_state([t.text for t in run], language) is not None
    ):
        return None
    if _is_firm(folded, known, names):
        return None
    if all(len(t.text) > 1 and t.text.isupper() for t in run) and len(run) == 1:
        return None  # an acronym
    if len(run) >= 2 and before not in names.linkers:
        return first, last
    if len(run) == 1 and (before == "" or before in names.roles or before in names.titles):
        surname = folded[-1]
        is_known = any(
            len(key) >= 2 and surname in (key[-1], key[0]) and not _is_firm(key, known, names) for key in known
        )
        return (first, last) if is_known or before else None
    if len(run) == 1 and any(folded[-1] == key[-1] for key in known if len(key) >= 2):
        return first, last  # "the departing Lind"
    return None


def _is_firm(folded: tuple[str, ...], known: Counter[tuple[str, ...]], names: Names) -> bool:
    """Whether a name ends as names of firms and clubs do ("Tilbrook Mills"), and not after a given name."""
    if len(folded) < 2 or not any(folded[-1] in words for words in names.body_endings.values()):
        return False
    if folded[0] in names.given_she or folded[0] in names.given_he:
        return False
    stands_alone = known[folded[-1:]] > 0 and folded[-1] not in names.body_endings.get("club", ())
    return not stands_alone


def find_runs(text: str, spans: Iterable[Span], language: Language) -> list[tuple[tuple[Token, ...], Span]]:
    """Every run of capitalised words in `spans`, with titles, in order. Linear."""
    names = language.names
    found = []
    for span in spans:
        run: list[Token] = []
        tokens = tokenise_forms(text, span, language)
        for i, token in enumerate([*tokens, None]):
            starts = token is not None and token.is_capital and token.lower not in names.not_names
            starts = starts and not (not run and _describes(tokens, i))
            goes_on = token is not None and bool(run) and _joins_name(tokens, i, names)
            adjacent = token is not None and run and not text[run[-1].span.end : token.span.start].strip(" .’'")
            adjacent = adjacent and token is not None and not are_scripts_apart(run[-1].text, token.text)
            if token is not None and (starts or goes_on) and (not run or adjacent):
                run.append(token)
                continue
            if run:
                found.append((tuple(run), Span(run[0].span.start, run[-1].span.end)))
                run = []
            if token is not None and starts:
                run = [token]
    return found


def count_runs(runs: Iterable[tuple[Sequence[Token], Span]], language: Language) -> Counter[tuple[str, ...]]:
    """Folded runs without titles, counted."""
    counts: Counter[tuple[str, ...]] = Counter()
    for run, _ in runs:
        _, rest = _strip_titles(run, language)
        counts[fold_tokens(rest)] += 1
    return counts


def roles_match(a: frozenset[str], b: frozenset[str], language: Language) -> bool:
    """Whether two role descriptions can be of one office: a head noun in common (or of one group, or of one stem) and
    no content word of the shorter that contradicts the longer."""
    if not a or not b:
        return False
    if (a ^ b) & language.names.role_qualifiers:
        return False  # "the former mayor", "the deputy mayor" are not the mayor
    heads_a, heads_b = _heads(a, language), _heads(b, language)
    if not heads_a or not heads_b:
        return False
    same = heads_a & heads_b
    grouped = any(
        any(_holds(a, name) for name in group) and any(_holds(b, name) for name in group)
        for group in language.names.role_groups
    )
    stems_a = {_role_stem(w, language) for w in a}
    stems_b = {_role_stem(w, language) for w in b}
    small, large = sorted((stems_a, stems_b), key=len)
    if same:
        extra = small - large - {_role_stem(w, language) for w in same}
        extra = {w for w in extra if not any(_is_of(w, other) or _is_of(other, w) for other in large)}
        return len(extra) <= (len(small) - 1) // 2 or small <= large
    if grouped:
        group_words = {w for group in language.names.role_groups for name in group for w in name.split(" ")}
        own = (a - group_words) & (b - group_words)
        return bool(own) or not (a - group_words and b - group_words)
    return any(x[:7] == y[:7] for x in heads_a for y in b if len(x) >= 9) or any(
        x[:7] == y[:7] for x in heads_b for y in a if len(x) >= 9
    )


def _is_of(place: str, people: str) -> bool:
    """Whether one word can be the other's adjective: Norvania, Norvanian; Sarn, Sarnese."""
    root = place.rstrip("aeioy")
    return len(root) >= 4 and people.startswith(root) and 0 < len(people) - len(root) <= 4 and place != people


def _role_stem(word: str, language: Language) -> str:
    return stem_word(word, language)


def _heads(role: frozenset[str], language: Language) -> frozenset[str]:
    return frozenset(w for w in role if is_role(w, language.names))


def _holds(role: frozenset[str], name: str) -> bool:
    return all(w in role for w in name.split(" "))
