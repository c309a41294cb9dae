"""A build in a process of its own that kills itself: `python builder.py REPORTS LIBRARY STATEMENT`.

With STATEMENT 0 it runs to its end and prints how many SQL statements that took; else it sends itself SIGKILL before
that statement. REPORTS is a .jsonl file.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from retold.annotate.annotation import AnnotateConfig
from retold.evidence import CompareConfig
from retold.library import LibraryConfig, open_library
from retold.read import ReadOptions, stream_inputs

CONFIG = LibraryConfig(CompareConfig(annotate=AnnotateConfig(parse=False)), batch_articles=5)


def build(reports: str, path: Path, fatal: int) -> int:
    """The build; how many statements it took."""
    numbers = count(1)

    def tick(statement: str) -> None:
        if next(numbers) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_library(path, create=True, config=CONFIG) as library:
        library._connection.set_trace_callback(tick)
        library.add(stream_inputs([reports], ReadOptions()))
    return next(numbers) - 1


if __name__ == "__main__":
    print(build(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
