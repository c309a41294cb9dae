"""Who said what in languages without a parser: tagged texts of invented words, a file a language.

Each quotation that is tagged must be found, with its cue, source and speaker, and no other one. A text that is not
right yet begins with "!": a strict xfail, so that what gets mended must lose its mark. One that begins with "+" needs
the forms of words (extras `[uk]`, `[ru]`) and is left out without them.
"""

import re
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import pytest

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.model import Article, Span, Zone

FOLDER = Path(__file__).parents[1] / "cases/annotate/languages"
TAG = re.compile(r"(\d?)(\[\[|\{\{|<<)|(\]\]|\}\}|>>)")
TRIMMED = ' \n"“”„«».,;:!?…—–-'


HAS_MORPHOLOGY = all(find_spec(name) for name in ("pymorphy3", "pymorphy3_dicts_uk", "pymorphy3_dicts_ru"))


def read_cases(code: str) -> list[tuple[str, str]]:
    lines = (FOLDER / f"{code}.txt").read_text("utf-8").splitlines()
    return [(code, line) for line in lines if line and not line.startswith("#")]


NEEDS_FORMS = pytest.mark.skipif(not HAS_MORPHOLOGY, reason="the forms of words are not installed")
PENDING = pytest.mark.xfail(strict=True, reason="not right yet")
CASES = [
    pytest.param(
        code,
        line.lstrip("+!"),
        id=f"{code}-{n}",
        marks=[NEEDS_FORMS] * line.startswith("+") + [PENDING] * line.lstrip("+").startswith("!"),
    )
    for code in sorted(path.stem for path in FOLDER.glob("*.txt"))
    for n, (code, line) in enumerate(read_cases(code), 1)
]


def read_tags(tagged: str) -> tuple[str, dict[int, dict[str, list[Span]]]]:
    """The text without its tags, and for each quotation its spans by role."""
    text, spans, opened = "", defaultdict[int, dict[str, list[Span]]](lambda: defaultdict(list)), []
    roles = {"[[": "content", "{{": "cue", "<<": "source"}
    at = 0
    for match in TAG.finditer(tagged):
        text += tagged[at : match.start()]
        at = match.end()
        if match.group(2):
            opened.append((int(match.group(1) or 1), roles[match.group(2)], len(text)))
        else:
            number, role, start = opened.pop()
            spans[number][role].append(Span(start, len(text)))
    return text + tagged[at:], spans


def trim(text: str, span: Span) -> str:
    return span.cut(text).strip(TRIMMED)


@pytest.mark.parametrize(("code", "line"), CASES)
def test_quotations_of_a_text(code: str, line: str) -> None:
    tagged, _, named = line.partition("\t")
    text, wanted = read_tags(tagged.replace("¶", "\n\n"))
    article = Article("a", text, "", language=code, zones=(Zone("body", Span(0, len(text))),))
    annotated = annotate_articles([article], ParserShelf(AnnotateConfig()))[0]
    speakers = {s.id: s.name for s in annotated.speakers}
    found = {tuple(trim(text, s) for s in q.content): q for q in annotated.article.quotations}
    assert set(found) == {tuple(trim(text, s) for s in spans["content"]) for spans in wanted.values()}
    for spans in wanted.values():
        quotation = found[tuple(trim(text, s) for s in spans["content"])]
        for role, got in (("cue", quotation.cue), ("source", quotation.source)):
            if spans[role]:
                assert got is not None
                assert trim(text, got).casefold() == trim(text, spans[role][0]).casefold()
        if named:
            assert quotation.speaker is not None
            if not HAS_MORPHOLOGY and named[0].islower():
                continue  # nouns keep their case
            assert speakers[quotation.speaker].casefold() == named.casefold()
