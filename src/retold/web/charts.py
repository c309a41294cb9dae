"""Small drawings for lists: numbers in, the coordinates of an SVG out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

SPARK_WIDTH: Final = 96
SPARK_HEIGHT: Final = 20
_BARS: Final = 16
_STEP: Final = SPARK_WIDTH // _BARS


class Bar(Struct, frozen=True):
    x: int
    y: int
    height: int


def draw_spark(times: Sequence[str]) -> tuple[Bar, ...]:
    """Reports over time: from the first to the last in 16 steps, a bar for each step that has some.

    >>> [bar.x for bar in draw_spark(["2024-01-01T10:00:00Z", "2024-01-02T10:00:00Z"])]
    [0, 90]
    """
    moments = [moment for moment in map(_read_time, times) if moment is not None]
    if not moments:
        return ()
    first, span = min(moments), max(moments) - min(moments)
    counts = [0] * _BARS
    for moment in moments:
        counts[min(_BARS - 1, int((moment - first) / span * _BARS)) if span else 0] += 1
    unit = (SPARK_HEIGHT - 2) / max(counts)
    return tuple(
        Bar(n * _STEP, SPARK_HEIGHT - height, height)
        for n, count in enumerate(counts)
        if count
        for height in [max(4, round(count * unit))]
    )


def _read_time(value: str) -> float | None:
    padded = value if len(value) >= 10 else (value + "-01-01")[:10]
    try:
        moment = datetime.fromisoformat(padded)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
