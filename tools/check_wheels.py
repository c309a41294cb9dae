"""Whether every pinned package has a wheel for every Python: `python tools/check_wheels.py [3.12 …]`.

Asks pip, which reads the packages' descriptions and installs nothing. For each Python on 64-bit Linux with glibc 2.28
or newer: the pins of constraints.txt and requirements-en.txt that would call for a compiler, or that don't take that
Python. Ends with 1 where there are any.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (  # pip takes a platform at its word: the older ones have to be named
    *(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17, 12, 5)),
    *(f"manylinux{name}_x86_64" for name in (2014, 2010, 1)),
)

PURE = ("pyspark",)
"""Published as source, and of Python alone: pip makes a wheel of it without a compiler."""


def list_pins() -> list[str]:
    """`name==version` of every pin."""
    lines = [
        line
        for name in ("constraints.txt", "requirements-en.txt")
        for line in (ROOT / name).read_text("utf-8").splitlines()
    ]
    found = {match for line in lines if (match := re.match(r"([\w.-]+)==[\w.]+", line))}
    return sorted({match[0] for match in found if match[1] not in PURE}, key=str.lower)


def ask_pip(pins: Sequence[str], python: str) -> str:
    """What pip says against installing these from wheels on that Python; nothing where it would."""
    with tempfile.TemporaryDirectory() as target:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run"]
        command += ["--no-deps", "--only-binary=:all:", "--target", target]
        command += ["--implementation", "cp", "--python-version", python]
        command += [part for platform in PLATFORMS for part in ("--platform", platform)]
        done = subprocess.run([*command, *pins], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def find_missing(pins: Sequence[str], python: str) -> list[str]:
    """The pins without a wheel. pip stops at the first; what it names is left out, and it is asked again."""
    left, missing = list(pins), []
    while said := ask_pip(left, python):
        named = re.search(r"No matching distribution found for ([\w.-]+==[\w.]+)", said)
        if not named or named[1] not in left:
            sys.exit(f"pip failed for another reason:\n{said}")
        left.remove(named[1])
        missing.append(named[1])
    return missing


def main() -> None:
    """Prints a line for each Python."""
    pins = list_pins()
    found = False
    for python in sys.argv[1:] or PYTHONS:
        missing = find_missing(pins, python)
        found = found or bool(missing)
        print(f"Python {python}: {len(pins) - len(missing)} of {len(pins)} pins have a wheel", *missing, sep="\n  ")
    sys.exit(found)


if __name__ == "__main__":
    main()
