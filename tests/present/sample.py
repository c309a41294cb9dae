# ruff: noqa: E501 (the reports are written as reports are: one paragraph, one line)
"""An evidence document over invented reports, built by hand: every label, every verdict, stated and inferred descent.

Spans are looked up in the texts, so that they are true; word edits come from difflib, over words.
"""

import difflib
import hashlib
import re

from retold.document import EvidenceDocument
from retold.model import (
    Addition,
    Article,
    Change,
    Citation,
    Derivation,
    Edit,
    EditOp,
    Evidence,
    Fact,
    FactReading,
    Family,
    Flag,
    Label,
    Omission,
    Passage,
    Place,
    Published,
    Quotation,
    Reading,
    Reject,
    Severity,
    Span,
    Speaker,
    Story,
    Zone,
)

GAZETTE = """Tarn Bridge shut after cracks found in two cables

By Ada Merrow

TARNMOUTH, March 12 — The Tarn Bridge was closed to all traffic on Tuesday after inspectors found cracks in two of its main cables.

"The bridge must stay closed until every cable has been tested, and that will not be done before June," said Mara Lindqvist, the county's chief engineer.

"We saw the first marks in January. We asked for money in the same week, and we were told to wait," she added.

"Nobody was in danger at any time," said Teodor Vance, a spokesman for the Tarn Port Authority. "The ferries will run every 20 minutes from Wednesday morning, and both of them will carry lorries."

Lindqvist said the repair would cost about 14.2 million crowns.

"I am not going to guess who is to blame," she said.

About 9,300 vehicles cross the bridge each day, the authority said.

"It is a sad day for the town, and I cut the ribbon myself," said the mayor, Ilse Brandt.

Sign up for our morning letter.
"""

SKYLINE = """'Closed until June': Tarn Bridge cracks strand thousands

Tarn Bridge has been closed after cracks were found in two main cables, the Harbour Gazette reports.

"The bridge must stay closed until every cable has been tested," said Mara Lindqvist, the chief engineer.

"We saw the first marks in January … and we were told to wait," she said.

"Nobody was in danger at any time, and both of them will carry lorries," Teodor Vance insisted.

"The repair will cost 14.2 million crowns," Lindqvist said.

The mayor, Ilse Brandt, called it "a sad day for the town".

"I am not going to guess who is to blame," Lindqvist said.

Some 9,000 vehicles cross the bridge daily. Our reporter counted a queue of six kilometres on the north road on Tuesday evening.
"""

COPY = """Bridge closed

Tarn Bridge was closed on Wednesday after cracks were found in main cables. Engineers say it may stay closed until every cable has been tested.

"We saw the first marks in February. We asked for money in the same week," an engineer said.

"Nobody was in danger at any time, and nobody will be," said Teodor Vance.

"We are sorry. It is a sad day for the town," said Ilse Brandt, the mayor.

"Shops on the south bank expect a hard spring," said a trader who gave no name.
"""

PORT = """Міст через Тарн закрили через тріщини у тросах

Рух мостом через Тарн зупинили, пише Coastal Wire.

«Міст має залишатися закритим, доки не перевірять кожен трос», — сказала головна інженерка Мара Ліндквіст.

Ремонт коштуватиме близько 15 мільйонів крон.
"""

RADIO = """Bridge news

The Tarn Bridge is closed. Listeners are asked to take the ferry.
"""

WEATHER = """Frost expected in the hills

"Cover your seedlings on Thursday night," said Olav Reed, who runs the county weather desk. He expects three cold nights.
"""

TEXTS = {"a1": GAZETTE, "a2": SKYLINE, "a3": COPY, "a4": PORT, "a5": RADIO, "a6": WEATHER}


def find(article: str, words: str) -> Span:
    """Where `words` stand in an article of the sample."""
    start = TEXTS[article].index(words)
    return Span(start, start + len(words))


def place(article: str, words: str) -> Place:
    return Place(article, find(article, words))


def diff_words(earlier: Place, later: Place) -> tuple[Edit, ...]:
    """Word edits in code points of either text: what the trace stage would write."""
    before = _find_words(earlier)
    after = _find_words(later)
    matcher = difflib.SequenceMatcher(
        None, [word.cut(TEXTS[earlier.article]) for word in before], [w.cut(TEXTS[later.article]) for w in after], False
    )
    edits = []
    names: dict[str, EditOp] = {"equal": "equal", "delete": "delete", "insert": "insert", "replace": "replace"}
    for op, a, b, c, d in matcher.get_opcodes():
        edits.append(Edit(names[op], _join(before, a, b, earlier.span), _join(after, c, d, later.span)))
    return tuple(edits)


