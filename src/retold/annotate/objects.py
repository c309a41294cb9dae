"""Words in marks that a verb governs ("bezeichnete den Plan als „…“"), where there is no parse."""

from collections.abc import Sequence

from retold.annotate.cues import CueIndex
from retold.annotate.rules import Attribution
from retold.annotate.subjects import find_source, find_source_after, start_clause
from retold.annotate.tokens import Token, tokenise
from retold.languages import Language
from retold.model import Span

_FARTHEST_OBJECT_TOKENS = 24
_LEAST_FREE_TOKENS = 4  # two words and their marks: what a verb governs without a particle


def read_object(
    text: str, before: Span, fragment: Span, after: Span, cues: CueIndex, language: Language
) -> tuple[Attribution, Span] | None:
    """The verb that governs the words in marks between `before` and `after`, with its source, and the content: from
    behind the particle of the verb ("als", "von")."""
    tokens = tokenise(text, before)
    behind = tokenise(text, after)[:4]
    for k in range(len(tokens) - 1, max(-1, len(tokens) - _FARTHEST_OBJECT_TOKENS), -1):
        if tokens[k].text in {",", ";", ":", "(", "–", "—"}:
            break
        entry = cues.verbs.get(tokens[k].lower)
        if entry is None or not entry[1].frames & {"object", "quote"}:
            continue
        if "object" not in entry[1].frames and len(tokenise(text, fragment)) < _LEAST_FREE_TOKENS:
            continue
        if entry[1].needs and not any(t.lower in entry[1].needs for t in behind):
            continue
        if "object" not in entry[1].frames and k == len(tokens) - 1 and fragment.cut(text)[1:2].isupper():
            continue  # "is called “Tiktaalik”"
        opened = _find_particle(tokens, k, entry[1].particles)
        if opened is None and "quote" in entry[1].frames and len(tokenise(text, fragment)) >= _LEAST_FREE_TOKENS:
            opened = len(tokens)
        source = find_source(text, tokens, k, cues, language, start_clause(tokens, k, language))
        if opened is None or source is None:
            break
        start = tokens[opened].span.start if opened < len(tokens) else fragment.start
        return Attribution(tokens[k].span, source, lemma=entry[0], confidence=0.7), Span(start, fragment.end)
    for verb in behind[:1]:  # "… als „Geschäft des Jahrhunderts“ bezeichnet"
        entry = cues.verbs.get(verb.lower)
        particles = entry[1].particles if entry is not None and "object" in entry[1].frames else ()
        if entry is not None and any(t.lower in particles for t in tokens[-3:]):
            source = find_source_after(text, tokenise(text, after), 0, cues, language)
            return Attribution(verb.span, source, lemma=entry[0], confidence=0.6), fragment
        at = _find_perfect(tokens, behind, entry is not None and bool(entry[1].frames & {"object", "quote"}), language)
        if entry is not None and at is not None:  # "hatte die Partei „mehr Geld für Schulen“ gefordert"
            source = find_source(text, [*tokens[:at], verb, *tokens[at + 1 :]], at, cues, language, 0)
            if source is not None:
                return Attribution(verb.span, source, lemma=entry[0], confidence=0.6), fragment
    return _read_utterance(text, tokens, fragment, cues, language)


def _find_perfect(tokens: Sequence[Token], behind: Sequence[Token], is_cue: bool, language: Language) -> int | None:
    """The auxiliary before the marks that belongs to a participle of a cue behind them; None in the passive."""
    verbs = language.changes.auxiliaries - language.changes.passives
    is_passive = len(behind) > 1 and behind[1].lower in language.changes.passives
    if not is_cue or is_passive or behind[0].is_capital:
        return None
    reach = range(len(tokens) - 1, max(-1, len(tokens) - _FARTHEST_OBJECT_TOKENS), -1)
    return next((k for k in reach if tokens[k].lower in verbs), None)


def _read_utterance(
    text: str, tokens: Sequence[Token], fragment: Span, cues: CueIndex, language: Language
) -> tuple[Attribution, Span] | None:
    """ "Sprüche wie „…“": a noun for what is shouted, and whose clause it stands in."""
    lead = [t for t in tokens[-2:] if t.lower not in language.cues.as_words]
    noun = lead[-1] if lead else None
    if noun is None or noun.lower not in language.cues.utterances:
        return None
    verbs = [k for k, t in enumerate(tokens) if t.lower in cues.verbs and not t.is_capital]
    source = (
        find_source(text, tokens, verbs[-1], cues, language, start_clause(tokens, verbs[-1], language))
        if verbs
        else None
    )
    cue = tokens[verbs[-1]] if verbs and source is not None else noun
    return Attribution(cue.span, source, lemma=noun.lower, confidence=0.6), fragment


def _find_particle(tokens: Sequence[Token], k: int, particles: Sequence[str]) -> int | None:
    """Where the object begins: behind the last particle, or right at the marks where the verb takes none."""
    if not particles:
        return len(tokens)
    at = next((i for i in range(len(tokens) - 1, k, -1) if tokens[i].lower in particles), None)
    return None if at is None or len(tokens) - at > 4 else at + 1
