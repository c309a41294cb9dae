"""`retold schema`"""

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the evidence document.

    \b
    Example:
      retold schema > evidence.schema.json
    """
    from retold.document import build_schema

    click.echo(json.dumps(build_schema(), indent=1, ensure_ascii=False))
