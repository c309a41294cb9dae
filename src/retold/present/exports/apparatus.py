"""TEI P5 critical apparatus: each utterance an `app`, each report's version of it a reading of its outlet.

A story is a `TEI` element of one `teiCorpus`. An outlet is a witness; its reports stand in the witness list, each with
what it retells as a `relatedItem`, and each reading names the report and the characters. `lem` is the reading that no
other at hand comes from, which makes it the earliest known, not the true one. What a report dropped is an empty `rdg`,
as an omission is in any edition.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final, TypeAlias, get_args

from retold.model import (
    Article,
    Change,
    Derivation,
    Family,
    Flag,
    Label,
    Reading,
    ReadingForm,
    Severity,
    Speaker,
    Story,
)
from retold.present.exports.names import (
    Losses,
    clean_url,
    cut_words,
    escape_xml,
    make_xml_name,
    write_attributes,
    write_moment,
)
from retold.present.exports.parts import Index, Part

_TAXONOMIES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("form", get_args(ReadingForm)),
    ("label", get_args(Label)),
    ("flag", get_args(Flag)),
    ("severity", get_args(Severity)),
)
_Witness: TypeAlias = tuple[str, str]
"""An outlet's name; of a report whose outlet is unknown, the report's id."""


def write(parts: Iterable[Part], out: BinaryIO, losses: Losses) -> None:
    """One corpus of all stories. Linear; memory holds one part."""
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">\n')
    out.write(_write_corpus_header().encode())
    is_empty = True
    for part in parts:
        index = Index(part.document)
        for story in part.document.stories:
            is_empty = False
            out.write("".join(_Edition(part, index, story, losses).write()).encode())
    if is_empty:  # a corpus has one text at least
        out.write(
            b"<TEI><teiHeader><fileDesc><titleStmt><title>No story</title></titleStmt><publicationStmt><p>Written by "
            b"Retold</p></publicationStmt><sourceDesc><p>There was no story to write</p></sourceDesc></fileDesc>"
            b"</teiHeader><text><body><p/></body></text></TEI>\n"
        )
    out.write(b"</teiCorpus>\n")


def _write_corpus_header() -> str:
    taxonomies = "".join(
        f'<taxonomy xml:id="{kind}">'
        + "".join(f'<category xml:id="{kind}.{name}"><catDesc>{name}</catDesc></category>' for name in names)
        + "</taxonomy>\n"
        for kind, names in _TAXONOMIES
    )
    return (
        "<teiHeader><fileDesc><titleStmt><title>Quotations from report to report</title></titleStmt>"
        "<publicationStmt><p>Written by Retold</p></publicationStmt>"
        "<sourceDesc><p>The reports in each witness list</p></sourceDesc></fileDesc>\n"
        '<encodingDesc><variantEncoding method="parallel-segmentation" location="internal"/>\n'
        f"<classDecl>\n{taxonomies}</classDecl></encodingDesc></teiHeader>\n"
    )


class _Edition:
    """One story as a TEI text."""

    def __init__(self, part: Part, index: Index, story: Story, losses: Losses) -> None:
        self.part, self.index, self.story, self.losses = part, index, story, losses
        self.articles = [index.articles[id_] for id_ in story.articles]
        self.reports: dict[_Witness, list[Article]] = {}
        for article in self.articles:
            self.reports.setdefault(_find_witness(article), []).append(article)
        self.witnesses = {one: make_xml_name("witness", f"{story.id}.{n}") for n, one in enumerate(self.reports, 1)}
        self.origins: dict[str, list[Derivation]] = {}
        for derivation in part.document.derivations:
            self.origins.setdefault(derivation.to, []).append(derivation)
        self.incoming: dict[str, list[Change]] = {}
        self.dropped: dict[str, list[Change]] = {}
        for change in part.document.changes:
            if change.to is not None:
                self.incoming.setdefault(change.to, []).append(change)
            elif change.article in index.articles:
                self.dropped.setdefault(change.family, []).append(change)

    def write(self) -> Iterator[str]:
        title = next((article.title for article in self.articles if article.title), self.story.id)
        yield f'<TEI xml:id="{make_xml_name("story", self.story.id)}">\n<teiHeader><fileDesc><titleStmt><title>'
        yield self.text(title)
        yield "</title></titleStmt><publicationStmt><p>Written by Retold</p></publicationStmt>\n<sourceDesc><listWit>\n"
        for witness, reports in self.reports.items():
            yield self.write_witness(witness, reports)
        yield "</listWit></sourceDesc></fileDesc>\n"
        families = [family for family in self.part.document.families if family.story == self.story.id]
        named = dict.fromkeys(family.speaker for family in families if family.speaker in self.index.speakers)
        if named:
            yield "<profileDesc><particDesc>\n"
            for id_ in named:
                yield self.write_speaker(self.index.speakers[id_ or ""])
            yield "</particDesc></profileDesc>\n"
        yield "</teiHeader>\n<text><body>\n"
        for family in families:
            yield self.write_family(family)
        yield "<p/>\n</body></text>\n</TEI>\n" if not families else "</body></text>\n</TEI>\n"

    def text(self, text: str) -> str:
        return escape_xml(text, self.losses)

    def attributes(self, **attributes: str | None) -> str:
        named = {name.replace("xml_", "xml:"): value for name, value in attributes.items()}
        return write_attributes(named, self.losses)

    def write_witness(self, witness: _Witness, articles: Sequence[Article]) -> str:
        reports = "".join(map(self.write_report, articles))
        outlet, _ = witness
        known = (
            f"<orgName>{self.text(outlet)}</orgName>" if outlet else f"Outlet unknown: {self.text(articles[0].name)}"
        )
        return f'<witness xml:id="{self.witnesses[witness]}">{known}<listBibl>{reports}</listBibl></witness>\n'

    def write_report(self, article: Article) -> str:
        moment = write_moment(article.published)
        url = clean_url(article.url)
        return (
            f"<bibl{self.attributes(xml_id=make_xml_name('article', article.id))}>"
            + (f"<title>{self.text(article.title)}</title>" if article.title else "")
            + (f"<author>{self.text(article.byline)}</author>" if article.byline else "")
            + (f"<date{self.attributes(when=moment.value)}>{moment.value}</date>" if moment else "")
            + (f'<idno type="URI">{self.text(url)}</idno>' if url else "")
            + f'<idno type="retold">{self.text(self.part.name(article.id))}</idno>'
            + f'<idno type="sha256">{self.text(article.sha256)}</idno>'
            + "".join(map(self.write_origin, self.origins.get(article.id, ())))
            + "</bibl>"
        )

    def write_origin(self, derivation: Derivation) -> str:
        """What a report retells, and how sure that is: the stemma of the witnesses, report by report."""
        told = {"type": "derivedFrom", "subtype": derivation.kind, "cert": f"{derivation.probability:g}"}
        if derivation.from_ in self.index.articles:
            target = self.attributes(**told, target=f"#{make_xml_name('article', derivation.from_)}")
            return f"<relatedItem{target}/>"
        outlet = derivation.from_outlet
        origin = (
            f"<publisher>{self.text(outlet)}</publisher>, not at hand" if outlet else "a common origin, not at hand"
        )
        return f"<relatedItem{self.attributes(**told)}><bibl>{origin}</bibl></relatedItem>"

    def write_speaker(self, speaker: Speaker) -> str:
        name = self.attributes(xml_id=self.name_speaker(speaker.id))
        if speaker.kind in {"person", "anonymous", "unknown"}:
            return f"<person{name}><persName>{self.text(speaker.name)}</persName></person>\n"
        return f"<org{name}><orgName>{self.text(speaker.name)}</orgName></org>\n"

    def name_speaker(self, id_: str) -> str:
        """A speaker's name in this story: one who speaks in several stories stands in the list of each."""
        return make_xml_name("speaker", f"{self.story.id}.{id_}")

    def write_family(self, family: Family) -> str:
        readings = [self.index.readings[id_] for id_ in family.readings]
        base = self.choose_base(readings)
        others = [reading for reading in readings if reading is not base]
        lines = [self.write_reading("lem", base)] if base else []
        lines += [self.write_reading("rdg", reading) for reading in others]
        lines += [self.write_dropped(change) for change in self.dropped.get(family.id, ())]
        lines += [
            f"<note{self.attributes(type='why', target='#' + make_xml_name('reading', reading.id))}>"
            f"{self.text(change.why)}</note>"
            for reading in readings
            for change in self.incoming.get(reading.id, ())
            if change.why
        ]
        who = f"#{self.name_speaker(family.speaker)}" if family.speaker in self.index.speakers else None
        id_ = self.attributes(xml_id=make_xml_name("family", family.id))
        return f"<p{id_}><said{self.attributes(who=who)}><app>\n" + "\n".join(lines) + "\n</app></said></p>\n"

    def choose_base(self, readings: Sequence[Reading]) -> Reading | None:
        """The first reading that comes from none at hand; where each comes from another, the first."""
        free = [r for r in readings if not any(c.from_ for c in self.incoming.get(r.id, ()))]
        return next(iter([*free, *readings]), None)

    def write_reading(self, element: str, reading: Reading) -> str:
        article = self.index.articles[reading.article]
        spans = self.index.find_spans(reading)
        changes = self.incoming.get(reading.id, [])
        source = [f"#{make_xml_name('article', article.id)}", *(self.part.point(article.id, s) for s in spans)]
        attributes = self.attributes(
            xml_id=make_xml_name("reading", reading.id),
            wit=f"#{self.witnesses[_find_witness(article)]}",
            source=" ".join(source),
            type=changes[0].label if changes else None,
            ana=_write_analysis(changes, reading.form),
            corresp=" ".join(f"#{make_xml_name('reading', c.from_)}" for c in changes if c.from_) or None,
            **{"xml:lang": article.language if _is_language(article.language) else None},
        )
        return f"<{element}{attributes}>{self.text(cut_words(article.text, spans))}</{element}>"

    def write_dropped(self, change: Change) -> str:
        article = self.index.articles[change.article or ""]
        attributes = self.attributes(
            wit=f"#{self.witnesses[_find_witness(article)]}",
            source=f"#{make_xml_name('article', article.id)}",
            type=change.label,
            ana=_write_analysis([change]),
            corresp=f"#{make_xml_name('reading', change.from_)}" if change.from_ else None,
        )
        return f"<rdg{attributes}/>"


def _find_witness(article: Article) -> _Witness:
    """An outlet is one witness, however many reports it has. Two reports of unknown outlets may well be of two: each is
    a witness, for in an apparatus one witness can't have two readings of a place."""
    return (article.outlet, "") if article.outlet else ("", article.id)


def _write_analysis(changes: Iterable[Change], form: ReadingForm | None = None) -> str | None:
    """Pointers to the form, labels, flags and severities in the corpus header."""
    names = [f"#form.{form}"] if form else []
    names += [
        name
        for change in changes
        for name in (
            f"#label.{change.label}",
            *(f"#flag.{flag}" for flag in change.flags),
            f"#severity.{change.severity}",
        )
    ]
    return " ".join(dict.fromkeys(names)) or None


def _is_language(code: str | None) -> bool:
    """Whether it has the form of a language tag: "und" and the like are, a name of a language is not."""
    return bool(code) and all(part.isalnum() and part.isascii() and len(part) <= 8 for part in (code or "").split("-"))
