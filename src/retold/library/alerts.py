"""What is new in a story, for those who watch: each new retelling, and each change that is grave enough."""

from collections.abc import Collection
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from retold.document import EvidenceDocument
from retold.library.rows import shorten
from retold.library.values import list_changes
from retold.model import Severity

AlertKind: TypeAlias = Literal["retelling", "change"]
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Alert(Struct, frozen=True):
    """One thing to tell: in a `line`, and as data. `id`: of the finding in the story's document."""

    kind: AlertKind
    story: str
    id: str
    line: str
    article: str
    outlet: str | None
    title: str | None
    url: str | None
    earlier_outlet: str | None
    label: str | None = None
    severity: Severity | None = None
    earlier_words: str | None = None
    later_words: str | None = None


def find_alerts(
    story: str, document: EvidenceDocument, new: Collection[str], least: Severity = "major"
) -> tuple[Alert, ...]:
    """The retellings and changes in a story that come with its `new` articles (ids); changes of severity `least` or
    graver. In the order of the document. Linear in it."""
    articles = {article.id: article for article in document.articles}
    readings = {reading.id: reading.article for reading in document.readings}
    found: list[Alert] = []
    for d in document.derivations:
        if d.to in new:
            copy, source = articles[d.to], articles.get(d.from_ or "")
            origin = source.name if source else d.from_outlet or "a report that is not at hand"
            line = f"{copy.name} retells {origin}: {shorten(copy.title or copy.text)} ({d.kind}, {d.probability:.2f})"
            found.append(
                Alert("retelling", story, d.id, line, copy.id, copy.outlet, copy.title, copy.url,
                      source.outlet if source else d.from_outlet)
            )  # fmt: skip
    rows = {row.id: row for row in list_changes(document)}
    for c in document.changes:
        later = readings.get(c.to or "") or c.article
        is_grave = c.severity != "none" and _SEVERITIES.index(c.severity) >= _SEVERITIES.index(least)
        if later is not None and later in new and is_grave:
            row, article = rows[c.id], articles[later]
            words = f": “{shorten(row.later_words)}”" if row.later_words else ""
            line = f"{c.severity}: {article.name} {c.label} {row.speaker or 'unknown'}{words}"
            line += f" (relative to {row.earlier_outlet})" if row.earlier_outlet else ""
            found.append(
                Alert("change", story, c.id, line, article.id, article.outlet, article.title, article.url,
                      row.earlier_outlet, c.label, c.severity, row.earlier_words, row.later_words)
            )  # fmt: skip
    return tuple(found)
