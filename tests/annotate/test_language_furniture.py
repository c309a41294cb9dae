"""Zones and cited outlets in languages without a parser, in invented lines."""

import pytest

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.model import AnnotatedArticle, Article

REPORT = "Die Mühle in Werdum wird nicht abgerissen. Die Gemeinde hat drei Angebote geprüft.\n\n"

CITED = [
    ("Das berichtet die „Werdumer Zeitung“ unter Berufung auf die Polizei.", "Werdumer Zeitung"),
    ("Wie der Werdumer Bote berichtet, wurde die Brücke gesperrt.", "Werdumer Bote"),
    ("Die Brücke wurde gesperrt, berichtet die „Werdumer Zeitung“.", "Werdumer Zeitung"),
    ("Die Mühle wird verkauft, wie die Nachrichtenagentur Nordfunk meldet.", "Nordfunk"),
    ("Laut „Werdumer Zeitung“ wird die Mühle verkauft.", "Werdumer Zeitung"),
    ("In einem Interview mit der »Werdumer Zeitung« sagte Tiede: »Die Mühle steht noch.«", "Werdumer Zeitung"),
    ("Der „Küstenkurier“ schreibt, die Mühle sei verkauft.", "Küstenkurier"),
    ("Die Mühle wird verkauft, heißt es unter Berufung auf die Werdumer Rundschau.", "Werdumer Rundschau"),
    ("WERDUM (dpa) – Die Mühle wird verkauft.", "dpa"),
    ("Werdum (Nordfunk) – Die Mühle wird verkauft.", "Nordfunk"),
    ("„Die Mühle steht noch“, sagte Tiede der „Werdumer Zeitung“.", "Werdumer Zeitung"),
    ("„Die Mühle steht noch“, sagte der Müller Arp Tiede dem Sender Radio Küste.", "Radio Küste"),
]
NOT_CITED = [
    "„Die Mühle steht noch“, sagte Tiede der Gemeinde.",
    "„Die Mühle steht noch“, sagte der Sprecher der Polizei.",
    "Die Mühle wird verkauft, berichtet Antje Wulf.",
    "Der Bürgermeister berichtet der Gemeinde im Mai.",
    "Laut Polizei gab es keine Verletzten.",
]
ZONES = [
    ("Lesen Sie auch: Sturm deckt Dächer ab", "furniture"),
    ("Das könnte Sie auch interessieren", "furniture"),
    ("Anzeige", "furniture"),
    ("Folgen Sie uns auf allen Kanälen", "furniture"),
    ("Alle Rechte vorbehalten", "furniture"),
    ("Foto: Hinnerk Voss", "caption"),
    ("Im Bild: die Mühle von Werdum im Mai", "caption"),
    ("Von Marte Lohfink", "byline"),
]


def annotate(text: str) -> AnnotatedArticle:
    return annotate_articles([Article("a", text, "", language="de")], ParserShelf(AnnotateConfig()))[0]


@pytest.mark.parametrize(("line", "outlet"), CITED)
def test_an_outlet_is_cited(line: str, outlet: str) -> None:
    assert [c.outlet for c in annotate(REPORT + line).article.citations] == [outlet]


@pytest.mark.parametrize("line", NOT_CITED)
def test_no_outlet_is_cited(line: str) -> None:
    assert annotate(REPORT + line).article.citations == ()


@pytest.mark.parametrize(("line", "role"), ZONES)
def test_a_line_has_its_zone(line: str, role: str) -> None:
    text = f"Mühle bleibt stehen\n\n{line}\n\n{REPORT}Der Müller bleibt vorerst in seinem Haus am Deich wohnen."
    zones = {z.span.cut(text).strip(): z.role for z in annotate(text).article.zones}
    assert zones[line] == role
