"""Servers of the provider that misbehave, end to end: what a writer gets, what the office is told."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from inbox_bot.casework.actions import Command, perform
from inbox_bot.pipeline import Report
from inbox_bot.register.states import OutboxState
from inbox_bot.steps import dispatch
from inbox_bot.store.tables import Cursor, Outbox
from inbox_bot.transport.smtp import Sender

from ..office import SPOC, Office
from ..servers import bad_smtp
from ..servers.accounts import Account
from ..servers.certificates import Authority
from ..servers.scripted import Wire, serving
from ..servers.smtp_sink import SmtpSink
from .world import Evidence, World

pytestmark = pytest.mark.dovecot
WRITER = "writer1@mail.example"
MakeOffice = Callable[..., Office]


def asked(make_office: MakeOffice, account: Account, **overrides: dict[str, object]) -> Office:
    """An office with one question in its inbox, which no pass has taken in."""
    office = make_office(account, overrides=overrides)
    office.once()
    World(office).arrive(1)
    return office


@contextmanager
def sends_to(office: Office, port: int) -> Iterator[None]:
    """The office's provider is another server for a while; answers are waited for but briefly."""
    original = type(office.service).sender

    def sender(service: object) -> object:
        made = original(office.service)
        made.endpoint = type(made.endpoint)(host="127.0.0.1", port=port, security="plain")
        made._timeout = 0.5
        return made

    object.__setattr__(office.service, "sender", lambda: sender(office.service))
    try:
        yield
    finally:
        object.__delattr__(office.service, "sender")


def acknowledgement(office: Office) -> Outbox:
    (row,) = office.outbox("acknowledgement")
    return row


def passes(office: Office, *minutes: float) -> list[Report]:
    reports = []
    for wait in minutes:
        office.pass_time(minutes=wait)
        reports.append(office.once())
    return reports


# -- lost after DATA ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behave",
    [
        bad_smtp.hangs_after_data,
        bad_smtp.closes_after_data,
        bad_smtp.babbles_after_data,
        bad_smtp.closes_in_the_text,
    ],
)
def test_what_cannot_be_known_is_never_sent_again_and_is_shown_with_two_buttons(
    make_office: MakeOffice, mailbox_account: Account, behave: Callable[[Wire], None]
) -> None:
    office = asked(make_office, mailbox_account)
    with serving(behave) as port, sends_to(office, port):
        office.once()
    assert acknowledgement(office).state is OutboxState.UNKNOWN
    passes(office, 29)
    assert not [m for m in office.sent_to(SPOC) if "Send again" in m.get_body(("plain",)).get_content()]
    passes(office, 2, 30)  # after unknown_shown_minutes = 30, once
    (shown,) = [m for m in office.sent_to(SPOC) if "Send again" in m.get_body(("plain",)).get_content()]
    assert "It was sent" in shown.get_body(("plain",)).get_content()
    assert office.sink.to(WRITER) == []


@pytest.mark.parametrize(("action", "mails"), [("sent", 0), ("send_again", 1)])
def test_the_buttons_settle_it(
    make_office: MakeOffice, mailbox_account: Account, action: str, mails: int
) -> None:
    office = asked(make_office, mailbox_account)
    with serving(bad_smtp.closes_after_data) as port, sends_to(office, port):
        office.once()
    with office.database.begin() as session:
        row = session.get(Outbox, acknowledgement(office).id)
        perform(office.job(session), Command(action=action, by="command-line", outbox_row=row))
    passes(office, 1, 40)
    assert (acknowledgement(office).state, len(office.sink.to(WRITER))) == (OutboxState.SENT, mails)


@pytest.mark.parametrize("evidence", ["sent", "inbox"])
def test_a_copy_settles_it_without_anybody(
    make_office: MakeOffice, mailbox_account: Account, evidence: str
) -> None:
    """The server takes the mail, keeps or delivers the copy, and hangs up before its answer."""
    office = asked(make_office, mailbox_account, smtp={"bcc_inbox": evidence == "inbox"})
    Evidence(mailbox_account, office.sink, evidence)
    office.sink.hangs_up = lambda _: True
    office.once()
    office.sink.hangs_up = lambda _: False
    assert acknowledgement(office).state is OutboxState.UNKNOWN
    passes(office, 1)
    row = acknowledgement(office)
    assert (row.state, row.settled_by) == (OutboxState.SENT, "own_copy")
    passes(office, 40)
    assert len(office.sink.to(WRITER)) == 1
    assert office.entry("HDL-0001").acknowledged_at is not None
    assert not [m for m in office.sent_to(SPOC) if "Send again" in m.get_body(("plain",)).get_content()]


