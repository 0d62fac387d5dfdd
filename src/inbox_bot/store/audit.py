"""The audit trail: append-only, hash-chained, without names, addresses or reasons.

Each row's hash is SHA-256 over the previous row's hash and a canonical JSON form of the row (UTF-8,
sorted keys, no spaces). Triggers in the database refuse UPDATE and DELETE; whoever gets round them
still breaks the chain, and yesterday's digest holds yesterday's head. What a row must be able to prove
later without naming it (an address, a text) is a commitment: SHA-256 over a random salt and the value.
Erasing the salt (retention) makes the commitment unlinkable and leaves the chain whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text
from sqlmodel import Session, col, select

from .tables import Audit, AuditSalt

GENESIS = "0" * 64
CHAIN_LOCK = 0x1B07C4A1  # PostgreSQL: one writer at a time extends the chain
_HEAD = "audit_head"  # in a session's info: the hash of the row that it added last


def canonical(*, at: dt.datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> bytes:
    """The bytes that a row's hash covers, besides the previous hash."""
    stamp = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    row = {"at": stamp, "actor": actor, "action": action, "subject": subject, "detail": detail}
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def chain(previous: str, body: bytes) -> str:
    return hashlib.sha256(previous.encode() + b"\n" + body).hexdigest()


def commit_to(session: Session, value: str, subject: str = "") -> str:
    """A salted commitment to `value`, its salt kept apart so that it can be erased."""
    salt = secrets.token_hex(16)
    commitment = hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()
    session.add(AuditSalt(commitment=commitment, salt=salt, subject=subject))
    return commitment


def append(
    session: Session,
    *,
    at: dt.datetime,
    actor: str,
    action: str,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Audit:
    """Add one row to the chain within the caller's transaction: a session of `Database.begin`."""
    previous = session.info.get(_HEAD)  # nobody else extends the chain until this transaction ends
    if previous is None:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": CHAIN_LOCK})
        previous = head(session)
    facts = json.loads(json.dumps(detail or {}, sort_keys=True, default=str))
    body = canonical(at=at, actor=actor, action=action, subject=subject, detail=facts)
    row = Audit(
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=facts,
        previous=previous,
        hash=chain(previous, body),
    )
    session.add(row)
    session.info[_HEAD] = row.hash
    return row


def head(session: Session) -> str:
    """The newest hash, 64 zeros before the first row."""
    return session.exec(select(Audit.hash).order_by(col(Audit.id).desc()).limit(1)).first() or GENESIS


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _transaction: object) -> None:
    """What a rolled back transaction or savepoint added is no link to hang the next row on."""
    session.info.pop(_HEAD, None)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`broken_at` is the id of the first row that does not follow, None where all do."""

    rows: int
    head: str
    broken_at: int | None = None
    why: str = ""


def verify(session: Session) -> Verdict:
    """Walk the whole chain. Memory is flat: rows are read in batches."""
    previous, count, last_id = GENESIS, 0, 0
    query = select(Audit).order_by(col(Audit.id)).execution_options(yield_per=500)
    for row in session.exec(query):
        count += 1
        assert row.id is not None
        body = canonical(
            at=row.at, actor=row.actor, action=row.action, subject=row.subject, detail=row.detail
        )
        if row.previous != previous:
            return Verdict(
                rows=count,
                head=previous,
                broken_at=row.id,
                why=f"a row after {last_id} is missing or changed",
            )
        if row.hash != chain(previous, body):
            return Verdict(rows=count, head=previous, broken_at=row.id, why="its content was changed")
        previous, last_id = row.hash, row.id
    return Verdict(rows=count, head=previous)
