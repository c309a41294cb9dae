"""Who is said to have said it, and how: flags of the speaker and of the cue."""

import re
from collections.abc import Sequence
from functools import cache

from retold.annotate.cues import index_cues
from retold.annotate.forms import make_key
from retold.annotate.names import find_runs, is_role
from retold.annotate.words import find_words
from retold.languages import Language, choose_language, load_language
from retold.model import Flag, Span, Speaker, SpeakerKind
from retold.trace.folding import Unit, say_units
from retold.trace.phrases import Finding
from retold.trace.wordings import Wording

_BODIES: frozenset[SpeakerKind] = frozenset({"organization", "state", "group", "anonymous"})
"""Whom a person can speak for, or be one of."""

OPENING_WORDS = 4
"""Whom a paragraph names so early it speaks of: "Peter Lind, the mayor, opened the fair. … he said"."""

NAMED_CHARS = 900
"""How far back a pronoun's bearer may have been named."""

LEAST_SOURCE_CHARS = 2

CUE_REACH_WORDS = 4
"""So near to words of the narrator a cue is theirs; behind them, twice as far: who speaks stands between."""

_SENTENCE_END = re.compile(r"[.!?][\"'”’»]?\s")


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
    one, two = (say_units(side, 4) for side in (earlier, later))
    return (Finding("cue_changed", f"the cue “{one}” became “{two}”"),)


def _words(name: str) -> frozenset[str]:
    return frozenset(w for w in name.casefold().replace(".", "").replace("’", "'").split() if len(w) > 1)


def find_speaker_flags(earlier: Wording, later: Wording, language: Language) -> tuple[Finding, ...]:
    """`reattributed`, `speaker_widened`, `speaker_narrowed`, `attribution_dropped`. Unknown speakers flag nothing."""
    if later.form == "narration":
        if earlier.form == "narration":
            return ()
        if _has_cue_beside(later, language):
            return ()
        whom = f" ({earlier.speaker.name})" if earlier.speaker else ""
        return (Finding("attribution_dropped", f"nobody is named as having said it{whom}"),)
    one, two = earlier.speaker, later.speaker
    if one is None or two is None or one.id == two.id or "unknown" in (one.kind, two.kind):
        return ()
    if _names(earlier, two, language) or _names(later, one, language):
        return ()
    a, b = _words(one.name), _words(two.name)
    told = f"{one.name} became {two.name}"
    number = _compare_number(earlier, later, language)
    if number is not None:
        return (Finding(number, told),)
    if one.kind == two.kind == "person":
        is_sure = all(_is_surely_meant(wording) for wording in (earlier, later))
        return (Finding("reattributed", told),) if is_sure and not _is_same_person(one, two, language) else ()
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


def _has_cue_beside(wording: Wording, language: Language) -> bool:
    """Whether a cue stands right before or after the narrator's words in their sentence, or where they begin or end
    ("Lamb said the well …", "…, Lamb says"): then it is told who said it, only not in a way that we could read."""
    if wording.around is None or not wording.spans:
        return False
    told = wording.text[wording.spans[0].start : wording.spans[-1].end]
    tail = told[told.rfind(",") + 1 :].split() if "," in told else []
    before = wording.text[wording.around.start : wording.spans[0].start].split()[-CUE_REACH_WORDS:]
    after = wording.text[wording.spans[-1].end : wording.around.end].split()[: 2 * CUE_REACH_WORDS]
    pattern, outlets = index_cues(language).pattern, language.citations
    reports = {*outlets.verbs_after, *outlets.verbs_before, *outlets.bare_verbs}  # an outlet, and no speaker, does so
    return any(
        m[0].casefold() not in reports
        for words in (before, after, told.split()[:CUE_REACH_WORDS], tail[: 2 * CUE_REACH_WORDS])
        for m in pattern.finditer(" ".join(words))
    )


