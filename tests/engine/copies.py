"""A small corpus of invented words in which who copied what is known."""

import random
from collections.abc import Sequence

import pyarrow as pa

from retold.engine.fingerprints import CountWordsKernel, Frequencies

_SYLLABLES = ("ba", "dro", "fel", "gim", "hu", "jor", "ka", "lem", "no", "pir", "su", "tev", "wo", "zin")


def make_words(count: int = 3_000, seed: int = 5) -> list[str]:
    """Different words, the frequent ones first."""
    rng = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4)))] = None
    return list(words)


class Writer:
    """Writes sentences with words as frequent as in a language (Zipf's law)."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._words = make_words()
        self._weights = [1 / (n + 1) for n in range(len(self._words))]

    def draw(self, count: int) -> list[str]:
        return self.rng.choices(self._words, self._weights, k=count)

    def write_sentence(self) -> list[str]:
        return self.draw(self.rng.randint(10, 25))

    def write_sentences(self, count: int) -> list[list[str]]:
        return [self.write_sentence() for _ in range(count)]

    def edit(self, words: Sequence[str], share: float) -> list[str]:
        """With about so many of the words replaced."""
        return [self.draw(1)[0] if self.rng.random() < share else word for word in words]


def join(sentences: Sequence[Sequence[str]]) -> str:
    return " ".join(" ".join(words).capitalize() + "." for words in sentences)


def count_words(texts: Sequence[str]) -> Frequencies:
    """The frequencies of the words of some texts."""
    batch = pa.record_batch({"id": pa.array(range(len(texts))), "text": pa.array(texts)})
    (counted,) = CountWordsKernel()(batch)
    counts = counted.column("count").to_numpy()
    return Frequencies.count(counted.column("word").to_numpy().view("uint64"), counts, int(counts.sum()))
