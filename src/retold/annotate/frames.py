"""Attributions where clauses stand between commas and the order of words is free (Ukrainian, Russian), without a parse.

A cue and its source stand in a stretch of words between commas, dashes or the ends of a sentence: `X said`, `said X`,
`as X said`, `in X's words`. What the other side of the comma holds is what was said. A source is the run of words that
can be a subject: cases tell where an analyser is installed (`morphology`), else order, capitals and the small words.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from retold.annotate import rules
from retold.annotate.cues import CueIndex
from retold.annotate.phrases import can_be_subject, find_phrase_before, skip_relative
from retold.annotate.rules import Attribution
from retold.annotate.subjects import (
    LONGEST_SOURCE_TOKENS,
    end_source,
    find_source,
    find_source_after,
    find_source_before,
    is_finite,
    is_infinitive,
    is_preposition,
    share_source,
    start_clause,
    start_segment,
)
from retold.annotate.tokens import DASHES, OPENING, STOPS, Token, tokenise
from retold.annotate.words import join_words
from retold.languages import Language
from retold.languages.language import Cues
from retold.model import Span

LEAST_CONTENT_WORDS = 2


class Found(Struct, frozen=True):
    """An attribution with its content, in parts where the attribution stands inside it. `is_aside`: it stands beside
    what is said, and what another cue introduces ends before it."""

    cue: Span
    source: Span | None
    content: tuple[Span, ...]
    lemma: str
    confidence: float
    is_aside: bool = False


def read_tail(text: str, after: Span, cues: CueIndex, language: Language) -> Attribution | None:
    """The attribution in what follows a closing mark; by `rules` where commas don't tell."""
    if not language.cues.clauses_in_commas:
        return rules.read_tail(text, after, cues, language)
    tokens = tokenise(text, Span(after.start, _past_name(text, after.end)))
    while tokens and tokens[0].text in DASHES | {",", "?", "!", "…"}:
        tokens.pop(0)
    if not tokens:
        return None
    told = _read_source_phrase(text, tokens, 0, cues, language)
    if told is not None:
        return Attribution(told[0], told[1], lemma=told[0].cut(text).lower(), confidence=0.9)
    for k, token in enumerate(tokens[: LONGEST_SOURCE_TOKENS + 4]):
        if token.text in {";", ":", "."} or (token.text in DASHES and k):
            break
        if not _can_quote(token, cues) or not token.is_word or not _has_needed(tokens, k, cues):
            continue
        source = find_source(text, tokens, k, cues, language, 0)
        return Attribution(token.span, source, lemma=cues.verbs[token.lower][0], confidence=0.9 if source else 0.7)
    return rules.read_signature(text, after, language)


def _past_name(text: str, end: int) -> int:
    """Past the name in marks that stands right behind: said the press office of "Lorn Ferries"."""
    if text[end : end + 1] not in OPENING:
        return end
    close = re.compile(r"[»”\"“](?=\W|\Z)").search(text, end + 2, end + 60)
    return close.end() if close is not None and "\n" not in text[end : close.end()] else end


def read_head(text: str, before: Span, cues: CueIndex, language: Language) -> Attribution | None:
    """The attribution in what leads up to an opening mark; by `rules` where commas don't tell."""
    if not language.cues.clauses_in_commas:
        return rules.read_head(text, before, cues, language)
    tokens = tokenise(text, before)
    for k in range(len(tokens) - 1, -1, -1):
        if tokens[k].is_word and _can_quote(tokens[k], cues) and _has_needed(tokens, k, cues):
            source = find_source(text, tokens, k, cues, language, start_clause(tokens, k, language))
            if source is None:
                led = _read_lead(tokens, cues, language)
                source = None if led is None else led.source
            return Attribution(tokens[k].span, source, lemma=cues.verbs[tokens[k].lower][0], confidence=0.8)
    for k in range(len(tokens)):
        told = _read_source_phrase(text, tokens, k, cues, language)
        if told is not None:
            return Attribution(told[0], told[1], lemma=told[0].cut(text).lower(), confidence=0.8)
    return rules.read_label(text, before, language) or _read_lead(tokens, cues, language)


