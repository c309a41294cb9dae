"""The server as the SDK's own client meets it: in memory, and as a process on standard input and output."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="pip install 'retold[mcp]'")

from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from retold.annotate.annotation import AnnotateConfig
from retold.demo import REPORTS
from retold.evidence import CompareConfig
from retold.library import LibraryConfig, open_library
from retold.mcp.desk import KEPT_COMPARISONS, Desk
from retold.mcp.server import create_server
from retold.read import stream_inputs
from retold.read.options import ReadOptions

RULES = CompareConfig(annotate=AnnotateConfig(parse=False))
SEEN = "We saw the water rise for two hours before anybody rang the bell"
FIRST = (
    f'Harrow Weir flooded.\n\n"{SEEN}," said Ada Lund, the lock keeper, on Monday. The repair will cost 4,200 euros.'
)
SECOND = (
    'Harrow Weir flooded, the Mill Post reports.\n\n"We saw the water rise," said Ada Lund. The repair costs 2,400 '
    "euros. Monks built the weir seven centuries ago, and their seal hangs in the town hall."
)
TEXTS = [
    {"text": FIRST, "outlet": "Mill Post", "published": "2031-05-02"},
    {"text": SECOND, "outlet": "Lock Echo", "published": "2031-05-03"},
]
Call = tuple[str, Mapping[str, object]]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "news.db"
    with open_library(path, create=True, config=LibraryConfig(RULES)) as opened:
        opened.add(stream_inputs([str(REPORTS)], ReadOptions()))
    return path


@pytest.fixture
def desk(library: Path, tmp_path: Path) -> Desk:
    folder = tmp_path / "given"
    folder.mkdir()
    folder.joinpath("first.txt").write_text(FIRST, "utf-8")
    folder.joinpath("second.txt").write_text(SECOND, "utf-8")
    tmp_path.joinpath("secret.txt").write_text("Nobody may read this.", "utf-8")
    return Desk(library, [folder], RULES)


def ask(desk: Desk, *calls: Call) -> list[CallToolResult]:
    """What the client gets for some calls; it checks each answer against the schema that the tool declares."""

    async def run() -> list[CallToolResult]:
        async with Client(create_server(desk)) as client:
            await client.list_tools()
            return [await client.call_tool(name, dict(arguments)) for name, arguments in calls]

    return asyncio.run(run())


def answer(desk: Desk, name: str, **arguments: object) -> dict[str, Any]:
    (result,) = ask(desk, (name, arguments))
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    content: dict[str, Any] = result.structured_content
    return content


def refuse(desk: Desk, name: str, arguments: Mapping[str, object]) -> str:
    (result,) = ask(desk, (name, arguments))
    assert result.is_error
    text: str = result.content[0].text  # type: ignore[union-attr]
    assert "Traceback" not in text
    return text


def find_excerpts(value: object) -> Iterator[dict[str, Any]]:
    """Everything in an answer that says it is characters of an article."""
    if isinstance(value, dict):
        if {"article", "start", "end", "text"} <= value.keys():
            yield value
        for one in value.values():
            yield from find_excerpts(one)
    elif isinstance(value, list):
        for one in value:
            yield from find_excerpts(one)


def test_tools_declare_what_they_take_and_give(desk: Desk) -> None:
    async def run() -> list[Any]:
        async with Client(create_server(desk)) as client:
            return list((await client.list_tools()).tools)

    tools = {tool.name: tool for tool in asyncio.run(run())}
    assert set(tools) == {"compare", "extract_quotations", "trace_quotation", "list_conflicts", "search"}
    for tool in tools.values():
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert tool.annotations.read_only_hint
        assert len(tool.description) < 700  # it is sent with every conversation


def test_compare_gives_spans_of_the_texts_as_sent(desk: Desk) -> None:
    found = answer(desk, "compare", articles=TEXTS)
    texts = {"a1": FIRST, "a2": SECOND}
    excerpts = list(find_excerpts(found))
    assert excerpts
    assert all(texts[e["article"]][e["start"] : e["end"]] == e["text"] for e in excerpts)
    assert [article["outlet"] for article in found["articles"]] == ["Mill Post", "Lock Echo"]
    (change,) = [c for c in found["changes"] if c["to"] and c["label"] == "truncated"]
    assert change["from"]["text"] == SEEN
    assert change["to"]["text"] == "We saw the water rise"
    assert change["speaker"] == "Ada Lund"
    assert found["counts"]["changes"] == found["total"] == len(found["changes"])


def test_each_sort_of_finding_is_listed(desk: Desk) -> None:
    name = answer(desk, "compare", articles=TEXTS)["comparison"]
    for findings in ("changes", "derivations", "passages", "omissions", "additions"):
        found = answer(desk, "compare", comparison=name, findings=findings)
        assert len(found[findings]) == found["total"] == found["counts"][findings] > 0, findings
    (derivation,) = answer(desk, "compare", comparison=name, findings="derivations")["derivations"]
    assert (derivation["from"], derivation["to"], derivation["kind"]) == ("a1", "a2", "stated")
    assert any("Mill Post" in e["text"] for e in find_excerpts(derivation))


def test_a_comparison_is_asked_about_by_its_name(desk: Desk) -> None:
    name = answer(desk, "extract_quotations", articles=TEXTS)["comparison"]
    again = answer(desk, "extract_quotations", articles=TEXTS)
    assert again["comparison"] == name
    assert answer(desk, "extract_quotations", comparison=name) == again
    major = answer(desk, "compare", comparison=name, severity="major")
    assert {change["severity"] for change in major["changes"]} <= {"major"}
    for number in range(KEPT_COMPARISONS):
        answer(desk, "extract_quotations", articles=[{"text": f"Report {number}. Nobody said a word of it."}])
    assert "give the articles again" in refuse(desk, "compare", {"comparison": name})


def test_quotations_name_who_said_it_and_how(desk: Desk) -> None:
    found = answer(desk, "extract_quotations", articles=TEXTS, speaker="lund")
    first, second = found["quotations"]
    assert (first["kind"], first["speaker"], first["speaker_kind"]) == ("direct", "Ada Lund", "person")
    assert [part["text"] for part in first["content"]] == [SEEN]
    assert first["cue"]["text"] == "said"
    assert FIRST[first["source"]["start"] : first["source"]["end"]] == first["source"]["text"]
    assert second["article"] == "a2"
    assert answer(desk, "extract_quotations", articles=TEXTS, article="a2", kind="direct")["total"] == 1


@pytest.mark.parametrize(
    "which",
    [
        {"quotation": "a2.q1"},
        {"words": "we saw the WATER rise"},
        {"article": "a1", "start": FIRST.index("two hours")},
    ],
)
def test_a_quotation_is_traced_however_it_is_named(desk: Desk, which: Mapping[str, object]) -> None:
    quotations = answer(desk, "extract_quotations", articles=TEXTS, speaker="Ada Lund")["quotations"]
    if "quotation" in which:
        which = {"quotation": next(q["id"] for q in quotations if q["article"] == "a2")}
    found = answer(desk, "trace_quotation", articles=TEXTS, **which)
    (family,) = found["families"]
    assert [reading["words"]["article"] for reading in family["readings"]] == ["a1", "a2"]
    first, later = family["readings"]
    assert first["changes"] == []
    assert [change["label"] for change in later["changes"]] == ["truncated"]
    (edit,) = later["changes"][0]["edits"]
    assert edit["op"] == "delete"
    assert edit["from"]["text"].strip() == SEEN.removeprefix("We saw the water rise").strip()


def test_conflicts_are_the_words_of_each_report(desk: Desk) -> None:
    found = answer(desk, "list_conflicts", articles=TEXTS, kinds=["money"])
    (conflict,) = found["conflicts"]
    assert [reading["words"]["text"] for reading in conflict["readings"]] == ["4,200 euros", "2,400 euros"]
    assert {reading["value"] for reading in conflict["readings"]} == {"EUR 4200", "EUR 2400"}


def test_pages_make_up_the_whole_list(desk: Desk) -> None:
    whole = answer(desk, "extract_quotations", articles=[{"path": "."}, *TEXTS], limit=200)
    rows: list[object] = []
    cursor: dict[str, object] = {}
    while True:
        page = answer(desk, "extract_quotations", comparison=whole["comparison"], limit=1, **cursor)
        rows += page["quotations"]
        assert page["total"] == whole["total"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert rows == whole["quotations"]
    assert len(rows) > 2
    of_another = {"articles": TEXTS, "limit": 1, **cursor}
    assert "belongs to another question" in refuse(desk, "extract_quotations", of_another)


def test_a_story_of_the_library_is_asked_about_like_articles(desk: Desk) -> None:
    hit = answer(desk, "search", words="broken wires")["articles"][0]
    assert any("broken wires" in place["text"].lower() for place in hit["places"]) or hit["places"]
    found = answer(desk, "compare", story=hit["story"])
    assert found["comparison"] is None
    assert hit["article"] in {article["id"] for article in found["articles"]}
    assert answer(desk, "compare", story=hit["article"])["articles"] == found["articles"]
    with desk.open() as library:
        texts = {article["id"]: library.read_article(article["id"]).text for article in found["articles"]}
    for excerpt in find_excerpts([found, hit]):
        assert texts[excerpt["article"]][excerpt["start"] : excerpt["end"]] == excerpt["text"]


def test_search_pages_and_finds_what_was_said(desk: Desk) -> None:
    whole = answer(desk, "search", find="quotations", speaker="Calder", limit=100)["quotations"]
    assert len(whole) > 2
    first = answer(desk, "search", find="quotations", speaker="Calder", limit=2)
    rest = answer(desk, "search", find="quotations", speaker="Calder", limit=100, cursor=first["next_cursor"])
    assert first["quotations"] + rest["quotations"] == whole
    assert rest["next_cursor"] is None
    with desk.open() as library:
        for said in whole:
            assert "Calder" in said["quotation"]["speaker"]
            for excerpt in find_excerpts(said):
                text = library.read_article(excerpt["article"]).text
                assert text[excerpt["start"] : excerpt["end"]] == excerpt["text"]


def test_files_are_read_below_allowed_folders_only(desk: Desk, tmp_path: Path) -> None:
    found = answer(desk, "extract_quotations", articles=[{"path": "first.txt", "outlet": "Mill Post"}])
    assert found["articles"][0]["outlet"] == "Mill Post"
    given = tmp_path / "given"
    given.joinpath("link.txt").symlink_to(tmp_path / "secret.txt")
    given.joinpath("feed.xml").write_text("<rss version='2.0'></rss>")
    refused = [
        *(str(tmp_path / "secret.txt"), str(tmp_path / "not-there.txt"), "/etc/hostname"),
        *("../secret.txt", "link.txt", "."),
    ]
    texts = {refuse(desk, "compare", {"articles": [{"path": path}]}) for path in refused}
    assert len(texts) == 1  # what is outside is told in the same words, there or not
    assert "not below a folder that this server may read" in texts.pop()
    for path in ("-", "https://example.org/a", "file:///etc/hostname", ""):
        assert "Addresses are not fetched" in refuse(desk, "compare", {"articles": [{"path": path}]})
    assert "fetches nothing" in refuse(desk, "compare", {"articles": [{"path": "feed.xml"}]})
    assert "there is no nowhere.txt" in refuse(desk, "compare", {"articles": [{"path": "nowhere.txt"}]})
    assert "--allow FOLDER" in refuse(Desk(None, (), RULES), "compare", {"articles": [{"path": "first.txt"}]})


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("compare", {}, "exactly one of `articles`, `comparison` and `story`"),
        ("compare", {"articles": TEXTS, "story": "s1"}, "articles and story were given"),
        ("compare", {"articles": []}, "length >= 1"),
        ("compare", {"articles": [{}]}, "either `text` or `path`"),
        ("compare", {"articles": [{"text": "  "}]}, "is empty"),
        ("compare", {"articles": [{"text": "A.", "published": "yesterday"}]}, "expected ISO 8601"),
        ("compare", {"articles": [{"text": "A.", "id": "x"}, {"text": "B.", "id": "x"}]}, "the id 'x'"),
        ("compare", {"articles": [{"text": 7}]}, "at `articles[0].text`"),
        ("compare", {"articles": TEXTS, "severity": "awful"}, "one of major, minor, none"),
        ("compare", {"articles": TEXTS, "colour": "red"}, "unknown field `colour`. It takes: articles"),
        ("compare", {"articles": TEXTS, "limit": 0}, ">= 1"),
        ("compare", {"articles": TEXTS, "cursor": "7"}, "none of this server's"),
        ("compare", {"articles": TEXTS, "article": "a9"}, "there are a1, a2"),
        ("compare", {"story": "s123"}, "the library has no story"),
        ("compare", {"articles": [{"text": "x" * 2_000_001}]}, "retold build"),
        ("trace_quotation", {"articles": TEXTS}, "by exactly one of"),
        ("trace_quotation", {"articles": TEXTS, "words": "…"}, "holds no word"),
        ("trace_quotation", {"articles": TEXTS, "words": "nobody said this"}, "fewer words find more"),
        ("trace_quotation", {"articles": TEXTS, "quotation": "a1.q99"}, "extract_quotations lists them"),
        ("trace_quotation", {"articles": TEXTS, "article": "a1", "start": 10**6}, "no reading covers"),
        ("list_conflicts", {"articles": TEXTS, "verdicts": ["lie"]}, "one of agree, ambiguous, differ"),
        ("search", {}, "give `words`"),
        ("search", {"words": "…"}, "no word"),
        ("search", {"words": "dam", "speaker": "Lund"}, "leave `speaker` out"),
        ("write_article", {}, "there are compare, extract_quotations"),
    ],
)
def test_wrong_arguments_are_told_how_to_be_right(
    desk: Desk, name: str, arguments: Mapping[str, object], told: str
) -> None:
    assert told in refuse(desk, name, arguments)


def test_a_fault_of_our_own_is_one_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("in the works")

    monkeypatch.setattr(Desk, "find", fail)
    said = refuse(desk, "compare", {"articles": TEXTS})
    assert "a bug in Retold" in said
    assert "\n" not in said
    assert "ZeroDivisionError" in caplog.text


def test_search_without_a_library_says_how_to_have_one() -> None:
    assert "retold mcp news.db" in refuse(Desk(None, (), RULES), "search", {"words": "dam"})


def test_over_standard_input_and_output(library: Path, tmp_path: Path) -> None:
    tmp_path.joinpath("first.txt").write_text(FIRST, "utf-8")
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "retold", "mcp", str(library), "--allow", str(tmp_path), "--no-parse"],
    )

    async def run() -> tuple[Any, Any, Any]:
        async with Client(server, read_timeout_seconds=60) as client:
            tools = await client.list_tools()
            found = await client.call_tool("extract_quotations", {"articles": [{"path": "first.txt"}]})
            return tools, found, await client.call_tool("search", {"words": "cable"})

    tools, found, hits = asyncio.run(run())
    assert len(tools.tools) == 5
    assert found.structured_content["quotations"][0]["content"][0]["text"] == SEEN
    assert hits.structured_content["articles"]


def test_clients_of_the_handshake_are_served(desk: Desk) -> None:
    """Today's clients open with `initialize`; the SDK's newest ask without it."""

    async def run() -> tuple[Any, Any, Any]:
        async with Client(create_server(desk), mode="legacy") as client:
            found = await client.call_tool("extract_quotations", {"articles": TEXTS})
            return client.server_info, client.instructions, found

    server, instructions, found = asyncio.run(run())
    assert server.name == "retold"
    assert "relative to the earlier report at hand" in instructions
    assert str(desk.allowed[0]) in instructions
    assert found.structured_content["total"] >= 2


def test_lists_and_numbers_as_text_and_nulls_are_taken_as_meant(desk: Desk) -> None:
    plain = answer(desk, "list_conflicts", articles=TEXTS, kinds=["money"], limit=5)
    sent = {"articles": json.dumps(TEXTS), "kinds": '["money"]', "limit": "5", "cursor": None, "story": None}
    assert answer(desk, "list_conflicts", **sent) == plain
    assert "give exactly one of" in refuse(desk, "compare", {"articles": None})
    assert "Expected `object`" in refuse(desk, "compare", {"articles": '["a text"]'})


def test_calls_at_once_are_worked_on_in_turn(desk: Desk) -> None:
    async def run() -> list[Any]:
        async with Client(create_server(desk)) as client:
            calls = [client.call_tool("extract_quotations", {"articles": TEXTS}) for _ in range(4)]
            calls += [client.call_tool("compare", {"story": "nothing"})]
            return await asyncio.gather(*calls)

    *found, refused = asyncio.run(run())
    assert len({json.dumps(one.structured_content) for one in found}) == 1
    assert refused.is_error


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['mcp'] = None; from retold.cli import main; main(['mcp'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "pip install 'retold[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_wrong_at_the_start_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from retold.cli import main

    with pytest.raises(SystemExit) as done:
        main(["mcp", str(tmp_path / "none.db")])
    assert done.value.code == 3
    assert "none.db" in capsys.readouterr().err
