"""What an engine has to be able to do: a handful of verbs over tables, and nothing about news."""

from collections.abc import Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from retold.engine.kernels import GroupKernel, Kernel

Table = TypeVar("Table")


class Attachment(Struct, Generic[Table], frozen=True):
    """A wide column that rows are given right before a kernel sees them: `column` of the row of `source` of which `id`
    equals the rows' `key`, under the name `name`. Rows without one are left out. `id` differs from row to row."""

    key: str
    source: Table
    id: str
    column: str
    name: str


class Engine(Protocol[Table]):
    """Tables are Parquet folders, or what will become of them; nothing is worked out before `write_parquet`.

    The rows of a table have no order, except for what a `GroupKernel` is given. Every engine gives the same rows.
    """

    @property
    def name(self) -> str:
        """`local` or `spark`."""
        ...

    @property
    def is_distributed(self) -> bool:
        """Whether it divides the work by itself: then all that is new is given to it as one part."""
        ...

    def read(self, folders: Sequence[Path]) -> Table:
        """The table that some Parquet folders or files hold, one or more, of equal columns."""
        ...

    def sql(self, text: str, **tables: Table) -> Table:
        """The result of a query over tables by their names here, in SQL that DuckDB and Spark read alike."""
        ...

    def map_batches(self, table: Table, kernel: Kernel, attached: Sequence[Attachment[Table]] = ()) -> Table:
        """Every row through a kernel, in batches, wherever there is room."""
        ...

    def partition_sort_map(
        self,
        table: Table,
        keys: Sequence[str],
        order: Sequence[str],
        kernel: GroupKernel,
        least_rows: int = 1,
        attached: Sequence[Attachment[Table]] = (),
    ) -> Table:
        """Rows of equal `keys` together, sorted by `order` within, whole groups a batch, through a kernel.

        `least_rows`: groups of fewer rows come to nothing, so an engine may leave them out; `keys` is one hash then.
        """
        ...

    def components(self, edges: Table) -> Table:
        """The connected components of a graph: `a`, `b` (whole numbers) → `node`, `component`, its smallest node."""
        ...

    def write_parquet(self, table: Table, folder: Path, rejects: Path | None = None) -> int:
        """Writes a table to a new folder; how many rows it has. Killed half-way, it leaves no such folder.

        `rejects`: where rows that have a `reason` go, all their columns with them; `folder` then has no such column.
        """
        ...

    def collect(self, table: Table) -> "list[dict[str, int | str | None]]":
        """A small table as rows."""
        ...
