"""The speakers of a story's articles, brought together: one id for one speaker over the story.

People are joined by full name, by a surname that only one of the story's people has, by a spelling one letter off, and
by a role that only one of them holds; organisations by the same content words or an acronym; countries by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace
from rapidfuzz.distance import DamerauLevenshtein

from retold.annotate.names import roles_match
from retold.annotate.scripts import WrittenName, are_respelt, hear_word, pair_names, same_state
from retold.languages import Language
from retold.model import AnnotatedArticle, Profile, Speaker
from retold.relate.voices import find_voices

# A misspelt name is the same bearer's from this length on, one letter off: shorter names differ by one letter in truth.
MISSPELT_CHARS = 9


class _Member(Struct, eq=False):
    """One article's speaker; `first`: another of its group, in the end the one that came first (union-find)."""

    speaker: Speaker
    profile: Profile
    article: str
    number: int
    names: tuple[tuple[str, ...], ...]
    language: str | None = None
    first: "_Member | None" = None

    @property
    def group(self) -> int:
        """The number of the first of its group."""
        return _find_first(self).number


def join_speakers(
    articles: Sequence[AnnotatedArticle], language: Language
) -> tuple[tuple[AnnotatedArticle, ...], tuple[Speaker, ...]]:
    """The articles of one story with story-wide speaker ids (`p1`, …), and those speakers.

    The result does not depend on the order of the articles: ids follow the text of the articles' digests and positions.
    Cost: linear in speakers; quadratic only in different names of one surname, and in different roles.
    """
    members: list[_Member] = []
    voiced = frozenset(name for a in articles for whose in find_voices(a).values() for name in whose)
    for annotated in sorted(articles, key=lambda a: (a.article.rank, a.article.id)):
        profiles = {p.id: p for p in annotated.profiles}
        for speaker in annotated.speakers:
            profile = profiles.get(speaker.id, Profile(speaker.id))
            full = tuple(name for name in profile.names if len(name) >= 2)
            if speaker.kind == "person" and profile.names and voiced.issuperset(profile.names):
                speaker = replace(speaker, kind="organization")  # another article has its spokesman
            code = annotated.article.language
            members.append(_Member(speaker, profile, annotated.article.id, len(members), full, code))
    people = [m for m in members if m.speaker.kind == "person"]
    _join_names(people)
    _join_surnames(people)
    _join_roles(people, language)
    _join_others([m for m in members if m.speaker.kind != "person"], language)
    if len({m.language for m in members}) > 1:
        _join_scripts(members)
    return _number(articles, members)


def _join_scripts(members: Sequence[_Member]) -> None:
    """Speakers whom articles in different languages name alike: people and bodies by sound, countries by list."""
    for kind in ("person", "organization"):
        bearers = [m for m in members if m.speaker.kind == kind and m.speaker.name[:1].isupper() and m.profile.names]
        names = [_write_names(m) for m in bearers]
        for i, k in pair_names(names):
            clash = {b.names for b in bearers if b.group == bearers[k].group and b.language == bearers[i].language}
            if not clash or bearers[i].names in clash or not bearers[i].names:
                _merge(bearers[i], bearers[k])
    states = [m for m in members if m.speaker.kind == "state"]
    for one, other in combinations(states, 2):
        if one.language != other.language and same_state(
            one.speaker.name, other.speaker.name, (one.language, other.language)
        ):
            _merge(one, other)


def _write_names(member: _Member) -> tuple[WrittenName, ...]:
    kept = member.names or member.profile.names
    return tuple(WrittenName(words, member.language) for words in kept)


def _find_first(member: _Member) -> _Member:
    while member.first is not None:
        if member.first.first is not None:
            member.first = member.first.first
        member = member.first
    return member


def _merge(a: _Member, b: _Member) -> None:
    one, other = _find_first(a), _find_first(b)
    if one is not other:
        low, high = sorted((one, other), key=lambda member: member.number)
        high.first = low


