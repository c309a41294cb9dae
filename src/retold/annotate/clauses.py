"""Attributions in a parse: for each cue its source and the clause it introduces.

The frames are those of the cue lexicon: a verb with "that …", "to …", a noun after its preposition, or a direct
quotation (masked to one node); "according to" and its like; nouns and adjectives with "that". A participle or a
conjoined
verb inherits the subject it hangs on. After Krestel, Bergler & Witte 2008 (reporting verbs with parses) and Muzny et
al. 2017 (sieves for direct speech), on Penn tags and CLEAR relations.
"""

from collections.abc import Mapping

from msgspec import Struct

from retold.annotate.complements import (
    cut_role,
    find_complement,
    find_coordinated_end,
    find_main_clause,
    find_rated,
    find_that_clauses,
    find_whole,
    has_agent,
    has_complementiser,
    is_passive,
    open_clause,
    skip_lead,
    trim_content,
)
from retold.annotate.cues import CueIndex, index_cues
from retold.annotate.parse import Parse
from retold.annotate.sources import (
    PUNCTUATION,
    SUBJECTS,
    find_inverted_source,
    find_source,
    sentence_of,
    trim_nodes,
)
from retold.languages import Language
from retold.languages.language import Verb
from retold.model import Span

_ADJUNCTS = frozenset({"prep", "npadvmod", "advmod", "punct", "cc"})

_ADDRESSED = {"DT", "PRP", "PRP$", "NN", "NNS", "NNP", "NNPS", "JJ"}


class Clause(Struct, frozen=True):
    """An attribution found in a parse, as node indices, both ends inclusive. `masked`: the node that stands for a
    direct quotation, where the content is one. `second`: the rest of a content that its cue interrupts."""

    cue: tuple[int, int]
    source: tuple[int, int] | None
    content: tuple[int, int] | None
    masked: int | None = None
    second: tuple[int, int] | None = None
    lemma: str = ""
    confidence: float = 0.8
    is_object: bool = False


def find_clauses(
    parse: Parse, cues: CueIndex, language: Language, frames: Mapping[Span, Span] = {}
) -> tuple[Clause, ...]:
    """Every attribution to be read off one paragraph's parse, in the order of its cues. Linear in nodes, nearly.

    `frames`: for each masked quotation (its span with the marks) the stretch in which its cue can stand.
    """
    found: list[Clause] = []
    rated = {form for rating in language.cues.ratings for form in rating.forms}
    for i, node in enumerate(parse.nodes):
        if node.is_masked:
            clause = _attribute_masked(parse, i, cues, frames.get(node.span))
        elif cue_at(parse, i, cues) is not None:
            clause = _read_verb(parse, i, cues, language) or _read_rating(parse, i, language)
        elif node.tag.startswith("VB") and node.text.lower() in rated:
            clause = _read_rating(parse, i, language)
        elif node.tag.startswith("NN") and node.text.lower() in language.cues.nouns:
            clause = _read_noun(parse, i, language)
        elif node.tag.startswith("JJ") and node.text.lower() in language.cues.adjectives:
            clause = _read_adjective(parse, i, language)
        else:
            clause = _read_source_follows(parse, i, cues)
        if clause is not None:
            found.append(clause)
    opened = {clause.content[0] for clause in found if clause.content is not None and clause.source is not None}
    # "said in a statement that …": one attribution, not two
    found = [c for c in found if c.source is not None or c.content is None or c.content[0] not in opened]
    found = [clause for clause in found if clause.content is None or not _is_adjunct(parse, clause)]
    quoting = {clause.cue[0] for clause in found if clause.masked is not None}
    return tuple(c for c in found if c.content is None or c.cue[0] not in quoting or _is_opened(parse, c, language))


