"""Credits and links, which name an outlet without a word of telling: datelines, brackets, addresses of pages."""

import re

from retold.annotate.outlets import Known, normalise_outlet, rate_name
from retold.languages import Language
from retold.model import Article, Span

DATELINE_CHARS = 120

_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"”»]+", re.IGNORECASE)
_DATELINE = re.compile(r"[^\W\d_a-z][^()/\n.!?]{1,60}?[ ,]*[(/]([^()/\n]{2,40})[)/]\s*(?:[—–]|-+ )")
_PARENTHESIS = re.compile(r"\((?:(\w{3,10}):\s*)?([^()\n,;:]{2,60})(?:,\s*(?:https?://|www\.)[^\s()]+)?\)")
_CREDIT_END = re.compile(r"\(([^()\n]{2,40})\)\s*$")


def find_parentheses(text: str, span: Span, known: Known, language: Language, found: dict[Span, str]) -> None:
    """ "(source: The Post)", "(Gulf Sentinel/Plainview Wire)": a credit in brackets behind what was taken over."""
    for match in _PARENTHESIS.finditer(text, span.start, span.end):
        is_labelled = (match.group(1) or "").casefold() in language.citations.credit_labels
        at = match.start(2)
        for part in match.group(2).split("/"):
            name = part.strip()
            start = at + part.find(name)
            at += len(part) + 1
            outlet = known.find(name)
            if (
                outlet is None
                and name[:1].isupper()
                and (is_labelled or (" " in name and rate_name(name, language) == 2))
            ):
                outlet = name
            place = Span(start, start + len(name))
            if outlet is not None and not any(place.overlaps(other) for other in found):
                found[place] = outlet


def find_dateline(text: str, span: Span, known: Known, language: Language, found: dict[Span, str]) -> None:
    """A wire's credit in a dateline: "FELL, Monday (Nordwire) – The bridge …"."""
    match = _DATELINE.match(text, span.start, min(span.end, span.start + DATELINE_CHARS))
    name = match.group(1).strip() if match else ""
    is_outlet = name[:1].isupper() or name in language.citations.outlets  # agencies that write themselves small
    if match and is_outlet and len(name.split()) <= 5:
        found[Span(match.start(1) - 1, match.end(1) + 1)] = known.find(name) or name


def find_links(article: Article, span: Span, known: Known, language: Language, found: dict[Span, str]) -> None:
    """A link to an outlet, by the name of its domain; and a wire's credit that closes a paragraph."""
    text = article.text
    for match in _URL.finditer(text, span.start, span.end):
        form = normalise_outlet(match.group())
        if article.url and normalise_outlet(article.url) == form:
            continue
        outlet = known.names.get(form)
        if outlet is None and (
            form.endswith(tuple(sorted(language.citations.outlet_words))) or rate_name(form, language) == 2
        ):
            outlet = form
        if outlet is not None:
            found.setdefault(Span(match.start(), match.end()), outlet)
    closing = _CREDIT_END.search(text, max(span.start, span.end - 50), span.end)
    if closing and text[closing.start() - 1 : closing.start()].isspace():
        name = closing.group(1)
        outlet = known.find(name)
        if outlet is not None or (rate_name(name, language) == 2 and len(name.split()) <= 4):
            found.setdefault(Span(closing.start(), closing.end(1) + 1), outlet or name)
