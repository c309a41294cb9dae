"""The five tools, each a function from a question and the desk to an answer."""

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from msgspec.structs import replace

from retold.errors import InputError, LibraryError
from retold.library import ArticleHit, Library, QuotationHit, find_places
from retold.library.keys import fold_text
from retold.mcp.desk import Desk
from retold.mcp.findings import Finds, cut_article, write_quotation
from retold.mcp.pages import cut_page, read_offset, write_cursor
from retold.mcp.values import (
    CompareIn,
    CompareOut,
    ConflictsIn,
    ConflictsOut,
    HitOut,
    QuotationsIn,
    QuotationsOut,
    SaidOut,
    SearchIn,
    SearchOut,
    TraceIn,
    TraceOut,
)
from retold.model import Change, Family, Severity

_Finding = TypeVar("_Finding")

_GRAVER: Final[dict[Severity, frozenset[Severity]]] = {
    "none": frozenset({"none", "minor", "major"}),
    "minor": frozenset({"minor", "major"}),
    "major": frozenset({"major"}),
}
_PLACES: Final = 5
"""So many places of the words in one report; the text itself has the others."""
_WORD: Final = re.compile(r"\w+(?:'\w+)*")


def compare(asked: CompareIn, desk: Desk) -> CompareOut:
    """The reports of one or more events, how many findings there are, and one sort of them, a page at a time."""
    subject = desk.find(asked)
    finds, document, wanted = subject.finds, subject.finds.document, asked.article
    _check_article(finds, wanted)
    empty = CompareOut(
        comparison=subject.comparison,
        notes=subject.notes,
        total=0,
        next_cursor=None,
        articles=finds.write_articles(),
        stories=tuple(story.articles for story in document.stories),
        counts=finds.count(),
    )

    def list_all(
        field: str,
        found: Sequence[_Finding],
        concerns: Callable[[_Finding], tuple[str | None, ...]],
        write: Callable[[_Finding], object],
    ) -> CompareOut:
        about = [one for one in found if wanted is None or wanted in concerns(one)]
        page = cut_page(about, asked, subject.comparison)
        rows = tuple(write(one) for one in page.rows)
        return replace(empty, total=page.total, next_cursor=page.next_cursor, **{field: rows})

    if asked.findings == "changes":
        graver = [change for change in document.changes if change.severity in _GRAVER[asked.severity]]
        return list_all("changes", graver, lambda c: _list_articles(c, finds), finds.write_change)
    if asked.findings == "derivations":
        return list_all("derivations", document.derivations, lambda d: (d.from_, d.to), finds.write_derivation)
    if asked.findings == "passages":
        return list_all("passages", document.passages, lambda p: (p.from_.article, p.to.article), finds.write_passage)
    if asked.findings == "omissions":
        return list_all("omissions", document.omissions, lambda o: (o.article, o.span_in.article), finds.write_omission)
    return list_all("additions", document.additions, lambda a: (a.article,), finds.write_addition)


def extract_quotations(asked: QuotationsIn, desk: Desk) -> QuotationsOut:
    """Who said what in the reports, in the order of their text."""
    subject = desk.find(asked)
    finds = subject.finds
    _check_article(finds, asked.article)
    names = fold_text(asked.speaker or "").split()
    found = [
        (article, quotation)
        for article in finds.document.articles
        for quotation in article.quotations
        if asked.article in (None, article.id)
        and asked.kind in (None, quotation.kind)
        and (not names or set(names) <= set(_fold_name(finds.name_speaker(quotation.speaker)).split()))
    ]
    page = cut_page(found, asked, subject.comparison)
    return QuotationsOut(
        comparison=subject.comparison,
        notes=subject.notes,
        total=page.total,
        next_cursor=page.next_cursor,
        articles=finds.write_articles(article.id for article, _ in page.rows),
        quotations=tuple(finds.write_quotation(article, quotation) for article, quotation in page.rows),
    )


def trace_quotation(asked: TraceIn, desk: Desk) -> TraceOut:
    """All readings of a quotation over the reports, with what changed from one to the next."""
    subject = desk.find(asked)
    finds = subject.finds
    page = cut_page(_find_families(asked, finds), asked, subject.comparison)
    families = tuple(finds.write_family(family) for family in page.rows)
    ids = {reading.words.article for family in families for reading in family.readings}
    ids |= {change.dropped_by for family in families for change in family.dropped if change.dropped_by}
    return TraceOut(
        comparison=subject.comparison,
        notes=subject.notes,
        total=page.total,
        next_cursor=page.next_cursor,
        articles=finds.write_articles(ids),
        families=families,
    )


def list_conflicts(asked: ConflictsIn, desk: Desk) -> ConflictsOut:
    """The dates, figures, names and places in which the reports differ."""
    subject = desk.find(asked)
    finds = subject.finds
    found = [
        fact
        for fact in finds.document.facts
        if fact.verdict in asked.verdicts and (not asked.kinds or fact.kind in asked.kinds)
    ]
    page = cut_page(found, asked, subject.comparison)
    return ConflictsOut(
        comparison=subject.comparison,
        notes=subject.notes,
        total=page.total,
        next_cursor=page.next_cursor,
        articles=finds.write_articles(reading.article for fact in page.rows for reading in fact.readings),
        conflicts=tuple(finds.write_conflict(fact) for fact in page.rows),
    )


