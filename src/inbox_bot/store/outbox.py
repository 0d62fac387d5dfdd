"""The only way out. A mail is a row with its bytes and Message-ID fixed before anything is sent.

A row is claimed under a lease, handed to SMTP outside any transaction, and settled in another one.
Whoever dies in between leaves a lease that runs out: the row is then *unknown*, for nobody can tell
whether the server took it (RFC 5321 4.5.4). Unknown rows are settled by evidence or by a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Text, and_, case, cast, func, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from ..register.states import OutboxState, move
from .tables import Entry, Outbox

LEASE = dt.timedelta(seconds=60)  # contract: at most a minute past its holder's death; a live holder renews
FIRST_RETRY = dt.timedelta(seconds=30)  # contract: within a minute
LONGEST_WAIT = dt.timedelta(hours=1)
_NOT_HELD = tuple(state for state in OutboxState if state is not OutboxState.HELD)  # so that an index serves
CLOCK_SET_BACK = 2 * LONGEST_WAIT  # a retry or lease further ahead than this was written under a wrong clock


def queue(
    session: Session,
    *,
    kind: str,
    key: str,
    raw: bytes,
    message_id: str,
    sender: str,
    recipients: Sequence[str],
    now: dt.datetime,
    outside: bool,
    entry_id: int | None = None,
    caused_by: int | None = None,
    hold_reason: str = "",
    urgent: bool = False,
    not_before: dt.datetime | None = None,
) -> Outbox | None:
    """Queue one mail; None where `key` was queued before, so that nothing is said twice."""
    if by_key(session, key) is not None:
        return None
    row = Outbox(
        kind=kind,
        key=key,
        raw=raw,
        message_id=message_id,
        sender=sender,
        recipients=list(recipients),
        state=OutboxState.HELD if hold_reason else OutboxState.QUEUED,
        hold_reason=hold_reason,
        outside=outside,
        urgent=urgent,
        queued_at=now,
        not_before=not_before or now,
        entry_id=entry_id,
        caused_by=caused_by,
    )
    session.add(row)
    session.flush()
    return row


def by_key(session: Session, key: str) -> Outbox | None:
    return session.exec(select(Outbox).where(Outbox.key == key)).first()


def by_message_id(session: Session, message_id: str) -> Outbox | None:
    return session.exec(select(Outbox).where(Outbox.message_id == message_id)).first() if message_id else None


def in_state(session: Session, *states: OutboxState) -> Sequence[Outbox]:
    """Rows without their bytes, which are read where somebody looks at them: a flood holds thousands."""
    query = select(Outbox).where(col(Outbox.state).in_(states)).order_by(col(Outbox.id))
    return session.exec(query.options(without_bytes())).all()


def held_of(session: Session, entry_id: int | None) -> Sequence[Outbox]:
    """An entry's mails that wait for an officer, without their bytes."""
    query = select(Outbox).where(Outbox.entry_id == entry_id, Outbox.state == OutboxState.HELD)
    return session.exec(query.order_by(col(Outbox.id)).options(without_bytes())).all()


def held_figures(session: Session, kind: str, since: dt.datetime) -> list[tuple[str, str, int]]:
    """(first recipient, why it is held, how many) of the mails of one kind held and queued since then."""
    recipients = cast(Outbox.recipients, Text)
    query = (
        select(recipients, Outbox.hold_reason, func.count())
        .where(Outbox.kind == kind, Outbox.state == OutboxState.HELD, col(Outbox.queued_at) > since)
        .group_by(recipients, col(Outbox.hold_reason))
        .order_by(recipients, col(Outbox.hold_reason))
    )
    return [(json.loads(line)[0], reason, count) for line, reason, count in session.exec(query).all()]


def held_references(
    session: Session, kind: str, since: dt.datetime, reasons: Sequence[str], recipient: str, limit: int
) -> tuple[str, ...]:
    """The first entries whose mail is held for one of these reasons; `recipient` "": whoever's it is."""
    query = (
        select(Entry.reference)
        .join(Outbox, col(Outbox.entry_id) == Entry.id)
        .where(
            Outbox.kind == kind,
            Outbox.state == OutboxState.HELD,
            col(Outbox.queued_at) > since,
            col(Outbox.hold_reason).in_(reasons),
        )
    )
    if recipient:
        query = query.where(_addressed_to(recipient))
    return tuple(session.exec(query.order_by(col(Outbox.id)).limit(limit)).all())


def _addressed_to(recipient: str) -> Any:
    """The address as it stands in the list's JSON."""
    return cast(Outbox.recipients, Text).contains(json.dumps(recipient), autoescape=True)


def held(session: Session, kind: str, *, since: dt.datetime | None = None) -> int:
    """How many mails of one kind wait for an officer; of those queued since then, where it is given."""
    query = select(func.count()).where(Outbox.kind == kind, Outbox.state == OutboxState.HELD)
    if since is not None:
        query = query.where(col(Outbox.queued_at) >= since)
    return session.exec(query).one()


def without_bytes() -> Any:
    """A query's option: rows without the mail itself, which may have megabytes, until it is asked for."""
    # SQLModel declares the attribute as the bytes that a row holds, not as the column that `defer` names.
    return defer(Outbox.raw)  # type: ignore[arg-type]


