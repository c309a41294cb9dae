"""The clause that a cue introduces, in a parse: "that …", "to …", a noun phrase, or the main clause ("as X said")."""

from collections.abc import Container

from retold.annotate.cues import CueIndex
from retold.annotate.parse import Parse
from retold.annotate.sources import PUNCTUATION, SUBJECTS, sentence_of
from retold.languages import Language
from retold.languages.language import Rating, Verb

_FINITE = {"VBD", "VBZ", "VBP"}
_REACH = 14  # nodes between a rating verb and its linker


def find_coordinated_end(parse: Parse, verb: int, content: tuple[int, int], language: Language) -> int:
    """Where content ends that goes on after "and that …", or "and" with a subject of its own, past its subtree."""
    nodes, last = parse.nodes, content[1]
    end = sentence_of(parse, verb)[1]
    if last < verb:
        return last
    at = last + 1
    if at <= end and nodes[at].text == ",":
        at += 1
    if at + 1 > end or nodes[at].tag != "CC" or any(nodes[k].is_masked for k in range(at, end + 1)):
        return last
    if nodes[at + 1].text.lower() not in language.cues.complementisers:
        conjoined = next((k for k in range(at, end + 1) if nodes[k].relation == "conj" and nodes[k].head == verb), None)
        if conjoined is None or at != last + 1:
            return last
        subject = next((k for k in parse.children(conjoined) if nodes[k].relation in {"nsubj", "nsubjpass"}), None)
        if subject is None and nodes[verb].tag == "VBD" and nodes[at + 1].text.lower() in language.cues.backshifted:
            return nodes[conjoined].right  # "claimed they had left and would pay": the future seen from "claimed"
        if subject is None or nodes[subject].tag in {"PRP", "WP", "WDT"} or nodes[subject].left != at + 1:
            return last
        end = min(end, nodes[conjoined].right)
    while nodes[end].tag in PUNCTUATION - {"''", "-RRB-"} and end > last:
        end -= 1
    return end


def is_passive(parse: Parse, verb: int) -> bool:
    node = parse.nodes[verb]
    if any(parse.nodes[k].relation in {"auxpass", "nsubjpass"} for k in parse.children(verb)):
        return True
    return node.tag == "VBN" and not any(parse.nodes[k].relation == "aux" for k in parse.children(verb))


def has_agent(parse: Parse, verb: int) -> bool:
    return any(parse.nodes[k].relation == "agent" for k in parse.children(verb))


