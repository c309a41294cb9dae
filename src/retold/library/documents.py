"""The rows of one story → its evidence document, exactly as it was found."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from retold.document import SCHEMA_VERSION, EvidenceDocument
from retold.evidence import CompareConfig, explain_cut
from retold.languages import choose_language, name_plugins
from retold.library.keys import write_code
from retold.model import (
    Addition,
    Article,
    Change,
    Citation,
    Derivation,
    Edit,
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
    Reason,
    Span,
    Speaker,
    Story,
    Zone,
)
from retold.relate.encoder import name_encoder

STORY_ID = "s1"
"""What a story is called in its own document, as in that of a comparison that finds one story."""
STORED_ARTICLE = (
    "a.id, a.text, a.sha256, a.path, a.url, a.encoding, o.name, a.title, a.byline, a.language, a.published, "
    "a.published_precision, a.published_from, a.read_chars, a.parser"
)
ORDER_OF_ARTICLES = "a.published IS NULL, a.published, a.id"
"""By date; of one date by content. It decides nothing but the numbers that findings get."""

_QUOTATIONS = (
    "SELECT q.id, q.article_id, q.code, q.kind, q.cue_start, q.cue_end, q.source_start, q.source_end, q.speaker_id, "
    "w.code, q.confidence, q.told FROM quotations q LEFT JOIN quotations w ON w.id = q.within_id"
)

_StoredRow = tuple[int, str, str, str, str, str, str, str, str, str, str, str, str, int, str]


class StoryRows:
    """Reads the rows of one story; ids lose the story's code, which every row of the file carries."""

    def __init__(self, connection: sqlite3.Connection, story: int) -> None:
        self.connection, self.story = connection, story
        self._cut = len(write_code("s", story)) + 1

    def select(self, sql: str) -> Iterator[tuple]:  # type: ignore[type-arg]
        """Rows of a statement about this story; SQLite alone knows their types."""
        return self.connection.execute(sql, (self.story,))

    def short(self, id_: str | None) -> str | None:
        """A row's id as the document has it."""
        return None if id_ is None else id_[self._cut :]

    def name(self, id_: str) -> str:
        """The same for a row that is there."""
        return id_[self._cut :]


def read_articles(connection: sqlite3.Connection, story: int) -> list[_StoredRow]:
    """The articles of a story as stored, in the order of the document."""
    return connection.execute(
        f"SELECT {STORED_ARTICLE} FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id "
        f"WHERE a.story_id = ? AND a.is_latest = 1 ORDER BY {ORDER_OF_ARTICLES}",
        (story,),
    ).fetchall()


def make_article(row: _StoredRow, zones: Iterable[Zone] = ()) -> Article:
    """An article as it was read, with its zones."""
    id_, text, sha256, path, url, encoding, outlet, title, byline, language, value, precision, from_ = row[:13]
    published = Published(value, precision, from_) if value is not None else None  # type: ignore[arg-type]
    return Article(
        write_code("a", id_),
        text,
        sha256,
        path,
        url,
        encoding,
        outlet,
        title,
        byline,
        language,
        published,
        tuple(zones),
    )


def list_parsers(rows: Iterable[_StoredRow], config: CompareConfig) -> dict[str, str | None]:
    """Language → the parser used, as a comparison of these articles records it."""
    found: dict[str, str | None] = {}
    for row in rows:
        language = choose_language(row[9])
        if config.annotate.parse and language.cues.verbs:
            found[language.code] = row[14]
    return dict(sorted(found.items()))


