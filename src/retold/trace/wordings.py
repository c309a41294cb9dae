"""What a reading is compared by: its words as tokens, which of them stand in marks, and where gaps are shown.

Two levels. A token's `norm` is the vocabulary's normalisation (marks, dashes, spaces, capitals, "&", brackets): equal
norms are the same words. Its folding (`folding.py`) goes further and decides what is only a minor difference.
"""

import re
import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from retold.annotate.marks import find_marked
from retold.annotate.words import find_words, normalise_word
from retold.languages import Language, choose_language
from retold.model import AnnotatedArticle, Reading, ReadingForm, Sentence, Span, Speaker

# sh*t, f***, f--k, s—t: letters hidden by stars, or a single first and last letter around dashes.
_MASKED = re.compile(r"\b(?:[^\W\d_]+\*+[^\W\d_]*|[^\W\d_](?:--+|—|__+)[^\W\d_](?![^\W\d_]))")
# [T]he, walk[ed]: brackets that mend a word from inside.
_MENDED = re.compile(r"\[[^\W\d_]+\][^\W\d_]+|[^\W\d_]+\[[^\W\d_]+\](?:[^\W\d_]+)?")
_GAP = re.compile(r"…|\.\s?\.\s?\.|\[\s*(?:…|\.{2,})\s*\]|\(\s*(?:…|\.{2,})\s*\)|<\s*(?:…|\.{2,})\s*>")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»“)\]]*(?:\s|$)")
_OPEN_BRACKET = re.compile(r"\[(?!\s*(?:…|\.|sic))[^\[\]]*\]")
_MARK_CHARS = "\"“”„«»‘’'‹›"
_INNER_MARKS = '"“”„«»‹›'
_DASHES = "-‐‑–—"


UNDETERMINED = "und"
"""The language file without a language's words."""


class Token(Struct, frozen=True):
    """A word of a reading. `norm` is what it is compared by; `sentence` counts from 0 inside the reading.

    `is_after_gap`: a shown gap (…) stands before it. `is_after_break`: punctuation does. `written`: as the
    article has it.
    """

    norm: str
    span: Span
    sentence: int = 0
    is_capital: bool = False
    is_bracketed: bool = False
    is_after_gap: bool = False
    is_after_break: bool = False
    written: str = ""


class Wording(Struct, frozen=True):
    """One reading, ready to be compared.

    `spans`: the content, in code points of `text` (the whole article). `marked`: what of it stands in marks (all of it
    for `direct`, none for `indirect` and `narration`). `around`: the sentence the reading stands in, with its cue.
    """

    text: str
    language: str | None
    form: ReadingForm
    spans: tuple[Span, ...]
    marked: tuple[Span, ...] = ()
    cue: Span | None = None
    source: Span | None = None
    speaker: Speaker | None = None
    around: Span | None = None

    @property
    def is_in_marks(self) -> bool:
        """Whether words of it stand in quotation marks."""
        return self.form in ("direct", "mixed")


def make_wording(
    text: str,
    form: ReadingForm,
    spans: tuple[Span, ...],
    language: str | None = "en",
    *,
    cue: Span | None = None,
    source: Span | None = None,
    speaker: Speaker | None = None,
    around: Span | None = None,
) -> Wording:
    """A `Wording` of these spans, with what stands in marks worked out from the text for a mixed one."""
    marked: tuple[Span, ...] = ()
    if form == "direct":
        marked = spans
    elif form == "mixed":
        marked = tuple(m for span in spans for m in find_marked_parts(text, span, choose_language(language))) or spans
    return Wording(text, language, form, spans, marked, cue, source, speaker, around)


def find_marked_parts(text: str, span: Span, language: Language) -> tuple[Span, ...]:
    """The parts of `span` that stand in quotation marks, without the marks. A mark just outside `span` counts."""
    start, end = span.start, span.end
    if start > 0 and text[start - 1] in _MARK_CHARS:
        start -= 1
    while end < len(text) and end - span.end < 2 and text[end] in _MARK_CHARS + ".,!?":
        end += 1
    found = []
    for marked in find_marked(text, (Span(start, end),), language):
        for part in marked.content:
            cut = Span(max(part.start, span.start), min(part.end, span.end))
            if cut.start < cut.end:
                found.append(cut)
    return tuple(found)


