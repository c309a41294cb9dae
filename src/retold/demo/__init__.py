"""A small invented story that ships with Retold: four reports of one event, and one of another with the same people."""

from pathlib import Path
from typing import Final

REPORTS: Final = Path(__file__).parent / "reports"
"""The folder of the reports: read it like any other (`retold compare` takes it as an input)."""
