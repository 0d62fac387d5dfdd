"""SIGKILL at every named point of a pass, then the account: mailbox, wire and register.

`test_every_point_of_a_pass_is_here` keeps the list whole; backup, restore and retention are tested elsewhere.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlmodel import select

from inbox_bot import faults
from inbox_bot.store.tables import Outbox

from ..office import CHIEF, INBOX, LONDON, SPOC, Office, mail
from ..servers.accounts import Account
from .passes import KILLED
from .world import Evidence, World, enquiry

pytestmark = pytest.mark.dovecot

INTAKE = (
    "imap.started", "imap.fetched", "archive.written", "archive.synced", "intake.recorded", "intake.tried",
    "intake.parsed", "intake.before_commit", "intake.committed", "imap.filed_away",
)  # fmt: skip
DISPATCH = (
    "dispatch.connected", "dispatch.claimed", "dispatch.in_data", "dispatch.after_data", "dispatch.settled",
)  # fmt: skip
CLOCK = (
    "timers.fired", "timers.committed", "previews.committed", "notices.committed", "digest.before_commit",
    "digest.committed",
)  # fmt: skip
PUBLICATION = ("publication.built", "publication.swapped", "publication.committed")
ELSEWHERE = {"backup.copied", "restore.emptied", "retention.files_removed"}


def test_every_point_of_a_pass_is_here() -> None:
    assert set(INTAKE + DISPATCH + CLOCK + PUBLICATION) | ELSEWHERE == set(faults.NAMES)


def started(make_office: Callable[..., Office], account: Account, **overrides: dict[str, object]) -> World:
    office = make_office(account, overrides=overrides)
    assert office.once().errors == []
    return World(office)


def test_half_a_mail_of_a_killed_pass_does_not_stay(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    world = started(make_office, mailbox_account)
    world.arrive(1)
    assert world.child("archive.written:1") == KILLED
    folder = world.office.service.desk.archive.path
    (half,) = folder.glob(".incoming-*")
    assert world.office.once().errors == []
    assert half.exists()  # it might be in another process's hand
    os.utime(half, (1000, 1000))
    assert world.office.once().errors == []
    assert not half.exists()


def test_killed_while_taking_in_and_filing(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    world = started(make_office, mailbox_account, mailbox={"filed": "Handled"})
    for point in INTAKE:
        world.arrive(2)
        # The second passing: one message is through, the other in hand.
        assert world.child(f"{point}:2") == KILLED, point
        world.office.pass_time(minutes=2)
        world.office.once()
        assert len(world.office.rows()) == len(world.numbers), point
    world.office.once()  # moves what the last pass handled
    found = world.reckon()
    assert found.wrong == {}
    assert (found.entries, found.set_aside) == (len(world.numbers), 0)
    assert mailbox_account.messages() == []  # every one was moved, none twice
    assert len(mailbox_account.messages("Handled")) == len(world.numbers)


@pytest.mark.parametrize(
    "evidence",
    [
        "sent",
        pytest.param("inbox", marks=pytest.mark.thorough),
        pytest.param("none", marks=pytest.mark.thorough),
    ],
)
def test_killed_while_sending(
    make_office: Callable[..., Office], mailbox_account: Account, evidence: str
) -> None:
    world = started(make_office, mailbox_account, smtp={"bcc_inbox": evidence == "inbox"})
    Evidence(mailbox_account, world.office.sink, evidence)
    for point in DISPATCH:
        world.arrive(2)
        assert world.child(f"{point}:2") == KILLED, point
        world.office.pass_time(minutes=2)
        world.office.once()
    world.settle()
    found = world.reckon()
    assert found.wrong == {}
    with world.office.database.begin() as session:
        unknown = session.exec(select(Outbox).where(Outbox.state == "unknown")).all()
    acknowledged = {address for row in unknown for address in row.recipients} - {SPOC, INBOX, CHIEF}
    if evidence == "none":
        assert found.proved == 0
        assert found.unknown_shown > 0  # nobody can tell, so a person is asked
    else:
        # What was accepted was proved; what is still unknown never reached the server.
        assert found.proved > 0
        assert all(world.office.sink.to(address) == [] for address in acknowledged)


def test_killed_while_things_fall_due(make_office: Callable[..., Office], mailbox_account: Account) -> None:
    """Each point on a morning of its own, on which reminders and the digest are due."""
    world = started(make_office, mailbox_account)
    days = ("2026-02-05", "2026-02-06", "2026-02-09", "2026-02-10", "2026-02-11", "2026-02-12")
    world.arrive(4)  # due on 5 February, Monday + 3 working days; overdue from the 6th
    world.office.once()
    for point, day in zip(CLOCK, days, strict=True):
        world.office.go_to(f"{day} 09:05")
        before = len(world.office.sink.delivered)
        assert world.child(f"{point}:1") == KILLED, point
        world.office.once()
        told = world.office.sink.delivered[before:]
        subjects = [str(d.message["Subject"]) for d in told if CHIEF in d.recipients]
        assert sum("Election inbox" in subject for subject in subjects) == 1, point
        reminders = [
            (d.recipients, str(d.message["Subject"])) for d in told
            if not str(d.message["Subject"]).startswith("[") and "Election inbox" not in d.message["Subject"]
        ]  # fmt: skip
        assert len(reminders) == len(set(reminders)), point
    assert world.reckon().wrong == {}


def test_killed_while_publishing(make_office: Callable[..., Office], mailbox_account: Account) -> None:
    world = started(make_office, mailbox_account)
    office = world.office
    for number in (4, 8, 12):  # candidates' questions: what is always published
        office.deliver(enquiry(office, number))
        world.numbers.append(number)
    office.once()
    for row in office.rows():
        answer = mail(
            SPOC, f"Your question [{row['reference']}]", "There are 14 of them.", to=row["contact_email"],
            date=office.now, message_id=f"<answer-{row['reference']}@mail.example>",
        )  # fmt: skip
        office.deliver(answer, folder="Sent")
    office.once()
    office.go_to("2026-02-03 09:05")
    office.once()
    for point, row in zip(PUBLICATION, office.rows(), strict=True):
        office.command("approve", row["reference"])
        assert world.child(f"{point}:1") == KILLED, point
        office.once()
        (now,) = [r for r in office.rows() if r["reference"] == row["reference"]]
        assert (now["publication"], now["date_added_to_website"][:10]) == ("published", "2026-02-03"), point
        assert (office.home / "var/site/entries" / f"{row['reference']}.html").is_file(), point
        assert office.once().published == 0, point
    assert world.reckon().wrong == {}


@pytest.mark.parametrize("point", ["intake.before_commit", "dispatch.in_data"])
def test_the_command_itself_is_killed_by_the_environment(
    make_office: Callable[..., Office], mailbox_account: Account, point: str
) -> None:
    """`python -m inbox_bot once` under INBOX_BOT_FAULT, as docs/reliability.md tells it."""
    world = World(make_office(mailbox_account, now=dt.datetime.now(LONDON)))  # the command's own clock
    office = world.office
    office.once()
    world.arrive(1)
    data = {section: dict(values) for section, values in office.data.items()}
    (office.home / "inbox-bot.toml").write_text(as_toml(data))
    command = [sys.executable, "-m", "inbox_bot", "--config", str(office.home / "inbox-bot.toml"), "once"]
    environment = {**os.environ, faults.VARIABLE: f"{point}:1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == KILLED, done.stderr
    world.settle()
    assert world.reckon().wrong == {}


def as_toml(data: dict[str, dict[str, object]]) -> str:
    """TOML enough for a test: JSON writes strings, numbers, lists and booleans as TOML does."""
    lines: list[str] = []
    for section, values in data.items():
        lines.append(f"[{section}]")
        for key, value in values.items():
            if isinstance(value, dict):
                inner = ", ".join(f"{k} = {json.dumps(v)}" for k, v in value.items())
                lines.append(f"{key} = {{ {inner} }}")
            else:
                text = json.dumps(value, default=str)
                lines.append(f"{key} = {text.strip(chr(34)) if key == 'poll_date' else text}")
    return "\n".join(lines)
