"""Organisations as speakers: named in full, by acronym, by the noun for their kind, or "it"."""

import re
from collections.abc import Sequence
from functools import cached_property

from retold.annotate.cast import Cast, Entity
from retold.annotate.kinds import Body, choose_body, find_bodies
from retold.annotate.names import Mention, fold_name, read_mention, tokenise
from retold.model import Quotation, Span


class Bodies:
    """The organisations of one article."""

    def __init__(self, cast: Cast, quotations: Sequence[Quotation]) -> None:
        self.cast, self.quotations = cast, quotations
        self.article, self.language = cast.article, cast.language

    def find_nearest(self, at: int) -> tuple[int, Entity] | None:
        """The organisation named last in the sentence before: "… from the ministry of transport. It says"."""
        text = self.article.text
        start = max(text.rfind("\n", 0, at), at - 250, 0)
        start = max([start, *(q.extent.end for q in self.quotations if q.kind == "direct" and q.extent.end <= at)])
        opening = self._read_opening(Span(start, at))
        if opening is not None:
            return opening
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
                if any(mark in span.cut(text) for mark in '"“”«»'):
                    break
                mention = read_mention(text, span, self.language, self.cast.known)
                return (span.end, self.resolve(mention)) if mention.form == "body" else None
        return self._find_subject(Span(start, at))

    def _read_opening(self, before: Span) -> tuple[int, Entity] | None:
        """The document or body whose noun opens the sentence before "it": "A report by the trust … . It says"."""
        text, names = self.article.text, self.language.names
        sentence = max(text.rfind(". ", before.start, before.end - 2) + 1, before.start)
        tokens = tokenise(text, Span(sentence, before.end))[:6]
        joints = names.linkers | self.language.cues.noun_givers
        head = next((k for k, t in enumerate(tokens) if t.lower in joints), 0)
        if head < 2 or tokens[0].lower not in names.articles or tokens[head - 1].lower not in names.bodies:
            return None
        span = Span(tokens[0].span.start, tokens[head - 1].span.end)
        mention = read_mention(text, span, self.language, self.cast.known)
        return (span.end, self.resolve(mention)) if mention.form == "body" else None

    def _find_subject(self, before: Span) -> tuple[int, Entity] | None:
        """The body that opens the sentence before "it", where that sentence names no other."""
        text = self.article.text
        sentence = max(text.rfind(". ", before.start, before.end - 2) + 1, before.start)
        bodies = {body.name: body for body in self.named}
        runs = self.cast.find_runs_between(sentence, before.end)
        inside = [(" ".join(t.text for t in run if t.text != "'s"), span) for run, span in runs]
        inside = [(name, span) for name, span in inside if name in bodies]
        if len({name for name, _ in inside}) != 1 or len(text[sentence : inside[0][1].start].split()) > 1:
            return None
        name, span = inside[-1]
        return span.end, self._name(bodies[name])

    @cached_property
    def named(self) -> tuple[Body, ...]:
        """The organisations that the article names."""
        sources = [q.source for q in self.quotations if q.source is not None]
        mentions = [read_mention(self.article.text, s, self.language, self.cast.known) for s in sorted(set(sources))]
        heads = [m.head for m in mentions if m.form == "body" and m.head is not None]
        return find_bodies(self.cast, heads)

    def _name(self, body: Body) -> Entity:
        folded = fold_name(body.name.split())
        fits = (e for e in self.cast.entities if e.kind == "organization" and folded in e.names)
        entity = next(fits, None) or self.cast.plain("organization", body.name)
        if body.kinds and body.kinds not in entity.roles:
            entity.roles.append(body.kinds)
        return entity

    def _find_kind(self, mention: Mention) -> Body | None:
        """ "the company" → the only body of the article that is one; None where several can be, or none."""
        names = self.language.names
        words = fold_name(mention.name)
        first = mention.span.cut(self.article.text).split(maxsplit=1)[0].casefold()
        if first in names.indefinite or not words or any(w in names.linkers for w in words):
            return None
        if len(words) > 1 and self._is_introduced(words):
            return None
        return choose_body(words[-1], words[:-1], self.named, names)

    def _is_introduced(self, words: Sequence[str]) -> bool:
        """ "A delivery firm": introduced without a name, so it is none of those that have one."""
        folded = " ".join(self.article.text.casefold().split())
        return any(f" {word} {' '.join(words)}" in f" {folded}" for word in self.language.names.indefinite)

    def resolve(self, mention: Mention) -> Entity:
        name = read_head_words(self.article.text, mention)
        folded = frozenset(fold_name(mention.name)) - self.language.names.linkers
        for entity in self.cast.entities:
            if entity.kind == "organization" and any(
                frozenset(n) - self.language.names.linkers == folded for n in entity.names
            ):
                return entity
        short = fold_name(mention.name)
        longer_names = [b for b in self.named if len(b.name.split()) > len(short)]
        fits = [b for b in longer_names if fold_name(b.name.split())[: len(short)] == short]
        if len(fits) == 1 and mention.name and mention.name[0][:1].isupper():
            return self._name(fits[0])  # "Pellham", after "Pellham Foods"
        if len(mention.name) == 1:
            longer = self._full_body(fold_name(mention.name)) or self._expand_acronym(mention.name[0])
            if longer is not None:
                name = longer
        generic = frozenset(fold_name(mention.name))
        if not any(w[:1].isupper() for w in mention.name):
            known = self._find_kind(mention)
            if known is not None:
                return self._name(known)
            called = [e for e in self.cast.entities if e.kind == "organization" and any(generic <= r for r in e.roles)]
            if len(called) == 1:
                return called[0]  # "the operator", after "the operator, Citylink"
            noun = mention.name[0].casefold() if len(mention.name) == 1 else ""
            bodies = [e for e in self.cast.entities if e.kind == "organization" and noun]
            said = [e for e in bodies if any(len(n) > 1 and n[-1] == noun for n in e.names)]
            if len(said) == 1:
                return said[0]  # "the ministry", after "Norvania's foreign ministry"
            name = (self._find_designation(noun) if noun and not said else None) or name
        entity = self.cast.plain("organization", name)
        entity.names.add(fold_name(mention.name))
        if mention.role and mention.role not in entity.roles:
            entity.roles.append(mention.role)
        return entity

    def _find_designation(self, noun: str) -> str | None:
        """ "the ministry" → "health ministry of Norvania", where the article speaks of that one only."""
        opened = "|".join(sorted(self.language.names.articles - self.language.names.indefinite))
        whose = rf"(?:\b(?i:{opened})|\w['’]s?)"
        pattern = rf"{whose}\s+((?:[^\W\d_]+\s){{1,2}}{re.escape(noun)})((?:\sof(?:\s[A-Z]\w+)+)?)\b"
        found = {" ".join(m.group(1).split()): m.group(2) for m in re.finditer(pattern, self.article.text)}
        return "".join(next(iter(found.items()))) if len(found) == 1 else None

    def _full_body(self, folded: tuple[str, ...]) -> str | None:
        """ "the hospital" → the only capitalised name of the article that ends with that word."""
        fits = {
            " ".join(t.text for t in run): None
            for run, _ in self.cast.runs
            if len(run) >= 2 and run[-1].lower == folded[0]
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
        for i, (_, span) in enumerate(self.cast.runs):
            end = span.end
            for run, following in self.cast.runs[i : i + 3]:
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


def read_head_words(text: str, mention: Mention) -> str:
    """The mention's own words, on one line."""
    span = mention.head or mention.span
    end = span.end + (text[span.end : span.end + 1] in {"'", "’"})
    return " ".join(Span(span.start, end).cut(text).split())
