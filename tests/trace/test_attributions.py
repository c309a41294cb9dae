"""When a different speaker is told, and when the article only says it in a way that leaves who it is to guess."""

import pytest

from retold.languages import load_language
from retold.model import Span, Speaker
from retold.trace.attributions import find_speaker_flags
from retold.trace.wordings import Wording, make_wording

QUOTE = "The well has been dry since May."


def tell(text: str, source: str, speaker: str) -> Wording:
    """The reading of QUOTE in `text`, said by the last `source` in it."""
    start, at = text.index(QUOTE), text.rindex(source)
    return make_wording(
        text,
        "direct",
        (Span(start, start + len(QUOTE)),),
        "en",
        source=Span(at, at + len(source)),
        speaker=Speaker(speaker, speaker, "person"),
    )


NAMED = tell(f"“{QUOTE}” said Ada Thorn.", "Ada Thorn", "Ada Thorn")


@pytest.mark.parametrize(
    ("text", "source", "speaker", "flags"),
    [
        (f"“{QUOTE}” said Ivo Lamb.", "Ivo Lamb", "Ivo Lamb", ["reattributed"]),
        (f"Ivo Lamb, the smith, came.\n\n“{QUOTE}” he said.", "he", "Ivo Lamb", []),
        (f"Ivo Lamb, the smith, came. “{QUOTE}” he said.", "he", "Ivo Lamb", ["reattributed"]),
        (f"“{QUOTE}” said a neighbour.", "a neighbour", "neighbour", []),
    ],
)
def test_only_a_speaker_who_is_surely_meant_is_another(text: str, source: str, speaker: str, flags: list[str]) -> None:
    found = find_speaker_flags(NAMED, tell(text, source, speaker), load_language("en"))
    assert [f.flag for f in found] == flags


@pytest.mark.parametrize(
    ("text", "source", "speaker"),
    [
        (f"“{QUOTE}” said the potter, Ada Thorn.", "the potter", "Piet Sand"),  # the name stands right behind
        (f"Asked whether Ivo Lamb would leave, she said: “{QUOTE}”", "she", "Ivo Lamb"),
        (f"Ivo Lamb had come too. The yard of Ivo Lamb was full.\n\n“{QUOTE}” she said.", "she", "Ivo Lamb"),
        (f"A: “{QUOTE}”", "A", "Ivo Lamb"),
        (f"“{QUOTE}” said Thorn.", "Thorn", "Thorn"),
    ],
)
def test_whom_the_words_may_mean_is_no_other_speaker(text: str, source: str, speaker: str) -> None:
    assert find_speaker_flags(NAMED, tell(text, source, speaker), load_language("en")) == ()


def test_a_title_tells_whom_of_a_family_it_means() -> None:
    father = tell(f"“{QUOTE}” said Ivo Thorn.", "Ivo Thorn", "Ivo Thorn")
    doctor = tell(f"“{QUOTE}” said Dr Thorn.", "Dr Thorn", "Ada Thorn")
    plain = tell(f"“{QUOTE}” said Thorn.", "Thorn", "Ada Thorn")
    assert [f.flag for f in find_speaker_flags(father, doctor, load_language("en"))] == ["reattributed"]
    assert find_speaker_flags(father, plain, load_language("en")) == ()


def test_one_of_a_kind_and_several_of_it() -> None:
    one = tell(f"“{QUOTE}” said a guard.", "a guard", "guard")
    several = tell(f"“{QUOTE}” said guards.", "guards", "guards")
    english = load_language("en")
    assert [f.flag for f in find_speaker_flags(one, several, english)] == ["speaker_widened"]
    assert [f.flag for f in find_speaker_flags(several, one, english)] == ["speaker_narrowed"]


@pytest.mark.parametrize(
    ("sentence", "flags"),
    [
        ("Thorn said {} on Monday.", []),
        ("{}, according to Thorn.", []),
        ("{}, Thorn says.", []),
        ("{}, the Beacon reports.", ["attribution_dropped"]),
        ("{}.", ["attribution_dropped"]),
    ],
)
def test_an_attribution_that_we_cannot_read_is_not_gone(sentence: str, flags: list[str]) -> None:
    words = "the well has been dry since the storm"
    text = sentence.format(words)
    at = text.index(words)
    span, around = Span(at, at + len(words)), Span(0, len(text))
    later = make_wording(text, "narration", (span,), "en", around=around)
    assert [f.flag for f in find_speaker_flags(NAMED, later, load_language("en"))] == flags
