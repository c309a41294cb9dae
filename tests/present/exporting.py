"""What the tests of exports share: documents to write, and what was written."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from hostile import NASTY, build_hostile
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.model import Article, Change, Derivation, Evidence, Family, Place, Quotation, Reading, Span, Speaker, Story
from retold.present.exports import ExportReport, Part, export_parts, find_format, make_part

EMPTY = EvidenceDocument("0.1.0", 1, {}, ())
ODD = "𝔘nd \U0001f6a2 \r\n\t\x00\x0b\ufffe\ud800 = naïve"
"""Letters beyond the first plane, a carriage return, what XML can't hold, half of a character."""


def build_odd(odd: str = ODD) -> EvidenceDocument:
    """Two reports whose words, names and ids are what formats find hardest to hold."""
    text = f'{odd} opens. "{odd} holds," said {odd}. {odd} ends.'
    words = Span(text.index('"') + 1, text.index('," said'))
    source = Span(text.index("said ") + 5, text.index("said ") + 5 + len(odd))
    cue = Span(source.start - 5, source.start - 1)

    def build(id_: str) -> Article:
        quotation = Quotation(f"{id_}.q1", "direct", (words,), cue, source, "p1")
        return Article(id_, text, "0" * 64, outlet=odd, title=odd, url="https://x.example/ a", language="en",
                       quotations=(quotation,))  # fmt: skip

    one, two = f"1 {odd}", f"2 {odd}"
    return EvidenceDocument(
        "0.1.0", 1, {}, (build(one), build(two)),
        speakers=(Speaker("p1", odd, "person", (Place(one, source), Place(two, source))),),
        stories=(Story("s 1", (one, two)),),
        families=(Family("f1", "s 1", "p1", ("r1", "r2")),),
        readings=(Reading("r1", one, words, "direct", f"{one}.q1"), Reading("r2", two, words, "direct", f"{two}.q1")),
        changes=(Change("f1", "r1", "r2", "verbatim", why=odd, id="c1"),),
        derivations=(
            Derivation(one, odd, two, "inferred", 0.9, (Evidence("link", 1.5, (Place(two, cue),), odd),), "d1"),
            Derivation(None, odd, one, "stated", 0.8, (), "d2"),
        ),
    )  # fmt: skip


def build_hard() -> Iterator[EvidenceDocument]:
    """Documents with hostile words wherever an input can put them."""
    yield build_odd()
    for nasty in NASTY:
        yield build_hostile(nasty)


def write(format_: str, documents: EvidenceDocument | Iterable[Part], folder: Path) -> tuple[bytes, ExportReport]:
    """What a format of one file writes of a document, or of parts."""
    parts = [make_part(documents)] if isinstance(documents, EvidenceDocument) else documents
    out = folder / f"out-{format_}"
    report = export_parts(parts, find_format(format_), str(out))
    return out.read_bytes(), report


def write_folder(format_: str, documents: EvidenceDocument | Iterable[Part], folder: Path) -> dict[str, bytes]:
    """The same for a format of a folder: file name → what is in it."""
    parts = [make_part(documents)] if isinstance(documents, EvidenceDocument) else documents
    out = folder / f"out-{format_}"
    export_parts(parts, find_format(format_), str(out))
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def read_json(data: bytes) -> object:
    """JSON, refused where a key stands twice or a number is none."""

    def refuse(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    def refuse_constant(name: str) -> None:
        raise ValueError(name)

    return json.loads(data, object_pairs_hook=refuse, parse_constant=refuse_constant)


def build_many(stories: int, quotations: int) -> Iterator[Part]:
    """`stories` one after the other, of two reports each with so many quotations: made when asked for."""
    for number in range(stories):
        said = [f'"Sentence {n} of story {number} stands here," said Ada Lund. ' for n in range(quotations)]
        text = "".join(said)
        starts = [sum(map(len, said[:n])) + 1 for n in range(quotations)]
        spans = [Span(start, start + len(line) - len('," said Ada Lund. ') - 1)
                 for start, line in zip(starts, said, strict=True)]  # fmt: skip
        ids = (f"a{number}x", f"a{number}y")
        articles = tuple(
            Article(
                id_, text, f"{number:064d}", outlet=f"Outlet {id_[-1]}", language="en",
                quotations=tuple(
                    Quotation(f"{id_}.q{n}", "direct", (span,), Span(span.end + 3, span.end + 7),
                              Span(span.end + 8, span.end + 16), f"s{number}.p1")
                    for n, span in enumerate(spans)
                ),
            )
            for id_ in ids
        )  # fmt: skip
        readings = tuple(
            Reading(f"s{number}.{id_}.r{n}", id_, span, "direct", f"{id_}.q{n}")
            for id_ in ids
            for n, span in enumerate(spans)
        )
        families = tuple(
            Family(f"s{number}.f{n}", f"s{number}", f"s{number}.p1", tuple(f"s{number}.{id_}.r{n}" for id_ in ids))
            for n in range(quotations)
        )
        changes = tuple(
            Change(f.id, f.readings[0], f.readings[1], "verbatim", id=f"s{number}.c{n}") for n, f in enumerate(families)
        )
        document = replace(
            EMPTY, articles=articles, stories=(Story(f"s{number}", ids),), readings=readings, families=families,
            changes=changes, speakers=(Speaker(f"s{number}.p1", "Ada Lund", "person"),),
            derivations=(Derivation(ids[0], None, ids[1], "inferred", 0.9, (), f"s{number}.d1"),),
        )  # fmt: skip
        yield Part(document)
