"""The library: one SQLite file of articles, their stories and everything found in them, that grows and is searched."""

from retold.library.alerts import Alert, find_alerts
from retold.library.library import Item, Library, open_library
from retold.library.values import (
    AddReport,
    ArticleHit,
    LibraryConfig,
    LibraryCounts,
    Progress,
    QuotationHit,
    StoryOrder,
    StorySummary,
    list_changes,
)

__all__ = [
    "AddReport",
    "Alert",
    "ArticleHit",
    "Item",
    "Library",
    "LibraryConfig",
    "LibraryCounts",
    "Progress",
    "QuotationHit",
    "StoryOrder",
    "StorySummary",
    "find_alerts",
    "list_changes",
    "open_library",
]
