"""The commands on a library file, as people type them."""

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from retold.demo import REPORTS
from retold.read import read_inputs

RETOLD = Path(sys.executable).with_name("retold")


def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [RETOLD, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "news.db"
    assert "5 new, 0 known, 0 set aside" in run("build", REPORTS, "-o", path, "--no-parse").stdout
    return path


def test_building_again_and_setting_aside(news: Path, tmp_path: Path) -> None:
    again = run("build", REPORTS, tmp_path / "none.txt", "-o", news, code=1)
    assert "0 new, 5 known, 1 set aside" in again.stdout
    assert "does not exist" in again.stderr
    assert "Traceback" not in again.stderr
    assert run("build", tmp_path / "none.txt", "-o", tmp_path / "new.db", code=3).stdout.startswith("0 new")
    assert json.loads(run("build", "-o", news, "--json").stdout)["articles"] == []


def test_stories_as_table_json_and_csv(news: Path) -> None:
    shown = run("stories", news).stdout
    rows = json.loads(run("stories", news, "--json", "--all").stdout)
    table = list(csv.DictReader(io.StringIO(run("stories", news, "--csv", "--order", "altered").stdout)))
    assert [row["articles"] for row in rows] == [4, 1]
    assert rows[0]["id"] in shown
    assert rows[1]["id"] not in shown
    assert [(row["id"], row["major"]) for row in table] == [(rows[0]["id"], str(rows[0]["major"]))]


def test_show_prints_what_compare_prints(news: Path, tmp_path: Path) -> None:
    (row,) = json.loads(run("stories", news, "--json").stdout)
    document = json.loads(run("show", news, row["id"][:5], "--json").stdout)
    assert len(document["articles"]) == 4
    assert len(document["stories"]) == 1
    assert "LINE OF DESCENT" in run("show", news, row["id"], "--html", tmp_path / "page.html").stdout
    assert "<html" in (tmp_path / "page.html").read_text("utf-8")
    changes = list(csv.DictReader(io.StringIO(run("show", news, row["id"], "--csv").stdout)))
    assert [change["label"] for change in changes] == [change["label"] for change in document["changes"]]
    assert (
        document["changes"][0]["id"] in run("show", news, row["id"], "--explain", document["changes"][0]["id"]).stdout
    )
    assert "retold stories" in run("show", news, "zzz", code=3).stderr


def test_the_title_of_a_story_has_room(news: Path) -> None:
    (row,) = json.loads(run("stories", news, "--json").stdout)
    lines = run("stories", news).stdout.splitlines()
    assert any(" ".join(row["title"].split()[:5]) in line for line in lines)


def test_notes_of_one_kind_are_one_line(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Ferry {n} was stopped.", "date": f"spring of {n}"}) for n in range(2030, 2036)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    errors = run("build", tmp_path / "many.jsonl", "-o", tmp_path / "news.db", "--no-parse").stderr.splitlines()
    assert len(errors) == 1
    assert "no valid date" in errors[0]
    assert "5 more like it" in errors[0]
    assert len(run("compare", tmp_path / "many.jsonl", "--no-parse").stderr.splitlines()) == 2  # and its missing ids


def test_a_build_that_is_interrupted_says_how_to_go_on(tmp_path: Path) -> None:
    news = tmp_path / "news.db"
    command = [RETOLD, "build", "-", "-o", news, "--no-parse"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as build:
        assert build.stdin is not None
        build.stdin.write('{"text": "The ferry was stopped."}\n' * 2)
        build.stdin.flush()
        while not Path(f"{news}-building").exists():
            time.sleep(0.02)
        time.sleep(0.3)
        os.kill(build.pid, signal.SIGINT)
        errors = build.stderr.read() if build.stderr else ""
    assert build.returncode == 130
    assert "the same command goes on" in errors
    assert "Traceback" not in errors
    assert not Path(f"{news}-building").exists()


def test_an_older_library_says_how_it_is_done_anew(news: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    older.write_bytes(news.read_bytes())
    with sqlite3.connect(older) as connection:
        connection.execute("DELETE FROM settings WHERE name = 'method'")
    assert "--regroup" in run("build", "-o", older).stderr
    assert run("build", "-o", older, "--regroup").stderr == ""
    assert run("build", "-o", older).stderr == ""


def test_search_and_quotes(news: Path) -> None:
    hits = json.loads(run("search", news, "broken", "wires", "--json").stdout)
    assert len(hits) == 4
    said = json.loads(run("quotes", news, "--speaker", "calder", "--json").stdout)
    assert {row["speaker"] for row in said} == {"Ines Calder"}
    assert [row["published"] for row in said] == sorted(row["published"] for row in said)
    assert {row["severity"] for row in said} > {None, "major"}
    assert "nothing found" in run("search", news, "xyzzy").stdout
    assert run("search", news, "cable", "--quotations", "--csv").stdout.startswith("id,story,speaker")
    assert "--speaker" in run("quotes", news, code=2).stderr


def test_a_missing_library_says_how_to_make_one(tmp_path: Path) -> None:
    for name in ("stories", "search", "quotes", "show"):
        more = {"search": ["dam"], "quotes": ["--speaker", "x"], "show": ["s1"]}.get(name, [])
        assert "retold build" in run(name, tmp_path / "none.db", *more, code=3).stderr


class _Site(BaseHTTPRequestHandler):
    pages: dict[str, str] = {}  # noqa: RUF012
    posted: list[bytes] = []  # noqa: RUF012

    def do_GET(self) -> None:
        page = self.pages.get(self.path)
        tag = f'"{zlib.crc32((page or "").encode())}"'
        if page and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200 if page else 404)
        self.send_header("ETag", tag)
        is_feed = self.path.endswith(".xml")
        self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def do_POST(self) -> None:
        self.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[str, type[_Site]]]:
    class Site(_Site):
        pages: dict[str, str] = {}  # noqa: RUF012
        posted: list[bytes] = []  # noqa: RUF012

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    for n, article in enumerate(read_inputs([str(REPORTS / "reports.jsonl")]).articles):
        published = article.published.value if article.published else ""
        body = "".join(f"<p>{line}</p>" for line in article.text.split("\n\n"))
        Site.pages[f"/{n}.html"] = (
            f"<html><head><title>{article.title}</title><meta property='og:site_name' content='{article.outlet}'>"
            f"<meta property='article:published_time' content='{published}'></head>"
            f"<body><article><h1>{article.title}</h1>{body}</article></body></html>"
        )
    items = "".join(f"<item><title>x</title><link>{address}{name}</link></item>" for name in sorted(Site.pages))
    Site.pages["/feed.xml"] = f"<rss version='2.0'><channel><title>All</title>{items}</channel></rss>"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address, Site
    server.shutdown()


def test_a_build_asks_only_for_what_has_changed(site: tuple[str, type[_Site]], tmp_path: Path) -> None:
    address, server = site
    news = tmp_path / "news.db"
    command = ["build", f"{address}/0.html", "-o", news, "--no-parse", "--allow-private"]
    assert "1 new" in run(*command).stdout
    again = run(*command)
    assert "0 new, 0 known" in again.stdout
    assert "has not changed" in again.stderr
    server.pages["/0.html"] = server.pages["/0.html"].replace("</article>", "<p>The mayor came at noon.</p></article>")
    assert "1 new, 0 known, 1 new versions" in run(*command).stdout


def test_watch_adds_tells_posts_and_ends_on_a_signal(site: tuple[str, type[_Site]], tmp_path: Path) -> None:
    pytest.importorskip("fastfeedparser")
    address, server = site
    news = tmp_path / "news.db"
    command = [RETOLD, "watch", f"{address}/feed.xml", "-o", news, "--no-parse", "--allow-private", "--every", "2s",
               "--alert", "minor", "--webhook", f"{address}/hook"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as watch:
        assert watch.stdout is not None
        lines = [watch.stdout.readline() for _ in range(2)]
        os.kill(watch.pid, signal.SIGTERM)
        rest, errors = watch.communicate(timeout=60)
    assert watch.returncode == 0, errors
    lines += rest.splitlines()
    assert any("retells" in line for line in lines)
    assert any("major:" in line or "minor:" in line for line in lines)
    assert "stopped" in errors
    told = [json.loads(data) for data in server.posted]
    assert {one["kind"] for one in told} == {"retelling", "change"}
    assert len(told) == len([line for line in lines if line.strip()])
    assert json.loads(run("stories", news, "--json").stdout)
    once = run("watch", f"{address}/feed.xml", "-o", news, "--once", "--allow-private")
    assert "0 new" in once.stderr
    assert once.stdout == ""
