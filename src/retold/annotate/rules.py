"""Attributions without a parse: what stands right before or after the marks, and the plainest indirect frames.

`"…," said X`, `"…," X said` and `X said: "…"` are the three patterns that name the source of nine direct quotations in
ten; `X said that …`, `…, X said` and `according to X` the indirect ones that need no grammar. Used alone where no
parser is installed, and where the parse finds no cue.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from retold.annotate.cues import CueIndex
from retold.languages import Language
from retold.model import Span

_TOKEN = re.compile(r"[\w'’&.-]*\w[.'’]?|[,;:—–―()]|--", re.UNICODE)
_DASHES = {"—", "–", "―", "--"}
LONGEST_SOURCE_WORDS = 24


class Attribution(Struct, frozen=True):
    """A cue and the source beside it; for indirect speech the content too."""

    cue: Span | None
    source: Span | None
    content: Span | None = None
    lemma: str = ""
    confidence: float = 0.8


class _Token(Struct, frozen=True):
    text: str
    span: Span

    @property
    def lower(self) -> str:
        return self.text.casefold()


def _tokens(text: str, span: Span) -> list[_Token]:
    found = []
    for m in _TOKEN.finditer(text, span.start, span.end):
        word = m.group()
        # A full stop belongs to a word only inside it or after an initial or a short title ("Dr.", "J."), which a name
        # follows: at the end of what is read it closes the sentence ("said Ann Lee.").
        is_short = len(word) <= 4 and word[0].isupper() and bool(text[m.end() : span.end].strip())
        if word.endswith(".") and not is_short:
            word = word[:-1]
        found.append(_Token(word, Span(m.start(), m.start() + len(word))))
    return found


def read_tail(text: str, after: Span, cues: CueIndex, language: Language) -> Attribution | None:
    """The attribution in what follows the closing mark: `said X`, `X said`, `according to X`."""
    tokens = _tokens(text, after)
    at = 0
    while at < len(tokens) and tokens[at].text in {",", *_DASHES}:
        at += 1
    if at == len(tokens):
        return None
    signed = _read_signature(text, after, tokens, language)
    if signed is not None:
        return signed
    opening = cues.source_follows.match(text, tokens[at].span.start, after.end)
    if opening is not None:
        rest = [t for t in tokens if t.span.start >= opening.end()]
        source = _inverted(rest, language)
        if source is None:
            return None
        return Attribution(Span(*opening.span()), source, lemma=opening.group().lower(), confidence=0.9)
    first = at
    while first < len(tokens) and tokens[first].lower in language.cues.auxiliaries:
        first += 1
    if first < len(tokens) and _quotes(tokens, first, cues):
        source = _inverted(tokens[first + 1 :], language)
        if source is not None:
            return Attribution(tokens[first].span, source, lemma=_lemma(tokens[first], cues), confidence=0.9)
    for k in range(at + 1, min(len(tokens), at + LONGEST_SOURCE_WORDS)):
        if tokens[k].text in {";", ":", *_DASHES}:
            break
        if _quotes(tokens, k, cues) and _can_be_source(tokens[at], language):
            source = _before_cue(tokens[at:k], language)
            if source is not None:
                return Attribution(tokens[k].span, source, lemma=_lemma(tokens[k], cues), confidence=0.85)
    return None


def read_signature(text: str, after: Span, language: Language) -> Attribution | None:
    """The attribution of a signature alone: `"…" — Name, role`."""
    tokens = _tokens(text, after)
    return _read_signature(text, after, tokens, language) if tokens else None


def read_label(text: str, before: Span, language: Language) -> Attribution | None:
    """The attribution of a label alone: `X:`."""
    return _read_label(text, before, _tokens(text, before), language)


def _read_signature(text: str, after: Span, tokens: list[_Token], language: Language) -> Attribution | None:
    """`"…" — Name, role` at the end of its line: the dash attributes."""
    if tokens[0].text not in language.cues.signing or text[after.start : tokens[0].span.start].strip():
        return None
    words = [t for t in tokens[1:] if t.text != ","]
    ends_line = not text[after.end : after.end + 1].strip()
    named = all(t.text[0].isupper() for t in words[:2]) or (len(words) <= 2 and words[-1].lower in language.names.roles)
    if not ends_line or not 1 <= len(words) <= 12 or not named:
        return None
    return Attribution(tokens[0].span, Span(tokens[1].span.start, tokens[-1].span.end), confidence=0.85)


def read_signed_line(text: str, line: Span, language: Language) -> Attribution | None:
    """Who signs, in a line that is nothing but `— Name, role` below a statement."""
    tokens = _tokens(text, line)
    words = [t for t in tokens[1:] if t.text != ","]
    if (
        not words
        or tokens[0].text not in language.cues.signing
        or len(words) > 12
        or text[: line.end].rstrip()[-1] in ".!?:"
    ):
        return None
    if not all(t.text[0].isupper() for t in words[:2]):
        return None
    return Attribution(tokens[0].span, Span(words[0].span.start, words[-1].span.end), confidence=0.8)


def read_head(text: str, before: Span, cues: CueIndex, language: Language) -> Attribution | None:
    """The attribution in what leads up to the opening mark: `X said:`, `According to X,`, `X:`."""
    tokens = _tokens(text, before)
    for k in range(len(tokens) - 1, -1, -1):
        if _quotes(tokens, k, cues) and k > 0:
            clause = _last_clause(tokens[:k], language)
            source = _before_cue(clause, language)
            if source is not None:
                return Attribution(tokens[k].span, source, lemma=_lemma(tokens[k], cues), confidence=0.75)
    if len(tokens) > 1 and _quotes(tokens, 0, cues) and tokens[-1].text in {":", ","}:
        source = _inverted(tokens[1:], language)  # "Added Commodore Haskin: …"
        if source is not None:
            return Attribution(tokens[0].span, source, lemma=_lemma(tokens[0], cues), confidence=0.75)
    opening = cues.source_follows.search(text, before.start, before.end)
    if opening is not None:
        rest = [t for t in tokens if t.span.start >= opening.end()]
        source = _inverted(rest, language)
        if source is None:
            return None
        return Attribution(Span(*opening.span()), source, lemma=opening.group().lower(), confidence=0.8)
    return _read_label(text, before, tokens, language)


def _read_label(text: str, before: Span, tokens: list[_Token], language: Language) -> Attribution | None:
    """`X:` and `From X:`, after the time of a ticker's entry."""
    if not text[before.start : before.end].rstrip().endswith(":"):
        return None
    named = [t for t in tokens if t.text != ":"]
    while named and named[0].text[0].isdigit():
        named.pop(0)
    cue = None
    if len(named) > 1 and named[0].lower in language.cues.label_openers:
        cue = named.pop(0).span
    named = _cut_at_verb(named, language)
    longest = 6 if cue is None else 12
    if (
        not 0 < len(named) <= longest
        or any(t.text in {",", ";"} for t in named if cue is None)
        or not _can_be_source(named[0], language)
    ):
        return None
    return Attribution(cue, Span(named[0].span.start, named[-1].span.end), confidence=0.7)


