"""The subject of a cue in languages that write every noun with a capital and put an article before it (German).

Capitals tell nouns from the rest and say nothing of names; small words tell the case. A noun phrase is an article or
none, adjectives, nouns, what belongs to them ("des Ministeriums", "von der Gewerkschaft") and appositions.
"""

from collections.abc import Callable, Sequence

from retold.annotate.names import is_role
from retold.annotate.tokens import STOPS, Token
from retold.languages import Language
from retold.languages.language import Names

LONGEST_PHRASE_TOKENS = 24
_OPENING = frozenset('„»«"‚')
_CLOSING = frozenset('“”«»"‘')
_LONGEST_APPOSITION_TOKENS = 14


def find_phrase_before(
    tokens: Sequence[Token], start: int, k: int, language: Language, is_cue: Callable[[Token], bool]
) -> tuple[int, int] | None:
    """First and last token of the subject between `start` and the verb at `k`; None where it must stand behind."""
    names = language.names
    is_closed = bool(k) and tokens[k - 1].text == ","
    if is_closed or (k and tokens[k - 1].lower in names.joiners):
        start = 0  # "X, the head of Y (Z), said", "X smiled and said"
    i = start
    if k + 1 < len(tokens) and tokens[k + 1].lower in language.cues.impersonal:
        told = next((j for j in range(start, k) if tokens[j].lower in names.prepositions), -1)
        return (told + 1, end_phrase(tokens[:k], told + 1, language, is_cue)) if 0 <= told < k - 1 else None
    while i < k:
        token = tokens[i]
        if token.lower in names.prepositions:
            past = skip_phrase(tokens, i, k, language)
            is_name = past == k and token.is_capital and token.lower in names.name_particles
            if is_name and find_phrase_after(tokens, k, language, is_cue) is None:
                return i, k - 1  # "Von der Weide said"
            i = past
            continue
        if token.lower in names.oblique:
            i = _skip_oblique(tokens, i, k, names)
            continue
        if token.lower in names.genitive_articles and _stands_before_subject(tokens, i, k, language):
            return None  # "der Zeitung sagte X": whom it was told
        if can_be_subject(token, language) and _holds_noun(tokens, i, k, language):
            last = end_phrase(tokens[:k], i, language, is_cue)
            if is_closed and last < k - 2 and skip_relative(tokens, last + 1, language) != k:
                i = last + 1  # another clause stands between it and the verb
                continue
            return i, last
        i += 1
    return None


def skip_relative(tokens: Sequence[Token], comma: int, language: Language) -> int:
    """Past the relative clause that the comma at `comma` opens and the comma that closes it; else `comma`."""
    if comma + 2 >= len(tokens) or tokens[comma].text != "," or tokens[comma + 1].lower not in language.names.relatives:
        return comma
    close = next((i for i in range(comma + 2, min(len(tokens), comma + 20)) if tokens[i].text in STOPS), None)
    return close + 1 if close is not None and tokens[close].text == "," and not tokens[close - 1].is_capital else comma


def _skip_oblique(tokens: Sequence[Token], i: int, end: int, names: Names) -> int:
    """Past an object: its article, adjectives and nouns, or a pronoun."""
    is_article = tokens[i].lower in names.articles | names.indefinite
    return _end_nouns(tokens, i, end, names) + 1 if is_article else i + 1


def _stands_before_subject(tokens: Sequence[Token], i: int, k: int, language: Language) -> bool:
    """Whether the phrase at `i` is all that stands before the verb at `k`, and a subject right behind it."""
    if _end_nouns(tokens, i, k, language.names) != k - 1 or k + 1 >= len(tokens):
        return False
    follows = tokens[k + 1]
    if follows.lower in language.names.prepositions or follows.lower in language.cues.complementisers:
        return False
    return can_be_subject(follows, language) and _holds_noun(tokens, k + 1, len(tokens), language)