def _find_words(where: Place) -> list[Span]:
    text = where.span.cut(TEXTS[where.article])
    at = where.span.start
    return [Span(at + m.start(), at + m.end()) for m in re.finditer(r"\w+", text)]


def _join(words: list[Span], first: int, last: int, whole: Span) -> Span:
    if first < last:
        return Span(words[first].start, words[last - 1].end)
    at = words[first - 1].end if first else whole.start
    return Span(at, at)


def build_article(
    id_: str, outlet: str | None, title: str | None, language: str, published: Published | None, **more: object
) -> Article:
    text = TEXTS[id_]
    zones = []
    for m in re.finditer(r"[^\n]+", text):
        line = m.group()
        role = "title" if not zones else "byline" if line.startswith("By ") else "body"
        role = "furniture" if line.startswith("Sign up") else role
        zones.append(Zone(role, Span(*m.span())))  # type: ignore[arg-type]
    quotations = tuple(one for one in QUOTATIONS if one.id.startswith(f"{id_}."))
    citations = tuple(citation for article, citation in CITATIONS if article == id_)
    return Article(
        id=id_,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        path=f"reports/{id_}.txt",
        outlet=outlet,
        title=title,
        language=language,
        published=published,
        zones=tuple(zones),
        quotations=quotations,
        citations=citations,
    )


CLOSED = "The bridge must stay closed until every cable has been tested, and that will not be done before June"
MARKS = "We saw the first marks in January. We asked for money in the same week, and we were told to wait"
NOBODY = "Nobody was in danger at any time"
VANCE = GAZETTE[GAZETTE.index(NOBODY) : GAZETTE.index('lorries."') + len("lorries")]
COST = "the repair would cost about 14.2 million crowns"
BLAME = "I am not going to guess who is to blame"
SAD = "It is a sad day for the town, and I cut the ribbon myself"

QUOTATIONS = (
    Quotation("a1.q1", "direct", (find("a1", CLOSED),), find("a1", "said"), find("a1", "Mara Lindqvist"), "p1"),
    Quotation("a1.q2", "direct", (find("a1", MARKS),), find("a1", "added"), None, "p1"),
    Quotation("a6.q1", "direct", (find("a6", "Cover your seedlings on Thursday night"),), find("a6", "said"),
              find("a6", "Olav Reed, who runs the county weather desk"), "p4"),
    Quotation("a6.q2", "indirect", (find("a6", "three cold nights"),), find("a6", "expects"), find("a6", "He"), None),
)  # fmt: skip

CITATIONS = (
    ("a2", Citation(find("a2", "the Harbour Gazette reports"), "Harbour Gazette", "a1")),
    ("a4", Citation(find("a4", "пише Coastal Wire"), "Coastal Wire")),
)

READINGS = {
    "r1": Reading("r1", "a1", find("a1", CLOSED), "direct", "a1.q1"),
    "r2": Reading("r2", "a2", find("a2", "The bridge must stay closed until every cable has been tested"), "direct"),
    "r3": Reading("r3", "a3", find("a3", "it may stay closed until every cable has been tested"), "indirect"),
    "r4": Reading("r4", "a4", find("a4", "Міст має залишатися закритим, доки не перевірять кожен трос"), "direct"),
    "r5": Reading("r5", "a1", find("a1", MARKS), "direct", "a1.q2"),
    "r6": Reading("r6", "a2", find("a2", "We saw the first marks in January … and we were told to wait"), "direct"),
    "r7": Reading("r7", "a3", find("a3", "We saw the first marks in February. We asked for money in the same week"),
                  "direct"),
    "r8": Reading("r8", "a1", find("a1", VANCE), "direct"),
    "r9": Reading("r9", "a2", find("a2", "Nobody was in danger at any time, and both of them will carry lorries"),
                  "direct"),
    "r10": Reading("r10", "a3", find("a3", "Nobody was in danger at any time, and nobody will be"), "direct"),
    "r11": Reading("r11", "a1", find("a1", COST), "indirect"),
    "r12": Reading("r12", "a2", find("a2", "The repair will cost 14.2 million crowns"), "direct"),
    "r13": Reading("r13", "a1", find("a1", BLAME), "direct"),
    "r14": Reading("r14", "a2", find("a2", BLAME), "direct"),
    "r15": Reading("r15", "a1", find("a1", SAD), "direct"),
    "r16": Reading("r16", "a2", find("a2", 'it "a sad day for the town"'), "mixed"),
    "r17": Reading("r17", "a3", find("a3", "We are sorry. It is a sad day for the town"), "direct"),
    "r18": Reading("r18", "a3", find("a3", "Shops on the south bank expect a hard spring"), "direct"),
    "r19": Reading("r19", "a1", find("a1", "About 9,300 vehicles cross the bridge each day"), "indirect"),
}  # fmt: skip