def _read_lead(tokens: Sequence[Token], cues: CueIndex, language: Language) -> Attribution | None:
    """The subject of whatever leads up to a colon: "The mayor did not spare the town:"."""
    if not language.names.capital_nouns or not tokens or tokens[-1].text != ":":
        return None
    phrase = find_phrase_before(tokens, 0, len(tokens), language, lambda t: t.lower in cues.verbs)
    if phrase is None:
        return None
    return Attribution(None, Span(tokens[phrase[0]].span.start, tokens[phrase[1]].span.end), confidence=0.6)


def find_frames(text: str, sentence: Span, cues: CueIndex, language: Language, before: Span | None) -> list[Found]:
    """Every attribution of indirect speech in one sentence, in the order of their cues. `before`: the sentence before,
    which "об этом сообщил X" points back at. Linear in tokens times cues."""
    end = sentence.end
    while end > sentence.start and text[end - 1] in " .!?…\n\t":
        end -= 1
    tokens = tokenise(text, Span(sentence.start, end))
    found: list[Found] = []
    quoted = _inside_marks(tokens)
    k = 0
    while k < len(tokens):
        if quoted[k] or not tokens[k].is_word:
            k += 1
            continue
        one = _read_aside_phrase(text, tokens, k, cues, language)
        if one is None and _is_cue(tokens, k, cues, language):
            one = (
                _read_pointer(text, tokens, k, cues, language, before)
                or _read_complement(text, tokens, k, cues, language, found)
                or _read_aside(text, tokens, k, cues, language)
                or _read_infinitive(text, tokens, k, cues, language, found)
                or _read_object(text, tokens, k, cues, language)
            )
        elif one is None and tokens[k].lower in language.cues.nouns:
            one = _read_noun(text, tokens, k, language)
        if one is not None:
            found.append(one)
            while k < len(tokens) and tokens[k].span.start < one.cue.end:
                k += 1
        else:
            k += 1
    return _settle(text, found)


def _settle(text: str, found: list[Found]) -> list[Found]:
    """What one cue introduces ends where the next attribution of the sentence begins, unless that one is inside it."""
    settled = []
    for i, one in enumerate(found):
        content = list(one.content)
        for other in found[i + 1 :]:
            last = content[-1]
            start = other.cue.start
            if other.source is not None and last.start < other.source.start:
                start = min(start, other.source.start)
            if not last.start < start < last.end:
                continue
            gap = text[last.start : start].rstrip()
            stands_apart = gap.endswith((",", "–", "—", ";")) or re.search(r"[,;–—]\s*\w{1,3}(\s\w{1,5})?$", gap)
            if one.is_aside and not other.is_aside:
                continue
            if other.is_aside or stands_apart:
                if other.is_aside and other.content and other.content[-1].end > start:
                    continue
                content[-1] = _strip(text, Span(last.start, _before_joint(text, last.start, start)))
        kept = tuple(s for s in content if s.end > s.start and len(s.cut(text).split()) >= 1)
        if kept and sum(len(s.cut(text).split()) for s in kept) >= LEAST_CONTENT_WORDS:
            settled.append(Found(one.cue, one.source, kept, one.lemma, one.confidence, one.is_aside))
    return settled


def _before_joint(text: str, start: int, end: int) -> int:
    """Where the joint before a further attribution begins: its comma and "and"."""
    match = re.search(r"[\s,;–—]+(?:\w{1,3}\s+)?(?:\w{1,6}\s+)?$", text[start:end])
    plain = re.search(r"[\s,;–—]+$", text[start:end])
    if plain is not None and re.search(r"[,;–—]\s*$", text[start:end]):
        return start + plain.start()
    return start + match.start() if match is not None and "," in match.group() else end


