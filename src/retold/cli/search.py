"""`retold search news.db WORD…`"""

from pathlib import Path

import click

from retold.cli.library import file_argument, list_options


@click.command("search")
@file_argument
@click.argument("words", nargs=-1, required=True, metavar="WORD…")
@click.option("--quotations", "in_quotations", is_flag=True, help="Search what was said instead of whole reports.")
@list_options
def command(library: Path, words: tuple[str, ...], in_quotations: bool, limit: int, as_json: bool, as_csv: bool) -> int:
    """Find the reports, or quotations, that hold all the words, in any inflection.

    Case, ё or е and the form of the apostrophe make no difference. Words in "marks" are found as they stand.

    \b
    Examples:
      retold search news.db ferry inquiry
      retold search news.db '"stop the ferry"' --quotations
    """
    from retold.cli.library import format_date, print_list
    from retold.cli.quotes import print_quotations
    from retold.library import ArticleHit, open_library

    text = " ".join(words)
    with open_library(library, read_only=True) as opened:
        if in_quotations:
            print_quotations(opened.list_quotations(words=text, limit=limit), as_json=as_json, as_csv=as_csv)
            return 0
        hits = opened.search(text, limit)

    def describe(hit: ArticleHit) -> str:
        excerpt = hit.excerpt.replace("[[", "").replace("]]", "")
        return excerpt if not hit.title or hit.title in excerpt else f"{hit.title} — {excerpt}"

    print_list(
        hits,
        (
            ("story", lambda hit: hit.story or ""),
            ("published", lambda hit: format_date(hit.published)),
            ("outlet", lambda hit: (hit.outlet or "")[:24]),
            ("report", describe),
        ),
        as_json=as_json,
        as_csv=as_csv,
        empty="nothing found; fewer words find more",
    )
    return 0
