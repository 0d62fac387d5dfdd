"""What was received: recorded once, tried a bounded number of times, given exactly one outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..register.states import Outcome
from .tables import Cursor, Received, ThreadMail

DUPLICATE_DAYS = 7  # the same text from the same sender within a week is a second delivery


def cursor(session: Session, folder: str) -> Cursor | None:
    return session.get(Cursor, folder)


def at_place(session: Session, folder: str, uidvalidity: int, uid: int) -> Received | None:
    query = select(Received).where(
        Received.folder == folder, Received.uidvalidity == uidvalidity, Received.uid == uid
    )
    return session.exec(query).first()


def known_at_place(
    session: Session, folder: str, uidvalidity: int, uid: int, received_at: dt.datetime
) -> bool:
    """Whether the message at this place is the one we know there. A mailbox that was restored gives numbers
    again that it gave before: the arrival tells the two apart (an unreadable one has none that is known)."""
    row = at_place(session, folder, uidvalidity, uid)
    return row is not None and (row.received_at == received_at or not row.sha256)


def vacate(session: Session, folder: str, uidvalidity: int, uid: int) -> None:
    """Another message stands at this place now: the one we knew there keeps its row and loses the place."""
    row = at_place(session, folder, uidvalidity, uid)
    if row is not None and row.id is not None:
        row.uid = -row.id
        session.flush()


def by_hash(session: Session, sha256: str, folder: str | None = None) -> Received | None:
    """The first message with these bytes, in one folder or anywhere."""
    query = select(Received).where(Received.sha256 == sha256).order_by(col(Received.id))
    if folder is not None:
        query = query.where(Received.folder == folder)
    return session.exec(query).first()


def pending(session: Session) -> Sequence[int]:
    """Ids of messages still to be handled, in order of arrival: an answer comes after its question.

    What the service has failed over before comes last, so that nothing stands behind it.
    """
    query = select(Received.id).where(Received.outcome == Outcome.PENDING)
    ids = session.exec(query.order_by(col(Received.tries), col(Received.received_at), col(Received.id))).all()
    return [i for i in ids if i is not None]


def second_delivery_of(session: Session, message: Received) -> Received | None:
    """A handled message that this one repeats: same fingerprint, or same sender and words within 7 days.

    What was spam or set aside then does not swallow what comes now.
    """
    window = message.received_at - dt.timedelta(days=DUPLICATE_DAYS)
    handled = (Outcome.FILED, Outcome.ATTACHED, Outcome.COMMAND, Outcome.AUTOMATED, Outcome.OWN_COPY)
    base = select(Received).where(
        col(Received.outcome).in_(handled), Received.id != message.id
    )  # whichever was taken in first: the copy in Sent may be older than the one that came to the inbox
    if message.fingerprint:
        found = session.exec(
            base.where(Received.fingerprint == message.fingerprint).order_by(col(Received.id))
        ).first()
        if found is not None:
            return found
    if message.content_key:
        recent = base.where(Received.content_key == message.content_key, col(Received.received_at) >= window)
        return session.exec(recent.order_by(col(Received.id))).first()
    return None


def entry_of_mail(session: Session, message_ids: Sequence[str]) -> tuple[int, ThreadMail] | None:
    """The entry that the first known of these Message-IDs belongs to, likeliest first."""
    for message_id in message_ids:
        query = (
            select(ThreadMail).where(ThreadMail.message_id == message_id).order_by(col(ThreadMail.id).desc())
        )
        if (mail := session.exec(query).first()) is not None:
            return mail.entry_id, mail
    return None


def outcomes(
    session: Session, *, since: dt.datetime | None = None, before: dt.datetime | None = None
) -> dict[Outcome, int]:
    """How many messages were taken in, by outcome; every outcome is a key."""
    query = select(Received.outcome, func.count()).group_by(col(Received.outcome))
    if since is not None:
        query = query.where(col(Received.taken_in_at) >= since)
    if before is not None:
        query = query.where(col(Received.taken_in_at) < before)
    counts = dict.fromkeys(Outcome, 0)
    counts.update({Outcome(outcome): int(n) for outcome, n in session.exec(query).all()})
    return counts


def with_outcome(session: Session, *wanted: Outcome) -> Sequence[Received]:
    query = select(Received).where(col(Received.outcome).in_(wanted))
    return session.exec(query.order_by(col(Received.received_at), col(Received.id))).all()