def change(
    family: str, from_: str, to: str, label: Label, flags: tuple[Flag, ...], severity: Severity, why: str,
    has_edits: bool = True,
) -> Change:  # fmt: skip
    earlier, later = READINGS[from_], READINGS[to]
    edits = diff_words(Place(earlier.article, earlier.span), Place(later.article, later.span)) if has_edits else ()
    return Change(family, from_, to, label, flags, severity, edits, 0.9, why, later.article)


CHANGES = (
    change("f1", "r1", "r2", "truncated", ("unmarked", "mid_sentence"), "major",
           "Half of the sentence is cut and nothing shows it."),
    change("f1", "r2", "r3", "paraphrased", ("modality", "speaker_widened"), "major", "“must” became “may”."),
    change("f1", "r1", "r4", "translated", ("unmarked", "mid_sentence"), "minor",
           "Translated; the second half is cut and nothing shows it.", has_edits=False),
    change("f2", "r5", "r6", "elided", (), "none", "The gap is shown by “…”."),
    change("f2", "r5", "r7", "altered", ("number", "unmarked"), "major", "“January” became “February”."),
    change("f3", "r8", "r9", "spliced", ("unmarked", "mid_sentence", "cue_changed"), "major",
           "Two parts that do not follow each other stand as one sentence."),
    change("f3", "r8", "r10", "extended", (), "major", "The marks hold more than the earlier report has."),
    change("f4", "r11", "r12", "requoted", ("certainty",), "major", "The reporter’s words became the speaker’s."),
    change("f5", "r13", "r14", "verbatim", (), "none", "Both in marks, the same words."),
    change("f6", "r15", "r16", "partial", (), "none", "One run of the words stands in the reporter’s sentence."),
    change("f6", "r15", "r17", "overlapping", (), "none", "Each has words that the other has not."),
    Change("f7", None, "r18", "added", (), "none", (), 0.8, "No reading of it was found in the earlier report.", "a3"),
    Change("f5", "r14", None, "dropped", (), "none", (), 0.8, "No reading of it was found.", "a3"),
    Change("f8", "r19", None, "dropped", (), "minor", (), 0.8, "No reading of it was found.", "a3"),
)  # fmt: skip


