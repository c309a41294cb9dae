"""The pages over a library, each with its `.json` twin."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from retold.document import EvidenceDocument, encode_document
from retold.errors import LibraryError, UnknownStoryError
from retold.library import ArticleHit, QuotationHit, StoryFilter, StoryOrder, measure_share
from retold.present.html import render_page
from retold.present.html.rows import Panel
from retold.present.html.stories import list_labels
from retold.present.ledger import Ledger
from retold.present.lettering import clean_line, shorten_line
from retold.web.addresses import LocalLinks
from retold.web.excerpts import read_change, read_two
from retold.web.packs import cut_document
from retold.web.reading import read_article
from retold.web.views import answer_json, build_pages, get_desk, save_page, show, show_document

router = APIRouter(include_in_schema=False)
PAGE_STORIES = 25
PAGE_NAMES = 100
Words = Annotated[str, Query(max_length=400)]
Name = Annotated[str, Query(max_length=300)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Date = Annotated[str, Query(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")]


@router.get("/")
def show_start() -> Response:
    """The list of stories is where everybody begins."""
    return RedirectResponse("/stories", 303)


@router.get("/stories")
@router.get("/stories.json")
def show_stories(
    request: Request,
    q: Words = "",
    order: StoryOrder = "newest",
    outlet: Name = "",
    language: Annotated[str, Query(max_length=20)] = "",
    since: Date = "",
    until: Date = "",
    changed: Literal["", "minor", "major"] = "",
    every: bool = False,
    page: Page = 1,
) -> Response:
    """Stories, filtered and ordered, with the first-run text where there are none."""
    desk = get_desk(request)
    wanted = StoryFilter(q, outlet, language, since, until, changed, 1 if every else 2, order)
    with desk.shelf.lend() as library:
        listing = library.filter_stories(wanted, PAGE_STORIES, (page - 1) * PAGE_STORIES)
        if request.url.path.endswith(".json"):
            return answer_json(listing)
        outlets, languages = library.list_names("outlets"), library.list_names("languages")
        counts = library.count()
    return show(
        request,
        "stories.html.jinja",
        listing=listing,
        wanted=wanted,
        every=every,
        page=page,
        pages=-(-listing.total // PAGE_STORIES),
        outlets=outlets,
        languages=languages,
        counts=counts,
        twin=_find_twin(request),
    )


@router.get("/stories/{story}.json")
def give_story(request: Request, story: str) -> Response:
    """The evidence document of a story."""
    return Response(encode_document(get_desk(request).shelf.read_story(story)), media_type="application/json")


@router.get("/stories/{story}/evidence.html")
def save_story(request: Request, story: str, finding: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The evidence pack: the story, or one finding of it, as a self-contained page."""
    document = get_desk(request).shelf.read_story(story)
    return save_evidence(document, story, finding)


@router.get("/stories/{story}/texts/{earlier}/{later}")
@router.get("/stories/{story}/texts/{earlier}/{later}.json")
def show_texts(request: Request, story: str, earlier: str, later: str) -> Response:
    """Two reports of a story side by side."""
    document = get_desk(request).shelf.read_story(story)
    return show_two(request, document, LocalLinks(f"/stories/{story}"), earlier, later)


@router.get("/stories/{story}/changes/{change}")
@router.get("/stories/{story}/changes/{change}.json")
def show_story_change(request: Request, story: str, change: str) -> Response:
    """One change of a story."""
    document = get_desk(request).shelf.read_story(story)
    return show_change(request, document, LocalLinks(f"/stories/{story}"), change)


@router.get("/stories/{story}")
def show_story(request: Request, story: str) -> Response:
    """One story: descent, ledger, what was left out, facts, timeline."""
    shelf = get_desk(request).shelf
    document = shelf.read_story(story)
    if len(document.articles) == 1:
        return RedirectResponse(LocalLinks().article(document.articles[0].id), 303)
    with shelf.lend() as library:
        id_ = library.find_story(story)
    return show_document(request, document, LocalLinks(f"/stories/{id_}"), "story-page.html.jinja")


@router.get("/articles/{article}")
@router.get("/articles/{article}.json")
def show_article(request: Request, article: str) -> Response:
    """One article with its zones and quotations marked."""
    shelf = get_desk(request).shelf
    with shelf.lend() as library:
        story = library.find_story(article)
    document = shelf.read_story(story)
    return show_one(request, document, LocalLinks(f"/stories/{story}"), article)


@router.get("/search")
@router.get("/search.json")
def show_search(request: Request, q: Words = "") -> Response:
    """Articles and quotations with certain words."""
    articles: tuple[ArticleHit, ...] = ()
    quotations: tuple[QuotationHit, ...] = ()
    if q.strip():
        with get_desk(request).shelf.lend() as library:
            try:
                articles = library.search(q, 30)
                quotations = library.list_quotations(words=q, limit=30)
            except LibraryError as error:
                if isinstance(error, UnknownStoryError) or "no word" not in str(error):
                    raise
    if request.url.path.endswith(".json"):
        return answer_json({"articles": articles, "quotations": quotations})
    return show(
        request, "search.html.jinja", query=q, articles=articles, quotations=quotations, twin=_find_twin(request)
    )


