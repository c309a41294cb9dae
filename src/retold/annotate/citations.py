"""Which other outlets an article names as where its report comes from, and which outlet it comes from itself."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from retold.annotate.credits import find_dateline, find_links, find_parentheses
from retold.annotate.outlets import Known, drop_suffix, know_outlets, normalise_outlet, rate_name
from retold.annotate.words import join_words
from retold.languages import Language
from retold.languages import language as shapes
from retold.model import Article, Citation, Sentence, Span, Zone

CONTEXT_CHARS = 90
"""How far from a name its citing phrase may start or end."""
JOINED_NAMES = 5
"""So many outlets may share one verb."""
DATELINE_PARAGRAPHS = 3
"""A dateline opens one of the first paragraphs."""
_FIRST = "^"  # before the first word of a name, among words that stand for the whole name
KNOWN = 3
"""The rating of a name that an article at hand comes from; 2, 1 and 0 are those of `rate_name`."""

_CAP = r"(?:[^\W\d_a-zа-яёіїєґß-öø-ÿ][\w’'&-]*|\d+(?=\W|$))"
_POSSESSIVE = re.compile(r"[’'](?:s(?!\w)|(?!\w))")
_END = re.compile(r"[’']s?$")


class _Name(Struct, frozen=True):
    """A capitalised name, or one in marks, in the text: `outlet` is what it is called, `rating` how surely."""

    span: Span
    outlet: str
    rating: int
    has_article: bool
    words: int


class _Frames(Struct, frozen=True):
    """The phrases of a language as expressions over the text before a name (up to its end) and after it."""

    name: re.Pattern[str]
    article: re.Pattern[str]
    described: re.Pattern[str]
    introducer: re.Pattern[str]
    weak_introducer: re.Pattern[str]
    told: re.Pattern[str]
    verb_before: re.Pattern[str]
    weak_before: re.Pattern[str]
    verb_after: re.Pattern[str]
    weak_after: re.Pattern[str]
    not_subject: re.Pattern[str]
    credit: re.Pattern[str]
    bare_verb: re.Pattern[str]
    attribute: re.Pattern[str]
    report_word: re.Pattern[str]
    anaphor: re.Pattern[str]
    document: re.Pattern[str]
    in_document: re.Pattern[str]
    own_sure: tuple[re.Pattern[str], ...]
    own: tuple[re.Pattern[str], ...]


@cache
def _compile(data: shapes.Citations) -> _Frames:
    def one_of(phrases: Iterable[str]) -> str:
        return join_words(phrases).replace(r"\ ", r"\s+").replace("'", "['’]") or "(?!)"

    def own(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(p.replace("{name}", rf"(?P<name>{_CAP}(?: {_CAP}){{0,4}})")) for p in patterns)

    link = one_of(data.connectors)
    adverbs = rf"(?:(?:{one_of(data.adverbs)})\s+){{0,2}}"
    aside = r"(?:\s*\([^()\n]{1,40}\)|,[^,.;!?\n\"“”«»]{3,60},)?\s*,?\s*"
    flags = re.IGNORECASE
    return _Frames(
        name=re.compile(
            rf"[«“\"‘„»]{_CAP}(?:[ -]\w+){{0,5}}[»”\"’“«]|{_CAP}(?:[ -]{_CAP}|\s(?:{link})\s(?:the\s)?{_CAP}){{0,5}}"
        ),
        article=re.compile(rf"(?<!\w)(?:{one_of(data.articles)})\s+$", flags),
        described=re.compile(rf"(?<!\w)(?:(?:{one_of(data.descriptors)})\s+)+$", flags),
        introducer=re.compile(rf"(?<!\w)(?:{one_of(data.introducers)})\s+$", flags),
        weak_introducer=re.compile(rf"(?<!\w)(?:{one_of(data.weak_introducers)})\s+$", flags),
        told=re.compile(
            rf"(?<!\w)(?:{one_of(data.told_verbs)})\s+(?:[^\W\d_][\w.’'-]*\s+){{1,6}}?(?:{one_of(data.told_articles)})\s+"
            rf"(?:(?:{one_of(data.descriptors)})\s+)*$",
            flags,
        ),
        verb_before=re.compile(
            rf"(?:^|[,.?!\"”“«’»—–]\s*|\b(?:as|so)\s+){adverbs}(?:{one_of(data.verbs_before)})\s+$", flags
        ),
        weak_before=re.compile(rf"[,?!\"”“«’»—–]\s*(?:{one_of(data.weak_verbs)})\s+$", flags),
        verb_after=re.compile(rf"{aside}{adverbs}(?:{one_of(data.verbs_after)})(?!\w)", flags),
        weak_after=re.compile(rf"{aside}{adverbs}(?:{one_of(data.weak_verbs)})(?!\w)", flags),
        not_subject=re.compile(rf"(?<!\w)(?:{one_of(data.not_before)})\s+$", flags),
        credit=re.compile(rf"\W*(?:{one_of(data.credits)})\s+", flags),
        bare_verb=re.compile(rf"(?<!\w)(?:{one_of(data.bare_verbs)})\s*$", flags),
        attribute=re.compile(rf"(?<!\w)(?:{one_of(data.indefinite)})\s+(?:[\w-]+\s+)?$", flags),
        report_word=re.compile(rf"\s+(?:\w+\s+)?(?:{one_of(data.report_words)})(?!\w)", flags),
        anaphor=re.compile(rf"(?<!\w)(?:{one_of(data.anaphors)})(?!\w)", flags),
        document=re.compile(rf"(?<!\w)(?:{one_of(data.documents)})(?!\w)", flags),
        in_document=re.compile(rf"\s+(?:{one_of(data.in_documents)})(?!\w)", flags),
        own_sure=own(data.own_sure),
        own=own(data.own),
    )


def find_outlet(article: Article, language: Language) -> str | None:
    """Who published the article: as it was read, or as its own bylines, notices and furniture say.

    None where they don't say: an outlet is never guessed from what the report itself tells. Needs `article.zones`.
    Linear in the text.

    >>> from retold.languages import load_language
    >>> text = "Ann Lee is a reporter for the Fell Gazette based in Fell."
    >>> find_outlet(Article("a1", text, "", zones=(Zone("about", Span(0, len(text))),)), load_language("en"))
    'Fell Gazette'
    """
    if article.outlet:
        return article.outlet
    frames = _compile(language.citations)
    votes: Counter[str] = Counter()
    written: dict[str, str] = {}
    sure: set[str] = set()
    for zone in article.zones:
        if zone.role not in ("about", "furniture", "byline"):
            continue
        line = zone.span.cut(article.text).lstrip(" •·▪*\t")
        for pattern, is_sure in (*((p, True) for p in frames.own_sure), *((p, False) for p in frames.own)):
            for match in pattern.finditer(line):
                name = _END.sub("", match.group("name"))
                form = normalise_outlet(name)
                if not form or (not is_sure and not rate_name(name, language)):
                    continue
                votes[form] += 1
                written.setdefault(form, name)
                if is_sure:
                    sure.add(form)
    best = min(votes, key=lambda form: (form not in sure, -votes[form], form), default=None)
    return written[best] if best else None


def find_citations(
    article: Article, sentences: Sequence[Sentence], language: Language, outlets: Collection[str] = frozenset()
) -> tuple[Citation, ...]:
    """Finds where an article names another outlet as the origin of what it tells.

    `outlets`: the outlets of all articles compared, whose names count in any form ("the Courier"). Looks at the
    sentences, and for credits at bylines, notes on the author and furniture (`article.zones`). Returns citations in
    order; the span is the citing phrase. An article naming its own outlet is none, nor "reports that", nor a person
    who bears an outlet's name. `article` of a citation is set later, where
    derivations are found. Linear in the text.

    Method: names in frames, by the phrases and the words of outlets' names in the language file.

    >>> from retold.languages import load_language
    >>> text = "The bridge is shut, the Fell Gazette reported on Monday."
    >>> found = find_citations(Article("a1", text, ""), [Sentence(Span(0, len(text)), "body", 0)], load_language("en"))
    >>> [(c.outlet, c.span.cut(text)) for c in found]
    [('Fell Gazette', 'the Fell Gazette reported')]
    """
    frames = _compile(language.citations)
    own = find_outlet(article, language)
    known = know_outlets({*outlets, *([own] if own else [])}, language)
    whole = _compile_names(tuple(sorted(set(known.names.values()))), language.citations.articles)
    found: dict[Span, str] = {}
    local: dict[str, str] = {}
    for sentence in sentences:
        span = sentence.span
        if sentence.paragraph < DATELINE_PARAGRAPHS + 2 and sentence.role == "body":
            find_dateline(article.text, span, known, language, found)
        for name, phrase in _find_framed(article.text, span, frames, known, whole, local, language):
            found.setdefault(phrase, name.outlet)
            last = name.outlet.split()[-1].casefold()
            if name.words > 1 and last in language.citations.outlet_words | language.citations.weak_outlet_words:
                local.setdefault(last, name.outlet)
            elif name.words > 1 and name.rating == KNOWN:
                local.setdefault(_FIRST + name.outlet.split()[0].casefold(), name.outlet)
        find_parentheses(article.text, span, known, language, found)
        _find_anaphors(article.text, span, frames, found)
        _find_document(article.text, span, frames, known, own, language, found)
        find_links(article, span, known, language, found)
    _find_bare(article.text, sentences, whole, known, own, language, found)
    for zone in article.zones:
        if zone.role in ("byline", "about", "furniture"):
            _find_credit(article.text, zone, frames, known, whole, language, found)
    kept = ((span, outlet) for span, outlet in found.items() if not _is_own(outlet, own, language))
    return tuple(Citation(span, outlet) for span, outlet in sorted(kept))


def _find_bare(
    text: str,
    sentences: Sequence[Sentence],
    whole: re.Pattern[str],
    known: Known,
    own: str | None,
    language: Language,
    found: dict[Span, str],
) -> None:
    """An outlet at hand that is named in no frame, and cited nowhere in one: a report seldom names another for less."""
    cited = {normalise_outlet(outlet) for outlet in found.values()}
    for sentence in sentences:
        for match in whole.finditer(text, sentence.span.start, sentence.span.end):
            outlet = known.find(match.group())
            form = normalise_outlet(match.group())
            if outlet is None or form in cited or _is_own(outlet, own, language) or not rate_name(outlet, language):
                continue
            place = Span(*match.span())
            if not any(place.overlaps(span) for span in found):
                found[place] = outlet
                cited.add(form)


@lru_cache(maxsize=64)
def _compile_names(outlets: tuple[str, ...], articles: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the names of two words or more, without their article, as they stand; one word may be anybody's."""
    names = []
    for outlet in outlets:
        words = outlet.split()
        words = words[1:] if words[0].casefold() in articles else words
        if len(words) > 1:
            names.append(" ".join(words))
    return re.compile(rf"(?<!\w)(?:{join_words(names)})(?!\w)" if names else r"(?!)", re.IGNORECASE)