def _read_pointer(
    text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language, before: Span | None
) -> Found | None:
    """ "Об этом сообщил X": what was said is the sentence before."""
    lead = " ".join(t.lower for t in tokens[:k] if t.lower not in language.cues.auxiliaries)
    if before is None or lead not in language.cues.back_pointers:
        return None
    if any(t.lower in language.cues.complementisers for t in tokens[k:]):
        return None
    source = find_source_after(text, tokens, k, cues, language)
    if source is None:
        return None
    return Found(tokens[k].span, source, (_strip(text, before),), cues.verbs[tokens[k].lower][0], 0.7, True)


def _read_complement(
    text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language, earlier: Sequence[Found]
) -> Found | None:
    """ "X said (to Y), that …", "X said: …": the clause that follows."""
    lemma, entry = cues.verbs[tokens[k].lower]
    if "clause" not in entry.frames:
        return None
    data = language.cues
    if tokens[k - 1].lower in data.as_words and k:
        return None
    start: int | None = None
    commas = 0
    joined = False
    for i in range(k + 1, min(len(tokens), k + 30)):
        token = tokens[i]
        if token.text == ":":
            start = i + 1
            break
        if token.text == ",":
            commas += 1
            follows = tokens[i + 1].lower if i + 1 < len(tokens) else ""
            second = tokens[i + 2].lower if i + 2 < len(tokens) else ""
            if follows in data.complementisers:
                start = i + 2
                break
            if follows in data.questions or (is_preposition(follows, language) and second in data.questions):
                if follows in data.as_words or joined:
                    return None
                start = i + 1
                break
            if _opens_bare_clause(tokens, i + 1, cues, language):
                start = i + 1
                break
            if commas > 2 or _is_cue(tokens, i + 1, cues, language):
                return None
        elif token.text in STOPS or (token.is_word and token.lower in cues.verbs):
            return None
        joined = joined or token.lower in language.names.joiners
    if start is None or start >= len(tokens):
        return None
    content = _strip(text, Span(tokens[start].span.start, tokens[-1].span.end))
    stop = start - 1
    begin = start_clause(tokens, k, language)
    is_participle = tokens[k].lower.endswith(data.participle_endings)
    source = None if is_participle else find_source_before(text, tokens, begin, k, language)
    if source is None and not is_participle:
        source = find_source_after(text, tokens[:stop], k, cues, language)
        source = source or share_source(text, tokens, begin, language)
    if is_participle and not earlier:
        source = share_source(text, tokens, begin, language, True)  # "X came out, saying that"
    confidence = 0.8
    if source is None and earlier:
        source = earlier[-1].source  # "…, adding that"
        confidence = 0.7
    return Found(tokens[k].span, source, (content,), lemma, confidence if source else 0.55)


def _opens_bare_clause(tokens: Sequence[Token], first: int, cues: CueIndex, language: Language) -> bool:
    """Whether what was said follows without a "that": its verb is in the mood of reported speech, or it is an
    infinitive with its mark."""
    data = language.cues
    is_relative = first < len(tokens) and tokens[first].lower in language.names.relatives
    for i in range(first, min(len(tokens), first + 40)):
        word = tokens[i].lower
        if tokens[i].text in {";", ":"}:
            return False
        if word in data.reported_moods:
            follows = tokens[i + 1].text if i + 1 < len(tokens) else "."
            return not (is_relative and follows in STOPS)  # at its end the verb of a relative clause
        if word in data.infinitive_marks and i + 1 < len(tokens) and is_infinitive(tokens[i + 1], language):
            return True
        if word in cues.verbs and "clause" in cues.verbs[word][1].frames and tokens[i - 1].text == ",":
            return False
    return False


