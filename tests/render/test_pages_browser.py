"""The site in a real browser: fits a narrow phone, needs no script, asks nobody else for anything.

Where the environment names an axe-core script (`AXE_JS=/path/axe.min.js`), WCAG 2.2 AA is checked too.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.render.test_pages import ENTRY, build

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),  # Chromium refuses its sandbox to root
]
PAGES = ("index.html", "entries/WMR-0007.html", "entries/WMR-0008.html")
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site") / "site"
    long = replace(ENTRY, information_sought="An answer of www.example/" + "long" * 60, follows="WMR-0008")
    build(root, long, replace(ENTRY, reference="WMR-0008", withdrawn_on=date(2027, 4, 18)))
    return root


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.mark.parametrize("page", PAGES)
def test_fits_320_pixels_without_script_or_requests_elsewhere(browser, site: Path, page: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"file://{site}/{page}")
    assert all(url.startswith("file://") for url in asked)
    assert any(url.endswith("site.css") for url in asked)
    # 320 CSS pixels without sideways scrolling: WCAG 2.2, 1.4.10.
    assert tab.locator("html").bounding_box()["width"] == 320
    for box in (part.bounding_box() for part in tab.locator("main *:visible").all()):
        assert box is None or box["x"] + box["width"] <= 320 + 1
    context.close()


def test_first_tab_stop_is_the_skip_link(browser, site: Path) -> None:
    tab = browser.new_page()
    tab.goto(f"file://{site}/index.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    tab.close()


@pytest.mark.skipif("AXE_JS" not in os.environ, reason="AXE_JS names no axe-core script")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(browser, site: Path, page: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    tab = context.new_page()
    tab.goto(f"file://{site}/{page}")
    tab.evaluate(Path(os.environ["AXE_JS"]).read_text(encoding="utf-8"))
    found = tab.evaluate(
        "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    assert [violation["id"] for violation in found["violations"]] == []
    context.close()
