# ruff: noqa: SIM905 (lists of words are written as words)
"""Invented reports for benchmarks and tests: events, each told by one to eight outlets, with quotations that are kept,
cut and changed on the way. `make_reports(count, seed)` gives the same reports for the same arguments."""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from retold.model import Article, Published

_SYLLABLES = "bar bel dor fen gal har kel lor mar nor or pen quil ras sel tor ul ven wyn zel".split()
_ENDS = "ford ham wick dale mouth stead by ton gate".split()
_FIRST = "Ada Boris Clara Dmitri Elsa Felix Greta Hugo Irena Jonas Karla Leon Mira Nils Olga Petra Rolf Sonja".split()
_ROLES = "mayor|fire chief|harbour master|head of the inquiry|chief engineer|school director|union leader".split("|")
_THINGS = (
    "bridge|footbridge|reservoir|tram depot|concert hall|swimming pool|grain silo|lighthouse|ferry pier|market hall|"
    "power station|library|quarry|greenhouse|railway viaduct|bakery|observatory|boat yard|cable car|water tower"
).split("|")
_HAPPENED = (
    "was closed after cracks were found|caught fire before dawn|was flooded after a night of rain|"
    "will be sold to a private owner|reopened after three years of repairs|lost its roof in the storm|"
    "was evacuated because of a gas leak|will be torn down next spring|was damaged when a lorry hit it"
).split("|")
_OPENINGS = (
    "We saw the first signs {n} weeks ago", "Not one of the {n} people inside was hurt",
    "The repairs will cost at least {n} million crowns", "I have asked for a full inquiry into the {thing}",
    "{place} must not lose its {thing}", "We can open again in {n} days if the weather holds",
    "Both inspectors from {other} told me the same thing", "People on {street} Street may be angry",
    "The old pumps were built for a smaller town", "My grandfather laid some of those stones himself",
    "The insurers should answer us before the summer", "All {n} families were told to leave their homes",
    "There was never enough money for the guard rails", "A single spark would have been too many",
    "The contract with the firm in {other} ends in {year}", "Our volunteers worked through two nights",
    "I would not send my own children in there", "The noise could be heard as far as {other}",
    "Every third lamp on {street} Street was dark", "The drawings from {year} were wrong in many places",
)  # fmt: skip
_CLOSINGS = (
    "nobody in this office can say that they were not warned", "for that I thank everybody who kept calm",
    "we do not have that money this year", "it should begin before the end of the month",
    "whatever the ministry may decide in the capital that must be said", "I will not promise what I do not know",
    "I have no reason to doubt either report", "they have every right to be heard", "it cannot go on like this",
    "what comes next is for the council to decide", "the bill will land on every kitchen table in {place}",
    "the lesson was learned {n} years too late", "we might well have buried someone", "that silence troubles me",
    "only the gulls seem to be content", "half of the staff have already found other work",
)  # fmt: skip
_TOLD = (
    "Residents of {place} said they had heard a loud noise at about {hour} o'clock.",
    "The {thing} was built in {year} and is used by some {n}00 people a day.",
    "Police closed {street} Street until the afternoon, and buses were sent over {other}.",
    "A firm from {other} had examined the {thing} two years before and found nothing wrong.",
    "The council of {place} will meet on {day} to talk about what is to be done.",
    "It was the {nth} such case in the region of {other} since the beginning of the year.",
    "Engineers with lamps were at work on {street} Street well into the night.",
    "The ministry in the capital did not answer questions about the {thing} on {day}.",
    "Shops near {street} Street stayed open, though few customers found a way in.",
    "An orchestra from {other} that was to play there moved its concert to {day}.",
    "Snow had lain on the fields around {place} for {n} days.",
    "Two cranes arrived by barge from {other} in the evening.",
    "The last survey of the {thing}, of {year}, fills {n} boxes in the archive.",
    "Schoolchildren in {place} painted {n} posters for the fence along {street} Street.",
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NTH = "second third fourth fifth sixth".split()
_OUTLETS = tuple(
    f"{a} {b}"
    for a in "Northern Coastal Valley Upland Harbour Eastern Central Island Border Capital".split()
    for b in "Courier Herald Gazette Post Mirror Observer Chronicle Times Dispatch Echo".split()
)
_START = datetime(2021, 3, 1, 6, tzinfo=UTC)


def make_reports(count: int, seed: int = 1) -> Iterator[Article]:
    """`count` articles in the order of publication, some events a day. Linear."""
    dice = random.Random(seed)
    made = event = 0
    while made < count:
        for article in _report_event(dice, event):
            if made < count:
                yield article
                made += 1
        event += 1


def make_story(count: int, seed: int = 1) -> tuple[Article, ...]:
    """One event told by `count` outlets within two days; the ids are a1, a2 …"""
    made = _report_event(random.Random(f"story {seed}"), 100_000 + seed, count)
    return tuple(msgspec.structs.replace(article, id=f"a{n}") for n, article in enumerate(made, 1))


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=2)).capitalize() + dice.choice(_ENDS)


