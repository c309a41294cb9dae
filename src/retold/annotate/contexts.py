"""What stands around text in marks, and whether it is a statement (a direct quotation of its own) or a fragment of the
narrator's clause ("told in good time")."""

import re
from collections.abc import Container, Sequence

from msgspec import Struct

from retold.annotate.cues import CueIndex, index_cues
from retold.annotate.marks import Marked
from retold.annotate.words import Word, find_words, fold_words
from retold.languages import Language
from retold.model import Sentence, Span, ZoneRole

_CLOSING = "\"”’'»“)]"
_ENDED = re.compile(r"[^\W\d_]{3}[.!?…]\s*\Z")
_ENDS_SENTENCE = re.compile(r"[^.]\.[\"”“’'»«]\Z")
_DASHES = {"—", "–", "―"}
# "…," Lind boomed. A name or pronoun and a word or two up to the end of the sentence, whatever the verb.
_NAMED_TAIL = re.compile(r"(?:[^\W\d_a-z][\w'’-]*|he|she|they|it)(?:\s[\w'’-]+){1,4}[.!?]?\s*\Z")
# The time or bullet that opens an entry of a ticker.
_TIME = re.compile(r"\A\s*(?:[•*·]\s*)?(?:\d{1,2}[.:]\d{2}(?:\s?[ap]\.?m\.?)?[:,]?\s*(?:[–—-]\s*)?)?(?=\s|\Z)")
# "…" — Name, role
_SIGNED = re.compile(r"(?:[—–―]|--)\s*[^\W\d_a-z][\w.'’-]+")
_ASIDE_LABEL = re.compile(r"\([^():]{0,80}:\Z")
_ENDS_IN_CUE = re.compile(r"([\w'’]+)\s([\w'’]+),\Z")
_LEAST_HEAD_CHARS = 5
_HOST_NAME = re.compile(r"(?:[\w-]+\.){1,4}[a-z]{2,4}")
_FIRST_VISIBLE = re.compile(r"\w|…|\.\.\.")


LEAST_ALONE, LEAST_UNSPACED = 4, 12
"""Words in marks that are a quotation where the language has no file; characters, where it writes no blanks."""


class Context(Struct, frozen=True):
    """One paragraph's share of a `Marked`. `outer` is with the marks, inside this paragraph; `before` and `after` are
    the narrator's words around it in its sentence; `is_statement`: it stands as a direct quotation; `is_name`: it
    names a
    work, a ship or a nickname and is nobody's words."""

    marked: Marked
    outer: Span
    before: Span
    after: Span
    is_statement: bool
    is_name: bool = False


def find_sentence_ends(sentences: Sequence[Sentence], marked: Sequence[Marked]) -> tuple[int, ...]:
    """Where sentences end outside quotation marks: offsets, in order. Linear."""
    ends: list[int] = []
    k = 0
    for sentence in sentences:
        end = sentence.span.end
        while k < len(marked) and marked[k].outer.end < end:
            k += 1
        if k == len(marked) or not (marked[k].outer.start < end < marked[k].outer.end):
            ends.append(end)
    return tuple(ends)