def _cut_at_verb(named: list[_Token], language: Language) -> list[_Token]:
    """The subject of what leads up to a colon: "The minister was blunt:", "Ann Lee shook her head:"."""
    for k in range(1, len(named)):
        if named[k].lower in language.cues.auxiliaries:
            return named[:k]
    run = 0
    while run < len(named) and named[run].text[0].isupper():
        run += 1
    goes_on = run < len(named) and named[run].lower in language.names.linkers | language.names.name_particles
    return named[:run] if 1 < run < len(named) and not goes_on else named


def read_indirect(text: str, sentence: Span, cues: CueIndex, language: Language) -> Attribution | None:
    """The plainest indirect frames of one sentence; None unless one fits. Marks are the caller's."""
    end = sentence.end
    while end > sentence.start and text[end - 1] in " .!?…":
        end -= 1
    tokens = _tokens(text, Span(sentence.start, end))
    opening = cues.source_follows.search(text, sentence.start, end)
    if opening is not None:
        rest = [t for t in tokens if t.span.start >= opening.end()]
        source = _inverted(rest, language)
        if source is None:
            return None
        if opening.start() == sentence.start:
            comma = next((t for t in rest if t.text == "," and t.span.start >= source.end), None)
            if comma is None:
                return None
            content = _strip(text, Span(comma.span.end, end))
        else:
            content = _strip(text, Span(sentence.start, opening.start()))
        return Attribution(Span(*opening.span()), source, content, opening.group().lower(), 0.8)
    for k, token in enumerate(tokens):
        entry = cues.verbs.get(token.lower)
        if entry is None or "clause" not in entry[1].frames or k == 0 or entry[1].stance != "speech":
            continue
        if any(
            t.lower in language.cues.negations or t.lower in language.cues.unreal_auxiliaries
            for t in tokens[max(0, k - 3) : k]
        ):
            continue
        rest = tokens[k + 1 :]
        that = next((i for i, t in enumerate(rest[:4]) if t.lower in language.cues.complementisers), None)
        clause = _last_clause(tokens[:k], language)
        source = _before_cue(clause, language) if clause and _can_be_source(clause[0], language) else None
        if source is None:
            continue
        if that is not None and len(rest) - that > 3:
            content = Span(rest[that + 1].span.start, end)
            return Attribution(token.span, source, content, entry[0], 0.75)
        if (
            entry[0] == language.cues.plainest
            and len(rest) > 3
            and rest[0].text not in {",", ":"}
            and rest[0].lower not in language.cues.source_ends
        ):
            return Attribution(token.span, source, Span(rest[0].span.start, end), entry[0], 0.65)
        if source.start > sentence.start and len(rest) <= 4 and text[: source.start].rstrip().endswith(","):
            content = _strip(text, Span(sentence.start, source.start))
            return Attribution(token.span, source, content, entry[0], 0.75)
    return None