def read_wording(article: AnnotatedArticle, reading: Reading, speakers: dict[str, Speaker]) -> Wording:
    """The `Wording` of a reading: its quotation's content, cue and source, or the narrator's span."""
    text, language = article.article.text, article.article.language
    quotation = next((q for q in article.article.quotations if q.id == reading.quotation), None)
    around = _find_around(article.sentences, reading.span)
    if quotation is None:
        return make_wording(text, reading.form, (reading.span,), language, around=around)
    own = {s.id: s for s in article.speakers}
    speaker = None if quotation.speaker is None else own.get(quotation.speaker, speakers.get(quotation.speaker))
    return make_wording(
        text,
        reading.form,
        quotation.content,
        language,
        cue=quotation.cue,
        source=quotation.source,
        speaker=speaker,
        around=around,
    )


def _find_around(sentences: tuple[Sentence, ...], span: Span) -> Span | None:
    touching = [s.span for s in sentences if s.span.overlaps(span)]
    return Span(touching[0].start, touching[-1].end) if touching else None


def say_words(words: Iterable[str]) -> str:
    """Words as they stand in running text, for a reader.

    >>> say_words(["the", "ship", "’s", "late"])
    'the ship’s late'
    """
    return "".join(word if word[:1] in "'’" else f" {word}" for word in words if word).strip()