def search(asked: SearchIn, desk: Desk) -> SearchOut:
    """Reports, or quotations, of the library with certain words, or of a speaker."""
    if asked.find == "articles" and asked.speaker:
        raise InputError('`speaker` finds quotations; say `find`: "quotations", or leave `speaker` out')
    if not asked.words.strip() and not asked.speaker.strip():
        raise InputError("give `words` to look for" + (", or a `speaker`" if asked.find == "quotations" else ""))
    start = read_offset(asked)
    with desk.open() as library:
        if asked.find == "articles":
            hits = _ask(lambda: library.search(asked.words, start + asked.limit + 1))[start:]
            return SearchOut(
                articles=tuple(_write_hit(hit, library, asked.words) for hit in hits[: asked.limit]),
                next_cursor=write_cursor(asked, start + asked.limit) if len(hits) > asked.limit else None,
            )
        wanted = asked.speaker.strip() or None, asked.words.strip() or None
        said = _ask(lambda: library.list_quotations(*wanted, start + asked.limit + 1))[start:]
        return SearchOut(
            quotations=tuple(_write_said(hit, library) for hit in said[: asked.limit]),
            next_cursor=write_cursor(asked, start + asked.limit) if len(said) > asked.limit else None,
        )


def _check_article(finds: Finds, wanted: str | None) -> None:
    if wanted is not None and wanted not in finds.articles:
        known = ", ".join(list(finds.articles)[:20])
        raise InputError(f"there is no article {wanted[:80]!r} here; there are {known}")


def _list_articles(change: Change, finds: Finds) -> tuple[str | None, ...]:
    ends = (finds.readings.get(change.from_ or ""), finds.readings.get(change.to or ""))
    return (*(one.article for one in ends if one is not None), change.article)


def _find_families(asked: TraceIn, finds: Finds) -> list[Family]:
    """The families of the quotation that is meant. Raises `InputError`, naming what does find one, where none is."""
    ways = [name for name in ("quotation", "words", "start") if getattr(asked, name) is not None]
    if len(ways) != 1 or (asked.article is not None) != (asked.start is not None):
        raise InputError("say which quotation by exactly one of: `quotation`, `words`, or `article` with `start`")
    _check_article(finds, asked.article)
    readings = finds.readings.values()
    if asked.quotation is not None:
        if asked.quotation not in finds.quotations:
            raise InputError(f"there is no quotation {asked.quotation[:80]!r} here; extract_quotations lists them")
        hits = {reading.id for reading in readings if reading.quotation == asked.quotation}
        missing = (
            f"{asked.quotation[:80]} belongs to no family: it holds another quotation, or tells of an attitude and not "
            "of what was said"
        )
    elif asked.words is not None:
        words = _fold_words(asked.words)
        if not words:
            raise InputError("`words` holds no word; give some words in a row of the quotation")
        hits = {r.id for r in readings if words in _fold_words(r.span.cut(finds.articles[r.article].text))}
        missing = "no reading has these words in a row; fewer words find more, and extract_quotations lists quotations"
    else:
        at, article = asked.start or 0, asked.article
        hits = {r.id for r in readings if r.article == article and r.span.start <= at < r.span.end}
        missing = f"no reading covers character {at} of {article}; extract_quotations lists where quotations stand"
    found = [family for family in finds.document.families if hits & set(family.readings)]
    if not found:
        raise InputError(missing)
    return found


def _fold_words(text: str) -> str:
    return " ".join(_WORD.findall(fold_text(text)))


def _fold_name(name: str | None) -> str:
    return fold_text(name or "").replace(".", " ").replace("-", " ")


def _ask(question: Callable[[], tuple[_Finding, ...]]) -> tuple[_Finding, ...]:
    """Nothing to search for is the asker's mistake."""
    try:
        return question()
    except LibraryError as error:
        if "no word" in str(error):
            raise InputError("there is no word in this to look for; give at least one") from error
        raise


def _write_hit(hit: ArticleHit, library: Library, words: str) -> HitOut:
    article = library.read_article(hit.id)
    places = find_places(article.text, words, _PLACES)
    return HitOut(
        hit.id,
        hit.story,
        hit.outlet,
        hit.title,
        hit.published,
        hit.url,
        hit.score,
        tuple(cut_article(article, place) for place in places),
    )


def _write_said(hit: QuotationHit, library: Library) -> SaidOut:
    article = library.read_article(hit.article)
    quotation = next(one for one in article.quotations if one.id == hit.id)
    return SaidOut(
        write_quotation(article, quotation, hit.speaker, hit.speaker_kind),
        hit.story,
        hit.outlet,
        hit.published,
        hit.url,
        hit.label,
        hit.flags,
        hit.severity,
        hit.earlier_outlet,
    )
