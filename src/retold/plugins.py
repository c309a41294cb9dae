"""What other packages add: readers of more kinds of files, and languages. Found by the entry points they declare.

A plugin that can't be loaded or that raises is named and set aside with its reason; whatever it was wanted for goes on
without it. Nothing is imported before a room asks for its group.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

Group: TypeAlias = Literal["retold.readers", "retold.languages"]
READERS: Final[Group] = "retold.readers"
LANGUAGES: Final[Group] = "retold.languages"
SWITCH: Final = "RETOLD_PLUGINS"
"""Set to `0` or `off`: no plugin is looked for, as if none were installed."""
_REASON_CHARS: Final = 300

_Loaded = TypeVar("_Loaded")


class Declared(Struct, frozen=True, order=True):
    """What a package declares: the entry point's `name`, the package with its version, and the module and attribute
    that the entry point stands for (`value`)."""

    group: Group
    name: str
    package: str
    value: str


class Plugin(Struct, frozen=True):
    """A declared plugin after loading. `fault`: why it was set aside, None where it is in use; `adds`: what it adds, in
    words."""

    declared: Declared
    adds: str = ""
    fault: str | None = None

    @property
    def name(self) -> str:
        """What messages call it: the reader plugin ninjs (retold-ninjs 0.1)."""
        return describe(self.declared)


@cache
def find_declared(group: Group) -> tuple[Declared, ...]:
    """The plugins that installed packages declare, sorted by name and package, never by where they were found. A
    package that is found twice on the path counts once."""
    if os.environ.get(SWITCH, "").strip().lower() in {"0", "off", "no", "false"}:
        return ()
    from importlib.metadata import entry_points  # some 20 ms: for who reads something, not for who asks for help

    found = set()
    for point in entry_points(group=group):
        package = f"{point.dist.name} {point.dist.version}" if point.dist is not None else "an unknown package"
        found.add(Declared(group, point.name, package, point.value))
    return tuple(sorted(found))


def load_each(
    group: Group, load: Callable[[Declared], tuple[_Loaded, str]]
) -> tuple[tuple[tuple[Declared, _Loaded], ...], tuple[Plugin, ...]]:
    """What `load` makes of each plugin of a group (a value, and in words what it adds), and all plugins with their
    faults. A name that an earlier one has is set aside."""
    values: list[tuple[Declared, _Loaded]] = []
    plugins: list[Plugin] = []
    for declared in find_declared(group):
        first = next((one for one, _ in values if one.name == declared.name), None)
        if first is not None:
            plugins.append(Plugin(declared, fault=f"{first.package} has a plugin of this name already"))
            continue
        try:
            value, adds = load(declared)
        except (Exception, SystemExit) as error:  # it is somebody else's code: whatever it raises, the run goes on
            plugins.append(Plugin(declared, fault=explain_fault(error)))
        else:
            values.append((declared, value))
            plugins.append(Plugin(declared, adds))
    return tuple(values), tuple(plugins)


def describe(declared: Declared) -> str:
    """What messages call a plugin."""
    kind = "reader" if declared.group == READERS else "language"
    return f"the {kind} plugin {declared.name} ({declared.package})"


def explain_fault(error: BaseException) -> str:
    """An exception of a plugin in one line.

    >>> explain_fault(KeyError("body")), explain_fault(ValueError("no text\\nin it"))
    ("KeyError: 'body'", 'ValueError: no text in it')
    """
    said = " ".join(str(error).split())
    return (f"{type(error).__name__}: {said}" if said else type(error).__name__)[:_REASON_CHARS]
