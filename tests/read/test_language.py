"""Which language, and at what cost."""

import subprocess
import sys

import pytest

from retold.read import detect_language

ENGLISH = "The ferry was late again, and the harbour master said that it would be late for the rest of the month."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        ("Паром знову запізнився, і начальник порту сказав, що так буде до кінця травня.", "uk"),
        ("Паром снова опоздал, и начальник порта сказал, что так будет до конца мая.", "ru"),
        ("Die Fähre war wieder zu spät, und der Hafenmeister sagte, dass es im Mai so bleibt.", "de"),
        ("De veerboot was weer te laat, en de havenmeester zei dat het in mei zo blijft.", "nl"),
        ("Le bac était en retard, et le capitaine du port a dit que ce serait ainsi en mai.", "fr"),
        ("12 345 – 678", None),
        ("", None),
    ],
)
def test_language_of_a_short_text(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_a_known_language_loads_no_model() -> None:
    code = (
        f"import sys; from retold.read import detect_language as d; d({ENGLISH!r}); print('py3langid' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


NEIGHBOURS = {
    "bg": "Кметът на града заяви, че мостът ще бъде затворен до пролетта. По думите му няма пострадали, а ремонтът ще струва два милиона.",  # noqa: E501
    "sr": "Градоначелник је рекао да ће мост бити затворен до пролећа. Према његовим речима, нема повређених, а поправка ће бити скупа.",  # noqa: E501
    "be": "Мэр горада заявіў, што мост будзе зачынены да вясны. Па яго словах, пацярпелых няма, а рамонт будзе каштаваць два мільёны.",  # noqa: E501
    "ru": "Мэр города заявил, что мост закроют до весны. По его словам, пострадавших нет, а ремонт будет стоить два миллиона.",  # noqa: E501
    "uk": "Мер міста заявив, що міст закриють до весни. За його словами, постраждалих немає, а ремонт коштуватиме два мільйони.",  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(NEIGHBOURS))
def test_neighbours_in_cyrillic_letters_are_told_apart(code: str) -> None:
    assert detect_language(NEIGHBOURS[code]) == code
