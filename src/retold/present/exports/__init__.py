"""The evidence in formats that other programs read: one module a format, one table of them all.

A writer is given documents one after the other and writes as it reads; it never holds more than one document's worth.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from msgspec import Struct

from retold.errors import RetoldError
from retold.present.exports.names import Losses
from retold.present.exports.parts import Part, make_part, read_parts
from retold.present.exports.writing import check_place, open_file, open_folder

__all__ = [
    "FORMATS",
    "ExportReport",
    "Format",
    "Part",
    "check_place",
    "export_parts",
    "find_format",
    "make_part",
    "read_parts",
]

FileWriter: TypeAlias = Callable[[Iterable[Part], BinaryIO, Losses], None]
FolderWriter: TypeAlias = Callable[[Iterable[Part], Path, Losses], None]
TableWriter: TypeAlias = Callable[[Iterable[Part], BinaryIO, Losses, str], None]


class Format(Struct, frozen=True):
    """A format: its name on the command line, the usual ending of its file, whether it is a folder of such files, the
    module of this package that writes it, and what it is for."""

    name: str
    ending: str
    is_folder: bool
    module: str
    what: str


FORMATS: Final = (
    Format("csv", ".csv", True, "tables_csv", "tables as comma-separated values, one file each"),
    Format("parquet", ".parquet", True, "tables_parquet", "the same tables, typed, for pandas, polars, DuckDB, R"),
    Format("web-annotation", ".jsonld", False, "annotations", "W3C Web Annotations of quotations, changes, citations"),
    Format("prov", ".jsonld", False, "provenance", "W3C PROV-O as JSON-LD: who retold and who quoted whom"),
    Format("schema.org", ".jsonld", False, "quotations", "schema.org NewsArticle and Quotation as JSON-LD"),
    Format("claimreview", ".jsonld", False, "claims", "schema.org ClaimReview stubs to fill in; they rate nothing"),
    Format("tei", ".xml", False, "apparatus", "TEI critical apparatus, one witness an outlet"),
    Format("graphml", ".graphml", False, "network", "who retold whom as a graph, for Gephi, yEd, networkx, igraph"),
    Format("citron", ".json", True, "citron", "BBC Citron's annotation format, one file an article"),
)


class ExportReport(Struct, frozen=True):
    """What was written; `losses`: a line for each kind of thing that the format had no place for."""

    format: str
    out: str
    stories: int
    articles: int
    quotations: int
    derivations: int
    losses: tuple[str, ...] = ()


def find_format(name: str) -> Format:
    """The format of that name. Raises `RetoldError` with all the names where there is none."""
    for format_ in FORMATS:
        if format_.name == name.lower():
            return format_
    raise RetoldError(f"there is no format {name!r}; expected one of {', '.join(f.name for f in FORMATS)}")


def export_parts(parts: Iterable[Part], format_: Format, out: str, table: str | None = None) -> ExportReport:
    """Writes `parts` to `out`, a file, a folder, or `-` for standard output where the format is one file.

    `table`: write this one table of a folder of tables, as one file. What is written appears whole or not at all.
    Linear in the findings; memory holds one part. Raises `RetoldError` where `out` can't be written.
    """
    losses = Losses()
    counted = _Counted(parts)
    module = import_module(f"retold.present.exports.{format_.module}")
    if table is not None:
        write_table: TableWriter | None = getattr(module, "write_table", None)
        if write_table is None:
            raise RetoldError(f"{format_.name} has no tables to choose from; leave --table away")
        with open_file(out) as file:
            write_table(counted, file, losses, table)
    elif format_.is_folder:
        write_folder: FolderWriter = module.write
        with open_folder(out) as folder:
            write_folder(counted, folder, losses)
    else:
        write_file: FileWriter = module.write
        with open_file(out) as file:
            write_file(counted, file, losses)
    return ExportReport(
        format_.name, out, counted.stories, counted.articles, counted.quotations, counted.derivations, losses.lines()
    )


class _Counted:
    """Parts, counted as they pass."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = parts
        self.stories = self.articles = self.quotations = self.derivations = 0

    def __iter__(self) -> Iterator[Part]:
        for part in self._parts:
            document = part.document
            self.stories += len(document.stories)
            self.articles += len(document.articles)
            self.quotations += sum(len(article.quotations) for article in document.articles)
            self.derivations += len(document.derivations)
            yield part
