"""The library: one SQLite file of articles, their stories and everything found in them, that grows and is searched."""

from retold.library.alerts import Alert, find_alerts
from retold.library.library import Item, Library, open_library
from retold.library.listings import Listing, NameCount, StoryFilter, StoryRow
from retold.library.outlets import Outlet, Share, measure_share
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
    "Listing",
    "NameCount",
    "Outlet",
    "Progress",
    "QuotationHit",
    "Share",
    "StoryFilter",
    "StoryOrder",
    "StoryRow",
    "StorySummary",
    "find_alerts",
    "list_changes",
    "measure_share",
    "open_library",
]
