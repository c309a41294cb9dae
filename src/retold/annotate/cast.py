"""Who can speak in an article: the people it names, with the titles and roles beside their names."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.cues import index_cues
from retold.annotate.names import (
    Mention,
    Token,
    count_runs,
    find_runs,
    find_state,
    fold_name,
    fold_tokens,
    is_role,
    read_mention,
    roles_match,
    tokenise,
)
from retold.languages import Language
from retold.model import READ_ROLES, Article, Span, SpeakerKind

PRONOUN_REACH_CHARS = 1200


class Entity(Struct, eq=False):
    """A speaker in the making."""

    key: str
    kind: SpeakerKind
    name: str
    names: set[tuple[str, ...]]
    roles: list[frozenset[str]]
    titles: set[str]
    spans: list[Span]
    gender: str = ""
    age: str = ""


@lru_cache(maxsize=8)  # every article of a run asks for the same outlets
def _fold_outlets(outlets: frozenset[str], articles: frozenset[str]) -> frozenset[tuple[str, ...]]:
    """The outlets' names as words of a name are compared, without their article."""
    return frozenset(tuple(w for w in fold_name(outlet.split()) if w not in articles) for outlet in outlets)


class Cast:
    """The people and other speakers of one article, remembered as they come. `runs`: every run of capitalised words;
    `known`: how often each occurs; `named`: where people are named, in order; `maybe`: names of two words and more that
    nothing else shows to be people's."""

    def __init__(self, article: Article, language: Language, outlets: Collection[str]) -> None:
        self.article, self.language = article, language
        self.entities: list[Entity] = []
        read = [zone.span for zone in article.zones if zone.role in READ_ROLES]
        self.runs = find_runs(article.text, read, language)
        self.known: Counter[tuple[str, ...]] = count_runs(self.runs, language)
        self.named: list[tuple[Span, Entity]] = []
        self.maybe: list[Mention] = []
        self.outlets = _fold_outlets(frozenset(outlets), language.names.articles)
        self.verbs = index_cues(language).verbs
        self.called: set[str] = set()  # single names that people are quoted by
        self.shared: set[str] = set()  # surnames of two people of whom one is named by the first name only

    def introduce(self, mentions: dict[Span, Mention]) -> None:
        """Every full name of the article becomes a person, with the titles and appositions beside it."""
        text, language = self.article.text, self.language
        full: list[Mention] = [m for m in mentions.values() if m.form == "person"]
        self.called = {m.folded[0] for m in full if len(m.name) == 1}
        for run, span in self.runs:
            lead = self.lead(span)
            tail = _apposition(text, span)
            mention = read_mention(text, Span(lead, tail), language, self.known)
            linked = text[lead : span.start].split()[-1:]
            if mention.form != "person" and linked and linked[0] in language.names.linkers:
                mention = read_mention(text, Span(span.start, tail), language, self.known)  # "went to Ann Lee"
            if mention.form != "person" or fold_tokens(run)[-1:] != mention.folded[-1:]:
                continue
            mention = replace(mention, span=span)
            if mention.folded in self.outlets:
                continue
            if self._is_person(mention):
                full.append(replace(mention, role=mention.role or self._stated_role(span)))
            elif len(mention.name) >= 2:
                self.maybe.append(mention)
        for mention in sorted(full, key=lambda m: (-len(m.name), m.span)):
            if len(mention.name) >= 2 or mention.titles:
                self.person(mention)
        self._note_shared_surnames()
        for run, span in self.runs:
            entity = self.find_person(fold_tokens(self.untitled(run)), self._titles(run))
            if entity is not None:
                self.named.append((span, entity))
                entity.age = entity.age or self._age(span)
        self._note_roles()

    def lead(self, span: Span) -> int:
        """Where the words of small letters right before a name begin: "union convener", "its chief executive"."""
        text, start = self.article.text, span.start
        if text[max(0, start - 2) : start] == ", ":
            return self._role_before(start)
        for _ in range(5):
            before = text[max(0, start - 40) : start].rstrip(" ")
            if not before or start - len(before) < 0 or not (before[-1].isalpha() or before[-1] in "’'-"):
                break
            word = before.split(" ")[-1].split("\n")[-1]
            if start < span.start and word.casefold() in self.language.names.role_qualifiers:
                return text.rfind(word, 0, start)  # "Deputy mayor Lind"
            if not word[:1].islower() or word in self.verbs:
                break
            start = text.rfind(word, 0, start)
        return start

    def _note_roles(self) -> None:
        """ "The mayor", where one of the people named is mayor: they are spoken of there too."""
        text, names = self.article.text, self.language.names
        read = [zone.span for zone in self.article.zones if zone.role in READ_ROLES]
        people = [e for e in self.entities if e.kind == "person" and e.names]
        holders: dict[str, list[Entity]] = {}
        for zone in read:
            tokens = tokenise(text, zone)
            for before, noun, after in zip(tokens, tokens[1:], [*tokens[2:], *tokens[-1:]], strict=False):
                definite = before.lower in names.articles and before.lower not in names.indefinite
                if not definite or noun.lower not in names.roles or after.is_capital or after.text == "'s":
                    continue
                role = frozenset({noun.lower})
                if noun.lower not in holders:
                    told = [(e, (*e.roles, frozenset(e.titles))) for e in people]
                    holders[noun.lower] = [e for e, rs in told if any(roles_match(role, r, self.language) for r in rs)]
                if len(holders[noun.lower]) == 1:
                    self.named.append((Span(before.span.start, noun.span.end), holders[noun.lower][0]))
        self.named.sort(key=lambda o: o[0])

    def find_runs_between(self, start: int, end: int) -> list[tuple[tuple[Token, ...], Span]]:
        """The runs of capitalised words wholly between two offsets, in order. Cost: logarithmic, and what it finds."""
        first = bisect_left(self.runs, start, key=lambda run: run[1].start)
        found = []
        for k in range(first, len(self.runs)):
            run, span = self.runs[k]
            if span.start >= end:
                break
            if span.end <= end:
                found.append((run, span))
        return found

    def find_pictured(self) -> Entity | None:
        """The first person named below a picture."""
        spans = [zone.span for zone in self.article.zones if zone.role == "caption"]
        for run, span in find_runs(self.article.text, spans, self.language):
            mention = read_mention(self.article.text, span, self.language, self.known)
            if mention.form == "person" and len(run) >= 2:
                return self.person(mention)
        return None

    def _note_shared_surnames(self) -> None:
        """ "Tobias and Gwen Marrick": two people of the name Marrick, though only one is named in full."""
        last = {run[-1].lower for run, _ in self.runs if len(run) > 1}
        for (one, first), (full, second) in pairwise(self.runs):
            joint = self.article.text[first.end : second.start].strip()
            is_pair = len(one) == 1 and len(full) == 2 and joint in self.language.names.joiners
            if is_pair and one[0].lower not in last and find_state([one[0].text], self.language) is None:
                self.shared.add(full[-1].lower)

    def _stated_role(self, span: Span) -> frozenset[str]:
        """What a sentence of its own says the bearer is: "Lind is a potter", "works as a plumber"."""
        text, names = self.article.text, self.language.names
        rest = text[span.end : span.end + 80]
        being = next((b for b in names.being if rest.startswith(f" {b} ")), None)
        if being is None:
            return frozenset()
        words: list[str] = []
        tokens = tokenise(text, Span(span.end + len(being) + 2, span.end + len(rest)))
        for token in tokens[1:6]:
            if not token.text[0].islower() or token.lower in names.linkers | names.relatives:
                break
            words.append(token.lower)
        opened = bool(tokens) and tokens[0].lower in names.articles
        return frozenset(words) if opened and words and is_role(words[-1], names) else frozenset()

    def _age(self, span: Span) -> str:
        """ "Lind, 62," → 62."""
        found = re.match(r",\s(\d{1,3})\b(?![.:]\d)", self.article.text[span.end : span.end + 8])
        return found.group(1) if found else ""

    def _role_before(self, start: int) -> int:
        """Where "The finance minister, " begins that leads up to a name at `start`; `start` where nothing does."""
        words = list(re.finditer(r"[\w'’-]+", self.article.text[max(0, start - 80) : start - 2]))[-5:]
        names, offset = self.language.names, max(0, start - 80)
        has_role = False
        for k in range(len(words) - 1, -1, -1):
            word = words[k].group()
            touches = k == len(words) - 1 or self.article.text[offset + words[k].end()] == " "
            if word.casefold() in names.articles and touches:
                return offset + words[k].start() if has_role else start
            owner = re.search(r"['’]s?$", word) is not None
            if owner and touches and has_role:
                return offset + words[k].start()  # "Brankel's spokesman, "
            if not word[0].islower() or not touches or word in names.linkers:
                return start
            has_role = has_role or is_role(word, names)
        return start

    def _is_person(self, mention: Mention) -> bool:
        """Whether the article treats a name as a person's: by a title, a role beside it, or its surname alone."""
        if mention.titles or any(is_role(w, self.language.names) for w in mention.role):
            return True
        if len(mention.name) < 2:
            return False
        names = self.language.names
        given = mention.folded[0] in names.given_she | names.given_he
        alone = self.known[mention.folded[-1:]] > 0 or mention.folded[0] in self.called
        return given or alone or self._is_described(mention) or bool(self._stated_role(mention.span))

    def _is_described(self, mention: Mention) -> bool:
        """ "Wei Lin, 43," or "Wei Lin, a potter": as only people are introduced."""
        text = self.article.text
        at = text.find(mention.name[-1], mention.span.start) + len(mention.name[-1])
        first = text[at : at + 12].removeprefix(",").split(" ")[1:2]
        word = first[0].rstrip(",.;").casefold() if first else ""
        return (word.isdigit() and len(word) <= 2) or word in self.language.names.person_relatives

    def untitled(self, run: Sequence[Token]) -> list[Token]:
        rest = list(run)
        while len(rest) > 1 and rest[0].lower in self.language.names.titles:
            rest.pop(0)
        return rest

    def _titles(self, run: Sequence[Token]) -> frozenset[str]:
        return frozenset(t.lower for t in run[: len(run) - len(self.untitled(run))])

    def person(self, mention: Mention) -> Entity:
        """The person with this name, made where there is none yet."""
        entity = self.find_person(mention.folded, mention.titles)
        if entity is None:
            entity = Entity("", "person", " ".join(_tidy_case(mention.name)), {mention.folded}, [], set(), [])
            self.entities.append(entity)
        entity.names.add(mention.folded)
        entity.titles |= mention.titles
        if mention.role and mention.role not in entity.roles:
            entity.roles.append(mention.role)
        entity.gender = (
            entity.gender or self._gender(entity.titles) or self._kin_gender(mention.role) or self.given_gender(mention)
        )
        return entity

    def given_gender(self, mention: Mention) -> str:
        first = mention.folded[0] if len(mention.name) >= 2 else ""
        names = self.language.names
        return "she" if first in names.given_she else "he" if first in names.given_he else ""

    def _kin_gender(self, role: frozenset[str]) -> str:
        """ "her father, Tobias Marrick" is a man."""
        names = self.language.names
        heads = [w for w in role if is_role(w, names)]
        if len(heads) != 1:
            return ""
        return "she" if heads[0] in names.kin_she else "he" if heads[0] in names.kin_he else ""

    def _fold_titles(self, titles: Iterable[str]) -> set[str]:
        return {self.language.names.title_forms.get(title, title) for title in titles}

    def _gender(self, titles: Iterable[str]) -> str:
        names = self.language.names
        for title in sorted(titles):
            if title in names.female_titles:
                return "she"
            if title in names.male_titles:
                return "he"
        return ""

    def find_person(self, folded: tuple[str, ...], titles: frozenset[str]) -> Entity | None:
        """The one person of this full name, or the only one whose name begins or ends with this single one."""
        if not folded:
            return None
        people = [e for e in self.entities if e.kind == "person" and e.names]
        gender = self._gender(titles)
        shared = len(folded) == 1 and sum(any(n[-1] == folded[0] for n in e.names) for e in people) > 1
        for entity in people:
            if folded in entity.names and not shared and (not gender or entity.gender in {"", gender}):
                return entity
        if len(folded) >= 2:
            fits = [e for e in people if any(_name_within(folded, n) or _name_within(n, folded) for n in e.names)]
        else:
            fits = [e for e in people if any(folded[0] in (n[0], n[-1]) for n in e.names if len(n) >= 2)]
            if fits and folded[0] in self.shared and not titles:
                return None
            if len(fits) > 1:
                by_last = [e for e in fits if any(n[-1] == folded[0] for n in e.names)]
                fits = by_last or fits
            if gender:
                fits = [e for e in fits if e.gender == gender] or [e for e in fits if not e.gender]
            if len(fits) > 1 and titles:
                titled = [e for e in fits if self._fold_titles(e.titles) & self._fold_titles(titles)]
                fits = titled or [e for e in fits if not e.titles and e.gender in {"", gender}] or fits
        return fits[0] if len(fits) == 1 else None

    def nearest_namesake(self, mention: Mention, latest: Sequence[tuple[int, Entity]]) -> Entity | None:
        """Of several people of one surname the one spoken of last, where it was in full and close by."""
        surname = mention.folded[0]
        fits = [
            (span, e)
            for span, e in self.named
            if span.end <= mention.span.start
            and mention.span.start - span.end <= PRONOUN_REACH_CHARS
            and any(surname in (n[0], n[-1]) for n in e.names if len(n) >= 2)
        ]
        if len({id(e) for _, e in fits}) > 1:
            other = next(span for span, e in reversed(fits) if e is not fits[-1][1])
            if "." not in self.article.text[other.end : fits[-1][0].start]:
                return None  # "Ann Lee and Bo Lee": nobody can tell which
        return fits[-1][1] if fits else None

    def plain(self, kind: SpeakerKind, name: str) -> Entity:
        for entity in self.entities:
            if entity.kind == kind and entity.name.casefold() == name.casefold():
                return entity
        entity = Entity("", kind, name, {fold_name(name.split())}, [], set(), [])
        self.entities.append(entity)
        return entity


def _name_within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether a shorter full name can be the longer: its words in order, an initial standing for a word."""
    if short[-1] != long[-1]:
        return False
    at = 0
    for word in short:
        while at < len(long) and not (long[at] == word or (len(word) == 1 and long[at].startswith(word))):
            at += 1
        if at == len(long):
            return False
        at += 1
    return True


def _tidy_case(name: Sequence[str]) -> list[str]:
    return [w.title() if len(w) > 2 and w.isupper() else w for w in name]


def _apposition(text: str, span: Span) -> int:
    """The end of ", the director of …" behind a name: up to the next comma or the end of the sentence."""
    if text[span.end : span.end + 2] != ", ":
        return span.end
    for at in range(span.end + 2, min(len(text), span.end + 120)):
        if text[at] in ',;:\n"“”' or (text[at] == "." and text[at + 1 : at + 2] in {"", " ", "\n"}):
            return at
    return span.end