def _read_aside(text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language) -> Found | None:
    """ "CONTENT, said X", "As X said, CONTENT", "CONTENT, as X said, MORE"."""
    lemma, entry = cues.verbs[tokens[k].lower]
    if not entry.frames & {"quote", "clause"}:
        return None
    first = start_segment(tokens, k)
    opener = next((i for i in range(first, k) if tokens[i].lower in language.cues.as_words), None)
    if opener is None and first == k and language.names.capital_nouns:
        opener = _find_opener(tokens, k, cues, language)  # "as X, the head of Y, said"
        first = opener if opener is not None else first
    lead = [t for t in tokens[first:k] if t.lower not in language.cues.auxiliaries]
    points_back = first > 0 and " ".join(t.lower for t in lead) in language.cues.back_pointers
    if opener is None and (first == 0 or (lead and not points_back)):
        return None
    if opener is None and language.names.capital_nouns and find_source_before(text, tokens, 0, k, language) is not None:
        return None  # the comma closes an apposition of the subject
    if tokens[k].lower.endswith(language.cues.participle_endings):
        return None  # its subject is another clause's
    source = find_source_after(text, tokens, k, cues, language)
    if source is None and opener is not None:
        source = find_source_before(text, tokens, opener + 1, k, language)
    if source is None:
        return None
    last = max(source.end, tokens[k].span.end)
    close = next((i for i in range(k + 1, len(tokens)) if tokens[i].span.start >= last), len(tokens))
    while close < len(tokens) and tokens[close].text not in {",", "–", "—", ";"}:
        close += 1  # where and when it was said
        if close < len(tokens) and tokens[close].lower in cues.verbs:
            return None
    parts = []
    if first > 0:
        parts.append(_strip(text, Span(tokens[0].span.start, tokens[first].span.start)))
    if close < len(tokens) and not points_back:
        parts.append(_strip(text, Span(tokens[close].span.start, tokens[-1].span.end)))
    parts = [p for p in parts if p.end > p.start]
    if not parts or (opener is None and first == 0):
        return None
    if len(parts) == 2 and opener is None and _opens_attribution(text, parts[1], cues, language):
        parts.pop()
    return Found(tokens[k].span, source, tuple(parts), lemma, 0.8, True)


def _find_opener(tokens: Sequence[Token], k: int, cues: CueIndex, language: Language) -> int | None:
    """The "as" that the source of the verb at `k` stands behind, where an apposition closes before the verb."""
    for i in range(max(0, k - LONGEST_SOURCE_TOKENS), k - 1):
        if tokens[i].lower in language.cues.as_words and end_source(tokens[:k], i + 1, cues, language) >= k - 2:
            return i
    return None


def _opens_attribution(text: str, part: Span, cues: CueIndex, language: Language) -> bool:
    """Whether what follows an aside is another attribution, or hangs on the aside: a participle, a relative clause."""
    tokens = tokenise(text, part)
    first = tokens[0].lower if tokens else ""
    if first in language.names.relatives or first in cues.verbs or first in language.cues.as_words:
        return True
    return first in language.cues.complementisers or first in language.cues.questions


def _read_aside_phrase(text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language) -> Found | None:
    """ "In X's words, CONTENT", "CONTENT, in X's words, MORE"."""
    told = _read_source_phrase(text, tokens, k, cues, language)
    if told is None:
        return None
    cue, source, stop = told
    first = start_segment(tokens, k)
    if any(t.is_word and t.lower not in language.words.stop for t in tokens[first:k]):
        first = k  # no comma before it
    parts = []
    if first > 0:
        parts.append(_strip(text, Span(tokens[0].span.start, tokens[first].span.start)))
    if stop < len(tokens):
        parts.append(_strip(text, Span(tokens[stop].span.start, tokens[-1].span.end)))
    parts = [p for p in parts if p.end > p.start]
    if not parts:
        return None
    return Found(cue, source, tuple(parts), cue.cut(text).lower(), 0.85, True)