def _is_adjunct(parse: Parse, clause: Clause) -> bool:
    """Whether what looks like content says when or where it was said: "on Radio Nine", "before he died"."""
    nodes = parse.nodes
    parts = [part for part in (clause.content, clause.second) if part is not None]
    inside = {k for first, last in parts for k in range(first, last + 1)}
    tops = {nodes[k].relation for k in inside if nodes[k].head not in inside or nodes[k].head == k}
    return "prep" in tops and tops <= _ADJUNCTS


def _is_opened(parse: Parse, clause: Clause, language: Language) -> bool:
    """Whether a complementiser opens the content: what else follows `"…," said` is who said it, however it parses."""
    assert clause.content is not None
    first = clause.content[0]
    return first > 0 and parse.nodes[first - 1].text.lower() in language.cues.complementisers


def cue_nodes(parse: Parse, verb: int, cues: CueIndex) -> tuple[int, int]:
    entry = cues.verbs[parse.nodes[verb].text.lower()][1]
    particles = {*entry.particles, *entry.addressee_particles, *entry.needs}
    after = verb + 1
    if after < len(parse.nodes) and parse.nodes[after].text.lower() in particles and parse.nodes[after].head == verb:
        return verb, after
    return verb, verb


def cue_at(parse: Parse, i: int, cues: CueIndex) -> tuple[str, Verb] | None:
    """The lexicon's entry for node `i` where it is a verb that can be a cue here."""
    node = parse.nodes[i]
    entry = cues.verbs.get(node.text.lower()) if node.tag.startswith("VB") and not node.is_masked else None
    if entry is None or not entry[1].needs:
        return entry
    following = parse.nodes[i + 1].text.lower() if i + 1 < len(parse.nodes) else ""
    return entry if following in entry[1].needs else None


def is_asserted(parse: Parse, verb: int, language: Language) -> bool:
    """Whether the cue says that something was said: not negated, not "would say", not "declined to say"."""
    cues = language.cues
    node = parse.nodes[verb]
    for k in parse.children(verb):
        child = parse.nodes[k]
        word = child.text.lower()
        if k < verb and child.relation in {"neg", "det", "advmod", *SUBJECTS} and word in cues.negations:
            entry = index_cues(language).verbs.get(node.text.lower())
            return child.relation == "neg" and entry is not None and entry[0] in cues.held_when_negated
        if k < verb and child.relation == "aux":
            if word in cues.unreal_auxiliaries:
                return False
            if child.tag == "TO":
                head = parse.nodes[node.head]
                return head.text.lower() in cues.real_infinitives or head.text.lower() == "as"
    return node.tag != "VB" or any(parse.nodes[k].relation == "aux" for k in parse.children(verb))


def _read_verb(parse: Parse, verb: int, cues: CueIndex, language: Language) -> Clause | None:
    lemma, entry = cues.verbs[parse.nodes[verb].text.lower()]
    if not is_asserted(parse, verb, language):
        return None
    content = find_complement(parse, verb, entry, language) or find_main_clause(parse, verb, language)
    if content is not None and content[0] > verb and parse.nodes[content[0] - 1].text == ";":
        content = None  # "…, the minister said; she said …": the next sentence
    if content is None:
        return (
            _read_two_subjects(parse, verb, cues)
            or _read_parenthesis(parse, verb, cues, language)
            or _read_preposed(parse, verb, cues)
            or _read_closing(parse, verb, cues, language)
        )
    source = find_source(parse, _first_cue(parse, verb, cues, language))
    if source is not None and source[0] <= content[0] <= source[1]:
        opens = content[0] - 1
        if opens <= source[0] or parse.nodes[opens].text.lower() not in language.cues.complementisers:
            return None
        source = source[0], opens - 1  # "warned by rangers that …"
    nodes, children = parse.nodes, parse.children(verb)
    if source is None and any(parse.nodes[k].relation == "expl" for k in children):
        return None
    if entry.takes_addressee and is_passive(parse, verb) and not has_agent(parse, verb):
        if parse.nodes[content[0]].tag == "TO":
            return None  # "were told to leave": an order reported, and nobody's words
        source = None
    source, content = separate(parse, verb, source, content)
    if content is None:
        return None
    confidence = 0.85 if entry.stance == "speech" else 0.7
    if source is None:
        confidence -= 0.2
    content = (content[0], find_coordinated_end(parse, verb, content, language))
    is_object = parse.nodes[content[0] - 1].relation == "prep" and content[0] > verb
    whole = find_whole(parse, verb, source, content, cues.verbs, language) if entry.stance == "speech" else None
    if whole is not None:
        return Clause(cue_nodes(parse, verb, cues), source, whole, None, None, lemma, confidence, is_object)
    for k in range(verb + 1, content[1]):
        if nodes[k].relation == "conj" and _first_cue(parse, k, cues, language) == verb:
            end = next((c for c in range(k - 1, verb, -1) if nodes[c].tag not in {"CC", ",", "RB"}), k - 1)
            content = (content[0], end) if content[0] < end else content
            break
    return Clause(cue_nodes(parse, verb, cues), source, content, None, None, lemma, confidence, is_object)


