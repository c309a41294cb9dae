"""Takes the picture of README.md anew, docs/pictures/report.png: `python tools/take_picture.py`.

The page of `retold demo` with its first grave change opened, in Debian's Chromium. The page names fonts that a machine
may have; here it is given those that come with the local page, so that the picture is the same everywhere.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "pictures" / "report.png"
STATIC = ROOT / "src" / "retold" / "web" / "static"
WIDTH = 1100  # pixels; what README shows is about as wide
MARGIN = 24


def write_fonts() -> str:
    """A style that brings the fonts of the local page, by the addresses of their files."""
    faces = re.sub(
        r"url\(\W*(?:[\w./-]*/)?([\w.-]+\.woff2)\W*?\)",
        rf"url({STATIC.as_uri()}/fonts/\1)",
        (STATIC / "fonts.css").read_text("utf-8"),
    )
    return faces + ":root { --serif: 'Source Serif 4'; --sans: 'Source Sans 3'; }"


def main() -> None:
    """Writes the picture."""
    with tempfile.TemporaryDirectory() as folder:
        page_file = Path(folder, "demo.html")
        subprocess.run([sys.executable, "-m", "retold", "demo", "--html", page_file], check=True, capture_output=True)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": 3000}, color_scheme="light", bypass_csp=True)
            page.goto(page_file.as_uri())
            page.add_style_tag(content=write_fonts())
            page.evaluate("document.fonts.ready")
            ledger = page.locator("section[id$=-ledger]").first
            ledger.locator("a, summary, button").filter(has_text="altered").first.click()
            page.evaluate("scrollTo(0, 0)")  # opening leads to the place of the change
            top = ledger.bounding_box()
            opened = ledger.get_by_text("Read both texts side by side").filter(visible=True).first.bounding_box()
            assert top is not None
            assert opened is not None
            height = opened["y"] + opened["height"] - top["y"] + MARGIN
            page.screenshot(path=PICTURE, clip={"x": 0, "y": top["y"] + 1, "width": WIDTH, "height": height})
            browser.close()
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
