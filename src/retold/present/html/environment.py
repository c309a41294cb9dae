"""The templates' surroundings: everything printed is escaped, cleaned of controls, and nothing is left undefined."""

import re
from functools import cache
from typing import Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from retold.model import Article
from retold.present import words
from retold.present.lettering import clean_block, clean_line, shorten_line
from retold.present.timeline import describe_moment, describe_published

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
        line=clean_line,
        shorten=shorten_line,
        published=describe_published,
        moment=describe_moment,
        language=_name_language,
        web=_check_address,
    )
    environment.globals.update(words=words, say=words.SAY, named=_set_name, keys=_set_keys)
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _finalize(value: object) -> object:
    """Whatever an expression prints, its controls are gone; our own markup passes as it is."""
    return clean_block(value) if type(value) is str else value


def _set_name(phrase: str, name: str) -> Markup:
    """A phrase with a {name} in it, kept apart from the direction of the text around it."""
    return Markup(escape(phrase)).format(name=Markup("<bdi>{}</bdi>").format(clean_line(name)))


def _set_keys(phrase: str) -> Markup:
    """A phrase with keys to press in it: {j}, {k}, {o}, {esc} and {slash}."""
    names = {"j": "j", "k": "k", "o": "o", "esc": "Esc", "slash": "/"}
    keys = {name: Markup("<kbd>{}</kbd>").format(shown) for name, shown in names.items()}
    return Markup(escape(phrase)).format(**keys)


def _name_language(code: str | None) -> str:
    """A language code fit for a `lang` attribute, or "" for unknown."""
    return code if code and _LANGUAGE.fullmatch(code) else ""


def _check_address(article: Article) -> str:
    """The address of an article if it may be a link: http or https and nothing strange in it, else ""."""
    return article.url if article.url and re.fullmatch(r"https?://[^\s\"'<>\\`]+", article.url) else ""