def find_complement(parse: Parse, verb: int, entry: Verb, language: Language) -> tuple[int, int] | None:
    """The clause, infinitive or object that a cue verb introduces, by the frames it takes."""
    nodes, frames = parse.nodes, entry.frames
    children = parse.children(verb)
    clauses = [
        k
        for k in children
        if nodes[k].relation == "ccomp" and not nodes[k].is_masked and not _is_bare_attribution(parse, k, verb)
    ]
    clauses.sort(key=lambda k: (k < verb, k))
    for k in clauses:
        if is_infinitive(parse, k) and not has_complementiser(parse, k):
            own = not any(nodes[c].relation == "nsubj" for c in parse.children(k))
            if ("infinitive" in frames and own) or ("command" in frames and not own):
                return _infinitive(parse, k), nodes[k].right
            continue
        if "clause" in frames or "quote" in frames:
            same_side = [c for c in clauses if (c > verb) == (k > verb)]
            told = _told_in(parse, k) if k > verb and len(same_side) == 1 else None
            if told is not None:
                return open_clause(parse, told, language), nodes[told].right
            first = min(open_clause(parse, c, language) for c in same_side)
            if entry.takes_addressee and k > verb and nodes[verb + 1].text.lower() in language.cues.addressees:
                first = _after_addressee(parse, verb, first)
            return first, max(nodes[c].right for c in same_side)
    if "clause" in frames and entry.takes_addressee:
        for k in (c for c in children if c > verb and nodes[c].relation == "dobj"):
            for c in parse.children(k):  # "told the staff that …": the parser may take the clause for a relative one
                first = nodes[c].left
                is_told = nodes[c].relation in {"relcl", "acl"} and nodes[first].relation == "mark"
                if c > k and is_told and nodes[first].text.lower() in language.cues.complementisers and first < c:
                    return first + 1, nodes[c].right
    if "clause" in frames and "quote" in frames and not entry.takes_addressee:
        taken = next((k for k in children if nodes[k].relation == "dobj" and nodes[k].left == verb + 1), None)
        if taken is not None and _is_clause(parse, taken):
            return nodes[taken].left, nodes[taken].right
    addressed = any(k > verb and nodes[k].relation in {"dobj", "dative"} for k in children)
    if ("infinitive" in frames and entry.stance == "speech") or ("command" in frames and addressed):
        for k in children:
            if k > verb and nodes[k].relation in {"xcomp", "advcl"} and is_infinitive(parse, k):
                return _infinitive(parse, k), nodes[k].right
    if "clause" in frames and "quote" in frames:
        for k in (c for c in children if c > verb and nodes[c].relation == "prep"):
            for named in parse.children(k):  # "said in a statement that …": the parser hangs the clause on the noun
                held = find_that_clauses(parse, named, language) if nodes[named].relation == "pobj" else []
                if held and nodes[named].text.lower() in language.cues.nouns:
                    return held[0]
    if "infinitive" in frames or "command" in frames:
        for k in children:  # "called on the port to stop": the infinitive may hang on the addressee
            particle = nodes[k].relation == "prep" and nodes[k].text.lower() in entry.addressee_particles
            if k > verb and (particle or (entry.takes_addressee and nodes[k].relation == "dobj")):
                for c in range(nodes[k].left, nodes[k].right + 1):
                    if nodes[c].relation in {"relcl", "acl", "xcomp", "advcl"} and is_infinitive(parse, c):
                        return _infinitive(parse, c), nodes[c].right
    if "clause" in frames and is_passive(parse, verb):
        for agent in (k for k in children if nodes[k].relation == "agent"):
            for k in parse.children(agent):  # "warned by rangers that …": the clause may hang on who said it
                held = find_that_clauses(parse, k, language)
                if held:
                    return held[0]
    if "noun" in frames:
        for k in children:
            if k > verb and nodes[k].relation == "dobj" and nodes[k].right > nodes[k].left:
                return nodes[k].left, nodes[k].right
    if "object" in frames and entry.particles:
        for k in children:
            if nodes[k].relation == "prep" and k > verb and nodes[k].text.lower() in entry.particles:
                inner = [c for c in parse.children(k) if nodes[c].relation in {"pobj", "pcomp"}]
                if inner and nodes[inner[0]].right - nodes[inner[0]].left >= 2:
                    return nodes[inner[0]].left, nodes[inner[0]].right
    return None


def find_main_clause(parse: Parse, verb: int, language: Language) -> tuple[int, int] | None:
    """ "As X reported, CONTENT": the clause that the cue's own hangs on, where that is not one of a cue's again."""
    nodes = parse.nodes
    node = nodes[verb]
    marks = [k for k in parse.children(verb) if nodes[k].relation in {"mark", "advmod"} and k < verb]
    if node.relation != "advcl" or not any(nodes[k].text.lower() in language.cues.as_words for k in marks):
        return None
    if any(nodes[k].relation in {"dobj", "ccomp", "xcomp", "acomp", "attr"} for k in parse.children(verb)):
        return None
    first, last = nodes[node.head].left, nodes[node.head].right
    if node.left == first:
        first = node.right + 1
    elif node.right == last or all(nodes[k].tag in PUNCTUATION for k in range(node.right + 1, last + 1)):
        last = node.left - 1
    else:
        return None
    return (first, last) if last - first >= 2 else None


