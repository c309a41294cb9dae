"""One story's evidence document → the rows of the file: one row a finding, one a span. `documents` reads them back."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from retold.document import EvidenceDocument
from retold.library.keys import fold_text, make_key, read_code
from retold.model import Article, Derivation, Place, Span, Zone

Row: TypeAlias = tuple[object, ...]
Rows: TypeAlias = dict[str, list[Row]]

TITLE_CHARS = 80
# Children before what they point at; this is the order in which a story's rows can go.
_OF_ROWS = (
    ("evidence_spans", "evidence_id IN (SELECT e.id FROM evidence e JOIN derivations d ON d.id = e.derivation_id "
                       "WHERE d.story_id = :story)"),
    ("evidence", "derivation_id IN (SELECT id FROM derivations WHERE story_id = :story)"),
    ("derivations", "story_id = :story"),
    ("fact_readings", "fact_id IN (SELECT id FROM facts WHERE story_id = :story)"),
    ("facts", "story_id = :story"),
    ("additions", "story_id = :story"),
    ("omissions", "story_id = :story"),
    ("edits", "change_id IN (SELECT id FROM changes WHERE story_id = :story)"),
    ("change_reasons", "change_id IN (SELECT id FROM changes WHERE story_id = :story)"),
    ("change_flags", "change_id IN (SELECT id FROM changes WHERE story_id = :story)"),
    ("changes", "story_id = :story"),
    ("family_readings", "family_id IN (SELECT id FROM families WHERE story_id = :story)"),
    ("families", "story_id = :story"),
    ("readings", "story_id = :story"),
    ("passages", "story_id = :story"),
)  # fmt: skip
_OF_ARTICLES = (
    ("citations", "article_id = :article"),
    ("quotation_spans", "quotation_id IN (SELECT id FROM quotations WHERE article_id = :article)"),
    ("quotations", "article_id = :article"),
)
_OF_SPEAKERS = (
    ("mentions", "speaker_id IN (SELECT id FROM speakers WHERE story_id = :story)"),
    ("speakers", "story_id = :story"),
)


def clear_story(connection: sqlite3.Connection, story: int, articles: Iterable[int]) -> None:
    """Takes a story's findings out, those in its `articles` (keys) included. The articles and the story stay."""
    for table, condition in _OF_ROWS:
        connection.execute(f"DELETE FROM {table} WHERE {condition}", {"story": story})
    for article in articles:
        connection.execute("UPDATE articles SET duplicate_of_id = NULL WHERE id = ?", (article,))
        for table, condition in _OF_ARTICLES:
            connection.execute(f"DELETE FROM {table} WHERE {condition}", {"article": article})
    for table, condition in _OF_SPEAKERS:
        connection.execute(f"DELETE FROM {table} WHERE {condition}", {"story": story})


def insert_rows(connection: sqlite3.Connection, rows: Rows) -> None:
    """Writes rows by table. The order of tables is that of the mapping: what is pointed at comes first."""
    for table, values in rows.items():
        if values:
            marks = ", ".join("?" * len(values[0]))
            names = f" ({', '.join(_COLUMNS[table])})" if table in _COLUMNS else ""
            connection.executemany(f"INSERT INTO {table}{names} VALUES ({marks})", values)


_COLUMNS = {
    "quotations": (
        "id", "code", "title", "article_id", "number", "speaker_id", "kind", "content", "cue_start", "cue_end",
        "source_start", "source_end", "within_id", "confidence", "told",
    ),
}  # fmt: skip
"""Tables whose last columns SQLite works out itself."""


def shorten(text: str, chars: int = TITLE_CHARS) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= chars else line[: chars - 1].rstrip() + "…"


def make_zone_rows(article: int, zones: Sequence[Zone]) -> list[Row]:
    """The rows of an article's zones."""
    return [(article, n, z.role, z.span.start, z.span.end) for n, z in enumerate(zones)]


