"""The past is never mailed: what strangers received is counted on the wire."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from inbox_bot.register.states import OutboxState, Outcome
from inbox_bot.steps.backup import backup
from inbox_bot.steps.restore import restore
from inbox_bot.store import facts

from ..office import MONDAY, Office
from ..servers.accounts import Account
from .world import Evidence, enquiry

pytestmark = pytest.mark.dovecot
MakeOffice = Callable[..., Office]


def arrive(office: Office, *numbers: int, at: dt.datetime | None = None, folder: str = "INBOX") -> None:
    for number in numbers:
        office.deliver(enquiry(office, number), folder=folder, at=at)


def to_strangers(office: Office) -> list[int]:
    """The writers who got something, once for each mail."""
    addresses = [address for d in office.sink.delivered for address in d.recipients]
    strangers = [a for a in addresses if a.endswith("@mail.example")]
    return sorted(int(a.removeprefix("writer").partition("@")[0]) for a in strangers)


def later(office: Office, passes: Sequence[float] = (1, 1)) -> None:
    for minutes in passes:
        office.pass_time(minutes=minutes)
        office.once()


# -- first start -------------------------------------------------------------------------------------------


def test_first_start_takes_in_what_comes_from_now_on(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = make_office(mailbox_account)
    arrive(office, 1, 2, 3)
    office.once()
    later(office)
    assert (to_strangers(office), len(office.received())) == ([], 0)
    arrive(office, 4)
    later(office)
    assert to_strangers(office) == [4]


def test_first_start_since_a_day_files_the_past_and_mails_only_what_is_fresh(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    since = (MONDAY - dt.timedelta(days=30)).date()
    office = make_office(mailbox_account, overrides={"mailbox": {"since": since}})
    arrive(office, 1, at=office.now - dt.timedelta(days=31))
    arrive(office, 2, at=office.now - dt.timedelta(days=20))
    arrive(office, 3, at=office.now - dt.timedelta(hours=73))
    arrive(office, 4, at=office.now - dt.timedelta(hours=71))
    report = office.once()
    later(office)
    assert (report.fetched, report.acknowledgements_held, len(office.rows())) == (3, 2, 3)
    assert to_strangers(office) == [4]


# -- the mailbox -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("render_anew", [False, True], ids=["same bytes", "rendered anew"])
def test_a_changed_uidvalidity_mails_nobody_again(
    make_office: MakeOffice, mailbox_account: Account, render_anew: bool
) -> None:
    """Dovecot's folder is deleted and made again, with its mail, an old one nobody saw, and a new one."""
    mailbox_account.deliver(b"Subject: none\r\n\r\n\r\n", folder="Election")
    office = make_office(mailbox_account, overrides={"mailbox": {"inbox": "Election"}})
    office.once()
    arrive(office, 1, 2, folder="Election")
    later(office)
    assert to_strangers(office) == [1, 2]
    kept = mailbox_account.messages("Election")[1:]
    arrived = office.now - dt.timedelta(minutes=2)
    with mailbox_account.client() as client:
        assert client.delete("Election")[0] == "OK"
    if render_anew:
        kept = [b"X-Moved-By: migration\r\n" + raw for raw in kept]
    mailbox_account.deliver(*kept, folder="Election", at=arrived)
    arrive(office, 3, folder="Election", at=arrived)  # stood in another folder until now
    office.pass_time(minutes=5)
    arrive(office, 4, folder="Election")
    later(office, (1, 1, 1))
    assert to_strangers(office) == [1, 2, 4]
    assert len(office.rows()) == 4  # the third is filed, and its acknowledgement waits for an officer
    assert [row.state for row in office.outbox("acknowledgement")].count(OutboxState.HELD) == 1
    later(office)
    assert len(office.received()) == (6 if render_anew else 4)