def _told_in(parse: Parse, k: int) -> int | None:
    """ "X said CONTENT, the paper reported": the parser hangs all on the last verb, of whose complement X's is."""
    nodes = parse.nodes
    told = next((c for c in parse.children(k) if c < k and nodes[c].relation == "ccomp"), None)
    subject = next((c for c in parse.children(k) if nodes[c].relation == "nsubj"), None)
    if told is None or subject is None or not told < subject or nodes[nodes[subject].left - 1].text != ",":
        return None
    return told if all(nodes[c].tag in PUNCTUATION for c in range(k + 1, nodes[k].right + 1)) else None


def _after_addressee(parse: Parse, verb: int, first: int) -> int:
    """ "told reporters complaints went back …": the parser may take the clause's subject for the object."""
    between = range(verb + 2, first)
    if parse.nodes[verb + 1].tag == "PRP$":  # "told her delegates complaints went back …"
        named = parse.nodes[verb + 2].tag in {"NN", "NNS"} and verb + 3 < len(parse.nodes)
        return verb + 3 if named and first <= verb + 2 else first
    if not between or any(parse.nodes[k].relation == "mark" for k in between):
        return first
    return verb + 2 if parse.nodes[verb + 2].tag not in {"IN", "TO", ","} else first


def _is_clause(parse: Parse, noun: int) -> bool:
    """ "said the gear dated from 1911", "… and that it was": the parser took a verb in the past for a participle."""
    for k in parse.children(noun):
        if k == noun + 1 and parse.nodes[k].relation == "acl" and parse.nodes[k].tag == "VBN":
            return True
        if parse.nodes[k].relation == "conj" and has_complementiser(parse, k):
            return True
    return False


def is_infinitive(parse: Parse, k: int) -> bool:
    return any(parse.nodes[c].tag == "TO" and c < k for c in parse.children(k))


def has_complementiser(parse: Parse, k: int) -> bool:
    return any(parse.nodes[c].relation == "mark" and parse.nodes[c].tag != "TO" for c in parse.children(k))


def _infinitive(parse: Parse, k: int) -> int:
    return next(c for c in parse.children(k) if parse.nodes[c].tag == "TO")


def open_clause(parse: Parse, k: int, language: Language) -> int:
    """The first node of a clause, its complementiser left out."""
    first = parse.nodes[k].left
    while first < k and parse.nodes[first].tag in PUNCTUATION:
        first += 1
    if parse.nodes[first].text.lower() in language.cues.complementisers and parse.nodes[first].relation == "mark":
        first += 1
    return first


def find_that_clauses(parse: Parse, k: int, language: Language) -> list[tuple[int, int]]:
    """The clauses below node `k` that open with a complementiser, without it."""
    found = []
    for c in parse.children(k):
        first = parse.nodes[c].left
        opens = parse.nodes[first].text.lower() in language.cues.complementisers
        if c > k and parse.nodes[c].relation in {"acl", "ccomp", "relcl", "advcl"} and opens and first < c:
            is_relative = parse.nodes[first].relation in SUBJECTS or parse.nodes[c].relation == "relcl"
            if not is_relative or parse.nodes[first].relation == "dobj":
                found.append((first + 1, parse.nodes[c].right))
    return found


def trim_content(parse: Parse, first: int, last: int) -> tuple[int, int] | None:
    while first <= last and parse.nodes[first].tag in {",", ".", ":", "CC", "HYPH"}:
        first += 1
    while last >= first and parse.nodes[last].tag in {",", ".", ":"}:
        last -= 1
    return (first, last) if last - first >= 1 or (first == last and parse.nodes[first].is_masked) else None


def _is_bare_attribution(parse: Parse, k: int, verb: int) -> bool:
    """ "…, she said, the Post reported on Monday": what follows her cue is a second one, and no content."""
    nodes = parse.nodes
    inner = {nodes[c].relation for c in parse.children(k)} - {"punct", "npadvmod", "prep", "advmod", "nsubj"}
    return k > verb and nodes[verb + 1].text == "," and nodes[k].right - nodes[k].left <= 7 and not inner