def _names(wording: Wording, other: Speaker, language: Language) -> bool:
    """Whether the words that tell who speaks, or the name right behind them, name the other article's speaker: then
    only our reading of the two differs ("Lamb" and "Ivo Lamb"; "the smith, Ivo Lamb"). A title before a surname tells
    whom of its bearers it means ("Dr Lamb")."""
    name = other.name.split()
    if wording.source is None or wording.speaker is None or other.kind != "person" or not other.name[:1].isupper():
        return False
    after = wording.text[wording.source.end : wording.source.end + len(other.name) + 3].lstrip(" ,")
    if after.startswith(other.name) and not after[len(other.name) :][:1].isalnum():
        return True
    said = [w.strip(",.;:()’'").casefold() for w in wording.source.cut(wording.text).split()]
    name = [w.casefold() for w in name]
    if name[-1] not in said:
        return False
    before = said[: said.index(name[-1])]
    while before and before[-1] in name:
        before.pop()
    if before and before[-1] in language.names.linkers:
        return False
    own = wording.speaker.name.casefold().split() if wording.speaker.kind == "person" else []
    if name[-1] in own and any(w.rstrip(".") in language.names.titles for w in before):
        return False
    return not {w for w in own if w not in name} & set(said)


def _compare_number(earlier: Wording, later: Wording, language: Language) -> Flag | None:
    """One of a kind became several of it, or back: "a guard" → "guards". Only where neither has a name."""
    heads, single = [], []
    for wording in (earlier, later):
        name = wording.speaker.name.split() if wording.speaker else []
        if not name or wording.source is None or any(w[:1].isupper() for w in name[1:]):
            return None
        said = [w.norm.casefold() for w in find_words(wording.text, wording.source)]
        heads.append(said)
        single.append(bool(said) and said[0] in language.names.indefinite)
    keys = [{make_key(w, language): w for w in said[1:] if single[i]} or {make_key(w, language): w for w in said}
            for i, said in enumerate(heads)]  # fmt: skip
    shared = [k for k in sorted(keys[0].keys() & keys[1].keys()) if keys[0][k] != keys[1][k]]
    if single[0] == single[1] or not shared:
        return None
    return "speaker_widened" if single[0] else "speaker_narrowed"


def _is_surely_meant(wording: Wording) -> bool:
    """Whether the article names its speaker, or says who it is in words that are no guess of ours: whom a pronoun
    stands for is one where another name stands between, and a role without a name may be anybody's."""
    if wording.speaker is None:
        return True
    name = wording.speaker.name.split()
    if not name or not name[0][:1].isupper():
        return False
    if wording.source is None:
        return wording.cue is not None  # with neither, it goes on from a quotation before: a guess
    language = choose_language(wording.language)
    words = [w.norm.casefold() for w in find_words(wording.text, wording.source)]
    if sum(len(word) for word in words) < LEAST_SOURCE_CHARS:
        return False  # the "A" of an interview
    if words and all(word in language.names.pronouns for word in words):
        at = wording.source.start
        named = wording.text.rfind(name[-1], max(0, at - NAMED_CHARS), at)
        return named >= 0 and _speaks(wording.text, named, at, name, language)
    return True


def _speaks(text: str, named: int, at: int, name: Sequence[str], language: Language) -> bool:
    """Whether whom the name stands for is still the one who speaks at `at`: the same paragraph opens with the name, or
    its own said something, and nobody else has been named since. Whom the pronoun's own sentence names before it, or
    who is named behind "of" and its like, is spoken of ("Asked whether Lamb would leave, he said")."""
    start = text.rfind("\n", 0, named) + 1
    before = text[start:named].split()
    while before and before[-1] in name:
        before.pop()
    if before and before[-1].casefold() in language.names.linkers | language.changes.questions:
        return False
    end = text.find("\n", named, at)
    if end < 0:
        end = at
        if len(before) + len(name) <= OPENING_WORDS:
            return True
        if not _SENTENCE_END.search(text, named, at):
            return False
    elif any(is_role(w.norm, language.names) for w in find_words(text, Span(end, at))):
        return False
    cued = index_cues(language).pattern.search(text, start, end) is not None
    return cued and not _names_another(text, Span(named + len(name[-1]), at), language)


def _names_another(text: str, span: Span, language: Language) -> bool:
    """Whether a name of two words or more stands in the span, other than behind "of" and its like."""
    skip = language.names.linkers | language.names.articles
    for run, place in find_runs(text, [span], language):
        before = text[span.start : place.start].split()[-1:]
        if len(run) > 1 and not (before and before[0].casefold() in skip):
            return True
    return False


def _is_same_person(one: Speaker, two: Speaker, language: Language) -> bool:
    """Whether one name, without titles, is part of the other ("Ms Lind", "Mara Lind")."""
    a, b = (_words(speaker.name) - language.names.titles for speaker in (one, two))
    return bool(a and b) and (a <= b or b <= a)
