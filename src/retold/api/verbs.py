"""The verbs over articles and findings; reading and opening a library have files of their own."""

import os
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, get_args

from msgspec.structs import replace

from retold import model
from retold.annotate.annotation import AnnotateConfig
from retold.api.articles import Article, Articles
from retold.api.comparison import Comparison, Shown
from retold.api.library import Library
from retold.api.notices import warn_caller
from retold.api.reading import gather_articles, name_articles, read, warn_of_rejects
from retold.api.records import PandasFrame, PolarsFrame, Record
from retold.api.steps import Step, Traceable
from retold.document import EvidenceDocument
from retold.errors import InputError
from retold.evidence import CompareConfig, compare_articles
from retold.library import QuotationHit
from retold.model import Reject
from retold.present.explanation import UnknownFindingError
from retold.present.findings import Change, Derivation, Quotation
from retold.read import Columns, Note
from retold.rows import Rows

Breadth: TypeAlias = Literal["said", "all"]
Input: TypeAlias = (
    "str | os.PathLike[str] | Record | PandasFrame | PolarsFrame | Article | model.Article | Comparison | "
    "EvidenceDocument | Iterable[Input]"
)
"""Files and folders, records with a `text`, data frames of them, articles, what was compared before, lists of these."""


def compare(
    *inputs: Input,
    parse: bool = True,
    breadth: Breadth = "said",
    fetch: bool = False,
    config: CompareConfig | None = None,
) -> Comparison:
    """Everything found in some articles: who said what in each, what became of it, and who retold whom.

    `inputs`: files and folders as for `read`, articles, or lists of them. A comparison alone is handed back as it is.
    `parse=False` uses marks and rules alone: quicker, and finds less indirect speech. `breadth="all"` also lists what
    somebody wants, opposes or praises. `fetch=True` allows addresses. `config` has every other setting, and then
    `parse` and `breadth` are its own. A warning tells of what is not installed or was set aside.

    Same articles, settings and version, same result. Cost: linear in the text, and the pairs of each story.

    Raises `InputError` where there is nothing to compare.

    >>> from retold.demo import REPORTS
    >>> comparison = compare(REPORTS, parse=False)
    >>> [(change.label, change.to_report) for change in comparison.changes if change.severity == "major"][:2]
    [('altered', 'Daily Lantern'), ('altered', 'Daily Lantern')]
    """
    if len(inputs) == 1 and isinstance(inputs[0], Comparison | EvidenceDocument):
        known = inputs[0]
        return known if isinstance(known, Comparison) else Comparison(known)
    if breadth not in get_args(Breadth):
        raise InputError(f"breadth is {breadth!r}; expected one of {', '.join(get_args(Breadth))}")
    given = _collect(inputs, fetch=fetch)
    warn_of_rejects(given)
    if not given:
        raise InputError("there is nothing to compare; give files, folders, or articles from retold.read(…)")
    articles = name_articles(replace(a.value, quotations=(), citations=()) for a in given)
    config = config or CompareConfig(annotate=AnnotateConfig(parse=parse, breadth=breadth))
    missing: list[str] = []
    document = compare_articles(articles, config, given.rejects, missing.append)
    for message in (*missing, *(reject.reason for reject in document.rejects[len(given.rejects) :])):
        warn_caller(message)
    return Comparison(document)


def find_quotations(
    source: "str | os.PathLike[str] | Article | model.Article",
    *,
    language: str | None = None,
    parse: bool = True,
    breadth: Breadth = "said",
) -> Rows[Quotation]:
    """The quotations of one article, with their words and their speakers' names. A `str` is the text itself.

    For a file give a `Path`, or an article from `read`. `language`: the code of the text's language, else it is found
    out. Spans are in code points of the text. Raises `InputError` where there is no text.

    >>> for quotation in find_quotations('"We saw it coming," said Ada Lund. She did not stay.', parse=False):
    ...     quotation.speaker, quotation.cue, quotation.text
    ('Ada Lund', 'said', 'We saw it coming')
    """
    if isinstance(source, str):
        if "\n" not in source and len(source) < 260 and os.path.isfile(source):
            raise InputError(f"{source} is a file; for its quotations: find_quotations(Path({source!r}))")
        article = Article.from_text(source, language=language)
    elif isinstance(source, os.PathLike):
        (article, *more) = read(source)
        if more:
            raise InputError(
                f"{os.fspath(source)} holds {len(more) + 1} articles; for all of them: compare(…).quotations"
            )
    elif isinstance(source, Article | model.Article):
        article = source if isinstance(source, Article) else Article(source)
    else:
        raise InputError(
            f"{type(source).__name__} is no article; give a text, the Path of a file, or an article of retold.read(…)"
        )
    if language is not None:
        article = Article(replace(article.value, language=language))
    return compare(article, parse=parse, breadth=breadth).quotations


