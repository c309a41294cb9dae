"""What a site's robots.txt asks of programs (RFC 9309)."""

from protego import Protego


class RobotsFile:
    """The rules of one site for us; without a file, everything may be read."""

    def __init__(self, rules: Protego | None = None, user_agent: str = "") -> None:
        self._rules, self._user_agent = rules, user_agent

    @property
    def delay_s(self) -> float:
        """The pause between two requests that the site asks for; 0 where it asks for none."""
        return (self._rules.crawl_delay(self._user_agent) or 0.0) if self._rules else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the site names."""
        return tuple(self._rules.sitemaps) if self._rules else ()

    def allows(self, url: str) -> bool:
        """Whether the page at `url` may be read."""
        return self._rules is None or self._rules.can_fetch(url, self._user_agent)


def read_robots(text: str, user_agent: str) -> RobotsFile:
    """The rules in a robots.txt for the program that `user_agent` names before its first slash.

    >>> rules = read_robots("User-agent: *\\nDisallow: /print/\\nCrawl-delay: 5", "Retold/1.0")
    >>> rules.allows("https://post.example/print/dam"), rules.allows("https://post.example/dam"), rules.delay_s
    (False, True, 5.0)
    """
    product = user_agent.split("/", 1)[0].split(" ", 1)[0] or user_agent
    return RobotsFile(Protego.parse(text), product)
