"""Source spans → speakers, over one article.

People come from the article's own names: a full name with its titles and the roles that stand beside it. A surname, a
role or a pronoun is given to one of them only where one fits; what fits two, or none, stays apart or unknown. The
organisation and its spokesman are two speakers.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
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
    is_role,
    read_mention,
    roles_match,
    tokenise,
)
from retold.languages import Language
from retold.model import READ_ROLES, Article, Place, Profile, Quotation, Span, Speaker, SpeakerKind

PRONOUN_REACH_CHARS = 1200


class _Entity(Struct, eq=False):
    """A speaker in the making."""

    key: str
    kind: SpeakerKind
    name: str
    names: set[tuple[str, ...]]
    roles: list[frozenset[str]]
    titles: set[str]
    spans: list[Span]
    gender: str = ""


def resolve_speakers(
    article: Article, quotations: Sequence[Quotation], language: Language, outlets: Collection[str] = ()
) -> tuple[tuple[Quotation, ...], tuple[Speaker, ...], tuple[Profile, ...]]:
    """The quotations with their speakers' ids, the speakers, and what the article tells of each.

    `outlets`: names that are outlets' and nobody's, whatever they look like.

    Ids are `<article>.p1`, … in order of first mention. Cost: linear in the text, and in people times sources.
    """
    return _Resolver(article, quotations, language, outlets).resolve()


class _Resolver:
    """One pass over an article's source spans, in the order of the text; people are remembered as they come."""

    def __init__(
        self, article: Article, quotations: Sequence[Quotation], language: Language, outlets: Collection[str]
    ) -> None:
        self.article, self.language = article, language
        self.quotations = quotations
        self.entities: list[_Entity] = []
        read = [zone.span for zone in article.zones if zone.role in READ_ROLES]
        self.runs = find_runs(article.text, read, language)
        self.known: Counter[tuple[str, ...]] = count_runs(self.runs, language)
        self.people: list[tuple[Span, _Entity]] = []  # where people are named, in order
        self.maybe: list[Mention] = []  # names of two words and more that nothing else shows to be people's
        self.outlets = {tuple(w for w in fold_name(o.split()) if w not in language.names.articles) for o in outlets}
        self.verbs = index_cues(language).verbs

    def resolve(self) -> tuple[tuple[Quotation, ...], tuple[Speaker, ...], tuple[Profile, ...]]:
        text = self.article.text
        sources = {q.source for q in self.quotations if q.source is not None}
        mentions = {s: read_mention(text, s, self.language, self.known) for s in sorted(sources)}
        self._introduce_people(mentions)
        given: dict[Span, _Entity | None] = {}
        latest: list[tuple[int, _Entity]] = []  # speakers of the quotations so far, by where they stand
        resolved: dict[str, _Entity] = {}
        ordered = sorted(self.quotations, key=lambda q: (q.extent.start, q.id))
        for quotation in ordered:
            entity: _Entity | None = None
            if quotation.source is not None:
                if quotation.source not in given:
                    entity = given[quotation.source] = self._resolve(mentions[quotation.source], latest)
                    if entity is not None:
                        entity.spans.append(quotation.source)
                entity = given[quotation.source]
            elif quotation.kind == "direct":
                entity = self._inherit(quotation, latest)
            if entity is not None:
                resolved[quotation.id] = entity
                latest.append((quotation.extent.end, entity))
        self._join_leads(resolved, ordered)
        return self._number(resolved)

    def _join_leads(self, resolved: dict[str, _Entity], ordered: Sequence[Quotation]) -> None:
        """A lead says "its director said", and the next named speaker comes without a role: it is the director.

        Anyone else would be introduced. Only a definite role that fits nobody named, and only the very next speaker.
        """
        speaking: list[_Entity] = []
        for quotation in ordered:
            entity = resolved.get(quotation.id)
            if entity is not None and (not speaking or speaking[-1] is not entity):
                speaking.append(entity)
        for role, person in pairwise(speaking):
            is_role = role.kind == "person" and not role.names and role.roles
            if not is_role or not role.spans or person.kind != "person" or not person.names or person.roles:
                continue
            first = min(person.spans, default=None)
            if first is None or "," in first.cut(self.article.text):
                continue  # introduced with words of its own
            if speaking.index(person) < speaking.index(role) or self._is_indefinite_role(role):
                continue
            if self.article.text.startswith(":", min(role.spans).end):
                continue  # the label of a turn
            person.spans.extend(role.spans)
            person.roles.extend(role.roles)
            for key, entity in resolved.items():
                if entity is role:
                    resolved[key] = person
            role.spans.clear()

    def _is_indefinite_role(self, role: _Entity) -> bool:
        first = self.article.text[min(role.spans).start :].split(maxsplit=1)[0].casefold()
        return first in self.language.names.indefinite

    def _introduce_people(self, mentions: dict[Span, Mention]) -> None:
        """Every full name of the article becomes a person, with the titles and appositions beside it."""
        text, language = self.article.text, self.language
        full: list[Mention] = [m for m in mentions.values() if m.form == "person"]
        for run, span in self.runs:
            lead = self._lead(span)
            tail = _apposition(text, span)
            mention = read_mention(text, Span(lead, tail), language, self.known)
            linked = text[lead : span.start].split()[-1:]
            if mention.form != "person" and linked and linked[0] in language.names.linkers:
                mention = read_mention(text, Span(span.start, tail), language, self.known)  # "went to Ann Lee"
            if mention.form != "person" or fold_name(t.text for t in run)[-1:] != mention.folded[-1:]:
                continue
            mention = replace(mention, span=span)
            if mention.folded in self.outlets:
                continue
            if self._is_person(mention):
                full.append(mention)
            elif len(mention.name) >= 2:
                self.maybe.append(mention)
        for mention in sorted(full, key=lambda m: (-len(m.name), m.span)):
            if len(mention.name) >= 2 or mention.titles:
                self._person(mention)
        for run, span in self.runs:
            entity = self._find_person(fold_name(t.text for t in self._untitled(run)), self._titles(run))
            if entity is not None:
                self.people.append((span, entity))

    def _lead(self, span: Span) -> int:
        """Where the words of small letters right before a name begin: "union convener", "its chief executive"."""
        text, start = self.article.text, span.start
        if text[max(0, start - 2) : start] == ", ":
            return self._role_before(start)
        for _ in range(5):
            before = text[max(0, start - 40) : start].rstrip(" ")
            if not before or start - len(before) < 0 or not (before[-1].isalpha() or before[-1] in "’'-"):
                break
            word = before.split(" ")[-1].split("\n")[-1]
            if not word[:1].islower() or word in self.verbs:
                break
            start = text.rfind(word, 0, start)
        return start

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
        return given or self.known[mention.folded[-1:]] > 0 or self._is_described(mention)

    def _is_described(self, mention: Mention) -> bool:
        """ "Wei Lin, 43," or "Wei Lin, a potter": as only people are introduced."""
        text = self.article.text
        at = text.find(mention.name[-1], mention.span.start) + len(mention.name[-1])
        first = text[at : at + 12].removeprefix(",").split(" ")[1:2]
        word = first[0].rstrip(",.;").casefold() if first else ""
        return (word.isdigit() and len(word) <= 2) or word in self.language.names.person_relatives

    def _untitled(self, run: Sequence[Token]) -> list[Token]:
        rest = list(run)
        while len(rest) > 1 and rest[0].lower in self.language.names.titles:
            rest.pop(0)
        return rest

    def _titles(self, run: Sequence[Token]) -> frozenset[str]:
        return frozenset(t.lower for t in run[: len(run) - len(self._untitled(run))])

    def _person(self, mention: Mention) -> _Entity:
        """The person with this name, made where there is none yet."""
        entity = self._find_person(mention.folded, mention.titles)
        if entity is None:
            entity = _Entity("", "person", " ".join(_tidy_case(mention.name)), {mention.folded}, [], set(), [])
            self.entities.append(entity)
        entity.names.add(mention.folded)
        entity.titles |= mention.titles
        if mention.role and mention.role not in entity.roles:
            entity.roles.append(mention.role)
        entity.gender = entity.gender or self._gender(entity.titles) or self._given_gender(mention)
        return entity

    def _given_gender(self, mention: Mention) -> str:
        first = mention.folded[0] if len(mention.name) >= 2 else ""
        names = self.language.names
        return "she" if first in names.given_she else "he" if first in names.given_he else ""

    def _gender(self, titles: Iterable[str]) -> str:
        names = self.language.names
        for title in sorted(titles):
            if title in names.female_titles:
                return "she"
            if title in names.male_titles:
                return "he"
        return ""

    def _find_person(self, folded: tuple[str, ...], titles: frozenset[str]) -> _Entity | None:
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
            if len(fits) > 1:
                by_last = [e for e in fits if any(n[-1] == folded[0] for n in e.names)]
                fits = by_last or fits
            if gender:
                fits = [e for e in fits if e.gender in {"", gender}]
            if len(fits) > 1 and titles:
                titled = [e for e in fits if e.titles & titles]
                fits = titled or [e for e in fits if not e.titles and e.gender in {"", gender}] or fits
        return fits[0] if len(fits) == 1 else None

    def _resolve(self, mention: Mention, latest: Sequence[tuple[int, _Entity]]) -> _Entity | None:
        label = mention.span.cut(self.article.text).casefold()
        if label in self.language.names.askers:
            return self._plain("organization", self.article.outlet) if self.article.outlet else None
        place = label.split()[-1] if label else ""
        if place in self.language.names.former | self.language.names.latter and len(label.split()) <= 2:
            pair = list({id(e): e for span, e in self.people if span.end <= mention.span.start}.values())[-2:]
            return pair[place in self.language.names.latter] if len(pair) == 2 else None
        if label in self.language.names.answerers:
            return self.people[0][1] if self.people else None
        if mention.form == "pronoun":
            return self._resolve_pronoun(mention, latest)
        if mention.form == "person":
            entity = self._find_person(mention.folded, mention.titles)
            if entity is None and len(mention.name) == 1:
                entity = self._nearest_namesake(mention, latest)
            return entity or self._person(mention)
        if mention.form == "role":
            return self._resolve_role(mention, latest)
        if mention.form == "state":
            state = find_state(list(mention.name), self.language) or " ".join(mention.name)
            return self._plain("state", state)
        if mention.form == "group":
            return self._plain("anonymous", self._head(mention))
        if mention.form == "body":
            return self._resolve_body(mention)
        return self._plain("unknown", self._head(mention)) if mention.name else None

    def _head(self, mention: Mention) -> str:
        """The mention's own words, on one line."""
        span = mention.head or mention.span
        end = span.end + (self.article.text[span.end : span.end + 1] in {"'", "’"})
        return " ".join(Span(span.start, end).cut(self.article.text).split())

    def _nearest_namesake(self, mention: Mention, latest: Sequence[tuple[int, _Entity]]) -> _Entity | None:
        """Of several people of one surname the one spoken of last, where it was in full and close by."""
        surname = mention.folded[0]
        fits = [
            (span, e)
            for span, e in self.people
            if span.end <= mention.span.start
            and mention.span.start - span.end <= PRONOUN_REACH_CHARS
            and any(surname in (n[0], n[-1]) for n in e.names if len(n) >= 2)
        ]
        if len({id(e) for _, e in fits}) > 1:
            other = next(span for span, e in reversed(fits) if e is not fits[-1][1])
            if "." not in self.article.text[other.end : fits[-1][0].start]:
                return None  # "Ann Lee and Bo Lee": nobody can tell which
        return fits[-1][1] if fits else None

    def _resolve_pronoun(self, mention: Mention, latest: Sequence[tuple[int, _Entity]]) -> _Entity | None:
        at = mention.span.start
        wanted = mention.pronoun
        if wanted in {"i", "we"}:
            return None
        if wanted in {"they", "it"}:
            kinds = {"group", "anonymous", "organization", "state"}
            fits = [(end, e) for end, e in latest if at - end <= PRONOUN_REACH_CHARS and e.kind in kinds]
            near = self._nearest_body(at) if wanted == "it" else None
            if near is not None and (not fits or near[0] > fits[-1][0]):
                return near[1]
            return fits[-1][1] if fits else None
        options = [(end, e) for end, e in latest if e.kind == "person" and end <= at]
        inside = [q.extent for q in self.quotations if q.kind == "direct"]

        def stands_out(span: Span) -> bool:
            return span.end <= at and self._is_subject(span) and not any(x.contains(span) for x in inside)

        options += [(span.end, e) for span, e in self.people if stands_out(span)]
        possible = [m for m in self.maybe if stands_out(m.span)]
        for end, entity in sorted(options, key=lambda o: o[0], reverse=True):
            if at - end > PRONOUN_REACH_CHARS:
                break
            if possible and possible[-1].span.start > end and self._given_gender(possible[-1]) in {"", wanted}:
                break
            if entity.gender in {"", wanted}:
                entity.gender = wanted
                return entity
        if possible and at - possible[-1].span.end <= PRONOUN_REACH_CHARS:
            entity = self._person(possible[-1])
            entity.gender = wanted
            return entity
        named = {id(e): e for span, e in self.people if span.end <= at and at - span.end <= PRONOUN_REACH_CHARS}
        if len(named) == 1 and not latest and not any(m.span.end <= at for m in self.maybe):
            entity = next(iter(named.values()))  # nobody else was named so far
            if entity.gender in {"", wanted}:
                entity.gender = wanted
                return entity
        return None

    def _nearest_body(self, at: int) -> tuple[int, _Entity] | None:
        """The organisation named last in the sentence before: "… from the ministry of transport. It says"."""
        text = self.article.text
        start = max(text.rfind("\n", 0, at), at - 250, 0)
        start = max([start, *(q.extent.end for q in self.quotations if q.kind == "direct" and q.extent.end <= at)])
        tokens = tokenise(text, Span(start, at))
        for k in range(len(tokens) - 1, 0, -1):
            if tokens[k].lower in self.language.names.bodies:
                first = k
                while first > 0 and tokens[first - 1].lower not in self.language.names.articles:
                    first -= 1
                    if k - first > 3 or tokens[first].text in {",", "(", ")", ";"}:
                        return None
                last = k
                if last + 2 < len(tokens) and tokens[last + 1].lower in self.language.names.linkers:
                    last += 2
                span = Span(tokens[first].span.start, tokens[last].span.end)
                mention = read_mention(text, span, self.language, self.known)
                return (span.end, self._resolve_body(mention)) if mention.form == "body" else None
        return None

    def _is_subject(self, span: Span) -> bool:
        """Whether a name stands where subjects do: at the head of its sentence or clause, or named as a source."""
        text = self.article.text
        start = (
            max(text.rfind(". ", 0, span.start), text.rfind("\n", 0, span.start), text.rfind("” ", 0, span.start)) + 1
        )
        before = text[start : span.start]
        words = len(before.split())
        if words <= 4 or (words <= 9 and before.endswith(", ")):
            return True  # at the head of the sentence, or in apposition to what stands there
        return any(q.source is not None and q.source.overlaps(span) for q in self.quotations)

    def _resolve_role(self, mention: Mention, latest: Sequence[tuple[int, _Entity]]) -> _Entity:
        people = [e for e in self.entities if e.kind == "person"]
        definite = not self._is_indefinite(mention)
        fits = [e for e in people if definite and any(roles_match(mention.role, r, self.language) for r in e.roles)]
        if len(fits) > 1:
            recent = [e for _, e in reversed(latest) if e in fits]
            before = [e for span, e in reversed(self.people) if span.end <= mention.span.start and e in fits]
            fits = (recent or before)[:1]
        if len(fits) == 1:
            if mention.role not in fits[0].roles:
                fits[0].roles.append(mention.role)
            return fits[0]
        entity = _Entity("", "person", self._head(mention), set(), [mention.role], set(), [])
        self.entities.append(entity)
        return entity

    def _is_indefinite(self, mention: Mention) -> bool:
        first = mention.span.cut(self.article.text).split(maxsplit=1)[0].casefold()
        return first in self.language.names.indefinite

    def _resolve_body(self, mention: Mention) -> _Entity:
        name = self._head(mention)
        folded = frozenset(fold_name(mention.name)) - self.language.names.linkers
        for entity in self.entities:
            if entity.kind == "organization" and any(
                frozenset(n) - self.language.names.linkers == folded for n in entity.names
            ):
                return entity
        if len(mention.name) == 1:
            longer = self._full_body(fold_name(mention.name)) or self._expand_acronym(mention.name[0])
            if longer is not None:
                name = longer
        generic = frozenset(fold_name(mention.name))
        if not any(w[:1].isupper() for w in mention.name):
            fits = [e for e in self.entities if e.kind == "organization" and any(generic <= r for r in e.roles)]
            if len(fits) == 1:
                return fits[0]  # "the operator", after "the operator, Citylink"
        entity = self._plain("organization", name)
        entity.names.add(fold_name(mention.name))
        if mention.role and mention.role not in entity.roles:
            entity.roles.append(mention.role)
        return entity

    def _full_body(self, folded: tuple[str, ...]) -> str | None:
        """ "the hospital" → the only capitalised name of the article that ends with that word."""
        fits = {
            " ".join(t.text for t in run): None for run, _ in self.runs if len(run) >= 2 and run[-1].lower == folded[0]
        }
        possessive = {name.replace(" 's ", "'s ") for name in fits}
        return next(iter(sorted(possessive))) if len(possessive) == 1 else None

    def _expand_acronym(self, acronym: str) -> str | None:
        """ "SSR" → "Society for Slow Rivers": the only name in the article that its capitals spell."""
        letters = acronym.replace(".", "")
        if not (2 < len(letters) <= 6 and letters.isupper()):
            return None
        text, linkers = self.article.text, self.language.names.linkers | self.language.names.articles | {"'s", "’s"}
        found: set[str] = set()
        for i, (_, span) in enumerate(self.runs):
            end = span.end
            for run, following in self.runs[i : i + 3]:
                joint = text[end : following.start].split() if following.start > end else []
                if len(joint) > 2 or any(w not in linkers for w in joint):
                    break
                end = following.end
                name = " ".join(text[span.start : end].split())
                if "".join(w[0] for w in name.split(" ") if w[0].isupper()) == letters and " " in name:
                    found.add(name)
                if len(run) > 8:
                    break
        return next(iter(found)) if len(found) == 1 else None

    def _plain(self, kind: SpeakerKind, name: str) -> _Entity:
        for entity in self.entities:
            if entity.kind == kind and entity.name.casefold() == name.casefold():
                return entity
        entity = _Entity("", kind, name, {fold_name(name.split())}, [], set(), [])
        self.entities.append(entity)
        return entity

    def _inherit(self, quotation: Quotation, latest: Sequence[tuple[int, _Entity]]) -> _Entity | None:
        """A statement in marks without a source of its own, right after another's: the same speaker goes on."""
        if not latest:
            return None
        end, entity = max(latest, key=lambda o: o[0])
        between = self.article.text[end : quotation.extent.start]
        return entity if between.count("\n\n") <= 1 and len(between) <= 240 else None

    def _number(
        self, resolved: dict[str, _Entity]
    ) -> tuple[tuple[Quotation, ...], tuple[Speaker, ...], tuple[Profile, ...]]:
        used = [e for e in self.entities if e.spans or any(e is r for r in resolved.values())]
        used.sort(key=lambda e: (min(e.spans, default=Span(len(self.article.text), 0)), e.name))
        for i, entity in enumerate(used):
            entity.key = f"{self.article.id}.p{i + 1}"
        speakers = tuple(
            Speaker(e.key, e.name, e.kind, tuple(Place(self.article.id, s) for s in sorted(set(e.spans)))) for e in used
        )
        profiles = tuple(
            Profile(
                e.key,
                tuple(sorted(e.names, key=lambda n: (-len(n), n))),
                tuple(sorted(e.roles, key=sorted)),
                frozenset(e.titles),
            )
            for e in used
        )
        quotations = tuple(replace(q, speaker=resolved[q.id].key) if q.id in resolved else q for q in self.quotations)
        return quotations, speakers, profiles


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
