"""The daily reconciliation: what the server has and the register does not account for.

`unaccounted` is the comparison itself, on plain values. A message is accounted for by its place (folder,
UIDVALIDITY, UID), else by a row of the same Message-ID and size that no other message on the server has
claimed: servers renumber, and people move mail between folders. Each row accounts for one message only,
so that a second copy is never taken for the first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, select

from ..store.tables import Cursor, Received

MISSED = "below the cursor, and not in the register"
WAITING = "above the cursor: the next poll takes it in"
RENUMBERED = "the folder was renumbered, and no row has its Message-ID and size"
UNREAD_FOLDER = "in a folder that was never polled"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One message as the server lists it. `size` in octets (RFC822.SIZE), `internaldate` aware."""

    folder: str
    uidvalidity: int
    uid: int
    message_id: str
    size: int
    internaldate: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """One row of the register of received mail, as far as the comparison needs it."""

    folder: str
    uidvalidity: int
    uid: int
    message_id: str
    size: int
    internaldate: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Polled:
    """How far a folder was read, and what in it is ours: as `Cursor` has it."""

    uidvalidity: int
    last_uid: int
    started_at: dt.datetime
    first_uid: int | None = None


@dataclass(frozen=True, kw_only=True)
class Unaccounted:
    """A message to be taken in, and why the register lacks it. `missed` tells a fault from mere waiting."""

    message: Listed
    why: str

    @property
    def missed(self) -> bool:
        return self.why is not WAITING


def unaccounted(
    listings: Iterable[Listed], known: Iterable[Known], polled: Mapping[str, Polled]
) -> list[Unaccounted]:
    """Every listed message that no row accounts for, in the order of the listing."""
    rows = list(known)
    by_place = {(row.folder, row.uidvalidity, row.uid): row for row in rows}
    messages = list(listings)
    without_place = [m for m in messages if by_place.pop((m.folder, m.uidvalidity, m.uid), None) is None]
    free: dict[tuple[object, ...], int] = defaultdict(int)
    for row in by_place.values():
        free[_identity(row)] += 1
    found = []
    for message in without_place:
        if free[_identity(message)]:
            free[_identity(message)] -= 1
            continue
        state = polled.get(message.folder)
        if state is None:
            found.append(Unaccounted(message=message, why=UNREAD_FOLDER))
        elif _ours(message, state):
            found.append(Unaccounted(message=message, why=_why(message, state)))
    return found


def _ours(message: Listed, state: Polled) -> bool:
    """By number where numbers tell: clocks of two machines do not agree to the second, and a mail that stood
    there before the first poll is never ours."""
    if state.first_uid is not None and message.uidvalidity == state.uidvalidity:
        return message.uid >= state.first_uid
    return message.internaldate >= state.started_at


def _identity(message: Listed | Known) -> tuple[object, ...]:
    """Message-ID and size; where there is no Message-ID, the second of arrival stands in for it."""
    message_id = message.message_id.strip().strip("<>")
    if message_id:
        return message_id, message.size
    return "", message.size, message.internaldate.astimezone(dt.UTC).replace(microsecond=0)


def _why(message: Listed, state: Polled) -> str:
    if message.uidvalidity != state.uidvalidity:
        return RENUMBERED
    return WAITING if message.uid > state.last_uid else MISSED


def reconcile(session: Session, listings: Iterable[Listed]) -> list[Unaccounted]:
    """`unaccounted` against the register of this session."""
    columns = (
        Received.folder,
        Received.uidvalidity,
        Received.uid,
        Received.message_id,
        Received.size,
        Received.received_at,
    )
    # a message that arrived more than once in the same place has one row; hands' rows have no place
    query = select(*columns).where(Received.place != "hand")  # type: ignore[call-overload]  # six columns
    known = [
        Known(folder=f, uidvalidity=v, uid=u, message_id=m, size=s, internaldate=at)
        for f, v, u, m, s, at in session.exec(query)
    ]
    polled = {
        row.folder: Polled(
            uidvalidity=row.uidvalidity,
            last_uid=row.last_uid,
            started_at=row.started_at,
            first_uid=row.first_uid,
        )
        for row in session.exec(select(Cursor)).all()
    }
    return unaccounted(listings, known, polled)
