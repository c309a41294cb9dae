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