def counts(session: Session) -> dict[OutboxState, int]:
    """Rows by state; every state is a key."""
    found = dict.fromkeys(OutboxState, 0)
    query = select(Outbox.state, func.count()).group_by(col(Outbox.state))
    found.update({OutboxState(state): int(n) for state, n in session.exec(query).all()})
    return found


def oldest_unsent(session: Session) -> dt.datetime | None:
    states = (OutboxState.QUEUED, OutboxState.RETRYING, OutboxState.SENDING)
    return session.exec(select(func.min(Outbox.queued_at)).where(col(Outbox.state).in_(states))).first()


def next_due(session: Session, now: dt.datetime, limit: int) -> Sequence[int]:
    """Ids of rows that may be tried now: urgent ones, acknowledgements, then in the order of queueing."""
    query = (
        select(Outbox.id)
        .where(
            col(Outbox.state).in_((OutboxState.QUEUED, OutboxState.RETRYING)),
            or_(
                col(Outbox.not_before) <= now,
                # Queued or put off under a clock that was set back since: its time will not come.
                col(Outbox.queued_at) > now + CLOCK_SET_BACK,
                and_(
                    col(Outbox.state) == OutboxState.RETRYING, col(Outbox.not_before) > now + CLOCK_SET_BACK
                ),
            ),
        )
        .order_by(
            col(Outbox.urgent).desc(),
            case((col(Outbox.kind) == "acknowledgement", 0), else_=1),
            col(Outbox.id),
        )
        .limit(limit)
    )
    return [i for i in session.exec(query).all() if i is not None]


def claim(session: Session, row_id: int, now: dt.datetime) -> Outbox | None:
    """Take one row under a lease; None where another process has it or it changed meanwhile."""
    row = session.get(Outbox, row_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in (OutboxState.QUEUED, OutboxState.RETRYING):
        return None
    row.state = OutboxState.SENDING
    row.lease_until = now + LEASE
    row.tries += 1
    row.first_tried_at = row.first_tried_at or now
    session.flush()
    return row


def renew_leases(session: Session, row_ids: Collection[int], now: dt.datetime) -> None:
    """Their holder is alive and still sending."""
    rows = select(Outbox).where(col(Outbox.id).in_(row_ids), Outbox.state == OutboxState.SENDING)
    for row in session.exec(rows).all():
        row.lease_until = now + LEASE


def tried_since(session: Session, since: dt.datetime) -> list[dt.datetime]:
    """When mails were handed over since then, by any process: what a provider's rate has counted."""
    recent = or_(col(Outbox.first_tried_at) > since, col(Outbox.settled_at) > since)
    query = select(Outbox.settled_at, Outbox.first_tried_at).where(Outbox.tries > 0, recent)
    moments = (settled or first for settled, first in session.exec(query).all())
    return sorted(moment for moment in moments if moment is not None)


def expire_leases(session: Session, now: dt.datetime) -> Sequence[Outbox]:
    """Rows whose holder died while sending: they become unknown."""
    dead = select(Outbox).where(
        Outbox.state == OutboxState.SENDING,
        or_(
            col(Outbox.lease_until).is_(None),
            col(Outbox.lease_until) <= now,
            col(Outbox.lease_until) > now + CLOCK_SET_BACK,
        ),
    )
    rows = session.exec(dead).all()
    for row in rows:
        settle(row, OutboxState.UNKNOWN, now, error="the service stopped while this was being sent")
    return rows


def settle(
    row: Outbox, state: OutboxState, now: dt.datetime, *, by: str = "", code: int = 0, error: str = ""
) -> None:
    """Write the outcome of a try. NotAllowed where the change is not in the table of moves."""
    move(row.state, state, f"Outbox row {row.id}")
    row.state = state
    row.lease_until = None
    row.last_code = code
    row.last_error = error[:300]
    if state in (OutboxState.SENT, OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED):
        row.settled_at = now
        row.settled_by = by


def backoff(row: Outbox) -> dt.timedelta:
    """How long to wait after this many tries: 30 s, 1 min, 2 min … one hour, give or take a tenth.

    The jitter comes from the Message-ID, so it is the same in every run and differs between mails.
    """
    doublings = min(max(row.tries - 1, 0), 16)  # far beyond the longest wait, short of overflow
    wait = min(FIRST_RETRY * float(2**doublings), LONGEST_WAIT)
    spread = hashlib.sha256(f"{row.message_id}:{row.tries}".encode()).digest()[0] / 255  # 0..1
    return wait * (0.9 + 0.2 * spread)


def retry_later(row: Outbox, now: dt.datetime, *, code: int, error: str) -> None:
    settle(row, OutboxState.RETRYING, now, code=code, error=error)
    row.not_before = now + backoff(row)


def release(row: Outbox, now: dt.datetime) -> None:
    """A person lets a held mail go."""
    move(row.state, OutboxState.QUEUED, f"Outbox row {row.id}")
    row.state = OutboxState.QUEUED
    row.hold_reason = ""
    row.not_before = now


def acknowledgements_since(session: Session, since: dt.datetime, recipient: str | None = None) -> int:
    """How many acknowledgements were queued (not held) since then, to one address or to all."""
    query = select(func.count()).where(
        Outbox.kind == "acknowledgement", col(Outbox.queued_at) > since, col(Outbox.state).in_(_NOT_HELD)
    )
    if recipient is not None:
        query = query.where(_addressed_to(recipient))
    return session.exec(query).one()
