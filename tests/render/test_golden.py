"""Every mail in every profile, and in every phase, as text, against files reviewed by eye.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/render/test_golden.py`, then read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from inscriptis import get_text

from inbox_bot.render import sample_notices, samples
from inbox_bot.render.mails import Mails, acknowledgement_template
from inbox_bot.render.templates import Rendered

from .offices import PROFILES, office

GOLDEN = Path(__file__).parent / "golden"
PHASES = {view.phase: view for view in samples.phase_views()}
RULE = "=" * 100
OFFICE = "apace-police"


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


def _notices(profile: str) -> Iterator[tuple[str, Rendered]]:
    """Every other mail under the APACE police template; elsewhere what reads differently."""
    usual = dict(_others(OFFICE)) if profile != OFFICE else {}
    for label, mail in _others(profile):
        if label not in usual or (mail.subject, mail.text) != (usual[label].subject, usual[label].text):
            yield label, mail


@cache
def _others(profile: str) -> tuple[tuple[str, Rendered], ...]:
    mails = office(profile)
    found = []
    for template, contexts in sample_notices.contexts().items():
        for number, context in enumerate(contexts, 1):
            kind = "personal" if template == "enquirer/answer" else "notice"
            known = {**mails._common(kind), **context}
            welsh = "cy" in mails.office.languages and template in mails.templates.names("cy")
            languages = ("cy", "en") if welsh else ("en",)
            found.append((f"{template} {number}", mails.templates.render(template, known, languages)))
    return tuple(found)


SETS = {
    **{f"{profile}.en": (_acknowledgements, (profile, "en")) for profile in PROFILES},
    "welsh-example.cy": (_acknowledgements, ("welsh-example", "cy")),
    **{f"phases.{profile}": (_phases, (profile,)) for profile in PROFILES},
    "notices": (_notices, (OFFICE,)),
    **{f"notices.{profile}": (_notices, (profile,)) for profile in PROFILES if profile != OFFICE},
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