def _join_names(people: Sequence[_Member]) -> None:
    """Same full name; or same surname and first letters, one name being the other's with a word less; or one typo.

    Names are compared, not their bearers: of hundreds of reports most have the same ones.
    """
    bearers: dict[tuple[str, ...], list[_Member]] = defaultdict(list)
    for member in people:
        for name in member.names:
            bearers[name].append(member)
    by_last: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name, named in sorted(bearers.items()):
        for member in named:
            _merge(named[0], member)
        for word in sorted({name[0], name[-1]}):
            by_last[word].append(name)
    for _, namesakes in sorted(by_last.items()):
        for x, y in combinations(namesakes, 2):
            if _same_person(x, y):
                _merge(bearers[x][0], bearers[y][0])
    _join_respelt(bearers)
    called: dict[str, list[_Member]] = defaultdict(list)
    for member in people:
        if member.names:
            called[" ".join(member.names[0])].append(member)
    for spelling, other in find_misspelt(called):
        if len({m.article for m in (*called[spelling], *called[other])}) > 1:  # one report's two names are two
            _merge(called[spelling][0], called[other][0])


def _join_respelt(bearers: Mapping[tuple[str, ...], Sequence[_Member]]) -> None:
    """A name that one report took over from another alphabet letter by letter (Makron), and its own spelling."""
    heard: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name in sorted(bearers):
        if all(word.isascii() for word in name):
            for sounds in hear_word(name[-1].casefold()):
                heard[sounds].append(name)
    for _, names in sorted(heard.items()):
        for x, y in combinations(names, 2):
            if are_respelt(x, y) and len({m.article for m in (*bearers[x], *bearers[y])}) > 1:
                _merge(bearers[x][0], bearers[y][0])


