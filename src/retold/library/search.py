"""Questions to the file: full text, stories, and who said what where."""

import re
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import get_args

import msgspec
from msgspec.structs import replace

from retold.annotate.words import stem_word
from retold.errors import LibraryError, UnknownStoryError
from retold.languages import load_language
from retold.library.keys import fold_text, write_code
from retold.library.values import ArticleHit, QuotationHit
from retold.model import Severity, Span

OPENING, CLOSING = "[[", "]]"
_PIECE = re.compile(r'"([^"]+)"|(\S+)')
_WORD = re.compile(r"\w+(?:'\w+)*")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LEAST_STEM = 4
_ENDING_CHARS = 2
"""Inflection changes about so many last letters of a Ukrainian or Russian word."""
_EXCERPT_CHARS = 160
_EXCERPT_FROM_CHARS = 200_000
"""Excerpts are cut from so much of a text."""
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def write_query(text: str) -> str:
    """What a person typed → an FTS5 query: all the words, each also inflected; what stands in "marks" as it is.

    Case, ё and the form of the apostrophe make no difference. Nothing typed is an operator.

    >>> write_query('"three dams" broke')
    '("three dams") AND ("broke" OR "brok" *)'
    >>> write_query("З’їзд")
    '("з\\'їзд" OR "з\\'їз" *)'
    """
    parts: list[str] = []
    for words, stem, is_beginning in _read_terms(text):
        other = f' OR "{stem}"' + (" *" if is_beginning else "") if stem else ""
        parts.append(f'("{" ".join(words)}"{other})')
    return " AND ".join(parts)


def _read_terms(text: str) -> Iterator[tuple[list[str], str | None, bool]]:
    """The words or phrases of what was typed; each with its stem, where it has one, and whether words that begin so are
    meant too."""
    for match in _PIECE.finditer(text):
        if match.group(1) is not None:
            words = _WORD.findall(fold_text(match.group(1)))
            if words:
                yield words, None, False
        else:
            for word in _WORD.findall(fold_text(match.group(2))):
                stem = _find_stem(word)
                yield [word], stem, stem is not None and (len(stem) >= _LEAST_STEM or not stem.isascii())


def _find_stem(word: str) -> str | None:
    """The beginning that the inflected forms of a word share; None where it is too short to tell anything."""
    if word[-1].isdigit():
        return None
    if _CYRILLIC.search(word):
        stem = word[: max(min(_LEAST_STEM, len(word) - 1), len(word) - _ENDING_CHARS)]
    else:
        stem = stem_word(word, load_language("en"))
        while not word.startswith(stem):
            stem = stem[:-1]
    return stem if len(stem) >= min(_LEAST_STEM, len(word) - 1) > 1 and not stem.endswith("'") else None


def search_articles(connection: sqlite3.Connection, text: str, limit: int) -> Iterator[ArticleHit]:
    """The articles that hold all words of `text`, the best first (BM25, a title counts five times).

    Cost: linear in the articles that hold them; an excerpt is made for those that are handed back alone.
    """
    query = write_query(text)
    if not query:
        raise LibraryError("there is no word to search for; give at least one, such as: retold search news.db bridge")
    pattern = _write_pattern(text)
    for id_, score in _rank_articles(connection, query, limit):
        code, story, title, outlet, published, url, body = connection.execute(
            "SELECT a.code, s.code, a.title, o.name, a.published, a.url, substr(a.text, 1, ?) FROM articles a "
            "LEFT JOIN stories s ON s.id = a.story_id LEFT JOIN outlets o ON o.id = a.outlet_id WHERE a.id = ?",
            (_EXCERPT_FROM_CHARS, id_),
        ).fetchone()
        yield ArticleHit(code, story, title, outlet, published, url, _cut_excerpt(body, pattern), round(-score, 3))


def _rank_articles(connection: sqlite3.Connection, query: str, limit: int) -> list[tuple[int, float]]:
    """Keys and scores of the best articles. Older versions of a page, which are few, are taken out afterwards: to look
    at each article that holds a common word takes longer than to rank them."""
    wanted = limit + 20
    while True:
        rows = connection.execute(
            "SELECT rowid, bm25(articles_fts, 5.0, 1.0) AS score FROM articles_fts WHERE articles_fts MATCH ? "
            "ORDER BY score, rowid LIMIT ?",
            (query, wanted),
        ).fetchall()
        latest = [row for row in rows if _is_latest(connection, row[0])]
        if len(latest) >= limit or len(rows) < wanted:
            return latest[:limit]
        wanted *= 4


def _is_latest(connection: sqlite3.Connection, article: int) -> bool:
    row = connection.execute("SELECT is_latest FROM articles WHERE id = ?", (article,)).fetchone()
    return row is not None and bool(row[0])


def _write_pattern(text: str) -> re.Pattern[str]:
    """What is shown as found in an excerpt: on a folded text, the words typed and those that begin with their stems."""
    forms: list[str] = []
    for words, stem, is_beginning in _read_terms(text):
        forms.append(r"\W+".join(re.escape(word) for word in words) + r"\b")
        if stem:
            forms.append(re.escape(stem) + (r"\w*" if is_beginning else r"\b"))
    return re.compile(rf"\b(?:{'|'.join(forms)})")


def find_places(text: str, words: str, most: int) -> tuple[Span, ...]:
    """The first places in a text where words stand that a search for `words` finds, `most` of them. Linear.

    >>> text = "Bridges fell, and one bridge held."
    >>> [place.cut(text) for place in find_places(text, "bridge", 5)]
    ['Bridges', 'bridge']
    """
    if not write_query(words):
        return ()
    found = _write_pattern(words).finditer(_fold_in_place(text))
    return tuple(Span(match.start(), match.end()) for match in islice(found, most))


