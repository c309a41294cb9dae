"""The first phase of a build: articles as read → rows, each with what it tells by itself, a batch a transaction."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.annotation import FoundArticle, ParserShelf, find_in_articles
from retold.annotate.bounds import cut_long_report, restore_text
from retold.languages import choose_language
from retold.library.documents import read_zones
from retold.library.file import write
from retold.library.keys import find_page, identify_article, is_twin_form, make_key, write_code
from retold.library.rows import insert_rows, make_zone_rows
from retold.library.values import LibraryConfig
from retold.model import READ_ROLES, Article
from retold.relate.packing import PackedArticle, make_found_profile, pack_found, pack_profile, unpack_found

_WORD = re.compile(r"\w+")
_VALUES = re.compile(r"\d[\w:,.+-]*")


class Intake(Struct, frozen=True):
    """What became of one batch: codes of new articles, how many were known, how many are new versions of a page."""

    new: tuple[str, ...]
    known: int
    new_versions: int
    notes: tuple[tuple[str, str], ...] = ()


class _Fresh(Struct, frozen=True):
    """An article that the library has not, and what comes with it."""

    article: Article
    page: str | None
    packed: PackedArticle | None


class _Found(Struct, frozen=True):
    """What an article tells by itself, the parser that had a part in it, and its profile, if it came with one."""

    article: FoundArticle
    parser: str | None
    profile: bytes | None = None


def add_batch(
    connection: sqlite3.Connection,
    articles: Sequence[Article | PackedArticle],
    parsers: ParserShelf,
    config: LibraryConfig,
    today: str,
) -> Intake:
    """Stores those of `articles` that are new, in one transaction. Nothing is locked while they are being read.

    What was found in a `PackedArticle` is taken over: it was found under the library's settings. `today` (ISO date): a
    later day of publication gets a note. Cost: that of annotating; a known article costs a look.
    """
    fresh: dict[int, _Fresh] = {}
    for item in articles:
        packed = item if isinstance(item, PackedArticle) else None
        article = item.article if isinstance(item, PackedArticle) else item
        page = find_page(article.url)
        key = _find_key(connection, article, page, fresh)
        if key is not None:
            fresh[key] = _Fresh(article, page, packed)
    known = len(articles) - len(fresh)
    if not fresh:
        return Intake((), known, 0)
    given = [replace(one.article, id=write_code("a", key)) for key, one in fresh.items()]
    found = _find(given, [one.packed for one in fresh.values()], parsers, config)
    notes = [note for article in given for note in _check_date(article, today)]
    notes += [
        note for whole, one in zip(given, found, strict=True) for note in _check_length(whole, one.article.article)
    ]
    versions = 0
    with write(connection):
        for (key, new), whole, one in zip(fresh.items(), given, found, strict=True):
            _insert(connection, key, new.page, whole, one)
            if new.page is not None:
                versions += _settle_versions(connection, new.page, key, config)
        connection.executemany("INSERT OR IGNORE INTO notes (input, text) VALUES (?, ?)", notes)
    return Intake(tuple(article.id for article in given), known, versions, tuple(notes))


def _find(
    given: Sequence[Article], packed: Sequence[PackedArticle | None], parsers: ParserShelf, config: LibraryConfig
) -> list[_Found]:
    """What each of `given` tells by itself: as it was packed, else found now."""
    cut = [cut_long_report(article, config.compare.longest_report_chars) for article in given]
    found: dict[str, _Found] = {}
    for part, one in zip(cut, packed, strict=True):
        if one is not None:
            before = unpack_found(one.found, part.text)
            if before.article.id == part.id:  # quotations are called after it; of two articles of one key it is another
                found[part.id] = _Found(before, one.parser, one.profile)
    rest = [part for part in cut if part.id not in found]
    for new in find_in_articles(rest, parsers) if rest else ():
        language = choose_language(new.article.language)
        parser = parsers.find(language) if language.cues.verbs else None
        found[new.article.id] = _Found(new, parser.name if parser else None)
    return [found[article.id] for article in given]


def _find_key(
    connection: sqlite3.Connection, article: Article, page: str | None, fresh: Mapping[int, _Fresh]
) -> int | None:
    """The key that a new article gets; None where it is known. Two articles of one key are told apart by their text."""
    key = identify_article(article, page)
    while True:
        if key in fresh:
            if fresh[key].article.sha256 == article.sha256:
                return None
        else:
            row = connection.execute("SELECT sha256 FROM articles WHERE id = ?", (key,)).fetchone()
            if row is None:
                return key
            if row[0] == article.sha256:
                return None
        key += 1


def _check_date(article: Article, today: str) -> Iterable[tuple[str, str]]:
    published = article.published
    if published is not None and published.value[: len(today)] > today[: len(published.value)]:
        name = article.url or article.path or article.id
        yield (
            name,
            f"{name} says it was published on {published.value}, which is still to come; it is kept with that date. "
            "Check the date in the input",
        )


def _check_length(whole: Article, part: Article) -> Iterable[tuple[str, str]]:
    if len(part.text) < len(whole.text):
        name = whole.url or whole.path or whole.id
        yield (
            name,
            f"{name} has {len(whole.text):,} characters; all are stored, and the first {len(part.text):,} are read. "
            "Where it is several reports, divide it",
        )


def fold_notes(notes: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What is said of articles, a line a kind: of the first one, and of how many more.

    >>> fold_notes([("a", "a is of 2099"), ("b", "b is of 2098"), ("c", "c is long")])
    ('a is of 2099 (and 1 more like it, in the table notes)', 'c is long')
    """
    first: dict[str, str] = {}
    kinds = [_VALUES.sub("0", text.removeprefix(name)) for name, text in notes]
    for kind, (_, text) in zip(kinds, notes, strict=True):
        first.setdefault(kind, text)
    counts = Counter(kinds)
    return tuple(
        text + (f" (and {counts[kind] - 1:,} more like it, in the table notes)" if counts[kind] > 1 else "")
        for kind, text in first.items()
    )