def find_whole(
    parse: Parse,
    verb: int,
    source: tuple[int, int] | None,
    content: tuple[int, int],
    verbs: Container[str],
    language: Language,
) -> tuple[int, int] | None:
    """Content whose ends the words around it tell, whatever the parse: None where they tell nothing.

    `CONTENT, X said.` from the start of a sentence reaches to that comma. A proviso behind a content ("…, if they
    come", "… provided that they come"), and a doubtful cause ("…, probably because"), go with it to the sentence's end.
    """
    nodes = parse.nodes
    first, last = content
    if last < verb:
        low = verb if source is None else min(verb, source[0])
        opens = sentence_of(parse, verb)[0]
        stands_alone = source is not None and nodes[low - 1].text == "," and first == opens
        held = range(last + 1, low - 1)
        if not stands_alone or any(nodes[k].is_masked or nodes[k].text.lower() in verbs for k in held):
            return None
        return first, cut_role(parse, first, low - 2, language)
    end = last
    while end + 1 < len(nodes) and nodes[end + 1].tag != "." and not nodes[end + 1].is_masked:
        end += 1
    at = last + 2 if last < end and nodes[last + 1].text == "," else last + 1
    doubted = at <= end and nodes[at].text.lower() in language.cues.doubts
    tail = " ".join(node.text.lower() for node in nodes[at + doubted : at + doubted + 4]) + " "
    openers = language.cues.reasons if doubted else language.cues.provisos
    if at >= end or not any(tail.startswith(opener + " ") for opener in openers):
        return None
    if any(nodes[k].text.lower() in verbs and nodes[k].tag in _FINITE for k in range(at, end + 1)):
        return None
    while end > last and nodes[end].tag in PUNCTUATION - {"''", "-RRB-"}:
        end -= 1
    return first, end


def find_rated(parse: Parse, verb: int, rating: Rating) -> tuple[int, int] | None:
    """The object of a `rating` verb with what is said of it: "the bill at 3m", "the plan as dead"."""
    nodes = parse.nodes
    first = verb + 1
    if rating.particle:
        if first >= len(nodes) or nodes[first].text.lower() != rating.particle:
            return None
        first += 1
    for k in range(first + 1, min(len(nodes), first + _REACH)):
        word = nodes[k].text.lower()
        if nodes[k].tag in {".", ":"} or nodes[k].is_masked or (nodes[k].tag == "CC" and k == first + 1):
            return None
        if word != rating.linker or nodes[k - 1].tag in {"IN", "RP", "RB"}:
            continue
        last = nodes[k].right if nodes[k].relation not in {"mark", "advmod"} else nodes[nodes[k].head].right
        if last <= k or (rating.counts and not any(nodes[c].tag == "CD" for c in range(k + 1, min(last, k + 4) + 1))):
            continue
        return first, last
    return None


def skip_lead(parse: Parse, first: int, last: int, cues: CueIndex) -> int:
    """Where content begins that another clause leads up to: behind "There was a catch:", "As the paper reported,"."""
    nodes = parse.nodes
    colon = next((k for k in range(last - 3, first, -1) if nodes[k].text == ":"), None)
    if colon is not None and not any(nodes[k].is_masked for k in range(first, colon)):
        return colon + 1
    if nodes[first].relation == "mark" and nodes[nodes[first].head].relation == "advcl":
        cited = nodes[nodes[first].head]
        end = cited.right + 1
        if nodes[first].head > first and cited.text.lower() in cues.verbs and end < last and nodes[end].text == ",":
            return end + 1
    return first


def cut_role(parse: Parse, first: int, last: int, language: Language) -> int:
    """Where content ends behind which a role stands: "CONTENT, the club's keeper, X, said." """
    nodes = parse.nodes
    comma = next((k for k in range(last, first + 2, -1) if nodes[k].text == ","), None)
    if comma is None or comma == last:
        return last
    role = range(comma + 1, last + 1)
    if any(nodes[k].tag.startswith(("VB", "MD")) for k in role) or nodes[role[0]].tag not in {
        "DT",
        "PRP$",
        "NN",
        "NNP",
    }:
        return last
    is_role = any(nodes[k].text.lower() in language.names.roles for k in role)
    return comma - 1 if is_role else last