def test_a_copy_that_was_taken_in_before_is_found_by_looking(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    """The copy stands below the cursor, as after a restore: Sent is searched for what is unknown."""
    office = asked(make_office, mailbox_account)
    with serving(bad_smtp.closes_after_data) as port, sends_to(office, port):
        office.once()
    row = acknowledgement(office)
    office.deliver(row.raw, folder="Sent")
    with office.database.begin() as session:
        cursor = session.get(Cursor, "Sent")
        assert cursor is not None
        cursor.last_uid += 1  # as if it had been read
    passes(office, 1)
    assert acknowledgement(office).settled_by == "own_copy"


def test_a_copy_proves_nothing_for_a_recipient_who_was_put_off(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    """The server puts the writer off and would take the copy: no copy is asked for; the writer is owed."""
    office = asked(make_office, mailbox_account, smtp={"bcc_inbox": True})
    Evidence(mailbox_account, office.sink, "inbox")
    office.sink.refuse[WRITER] = "450 4.7.1 Greylisted"
    office.once()
    assert acknowledgement(office).state is OutboxState.RETRYING
    office.sink.refuse.clear()
    passes(office, 1, 1)
    assert acknowledgement(office).state is OutboxState.SENT
    assert len(office.sink.to(WRITER)) == 1


# -- put off, refused --------------------------------------------------------------------------------------


def test_greylisting_is_tried_again_within_a_minute_and_taken(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = asked(make_office, mailbox_account)
    accepted: list[bytes] = []
    with serving(bad_smtp.greylists(accepted)) as port, sends_to(office, port):
        office.once()
        row = acknowledgement(office)
        assert (row.state, row.tries, row.last_code) == (OutboxState.RETRYING, 1, 450)
        # 30 s, give or take a tenth
        assert dt.timedelta(seconds=27) <= row.not_before - office.service.clock() <= dt.timedelta(seconds=33)
        passes(office, 0.2, 0.5, 1)
    assert acknowledgement(office).state is OutboxState.SENT
    assert sum(b"Auto-Submitted: auto-replied" in raw for raw in accepted) == 1


def test_put_off_then_refused_is_given_up_and_told(make_office: MakeOffice, mailbox_account: Account) -> None:
    office = asked(make_office, mailbox_account)
    replies = iter(["451 4.3.0 Try later", "554 5.7.1 Refused"])
    office.sink.on_data = lambda e: next(replies, None) if WRITER in e.rcpt_tos else None
    office.once()
    passes(office, 1)
    row = acknowledgement(office)
    assert (row.state, row.tries, row.last_code) == (OutboxState.FAILED, 2, 554)
    passes(office, 1)
    assert f"Send mail {row.id} again" in office.sent_to(SPOC)[-1].get_body(("plain",)).get_content()


def test_temporary_failures_back_off_and_end_with_a_notice(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    """give_up_hours = 2 after the first try; the waits double from half a minute to an hour."""
    office = asked(make_office, mailbox_account, smtp={"give_up_hours": 2})
    office.sink.on_data = lambda e: "451 4.3.0 Not now" if WRITER in e.rcpt_tos else None
    office.once()
    tries = []
    while acknowledgement(office).state is OutboxState.RETRYING:
        row = acknowledgement(office)
        tries.append(round((row.not_before - office.service.clock()).total_seconds()))
        office.now = row.not_before.astimezone(office.now.tzinfo)
        office.once()
    # 30 s · 2**n, at most an hour, each within a tenth: seven waits are 30 + 60 + … + 1920 s = 63.5 min, the
    # eighth of an hour ends after 123.5, give or take twelve: at the eighth or the ninth it is given up.
    assert len(tries) in (8, 9)
    for wait, base in zip(tries, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600], strict=False):
        assert 0.9 * base - 1 <= wait <= 1.1 * base + 1
    assert acknowledgement(office).state is OutboxState.FAILED
    passes(office, 1)
    assert "again" in office.sent_to(SPOC)[-1].get_body(("plain",)).get_content()
    assert office.sink.to(WRITER) == []


def test_one_recipient_of_two_is_put_off_and_only_that_one_is_tried_again(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = asked(make_office, mailbox_account)
    office.once()
    with office.database.begin() as session:
        office.job(session).post(
            "notice/reminders", to=["one@mail.example", "two@mail.example"], context={"items": ()}, key="two"
        )
    office.sink.refuse["two@mail.example"] = "452 4.2.2 Mailbox full"
    passes(office, 1)
    office.sink.refuse.clear()
    passes(office, 1, 1)
    assert (len(office.sink.to("one@mail.example")), len(office.sink.to("two@mail.example"))) == (1, 1)
    (row,) = [r for r in office.outbox() if r.key == "two"]
    assert row.state is OutboxState.SENT


def test_one_recipient_of_two_is_refused_for_good_and_the_office_is_told(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = asked(make_office, mailbox_account)
    office.once()
    with office.database.begin() as session:
        office.job(session).post(
            "notice/reminders", to=["one@mail.example", "two@mail.example"], context={"items": ()}, key="two"
        )
    office.sink.refuse["two@mail.example"] = "550 5.1.1 No such user"
    passes(office, 1, 1, 60)
    assert (len(office.sink.to("one@mail.example")), len(office.sink.to("two@mail.example"))) == (1, 0)
    (row,) = [r for r in office.outbox() if r.key == "two"]
    assert (row.state, row.refused) == (OutboxState.SENT, {"two@mail.example": 550})
    assert f"mail {row.id}" in office.sent_to(SPOC)[-1].get_body(("plain",)).get_content()


def test_a_server_that_closes_on_rset_costs_nothing(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = make_office(mailbox_account)
    office.once()
    World(office).arrive(4)
    accepted: list[bytes] = []
    with serving(bad_smtp.closes_on_rset(accepted)) as port, sends_to(office, port):
        report = office.once()
    assert (report.acknowledged, report.errors) == (4, [])
    assert sum(b"Auto-Submitted: auto-replied" in raw for raw in accepted) == 4


# -- away ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behave", [bad_smtp.too_busy, bad_smtp.greets_with_refusal, bad_smtp.never_greets])
def test_a_server_that_is_away_costs_no_try_and_makes_no_duplicate(
    make_office: MakeOffice, mailbox_account: Account, behave: Callable[[Wire], None]
) -> None:
    office = asked(make_office, mailbox_account)
    with serving(behave) as port, sends_to(office, port):
        reports = [office.once(), *passes(office, 1, 1)]
    assert [report.unreachable for report in reports] == [True, True, True]
    assert (acknowledgement(office).tries, len(office.rows())) == (0, 1)
    passes(office, 1)
    assert len(office.sink.to(WRITER)) == 1


def test_after_days_without_a_server_acknowledgements_wait_for_an_officer(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = asked(make_office, mailbox_account)
    office.sink.stop()
    office.once()
    office.pass_time(hours=73)
    office.sink.restart()
    office.once()
    assert acknowledgement(office).state is OutboxState.HELD
    assert office.sink.to(WRITER) == []
    office.command("release", "HDL-0001")
    passes(office, 1)
    assert len(office.sink.to(WRITER)) == 1


def test_no_starttls_where_it_is_required_sends_nothing(
    make_office: MakeOffice, make_smtp_sink: Callable[..., SmtpSink], mailbox_account: Account
) -> None:
    plain = make_smtp_sink(security="starttls", offer_starttls=False)
    office = make_office(mailbox_account, sink=plain, overrides={"smtp": {"security": "starttls"}})
    office.once()
    World(office).arrive(1)
    report = office.once()
    assert (report.unreachable, plain.delivered) == (True, [])
    assert any("STARTTLS" in error for error in report.errors)


def test_a_wrong_certificate_sends_nothing(
    make_office: MakeOffice,
    make_smtp_sink: Callable[..., SmtpSink],
    mailbox_account: Account,
    trust: Authority,
) -> None:
    wrong = make_smtp_sink(security="tls", pair=trust.issue("elsewhere.example"))
    office = make_office(mailbox_account, sink=wrong, overrides={"smtp": {"security": "tls"}})
    office.once()
    World(office).arrive(1)
    report = office.once()
    assert (report.unreachable, wrong.delivered) == (True, [])
    assert any("certificate" in error.lower() for error in report.errors)


@pytest.mark.parametrize("section", ["smtp", "mailbox"])
def test_a_name_that_dns_does_not_know_is_an_error_and_no_loss(
    make_office: MakeOffice, mailbox_account: Account, section: str
) -> None:
    away = {section: {"host": "mail.nowhere.invalid", "security": "tls"}}
    office = make_office(mailbox_account, overrides=away)
    report = office.once()
    if section == "smtp":
        World(office).arrive(1)
        report = office.once()
        assert (len(office.rows()), acknowledgement(office).tries) == (1, 0)
    assert report.unreachable
    assert any("nowhere.invalid" in error for error in report.errors)


# -- the provider's limits -----------------------------------------------------------------------------------


def test_connections_stay_within_the_limit(make_office: MakeOffice, mailbox_account: Account) -> None:
    office = make_office(mailbox_account, overrides={"smtp": {"max_connections": 2}})
    office.once()
    World(office).arrive(6)
    office.once()
    assert (office.sink.most_connections, len(office.sink.delivered) >= 12) == (2, True)


def test_the_rate_counts_what_an_earlier_process_sent(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    """Two passes within a minute share one allowance: the second waits, here by asking what is free."""
    office = make_office(mailbox_account)
    office.once()
    World(office).arrive(3)
    office.once()
    sent = len(office.sink.delivered)
    assert sent >= 6

    async def free() -> int:
        sender = Sender(office.sink.endpoint(), max_per_minute=10)
        sender.count_earlier(dispatch.tried_lately(office.service.desk, office.database))
        return sender.free()

    assert asyncio.run(free()) == 10 - sent
    office.pass_time(seconds=61)
    assert asyncio.run(free()) == 10