def _find_anaphors(text: str, span: Span, frames: _Frames, found: dict[Span, str]) -> None:
    """ "the newspaper reported", "according to the agency": the outlet that was cited last."""
    for match in frames.anaphor.finditer(text, span.start, span.end):
        cited = [(place, outlet) for place, outlet in found.items() if place.end <= match.start()]
        if not cited:
            continue
        verb = frames.verb_after.match(text, match.end(), span.end)
        lead = frames.introducer.search(text[max(span.start, match.start() - CONTEXT_CHARS) : match.start()])
        if verb is not None:
            found.setdefault(Span(match.start(), verb.end()), max(cited)[1])
        elif lead is not None:
            found.setdefault(Span(match.start() - len(lead.group().lstrip()), match.end()), max(cited)[1])


def _is_own(outlet: str, own: str | None, language: Language) -> bool:
    if own is None:
        return False
    mine, other = normalise_outlet(own), normalise_outlet(outlet)
    if mine == other:
        return True
    words = [word.casefold() for word in own.split() if word.casefold() not in language.citations.articles]
    return other in {word for word in words if word in language.citations.outlet_words} | set(words[-1:])


def _find_names(
    text: str,
    span: Span,
    frames: _Frames,
    known: Known,
    whole: re.Pattern[str],
    local: dict[str, str],
    language: Language,
) -> list[_Name]:
    """The names in a sentence that could be outlets, each cut down to the outlet's own words."""
    names: list[_Name] = []
    taken: list[Span] = []  # names at hand that no pattern of names may fit: "World at Dusk"
    for match in whole.finditer(text, span.start, span.end):
        outlet = known.find(match.group())
        if outlet is not None and match.group()[0].isupper():
            before = text[max(span.start, match.start() - CONTEXT_CHARS) : match.start()]
            has_article = bool(frames.article.search(before)) or bool(frames.described.search(before))
            taken.append(Span(*match.span()))
            names.append(_Name(taken[-1], outlet, KNOWN, has_article, len(match.group().split())))
    for match in frames.name.finditer(text, span.start, span.end):
        start, end = match.span()
        if any(place.overlaps(Span(start, end)) for place in taken):
            continue
        if text[start] in '«“"‘„»':
            start, end = start + 1, end - 1
        possessive = _POSSESSIVE.search(text, start + 1, end)
        if possessive and end - start > 2:
            end = possessive.start()
        start = _skip_leading(text, start, end, language)
        if start >= end:
            continue
        before = text[max(span.start, match.start() - 12) : start]
        has_article = bool(frames.article.search(before)) or bool(
            frames.described.search(text[max(span.start, start - CONTEXT_CHARS) : start])
        )
        names.append(_rate(text, start, end, has_article, known, local, language))
    return sorted(names, key=lambda name: name.span)