def _strip(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start] in " ,;:—–\n\t":
        start += 1
    while end > start and text[end - 1] in " ,;:—–\n\t":
        end -= 1
    return Span(start, end)


def _quotes(tokens: list[_Token], k: int, cues: CueIndex) -> bool:
    """Whether token `k` is a verb that quotes, the word that it needs right behind it ("went on")."""
    entry = cues.verbs.get(tokens[k].lower)
    if entry is None or "quote" not in entry[1].frames:
        return False
    return not entry[1].needs or (k + 1 < len(tokens) and tokens[k + 1].lower in entry[1].needs)


def _lemma(token: _Token, cues: CueIndex) -> str:
    return cues.verbs[token.lower][0]


def _can_be_source(token: _Token, language: Language) -> bool:
    names = language.names
    word = token.lower
    return (
        (token.text[:1].isupper() and word not in names.not_names)
        or word in names.articles
        or word in names.pronouns
        or word in names.collectives
        or word in names.roles
    )  # fmt: skip


def _before_cue(tokens: list[_Token], language: Language) -> Span | None:
    """The source that ends where its cue begins, without auxiliaries, adverbs and commas."""
    kept = list(tokens)
    while kept and (
        kept[-1].lower in language.cues.auxiliaries
        or kept[-1].text in {",", *_DASHES}
        or (kept[-1].lower.endswith("ly") and kept[-1].text[0].islower())
    ):
        kept.pop()
    if not kept or len(kept) > LONGEST_SOURCE_WORDS:
        return None
    return Span(kept[0].span.start, kept[-1].span.end)


def _last_clause(tokens: list[_Token], language: Language) -> list[_Token]:
    """From the last place where a source can begin after a comma or at the start, leading adverbials left out."""
    starts = [0, *(i + 1 for i, t in enumerate(tokens) if t.text in {",", ";", *_DASHES} and i + 1 < len(tokens))]
    for start in starts:
        if _can_be_source(tokens[start], language):
            return tokens[start:]
    return []


def _inverted(tokens: list[_Token], language: Language) -> Span | None:
    """The source that begins right after its cue: up to the end of its name or role, appositions included."""
    if not tokens or (not _can_be_source(tokens[0], language) and tokens[0].lower not in language.names.titles):
        return None
    last = _run_source(tokens, language)
    return Span(tokens[0].span.start, tokens[last].span.end)


def _run_source(tokens: list[_Token], language: Language) -> int:
    ends, names = language.cues.source_ends, language.names
    last, in_apposition, seen_name = 0, False, False
    for k in _bounded(tokens):
        token = tokens[k]
        if token.text == ",":
            if k + 1 == len(tokens) or tokens[k + 1].lower in ends or tokens[k + 1].lower in names.pronouns:
                break
            in_apposition = True
            continue
        if token.text in {";", ":", *_DASHES, "(", ")"}:
            break
        if token.lower in ends and k > 0:
            role_goes_on = not seen_name and token.lower in {"at", "in", "with"}
            if not (in_apposition and token.lower in {"at", "in", "and", "with"}) and not role_goes_on:
                break
            if role_goes_on or in_apposition:
                continue
        seen_name = seen_name or (token.text[0].isupper() and k > 0)
        last = k
        if k == 0 and token.lower in names.pronouns:
            break
    return last


def _bounded(tokens: list[_Token]) -> Iterator[int]:
    return iter(range(min(len(tokens), LONGEST_SOURCE_WORDS)))
