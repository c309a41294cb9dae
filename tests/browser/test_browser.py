"""The pages in a browser: Debian's Chromium, driven by Playwright. Skipped, with the reason, where one is missing."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from retold.demo import REPORTS
from retold.read import read_inputs

axe = pytest.importorskip("axe_playwright_python", reason="axe is missing: pip install 'retold[dev]'")
api = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install 'retold[dev]'")
CHROMIUM = os.environ.get("RETOLD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium")
RETOLD = Path(sys.executable).with_name("retold")
FIRST, SECOND = (article.text for article in read_inputs([str(REPORTS / "reports.jsonl")]).articles[:2])
PATHS = (
    "stories",
    "story",
    "texts",
    "change",
    "article",
    "speakers",
    "speaker",
    "outlets",
    "outlet",
    "search",
    "compare",
    "check",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`retold serve` as people start it, over a library of the demo story."""
    folder = tmp_path_factory.mktemp("browser")
    subprocess.run([RETOLD, "build", REPORTS, "-o", "news.db", "--no-parse"], cwd=folder, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [RETOLD, "serve", "news.db", "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{base}/stories", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    yield base
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator["api.Browser"]:
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Watched:
    """A page that keeps what went wrong in it, and every address it asked for."""

    def __init__(self, browser: "api.Browser", **options: object) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))


@pytest.fixture
def watched(browser: "api.Browser", server: str) -> Iterator[Watched]:
    opened = Watched(browser)
    yield opened
    assert opened.faults == []
    assert [url for url in opened.asked if not url.startswith((server, "file:", "data:", "blob:"))] == []
    opened.context.close()