def _skip_leading(text: str, start: int, end: int, language: Language) -> int:
    """Past the capitalised word that only begins the sentence or names its day: "On Tuesday CNN"."""
    while start < end:
        word = re.match(r"[\w’']+", text[start:end])
        if word is None or word.end() == end - start:
            break
        folded = word.group().casefold()
        data = language.citations
        is_described = (
            language.names.capital_nouns and folded in data.descriptors and folded in data.outlet_words
        )  # "Sender Radio Küste"
        if folded not in language.words.stop and folded not in language.zones.date_words and not is_described:
            break
        if folded in language.zones.date_words and folded in language.citations.weak_outlet_words:
            break
        start += word.end()
        while start < end and not text[start].isalnum():
            start += 1
    return start


def _rate(
    text: str, start: int, end: int, has_article: bool, known: Known, local: dict[str, str], language: Language
) -> _Name:
    words = [Span(start + m.start(), start + m.end()) for m in re.finditer(r"[^\s]+", text[start:end])]
    for size in range(len(words) if known.may_stand_in(text[start:end]) else 0, 0, -1):
        for first in range(len(words) - size + 1):
            part = Span(words[first].start, words[first + size - 1].end)
            outlet = known.find(part.cut(text))
            if outlet is not None:
                return _Name(part, outlet, KNOWN, has_article or first > 0, size)
    name = text[start:end]
    shortened = local.get(_FIRST + name.casefold())
    if shortened:  # "Newsline", of an outlet that was cited as "Newsline International"
        return _Name(Span(start, end), shortened, KNOWN, has_article, 1)
    if len(words) == 1 and has_article:
        alias = known.short.get(name.casefold()) or local.get(name.casefold())
        if alias:
            return _Name(Span(start, end), alias, KNOWN, has_article, 1)
    return _Name(Span(start, end), " ".join(name.split()), rate_name(name, language), has_article, len(words))


