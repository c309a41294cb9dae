"""Names in two alphabets: which meet by their sound, and which must not."""

import pytest

from retold.annotate.scripts import (
    WrittenName,
    are_respelt,
    are_same_name,
    are_scripts_apart,
    hear_name,
    pair_names,
    same_state,
)
from retold.languages.palladius import read_palladius

SAME = [
    (("Генрік", "Осгуд"), "uk", ("Henrik", "Osgood"), "en"),
    (("Хенрик", "Осгуд"), "ru", ("Henrik", "Osgood"), "en"),
    (("Джо", "Вінтл"), "uk", ("Joe", "Wintle"), "en"),
    (("Соломія", "Терпиляк"), "uk", ("Solomiia", "Terpyliak"), "en"),
    (("Агния", "Бортник"), "ru", ("Agnia", "Bortnik"), "en"),
    (("Уильям", "Найтли"), "ru", ("William", "Knightley"), "en"),
    (("Майкл", "Райтвуд"), "uk", ("Michael", "Wrightwood"), "en"),
    (("Уолтер", "Бернс"), "ru", ("Волтер", "Бернс"), "uk"),
    (("Чжао", "Цзиньлян"), "ru", ("Zhao", "Jinliang"), "en"),
    (("Чжао", "Цзіньлян"), "uk", ("Zhao", "Jinliang"), "en"),
    (("Сюй", "Цяо"), "ru", ("Xu", "Qiao"), "en"),
    (("Цинь", "Сяожун"), "ru", ("Qin", "Xiaorong"), "en"),
]
OTHER = [
    (("Генрік", "Осгуд"), "uk", ("Brida", "Lonsdale"), "en"),
    (("Генрік", "Осгуд"), "uk", ("Henrik", "Lonsdale"), "en"),
    (("Агния", "Бортник"), "ru", ("Ignat", "Vetlugin"), "en"),
    (("Чэнь", "Шуан"), "ru", ("Zhang", "Shun"), "en"),
    (("Гэн", "Шуан"), "ru", ("Hua", "Chunying"), "en"),
]


@pytest.mark.parametrize(("one", "a", "other", "b"), SAME)
def test_a_name_is_found_again_in_the_other_alphabet(
    one: tuple[str, ...], a: str, other: tuple[str, ...], b: str
) -> None:
    assert are_same_name(WrittenName(one, a), WrittenName(other, b))


@pytest.mark.parametrize(("one", "a", "other", "b"), OTHER)
def test_other_names_stay_apart(one: tuple[str, ...], a: str, other: tuple[str, ...], b: str) -> None:
    assert not are_same_name(WrittenName(one, a), WrittenName(other, b))


def test_names_of_one_language_are_never_paired() -> None:
    names = [(WrittenName(("Орест", "Лунин"), "ru"),), (WrittenName(("Орест", "Лунин"), "ru"),)]
    assert pair_names(names) == []


def test_an_outlet_is_heard_in_the_other_alphabet() -> None:
    assert hear_name("Канал Вісті") & hear_name("Kanal Visti")
    assert hear_name("Маяк-Експрес") & hear_name("Majak-Ekspres")
    assert are_scripts_apart("Канал", "Kanal")
    assert not are_scripts_apart("Канал", "Вісті")


@pytest.mark.parametrize(
    ("one", "other"),
    [(("Emmeline", "Macrow"), ("Emmeline", "Makrow")), (("Joe", "Bright"), ("Dzho", "Brayt"))],
)
def test_a_name_taken_over_letter_by_letter_is_the_same(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert are_respelt(one, other)
    assert are_respelt(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Mark", "Lind"), ("Mark", "Land")),
        (("Mark", "Lind"), ("Mark", "Lind")),
        (("Mark", "Lind"), ("Clara", "Lind")),
        (("Lind",), ("Lynd",)),
    ],
)
def test_names_that_differ_in_more_are_two(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert not are_respelt(one, other)


def test_chinese_syllables_are_read_back() -> None:
    assert "wangyuhui" in read_palladius(("Ван", "Юйхуэй"))
    assert read_palladius(("Ван", "Юй")) == {"wangyu"}
    assert "wangpengyu" in read_palladius(("Ван", "Пэнъюй"))
    assert "wangpengyu" in read_palladius(("Ван", "Пен'юй"))
    assert read_palladius(("Иванов",)) == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "languages"),
    [
        ("Замбия", "Zambia", ("ru", "en")),
        ("Замбія", "Замбия", ("uk", "ru")),
        ("Кабул", "Afghanistan", ("ru", "en")),
        ("Тирана", "Albania", ("uk", "en")),
    ],
)
def test_countries_and_capitals_meet(one: str, other: str, languages: tuple[str, str]) -> None:
    assert same_state(one, other, languages)
    assert not same_state(one, "Norway", (languages[0], "en"))
