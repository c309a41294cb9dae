"""The evidence document of one story of a corpus, as bytes without the texts, which the articles' rows have."""

import zlib
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from retold.document import EvidenceDocument
from retold.errors import CorpusError
from retold.evidence import CompareConfig

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_PACK_LEVEL = 1


def pack_document(document: EvidenceDocument, config: CompareConfig) -> bytes:
    """A document made with `config`, without its articles' texts and without the settings, which are the corpus'."""
    settings = msgspec.to_builtins(config)
    own = {key: value for key, value in document.config.items() if key not in settings}
    articles = tuple(replace(article, text="") for article in document.articles)
    return zlib.compress(_ENCODER.encode(replace(document, config=own, articles=articles)), _PACK_LEVEL)


def unpack_document(data: bytes, texts: Mapping[str, str], config: CompareConfig) -> EvidenceDocument:
    """`pack_document` backwards. `texts`: of each article's id in the document its whole text."""
    try:
        document = msgspec.msgpack.decode(zlib.decompress(data), type=EvidenceDocument)
    except msgspec.ValidationError as e:
        raise CorpusError(
            "the corpus holds what another Retold found in its stories, in a form that this one doesn't read; make it "
            "anew under another name: retold corpus INPUT… -o NEW/"
        ) from e
    articles = tuple(replace(article, text=texts[article.id]) for article in document.articles)
    return replace(document, config={**document.config, **msgspec.to_builtins(config)}, articles=articles)
