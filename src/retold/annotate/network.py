"""spaCy's tagger and parser, run in fewer steps than spaCy runs them: the same weights, tags and trees, half the time.

Three costs are spared. A word that occurs often is embedded once. What only training reads (which piece of a
maximum won, the way back through a layer) is not kept. And what the parser knows of the states of a batch is summed for
all states at once: spaCy 3.8 asks for the interpreter's lock at each of the eight sums of each state.

This knows how the small models are built (`spacy.Tok2Vec.v2` with hash embeddings and window 1, one transition parser
with a hidden layer, beam 1). `load_network` therefore tries it against spaCy's own run, and answers None where the two
differ or the pipeline is another.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc
    from thinc.api import Model

BATCH_TOKENS = 8192
"""What is parsed at once: the parser's table takes 4 KiB a token."""
BATCH_TEXTS = 128
_PROBE = (
    "She said that the ferry would be late, and told them why.",
    "Rain: more of it, they fear, is on its way.",
    "Hm",
)
_EPSILON = np.float32(1e-8)


class Network:
    """The weights of a pipeline of `tok2vec`, `tagger` and `parser`."""

    def __init__(self, pipeline: "Pipeline") -> None:
        tok2vec, tagger, self._parser = (pipeline.get_pipe(name) for name in ("tok2vec", "tagger", "parser"))
        embed, encode = tok2vec.model.layers
        features, _, self._hash, self._mix, _ = embed.layers
        self._columns: list[str] = features.attrs["columns"]
        self._pad: int = encode.attrs["pad"]
        self._layers = [_read_layer(layer) for layer in encode.layers[0].layers]
        softmax = tagger.model.layers[1].layers[0]
        self._tagger = softmax.get_param("W"), softmax.get_param("b")
        reduce, self._lower, upper = self._parser.model.layers
        self._reduce = reduce.layers[-1].get_param("W"), reduce.layers[-1].get_param("b")
        self._hidden_bias = self._lower.get_param("b").reshape(-1)
        self._upper = upper.get_param("W"), upper.get_param("b")
        self._slots: int = self._lower.get_dim("nF")
        self._gemm = self._parser.model.ops.gemm
        if self._parser.cfg["beam_width"] != 1 or self._parser.model.attrs["unseen_classes"]:
            raise ValueError("another parser than this knows how to run")
        probe = pipeline.make_doc("x")
        tok2vec.set_annotations([probe], tok2vec.predict([probe]))
        self._states = self._parser.model.predict([probe])  # it knows which tokens a state looks at

    def read(self, docs: Sequence["Doc"]) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Sets heads and relations of each of `docs` and gives its place in `docs` and its tags, by number, in batches
        of like length. Linear in tokens."""
        order = sorted((i for i, doc in enumerate(docs) if len(doc)), key=lambda i: len(docs[i]))
        if not order:
            return
        forms, places = self._embed([docs[i] for i in order])
        while order:
            size = max(1, min(BATCH_TEXTS, BATCH_TOKENS // len(docs[order[0]])))
            while size > 1 and size * len(docs[order[min(size, len(order)) - 1]]) > BATCH_TOKENS:
                size -= 1
            batch, order = order[:size], order[size:]
            sizes = np.array([len(docs[i]) for i in batch])
            here, places = places[: sizes.sum()], places[sizes.sum() :]
            tags = self._read_batch([docs[i] for i in batch], sizes, forms[here])
            yield from zip(batch, np.split(tags, np.cumsum(sizes)[:-1]), strict=True)

    def _read_batch(
        self, docs: Sequence["Doc"], sizes: NDArray[np.intp], embedded: NDArray[np.float32]
    ) -> NDArray[np.intp]:
        vectors = self._encode(embedded, sizes)
        tags: NDArray[np.intp] = self._apply(vectors, self._tagger).argmax(axis=1)
        table = self._lower.predict(self._apply(vectors, self._reduce)).reshape(-1, len(self._hidden_bias))
        states = self._parser.moves.init_batch(docs)
        unfinished = [state for state in states if not state.is_final()]
        while unfinished:
            # -1 is no token: the table's first row is what stands for it
            at = (self._states.get_token_ids(unfinished) + 1) * self._slots
            summed = table[at[:, 0]]
            for slot in range(1, self._slots):
                summed += table[at[:, slot] + slot]
            summed += self._hidden_bias
            hidden = np.maximum(summed[:, ::2], summed[:, 1::2])
            unfinished = self._parser.transition_states(unfinished, self._apply(hidden, self._upper))
        self._parser.set_annotations(docs, states)
        return tags

    def _apply(self, rows: NDArray[np.float32], layer: tuple[NDArray[np.float32], ...]) -> NDArray[np.float32]:
        weights, bias = layer[:2]
        result: NDArray[np.float32] = self._gemm(rows, weights, trans2=True)
        result += bias
        return result

    def _embed(self, docs: Sequence["Doc"]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """A row for each form that tokens have, and which of the rows is each token's."""
        rows = np.concatenate([doc.to_array(self._columns) for doc in docs])
        factors = np.array([2 * k + 3 for k in range(rows.shape[1])], dtype=np.uint64)
        _, first, back = np.unique(rows @ factors, return_index=True, return_inverse=True)
        return self._mix.predict(self._hash.predict(rows[first])), back

    def _encode(self, embedded: NDArray[np.float32], sizes: NDArray[np.intp]) -> NDArray[np.float32]:
        """The rows with what they take from their neighbours, layer by layer. Rows of padding keep texts apart."""
        width = embedded.shape[1]
        ends = np.cumsum(sizes + self._pad)
        real = np.arange(len(embedded)) + np.repeat(self._pad * np.arange(1, len(sizes) + 1), sizes)
        rows = np.zeros((ends[-1] + self._pad, width), np.float32)
        rows[real] = embedded
        window = np.zeros((len(rows), 3 * width), np.float32)
        for layer in self._layers:
            window[1:, :width], window[:, width : 2 * width], window[:-1, 2 * width :] = rows[:-1], rows, rows[1:]
            pieces = self._apply(window, layer)
            best = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
            np.maximum(best, pieces[:, 2 * width :], out=best)
            best -= best.mean(axis=1, keepdims=True)
            best *= (np.einsum("ij,ij->i", best, best) / np.float32(width) + _EPSILON)[:, None] ** np.float32(-0.5)
            best *= layer[2]
            best += layer[3]
            rows += best
        return rows[real]


