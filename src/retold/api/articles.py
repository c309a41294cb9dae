"""Articles as a notebook holds them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, SupportsIndex, overload

from msgspec import Struct

from retold import model
from retold.api.notices import warn_caller
from retold.api.records import read_mapping
from retold.document import SCHEMA_VERSION, EvidenceDocument
from retold.model import Reject
from retold.present.findings import ArticleRow, Quotation
from retold.present.lettering import clean_line, shorten_line
from retold.present.tables import TableWriter
from retold.read import Columns, Note
from retold.read.tables import Cell
from retold.rows import Rows

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Article(Struct, frozen=True):
    """One report: its text and what is known of it, and after a comparison its quotations.

    `quotations` are rows (none before a comparison); `value` is the article as the evidence document has it. Spans are
    in code points of `text`, which is never changed.

    >>> article = Article.from_text('The dam holds. "We checked it," said Ada Lund.', outlet="Seelby Post")
    >>> article
    Article('', Seelby Post, 46 characters, 0 quotations)
    """

    value: model.Article
    quotations: Rows[Quotation] = Rows(Quotation)

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        outlet: str | None = None,
        title: str | None = None,
        published: str | None = None,
        url: str | None = None,
        byline: str | None = None,
        language: str | None = None,
        id: str = "",
    ) -> "Article":
        """An article from its text. `published`: ISO 8601 as exact as is known ("2031", "2031-05-04T09:30Z");
        `language`: its code ("en"), else it is found out. Raises `InputError` where there is no text."""
        record: dict[str, Cell] = {
            "text": text, "outlet": outlet, "title": title, "published": published, "url": url, "byline": byline,
            "language": language, "id": id or None,
        }  # fmt: skip
        drafts, notes = read_mapping(record, "the text given", Columns())
        for note in notes:
            if not note.text.endswith("; one was given"):
                warn_caller(f"{note.input}: {note.text}")
        return cls(drafts[0])

    @property
    def id(self) -> str:
        """Its id, unique among the articles it is compared with; "" where none is given yet."""
        return self.value.id

    @property
    def name(self) -> str:
        """What it is called: its outlet, else its file, else its id."""
        return self.value.name

    @property
    def text(self) -> str:
        """The text that all spans point into."""
        return self.value.text

    @property
    def outlet(self) -> str | None:
        """Who published it."""
        return self.value.outlet

    @property
    def title(self) -> str | None:
        """Its title, where one is known."""
        return self.value.title

    @property
    def published(self) -> str | None:
        """When it was published: ISO 8601, as exact as it is known."""
        return self.value.published.value if self.value.published else None

    @property
    def language(self) -> str | None:
        """The code of its language."""
        return self.value.language

    @property
    def path(self) -> str | None:
        """The file it was read from."""
        return self.value.path

    @property
    def url(self) -> str | None:
        """Its address."""
        return self.value.url

    def __repr__(self) -> str:
        day = (self.published or "")[:10]
        title = f"“{shorten_line(self.title, 80)}”" if self.title else ""
        quotations = tell_number(len(self.quotations), "quotation")
        parts = (repr(self.id), shorten_line(self.name, 60) if self.name != self.id else "", clean_line(day), title)
        return f"Article({', '.join(filter(None, (*parts, tell_number(len(self.text), 'character'), quotations)))})"

    def _repr_html_(self) -> str:
        """The text with its quotations marked, for a notebook."""
        from retold.present.html.notebook import render_article

        return render_article(
            self.value, {q.speaker_id: q.speaker for q in self.quotations if q.speaker_id and q.speaker}
        )


class Articles(tuple[Article, ...]):
    """Articles in the order in which they were given; `rejects` are the inputs that were set aside, with the reasons,
    and `notes` what a person should know of the others."""

    rejects: tuple[Reject, ...]
    notes: tuple[Note, ...]

    def __new__(
        cls, articles: Iterable[Article] = (), rejects: Iterable[Reject] = (), notes: Iterable[Note] = ()
    ) -> "Articles":
        made = super().__new__(cls, articles)
        made.rejects, made.notes = tuple(rejects), tuple(notes)
        return made

    def __getnewargs__(self) -> tuple[tuple[Article, ...], tuple[Reject, ...], tuple[Note, ...]]:
        return tuple(self), self.rejects, self.notes

    @overload
    def __getitem__(self, at: SupportsIndex) -> Article: ...
    @overload
    def __getitem__(self, at: slice) -> "Articles": ...
    def __getitem__(self, at: SupportsIndex | slice) -> "Article | Articles":
        if isinstance(at, slice):
            return Articles(super().__getitem__(at))
        return super().__getitem__(at)

    @property
    def rows(self) -> Rows[ArticleRow]:
        """The articles as a table, without their texts."""
        document = EvidenceDocument("", SCHEMA_VERSION, {}, tuple(article.value for article in self))
        return Rows(ArticleRow, TableWriter(document).articles())

    def to_arrow(self) -> "pyarrow.Table":
        """The table of the articles for pyarrow."""
        return self.rows.to_arrow()

    def to_pandas(self) -> "pandas.DataFrame":
        """The table of the articles for pandas."""
        return self.rows.to_pandas()

    def to_polars(self) -> "polars.DataFrame":
        """The table of the articles for polars."""
        return self.rows.to_polars()

    def __repr__(self) -> str:
        aside = f", {tell_number(len(self.rejects), 'input')} set aside" if self.rejects else ""
        names = ", ".join(shorten_line(article.name, 60) for article in self[:6])
        return f"Articles({len(self)}: {names}{', …' * (len(self) > 6)}{aside})"

    def _repr_html_(self) -> str:
        return self.rows._repr_html_()


def tell_number(number: int, one: str, many: str = "") -> str:
    """
    >>> tell_number(1, "story", "stories"), tell_number(1200, "article")
    ('1 story', '1,200 articles')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
