"""Writes docs/reference/commands.md from the commands themselves: `python tools/write_command_reference.py`.

What it says is what `--help` says, with every option, its values and its default. A test holds the page to it.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from retold.cli.main import root

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
HEAD = """\
<!-- written by tools/write_command_reference.py -->

# Commands

The same as `retold COMMAND --help` (or `-h`) prints, and the [manual pages](../command-line.md). Results go to standard
output, progress (on a terminal only) and messages to standard error. `-` is standard input. `retold --version` tells
which Retold it is.

| exit status | means |
|---|---|
| 0 | done |
| 1 | the answer is no, a finding crossed the line asked for, or some input was set aside |
| 2 | misuse: the message says what was expected |
| 3 | failed: the message says what to do |
"""
MARK = "<!-- not run: with files of your own; that the commands take these options is checked -->"


def write_pages() -> dict[Path, str]:
    """The page by its path."""
    top = click.Context(root, info_name="retold")
    commands = [(name, root.get_command(top, name)) for name in root.list_commands(top)]
    shown = [(name, command) for name, command in commands if command is not None and not command.hidden]
    rows = [f"| [`{name}`](#retold-{name}) | {command.get_short_help_str(limit=200)} |" for name, command in shown]
    index = "\n".join(["| command | |", "|---|---|", *rows])
    parts = [write_command(command, click.Context(command, info_name=name, parent=top)) for name, command in shown]
    return {PAGE: "\n\n".join([HEAD.rstrip(), index, *parts]) + "\n"}


def write_command(command: click.Command, context: click.Context) -> str:
    """What a command is for, what it takes, its options, its examples."""
    paragraphs = list(read_help(command.help or ""))
    parts = [f"## {context.command_path}"]
    parts += [text for text, kind in paragraphs if kind != "examples"]
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts.insert(2, f"```text\n{usage}\n```")
    options = [one for one in command.params if isinstance(one, click.Option) and one.help and not one.hidden]
    rows = [f"| {write_names(option)} | {write_about(option, context)} |" for option in options]
    parts.append("\n".join(["| option | |", "|---|---|", *rows]))
    parts += [f"{MARK}\n```sh\n{text}\n```" for text, kind in paragraphs if kind == "examples"]
    return "\n\n".join(parts)


def read_help(text: str) -> Iterator[tuple[str, str]]:
    """The paragraphs of a help text, each a `paragraph`, `lines` that stay apart, or `examples`.

    >>> list(read_help("Reads.\\n\\n\\b\\nExample:\\n  retold show x.db"))
    [('Reads.', 'paragraph'), ('retold show x.db', 'examples')]
    """
    for paragraph in inspect.cleandoc(text).split("\f")[0].split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if not lines:
            continue
        if lines[0].strip() != "\b":
            yield " ".join(line.strip() for line in lines), "paragraph"
        elif lines[1].startswith("Example"):
            yield "\n".join(line.strip() for line in lines[2:]), "examples"
        else:
            yield "\n".join(line.strip() for line in lines[1:]), "lines"


def write_names(option: click.Option) -> str:
    """An option as it is typed, with what it takes: its metavar, or the values that it may have."""
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    if option.is_flag or option.count:
        return names
    if isinstance(option.type, click.Choice) and option.metavar is None:
        return f"{names} " + " or ".join(f"`{choice}`" for choice in option.type.choices)
    return f"{names} *{option.make_metavar(click.Context(root)).strip('[]')}*"


def write_about(option: click.Option, context: click.Context) -> str:
    """What an option does, with its default where one is told; a bar would end the cell."""
    about = [option.help or ""]
    if option.required:
        about.append("Required.")
    default = option.get_default(context)
    if option.show_default and default is not None and not isinstance(default, bool):
        about.append(f"Default: `{default}`.")
    return " ".join(about).replace("|", "\\|").strip()


if __name__ == "__main__":
    for page, text in write_pages().items():
        page.write_text(text, "utf-8")
