"""The page: whole, shut to the outside, and deaf to markup in what it shows."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import msgspec
import pytest
from hostile import NASTY, build_hostile

from retold.document import EvidenceDocument
from retold.model import Passage, Place, Published, Span, Story
from retold.present.html import render_page

TAGS = set(
    re.findall(
        r"\S+",
        """html head meta title style body header main footer nav section article div p span b i a h1 h2 h3 ul ol li dl
        dt dd table thead tbody tr th td details summary blockquote bdi del ins svg path circle text rect polygon pre
        kbd script""",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"\S+",
        """lang charset http-equiv content name class id href dir title role aria-label aria-hidden scope colspan
        tabindex rel width height viewbox preserveaspectratio d x y cx cy r points text-anchor""",
    )
)
VOID = {"meta", "path", "circle", "rect", "polygon"}


class Page(HTMLParser):
    """Tags, attributes and visible text of a page; complains about what does not close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.raw = {"style": "", "script": "", "title": ""}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]] += data
        else:
            self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.text))

    def get(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


@pytest.fixture(scope="module")
def page(document: EvidenceDocument) -> Page:
    return Page(render_page(document))


def test_every_section_tells_what_the_document_holds(page: Page) -> None:
    for words in (
        "Tarn Bridge shut after cracks found in two cables",
        "5 reports · 4 outlets and 1 unknown · 2 languages (English, Ukrainian) · 12–14 Mar 2024",
        "Harbour Gazette → Skyline Daily stated 0.98 cites “Harbour Gazette reports”",
        "Coastal Wire (not at hand) → Порт сьогодні stated 0.95",
        "a common origin not at hand (1) → a3.txt inferred 0.55",
        "No derivation found between Radio Fjord and",
        "11 readings compared",
        "truncated ▲ major nothing shows the cut; cut inside a sentence",
        "Half of the sentence is cut and nothing shows it.",
        "Relative to Harbour Gazette, the earlier report at hand.",
        "Said in one report only: a3.txt 1",
        "“We asked for money in the same week” part of a quotation, in Harbour Gazette",
        "“Our reporter counted a queue",
        "differ, date “Tuesday” = 2024-03-12 Harbour Gazette",
        "1 fact told alike",
        "stated 0.98 · 7 passages",
        "Sign up for our morning letter.",
        "no text was found in it; save the page again",
        '"min_shared_words": 4',
        "Retold 0.1.0, evidence schema 1.",
    ):
        assert words in page.words


def test_the_digest_and_labels_are_there(page: Page, document: EvidenceDocument) -> None:
    assert all(article.sha256 in page.words for article in document.articles)
    assert all(change.label in page.words for change in document.changes)


def test_side_by_side_holds_every_word_of_both_texts(page: Page, document: EvidenceDocument) -> None:
    joined = {one.from_ for one in document.derivations} | {one.to for one in document.derivations}
    for article in document.articles:
        if article.id in joined:
            for line in article.text.splitlines():
                assert re.sub(r"\s+", " ", line).strip() in page.words


def test_every_link_leads_to_a_place_in_the_page(page: Page) -> None:
    ids = page.get("id")
    assert len(ids) == len(set(ids))
    for href in page.get("href"):
        assert href.startswith("#")
        assert href[1:] in ids


def test_nothing_is_fetched(page: Page, document: EvidenceDocument) -> None:
    assert set(page.tags) <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    html = render_page(document)
    assert not re.search(r"url\(|@import|https?://|src=|\bfetch\(|XMLHttpRequest|sendBeacon", html)


def test_the_policy_names_the_very_style_and_script(page: Page) -> None:
    policy = next(value for name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_passages_are_linked_both_ways(page: Page) -> None:
    twins = [value for value in page.get("href") if re.fullmatch(r"#s1t\d+m\d+[el]", value)]
    assert {value[1:-1] + ("l" if value[-1] == "e" else "e") for value in twins} <= set(page.get("id"))
    assert len(set(twins)) >= 10


def test_overlapping_passages_keep_their_anchors(document: EvidenceDocument) -> None:
    whole = Passage("m9", Place("a1", Span(0, 400)), Place("a2", Span(0, 400)), "paraphrase", 0.5)
    inner = Passage("m10", Place("a1", Span(0, 30)), Place("a2", Span(0, 30)), "paraphrase", 0.5)
    rest = Passage("m11", Place("a1", Span(30, 400)), Place("a2", Span(30, 400)), "paraphrase", 0.5)
    overlapping = msgspec.structs.replace(document, passages=(*document.passages, whole, inner, rest))
    test_every_link_leads_to_a_place_in_the_page(Page(render_page(overlapping)))


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_words_are_only_words(nasty: str) -> None:
    html = render_page(build_hostile(nasty))
    page = Page(html)
    assert set(page.tags) <= TAGS
    assert page.tags.count("script") == page.tags.count("style") == 1
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    for href in page.get("href"):
        assert re.fullmatch(r"#[-a-z0-9]+", href) or re.match(r"https://x\.example/[^\s<>\"'\\`]*$", href)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)
    assert all(not value or re.fullmatch(r"[A-Za-z-]+", value) for value in page.get("lang"))


def test_braces_are_not_run() -> None:
    assert "{{ 7*7 }}{% raw %}{{ config }}" in Page(render_page(build_hostile(NASTY[4]))).words
    assert "49" not in Page(render_page(build_hostile(NASTY[4]))).raw["title"]


def test_a_huge_title_stays_small(document: EvidenceDocument) -> None:
    giant = msgspec.structs.replace(document.articles[0], title="<b>" * 33_333, outlet="y" * 100_000)
    html = render_page(msgspec.structs.replace(document, articles=(giant, *document.articles[1:])))
    assert len(html) < len(render_page(document)) + 20_000


def test_ten_reports_make_a_page_of_sane_size(document: EvidenceDocument) -> None:
    body = "\n\n".join(f"Paragraph {n} tells what the one before it told, in other words." for n in range(60))
    articles = tuple(
        msgspec.structs.replace(
            document.articles[4], id=f"b{n}", text=body, published=Published(f"2024-03-{n + 10}", "day", "text")
        )
        for n in range(10)
    )
    ids = tuple(article.id for article in articles)
    passages = tuple(
        Passage(f"m{a}{b}", Place(f"b{a}", Span(0, 40)), Place(f"b{b}", Span(0, 40)), "verbatim", 1.0)
        for a in range(10)
        for b in range(a + 1, 10)
    )
    big = EvidenceDocument("0.1.0", 1, {}, articles, stories=(Story("s1", ids),), passages=passages)
    assert len(render_page(big)) < 1_500_000


def test_same_document_same_page(document: EvidenceDocument) -> None:
    assert render_page(document) == render_page(msgspec.structs.replace(document))


def test_one_article_and_none() -> None:
    assert "retold compare" in Page(render_page(EvidenceDocument("0.1.0", 1, {}, ()))).words


def test_one_article_lists_who_said_what(document: EvidenceDocument) -> None:
    article = next(one for one in document.articles if one.id == "a6")
    words = Page(render_page(EvidenceDocument("0.1.0", 1, {}, (article,), document.speakers))).words
    assert "Olav Reed “Olav Reed, who runs the county weather desk” said · direct" in words
    assert "“Cover your seedlings on Thursday night”" in words


def test_circular_citations_and_missing_dates_are_drawn(document: EvidenceDocument) -> None:
    first = document.derivations[0]
    back = msgspec.structs.replace(first, from_="a2", to="a1")
    page = Page(render_page(msgspec.structs.replace(document, derivations=(first, back))))
    assert "Skyline Daily → Harbour Gazette stated 0.98" in page.words


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_colours_are_readable(page: Page, scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", page.raw["style"], re.S)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for ground in ("paper", "raise"):
        for ink in ("ink", "muted", "earlier", "later", "minor", "major"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for side in ("earlier", "later"):
        assert _contrast(colours["ink"], colours[f"{side}-wash"]) >= 4.5


def test_the_page_names_the_findings_that_can_be_explained(document: EvidenceDocument) -> None:
    numbered = msgspec.structs.replace(
        document,
        changes=tuple(msgspec.structs.replace(c, id=f"c{n}") for n, c in enumerate(document.changes, 1)),
        derivations=tuple(msgspec.structs.replace(d, id=f"d{n}") for n, d in enumerate(document.derivations, 1)),
    )
    page = render_page(numbered)
    assert "--explain c1" in page
    assert all(f">{derivation.id}</span>" in page for derivation in numbered.derivations)