def make_story_rows(code: str, document: EvidenceDocument) -> Rows:
    """All the rows of a story's findings: every part of its document but its articles' texts. Linear in its size."""
    story = read_code(code)
    texts = {a.id: a.text for a in document.articles}
    rows: Rows = {table: [] for table in _INSERTED}

    def own(id_: str | None) -> str | None:
        return None if id_ is None else f"{code}.{id_}"

    for n, s in enumerate(document.speakers):
        rows["speakers"].append((own(s.id), story, n, s.name, s.kind, fold_text(s.name)))
        rows["mentions"] += [
            (own(s.id), k, read_code(m.article), m.span.start, m.span.end) for k, m in enumerate(s.mentions)
        ]
    for article in document.articles:
        _add_article(rows, article, own)
    for n, p in enumerate(document.passages):
        rows["passages"].append((own(p.id), story, n, *_flatten_place(p.from_), *_flatten_place(p.to), p.kind, p.score))
    said: dict[str, str] = {}
    for n, r in enumerate(document.readings):
        said[r.id] = shorten(r.span.cut(texts[r.article]))
        quotation = make_key("quotation", r.quotation) if r.quotation else None
        rows["readings"].append(
            (own(r.id), said[r.id], story, n, read_code(r.article), r.span.start, r.span.end, r.form, quotation)
        )
    for n, f in enumerate(document.families):
        title = max((said[r] for r in f.readings), key=len, default="")
        rows["families"].append((own(f.id), title, story, n, own(f.speaker)))
        rows["family_readings"] += [(own(f.id), k, own(r)) for k, r in enumerate(f.readings)]
    for n, c in enumerate(document.changes):
        article_id = read_code(c.article) if c.article else None
        rows["changes"].append(
            (own(c.id), story, n, own(c.family), own(c.from_), own(c.to), article_id, c.label, c.severity,
             c.confidence, c.why)
        )  # fmt: skip
        rows["change_flags"] += [(own(c.id), k, flag) for k, flag in enumerate(c.flags)]
        rows["change_reasons"] += [(own(c.id), k, reason.flag, reason.why) for k, reason in enumerate(c.reasons)]
        rows["edits"] += [
            (own(c.id), k, e.op, e.from_.start, e.from_.end, e.to.start, e.to.end) for k, e in enumerate(c.edits)
        ]
    for n, o in enumerate(document.omissions):
        rows["omissions"].append((story, n, read_code(o.article), *_flatten_place(o.span_in), o.what))
    for n, a in enumerate(document.additions):
        rows["additions"].append((story, n, read_code(a.article), a.span.start, a.span.end))
    for n, fact in enumerate(document.facts):
        rows["facts"].append((f"{code}.t{n + 1}", story, n, fact.kind, fact.verdict))
        rows["fact_readings"] += [
            (f"{code}.t{n + 1}", k, read_code(r.article), r.span.start, r.span.end, r.value)
            for k, r in enumerate(fact.readings)
        ]
    for n, d in enumerate(document.derivations):
        _add_derivation(rows, story, n, d, own(d.id) or "")
    return rows


_INSERTED = (
    "speakers", "mentions", "quotations", "quotation_spans", "citations", "passages", "readings", "families",
    "family_readings", "changes", "change_flags", "change_reasons", "edits", "omissions", "additions", "facts",
    "fact_readings", "derivations", "evidence", "evidence_spans",
)  # fmt: skip


def _flatten_place(place: Place) -> tuple[int, int, int]:
    return read_code(place.article), place.span.start, place.span.end


def _flatten(span: Span | None) -> tuple[int | None, int | None]:
    return (None, None) if span is None else (span.start, span.end)


def _add_article(rows: Rows, article: Article, own: Callable[[str | None], str | None]) -> None:
    key = read_code(article.id)
    for n, q in enumerate(article.quotations):
        id_ = make_key("quotation", q.id)
        content = " … ".join(span.cut(article.text) for span in q.content)
        within = make_key("quotation", q.within) if q.within else None
        rows["quotations"].append(
            (id_, q.id, shorten(content), key, n, own(q.speaker), q.kind, content, *_flatten(q.cue),
             *_flatten(q.source), within, q.confidence, int(q.told))
        )  # fmt: skip
        rows["quotation_spans"] += [(id_, k, span.start, span.end) for k, span in enumerate(q.content)]
    rows["citations"] += [
        (key, n, c.span.start, c.span.end, c.outlet, read_code(c.article) if c.article else None)
        for n, c in enumerate(article.citations)
    ]


def _add_derivation(rows: Rows, story: int, n: int, d: Derivation, id_: str) -> None:
    is_hidden = d.from_ is not None and d.from_.startswith("hidden:")
    from_article = read_code(d.from_) if d.from_ is not None and not is_hidden else None
    rows["derivations"].append(
        (id_, story, n, from_article, d.from_ if is_hidden else None, d.from_outlet, read_code(d.to), d.kind,
         d.probability)
    )  # fmt: skip
    for k, e in enumerate(d.evidence):
        rows["evidence"].append((f"{id_}.e{k + 1}", id_, k, e.kind, e.weight, e.why))
        rows["evidence_spans"] += [(f"{id_}.e{k + 1}", m, *_flatten_place(place)) for m, place in enumerate(e.spans)]
