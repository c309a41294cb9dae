"""A page's markup as tests look at it: tags, attributes and words, by a parser that is none of Retold's."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "path", "circle", "rect", "polygon", "line", "br"}


class Markup(HTMLParser):
    """Complains about what does not close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.text))

    def get(self, name: str, tag: str | None = None) -> list[str]:
        return [value for one, key, value in self.attributes if key == name and tag in (None, one)]

    @property
    def token(self) -> str:
        """The token in the page's form."""
        values = iter(self.attributes)
        for tag, name, value in values:
            if (tag, name, value) == ("input", "name", "token"):
                return next(values)[2]
        raise AssertionError("the page has no token")
