"""Forty articles that try to become markup, to break the layout or the server: on every page they are words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from markup import Markup
from settings import BASE, CONFIG

from retold.library import open_library
from retold.model import Article, Published
from retold.read.batch import hash_text, replace_surrogates
from retold.web.app import create_app

# ruff: noqa: E501 (hostile words stand as they are)
NASTY = (
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<img src=x onerror=alert(3)>",
    "<svg/onload=alert(4)>", "<svg><script href='data:,alert(5)'/></svg>", "<math><mi xlink:href=javascript:alert(6)>",
    "\"><iframe srcdoc='<script>alert(7)</script>'>", "' onmouseover='alert(8)' x='", "javascript:alert(9)",
    "data:text/html,<script>alert(10)</script>", "</title><style>*{display:none}</style>", "<!--", "-->", "<![CDATA[x]]>",
    "<base href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>", "<form action=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<object data=//evil.example>", "<embed src=//evil.example>",
    "<a href=javascript:alert(11)>x</a>", "<details open ontoggle=alert(12)>", "<template><script>alert(13)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(14)>'>", "<textarea></textarea><script>alert(15)</script>",
    "{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "[[dam]] [[ ]] ]] [[", "\u202egnp.exe\u2066\u2067\u2069",
    "\x00\x01\x1b[31m\x7f\x85", "\ud800\udfff", "\ufeff\u200b\u2028\u2029", "a\u0301" * 400 + "\u0489" * 200,
    "Ω" * 20_000, "<b>" * 300_000 + "\n", "&lt;script&gt;&#60;script&#62;", "'; DROP TABLE articles; --", "%00%0d%0aX: y",
    "../../../etc/passwd\\..\\..",
)  # fmt: skip
TAGS = set(
    re.findall(
        r"\S+",
        """html head meta title link script body a header nav form label input main h1 h2 h3 footer p span b i bdi ul ol
        li dl div dt dd section article aside details summary table thead tbody tr th td svg path circle rect line polygon
        text blockquote del ins mark kbd pre code select option button fieldset legend textarea""",
    )
)


def make_report(n: int, nasty: str, second: bool) -> Article:
    nasty = replace_surrogates(nasty)
    place, short = f"Tarnby{n}", nasty[:200]
    text = (
        f"{nasty[:5000]}\n\nThe bridge at {place} was shut on Monday after divers found cracks in {n + 2} of its piers, {short}.\n\n"
        f"“The bridge at {place} {'must' if second else 'may'} stay shut until {short} is repaired,” said Ada {short} Lund, "
        f"mayor of {place}.\n\n“We heard {short} at night in {place},” said {short}."
    )
    outlet = f"{short} Post {'two' if second else 'one'} {n}"
    published = Published(f"2031-01-{1 + n % 28:02d}T{10 + second}:00:00+00:00", "minute", "metadata")
    url = f"https://x.example/{n}?{'b' if second else 'a'}" if n % 2 else f"javascript:{short}"
    return Article(
        "", text, hash_text(text), path=short, url=url, outlet=outlet, title=nasty, byline=short, language="en",
        published=published,
    )  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path: Path = tmp_path_factory.mktemp("hostile") / "news.db"
    with open_library(path, create=True, config=CONFIG) as library:
        library.add([make_report(n, nasty, second) for n, nasty in enumerate(NASTY) for second in (False, True)])
    with TestClient(create_app(path), base_url=BASE) as client:
        yield client


def check(client: TestClient, path: str) -> Markup:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert len(answer.content) < 3_000_000, path
    markup = Markup(answer.text)
    assert set(markup.tags) <= TAGS, path
    assert markup.tags.count("script") == 2
    names = {name for _, name, _ in markup.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "srcdoc", "http-equiv"}}, path
    for link in (*markup.get("href"), *markup.get("src"), *markup.get("action")):
        assert re.match(r"/(?!/)|#|https://x\.example/\d+\?[ab]$", link), (path, link)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", answer.text), path
    return markup


def test_there_are_forty() -> None:
    assert len(NASTY) == len(set(NASTY)) == 40


def test_forty_hostile_articles_are_only_words(hostile: TestClient) -> None:
    seen = set[str]()
    waiting = ["/stories?every=true", "/speakers", "/outlets", "/search?q=bridge", "/search?q=%5B%5Bdam%5D%5D"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        markup = check(hostile, path)
        waiting += [
            link.split("#")[0]
            for link in markup.get("href", "a")
            if re.match(r"/(stories|articles|speakers|outlets)[/?]", link)
            and ".json" not in link
            and "evidence.html" not in link
            and ("/texts/" not in link or sum("/texts/" in one for one in (*seen, *waiting)) < 40)
        ]
        waiting += [
            link.replace("evidence.html?finding=", "changes/")
            for link in markup.get("href", "a")
            if "finding=c" in link and sum("/changes/" in one for one in (*seen, *waiting)) < 40
        ]
    assert sum(path.startswith("/articles/") for path in seen) == 80
    assert any("/changes/" in path for path in seen)
    assert sum(path.startswith("/outlets?name") for path in seen) >= 70
    assert sum("/texts/" in path for path in seen) >= 20


def test_what_json_says_is_what_was_read(hostile: TestClient) -> None:
    listing = json.loads(hostile.get("/stories.json?every=true").content)["stories"]
    assert listing
    for row in listing:
        answer = hostile.get(f"/stories/{row['story']['id']}.json")
        assert answer.headers["content-type"] == "application/json"
        for article in json.loads(answer.content)["articles"]:
            assert article["sha256"] == hash_text(article["text"])


def test_packs_of_hostile_stories_are_shut(hostile: TestClient) -> None:
    for row in json.loads(hostile.get("/stories.json").content)["stories"][:8]:
        answer = hostile.get(f"/stories/{row['story']['id']}/evidence.html")
        markup = Markup(answer.text)
        assert markup.tags.count("script") == 1
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_pasted_articles_are_only_words(empty: TestClient) -> None:
    for nasty in NASTY[:8]:
        nasty = replace_surrogates(nasty)
        token = Markup(empty.get("/compare").text).token
        one, two = (make_report(1, nasty, second) for second in (False, True))
        sent = {"token": token, "text1": one.text, "text1_outlet": nasty, "text2": two.text, "text2_outlet": nasty}
        answer = empty.post("/compare", data=sent, files=[("files", (f"{nasty[:40]}.txt", one.text.encode()))])
        assert answer.status_code == 200
        base = answer.url.path
        for path in (base, f"{base}/texts/a1/a2", f"{base}/articles/a1"):
            check(empty, path)


@pytest.mark.parametrize("nasty", NASTY[:34])
def test_hostile_questions(client: TestClient, nasty: str) -> None:
    given = {
        "q": nasty[:300].encode("utf-8", "replace").decode(),
        "name": nasty[:200].encode("utf-8", "replace").decode(),
    }
    for path in ("/search", "/stories", "/speakers", "/outlets"):
        answer = client.get(path, params=given)
        assert answer.status_code in {200, 404, 422}, path
        markup = Markup(answer.text)
        assert markup.tags.count("script") == 2
        assert set(markup.tags) <= TAGS
