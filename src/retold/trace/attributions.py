"""Who is said to have said it, and how: flags of the speaker and of the cue."""

from collections.abc import Sequence
from functools import cache

from retold.annotate.cues import index_cues
from retold.annotate.forms import make_key
from retold.annotate.names import find_runs
from retold.annotate.words import find_words
from retold.languages import Language, choose_language, load_language
from retold.model import Span, Speaker, SpeakerKind
from retold.trace.folding import Unit
from retold.trace.phrases import Finding
from retold.trace.wordings import Wording

_BODIES: frozenset[SpeakerKind] = frozenset({"organization", "state", "group", "anonymous"})
"""Whom a person can speak for, or be one of."""

OPENING_WORDS = 4
"""Whom a paragraph names so early it speaks of: "Peter Lind, the mayor, opened the fair. … he said"."""

NAMED_CHARS = 900
"""How far back a pronoun's bearer may have been named."""


@cache
def _loaded(code: str) -> frozenset[str]:
    """The forms, and the stems, of the cues that judge truth, attitude or mood."""
    language = load_language(code)
    forms = set(language.changes.loaded_cues)
    forms.update(f for verb in language.cues.verbs if verb.tone == "loaded" for f in verb.forms)
    acts = language.changes.act_cues
    forms |= {make_key(f, language) for f in language.changes.loaded_cues if len(f) > 3}
    return frozenset(forms - acts - {f for verb in language.cues.verbs if verb.lemma in acts for f in verb.forms})


def is_loaded(cue: Sequence[Unit], language: Language) -> bool:
    """Whether a cue judges the truth, the attitude or the mood of what is said."""
    loaded = _loaded(language.code)
    return any(u.word in loaded or u.key in loaded for u in cue)


def find_cue_flags(
    earlier: Sequence[Unit], later: Sequence[Unit], source: Language, target: Language
) -> tuple[Finding, ...]:
    """`cue_changed` where a neutral cue became a loaded one or back. No cue on a side: nothing to compare. `source` and
    `target` are the languages of the two; one without cue lists tells nothing."""
    if not earlier or not later or not _loaded(source.code) or not _loaded(target.code):
        return ()
    if is_loaded(earlier, source) == is_loaded(later, target):
        return ()
    one, two = (" ".join(u.word for u in side[:4]) for side in (earlier, later))
    return (Finding("cue_changed", f"the cue “{one}” became “{two}”"),)


def _words(name: str) -> frozenset[str]:
    return frozenset(w for w in name.casefold().replace(".", "").replace("’", "'").split() if len(w) > 1)


def find_speaker_flags(earlier: Wording, later: Wording, language: Language) -> tuple[Finding, ...]:
    """`reattributed`, `speaker_widened`, `speaker_narrowed`, `attribution_dropped`. Unknown speakers flag nothing."""
    if later.form == "narration":
        if earlier.form == "narration":
            return ()
        whom = f" ({earlier.speaker.name})" if earlier.speaker else ""
        return (Finding("attribution_dropped", f"nobody is named as having said it{whom}"),)
    one, two = earlier.speaker, later.speaker
    if one is None or two is None or one.id == two.id or "unknown" in (one.kind, two.kind):
        return ()
    a, b = _words(one.name), _words(two.name)
    told = f"{one.name} became {two.name}"
    if one.kind == two.kind == "person":
        is_sure = all(_is_surely_meant(wording) for wording in (earlier, later))
        return (Finding("reattributed", told),) if is_sure and not _is_same_person(one, two) else ()
    if one.kind == "person" and two.kind in _BODIES:
        return (Finding("speaker_widened", told),)
    if two.kind == "person" and one.kind in _BODIES:
        return (Finding("speaker_narrowed", told),)
    if a & b - language.words.stop:
        return ()
    if "anonymous" in (one.kind, two.kind) or "group" in (one.kind, two.kind):
        if one.kind == two.kind:
            return ()
        narrower = two.kind in ("anonymous", "group")
        return (Finding("speaker_narrowed" if narrower else "speaker_widened", told),)
    if {one.kind, two.kind} == {"organization", "state"}:
        return (Finding("speaker_widened" if two.kind == "state" else "speaker_narrowed", told),)
    return (Finding("reattributed", told),) if all(_is_surely_meant(w) for w in (earlier, later)) else ()


def _is_surely_meant(wording: Wording) -> bool:
    """Whether the article names its speaker, or says who it is in words that are no guess of ours: whom a pronoun
    stands for is one where another name stands between, and a role without a name may be anybody's."""
    if wording.source is None or wording.speaker is None:
        return True
    name = wording.speaker.name.split()
    language = choose_language(wording.language)
    words = [w.norm.casefold() for w in find_words(wording.text, wording.source)]
    if words and all(word in language.names.pronouns for word in words):
        at = wording.source.start
        named = wording.text.rfind(name[-1], max(0, at - NAMED_CHARS), at)
        return named >= 0 and _speaks(wording.text, named, at, name[-1], language)
    return name[0][:1].isupper()


def _speaks(text: str, named: int, at: int, name: str, language: Language) -> bool:
    """Whether whom the name stands for is still the one who speaks at `at`: the same paragraph opens with the name, or
    its own said something, and nobody else has been named since."""
    end = text.find("\n", named, at)
    if end < 0:
        end = at
        if len(text[text.rfind("\n", 0, named) + 1 : named + len(name)].split()) <= OPENING_WORDS:
            return True
    cued = index_cues(language).pattern.search(text, text.rfind("\n", 0, named) + 1, end) is not None
    return cued and not _names_another(text, Span(named + len(name), at), language)


def _names_another(text: str, span: Span, language: Language) -> bool:
    """Whether a name of two words or more stands in the span, other than behind "of" and its like."""
    skip = language.names.linkers | language.names.articles
    for run, place in find_runs(text, [span], language):
        before = text[span.start : place.start].split()[-1:]
        if len(run) > 1 and not (before and before[0].casefold() in skip):
            return True
    return False


def _is_same_person(one: Speaker, two: Speaker) -> bool:
    """Whether one name is part of the other ("Lind", "Mara Lind")."""
    a, b = _words(one.name), _words(two.name)
    return bool(a and b) and (a <= b or b <= a)