def find_contexts(
    text: str,
    paragraph: Span,
    role: ZoneRole,
    marked: Sequence[Marked],
    ends: Sequence[int],
    cues: CueIndex,
    language: Language,
) -> tuple[Context, ...]:
    """The contexts of the marked texts that touch one paragraph, in order. `ends`: sentence ends in this paragraph."""
    contexts: list[Context] = []
    at = paragraph.start
    for i, m in enumerate(marked):
        outer = Span(max(m.outer.start, paragraph.start), min(m.outer.end, paragraph.end))
        following = marked[i + 1].outer.start if i + 1 < len(marked) else paragraph.end
        before_start = max([at, *(e for e in ends if e <= outer.start)])
        if _ENDED.search(text[before_start : outer.start]):
            before_start = outer.start  # a full stop right before the mark, whatever the sentence splitter says
        after_end = min([following, *(e for e in ends if e > outer.end)])
        follows = text[outer.end : outer.end + 3].strip()[:1]
        if _ENDS_SENTENCE.search(text[outer.end - 3 : outer.end]) and not (follows.islower() or follows in _DASHES):
            after_end = outer.end  # a full stop inside the marks ends the host's sentence too
        led = text[before_start : outer.start].rstrip().endswith(":")
        if led and language.names.capital_nouns and text[outer.end - 2 : outer.end - 1] in "!?" and follows.isupper():
            after_end = outer.end  # what a colon led up to is closed
        before, after = Span(before_start, outer.start), Span(outer.end, max(outer.end, after_end))
        same_sentence = bool(contexts) and before_start == at
        named = (
            _is_name(text, m, before, role, language)
            or _is_told_of(text, m, after, language)
            or _is_bare_name(text, m, before, after, language)
            or _is_reporter(text, before, after, cues, language)
        )
        statement = not named and _is_statement(
            text, m, before, after, role, cues, contexts[-1] if same_sentence else None, language.cues.auxiliaries
        )
        contexts.append(Context(m, outer, before, after, statement, named))
        at = outer.end
    return tuple(contexts)


def _is_name(text: str, m: Marked, before: Span, role: ZoneRole, language: Language) -> bool:
    """Whether the marks hold a name: of a work (its long words all capitalised) or one that the narrator gives."""
    inside = m.extent.cut(text).strip().rstrip(",.;")
    words = find_words(inside)
    if not words or len(m.content) > 1:
        return False
    leads = before.cut(text).split()
    lead = leads[-1:]
    if any(word.casefold().rstrip(",") in language.cues.inscribed for word in lead):
        return True
    if _HOST_NAME.fullmatch(inside):
        return True
    named = leads[-2:-1] if lead and lead[0].casefold() in language.names.linkers else lead
    if len(words) <= 3 and named != lead and named and named[0].casefold() in language.cues.name_nouns:
        return True
    if len(words) <= 3 and inside[-1] not in "!?…" and lead and lead[0].casefold() in language.cues.naming:
        return True
    if language.names.capital_nouns:
        return _is_noun_name(words, inside, leads, language)
    long_ones = [w.span.cut(inside) for w in words if len(w.norm) > 3]
    capitals = sum(w[0].isupper() for w in long_ones)
    if role != "body":
        return len(words) == 1 and capitals == 1
    if 3 <= len(words) <= 6 and capitals == len(long_ones) and lead:
        # "Who Owns the Fog?": only articles and the like are small
        return sum(w.span.cut(inside)[0].isupper() and len(w.norm) > 1 for w in words[1:]) >= 2
    return capitals == len(long_ones) and (len(long_ones) >= 2 or (len(words) <= 2 and capitals == 1 and bool(lead)))


def _is_noun_name(words: Sequence[Word], inside: str, leads: Sequence[str], language: Language) -> bool:
    """Whether marks hold a name where every noun has a capital: no long word without one, and no sentence of its own;
    one word only behind the noun of what it is ("die Fähre „Möwe“")."""
    if not leads or inside[-1] in ".!?…":
        return False
    if leads[-1].endswith(":"):
        return _is_titled(words, leads, language)
    verbs = index_cues(language).verbs
    kind = leads[-1].casefold()
    is_kind = leads[-1][0].isupper() and _is_kind(kind, language)
    if is_kind and any(lead in language.names.prepositions for lead in leads[-3:-1]):
        return len(words) <= 5  # "nannte im Sender „Deichfunk“ vier Gründe"
    if not words[0].span.cut(inside)[0].isupper():
        return is_kind and len(words) <= 5 and kind in language.cues.name_nouns
    if any("object" in verbs[lead.casefold()][1].frames for lead in leads[-12:] if lead.casefold() in verbs):
        return False  # "called it an “Act of War”"
    if len(words) == 1:
        return is_kind
    small = [w for w in words if not w.span.cut(inside)[0].isupper()]
    if not is_kind and any(w.norm in language.words.stop for w in small):
        return False  # "“gravediggers of the republic”": a phrase of the language as well
    return all(len(w.norm) <= 3 for w in small)


