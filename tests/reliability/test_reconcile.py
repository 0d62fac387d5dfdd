"""Reconciliation end to end: what the server has and the register lacks is named, taken in and handled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlmodel import select

from inbox_bot import reconciliation
from inbox_bot.register.states import Outcome
from inbox_bot.store.tables import Audit, Cursor

from ..office import INBOX, MONDAY, Office, mail
from ..servers.accounts import Account


def skipped(office: Office) -> None:
    """A message that a poll went past, as a fault or a person's own hand in the database might do."""
    text = "How many officers work at night? Please tell me."
    office.deliver(mail("lost@mail.example", "Lost", text, message_id="<lost@mail.example>", date=office.now))
    with office.database.begin() as session:
        cursor = session.get(Cursor, "INBOX")
        assert cursor is not None
        cursor.last_uid += 1


def test_what_was_missed_is_named_and_taken_in(office: Office) -> None:
    skipped(office)
    assert office.once().fetched == 0  # the poll begins above it
    (found,) = reconciliation.run(office.service)
    assert (found.message.message_id, found.missed) == ("<lost@mail.example>", True)
    assert office.once().outcomes[Outcome.FILED] == 1
    assert len(office.sent_to("lost@mail.example")) == 1
    assert reconciliation.run(office.service) == []
    with office.database.begin() as session:
        done = [
            row.detail["missed"] for row in session.exec(select(Audit)).all() if row.action == "reconciled"
        ]
    assert done == [1, 0]


def test_each_day_it_is_done_by_itself(office: Office) -> None:
    skipped(office)
    assert office.once().fetched == 0
    assert reconciliation.daily(office.service) is False  # the first is due on the day after the first look
    office.pass_time(days=1)
    assert reconciliation.daily(office.service) is True
    assert reconciliation.daily(office.service) is False
    office.once()
    assert [row.outcome for row in office.received()] == [Outcome.FILED]


def test_the_second_of_the_first_start_is_parted_by_number(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    """The clock of the service has parts of a second, INTERNALDATE has none: the arrival cannot tell."""
    office = make_office(mailbox_account, now=MONDAY.replace(microsecond=400_000))
    office.deliver(mail("old@mail.example", "Old", "An old question?"), at=MONDAY)
    office.once()
    skipped(office)
    (found,) = reconciliation.run(office.service)
    assert found.message.message_id == "<lost@mail.example>"
    office.once()
    assert reconciliation.run(office.service) == []
    assert (len(office.rows()), office.sent_to("old@mail.example")) == (1, [])


def test_what_was_put_in_with_an_old_date_is_ours(office: Office) -> None:
    """A person moves an old mail into the inbox: a new number, an old INTERNALDATE."""
    office.deliver(mail("moved@mail.example", "Old", "A question?"), at=MONDAY - dt.timedelta(days=40))
    with office.database.begin() as session:
        cursor = session.get(Cursor, "INBOX")
        assert cursor is not None
        cursor.last_uid += 1
    assert len(reconciliation.run(office.service)) == 1
    office.once()
    assert (len(office.rows()), office.sent_to("moved@mail.example")) == (1, [])  # filed; held for its age


def test_mail_from_before_the_first_start_is_not_missed(office: Office) -> None:
    office.deliver(mail("old@mail.example", "Old", "An old question?", to=INBOX))
    office.once()
    assert reconciliation.run(office.service) == []
