"""What one article of a story has in common with another, and what it has beyond it: measured one way round."""

from collections.abc import Sequence

from msgspec import Struct
from rapidfuzz.distance import LCSseq, Levenshtein

from retold.model import Span
from retold.trace.profiles import NARRATION_GRAM_WORDS, SPOKEN_WORTH, TEXT_GRAM_WORDS, Profile, Utterance

SAME_SHARE = 0.8
"""Share of a quotation's words, in order, that another must have to hold it: a word in five may have been altered."""

EXTRA_WORDS = 3
"""So many words more make a reading the fuller one; fewer may be a slip, or a filler left out."""

OWN_WORDS = 5
"""So many words on end that the other lacks are a piece that it never had; fewer were put in others' place."""

OWN_LEAST_WORDS = 4
"""Fewer words in marks, met nowhere else, are as often a title or a turn of phrase as somebody's words."""

CUT_SHARE = 0.6
"""A translation with less than this share of the words was cut: languages differ by less in how many they need."""

LEAST_RUN_WORTH = 1.5
LEAST_RUN_PLAIN = 2
"""A run below this worth, or with fewer plain words, is a name with its office, or a turn of phrase."""


class Run(Struct, frozen=True):
    """Consecutive words of the narrator that both articles have, where they stand in the later one, and their worth."""

    span: Span
    first: int
    words: int
    worth: float


class Sharing(Struct, frozen=True):
    """How the utterances of article `copy` stand to those of article `source`; all tuples hold families, in text order.

    `held`: in marks in both, nothing in the copy that the source lacks. `cut`: those of them where the source has more.
    `fuller`: the copy has more. `crossing`: each has words that the other lacks. `altered`: other words, same place.
    `requoted`: in marks here, told there. `carried`: told here, quoted or told there. `own`: in marks here, not there
    at all, with `own_of_shared` those whose speaker the source quotes as well. `own_told`: told here, not there.
    """

    source: str
    copy: str
    held: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    fuller: tuple[str, ...] = ()
    crossing: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    requoted: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    own_of_shared: tuple[str, ...] = ()
    own_told: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def shared(self) -> int:
        """How many utterances both have, in whatever form."""
        return sum(map(len, (self.held, self.fuller, self.crossing, self.altered, self.requoted, self.carried)))


def find_sharing(source: Profile, copy: Profile) -> Sharing:
    """Holds every utterance and narrator's run of `copy` against `source`. O(words) and the LCS of shared readings."""
    rows: dict[str, list[str]] = {
        name: [] for name in ("held", "cut", "fuller", "crossing", "altered", "requoted", "carried", "own", "own_told")
    }
    own_of_shared: list[str] = []
    languages = source.article.article.language, copy.article.article.language
    is_translated = None not in languages and languages[0] != languages[1]
    speakers = {u.speaker for u in source.utterances.values() if u.speaker is not None}
    for family, mine in sorted(copy.utterances.items(), key=lambda item: (item[1].span, item[0])):
        theirs = source.utterances.get(family)
        for name in _judge_translated(mine, theirs) if is_translated else _judge(mine, theirs, source):
            rows[name].append(family)
            if name == "own" and mine.speaker in speakers:
                own_of_shared.append(family)
    return Sharing(
        source.id,
        copy.id,
        **{name: tuple(found) for name, found in rows.items()},
        own_of_shared=tuple(own_of_shared),
        runs=find_runs(source, copy),
    )


def _judge(mine: Utterance, theirs: Utterance | None, source: Profile) -> tuple[str, ...]:
    if not mine.marked:
        return ("carried",) if theirs is not None else ("own_told",)
    if theirs is None:
        if len(mine.marked) < OWN_LEAST_WORDS:
            return ()
        return ("held",) if _is_in_text(mine.marked, source) else ("own",)
    if not theirs.marked:
        return ("requoted",)
    common = LCSseq.similarity(mine.marked, theirs.marked)
    more, less = len(mine.marked) - common, len(theirs.marked) - common
    if common >= SAME_SHARE * len(mine.marked) or more < EXTRA_WORDS:
        if less >= EXTRA_WORDS:
            return ("held", "cut")
        return ("held",)
    if LCSseq.similarity(mine.marked, theirs.words) >= SAME_SHARE * len(mine.marked):
        return ("requoted",)  # the source has the words, but part of them in its own voice
    if _share_in_runs(mine.marked, theirs.marked) >= SAME_SHARE:
        return ("held",)  # its parts in another order
    if less < EXTRA_WORDS or common >= SAME_SHARE * len(theirs.marked):
        return ("fuller",)
    return ("crossing",) if _longest_own(mine.marked, theirs.marked) >= OWN_WORDS else ("altered",)


def _judge_translated(mine: Utterance, theirs: Utterance | None) -> tuple[str, ...]:
    """The same across languages, where no word can be held against another: by form, and by how long each is."""
    if not mine.marked:
        return ("carried",) if theirs is not None else ("own_told",)
    if theirs is None:
        return ("own",) if len(mine.marked) >= OWN_LEAST_WORDS else ()
    if not theirs.marked:
        return ("requoted",)
    if len(mine.marked) > len(theirs.marked) / CUT_SHARE + EXTRA_WORDS:
        return ("fuller",)
    if len(mine.marked) + EXTRA_WORDS < len(theirs.marked) * CUT_SHARE:
        return ("held", "cut")
    return ("held",)


def _longest_own(words: Sequence[int], other: Sequence[int]) -> int:
    """The most consecutive words that stand in none of the places the other has."""
    longest = here = 0
    for step in Levenshtein.opcodes(other, words):
        here = 0 if step.tag == "equal" else here + step.dest_end - step.dest_start
        longest = max(longest, here)
    return longest


def _share_in_runs(words: Sequence[int], other: Sequence[int]) -> float:
    size = TEXT_GRAM_WORDS
    known = {tuple(other[i : i + size]) for i in range(len(other) - size + 1)}
    covered = {
        at for i in range(len(words) - size + 1) if tuple(words[i : i + size]) in known for at in range(i, i + size)
    }
    return len(covered) / len(words)


def _is_in_text(words: Sequence[int], source: Profile) -> bool:
    """Whether words in marks stand anywhere in the other article: families are found, and can be missed."""
    grams = [tuple(words[i : i + TEXT_GRAM_WORDS]) for i in range(len(words) - TEXT_GRAM_WORDS + 1)]
    return len(grams) > 1 and sum(gram in source.text for gram in grams) >= SAME_SHARE * len(grams)


def find_runs(source: Profile, copy: Profile) -> tuple[Run, ...]:
    """The narrator's words that `copy` shares with `source` in runs, where they stand in `copy`, worth their while."""
    if len(source.narration) < len(copy.narration):
        starts = sorted(copy.narration[gram] for gram in source.narration if gram in copy.narration)
    else:
        starts = sorted(at for gram, at in copy.narration.items() if gram in source.narration)
    joined: list[tuple[int, int]] = []
    for at in starts:
        if joined and at <= joined[-1][1] - NARRATION_GRAM_WORDS + 1:
            joined[-1] = (joined[-1][0], at + NARRATION_GRAM_WORDS)
        else:
            joined.append((at, at + NARRATION_GRAM_WORDS))
    found = []
    for start, end in joined:
        worth = sum(copy.worth[start:end])
        plain = sum(value >= SPOKEN_WORTH for value in copy.worth[start:end])
        if worth >= LEAST_RUN_WORTH and plain >= LEAST_RUN_PLAIN:
            span = Span(copy.spans[start].start, copy.spans[end - 1].end)
            found.append(Run(span, start, end - start, round(worth, 3)))
    return tuple(found)
