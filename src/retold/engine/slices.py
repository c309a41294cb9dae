"""A slice of a corpus: its articles of some time, outlets, words or stories, each with what was found in it, for a
library. Streams: memory holds a batch of them."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct
from rapidfuzz import fuzz, process

from retold import __version__
from retold.engine.annotation import Row, make_article
from retold.engine.codes import SPARE_BITS
from retold.engine.kernels import REASON
from retold.engine.local import LocalEngine, LocalTable
from retold.engine.manifests import NAME, read_manifest
from retold.engine.stages import AS_READ, WORK
from retold.errors import CorpusError
from retold.evidence import CompareConfig
from retold.library.keys import is_code, read_code
from retold.model import Article, Reject
from retold.relate.packing import PackedArticle

SliceItem: TypeAlias = Article | PackedArticle | Reject

_EPOCH = date(1970, 1, 1)
_AT_ONCE = 64
_LOT_BYTES = 100_000_000
"""Rows are sorted so much at a time: to sort the texts of a whole slice takes more memory than there is."""
_BESIDE_BYTES = 3_000
"""Of a row, besides its text."""
_LEAST_LIKE = 60.0
"""Of 100: names that are less alike are of no help to one who mistyped."""
_SHOWN = 3

_PIECE = re.compile(r'"([^"]*)"?|[^\s"]+')
_WORD = re.compile(r"\w+(?:['’ʼ‘`′ʹ]\w+)*")
_MARKS = str.maketrans(dict.fromkeys("“”„«»", '"'))
_LETTER = r"\p{L}\p{N}\p{M}_"
_EITHER = {**dict.fromkeys("'’ʼ‘`′ʹ", "['’ʼ‘`′ʹ]"), **dict.fromkeys("еёЕЁ", "[её]")}
"""What a search in a library takes for one letter, too."""

_FOUND = "SELECT article, outlet, found, parser, profile FROM rows"
_NONE_FOUND = """\
SELECT CAST(NULL AS BIGINT) AS article, CAST(NULL AS VARCHAR) AS outlet, CAST(NULL AS BLOB) AS found,
  CAST(NULL AS VARCHAR) AS parser, CAST(NULL AS BLOB) AS profile WHERE FALSE"""
_ASIDE = "SELECT article, reason FROM rows"
_NONE_ASIDE = "SELECT CAST(NULL AS BIGINT) AS article, CAST(NULL AS VARCHAR) AS reason WHERE FALSE"

_CHOSEN = """\
SELECT a.id, f.article IS NOT NULL AS is_annotated, g.reason, strlen(a.text) AS size,
  ROW_NUMBER() OVER (ORDER BY a.day NULLS LAST, a.published, a.input, a.record) AS place