def _read_source_phrase(
    text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language
) -> tuple[Span, Span, int] | None:
    """The phrase that stands before or around its source at token `k`: its span, the source, the token behind both."""
    at, end = tokens[k].span.start, tokens[-1].span.end
    around = _around(language.cues).match(text, at, end)
    if around is not None:
        source = Span(*around.span("source"))
        inside = tokenise(text, source)
        own = len(inside) == 1 and inside[0].lower in language.names.pronouns
        if own and language.names.pronouns[inside[0].lower] not in {"i", "we"}:
            stop = next((i for i in range(k, len(tokens)) if tokens[i].span.start >= around.end()), len(tokens))
            return Span(*around.span()), source, stop
    behind = _read_postposed(text, tokens, k, cues, language)
    if behind is not None:
        return behind
    opening = cues.source_follows.match(text, at, end)
    if opening is None:
        return None
    if opening.group().casefold() in language.cues.asides and not _stands_apart(text, tokens, k, language):
        return None
    first = next((i for i in range(k, len(tokens)) if tokens[i].span.start >= opening.end()), len(tokens))
    if first == len(tokens) or (not tokens[first].is_word and tokens[first].text not in OPENING):
        return None
    if tokens[first].lower in language.cues.not_sources:
        return None
    last = end_source(tokens, first, cues, language)
    stop = skip_relative(tokens, last + 1, language) if language.names.capital_nouns else last + 1
    return Span(*opening.span()), Span(tokens[first].span.start, tokens[last].span.end), stop


def _stands_apart(text: str, tokens: Sequence[Token], k: int, language: Language) -> bool:
    """Whether a comma, a dash or a closing mark stands right before token `k`, and what can be a source behind it."""
    before = text[: tokens[k].span.start].rstrip()[-1:]
    follows = tokens[k + 1] if k + 1 < len(tokens) else None
    is_apart = before in {",", "–", "—", "“", "”", "«", '"'}
    return is_apart and follows is not None and (can_be_subject(follows, language))


def _read_postposed(
    text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language
) -> tuple[Span, Span, int] | None:
    """The source at token `k` whose cue stands behind it: "dem Minister zufolge"."""
    if not language.cues.source_precedes:
        return None
    last = end_source(tokens, k, cues, language)
    if last + 1 >= len(tokens) or tokens[last + 1].lower not in language.cues.source_precedes:
        return None
    return tokens[last + 1].span, Span(tokens[k].span.start, tokens[last].span.end), last + 2


@lru_cache
def _around(cues: Cues) -> re.Pattern[str]:
    pairs = "|".join(rf"{re.escape(a)}\s+(?P<s{i}>\w+)\s+{re.escape(b)}" for i, (a, b) in enumerate(cues.source_around))
    if not pairs:
        return re.compile(r"(?!)(?P<source>)")
    openings = join_words([a for a, _ in cues.source_around])
    closings = join_words([b for _, b in cues.source_around])
    return re.compile(rf"\b{openings}\s+(?P<source>\w+)\s+{closings}\b", re.IGNORECASE)


def _read_infinitive(
    text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language, earlier: Sequence[Found]
) -> Found | None:
    """ "X promised to …", "X called on Y to …": what the infinitive opens."""
    lemma, entry = cues.verbs[tokens[k].lower]
    if not entry.frames & {"infinitive", "command"}:
        return None
    reach = 8 if "command" in entry.frames else 5
    at: int | None = None
    for i in range(k + 1, min(len(tokens), k + 1 + reach)):
        if tokens[i].text in STOPS:
            return None
        if is_infinitive(tokens[i], language):
            at = i
            break
    if at is None:
        return None
    source = find_source_before(text, tokens, start_clause(tokens, k, language), k, language)
    if source is None:
        source = find_source_after(text, tokens[:at], k, cues, language)
    if source is None and earlier and not earlier[-1].is_aside:
        source = earlier[-1].source  # "… and promised to"
    if source is None:
        return None
    first = at - 1 if tokens[at - 1].lower in language.cues.negations else at
    content = _strip(text, Span(tokens[first].span.start, tokens[-1].span.end))
    return Found(tokens[k].span, source, (content,), lemma, 0.6)