def _fold_in_place(text: str) -> str:
    """The text as searches compare it, every character where it was."""
    folded = fold_text(text)
    if len(folded) != len(text):  # a letter whose small form is two letters: places would not fit
        folded = text.lower() if len(text.lower()) == len(text) else text
    return folded


def _cut_excerpt(text: str, pattern: re.Pattern[str]) -> str:
    """Some words around the first place where the text has what was searched, that between marks."""
    folded = _fold_in_place(text)
    first = pattern.search(folded)
    start = max(0, first.start() - _EXCERPT_CHARS // 3) if first else 0
    while 0 < start < len(text) and not text[start - 1].isspace():
        start -= 1
    end = min(len(text), start + _EXCERPT_CHARS)
    while end < len(text) and not text[end].isspace():
        end += 1
    pieces, at = [], start
    for match in pattern.finditer(folded, start, end):
        pieces += [text[at : match.start()], OPENING, text[match.start() : match.end()], CLOSING]
        at = match.end()
    cut = " ".join("".join([*pieces, text[at:end]]).split())
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"


def find_story(connection: sqlite3.Connection, id_: str) -> int:
    """The key of the story whose id begins with `id_`; an article's id or address stands for its story."""
    wanted = id_.strip().lower()
    if re.fullmatch(r"[as]?[0-9a-f]{1,12}", wanted) and wanted not in {"a", "s"}:
        digits = wanted.removeprefix("a" if wanted[0] == "a" and len(wanted) == 13 else "s")
        low, high = int(digits.ljust(12, "0"), 16), int(digits.ljust(12, "f"), 16)
        table = "articles" if wanted[0] == "a" and len(wanted) == 13 else "stories"
        column = "story_id" if table == "articles" else "id"
        rows = connection.execute(
            f"SELECT {column} FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 3", (low, high)
        ).fetchall()
        if len(rows) > 1:
            named = ", ".join(write_code("s", key) for (key,) in rows)
            raise UnknownStoryError(f"{id_} is the beginning of several stories ({named} …); give more of the id")
        if rows and rows[0][0] is not None:
            return int(rows[0][0])
    row = connection.execute("SELECT story_id FROM articles WHERE url = ? AND is_latest = 1", (id_.strip(),)).fetchone()
    if row is not None and row[0] is not None:
        return int(row[0])
    raise UnknownStoryError(f"the library has no story {id_}; list them with `retold stories`")


def list_quotations(
    connection: sqlite3.Connection, speaker: str | None, words: str | None, limit: int
) -> Iterator[QuotationHit]:
    """Quotations in the order of their dates: of a speaker (all words of the name given), with certain words, or both.

    Cost: a look at every speaker's name; then linear in what is found.
    """
    conditions = ["a.is_latest = 1", "q.told = 1"]  # what somebody wants or opposes is no quotation of theirs
    given: dict[str, object] = {"limit": limit}
    if speaker is not None:
        names = _WORD.findall(fold_text(speaker))
        if not names:
            raise LibraryError("the speaker's name holds no word; give a name, such as --speaker 'Anna Berg'")
        for n, name in enumerate(names):
            conditions.append(f"' ' || replace(replace(p.search_name, '-', ' '), '.', ' ') || ' ' LIKE :name{n}")
            given[f"name{n}"] = f"% {name} %"
    if words is not None:
        query = write_query(words)
        if not query:
            raise LibraryError("there is no word to look for in quotations")
        conditions.append("q.id IN (SELECT rowid FROM quotations_fts WHERE quotations_fts MATCH :query)")
        given["query"] = query
    rows = connection.execute(
        "SELECT q.id, q.code, s.code, p.name, p.kind, q.kind, q.content, o.name, a.published, a.code, a.title, a.url "
        "FROM quotations q JOIN articles a ON a.id = q.article_id LEFT JOIN speakers p ON p.id = q.speaker_id "
        "LEFT JOIN stories s ON s.id = a.story_id LEFT JOIN outlets o ON o.id = a.outlet_id "
        f"WHERE {' AND '.join(conditions)} ORDER BY a.published IS NULL, a.published, a.id, q.number LIMIT :limit",
        given,
    ).fetchall()
    fields = QuotationHit.__struct_fields__[: len(rows[0]) - 1] if rows else ()
    for key, *found in rows:
        label, flags, severity, outlet = _find_fidelity(connection, key)
        hit = msgspec.convert(dict(zip(fields, found, strict=True)), QuotationHit)
        yield replace(hit, label=label, flags=flags, severity=severity, earlier_outlet=outlet)


def _find_fidelity(
    connection: sqlite3.Connection, quotation: int
) -> tuple[str | None, tuple[str, ...], Severity | None, str | None]:
    """The gravest change that led to a quotation: label, flags, severity, and the outlet of the earlier reading."""
    rows = connection.execute(
        "SELECT c.id, c.label, c.severity, o.name FROM readings r JOIN changes c ON c.to_reading_id = r.id "
        "LEFT JOIN readings e ON e.id = c.from_reading_id LEFT JOIN articles a ON a.id = e.article_id "
        "LEFT JOIN outlets o ON o.id = a.outlet_id WHERE r.quotation_id = ? ORDER BY c.number",
        (quotation,),
    ).fetchall()
    if not rows:
        return None, (), None, None
    id_, label, severity, outlet = max(rows, key=lambda row: _SEVERITIES.index(row[2]))
    flags = tuple(
        flag
        for (flag,) in connection.execute("SELECT flag FROM change_flags WHERE change_id = ? ORDER BY number", (id_,))
    )
    return label, flags, severity, outlet
