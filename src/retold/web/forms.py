"""What a person sends: the demo story, texts to compare, a draft to check. Nothing is stored unless it is asked for."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from retold.check import Finding
from retold.demo import REPORTS
from retold.document import encode_document
from retold.errors import InputError
from retold.model import Article, Change, Span
from retold.present.pieces import Piece, build_earlier_pieces, build_pieces, drop_marks, is_readable, mark_interruptions
from retold.read import read_inputs
from retold.styles import known_profiles, load_profile
from retold.web.addresses import LocalLinks
from retold.web.pages import save_evidence, show_change, show_one, show_two
from retold.web.shelf import Check, Comparison
from retold.web.uploads import MAX_CHARS, MAX_TEXTS, Dropped, Gathered, Pasted, gather_texts
from retold.web.views import answer_json, get_desk, show, show_document
from retold.web.work import check_text, compare_texts, work

router = APIRouter(include_in_schema=False)
BOXES = 8
_FIELDS = 64


@router.post("/demo")
async def load_demo(request: Request) -> Response:
    """Puts the story that comes with Retold into the library."""
    await _read_form(request)
    shelf = get_desk(request).shelf

    def add() -> str:
        report = shelf.add(read_inputs([str(REPORTS)]).articles)
        with shelf.lend() as library:
            stories = library.stories("newest", 50)
        return next((one.id for one in stories if one.id in report.stories), "")

    story = await work(add)
    return RedirectResponse(f"/stories/{story}" if story else "/stories", 303)


@router.get("/compare")
def show_compare(request: Request) -> Response:
    """The boxes for texts, files and addresses."""
    return show(request, "compare.html.jinja", boxes=BOXES, most_texts=MAX_TEXTS, most_chars=MAX_CHARS)


@router.post("/compare")
async def compare(request: Request) -> Response:
    """Compares what was given; the result is held in memory, or its reports go into the library where that is asked."""
    form, desk = await _read_form(request), get_desk(request)
    pasted, dropped = _list_pasted(form, "text"), await _list_dropped(form, "files")
    addresses = _get(form, "addresses")
    gathered = await run_in_threadpool(gather_texts, pasted, dropped, addresses, allow_private=desk.allow_private)
    if len(gathered.articles) < 2:
        raise InputError(_say_missing("two reports are needed to compare", gathered))
    document, missing = await work(lambda: compare_texts(gathered.articles, desk.shelf.config))
    id_ = desk.shelf.remember(Comparison(document, gathered.articles, (*gathered.notes, *missing)))
    return RedirectResponse(f"/compare/{id_}", 303)


@router.get("/compare/{result}.json")
def give_comparison(request: Request, result: str) -> Response:
    """The evidence document of a comparison."""
    document = get_desk(request).shelf.find_comparison(result).document
    return Response(encode_document(document), media_type="application/json")


@router.get("/compare/{result}")
def show_comparison(request: Request, result: str) -> Response:
    """What a comparison found, as a story's page."""
    comparison = get_desk(request).shelf.find_comparison(result)
    return show_document(
        request,
        comparison.document,
        LocalLinks(f"/compare/{result}", is_stored=False),
        "compared.html.jinja",
        notes=comparison.notes,
    )


@router.post("/compare/{result}/keep")
async def keep_comparison(request: Request, result: str) -> Response:
    """Puts the reports of a comparison into the library."""
    await _read_form(request)
    shelf = get_desk(request).shelf
    comparison = shelf.find_comparison(result)
    articles = [msgspec.structs.replace(article, id="") for article in comparison.articles]
    report = await work(lambda: shelf.add(articles))
    return RedirectResponse(f"/stories/{report.stories[0]}" if len(report.stories) == 1 else "/stories?every=true", 303)