def _read_object(text: str, tokens: Sequence[Token], k: int, cues: CueIndex, language: Language) -> Found | None:
    """ "X predicted an eruption on the island": a noun phrase to the end of the clause."""
    lemma, entry = cues.verbs[tokens[k].lower]
    if "noun" not in entry.frames or k + 2 >= len(tokens):
        return None
    end = next((i for i in range(k + 1, len(tokens)) if tokens[i].text in STOPS), len(tokens))
    source = find_source_before(text, tokens, start_clause(tokens, k, language), k, language)
    if source is None or end - k < 3:
        return None
    return Found(tokens[k].span, source, (Span(tokens[k + 1].span.start, tokens[end - 1].span.end),), lemma, 0.55)


def _read_noun(text: str, tokens: Sequence[Token], k: int, language: Language) -> Found | None:
    """ "the view that …": a noun right before its comma and "that"."""
    if k + 3 >= len(tokens) or tokens[k + 1].text != "," or tokens[k + 2].lower not in language.cues.complementisers:
        return None
    start = start_clause(tokens, k, language)
    verb = next((i for i in range(start, k) if is_finite(tokens[i], language)), None)
    source = None if verb is None else find_source_before(text, tokens, start, verb, language)
    if source is None:
        return None
    content = _strip(text, Span(tokens[k + 3].span.start, tokens[-1].span.end))
    return Found(tokens[k].span, source, (content,), tokens[k].lower, 0.55)


def _can_quote(token: Token, cues: CueIndex) -> bool:
    entry = cues.verbs.get(token.lower)
    return entry is not None and "quote" in entry[1].frames


def _is_cue(tokens: Sequence[Token], k: int, cues: CueIndex, language: Language) -> bool:
    """Whether the word at `k` is a cue here: not denied, and not what somebody would say."""
    if k >= len(tokens) or tokens[k].lower not in cues.verbs:
        return False
    if language.names.capital_nouns and (
        tokens[k].is_capital or (k and tokens[k - 1].lower in language.cues.infinitive_marks)
    ):
        return False  # a noun; "to confirm"
    near = [t.lower for t in tokens[max(0, k - 2) : k]] + [t.lower for t in tokens[k + 1 : k + 2]]
    if any(word in language.cues.unreal_auxiliaries for word in near) or not _has_needed(tokens, k, cues):
        return False
    if k + 2 < len(tokens) and tokens[k + 1].lower in language.cues.negations and tokens[k + 2].text == ",":
        return False  # "sagte nicht, wann …"
    return not (k and tokens[k - 1].lower in language.cues.negations)


def _has_needed(tokens: Sequence[Token], k: int, cues: CueIndex) -> bool:
    """Whether the word that the verb at `k` needs stands behind it, of a separable verb at the end of its clause."""
    entry = cues.verbs[tokens[k].lower][1]
    if not entry.needs or not entry.separable:
        return not entry.needs or (k + 1 < len(tokens) and tokens[k + 1].lower in entry.needs)
    end = next((i for i in range(k + 1, len(tokens)) if tokens[i].text in {":", ";", ".", "?", "!"}), len(tokens))
    closing = [tokens[i - 1].lower for i in range(k + 2, end + 1) if i == end or tokens[i].text in {",", "–", "—", "("}]
    return any(word in entry.needs for word in closing)


def _inside_marks(tokens: Sequence[Token]) -> list[bool]:
    """For each token whether it stands in quotation marks."""
    inside, flags = False, []
    for token in tokens:
        if token.text in {"«", "„"} or (token.text in {'"', "“"} and not inside):
            inside = True
            flags.append(True)
            continue
        flags.append(inside)
        if token.text in {"»", "”"} or (token.text in {'"', "“"} and inside):
            inside = False
    return flags


def _strip(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start] in " ,;:—–-\n\t":
        start += 1
    while end > start and text[end - 1] in " ,;:—–-\n\t.":
        end -= 1
    return Span(start, end)
