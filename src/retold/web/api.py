"""REST under /api/v1: the pages' content for programs, with an OpenAPI description; errors are problem details."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, FastAPI, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from retold.check import CheckReport
from retold.document import EvidenceDocument, encode_document
from retold.errors import InputError, LibraryError, UnknownStoryError
from retold.library import (
    ArticleHit,
    LibraryCounts,
    Listing,
    NameCount,
    Outlet,
    QuotationHit,
    StoryFilter,
    StoryOrder,
    list_changes,
)
from retold.library.values import ChangeRow
from retold.model import Article
from retold.present.html.columns import Pair
from retold.present.html.rows import Panel
from retold.present.lettering import clean_line
from retold.styles import known_profiles, load_profile
from retold.web.excerpts import read_change, read_two
from retold.web.problems import Problem
from retold.web.uploads import MAX_TEXTS, Pasted, gather_texts
from retold.web.views import answer_json, get_desk
from retold.web.work import check_text, compare_texts, work

PREFIX: Final = "/api/v1"
_ANSWERS: Final[dict[str, object]] = {
    "Listing": Listing, "EvidenceDocument": EvidenceDocument, "Article": Article, "Check": CheckReport,
    "Counts": LibraryCounts, "Names": tuple[NameCount, ...], "Outlet": Outlet, "Articles": tuple[ArticleHit, ...],
    "Changes": tuple[ChangeRow, ...], "Quotations": tuple[QuotationHit, ...],
    "ShownChange": Panel, "Texts": Pair, "Problem": Problem,
}  # fmt: skip
_PROBLEM: Final[dict[str, object]] = {
    "description": "What went wrong, as problem details (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
router = APIRouter(prefix=PREFIX, tags=["retold"])
Limit = Annotated[int, Query(ge=1, le=500, description="So many at most.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Pass over so many first.")]
Id = Annotated[str, Path(max_length=300, description="An id, or as much of it as is unambiguous.")]
Words = Annotated[str, Query(max_length=400, description="All of these words, in any inflection.")]
Name = Annotated[str, Query(max_length=300)]
Date = Annotated[str, Query(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$", description="ISO 8601: a year, month or day.")]


class TextIn(BaseModel):
    """A report as text."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=600_000)]
    outlet: Annotated[str, Field(max_length=300)] = ""
    title: Annotated[str, Field(max_length=1000)] = ""


class CompareIn(BaseModel):
    """Two or more reports; nothing of them is stored."""

    model_config = ConfigDict(extra="forbid")
    texts: Annotated[list[TextIn], Field(min_length=2, max_length=MAX_TEXTS)]


class CheckIn(BaseModel):
    """A draft and its sources; nothing of them is stored."""

    model_config = ConfigDict(extra="forbid")
    draft: TextIn
    sources: Annotated[list[TextIn], Field(min_length=1, max_length=MAX_TEXTS)]
    profile: Annotated[str, Field(max_length=40)] = "default"


def _describe(answer: str, *problems: int) -> dict[int | str, dict[str, object]]:
    """What an operation answers with, for its description."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    found: dict[int | str, dict[str, object]] = {200: {"description": answer, "content": content}}
    return found | dict.fromkeys((*problems, 400, 422, 409, 421, 503), _PROBLEM)


@router.get("/counts", responses=_describe("Counts"))
def give_counts(request: Request) -> Response:
    """How much is in the library."""
    with get_desk(request).shelf.lend() as library:
        return answer_json(library.count())


@router.get("/stories", responses=_describe("Listing"))
def list_stories(
    request: Request,
    q: Words = "",
    order: StoryOrder = "newest",
    outlet: Name = "",
    language: Annotated[str, Query(max_length=20)] = "",
    since: Date = "",
    until: Date = "",
    changed: Literal["", "minor", "major"] = "",
    least_reports: Annotated[int, Query(ge=1, le=100_000)] = 2,
    limit: Limit = 25,
    offset: Offset = 0,
) -> Response:
    """Stories that fit, and how many there are. The next page is in the `Link` header."""
    wanted = StoryFilter(q, outlet, language, since, until, changed, least_reports, order)
    with get_desk(request).shelf.lend() as library:
        listing = library.filter_stories(wanted, limit, offset)
    return _page(request, answer_json(listing), offset, limit, len(listing.stories), listing.total)


@router.get("/stories/{story}", responses=_describe("EvidenceDocument", 404))
def give_story(request: Request, story: Id) -> Response:
    """The evidence document of a story; an article's id or address stands for its story."""
    return Response(encode_document(get_desk(request).shelf.read_story(story)), media_type="application/json")


@router.get("/stories/{story}/changes", responses=_describe("Changes", 404))
def give_changes(request: Request, story: Id, limit: Limit = 100, offset: Offset = 0) -> Response:
    """The changes of a story as lines of a table, relative to the earlier reports at hand."""
    rows = list_changes(get_desk(request).shelf.read_story(story))
    return _cut(request, rows, offset, limit)


@router.get("/stories/{story}/changes/{change}", responses=_describe("ShownChange", 404))
def give_change(request: Request, story: Id, change: Id) -> Response:
    """One change as its page shows it: both wordings in their sentences, the rule, what it is relative to."""
    return answer_json(read_change(get_desk(request).shelf.read_story(story), change).panel)


@router.get("/stories/{story}/texts/{earlier}/{later}", responses=_describe("Texts", 404))
def give_texts(request: Request, story: Id, earlier: Id, later: Id) -> Response:
    """Two reports of a story side by side: their paragraphs in runs, with the passages that join them."""
    return answer_json(read_two(get_desk(request).shelf.read_story(story), earlier, later).pair)


