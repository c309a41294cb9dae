"""The commands as manual pages: `python -m retold.cli.manual FOLDER` writes one each, and one for all.

Pages come from what `--help` prints, and hold no date: the same commands give the same pages. (click-man 0.6 passes
over groups that load their commands when called, runs examples together, and escapes no full stop at a line's start.)
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from retold import __version__
from retold.cli.main import root

_STATUS = (
    ("0", "done."),
    ("1", "the answer is no, or a finding crossed the line that was asked for."),
    ("2", "misuse: the message says what was expected."),
    ("3", "failed: the message says what to do."),
)


def write_pages() -> dict[str, str]:
    """File name → manual page, in troff's man macros, of the whole and of each command."""
    top = click.Context(root, info_name="retold", help_option_names=["-h", "--help"])
    pages = {"retold.1": _write_page(top)}
    for name in root.list_commands(top):
        command = root.get_command(top, name)
        if command is not None and not command.hidden:
            pages[f"retold-{name}.1"] = _write_page(click.Context(command, info_name=name, parent=top))
    return pages


def _write_page(context: click.Context) -> str:
    command = context.command
    title = context.command_path.replace(" ", "-")
    blocks = list(_read_blocks(inspect.cleandoc(command.help or "").split("\f")[0]))
    lines = [
        f'.TH "{title.upper()}" "1" "" "Retold {__version__}" "Retold manual"',
        ".SH NAME",
        f"{_escape(title)} \\- {_escape(command.get_short_help_str(limit=200).rstrip('.'))}",
        ".SH SYNOPSIS",
        f"\\fB{_escape(context.command_path)}\\fR {_escape(' '.join(command.collect_usage_pieces(context)))}",
        ".SH DESCRIPTION",
    ]
    examples: list[str] = []
    for text, is_set in blocks:
        if is_set and text[0].startswith("Example"):
            examples = ["  " + line.strip() for line in text[1:]]
        elif is_set:
            lines += [".PP", ".nf", *map(_escape, text), ".fi"]
        else:
            lines += [".PP", _escape(" ".join(text))]
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    records = [record for option in options if (record := option.get_help_record(context))]
    lines += [".SH OPTIONS", *(line for names, about in records for line in _write_item(names, about))]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                lines += _write_item(f"{title}-{name}(1)", inner.get_short_help_str(limit=200))
    if examples:
        lines += [".SH EXAMPLES", ".nf", *map(_escape, examples), ".fi"]
    lines += [".SH EXIT STATUS", *(line for code, about in _STATUS for line in _write_item(code, about))]
    if context.parent is not None:
        lines += [".SH SEE ALSO", "\\fBretold\\fR(1)"]
    return "\n".join(lines) + "\n"


def _read_blocks(text: str) -> Iterator[tuple[list[str], bool]]:
    """The paragraphs of a help text; True: its lines stay as they are."""
    for paragraph in text.split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if lines and lines[0].strip() == "\b":
            yield [line.rstrip() for line in lines[1:]], True
        elif lines:
            yield [line.strip() for line in lines], False


def _write_item(name: str, about: str) -> list[str]:
    return [".TP", f"\\fB{_escape(name)}\\fR", _escape(" ".join(about.split()))]


def _escape(text: str) -> str:
    r"""Text as troff prints it, in ASCII: no backslash, hyphen or leading full stop means anything.

    >>> _escape(".retold --json …")
    '\\&.retold \\-\\-json \\[u2026]'
    """
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return "\\&" + text if text[:1] in {".", "'"} else text


def main(arguments: list[str]) -> int:
    """Writes the pages into a folder; those of commands that are no more are taken out."""
    if len(arguments) != 1:
        click.echo("usage: python -m retold.cli.manual FOLDER", err=True)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    pages = write_pages()
    for old in folder.glob("retold*.1"):
        if old.name not in pages:
            old.unlink()
    for name, page in pages.items():
        folder.joinpath(name).write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
