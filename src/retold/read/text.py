"""A plain-text file → `Article`."""

from retold.model import Article
from retold.read.batch import hash_text
from retold.read.decoding import Decoded
from retold.read.language import detect_language


def read_text(decoded: Decoded, path: str | None) -> Article:
    """The article that a text file is: its characters untouched, so that offsets point into the file itself.

    Title, outlet and date are left to the stages that look at the text. Linear. The id is given later.

    >>> read_text(Decoded("One line.\\r\\n", "utf-8"), "a.txt").text
    'One line.\\r\\n'
    """
    return Article(
        id="",
        text=decoded.text,
        sha256=hash_text(decoded.text),
        path=path,
        encoding=decoded.encoding,
        language=detect_language(decoded.text),
    )
