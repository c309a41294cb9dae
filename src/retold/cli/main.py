"""`retold`: the group of commands, and what turns errors into messages and exit codes.

Exit codes: 0 done, 1 the answer is no, 2 misuse, 3 failed.
"""

import os
import sys
from importlib import import_module

import click

from retold import __version__
from retold.errors import RetoldError

_COMMANDS = {"compare": "compare", "demo": "demo", "schema": "schema"}


class _LazyGroup(click.Group):
    """Loads a command's file when that command is called: `retold --help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"retold.cli.{_COMMANDS[cmd_name]}").command
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="retold", message="%(prog)s %(version)s")
def _retold() -> None:
    """Who said what in each report of an event, what became of each quotation from report to report, and who retold
    whom. Everything runs on this machine.

    \b
    Example:
      retold compare original.txt retelling.html --html report.html
    """


_DEBUG = "RETOLD_DEBUG"
"""Set, and not empty: an unexpected error prints its traceback."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; the entry point of the `retold` script."""
    try:
        code = _retold.main(arguments, prog_name="retold", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as e:
        e.show()
        sys.exit(e.exit_code)
    except RetoldError as e:
        click.echo(f"retold: {e}", err=True)
        sys.exit(3)
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nothing failed. Keep the interpreter from flushing into it.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