def build_document() -> EvidenceDocument:
    """Six reports: five of one story (one of them joined to none), and one on its own."""
    articles = (
        build_article("a1", "Harbour Gazette", "Tarn Bridge shut after cracks found in two cables", "en",
                      Published("2024-03-12T09:30:00+00:00", "minute", "metadata")),
        build_article("a2", "Skyline Daily", "'Closed until June': Tarn Bridge cracks strand thousands", "en",
                      Published("2024-03-12T17:05:00+00:00", "minute", "metadata")),
        build_article("a3", None, "Bridge closed", "en", None),
        build_article("a4", "Порт сьогодні", "Міст через Тарн закрили через тріщини у тросах", "uk",
                      Published("2024-03-13", "day", "text")),
        build_article("a5", "Radio Fjord", "Bridge news", "en", Published("2024-03-14", "day", "url")),
        build_article("a6", "Harbour Gazette", "Frost expected in the hills", "en", None),
    )  # fmt: skip
    speakers = (
        Speaker("p1", "Mara Lindqvist", "person", (place("a1", "Mara Lindqvist"), place("a2", "Mara Lindqvist"))),
        Speaker("p2", "Teodor Vance", "person", (place("a1", "Teodor Vance"),)),
        Speaker("p3", "Ilse Brandt", "person", (place("a1", "Ilse Brandt"),)),
        Speaker("p4", "Olav Reed", "person", (place("a6", "Olav Reed"),)),
    )
    families = (
        Family("f5", "s1", "p1", ("r13", "r14")),
        Family("f2", "s1", "p1", ("r5", "r6", "r7")),
        Family("f1", "s1", "p1", ("r1", "r2", "r3", "r4")),
        Family("f3", "s1", "p2", ("r8", "r9", "r10")),
        Family("f4", "s1", "p1", ("r11", "r12")),
        Family("f6", "s1", "p3", ("r15", "r16", "r17")),
        Family("f7", "s1", None, ("r18",)),
        Family("f8", "s1", None, ("r19",)),
    )
    passages = (
        Passage("m1", place("a1", "The bridge must stay closed until every cable has been tested"),
                place("a2", "The bridge must stay closed until every cable has been tested"), "verbatim", 1.0),
        Passage("m2", place("a1", BLAME), place("a2", BLAME), "verbatim", 1.0),
        Passage("m3", place("a1", "after inspectors found cracks in two of its main cables"),
                place("a2", "after cracks were found in two main cables"), "paraphrase", 0.71),
        Passage("m4", place("a2", NOBODY), place("a3", NOBODY), "verbatim", 0.98),
        Passage("m5", place("a1", "We saw the first marks in January"),
                place("a3", "We saw the first marks in February"), "near_verbatim", 0.93),
        Passage("m6", place("a1", CLOSED),
                place("a4", "Міст має залишатися закритим, доки не перевірять кожен трос"), "translation", 0.66),
        Passage("m7", place("a1", VANCE),
                place("a2", "Nobody was in danger at any time, and both of them will carry lorries"),
                "near_verbatim", 0.8),
    )  # fmt: skip
    facts = (
        Fact("number", "rounded", (
            FactReading("a1", find("a1", "9,300 vehicles"), "9300"),
            FactReading("a2", find("a2", "Some 9,000 vehicles"), "9000"))),
        Fact("date", "differ", (
            FactReading("a1", find("a1", "Tuesday"), "2024-03-12"),
            FactReading("a3", find("a3", "Wednesday"), "2024-03-13"))),
        Fact("money", "agree", (
            FactReading("a1", find("a1", "14.2 million crowns"), "14200000"),
            FactReading("a2", find("a2", "14.2 million crowns"), "14200000"))),
        Fact("money", "less_precise", (
            FactReading("a1", find("a1", "14.2 million crowns"), "14200000"),
            FactReading("a4", find("a4", "15 мільйонів крон"), "15000000"))),
        Fact("place", "ambiguous", (
            FactReading("a2", find("a2", "north road"), "north road"),
            FactReading("a3", find("a3", "south bank"), "south bank"))),
    )  # fmt: skip
    derivations = (
        Derivation("a1", "Harbour Gazette", "a2", "stated", 0.98, (
            Evidence("citation", 3.2, (place("a2", "the Harbour Gazette reports"),), "cites “Harbour Gazette reports”"),
            Evidence("containment", 1.4, (place("a2", BLAME),), "two of its quotations stand in the earlier report"),
            Evidence("timestamp", 0.6, (), "published 7 hours 35 minutes later"))),
        Derivation("a2", "Skyline Daily", "a3", "inferred", 0.71, (
            Evidence("narration_reuse", 0.9, (place("a3", "after cracks were found in main cables"),),
                     "the reporter’s own words “after cracks were found in”"),)),
        Derivation("hidden:1", None, "a3", "inferred", 0.55, (
            Evidence("residue", 0.2, (place("a3", "a trader who gave no name"),), "a speaker whom no other report has"),)),
        Derivation(None, "Coastal Wire", "a4", "stated", 0.95, (
            Evidence("citation", 3.0, (place("a4", "пише Coastal Wire"),), "cites “пише Coastal Wire”"),)),
        Derivation("a1", "Harbour Gazette", "a4", "inferred", 0.62, (
            Evidence("shared_translation", 0.5, (), "the same quotation in the same place"),)),
    )  # fmt: skip
    return EvidenceDocument(
        retold="0.1.0",
        schema=1,
        config={"stories": {"min_shared_words": 4}, "profile": "default"},
        articles=articles,
        speakers=speakers,
        stories=(Story("s1", ("a3", "a1", "a2", "a4", "a5")), Story("s2", ("a6",))),
        passages=passages,
        families=families,
        readings=tuple(READINGS.values()),
        changes=CHANGES,
        omissions=(
            Omission("a2", place("a1", "the county's"), "qualifier"),
            Omission("a2", place("a1", "We asked for money in the same week"), "quote_part"),
            Omission(
                "a2", place("a1", "About 9,300 vehicles cross the bridge each day, the authority said."), "attribution"
            ),
            Omission("a3", place("a2", BLAME), "quotation"),
            Omission("a3", place("a2", "Some 9,000 vehicles cross the bridge daily."), "statement"),
        ),
        additions=(
            Addition(
                "a2", find("a2", "Our reporter counted a queue of six kilometres on the north road on Tuesday evening.")
            ),
            Addition(
                "a3", find("a3", '"Shops on the south bank expect a hard spring," said a trader who gave no name.')
            ),
        ),
        facts=facts,
        derivations=derivations,
        rejects=(
            Reject("reports/broken.html", "no text was found in it; save the page again, or give its text as .txt"),
        ),
    )
