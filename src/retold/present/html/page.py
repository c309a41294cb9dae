"""One self-contained page out of one evidence document.

Text never becomes markup: the template escapes everything, what is printed is first cleaned of controls, and every
anchor is counted here, never taken from an input. A content security policy forbids whatever is not in the file.
"""

import base64
import hashlib
from importlib.resources import files

import msgspec
from markupsafe import Markup

from retold.document import EvidenceDocument
from retold.present.html.environment import build_environment
from retold.present.html.links import ALONE
from retold.present.html.stories import SHOWN_ITEMS, build_story, list_labels
from retold.present.ledger import Ledger, name_story


def render_page(document: EvidenceDocument) -> str:
    """The document as one HTML file: no address in it is fetched, and it reads without its script.

    Same document, same page. O(n) in the size of the document, and in the text of every pair set side by side.
    """
    ledger = Ledger(document)
    stories = tuple(
        build_story(view, ledger, f"s{n}", with_texts=True) for n, view in enumerate(ledger.view_stories(), 1)
    )
    single = ledger.find_single_articles()
    title = stories[0].view.title if stories else name_story(document.articles)
    style, script = _read_static("page.css"), _read_static("page.js")
    return (
        build_environment()
        .get_template("page.html.jinja")
        .render(
            document=document,
            ledger=ledger,
            stories=stories,
            single=single,
            labels=list_labels(document),
            links=ALONE,
            title=title,
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'",
            config=msgspec.json.format(msgspec.json.encode(document.config, order="deterministic"), indent=2).decode(),
            shown_items=SHOWN_ITEMS,
        )
    )


def _read_static(name: str) -> str:
    text = files("retold.present.html").joinpath("static", name).read_text("utf-8")
    return "\n" + text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