def find_tokens(text: str, spans: tuple[Span, ...], language: Language) -> tuple[Token, ...]:
    """The words of `spans` in order, as tokens. Linear.

    >>> from retold.languages import load_language
    >>> text = "[T]he ship’s late … we lost sh*t."
    >>> [t.norm for t in find_tokens(text, (Span(0, len(text)),), load_language("en"))]
    ['the', 'ship', "'s", 'late', 'we', 'lost', 'sh*t']
    """
    tokens: list[Token] = []
    sentence = 0
    for i, span in enumerate(spans):
        brackets = [m.span() for m in _OPEN_BRACKET.finditer(text, span.start, span.end)]
        at = span.start
        for norm, word, mended in _split(text, span):
            between = text[at : word.start]
            if tokens and at == span.start:  # where the cue interrupts, what closes the part before counts too
                between = text[tokens[-1].span.end : spans[i - 1].end] + " " + between
            first_letter = text[word.start : word.end].lstrip("[")[:1]
            is_capital = first_letter.isupper()
            if tokens and (
                _ends_sentence(between, tokens[-1], is_capital or not first_letter.isalpha(), language)
                or (at == span.start and i > 0 and is_capital and not _goes_on(text, spans[i - 1], span))
            ):
                sentence += 1
            inside = any(a <= word.start and word.end <= b for a, b in brackets)
            tokens.append(
                Token(
                    norm,
                    word,
                    sentence,
                    is_capital,
                    mended or inside,
                    _GAP.search(between) is not None,
                    (bool(tokens) and at == span.start) or any(c in ',;:.!?—–…()"“”«»' for c in between),
                    word.cut(text),
                )
            )
            at = word.end
    return tuple(tokens)


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Whether the cue between two parts says that the sentence goes on: it ends with a comma ("A," he said, "B.")."""
    cue = text[before.end : after.start].rstrip(_MARK_CHARS + " ")
    return (
        cue.endswith(",") and any(c.isalpha() for c in cue) and text[: before.end].rstrip()[-1:] not in (".", "!", "?")
    )


def _ends_sentence(between: str, last: Token, starts_anew: bool, language: Language) -> bool:
    if not starts_anew or not (_SENTENCE_END.search(between)):
        return False
    if _GAP.search(between) and not re.search(r"[!?]|(?<!\.)\.(?!\s?\.)", between):
        return starts_anew
    is_short = len(last.norm) == 1 and last.is_capital
    return not (between.startswith(".") and (is_short or last.norm in language.changes.abbreviations))


def _split(text: str, span: Span) -> list[tuple[str, Span, bool]]:
    """(norm, span, mended in brackets) of each word: `find_words`, with masked and mended words kept whole."""
    special = sorted(
        [(m.span(), "masked") for m in _MASKED.finditer(text, span.start, span.end)]
        + [(m.span(), "mended") for m in _MENDED.finditer(text, span.start, span.end)]
    )
    found: list[tuple[str, Span, bool]] = []
    at = span.start
    for (start, end), kind in special:
        if start < at:
            continue
        found.extend((w.norm, w.span, False) for w in find_words(text, Span(at, start)))
        piece = text[start:end]
        if kind == "masked":
            found.append(
                (re.sub(r"[*—_-]+", "*", unicodedata.normalize("NFC", piece)).casefold(), Span(start, end), False)
            )
        else:
            whole = normalise_word(piece.replace("[", "").replace("]", ""))
            # [T]he only shows that a letter's case was changed; walk[ed] is another word.
            only_case = re.fullmatch(r"\[[^\W\d_]\][^\W\d_]+", piece) is not None
            found.append((whole, Span(start, end), not only_case))
        at = end
    found.extend((w.norm, w.span, False) for w in find_words(text, Span(at, span.end)))
    return found


def unmask(tokens: tuple[Token, ...], others: tuple[Token, ...]) -> tuple[Token, ...]:
    """`tokens` with each masked word (sh*t) read as the word of `others` that it can stand for, where there is one."""
    if not any("*" in t.norm for t in tokens):
        return tokens
    pool = [t.norm for t in others]
    found = []
    for token in tokens:
        norm = token.norm
        if "*" in norm and norm not in pool:
            head, _, tail = norm.partition("*")
            fits = (
                p
                for p in pool
                if (p.partition("*")[0].startswith(head) and p.endswith(tail))
                or ("*" in p and head.startswith(p.partition("*")[0]) and tail.endswith(p.partition("*")[2]))
            )
            norm = next(fits, norm)
        found.append(Token(norm, token.span, token.sentence, token.is_capital, token.is_bracketed,
                           token.is_after_gap, token.is_after_break, token.written))  # fmt: skip
    return tuple(found)


def shows_gap_at_start(text: str, spans: tuple[Span, ...]) -> bool:
    """Whether the reading opens with a shown gap."""
    return bool(spans) and _GAP.match(text, spans[0].start) is not None


def shows_gap_at_end(text: str, spans: tuple[Span, ...]) -> bool:
    """Whether the reading closes with a shown gap (…, with or without a full stop or comma after it)."""
    tail = text[spans[-1].start : spans[-1].end].rstrip(" ,") if spans else ""
    return any(m.end() >= len(tail) for m in _GAP.finditer(tail))


def find_typography(text: str, tokens: tuple[Token, ...], spans: tuple[Span, ...]) -> str:
    """What `typographic` compares: capitals, hyphens and dashes between words, marks nested inside.

    The case of a sentence's first letter is no difference, nor are apostrophes, commas and full stops.
    """
    parts = []
    sentence = -1
    for i, token in enumerate(tokens):
        written = text[token.span.start : token.span.end].strip("[]")
        word = token.norm.casefold()
        if len(written) > 1 and written.isupper():
            word = word.upper()
        elif written[:1].isupper() and token.sentence == sentence and i:
            word = word.capitalize()
        sentence = token.sentence
        if i:
            between = text[tokens[i - 1].span.end : token.span.start]
            is_joint = any(s.end <= token.span.start and s.end >= tokens[i - 1].span.end for s in spans)
            parts.append("" if is_joint else "".join(c for c in between if c in _DASHES + _INNER_MARKS) or
                         (" " if between else ""))  # fmt: skip
        parts.append(word)
    return "".join(p or " " for p in parts)
