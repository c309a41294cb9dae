"""What was found in one article, and what its story is told by, as bytes to be kept in a library or a corpus."""

import zlib

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from retold.annotate.annotation import FoundArticle
from retold.annotate.citations import find_citations
from retold.errors import LibraryVersionError
from retold.languages import choose_language
from retold.model import AnnotatedArticle, Article
from retold.relate.profiles import Profile, make_profile

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_PACK_LEVEL = 1
"""zlib's quickest: half the size for a twentieth of the time that finding took."""

_OF_ANOTHER = (
    "the library or corpus holds what another Retold found in its articles, in a form that this one doesn't read; make "
    "it anew under another name: retold build INPUT… -o NEW.db, or retold corpus INPUT… -o NEW/"
)


class PackedArticle(Struct, frozen=True):
    """An article as it was read, and what was found in it elsewhere under the same settings, packed. `parser`: the one
    that had a part in it. `profile`: packed, too; None where another Retold made it."""

    article: Article
    found: bytes
    parser: str | None
    profile: bytes | None = None


def pack_found(found: FoundArticle) -> bytes:
    """What was found in an article, without its text, which the article's row has."""
    return zlib.compress(_ENCODER.encode(replace(found, article=replace(found.article, text=""))), _PACK_LEVEL)


def unpack_found(data: bytes, text: str) -> FoundArticle:
    """`pack_found` backwards; `text` is the part that was read."""
    try:
        found = msgspec.msgpack.decode(zlib.decompress(data), type=FoundArticle)
    except msgspec.ValidationError as e:
        raise LibraryVersionError(_OF_ANOTHER) from e
    return replace(found, article=replace(found.article, text=text))


def make_found_profile(found: FoundArticle) -> Profile:
    """What an article's story is told by, from what was found in it."""
    article = found.article
    known = {article.outlet} if article.outlet else ()
    citations = find_citations(article, found.sentences, choose_language(article.language), known)
    return make_profile(AnnotatedArticle(replace(article, citations=citations), found.sentences))


def pack_profile(profile: Profile) -> bytes:
    """A profile as bytes: equal profiles, equal bytes."""
    return zlib.compress(_ENCODER.encode(profile), _PACK_LEVEL)


def unpack_profile(data: bytes) -> Profile:
    """`pack_profile` backwards."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(data), type=Profile)
    except msgspec.ValidationError as e:
        raise LibraryVersionError(_OF_ANOTHER) from e
