"""What is told of a translation without a dictionary: flags between two languages, in invented statements."""

import pytest

from retold.languages import load_language
from retold.model import ReadingForm, Span
from retold.trace.translations import find_translation_flags
from retold.trace.wordings import Wording


def flags(earlier: tuple[str, str, ReadingForm], later: tuple[str, str, ReadingForm]) -> set[str]:
    wordings = [Wording(text, code, form, (Span(0, len(text)),)) for code, text, form in (earlier, later)]
    languages = [load_language(code) for code in (earlier[0], later[0])]
    return {finding.flag for finding in find_translation_flags(*wordings, *languages)}


@pytest.mark.parametrize(
    ("earlier", "later", "wanted"),
    [
        (("de", "der Turm braucht ein neues Dach"), ("en", "the tower probably needs a new roof"), {"certainty"}),
        (("en", "the tower probably needs a new roof"), ("uk", "вежі потрібен новий дах"), {"certainty"}),
        (("de", "der Turm braucht wohl ein neues Dach"), ("en", "the tower probably needs a new roof"), set()),
        (("en", "the town would not close the garden"), ("uk", "місто закриє сад"), {"negation"}),
        (("uk", "місто не закриє сад"), ("ru", "город не закроет сад"), set()),
        (("ru", "крышу не проверяли шесть лет"), ("uk", "дах не перевіряли вісім років"), {"number"}),
    ],
)
def test_flags_of_short_statements(earlier: tuple[str, str], later: tuple[str, str], wanted: set[str]) -> None:
    assert flags((*earlier, "indirect"), (*later, "indirect")) == wanted


def test_a_sentence_left_out_is_told_whichever_language_has_articles() -> None:
    whole = "Балка тріснула о третій ночі, і ми встигли вимкнути опалення. Ніхто не постраждав, навіть черепаха."
    cut = "The beam cracked at three in the morning, and we managed to switch off the heating."
    full = f"{cut} Nobody was hurt, not even the tortoise."
    assert flags(("uk", whole, "direct"), ("en", cut, "direct")) == {"unmarked"}
    assert flags(("uk", whole, "direct"), ("en", full, "direct")) == set()


def test_a_hedge_in_a_long_statement_is_left_alone() -> None:
    plain = "der Turm auf der alten Insel braucht nach dem langen Winter ein Dach, und die Treppe muss hell sein"
    hedged = "the tower on the old island probably needs a roof after the long winter, and the stairs must be bright"
    assert flags(("de", plain, "indirect"), ("en", hedged, "indirect")) == set()
