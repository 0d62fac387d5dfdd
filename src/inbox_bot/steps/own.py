"""Our own mail seen again, in Sent or come back: the proof that the server took it."""

from __future__ import annotations

from ..casework.desk import Job
from ..message.model import ParsedMessage
from ..register.states import OutboxState, Outcome
from ..store import outbox
from ..store.tables import Outbox, Received

PROVABLE = (OutboxState.UNKNOWN, OutboxState.RETRYING, OutboxState.SENDING)


def handle(job: Job, received: Received, message: ParsedMessage) -> Outcome:
    """Settle the row that this is a copy of."""
    row = outbox.by_message_id(job.session, message.message_id)
    if row is not None:
        received.entry_id = row.entry_id
        prove(job, row)
    return Outcome.OWN_COPY


def prove(job: Job, row: Outbox) -> None:
    """A copy with this Message-ID exists: the mail was accepted, whatever we saw of it."""
    if row.state not in PROVABLE:
        return
    if row.state is OutboxState.RETRYING:  # an earlier try got through although it looked refused
        row.state = OutboxState.SENDING
    outbox.settle(row, OutboxState.SENT, job.now, by="own_copy")
    job.audit("send_proved", "", mail=row.id)