def find_misspelt(names: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of different names that are one letter apart, and long enough for that to be a slip.

    Candidates share the name itself or a form with one letter left out: a superset of all that one letter more, less,
    other or swapped with its neighbour tells apart (Mor & Fraenkel 1982). Linear in the names and their letters, but
    for names that share such a form.

    >>> find_misspelt(["wendy tallboy", "wendy talboy", "wendy dallboy", "roy lee", "roy lea"])
    [('wendy dallboy', 'wendy tallboy'), ('wendy talboy', 'wendy tallboy')]
    """
    by_form: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if len(name) >= MISSPELT_CHARS:
            for form in (name, *(name[:i] + name[i + 1 :] for i in range(len(name)))):
                by_form[form].add(name)
    pairs = {pair for found in by_form.values() if len(found) > 1 for pair in combinations(sorted(found), 2)}
    return [(x, y) for x, y in sorted(pairs) if DamerauLevenshtein.distance(x, y, score_cutoff=1) <= 1]


def _same_person(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    if x == y or (len(x) == 2 and x == y[::-1]):
        return True  # the family name first or last
    short, long = sorted((x, y), key=len)
    if x[-1] != y[-1]:
        return False
    return all(
        any(w == v or (len(w) == 1 and v.startswith(w)) or (len(v) == 1 and w.startswith(v)) for v in long)
        for w in short
    )


def _join_surnames(people: Sequence[_Member]) -> None:
    """An article that knows only "Lind" or "Dr Lind" means the story's one Lind (or the one with that title)."""
    by_word: dict[str, dict[int, _Member]] = defaultdict(dict)  # one of each group: groups of full names stay apart
    titles: dict[int, frozenset[str]] = defaultdict(frozenset)
    for member in people:
        titles[member.group] |= member.profile.titles
        for name in member.names:
            by_word[name[0]].setdefault(member.group, member)
            by_word[name[-1]].setdefault(member.group, member)
    for member in people:
        if member.names or not member.profile.names:
            continue
        fits = {other.group: other for other in by_word[member.profile.names[0][0]].values()}
        if len(fits) > 1 and member.profile.titles:
            fits = {g: o for g, o in fits.items() if titles[g] & member.profile.titles} or fits
        if len(fits) == 1:
            (group, other), *_ = fits.items()
            both = titles[group] | titles[member.group]
            _merge(member, other)
            titles[member.group] = both


def _join_roles(people: Sequence[_Member], language: Language) -> None:
    """A speaker known by role alone is the one named person of the story who holds it."""
    holders: dict[tuple[int, tuple[frozenset[str], ...]], _Member] = {}  # of one group and the same roles one will do
    for member in people:
        if member.profile.names and member.profile.roles:
            holders.setdefault((member.group, member.profile.roles), member)
    match = cache(partial(_match_roles, language=language))
    for member in people:
        if member.profile.names or not member.profile.roles:
            continue
        fits: dict[int, _Member] = {}
        for (_, roles), other in holders.items():
            if match(member.profile.roles, roles):
                fits.setdefault(other.group, other)
        if len(fits) == 1:
            _merge(member, next(iter(fits.values())))


def _match_roles(roles: tuple[frozenset[str], ...], others: tuple[frozenset[str], ...], language: Language) -> bool:
    return any(roles_match(a, b, language) for a in roles for b in others)


def _join_others(others: Sequence[_Member], language: Language) -> None:
    """Organisations, countries and groups: the same content words, or an acronym of them."""
    skip = language.words.stop | language.names.articles | language.names.linkers
    seen: dict[tuple[str, frozenset[str]], _Member] = {}
    acronyms: dict[str, _Member] = {}
    for member in others:
        words = [w.casefold().replace(".", "") for w in member.speaker.name.split()]
        content = frozenset(w.removesuffix("'s").removesuffix("’s") for w in words if w not in skip)
        key = (member.speaker.kind, content or frozenset(words))
        if key in seen:
            _merge(member, seen[key])
        else:
            seen[key] = member
        if member.speaker.kind == "organization":
            initials = "".join(w[0] for w in words if w not in skip)
            short = member.speaker.name if member.speaker.name.isupper() else initials if len(initials) > 2 else ""
            if short:
                folded = short.casefold()
                if folded in acronyms and (member.speaker.name.isupper() != acronyms[folded].speaker.name.isupper()):
                    _merge(member, acronyms[folded])
                acronyms.setdefault(folded, member)
    _join_generic([m for m in others if m.speaker.kind == "organization"])


def _join_generic(bodies: Sequence[_Member]) -> None:
    """ "The operator" is the one organisation of the story that an article calls so beside its name."""
    for member in bodies:
        if member.speaker.name != member.speaker.name.lower():
            continue
        words = frozenset(member.speaker.name.split())
        fits: dict[int, _Member] = {}
        for other in bodies:
            if other.group != member.group and any(words <= role for role in other.profile.roles):
                fits.setdefault(other.group, other)
        if len(fits) == 1:
            _merge(member, next(iter(fits.values())))


def _number(
    articles: Sequence[AnnotatedArticle], members: Sequence[_Member]
) -> tuple[tuple[AnnotatedArticle, ...], tuple[Speaker, ...]]:
    groups: dict[int, list[_Member]] = defaultdict(list)
    for member in members:
        groups[member.group].append(member)
    given: dict[str, str] = {}
    speakers = []
    by_article: dict[str, list[Speaker]] = defaultdict(list)
    for i, (_, group) in enumerate(sorted(groups.items())):
        key = f"p{i + 1}"
        best = max(group, key=_fullness)
        if len({m.language for m in group}) > 1:
            first = _name_first(group, articles)
            best = max((m for m in group if m.language == first), key=_fullness)
        mentions = tuple(sorted({place for m in group for place in m.speaker.mentions}))
        speakers.append(Speaker(key, best.speaker.name, best.speaker.kind, mentions))
        for article in sorted({place.article for place in mentions}):
            by_article[article].append(speakers[-1])
        given.update({m.speaker.id: key for m in group})
    changed = []
    for annotated in articles:
        quotations = tuple(
            replace(q, speaker=given.get(q.speaker) if q.speaker else None) for q in annotated.article.quotations
        )
        changed.append(
            replace(
                annotated,
                article=replace(annotated.article, quotations=quotations),
                speakers=tuple(by_article[annotated.article.id]),
            )
        )
    return tuple(changed), tuple(speakers)


def _name_first(group: Sequence[_Member], articles: Sequence[AnnotatedArticle]) -> str | None:
    """The language that a speaker of several is called in: of the earliest report that has the name, where reports are
    dated; else the one of the most reports, Latin letters before others."""
    fullest = max(_fullness(m)[:3] for m in group)
    of_article = {a.article.id: a.article for a in articles}
    named = [(of_article[m.article], m) for m in group if _fullness(m)[:3] == fullest]
    counts: dict[str | None, int] = defaultdict(int)
    for article in of_article.values():
        counts[article.language] += 1
    dated = [(a.published.value, m) for a, m in named if a.published is not None]
    if len(dated) == len(named):
        return min(dated, key=lambda d: (d[0], d[1].number))[1].language
    best = max((m for _, m in named), key=lambda m: (counts[m.language], m.speaker.name.isascii(), -m.number))
    return best.language


def _fullness(member: _Member) -> tuple[bool, int, int, str]:
    """Which of a group's names stands for it: a full name before a surname before a role, then the commoner length."""
    names = member.names
    is_proper = member.speaker.name != member.speaker.name.lower()
    return (
        bool(member.profile.names) and is_proper,
        bool(names),
        min(3, len(names[0])) if names else 0,
        member.speaker.name,
    )
