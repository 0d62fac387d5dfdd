"""The HTML parts in a real browser: nothing wider than the screen, dark where the reader's screen is dark.

`SCREENSHOTS=docs/images pytest tests/render/test_screens.py` also writes the pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_bot.render import sample_notices, samples
from inbox_bot.render.mails import Mails, acknowledgement_template

from .offices import office

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # tests may run as root in a container
)
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


def _acknowledgement(mails: Mails, label: str, languages: tuple[str, ...] = ("en",)) -> str:
    view = dict(samples.acknowledgements())[label]
    phase = list(samples.phase_views())[1]
    context = {**mails._common("acknowledgement"), "entry": view, "phase": phase}
    return mails.templates.render(acknowledgement_template(view), context, languages).html


def _notice(template: str) -> str:
    mails = office("bedfordshire")
    return mails.templates.render(
        template, {**mails._common("notice"), **sample_notices.contexts()[template][0]}
    ).html


def pages() -> Iterator[tuple[str, str]]:
    yield "mail-candidate", _acknowledgement(office("bedfordshire"), "misdirected_force candidate_enquiry")
    yield "mail-emergency", _acknowledgement(office("bedfordshire"), "policing_matter emergency")
    yield "mail-welsh", _acknowledgement(office("welsh-example"), "foi", ("cy", "en"))
    for template in sample_notices.contexts():
        if template.startswith(("notice/", "referral/")):
            yield f"mail-{template.split('/')[1].replace('_', '-')}", _notice(template)


# Which of them are kept as pictures, and on what screen.
PICTURES = {
    ("mail-candidate", "desktop"),
    ("mail-candidate", "phone"),
    ("mail-emergency", "dark"),
    ("mail-preview", "phone"),
    ("mail-digest", "desktop"),
    ("mail-welsh", "phone"),
}
SCREENS = {"desktop": (720, "light"), "phone": (360, "light"), "dark": (360, "dark")}


def test_mails_fit_desktop_and_phone_and_follow_dark_mode() -> None:
    from playwright.sync_api import sync_playwright  # a browser is started only where one is wanted

    folder = os.environ.get("SCREENSHOTS")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        page = browser.new_page()
        for name, html in pages():
            page.set_content(html)
            for kind, (width, scheme) in SCREENS.items():
                page.set_viewport_size({"width": width, "height": 760})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
                wide = page.evaluate("document.documentElement.scrollWidth")
                ground = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
                assert wide <= width, (name, kind)
                assert ground == ("rgb(27, 36, 46)" if scheme == "dark" else "rgb(255, 255, 255)"), (
                    name,
                    kind,
                )
                if folder and (name, kind) in PICTURES:
                    page.screenshot(path=f"{folder}/{name}-{kind}.png")
        browser.close()
