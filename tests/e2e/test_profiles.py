"""Each area's protocol played: the same mails come in under every profile, and different mails go out.

The rows are those of the requirements' table of areas (R4, R9, R12, R13, R15, R16), on a real mailbox and
a real submission server.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from ..office import CHIEF, SPOC, Office, mail
from ..servers.accounts import Account

PARO = "paro@harrowdale-council.example"
STAND = "I am going to stand as a candidate in the Police and Crime Commissioner election in May."
MAILS = {
    "visit": (
        "Visit to the custody suite",
        f"{STAND} May I visit the custody suite at Harrowdale police station and see the control room?",
    ),
    "meeting": (
        "Meeting with the Chief Constable",
        f"{STAND} I would like to request an individual meeting with the Chief Constable.",
    ),
    "hustings": (
        "Invitation to our hustings",
        f"{STAND} We are holding a hustings. Would the Chief Executive attend the hustings and speak?",
    ),
    "photo": (
        "Photograph with officers",
        f"{STAND} May I have a photograph taken with police officers for my campaign leaflet?",
    ),
    "election": (
        "Nomination papers",
        "Where do I hand in nomination papers, how many signatures are needed and how much is the deposit?",
    ),
}
# profile → matter → (status, words in the acknowledgement, who is asked to decide)
EXPECTED: dict[str, dict[str, tuple[str, str, str]]] = {
    "apace-police": {
        "visit": ("awaiting_decision", "decided by the Chief Executive, beforehand", CHIEF),
        "meeting": ("awaiting_decision", "after formal declaration as a candidate", CHIEF),
        "hustings": ("awaiting_decision", "is decided by the Chief Executive", CHIEF),
        "photo": ("awaiting_decision", "Until the pre-election period begins", CHIEF),
    },
    "apace-police-and-fire": {
        "meeting": ("awaiting_decision", "the Chief Constable or the Chief Fire Officer", CHIEF),
        "photo": ("awaiting_decision", "Police and fire logos", CHIEF),
    },
    "cleveland": {
        "visit": ("awaiting_decision", "for declared candidates, on one day", CHIEF),
        "meeting": ("awaiting_decision", "one joint meeting with the office", CHIEF),
    },
    "nottinghamshire": {
        "visit": ("awaiting_decision", "decided by the Chief Executive and Monitoring Officer", CHIEF),
        "meeting": ("awaiting_decision", "after formal declaration as a candidate", CHIEF),
    },
    "norfolk": {
        "visit": ("awaiting_decision", "arranged by the Single Point of Contact, who logs", SPOC),
        "meeting": ("awaiting_decision", "Meetings are kept to a small number", SPOC),
        "hustings": ("open", "so we have to decline", ""),
    },
    "bedfordshire": {
        "visit": ("open", "Our protocol allows no visits", ""),
        "meeting": ("awaiting_decision", "once a candidate has been formally nominated", CHIEF),
        "photo": ("awaiting_decision", "not photographed or filmed with candidates, before or during", CHIEF),
    },
    "welsh-example": {"visit": ("awaiting_decision", "croesawu gohebiaeth yn Gymraeg", CHIEF)},
}
WIDE = {"norfolk", "bedfordshire"}  # R4: whoever is interested counts as a candidate


def words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def decisions_asked(office: Office) -> dict[str, set[str]]:
    """Reference → who got the decision mail."""
    asked: dict[str, set[str]] = {}
    for address in (CHIEF, SPOC):
        for message in office.sent_to(address):
            if "Decision needed" in message["Subject"]:
                asked.setdefault(message["Subject"].split("]")[0].strip("["), set()).add(address)
    return asked


@pytest.mark.parametrize("profile", EXPECTED)
def test_area_plays_its_protocol(
    profile: str, make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    office = make_office(mailbox_account, overrides={"office": {"profile": profile}})
    office.once()
    for matter in (*EXPECTED[profile], "election"):
        subject, text = MAILS[matter]
        office.deliver(mail(f"Ada Quill <{matter}@mail.example>", subject, text, date=office.now))
        office.once()
        office.pass_time(minutes=20)
    rows = {row["contact_email"].split("@")[0]: row for row in office.rows()}
    asked = decisions_asked(office)
    for matter, (status, said, who) in EXPECTED[profile].items():
        row = rows[matter]
        (acknowledgement,) = office.sent_to(f"{matter}@mail.example")
        assert (row["category"], row["status"]) == ("candidate_enquiry", status), matter
        assert said in words(acknowledgement), matter
        assert asked.get(row["reference"], set()) == ({who} if who else set()), matter
        assert row["counts_as_candidate"] is (profile in WIDE), matter
        assert row["due_on"] == "2026-02-05", matter  # Monday + 3, equal for all (R4)


@pytest.mark.parametrize("profile", EXPECTED)
def test_electoral_process_goes_to_the_paro_as_the_profile_says(
    profile: str, make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    office = make_office(mailbox_account, overrides={"office": {"profile": profile}})
    office.once()
    office.deliver(mail("Ada Quill <election@mail.example>", *MAILS["election"], date=office.now))
    office.once()
    (row,) = office.rows()
    (acknowledgement,) = office.sent_to("election@mail.example")
    waiting = [m["Subject"] for m in office.sent_to(SPOC) if "Refer this to" in m["Subject"]]
    assert row["category"] == "electoral_process"
    assert PARO in words(acknowledgement)
    assert "01632 960001" in words(acknowledgement)
    assert len(waiting) == (
        1 if profile == "norfolk" else 0
    )  # NF 11; it passes personal data on: a click first
    assert office.sent_to(PARO) == []
