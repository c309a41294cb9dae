"""The server's application: guards, static files, pages, REST, and what happens to errors."""

import http
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from retold import __version__
from retold.errors import RetoldError
from retold.library import LibraryConfig
from retold.present import words
from retold.present.lettering import clean_line
from retold.web import api, forms, pages
from retold.web.guards import Guard, Token
from retold.web.problems import Problem, answer_problem, describe_error
from retold.web.shelf import Shelf
from retold.web.statics import router as static_router
from retold.web.views import Desk, load_templates, show_problem

_LOG = logging.getLogger("retold.web")


def create_app(
    library: Path | None = None,
    *,
    config: LibraryConfig | None = None,
    allow_private: bool = False,
    hosts: frozenset[str] = frozenset(),
) -> FastAPI:
    """The application over a library file; None: over an empty one that is gone when the server stops.

    `config`: the settings a new library is made with. `allow_private`: the address box may ask this network's machines.
    `hosts`: names that the server may be asked by besides 127.0.0.1 and localhost. Raises the children of
    `LibraryError`.
    """
    shelf = Shelf(library, config)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=load_templates, daemon=True).start()
        yield
        shelf.close()

    app = FastAPI(
        title="Retold",
        version=__version__,
        summary="Who said what in each report of an event, what became of it on the way, and who retold whom.",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=live,
    )
    app.state.desk = Desk(shelf, Token(), allow_private)
    app.include_router(static_router)
    app.include_router(api.router)
    app.include_router(forms.router)
    app.include_router(pages.router)
    app.add_exception_handler(RetoldError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_error)
    app.add_exception_handler(Exception, _answer_error)
    app.add_middleware(Guard, hosts=hosts)
    api.complete_description(app)
    return app


def _answer_error(request: Request, error: Exception) -> Response:
    problem = _describe(error)
    path = request.url.path
    if path.startswith("/api/") or path.endswith(".json"):
        answer = answer_problem(problem.status, problem.title, problem.detail)
    else:
        answer = show_problem(request, problem)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _describe(error: Exception) -> Problem:
    if isinstance(error, RetoldError):
        return describe_error(error)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = " → ".join(clean_line(str(part)) for part in first["loc"])
        return Problem(words.SAY["not_understood"], 422, f"{where}: {clean_line(first['msg'])}.")
    if isinstance(error, HTTPException):
        title = http.HTTPStatus(error.status_code).phrase
        detail = clean_line(str(error.detail))
        if error.status_code == 404:
            detail = words.SAY["no_page"]
        return Problem(title, error.status_code, detail)
    _LOG.error("a fault of Retold's own", exc_info=error)
    return Problem(words.SAY["own_fault"], 500, words.SAY["own_fault_note"].format(error=type(error).__name__))
