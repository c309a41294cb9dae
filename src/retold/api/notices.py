"""What a person should know and an error would be too much for: warnings that point at the line that called Retold."""

import sys
import warnings

from retold.present.lettering import clean_line


def warn_caller(message: str) -> None:
    """Warns at the first line outside Retold on the way up: how many rooms stand between differs from call to call. The
    message may hold words of an input, so what steers a terminal is taken out."""
    depth = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "retold":
        frame, depth = frame.f_back, depth + 1
    warnings.warn(clean_line(message), stacklevel=depth + 1)