def find_paths(page: "api.Page", server: str) -> dict[str, str]:
    """The address of a page of each kind."""
    page.goto(f"{server}/stories")
    story = page.locator(".list h2 a").first.get_attribute("href") or ""
    page.goto(server + story)
    saved = page.locator(".panel a.pack").first.get_attribute("href") or ""
    return {
        "stories": "/stories",
        "story": story,
        "texts": page.locator(".index a").first.get_attribute("href") or "",
        "change": f"{story}/changes/{saved.partition('finding=')[2]}",
        "article": page.locator(".timeline a").last.get_attribute("href") or "",
        "speakers": "/speakers",
        "speaker": "/speakers?name=Ines+Calder",
        "outlets": "/outlets",
        "outlet": "/outlets?name=Daily+Lantern",
        "search": "/search?q=broken+wires",
        "compare": "/compare",
        "check": "/check",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_is_accessible(browser: "api.Browser", server: str, scheme: str, width: int) -> None:
    opened = Watched(browser, color_scheme=scheme)
    page = opened.page
    page.set_viewport_size({"width": width, "height": 800})
    paths = find_paths(page, server)
    faults: list[tuple[str, str, str]] = []
    for name in PATHS:
        page.goto(server + paths[name])
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} is {over} px too wide"
        page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        bad = [
            (one["id"], one["nodes"][0]["html"][:160])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        faults += [(name, *one) for one in bad]
    assert faults == []
    assert opened.faults == []
    assert [url for url in opened.asked if not url.startswith(server)] == []
    opened.context.close()


def test_a_cell_of_the_ledger_opens_the_word_diff(watched: Watched, server: str) -> None:
    page = watched.page
    page.goto(server + find_paths(page, server)["story"])
    assert page.locator(".panel:visible").count() == 0
    page.locator("a.open.major").first.click()
    panel = page.locator(".panel:visible")
    assert panel.count() == 1
    assert panel.locator("del").count() + panel.locator("ins").count() > 0
    assert "the earlier report at hand" in (panel.text_content() or "")
    page.keyboard.press("Escape")
    assert page.locator(".panel:visible").count() == 0


def test_changes_are_stepped_through_by_keyboard(watched: Watched, server: str) -> None:
    page = watched.page
    page.goto(server + find_paths(page, server)["story"])
    seen = []
    for _ in range(4):
        page.keyboard.press("j")
        seen.append(page.locator(".panel:visible").get_attribute("id"))
    assert len(set(seen)) == 4
    page.keyboard.press("k")
    assert page.locator(".panel:visible").get_attribute("id") == seen[2]


def test_an_edge_opens_its_evidence(watched: Watched, server: str) -> None:
    page = watched.page
    page.goto(server + find_paths(page, server)["story"])
    page.locator("a.way").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("details[open] .evidence")


def test_two_texts_step_and_scroll_together(watched: Watched, server: str) -> None:
    page = watched.page
    page.goto(server + find_paths(page, server)["texts"])
    page.keyboard.press("j")
    first = page.evaluate("location.hash")
    page.keyboard.press("j")
    assert first != page.evaluate("location.hash")
    assert page.locator(".lit:not(path)").count() == 2
    assert len(page.locator(".bands path[d^=M]").all()) > 2
    page.set_viewport_size({"width": 1280, "height": 420})
    page.evaluate("document.querySelector('.column.later').scrollTop = 400")
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('.column.earlier').scrollTop") > 50
    page.keyboard.press("o")
    assert not page.locator(".column.earlier").is_visible()


def test_compare_by_paste_and_by_file(watched: Watched, server: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{server}/compare")
    page.get_by_label("Text 1").fill(FIRST)
    path = tmp_path / "echo.txt"
    path.write_text(SECOND, "utf-8")
    page.locator("input[type=file]").set_input_files(path)
    assert "echo.txt" in (page.locator(".drop li").text_content() or "")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile("/compare/[0-9a-f]+$"), timeout=60_000)
    assert "echo.txt" in (page.locator(".ledger thead").text_content() or "")
    assert page.locator("a.open").count() > 3


def test_a_story_of_many_reports_opens_its_changes_in_place(watched: Watched, server: str, tmp_path: Path) -> None:
    page = watched.page
    texts = [FIRST] + [SECOND.replace("three weeks", f"{n} weeks") for n in range(4, 22)]
    lines = [json.dumps({"text": text, "outlet": f"Echo {n}"}) for n, text in enumerate(texts)]
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    page.goto(f"{server}/compare")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile("/compare/[0-9a-f]+$"), timeout=60_000)
    assert page.locator(".ledger.many .group").count() > 3
    assert page.locator(".panel").count() == 0
    first = page.locator("a.open[data-change]").first
    apart = first.get_attribute("href") or ""
    first.click()
    page.wait_for_selector(".panel.fetched")
    shown = page.locator(".panel.fetched").text_content()
    assert "the earlier report at hand" in (shown or "")
    page.keyboard.press("j")
    page.wait_for_function("text => document.querySelector('.panel.fetched').textContent !== text", arg=shown)
    page.keyboard.press("Escape")
    assert page.locator(".panel.fetched").count() == 0
    page.goto(server + apart)
    assert page.locator(".panel.change").count() == 1
    page.keyboard.press("j")
    page.wait_for_url(lambda url: not url.endswith(apart))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_letters_that_step_can_be_typed_too(watched: Watched, server: str) -> None:
    page = watched.page
    page.goto(server + find_paths(page, server)["story"])
    page.keyboard.press("/")
    page.keyboard.type("jokes ok")
    assert page.locator("#find").input_value() == "jokes ok"


def test_the_evidence_pack_opens_from_disk_without_a_network(
    watched: Watched, browser: "api.Browser", server: str, tmp_path: Path
) -> None:
    page = watched.page
    page.goto(server + find_paths(page, server)["story"])
    with page.expect_download() as download:
        page.locator(".parts a.pack").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    alone = Watched(browser, offline=True)
    alone.page.goto(path.as_uri())
    alone.page.locator("a.open.major").first.click()
    assert alone.page.locator(".panel:visible").count() == 1
    assert alone.faults == []
    assert [url for url in alone.asked if not url.startswith("file:")] == []
    alone.context.close()


def test_pages_work_without_scripts(browser: "api.Browser", server: str) -> None:
    opened = Watched(browser, java_script_enabled=False)
    page = opened.page
    page.goto(f"{server}/stories")
    page.locator(".list h2 a").first.click()
    page.locator("a.open.major").first.click()
    assert page.locator(".panel:visible").count() == 1
    opened.context.close()