@router.get("/compare/{result}/evidence.html")
def save_comparison(request: Request, result: str, finding: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The evidence pack of a comparison, or of one finding of it."""
    return save_evidence(get_desk(request).shelf.find_comparison(result).document, "comparison", finding)


@router.get("/compare/{result}/texts/{earlier}/{later}")
@router.get("/compare/{result}/texts/{earlier}/{later}.json")
def show_compared_texts(request: Request, result: str, earlier: str, later: str) -> Response:
    """Two reports of a comparison side by side."""
    document = get_desk(request).shelf.find_comparison(result).document
    return show_two(request, document, LocalLinks(f"/compare/{result}", is_stored=False), earlier, later)


@router.get("/compare/{result}/changes/{change}")
@router.get("/compare/{result}/changes/{change}.json")
def show_compared_change(request: Request, result: str, change: str) -> Response:
    """One change of a comparison."""
    document = get_desk(request).shelf.find_comparison(result).document
    return show_change(request, document, LocalLinks(f"/compare/{result}", is_stored=False), change)


@router.get("/compare/{result}/articles/{article}")
@router.get("/compare/{result}/articles/{article}.json")
def show_compared_article(request: Request, result: str, article: str) -> Response:
    """One report of a comparison."""
    document = get_desk(request).shelf.find_comparison(result).document
    return show_one(request, document, LocalLinks(f"/compare/{result}", is_stored=False), article)


@router.get("/check")
def show_check(request: Request) -> Response:
    """The boxes for a draft and its sources."""
    profiles = [(name, load_profile(name).title) for name in known_profiles()]
    return show(request, "check.html.jinja", boxes=BOXES, profiles=sorted(profiles, key=lambda p: p[0] != "default"))


@router.post("/check")
async def check(request: Request) -> Response:
    """Checks the quotations of a draft against its sources."""
    form, desk = await _read_form(request), get_desk(request)
    draft = await run_in_threadpool(
        gather_texts,
        [Pasted(_get(form, "draft"), "Draft")],
        await _list_dropped(form, "draft_file"),
        "",
        allow_private=False,
        prefix="draft",
    )
    sources = await run_in_threadpool(
        gather_texts,
        _list_pasted(form, "text"),
        await _list_dropped(form, "files"),
        _get(form, "addresses"),
        allow_private=desk.allow_private,
    )
    if len(draft.articles) != 1:
        raise InputError(_say_missing("one draft is needed, pasted or as a file", draft))
    if not sources.articles:
        raise InputError(_say_missing("at least one source is needed to check against", sources))
    name = _get(form, "profile") or "default"
    if name not in known_profiles():
        raise InputError(f"there is no such house style; there are {', '.join(known_profiles())}")
    own = draft.articles[0]
    report, missing = await work(lambda: check_text(own, sources.articles, load_profile(name), desk.shelf.config))
    result = Check(report, (own, *sources.articles), (*draft.notes, *sources.notes, *missing))
    return RedirectResponse(f"/check/{desk.shelf.remember(result)}", 303)


@router.get("/check/{result}.json")
def give_check(request: Request, result: str) -> Response:
    """The findings of a check."""
    return answer_json(get_desk(request).shelf.find_check(result).report)


@router.get("/check/{result}")
def show_checked(request: Request, result: str) -> Response:
    """The findings of a check: breaches, then questions, then what is allowed."""
    found = get_desk(request).shelf.find_check(result)
    order = {"breach": 0, "question": 1, "allowed": 2}
    texts = {article.id: article for article in found.articles}
    return show(
        request,
        "checked.html.jinja",
        report=found.report,
        findings=[
            (finding, *_build_diff(finding, texts))
            for finding in sorted(found.report.findings, key=lambda one: order[one.judgement])
        ],
        names={article.id: article.name for article in found.articles},
        notes=found.notes,
        twin=f"/check/{result}.json",
        legend=None,
    )


def _build_diff(finding: Finding, texts: dict[str, Article]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The words of the source with what the draft lacks marked, and those of the draft with what it has beyond."""
    draft = next(article for id_, article in texts.items() if id_.startswith("draft"))
    span = Span(finding.content[0].start, finding.content[-1].end)
    match = finding.match
    if match is None:
        return (), (Piece("same", span.cut(draft.text)),)
    change = Change("", None, None, match.label, edits=match.edits)
    source = texts[match.article].text
    later = build_pieces(change, source, draft.text, span)
    earlier = build_earlier_pieces(change, source, draft.text, match.span)
    if not is_readable(later):
        return (Piece("same", match.span.cut(source)),), drop_marks(later)
    shown = tuple(piece for piece in later if piece.kind not in {"removed", "space"})
    return earlier, mark_interruptions(shown) if finding.kind == "direct" else shown


async def _read_form(request: Request) -> FormData:
    """The fields of a form of ours. Raises `HTTPException` 403 where its token is not this server's."""
    form = await request.form(max_files=_FIELDS, max_fields=_FIELDS, max_part_size=12_000_000)
    if not get_desk(request).token.fits(_get(form, "token")):
        raise HTTPException(403, "This form is not of this server, or it was restarted since; load the page again.")
    return form


def _get(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _list_pasted(form: FormData, name: str) -> list[Pasted]:
    return [Pasted(_get(form, f"{name}{n}"), _get(form, f"{name}{n}_outlet")) for n in range(1, BOXES + 1)]


async def _list_dropped(form: FormData, name: str) -> list[Dropped]:
    files = [one for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]
    return [Dropped(one.filename or "", await one.read()) for one in files]


def _say_missing(what: str, gathered: Gathered) -> str:
    notes = " ".join(f"{note}." for note in gathered.notes)
    return f"{what}; {len(gathered.articles)} could be read. {notes} Go back and add what is missing."
