"""A parsed spaCy document → the parses that the quotation stage reads: the pipeline's own work, used again.

The stage reads a frame with one stand-in for each direct quotation (`annotate.parse`). In a document that was parsed as
it stands, the words of a quotation are therefore taken together: one node, hung where the first of them hangs that
leads out of it; what hung on them, hangs on it. Where a sentence of the document runs over the border of what is read
(a headline without a full stop and the paragraph below it), its tree is no tree of ours: the pipeline parses that
paragraph once more, by itself.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from retold.annotate.parse import Node, Parse, Parser, Piece, SpacyParser, find_edges
from retold.languages import Language
from retold.model import Span

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc

_OURS: Final = frozenset({"nsubj", "ccomp", "mark", "prep", "pobj", "dobj", "aux", "det", "ROOT"})
_UNIVERSAL: Final = frozenset({"obj", "obl", "iobj", "nsubj:pass", "aux:pass", "flat", "root"})
"""How Universal Dependencies name the same: a parse in these words is not the one that the frames are written for."""
_SAMPLE_TOKENS: Final = 1000
_PARSING: Final = frozenset({"tok2vec", "transformer", "curated_transformer", "tagger", "parser"})


def is_parsed(doc: "Doc", language: Language) -> bool:
    """Whether a document has a parse that the quotation stage can read: tags, heads, and relations named as the parser
    of its language names them."""
    if (
        language.parser is None
        or doc.lang_ != language.code
        or not (doc.has_annotation("DEP") and doc.has_annotation("TAG"))
    ):
        return False
    found = {token.dep_ for token in doc[:_SAMPLE_TOKENS]}
    return bool(found & _OURS) and not found & _UNIVERSAL


class PipelineParser(SpacyParser):
    """The tagger and parser of a pipeline that is there already, for paragraphs with their quotations masked."""

    def __init__(self, pipeline: "Pipeline") -> None:
        self._pipeline, self._network = pipeline, None
        self._relations: dict[int, str] = {}
        self.name = f"{pipeline.lang}_{pipeline.meta['name']} {pipeline.meta['version']}"

    def _read(self, texts: Sequence[str]) -> "Iterator[tuple[Doc, Sequence[str]]]":
        docs: Iterable[Doc] = (self._pipeline.make_doc(text) for text in texts)
        for name, pipe in self._pipeline.pipeline:
            if self._pipeline.get_pipe_meta(name).factory in _PARSING:
                docs = pipe.pipe(docs, batch_size=64)
        for doc in docs:
            yield doc, [token.tag_ for token in doc]


def has_parser(pipeline: "Pipeline") -> bool:
    """Whether a pipeline tags and parses by itself."""
    factories = {pipeline.get_pipe_meta(name).factory for name in pipeline.pipe_names}
    return {"tagger", "parser"} <= factories


class _Draft(Struct):
    """A node before it hangs anywhere. `tokens`: those of the document that it is; `head`: the node it hangs on, where
    no token tells."""

    text: str
    span: Span
    tag: str
    relation: str
    tokens: Sequence[int] = ()
    head: int | None = None
    is_masked: bool = False


class DocParser:
    """The parse of one document, as the `Parser` that the quotation stage asks."""

    name = "the pipeline's own"

    def __init__(self, doc: "Doc", again: Parser | None = None) -> None:
        """`again` parses the paragraphs that the document's own trees run out of; None: these are cut there."""
        self._doc, self._again = doc, again
        self._starts = [token.idx for token in doc]

    def parse(self, paragraphs: Iterable[Sequence[Piece]]) -> Iterator[Parse]:
        """One parse a paragraph, in order. Linear in its tokens, times the depth of its trees."""
        listed = [tuple(pieces) for pieces in paragraphs]
        drafts = [self._draft(pieces) for pieces in listed]
        open_ = [k for k, some in enumerate(drafts) if self._again is not None and not self._is_closed(some)]
        parsed = self._again.parse(listed[k] for k in open_) if self._again is not None else iter(())
        anew = dict(zip(open_, parsed, strict=True))
        for k, some in enumerate(drafts):
            yield anew[k] if k in anew else self._join(some)

    def _is_closed(self, drafts: Sequence[_Draft]) -> bool:
        """Whether no word hangs on one that is not read with it."""
        inside = {i for draft in drafts for i in draft.tokens}
        return all(self._doc[i].head.i in inside for i in inside)

    def _join(self, drafts: Sequence[_Draft]) -> Parse:
        heads = self._hang(drafts)
        edges = find_edges(heads)
        return Parse(
            tuple(
                Node(d.text, d.span, d.tag, d.relation if heads[k] != k else "ROOT", heads[k], *edges[k], d.is_masked)
                for k, d in enumerate(drafts)
            )
        )

    def _draft(self, pieces: Sequence[Piece]) -> list[_Draft]:
        drafts: list[_Draft] = []
        masked = None
        for piece in pieces:
            tokens = range(bisect_left(self._starts, piece.span.start), bisect_left(self._starts, piece.span.end))
            if piece.is_masked:
                masked = len(drafts)
                drafts.append(_Draft(piece.text, piece.span, "UH", "intj", tokens, is_masked=True))
            elif masked is not None and drafts[masked].span.contains(piece.span):
                # the stop before the closing mark, which the frame is read with
                drafts.append(_Draft(piece.text, piece.span, piece.text[:1], "punct", head=masked))
            else:
                for token in (self._doc[i] for i in tokens):
                    if not token.is_space:
                        span = Span(token.idx, min(token.idx + len(token.text), piece.span.end))
                        drafts.append(_Draft(token.text, span, token.tag_, token.dep_, (token.i,)))
        return drafts

    def _hang(self, drafts: Sequence[_Draft]) -> list[int]:
        """The head of each node: where its token's head, or the next one above that is there, went."""
        place = {i: k for k, draft in enumerate(drafts) for i in draft.tokens}
        heads = []
        for k, draft in enumerate(drafts):
            above = (self._climb(i, place, k) for i in draft.tokens)
            heads.append(draft.head if draft.head is not None else next((h for h in above if h is not None), k))
        for k, draft in enumerate(drafts):  # two quotations, each with a word that hangs on the other
            if draft.is_masked and _is_in_circle(k, heads):
                heads[k] = k
        return heads

    def _climb(self, i: int, place: dict[int, int], own: int) -> int | None:
        """The node above token `i` that is not `own`; None where the tree ends, or stays inside."""
        token = self._doc[i]
        while token.head.i != token.i:
            token = token.head
            at = place.get(token.i)
            if at is not None:
                return at if at != own else None
        return None


def _is_in_circle(k: int, heads: Sequence[int]) -> bool:
    at = heads[k]
    for _ in heads:
        if at == k:
            return heads[k] != k
        if heads[at] == at:
            return False
        at = heads[at]
    return True
