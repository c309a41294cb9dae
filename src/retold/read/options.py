"""How inputs are read: which columns of a table hold what, how the web is asked, and how much is too much."""

from msgspec import Struct

from retold import __version__

USER_AGENT = f"Retold/{__version__} (reads news reports to compare their quotations)"


class Columns(Struct, frozen=True):
    """The column of a table, or key of a JSONL record, that holds each thing. None: by its usual names, passim's among
    them: `id`, `text`, `outlet` or `series`, `published`, `date` or `ts`, `url`, `title`, `byline`, `language`."""

    id: str | None = None
    text: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    title: str | None = None
    byline: str | None = None
    language: str | None = None

    def names(self, field: str) -> tuple[str, ...]:
        """Where `field` is looked for, the first that holds something wins.

        >>> Columns(outlet="paper").names("outlet"), Columns().names("outlet")
        (('paper',), ('outlet', 'series'))
        """
        given: str | None = getattr(self, field)
        return (given,) if given else _USUAL.get(field, (field,))


FIELDS = ("id", "text", "outlet", "published", "url", "title", "byline", "language")
_USUAL = {"outlet": ("outlet", "series"), "published": ("published", "date", "ts")}


class FetchOptions(Struct, frozen=True):
    """How the web is asked. The defaults are slow on purpose: a reader that is shut out reads nothing."""

    user_agent: str = USER_AGENT
    allow_private: bool = False
    """Whether addresses of this machine and of local networks may be asked; for tests and own servers."""
    delay_s: float = 1.0
    """Between two requests to one host; a longer one that its robots.txt asks for counts, up to `max_delay_s`."""
    max_delay_s: float = 30.0
    timeout_s: float = 20.0
    """To connect, and for each wait for bytes."""
    total_timeout_s: float = 60.0
    """For one request from the first byte to the last: a page that comes drop by drop ends here."""
    max_bytes: int = 16_000_000
    """Of one answer, as sent and also after decompression. The longest of live blogs have about 5 MB."""
    max_redirects: int = 5
    retries: int = 2
    """After the first try, where the fault may pass: no connection, time-out, 429, 500, 502, 503, 504."""
    max_wait_s: float = 120.0
    """The longest wait for a retry; a server that asks for more (Retry-After) is left for the next run."""
    obey_robots: bool = True


class ReadOptions(Struct, frozen=True):
    """How inputs are read. The defaults read whatever is an article and refuse what would fill the memory."""

    columns: Columns = Columns()
    fetch: FetchOptions = FetchOptions()
    max_file_bytes: int = 64_000_000
    """Of one text file, page, record or line, after decompression; tables and archives may be of any size."""
    max_article_chars: int = 30_000_000
    """Of one article. The longest reports and live blogs stay below a million; of what is longer the annotate stage
    looks at the beginning, and says so."""
    max_items: int = 2_000
    """Of one feed or sitemap, the first ones."""
    read_at: str | None = None
    """The time of reading, ISO 8601 with its offset: a date of publication after it is kept and noted. None: unchecked,
    so that the same files give the same notes on any day."""
