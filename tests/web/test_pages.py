"""Every page over a library and its JSON twin: what they say, where they lead, and that no text becomes markup."""

import json
import re
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from markup import Markup

from retold.document import decode_document
from retold.model import Article
from retold.present.html import render_page

LISTS = (
    "/stories",
    "/stories?order=altered&changed=major&every=true",
    "/stories?q=wires&outlet=Daily+Lantern&language=en&since=2025&until=2025-12-31",
    "/stories?page=7",
    "/speakers",
    "/speakers?q=calder",
    "/speakers?name=Ines+Calder",
    "/speakers?name=Nobody",
    "/outlets",
    "/outlets?name=Daily+Lantern",
    "/search",
    "/search?q=broken+wires",
    "/search?q=%22-%22",
)
FORMS = ("/compare", "/check")


@pytest.fixture(scope="session")
def paths(story: str, articles: tuple[str, ...]) -> tuple[str, ...]:
    first, *_, last = articles
    return (*LISTS, f"/stories/{story}", f"/stories/{story}/texts/{first}/{last}", f"/articles/{last}")


def make_twin(path: str) -> str:
    start, mark, query = path.partition("?")
    return f"{start}.json{mark}{query}"


def test_every_page_is_whole_and_names_its_twin(client: TestClient, paths: tuple[str, ...]) -> None:
    for path in (*paths, *FORMS):
        answer = client.get(path)
        assert answer.status_code == 200, path
        markup = Markup(answer.text)
        assert markup.tags.count("h1") == 1, path
        assert markup.tags.count("script") == 2
        assert not markup.get("style")
        assert not [name for _, name, _ in markup.attributes if name.startswith("on")]
        ids = markup.get("id")
        assert len(ids) == len(set(ids)), path
        for href in markup.get("href"):
            assert href.startswith(("/", "#", "https://")), href
            assert not href.startswith("#") or href[1:] in ids, (path, href)
        if path not in FORMS:
            assert make_twin(path) in markup.get("href", "link"), path


def test_every_twin_is_json(client: TestClient, paths: tuple[str, ...]) -> None:
    for path in paths:
        answer = client.get(make_twin(path))
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "application/json"
        json.loads(answer.content)


def test_every_link_of_the_site_leads_somewhere(client: TestClient) -> None:
    seen, waiting = set[str](), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        if "text/html" in answer.headers["content-type"] and "attachment" not in answer.headers.get(
            "content-disposition", ""
        ):
            waiting += [href.split("#")[0] for href in Markup(answer.text).get("href") if href.startswith("/")]
    assert len(seen) > 40


def test_the_story_page_tells_what_the_document_holds(client: TestClient, story: str) -> None:
    words = Markup(client.get(f"/stories/{story}").text).words
    for told in (
        "4 reports · 4 outlets · 1 language (English) · 4–5 Mar 2025",
        "Daily Lantern → Coast Evening News",
        "“expect” became “demand”",
        "elative to Vellin Courier, the earlier report at hand",
        "altered",
        "▲ major",
        "left out",
        "differ, amount of money",
        "Save the evidence",
    ):
        assert told in words


def test_the_story_page_and_the_page_of_compare_are_one_product(client: TestClient, story: str) -> None:
    page = Markup(client.get(f"/stories/{story}").text)
    alone = Markup(render_page(decode_document(client.get(f"/stories/{story}.json").content)))
    for part in ("s1-descent", "s1-ledger", "s1-left", "s1-facts", "s1-timeline"):
        assert part in page.get("id")
        assert part in alone.get("id")
    panels = [one for one in page.get("id") if re.fullmatch(r"s1f\d+p\d+", one)]
    assert panels == [one for one in alone.get("id") if re.fullmatch(r"s1f\d+p\d+", one)]
    assert len(panels) > 20


def test_story_page_stays_small(client: TestClient, story: str) -> None:
    assert len(client.get(f"/stories/{story}").content) < 200_000


def test_an_edge_of_the_drawing_opens_its_evidence(client: TestClient, story: str) -> None:
    markup = Markup(client.get(f"/stories/{story}").text)
    edges = [href for href in markup.get("href", "a") if re.fullmatch(r"#s1-d\d+", href)]
    assert len(edges) == 3
    assert {href[1:] for href in edges} <= set(markup.get("id", "details"))


def test_a_single_report_has_its_own_page(client: TestClient, story: str) -> None:
    listed = json.loads(client.get("/stories.json?every=true").content)["stories"]
    single = next(row["story"]["id"] for row in listed if row["story"]["articles"] == 1)
    answer = client.get(f"/stories/{single}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/articles/a")


def test_article_holds_every_word_and_marks_each_quotation(client: TestClient, articles: tuple[str, ...]) -> None:
    for id_ in articles:
        article = json.loads(client.get(f"/articles/{id_}.json").content)
        markup = Markup(client.get(f"/articles/{id_}").text)
        for line in article["text"].splitlines():
            assert re.sub(r"\s+", " ", line).strip() in markup.words
        count = len(article["quotations"])
        assert count
        assert {f"n{n}" for n in range(1, count + 1)} <= set(markup.get("id"))
        assert {f"q{n}" for n in range(1, count + 1)} <= set(markup.get("id")) | {"q"}