def read_document(connection: sqlite3.Connection, story: int, config: CompareConfig, retold: str) -> EvidenceDocument:
    """The evidence document of a story. Cost: linear in its findings."""
    rows = StoryRows(connection, story)
    stored = read_articles(connection, story)
    articles = _read_articles(rows, stored)
    readings_of = _group(
        (rows.name(f), rows.name(r))
        for f, r in rows.select(
            "SELECT fr.family_id, fr.reading_id FROM family_readings fr JOIN families f ON f.id = fr.family_id "
            "WHERE f.story_id = ? ORDER BY f.number, fr.number"
        )
    )
    rejects = [
        explain_cut(msgspec.structs.replace(article, text=article.text[: row[13]]), article)
        for article, row in zip(articles, stored, strict=True)
        if row[13] < len(article.text)
    ]
    encoder = name_encoder((a.language for a in articles), is_wanted=config.trace.encode)
    return EvidenceDocument(
        retold,
        SCHEMA_VERSION,
        {
            "parsers": list_parsers(stored, config),
            **encoder,
            **name_plugins(a.language for a in articles),
            **msgspec.to_builtins(config),
        },
        articles,
        speakers=_read_speakers(rows),
        stories=(Story(STORY_ID, tuple(a.id for a in articles)),),
        passages=tuple(
            Passage(rows.name(id_), _place(*from_), _place(*to), kind, score)
            for id_, *places, kind, score in rows.select(
                "SELECT id, from_article_id, from_start, from_end, to_article_id, to_start, to_end, kind, score "
                "FROM passages WHERE story_id = ? ORDER BY number"
            )
            for from_, to in [(places[:3], places[3:])]
        ),
        families=tuple(
            Family(rows.name(id_), STORY_ID, rows.short(speaker), tuple(readings_of.get(rows.name(id_), ())))
            for id_, speaker in rows.select("SELECT id, speaker_id FROM families WHERE story_id = ? ORDER BY number")
        ),
        readings=tuple(
            Reading(rows.name(id_), write_code("a", article), Span(start, end), form, quotation)
            for id_, article, start, end, form, quotation in rows.select(
                'SELECT r.id, r.article_id, r.start, r."end", r.form, q.code FROM readings r '
                "LEFT JOIN quotations q ON q.id = r.quotation_id WHERE r.story_id = ? ORDER BY r.number"
            )
        ),
        changes=_read_changes(rows),
        omissions=tuple(
            Omission(write_code("a", article), _place(*place), what)
            for article, *place, what in rows.select(
                'SELECT article_id, in_article_id, start, "end", what FROM omissions WHERE story_id = ? ORDER BY number'
            )
        ),
        additions=tuple(
            Addition(write_code("a", article), Span(start, end))
            for article, start, end in rows.select(
                'SELECT article_id, start, "end" FROM additions WHERE story_id = ? ORDER BY number'
            )
        ),
        facts=_read_facts(rows),
        derivations=_read_derivations(rows),
        rejects=tuple(rejects),
    )


def read_article(connection: sqlite3.Connection, article: int) -> Article | None:
    """One article, the newest or an older version, with its zones and quotations; None where there is none. Linear in
    them, whatever else its story holds. Speakers have the ids that they have in the story's document."""
    row = connection.execute(
        f"SELECT {STORED_ARTICLE}, a.story_id FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id WHERE a.id = ?",
        (article,),
    ).fetchone()
    if row is None:
        return None
    spans: dict[int, list[Span]] = defaultdict(list)
    for id_, start, end in connection.execute(
        'SELECT s.quotation_id, s.start, s."end" FROM quotations q JOIN quotation_spans s ON s.quotation_id = q.id '
        "WHERE q.article_id = ? ORDER BY s.quotation_id, s.number",
        (article,),
    ):
        spans[id_].append(Span(start, end))
    rows = StoryRows(connection, row[-1] or 0)
    quotations = connection.execute(f"{_QUOTATIONS} WHERE q.article_id = ? ORDER BY q.number", (article,))
    return msgspec.structs.replace(
        make_article(row[:-1], read_zones(connection, article)),
        quotations=tuple(_make_quotation(one, spans[one[0]], rows) for one in quotations),
    )


def read_zones(connection: sqlite3.Connection, article: int) -> tuple[Zone, ...]:
    """The zones of one article."""
    return tuple(
        Zone(role, Span(start, end))
        for role, start, end in connection.execute(
            'SELECT role, start, "end" FROM zones WHERE article_id = ? ORDER BY number', (article,)
        )
    )


