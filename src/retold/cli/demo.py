"""`retold demo`"""

import tempfile
from pathlib import Path

import click

_PAGE = "retold-demo.html"


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="Print the evidence document instead of the report.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Where to write the page.  [default: {_PAGE}]",
)
def command(as_json: bool, html: Path | None) -> int:
    """Compare the small invented story that comes with Retold.

    Five reports: an original, a faithful retelling, one that cuts and alters, one that retells the altered one, and
    one of another event with the same people. Prints the report, and writes it as a self-contained page.

    \b
    Examples:
      retold demo
      retold demo --html story.html
    """
    from retold.cli.output import compare_batch, exit_code, print_document, say
    from retold.demo import REPORTS
    from retold.evidence import CompareConfig
    from retold.read import read_inputs

    inputs = (str(REPORTS),)
    document = compare_batch(read_inputs(inputs), CompareConfig())
    page = html or _choose_page()
    print_document(document, as_json=as_json, html=page)
    if as_json:
        say(f"page: {page.resolve()}")  # standard output is the document, and nothing but it
    else:
        click.echo(f"\nPage: {page.resolve()}")
    return exit_code(inputs, document)


def _choose_page() -> Path:
    """The page's place in the current folder, else, where that can't be written, in a fresh temporary one."""
    page = Path(_PAGE)
    try:
        page.open("ab").close()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="retold-")) / _PAGE
    return page
