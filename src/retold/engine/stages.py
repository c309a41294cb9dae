"""The stages of a corpus: folders of parts, each made once, remembered in a manifest, and made again only as needed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct
from msgspec.structs import replace

from retold.engine.engine import Engine
from retold.engine.folders import recover
from retold.engine.manifests import Manifest, Part, make_digest, read_manifest, write_manifest

Table = TypeVar("Table")

WORK = "_work"
"""The folder of what stands between the tables that a corpus is for."""
ALL = "all"
"""The one part of a stage that is made as a whole."""
AS_READ = "as read"
"""What a part of the articles is made from while it may hold some that another part has, too."""
DISTINCT = "distinct"
"""And once those are taken out."""


class Stage(Generic[Table]):
    """One table of a corpus: its parts, and how they are made.

    A part is a folder that the engine writes under another name first, so it is there as a whole or not at all; only
    then it stands in the manifest. What is in the folder and not in the manifest is made again.
    """

    def __init__(self, corpus: Path, name: str, engine: Engine[Table], settings: Struct, *, is_internal: bool) -> None:
        self.name, self._engine = name, engine
        self.folder = corpus / WORK / name if is_internal else corpus / name
        self.aside = corpus / WORK / "aside" / name
        self._manifest: Manifest = read_manifest(self.folder, settings)
        for part in self._manifest.parts:
            recover(self.folder / part)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the finished parts, sorted."""
        return tuple(sorted(self._manifest.parts))

    @property
    def rows(self) -> int:
        """How many rows it has in all."""
        return sum(part.rows for part in self._manifest.parts.values())

    @property
    def digest(self) -> str:
        """Changes where its rows may have."""
        made = [f"{name}={part.made_from}" for name, part in sorted(self._manifest.parts.items())]
        return make_digest([self.name, bytes(self._manifest.settings).decode(), *made])

    def read(self, parts: Sequence[str] | None = None) -> Table:
        """The rows of some parts, of all by default."""
        return self._engine.read([self.folder / part for part in (self.parts if parts is None else parts)])

    def load(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Some columns, all by default, of a stage that is made as a whole and fits into memory."""
        return pq.read_table(self.folder / ALL, columns=columns)

    def tell_origin(self, part: str) -> str:
        """What a part was made from."""
        return self._manifest.parts[part].made_from

    @property
    def holds(self) -> frozenset[str]:
        """What its parts were read from: names of shards."""
        return frozenset(name for part in self._manifest.parts for name in self.list_held(part))

    def list_held(self, part: str) -> tuple[str, ...]:
        """What a part was read from: the shard that it is called after, or several."""
        return self._manifest.parts[part].holds or (part,)

    def list_lost(self) -> dict[str, tuple[str, ...]]:
        """Parts with rows whose folder somebody has removed, and what each was read from."""
        parts = self._manifest.parts
        lost = [name for name in self.parts if parts[name].rows and not (self.folder / name).is_dir()]
        return {name: self.list_held(name) for name in lost}

    def change_origin(self, part: str, made_from: str) -> None:
        """Notes that a part is as if it had been made from something else."""
        self._remember({**self._manifest.parts, part: replace(self._manifest.parts[part], made_from=made_from)})

    def list_aside(self) -> list[Path]:
        """The folders of what its finished parts set aside."""
        return [self.aside / part for part in self.parts if (self.aside / part).is_dir()]

    def make_part(
        self,
        name: str,
        made_from: str,
        make: Callable[[], Table],
        *,
        sets_aside: bool = False,
        holds: Sequence[str] = (),
    ) -> bool:
        """Makes a part that is not there, or was made from something else; whether it did. `holds`: see `Part`."""
        known = self._manifest.parts.get(name)
        if known is not None and known.made_from == made_from and (self.folder / name).is_dir():
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        if sets_aside:
            self.aside.mkdir(parents=True, exist_ok=True)
        rows = self._engine.write_parquet(make(), self.folder / name, self.aside / name if sets_aside else None)
        self._remember(
            {**self._manifest.parts, name: Part(rows, made_from, () if tuple(holds) == (name,) else tuple(holds))}
        )
        return True

    def make_whole(
        self, upstream: "Sequence[Stage[Table]]", make: Callable[[], Table], *, sets_aside: bool = False
    ) -> bool:
        """Makes the stage as a whole, where what it is made from has changed; whether it did."""
        return self.make_part(ALL, make_digest([stage.digest for stage in upstream]), make, sets_aside=sets_aside)

    def _remember(self, parts: dict[str, Part]) -> None:
        self._manifest = replace(self._manifest, parts=parts)
        write_manifest(self.folder, self._manifest)


class Tables(Generic[Table]):
    """The tables of one corpus, on one engine."""

    def __init__(self, folder: Path, engine: Engine[Table]) -> None:
        self.folder, self.engine = folder, engine
        self.opened: list[Stage[Table]] = []

    def open(self, name: str, settings: Struct, *, is_internal: bool = False) -> Stage[Table]:
        """A stage of it. `settings` decide its rows. Raises `CorpusError` where it was made with others."""
        stage = Stage(self.folder, name, self.engine, settings, is_internal=is_internal)
        self.opened.append(stage)
        return stage
