"""The outbox: queued once, claimed by one, settled once; whoever dies leaves it unknown."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlmodel import Session

from inbox_bot.errors import NotAllowed
from inbox_bot.register.states import OutboxState
from inbox_bot.store import outbox
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Outbox

SECOND = dt.timedelta(seconds=1)


def queue(session: Session, key: str, now: dt.datetime, **changes: Any) -> Outbox | None:
    values: dict[str, Any] = {
        "kind": "acknowledgement",
        "raw": b"bytes",
        "message_id": f"{key}@wessmoor-pcc.example",
        "sender": "election@wessmoor-pcc.example",
        "recipients": ["petra.quill@riverton.example"],
        "outside": True,
    }
    return outbox.queue(session, key=key, now=now, **{**values, **changes})


def queued(session: Session, key: str, now: dt.datetime, **changes: Any) -> Outbox:
    row = queue(session, key, now, **changes)
    assert row is not None
    return row


def claimed(session: Session, key: str, now: dt.datetime) -> Outbox:
    row = outbox.claim(session, queued(session, key, now).id or 0, now)
    assert row is not None
    return row


def test_the_same_thing_is_queued_once(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        assert queue(session, "ack:1", now) is not None
        assert queue(session, "ack:1", now) is None
        assert outbox.counts(session)[OutboxState.QUEUED] == 1


def test_a_held_mail_waits_for_its_release(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        row = queued(session, "ack:1", now, hold_reason="arrived a week ago")
        assert (row.state, list(outbox.next_due(session, now, 10))) == (OutboxState.HELD, [])
        outbox.release(row, now + SECOND)
        session.flush()
        assert list(outbox.next_due(session, now, 10)) == []
        assert list(outbox.next_due(session, now + SECOND, 10)) == [row.id]
        with pytest.raises(NotAllowed):
            outbox.release(claimed(session, "ack:2", now), now)


def test_what_is_due_comes_urgent_first_and_within_the_limit(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        first = queued(session, "a", now)
        queued(session, "later", now, not_before=now + SECOND)
        urgent = queued(session, "b", now, urgent=True)
        assert list(outbox.next_due(session, now, 10)) == [urgent.id, first.id]
        assert list(outbox.next_due(session, now, 1)) == [urgent.id]


def test_one_claims_and_the_next_finds_nothing(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        row = claimed(session, "a", now)
        assert (row.state, row.tries, row.lease_until) == (OutboxState.SENDING, 1, now + outbox.LEASE)
        assert outbox.claim(session, row.id or 0, now) is None
        assert outbox.claim(session, 99999, now) is None


def test_of_many_who_claim_at_once_one_wins(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        ids = [queued(session, str(n), now).id or 0 for n in range(10)]
    won: list[int] = []

    def claim_all() -> None:
        for row_id in ids:
            with database.begin() as session:
                if outbox.claim(session, row_id, now) is not None:
                    won.append(row_id)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == ids


def test_a_dead_holders_mail_becomes_unknown_and_never_due(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        row = claimed(session, "a", now)
        assert list(outbox.expire_leases(session, now + outbox.LEASE - SECOND)) == []
        assert [r.id for r in outbox.expire_leases(session, now + outbox.LEASE)] == [row.id]
        session.flush()
        assert row.state is OutboxState.UNKNOWN
        assert list(outbox.next_due(session, now + dt.timedelta(days=9), 10)) == []


def test_an_outcome_is_written_once(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        row = claimed(session, "a", now)
        outbox.settle(row, OutboxState.SENT, now, by="server", code=250)
        assert (row.settled_at, row.settled_by, row.lease_until) == (now, "server", None)
        with pytest.raises(NotAllowed):
            outbox.settle(row, OutboxState.RETRYING, now)
        outbox.settle(row, OutboxState.FAILED, now, by="bounce")


def test_the_first_retry_is_within_a_minute_and_waits_grow_to_an_hour() -> None:
    """30 s, 60 s, 120 s … 3600 s, each give or take a tenth; the same in every run."""
    row = Outbox(kind="x", key="x", message_id="m", raw=b"")
    for tries, seconds in ((1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (1000, 3600)):
        row.tries = tries
        wait = outbox.backoff(row).total_seconds()
        assert 0.9 * seconds <= wait <= 1.1 * seconds
        assert outbox.backoff(row).total_seconds() == wait


def test_a_temporary_failure_waits_and_comes_again(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        row = claimed(session, "a", now)
        outbox.retry_later(row, now, code=451, error="x" * 500)
        session.flush()
        assert (row.state, row.last_code, len(row.last_error)) == (OutboxState.RETRYING, 451, 300)
        assert list(outbox.next_due(session, now, 10)) == []
        assert list(outbox.next_due(session, now + dt.timedelta(minutes=1), 10)) == [row.id]


def test_the_oldest_unsent_is_what_still_has_to_go(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        assert outbox.oldest_unsent(session) is None
        outbox.settle(claimed(session, "sent", now - SECOND), OutboxState.SENT, now)
        queued(session, "held", now - SECOND, hold_reason="x")
        queued(session, "new", now + SECOND)
        queued(session, "old", now)
        session.flush()
        assert outbox.oldest_unsent(session) == now


def test_acknowledgements_are_counted_by_address_for_the_caps(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        for n in range(3):
            queued(session, f"a{n}", now)
        queued(session, "other", now, recipients=["tomos@hallowby.example"])
        queued(session, "held", now, hold_reason="cap")
        queued(session, "notice", now, kind="notice")
        queued(session, "old", now - dt.timedelta(hours=1))
        since = now - dt.timedelta(hours=1)
        assert outbox.acknowledgements_since(session, since) == 4
        assert outbox.acknowledgements_since(session, since, "petra.quill@riverton.example") == 3
