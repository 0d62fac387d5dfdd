"""What follows when a mail of ours is known to have gone: by the server, by its own copy, by an officer."""

from __future__ import annotations

from ..register.states import OutboxState
from ..store import entries, outbox
from ..store.tables import Entry, Outbox
from . import reply_through
from .desk import Job

# Of a mail in these states nobody knows, or it was believed not to have gone.
PROVABLE = (
    OutboxState.UNKNOWN,
    OutboxState.SENDING,
    OutboxState.RETRYING,
    OutboxState.QUEUED,
    OutboxState.HELD,
)


def sent(job: Job, row: Outbox) -> None:
    """What a sent mail changes in its entry. Safe to call again."""
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    if entry is None:
        return
    if row.kind == "acknowledgement":
        entry.acknowledged_at = entry.acknowledged_at or job.now
    if row.kind == "referral":
        for referral in entries.referrals(job.session, entry):
            if referral.outbox_id == row.id and referral.state == "queued":
                referral.state = "sent"
    reply_through.sent(job, row)


def prove(job: Job, row: Outbox) -> bool:
    """A copy with this Message-ID exists: the server accepted the mail, whatever we saw of it.

    Recipients that the server put off while it took the mail for others are still owed it.
    """
    if row.state not in PROVABLE:
        return False
    owed = put_off(row)
    if owed and row.state is not OutboxState.UNKNOWN:
        return False  # the others have theirs, which the copy proves and we knew
    if owed:
        row.recipients = owed
        outbox.retry_later(row, job.now, code=int(row.refused[owed[0]]), error="refused for some, for now")
        return True
    if row.state in (OutboxState.RETRYING, OutboxState.QUEUED, OutboxState.HELD):
        row.state = OutboxState.SENDING  # an earlier try got through although it looked otherwise
    outbox.settle(row, OutboxState.SENT, job.now, by="own_copy")
    sent(job, row)
    job.audit("send_proved", "", mail=row.id)
    return True


def put_off(row: Outbox) -> list[str]:
    """Recipients whose last refusal was temporary, of a mail that others of its recipients may have."""
    codes = {address: row.refused.get(address) for address in row.recipients}
    return [address for address, code in codes.items() if isinstance(code, int) and 400 <= code < 500]
