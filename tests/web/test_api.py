"""REST: the same content, paged; errors as problem details; and no question of any shape that is answered with 500."""

import json

import pytest
from fastapi.testclient import TestClient
from settings import BASE

from retold.demo import REPORTS
from retold.document import decode_document
from retold.read import read_inputs

FIRST, SECOND = (article.text for article in read_inputs([str(REPORTS / "reports.jsonl")]).articles[:2])
API = "/api/v1"


def test_story_is_the_evidence_document(client: TestClient, story: str) -> None:
    answer = client.get(f"{API}/stories/{story}")
    assert answer.content == client.get(f"/stories/{story}.json").content
    assert decode_document(answer.content).stories[0].articles


def test_paging_leads_through_everything(client: TestClient, story: str) -> None:
    whole = client.get(f"{API}/stories/{story}/changes?limit=500").json()
    found, path = [], f"{API}/stories/{story}/changes?limit=7"
    while path:
        answer = client.get(path)
        assert int(answer.headers["x-total-count"]) == len(whole)
        found += answer.json()
        path = answer.links.get("next", {}).get("url", "")
    assert found == whole
    assert len(found) > 14


def test_lists(client: TestClient, story: str, articles: tuple[str, ...]) -> None:
    assert client.get(f"{API}/stories").json()["stories"][0]["story"]["id"] == story
    assert {hit["story"] for hit in client.get(f"{API}/search?q=wires").json()} >= {story}
    assert all(hit["speaker"] == "Ines Calder" for hit in client.get(f"{API}/quotations?speaker=Calder").json())
    assert "Ines Calder" in [one["name"] for one in client.get(f"{API}/speakers").json()]
    assert len(client.get(f"{API}/outlets").json()) == 4
    assert client.get(f"{API}/outlet?name=Daily+Lantern").json()["own"]["readings"]
    assert client.get(f"{API}/articles/{articles[0]}").json()["id"] == articles[0]


def test_a_change_and_two_texts_are_what_their_pages_show(
    client: TestClient, story: str, articles: tuple[str, ...]
) -> None:
    changes = client.get(f"{API}/stories/{story}/changes?limit=500").json()
    for change in changes[:5]:
        found = client.get(f"{API}/stories/{story}/changes/{change['id']}").json()
        assert found == client.get(f"/stories/{story}/changes/{change['id']}.json").json()
        assert (found["label"], found["severity"]) == (change["label"], change["severity"])
    path = f"/stories/{story}/texts/{articles[0]}/{articles[1]}"
    pair = client.get(API + path).json()
    assert pair == client.get(f"{path}.json").json()
    assert pair["ids"] == list(articles[:2])
    assert client.get(f"{API}/stories/{story}/changes/c0").status_code == 404


def test_head_is_answered_as_get(client: TestClient) -> None:
    answer = client.head("/stories")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_compare_and_check_store_nothing(client: TestClient) -> None:
    before = client.get(f"{API}/counts").json()
    texts = [{"text": FIRST, "outlet": "Post"}, {"text": SECOND, "outlet": "Echo"}]
    compared = client.post(f"{API}/compare", json={"texts": texts}).json()
    assert compared["changes"]
    assert [one["outlet"] for one in compared["articles"]] == ["Post", "Echo"]
    checked = client.post(f"{API}/check", json={"draft": texts[1], "sources": texts[:1], "profile": "ap"}).json()
    assert checked["findings"]
    assert client.get(f"{API}/counts").json() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [("/stories/s0", 404), ("/articles/x", 404), ("/outlet?name=x", 404), ("/search?q=-", 422), ("/search", 422),
     ("/stories?limit=0", 422), ("/stories?offset=-1", 422), ("/nowhere", 404)],
)  # fmt: skip
def test_errors_are_problem_details(client: TestClient, path: str, status: int) -> None:
    answer = client.get(API + path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


def test_description_is_whole(client: TestClient) -> None:
    description = client.get(f"{API}/openapi.json").json()
    text = json.dumps(description)
    schemas = description["components"]["schemas"]
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in schemas
    assert all(path.startswith(API) for path in description["paths"])
    assert len(description["paths"]) == 14


def test_no_question_is_answered_with_500(client: TestClient) -> None:
    """What schemathesis thinks up over the description: the server may refuse it, but never trip over it."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is missing: pip install 'retold[dev]'")
    from hypothesis import HealthCheck, Phase, given, settings

    schema = schemathesis.openapi.from_dict(client.get(f"{API}/openapi.json").json())
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case: "schemathesis.Case") -> None:
            nonlocal asked
            asked += 1
            sent = case.as_transport_kwargs(base_url=BASE)
            answer = client.request(sent.pop("method"), sent.pop("url"), **{k: v for k, v in sent.items() if v})
            assert answer.status_code < 500, (case.method, case.path, answer.text)

        ask()
    assert asked > 100
