"""What a cue may introduce: for every verb, noun and adjective of a parse the stretches that could be its content.

A superset by design: each dependent of the cue by itself, with the dependents that follow it, with a second clause
after "and", shortened before what trails behind it, to the next comma, to the end of the sentence. `odds` weighs them.
"""

from collections.abc import Iterator

from msgspec import Struct

from retold.annotate.complements import is_infinitive
from retold.annotate.parse import Parse
from retold.annotate.sources import find_source, sentence_of
from retold.languages import Language

CONTENTS = frozenset({
    "dobj", "ccomp", "xcomp", "attr", "oprd", "acl", "acomp", "prep", "advcl", "dative", "relcl", "agent", "appos",
})  # fmt: skip
_TRAILING = frozenset({
    "relcl", "advcl", "appos", "conj", "prep", "acl", "parataxis", "npadvmod", "advmod", "cc",
})  # fmt: skip
_LOOSE = frozenset({"prep", "npadvmod", "acl"})
_EDGES = frozenset({",", ".", ":", "CC", "''"})
_FOLLOWING = 3  # dependents that may follow the first one
_CUTS = 7  # places before which a long content may be shortened, the last ones first


class Option(Struct, frozen=True):
    """Nodes `first` to `last`, both inclusive, as content of a cue; `core`: the dependent it was made from; `cut`: how,
    the dependent's relation first (`ccomp`, `xcomp+to`, `prep about`), then what was added (`>`) or taken off (`<`)."""

    first: int
    last: int
    core: int
    cut: str

    @property
    def frame(self) -> str:
        """The first dependent's relation, with what it opens with."""
        return self.cut.split(" > ")[0].split(" < ")[0]

    @property
    def relation(self) -> str:
        return self.cut.split(" ")[0]


def find_options(parse: Parse, cue: int, source: tuple[int, int] | None, language: Language) -> tuple[Option, ...]:
    """The contents that node `cue` may introduce, doubles left out. Linear in the nodes of the sentence, nearly."""
    nodes = parse.nodes
    is_verb = nodes[cue].tag.startswith("VB")
    found: dict[tuple[int, int], Option] = {}
    for option in _cut(parse, cue, source, language):
        first, last = option.first, option.last
        if is_verb:
            first, last = _keep_to_one_side(cue, source, first, last)
        while first <= last and nodes[first].tag in _EDGES:
            first += 1
        while last >= first and (nodes[last].tag in _EDGES or nodes[last].text in '”"'):
            last -= 1
        if first > last or (first == last and nodes[first].is_masked):
            continue
        if source is not None and first <= source[1] and source[0] <= last:
            continue
        found.setdefault((first, last), Option(first, last, option.core, option.cut))
    return tuple(found.values())


def find_holder(parse: Parse, cue: int, language: Language) -> tuple[int, int] | None:
    """Who says or thinks it: of a verb its source, of a noun whose it is or who it is by, of an adjective the subject
    that it is said of."""
    nodes = parse.nodes
    node, children = nodes[cue], parse.children(cue)
    kind = node.tag[:2]
    if kind == "VB":
        return find_source(parse, cue)
    owner = next((k for k in children if nodes[k].relation == "poss"), None)
    if owner is not None:
        return nodes[owner].left, owner
    giver = cue + 1
    if giver in children and nodes[giver].text.lower() in language.cues.noun_givers:
        named = next((k for k in parse.children(giver) if nodes[k].relation == "pobj"), None)
        if named is not None:
            return nodes[named].left, nodes[named].right
    head = node.head
    if kind == "JJ" and nodes[head].tag.startswith("VB"):
        return find_source(parse, head)
    if kind == "NN" and node.relation in {"dobj", "attr", "pobj"}:
        verb = head if nodes[head].tag.startswith("VB") else nodes[head].head
        if nodes[verb].tag.startswith("VB"):
            return find_source(parse, verb)
    return None


def name_frame(parse: Parse, k: int) -> str:
    """The relation of a dependent, with the preposition or the form of its verb."""
    relation = parse.nodes[k].relation
    if relation in {"xcomp", "ccomp", "acl", "advcl"} and is_infinitive(parse, k):
        return relation + "+to"
    if relation in {"prep", "agent"}:
        return "prep " + parse.nodes[k].text.lower()
    if relation in {"xcomp", "acl", "advcl"} and parse.nodes[k].tag == "VBG":
        return relation + "+ing"
    return relation


