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

_SUMMARIES = {
    "compare": "Compare the reports of an event.",
    "check": "Check the quotations of a draft against its sources.",
    "build": "Add articles to a library, group them into stories, and trace these.",
    "corpus": "Find what millions of articles share, who said what in them, and what became of it: as Parquet tables.",
    "import": "Put a part of a corpus into a library, to be read, searched and served.",
    "watch": "Keep adding what feeds bring, and tell what is new.",
    "stories": "List the stories of a library.",
    "show": "Show one story of a library, as `retold compare` shows it.",
    "search": "Find the reports, or quotations, that hold all the words, in any inflection.",
    "quotes": "List the quotations of a speaker over time, with outlet and fidelity.",
    "export": "Write findings in a format that other programs read.",
    "serve": "Serve the page of a library on this machine (127.0.0.1), until Ctrl-C.",
    "mcp": "Serve assistants over the Model Context Protocol, on standard input and output.",
    "plugins": "List the plugins that are installed: readers of more kinds of files, and languages.",
    "demo": "Compare the small invented story that comes with Retold.",
    "schema": "Print the JSON Schema of the evidence document, or what describes the tables of a library.",
}
"""Each command with the first sentence of its own help, so that `retold --help` loads none of them. A test holds them
to be the same."""

_MODULES = {"import": "importing"}
"""Commands whose name no module can have."""


class _ReaderGoneError(Exception):
    """What was printed is no longer read (`| head`). No `OSError`, which click would end with status 1."""


class _LazyGroup(click.Group):
    """Loads a command's file when that command is called: `retold --help` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _SUMMARIES:
            return None
        command: click.Command = import_module(f"retold.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_SUMMARIES.items()))

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
