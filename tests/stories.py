"""The invented stories of `tests/cases/stories`, as articles and with what is true of them."""

import json
from pathlib import Path
from typing import TypedDict, cast

from retold.model import Article
from retold.read.batch import hash_text
from retold.read.dates import parse_published

FOLDER = Path(__file__).parent / "cases" / "stories"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/gold.json"))


class GoldArticle(TypedDict):
    outlet: str | None
    published: str | None
    lang: str


class GoldQuotation(TypedDict):
    kind: str
    speaker: str | None
    content: list[list[int]]


class GoldReading(TypedDict):
    article: str
    span: list[int]


GoldChange = TypedDict(
    "GoldChange", {"from": str | None, "to": str | None, "label": str, "flags": list[str], "severity": str}
)


class Gold(TypedDict):
    articles: dict[str, GoldArticle]
    quotations: dict[str, GoldQuotation]
    readings: dict[str, GoldReading]
    changes: list[GoldChange]


def load_gold(name: str) -> Gold:
    """What an annotator found in a story."""
    return cast(Gold, json.loads((FOLDER / name / "gold.json").read_text("utf-8")))


def load_articles(name: str) -> list[Article]:
    """The story's articles as a reader would hand them on."""
    articles = []
    for id_, known in load_gold(name)["articles"].items():
        text = (FOLDER / name / f"{id_}.txt").read_text("utf-8")
        published = parse_published(known["published"]) if known["published"] else None
        articles.append(
            Article(id_, text, hash_text(text), outlet=known["outlet"], language=known["lang"], published=published)
        )
    return articles