def find_phrase_after(
    tokens: Sequence[Token], k: int, language: Language, is_cue: Callable[[Token], bool]
) -> tuple[int, int] | None:
    """First and last token of the subject behind the verb at `k`, past whom it was told, where and when."""
    i, names = k + 1, language.names
    while i < len(tokens) and i - k < LONGEST_PHRASE_TOKENS:
        token = tokens[i]
        if token.text in STOPS:
            return None
        if token.lower in language.cues.impersonal:
            told = next((j for j in range(i + 1, min(len(tokens), i + 3)) if tokens[j].lower in names.prepositions), -1)
            if told < 0 or told + 1 >= len(tokens):
                return None
            return told + 1, end_phrase(tokens, told + 1, language, is_cue)  # "heißt es in dem Brief"
        if token.lower in names.prepositions:
            i = skip_phrase(tokens, i, len(tokens), language)
            continue
        if token.lower in names.oblique:  # whom it was told: "sagte er der Zeitung"
            i = _skip_oblique(tokens, i, len(tokens), names)
            continue
        if can_be_subject(token, language) and _holds_noun(tokens, i, len(tokens), language):
            return i, end_phrase(tokens, i, language, is_cue)
        i += 1
    return None


def can_be_subject(token: Token, language: Language) -> bool:
    """Whether a subject can begin here: with an article, a pronoun, or a noun that is no day or hour."""
    names, word = language.names, token.lower
    if word in names.oblique or word in names.prepositions:
        return False
    if word in names.pronouns or word in names.articles or word in names.indefinite or word in names.collectives:
        return True
    return token.text in _OPENING or (token.is_capital and word not in names.not_names)


def _holds_noun(tokens: Sequence[Token], first: int, end: int, language: Language) -> bool:
    """Whether a noun follows an article before anything ends its phrase."""
    if tokens[first].lower in language.names.pronouns and tokens[first].lower not in language.names.articles:
        return True
    for token in tokens[first : min(end, first + 8)]:
        if _is_noun(token) and token.lower not in language.names.articles | language.names.indefinite:
            return token.lower not in language.names.not_names
        if token.text in _OPENING:
            return True
        if token.text in STOPS or token.lower in language.names.prepositions:
            break
    return tokens[first].lower in language.names.pronouns


def skip_phrase(tokens: Sequence[Token], i: int, end: int, language: Language) -> int:
    """Past a preposition at `i`, its nouns and what belongs to them."""
    last = _end_nouns(tokens, i + 1, end, language.names)
    while last + 1 < end and tokens[last + 1].lower in language.names.genitive_articles:
        last = _end_nouns(tokens, last + 1, end, language.names)
    return last + 1


def _end_nouns(tokens: Sequence[Token], first: int, end: int, names: Names) -> int:
    """The last of the nouns that the words from `first` lead up to."""
    last, seen, depth = first, False, False
    for i in range(first, min(end, first + LONGEST_PHRASE_TOKENS)):
        token = tokens[i]
        if token.text in _OPENING and not depth:
            name = tokens[i + 1].text if i + 1 < len(tokens) else ""
            if name[:1].islower() and "." not in name:
                break  # words of the narrator's clause, and no name
            depth = True
        elif token.text in _CLOSING and depth:
            depth = False
            seen = True
        elif depth:
            pass
        elif not token.is_word or (seen and not _is_noun(token)):
            break
        else:
            seen = seen or (_is_noun(token) and token.lower not in names.articles | names.indefinite)
        last = i
    return last if last >= first else first


