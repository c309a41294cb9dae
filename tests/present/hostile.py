"""The sample document with hostile words wherever an input can put words."""

import msgspec

from retold.document import EvidenceDocument
from retold.model import (
    Addition,
    Article,
    Change,
    Citation,
    Derivation,
    Evidence,
    Fact,
    FactReading,
    Family,
    Omission,
    Passage,
    Place,
    Published,
    Quotation,
    Reading,
    Reject,
    Span,
    Speaker,
    Story,
    Zone,
)  # fmt: skip

NASTY = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"'><svg/onload=alert(3)>",
    "</style></title><!--",
    "{{ 7*7 }}{% raw %}{{ config }}",
    "javascript:alert(4)",
    "[red]red[/red][link=http://x.example]x[/link]",
    "\x1b[31m\x1b]8;;http://x.example\x07click\x1b]8;;\x07\x9b2J",
    "\u202eevil\u2066\u200f\x00\x08\x7f\r\n\u2028next",
)


def build_hostile(nasty: str) -> EvidenceDocument:
    """Two reports and one on its own, with `nasty` for every string that comes from outside."""
    text = f"{nasty} said one thing.\n\n{nasty} said another thing."
    whole = Span(0, len(text))
    quotation = Quotation("a1.q1", "direct", (whole,), Span(0, len(nasty)), Span(0, len(nasty)), "p1")

    def build(id_: str) -> Article:
        return Article(
            id=id_ + nasty,
            text=text,
            sha256=nasty,
            path=None if id_ == "a2" else nasty,
            url=f"https://x.example/{nasty}" if id_ == "a1" else f"javascript:{nasty}",
            outlet=nasty if id_ == "a1" else None,
            title=nasty,
            byline=nasty,
            language=nasty,
            published=Published(nasty, "minute", "text"),
            zones=(Zone("title", Span(0, 4)),),
            quotations=(msgspec.structs.replace(quotation, id=f"{id_}.q1"),),
            citations=(Citation(whole, nasty),),
        )

    one, two = "a1" + nasty, "a2" + nasty
    evidence = (Evidence("citation", 1.0, (Place(two, whole),), nasty),)
    return EvidenceDocument(
        retold=nasty,
        schema=1,
        config={nasty: nasty},
        articles=(build("a1"), build("a2"), build("a3")),
        speakers=(Speaker("p1", nasty, "person"),),
        stories=(Story(nasty, (one, two)),),
        passages=(Passage(nasty, Place(one, whole), Place(two, whole), "verbatim", 1.0),),
        families=(Family("f1" + nasty, nasty, "p1", ("r1", "r2")), Family("f2", nasty, None, ("r3",))),
        readings=(
            Reading("r1", one, whole, "direct", "a1.q1"),
            Reading("r2", two, whole, "narration"),
            Reading("r3", two, whole, "direct"),
        ),
        changes=(
            Change("f1" + nasty, "r1", "r2", "altered", ("name",), "major", (), 0.5, nasty),
            Change("f2", "r3", None, "dropped", (), "none", (), 0.5, nasty, one),
        ),
        omissions=(Omission(two, Place(one, whole), "statement"),),
        additions=(Addition(two, whole),),
        facts=(
            Fact("name", "differ", (FactReading(one, whole, nasty), FactReading(two, whole, nasty))),
            Fact("name", "agree", (FactReading(one, whole, nasty), FactReading(two, whole, nasty))),
        ),
        derivations=(
            Derivation(one, nasty, two, "stated", 0.9, evidence),
            Derivation(None, nasty, two, "stated", 0.9, evidence),
            Derivation(f"hidden:{nasty}", None, one, "inferred", 0.5, evidence),
        ),
        rejects=(Reject(nasty, nasty),),
    )