def _find_framed(
    text: str,
    span: Span,
    frames: _Frames,
    known: Known,
    whole: re.Pattern[str],
    local: dict[str, str],
    language: Language,
) -> list[tuple[_Name, Span]]:
    names = _find_names(text, span, frames, known, whole, local, language)
    found: list[tuple[_Name, Span]] = []
    before: _Name | None = None  # the name before, where a phrase that stands before names introduced it
    for i, name in enumerate(names):
        phrase = _match_before(text, span, name, frames)
        if phrase is None and before is not None and _is_joined(text, before, name) and _fits(name, 1):
            phrase = name.span
        before = name if phrase is not None else None
        if phrase is None:
            phrase = _match_after(text, span, names, i, frames)
        if phrase is not None:
            document = frames.in_document.match(text, phrase.end, span.end)
            if document is not None:
                found.append((name, Span(phrase.start, document.end())))
            elif not _is_speaker(text, span, name, phrase, frames, language):
                found.append((name, phrase))
    return found


def _is_speaker(text: str, span: Span, name: _Name, phrase: Span, frames: _Frames, language: Language) -> bool:
    """Whether an organisation that is no outlet of news is only said to have said something: no document is named."""
    parts = {word.strip(".,").casefold() for word in name.outlet.split()}
    is_body = not parts.isdisjoint(language.names.bodies | language.citations.company_suffixes)
    if name.rating < KNOWN or not is_body or rate_name(name.outlet, language):
        return False
    words = f" {' '.join(phrase.cut(text).casefold().split())} "
    if not any(f" {spoken} " in words for spoken in (*language.citations.weak_verbs, *language.citations.of_speakers)):
        return False
    return frames.document.search(text, span.start, span.end) is None


