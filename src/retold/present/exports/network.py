"""GraphML: the articles of each story as nodes, who retold whom as weighted directed edges, for Gephi and its like.

An edge goes the way the words went: from the report that was retold to the one that retells it. `label` and `weight`
are the names that Gephi takes for a node's label and an edge's weight without being told; `id` is a column of its own,
so that ours are called `article` and `derivation`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from retold.model import Article, Derivation
from retold.present.exports.names import Losses, clean_url, escape_xml, make_xml_name, write_attributes
from retold.present.exports.parts import Index, Part

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">'
    "\n"
)
NODE_COLUMNS: Final[Mapping[str, str]] = {
    "label": "string", "kind": "string", "article": "string", "story": "string", "outlet": "string", "title": "string",
    "published": "string", "language": "string", "url": "string", "quotations": "int", "chars": "int",
}  # fmt: skip
EDGE_COLUMNS: Final[Mapping[str, str]] = {
    "weight": "double", "probability": "double", "kind": "string", "derivation": "string", "evidence": "string",
    "log_odds": "double", "changes": "int", "major": "int",
}  # fmt: skip

_Cells = dict[str, str | int | float | None]


def write(parts: Iterable[Part], out: BinaryIO, losses: Losses) -> None:
    """One directed graph of all stories. Linear; memory holds one story and the counts along its edges."""
    out.write(_HEAD.encode())
    for of, columns in (("node", NODE_COLUMNS), ("edge", EDGE_COLUMNS)):
        for name, type_ in columns.items():
            out.write(f'<key id="{of}_{name}" for="{of}" attr.name="{name}" attr.type="{type_}"/>\n'.encode())
    out.write(b'<graph id="derivations" edgedefault="directed">\n')
    for part in parts:
        for line in _write_part(part, losses):
            out.write(line.encode())
    out.write(b"</graph>\n</graphml>\n")


def _write_part(part: Part, losses: Losses) -> Iterator[str]:
    document, index = part.document, Index(part.document)
    changes = _count_changes(index, part)
    for article in document.articles:
        cells = _describe_article(article, index.stories.get(article.id))
        yield _write_element("node", {"id": make_xml_name("article", article.id)}, cells, losses)
    for origin, derivation in _find_origins(document.derivations, index).items():
        kind = "outlet" if derivation.from_ is None else "hidden"
        label = derivation.from_outlet if derivation.from_ is None else "common origin"
        origin_cells: _Cells = {
            "label": f"{label} (not at hand)",
            "kind": kind,
            "story": index.stories.get(derivation.to),
            "outlet": derivation.from_outlet,
        }
        yield _write_element("node", {"id": origin}, origin_cells, losses)
    for derivation in document.derivations:
        total, major = changes.get((derivation.from_ or "", derivation.to), (0, 0))
        yield _write_element(
            "edge",
            {
                "id": make_xml_name("derivation", derivation.id),
                "source": _name_origin(derivation, index),
                "target": make_xml_name("article", derivation.to),
            },
            {
                "weight": derivation.probability,
                "probability": derivation.probability,
                "kind": derivation.kind,
                "derivation": derivation.id,
                "evidence": " ".join(dict.fromkeys(piece.kind for piece in derivation.evidence)),
                "log_odds": round(sum(piece.weight for piece in derivation.evidence), 4),
                "changes": total,
                "major": major,
            },
            losses,
        )


def _describe_article(article: Article, story: str | None) -> _Cells:
    return {
        "label": article.name,
        "kind": "article",
        "article": article.id,
        "story": story,
        "outlet": article.outlet,
        "title": article.title,
        "published": article.published.value if article.published else None,
        "language": article.language,
        "url": clean_url(article.url),
        "quotations": len(article.quotations),
        "chars": len(article.text),
    }


def _name_origin(derivation: Derivation, index: Index) -> str:
    if derivation.from_ is None:  # per story: what another story cites of that outlet is another report of it
        return make_xml_name("outlet", f"{index.stories.get(derivation.to, '')}:{derivation.from_outlet}")
    kind = "article" if derivation.from_ in index.articles else "hidden"
    return make_xml_name(kind, derivation.from_)


def _find_origins(derivations: Iterable[Derivation], index: Index) -> dict[str, Derivation]:
    """The origins that are no article at hand, each with the first derivation from it."""
    found: dict[str, Derivation] = {}
    for derivation in derivations:
        if derivation.from_ not in index.articles:
            found.setdefault(_name_origin(derivation, index), derivation)
    return found


def _count_changes(index: Index, part: Part) -> dict[tuple[str, str], tuple[int, int]]:
    """Along each pair of articles: the changes, and those that are major."""
    total: Counter[tuple[str, str]] = Counter()
    major: Counter[tuple[str, str]] = Counter()
    for change in part.document.changes:
        earlier, later = index.readings.get(change.from_ or ""), index.readings.get(change.to or "")
        to = later.article if later else change.article
        if earlier is not None and to is not None:
            total[earlier.article, to] += 1
            major[earlier.article, to] += change.severity == "major"
    return {pair: (number, major[pair]) for pair, number in total.items()}


def _write_element(of: str, attributes: dict[str, str | None], cells: _Cells, losses: Losses) -> str:
    data = "".join(
        f'<data key="{of}_{name}">{escape_xml(str(value), losses)}</data>'
        for name, value in cells.items()
        if value is not None
    )
    return f"<{of}{write_attributes(attributes, losses)}>{data}</{of}>\n"
