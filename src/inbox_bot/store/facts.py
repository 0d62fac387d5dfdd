"""Small facts about the service itself, and the running numbers."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from .tables import Fact

# One statement for the first number as for any other: two processes on PostgreSQL may both be the first.
_NEXT_NUMBER = text(
    "INSERT INTO counter (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


KEY_LENGTH = 64
PLUS_ADDRESSING = "plus_addressing_seen"  # when a mail to `election+anything@` first arrived


def key_of(*parts: object) -> str:
    """A fact's key made of names from outside, shortened to fit; the same parts give the same key."""
    key = ":".join(map(str, parts))
    if len(key) <= KEY_LENGTH:
        return key
    return f"{str(parts[0])[:20]}:{hashlib.sha256(key.encode()).hexdigest()[:40]}"


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
    session.flush()
    return int(session.execute(_NEXT_NUMBER, {"name": name}).scalar_one())


def paused(session: Session) -> dict[str, Any] | None:
    """Who paused sending, when and why; None while sending is on."""
    value = get(session, "paused")
    return dict(value) if value else None


def pause(session: Session, who: str, now: dt.datetime, why: str = "") -> None:
    """Stop all sending until somebody resumes it; intake goes on."""
    put(session, "paused", {"by": who, "at": now.astimezone(dt.UTC).isoformat(), "why": why})