def _read_rating(parse: Parse, verb: int, language: Language) -> Clause | None:
    """ "X put the bill at 3m", "X spoke of the plan as dead"."""
    nodes = parse.nodes
    word = nodes[verb].text.lower()
    for rating in language.cues.ratings:
        content = find_rated(parse, verb, rating) if word in rating.forms else None
        source = find_source(parse, verb) if content is not None else None
        if content is None or source is None or not is_asserted(parse, verb, language):
            continue
        if source[0] > verb or (is_passive(parse, verb) and nodes[verb].relation not in {"ccomp", "conj"}):
            continue
        cue = (verb, content[0] - 1 if rating.particle else verb)
        return Clause(cue, source, content, lemma=rating.forms[0], confidence=0.7)
    return None


def _first_cue(parse: Parse, verb: int, cues: CueIndex, language: Language) -> int:
    """ "X said A and warned that B": the cue whose subject `verb` shares, where the parser has hung it inside A.

    Only a verb without a subject, in the tense of the first cue, that opens a clause with a complementiser.
    """
    nodes = parse.nodes
    node = nodes[verb]
    inner = nodes[node.head]
    first = inner.head
    is_held = node.relation == "conj" and inner.relation == "ccomp" and nodes[first].tag == node.tag
    if not is_held or inner.tag == node.tag or cue_at(parse, first, cues) is None or cue_at(parse, verb, cues) is None:
        return verb
    # "that it would begin and advised": a finite verb after a bare one can only go with the cue
    is_plain = inner.tag == "VB" and node.tag in {"VBD", "VBZ"}
    if any(nodes[k].relation in SUBJECTS for k in parse.children(verb)):
        return verb
    if not is_plain and not find_that_clauses(parse, verb, language):
        return verb
    return first if first < verb else verb