def _is_titled(words: Sequence[Word], leads: Sequence[str], language: Language) -> bool:
    """Whether a colon leads up to a short name that nobody says: "Ihr erster Roman erschien im Mai: „Der Deich“"."""
    if len(words) > 6:
        return False
    if _ASIDE_LABEL.search(" ".join(leads)) or (len(leads) > 1 and leads[-2].endswith(",")):
        return len(words) <= 3  # (kurz: „…“)
    cased = [lead.strip(",:").casefold() for lead in leads]
    entries = index_cues(language).verbs
    cues = [entries[lead][1] for lead in cased if lead in entries]
    if any(not cue.needs or any(need in cased for need in cue.needs) for cue in cues):
        return False
    return language.cues.utterances.isdisjoint(cased) and any(_is_kind(lead, language) for lead in cased)


def _is_kind(noun: str, language: Language) -> bool:
    """Whether a noun is one for what has a name, or a compound that ends in one ("Bergwacht-Station")."""
    kinds = language.names.bodies | language.cues.name_nouns
    return noun in kinds or any(noun[k:] in kinds for k in range(1, len(noun) - _LEAST_HEAD_CHARS + 1))


def _is_bare_name(text: str, m: Marked, before: Span, after: Span, language: Language) -> bool:
    """Whether one noun in marks is a name, where every noun has a capital: it is the subject of its sentence, or tells
    which one of a kind ("dem „Central“ Bezirk")."""
    inside, follows = m.extent.cut(text).strip(), after.cut(text).split(maxsplit=1)
    if not language.names.capital_nouns or not inside[:1].isupper() or not inside.isalnum() or not follows:
        return False
    if not before.cut(text).strip():
        return follows[0] in language.cues.auxiliaries | language.cues.reported_moods
    return follows[0][0].isupper() and _is_kind(follows[0].rstrip(".,;:").casefold(), language)


def _is_reporter(text: str, before: Span, after: Span, cues: CueIndex, language: Language) -> bool:
    """Whether the marks hold who says what follows: «Нічний бакен» пише, що …"""
    if (
        not language.cues.clauses_in_commas
        or before.cut(text).strip()
        or not text[after.start : after.end][:1].isspace()
    ):
        return False
    clause, _, rest = after.cut(text).partition(",")
    told = [word for word in clause.casefold().split() if word in cues.verbs]
    follows = rest.split(maxsplit=1)
    return bool(told and follows) and follows[0] in language.cues.complementisers


def _is_told_of(text: str, m: Marked, after: Span, language: Language) -> bool:
    """Whether the clause goes on to tell of what the marks name: “Boats at Dawn” had been sold. Its last word is
    capitalised, and so are all but the little ones."""
    words = find_words(text, m.extent)
    follows = after.cut(text).split(maxsplit=1)
    if not 2 <= len(words) <= 6 or not follows or follows[0] not in language.cues.auxiliaries or len(m.content) > 1:
        return False
    small = [w for w in words if w.span.cut(text)[0].islower()]
    return words[0] not in small and words[-1] not in small and all(w.norm in language.words.stop for w in small)


