"""What falls due is a row. A tick asks for the due ones; each fires once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from .tables import Timer


def set_timer(
    session: Session,
    kind: str,
    key: str,
    due_at: dt.datetime,
    *,
    entry_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> bool:
    """Set one timer; False where the same key was set before (fired, cancelled or waiting)."""
    if session.exec(select(Timer.id).where(Timer.key == key)).first() is not None:
        return False
    session.add(Timer(kind=kind, key=key, due_at=due_at, entry_id=entry_id, data=dict(data or {})))
    session.flush()
    return True


def due(session: Session, now: dt.datetime, *kinds: str) -> Sequence[Timer]:
    """Timers that are due and neither done nor cancelled, oldest first."""
    query = select(Timer).where(
        col(Timer.done_at).is_(None), col(Timer.cancelled_at).is_(None), col(Timer.due_at) <= now
    )
    if kinds:
        query = query.where(col(Timer.kind).in_(kinds))
    return session.exec(query.order_by(col(Timer.due_at), col(Timer.id))).all()


def waiting(session: Session, entry_id: int | None = None, *kinds: str) -> Sequence[Timer]:
    query = select(Timer).where(col(Timer.done_at).is_(None), col(Timer.cancelled_at).is_(None))
    if entry_id is not None:
        query = query.where(Timer.entry_id == entry_id)
    if kinds:
        query = query.where(col(Timer.kind).in_(kinds))
    return session.exec(query.order_by(col(Timer.due_at), col(Timer.id))).all()


def cancel(session: Session, now: dt.datetime, entry_id: int, *kinds: str) -> int:
    """Cancel an entry's waiting timers of these kinds; how many there were."""
    rows = waiting(session, entry_id, *kinds)
    for row in rows:
        row.cancelled_at = now
    return len(rows)


def fired_later_than(session: Session, moment: dt.datetime, kind: str) -> Sequence[Timer]:
    """Timers that fired at a time that is still to come: under a clock that was set back since."""
    query = select(Timer).where(Timer.kind == kind, col(Timer.done_at) > moment)
    return session.exec(query.order_by(col(Timer.id))).all()


def revive(session: Session, key: str) -> bool:
    """Let a cancelled timer wait again; False where it has fired: it stays done."""
    row = session.exec(select(Timer).where(Timer.key == key)).first()
    if row is None or row.done_at is not None:
        return False
    row.cancelled_at = None
    return True