FROM articles a
LEFT JOIN found f ON f.article = a.id
LEFT JOIN aside g ON g.article = a.id
WHERE {condition}
{most}"""
_COUNT = """\
SELECT COUNT(*) AS size, CAST(SUM(CAST(is_annotated AS INTEGER)) AS BIGINT) AS annotated, COUNT(reason) AS aside
FROM chosen"""
_LOTS = """\
SELECT id, reason, place,
  CAST(SUM(size + {beside}) OVER (ORDER BY place) // {lot} AS INTEGER) AS lot
FROM chosen"""
_TEXTS = "SELECT a.*, c.reason, c.place, c.lot FROM articles a JOIN lots c ON c.id = a.id"
_FINDINGS = "SELECT f.article, f.found, f.parser, f.profile, c.lot FROM found f JOIN lots c ON c.id = f.article"
_LOT = """\
SELECT a.*, f.found, f.parser, f.profile
FROM (SELECT * FROM texts WHERE lot = {lot}) a
LEFT JOIN (SELECT * FROM findings WHERE lot = {lot}) f ON f.article = a.id
ORDER BY a.place"""
_OUTLETS = """\
SELECT COALESCE(f.outlet, a.outlet) AS outlet, COUNT(*) AS size
FROM articles a LEFT JOIN found f ON f.article = a.id
WHERE COALESCE(f.outlet, a.outlet) IS NOT NULL
GROUP BY ALL ORDER BY ALL"""


class Selection(Struct, frozen=True):
    """Which articles: those for which all of this holds; of several outlets or stories one is enough.

    `since`, `until`: days of publication (UTC), both included. `words`: all of them in the text or the title, as they
    are written but for capitals; phrases in "marks". `stories`: numbers as in the table `stories`, or numbers or codes
    of articles in them. `limit`: the first so many by date.
    """

    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] = ()
    words: str = ""
    stories: tuple[str, ...] = ()
    limit: int | None = None


class Slice:
    """The articles that a selection holds, of the corpus at `folder`. Use it in a `with` statement.

    As long as it is open no run changes the corpus; once it was read to its end it closes by itself. `memory_mb`: for
    sorting. `size`: so many articles; `undated`: so many besides are in no time, and would fit otherwise. Raises
    `CorpusError` where the folder is no corpus, of another format, half made, or being written to, and where it has no
    such outlet or story; `EngineError` where a file is damaged. Cost: one look at the columns that are asked about.
    """

    def __init__(self, folder: Path, selection: Selection, memory_mb: int = 1_000) -> None:
        self.folder = folder
        with ExitStack() as stack:
            stack.enter_context(_share(folder))
            self._articles, self._unfinished = _open_articles(folder)
            self._found = read_manifest(folder / WORK / "found", None)
            self._scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="retold-")))
            self._engine = stack.enter_context(LocalEngine(self._scratch, memory_mb))
            self._tables = self._open_tables()
            self._chosen = self._choose(selection)
            count = self._ask(_COUNT, chosen=self._chosen)[0]
            self.size, self._annotated, self._aside = (int(count[name] or 0) for name in ("size", "annotated", "aside"))
            self._stack = stack.pop_all()

    def __enter__(self) -> "Slice":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets runs change the corpus again."""
        self._stack.close()

    def agrees_with(self, config: CompareConfig) -> bool:
        """Whether what was found in the articles was found under these settings, as far as they have a part in it."""
        try:
            found = msgspec.json.decode(self._found.settings, type=CompareConfig)
        except msgspec.ValidationError:  # of a Retold with other settings, or of no run at all
            return False
        return (found.annotate, found.longest_report_chars) == (config.annotate, config.longest_report_chars)

    def count_annotated(self, config: CompareConfig) -> int:
        """So many of its articles come with what was found in them under these settings."""
        return self._annotated if self.agrees_with(config) else 0

    def read(self, config: CompareConfig) -> Iterator[SliceItem]:
        """The articles by date, of one date by where they were read; each with what was found in it, where that was
        found under these settings. One that was set aside when the corpus was annotated is a `Reject`."""
        reuses, is_ours = self.agrees_with(config), self._found.retold == __version__
        with self._stack:
            for batch in self._sort():
                for at in range(0, len(batch), _AT_ONCE):
                    for row in batch.slice(at, _AT_ONCE).to_pylist():
                        yield _make_item(row, reuses=reuses, is_ours=is_ours)

    def explain(self, config: CompareConfig) -> Iterator[str]:
        """What a person should know before the articles are read into a library with these settings."""
        if self._unfinished:
            yield (
                f"{self._unfinished:,} articles of {self.folder} are left out: the run that read them was cut short. "
                f"Finish it with: retold corpus -o {self.folder}"
            )
        waiting = self.size - self._aside - self._annotated
        if self._annotated and not self.agrees_with(config):
            yield (
                f"{self.folder} was made with other settings than the library: what was found there is not taken over, "
                "and what the library has not yet is annotated anew"
            )
        elif waiting and self._annotated:
            yield (
                f"{waiting:,} of {self.size:,} articles have not been annotated in {self.folder} yet, and are now. To "
                f"finish the corpus: retold corpus -o {self.folder}"
            )
        elif waiting:
            yield (
                f"{self.folder} does not tell who said what in these articles (it was made with --reuse-only, or its "
                f"run was cut short): {waiting:,} are annotated now"
            )

    def describe_corpus(self) -> str:
        """How much the corpus holds and of what time, in a few words."""
        (row,) = self._ask("SELECT COUNT(*) AS size, MIN(day) AS first, MAX(day) AS last FROM articles")
        first, last = (
            None if row[name] is None else (_EPOCH + timedelta(days=int(row[name] or 0))) for name in ("first", "last")
        )
        return f"{row['size']:,} articles" + (f" of {first} to {last}" if first else ", none of a known day")

    def _sort(self) -> Iterator[pa.RecordBatch]:
        """The rows of the slice in their order. They are taken out of the corpus once, then sorted lot by lot."""
        engine = self._engine
        lots = self._keep("lots", engine.sql(_LOTS.format(beside=_BESIDE_BYTES, lot=_LOT_BYTES), chosen=self._chosen))
        tables = {
            "texts": self._set_down("texts", engine.sql(_TEXTS, articles=self._tables["articles"], lots=lots)),
            "findings": self._set_down("findings", engine.sql(_FINDINGS, found=self._tables["found"], lots=lots)),
        }
        for row in engine.collect(engine.sql("SELECT DISTINCT lot FROM lots ORDER BY lot", lots=lots)):
            yield from engine.stream(engine.sql(_LOT.format(lot=row["lot"]), **tables))

    def _keep(self, name: str, table: LocalTable) -> LocalTable:
        self._engine.write_parquet(table, self._scratch / name)
        return self._engine.read([self._scratch / name])

    def _set_down(self, name: str, table: LocalTable) -> LocalTable:
        """The same for wide rows, of which DuckDB would gather a hundred thousand before it wrote any."""
        path = self._scratch / f"{name}.parquet"
        batches = self._engine.stream(table)
        first = next(batches, None)
        if first is None:
            return self._keep(name, table)
        with pq.ParquetWriter(path, first.schema, compression="zstd") as writer:
            writer.write_batch(first)
            for batch in batches:
                writer.write_batch(batch)
        return self._engine.read([path])

    def _open_tables(self) -> dict[str, LocalTable]:
        folder, engine = self.folder, self._engine
        annotated = [part for part in self._found.parts if (folder / WORK / "found" / part).is_dir()]
        found = [folder / WORK / "found" / part for part in annotated]
        aside = [folder / WORK / "aside" / "found" / part for part in annotated]
        aside = [path for path in aside if path.is_dir()]
        return {
            "articles": engine.read([folder / "articles" / part for part in self._articles]),
            "found": engine.sql(_FOUND, rows=engine.read(found)) if found else engine.sql(_NONE_FOUND),
            "aside": engine.sql(_ASIDE, rows=engine.read(aside)) if aside else engine.sql(_NONE_ASIDE),
        }

    def _choose(self, selection: Selection) -> LocalTable:
        """Which articles, in their order, as a narrow table of its own: texts are looked through once."""
        wanted = [
            f"(regexp_matches(a.text, {one}) OR regexp_matches(COALESCE(a.title, ''), {one}))"
            for one in map(_quote, write_patterns(selection.words))
        ]
        if selection.outlets:
            names = ", ".join(map(_quote, self._find_outlets(selection.outlets)))
            wanted.append(f"COALESCE(f.outlet, a.outlet) IN ({names})")
        tables = dict(self._tables)
        if selection.stories:
            tables["members"] = self._open_members()
            stories = ", ".join(str(story) for id_ in selection.stories for story in self._find_stories(id_, tables))
            wanted.append(f"a.id IN (SELECT article FROM members WHERE story IN ({stories}))")
        days = [f"a.day >= {_count_days(selection.since)}"] if selection.since else []
        days += [f"a.day <= {_count_days(selection.until)}"] if selection.until else []
        self.undated = 0
        if days:
            undated = _CHOSEN.format(condition=" AND ".join([*wanted, "a.day IS NULL"]), most="")
            (row,) = self._ask(f"SELECT COUNT(*) AS size FROM ({undated})", **tables)
            self.undated = int(row["size"] or 0)
        chosen = _CHOSEN.format(
            condition=" AND ".join([*wanted, *days]) or "TRUE",
            most="" if selection.limit is None else f"QUALIFY place <= {selection.limit}",
        )
        return self._keep("chosen", self._engine.sql(chosen, **tables))

    def _find_outlets(self, wanted: Sequence[str]) -> list[str]:
        """The names of outlets as the corpus has them, of names as a person gives them."""
        counts = {str(row["outlet"]): int(row["size"] or 0) for row in self._ask(_OUTLETS)}
        known: dict[str, list[str]] = {}
        for name in counts:
            known.setdefault(_fold(name), []).append(name)
        for name in wanted:
            if _fold(name) not in known:
                raise CorpusError(_explain_outlet(name, self.folder, counts))
        return [name for given in wanted for name in known[_fold(given)]]

    def _open_members(self) -> LocalTable:
        folder = self.folder / "members"
        parts = [folder / part for part, about in read_manifest(folder, None).parts.items() if about.rows]
        if not parts:
            raise CorpusError(
                f"{self.folder} has no stories (it was made with --reuse-only, or its run was cut short); make them "
                f"with: retold corpus INPUT… -o {self.folder}, without --reuse-only, or leave --story away"
            )
        return self._engine.read(parts)

    def _find_stories(self, id_: str, tables: Mapping[str, LocalTable]) -> list[int]:
        if is_code(id_, "a"):
            condition = f"article >> {SPARE_BITS} = {read_code(id_)}"
        elif re.fullmatch("[0-9]{1,19}", id_) and int(id_) < 1 << 63:
            condition = f"article = {int(id_)}"
        else:
            condition = "FALSE"
        rows = self._ask(f"SELECT DISTINCT story FROM members WHERE {condition} ORDER BY story", **tables)
        if not rows:
            raise CorpusError(
                f"{self.folder} has no story {id_[:60]!r}; give its number in the table {self.folder / 'stories'}, or "
                "the number or code of one of its articles"
            )
        return [int(row["story"] or 0) for row in rows]

    def _ask(self, text: str, **tables: LocalTable) -> list[dict[str, int | str | None]]:
        return self._engine.collect(self._engine.sql(text, **{**self._tables, **tables}))


@contextmanager
def _share(folder: Path) -> Iterator[None]:
    """Makes sure that a folder is a corpus, and that nothing writes to it."""
    if not folder.exists():
        raise CorpusError(f"there is no corpus at {folder}; make one with: retold corpus INPUT… -o {folder}")
    if not folder.is_dir():
        raise CorpusError(f"{folder} is a file, and a corpus is a folder; for a file: retold build {folder} -o NEWS.db")
    if not (folder / "articles" / NAME).exists():
        raise CorpusError(
            f"{folder} is half made, and has no articles yet; run its command again: retold corpus INPUT… -o {folder}"
            if (folder / WORK).is_dir()
            else f"{folder} is no corpus (it has no articles/{NAME}); make one with: retold corpus INPUT… -o OUT/"
        )
    lock = folder / WORK / "lock"
    if not lock.exists():  # the tables alone, as somebody handed them on
        yield
        return
    with lock.open("rb") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except ImportError:  # Windows has none
            pass
        except BlockingIOError as e:
            raise CorpusError(f"another run is writing to {folder}; wait for it, or end it") from e
        yield


def _open_articles(folder: Path) -> tuple[list[str], int]:
    """The parts of the articles that are finished, and how many rows are in others."""
    parts = {name: part for name, part in read_manifest(folder / "articles", None).parts.items() if part.rows}
    finished = sorted(name for name, part in parts.items() if part.made_from != AS_READ)
    if not finished:
        raise CorpusError(
            f"{folder} is half made: the run that reads its articles was cut short. Finish it with: "
            f"retold corpus -o {folder}"
            if parts
            else f"{folder} holds no articles; add some with: retold corpus INPUT… -o {folder}"
        )
    for name in finished:
        if not (folder / "articles" / name).is_dir():
            raise CorpusError(
                f"{folder / 'articles' / name} is gone, which held {parts[name].rows:,} articles; read their inputs "
                f"again with: retold corpus INPUT… -o {folder}"
            )
    return finished, sum(part.rows for name, part in parts.items() if name not in finished)


def _make_item(row: Row, *, reuses: bool, is_ours: bool) -> SliceItem:
    if row[REASON] is not None:
        where = f"{row['input']}:{row['record']}"
        return Reject(where, f"{where} was set aside when the corpus was made: {row[REASON]}")
    article, found, parser = make_article(row), row["found"], row["parser"]
    if not reuses or not isinstance(found, bytes):
        return article
    profile = row["profile"] if is_ours else None  # another Retold may tell stories by other things
    return PackedArticle(
        article,
        found,
        parser if isinstance(parser, str) else None,
        profile if isinstance(profile, bytes) else None,
    )


def write_patterns(words: str) -> list[str]:
    """What a person typed → patterns of RE2, all of which a text has to hold: a word each, a phrase in "marks" as one.

    Capitals, ё and the form of the apostrophe make no difference. Nothing typed is an operator.

    >>> [pattern.count("dam") for pattern in write_patterns('"three dams" broke')], write_patterns(" - ")
    ([1, 0], [])
    """
    phrases: list[list[str]] = []
    for match in _PIECE.finditer(words.translate(_MARKS)):
        found = _WORD.findall(match[0])
        phrases += [found] if match[1] is not None else [[word] for word in found]
    between = rf"[^{_LETTER}]+"
    spelt = [between.join("".join(_EITHER.get(c, c) for c in word) for word in phrase) for phrase in phrases if phrase]
    return [rf"(?i)(?:^|[^{_LETTER}])(?:{one})(?:$|[^{_LETTER}])" for one in spelt]


def _explain_outlet(name: str, folder: Path, counts: Mapping[str, int]) -> str:
    if not counts:
        return f"the articles of {folder} name no outlet; leave --outlet away"
    folded = {known: _fold(known) for known in sorted(counts)}
    near = process.extract(_fold(name), folded, scorer=fuzz.ratio, score_cutoff=_LEAST_LIKE, limit=_SHOWN)
    shown = [known for _, _, known in near]
    about = "near to it" if shown else "the most articles are of"
    shown = shown or sorted(counts, key=lambda known: (-counts[known], known))[:_SHOWN]
    listed = ", ".join(f'"{known}" ({counts[known]:,})' for known in shown)
    return f'{folder} has {len(counts):,} outlets, and none is called "{name}"; {about}: {listed}'


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _count_days(day: date) -> int:
    return (day - _EPOCH).days
