"""Small facts about the service itself, and the running numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from .tables import Counter, Fact


def get(session: Session, key: str, default: Any = None) -> Any:
    row = session.get(Fact, key)
    return default if row is None else row.value


def put(session: Session, key: str, value: Any) -> None:
    row = session.get(Fact, key)
    if row is None:
        session.add(Fact(key=key, value=value))
    else:
        row.value = value


def get_time(session: Session, key: str) -> dt.datetime | None:
    value = get(session, key)
    return dt.datetime.fromisoformat(value) if value else None


def put_time(session: Session, key: str, moment: dt.datetime) -> None:
    put(session, key, moment.astimezone(dt.UTC).isoformat())


def next_number(session: Session, name: str) -> int:
    """The next running number, starting at 1; atomic across processes."""
    statement = (
        update(Counter)
        .where(col(Counter.name) == name)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    )
    value = session.execute(statement).scalar_one_or_none()
    if value is None:
        session.add(Counter(name=name, value=1))
        session.flush()
        return 1
    return int(value)


def paused(session: Session) -> dict[str, Any] | None:
    """Who paused sending, when and why; None while sending is on."""
    value = get(session, "paused")
    return dict(value) if value else None