def separate(
    parse: Parse, verb: int, source: tuple[int, int] | None, content: tuple[int, int]
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Content on one side of its cue and source: where the complement's subtree runs over them, it is cut there."""
    edges = [verb] if source is None else [verb, *source]
    low, high = min(edges), max(edges)
    first, last = content
    if source is not None and verb < first and last < source[0]:
        pass  # "Saying CONTENT, X did …": between the two, and running over neither
    elif first <= high and last >= low:
        if low - first >= last - high:
            last = low - 1
        else:
            first = high + 1
    elif last < low and not any(parse.nodes[k].is_masked for k in range(last + 1, low)):
        last = low - 1  # all that stands before ", X said" is what X said: a condition at its end too
    while first <= last and parse.nodes[first].tag in PUNCTUATION - {"``", "-LRB-"}:
        first += 1
    while last >= first and (
        parse.nodes[last].tag in {",", ".", ":", "CC"} or (last < low and parse.nodes[last].relation == "mark")
    ):
        last -= 1
    return source, (first, last) if last - first >= 1 else None


def _read_preposed(parse: Parse, verb: int, cues: CueIndex) -> Clause | None:
    """ "CONTENT, X said" where the parser ties the two together some other way: what stands before the comma."""
    lemma, entry = cues.verbs[parse.nodes[verb].text.lower()]
    source = find_source(parse, verb)
    if source is None or "quote" not in entry.frames or entry.stance != "speech":
        return None
    nodes = parse.nodes
    low = min(verb, source[0])
    if abs(verb - source[0]) > 12 or low < 4 or nodes[low - 1].text != ",":
        return None
    first = skip_lead(parse, sentence_of(parse, verb)[0], low - 1, cues)
    content = trim_content(parse, first, low - 1)
    if content is None or any(nodes[k].is_masked for k in range(content[0], low)):
        return None
    finite = any(nodes[k].tag in {"VBD", "VBZ", "VBP", "MD"} for k in range(content[0], content[1] + 1))
    # "Two runners strayed, X said.": a participle to the parser
    taken = any(nodes[k].tag == "VBN" and nodes[k - 1].tag in {"NNS", "NN"} for k in range(first + 1, content[1]))
    ended = verb + 1 < len(nodes) and nodes[verb + 1].tag == "."
    if not finite and not (taken and ended):
        return None
    follows = nodes[max(verb, source[1]) + 1].text if max(verb, source[1]) + 1 < len(nodes) else "."
    if follows not in {".", ","} and nodes[max(verb, source[1]) + 1].tag not in {"NNP", "IN", "RB", "NN"}:
        return None
    return Clause(cue_nodes(parse, verb, cues), source, content, None, None, lemma, 0.7)


def _read_closing(parse: Parse, verb: int, cues: CueIndex, language: Language) -> Clause | None:
    """ "CONTENT, somebody who has seen it says." at a sentence's end, however the parser ties that up."""
    nodes = parse.nodes
    lemma, entry = cues.verbs[nodes[verb].text.lower()]
    ends = _closes(parse, verb, entry) and nodes[verb].tag in {"VBD", "VBZ"}
    if not ends or "quote" not in entry.frames or entry.stance != "speech":
        return None
    commas = [k for k in range(verb - 1, max(0, verb - 14), -1) if nodes[k].text == ","]
    if commas and commas[0] == verb - 1:  # "…, the keeper, Ann Lee, told the council."
        commas = commas[1:]
        if len(commas) > 1 and cut_role(parse, sentence_of(parse, verb)[0], commas[0] - 1, language) < commas[0] - 1:
            commas = commas[1:]
    if not commas:
        return None
    comma = commas[0]
    source = (comma + 1, verb - 1 - (nodes[verb - 1].text == ","))
    content = trim_content(parse, skip_lead(parse, sentence_of(parse, comma)[0], comma, cues), comma - 1)
    if source[0] > source[1] or nodes[source[0]].tag not in {"DT", "NNP", "NNPS", "PRP", "NN", "NNS"}:
        return None
    if content is None or any(nodes[k].is_masked for k in range(content[0], verb)):
        return None
    if not any(nodes[k].tag in {"VBD", "VBZ", "VBP", "MD"} for k in range(content[0], content[1] + 1)):
        return None
    return Clause((verb, verb), source, content, None, None, lemma, 0.7)


def _closes(parse: Parse, verb: int, entry: Verb) -> bool:
    """Whether the sentence ends behind a cue, or behind whom it addresses: "told the council."."""
    nodes = parse.nodes
    end = verb + 1
    while entry.takes_addressee and end < min(len(nodes), verb + 5) and nodes[end].tag in _ADDRESSED:
        end += 1
    return end < len(nodes) and nodes[end].text in {".", ";"}


def _read_parenthesis(parse: Parse, verb: int, cues: CueIndex, language: Language) -> Clause | None:
    """ "CONTENT, X said, MORE CONTENT.", "CONTENT, as X said, MORE": the cue hangs beside the clause it stands in."""
    nodes = parse.nodes
    node = nodes[verb]
    marks = [k for k in parse.children(verb) if k < verb and nodes[k].relation in {"mark", "advmod"}]
    opener = next((k for k in marks if nodes[k].text.lower() in language.cues.as_words), None)
    if node.relation != "parataxis" and not (node.relation == "advcl" and opener is not None):
        return None
    source = find_source(parse, verb)
    lemma, entry = cues.verbs[node.text.lower()]
    if source is None or not entry.frames & {"clause", "quote"}:
        return None
    low, high = min(verb, source[0]), max(cue_nodes(parse, verb, cues)[1], source[1])
    low = low if opener is None else min(low, opener)
    before = trim_content(parse, nodes[node.head].left, low - 1)
    after = trim_content(parse, high + 1, nodes[node.head].right)
    spans = [s for s in (before, after) if s is not None and not any(nodes[k].is_masked for k in range(s[0], s[1] + 1))]
    second = spans[1] if len(spans) > 1 else None
    if before is None or before not in spans:
        return None
    goes_on = second is not None and nodes[second[0]].tag.startswith(("VB", "MD"))  # "The tunnel, X said, leaked"
    if not goes_on and not any(nodes[k].tag.startswith("VB") for k in range(before[0], before[1] + 1)):
        return None
    return Clause(cue_nodes(parse, verb, cues), source, before, None, second, lemma, 0.8)


def _read_two_subjects(parse: Parse, verb: int, cues: CueIndex) -> Clause | None:
    """ "CONTENT, X said.", where the parser took the content's verb for a participle: the cue has two subjects."""
    nodes = parse.nodes
    lemma, entry = cues.verbs[nodes[verb].text.lower()]
    subjects = [k for k in parse.children(verb) if nodes[k].relation == "nsubj"]
    if len(subjects) == 2 and subjects[1] > verb and nodes[verb - 1].text == "," and verb > 3:
        first, last = nodes[subjects[0]].left, verb - 2  # "Nine tons a year, says the keeper."
        if nodes[verb].head == verb and any(nodes[k].tag == "CD" for k in range(first, last + 1)):
            source = trim_nodes(parse, nodes[subjects[1]].left, nodes[subjects[1]].right)
            return Clause(cue_nodes(parse, verb, cues), source, (first, last), lemma=lemma)
    subjects = [k for k in subjects if k < verb]
    if len(subjects) != 2 or nodes[verb].head != verb or "clause" not in entry.frames:
        return None
    first, last = nodes[subjects[0]].left, nodes[subjects[1]].left - 2
    if last <= first or nodes[last + 1].text != "," or any(nodes[k].is_masked for k in range(first, last + 1)):
        return None
    if not any(nodes[k].tag.startswith(("VB", "MD")) for k in range(first, last + 1)):
        return None
    source = trim_nodes(parse, nodes[subjects[1]].left, nodes[subjects[1]].right, keep_before=verb)
    return Clause(cue_nodes(parse, verb, cues), source, (first, last), lemma=lemma)


def _read_noun(parse: Parse, noun: int, language: Language) -> Clause | None:
    """ "X's claim that …", "a warning by X that …", "X is of the view that …", "X's opinion is that …"."""
    nodes = parse.nodes
    head = nodes[noun].head
    holders = [noun]
    if nodes[noun].relation == "nsubj" and nodes[head].tag.startswith("VB") and nodes[head + 1].tag == "IN":
        holders.append(head)
    givers = [c for k in (noun, head) for c in parse.children(k) if c > noun and nodes[c].relation == "prep"]
    givers = [c for c in givers if nodes[c].text.lower() in language.cues.noun_givers]
    given = [c for k in givers for c in parse.children(k) if nodes[c].relation == "pobj"]
    clause = next((c for k in (*holders, *given) for c in find_that_clauses(parse, k, language) if c[0] > noun), None)
    if clause is None:
        return None
    source = next((c for c in parse.children(noun) if nodes[c].relation == "poss"), None)
    named = None if source is None else trim_nodes(parse, nodes[source].left, source)
    if named is None and given:
        named = trim_nodes(parse, nodes[given[0]].left, min(nodes[given[0]].right, clause[0] - 2))
    if named is None and nodes[noun].relation == "pobj" and nodes[nodes[head].head].tag.startswith("VB"):
        be = nodes[head].head
        if not any(nodes[c].relation in {"dobj", "attr", "acomp"} for c in parse.children(be)):
            named = find_source(parse, be) if nodes[head].text.lower() in language.cues.noun_holders else None
    if named is None and nodes[noun].relation == "dobj" and nodes[head].text.lower() in language.cues.noun_verbs:
        named = find_source(parse, head)
    if named is not None and named[1] >= noun and not given:
        named = None
    return Clause((noun, noun), named, clause, lemma=nodes[noun].text.lower(), confidence=0.6)


def _read_adjective(parse: Parse, adjective: int, language: Language) -> Clause | None:
    """ "X is sure that …", "X made it clear that …"."""
    nodes = parse.nodes
    made = nodes[adjective].relation in {"ccomp", "oprd"} and nodes[adjective].head == adjective - 2
    for k in parse.children(adjective):
        clausal = nodes[k].relation == "ccomp" or (made and nodes[k].relation == "advcl")
        if k > adjective and clausal and (not made or has_complementiser(parse, k)):
            holds = made or nodes[adjective].relation == "acomp"
            source = find_source(parse, nodes[adjective].head) if holds else None
            content = (open_clause(parse, k, language), nodes[k].right)
            if source is None or content[1] <= content[0]:
                return None
            return Clause((adjective, adjective), source, content, lemma=nodes[adjective].text.lower(), confidence=0.6)
    return None


def _read_source_follows(parse: Parse, at: int, cues: CueIndex) -> Clause | None:
    """ "According to X, CONTENT", "CONTENT, according to X" and, in the middle, both sides of it."""
    nodes = parse.nodes
    text = " ".join(node.text for node in nodes[at : at + 4])
    match = cues.source_follows.match(text)
    if match is None:
        return None
    size = len(match.group().split(" "))
    last_cue = at + size - 1
    if last_cue + 1 >= len(nodes):
        return None
    named = next((k for k in parse.children(last_cue) if nodes[k].relation == "pobj"), None)
    if named is None:
        named = next((k for k in range(last_cue + 1, len(nodes)) if nodes[k].relation == "pobj"), None)
        if named is None or nodes[named].head != last_cue:
            return None
    source = trim_nodes(parse, last_cue + 1, _source_end(parse, last_cue + 1, nodes[named].right))
    if source is None:
        return None
    first, last = sentence_of(parse, at)
    held = nodes[nodes[at].head]
    if held.relation == "ccomp" and held.left < at < last_cue < held.right:
        first, last = held.left, held.right  # "X said that, according to Y, …"
    before = trim_content(parse, skip_lead(parse, first, at - 1, cues), at - 1)
    after = trim_content(parse, source[1] + 1, last)
    masked = next((k for k in (at - 1, at - 2) if k >= first and nodes[k].is_masked), None)
    if masked is None and after is not None and nodes[after[0]].is_masked and after[1] == after[0]:
        masked = after[0]
    if masked is not None:
        return Clause((at, last_cue), source, None, masked=masked, lemma=match.group().lower(), confidence=0.9)
    main, second = (before, after) if before else (after, None)
    if main is not None and before is not None and after is not None:
        # A tail after the source is content only where it goes on with the clause.
        whole = any(nodes[k].tag in {"VBD", "VBZ", "VBP", "MD"} for k in range(before[0], before[1] + 1))
        second = after if nodes[after[0]].tag.startswith(("VB", "MD")) and not whole else None
    if main is None:
        return None
    return Clause((at, last_cue), source, main, second=second, lemma=match.group().lower(), confidence=0.9)


def _source_end(parse: Parse, first: int, last: int) -> int:
    """Before a clause that a comma divides off, unless that clause stands in apposition to the source."""
    for k in range(first, last + 1):
        if parse.nodes[k].text == "," and k + 1 <= last:
            following = parse.nodes[k + 1]
            if following.tag in {"IN", "RB", "CC"} and following.relation not in {"relcl"}:
                return k - 1
    return last


def _attribute_masked(parse: Parse, masked: int, cues: CueIndex, frame: Span | None) -> Clause | None:
    """Who says a direct quotation: the quoting verb it hangs on, else the nearest in its sentence."""
    nodes = parse.nodes
    first, last = sentence_of(parse, masked)
    if nodes[masked].head == masked and first == masked == last:
        return None
    head = nodes[masked].head
    options: list[tuple[int, int]] = []
    for v in range(first, last + 1):
        entry = cue_at(parse, v, cues)
        if frame is not None and not frame.contains(nodes[v].span):
            continue
        if entry is None or "quote" not in entry[1].frames:
            continue
        low, high = sorted((v, masked))
        between = sum(nodes[k].tag not in PUNCTUATION for k in range(low + 1, high))
        blocked = any(nodes[k].is_masked for k in range(low + 1, high))
        options.append((between + (0 if v == head else 3) + 12 * blocked, v))
    if not options:
        unlisted = _unlisted_verb(parse, masked, frame)
        if unlisted is None:
            return None
        source = find_source(parse, unlisted) or find_inverted_source(parse, masked, unlisted)
        lemma = parse.nodes[unlisted].text.lower()
        return None if source is None else Clause((unlisted, unlisted), source, None, masked, None, lemma, 0.75)
    verb = min(options)[1]
    source = find_source(parse, verb)
    if source is None or nodes[source[0]].is_masked:
        source = find_inverted_source(parse, masked, verb)
    lemma = cues.verbs[nodes[verb].text.lower()][0]
    confidence = 0.95 if source is not None and verb == head else 0.85 if source is not None else 0.7
    return Clause(cue_nodes(parse, verb, cues), source, None, masked=masked, lemma=lemma, confidence=confidence)


def _unlisted_verb(parse: Parse, masked: int, frame: Span | None) -> int | None:
    """`"…," she wailed` and `he boomed: "…"`: between such marks any finite verb is a cue, listed or not."""
    nodes = parse.nodes
    follows = masked + 1 < len(nodes) and nodes[masked + 1].text == ","
    leads = masked > 0 and nodes[masked - 1].text in {":", ","}
    head = nodes[masked].head
    if leads and nodes[masked - 1].text == ":" and not nodes[head].tag.startswith("VB"):
        first = sentence_of(parse, masked - 1)[0]
        head = next((k for k in range(first, masked) if nodes[k].relation == "ROOT"), head)
    if nodes[head].tag not in {"VBD", "VBZ", "VBP"} or (frame is not None and not frame.contains(nodes[head].span)):
        return None
    return head if (head > masked and follows) or (head < masked and leads) else None


def read_lead_in(parse: Parse, cues: CueIndex) -> Clause | None:
    """The attribution of a paragraph that ends with a colon: the last cue of its last sentence, else its main verb."""
    nodes = parse.nodes
    last = len(nodes) - 1
    while last > 0 and nodes[last].tag in PUNCTUATION:
        last -= 1
    if last < 1:
        return None
    first, end = sentence_of(parse, last)
    listed = [v for v in range(first, end + 1) if cue_at(parse, v, cues) is not None]
    root = next((v for v in range(first, end + 1) if nodes[v].head == v), None)
    for verb in [*reversed(listed), root]:
        if verb is not None and nodes[verb].tag.startswith("VB") and not nodes[verb].is_masked:
            source = find_source(parse, verb)
            if source is not None:
                return Clause((verb, verb), source, None, lemma=nodes[verb].text.lower(), confidence=0.8)
    return None


def span_of(parse: Parse, pair: tuple[int, int]) -> Span:
    """The span of a pair of node indices, both inclusive."""
    return parse.cut(*pair)
