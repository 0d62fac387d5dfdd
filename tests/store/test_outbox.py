"""The outbox: queued once, claimed by one, settled once; whoever dies leaves it unknown."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from inbox_bot.errors import NotAllowed
from inbox_bot.register.states import OutboxState
from inbox_bot.store import outbox, search
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Outbox

from .test_messages_entries import open_entry

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
        for not_hers in ("quill@riverton.example", "petra_quill@riverton.example", "%", "riverton"):
            assert outbox.acknowledgements_since(session, since, not_hers) == 0
        queued(session, "umlaut", now, recipients=["j\u00f6rg@riverton.example"])
        assert outbox.acknowledgements_since(session, since, "j\u00f6rg@riverton.example") == 1


def test_what_a_cap_holds_is_counted_and_its_first_entries_are_named(
    database: Database, now: dt.datetime
) -> None:
    with database.begin() as session:
        filed = [open_entry(session, now) for _ in range(4)]
        for n, reason in enumerate(("cap", "cap", "all", "other")):
            queued(session, f"h{n}", now, hold_reason=reason, entry_id=filed[n].id)
        queued(session, "tomos", now, hold_reason="cap", recipients=["tomos@hallowby.example"])
        queued(session, "old", now - 3600 * SECOND, hold_reason="cap")
        queued(session, "sent", now)
        since, petra = now - 60 * SECOND, "petra.quill@riverton.example"
        assert outbox.held_figures(session, "acknowledgement", since) == [
            (petra, "all", 1),
            (petra, "cap", 2),
            (petra, "other", 1),
            ("tomos@hallowby.example", "cap", 1),
        ]

        def named(recipient: str, limit: int) -> list[str]:
            reasons = ("cap", "all")
            return list(outbox.held_references(session, "acknowledgement", since, reasons, recipient, limit))

        assert named(petra, 2) == [e.reference for e in filed[:2]]
        assert named("", 50) == [e.reference for e in filed[:3]]
        assert named("quill@riverton.example", 50) == []


def test_what_is_asked_for_each_mail_reads_no_whole_table(sqlite: Database, now: dt.datetime) -> None:
    """In a flood these tables have tens of thousands of rows: SQLite seeks in indexes and sorts nothing."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, text: str, values: Any, *_: object) -> None:
        if text.startswith("SELECT"):
            asked.append((text, values))

    event.listen(sqlite.engine, "before_cursor_execute", note)
    with sqlite.begin() as session:
        outbox.acknowledgements_since(session, now, "petra.quill@riverton.example")
        search.similar_entries(session, "horses?")
        plans = [
            str(row)
            for text, values in asked[:]
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    assert any("queued_at>?" in plan for plan in plans)
    assert [p for p in plans if "TEMP B-TREE" in p or ("SCAN" in p and "INDEX" not in p)] == []