def _insert(
    connection: sqlite3.Connection,
    key: int,
    page: str | None,
    whole: Article,
    found: _Found,
) -> None:
    read = found.article.article
    kept = read if len(read.text) == len(whole.text) else restore_text(read, whole)
    outlet = None
    if read.outlet is not None:
        outlet = make_key("outlet", read.outlet)
        connection.execute("INSERT OR IGNORE INTO outlets (id, name) VALUES (?, ?)", (outlet, read.outlet))
    published = read.published
    connection.execute(
        "INSERT INTO articles (id, code, title, outlet_id, byline, language, published, published_precision, "
        "published_from, url, page, path, encoding, sha256, text, read_chars, parser) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key, read.id, read.title, outlet, read.byline, read.language, published.value if published else None,
            published.precision if published else None, published.from_ if published else None, read.url, page,
            read.path, read.encoding, read.sha256, whole.text, len(read.text), found.parser,
        ),
    )  # fmt: skip
    insert_rows(connection, {"zones": make_zone_rows(key, kept.zones)})
    profile = found.profile or pack_profile(make_found_profile(found.article))
    connection.execute(
        "INSERT INTO findings (article_id, found, profile) VALUES (?, ?, ?)",
        (key, pack_found(found.article), profile),
    )


def _settle_versions(connection: sqlite3.Connection, page: str, new: int, config: LibraryConfig) -> int:
    """Numbers the versions of a page, tells its twins, and says which version is read; 1 where there were others.

    Versions stand in the order of their dates; of one date, in that of arrival: a page is often updated under its old
    date. An AMP or print form of a version is its twin.
    """
    rows = connection.execute(
        "SELECT id, url, text, is_latest, twin_of_id, version FROM articles WHERE page = ? "
        "ORDER BY coalesce(published, ''), id = ?, version, id",
        (page, new),
    ).fetchall()
    if len(rows) == 1:
        return 0
    words = {row[0]: _list_words(connection, row[0], row[2]) for row in rows}
    twins: dict[int, int] = {}
    main: list[int] = []
    for row in sorted(rows, key=lambda row: is_twin_form(row[1])):
        least = config.twin_share if is_twin_form(row[1]) else 1.0
        best = max(((_share_words(words[row[0]], words[id_]), n, id_) for n, id_ in enumerate(main)), default=None)
        if best is not None and best[0] >= least:
            twins[row[0]] = best[2]
        else:
            main.append(row[0])
    standing = [row[0] for row in rows if row[0] not in twins]
    for row in rows:
        twin = twins.get(row[0])
        version = standing.index(twin if twin is not None else row[0]) + 1
        is_latest = int(row[0] == standing[-1])
        if (is_latest, twin, version) != (row[3], row[4], row[5]):
            if row[0] != new and is_latest != row[3]:
                _change_standing(connection, row[0], is_latest)
            connection.execute(
                "UPDATE articles SET is_latest = ?, twin_of_id = ?, version = ? WHERE id = ?",
                (is_latest, twin, version, row[0]),
            )
    return int(new in standing)


def _change_standing(connection: sqlite3.Connection, article: int, is_latest: int) -> None:
    """A version that is no longer read leaves its story in the next phases; one that is again, joins as if new."""
    neighbours = [n for (n,) in connection.execute("SELECT other_id FROM likenesses WHERE article_id = ?", (article,))]
    pairs = [(article, other) for other in neighbours]
    connection.executemany("UPDATE articles SET stage = 2 WHERE id = ? AND stage = 3", [(n,) for n in neighbours])
    connection.executemany("DELETE FROM likenesses WHERE article_id = ? AND other_id = ?", pairs)
    connection.executemany("DELETE FROM likenesses WHERE other_id = ? AND article_id = ?", pairs)
    connection.execute("UPDATE articles SET stage = ? WHERE id = ?", (0 if is_latest else 2, article))


def _list_words(connection: sqlite3.Connection, article: int, text: str) -> Counter[str]:
    """The words of an article's title and body: a page and its twin differ in what stands around them."""
    zones = [zone for zone in read_zones(connection, article) if zone.role in READ_ROLES]
    return Counter(word.casefold() for zone in zones for word in _WORD.findall(zone.span.cut(text)))


def _share_words(one: Counter[str], other: Counter[str]) -> float:
    total = max(one.total(), other.total())
    return (one & other).total() / total if total else 1.0