def _place(article: int, start: int, end: int) -> Place:
    return Place(write_code("a", article), Span(start, end))


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def _group(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _read_articles(rows: StoryRows, stored: Iterable[_StoredRow]) -> tuple[Article, ...]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for id_, start, end in rows.select(
        'SELECT s.quotation_id, s.start, s."end" FROM articles a JOIN quotations q ON q.article_id = a.id '
        "JOIN quotation_spans s ON s.quotation_id = q.id WHERE a.story_id = ? ORDER BY s.quotation_id, s.number"
    ):
        spans[id_].append(Span(start, end))
    quotations: dict[int, list[Quotation]] = defaultdict(list)
    for one in rows.select(
        f"{_QUOTATIONS} JOIN articles a ON a.id = q.article_id WHERE a.story_id = ? ORDER BY q.article_id, q.number"
    ):
        quotations[one[1]].append(_make_quotation(one, spans[one[0]], rows))
    citations: dict[int, list[Citation]] = defaultdict(list)
    for article, start, end, outlet, cited in rows.select(
        'SELECT c.article_id, c.start, c."end", c.outlet, c.cited_article_id FROM articles a '
        "JOIN citations c ON c.article_id = a.id WHERE a.story_id = ? ORDER BY c.article_id, c.number"
    ):
        citations[article].append(Citation(Span(start, end), outlet, None if cited is None else write_code("a", cited)))
    return tuple(
        msgspec.structs.replace(
            make_article(row, read_zones(rows.connection, row[0])),
            quotations=tuple(quotations[row[0]]),
            citations=tuple(citations[row[0]]),
        )
        for row in stored
    )


def _make_quotation(row: tuple, content: Iterable[Span], rows: StoryRows) -> Quotation:  # type: ignore[type-arg]
    """A row of `_QUOTATIONS` with its content; SQLite alone knows the types."""
    _, _, code, kind, cue_start, cue_end, start, end, speaker, within, confidence, told = row
    return Quotation(
        code,
        kind,
        tuple(content),
        _span(cue_start, cue_end),
        _span(start, end),
        rows.short(speaker),
        within,
        confidence,
        bool(told),
    )


def _read_speakers(rows: StoryRows) -> tuple[Speaker, ...]:
    mentions: dict[str, list[Place]] = defaultdict(list)
    for id_, *place in rows.select(
        'SELECT m.speaker_id, m.article_id, m.start, m."end" FROM speakers s '
        "JOIN mentions m ON m.speaker_id = s.id WHERE s.story_id = ? ORDER BY s.number, m.number"
    ):
        mentions[id_].append(_place(*place))
    return tuple(
        Speaker(rows.name(id_), name, kind, tuple(mentions[id_]))
        for id_, name, kind in rows.select("SELECT id, name, kind FROM speakers WHERE story_id = ? ORDER BY number")
    )


def _read_changes(rows: StoryRows) -> tuple[Change, ...]:
    of = "JOIN changes c ON c.id = x.change_id WHERE c.story_id = ? ORDER BY c.number, x.number"
    flags = defaultdict(list)
    for id_, flag in rows.select(f"SELECT x.change_id, x.flag FROM change_flags x {of}"):
        flags[id_].append(flag)
    reasons = defaultdict(list)
    for id_, flag, why in rows.select(f"SELECT x.change_id, x.flag, x.why FROM change_reasons x {of}"):
        reasons[id_].append(Reason(flag, why))
    edits = defaultdict(list)
    for id_, op, from_start, from_end, to_start, to_end in rows.select(
        f"SELECT x.change_id, x.op, x.from_start, x.from_end, x.to_start, x.to_end FROM edits x {of}"
    ):
        edits[id_].append(Edit(op, Span(from_start, from_end), Span(to_start, to_end)))
    return tuple(
        Change(
            rows.name(family),
            rows.short(from_),
            rows.short(to),
            label,
            tuple(flags[id_]),
            severity,
            tuple(edits[id_]),
            confidence,
            why,
            None if article is None else write_code("a", article),
            tuple(reasons[id_]),
            rows.name(id_),
        )
        for id_, family, from_, to, article, label, severity, confidence, why in rows.select(
            "SELECT id, family_id, from_reading_id, to_reading_id, article_id, label, severity, confidence, why "
            "FROM changes WHERE story_id = ? ORDER BY number"
        )
    )


def _read_facts(rows: StoryRows) -> tuple[Fact, ...]:
    readings: dict[str, list[FactReading]] = defaultdict(list)
    for id_, article, start, end, value in rows.select(
        'SELECT r.fact_id, r.article_id, r.start, r."end", r.value FROM facts f '
        "JOIN fact_readings r ON r.fact_id = f.id WHERE f.story_id = ? ORDER BY f.number, r.number"
    ):
        readings[id_].append(FactReading(write_code("a", article), Span(start, end), value))
    return tuple(
        Fact(kind, verdict, tuple(readings[id_]))
        for id_, kind, verdict in rows.select("SELECT id, kind, verdict FROM facts WHERE story_id = ? ORDER BY number")
    )


def _read_derivations(rows: StoryRows) -> tuple[Derivation, ...]:
    places: dict[str, list[Place]] = defaultdict(list)
    for id_, *place in rows.select(
        'SELECT s.evidence_id, s.article_id, s.start, s."end" FROM derivations d '
        "JOIN evidence e ON e.derivation_id = d.id JOIN evidence_spans s ON s.evidence_id = e.id "
        "WHERE d.story_id = ? ORDER BY s.evidence_id, s.number"
    ):
        places[id_].append(_place(*place))
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for derivation, id_, kind, weight, why in rows.select(
        "SELECT e.derivation_id, e.id, e.kind, e.weight, e.why FROM derivations d "
        "JOIN evidence e ON e.derivation_id = d.id WHERE d.story_id = ? ORDER BY d.number, e.number"
    ):
        evidence[derivation].append(Evidence(kind, weight, tuple(places[id_]), why))
    return tuple(
        Derivation(
            hidden if article is None else write_code("a", article),
            outlet,
            write_code("a", to),
            kind,
            probability,
            tuple(evidence[id_]),
            rows.name(id_),
        )
        for id_, article, hidden, outlet, to, kind, probability in rows.select(
            "SELECT id, from_article_id, from_hidden, from_outlet, to_article_id, kind, probability "
            "FROM derivations WHERE story_id = ? ORDER BY number"
        )
    )
