"""Reported speech without a cue of its own, where the mood of its verb tells it.

In languages with a mood of reported speech (German Konjunktiv: "Die Brücke sei sicher.") a sentence in that mood goes
on saying what the sentence before it told.
"""

from collections.abc import Sequence

from retold.annotate.drafts import Draft
from retold.annotate.narration import make_clause_draft
from retold.annotate.paragraphs import Paragraph
from retold.annotate.tokens import tokenise
from retold.languages import Language
from retold.model import Span

_CONFIDENCE = 0.6


def carry_moods(
    text: str, paragraph: Paragraph, drafts: Sequence[Draft], above: Sequence[Draft], language: Language
) -> list[Draft]:
    """The sentences of a paragraph that go on in the mood of reported speech, each with the source before it. `above`:
    the quotations of the paragraphs before. Linear in tokens."""
    found: list[Draft] = []
    owner = above[-1] if above else None
    last = owner
    statements = [c.outer for c in paragraph.contexts if c.is_statement]
    for sentence in paragraph.sentences:
        own = [d for d in drafts if any(s.overlaps(sentence) for s in d.content) or _holds(sentence, d.cue)]
        if own or any(s.overlaps(sentence) for s in statements):
            named = [d for d in own if d.source is not None]
            owner = last = named[-1] if named else owner
            continue
        words = _words_outside(text, sentence, paragraph)
        is_sure = not words.isdisjoint(language.cues.sure_moods) and words.isdisjoint(language.cues.first_person)
        if is_sure:
            owner = owner or last  # nothing else stands in this mood, whatever the narrator said in between
        elif owner is None or words.isdisjoint(language.cues.reported_moods):
            owner = None
            continue
        end = sentence.end
        while end > sentence.start and text[end - 1] in " \n\t.":
            end -= 1
        draft = make_clause_draft(
            text, paragraph, [Span(sentence.start, end)], None, None if owner is None else owner.source, _CONFIDENCE
        )
        if draft is not None:
            found.append(draft)
    return found


def _holds(sentence: Span, cue: Span | None) -> bool:
    return cue is not None and sentence.contains(cue)


def _words_outside(text: str, sentence: Span, paragraph: Paragraph) -> set[str]:
    """The words of the sentence outside its marks."""
    inside = [c.outer for c in paragraph.contexts]
    return {token.lower for token in tokenise(text, sentence) if not any(s.contains(token.span) for s in inside)}
