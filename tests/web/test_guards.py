"""Who may ask, what may be sent, and what every answer carries."""

import pytest
from fastapi.testclient import TestClient
from markup import Markup

from retold.web.guards import MAX_BODY_BYTES


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[::2]:8321"],
)
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/stories", headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "LOCALHOST:8321", "[::1]:8321"])
def test_this_machine_is_let_in(client: TestClient, host: str) -> None:
    assert client.get("/stories", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/stories", "/nowhere", "/static/site.css", "/api/v1/counts", "/api/v1/stories/x"])
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/demo", "/compare", "/check", "/compare/0123456789abcdef/keep"])
@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_nothing_is_done_without_the_token(empty: TestClient, path: str, token: str | None) -> None:
    answer = empty.post(path, data={} if token is None else {"token": token}, follow_redirects=False)
    assert answer.status_code == 403
    assert empty.get("/api/v1/counts").json()["articles"] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_nothing_is_done_for_a_foreign_page(empty: TestClient, headers: dict[str, str]) -> None:
    token = Markup(empty.get("/stories").text).token
    assert empty.post("/demo", data={"token": token}, headers=headers).status_code == 403
    assert empty.post("/api/v1/compare", json={"texts": []}, headers=headers).status_code == 403
    assert empty.get("/api/v1/counts").json()["articles"] == 0


def test_a_token_is_of_one_server(client: TestClient, empty: TestClient) -> None:
    token = Markup(client.get("/compare").text).token
    assert Markup(client.get("/check").text).token == token
    assert empty.post("/demo", data={"token": token}).status_code == 403


def test_a_large_body_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/compare", headers={"content-length": str(MAX_BODY_BYTES + 1)}, content=b"x")
    assert answer.status_code == 413


def test_a_large_body_is_refused_while_it_comes(client: TestClient) -> None:
    def chunks() -> "object":
        yield b'{"texts": ["'
        for _ in range(MAX_BODY_BYTES // 1_000_000 + 2):
            yield b"x" * 1_000_000

    answer = client.post("/api/v1/compare", content=chunks(), headers={"content-type": "application/json"})  # type: ignore[arg-type]
    assert answer.status_code == 413