def _fits(name: _Name, least: int) -> bool:
    """Whether a name is surely enough an outlet's for a frame; one that a person may bear needs its article."""
    if name.rating == 1:
        return least <= 1 and name.has_article
    return name.rating >= max(least, 1)


def _is_joined(text: str, before: _Name, name: _Name) -> bool:
    between = text[before.span.end : name.span.start]
    return len(between) < 12 and bool(
        re.fullmatch(r"(?:[’']s)?[»”“«\"’]?\s*(?:,|,?\s\w{1,3})\s+(?:\w{1,3}\s+)?[«“\"]?", between)
    )


def _match_before(text: str, span: Span, name: _Name, frames: _Frames) -> Span | None:
    """The phrase that leads up to a name: "according to the Post", "reports Fellweek"."""
    low = max(span.start, name.span.start - CONTEXT_CHARS)
    left = text[low : name.span.start].rstrip('«“"‘„»')
    if frames.attribute.search(left) and not frames.report_word.match(text, name.span.end):
        return None  # "a CNN poll"
    told = frames.told.search(left)
    if told and _fits(name, 2):
        return Span(low + told.start(), name.span.end)  # "sagte Tiede der „Warte“": told the Post
    for pattern in (frames.described, frames.article, frames.described):
        match = pattern.search(left)
        left = left[: match.start()] if match else left
    tests = (
        (frames.weak_introducer, 2),
        (frames.introducer, 1),
        (frames.weak_before, KNOWN if not name.has_article else 2),
    )
    match = frames.verb_before.search(left)
    if match and (_fits(name, 1) or _is_bare_name(text, span, name, left[: match.start() + 1], match.group(), frames)):
        return Span(low + match.end() - len(match.group().lstrip(' ,.?!"”“«’»—–\t')), name.span.end)
    # the longest phrase says most; of two equal ones the stricter comes first
    matches = [(m.start(), -least, m) for pattern, least in tests if (m := pattern.search(left))]
    if not matches:
        return None
    _, strictness, match = min(matches, key=lambda item: item[:2])
    if not _fits(name, -strictness):
        return None
    return Span(low + match.end() - len(match.group().lstrip(' ,?!"”“«’»—–\t')), name.span.end)


def _is_bare_name(text: str, span: Span, name: _Name, left: str, verb: str, frames: _Frames) -> bool:
    """ ", reports Fellweek.": a single unknown word that closes the sentence, where a person would have two."""
    if name.rating or name.words > 1 or name.has_article or not frames.bare_verb.search(verb):
        return False
    after = text[name.span.end : min(span.end, name.span.end + CONTEXT_CHARS)].strip('»”“«"’).,!? ')
    return not after and left.rstrip().endswith((",", '"', "”", "’"))