def _is_statement(
    text: str,
    m: Marked,
    before: Span,
    after: Span,
    role: ZoneRole,
    cues: CueIndex,
    previous: Context | None,
    auxiliaries: Container[str],
) -> bool:
    """Whether the marks hold a direct quotation, rather than words of the narrator's clause. The marks of house style
    tell: a comma before the closing mark, a colon or cue before the opening one, a capital at the start."""
    if len(m.content) > 1:
        return True
    inside = m.extent.cut(text).strip()
    size = len(fold_words(inside))
    if not size:
        return False
    first = _FIRST_VISIBLE.search(inside)
    starts_new = first is not None and not first.group().islower()
    if not cues.verbs:  # marks alone: so many words are a quotation in nine cases of ten
        is_long = size >= LEAST_ALONE or (len(inside) >= LEAST_UNSPACED and " " not in inside)
        return role == "body" and starts_new and is_long
    last = inside.rstrip(_CLOSING)[-1:] or " "
    outer_end = m.outer.end
    b, a = _TIME.sub("", before.cut(text)).strip(), after.cut(text).lstrip()
    if previous is not None and previous.is_statement and b[-1:] in {",", *_DASHES}:
        return starts_new or cues.pattern.search(text, previous.outer.end, before.end) is not None
    if b.endswith(":"):
        if _ASIDE_LABEL.search(b) and not cues.pattern.search(b):
            return False  # (motto: "…")
        return role == "body" or (starts_new and not a)
    if not b:
        tail = _starts_with_cue(a, cues, text[after.end : after.end + 1] in {"„", "«", "»"})
        if last == ",":
            return tail or size >= 6 or _NAMED_TAIL.match(a) is not None
        if last in ".!?…—–-":
            if a[:1] in _DASHES and role == "body":
                return starts_new
            alone = not a and not text[outer_end : outer_end + 1].strip() and previous is None
            return (starts_new or tail) and (size > 2 or last != "." or tail or alone)
        if a.startswith(",") or tail:
            return tail and size >= 2
        if role != "body":
            return (not a or a.startswith(":") or (starts_new and a[0] in _DASHES)) and size >= 2
        if _SIGNED.match(a):
            return starts_new and size >= 4
        return (not a or a[0] in ".!?") and size >= 4 and starts_new
    if b.endswith(","):
        cued = cues.pattern.search(b) is not None
        led = _ENDS_IN_CUE.search(b)
        if led is not None and size >= 4 and a[:1] in {"", "."} and _is_led(led.group(1), led.group(2), cues):
            return True  # "As the miller put it, “flour is patience”."
        return (starts_new and size >= 2) or (cued and size >= 5 and last in ",.!?…")
    word = re.search(r"[\w'’]+$", b)
    if word is not None and "quote" in _frames(word.group(), cues):
        follows = a.split(maxsplit=1)
        if last not in ",.!?…" and follows and follows[0] in auxiliaries and follows[0] not in {"to", "later"}:
            return False  # she said “Boats at Dawn” had been sold: the marks name what the clause is about
        return starts_new and (size >= 3 or last in ",.!?…")
    return b[-1:] in _DASHES and starts_new and size >= 3


def _is_led(first: str, second: str, cues: CueIndex) -> bool:
    """Whether the last two words before a comma are a cue: "X said,", "X put it,"."""
    found = cues.verbs.get(first.casefold())
    return "quote" in _frames(second, cues) or (found is not None and second in found[1].needs)


def _frames(word: str, cues: CueIndex) -> frozenset[str]:
    found = cues.verbs.get(word.casefold())
    return frozenset() if found is None or found[1].needs else found[1].frames


def _starts_with_cue(after: str, cues: CueIndex, is_marked: bool) -> bool:
    """Whether what follows the marks names a source and a cue before any other punctuation than commas.
    `is_marked`: a name in marks stands right behind (schrieb „Die Warte“)."""
    clause = re.split(r"[.;:!?]\s|[\"“«]", after.lstrip(", —–-"), maxsplit=1)[0]
    words = re.findall(r"[\w'’-]+", clause)[:18]
    if cues.source_follows.match(clause):
        return True
    for i, word in enumerate(words):
        found = cues.verbs.get(word.casefold())
        needs = () if found is None or "quote" not in found[1].frames else found[1].needs
        behind = words[i + 1 :] if found is not None and found[1].separable else words[i + 1 : i + 2]
        if "quote" in _frames(word, cues) or any(need in behind for need in needs):
            return i > 0 or len(words) > 1 or is_marked
    return False
