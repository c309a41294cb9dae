"""Attributions that run on: what a sentence, a list or a "her view" goes on saying, where the text marks it.

Three marks are read. After or before a sentence that somebody said in the past, "would" in the narrator's own sentence
is still that speaker's future (free indirect speech: Banfield 1982), unless it is a condition or a habit. "In her view,
…" attributes the rest of its sentence. Items below "The report says:" are what the report says. Nothing else is carried
over: a plain sentence after an attributed one is the narrator's.
"""

import re
from collections.abc import Sequence

from retold.annotate.clauses import find_clauses, read_lead_in, span_of
from retold.annotate.cues import CueIndex
from retold.annotate.drafts import Draft, trim
from retold.annotate.narration import make_clause_draft
from retold.annotate.paragraphs import Paragraph
from retold.annotate.parse import Parse
from retold.annotate.words import find_words
from retold.languages import Language
from retold.model import Span

_ITEM = re.compile(r"\s*(?:[-–—•*·▪◦]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
_CONFIDENCE = 0.55


def run_on(
    text: str, paragraph: Paragraph, parse: Parse | None, drafts: Sequence[Draft], language: Language
) -> list[Draft]:
    """What the sentences of one paragraph without an attribution of their own go on saying. Linear in sentences."""
    found: list[Draft] = []
    sentences = paragraph.sentences
    owners: list[Draft | None] = [_owner(sentence, drafts, parse) for sentence in sentences]
    free = [not any(_touches(d, s) for d in drafts) and not _has_marks(s, paragraph) for s in sentences]
    for i, sentence in enumerate(sentences):
        if not free[i]:
            continue
        viewed = _read_view(text, sentence, language) or _read_late_view(text, sentence, language)
        if viewed is not None:
            found.append(viewed)
            continue
        if not _is_backshifted(text, sentence, language):
            continue
        before = owners[i - 1] if i else None
        after = owners[i + 1] if i + 1 < len(sentences) else None
        if after is not None and (after.cue is None or after.cue.start < after.extent.start):
            after = None  # "X said …" begins anew
        owner = before or after
        if owner is None or (before is not None and after is not None):
            continue
        owners[i] = owner
        draft = make_clause_draft(text, paragraph, [_drop_stop(text, sentence)], None, owner.source, _CONFIDENCE)
        if draft is not None:
            found.append(draft)
    return found


def _owner(sentence: Span, drafts: Sequence[Draft], parse: Parse | None) -> Draft | None:
    """The one who speaks in a sentence, by a cue in the past; None where nobody does, or two."""
    held = [d for d in drafts if d.cue is not None and sentence.contains(d.cue) and d.source is not None]
    if parse is None or not held or len({d.source for d in held}) != 1:
        return None
    owner = held[0]
    return owner if any(n.tag == "VBD" and owner.cue and owner.cue.contains(n.span) for n in parse.nodes) else None


def _touches(draft: Draft, sentence: Span) -> bool:
    return any(s.overlaps(sentence) for s in (*draft.content, *(x for x in (draft.cue, draft.source) if x)))


def _has_marks(sentence: Span, paragraph: Paragraph) -> bool:
    return any(context.outer.overlaps(sentence) for context in paragraph.contexts)


def _drop_stop(text: str, sentence: Span) -> Span:
    span = trim(text, sentence)
    return Span(span.start, span.end - 1) if text[span.end - 1] == "." else span


def _is_backshifted(text: str, sentence: Span, language: Language) -> bool:
    """Whether a sentence tells a future seen from the past, and no condition, habit or question."""
    cues = language.cues
    words = [w.norm for w in find_words(text, sentence)]
    at = next((k for k, word in enumerate(words) if word in cues.backshifted), None)
    if at is None or at == 0 or at > 12 or not trim(text, sentence).cut(text).endswith("."):
        return False
    if any(word in cues.conditions for word in words):
        return False
    return not any(word in cues.habits for word in words[at + 1 : at + 3])


def _read_view(text: str, sentence: Span, language: Language) -> Draft | None:
    """ "In her view, CONTENT", "In Ada Crane's opinion, CONTENT"."""
    cues, names = language.cues, language.names
    if not cues.view_nouns:
        return None
    nouns = "|".join(sorted(cues.view_nouns))
    opener = "|".join(sorted(cues.view_openers))
    match = re.match(
        rf"\s*(?P<cue>(?i:{opener}))\s+(?P<who>[^,.;:]{{1,60}}?)(?P<own>['’]s?)?\s+(?:{nouns}),\s+", sentence.cut(text)
    )
    if match is None:
        return None
    who = match["who"]
    is_pronoun = names.pronouns.get(who.casefold()) in {"he", "she", "it", "they"}
    if not is_pronoun and (match["own"] is None or not who[0].isupper()):
        return None
    cue, source = (Span(sentence.start + match.start(g), sentence.start + match.end(g)) for g in ("cue", "who"))
    content = _drop_stop(text, Span(sentence.start + match.end(), sentence.end))
    return Draft("indirect", (content,), cue, source, 0.7) if content.start < content.end else None


def _read_late_view(text: str, sentence: Span, language: Language) -> Draft | None:
    """ "CONTENT, in her account.", from the sentence's start or its colon on."""
    cues, names = language.cues, language.names
    if not cues.view_nouns:
        return None
    nouns, opener = ("|".join(sorted(words)) for words in (cues.view_nouns, cues.view_openers))
    said = sentence.cut(text)
    match = re.search(rf",\s+(?P<cue>{opener})\s+(?P<who>[^,.;:]{{1,60}}?)(?P<own>['’]s?)?\s+(?:{nouns})\.?\s*\Z", said)
    if match is None:
        return None
    who = match["who"]
    if names.pronouns.get(who.casefold()) not in {"he", "she", "it", "they"} and not (
        match["own"] and who[0].isupper()
    ):
        return None
    cue, source = (Span(sentence.start + match.start(g), sentence.start + match.end(g)) for g in ("cue", "who"))
    first = said.rfind(":", 0, match.start()) + 1
    content = trim(text, Span(sentence.start + first, sentence.start + match.start()))
    return Draft("indirect", (content,), cue, source, 0.7) if content.start < content.end else None


def read_item(
    text: str,
    paragraphs: Sequence[Paragraph],
    parses: Sequence[Parse | None],
    k: int,
    cues: CueIndex,
    language: Language,
) -> Draft | None:
    """Paragraph `k` as an item of a list that "X said:" introduces; None where it is none. The cue stands in the
    paragraph that ends with the colon, with nothing but items between."""
    span = paragraphs[k].zone.span
    item = _ITEM.match(text, span.start, span.end)
    lead = k - 1
    while lead >= 0 and _ITEM.match(text, paragraphs[lead].zone.span.start, paragraphs[lead].zone.span.end):
        lead -= 1
    parse = parses[lead] if lead >= 0 else None
    if item is None or parse is None or not paragraphs[lead].zone.span.cut(text).rstrip().endswith(":"):
        return None
    found = read_lead_in(parse, cues)
    if found is None or found.source is None or parse.nodes[found.cue[0]].text.lower() not in cues.verbs:
        return None
    told = next((c for c in find_clauses(parse, cues, language) if c.cue[0] == found.cue[0]), None)
    if told is not None and told.content is not None and told.content[1] - told.content[0] > 3:
        return None  # the sentence above says all by itself
    content = _drop_stop(text, Span(item.end(), span.end))
    if content.start >= content.end:
        return None
    return Draft("indirect", (content,), span_of(parse, found.cue), span_of(parse, found.source), 0.7)