def end_phrase(tokens: Sequence[Token], first: int, language: Language, is_cue: Callable[[Token], bool]) -> int:
    """The last token of the noun phrase that begins at `first`: names, what belongs to it, appositions.

    >>> from retold.annotate.tokens import tokenise
    >>> from retold.languages import load_language
    >>> from retold.model import Span
    >>> text = "der Sprecher des Ministeriums am Montag"
    >>> words = tokenise(text, Span(0, len(text)))
    >>> words[end_phrase(words, 0, load_language("de"), lambda token: False)].text
    'Ministeriums'
    """
    names = language.names
    lead = tokens[first].lower
    if lead in names.pronouns and not (lead in names.articles and _leads_to_noun(tokens, first)):
        return first
    last = _end_nouns(tokens, first, len(tokens), language.names)
    is_apposed = False
    while last + 1 < len(tokens) and last - first < LONGEST_PHRASE_TOKENS:
        follows = tokens[last + 1]
        is_named = _ends_in_name(tokens, first, last, names)
        if follows.text == "(":
            close = next((j for j in range(last + 2, min(len(tokens), last + 8)) if tokens[j].text == ")"), None)
            if close is None:
                break
            last = close
        elif follows.lower in names.genitive_articles and not is_named and _leads_to_noun(tokens, last + 1):
            last = _end_nouns(tokens, last + 1, len(tokens), language.names)
        elif follows.lower in names.linkers - names.genitive_articles and _leads_to_noun(tokens, last + 1):
            noun = next(t for t in tokens[last + 2 : last + 8] if _is_noun(t) or t.text in _OPENING)
            if noun.lower in names.not_names:
                break
            last = _end_nouns(tokens, last + 2, len(tokens), names)
        elif follows.lower in names.joiners and _joins_another(tokens, last + 1, language):
            last = _end_nouns(tokens, last + 2, len(tokens), language.names)
        elif follows.text == "," and not is_apposed:
            is_apposed = True
            stop = _end_apposition(tokens, last + 1, language, is_cue)
            if stop is None:
                break
            last = stop
        else:
            break
    return last


def _is_noun(token: Token) -> bool:
    """Whether a word is written as nouns are: "Minister", "58-Jährige"."""
    return token.is_capital or token.text.rpartition("-")[2][:1].isupper()


def _leads_to_noun(tokens: Sequence[Token], i: int) -> bool:
    """Whether adjectives and a noun follow the small word at `i`."""
    for token in tokens[i + 1 : i + 6]:
        if _is_noun(token) or token.text in _OPENING:
            return True
        if not token.is_word:
            return False
    return False


def _joins_another(tokens: Sequence[Token], i: int, language: Language) -> bool:
    follows = tokens[i + 1] if i + 1 < len(tokens) else None
    return follows is not None and (follows.is_capital or follows.lower in language.names.articles)


def _ends_in_name(tokens: Sequence[Token], first: int, last: int, names: Names) -> bool:
    """Whether the last noun is a person's name: behind another noun, or alone without being a role."""
    word = tokens[last]
    if not word.is_capital or is_role(word.lower, names) or word.lower in names.bodies:
        return False
    return last == first or tokens[last - 1].is_capital


def _end_apposition(
    tokens: Sequence[Token], comma: int, language: Language, is_cue: Callable[[Token], bool]
) -> int | None:
    """Where "X, der Leiter von Y," ends: a noun phrase without a verb up to its own comma or the end."""
    i = comma + 1
    if i >= len(tokens) or not tokens[i].is_word:
        return None
    names = language.names
    stop = next((j for j in range(i, len(tokens)) if tokens[j].text in STOPS - {"(", ")"}), len(tokens))
    inside = tokens[i:stop]
    lead = tokens[i].lower
    if not (lead in names.articles or lead in names.indefinite or tokens[i].is_capital):
        return None
    if not 1 <= len(inside) <= _LONGEST_APPOSITION_TOKENS or not any(t.is_capital for t in inside):
        return None
    last = _end_nouns(tokens, i, stop, language.names)
    small = [t for t in tokens[last + 1 : stop] if t.is_word and not t.is_capital]
    linking = names.genitive_articles | names.linkers | names.prepositions | names.articles | names.joiners
    is_verbless = not any(is_cue(t) for t in inside) and all(
        t.lower in linking or t.text.endswith(language.names.adjective_endings) for t in small
    )
    return stop - 1 if is_verbless and not tokens[stop - 1].text[:1].islower() else None