def _match_after(text: str, span: Span, names: Sequence[_Name], i: int, frames: _Frames) -> Span | None:
    """The phrase that follows a name: "City Bulletin reports", "the Post, a daily, first reported"."""
    name = names[i]
    left = text[max(span.start, name.span.start - CONTEXT_CHARS) : name.span.start].rstrip('«“"‘„»')
    article = frames.article.search(left)
    start = name.span.start - (len(left) - article.start() if article else 0)
    for pattern in (frames.described, frames.article, frames.described):
        match = pattern.search(left)
        left = left[: match.start()] if match else left
    if frames.not_subject.search(left):
        return None
    end = name.span.end
    while end < span.end and text[end] in '»”“«"’':
        end += 1
    last = i
    while (
        last + 1 < min(len(names), i + JOINED_NAMES)
        and names[last + 1].rating
        and _is_joined(text, names[last], names[last + 1])
    ):  # "CNN and the Post reported"
        last += 1
        end = names[last].span.end
    window = text[end : min(span.end, end + CONTEXT_CHARS)]
    match = frames.verb_after.match(window)
    if match:
        named = name.rating >= 2 or (name.rating == 1 and (name.has_article or name.words > 1))
        closing = text[end + match.end() : min(span.end, end + 2 * CONTEXT_CHARS)].strip(' .,»”“«"’')
        bare = (
            name.rating == 0
            and name.words == 1
            and not name.has_article
            and not closing
            and left.rstrip().endswith(",")
            and bool(frames.bare_verb.search(match.group()))
        )
        return Span(start, end + match.end()) if named or bare else None
    match = frames.weak_after.match(window)
    return Span(start, end + match.end()) if match and name.rating >= 2 else None


def _find_document(
    text: str, span: Span, frames: _Frames, known: Known, own: str | None, language: Language, found: dict[Span, str]
) -> None:
    """ "According to a press release": of the one organisation at hand that is no outlet of news and is named here."""
    mine = normalise_outlet(own) if own else ""
    told = _find_own_document(text, span, known, mine)
    if told is not None and not any(told[0].overlaps(other) for other in found):
        found[told[0]] = told[1]
    match = frames.document.search(text, span.start, span.end)
    if match is None:
        return
    named = [
        outlet
        for outlet in known.others(mine)
        if rate_name(outlet, language) == 0 and drop_suffix(outlet, language) in text
    ]
    place = Span(match.start(), match.end())
    if len(named) == 1 and not any(place.overlaps(other) for other in found):
        found[place] = named[0]


def _find_own_document(text: str, span: Span, known: Known, mine: str) -> tuple[Span, str] | None:
    """ "The federation's website": of the one body at hand whose name ends in that noun, if it is no outlet of news."""
    for pattern, outlets in known.bodies:
        match = pattern.search(text, span.start, span.end)
        others = [outlet for outlet in outlets if outlet != known.names.get(mine)]
        if match is not None and len(others) == 1:
            return Span(match.start(), match.end()), others[0]
    return None


def _find_credit(
    text: str,
    zone: Zone,
    frames: _Frames,
    known: Known,
    whole: re.Pattern[str],
    language: Language,
    found: dict[Span, str],
) -> None:
    """A credit in a byline or a note: "Source: Nordwire", "By Ann Lee, Fell Press"."""
    names = _find_names(text, zone.span, frames, known, whole, {}, language)
    wire_words = language.citations.wire_words
    credit = frames.credit.match(text, zone.span.start, zone.span.end)
    for i, name in enumerate(names):
        agency = zone.role == "byline" and name.words > 1 and name.outlet.split()[-1].casefold() in wire_words
        comma = (
            zone.role == "byline"
            and i > 0
            and text[max(0, name.span.start - 3) : name.span.start].rstrip().endswith(",")
        )
        if (name.rating >= 2 or agency) and ((credit and credit.end() <= name.span.start) or comma):
            found.setdefault(name.span, name.outlet)
