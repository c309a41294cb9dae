"""Two rooms are named by verbs that the Python API promises: `retold.read` and `retold.trace` are called as well.

Python sets a package's attribute to its submodule whenever that is imported, so that a function of the same name would
be there or not by the order of imports. A module that can be called is both at any time.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspect import Signature


class CallableModule(ModuleType):
    """A room whose call is that of the function of its name in `retold.api`, loaded when it is called."""

    def __call__(self, *given: object, **named: object) -> object:
        return _find_verb(self)(*given, **named)

    @property
    def __signature__(self) -> "Signature":
        """What help in a notebook shows."""
        from inspect import signature

        return signature(_find_verb(self))


def make_callable(name: str) -> None:
    """Lets the module of this name be called."""
    sys.modules[name].__class__ = CallableModule


def _find_verb(room: ModuleType) -> Callable[..., object]:
    verb: Callable[..., object] = getattr(import_module("retold.api"), room.__name__.rpartition(".")[2])
    return verb
