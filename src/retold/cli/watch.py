"""`retold watch FEEDS -o news.db`"""

import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from retold.library import Alert, Item, Library
    from retold.model import Severity
    from retold.read import FetchOptions
    from retold.read.feeds import Item as FeedItem

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LEAST_S = 60
REVISIT_S = 3600
"""A page that is known is asked for changes so often, and only while its feed lists it."""
WEBHOOK_TIMEOUT_S = 10.0


class _Time(click.ParamType):  # type: ignore[type-arg]
    """A span of time: 90s, 10m, 2h, 1d; in seconds."""

    name = "time"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, int | float):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value.strip().lower())
        if match is None:
            self.fail(f"{value!r} is no span of time; write it like 90s, 10m or 2h", param, ctx)
        return float(match[1]) * _UNITS_S[match[2]]


@click.command("watch")
@click.argument("feeds", nargs=-1, required=True, metavar="FEED…", type=click.Path())
@click.option(
    "-o",
    "--output",
    "library",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The library file; made if there is none.",
)
@click.option("--every", type=_Time(), default="10m", show_default=True, help="Time between two rounds.")
@click.option("--once", is_flag=True, help="Make one round and end, for cron.")
@click.option(
    "--alert",
    type=click.Choice(["minor", "major"]),
    default="major",
    show_default=True,
    help="Tell changes of this severity or graver.",
)
@click.option("--webhook", metavar="URL", help="Also post each line there, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON each.")
@click.option("--no-parse", is_flag=True, help="Use marks and rules alone: quicker, and finds less indirect speech.")
@click.option("--allow-private", is_flag=True, help="Also fetch addresses of this machine and of local networks.")
def command(
    feeds: tuple[str, ...],
    library: Path,
    every: float,
    once: bool,
    alert: "Severity",
    webhook: str | None,
    as_json: bool,
    no_parse: bool,
    allow_private: bool,
) -> int:
    """Keep adding what feeds bring, and tell what is new.

    FEED is the address or file of an RSS or Atom feed, an OPML list of feeds, or a news sitemap. Prints a line for
    each new retelling and each grave change in what came. Ends after the running step on Ctrl-C or SIGTERM; started
    again it goes on from there.

    \b
    Example:
      retold watch https://example.org/feed.xml feeds.opml -o news.db --every 10m --alert minor
    """
    from retold.cli.library import open_to_add
    from retold.cli.output import say
    from retold.read import FetchOptions

    if webhook is not None and not webhook.lower().startswith(("http://", "https://")):
        raise click.UsageError(f"--webhook: {webhook} is no web address; expected http://… or https://…")
    if every < _LEAST_S and not (once or allow_private):
        raise click.UsageError("--every: once a minute at most; servers shut out readers that are hasty")
    stop = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: _ask_to_stop(stop)) for number in numbers]
    try:
        with open_to_add(library, no_parse=no_parse) as opened:
            rounds = _Rounds(opened, feeds, FetchOptions(allow_private=allow_private), alert, stop)
            while not stop.is_set():
                started = time.monotonic()
                for found in rounds.make():
                    _tell(found, webhook, as_json=as_json)
                if once:
                    break
                stop.wait(max(0.0, every - (time.monotonic() - started)))
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    if stop.is_set():
        say(f"stopped; what was read is in {library}")
    return 0


def _ask_to_stop(stop: threading.Event) -> None:
    if stop.is_set():  # asked twice: at once, which loses nothing either
        sys.exit(130)
    stop.set()


class _Rounds:
    """Rounds over the feeds: each reads what is new, adds it, and says what came of it."""

    def __init__(
        self,
        library: "Library",
        feeds: tuple[str, ...],
        fetch: "FetchOptions",
        least: "Severity",
        stop: threading.Event,
    ) -> None:
        from retold.read import ReadOptions
        from retold.read.fetch import Fetcher

        self.library, self.feeds, self.least, self.stop = library, feeds, least, stop
        self.options = ReadOptions(fetch=fetch)
        self.fetcher = Fetcher(fetch, library.read_visits())
        self.visited: dict[str, float] = {}

    def make(self) -> "Iterator[Alert]":
        """One round. A page is remembered as read only once it is in the file."""
        from retold.cli.output import say
        from retold.library import find_alerts

        report = self.library.add(self._read())
        self.library.keep_visits(self.fetcher.state)
        say(f"{len(report.articles)} new, {report.known} known, {report.rejects} set aside")
        new = frozenset(report.articles)
        for story in report.stories:
            yield from find_alerts(story, self.library.read_story(story), new, self.least)

    def _read(self) -> "Iterator[Item]":
        from retold.cli.output import say
        from retold.model import Reject
        from retold.read import stream_inputs

        for item in stream_inputs(
            self.feeds, self.options, fetcher=self.fetcher, is_known=self._is_known, must_be_lists=True
        ):
            if isinstance(item, Reject):
                say(f"set aside: {item.reason}")
            yield item
            if self.stop.is_set():
                return

    def _is_known(self, item: "FeedItem") -> bool:
        if self.stop.is_set():
            return True
        now = time.monotonic()
        last = self.visited.get(item.url)
        if last is not None and now - last < REVISIT_S:
            return True
        self.visited[item.url] = now
        return False


def _tell(alert: "Alert", webhook: str | None, *, as_json: bool) -> None:
    import msgspec

    from retold.present.lettering import clean_line

    data = msgspec.json.encode(alert)
    click.echo(data.decode() if as_json else f"{alert.story}  {clean_line(alert.line)}")
    sys.stdout.flush()
    if webhook is not None:
        _post(webhook, data)


def _post(url: str, data: bytes) -> None:
    """One alert to the webhook. A hook that doesn't answer stops nothing."""
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    from retold.cli.output import say
    from retold.read.options import USER_AGENT

    request = Request(url, data, {"Content-Type": "application/json", "User-Agent": USER_AGENT})
    try:
        with urlopen(request, timeout=WEBHOOK_TIMEOUT_S) as answer:
            answer.read(1000)
    except (URLError, OSError, ValueError) as error:
        say(f"the webhook {url} did not take a line ({error}); it stands in the file all the same")
