"""`retold serve [LIBRARY]`"""

import socket
import webbrowser
from pathlib import Path

import click

_PORT = 8321


@click.command("serve")
@click.argument("library", required=False, metavar="[LIBRARY]", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), default=None, help=f"Port.  [default: {_PORT}, or a free one]")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@click.option("--allow-private", is_flag=True, help="The address box may ask this machine and local networks too.")
def command(library: Path | None, port: int | None, open_browser: bool, allow_private: bool) -> int:
    """Serve the page of a library on this machine (127.0.0.1), until Ctrl-C.

    LIBRARY is a file that `retold build` made; one that doesn't exist yet is begun. Without one the page opens over an
    empty library that is gone when the server stops. Nothing is loaded from outside; the REST interface is under
    /api/v1.

    \b
    Examples:
      retold serve
      retold serve news.db --open
    """
    from retold.errors import MissingExtraError

    try:
        import uvicorn

        from retold.web.app import create_app
    except ModuleNotFoundError as e:
        if (e.name or "").split(".")[0] == "retold":
            raise
        raise MissingExtraError(
            f"the page needs the package {e.name}, which is not installed; install it with: pip install 'retold[web]'"
        ) from e
    app = create_app(library, allow_private=allow_private)
    listener = _listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    click.echo(f"{library or 'An empty library'} is at {address} until Ctrl-C.")
    if open_browser:
        webbrowser.open(address)
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, timeout_keep_alive=5)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _listen(port: int | None) -> socket.socket:
    """A socket on this machine alone; a free port where the usual one is taken. Raises `RetoldError`."""
    from retold.errors import RetoldError

    for wanted in (port,) if port is not None else (_PORT, 0):
        # Named as TCP, or asyncio leaves Nagle's algorithm on and every small page waits 40 ms for an acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted or 0))
        except OSError:
            listener.close()
            continue
        listener.listen(64)
        return listener
    raise RetoldError(f"port {port} is taken or not allowed; name another with --port, or leave it away for a free one")
