"""Exports of a library: CPU time of each format against reading the stories alone, memory, size.

    python benchmarks/exports.py LIBRARY

Each format runs in a process of its own, one after the other. Memory is what is held besides the mapped file
(`RssAnon`, looked at every hundred stories): Linux only.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from retold.library import open_library
from retold.present.exports import FORMATS, Part, export_parts, find_format, read_parts


def look_at_memory() -> int:
    """Kilobytes held now."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0])


def measure(library: Path, format_: str, out: Path) -> None:
    """One format, or the reading alone, in this process; prints CPU seconds, the peak in kilobytes and the size."""
    started, peak = time.process_time(), 0

    def watch(parts: Iterator[Part]) -> Iterator[Part]:
        nonlocal peak
        for number, part in enumerate(parts):
            if number % 100 == 0:
                peak = max(peak, look_at_memory())
            yield part

    with open_library(library, read_only=True) as opened:
        parts = watch(read_parts(opened, None, "", "", []))
        if format_ == "read":
            size = sum(0 for _ in parts)
        else:
            export_parts(parts, find_format(format_), str(out))
            files = out.iterdir() if out.is_dir() else [out]
            size = sum(path.stat().st_size for path in files)
    print(time.process_time() - started, max(peak, look_at_memory()), size)


def main() -> None:
    library = Path(sys.argv[1])
    if len(sys.argv) == 4:
        measure(library, sys.argv[2], Path(sys.argv[3]))
        return
    with open_library(library, read_only=True) as opened:
        print(opened.count())
    alone = 0.0
    for name in ("read", *(format_.name for format_ in FORMATS)):
        folder = Path(tempfile.mkdtemp())
        try:
            command = [sys.executable, __file__, str(library), name, str(folder / "out")]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        finally:
            shutil.rmtree(folder)
        cpu_s, peak_kb, size = map(float, done.stdout.split())
        alone = alone or cpu_s
        print(f"{name:15} {cpu_s:6.1f} CPU-s  {cpu_s / alone:5.2f} × reading  {peak_kb / 1024:5.0f} MiB  "
              f"{size / 1e6:6.1f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
