"""The figures of `status`: true to the rows, and without a word of anybody's."""

import datetime as dt
import json

from inbox_bot.register.states import OutboxState, Outcome
from inbox_bot.store import facts, health, timers
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Cursor, Outbox, Received


def test_an_empty_register_has_figures_too(database: Database, now: dt.datetime) -> None:
    found = health.status(database, now)
    assert found["schema"]["current"] is True
    assert (found["paused"], found["last_poll"], found["oldest_unsent"], found["set_aside"]) == (
        None,
        None,
        None,
        [],
    )
    assert found["outbox"] == {state.value: 0 for state in OutboxState}
    assert found["received"] == {outcome.value: 0 for outcome in Outcome}


def test_the_figures_follow_the_rows(database: Database, now: dt.datetime) -> None:
    ago = now - dt.timedelta(hours=2)
    with database.begin() as session:
        for folder, polled in (("INBOX", now), ("Junk", ago)):
            session.add(Cursor(folder=folder, uidvalidity=7, last_uid=42, started_at=ago, polled_at=polled))
        for number, (state, lease) in enumerate(
            (
                (OutboxState.QUEUED, None),
                (OutboxState.SENDING, now + dt.timedelta(seconds=30)),
                (OutboxState.SENDING, now - dt.timedelta(seconds=1)),
                (OutboxState.UNKNOWN, None),
            )
        ):
            session.add(
                Outbox(
                    kind="notice",
                    key=str(number),
                    message_id=f"{number}@wessmoor-pcc.example",
                    raw=b"words of Petra Quill",
                    recipients=["petra.quill@riverton.example"],
                    state=state,
                    lease_until=lease,
                    queued_at=ago,
                    not_before=ago,
                )
            )
        for uid, outcome in ((1, Outcome.SET_ASIDE), (2, Outcome.PENDING)):
            session.add(
                Received(
                    place="inbox",
                    folder="INBOX",
                    uidvalidity=7,
                    uid=uid,
                    sha256="0" * 64,
                    size=1,
                    received_at=ago,
                    taken_in_at=ago,
                    outcome=outcome,
                    reason="the parser ran out of time",
                    sender="petra.quill@riverton.example",
                    subject="From Petra Quill",
                )
            )
        for n in range(7):
            timers.set_timer(
                session, "reminder", str(n), now + dt.timedelta(hours=7 - n), data={"to": "quill"}
            )
        facts.pause(session, "spoc", now, "a test")
    found = health.status(database, now)
    assert found["folders"]["Junk"] == {
        "uidvalidity": 7,
        "last_uid": 42,
        "polled_at": "2027-03-15T08:30:00+00:00",
        "seconds_ago": 7200,
    }
    assert (found["last_poll"], found["silent"]) == ("2027-03-15T10:30:00+00:00", ["Junk"])
    assert (found["outbox"]["sending"], found["oldest_unsent_seconds"], len(found["unknown"])) == (2, 7200, 1)
    assert [lease["expired"] for lease in found["sending"]] == [False, True]
    assert (found["timers_waiting"], found["next_timers"][0]["due_at"]) == (7, "2027-03-15T11:30:00+00:00")
    assert [row["reason"] for row in found["set_aside"]] == ["the parser ran out of time"]
    assert (found["pending"], found["pending_oldest"]) == (1, "2027-03-15T08:30:00+00:00")
    assert found["paused"]["by"] == "spoc"
    assert "quill" not in json.dumps(found).lower()