def trace(
    what: "Traceable | QuotationHit", *inputs: "Input | Library", parse: bool = True, breadth: Breadth = "said"
) -> Rows[Step]:
    """What became of one quotation: a row for each report's reading of it, the first one first, then who dropped it.

    `what`: words that stand in a reading, an id ("a1.q2", "f1", "r4", "c3"), or a row of the same comparison. `inputs`:
    a comparison, what `compare` takes, or a library, which is searched for the words. Raises `RetoldError` where no
    reading fits.

    >>> from retold.demo import REPORTS
    >>> [(step.report, step.label) for step in trace("lose a season", REPORTS, parse=False)][:3]
    [('Vellin Courier', None), ('Ardane Ledger', 'paraphrased'), ('Daily Lantern', 'altered')]
    """
    if len(inputs) == 1 and isinstance(inputs[0], Library):
        return _trace_in_library(what, inputs[0])
    if isinstance(what, QuotationHit):
        raise InputError("a quotation found in a library is traced there: trace(quotation, library)")
    others = [given for given in inputs if not isinstance(given, Library)]
    if len(others) < len(inputs):
        raise InputError("a library is traced alone: trace(what, library)")
    return compare(*others, parse=parse, breadth=breadth).trace(what)


def explain(
    what: "str | Change | Derivation | Step", *inputs: Input, parse: bool = True, breadth: Breadth = "said"
) -> Shown:
    """Why a change or a derivation is what it is: the rule, the words and the numbers, and whether the evidence in the
    document gives it once more.

    `what`: a row of the comparison, or its id ("c3", "d1"). `inputs`: a comparison, or what `compare` takes. Raises
    `RetoldError` for an id that there is not.

    >>> from retold.demo import REPORTS
    >>> print(explain("c1", REPORTS, parse=False).splitlines()[0])
    c1  verbatim, severity none
    """
    return compare(*inputs, parse=parse, breadth=breadth).explain(what)


def _collect(inputs: Iterable[Input], *, fetch: bool) -> Articles:
    """All the articles that are given, whatever they are given as; nothing is said yet of what was set aside."""
    articles: list[Article] = []
    rejects: list[Reject] = []
    notes: list[Note] = []
    for given in inputs:
        if isinstance(given, Article):
            articles.append(given)
        elif isinstance(given, model.Article):
            articles.append(Article(given))
        elif isinstance(given, Comparison | EvidenceDocument):
            document = given.document if isinstance(given, Comparison) else given
            articles += map(Article, document.articles)
        elif isinstance(given, str | os.PathLike | Iterable):
            if isinstance(given, str | os.PathLike | Mapping | PandasFrame | PolarsFrame):
                found = gather_articles([given], Columns(), fetch=fetch)
            else:
                found = given if isinstance(given, Articles) else _collect(given, fetch=fetch)
            articles += found
            rejects += found.rejects
            notes += found.notes
        else:
            raise InputError(
                f"{type(given).__name__} can't be compared; give files, folders, articles, or lists of them"
            )
    return Articles(articles, rejects, notes)


def _trace_in_library(what: "Traceable | QuotationHit", library: Library) -> Rows[Step]:
    if isinstance(what, QuotationHit):
        return library.open_story(what.story or what.article).trace(what.id)
    if not isinstance(what, str):
        return library.open_story(what.story or "").trace(what)
    hits = library.list_quotations(words=what)
    steps: list[Step] = []
    for story in dict.fromkeys(hit.story for hit in hits if hit.story):
        comparison = library.open_story(story)
        for hit in hits:
            if hit.story == story:
                steps += comparison.trace(hit.id)
    if not steps:
        raise UnknownFindingError(
            f"no quotation in {library.path} has the words “{what}”; library.search(…) looks wider"
        )
    return Rows(Step, dict.fromkeys(steps))
