"""How the service is doing, from its rows alone, for `status --json`: numbers, times and references only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..register.states import OutboxState, Outcome
from . import audit, facts, messages, outbox, timers
from .database import Database
from .tables import Cursor, Entry, Outbox, Received

NEXT_TIMERS = 5
SET_ASIDE_SHOWN = 50


def status(database: Database, now: dt.datetime, *, silence_minutes: int = 60) -> dict[str, Any]:
    """Everything `status --json` says of the store. Times are ISO 8601 in UTC, None where there is none.

    `silent` holds the folders that were not polled for `silence_minutes`: the worst failure makes no noise.
    """
    have, want = database.schema_versions()
    with database.begin() as session:
        polls = {row.folder: _folder(row, now) for row in session.exec(select(Cursor)).all()}
        waiting = timers.waiting(session)
        paused = facts.paused(session)  # without the reason, which is somebody's words
        unsent = outbox.oldest_unsent(session)
        set_aside = messages.with_outcome(session, Outcome.SET_ASIDE)
        return {
            "now": _iso(now),
            "database": "sqlite" if database.is_sqlite else "postgresql",
            "schema": {"database": have, "program": want, "current": have == want},
            "paused": None if paused is None else {"by": paused.get("by"), "at": paused.get("at")},
            "folders": polls,
            "last_poll": max((p["polled_at"] for p in polls.values()), default=None),
            "silent": sorted(f for f, p in polls.items() if p["seconds_ago"] > silence_minutes * 60),
            "received": {outcome.value: n for outcome, n in messages.outcomes(session).items()},
            "entries": _counts(session, Entry.status),
            "publication": _counts(session, Entry.publication),
            "outbox": {state.value: n for state, n in outbox.counts(session).items()},
            "oldest_unsent": _iso(unsent),
            "oldest_unsent_seconds": None if unsent is None else int((now - unsent).total_seconds()),
            "sending": _leases(session, now),
            "unknown": [row.id for row in outbox.in_state(session, OutboxState.UNKNOWN)],
            "timers_waiting": len(waiting),
            "next_timers": [{"kind": t.kind, "due_at": _iso(t.due_at)} for t in waiting[:NEXT_TIMERS]],
            "set_aside": [
                {"id": row.id, "folder": row.folder, "uid": row.uid, "tries": row.tries, "reason": row.reason}
                for row in set_aside[:SET_ASIDE_SHOWN]
            ],
            "pending": len(messages.pending(session)),
            "pending_oldest": _iso(_oldest_pending(session)),
            "audit_head": audit.head(session),
        }


def _folder(cursor: Cursor, now: dt.datetime) -> dict[str, Any]:
    return {
        "uidvalidity": cursor.uidvalidity,
        "last_uid": cursor.last_uid,
        "polled_at": _iso(cursor.polled_at),
        "seconds_ago": int((now - cursor.polled_at).total_seconds()),
    }


def _counts(session: Session, column: Any) -> dict[str, int]:
    rows = session.exec(select(column, func.count()).group_by(column)).all()
    return {state.value: int(n) for state, n in sorted(rows)}


def _leases(session: Session, now: dt.datetime) -> list[dict[str, Any]]:
    """Mails in somebody's hands; `expired` ones belong to a process that died."""
    rows = session.exec(
        select(Outbox.id, Outbox.tries, Outbox.lease_until)
        .where(Outbox.state == OutboxState.SENDING)
        .order_by(col(Outbox.id))
    ).all()
    return [
        {"id": number, "tries": tries, "lease_until": _iso(until), "expired": until is None or until <= now}
        for number, tries, until in rows
    ]


def _oldest_pending(session: Session) -> dt.datetime | None:
    query = select(func.min(col(Received.taken_in_at))).where(Received.outcome == Outcome.PENDING)
    return session.exec(query).one()


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).isoformat()
