"""Who says it, in a parse: the subject of a cue, or the one that a participle or conjoined verb inherits."""

from retold.annotate.parse import Parse

PUNCTUATION = {",", ".", ":", "``", "''", "-LRB-", "-RRB-", "HYPH", "NFP"}
SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}
_INHERITS = {"conj", "advcl", "xcomp", "pcomp", "prep", "dep", "ccomp", "parataxis", "acomp"}
_NAME_TAGS = {"NNP", "NNPS"}


def find_source(parse: Parse, verb: int, depth: int = 0) -> tuple[int, int] | None:
    """The nodes of who says: the verb's subject, or the one it inherits; None where there is none."""
    node = parse.nodes[verb]
    children = parse.children(verb)
    agent = next((k for k in children if parse.nodes[k].relation == "agent"), None)
    if agent is not None:
        named = next((k for k in parse.children(agent) if parse.nodes[k].relation == "pobj"), None)
        if named is not None:
            return trim_nodes(parse, parse.nodes[named].left, parse.nodes[named].right)
    for k in children:
        child = parse.nodes[k]
        if child.relation in SUBJECTS and not child.is_masked:
            if child.tag in {"WP", "WDT"}:
                return _antecedent(parse, verb)
            if child.relation == "expl":
                return None
            if child.relation == "nsubjpass" and any(parse.nodes[c].relation == "auxpass" for c in children):
                return None  # "was told that": the subject heard it, and who said it is not named
            return trim_nodes(parse, child.left, child.right, keep_before=verb)
    if not any(parse.nodes[k].relation in SUBJECTS for k in children):
        name = _preceding_name(parse, verb)
        if name is not None:
            return name
    if depth > 4 or node.head == verb:
        return None
    if node.relation in {"acl", "relcl"}:
        return _antecedent(parse, verb)
    if node.relation in _INHERITS:
        quoted = _quoted_person(parse, node.head)
        return quoted or find_source(parse, node.head, depth + 1)
    return None


def _quoted_person(parse: Parse, head: int) -> tuple[int, int] | None:
    """ "X was quoted as saying", "the paper quoted X as saying": who says is the passive subject, or the object."""
    at = parse.nodes[head].head if parse.nodes[head].relation == "prep" else head
    is_as = parse.nodes[head].text.lower() == "as" and at != head
    for k in parse.children(at):
        node = parse.nodes[k]
        if node.relation == "nsubjpass" or (is_as and node.relation == "dobj" and k < head and not node.is_masked):
            return trim_nodes(parse, node.left, node.right)
    return None


def _preceding_name(parse: Parse, verb: int) -> tuple[int, int] | None:
    """A name or pronoun right before the verb (auxiliaries between), where the parser missed that it is the subject."""
    last = verb - 1
    while last >= 0 and parse.nodes[last].relation in {"aux", "advmod", "neg"} and parse.nodes[last].head == verb:
        last -= 1
    first = last
    while first >= 0 and parse.nodes[first].tag in _NAME_TAGS:
        first -= 1
    return (first + 1, last) if first < last else None


def _antecedent(parse: Parse, verb: int) -> tuple[int, int] | None:
    at = verb
    while parse.nodes[at].relation not in {"relcl", "acl"}:
        if parse.nodes[at].head == at:
            return None
        at = parse.nodes[at].head
    head = parse.nodes[at].head
    return trim_nodes(parse, parse.nodes[head].left, max(head, parse.nodes[at].left - 1))


def trim_nodes(parse: Parse, first: int, last: int, keep_before: int | None = None) -> tuple[int, int] | None:
    """Without punctuation and conjunctions at the ends, never over a masked node, and on one side of the verb."""
    if keep_before is not None and first < keep_before <= last:
        last = keep_before - 1
    masked = [k for k in range(first, last + 1) if parse.nodes[k].is_masked]
    if masked:
        if masked[-1] < (first + last + 1) // 2 or masked[-1] < last:
            first = masked[-1] + 1
        else:
            last = masked[0] - 1
    while first <= last and (parse.nodes[first].tag in PUNCTUATION or parse.nodes[first].tag == "CC"):
        first += 1
    while last >= first and parse.nodes[last].tag in PUNCTUATION:
        last -= 1
    return (first, last) if first <= last else None


def sentence_of(parse: Parse, at: int) -> tuple[int, int]:
    """The first and last node of the tree that node `at` stands in."""
    root = at
    while parse.nodes[root].head != root:
        root = parse.nodes[root].head
    return parse.nodes[root].left, parse.nodes[root].right


def find_inverted_source(parse: Parse, masked: int, verb: int) -> tuple[int, int] | None:
    """ "said Dr X" where the parser took the source for an object."""
    if masked > verb:
        return None
    for k in parse.children(verb):
        child = parse.nodes[k]
        if (
            k > verb
            and child.relation in {"dobj", "attr", "oprd", "npadvmod", "dative", "appos"}
            and not child.is_masked
        ):
            return trim_nodes(parse, child.left, child.right)
    k = verb + 1
    while k < len(parse.nodes) and parse.nodes[k].tag in _NAME_TAGS:
        k += 1
    return (verb + 1, k - 1) if k > verb + 1 else None
