"""Errors as answers: problem details (RFC 9457) for programs; what they say is what a page shows too."""

import http

import msgspec
from msgspec import Struct
from starlette.responses import Response

from retold.errors import (
    InputError,
    LibraryError,
    LibraryFullError,
    LibraryLockedError,
    MissingExtraError,
    RetoldError,
    UnknownStoryError,
)
from retold.present.lettering import clean_line


class Problem(Struct, frozen=True, omit_defaults=True):
    """A problem document. `type` is "about:blank": the status says the kind, `detail` what to do."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


def describe_error(error: RetoldError) -> Problem:
    """What went wrong, as a status and a sentence."""
    if isinstance(error, UnknownStoryError):
        status = 404
    elif isinstance(error, LibraryLockedError):
        status = 503
    elif isinstance(error, LibraryFullError):
        status = 507
    elif isinstance(error, LibraryError):
        status = 409
    elif isinstance(error, InputError):
        status = 422
    else:
        status = 501 if isinstance(error, MissingExtraError) else 422
    return Problem(http.HTTPStatus(status).phrase, status, clean_line(str(error)))


def answer_problem(status: int, title: str, detail: str) -> Response:
    """A problem document as an answer."""
    data = msgspec.json.encode(Problem(title, status, clean_line(detail)))
    return Response(data, status, media_type="application/problem+json")
