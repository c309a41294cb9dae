"""`retold`: the group of commands, and what turns errors into messages and exit codes.

Exit codes: 0 done, 1 the answer is no, 2 misuse, 3 failed.
"""

import io
import os
import sys
from importlib import import_module

import click

from retold import __version__
from retold.errors import RetoldError

_COMMANDS = {
    name: "importing" if name == "import" else name  # `import` is no name that a module can have
    for name in (
        "compare",
        "check",
        "build",
        "corpus",
        "import",
        "watch",
        "stories",
        "show",
        "search",
        "quotes",
        "export",
        "serve",
        "mcp",
        "plugins",
        "demo",
        "schema",
    )
}


class _ReaderGoneError(Exception):
    """What was printed is no longer read (`| head`). No `OSError`, which click would end with status 1."""


class _LazyGroup(click.Group):
    """Loads a command's file when that command is called: `retold --help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"retold.cli.{_COMMANDS[cmd_name]}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            code: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ReaderGoneError from error
        return code


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="retold", message="%(prog)s %(version)s")
def root() -> None:
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
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that can't show a character shows "?", and goes on
    try:
        code = root.main(arguments, prog_name="retold", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as e:
        e.show()
        sys.exit(e.exit_code)
    except RetoldError as e:
        click.echo(f"retold: {e}", err=True)
        sys.exit(3)
    except _ReaderGoneError:
        # Nothing failed. What is still held back goes nowhere, or the interpreter would fail over it in the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as e:
        # A fault of Retold's own. No input is meant to get here, so nobody but its developers has use for a traceback.
        if os.environ.get(_DEBUG):
            raise
        what = " ".join(f"{type(e).__name__}: {e}".split())[:300]
        click.echo(
            f"retold: this is a bug in Retold, not a mistake of yours ({what}). "
            f"Run it again with {_DEBUG}=1 for the traceback, and report that with the input if you can.",
            err=True,
        )
        sys.exit(3)
    sys.exit(code if isinstance(code, int) else 0)