def _report_event(dice: random.Random, number: int, told_by: int | None = None) -> Iterator[Article]:
    place, other, street = _name(dice), _name(dice), _name(dice)
    thing, happened = dice.choice(_THINGS), dice.choice(_HAPPENED)
    slots = {
        "place": place, "other": other, "street": street, "thing": thing, "n": str(dice.randint(3, 60)),
        "hour": str(dice.randint(2, 11)), "year": str(dice.randint(1870, 2010)), "day": dice.choice(_DAYS),
        "nth": dice.choice(_NTH),
    }  # fmt: skip
    people = [
        (f"{dice.choice(_FIRST)} {''.join(dice.choices(_SYLLABLES, k=2)).capitalize()}", role)
        for role in dice.sample(_ROLES, 3)
    ]
    lines = zip(dice.sample(_OPENINGS, 5), dice.sample(_CLOSINGS, 5), strict=True)
    said = [(people[k % 3], f"{a}, and {b}".format(**slots)) for k, (a, b) in enumerate(lines)]
    told = [line.format(**slots) for line in dice.sample(_TOLD, 6)]
    at = _START + timedelta(minutes=number * 40 + dice.randint(0, 30))
    outlets, most_minutes = dice.sample(_OUTLETS, 1 + min(7, int(dice.expovariate(0.55)))), 400
    if told_by is not None:
        outlets = [f"{name} {part}".strip() for part in ("", "Online", "Weekly") for name in _OUTLETS][:told_by]
        most_minutes = max(21, 2 * 24 * 60 * 2 // told_by)
    for copy, outlet in enumerate(outlets):
        at += timedelta(minutes=dice.randint(20, most_minutes) if told_by is None else dice.randint(1, most_minutes))
        kept_said = said if not copy else dice.sample(said, dice.randint(2, 4))
        kept_told = told if not copy else dice.sample(told, dice.randint(2, 5))
        title = f"{thing.capitalize()} in {place} {happened}" if not copy else f"{place}: {thing} {happened}"
        lead = f"The {thing} in {place} {happened} on {slots['day']}"
        lead += "." if not copy or dice.random() < 0.5 else f", the {outlets[0]} reported."
        paragraphs = [lead]
        for k in range(max(len(kept_said), len(kept_told))):
            if k < len(kept_told):
                paragraphs.append(kept_told[k])
            if k < len(kept_said):
                (name, role), words = kept_said[k]
                paragraphs.append(_quote(dice, name, role, words, place, is_copy=copy > 0))
        text = "\n\n".join([title, *paragraphs]) + "\n"
        slug = f"{place}-{thing}-{number}".lower().replace(" ", "-")
        yield Article(
            "",
            text,
            hashlib.sha256(text.encode()).hexdigest(),
            url=f"https://{outlet.lower().replace(' ', '-')}.example/{at:%Y/%m}/{slug}",
            outlet=outlet,
            title=title,
            language="en",
            published=Published(at.strftime("%Y-%m-%dT%H:%MZ"), "minute", "metadata"),
        )


def _quote(dice: random.Random, name: str, role: str, words: str, place: str, *, is_copy: bool) -> str:
    way = dice.randint(0, 5) if is_copy else 0
    if way == 1:
        words = words.split(", ", maxsplit=1)[0]
    elif way == 2:
        words = words.replace("should", "must").replace("at least", "about").replace("full inquiry", "inquiry")
    elif way == 3:
        return f"{name}, the {role} of {place}, said that {words[0].lower() + words[1:]}."
    elif way == 4:
        first, _, rest = words.partition(", ")
        return f'{name} said that {first[0].lower() + first[1:]}, "{rest or first}".'
    return f'"{words}," said {name}, the {role} of {place}.'
