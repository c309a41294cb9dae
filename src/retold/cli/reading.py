"""The options that say how inputs are read, the same for every command that reads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from retold.read import ReadOptions

_Command = TypeVar("_Command", bound=Callable[..., int])

_OPTIONS = (
    click.option("--text-column", metavar="NAME", help="Column of a table that holds the text."),
    click.option("--outlet-column", metavar="NAME", help="Column that holds the outlet."),
    click.option("--date-column", metavar="NAME", help="Column that holds the date of publication."),
    click.option("--allow-private", is_flag=True, help="Also fetch addresses of this machine and of local networks."),
)


def reading_options(command: _Command) -> _Command:
    """Gives a command `--text-column`, `--outlet-column`, `--date-column` and `--allow-private`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make_read_options(
    text_column: str | None, outlet_column: str | None, date_column: str | None, allow_private: bool
) -> "ReadOptions":
    """What those options mean to the readers."""
    from retold.read import Columns, FetchOptions, ReadOptions

    return ReadOptions(
        columns=Columns(text=text_column, outlet=outlet_column, published=date_column),
        fetch=FetchOptions(allow_private=allow_private),
    )
