"""What a cue introduces, weighed by many small signs: additive log-odds over the options of a parse.

The frames of `clauses` read what was *said*. Attribution as annotators of news see it (PolNeAR; Newell, Margolin &
Ruths 2018) is wider: what somebody wants, opposes, praises, calls something. Which verb, noun or adjective introduces
what, and where its content ends, is a matter of degree, so it is learnt: a logistic model whose signs and weights are
data (`languages/<code>.odds.tsv`, fitted by `benchmarks/fit_odds.py`). What the frames found stands; the weights are
asked about the other words. No weights for a language: the frames alone decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from math import exp

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.cues import CueIndex
from retold.annotate.drafts import Draft, keep_hyphens
from retold.annotate.narration import make_clause_draft
from retold.annotate.options import CONTENTS, Option, find_holder, find_options
from retold.annotate.paragraphs import Paragraph
from retold.annotate.parse import Parse
from retold.annotate.sources import sentence_of
from retold.annotate.words import stem_word
from retold.languages import Language
from retold.model import Span, ZoneRole

SHORTER = 0.5
"""An attitude gives way to a clause with words in marks that nobody is named for, where it is so much shorter."""
KINDS = frozenset({"VB", "NN", "JJ"})
_OPENERS = frozenset({"IN", "CC", "WDT", "WP", "WRB", "VBG", "RB"})
_CLAUSES = frozenset({"ccomp", "relcl", "advcl", "xcomp"})
_TOLD = ("dobj", "ccomp", "xcomp", "nsubjpass", "auxpass", "expl", "prt", "advcl")
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_NEAR = 8  # nodes


class Odds(Struct, frozen=True):
    """The weights of a language: sign → natural log-odds. `cues`: the stems that were seen to introduce anything, after
    the first letters of their tags. `least`: the probability from which an option is taken."""

    weights: dict[str, float]
    cues: frozenset[str]
    least: float


class Weighed(Struct, frozen=True):
    """One option of one cue: its content, who holds it, and its signs."""

    content: Span
    cue: Span
    source: Span | None
    signs: tuple[str, ...]


@cache
def load_odds(code: str) -> Odds | None:
    """The weights of a language, read once; None where it has none."""
    path = files("retold.languages").joinpath(f"{code}.odds.tsv")
    if not path.is_file():
        return None
    weights: dict[str, float] = {}
    for line in path.read_text("utf-8").splitlines():
        sign, _, weight = line.partition("\t")
        weights[sign] = float(weight)
    least = weights.pop("least")
    cues = frozenset(sign.removeprefix("cue ") for sign in weights if sign.startswith("cue "))
    return Odds(weights, cues, least)


def name_cue(parse: Parse, k: int, cues: CueIndex, language: Language) -> str:
    """Tag and lemma (from the lexicon, else a stem) of a possible cue: `VB say`, `NN hope`. Names are all one."""
    node = parse.nodes[k]
    word = node.text.lower()
    if node.tag.startswith("VB") and word in cues.verbs:
        return "VB " + cues.verbs[word][0]
    return f"{node.tag[:2]} {'NNP' if node.tag.startswith('NNP') else stem_word(word, language)}"


def weigh_paragraph(
    parse: Parse,
    role: ZoneRole,
    drafts: Sequence[Draft],
    taken: Sequence[Span],
    cues: CueIndex,
    language: Language,
    known: frozenset[str] | None,
) -> Iterator[Weighed]:
    """Every option of every cue of a paragraph that the frames left alone, with its signs, but for those over words of
    theirs (`drafts`) or of direct quotations (`taken`).

    `known`: the cues that are looked at; None: all. Cost: linear in cues times their options.
    """
    signs = _Signs(parse, role, cues, language)
    framed = {draft.cue.start for draft in drafts if draft.cue is not None}
    held = _spans_of(draft for draft in drafts if draft.cue is not None)
    for k, node in enumerate(parse.nodes):
        if node.is_masked or node.tag[:2] not in KINDS or node.span.start in framed:
            continue
        name = name_cue(parse, k, cues, language)
        if known is not None and name not in known:
            continue
        source = find_holder(parse, k, language)
        shared = signs.describe_cue(k, name, source)
        for option in find_options(parse, k, source, language):
            content = parse.cut(option.first, option.last)
            if not any(content.overlaps(span) for span in (*held, *taken)):
                yield Weighed(
                    content,
                    node.span,
                    None if source is None else parse.cut(*source),
                    (*shared, *signs.describe_option(k, name, source, option)),
                )


def add_odds(weighed: Weighed, odds: Odds) -> float:
    """The probability that these words are the content of this cue."""
    weights = odds.weights
    return 1 / (1 + exp(-sum(weights.get(sign, 0.0) for sign in weighed.signs)))


def weigh_drafts(
    text: str,
    paragraph: Paragraph,
    parse: Parse,
    drafts: Sequence[Draft],
    taken: Sequence[Span],
    cues: CueIndex,
    language: Language,
    odds: Odds,
) -> list[Draft]:
    """The indirect and mixed quotations of a paragraph: what the frames found (`drafts`), and the attitudes that
    the weights find besides (not `told`). `taken`: the direct ones' words. A fragment in marks stays
    where no other quotation holds it."""
    found = weigh_paragraph(parse, paragraph.zone.role, drafts, taken, cues, language, odds.cues)
    kept = [draft for draft in drafts if draft.cue is not None]
    for one, probability in choose_contents(((one, add_odds(one, odds)) for one in found), odds.least):
        source = None if one.source is None else keep_hyphens(text, one.source)
        draft = make_clause_draft(text, paragraph, [one.content], one.cue, source, probability)
        if draft is not None:
            kept.append(replace(draft, told=False))
    for fragment in (draft for draft in drafts if draft.cue is None):
        rivals = [d for d in kept if any(a.overlaps(b) for a in d.content for b in fragment.content)]
        if not any(d.told or len(d.content[0].cut(text)) > SHORTER * len(fragment.extent.cut(text)) for d in rivals):
            kept = [*(d for d in kept if d not in rivals), fragment]
    return kept


def _spans_of(drafts: Iterable[Draft]) -> list[Span]:
    return [span for draft in drafts for span in draft.content]


def choose_contents(weighed: Iterable[tuple[Weighed, float]], least: float) -> list[tuple[Weighed, float]]:
    """The likeliest option of each cue, likeliest cues first, no word in two."""
    best: dict[Span, tuple[Weighed, float]] = {}
    for one, probability in weighed:
        if probability >= least and (one.cue not in best or probability > best[one.cue][1]):
            best[one.cue] = (one, probability)
    chosen: list[tuple[Weighed, float]] = []
    for one, probability in sorted(best.values(), key=lambda item: (-item[1], item[0].cue)):
        if not any(one.content.overlaps(other.content) for other, _ in chosen):
            chosen.append((one, probability))
    return chosen


class _Signs:
    """Makes the signs of one paragraph's options. A sign is a name and what was seen; never anybody's name."""

    def __init__(self, parse: Parse, role: ZoneRole, cues: CueIndex, language: Language) -> None:
        self.parse, self.role, self.cues, self.language = parse, role, cues, language
        self.words = [_fold(node.text, node.tag) for node in parse.nodes]

    def describe_cue(self, k: int, name: str, source: tuple[int, int] | None) -> list[str]:
        """What is the same for all the options of a cue."""
        parse, words = self.parse, self.words
        nodes, node, children = parse.nodes, parse.nodes[k], parse.children(k)
        kind = node.tag[:2]
        head = nodes[node.head]
        signs = ["all", f"cue {name}", f"in {self.role}", f"rel {node.relation} {kind}"]
        signs.append(f"head {words[node.head]} {node.relation}")
        if head.tag[:2] in KINDS:
            signs.append(f"headed {name_cue(parse, node.head, self.cues, self.language)} {node.relation} {kind}")
        before = words[k - 1] if k else "^"
        signs += [f"word before {before}", f"word before {before} {name}"]
        signs.append(f"word after {name} {words[k + 1] if k + 1 < len(nodes) else '$'}")
        if kind != "VB" or node.tag in {"VBN", "VBG"}:
            signs.append(f"ending {kind} {node.text[-3:].lower()}")
        for c in children:
            if nodes[c].relation == "neg":
                signs += ["denied", f"denied {name}"]
            elif nodes[c].relation in {"aux", "auxpass"}:
                signs += [f"aux {words[c]}", f"aux {words[c]} {name}"]
        has = {nodes[c].relation for c in children}
        signs += [f"has {relation} {name}" for relation in _TOLD if relation in has]
        if source is not None:
            top = self._head_of(*source)
            signs += [f"source {words[top]}", f"source {words[top]} {name}"]
        signs.append(f"by {self._shape_of(source)} {name}")
        pattern = "-".join(nodes[c].relation for c in children if c > k and nodes[c].relation in CONTENTS)
        signs += [f"pattern {kind} {pattern}", f"pattern {name} {pattern}"]
        for c in children:
            if nodes[c].relation == "dobj":
                signs += [f"object {words[c]}", f"object {words[c]} {name}"]
        at = k
        for _ in range(12):
            over = nodes[at].head
            if over == at:
                break
            if nodes[at].relation in _CLAUSES:
                signs.append(f"under {nodes[at].relation}")
                if nodes[at].relation in {"ccomp", "xcomp"}:
                    name_over = name_cue(parse, over, self.cues, self.language)
                    signs.append(f"under {nodes[at].relation} {name_over}")
            at = over
        if any(nodes[c].is_masked for c in range(max(0, k - _NEAR), min(len(nodes), k + _NEAR + 1))):
            signs.append("near marks")
        return signs

    def describe_option(self, k: int, name: str, source: tuple[int, int] | None, option: Option) -> list[str]:
        """What speaks for and against one option."""
        parse, words = self.parse, self.words
        nodes, node = parse.nodes, parse.nodes[k]
        kind, frame, relation = node.tag[:2], option.frame, option.relation
        first, last = option.first, option.last
        how = ">" if ">" in option.cut else "<" if "<" in option.cut else "="
        length = last - first + 1
        signs = [
            f"frame {kind} {frame}",
            f"frame {name} {frame}",
            f"cut {kind} {option.cut}",
            f"cut {name} {option.cut}",
            f"how {kind} {how}",
            f"tag {node.tag} {relation}",
            f"core {nodes[option.core].tag} {relation}",
            f"core {words[option.core]} {relation}",
            f"core {words[option.core]} {name}",
            f"opens {nodes[first].tag} {relation}",
            f"length {name} {min(4, length)}",
            f"length {relation} {min(8, length)}",
            f"length {min(8, length // 2)}",
            f"opens {words[first]} {relation}",
            f"opens {nodes[first].tag} {name}",
            f"before {words[first - 1] if first else '^'}",
            f"ends {nodes[last].tag} {how}",
        ]
        entry = self.cues.verbs.get(node.text.lower()) if kind == "VB" else None
        signs.append(f"stance {entry[1].stance + ' ' + entry[1].tone if entry else '?'} {relation}")
        shape = self._shape_of(source)
        signs += [f"by {shape}", f"by {shape} {kind} {relation}"]
        if first and words[first - 1] in self.language.cues.complementisers:
            signs += ["opened", f"opened {frame}"]
        follows = nodes[last + 1] if last + 1 < len(nodes) else None
        tag, then = ("end", "end") if follows is None else (follows.tag, words[last + 1])
        signs += [f"then {tag if tag[:1].isalpha() else then}", f"then {relation} {tag}"]
        if tag in _OPENERS:
            signs += [f"then {then}", f"then {then} {how}"]
        has = {nodes[c].relation for c in parse.children(k)}
        signs += [f"has {told} {relation}" for told in _TOLD if told in has]
        right = [nodes[c].relation for c in parse.children(k) if c > k and nodes[c].relation in CONTENTS]
        signs.append(f"pattern {'-'.join(right)} {option.cut}")
        objects = [words[c] for c in parse.children(k) if nodes[c].relation == "dobj" and c != option.core]
        signs += [f"object {word} {frame}" for word in objects]
        if any(nodes[c].tag in _FINITE for c in range(first, last + 1)):
            signs.append(f"finite {relation}")
        if any(nodes[c].tag in {"``", "''"} for c in range(first, last + 1)):
            signs += ["marks inside", f"marks inside {relation}"]
        if any(nodes[c].is_masked for c in range(first, last + 1)):
            signs.append("quotation inside")
        signs.append("to the end" if last >= sentence_of(parse, k)[1] - 1 else "not to the end")
        return signs

    def _head_of(self, first: int, last: int) -> int:
        at = last
        while self.parse.nodes[at].head != at and first <= self.parse.nodes[at].head <= last:
            at = self.parse.nodes[at].head
        return at

    def _shape_of(self, source: tuple[int, int] | None) -> str:
        if source is None:
            return "nobody"
        tag = self.parse.nodes[self._head_of(*source)].tag
        if tag in {"PRP", "WP", "WDT"}:
            return "pronoun"
        return "name" if tag.startswith("NNP") else "plural" if tag == "NNS" else "noun"


def _fold(text: str, tag: str) -> str:
    """A word as a sign may show it: a name is "NNP", a figure "CD"."""
    if tag.startswith("NNP") or tag == "CD":
        return tag[:3]
    return text.lower()
