"""`retold mcp [LIBRARY]`"""

import asyncio
import logging
import sys
from pathlib import Path

import click


@click.command("mcp")
@click.argument("library", required=False, metavar="[LIBRARY]", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--allow",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Files below it may be read; without one, only texts that the client sends. May be given several times.",
)
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
def command(library: Path | None, allow: tuple[Path, ...], no_parse: bool) -> int:
    """Serve assistants over the Model Context Protocol, on standard input and output.

    The tools compare, extract_quotations, trace_quotation and list_conflicts answer about reports that the client sends
    or names; search looks in LIBRARY, a file that `retold build` made, and its stories can be asked about too. Every
    finding comes with its place and its exact words. Nothing is fetched, and nothing is stored.

    \b
    Examples:
      retold mcp
      retold mcp news.db --allow reports/
    """
    from retold.errors import MissingExtraError

    try:
        from retold.mcp.server import serve_stdio
    except ModuleNotFoundError as e:
        if (e.name or "").split(".")[0] == "retold":
            raise
        raise MissingExtraError(
            f"the server needs the package {e.name}, which is not installed; install it with: pip install 'retold[mcp]'"
        ) from e
    from retold.annotate.annotation import AnnotateConfig
    from retold.evidence import CompareConfig
    from retold.mcp.desk import Desk

    desk = Desk(library, allow, CompareConfig(annotate=AnnotateConfig(parse=not no_parse)))
    desk.check_library()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    if sys.stdin.isatty():
        click.echo("retold: waiting for a client on standard input; Ctrl-C ends it.", err=True)
    asyncio.run(serve_stdio(desk))
    return 0
