"""The compiled walk over a text's bytes gives what py3langid's own gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from retold.engine.identify import CompiledIdentifier
from retold.read.language import detect_language, load_identifier

TEXTS = (
    "Der Bürgermeister sagte, die Brücke bleibe bis zum Frühjahr geschlossen.",
    "Le maire a déclaré que le pont resterait fermé jusqu'au printemps.",
    "Паромът до града отново закъсня, каза началникът на пристанището.",
    "市长说这座桥将关闭到春天。",
    "ALL IN CAPITALS FOR ONCE",
    "",
    "\x00",
)


@pytest.fixture(scope="module")
def compiled() -> CompiledIdentifier:
    return CompiledIdentifier()


@pytest.mark.parametrize("text", TEXTS)
def test_known_texts(compiled: CompiledIdentifier, text: str) -> None:
    assert compiled.classify(text) == load_identifier().classify(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text(compiled: CompiledIdentifier, text: str) -> None:
    assert compiled.classify(text) == load_identifier().classify(text)


def test_it_is_asked_where_stop_words_do_not_decide(compiled: CompiledIdentifier) -> None:
    assert detect_language(TEXTS[0] * 3, 100, compiled) == "de"
