"""The evidence document: to bytes and back, the same bytes each time, and a schema that knows its keys."""

import json

import msgspec
import pytest

from retold.document import EvidenceDocument, build_schema, decode_document, encode_document
from retold.errors import InputError

KEYS = list(EvidenceDocument.__struct_fields__)


def test_reads_back_what_it_wrote(document: EvidenceDocument) -> None:
    data = encode_document(document)
    assert decode_document(data) == document
    assert encode_document(decode_document(data)) == data


def test_keys_stand_in_the_order_of_the_schema(document: EvidenceDocument) -> None:
    written = json.loads(encode_document(document))
    assert list(written) == KEYS
    assert KEYS[:4] == ["retold", "schema", "config", "articles"]
    assert KEYS[-2:] == ["derivations", "rejects"]
    assert {"from", "to", "edits"} <= set(written["changes"][0])
    assert '"from_"' not in encode_document(document).decode()


def test_offsets_are_code_points_of_the_text(document: EvidenceDocument) -> None:
    written = json.loads(encode_document(document))
    texts = {article["id"]: article["text"] for article in written["articles"]}
    reading = next(one for one in written["readings"] if one["id"] == "r4")
    start, end = reading["span"]
    assert texts["a4"][start:end].startswith("Міст має")


def test_the_order_of_settings_is_no_difference(document: EvidenceDocument) -> None:
    turned = msgspec.structs.replace(document, config=dict(reversed(document.config.items())))
    assert encode_document(turned) == encode_document(document)


def test_unknown_keys_are_passed_over(document: EvidenceDocument) -> None:
    written = json.loads(encode_document(document)) | {"later": [1]}
    assert decode_document(json.dumps(written).encode()) == document


@pytest.mark.parametrize("data", [b"", b"[]", b'{"retold": "0.1.0"}', b"\xff\xfe", b'{"retold": "\xff"}'])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no evidence document"):
        decode_document(data)


def test_a_later_schema_is_refused(document: EvidenceDocument) -> None:
    with pytest.raises(InputError, match="schema 2"):
        decode_document(encode_document(msgspec.structs.replace(document, schema=2)))


def test_the_schema_names_every_key_and_label() -> None:
    schema = json.loads(json.dumps(build_schema()))
    assert list(schema["$defs"]["EvidenceDocument"]["properties"]) == KEYS
    assert "truncated" in schema["$defs"]["Change"]["properties"]["label"]["enum"]
    assert schema["$ref"] == "#/$defs/EvidenceDocument"
