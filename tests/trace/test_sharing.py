"""What two articles have in common, one way round, and the wordings that some share against the rest."""

from collections.abc import Callable

import pytest

from retold.model import AnnotatedArticle, Family, Passage, Reading
from retold.trace.profiles import make_profiles
from retold.trace.sharing import Sharing, find_sharing
from retold.trace.variants import find_variants

Tell = Callable[..., tuple[tuple[AnnotatedArticle, ...], tuple[Family, ...], tuple[Reading, ...], tuple[Passage, ...]]]

FULL = "we gave back every lamp, and then we gave back the ladder as well"


def share(tell: Tell, source: str, copy: str) -> Sharing:
    rows = [{"id": "s", "text": f"Lamps\n\n{source}"}, {"id": "c", "text": f"Lamps\n\n{copy}"}]
    articles, families, readings, _ = tell(rows, with_passages=False)
    profiles = make_profiles(articles, families, readings)
    return find_sharing(profiles["s"], profiles["c"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (FULL, {"held"}),
        ("we gave back every lamp", {"held", "cut"}),
        ("then we gave back the ladder as well, we gave back every lamp", {"held"}),
        (FULL + " and nobody so much as thanked us", {"fuller"}),
        ("we gave back every lamp, and my sister still dreams of the stairs", {"crossing"}),
        ("we took back every torch, and then they sold back the chair as well", {"altered"}),
    ],
)
def test_how_a_quotation_stands_to_its_source(tell_story: Tell, words: str, expected: set[str]) -> None:
    sharing = share(tell_story, f'"[f1|Ebba Low|{FULL}]," Ebba Low said.', f'"[f1|Ebba Low|{words}]," Ebba Low said.')
    names = ("held", "cut", "fuller", "crossing", "altered", "requoted", "carried", "own", "own_told")
    assert {name for name in names if getattr(sharing, name)} == expected


def test_told_and_own(tell_story: Tell) -> None:
    source = f'{{f1|Ebba Low|{FULL}}}, Ebba Low said. "[f4|Ebba Low|there were nine of us]" she said.'
    copy = (
        f'"[f1|Ebba Low|{FULL}]," Ebba Low said. {{f4|Ebba Low|they had been nine}}, she said. '
        '"[f2|Ebba Low|it was cold on the stairs that night]," she said. '
        '"[f3|Ned Orr|I hold the keys and I hold my tongue]," Ned Orr said. {f5|Ned Orr|he had gone home}, he said.'
    )
    sharing = share(tell_story, source, copy)
    assert sharing.requoted == ("f1",)
    assert sharing.carried == ("f4",)
    assert sharing.own == ("f2", "f3")
    assert sharing.own_of_shared == ("f2",)
    assert sharing.own_told == ("f5",)


def test_a_quotation_that_was_put_into_no_family_is_found_by_its_words(tell_story: Tell) -> None:
    sharing = share(tell_story, f'"[f1|Ebba Low|{FULL}]," Ebba Low said.', f'"[f2|Ebba Low|{FULL}]," Ebba Low said.')
    assert sharing.held == ("f2",)


def test_runs_are_the_narrators_and_worth_more_than_names(tell_story: Tell) -> None:
    told = "a boy carried the last of them down through the orchard under a wet sack"
    named = "Ebba Low of the Upper Lamp Street Trust"
    sharing = share(tell_story, f'Then {told}. "[f1|Ebba Low|{FULL}]," said {named}.', f"Later {told}, said {named}.")
    assert len(sharing.runs) == 1
    assert sharing.runs[0].words == len(told.split())


def test_variants_are_shared_against_the_rest(tell_story: Tell) -> None:
    plain = (
        "Lamps\n\nSome 4,120 lamps came back to Marrowby. "
        '"[f1|Ebba Low|we gave back every lamp, and the ladder as well]," she said.'
    )
    changed = plain.replace("every lamp", "every lantern").replace("Marrowby", "Marroby").replace("4,120", "4,210")
    rows = [{"id": name, "text": plain + f" Note {name}."} for name in ("a", "b", "c")]
    rows += [{"id": name, "text": changed + f" Note {name}."} for name in ("x", "y")]
    articles, families, readings, _ = tell_story(rows, with_passages=False)
    found = find_variants(make_profiles(articles, families, readings))
    assert set(found) == {"x", "y"}
    assert {(v.words, v.instead) for v in found["x"]} == {
        ("lantern", "lamp"),
        ("Marroby", "Marrowby"),
        ("4210", "4120"),
    }
    assert all(set(v.holders) == {"x", "y"} and set(v.others) == {"a", "b", "c"} for v in found["x"])
