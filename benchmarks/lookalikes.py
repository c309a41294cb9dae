# ruff: noqa: SIM905 (lists of words are written as words)
"""Reports that are forms filled in: another match, forecast, court, crash or result with the same words around it.

`make_lookalikes(count, seed)` gives, for each kind, `count` events, every other one told a second time in other words;
`make_series` one place's reports day after day. The same arguments give the same texts. Names are invented.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

from msgspec import Struct

_SYLLABLES = "bar bel dor fen gal har kel lor mar nor pen quil ras sel tor ul ven wyn zel brak hol mis tav".split()
_RUSSIAN = "бар бел дор фен гал кел лор мар нор пен рас сел тор вен зел брак хол мис тав".split()
_MONTHS = "January February March April May June July August September October November December".split()
_RUSSIAN_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SKIES = "sunny spells|heavy showers|light drizzle|thick fog|strong gusts|patchy frost|scattered storms".split("|")
_RUSSIAN_SKIES = "сильные ливни|небольшой дождь|густой туман|порывистый ветер|гололедица|грозы".split("|")
_OFFENCES = "shoplifting|criminal damage|burglary|common assault|driving without insurance|fraud".split("|")


class Filled(Struct, frozen=True):
    """One report: which `event` it tells, and on which `day` (YYYY-MM-DD) it came out."""

    event: str
    language: str
    day: str
    text: str


def _name(dice: Random, syllables: list[str] = _SYLLABLES) -> str:
    return "".join(dice.choice(syllables) for _ in range(2)).capitalize()


def _person(dice: Random) -> str:
    return f"{_name(dice)} {_name(dice)}"


def _write_match(dice: Random, day: date, place: str) -> tuple[str, str]:
    b, park, scorer, off = _name(dice), _name(dice), _person(dice), _person(dice)
    x, y, minute, late, crowd = (dice.randint(*r) for r in ((2, 5), (0, 1), (4, 44), (46, 90), (11, 99)))
    weekday = _WEEKDAYS[day.weekday()]
    return (
        f"{place} United {x} {b} City {y}\n\n{place} United beat {b} City {x}-{y} at {park} Park on {weekday} in the "
        f"second division. {scorer} put the hosts ahead in minute {minute} and added another after the break.\n\n"
        f"{b} City had the better of the opening minutes but could not find a way through. {off} was sent off in "
        f"minute {late} for a second yellow card, and the visitors never recovered. A crowd of {crowd}00 saw it.",
        f"{scorer} strikes as {place} United see off {b} City\n\n{scorer} scored twice on {weekday} as {place} United "
        f"won {x}-{y} against {b} City at {park} Park.\n\nThe striker opened the scoring in minute {minute}. The "
        f"visitors finished with ten men: {off} saw a second yellow card in minute {late}. {crowd}00 saw it.",
    )


def _write_forecast(dice: Random, day: date, place: str) -> tuple[str, str]:
    low, high, gusts, skies = dice.randint(-9, 8), dice.randint(9, 27), dice.randint(20, 70), dice.sample(_SKIES, 3)
    on = f"{day.day} {_MONTHS[day.month - 1]}"
    return (
        f"Weather forecast for {place}shire for {on}\n\nThe weather service expects {skies[0]} in {place}shire. "
        f"In the morning there will be {skies[1]}, in the evening {skies[2]}.\n\nTemperatures will be {low} degrees at "
        f"night and {high} degrees during the day. The wind will blow from the west at up to {gusts} kilometres an "
        "hour. Drivers are asked to take care on the roads. Air pressure will stay close to normal.",
        f"{place}shire: what the weather will be like on {on}\n\n{skies[0].capitalize()} are expected in {place}shire "
        f"on {on}, forecasters say. At night it will be {low} degrees, by day {high}.\n\nGusts may reach {gusts} "
        f"kilometres an hour. {skies[1].capitalize()} will come before noon, {skies[2]} towards the evening.",
    )


def _write_court(dice: Random, day: date, place: str) -> tuple[str, str]:
    rows = [
        (_person(dice), dice.randint(19, 71), _name(dice), dice.choice(_OFFENCES), dice.randint(8, 90) * 10)
        for _ in range(4)
    ]
    on = f"{day.day} {_MONTHS[day.month - 1]}"
    return (
        f"Court list: latest sentences from {place} magistrates\n\nThe following cases were dealt with by magistrates "
        f"sitting in {place} on {on}.\n\n"
        + " ".join(
            f"{who}, {age}, of {road} Road, {place}, admitted {what}. Fined {fine} pounds and ordered to pay costs."
            for who, age, road, what, fine in rows
        ),
        f"Who has been in court in {place}?\n\nThese people appeared before the bench at {place} on {on}.\n\n"
        + " ".join(
            f"{who} ({age}) of {road} Road was fined {fine} pounds for {what}." for who, age, road, what, fine in rows
        ),
    )


def _write_crash(dice: Random, day: date, place: str) -> tuple[str, str]:
    town, officer, road = _name(dice), _person(dice), f"A{dice.randint(11, 999)}"
    man, woman, weekday = dice.randint(18, 80), dice.randint(18, 80), _WEEKDAYS[day.weekday()]
    return (
        f"Man dies in crash near {place}\n\nA man aged {man} has died after two cars collided on the {road} "
        f"near {place} on {weekday} night. Emergency services were called before midnight.\n\nThe driver of the "
        f"other car, a woman aged {woman} from {town}, was taken to hospital badly hurt. The road was closed "
        f"for several hours. Sergeant {officer} asked anybody who saw the collision to come forward.",
        f"Driver killed on {road}\n\nPolice look for witnesses after a driver aged {man} was killed near {place} "
        f"on {weekday} night. His car collided with one driven by a woman aged {woman}, from {town}, who is in "
        f"hospital.\n\nThe {road} was shut until the morning. Sergeant {officer} asked for footage.",
    )


def _write_russian_forecast(dice: Random, day: date, place: str) -> tuple[str, str]:
    low, high, gusts = dice.randint(12, 29), dice.randint(2, 9), dice.randint(12, 28)
    skies, on = dice.sample(_RUSSIAN_SKIES, 3), f"{day.day} {_RUSSIAN_MONTHS[day.month - 1]}"
    return (
        f"Прогноз погоды в {place}ской области на {on}\n\nПо данным синоптиков, {on} в {place}ской области ожидаются "
        f"{skies[0]}. Утром местами {skies[1]}, вечером {skies[2]}.\n\nТемпература воздуха ночью составит минус {low} "
        f"градусов, днем минус {high}. Ветер западный, порывы до {gusts} метров в секунду. Водителей просят соблюдать "
        "осторожность на дорогах. Атмосферное давление будет близким к норме.",
        f"Синоптики рассказали о погоде в {place}ской области\n\nЖителей {place}ской области {on} ждут {skies[0]}, "
        f"сообщили в гидрометцентре. Ночью минус {low}, днем минус {high}.\n\nВетер усилится до {gusts} метров в "
        f"секунду, местами {skies[1]}.",
    )


_KINDS: dict[str, tuple[str, Callable[[Random, date, str], tuple[str, str]]]] = {
    "match": ("en", _write_match),
    "forecast": ("en", _write_forecast),
    "court": ("en", _write_court),
    "crash": ("en", _write_crash),
    "russian forecast": ("ru", _write_russian_forecast),
}
_START = date(2031, 3, 3)


def _make(kind: str, event: int, dice: Random, day: date, place: str) -> Iterator[Filled]:
    language, write = _KINDS[kind]
    one, other = write(dice, day, place)
    yield Filled(f"{kind} {event}", language, day.isoformat(), one)
    if event % 2 == 0:
        yield Filled(f"{kind} {event}", language, day.isoformat(), other)


def _choose_place(kind: str, dice: Random) -> str:
    return _name(dice, _RUSSIAN if _KINDS[kind][0] == "ru" else _SYLLABLES)


def make_lookalikes(count: int, seed: int = 1, days: int = 6) -> Iterator[Filled]:
    """`count` events of each kind within so many days, each in its own place. Linear."""
    for kind in _KINDS:
        for event in range(count):
            dice = Random(f"{kind} {event} {seed}")
            yield from _make(kind, event, dice, _START + timedelta(dice.randrange(days)), _choose_place(kind, dice))


def make_series(count: int, seed: int = 1) -> Iterator[Filled]:
    """The forecasts of one place for `count` days, in each language. Linear."""
    for kind in ("forecast", "russian forecast"):
        place = _choose_place(kind, Random(f"{kind} {seed}"))
        for event in range(count):
            yield from _make(kind, event, Random(f"{kind} {event} {seed}"), _START + timedelta(event), place)