def test_outlet_counts_have_intervals_and_no_score(client: TestClient) -> None:
    outlet = json.loads(client.get("/outlets.json?name=Daily+Lantern").content)
    for share in (*outlet["own"]["severities"], *outlet["own"]["labels"]):
        assert 0 <= share["low"] <= share["count"] / share["total"] <= share["high"] <= 1
    assert sum(share["count"] for share in outlet["own"]["severities"]) == outlet["own"]["readings"] > 0
    assert [tie["outlet"] for tie in outlet["retells"]] == ["Vellin Courier"]
    assert [tie["outlet"] for tie in outlet["retold_by"]] == ["Coast Evening News"]
    words = Markup(client.get("/outlets?name=Daily+Lantern").text).words
    assert "95 % interval" in words
    assert "score" not in words


def test_filters_filter(client: TestClient) -> None:
    def count(query: str) -> int:
        return int(json.loads(client.get(f"/stories.json?{query}").content)["total"])

    assert count("") == 1
    assert count("every=true") == 2
    assert count("outlet=Nobody") == count("language=uk") == count("since=2026") == count("q=zeppelin") == 0
    assert count("until=2024-12-31&every=true") == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/stories/s000000000000", 404),
        ("/articles/a000000000000", 404),
        ("/outlets?name=Nobody", 404),
        ("/stories?order=best", 422),
        ("/stories?page=0", 422),
        ("/stories?since=yesterday", 422),
        ("/compare/0123456789abcdef", 404),
        ("/check/0123456789abcdef", 404),
        ("/static/..%2fapp.py", 404),
        ("/static/app.py", 404),
    ],
)
def test_errors_say_what_to_do(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if "%2f" not in path:
        assert "To the stories" in Markup(answer.text).words
    if path.startswith(("/stories/", "/articles/", "/compare/", "/check/")):
        twin = client.get(f"{path}.json")
        assert twin.headers["content-type"] == "application/problem+json"
        assert twin.json()["status"] == status


def test_two_reports_must_be_of_the_story(client: TestClient, story: str, articles: tuple[str, ...]) -> None:
    for ends in ((articles[0], articles[0]), (articles[0], "a000000000000")):
        assert client.get(f"/stories/{story}/texts/{ends[0]}/{ends[1]}").status_code == 404


def test_evidence_pack_of_a_story_and_of_a_change(client: TestClient, story: str) -> None:
    document = decode_document(client.get(f"/stories/{story}.json").content)
    whole = client.get(f"/stories/{story}/evidence.html")
    assert whole.headers["content-disposition"] == f'attachment; filename="retold-{story}.html"'
    assert whole.text == render_page(document)
    change = next(one for one in document.changes if one.severity == "major" and one.from_ and one.to)
    readings = {one.id: one for one in document.readings}
    names: dict[str, Article] = {one.id: one for one in document.articles}
    page = Markup(client.get(f"/stories/{story}/evidence.html?finding={change.id}").text)
    for reading in (readings[change.from_ or ""], readings[change.to or ""]):
        article = names[reading.article]
        assert article.sha256 in page.words
        assert f"characters {reading.span.start}–{reading.span.end}" in page.words
    assert change.id in page.words
    assert f"Confidence {change.confidence:.2f}" in page.words
    assert "Rule " in page.words
    derivation = document.derivations[0]
    assert derivation.id in Markup(client.get(f"/stories/{story}/evidence.html?finding={derivation.id}").text).words
    assert client.get(f"/stories/{story}/evidence.html?finding=c999").status_code == 422


def test_nothing_comes_from_elsewhere(client: TestClient, paths: tuple[str, ...]) -> None:
    for path in (*paths, *FORMS):
        markup = Markup(client.get(path).text)
        for source in (*markup.get("src"), *markup.get("href", "link"), *markup.get("action")):
            assert not urlsplit(source).netloc
    for name in ("page.css", "site.css", "fonts.css", "page.js", "site.js"):
        text = client.get(f"/static/{name}").text
        assert not re.search(r"https?://(?!www\.w3\.org/)|@import|['\"(]//", text)
    fonts = re.findall(r'url\("(/static/[^"]+)"\)', client.get("/static/fonts.css").text)
    assert len(fonts) == 12
    assert all(client.get(font).headers["content-type"] == "font/woff2" for font in fonts)


def test_a_change_has_a_page_with_the_way_to_the_next(client: TestClient, story: str) -> None:
    ids = [change["id"] for change in client.get(f"/api/v1/stories/{story}/changes?limit=500").json()]
    seen, path = (
        [],
        next(
            f"/stories/{story}/changes/{id_}"
            for id_ in ids
            if 'rel="prev"' not in client.get(f"/stories/{story}/changes/{id_}").text
        ),
    )
    while path:
        page = client.get(path).text
        seen.append(path.rpartition("/")[2])
        assert "the earlier report at hand" in page or "not in the report it derives from" in page
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1] if found else ""
    assert sorted(seen) == sorted(ids)
