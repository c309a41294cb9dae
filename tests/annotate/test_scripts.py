"""Names in two alphabets: which meet by their sound, and which must not."""

import pytest

from retold.annotate.scripts import WrittenName, are_same_name, are_scripts_apart, hear_name, pair_names

SAME = [
    (("Генрік", "Осгуд"), "uk", ("Henrik", "Osgood"), "en"),
    (("Хенрик", "Осгуд"), "ru", ("Henrik", "Osgood"), "en"),
    (("Джо", "Вінтл"), "uk", ("Joe", "Wintle"), "en"),
    (("Соломія", "Терпиляк"), "uk", ("Solomiia", "Terpyliak"), "en"),
    (("Агния", "Бортник"), "ru", ("Agnia", "Bortnik"), "en"),
]
OTHER = [
    (("Генрік", "Осгуд"), "uk", ("Brida", "Lonsdale"), "en"),
    (("Генрік", "Осгуд"), "uk", ("Henrik", "Lonsdale"), "en"),
    (("Агния", "Бортник"), "ru", ("Ignat", "Vetlugin"), "en"),
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
    assert are_scripts_apart("Канал", "Kanal")
    assert not are_scripts_apart("Канал", "Вісті")
