"""The subject of a cue where the order of words is free: the run of words that can be who says it.

Cases tell where an analyser is installed (`morphology`), else order, capitals and the small words of the language.
"""

from collections.abc import Sequence

from retold.annotate.cues import CueIndex, index_cues
from retold.annotate.inflection import find_base, list_nouns
from retold.annotate.morphology import find_forms
from retold.annotate.phrases import end_phrase, find_phrase_after, find_phrase_before
from retold.annotate.tokens import OPENING, STOPS, Token
from retold.languages import Language
from retold.model import Span

_CLOSING = frozenset('»“”"')
LONGEST_SOURCE_TOKENS = 24


def find_source(
    text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language, start: int
) -> Span | None:
    """The source of the cue at `k`, on whichever side it stands."""
    entry = cues.verbs[tokens[k].lower][1]
    if entry.takes_addressee and "object" in entry.frames and k + 1 < len(tokens) and tokens[k + 1].is_word:
        last = k + 1
        if tokens[k + 1].lower not in language.names.pronouns:
            last = end_source(tokens, k + 1, cues, language)
        return Span(tokens[k + 1].span.start, tokens[last].span.end)  # "…", the paper quotes her
    source = find_source_before(text, tokens, start, k, language) or find_source_after(text, tokens, k, cues, language)
    return source or share_source(text, tokens, start, language)


def share_source(
    text: str, tokens: Sequence[Token], start: int, language: Language, is_participle: bool = False
) -> Span | None:
    """ "X smiled and said", "X came out, saying": the subject of the verb that the cue at `start` is joined to."""
    if start < 2:
        return None
    if tokens[start - 1].lower not in language.names.joiners and not (is_participle and tokens[start - 1].text == ","):
        return None
    first = start_segment(tokens, start - 1)
    verb = next((i for i in range(first, start) if is_finite(tokens[i], language)), None)
    return None if verb is None else find_source_before(text, tokens, first, verb, language)


def find_source_before(text: str, tokens: Sequence[Token], start: int, k: int, language: Language) -> Span | None:
    """The subject that stands before the cue at `k`, in the clause that begins at `start`."""
    if language.names.capital_nouns:
        phrase = find_phrase_before(tokens, start, k, language, lambda t: t.lower in index_cues(language).verbs)
        return None if phrase is None else Span(tokens[phrase[0]].span.start, tokens[phrase[1]].span.end)
    if _stands_in_document(tokens, k, language):
        return _find_document(tokens, start, k, language)
    last = k - 1
    while last >= start and (tokens[last].lower in language.cues.auxiliaries or tokens[last].text == ","
                             or _is_adverb(tokens[last], language)):  # fmt: skip
        last -= 1
    i = start
    while i <= last:
        token = tokens[i]
        if not token.is_word and token.text not in OPENING:
            i += 1
            continue
        if is_preposition(token.lower, language):
            i = _skip_phrase(tokens, i, last, language)
            continue
        if token.text in OPENING or _can_be_subject(token, language):
            break
        i += 1
    if i > last and start <= last and is_preposition(tokens[start].lower, language) and _is_plural(tokens[k].lower):
        i = start + 1  # "at the ministry they said"
    if i > last or last - i > LONGEST_SOURCE_TOKENS:
        return None
    if is_finite(tokens[last], language) and not tokens[last].is_capital:
        return None  # the subject belongs to another verb
    stop = end_source(tokens[: last + 1], i, index_cues(language), language)
    return Span(tokens[i].span.start, tokens[stop].span.end)


def _skip_phrase(tokens: Sequence[Token], i: int, last: int, language: Language) -> int:
    """Past a preposition and its noun: up to the next word that can be a subject and is not part of it."""
    i += 1
    while i <= last and tokens[i].is_word:
        forms = find_forms(tokens[i].lower, language)
        is_head = (forms.is_noun if forms is not None else True) and not (forms is not None and forms.is_adjective)
        i += 1
        if is_head:
            break
    while i <= last and tokens[i].is_word:
        forms = find_forms(tokens[i].lower, language)
        is_acronym = len(tokens[i].text) > 1 and tokens[i].text.isupper()
        if not is_acronym and (forms is None or not forms.cases or "nomn" in forms.cases):
            break
        i += 1  # what the noun governs
    return i


