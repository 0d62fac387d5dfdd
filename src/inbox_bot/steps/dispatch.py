"""From the outbox to SMTP: claim, hand over outside any transaction, settle.

The claim is committed before DATA and the outcome after it. Whoever dies in between leaves a lease that
runs out and a row that is *unknown*: it is never sent again by itself. Who lives renews the leases.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .. import faults
from ..casework import notices, sending
from ..casework.desk import Desk, Job
from ..errors import (
    PermanentSendError,
    SmtpUnavailable,
    StorageError,
    TemporarySendError,
    UnknownSendError,
)
from ..register.states import OutboxState
from ..store import facts, outbox
from ..store.database import Database
from ..store.tables import Entry, Outbox
from ..transport.smtp import Order, Sender, SendReport

T = TypeVar("T")
Worker = Callable[[Callable[[], T]], Awaitable[T]]
BATCH = 500  # rows looked at in one pass
RENEW_SECONDS = outbox.LEASE.total_seconds() / 3  # a slow server may take longer than a lease to answer


@dataclass
class Sent:
    """What one pass of dispatch did."""

    acknowledged: int = 0
    digests: int = 0
    sent: int = 0
    errors: list[str] = field(default_factory=list)
    unreachable: bool = False  # the server could not be reached or logged in to


async def run(
    desk: Desk,
    database: Database,
    sender: Sender,
    on_worker: Callable[..., Awaitable[object]],
    *,
    limit: int = BATCH,
    stop: Callable[[], bool] = lambda: False,
) -> Sent:
    """Send what is due, at most `limit` mails. A server that is away ends the pass with nothing claimed;
    so does `stop`, after the mails in hand."""
    done = Sent()
    due = await on_worker(_due, desk, database, limit)
    assert isinstance(due, list)
    away = asyncio.Event()
    in_hand: set[int] = set()

    async def one(row_id: int) -> None:
        if away.is_set():
            return
        claimed: list[Outbox] = []

        async def claim() -> Order | None:
            if stop():
                return None
            row = await on_worker(_claim, desk, database, row_id)
            faults.point("dispatch.claimed")
            if not isinstance(row, Outbox):
                return None
            claimed.append(row)
            in_hand.add(row_id)
            return Order(
                raw=row.raw,
                sender=row.sender,
                recipients=tuple(row.recipients),
                copy_to=_evidence_copy(desk, row),
            )

        try:
            report = await sender.send_claimed(claim)
            if report is None:
                return
            faults.point("dispatch.after_data")
            await on_worker(_accepted, desk, database, row_id, report)
            done.sent += 1
            done.acknowledged += claimed[0].kind == "acknowledgement"
            done.digests += claimed[0].kind == "digest"
        except (TemporarySendError, PermanentSendError, UnknownSendError) as error:
            if claimed:
                await on_worker(_failed, desk, database, row_id, error)
            done.errors.append(str(error))
        except (SmtpUnavailable, StorageError) as error:
            # Without a database nothing more is claimed; what was claimed stays leased and becomes unknown.
            if claimed and isinstance(error, SmtpUnavailable):  # it wants a log-in: nothing was handed over
                await on_worker(_failed, desk, database, row_id, TemporarySendError(str(error)))
            if not away.is_set():
                done.errors.append(str(error))
            done.unreachable = True
            away.set()
        finally:
            in_hand.discard(row_id)
        faults.point("dispatch.settled")

    async def keep_leases() -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if in_hand:
                with suppress(StorageError):  # the row then becomes unknown, which is the truth
                    await on_worker(_renew, desk, database, frozenset(in_hand))

    renewing = asyncio.create_task(keep_leases())
    try:
        await asyncio.gather(*(one(row_id) for row_id in due))
    finally:
        renewing.cancel()
    return done


def _evidence_copy(desk: Desk, row: Outbox) -> str:
    """Whom to send a copy whose arrival proves the acceptance: the inbox, where the office wants it so."""
    return desk.settings.office.inbox_address if desk.settings.smtp.bcc_inbox and row.outside else ""


def _renew(desk: Desk, database: Database, row_ids: frozenset[int]) -> None:
    with database.begin() as session:
        outbox.renew_leases(session, row_ids, desk.clock())


def tried_lately(desk: Desk, database: Database) -> list[float]:
    """How many seconds ago mails were handed over within the last minute, by whichever process.

    They count against the provider's rate: a pass each minute must not begin with a full allowance.
    """
    now = desk.clock()
    with database.begin() as session:
        tried = outbox.tried_since(session, now - dt.timedelta(minutes=1))
    return [max((now - moment).total_seconds(), 0.0) for moment in tried]


def _due(desk: Desk, database: Database, limit: int) -> list[int]:
    with database.begin() as session:
        job = Job(desk=desk, session=session, now=desk.clock())
        for row in outbox.expire_leases(session, job.now):
            job.audit("send_unknown", _reference(job, row), mail=row.id)
        if facts.paused(session):
            return []
        return list(outbox.next_due(session, job.now, min(limit, BATCH)))


def _claim(desk: Desk, database: Database, row_id: int) -> Outbox | None:
    """Lease one row, unless sending was paused or the mode changed since it was queued."""
    with database.begin() as session:
        job = Job(desk=desk, session=session, now=desk.clock())
        if facts.paused(session):
            return None
        row = session.get(Outbox, row_id, with_for_update=True)
        if row is not None and row.state in (OutboxState.QUEUED, OutboxState.RETRYING):
            if row.outside and desk.settings.office.mode == "observe":
                row.state, row.hold_reason = OutboxState.HELD, "the service only observes"
                return None
            if _stale(job, row):
                row.state, row.hold_reason = OutboxState.HELD, "it could not be sent in time"
                job.audit("mail_held", _reference(job, row), mail=row.id, kind=row.kind)
                return None
        return outbox.claim(session, row_id, job.now)


def _accepted(desk: Desk, database: Database, row_id: int, report: SendReport) -> None:
    with database.begin() as session:
        job = Job(desk=desk, session=session, now=desk.clock())
        row = session.get(Outbox, row_id)
        assert row is not None
        if row.state not in (OutboxState.SENDING, OutboxState.UNKNOWN):
            return  # its copy was seen meanwhile; where its lease ran out, we know better
        row.refused = _refusals(row, report.refused)
        again = sending.put_off(row)
        if again and not _too_old(job, row):
            row.recipients = again  # the others have it: only these are tried again
            outbox.retry_later(row, job.now, code=row.refused[again[0]], error="refused for some, for now")
            return
        outbox.settle(row, OutboxState.SENT, job.now, by="server")
        sending.sent(job, row)
        job.audit("mail_sent", _reference(job, row), mail=row.id, refused=len(report.refused))
        if report.refused:
            _tell(job, row, "notice/failed_send", "failed")


def _failed(
    desk: Desk,
    database: Database,
    row_id: int,
    error: TemporarySendError | PermanentSendError | UnknownSendError,
) -> None:
    with database.begin() as session:
        job = Job(desk=desk, session=session, now=desk.clock())
        row = session.get(Outbox, row_id)
        assert row is not None
        if row.state is not OutboxState.SENDING:
            return
        if isinstance(error, UnknownSendError):
            row.refused = _refusals(row, error.refused)
            outbox.settle(row, OutboxState.UNKNOWN, job.now, code=error.code, error=str(error))
            job.audit("send_unknown", _reference(job, row), mail=row.id)
        elif isinstance(error, TemporarySendError) and not _too_old(job, row):
            outbox.retry_later(row, job.now, code=error.code, error=str(error))
        else:
            row.refused = {**row.refused, **_refusals(row, error.refused)}
            outbox.settle(row, OutboxState.FAILED, job.now, by="server", code=error.code, error=str(error))
            job.audit("send_failed", _reference(job, row), mail=row.id, code=error.code)
            _tell(job, row, "notice/failed_send", "failed")


def _refusals(row: Outbox, refused: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """The row's refusals after a try that reached the text: the last word on each of its recipients."""
    earlier = {address: code for address, code in row.refused.items() if address not in row.recipients}
    return {**earlier, **{address: code for address, (code, _) in refused.items()}}


