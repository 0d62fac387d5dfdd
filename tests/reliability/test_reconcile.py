"""Reconciliation end to end: what the server has and the register lacks is named, taken in and handled."""

from __future__ import annotations

from sqlmodel import select

from inbox_bot import reconciliation
from inbox_bot.register.states import Outcome
from inbox_bot.store.tables import Audit, Cursor

from ..office import INBOX, Office, mail


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
    (found,) = reconciliation.run(office.pipeline)
    assert (found.message.message_id, found.missed) == ("<lost@mail.example>", True)
    assert office.once().outcomes[Outcome.FILED] == 1
    assert len(office.sent_to("lost@mail.example")) == 1
    assert reconciliation.run(office.pipeline) == []
    with office.database.begin() as session:
        done = [
            row.detail["missed"] for row in session.exec(select(Audit)).all() if row.action == "reconciled"
        ]
    assert done == [1, 0]


def test_each_day_it_is_done_by_itself(office: Office) -> None:
    skipped(office)
    assert office.once().fetched == 0
    assert reconciliation.daily(office.pipeline) is False  # the first is due on the day after the first look
    office.pass_time(days=1)
    assert reconciliation.daily(office.pipeline) is True
    assert reconciliation.daily(office.pipeline) is False
    office.once()
    assert [row.outcome for row in office.received()] == [Outcome.FILED]


def test_mail_from_before_the_first_start_is_not_missed(office: Office) -> None:
    office.deliver(mail("old@mail.example", "Old", "An old question?", to=INBOX))
    office.once()
    assert reconciliation.run(office.pipeline) == []