def find_source_after(text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language) -> Span | None:
    """The subject that stands behind the cue at `k`: past whom it was told, where and when."""
    if language.names.capital_nouns:
        phrase = find_phrase_after(tokens, k, language, lambda t: t.lower in cues.verbs)
        return None if phrase is None else Span(tokens[phrase[0]].span.start, tokens[phrase[1]].span.end)
    if _stands_in_document(tokens, k, language):
        return _find_document(tokens, k + 1, len(tokens), language)
    i = k + 1
    while i < len(tokens) and i - k < 14:
        token = tokens[i]
        if token.text in OPENING:
            break
        if not token.is_word:
            return None
        word = token.lower
        if word in language.cues.auxiliaries or _is_adverb(token, language):
            i += 1
            continue
        if is_preposition(word, language):
            past = _skip_phrase(tokens, i, len(tokens) - 1, language)
            rest = past < len(tokens) and tokens[past].is_word and _can_be_subject(tokens[past], language)
            if rest:
                i = past
                continue
            if _is_plural(tokens[k].lower) and i + 1 < len(tokens) and i == k + 1:
                i += 1  # "they said at the ministry"
                break
            return None
        if _can_be_subject(token, language):
            break
        i += 1
    if i >= len(tokens) or i - k >= 14 or tokens[i].lower in language.cues.complementisers:
        return None
    if tokens[i].lower in language.names.relatives and tokens[i].lower not in language.names.pronouns:
        return None
    last = end_source(tokens, i, cues, language)
    return Span(tokens[i].span.start, tokens[last].span.end)


def _stands_in_document(tokens: Sequence[Token], k: int, language: Language) -> bool:
    """Whether the cue at `k` tells what stands in a text, and names nobody."""
    entry = index_cues(language).verbs.get(tokens[k].lower)
    return entry is not None and "document" in entry[1].frames


def _find_document(tokens: Sequence[Token], first: int, stop: int, language: Language) -> Span | None:
    """What "in" leads up to, up to `stop` or the next comma: "it is said in the statement of the port"."""
    for i in range(first, stop - 1):
        if tokens[i].text in STOPS:
            return None
        if tokens[i].lower in language.cues.document_openers:
            last = end_source(tokens[:stop], i + 1, index_cues(language), language)
            return Span(tokens[i + 1].span.start, tokens[last].span.end)
    return None


def end_source(tokens: Sequence[Token], first: int, cues: CueIndex, language: Language) -> int:
    """The last token of the source that begins at `first`: its name, role, whose it is, and appositions."""
    if language.names.capital_nouns:
        return end_phrase(tokens, first, language, lambda t: t.lower in cues.verbs)
    owns = first + 1 < len(tokens) and find_base(tokens[first + 1].text, language) in list_nouns(language.code)
    if tokens[first].lower in language.names.pronouns and not owns:
        return first  # and not "her neighbour"
    is_noun = find_base(tokens[first].text, language) in list_nouns(language.code)
    last, named, depth = first, tokens[first].is_capital and not is_noun, 0
    i = first
    while i < len(tokens) and i - first < LONGEST_SOURCE_TOKENS:
        token = tokens[i]
        if token.text in OPENING and not depth:
            depth = 1
        elif token.text in _CLOSING and depth:
            depth = 0
            last, named = i, True
        elif depth:
            last = i
        elif token.text == ",":
            joined = _apposition_end(tokens, i, named, cues, language)
            if joined is None:
                break
            last = joined
            i = joined
        elif token.text in STOPS:
            break
        else:
            word = token.lower
            if i > first and is_preposition(word, language):
                ahead = [t for t in tokens[i + 1 : i + 8] if t.text not in {"-"}]
                cut = next((j for j, t in enumerate(ahead) if t.text in STOPS), len(ahead))
                if named or (word in language.cues.source_ends and not any(t.is_capital for t in ahead[1:cut])):
                    break
            elif i > first and word in language.names.joiners:
                follows = tokens[i + 1] if i + 1 < len(tokens) else None
                if follows is None or follows.lower in cues.verbs or not follows.is_word:
                    break
            elif i > first and (word in cues.verbs or word in language.cues.complementisers
                                or (_is_adverb(token, language) and not token.is_capital)
                                or (is_finite(token, language) and not token.is_capital)):  # fmt: skip
                break
            elif i > first and named and not token.is_capital and not _can_follow_name(token, language):
                close = tokens[i + 1 : i + 6]
                cut = next((j for j, t in enumerate(close) if not t.is_word or t.lower in cues.verbs), len(close))
                if not _is_genitive(token, language) or not any(t.is_capital for t in close[:cut]):
                    break
            named = named or (token.is_capital and (i > first or not is_noun))
            last = i
        i += 1
    return last


