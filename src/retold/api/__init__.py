"""The Python API: what `import retold` offers, for notebooks and scripts. `docs/stability.md` says what is promised.

    read → Articles → compare → Comparison → rows, tables, drawings;  find_quotations, trace and explain on the way

A thin layer: nothing is found here that the rooms below don't find.
"""

from retold.api.articles import Article, Articles
from retold.api.comparison import Comparison
from retold.api.library import Library, open_library
from retold.api.reading import read
from retold.api.verbs import compare, explain, find_quotations, trace
from retold.errors import RetoldError
from retold.present.findings import Change, Derivation, Family, Quotation
from retold.rows import Rows

__all__ = [
    "Article",
    "Articles",
    "Change",
    "Comparison",
    "Derivation",
    "Family",
    "Library",
    "Quotation",
    "RetoldError",
    "Rows",
    "compare",
    "explain",
    "find_quotations",
    "open_library",
    "read",
    "trace",
]
