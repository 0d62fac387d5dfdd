"""Mail of ours that waits for an officer: held, in doubt, to be taken back; and all sending at once."""

from __future__ import annotations

from ...errors import NotAllowed
from ...register.states import OutboxState
from ...store import facts, outbox
from ...store.tables import Outbox
from .. import acknowledging, reply_through, sending
from ..desk import Job
from .command import Command, reason


def release(job: Job, command: Command) -> list[str]:
    entry = command.about
    rows = [command.outbox_row] if command.outbox_row else list(acknowledging.held_for(job, entry))
    rows = [row for row in rows if row.state is OutboxState.HELD]
    if not rows:
        raise NotAllowed(f"{entry.reference} has no held acknowledgement.")
    if job.settings.office.mode == "observe" and any(row.outside for row in rows):
        raise NotAllowed(
            f"The acknowledgement of {entry.reference} stays held: the service only observes (office.mode)."
        )
    for row in rows:
        outbox.release(row, job.now)
    job.audit("acknowledgement_released", entry.reference, mails=len(rows))
    return [f"The acknowledgement of {entry.reference} goes out now."]


def sent(job: Job, command: Command) -> list[str]:
    row = _unknown(command)
    outbox.settle(row, OutboxState.SENT, job.now, by="officer")
    sending.sent(job, row)
    return [f"Mail {row.id} counts as sent."]


def send_again(job: Job, command: Command) -> list[str]:
    row = _unknown(command)
    outbox.settle(row, OutboxState.QUEUED, job.now, by="officer")
    row.not_before = job.now
    return [f"Mail {row.id} is sent again."]


def _unknown(command: Command) -> Outbox:
    row = command.outbox_row
    if row is None or row.state not in (OutboxState.UNKNOWN, OutboxState.FAILED):
        raise NotAllowed("That mail has been settled already.")
    return row


def cancel(job: Job, command: Command) -> list[str]:
    row = command.outbox_row
    if row is not None and row.state is OutboxState.CANCELLED:
        raise NotAllowed("That mail was cancelled before.")
    if row is None or row.state not in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.RETRYING):
        raise NotAllowed("That mail has gone already: it cannot be cancelled.")
    outbox.settle(row, OutboxState.CANCELLED, job.now, by="officer")
    reply_through.cancelled(job, row)
    return [f"Mail {row.id} was not sent, and will not be."]


def pause(job: Job, command: Command) -> list[str]:
    if facts.paused(job.session):
        return ["Sending is paused already."]
    facts.put(
        job.session, "paused", {"by": job.actor, "at": job.now.isoformat(), "why": reason(job, command.text)}
    )
    job.audit("paused")
    return ["All sending is paused; mail is still taken in and filed."]


def resume(job: Job, _command: Command) -> list[str]:
    if not facts.paused(job.session):
        return ["Sending is on already."]
    facts.put(job.session, "paused", None)
    job.audit("resumed")
    return ["Sending goes on."]