def _apposition_end(tokens: Sequence[Token], comma: int, named: bool, cues: CueIndex, language: Language) -> int | None:
    """Where the apposition behind a comma ends: "X, the head of Y": a noun phrase up to the next comma or the end."""
    i = comma + 1
    if i >= len(tokens) or not tokens[i].is_word:
        return None
    first = tokens[i]
    if (
        first.lower in language.words.stop
        or first.lower in cues.verbs
        or is_preposition(first.lower, language)
        or cues.source_follows.match(first.text)
        or not (first.is_capital if not named else not first.is_capital and _can_be_subject(first, language))
    ):
        return None
    stop = next((j for j in range(i, len(tokens)) if tokens[j].text in STOPS), len(tokens))
    inside = tokens[i:stop]
    if stop - i > 12 or any(is_finite(t, language) or t.lower in cues.verbs for t in inside if not t.is_capital):
        return None
    if not first.is_capital and find_base(first.text, language) not in list_nouns(language.code):
        return None
    return stop - 1


def _can_follow_name(token: Token, language: Language) -> bool:
    forms = find_forms(token.lower, language)
    if forms is None:
        return token.lower in language.names.name_particles
    return token.lower in language.names.name_particles or ("nomn" in forms.cases and forms.is_noun)


def _is_genitive(token: Token, language: Language) -> bool:
    forms = find_forms(token.lower, language)
    return forms is not None and "gent" in forms.cases


def _can_be_subject(token: Token, language: Language) -> bool:
    """Whether a word can open a subject."""
    word = token.lower
    names = language.names
    pronoun = names.pronouns.get(word)
    forms = find_forms(word, language)
    if pronoun is not None:
        return forms is None or "nomn" in forms.cases
    if word in names.roles or word in names.collectives or word in names.bodies:
        return True
    if word in language.words.stop or word in language.cues.source_ends:
        return False
    if forms is None:
        return token.is_capital or not (_is_adverb(token, language) or (word[-1:] in "оюи" and len(word) > 9))
    if token.is_capital:
        return True
    return "nomn" in forms.cases or not (forms.cases or forms.is_finite or forms.is_adverb)


def is_preposition(word: str, language: Language) -> bool:
    if word in language.names.joiners or word in language.names.pronouns:
        return False
    forms = find_forms(word, language)
    if forms is not None and forms.is_preposition:
        return True
    return word in language.names.linkers and word not in language.names.joiners


def _is_adverb(token: Token, language: Language) -> bool:
    if token.is_capital:
        return False
    forms = find_forms(token.lower, language)
    if forms is not None:
        return forms.is_adverb and not forms.is_noun
    return len(token.text) > 5 and token.lower.endswith("но")


def is_finite(token: Token, language: Language) -> bool:
    forms = find_forms(token.lower, language)
    return forms is not None and forms.is_finite and not forms.is_noun


def is_infinitive(token: Token, language: Language) -> bool:
    word = token.lower
    if len(word) < 4 or not word.endswith(language.cues.infinitive_endings):
        return False
    forms = find_forms(word, language)
    return not word.endswith("уть") if forms is None else forms.is_infinitive


def _is_plural(word: str) -> bool:
    return word.endswith(("ли", "ют", "ят", "ать", "ють", "ять", "уть", "ут", "лись", "лися"))


def start_segment(tokens: Sequence[Token], k: int) -> int:
    """Where the stretch between commas and dashes begins that token `k` stands in."""
    i = k
    while i > 0 and tokens[i - 1].text not in {",", ";", ":", "–", "—", "(", "…"}:
        i -= 1
    return i


def start_clause(tokens: Sequence[Token], k: int, language: Language) -> int:
    """Where the clause of the verb at `k` can begin: after the last comma behind which words come that open one, or the
    last "and"; an apposition between commas belongs to the clause."""
    i = start_segment(tokens, k)
    if i == k or all(t.lower in language.cues.auxiliaries for t in tokens[i:k]):
        # "X, the head of Y, said": the commas close an apposition
        j = start_segment(tokens, max(0, i - 2)) if i >= 2 else 0
        is_relative = any(t.lower in language.names.relatives for t in tokens[j : j + 2])
        if (
            i >= 2
            and tokens[i - 1].text == ","
            and (is_relative or not any(is_finite(t, language) for t in tokens[j : i - 1]))
        ):
            outer = start_segment(tokens, max(0, j - 2)) if j >= 2 and tokens[j - 1].text == "," else j
            return outer if not any(is_finite(t, language) for t in tokens[outer:j]) else j
        return i
    for j in range(k - 1, i, -1):
        if tokens[j].lower in language.names.joiners and any(is_finite(t, language) for t in tokens[i:j]):
            return j + 1
    return i