def _read_layer(residual: "Model") -> tuple[NDArray[np.float32], ...]:
    """Weights and bias of a maximum of three pieces, the pieces side by side, and scale and shift of its norm."""
    found = {node.name: node for node in residual.walk()}
    maxout, norm = found["maxout"], found["layernorm"]
    weights, bias = maxout.get_param("W"), maxout.get_param("b")
    if bias.shape[1] != 3 or found["expand_window"].attrs["window_size"] != 1:
        raise ValueError("another encoder than this knows how to run")
    beside = np.ascontiguousarray(weights.transpose(1, 0, 2)).reshape(-1, weights.shape[2])
    return beside, np.ascontiguousarray(bias.T).reshape(-1), norm.get_param("G"), norm.get_param("b")


def load_network(pipeline: "Pipeline") -> Network | None:
    """The network of a pipeline, or None where it isn't built as known: tried on sentences that spaCy parses too."""
    try:
        network = Network(pipeline)
        docs = [pipeline.make_doc(text) for text in _PROBE]
        labels = pipeline.get_pipe("tagger").labels
        tags = dict(network.read(docs))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    for i, expected in enumerate(pipeline.pipe(_PROBE)):
        found = [(t.head.i, t.dep_, labels[tag]) for t, tag in zip(docs[i], tags[i], strict=True)]
        if found != [(t.head.i, t.dep_, t.tag_) for t in expected]:
            return None
    return network
