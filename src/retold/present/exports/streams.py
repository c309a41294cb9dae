"""JSON written one node after the other, so that memory holds one node however many there are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, TypeAlias

import msgspec

from retold.present.exports.names import Losses, clean_text

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Node: TypeAlias = dict[str, Json]


def encode_json(value: Json, losses: Losses) -> bytes:
    """One JSON value in UTF-8 on one line. Halves of characters, which UTF-8 can't hold, are replaced and counted."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_clean(value, losses))


def write_nodes(out: BinaryIO, head: Node, key: str, nodes: Iterable[Json], losses: Losses) -> None:
    """An object with the keys of `head`, and `nodes` as the list `key`, each on a line of its own."""
    start = encode_json(head, losses).removesuffix(b"}")
    out.write(start + (b",\n" if head else b"\n") + encode_json(key, losses) + b":[")
    write_list(out, nodes, losses)
    out.write(b"]}\n")


def write_list(out: BinaryIO, nodes: Iterable[Json], losses: Losses) -> None:
    """The inside of a list: each node on a line of its own."""
    between = b"\n"
    for node in nodes:
        out.write(between + encode_json(node, losses))
        between = b",\n"
    out.write(b"\n")


def drop_none(node: Mapping[str, Json]) -> Node:
    """A node without its empty keys: in linked data what is not said is left out.

    >>> drop_none({"name": "Lund", "url": None, "parts": []})
    {'name': 'Lund'}
    """
    return {key: value for key, value in node.items() if value is not None and value != []}


def _clean(value: Json, losses: Losses) -> Json:
    if isinstance(value, str):
        return clean_text(value, losses)
    if isinstance(value, Mapping):
        return {clean_text(key, losses): _clean(inner, losses) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_clean(inner, losses) for inner in value]
    return value
