"""What a person sends: the demo story, a comparison, a draft. Nothing is stored unless it is asked for."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from markup import Markup

from retold.demo import REPORTS
from retold.read import read_inputs

FIRST, SECOND = (article.text for article in read_inputs([str(REPORTS / "reports.jsonl")]).articles[:2])


def send(
    client: TestClient, path: str, data: dict[str, str], files: list[tuple[str, tuple[str, bytes]]] | None = None
) -> Response:
    token = Markup(client.get(path).text).token
    return client.post(path, data={"token": token, **data}, files=files or [("files", ("", b""))])


def count(client: TestClient) -> int:
    return int(client.get("/api/v1/counts").json()["articles"])


def test_an_empty_library_loads_the_demo_with_one_click(empty: TestClient) -> None:
    page = Markup(empty.get("/stories").text)
    assert "This library is empty" in page.words
    answer = empty.post("/demo", data={"token": page.token})
    assert answer.url.path.startswith("/stories/s")
    assert "Mount Orrel" in Markup(answer.text).words
    assert count(empty) == 5
    assert empty.post("/demo", data={"token": page.token}).status_code == 200  # twice changes nothing
    assert count(empty) == 5


def test_compare_by_paste_stores_nothing_until_asked(empty: TestClient) -> None:
    answer = send(empty, "/compare", {"text1": FIRST, "text1_outlet": "Post", "text2": SECOND, "text2_outlet": "Echo"})
    assert answer.status_code == 200
    base = answer.url.path
    page = Markup(answer.text)
    assert "Who said what" in page.words
    assert "relative to Post, the earlier report at hand".capitalize()[:8] in page.words
    assert "in memory only" in page.words
    assert count(empty) == 0
    document = json.loads(empty.get(f"{base}.json").content)
    assert [article["outlet"] for article in document["articles"]] == ["Post", "Echo"]
    for path in (f"{base}/texts/a1/a2", f"{base}/texts/a1/a2.json", f"{base}/articles/a1", f"{base}/evidence.html"):
        assert empty.get(path).status_code == 200, path
    kept = empty.post(f"{base}/keep", data={"token": page.token})
    assert kept.url.path.startswith("/stories/s")
    assert count(empty) == 2


def test_compare_by_file(empty: TestClient) -> None:
    files = [
        ("files", ("../../post.txt", FIRST.encode())),
        ("files", ("echo.html", (REPORTS / "lantern.html").read_bytes())),
        ("files", ("notes.docx", b"PK")),
    ]
    answer = send(empty, "/compare", {}, files)
    assert answer.status_code == 200
    page = Markup(answer.text).words
    assert "post.txt" in page
    assert "notes.docx was set aside" in page
    document = json.loads(empty.get(f"{answer.url.path}.json").content)
    assert [article["path"] for article in document["articles"]] == ["post.txt", "echo.html"]


def test_texts_of_two_events_are_said_to_be_apart(empty: TestClient) -> None:
    other = "A new library opened in Tarn on Friday.\n\n“We have waited long for it,” said Ada Lund, its director."
    page = Markup(send(empty, "/compare", {"text1": FIRST, "text2": other}).text).words
    assert "No story in common" in page
    assert "Ada Lund" in page


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "two reports are needed"),
        ({"text1": FIRST}, "1 could be read"),
        ({"text1": FIRST, "addresses": "file:///etc/passwd /etc/passwd"}, "is no web address"),
        ({"text1": FIRST, "addresses": "http://127.0.0.1:9/"}, "127.0.0.1"),
        ({"text1": FIRST, "addresses": "http://169.254.169.254/latest"}, "169.254.169.254"),
        ({"text1": "x " * 400_000, "text2": FIRST}, "characters"),
        ({"addresses": "\n".join(f"https://x{n}.example/" for n in range(11))}, "addresses"),
    ],
)
def test_what_cannot_be_compared_is_told(empty: TestClient, data: dict[str, str], told: str) -> None:
    answer = send(empty, "/compare", data)
    assert answer.status_code == 422
    assert told.casefold() in Markup(answer.text).words.casefold()
    assert count(empty) == 0


def test_check_a_draft(empty: TestClient) -> None:
    draft = "It stood still.\n\n“We support the closure, but we demand to see the inspection report,” Reed said."
    answer = send(empty, "/check", {"draft": draft, "text1": FIRST, "text1_outlet": "Post", "profile": "ap"})
    assert answer.status_code == 200
    page = Markup(answer.text)
    assert "breach" in page.words
    assert "relative to Post, the earlier report at hand".lower() in page.words.lower()
    assert {"del", "ins"} <= set(page.tags)
    report = json.loads(empty.get(f"{answer.url.path}.json").content)
    assert report["findings"][0]["label"] == "altered"
    assert report["profile"] == "ap"
    assert count(empty) == 0


@pytest.mark.parametrize("data", [{}, {"draft": FIRST}, {"draft": FIRST, "text1": SECOND, "profile": "/etc/passwd"}])
def test_what_cannot_be_checked_is_told(empty: TestClient, data: dict[str, str]) -> None:
    assert send(empty, "/check", data).status_code == 422


def test_results_are_forgotten_in_order(empty: TestClient) -> None:
    paths = [send(empty, "/check", {"draft": FIRST, "text1": "“Rain,” she said."}).url.path for _ in range(13)]
    assert empty.get(paths[0]).status_code == 404
    assert empty.get(paths[1]).status_code == 200


def test_no_temporary_file_stays(empty: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert send(empty, "/compare", {"text1": FIRST, "text2": SECOND}).status_code == 200
    assert list(tmp_path.iterdir()) == []
