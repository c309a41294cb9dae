"""The evidence document: what `--json` prints, what every other surface is a view of; written to bytes and read back.

One JSON object, UTF-8; all offsets are code points into `articles[].text`. The types are those of `retold.model`, so
that the document is the findings themselves and not a second telling of them.
"""

from typing import Final

import msgspec
from msgspec import Struct

from retold.errors import InputError
from retold.model import (
    Addition,
    Article,
    Change,
    Derivation,
    Fact,
    Family,
    Omission,
    Passage,
    Reading,
    Reject,
    Speaker,
    Story,
)

SCHEMA_VERSION: Final = 1
"""Goes up only when a key is renamed or its meaning changes; a new key leaves it."""


class EvidenceDocument(Struct, frozen=True):
    """Everything found in one run, in the order in which it is printed.

    `config` holds every setting that could change a result. `rejects` comes last: the inputs that were set aside.
    """

    retold: str
    schema: int
    config: dict[str, object]
    articles: tuple[Article, ...]
    speakers: tuple[Speaker, ...] = ()
    stories: tuple[Story, ...] = ()
    passages: tuple[Passage, ...] = ()
    families: tuple[Family, ...] = ()
    readings: tuple[Reading, ...] = ()
    changes: tuple[Change, ...] = ()
    omissions: tuple[Omission, ...] = ()
    additions: tuple[Addition, ...] = ()
    facts: tuple[Fact, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    rejects: tuple[Reject, ...] = ()


def encode_document(document: EvidenceDocument) -> bytes:
    r"""The document as JSON for people and programs: UTF-8, indented by one space, one closing newline.

    Same document, same bytes: keys stand in the order of the fields, those of `config` sorted. O(n) in its size.

    >>> encode_document(EvidenceDocument("0.1.0", 1, {}, ())).splitlines()[:2]
    [b'{', b' "retold": "0.1.0",']
    """
    return msgspec.json.format(msgspec.json.encode(document, order="deterministic"), indent=1) + b"\n"


def decode_document(data: bytes) -> EvidenceDocument:
    """Read back what `encode_document` wrote; keys that this version does not know are passed over.

    Raises `InputError` where `data` is no evidence document, or one of a later schema.
    """
    try:
        document = msgspec.json.decode(data, type=EvidenceDocument)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"This is no evidence document: {error}. Expected the output of `retold … --json`.") from error
    if document.schema != SCHEMA_VERSION:
        raise InputError(
            f"This evidence document has schema {document.schema}; this version of Retold reads schema "
            f"{SCHEMA_VERSION}. Write it again with this version, or read it with the one that wrote it "
            f"({document.retold})."
        )
    return document


def build_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of the evidence document, for those who read it with other tools."""
    (reference,), components = msgspec.json.schema_components(
        [EvidenceDocument], schema_hook=_describe_config_value, ref_template="#/$defs/{name}"
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **reference, "$defs": components}


def _describe_config_value(type_: type) -> dict[str, object]:
    """A setting may be any JSON value: the one place where the document is open."""
    if type_ is object:
        return {"description": "any JSON value"}  # msgspec takes an empty schema for no answer
    raise NotImplementedError(f"No JSON Schema is known for {type_!r}.")
