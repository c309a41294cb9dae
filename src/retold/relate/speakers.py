"""The speakers of a story's articles, brought together: one id for one speaker over the story.

People are joined by full name, by a surname that only one of the story's people has, by a spelling one letter off, and
by a role that only one of them holds; organisations by the same content words or an acronym; countries by name.
"""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from rapidfuzz.distance import DamerauLevenshtein

from retold.annotate.names import roles_match
from retold.languages import Language
from retold.model import AnnotatedArticle, Profile, Speaker

# A misspelt name is the same bearer's from this length on, one letter off: shorter names differ by one letter in truth.
MISSPELT_CHARS = 9


class _Member(Struct, eq=False):
    """One article's speaker, and the group it has been put in."""

    speaker: Speaker
    profile: Profile
    article: str
    group: int


def join_speakers(
    articles: Sequence[AnnotatedArticle], language: Language
) -> tuple[tuple[AnnotatedArticle, ...], tuple[Speaker, ...]]:
    """The articles of one story with story-wide speaker ids (`p1`, …), and those speakers.

    The result does not depend on the order of the articles: ids follow the text of the articles' digests and positions.
    Cost: linear in speakers for names; people without a name times people for roles.
    """
    members: list[_Member] = []
    for annotated in sorted(articles, key=lambda a: (a.article.rank, a.article.id)):
        profiles = {p.id: p for p in annotated.profiles}
        for speaker in annotated.speakers:
            members.append(
                _Member(speaker, profiles.get(speaker.id, Profile(speaker.id)), annotated.article.id, len(members))
            )
    people = [m for m in members if m.speaker.kind == "person"]
    _join_names(people)
    _join_surnames(people)
    _join_roles(people, language)
    _join_others([m for m in members if m.speaker.kind != "person"], language)
    return _number(articles, members)


def _merge(members: Sequence[_Member], a: _Member, b: _Member) -> None:
    low, high = sorted((a.group, b.group))
    if low != high:
        for member in members:
            if member.group == high:
                member.group = low


def _full_names(member: _Member) -> list[tuple[str, ...]]:
    return [n for n in member.profile.names if len(n) >= 2]


def _join_names(people: Sequence[_Member]) -> None:
    """Same full name; or same surname and first letters, one name being the other's with a word less; or one typo."""
    by_last: dict[str, list[_Member]] = defaultdict(list)
    for member in people:
        for name in _full_names(member):
            for word in sorted({name[0], name[-1]}):
                by_last[word].append(member)
    for _, namesakes in sorted(by_last.items()):
        for i, a in enumerate(namesakes):
            for b in namesakes[i + 1 :]:
                if any(_same_person(x, y) for x in _full_names(a) for y in _full_names(b)):
                    _merge(people, a, b)
    named = [m for m in people if _full_names(m)]
    for i, a in enumerate(named):
        for b in named[i + 1 :]:
            if a.group != b.group and a.article != b.article and _is_misspelt(a, b):
                _merge(people, a, b)


def _is_misspelt(a: _Member, b: _Member) -> bool:
    """Whether the two full names are one letter apart, and long enough for that to be a slip."""
    x, y = " ".join(_full_names(a)[0]), " ".join(_full_names(b)[0])
    return min(len(x), len(y)) >= MISSPELT_CHARS and DamerauLevenshtein.distance(x, y, score_cutoff=1) <= 1


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
    named = [m for m in people if _full_names(m)]
    for member in people:
        if _full_names(member) or not member.profile.names:
            continue
        surname = member.profile.names[0][0]
        fits: dict[int, _Member] = {}
        for other in named:
            if any(surname in (n[0], n[-1]) for n in _full_names(other)):
                fits.setdefault(other.group, other)
        if len(fits) > 1 and member.profile.titles:
            titled = {g: o for g, o in fits.items() if _group_titles(people, g) & member.profile.titles}
            fits = titled or fits
        if len(fits) == 1:
            _merge(people, member, next(iter(fits.values())))


def _group_titles(people: Sequence[_Member], group: int) -> frozenset[str]:
    return frozenset(t for m in people if m.group == group for t in m.profile.titles)


def _join_roles(people: Sequence[_Member], language: Language) -> None:
    """A speaker known by role alone is the one named person of the story who holds it."""
    for member in people:
        if member.profile.names or not member.profile.roles:
            continue
        fits: dict[int, _Member] = {}
        for other in people:
            if other.profile.names and any(
                roles_match(a, b, language) for a in member.profile.roles for b in other.profile.roles
            ):
                fits.setdefault(other.group, other)
        if len(fits) == 1:
            _merge(people, member, next(iter(fits.values())))


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
            _merge(others, member, seen[key])
        else:
            seen[key] = member
        if member.speaker.kind == "organization":
            initials = "".join(w[0] for w in words if w not in skip)
            short = member.speaker.name if member.speaker.name.isupper() else initials if len(initials) > 2 else ""
            if short:
                folded = short.casefold()
                if folded in acronyms and (member.speaker.name.isupper() != acronyms[folded].speaker.name.isupper()):
                    _merge(others, member, acronyms[folded])
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
            _merge(bodies, member, next(iter(fits.values())))


def _number(
    articles: Sequence[AnnotatedArticle], members: Sequence[_Member]
) -> tuple[tuple[AnnotatedArticle, ...], tuple[Speaker, ...]]:
    groups: dict[int, list[_Member]] = defaultdict(list)
    for member in members:
        groups[member.group].append(member)
    given: dict[str, str] = {}
    speakers = []
    for i, (_, group) in enumerate(sorted(groups.items())):
        key = f"p{i + 1}"
        best = max(group, key=_fullness)
        mentions = tuple(sorted({place for m in group for place in m.speaker.mentions}))
        speakers.append(Speaker(key, best.speaker.name, best.speaker.kind, mentions))
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
                speakers=tuple(s for s in speakers if any(m.article == annotated.article.id for m in s.mentions)),
            )
        )
    return tuple(changed), tuple(speakers)


def _fullness(member: _Member) -> tuple[bool, int, int, str]:
    """Which of a group's names stands for it: a full name before a surname before a role, then the commoner length."""
    names = _full_names(member)
    is_proper = member.speaker.name != member.speaker.name.lower()
    return (
        bool(member.profile.names) and is_proper,
        bool(names),
        min(3, len(names[0])) if names else 0,
        member.speaker.name,
    )
