"""Templates and JSON as answers: the surroundings that every page of the server shares."""

import re
from typing import Final

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from retold import __version__
from retold.document import EvidenceDocument
from retold.present.html.environment import build_environment
from retold.present.html.stories import SHOWN_ITEMS, StoryPage, build_story, list_labels
from retold.present.ledger import Ledger
from retold.present.timeline import describe_span
from retold.web.addresses import LocalLinks, write_address
from retold.web.charts import draw_spark
from retold.web.guards import Token
from retold.web.problems import Problem
from retold.web.shelf import Shelf

HTML: Final = "text/html; charset=utf-8"
_MARKED: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


class Desk(Struct, frozen=True):
    """What the handlers of a server share. `allow_private`: whether the address box may ask this network's machines."""

    shelf: Shelf
    token: Token
    allow_private: bool


def get_desk(request: Request) -> Desk:
    """The desk of the server that handles a request."""
    desk: Desk = request.app.state.desk
    return desk


def load_templates() -> None:
    """Compiles every template, so that nobody waits for it."""
    environment = build_environment("retold.web")
    for name in environment.list_templates(extensions=["jinja"]):
        environment.get_template(name)


def show(request: Request, template: str, **context: object) -> Response:
    """A page from its template."""
    desk = get_desk(request)
    surroundings: dict[str, object] = {
        "links": LocalLinks(),
        "token": desk.token.value,
        "library": None if desk.shelf.is_temporary else desk.shelf.path.name,
        "version": __version__,
        "shown_items": SHOWN_ITEMS,
        "address": write_address,
        "twin": "",
        "query": "",
        "here": request.url.path.split("/")[1],
        "spark": draw_spark,
        "describe_span": describe_span,
        "split_marked": split_marked,
        "legend": None,
    }
    html = build_environment("retold.web").get_template(template).render(surroundings | context)
    return Response(html, media_type=HTML)


def show_problem(request: Request, problem: Problem) -> Response:
    """An error as a page: what happened, what is safe, what to do."""
    answer = show(request, "problem.html.jinja", problem=problem)
    answer.status_code = problem.status
    return answer


def answer_json(value: object, status: int = 200) -> Response:
    """Any value of Retold as JSON, keys in the order of its fields."""
    data = msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1)
    return Response(data + b"\n", status, media_type="application/json")


def save_page(html: str, name: str) -> Response:
    """A self-contained page to be saved under a plain name."""
    safe = re.sub(r"[^a-zA-Z0-9-]+", "-", name).strip("-")[:60] or "story"
    return Response(
        html, media_type=HTML, headers={"content-disposition": f'attachment; filename="retold-{safe}.html"'}
    )


def build_pages(document: EvidenceDocument) -> tuple[Ledger, tuple[StoryPage, ...]]:
    """The stories of a document, as their pages show them."""
    ledger = Ledger(document)
    views = ledger.view_stories()
    return ledger, tuple(build_story(view, ledger, f"s{n}", with_texts=False) for n, view in enumerate(views, 1))


def show_document(
    request: Request, document: EvidenceDocument, links: LocalLinks, template: str, **context: object
) -> Response:
    """The page of a story or of a comparison."""
    ledger, stories = build_pages(document)
    return show(
        request,
        template,
        document=document,
        ledger=ledger,
        stories=stories,
        single=ledger.find_single_articles(),
        links=links,
        twin=f"{links.base}.json",
        legend=list_labels(document),
        **context,
    )


def split_marked(excerpt: str) -> tuple[tuple[str, bool], ...]:
    """An excerpt of a search in pieces, each with whether it is what was searched.

    >>> split_marked("the [[dam]] broke")
    (('the ', False), ('dam', True), (' broke', False))
    """
    parts = _MARKED.split(excerpt)
    return tuple((part, bool(n % 2)) for n, part in enumerate(parts) if part)
