"""The library: one SQLite file of articles, their stories and everything found in them, that grows and is searched."""

from retold.library.alerts import Alert, find_alerts
from retold.library.datasette import build_metadata, describe_tables, list_columns
from retold.library.library import Item, Library, open_library
from retold.library.listings import Listing, NameCount, StoryFilter, StoryRow
from retold.library.outlets import Outlet, Share, measure_share
from retold.library.search import find_places
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
    "build_metadata",
    "describe_tables",
    "find_alerts",
    "find_places",
    "list_changes",
    "list_columns",
    "measure_share",
    "open_library",
]
