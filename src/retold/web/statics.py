"""Styles, scripts and fonts: files of the package, and nothing else."""

from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

router = APIRouter(include_in_schema=False)
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "woff2": "font/woff2",
                 "svg": "image/svg+xml"}  # fmt: skip


@router.get("/static/{name}")
def give_static(name: str) -> Response:
    """One file by its name; the names are those of the package, so that no path leads out of it."""
    found = _list_files().get(name)
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": "no-cache" if not name.endswith(".woff2") else "max-age=31536000, immutable"}
    return Response(found, media_type=_TYPES[name.rsplit(".", 1)[1]], headers=headers)


@router.get("/favicon.ico")
def give_icon() -> Response:
    """The mark of the page."""
    return Response(_list_files()["mark.svg"], media_type=_TYPES["svg"])


@cache
def _list_files() -> dict[str, bytes]:
    own, shared = files("retold.web") / "static", files("retold.present.html") / "static"
    entries = [*own.iterdir(), *(own / "fonts").iterdir(), *shared.iterdir()]
    return {one.name: one.read_bytes() for one in entries if one.is_file() and one.name.rsplit(".", 1)[-1] in _TYPES}
