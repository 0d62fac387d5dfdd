"""Every acknowledgement in every profile, and every notice, as text, against files reviewed by eye.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/render/test_golden.py`, then read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from inscriptis import get_text

from inbox_bot.render import samples
from inbox_bot.render.mails import HANDOUTS, Mails, acknowledgement_template
from inbox_bot.render.templates import Rendered

from .offices import PROFILES, office

GOLDEN = Path(__file__).parent / "golden"
PHASES = {view.phase: view for view in samples.phase_views()}
RULE = "=" * 100


def _acknowledgement(mails: Mails, label: str, phase: str, language: str) -> Rendered:
    view = dict(samples.acknowledgements())[label]
    context = {**mails._common("acknowledgement"), "entry": view, "phase": PHASES[phase]}
    return mails.templates.render(acknowledgement_template(view), context, (language,))


def _acknowledgements(profile: str, language: str) -> Iterator[tuple[str, Rendered]]:
    mails = office(profile)
    for label, _ in samples.acknowledgements():
        yield label, _acknowledgement(mails, label, "pre_election_period", language)


def _phases(profile: str) -> Iterator[tuple[str, Rendered]]:
    for phase in PHASES:
        yield phase, _acknowledgement(office(profile), "candidate_enquiry with matters", phase, "en")


def _notices() -> Iterator[tuple[str, Rendered]]:
    mails = office()
    for template, contexts in samples.contexts().items():
        if template.removeprefix("handout/") in HANDOUTS:
            continue
        for number, context in enumerate(contexts, 1):
            kind = "personal" if template == "enquirer/answer" else "notice"
            yield f"{template} {number}", mails.templates.render(template, {**mails._common(kind), **context})


SETS = {
    **{f"{profile}.en": (_acknowledgements, (profile, "en")) for profile in PROFILES},
    "welsh-example.cy": (_acknowledgements, ("welsh-example", "cy")),
    "phases.apace-police": (_phases, ("apace-police",)),
    "phases.bedfordshire": (_phases, ("bedfordshire",)),
    "notices": (_notices, ()),
}


@pytest.mark.parametrize("name", SETS)
def test_mails_are_as_reviewed(name: str) -> None:
    make, arguments = SETS[name]
    found = "".join(
        f"{RULE}\n{label}\nSubject: {mail.subject}\n\n{mail.text}" for label, mail in make(*arguments)
    )
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_html_part_says_the_same_words_as_the_text_part(name: str) -> None:
    make, arguments = SETS[name]
    for label, mail in make(*arguments):
        assert sorted(_words(get_text(mail.html), mail)) == sorted(_words(mail.text, mail)), label


def _words(text: str, mail: Rendered) -> set[str]:
    """Words of a part, without addresses (text shows what HTML links to) and without its own office line."""
    without_links = re.sub(r"(https?:|mailto:)\S+", "", text)
    return set(re.findall(r"[^\W_]+", without_links))
