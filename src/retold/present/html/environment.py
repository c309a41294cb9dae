"""The templates' surroundings: everything printed is escaped, cleaned of controls, and nothing is left undefined."""

import re
from functools import cache
from typing import Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from retold.model import Article
from retold.present.lettering import clean_block, clean_line, shorten_line
from retold.present.timeline import describe_published

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@cache
def build_environment(*packages: str) -> Environment:
    """The environment of the templates of this room, and those of other `packages` that build on them."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in ("retold.present.html", *packages)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(
        line=clean_line, shorten=shorten_line, published=describe_published, language=_name_language, web=_check_address
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _finalize(value: object) -> object:
    """Whatever an expression prints, its controls are gone; our own markup passes as it is."""
    return clean_block(value) if type(value) is str else value


def _name_language(code: str | None) -> str:
    """A language code fit for a `lang` attribute, or "" for unknown."""
    return code if code and _LANGUAGE.fullmatch(code) else ""


def _check_address(article: Article) -> str:
    """The address of an article if it may be a link: http or https and nothing strange in it, else ""."""
    return article.url if article.url and re.fullmatch(r"https?://[^\s\"'<>\\`]+", article.url) else ""
