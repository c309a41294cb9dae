"""Reports that change their language, letters that only look right, and languages without a file."""

import pytest

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.annotate.tongues import find_tongues
from retold.annotate.words import fold_letters
from retold.languages import load_language
from retold.model import Article, Quotation, Span, Zone
from retold.read.language import detect_language

SHELF = ParserShelf(AnnotateConfig(parse=False))

MIXED = """Gates of the lock stay shut

The town of Vellin shut its lock on Monday after a crack was found in the lower gates, and barges have queued ever since.

"We shall open it when the steel has been tested and not a day before," said Edda Korn, the harbour master.

«Ми відкриємо шлюз, коли перевірять сталь, і ні на день раніше», – сказала начальниця порту Едда Корн. За її словами, ремонт триватиме шість тижнів.

«Мы не можем ждать шесть недель, у нас гниёт зерно», — заявил судовладелец Марк Тревин, передаёт портовая газета.

„Otworzymy śluzę, kiedy stal zostanie sprawdzona, i ani dnia wcześniej” – powiedziała dziennikarzom kapitan portu Edda Korn, a naprawa potrwa sześć tygodni.

"The queue is longer than any I have seen in my life," said Mark Trevin."""  # noqa: E501


def find(text: str, language: str | None) -> tuple[Quotation, ...]:
    return annotate_articles([Article("a1", text, "0" * 64, language=language)], SHELF)[0].article.quotations


def words(text: str, quotation: Quotation) -> str:
    return " ".join(span.cut(text) for span in quotation.content)


def test_each_paragraph_is_read_by_the_rules_of_its_language() -> None:
    found = find(MIXED, "en")
    assert [(q.cue and q.cue.cut(MIXED), q.source and q.source.cut(MIXED)) for q in found[:4]] == [
        ("said", "Edda Korn, the harbour master"),
        ("сказала", "начальниця порту Едда Корн"),
        ("За її словами", "її"),
        ("заявил", "судовладелец Марк Тревин"),
    ]
    assert words(MIXED, found[4]).startswith("Otworzymy śluzę")
    assert found[4].kind == "direct"
    assert found[4].source is None  # a language without a file: marks alone
    assert found[-1].source is not None
    assert found[-1].source.cut(MIXED) == "Mark Trevin"
    assert [q.id for q in found] == [f"a1.q{n}" for n in range(1, len(found) + 1)]


def test_the_languages_of_paragraphs_are_told() -> None:
    zones, at = [], 0
    for line in MIXED.split("\n\n"):
        zones.append(Zone("body", Span(at, at + len(line))))
        at += len(line) + 2
    article = Article("a1", MIXED, "0" * 64, language="en", zones=tuple(zones))
    found = find_tongues(article, zones, load_language("en"))
    assert {code: [z.span.cut(MIXED)[:4] for z in some] for code, some in found.items()} == {
        "pl": ["„Otw"],
        "ru": ["«Мы "],
        "uk": ["«Ми "],
    }


def test_a_name_or_a_cry_in_other_letters_is_no_other_language() -> None:
    text = 'She shouted "Слава!" at the gates of Vellin, and the people of the town shouted it back to her at once.'
    article = Article("a1", text, "0" * 64, language="en", zones=(Zone("body", Span(0, len(text))),))
    assert find_tongues(article, article.zones, load_language("en")) == {}


def test_latin_letters_in_cyrillic_words_hide_nothing() -> None:
    clean = (
        "Мэр Веллина заявил, что шлюз закрыт до конца месяца. «Мы откроем его, когда проверят сталь», — сказала "
        "начальница порта Эдда Корн. По словам Корн, ремонт продлится шесть недель."
    )
    spoilt = clean.replace("откроем", "откpоем").replace("сказала", "скaзала").replace("словам", "слoвам")
    spoilt = spoilt.replace("заявил", "зaявил")
    assert spoilt != clean
    assert fold_letters(spoilt) == clean
    kept = [(q.kind, q.content, q.cue, q.source) for q in find(spoilt, "ru")]
    assert kept == [(q.kind, q.content, q.cue, q.source) for q in find(clean, "ru")]
    assert len(kept) == 3


@pytest.mark.parametrize("text", ["Youtube-канал", "IT-компания", "Bank открыт", "COVID и грипп", "plain words"])
def test_words_of_one_script_stay(text: str) -> None:
    assert fold_letters(text) == text


NO_FILE = {
    "bg": "Кметът на Велин каза, че шлюзът ще остане затворен до края на месеца, защото в долните врати е открита "
    "пукнатина. „Ще го отворим, когато стоманата бъде проверена“, каза началникът на пристанището Еда Корн.",
    "sr": "Градоначелник Велина рекао је да ће устава остати затворена до краја месеца, јер је у доњим вратима "
    "пронађена пукотина. „Отворићемо је када челик буде проверен“, рекла је управница луке Еда Корн.",
    "pl": "Burmistrz Vellina powiedział, że śluza pozostanie zamknięta do końca miesiąca, bo we wrotach znaleziono "
    "pęknięcie. „Otworzymy ją, kiedy stal zostanie sprawdzona”, powiedziała kapitan portu Edda Korn.",
}


@pytest.mark.parametrize("code", sorted(NO_FILE))
def test_a_language_without_a_file_is_found_and_read_by_its_marks(code: str) -> None:
    text = NO_FILE[code]
    assert detect_language(text) == code
    (quotation,) = find(text, code)
    assert quotation.kind == "direct"
    start = text.index("„") + 1
    assert quotation.content == (Span(start, text.index("“" if "“" in text else "”")),)
    assert quotation.cue is None
    assert quotation.source is None


def test_talk_between_two_neighbour_languages_is_read_by_one() -> None:
    text = (
        "Міський голова Велліна сказав, що шо шлюз буде закритий, бо ворота треснули. «Та ми його откриємо, як тіки "
        "провірять сталь, нема шо боятись», – каже начальниця порту Едда Корн. Она считає, що ремонт затягнеться."
    )
    assert detect_language(text) == "uk"
    found = find(text, "uk")
    assert any(q.kind == "direct" and q.source is not None and "Корн" in q.source.cut(text) for q in found)
