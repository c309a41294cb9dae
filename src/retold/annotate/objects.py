"""Words in marks that a verb governs ("bezeichnete den Plan als „…“"), where there is no parse."""

from collections.abc import Sequence

from retold.annotate.cues import CueIndex
from retold.annotate.rules import Attribution
from retold.annotate.subjects import find_source, start_clause
from retold.annotate.tokens import Token, tokenise
from retold.languages import Language
from retold.model import Span

_FARTHEST_OBJECT_TOKENS = 12


def read_object(
    text: str, before: Span, fragment: Span, cues: CueIndex, language: Language
) -> tuple[Attribution, Span] | None:
    """The verb in `before` that governs the words in marks behind it, with its source, and the content: from behind the
    particle of the verb ("als", "von")."""
    tokens = tokenise(text, before)
    for k in range(len(tokens) - 1, max(-1, len(tokens) - _FARTHEST_OBJECT_TOKENS), -1):
        if tokens[k].text in {",", ";", ":", "(", "–", "—"}:
            return None
        entry = cues.verbs.get(tokens[k].lower)
        if entry is None or "object" not in entry[1].frames:
            continue
        opened = _find_particle(tokens, k, entry[1].particles)
        if opened is None:
            return None
        source = find_source(text, tokens, k, cues, language, start_clause(tokens, k, language))
        if source is None:
            return None
        start = tokens[opened].span.start if opened < len(tokens) else fragment.start
        return Attribution(tokens[k].span, source, lemma=entry[0], confidence=0.7), Span(start, fragment.end)
    return None


def _find_particle(tokens: Sequence[Token], k: int, particles: Sequence[str]) -> int | None:
    """Where the object begins: behind the last particle, or right at the marks where the verb takes none."""
    if not particles:
        return len(tokens)
    at = next((i for i in range(len(tokens) - 1, k, -1) if tokens[i].lower in particles), None)
    return None if at is None or len(tokens) - at > 4 else at + 1