def _too_old(job: Job, row: Outbox) -> bool:
    first = row.first_tried_at or job.now
    return job.now - first > dt.timedelta(hours=job.settings.smtp.give_up_hours)


def _stale(job: Job, row: Outbox) -> bool:
    """An acknowledgement that waited for days, the server or this service being away, goes by hand only
    (architecture 9). An officer's release or "send again" begins the time anew."""
    if row.kind != "acknowledgement":
        return False
    queued = max(row.queued_at, row.not_before)
    since = queued if row.state is OutboxState.QUEUED else row.first_tried_at or queued
    return job.now - since > dt.timedelta(hours=job.settings.smtp.ack_max_age_hours)


def _reference(job: Job, row: Outbox) -> str:
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    return entry.reference if entry is not None else ""


def _tell(job: Job, row: Outbox, template: str, what: str) -> None:
    """Tell the SPOC of a mail that did not go; never about a notice to the SPOC itself."""
    officer = job.settings.people.spoc
    if set(row.recipients) <= {officer.email}:
        return
    buttons = (job.button("send_again", f"Send mail {row.id} again", officer, outbox_id=row.id),)
    job.post(
        template,
        to=[officer.email],
        context={"send": notices.send_view(job, row, buttons)},
        key=f"{what}:{row.id}:{row.tries}",
        entry=job.session.get(Entry, row.entry_id) if row.entry_id else None,
    )


def ask_about_unknown(job: Job) -> int:
    """Rows that no evidence settled in time are shown, with two buttons: sent, or send again."""
    wait = dt.timedelta(minutes=job.settings.smtp.unknown_shown_minutes)
    asked = 0
    officer = job.settings.people.spoc
    for row in outbox.in_state(job.session, OutboxState.UNKNOWN):
        if (
            row.settled_at is None
            or job.now - row.settled_at < wait
            or set(row.recipients) <= {officer.email}
        ):
            continue
        if outbox.by_key(job.session, f"unknown:{row.id}:{row.tries}") is not None:
            continue
        group = f"s:{row.id}:{row.tries}"
        buttons = (
            job.button("sent", f"It was sent (mail {row.id})", officer, outbox_id=row.id, group=group),
            job.button("send_again", f"Send again (mail {row.id})", officer, outbox_id=row.id, group=group),
        )
        job.post(
            "notice/unknown_send",
            to=[officer.email],
            context={"send": notices.send_view(job, row, buttons)},
            key=f"unknown:{row.id}:{row.tries}",
            entry=job.session.get(Entry, row.entry_id) if row.entry_id else None,
        )
        asked += 1
    return asked
