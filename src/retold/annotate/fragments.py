"""Words in marks inside the narrator's clause: which cue governs them, and how much of the clause belongs to them."""

from retold.annotate.clauses import Clause, cue_at, cue_nodes, is_asserted, separate
from retold.annotate.complements import is_infinitive
from retold.annotate.cues import CueIndex
from retold.annotate.parse import Parse
from retold.annotate.sources import SUBJECTS, find_source
from retold.languages import Language


def complement_of(parse: Parse, at: int, cues: CueIndex, language: Language) -> Clause | None:
    """For a fragment in marks at node `at`: the nearest cue above it, with the part of its clause that holds it."""
    nodes = parse.nodes
    below, here = at, nodes[at].head
    for _ in range(12):
        if below == here and nodes[below].head == below:
            return None
        entry = cue_at(parse, here, cues)
        if entry is not None and nodes[below].relation not in SUBJECTS and is_asserted(parse, here, language):
            first, last = nodes[below].left, nodes[below].right
            if nodes[below].relation == "prep" and (
                nodes[below].text.lower() in entry[1].particles or (below == here + 1 and nodes[below + 1].tag == "``")
            ):
                first = max(first, below + 1)
                last = max(
                    [last, *(nodes[c].right for c in range(last + 2, len(nodes)) if _goes_on(parse, c, last, language))]
                )
            named = [k for k in parse.children(here) if here < k < first and nodes[k].relation in {"dobj", "nsubj"}]
            if named and nodes[below].relation in {"oprd", "dobj", "attr", "ccomp"} and nodes[named[0]].tag != "PRP":
                first = nodes[named[0]].left  # "called the plan “…”": what it is said of belongs to it
            if not entry[1].takes_addressee and not is_infinitive(parse, below):
                first = _open_object(parse, here, first)
            source = find_source(parse, here)
            source, content = separate(parse, here, source, (first, last))
            if content is None or source is None:
                return None
            return Clause(cue_nodes(parse, here, cues), source, content, lemma=entry[0], confidence=0.7)
        if nodes[here].head == here:
            return None
        below, here = here, nodes[here].head
    return None


def _goes_on(parse: Parse, c: int, last: int, language: Language) -> bool:
    """Whether clause `c` goes on with "that" right behind the words in marks that end at `last`."""
    opens = parse.nodes[c].left
    follows = opens == last + 1 or (opens == last + 2 and parse.nodes[last + 1].tag == "''")
    return follows and parse.nodes[opens].text.lower() in language.cues.complementisers


def _open_object(parse: Parse, verb: int, first: int) -> int:
    """ "called the rosters “legal”", "dismissed it as “noise”": what the words in marks are said of is content too."""
    for k in parse.children(verb):
        if verb < k < first and parse.nodes[k].relation == "dobj" and parse.nodes[k].right < first:
            return parse.nodes[k].left
    return first