@router.get("/articles/{article}", responses=_describe("Article", 404))
def give_article(request: Request, article: Id) -> Response:
    """One article with its zones, quotations and citations."""
    document = get_desk(request).shelf.read_story(article)
    found = next((one for one in document.articles if article in (one.id, one.url)), None)
    if found is None:
        raise UnknownStoryError(f"the library has no article {clean_line(article)[:60]}")
    return answer_json(found)


@router.get("/search", responses=_describe("Articles"))
def search(request: Request, q: Words, limit: Limit = 20) -> Response:
    """Articles with all the words of `q`, the best first; words in "marks" as they stand."""
    with get_desk(request).shelf.lend() as library:
        return _answer_found(lambda: library.search(q, limit))


@router.get("/quotations", responses=_describe("Quotations"))
def list_quotations(request: Request, speaker: Name = "", words: Words = "", limit: Limit = 100) -> Response:
    """Quotations by date: of a speaker (all words of the name), with certain words, or both; what became of each is
    relative to the earlier report at hand."""
    with get_desk(request).shelf.lend() as library:
        return _answer_found(lambda: library.list_quotations(speaker or None, words or None, limit))


@router.get("/speakers", responses=_describe("Names"))
def list_speakers(request: Request, q: Name = "", limit: Limit = 100, offset: Offset = 0) -> Response:
    """Speakers, the most quoted first."""
    with get_desk(request).shelf.lend() as library:
        names = library.list_speakers(limit, offset, q)
    return _page(request, answer_json(names), offset, limit, len(names))


@router.get("/outlets", responses=_describe("Names"))
def list_outlets(request: Request, limit: Limit = 100, offset: Offset = 0) -> Response:
    """Outlets, those with the most reports first (`quotations` counts the reports)."""
    with get_desk(request).shelf.lend() as library:
        names = library.list_outlets(limit, offset)
    return _page(request, answer_json(names), offset, limit, len(names))


@router.get("/outlet", responses=_describe("Outlet", 404))
def give_outlet(request: Request, name: Name) -> Response:
    """Whom an outlet retells, who retells it, and what became of words on the way: counts with intervals, no score."""
    with get_desk(request).shelf.lend() as library:
        outlet = library.describe_outlet(name)
    if outlet is None:
        raise UnknownStoryError("the library has no report of this outlet")
    return answer_json(outlet)


@router.post("/compare", responses=_describe("EvidenceDocument", 403, 413))
async def compare(request: Request, body: CompareIn) -> Response:
    """Compares texts; nothing is stored. The evidence document."""
    config = get_desk(request).shelf.config
    articles = await run_in_threadpool(_read_texts, body.texts, "a")
    document, _ = await work(lambda: compare_texts(articles, config))
    return Response(encode_document(document), media_type="application/json")


@router.post("/check", responses=_describe("Check", 403, 413))
async def check(request: Request, body: CheckIn) -> Response:
    """Checks the quotations of a draft against its sources; nothing is stored."""
    if body.profile not in known_profiles():
        raise InputError(f"there is no such profile; there are {', '.join(known_profiles())}")
    config, profile = get_desk(request).shelf.config, load_profile(body.profile)
    draft = (await run_in_threadpool(_read_texts, [body.draft], "draft"))[0]
    sources = await run_in_threadpool(_read_texts, body.sources, "a")
    report, _ = await work(lambda: check_text(draft, sources, profile, config))
    return answer_json(report)


def complete_description(app: FastAPI) -> None:
    """Puts the schemas of Retold's own values into the OpenAPI description, which knows only those of pydantic."""
    make = app.openapi

    def describe() -> dict[str, object]:
        description: dict[str, object] = make()
        parts = description.setdefault("components", {})
        schemas = parts.setdefault("schemas", {}) if isinstance(parts, dict) else {}
        if "Problem" not in schemas:
            answers, found = msgspec.json.schema_components(
                list(_ANSWERS.values()),
                schema_hook=lambda _: {"description": "any JSON value"},
                ref_template="#/components/schemas/{name}",
            )
            schemas.update(found)
            for name, schema in zip(_ANSWERS, answers, strict=True):
                schemas.setdefault(name, schema)
        return description

    app.openapi = describe  # type: ignore[method-assign]


def _read_texts(texts: Sequence[TextIn], prefix: str) -> tuple[Article, ...]:
    pasted = [Pasted(one.text, one.outlet, title=one.title) for one in texts]
    gathered = gather_texts(pasted, (), "", allow_private=False, prefix=prefix)
    if len(gathered.articles) != len(texts):
        raise InputError(f"a text could not be read: {' '.join(gathered.notes) or 'it is blank'}")
    return gathered.articles


def _answer_found(find: Callable[[], Sequence[msgspec.Struct]]) -> Response:
    """Nothing to search for is the asker's mistake, not a fault of the file's."""
    try:
        return answer_json(find())
    except LibraryError as error:
        if "no word" in str(error):
            raise InputError(str(error)) from error
        raise


def _cut(request: Request, rows: Sequence[msgspec.Struct], offset: int, limit: int) -> Response:
    shown = rows[offset : offset + limit]
    return _page(request, answer_json(shown), offset, limit, len(shown), len(rows))


def _page(
    request: Request, answer: Response, offset: int, limit: int, shown: int, total: int | None = None
) -> Response:
    """With the address of the next page in the `Link` header (RFC 8288), and the total where it is known."""
    is_more = shown == limit if total is None else offset + shown < total
    if is_more and shown:
        following = request.url.include_query_params(offset=offset + limit, limit=limit)
        answer.headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
    if total is not None:
        answer.headers["x-total-count"] = str(total)
    return answer
