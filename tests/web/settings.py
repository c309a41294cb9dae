"""What all tests of the pages are served with."""

from retold.annotate.annotation import AnnotateConfig
from retold.evidence import CompareConfig
from retold.library import LibraryConfig

BASE = "http://127.0.0.1:8321"
CONFIG = LibraryConfig(CompareConfig(annotate=AnnotateConfig(parse=False)))
