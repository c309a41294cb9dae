"""One self-contained page out of one evidence document.

Text never becomes markup: the template escapes everything, what is printed is first cleaned of controls, and every
anchor is counted here, never taken from an input. A content security policy forbids whatever is not in the file.
"""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from retold.document import EvidenceDocument
from retold.model import Addition, Article, Fact, Label, Omission
from retold.present import words
from retold.present.html.columns import Pair, pair_texts
from retold.present.html.descent import Drawing, draw_descent
from retold.present.html.rows import Row, build_row
from retold.present.ledger import FamilyView, Ledger, StoryView, name_story
from retold.present.lettering import clean_block, clean_line, shorten_line
from retold.present.timeline import describe_published

SHOWN_ITEMS: Final = 12
"""Left-out and added items that stand open; the rest is one click away."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class ReportChanges(Struct, frozen=True):
    """What one report left out and what it added."""

    name: str
    omissions: tuple[Omission, ...]
    additions: tuple[Addition, ...]


class Once(Struct, frozen=True):
    """What one report alone tells."""

    name: str
    families: tuple[FamilyView, ...]


class StoryPage(Struct, frozen=True):
    """A story with everything the template needs, anchors counted."""

    anchor: str
    view: StoryView
    drawing: Drawing
    rows: tuple[Row, ...]
    once: tuple[Once, ...]
    reports: tuple[ReportChanges, ...]
    facts: tuple[Fact, ...]
    agreeing: tuple[Fact, ...]
    pairs: tuple[Pair, ...]
    hidden_pairs: int


def render_page(document: EvidenceDocument) -> str:
    """The document as one HTML file: no address in it is fetched, and it reads without its script.

    Same document, same page. O(n) in the size of the document, and in the text of every pair set side by side.
    """
    ledger = Ledger(document)
    stories = tuple(_build_story(view, ledger, f"s{n}") for n, view in enumerate(ledger.view_stories(), 1))
    labels: tuple[Label, ...] = tuple(
        label for label in words.LABELS if any(change.label == label for change in document.changes)
    )
    single = ledger.find_single_articles()
    title = stories[0].view.title if stories else name_story(document.articles)
    style, script = _read_static("page.css"), _read_static("page.js")
    return (
        _build_environment()
        .get_template("page.html.jinja")
        .render(
            document=document,
            ledger=ledger,
            words=words,
            stories=stories,
            single=single,
            labels=labels,
            title=title,
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'",
            config=msgspec.json.format(msgspec.json.encode(document.config, order="deterministic"), indent=2).decode(),
            shown_items=SHOWN_ITEMS,
        )
    )


def _build_story(view: StoryView, ledger: Ledger, anchor: str) -> StoryPage:
    pairs, hidden = pair_texts(view, ledger, anchor)
    reports = []
    for article in view.articles:
        omissions = tuple(one for one in view.omissions if one.article == article.id)
        additions = tuple(one for one in view.additions if one.article == article.id)
        if omissions or additions:
            reports.append(ReportChanges(ledger.name(article.id), omissions, additions))
    once = []
    for article in view.articles:
        families = tuple(one for one in view.single if one.readings[0].article.id == article.id)
        if families:
            once.append(Once(ledger.name(article.id), families))
    order = {"differ": 0, "less_precise": 1, "rounded": 1, "ambiguous": 1}
    return StoryPage(
        anchor=anchor,
        view=view,
        drawing=draw_descent(view, ledger),
        rows=tuple(
            build_row(family, view, ledger, pairs, f"{anchor}f{number}") for number, family in enumerate(view.shared, 1)
        ),
        once=tuple(once),
        reports=tuple(reports),
        facts=tuple(sorted((f for f in view.facts if f.verdict != "agree"), key=lambda fact: order[fact.verdict])),
        agreeing=tuple(fact for fact in view.facts if fact.verdict == "agree"),
        pairs=pairs,
        hidden_pairs=hidden,
    )


@cache
def _build_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("retold.present.html"),
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


def _read_static(name: str) -> str:
    text = files("retold.present.html").joinpath("static", name).read_text("utf-8")
    return "\n" + text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