def _cut(parse: Parse, cue: int, source: tuple[int, int] | None, language: Language) -> Iterator[Option]:
    nodes, children = parse.nodes, parse.children(cue)
    end = sentence_of(parse, cue)[1]
    after = [k for k in children if k > cue and nodes[k].relation not in {"punct", "cc"}]
    cores: list[Option] = []
    for k in after:
        node = nodes[k]
        if node.is_masked or node.relation not in CONTENTS:
            continue
        if source is not None and node.relation in {"dobj", "prep"} and node.left <= source[0] <= node.right:
            continue
        frame = name_frame(parse, k)
        if node.relation in {"prep", "agent"}:
            held = next((c for c in parse.children(k) if nodes[c].relation in {"pobj", "pcomp"}), None)
            if held is not None:
                yield Option(nodes[held].left, nodes[held].right, k, frame)
                cores.append(Option(nodes[held].left, node.right, k, frame))
            continue
        first = node.left
        while first < k and nodes[first].tag in {",", ":"}:
            first += 1
        if nodes[first].relation == "mark" and nodes[first].text.lower() in language.cues.complementisers:
            first += 1
        cores.append(Option(first, node.right, k, frame))
        yield cores[-1]
    yield from _cut_before(parse, cue)
    for core in cores:
        yield from _stretch(parse, cue, core, after, end)
        yield from _shorten(parse, core)
    if cores and nodes[cue].tag.startswith("VB"):
        yield from _cut_at_commas(parse, cue, source, cores, end)
    for core in cores:
        if core.first > cue and not _holds_masked(parse, core.first, end):
            yield Option(core.first, end, core.core, f"{core.cut} > end")


def _cut_before(parse: Parse, cue: int) -> Iterator[Option]:
    """ "CONTENT, X said", "CONTENT is feared", "the CONTENT feared by X"."""
    nodes, node = parse.nodes, parse.nodes[cue]
    for k in parse.children(cue):
        child = nodes[k]
        if k > cue or child.is_masked:
            continue
        if child.relation == "ccomp" or (
            child.relation in {"nsubj", "nsubjpass"} and (child.relation == "nsubjpass" or node.tag == "VBN")
        ):
            yield Option(child.left, child.right, k, f"before {child.relation}")
    if node.tag == "VBN" and node.relation in {"acl", "amod"} and node.head < cue:
        yield Option(nodes[node.head].left, cue - 1, node.head, "before head")


def _stretch(parse: Parse, cue: int, core: Option, after: list[int], end: int) -> Iterator[Option]:
    """With the dependents that follow, and with a clause after "and" that shares the cue's subject or has its own."""
    nodes = parse.nodes
    last, cut = core.last, core.cut
    followed = 0
    for k in after:
        node = nodes[k]
        if node.left <= last:
            continue
        if node.left > last + 2 or _holds_masked(parse, node.left, node.right) or followed == _FOLLOWING:
            break
        followed += 1
        last, cut = node.right, f"{cut} > {name_frame(parse, k)}"
        yield Option(core.first, last, core.core, cut)
    link = core.last + 1
    if link < end and nodes[link].text == ",":
        link += 1
    if link < end and nodes[link].tag == "CC":
        conjoined = next((k for k in parse.children(cue) if k > link and nodes[k].relation == "conj"), None)
        if conjoined is not None:
            yield Option(core.first, nodes[conjoined].right, core.core, f"{core.cut} > conj")


def _shorten(parse: Parse, core: Option) -> Iterator[Option]:
    """Without what trails behind: a relative clause, an apposition, an adjunct, the second of two."""
    nodes = parse.nodes
    trailing = [
        k
        for k in range(core.core + 1, core.last)
        if nodes[k].head <= k
        and nodes[k].relation in _TRAILING
        and nodes[k].right == core.last
        and nodes[k].left > core.core
    ]
    for k in trailing[-_CUTS:]:
        last = nodes[k].left - 1
        is_set_off = nodes[last].tag in {",", ":", "CC"}
        if nodes[k].relation == "conj":
            while last > core.core and nodes[last].tag in {",", "CC"}:
                last -= 1
        if nodes[k].relation == "acl" and not is_set_off:
            continue
        if last >= core.first:
            yield Option(core.first, last, core.core, f"{core.cut} < {nodes[k].relation}{',' * is_set_off}")


def _cut_at_commas(
    parse: Parse, cue: int, source: tuple[int, int] | None, cores: list[Option], end: int
) -> Iterator[Option]:
    """From the cue on whatever it governs: to the end of its subtree, of the sentence, to a comma."""
    nodes = parse.nodes
    first = cue + 1
    while first < end and nodes[first].relation in {"prt", "advmod"} and nodes[first].head == cue:
        first += 1
    if source is not None and source[0] > cue:
        first = max(first, source[1] + 1)
    if _holds_masked(parse, first, end):
        return
    core = cores[0]
    yield Option(first, nodes[cue].right, core.core, "from cue")
    yield Option(first, end, core.core, "from cue > end")
    commas = [k for k in range(first + 1, end) if nodes[k].tag in {",", ":"}]
    beyond = next((k for k in commas if k >= cores[-1].last + 2), None)
    if beyond is not None:
        yield Option(core.first, beyond - 1, core.core, "from core > comma")
    if commas:
        yield Option(core.first, commas[0] - 1, core.core, "from core < comma")


def _keep_to_one_side(cue: int, source: tuple[int, int] | None, first: int, last: int) -> tuple[int, int]:
    """The longer of what lies before cue and source, and behind them."""
    edges = (cue,) if source is None else (cue, *source)
    low, high = min(edges), max(edges)
    if source is not None and cue < first and last < source[0]:
        return first, last
    if first <= high and last >= low:
        return (first, low - 1) if low - first >= last - high else (high + 1, last)
    return first, last


def _holds_masked(parse: Parse, first: int, last: int) -> bool:
    return any(parse.nodes[k].is_masked for k in range(first, last + 1))