def test_the_second_of_the_first_start_is_lost_to_no_renumbering(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    """It came within the second of the first poll, and the folder is renumbered before the next."""
    mailbox_account.deliver(b"Subject: none\r\n\r\n\r\n", folder="Election", at=MONDAY)
    office = make_office(
        mailbox_account,
        now=MONDAY.replace(microsecond=400_000),
        overrides={"mailbox": {"inbox": "Election"}},
    )
    office.once()
    with mailbox_account.client() as client:
        assert client.delete("Election")[0] == "OK"
    arrive(office, 1, folder="Election", at=MONDAY - dt.timedelta(seconds=1))
    arrive(office, 2, folder="Election", at=MONDAY)
    later(office)
    assert [row["contact_email"] for row in office.rows()] == ["writer2@mail.example"]
    assert to_strangers(office) == []  # it may have stood there before: an officer decides


# -- the database -------------------------------------------------------------------------------------------


def restored(office: Office, saved: Path) -> None:
    restore(office.settings, office.database, saved, office.service.clock(), replace=True)


def test_a_restored_database_mails_nobody_until_somebody_looked_and_nobody_twice(
    make_office: MakeOffice, mailbox_account: Account, tmp_path: Path
) -> None:
    office = make_office(mailbox_account)
    office.once()
    arrive(office, 1)
    office.once()
    office.command("pause")
    arrive(office, 2)
    office.once()  # filed, its acknowledgement still queued
    backup(office.settings, office.database, tmp_path / "saved", office.service.clock())
    office.command("resume")
    arrive(office, 3)  # the backup knows nothing of it
    office.once()
    assert to_strangers(office) == [1, 2, 3]
    office.pass_time(minutes=10)
    restored(office, tmp_path / "saved")
    later(office, (1, 1, 60))
    assert to_strangers(office) == [1, 2, 3]  # paused
    arrive(office, 4)
    office.once()
    office.command("resume")
    later(office)
    assert to_strangers(office) == [1, 2, 3, 4]
    states = {row.recipients[0]: row.state for row in office.outbox("acknowledgement")}
    assert states == {
        "writer1@mail.example": OutboxState.SENT,
        "writer2@mail.example": OutboxState.UNKNOWN,  # queued in the backup, sent since: a person decides
        "writer3@mail.example": OutboxState.HELD,
        "writer4@mail.example": OutboxState.SENT,
    }


def test_after_a_restore_copies_in_sent_settle_what_was_sent(
    make_office: MakeOffice, mailbox_account: Account, tmp_path: Path
) -> None:
    office = make_office(mailbox_account)
    Evidence(mailbox_account, office.sink, "sent")
    office.once()
    office.command("pause")
    arrive(office, 1)
    office.once()
    backup(office.settings, office.database, tmp_path / "saved", office.service.clock())
    office.command("resume")
    office.once()
    restored(office, tmp_path / "saved")
    later(office)
    (row,) = office.outbox("acknowledgement")
    assert (row.state, row.settled_by) == (OutboxState.SENT, "own_copy")
    assert to_strangers(office) == [1]


def test_an_old_database_put_back_by_hand_is_noticed_by_our_own_mail_in_sent(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    """A snapshot of the machine brings back yesterday's file, without `restore`: sending stops by itself."""
    office = make_office(mailbox_account)
    Evidence(mailbox_account, office.sink, "sent")
    office.once()
    file = office.database.file
    assert file is not None
    office.database.dispose()
    shutil.copy(file, f"{file}.yesterday")
    arrive(office, 1, 2)
    later(office)
    assert to_strangers(office) == [1, 2]
    office.database.dispose()
    for old in file.parent.glob(f"{file.name}-*"):
        old.unlink()
    shutil.copy(f"{file}.yesterday", file)
    later(office, (1, 1, 60))
    assert to_strangers(office) == [1, 2]
    assert len(office.rows()) == 2  # filed again: nothing is lost
    with office.database.begin() as session:
        paused = facts.paused(session)
    assert paused is not None
    assert paused["by"] == "service"


# -- the clock -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [365, -365], ids=["a year ahead", "a year behind"])
def test_a_clock_that_is_wrong_by_a_year_mails_no_stranger_and_recovers(
    make_office: MakeOffice, mailbox_account: Account, days: int
) -> None:
    office = make_office(mailbox_account)
    office.once()
    right = office.now
    arrive(office, 1)
    office.sink.stop()  # so that an acknowledgement is waiting when the clock goes wrong
    office.once()
    office.sink.restart()
    office.now = right + dt.timedelta(days=days)
    arrive(office, 2, at=right)
    later(office, (1, 1, 40))
    wrong = to_strangers(office)
    assert 2 not in wrong
    office.now = right + dt.timedelta(minutes=30)
    arrive(office, 3)
    later(office, (1, 1, 1))
    assert to_strangers(office).count(3) == 1
    assert to_strangers(office).count(2) == 0  # held, and shown to the SPOC
    assert to_strangers(office).count(1) <= 1
    assert {row.outcome for row in office.received() if row.place == "inbox"} == {Outcome.FILED}
    waiting = [r for r in office.outbox() if r.state in (OutboxState.QUEUED, OutboxState.RETRYING)]
    assert waiting == []


@pytest.mark.parametrize("days", [365, -365], ids=["a year ahead", "a year behind"])
def test_a_first_start_under_a_wrong_clock_mails_nothing_of_the_past(
    make_office: MakeOffice, mailbox_account: Account, days: int
) -> None:
    office = make_office(mailbox_account, now=MONDAY + dt.timedelta(days=days))
    arrive(office, 1, 2, at=MONDAY)
    office.once()
    arrive(office, 3, at=MONDAY)
    later(office)
    assert to_strangers(office) == []
    office.now = MONDAY + dt.timedelta(minutes=10)
    later(office)
    assert to_strangers(office) == []


def test_leases_and_retries_of_a_clock_that_was_set_back_do_not_wait_for_a_year(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = make_office(mailbox_account)
    office.once()
    right = office.now
    arrive(office, 1, 2)
    office.sink.on_data = lambda e: "451 4.3.0 Not now" if "writer1@mail.example" in e.rcpt_tos else None
    office.once()
    with office.database.begin() as session:
        for row in office.outbox("acknowledgement"):
            fresh = session.merge(row)
            if fresh.state is OutboxState.RETRYING:  # as if the clock had stood a year ahead
                fresh.not_before = right + dt.timedelta(days=365)
            else:
                fresh.state, fresh.lease_until = OutboxState.SENDING, right + dt.timedelta(days=365)
    office.sink.on_data = lambda _: None
    later(office)
    states = {row.recipients[0]: row.state for row in office.outbox("acknowledgement")}
    assert states == {
        "writer1@mail.example": OutboxState.SENT,
        "writer2@mail.example": OutboxState.UNKNOWN,
    }
    assert to_strangers(office) == [1, 2]
