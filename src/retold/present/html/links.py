"""Where a page leads beyond itself: nowhere in the self-contained one, to its other pages in the local one."""


class Links:
    """The self-contained page: whatever it shows stands in it, and every way out is ""."""

    def article(self, article: str) -> str:
        """A report's own page."""
        return ""

    def texts(self, earlier: str, later: str) -> str:
        """Two reports side by side."""
        return ""

    def pack(self, finding: str = "") -> str:
        """The evidence of the story, or of one finding of it, to save."""
        return ""

    def change(self, change: str) -> str:
        """One change on a page of its own, for stories that are too long to hold all of them."""
        return ""

    def speaker(self, name: str) -> str:
        """Everything a speaker is quoted with."""
        return ""

    def outlet(self, name: str) -> str:
        """Everything at hand of an outlet."""
        return ""


ALONE = Links()
