"""`retold schema`"""

import json
from pathlib import Path

import click


@click.command("schema")
@click.option(
    "--datasette",
    "library",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="LIBRARY",
    help="Print the metadata that Datasette opens this library with: what tables and columns hold, labels, facets.",
)
def command(library: Path | None) -> None:
    """Print the JSON Schema of the evidence document, or what describes the tables of a library.

    \b
    Examples:
      retold schema > evidence.schema.json
      retold schema --datasette news.db > metadata.json
      datasette news.db --metadata metadata.json
    """
    if library is not None:
        from retold.library import build_metadata, open_library

        with open_library(library, read_only=True):  # a name with a slip in it would describe a file that isn't there
            pass
        click.echo(json.dumps(build_metadata(library.stem), indent=1, ensure_ascii=False))
        return
    from retold.document import build_schema

    click.echo(json.dumps(build_schema(), indent=1, ensure_ascii=False))