@router.get("/speakers")
@router.get("/speakers.json")
def show_speaker(request: Request, name: Name = "", q: Name = "", page: Page = 1) -> Response:
    """Everything that a speaker is quoted with, by date and by outlet; without a name the list of speakers."""
    desk, is_json = get_desk(request), request.url.path.endswith(".json")
    if not name.strip():
        with desk.shelf.lend() as library:
            names = library.list_speakers(PAGE_NAMES, (page - 1) * PAGE_NAMES, q)
        if is_json:
            return answer_json(names)
        return show(request, "speakers.html.jinja", names=names, wanted=q, page=page, twin=_find_twin(request))
    with desk.shelf.lend() as library:
        try:
            hits = library.list_quotations(speaker=name, limit=500)
        except LibraryError as error:
            raise UnknownStoryError(clean_line(str(error))) from error
    if is_json:
        return answer_json(hits)
    compared = sum(hit.severity is not None for hit in hits)
    return show(
        request,
        "speaker.html.jinja",
        name=shorten_line(name, 120),
        hits=hits,
        by_outlet=_count_by_outlet(hits),
        changed=[
            measure_share(severity, sum(hit.severity == severity for hit in hits), compared)
            for severity in ("major", "minor", "none")
        ],
        twin=_find_twin(request),
    )


@router.get("/outlets")
@router.get("/outlets.json")
def show_outlet(request: Request, name: Name = "", page: Page = 1) -> Response:
    """Whom an outlet retells, who retells it, what becomes of words on the way; without a name the list of outlets."""
    desk, is_json = get_desk(request), request.url.path.endswith(".json")
    with desk.shelf.lend() as library:
        if not name:
            names = library.list_outlets(PAGE_NAMES, (page - 1) * PAGE_NAMES)
            if is_json:
                return answer_json(names)
            return show(request, "outlets.html.jinja", names=names, page=page, twin=_find_twin(request))
        outlet = library.describe_outlet(name)
    if outlet is None:
        raise UnknownStoryError(f"the library has no report of an outlet named “{shorten_line(name, 80)}”")
    return answer_json(outlet) if is_json else show(
        request, "outlet.html.jinja", outlet=outlet, twin=_find_twin(request)
    )  # fmt: skip


def save_evidence(document: EvidenceDocument, name: str, finding: str) -> Response:
    """A document, or what bears on one finding of it, as the page that `compare --html` writes."""
    if finding:
        document, name = cut_document(document, finding), f"{name}-{finding}"
    return save_page(render_page(document), name)


def show_two(request: Request, document: EvidenceDocument, links: LocalLinks, earlier: str, later: str) -> Response:
    """Two reports of one document side by side, with the changes between them."""
    is_json = request.url.path.endswith(".json")
    found = read_two(document, earlier, later.removesuffix(".json") if is_json else later)
    if is_json:
        return answer_json(found.pair)
    return show(
        request,
        "texts.html.jinja",
        pair=found.pair,
        panels=_find_panels(document, (earlier, later)),
        title=found.title,
        links=links,
        twin=f"{links.texts(earlier, later)}.json",
        swapped=links.texts(later, earlier),
        legend=list_labels(document),
    )


def show_change(request: Request, document: EvidenceDocument, links: LocalLinks, change: str) -> Response:
    """One change of a document, with the way to the one before it and the one after it."""
    is_json = request.url.path.endswith(".json")
    found = read_change(document, change.removesuffix(".json") if is_json else change)
    if is_json:
        return answer_json(found.panel)
    return show(
        request,
        "change.html.jinja",
        panel=found.panel,
        row=found.row,
        title=found.title,
        links=links,
        previous=links.change(found.previous),
        following=links.change(found.following),
        legend=list_labels(document),
        twin=f"{links.change(change)}.json",
    )


def show_one(request: Request, document: EvidenceDocument, links: LocalLinks, article: str) -> Response:
    """One article of a document."""
    ledger = Ledger(document)
    if article not in ledger.articles:
        raise UnknownStoryError(f"there is no report “{shorten_line(article, 40)}” at hand")
    found = ledger.articles[article]
    if request.url.path.endswith(".json"):
        return answer_json(found)
    reading = read_article(found, ledger)
    view = next((one for one in ledger.view_stories() if found in one.articles), None)
    twin = f"{links.article(article)}.json"
    return show(request, "article.html.jinja", reading=reading, ledger=ledger, view=view, links=links, twin=twin)


def _find_panels(document: EvidenceDocument, ends: tuple[str, str]) -> list[Panel]:
    _, stories = build_pages(document)
    return [
        panel for story in stories for row in story.rows for panel in row.panels if panel.ends == ends and panel.label
    ]


def _count_by_outlet(hits: tuple[QuotationHit, ...]) -> list[tuple[str, int, int, int]]:
    """Outlet, quotations, those compared with an earlier report, and those of them that changed; most first."""
    counts: dict[str, list[int]] = {}
    for hit in hits:
        row = counts.setdefault(hit.outlet or "", [0, 0, 0])
        row[0] += 1
        row[1] += hit.severity is not None
        row[2] += hit.severity in ("minor", "major")
    return sorted(((name, *row) for name, row in counts.items()), key=lambda row: (-row[1], row[0]))  # type: ignore[misc]


def _find_twin(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}.json{query}"
