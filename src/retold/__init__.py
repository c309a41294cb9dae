"""Retold: who said what in each report of an event, what became of each quotation, and who retold whom.

    import retold

    articles = retold.read("reports/")
    comparison = retold.compare(articles)
    comparison.changes.to_pandas()

The names below are promised (docs/stability.md); each is loaded when it is first used.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # what type checkers take for true; `typing` itself would cost more than all the rest
if TYPE_CHECKING:
    from retold.api import Article as Article
    from retold.api import Articles as Articles
    from retold.api import Change as Change
    from retold.api import Comparison as Comparison
    from retold.api import Derivation as Derivation
    from retold.api import Family as Family
    from retold.api import Library as Library
    from retold.api import Quotation as Quotation
    from retold.api import RetoldError as RetoldError
    from retold.api import Rows as Rows
    from retold.api import compare as compare
    from retold.api import explain as explain
    from retold.api import find_quotations as find_quotations
    from retold.api import open_library as open_library
    from retold.api import read as read
    from retold.api import trace as trace

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


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'retold' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    if name in ("read", "trace"):  # rooms that can be called: retold.doors says why
        return import_module(f"retold.{name}")
    value: object = getattr(import_module("retold.api"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
