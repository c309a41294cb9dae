"""Source spans → speakers, over one article.

People come from the article's own names: a full name with its titles and the roles that stand beside it. A surname, a
role or a pronoun is given to one of them only where one fits; what fits two, or none, stays apart or unknown. The
organisation and its spokesman are two speakers.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from msgspec.structs import replace

from retold.annotate.bodies import Bodies, read_head_words
from retold.annotate.cast import PRONOUN_REACH_CHARS, Cast, Entity
from retold.annotate.inflection import choose_written, name_noun
from retold.annotate.names import Mention, find_state, fold_name, fold_tokens, read_mention, roles_match
from retold.annotate.words import find_words
from retold.languages import Language
from retold.model import Article, Place, Profile, Quotation, Span, Speaker

# Fewer words in marks than this may come from anyone.
ECHO_WORDS = 3
_IN_MARKS = re.compile(r"[\"“‘'«„]([^\"“”‘«»„]+)[\"”’'»“]")


def resolve_speakers(
    article: Article, quotations: Sequence[Quotation], language: Language, outlets: Collection[str] = ()
) -> tuple[tuple[Quotation, ...], tuple[Speaker, ...], tuple[Profile, ...]]:
    """The quotations with their speakers' ids, the speakers, and what the article tells of each.

    `outlets`: names that are outlets' and nobody's, whatever they look like.

    Ids are `<article>.p1`, … in order of first mention. Cost: linear in the text, and in people times sources.
    """
    return _Resolver(article, quotations, language, outlets).resolve()


class _Resolver:
    """One pass over an article's source spans, in the order of the text."""

    def __init__(
        self, article: Article, quotations: Sequence[Quotation], language: Language, outlets: Collection[str]
    ) -> None:
        self.article, self.language = article, language
        self.quotations = quotations
        self.cast = Cast(article, language, outlets)
        self.bodies = Bodies(self.cast, quotations)

    def resolve(self) -> tuple[tuple[Quotation, ...], tuple[Speaker, ...], tuple[Profile, ...]]:
        text = self.article.text
        sources = {q.source for q in self.quotations if q.source is not None}
        mentions = {s: read_mention(text, s, self.language, self.cast.known) for s in sorted(sources)}
        self.cast.introduce(mentions)
        given: dict[Span, Entity | None] = {}
        latest: list[tuple[int, Entity]] = []  # speakers of the quotations so far, by where they stand
        resolved: dict[str, Entity] = {}
        ordered = sorted(self.quotations, key=lambda q: (q.extent.start, q.id))
        for quotation in ordered:
            entity: Entity | None = None
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
        self._take_echoes(resolved, ordered)
        self._join_leads(resolved, ordered)
        self._join_only_role(resolved)
        return self._number(resolved)

    def _take_echoes(self, resolved: dict[str, Entity], ordered: Sequence[Quotation]) -> None:
        """Words in marks that nobody is named for, as in a headline, and that one speaker is quoted with again."""
        spoken = [(q, self._fold_words(q)) for q in ordered if q.kind != "indirect"]
        for quotation, words in spoken:
            if quotation.id in resolved or quotation.source is not None or len(words.split()) < ECHO_WORDS:
                continue
            heard = {id(resolved[q.id]): resolved[q.id] for q, said in spoken if q.id in resolved and words in said}
            if len(heard) == 1:
                resolved[quotation.id] = next(iter(heard.values()))

    def _fold_words(self, quotation: Quotation) -> str:
        """The words of a quotation in small letters with blanks around; of a mixed one, those in marks."""
        inside = [s.cut(self.article.text) for s in quotation.content]
        if quotation.kind == "mixed":
            inside = [m for part in inside for m in _IN_MARKS.findall(part)]
        return " " + " ".join(w.norm for part in inside for w in find_words(part)) + " "

    def _join_leads(self, resolved: dict[str, Entity], ordered: Sequence[Quotation]) -> None:
        """A lead says "its director said", and the next named speaker comes without a role: it is the director.

        Anyone else would be introduced. Only a definite role that fits nobody named, and only the very next speaker.
        """
        speaking: list[Entity] = []
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
            label = min(role.spans).cut(self.article.text)
            if "," in label:
                continue  # "the firm's spokesman, who …" is introduced too
            above = self.article.text[: min(role.spans).start]
            if re.search(rf"\b{re.escape(person.name.split()[-1])}\b", above):
                continue  # named before, as somebody without that role
            person.spans.extend(role.spans)
            person.roles.extend(role.roles)
            for key, entity in resolved.items():
                if entity is role:
                    resolved[key] = person
            role.spans.clear()

    def _join_only_role(self, resolved: dict[str, Entity]) -> None:
        """ "…," Lind said. "…," the director of the theatre said, right after: of all the article quotes one person
        comes without a role, and one definite role without a person. Where the role says of what, or the others have
        theirs, the two are one."""
        quoted = {id(e): e for e in resolved.values() if e.kind == "person"}.values()
        unnamed = [e for e in quoted if not e.names and e.roles and e.spans]
        unknown = [e for e in quoted if e.names and not e.roles and not e.titles]
        if len(unnamed) != 1 or len(unknown) != 1:
            return
        role, person = unnamed[0], unknown[0]
        order = [resolved[q.id] for q in sorted(self.quotations, key=lambda q: q.extent) if q.id in resolved]
        is_next = any(a is person and b is role for a, b in pairwise(order))
        label = min(role.spans, default=Span(0, 0)).cut(self.article.text)
        is_told = len(quoted) > 2 or any(w[0].isupper() for w in label.split()[1:])
        if not is_next or not is_told or "'" in label or "’" in label:
            return
        names = self.language.names
        kin = any(w in names.kin_she or w in names.kin_he for w in role.roles[0])
        is_label = self.article.text.startswith(":", min(role.spans).end)
        if kin or is_label or self._is_indefinite_role(role) or not person.spans:
            return
        if "," in min(person.spans).cut(self.article.text) or {role.gender, person.gender} == {"he", "she"}:
            return
        person.spans.extend(role.spans)
        person.roles.extend(role.roles)
        for key, entity in resolved.items():
            if entity is role:
                resolved[key] = person
        role.spans.clear()

    def _is_indefinite_role(self, role: Entity) -> bool:
        first = self.article.text[min(role.spans).start :].split(maxsplit=1)[0].casefold()
        return first in self.language.names.indefinite

    def _resolve(self, mention: Mention, latest: Sequence[tuple[int, Entity]]) -> Entity | None:
        label = mention.span.cut(self.article.text).casefold()
        if label in self.language.names.askers:
            return self.cast.plain("organization", self.article.outlet) if self.article.outlet else None
        place = label.split()[-1] if label else ""
        if place in self.language.names.former | self.language.names.latter and len(label.split()) <= 2:
            return self._one_of_two(mention, place in self.language.names.latter)
        if label in self.language.names.answerers:
            return self._find_interviewed()
        if mention.form == "pronoun":
            return self._resolve_pronoun(mention, latest)
        aged = self._find_aged(place)
        if aged is not None:
            return aged
        if mention.form == "person":
            entity = self.cast.find_person(mention.folded, mention.titles)
            if entity is None and len(mention.name) == 1 and not mention.role:
                entity = self.cast.nearest_namesake(mention, latest)
            return entity or self.cast.person(mention)
        if mention.form == "role":
            return self._resolve_role(mention, latest)
        if mention.form == "state":
            state = find_state(list(mention.name), self.language) or " ".join(mention.name)
            return self.cast.plain("state", state)
        if mention.form == "group":
            return self.cast.plain("anonymous", read_head_words(self.article.text, mention))
        if mention.form == "body":
            quoted = None if self.language.names.has_articles else _IN_MARKS.search(mention.span.cut(self.article.text))
            if quoted is not None:  # the paper «Name»
                return self.cast.plain("organization", quoted.group(1))
            return self.bodies.resolve(mention)
        return self.cast.plain("unknown", read_head_words(self.article.text, mention)) if mention.name else None

    def _find_interviewed(self) -> Entity | None:
        """Who answers in an interview: the person pictured, or the first named that nothing else is quoted from."""
        quoted = {q.source for q in self.quotations if q.source is not None}
        told = [e for span, e in self.cast.named if not any(s.contains(span) or span.contains(s) for s in quoted)]
        elsewhere = {id(e) for span, e in self.cast.named if any(s.overlaps(span) for s in quoted)}
        pictured = self.cast.find_pictured()
        if pictured is not None and id(pictured) not in elsewhere:
            return pictured
        return next((e for e in told if id(e) not in elsewhere), self.cast.named[0][1] if self.cast.named else None)

    def _resolve_pronoun(self, mention: Mention, latest: Sequence[tuple[int, Entity]]) -> Entity | None:
        at = mention.span.start
        wanted = mention.pronoun
        if wanted in {"i", "we"}:
            return None
        if wanted in {"they", "it"}:
            kinds = {"group", "anonymous", "organization", "state"}
            fits = [(end, e) for end, e in latest if at - end <= PRONOUN_REACH_CHARS and e.kind in kinds]
            near = self.bodies.find_nearest(at) if wanted == "it" else None
            if near is not None and (not fits or near[0] > fits[-1][0]):
                return near[1]
            return fits[-1][1] if fits else None
        options = [(end, e) for end, e in latest if e.kind == "person" and end <= at]
        if latest and at - latest[-1][0] <= PRONOUN_REACH_CHARS and self._may_be_person(latest[-1][1]):
            if self._names_others(latest[-1][0], at):
                return None  # one of several who are named by a single name
            options.append(latest[-1])
        inside = [q.extent for q in self.quotations if q.kind == "direct"]
        own = [q.extent for q in self.quotations if q.source == mention.span]

        def stands_out(span: Span) -> bool:
            near = at - PRONOUN_REACH_CHARS <= span.end <= at  # first: whether it is a subject takes reading
            return near and self._is_subject(span) and not any(x.contains(span) for x in inside)

        def is_told_of(span: Span) -> bool:
            return any(x.contains(span) for x in own)  # "Lind will sing, he said": somebody else may say so

        options += [
            (span.end, e)
            for span, e in self.cast.named
            if stands_out(span) and (not is_told_of(span) or e.gender == wanted)
        ]
        possible = [m for m in self.cast.maybe if stands_out(m.span) and not is_told_of(m.span)]
        for end, entity in sorted(options, key=lambda o: o[0], reverse=True):
            if at - end > PRONOUN_REACH_CHARS:
                break
            if possible and possible[-1].span.start > end and self.cast.given_gender(possible[-1]) in {"", wanted}:
                break
            if entity.gender in {"", wanted}:
                entity.gender, entity.kind = wanted, "person"
                return entity
        if possible and at - possible[-1].span.end <= PRONOUN_REACH_CHARS:
            entity = self.cast.person(possible[-1])
            entity.gender = wanted
            return entity
        named = {id(e): e for span, e in self.cast.named if span.end <= at and at - span.end <= PRONOUN_REACH_CHARS}
        if (
            len(named) == 1
            and not any(e.kind == "person" for _, e in latest)
            and not any(m.span.end <= at for m in self.cast.maybe)
        ):
            entity = next(iter(named.values()))  # nobody else was named so far
            if entity.gender in {"", wanted}:
                entity.gender = wanted
                return entity
        return None

    def _may_be_person(self, entity: Entity) -> bool:
        """A single name that nothing tells of: "Brandeis said … he" is a person's."""
        names = self.language.names
        if entity.kind != "organization" or entity.roles or entity.name.isupper() or not entity.name[:1].isupper():
            return False
        first = {s.cut(self.article.text).split()[0].casefold() for s in entity.spans}
        if first & names.articles or any(n in self.cast.outlets for n in entity.names):
            return False
        bodies = {word for body in self.bodies.named for word in fold_name(body.name.split())}
        return all(len(n) == 1 and n[0] not in names.bodies and n[0] not in bodies for n in entity.names)

    def _names_others(self, start: int, end: int) -> bool:
        """Whether another name stands between, outside quotation marks."""
        inside = [q.extent for q in self.quotations if q.kind == "direct"]
        runs = [s for _, s in self.cast.find_runs_between(start, end)]
        sources = {q.source for q in self.quotations}
        return any(not any(x.contains(s) for x in inside) and s not in sources for s in runs)

    def _one_of_two(self, mention: Mention, is_latter: bool) -> Entity | None:
        """The former or the latter of the people that the nearest sentence before names, where it names two."""
        at, names = mention.span.start, {id(e): e for span, e in self.cast.named if span.end <= mention.span.start}
        spans = [(span, e) for span, e in self.cast.named if span.end <= at]
        spans += [(m.span, self.cast.person(m)) for m in self.cast.maybe if m.span.end <= at]
        if not spans:
            return None
        last = max(span for span, _ in spans)
        start = max(self.article.text.rfind(". ", 0, last.start), self.article.text.rfind("\n", 0, last.start)) + 1
        pair = {id(e): e for span, e in sorted(spans, key=lambda o: o[0]) if span.start >= start}
        if len(pair) == 1:
            pair = dict(list(names.items())[-2:])
        return list(pair.values())[is_latter] if len(pair) == 2 else None

    def _find_aged(self, word: str) -> Entity | None:
        """ "The 62-year-old" → the one person of that age."""
        age = next((word.removesuffix(e) for e in self.language.names.age_endings if word.endswith(e)), "")
        fits = [e for e in self.cast.entities if age and e.age == age]
        return fits[0] if len(fits) == 1 else None

    def _is_subject(self, span: Span) -> bool:
        """Whether a name stands where subjects do: at the head of its sentence or clause, or named as a source."""
        text = self.article.text
        start = (
            max(text.rfind(". ", 0, span.start), text.rfind("\n", 0, span.start), text.rfind("” ", 0, span.start)) + 1
        )
        before = text[start : self.cast.lead(span)]
        words = len(before.split())
        is_source = any(q.source is not None and q.source.overlaps(span) for q in self.quotations)
        last, names = text[start : span.start].split()[-1:], self.language.names
        if last and last[0].casefold() in (names.linkers - names.joiners) | self.language.cues.noun_givers:
            return is_source  # "Pressed by Lind, he"
        if words and before.split()[0].casefold() in names.clause_openers and not before.endswith(", "):
            return False  # "Asked whether Lind had gone, he"
        if words <= 4 or (words <= 9 and before.endswith(", ")):
            return True  # at the head of the sentence, or in apposition to what stands there
        return is_source

    def _resolve_role(self, mention: Mention, latest: Sequence[tuple[int, Entity]]) -> Entity:
        people = [e for e in self.cast.entities if e.kind == "person"]
        definite = not self._is_indefinite(mention)
        fits = [e for e in people if definite and any(roles_match(mention.role, r, self.language) for r in e.roles)]
        if not fits and definite:
            fits = [e for e in people if roles_match(mention.role, frozenset(e.titles), self.language)]
        if len(fits) > 1:
            recent = [e for _, e in reversed(latest) if e in fits]
            before = [e for span, e in reversed(self.cast.named) if span.end <= mention.span.start and e in fits]
            fits = (recent or before)[:1]
        if len(fits) == 1:
            if mention.role not in fits[0].roles:
                fits[0].roles.append(mention.role)
            return fits[0]
        if not self.language.names.has_articles and latest and len(mention.role) == 1:
            last = latest[-1][1]  # "the scientist added": whoever spoke last
            if last.kind == "person" and last.names and mention.span.start - latest[-1][0] <= PRONOUN_REACH_CHARS:
                return last
        entity = Entity("", "person", read_head_words(self.article.text, mention), set(), [mention.role], set(), [])
        self.cast.entities.append(entity)
        return entity

    def _is_indefinite(self, mention: Mention) -> bool:
        first = mention.span.cut(self.article.text).split(maxsplit=1)[0].casefold()
        return first in self.language.names.indefinite

    def _inherit(self, quotation: Quotation, latest: Sequence[tuple[int, Entity]]) -> Entity | None:
        """A statement in marks without a source of its own, right after another's: the same speaker goes on."""
        if not latest:
            return None
        end, entity = max(latest, key=lambda o: o[0])
        between = self.article.text[end : quotation.extent.start]
        return entity if between.count("\n\n") <= 1 and len(between) <= 240 else None

    def _name_plainly(self, entities: Sequence[Entity]) -> None:
        """Where names have cases: each person by the form the article has as a subject, or by the basic form."""
        subjects = {q.source for q in self.quotations if q.source is not None and not self._is_governed(q)}
        written: dict[tuple[str, ...], list[tuple[bool, int, tuple[str, ...]]]] = {}
        for run, span in self.cast.runs:
            bare = self.cast.untitled(run)
            is_subject = any(s.start <= span.start < s.end for s in subjects)
            written.setdefault(fold_tokens(bare), []).append((not is_subject, span.start, tuple(t.text for t in bare)))
        for entity in entities:
            if entity.kind == "person" and entity.names:
                fullest = max(entity.names, key=lambda n: (len(n), n))
                found = (
                    sorted(written.get(fullest, ()))
                    or sorted(
                        (is_other, at, form[-len(fullest) :])  # "мера Києва Клима Бурштина": the place is no part of it
                        for key, rows in written.items()
                        if key[-len(fullest) :] == fullest
                        for is_other, at, form in rows
                    )
                )
                plain = [form for is_other, _, form in found if not is_other]
                entity.name = " ".join(choose_written([f for *_, f in found], self.language, plain)) or entity.name
            elif entity.kind in {"organization", "anonymous", "unknown"} or not entity.names:
                entity.name = name_noun(entity.name, self.language)

    def _is_governed(self, quotation: Quotation) -> bool:
        """Whether the source stands in a case that its cue asks for: "according to X"."""
        if quotation.cue is None:
            return False
        cue = quotation.cue.cut(self.article.text).casefold()
        return any(cue.startswith(phrase) for phrase in self.language.cues.source_follows)

    def _number(
        self, resolved: dict[str, Entity]
    ) -> tuple[tuple[Quotation, ...], tuple[Speaker, ...], tuple[Profile, ...]]:
        used = [e for e in self.cast.entities if e.spans or any(e is r for r in resolved.values())]
        used.sort(key=lambda e: (min(e.spans, default=Span(len(self.article.text), 0)), e.name))
        if self.language.names.case_endings:
            self._name_plainly(used)
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
