"""What the articles of a corpus are called in documents: by the codes that a library gives the same articles.

So what was found in an article or a story is the same bytes in a corpus and in a library.
"""

from retold.library import keys

SPARE_BITS = 63 - 48
"""An article's id in a corpus begins as its key in a library and goes on: a library never holds a billion articles."""


def write_code(id_: int) -> str:
    """The code of the article with this id. In a billion articles two may have the same; in one story none do.

    >>> write_code(31 << 15), write_code((31 << 15) + 7)
    ('a00000000001f', 'a00000000001f')
    """
    return keys.write_code("a", id_ >> SPARE_BITS)
